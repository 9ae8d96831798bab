"""The report at a terminal: findings with the source they point at, the checklist, the verdict as the last line.

    Console().print(ReportView(report, {report.migration: text}))

Width and colour are the console's. Everything goes through `Text`, never through rich's markup, so a message
that holds ``[red]`` or an escape sequence shows as what it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from tools.render.plain import counted, evidence, harmless, one_line, seconds, tally, waived
from tools.report import Access, CheckResult, Finding, Report, Severity, Status

_MARKS: dict[Status, tuple[str, str, str]] = {
    "pass": ("✓", "ok", "green"),
    "fail": ("✗", "X", "bold red"),
    "warn": ("!", "!", "bold yellow"),
    "waived": ("–", "-", "yellow"),
    "n/a": ("–", "-", "dim"),
    "not-checked": ("–", "-", "dim"),
}
_SEVERITY: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow"}
_TAB = "    "


@dataclass(frozen=True)
class ReportView:
    """One file's report, and those of its parts."""

    report: Report
    sources: Mapping[str, str] = field(default_factory=dict)
    """Texts of the files by the report's ``migration``, for the lines that findings point at."""
    checklist: bool = True
    """False leaves findings and verdict: one file among many."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        parts = [self.report, *self.report.parts]
        for number, part in enumerate(parts, start=1):
            if len(parts) > 1:
                yield Text(f"File {number} of {len(parts)}: {one_line(part.migration)}", style="bold")
            yield from map(_Trimmed, self._one(part, options))
        yield _Trimmed(self._verdict(options))

    def _one(self, report: Report, options: ConsoleOptions) -> Iterator[RenderableType]:
        text = self.sources.get(report.migration, "")
        found = [finding for check in report.checks for finding in check.findings]
        opened = sorted((f for f in found if f.waived is None), key=lambda f: f.severity)
        for finding in opened:
            yield FindingView(finding, report.migration, text)
            yield Text()
        for finding in waived(report):
            target = f" on {one_line(finding.object)}" if finding.object else ""
            yield Text.assemble(
                ("allowed", "bold yellow"),
                f"[{finding.rule}]{target}: ",
                (one_line(finding.waived or ""), "bold"),
            )
        if waived(report):
            yield Text()
        if self.checklist:
            yield _checklist(report.checks, options)
            yield Text()
            if report.access:
                yield _access(report.access, options)
                yield Text()
        for note in report.notes:
            yield _hanging("note:", harmless(note), "dim")
        if report.notes:
            yield Text()

    def _verdict(self, options: ConsoleOptions) -> Text:
        report = self.report
        mark, style = _mark("fail" if report.verdict == "fail" else "pass", options)
        line = Text.assemble(
            (f"{mark} {report.verdict} ", f"bold {style}"), (one_line(report.migration), "bold"), f": {tally(report)}"
        )
        if self.checklist:
            line.append(f" (Postgres {one_line(report.postgres)}, {seconds(report.seconds)})", "dim")
        return line


@dataclass(frozen=True)
class FindingView:
    """The way rustc shows an error: what, where, the line, and what to write instead."""

    finding: Finding
    path: str
    text: str
    """Of the file that it points into."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from map(_Trimmed, self._parts(console, options.max_width))

    def _parts(self, console: Console, room: int) -> Iterator[RenderableType]:
        finding = self.finding
        number = str(finding.line or "")
        gutter = " " * max(1, len(number))
        yield Text.assemble(
            (f"{finding.severity}[{finding.rule}]", _SEVERITY[finding.severity]),
            (": " + harmless(finding.message), "bold"),
        )
        place = [str(part) for part in (finding.line, finding.column) if part is not None]
        yield _row(gutter, "-->", " " + ":".join([one_line(self.path), *place]), arrow=True)
        if pointed := _excerpt(self.text.split("\n"), finding.line, finding.column, room - len(gutter) - 4):
            source, offset, length = pointed
            yield _row(gutter, "|")
            yield _row(number, "|", " " + source)
            carets = Text(" " * (offset + 1) + "^" * length, style=_SEVERITY[finding.severity])
            yield _row(gutter, "|", carets)
        if finding.hint:
            yield _hanging(f"{gutter} = help:", harmless(finding.hint), "bold cyan")
        if finding.fix:
            yield _row(gutter, "|")
            for line in harmless(finding.fix).replace("\t", _TAB).strip("\n").split("\n"):
                for nth, piece in enumerate(Text(line, "green").wrap(console, max(8, room - len(gutter) - 3))):
                    yield _row(gutter if nth else "+".rjust(len(gutter)), "|", Text(" ") + piece)


