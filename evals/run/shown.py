"""What a run says while it works, and at its end."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.cli_output import Progress, is_terminal
from agent.transcript.words import money
from evals.report.statistics import Count, Rate, rate
from evals.report.words import believed, paid
from evals.run.store import Done
from evals.trial import Key, Trial
from tools.render.plain import one_line

EVERY = 5.0
"""Seconds between two lines where stderr is no terminal."""


class Watch:
    """Done of all, pass rate, cost, what came to nothing, and the time that is left."""

    def __init__(self, progress: Progress, total: int, there: Iterable[Done]) -> None:
        """`there` were done before."""
        self._progress, self._total = progress, total
        self._outcomes = Counter(done.outcome for done in there if done.outcome != "infra")
        self._new = self._infra = 0
        self._cost: float | None = 0.0
        self._started = self._last = time.monotonic()
        if self._total > self._outcomes.total():
            progress(self.line(0.0))

    def __call__(self, trial: Trial) -> None:
        if trial.outcome == "infra":
            self._infra += 1
            self._progress.note(
                f"{trial.case}, {trial.model}, trial {trial.trial}: {' '.join(trial.reasons)}", "yellow"
            )
        else:
            self._outcomes[trial.outcome] += 1
            self._new += 1
        self._cost = None if self._cost is None or trial.cost is None else self._cost + trial.cost
        now = time.monotonic()
        if is_terminal() or now - self._last >= EVERY or self._outcomes.total() == self._total:
            self._last = now
            self._progress(self.line(now - self._started))

    def line(self, seconds: float) -> str:
        """``37/178, 81 % pass, $0.42, 1 infra, 3.2 a second, 44 s left``"""
        done, passed = self._outcomes.total(), self._outcomes["pass"]
        parts = [f"{done}/{self._total}"]
        if done:
            parts.append(f"{100 * passed / done:.0f} % pass")
        if self._cost:
            parts.append(money(self._cost))
        if self._infra:
            parts.append(f"{self._infra} infra")
        if self._new and seconds > 0:
            speed = self._new / seconds
            parts.append(f"{speed:.1f} a second" if speed >= 0.5 else f"{60 * speed:.1f} a minute")
            if left := self._total - done:
                parts.append(f"{duration(left / speed)} left")
        return ", ".join(parts)


@dataclass(frozen=True)
class Line:
    """What a model's trials come to."""

    model: str
    rate: Rate | None
    """pass@1; None where there was no answer at all."""
    passed: int
    trials: int
    """Without those of infra."""
    infra: int
    cost: float | None
    """US dollars; None where a price is unknown."""
    seconds: float
    """Of a trial, on average."""

    @classmethod
    def of(cls, model: str, done: Mapping[Key, Done]) -> "Line":
        rows = {key: one for key, one in done.items() if key.model == model}
        told = {key: one for key, one in rows.items() if one.outcome != "infra"}
        passed = Counter(key.case for key, one in told.items() if one.outcome == "pass")
        counts = [Count(passed[case], number) for case, number in Counter(key.case for key in told).items()]
        costs = [one.cost for one in rows.values()]
        return cls(
            model=model,
            rate=rate(counts),
            passed=passed.total(),
            trials=len(told),
            infra=len(rows) - len(told),
            cost=None if None in costs else sum(cost or 0.0 for cost in costs),
            seconds=fmean(one.seconds for one in told.values()) if told else 0.0,
        )

    def as_json(self) -> dict[str, Any]:
        told = asdict(self) | {"rate": None, "interval": None, "seconds": round(self.seconds, 3)}
        if self.rate:
            told |= {"rate": round(self.rate.value, 4), "interval": [round(end, 4) for end in self.rate.interval]}
        return told


def show(lines: Iterable[Line], out: Console) -> None:
    """As a table."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Model")
    for title in ("pass@1", "Passed", "Infra", "Cost", "A trial"):
        table.add_column(title, justify="right")
    for line in lines:
        table.add_row(
            Text(one_line(line.model)),
            believed(line.rate),
            f"{line.passed}/{line.trials}",
            str(line.infra or "–"),
            paid(line.cost),
            f"{line.seconds:.1f} s",
        )
    out.print(table)


def duration(seconds: float) -> str:
    """``44 s``, ``3 min``, ``1 h 20 min``"""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
