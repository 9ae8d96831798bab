"""Operators x goldens: each mutant is judged, and has to be blamed by a rule that names its defect."""

import hashlib
import os
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from evals.cases import Golden, goldens
from evals.cases.golden import sample, samples
from evals.mutants import OPERATORS, Mutant, Operator, Original
from tools.migration import Migration
from tools.report import Finding, Report
from tools.workbench import Workbench

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
SURVIVORS = Path(__file__).with_name("survivors.toml")

Outcome = Literal["killed", "elsewhere", "survived", "equivalent"]
"""Killed by a rule that names the defect, by another rule only, not at all; or no defect, for a reason."""


@dataclass(frozen=True)
class Trial:
    """One mutant, judged."""

    operator: str
    golden: str
    file: str
    place: str
    outcome: Outcome
    expected: tuple[str, ...]
    """Rules that name the defect."""
    found: tuple[str, ...]
    """Rules that were broken."""
    reason: str = ""
    """Why it is equivalent."""
    crashed: tuple[str, ...] = ()
    """Checks that broke instead of answering."""


@dataclass(frozen=True)
class FalseAlarm:
    """A finding on a golden."""

    golden: str
    file: str
    rule: str
    message: str


@dataclass(frozen=True)
class Task:
    """The mutants of one file of a golden."""

    golden: Golden
    number: int
    """Index of the file."""
    mutants: tuple[tuple[str, Mutant], ...]
    """(operator, mutant)"""

    @property
    def migration(self) -> Migration:
        return self.golden.migrations[self.number]


@dataclass(frozen=True)
class Result:
    trials: tuple[Trial, ...]
    false_alarms: tuple[FalseAlarm, ...]


def run(
    operators: Sequence[str] = (),
    cases: Sequence[str] = (),
    *,
    sample_size: int | None = None,
    every: bool = False,
    history: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Result:
    """The whole matrix, or the part that is named; see `choose` for how much of it.

    Raises ProjectError, HistoryError, ServerError.
    """
    tasks = choose(operators, cases, sample_size=sample_size, every=every, history=history)
    tasks = [task for task in tasks if task.mutants or (task.number == 0 and not operators)]
    tasks.sort(key=lambda task: len(task.mutants), reverse=True)
    judged: list[Trial] = []
    alarms: list[FalseAlarm] = []
    workers = max(1, min(len(tasks), os.cpu_count() or 1))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for number, result in enumerate(map(judge_task, tasks) if workers == 1 else pool.map(judge_task, tasks), 1):
            judged.extend(result.trials)
            alarms.extend(result.false_alarms)
            progress(f"{number}/{len(tasks)} files, {len(judged)} mutants")
    order = list(OPERATORS)
    return Result(tuple(sorted(judged, key=lambda t: (order.index(t.operator), t.golden, t.file))), tuple(alarms))


def choose(
    operators: Sequence[str] = (),
    cases: Sequence[str] = (),
    *,
    sample_size: int | None = None,
    every: bool = False,
    history: bool = False,
    good: Sequence[Golden] = (),
) -> list[Task]:
    """What is to be judged: a mutant for each operator and golden, at a place that differs from pair to pair.

    `every` takes all places instead; `sample_size` takes at most so many mutants of each operator; `history` adds the
    sample projects' own migrations to the goldens. `cases` are names or patterns, of both. `good` is taken instead.
    """
    good = good or ((*goldens(), *samples()) if history or cases else goldens())
    chosen = [golden for golden in good if not cases or any(golden.matches(case) for case in cases)]
    picked: dict[tuple[str, int], list[tuple[str, Mutant]]] = {
        (str(golden), number): [] for golden in chosen for number in range(len(golden.migrations))
    }
    for name in operators or OPERATORS:
        found = [(golden, _mutants(golden).get(name, [])) for golden in chosen]
        pairs = [(golden, mutants if every else _one(name, golden, mutants)) for golden, mutants in found if mutants]
        spread = sorted(pairs, key=lambda pair: _digest(name, str(pair[0])))
        enough = None if every else OPERATORS[name].goldens
        flat = [(golden, number, mutant) for golden, mutants in spread[:enough] for number, mutant in mutants]
        for golden, number, mutant in flat[:sample_size]:
            picked[str(golden), number].append((name, mutant))
    return [
        Task(golden, number, tuple(picked[str(golden), number]))
        for golden in chosen
        for number in range(len(golden.migrations))
    ]


@cache
def _mutants(golden: Golden) -> dict[str, list[tuple[int, Mutant]]]:
    """(index of the file, mutant) of every operator."""
    config, before = sample(golden.project).config, golden.home.migrations
    originals = [
        Original(migration, golden.project, config, (*before, *golden.migrations[:number]))
        for number, migration in enumerate(golden.migrations)
    ]
    return {
        name: [(number, mutant) for number, original in enumerate(originals) for mutant in operator(original)]
        for name, operator in OPERATORS.items()
        if golden.is_on_sample or not operator.samples
    }


def _one(name: str, golden: Golden, mutants: Sequence[tuple[int, Mutant]]) -> Sequence[tuple[int, Mutant]]:
    return [mutants[_digest(name, str(golden)) % len(mutants)]]


def _digest(*words: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(words).encode()).digest()[:8])