@dataclass(frozen=True)
class Summary:
    """The last line where several files were checked."""

    reports: Sequence[Report]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        passed = sum(report.verdict == "pass" for report in self.reports)
        counts = f"{passed} pass, {len(self.reports) - passed} fail"
        versions = ", ".join(sorted({one_line(report.postgres) for report in self.reports}))
        took = seconds(sum(report.seconds for report in self.reports))
        yield Text.assemble(
            (f"{counted(len(self.reports), 'file')}: {counts}", "bold"), (f" (Postgres {versions}, {took})", "dim")
        )


@dataclass(frozen=True)
class _Trimmed:
    """Without the spaces that wrapping and tables leave at the ends of lines."""

    content: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self.content, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            if line:
                line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
            yield from line
            yield Segment.line()


def _row(number: str, bar: str, text: str | Text = "", *, arrow: bool = False) -> Text:
    gap = "" if arrow else " "
    return Text.assemble((f"{number}{gap}{bar}", "blue"), text, overflow="fold")


def _excerpt(lines: Sequence[str], line: int | None, column: int | None, room: int) -> tuple[str, int, int] | None:
    """The source line cut to `room` cells, and where in it the marks go: cells before them, cells long.

    A position at the line's beginning means the statement there and is marked to the line's end; one further in
    means the word there.
    """
    if line is None or not 1 <= line <= len(lines) or not (raw := lines[line - 1].rstrip("\r")).strip():
        return None
    indent = len(raw) - len(raw.lstrip())
    at = min(max((column or 1) - 1, 0), len(raw))
    if at <= indent:
        at, end = indent, len(raw.rstrip())
    else:
        word = re.compile(r"[\w.\"]+|.").match(raw, at)
        end = word.end() if word else at + 1
    start = 0
    if len(raw) > room or cell_len(_cells(raw)) > room:
        start = max(0, at - room // 3)
    before = "…" if start else ""
    shown = before + _cells(raw[start : start + room])
    offset = cell_len(before + _cells(raw[start:at]))
    if cell_len(shown) > room or len(raw) > start + room:
        shown = set_cell_size(shown, max(1, room - 1)).rstrip() + "…"
    length = max(1, min(cell_len(_cells(raw[at:end][:room])), cell_len(shown) - offset))
    return shown, offset, length


def _cells(text: str) -> str:
    return harmless(text).replace("\t", _TAB)


def _hanging(label: str, text: str, style: str) -> Table:
    """A label and a text beside it that wraps under itself."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True, style=style)
    grid.add_column(overflow="fold")
    grid.add_row(Text(label), Text(text))
    return grid


def _checklist(checks: Iterable[CheckResult], options: ConsoleOptions) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(max_width=max(18, options.max_width * 2 // 5), overflow="fold")
    table.add_column(overflow="fold")
    for check in checks:
        mark, style = _mark(check.status, options)
        quiet = "dim" if style == "dim" else ""
        table.add_row(Text(mark, style), Text(harmless(check.title), quiet), Text(harmless(evidence(check)), quiet))
    return table


def _access(cells: Sequence[Access], options: ConsoleOptions) -> Table:
    """Who reaches what: a row per table and actor, a column per verb; what was not expected is marked."""
    verbs = list(dict.fromkeys(cell.verb for cell in cells))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ["Table", "Actor", *verbs]:
        table.add_column(Text(one_line(heading)), overflow="fold")
    for (name, actor), group in groupby(cells, key=lambda cell: (cell.table, cell.actor)):
        outcomes = {cell.verb: cell for cell in group}
        table.add_row(
            Text(one_line(name)),
            Text(one_line(actor)),
            *(_outcome(outcomes.get(verb), options) for verb in verbs),
        )
    return table


def _outcome(cell: Access | None, options: ConsoleOptions) -> Text:
    if cell is None:
        return Text("")
    if cell.outcome == cell.expected:
        return Text(one_line(cell.outcome), style="green")
    mark, style = _mark("fail", options)
    return Text(f"{mark} {one_line(cell.outcome)}, not {one_line(cell.expected)}", style=style)


def _mark(status: Status, options: ConsoleOptions) -> tuple[str, str]:
    sign, plain, style = _MARKS[status]
    return (plain if options.ascii_only else sign), style
