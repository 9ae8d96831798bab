"""The kill matrix: what became of the mutants of each operator, by the check that noticed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.mutants import OPERATORS
from evals.mutants.kills import Outcome, Result, Trial
from tools.render.plain import counted, one_line

GOAL = 0.99
"""Least share of mutants, equivalent ones aside, that a rule that names the defect has to kill."""


@dataclass(frozen=True)
class Row:
    """One operator's mutants."""

    operator: str
    breaks: str
    expected: tuple[str, ...]
    """Rules that name the defect."""
    mutants: int
    killed: int
    elsewhere: int
    """Killed by another rule only."""
    survived: int
    equivalent: int
    by: dict[str, int]
    """How many each rule killed, of those that name the defect."""


def rows(trials: Iterable[Trial]) -> Iterator[Row]:
    """In the order of the operators."""
    found: dict[str, list[Trial]] = {}
    for trial in trials:
        found.setdefault(trial.operator, []).append(trial)
    for name, own in found.items():
        outcomes = Counter(trial.outcome for trial in own)
        by = Counter(rule for trial in own for rule in trial.found if rule in trial.expected)
        operator = OPERATORS[name]
        yield Row(
            name,
            operator.breaks,
            tuple(sorted(operator.rules)),
            len(own),
            outcomes["killed"],
            outcomes["elsewhere"],
            outcomes["survived"],
            outcomes["equivalent"],
            dict(by.most_common()),
        )


def kill_rate(result: Result) -> float:
    """1.0 where there is nothing to kill."""
    real = [trial for trial in result.trials if trial.outcome != "equivalent"]
    return sum(trial.outcome == "killed" for trial in real) / len(real) if real else 1.0


def passes(result: Result) -> bool:
    """Nearly all mutants killed, no finding on a golden, no check that broke."""
    return kill_rate(result) >= GOAL and not result.false_alarms and not any(t.crashed for t in result.trials)


def as_json(result: Result, seconds: float) -> dict[str, Any]:
    """What ``eval mutants --json`` prints."""
    return {
        "mutants": len(result.trials),
        "kill_rate": round(kill_rate(result), 4),
        "goal": GOAL,
        "seconds": round(seconds, 1),
        "operators": [asdict(row) for row in rows(result.trials)],
        "survivors": [asdict(trial) for trial in _of(result, "elsewhere", "survived")],
        "equivalent": [asdict(trial) for trial in _of(result, "equivalent")],
        "false_alarms": [asdict(alarm) for alarm in result.false_alarms],
        "crashed": [asdict(trial) for trial in result.trials if trial.crashed],
    }


def show(result: Result, seconds: float, out: Console) -> None:
    """At a terminal; the totals are the last line."""
    table = Table(
        "operator", "mutants", "killed", "elsewhere", "survived", "equivalent", "by", box=None, pad_edge=False
    )
    for column in table.columns[1:6]:
        column.justify = "right"
    for row in rows(result.trials):
        counts = (row.mutants, row.killed, row.elsewhere, row.survived, row.equivalent)
        by = ", ".join(f"{rule} {number}" for rule, number in row.by.items())
        style = "" if row.elsewhere + row.survived == 0 else "bold red"
        table.add_row(Text(row.operator, style), *(str(number or "") for number in counts), by)
    out.print(table)
    _list(
        out,
        "Survivors",
        (f"{_where(t)} ({_wanted(t)}) {t.reason}".rstrip() for t in _of(result, "survived", "elsewhere")),
    )
    _list(out, "Equivalent", (f"{_where(t)}: {t.reason}" for t in _of(result, "equivalent")))
    _list(out, "Checks that broke", (f"{_where(t)}: {', '.join(t.crashed)}" for t in result.trials if t.crashed))
    _list(out, "False alarms", (f"{a.golden} {a.file}: {a.rule}: {a.message}" for a in result.false_alarms))
    killed, real = len(_of(result, "killed")), len(result.trials) - len(_of(result, "equivalent"))
    out.print(
        f"\n{killed} of {counted(real, 'mutant')} killed by a rule that names the defect ({kill_rate(result):.1%}, "
        f"goal {GOAL:.0%}); {counted(len(result.false_alarms), 'false alarm')}; {seconds:.0f} s"
    )


def _of(result: Result, *outcomes: Outcome) -> list[Trial]:
    return [trial for trial in result.trials if trial.outcome in outcomes]


def _where(trial: Trial) -> str:
    return f"{trial.operator} on {trial.golden}, {trial.file} {trial.place}"


def _wanted(trial: Trial) -> str:
    wanted = f"wanted {' or '.join(trial.expected)}"
    return f"{wanted}, found {', '.join(trial.found)}" if trial.found else wanted


def _list(out: Console, heading: str, lines: Iterable[str]) -> None:
    found = list(lines)
    if found:
        out.print(f"\n{heading}")
        for line in found:
            out.print(Text(f"  {one_line(line)}"), soft_wrap=True)