def judge_task(task: Task) -> Result:
    """On a server of its own: the mutants, and the golden itself along with its first file."""
    with Workbench.open(task.golden.home) as bench:
        alarms = false_alarms(bench, task.golden) if task.number == 0 else ()
        return Result(trials(bench, task), alarms)


def trials(bench: Workbench, task: Task) -> tuple[Trial, ...]:
    """The mutants of a file, judged on top of the files before it."""
    bench = replace(bench, project=task.golden.in_project(bench.project))
    with ExitStack() as stack:
        for migration in task.golden.migrations[: task.number] if task.mutants else ():
            after = stack.enter_context(bench.after(migration))
            assert after is not None, f"{migration.file_name} does not apply"
            bench = after
        return tuple(_trial(bench, task, OPERATORS[name], mutant) for name, mutant in task.mutants)


def false_alarms(bench: Workbench, golden: Golden) -> tuple[FalseAlarm, ...]:
    """Findings on a golden as it is."""
    return tuple(_false_alarms(replace(bench, project=golden.in_project(bench.project)), golden))


def _false_alarms(bench: Workbench, golden: Golden) -> Iterator[FalseAlarm]:
    report = bench.judge(golden.migrations, later=golden.later)
    for part in (report, *report.parts):
        for finding in part.findings() if part is not report else _own(report):
            yield FalseAlarm(str(golden), part.migration, finding.rule, finding.message)
        for check in _crashed(part):
            yield FalseAlarm(str(golden), part.migration, check, "the check broke")


def _own(report: Report) -> list[Finding]:
    return report.model_copy(update={"parts": []}).findings()


def _trial(bench: Workbench, task: Task, operator: Operator, mutant: Mutant) -> Trial:
    migration = Migration(mutant.file_name or task.migration.file_name, mutant.text)
    rest, history = task.golden.migrations[task.number + 1 :], task.golden.later
    expected = mutant.rules or operator.rules
    found: set[str] = set()
    crashed: set[str] = set()
    alone: tuple[list[Migration], Sequence[Migration]] = ([migration], [*rest, *history])
    for files, later in [alone, ([migration, *rest], history)] if rest else [alone]:
        try:
            report = bench.judge(files, later=later)
        except Exception as error:  # one mutant that no check survives must not end the matrix
            crashed.add(f"{type(error).__name__}: {error}")
            break
        found |= {finding.rule for finding in report.findings()}
        crashed |= {check for part in (report, *report.parts) for check in _crashed(part)}
        if found & expected:
            break  # else the files after it may be what notices
    place = operator.name, str(task.golden), mutant.place
    reason = "" if found & expected else _reason(EQUIVALENT, *place)
    outcome: Outcome = (
        "killed" if found & expected else "equivalent" if reason else "elsewhere" if found else "survived"
    )
    reason = reason or ("" if found & expected else _reason(SURVIVORS, *place))
    return Trial(
        operator.name,
        str(task.golden),
        migration.file_name,
        mutant.place,
        outcome,
        tuple(sorted(expected)),
        tuple(sorted(found)),
        reason,
        tuple(sorted(crashed)),
    )


def _crashed(report: Report) -> list[str]:
    """Checks that failed without a finding: they broke."""
    return [check.id for check in report.checks if check.status == "fail" and not check.findings]


@dataclass(frozen=True)
class Known:
    """Mutants that break nothing that anybody could observe, or that nothing here can see."""

    operator: str
    reason: str
    golden: str = ""
    """All goldens where it is empty."""
    place: str = ""
    """Part of the place's description; any place where it is empty."""

    def covers(self, operator: str, golden: str, place: str) -> bool:
        return self.operator == operator and self.golden in ("", golden) and self.place in place


@cache
def known(path: Path) -> tuple[Known, ...]:
    """As the file lists them."""
    (entries,) = tomllib.loads(path.read_text()).values()
    return tuple(Known(**entry) for entry in entries)


def _reason(path: Path, operator: str, golden: str, place: str) -> str:
    return next((e.reason for e in known(path) if e.covers(operator, golden, place)), "")
