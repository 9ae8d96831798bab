"""A comparison at a terminal, and its last word; everything goes through `Text`."""

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from evals.report import words
from evals.report.comparison import Change, Comparison, Moved, Shift
from tools.render.plain import counted, one_line, seconds

MOST = 30
"""Cases in one list."""


class ComparisonView:
    """What `eval compare` prints."""

    def __init__(self, comparison: Comparison, allowed: float | None) -> None:
        self.comparison, self.allowed = comparison, allowed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        told = self.comparison
        yield Text.assemble(("A  ", "bold"), f"{one_line(told.a)} · {one_line(told.model_a)}")
        yield Text.assemble(("B  ", "bold"), f"{one_line(told.b)} · {one_line(told.model_b)}")
        trials = f"{told.before.trials:,} and {told.after.trials:,} trials"
        yield Text(f"{counted(told.cases, 'case')} in both, {trials}", style="dim")
        yield Text()
        yield _table(told)
        yield Text()
        for change in told.changed:
            yield Text(f"Changed: {change_line(change)}")
        yield from _moved("Better", told.better, "green")
        yield from _moved("Worse", told.worse, "bold red")
        yield Text(f"\nThe same: {same(told)}.")
        for line in apart(told):
            yield Text.assemble(("! ", "bold yellow"), line)
        yield Text()
        yield Text(verdict(told, self.allowed), style="bold red" if told.worse_than(self.allowed) else "bold")


def figures(told: Comparison) -> list[tuple[str, str, str, str]]:
    """Name, A, B, and B - A."""
    a, b = told.before, told.after
    rows = [("pass@1", words.believed(a.rate), words.believed(b.rate), shifted(told.passes))]
    if first := told.first:
        rows.append(("First draft", words.percent(first.before), words.percent(first.after), shifted(first)))
    if a.score and b.score:
        change = b.score.value - a.score.value
        rows.append(("Score", f"{a.score.value:.1f}", f"{b.score.value:.1f}", f"{change:+.1f}".replace("-", "−")))
    used, used_now = a.spent, b.spent
    rows += [
        ("Tokens a trial", words.tokens(used.per_trial), words.tokens(used_now.per_trial),
         _ratio(used.per_trial, used_now.per_trial)),
        ("Cost a trial", words.paid(used.cost_per_trial), words.paid(used_now.cost_per_trial),
         _ratio(used.cost_per_trial, used_now.cost_per_trial)),
        ("Cost a pass", words.per_pass(a), words.per_pass(b), _ratio(used.cost_per_pass, used_now.cost_per_pass)),
    ]  # fmt: skip
    if a.latency and b.latency:
        now = b.latency.median
        rows.append(("Time, median", seconds(a.latency.median), seconds(now), _ratio(a.latency.median, now)))
    return rows


def shifted(shift: Shift) -> str:
    """``+4.2 points (−1.1 to +9.6), p = 0.12``"""
    low, high = map(words.points, shift.interval)
    p = "p < 0.001" if shift.p < 0.001 else f"p = {shift.p:.2g}"
    return f"{words.points(shift.difference)} points ({low} to {high}), {p}"


def change_line(change: Change) -> str:
    """``prompt 7f3a91c2 → 91bc0d44``"""
    return one_line(f"{change.what} {change.before} → {change.after}")


def same(told: Comparison) -> str:
    """``60 cases always pass, 12 never, 3 as often as before``"""
    parts = [f"{counted(told.always, 'case')} always pass", f"{told.never} never"]
    return ", ".join([*parts, f"{told.between} as often as before"] if told.between else parts)


def apart(told: Comparison) -> list[str]:
    """The cases that are not compared, and why."""
    lists = [
        ("not compared, for the case itself was changed", told.other),
        ("only A has a result", told.only_a),
        ("only B has a result", told.only_b),
    ]
    return [f"{counted(len(cases), 'case')}: {why}: {_names(cases)}" for why, cases in lists if cases]


def verdict(told: Comparison, allowed: float | None) -> str:
    """The last line: what `--allow`, or else chance, says of the difference."""
    shift = told.passes
    by = f"{words.points(shift.difference)} points"
    if allowed is not None:
        limit = f"{100 * allowed:g} points are allowed"
        return f"B is worse: {by}, {limit}." if told.worse_than(allowed) else f"B may stay: {by}, {limit}."
    if not shift.significant:
        return f"No difference that chance does not explain: {by}."
    return f"B is {'better' if shift.difference > 0 else 'worse'} by more than chance explains: {by}."


def moved_line(case: Moved) -> str:
    """``✓ 5/5 → ◐ 3/5``"""
    return f"{words.mark(case.before)} → {words.mark(case.after)}"


def _table(told: Comparison) -> Table:
    table = Table("", "A", "B", "B − A", box=None, pad_edge=False, header_style="dim")
    for row in figures(told):
        table.add_row(*row)
    return table


def _moved(title: str, cases: Sequence[Moved], style: str) -> Iterator[RenderableType]:
    if not cases:
        return
    yield Text(f"\n{title}: {counted(len(cases), 'case')}", style=style)
    table = Table(box=None, pad_edge=False, show_header=False)
    for case in cases[:MOST]:
        why = Text(one_line(case.reason), style="dim", overflow="ellipsis", no_wrap=True)
        table.add_row(Text(one_line(case.case)), moved_line(case), why)
    yield table
    if len(cases) > MOST:
        yield Text(f"… {len(cases) - MOST} more; --json has all.", style="dim")


def _ratio(before: float | None, after: float | None) -> str:
    """``−11 %``; empty where one is not known or there is nothing to compare with."""
    if not before or after is None:
        return ""
    change = round(100 * (after / before - 1))
    return f"{change:+d} %".replace("-", "−") if change else "the same"


def _names(cases: Sequence[str]) -> str:
    more = f" and {len(cases) - 12} more" if len(cases) > 12 else ""
    return ", ".join(map(one_line, cases[:12])) + more
