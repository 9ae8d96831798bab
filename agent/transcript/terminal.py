"""A transcript at a terminal: the page's content without what it folds away.

Everything goes through `Text`, so that no markup or escape sequence of others acts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from agent.transcript import events, sql
from agent.transcript.read import Asked, Call, DraftView, Step, Told, Transcript, Turn
from agent.transcript.words import (
    REASONS,
    STATUSES,
    TONES,
    clipped,
    figures,
    gist,
    headline,
    judged,
    matrix,
    outcome,
    spent,
    target,
)
from tools.render.plain import counted, harmless, one_line, seconds

LINES = 8
"""Of a tool's answer; the page has more."""
SQL_LINES = 150
LONG_LINE = 1_000
WORDS = 2_000
"""Characters of what was said at once."""

_STATUS = {"pass": "green", "fail": "bold red", "warn": "bold yellow", "waived": "yellow"}
_SQL = {"keyword": "magenta", "type": "cyan", "string": "green", "number": "yellow", "comment": "dim", "name": "blue"}
_SIGNS = {"+": "green", "-": "red", " ": "dim", "@": "dim"}


@dataclass(frozen=True)
class _Indented:
    """By two cells, and more where a line goes on."""

    content: RenderableType
    hang: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(20, options.max_width - 2 - self.hang)
        for nth, line in enumerate(console.render_lines(self.content, options.update_width(width), pad=False)):
            yield from (Segment(" " * (2 + self.hang * (nth > 0))), *line) if line else ()
            yield Segment.line()


@dataclass(frozen=True)
class TranscriptView:
    """The whole run."""

    run: Transcript

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        run = self.run
        sign, tone, words = outcome(run.outcome)
        yield Text.assemble((f"{sign} {words}", TONES[tone]), ("  " + one_line(run.id), "dim"))
        yield Text(headline(run.request, 400), style="bold")
        when = f"{run.started:%Y-%m-%d %H:%M}" if run.started else ""
        about = [one_line(run.model), when, f"revises {one_line(run.file)}" if run.file else ""]
        yield Text(" · ".join(filter(None, about)), style="dim")
        yield _figures(run)
        yield Text()
        if matrix(run.drafts):
            yield _matrix(run.drafts)
            yield Text()
        for step in run.steps:
            yield from _step(step)
        yield from _result(run)


def _figures(run: Transcript) -> Text:
    line = Text()
    for name, value, more in figures(run):
        line.append(f"{'  ' if line else ''}{name.lower()} ", "dim")
        line.append(value)
        line.append(f" ({more})" if more else "", "dim")
    return line


