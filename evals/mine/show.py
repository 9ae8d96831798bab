"""What became of each commit: a line each and why, or JSON."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from evals.mine import Mined

_SAYS = {
    "usable": "usable",
    "excused": "usable, excused",
    "there": "there already",
    "history": "history stops",
    "golden": "does not apply",
    "nothing": "nothing to grade",
    "unsure": "cannot be graded",
    "wordless": "no request",
    "passed over": "passed over",
}
_EXPLAINED = {
    "usable": "passes every check of today",
    "excused": "breaks rules of today, which its [may] break lists and no answer is held to",
    "there": "there is such a folder; it is as it was",
    "history": "the project's history before it does not replay",
    "golden": "the migration does not apply to what was there before",
    "nothing": "an answer that changes nothing would do as well",
    "unsure": "its own golden does not grade 100",
    "wordless": "neither the message nor the file says what was wanted; --request-from FILE can",
    "passed over": "no case can be cut of it",
}


def as_json(found: Sequence[Mined], out: Path, seconds: float) -> dict[str, Any]:
    """For machines: every commit, and how many came to what."""
    return {
        "out": str(out),
        "cases": sum(one.kept for one in found),
        "outcomes": _counts(found),
        "commits": [
            {
                "commit": one.commit,
                "date": one.date,
                "outcome": one.outcome,
                "case": one.case,
                "why": one.why,
                "request": one.request,
                "proposed": one.proposed,
                "broken": list(one.broken),
            }
            for one in found
        ],
        "seconds": round(seconds, 1),
    }


def show(found: Sequence[Mined], out: Path, seconds: float, console: Console) -> None:
    """A line for each commit, what the outcomes mean and why they came about, and what is there now."""
    for one in found:
        said = one.request.partition("\n")[0] or one.why
        mark = "(proposed) " if one.proposed else ""
        line = f"{one.commit[:7]}  {one.date}  {_SAYS[one.outcome]:16}  {mark}{said}"
        console.print(line, overflow="ellipsis", no_wrap=True, markup=False)
    for outcome, count in _counts(found).items():
        console.print(f"\n{count} {_SAYS[outcome]}: {_EXPLAINED[outcome]}", markup=False, soft_wrap=True)
        for why, times in _reasons(found, outcome).most_common(12):
            console.print(f"  {times:3} x {why}", markup=False, soft_wrap=True)
    kept = sum(one.kept for one in found)
    console.print(f"\n{kept} cases in {out} of {len(found)} commits that add migrations, in {seconds:.0f} s.")
    if proposed := sum(one.kept and one.proposed for one in found):
        console.print(
            f"The requests of {proposed} are proposed, for their commits do not say what was wanted: read them."
        )


def _counts(found: Sequence[Mined]) -> dict[str, int]:
    counted = Counter(one.outcome for one in found)
    return {outcome: counted[outcome] for outcome in _SAYS if counted[outcome]}  # type: ignore[index]


def _reasons(found: Sequence[Mined], outcome: str) -> Counter[str]:
    own = [one for one in found if one.outcome == outcome]
    if outcome == "excused":
        return Counter(rule for one in own for rule in one.broken)
    return Counter(one.why for one in own if one.why and outcome in ("history", "golden", "unsure", "passed over"))
