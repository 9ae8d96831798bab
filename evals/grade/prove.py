"""Is a grade right? Goldens in other words have to pass, and goldens broken in one place have to fail.

Sensitivity is the share of rewordings that pass, specificity that of mutants that fail. A mutant that breaks nothing
which an answer is held to stands in `indifferent.toml`, with the reason.
"""

import os
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from rich.console import Console

from evals.cases import Case
from evals.grade import Attempt, Reference
from evals.mutants import OPERATORS, Mutant
from evals.mutants.kills import EQUIVALENT, Known, choose, known
from evals.rewordings import reworded
from tools.migration import Migration
from tools.render.plain import counted
from tools.workbench import Workbench

INDIFFERENT = Path(__file__).with_name("indifferent.toml")
REWORDED = 10
"""Rewordings of a golden, as a rule."""

Kind = Literal["golden", "null", "rewording", "mutant"]
_SHOWN: dict[Kind, int] = {"golden": 20, "null": 3, "rewording": 3, "mutant": 3}
"""How many of the reasons; a golden has to be rid of all."""


@dataclass(frozen=True)
class Verdict:
    """One answer whose grade is known beforehand."""

    case: str
    kind: Kind
    what: str
    """The rewordings, or the mutant's operator and place."""
    right: bool
    reasons: tuple[str, ...] = ()
    """Why it failed, or why it does not count."""
    indifferent: bool = False
    """A mutant that breaks nothing which an answer is held to, and passes."""


@dataclass(frozen=True)
class Task:
    case: Case
    rewordings: int
    mutants: tuple[tuple[str, int, Mutant], ...]
    """(operator, index of the file, mutant)"""


def run(
    wanted: Sequence[Case],
    *,
    rewordings: int = REWORDED,
    mutants: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Verdict]:
    """Of these cases, which have goldens; `mutants` takes at most so many of each case, spread over its operators."""
    tasks = [Task(case, rewordings, _mutants(case, mutants)) for case in wanted]
    tasks.sort(key=lambda task: len(task.mutants), reverse=True)
    found: list[Verdict] = []
    workers = max(1, min(len(tasks), os.cpu_count() or 1))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for number, own in enumerate(map(judge, tasks) if workers == 1 else pool.map(judge, tasks), start=1):
            found += own
            progress(f"{number}/{len(tasks)} cases, {len(found)} answers")
    return sorted(found, key=lambda v: (v.case, v.kind, v.what))


