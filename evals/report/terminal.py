"""The report at a terminal: models, then what went wrong. Everything goes through `Text`, so nothing in it acts."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from evals.report import words
from evals.report.statistics import Count, Interval
from evals.report.summary import Summary
from tools.render.plain import counted, one_line

BAR = 25
"""Cells of the line on which an interval is drawn."""
MOST = 15
"""Lines of a list; the page has all."""
FEW = 5
"""The same, of a list that each of several models has."""
TELLING = 3
"""Cases that a tag must have to be listed: of fewer, hardly anything is known."""


class SummaryView:
    """What `eval report` prints."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(words.headline(self.summary), style="bold")
        yield Text(words.circumstances(self.summary), style="dim")
        yield Text()
        yield _rates(self.summary)
        yield Text()
        yield _means(self.summary)
        for nth, warning in enumerate(words.warnings(self.summary)):
            if not nth:
                yield Text()
            yield Text.assemble(("! ", "bold yellow"), warning)
        yield from _cases(self.summary)
        yield from _rules(self.summary)
        yield from _groups(self.summary)
        yield Text()
        yield Text(words.EXPLAINED, style="dim")


def bar(interval: Interval, value: float, width: int = BAR) -> str:
    """``····├──●─┤···`` from 0 to 100 %."""
    low, at, high = (round(share * (width - 1)) for share in (interval.low, value, interval.high))
    cells = ["─" if low < cell < high else "·" for cell in range(width)]
    cells[low], cells[high] = "├", "┤"
    cells[at] = "●"
    return "".join(cells)


def _rates(summary: Summary) -> Table:
    k = words.most_trials(summary)
    several = [f"pass@{k}", f"pass^{k}"] if k > 1 else []
    table = _table("Model", "pass@1", "95 %", "0 % to 100 %", *several, "Score", "Trials")
    for model in summary.models:
        rate = model.rate
        line = bar(rate.interval, rate.value) if rate else ""
        more = [words.share(kind.get(k)) for kind in (model.any, model.all)] if k > 1 else []
        table.add_row(
            Text(one_line(model.model), style="bold"),
            words.share(rate),
            Text(words.span(rate.interval) if rate else "", style="dim"),
            Text(line, style="cyan"),
            *more,
            f"{model.score.value:.0f}" if model.score else "–",
            f"{model.trials:,}",
        )
    for column in (1, 2, *range(4, len(table.columns))):
        table.columns[column].justify = "right"
    return table


def _means(summary: Summary) -> Table:
    table = _table("", *(one_line(model.model) for model in summary.models))
    for column in table.columns[1:]:
        column.justify = "right"
    told = [words.figures(model) for model in summary.models]
    for nth, (name, _) in enumerate(told[0] if told else []):
        table.add_row(Text(name), *(figures[nth][1] for figures in told))
    return table


def _cases(summary: Summary) -> Iterator[RenderableType]:
    """Those that some model does not always pass."""
    found = words.lost_most(summary)
    if not found:
        return
    yield _title(f"Not always passed: {counted(len(found), 'case')} of {len(summary.cases)}")
    several = len(summary.models) > 1
    table = _table("", *(one_line(model.model) for model in summary.models), *([] if several else [""]), header=several)
    for case in found[:MOST]:
        marks = [_mark(model.by_case.get(case)) for model in summary.models]
        why = Text(one_line(summary.models[0].reasons.get(case, "")), style="dim", overflow="ellipsis", no_wrap=True)
        table.add_row(Text(one_line(case)), *marks, *([] if several else [why]))
    yield table
    yield from _more(len(found))


def _mark(count: Count | None) -> Text:
    said = words.mark(count)
    return Text(said, style={"✓": "green", "✗": "bold red", "◐": "yellow"}.get(said[0], "dim"))


def _rules(summary: Summary) -> Iterator[RenderableType]:
    most = MOST if len(summary.models) == 1 else FEW
    for model in summary.models:
        if not model.rules:
            continue
        yield _title(f"Rules that first drafts broke: {one_line(model.model)}")
        table = _table("", "trials", "mended", "cases")
        table.columns[1].justify = table.columns[2].justify = "right"
        for rule in model.rules[:most]:
            cases = Text(", ".join(map(one_line, rule.cases)), style="dim", overflow="ellipsis", no_wrap=True)
            table.add_row(Text(one_line(rule.rule)), str(rule.trials), str(rule.mended), cases)
        yield table
        yield from _more(len(model.rules), most)


def _groups(summary: Summary) -> Iterator[RenderableType]:
    """What the best model does worst first; with more than two models there is no room for intervals."""
    shown = words.believed if len(summary.models) < 3 else words.share
    for title, least, own in (
        ("By project", 1, [model.projects for model in summary.models]),
        ("By tag", TELLING, [model.tags for model in summary.models]),
    ):
        rates = [{group.name: group.rate for group in groups} for groups in own]
        sizes = {name: max(told[name].cases for told in rates if name in told) for told in rates for name in told}
        names = [name for name, size in sizes.items() if size >= least]
        names.sort(key=lambda name: [told[name].value if name in told else 1.0 for told in rates])
        if not names:
            continue
        yield _title(title)
        table = _table("", "cases", *(one_line(model.model) for model in summary.models))
        for column in table.columns[1:]:
            column.justify = "right"
        for name in names[:MOST]:
            table.add_row(Text(one_line(name)), str(sizes[name]), *(shown(told.get(name)) for told in rates))
        yield table
        yield from _more(len(names))


def _table(*columns: str, header: bool = True) -> Table:
    return Table(*columns, box=None, pad_edge=False, show_header=header, header_style="dim")


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _more(number: int, most: int = MOST) -> Iterator[Text]:
    if number > most:
        yield Text(f"… {number - most} more; --html has all.", style="dim")
