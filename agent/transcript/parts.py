"""The larger parts of the page: a draft with its difference and findings, and the checklist over time."""

from collections.abc import Sequence

from agent.transcript import sql
from agent.transcript.markup import Child, Html, join, tag
from agent.transcript.read import DraftView
from agent.transcript.words import STATUSES, judged, matrix, target
from tools.render.plain import counted, seconds
from tools.report import Finding


def folded(title: Child, content: Child, note: str = "", *, shown: bool = False) -> Html:
    """Something that unfolds."""
    summary = tag(
        "summary", tag("span", title, class_="title"), tag("span", note, class_="quiet note") if note else None
    )
    return tag("details", summary, content, open=shown)


def listing(text: str) -> Html:
    """SQL in colours."""
    lines = (join((_span(span) for span in line), "\n") for line in sql.coloured(text))
    return tag("pre", lines, class_="sql")


def lines_of(text: str) -> str:
    return counted(len(text.splitlines()), "line")


def draft_card(draft: DraftView, told: Html | None) -> Html:
    """A draft: what the checklist said, what that changed, and the SQL."""
    passed = draft.verdict == "pass"
    tone = "bad" if not passed else "idle" if draft.findings else "good"
    sign = "✗" if not passed else "!" if draft.findings else "✓"
    title = tag(
        "h4",
        tag("span", f"{sign} Draft {draft.number}", class_=f"badge {tone}"),
        tag("span", judged(draft)),
        tag("span", seconds(draft.seconds), class_="quiet"),
    )
    return tag(
        "div",
        title,
        _mended(draft),
        _findings(draft),
        _files(draft),
        told,
        class_=f"draft {tone}",
        id=f"draft-{draft.number}",
    )


def _mended(draft: DraftView) -> Html | None:
    """What the draft before still had."""
    mended = draft.change.mended
    rules = ", ".join(dict.fromkeys(map(target, mended)))
    return tag("p", tag("b", f"{len(mended)} mended"), " ", rules, class_="mended") if mended else None


def _findings(draft: DraftView) -> Html | None:
    """Of a later draft with a word on whether they are new."""
    if not draft.findings:
        return None
    left = draft.change.left
    words = ["" if not draft.before else "still there" if finding in left else "new" for finding in draft.findings]
    items = map(_finding, draft.findings, words)
    return tag("ul", items, class_="findings")


def _finding(finding: Finding, word: str) -> Html:
    more = [
        tag("p", finding.hint) if finding.hint else None,
        listing(finding.fix) if finding.fix else None,
    ]
    what = join(tag("code", finding.rule, class_=finding.severity), " ", finding.message)
    note = tag("span", word, class_=f"quiet note {word}") if word else None
    return tag("li", tag("details", tag("summary", tag("span", what, class_="title"), note), more))


def _files(draft: DraftView) -> Html:
    if not draft.files:
        return tag("p", "The log does not hold this draft's text.", class_="quiet")
    if not draft.before or not draft.before.files:
        return join(folded(tag("code", f.name), listing(f.text), lines_of(f.text), shown=True) for f in draft.files)
    whole = [folded(join("All of ", tag("code", f.name)), listing(f.text), lines_of(f.text)) for f in draft.files]
    changed = list(sql.changes(draft.before.files, draft.files))
    if not changed:
        return join(tag("p", f"The same text as draft {draft.before.number}."), whole)
    return join(map(difference, changed), whole)


def difference(change: sql.FileChange, words: str = "What changed in ") -> Html:
    """A file against another, line by line."""
    title = join(words, tag("code", change.name))
    counts = f"+{change.added} −{change.removed}"
    return folded(title, tag("pre", map(_line, change.lines), class_="sql diff"), counts, shown=True)


_SIGNS = {"+": "added", "-": "removed", " ": "same", "@": "gap"}


def _line(line: sql.Line) -> Html:
    if line.sign == "@":
        return tag("span", "⋯\n", class_="gap")
    text = (tag("mark", _span(span)) if changed else _span(span) for span, changed in sql.marked(line))
    sign = tag("i", line.sign)
    return tag("span", sign, text, "\n", class_=_SIGNS[line.sign])


def _span(span: sql.Span) -> Html:
    kind, text = span
    banner = " banner" if kind == "comment" and not text.strip("-= ") else ""
    return tag("span", text, class_=kind + banner) if kind else join(text)


def checklist(drafts: Sequence[DraftView]) -> Html | None:
    """Checks down, drafts across."""
    rows = matrix(drafts)
    if not rows:
        return None
    heads = (
        tag(
            "th", tag("a", str(draft.number), href=f"#draft-{draft.number}", title=f"Draft {draft.number}"), scope="col"
        )
        for draft in drafts
    )
    table = tag(
        "table",
        tag("thead", tag("tr", tag("th", "Draft", scope="col"), heads)),
        tag("tbody", (tag("tr", tag("th", row.title, scope="row"), map(_cell, row.statuses)) for row in rows)),
        class_="matrix",
    )
    used = {status for row in rows for status in row.statuses}
    key = (join(mark(status), f" {word} ") for status, (_, word) in STATUSES.items() if status in used)
    legend = tag("p", key, class_="quiet key")
    return tag("section", tag("h2", "Checklist, draft by draft"), tag("div", table, class_="wide"), legend)


def _cell(status: str) -> Html:
    return tag("td", mark(status))


def mark(status: str) -> Html:
    """The sign of a check's status."""
    sign, word = STATUSES.get(status, ("", "not recorded"))
    return tag("span", sign, class_=f"mark {status.replace('/', '')}" if sign else "mark", title=word)
