"""What a run says while it works, and at its end."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from agent.cli_output import Progress, is_terminal
from evals.run.store import Done
from evals.trial import Key, Trial

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
            parts.append(dollars(self._cost))
        if self._infra:
            parts.append(f"{self._infra} infra")
        if self._new and seconds > 0:
            rate = self._new / seconds
            parts.append(f"{rate:.1f} a second" if rate >= 0.5 else f"{60 * rate:.1f} a minute")
            if left := self._total - done:
                parts.append(f"{duration(left / rate)} left")
        return ", ".join(parts)


def summary(done: Mapping[Key, Done], models: Iterable[str]) -> list[dict[str, Any]]:
    """A line for each model."""
    return [_line(model, [one for key, one in done.items() if key.model == model]) for model in models]


def _line(model: str, rows: list[Done]) -> dict[str, Any]:
    told = [one for one in rows if one.outcome != "infra"]
    passed = sum(one.outcome == "pass" for one in told)
    costs = [one.cost for one in rows]
    return {
        "model": model,
        "trials": len(told),
        "passed": passed,
        "pass_rate": round(passed / len(told), 4) if told else None,
        "score": round(sum(one.score or 0 for one in told) / len(told), 1) if told else None,
        "infra": len(rows) - len(told),
        "cost": None if None in costs else round(sum(cost or 0.0 for cost in costs), 4),
        "seconds": round(sum(one.seconds for one in told) / len(told), 2) if told else None,
    }


def show(lines: Iterable[Mapping[str, Any]], out: Console) -> None:
    """The same as a table."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Model")
    for title in ("Passed", "Rate", "Mean score", "Infra", "Cost", "A trial"):
        table.add_column(title, justify="right")
    for line in lines:
        table.add_row(
            line["model"],
            f"{line['passed']}/{line['trials']}",
            "" if line["pass_rate"] is None else f"{100 * line['pass_rate']:.1f} %",
            "" if line["score"] is None else f"{line['score']:.1f}",
            str(line["infra"] or ""),
            "unknown" if line["cost"] is None else dollars(line["cost"]),
            "" if line["seconds"] is None else f"{line['seconds']:.1f} s",
        )
    out.print(table)


def dollars(amount: float) -> str:
    return f"${amount:.2f}"


def duration(seconds: float) -> str:
    """``44 s``, ``3 min``, ``1 h 20 min``"""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