def _mutants(case: Case, most: int | None) -> tuple[tuple[str, int, Mutant], ...]:
    assert case.golden is not None
    if most == 0:
        return ()
    made = [(name, task.number, mutant) for task in choose(good=[case.golden]) for name, mutant in task.mutants]
    if most is None:
        return tuple(made)
    return tuple(made[:: max(1, len(made) // max(1, most))][:most])


def judge(task: Task) -> list[Verdict]:
    """On a server of its own."""
    with Workbench.open(task.case.home) as bench:
        return prove(bench, task)


def prove(bench: Workbench, task: Task) -> list[Verdict]:
    """The golden, nothing, the golden in other words, and the golden broken."""
    case = task.case
    golden = case.golden
    assert golden is not None
    with Reference.of(bench, case) as reference:
        grade = reference.grade(Attempt("ready", golden.migrations))
        found = [Verdict(case.id, "golden", "as it is", grade.score == 100, tuple(grade.reasons))]
        null = reference.grade(Attempt("no-draft"))
        found.append(Verdict(case.id, "null", "nothing", (null.verdict, null.score) == ("fail", 0)))
        if not found[0].right:
            return found  # whatever is like it fails for the same reasons
        for what, files in reworded(golden, task.rewordings):
            grade = reference.grade(Attempt("ready", files))
            found.append(Verdict(case.id, "rewording", what, grade.verdict == "pass", tuple(grade.reasons)))
        for name, number, mutant in task.mutants:
            files = tuple(
                Migration(mutant.file_name or m.file_name, mutant.text) if n == number else m
                for n, m in enumerate(golden.migrations)
            )
            grade = reference.grade(Attempt("ready", files))
            reason = _excuse(case, name, mutant) if grade.verdict == "pass" else ""
            right = grade.verdict == "fail"
            reasons = (reason,) if reason else tuple(grade.reasons)
            found.append(Verdict(case.id, "mutant", f"{name}, {mutant.place}", right, reasons, bool(reason)))
    return found


def _excuse(case: Case, operator: str, mutant: Mutant) -> str:
    """Why a mutant that passes may; empty where it may not."""
    assert case.golden is not None
    rules = mutant.rules or OPERATORS[operator].rules
    if any(fnmatchcase(rule, pattern) for rule in rules for pattern in case.file.may.breaks):
        return "the golden breaks that rule as well"
    return indifferent(operator, str(case.golden), mutant.place)


@cache
def _indifferent() -> tuple[Known, ...]:
    return (*known(EQUIVALENT), *(Known(**entry) for entry in tomllib.loads(INDIFFERENT.read_text())["indifferent"]))


def indifferent(operator: str, golden: str, place: str) -> str:
    """Why a mutant breaks nothing that an answer is held to; empty where it does."""
    return next((e.reason for e in _indifferent() if e.covers(operator, golden, place)), "")


# What comes of it


def share(found: Sequence[Verdict], kind: Kind) -> tuple[int, int]:
    """(right, all) of a kind, those aside that do not count."""
    own = [v for v in found if v.kind == kind and not v.indifferent]
    return sum(v.right for v in own), len(own)


def passes(found: Sequence[Verdict]) -> bool:
    return all(v.right or v.indifferent for v in found)


def as_json(found: Sequence[Verdict], seconds: float) -> dict[str, Any]:
    """For machines; the answers that were graded wrong in full."""
    counts = {kind: share(found, kind) for kind in ("golden", "null", "rewording", "mutant")}
    return {
        "sensitivity": _rate(*counts["rewording"]),
        "specificity": _rate(*counts["mutant"]),
        **{kind: {"right": right, "of": total} for kind, (right, total) in counts.items()},
        "indifferent": sum(v.indifferent for v in found),
        "wrong": [
            {"case": v.case, "kind": v.kind, "what": v.what, "reasons": list(v.reasons)}
            for v in found
            if not v.right and not v.indifferent
        ],
        "seconds": round(seconds, 1),
    }


def show(found: Sequence[Verdict], seconds: float, out: Console) -> None:
    """What was graded wrong, and the shares."""
    for one in (v for v in found if not v.right and not v.indifferent):
        out.print(f"wrong: {one.case}: {one.kind} {one.what}", markup=False, highlight=False)
        for reason in one.reasons[: _SHOWN[one.kind]]:
            out.print(f"    {reason}", markup=False, highlight=False)
    (golden, goldens), (null, nulls) = share(found, "golden"), share(found, "null")
    (kept, rewordings), (caught, mutants) = share(found, "rewording"), share(found, "mutant")
    aside = sum(v.indifferent for v in found)
    if golden < goldens:
        out.print("A golden has to pass its own case: mend it, or say in its [may] what an answer may do as well.")
    out.print(
        f"{counted(goldens, 'case')} in {seconds:.0f} s: {golden} of {goldens} goldens score 100, "
        f"{null} of {nulls} null answers 0.\n"
        f"Sensitivity {_percent(kept, rewordings)}: {kept} of {rewordings} rewordings pass.\n"
        f"Specificity {_percent(caught, mutants)}: {caught} of {mutants} mutants fail; {aside} more change nothing "
        "that an answer is held to.",
        highlight=False,
    )


def _rate(right: int, total: int) -> float | None:
    return round(right / total, 4) if total else None


def _percent(right: int, total: int) -> str:
    return f"{100 * right / total:.1f} %" if total else "unknown"