def _matrix(drafts: Sequence[DraftView]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("Checklist, draft by draft")
    for draft in drafts:
        table.add_column(str(draft.number), justify="center")
    for row in matrix(drafts):
        marks = [Text(STATUSES.get(status, (" ", ""))[0], _STATUS.get(status, "dim")) for status in row.statuses]
        table.add_row(Text(one_line(row.title)), *marks)
    return table


def _step(step: Step) -> Iterator[RenderableType]:
    match step:
        case Turn():
            yield from _turn(step)
        case Told(first=True):
            yield Text(f"Given the rules, the project's schema and the request: {_size(step.text)}.", style="dim")
        case Told():
            yield _heading("told", ())
            yield _said(step.text, "dim")
        case Asked():
            yield _heading("a question", ())
            yield _said(step.question, "bold")
            if step.reason:
                yield _said(REASONS.get(step.reason, step.reason), "dim")
            if step.options:
                yield _said("\n".join(f"- {option}" for option in step.options))
            yield _said(step.answer or "No answer yet.", "cyan" if step.answer else "dim")
        case events.Resumed():
            yield _heading("resumed", [f"{step.at:%Y-%m-%d %H:%M}"] if step.at else [])
            if step.words:
                yield _said(step.words, "cyan")
        case events.End() | events.Written():
            return  # what became of it stands at the end


def _turn(turn: Turn) -> Iterator[RenderableType]:
    yield _heading(f"turn {turn.number}", spent(turn))
    if turn.text:
        yield _said(turn.text)
    for call in turn.calls:
        if call.draft:
            yield from _draft(call.draft)
        else:
            yield from _call(call)


def _call(call: Call) -> Iterator[RenderableType]:
    yield Text.assemble(("→ ", "blue"), (one_line(call.name), "bold"), " ", gist(call))
    if call.result is None:
        yield _said("Nothing came back: the run ended here.", "dim")
        return
    lines = harmless(call.result).splitlines()
    shown = [Text(line, style="dim", no_wrap=True, overflow="ellipsis") for line in lines[:LINES]]
    yield from (_Indented(line) for line in shown)
    if len(lines) > LINES:
        yield _more(len(lines) - LINES)


def _draft(draft: DraftView) -> Iterator[RenderableType]:
    tone = "bad" if draft.verdict != "pass" else "idle" if draft.findings else "good"
    sign = {"bad": "✗", "idle": "!", "good": "✓"}[tone]
    title = (f"{sign} draft {draft.number}", TONES[tone]), f"  {judged(draft)}", (f"  {seconds(draft.seconds)}", "dim")
    yield Text.assemble(*title)
    change = draft.change
    if change.mended:
        yield _Indented(Text.assemble(("mended ", "green"), ", ".join(dict.fromkeys(map(target, change.mended)))))
    for finding in draft.findings:
        style = "red" if finding.severity == "error" else "yellow"
        note = "" if not draft.before else " (still there)" if finding in change.left else " (new)"
        said = harmless(clipped(finding.message, 400))
        yield _Indented(Text.assemble((one_line(finding.rule), style), f" {said}", (note, "dim")))
    if draft.before and draft.before.files and draft.files:
        for file_change in sql.changes(draft.before.files, draft.files):
            yield _name(file_change.name, f"+{file_change.added} -{file_change.removed} against the draft before")
            yield from _sql([_changed(line) for line in file_change.lines])
        return
    for file in draft.files:
        yield _name(file.name, "")
        yield from _sql([_coloured(line) for line in sql.coloured(file.text)])


def _sql(lines: list[Text]) -> Iterator[RenderableType]:
    for line in lines[:SQL_LINES]:
        line.truncate(LONG_LINE, overflow="ellipsis")
        yield _Indented(line, hang=6)
    if len(lines) > SQL_LINES:
        yield _more(len(lines) - SQL_LINES)


def _coloured(spans: Sequence[sql.Span]) -> Text:
    return Text.assemble(*((harmless(text), _SQL.get(kind, "")) for kind, text in spans))


def _changed(line: sql.Line) -> Text:
    if line.sign == "@":
        return Text("⋯", style="dim")
    text = Text(f"{line.sign} ", style=_SIGNS[line.sign])
    for (_, piece), changed in sql.marked(line):
        text.append(harmless(piece), "bold reverse" if changed else None)
    return text


def _result(run: Transcript) -> Iterator[RenderableType]:
    yield Text()
    sign, tone, words = outcome(run.outcome)
    yield Rule(Text(f"{sign} {words}", style=TONES[tone]), align="left", style="dim", characters="─")
    if run.end is None:
        yield Text("The log ends here: the run was interrupted, or is still going.")
    for said in dict.fromkeys(filter(None, (run.end.summary, run.end.why))) if run.end else ():
        yield Text(harmless(clipped(said, WORDS)))
    for name in run.written:
        yield Text(f"Wrote {one_line(name)}")


def _heading(name: str, more: Sequence[str]) -> RenderableType:
    title = Text.assemble((name, "bold"), (f"  {' · '.join(more)}" if more else "", "dim"))
    return Group(Text(), Rule(title, align="left", style="dim", characters="─"))


def _said(text: str, style: str = "") -> Text:
    return Text(harmless(clipped(text.strip(), WORDS)), style=style)


def _name(name: str, note: str) -> RenderableType:
    return _Indented(Text.assemble((one_line(name), "bold"), (f"  {note}" if note else "", "dim")))


def _more(lines: int) -> RenderableType:
    return _Indented(Text(f"… {counted(lines, 'more line')}", style="dim italic"))


def _size(text: str) -> str:
    return counted(len(text), "character")
