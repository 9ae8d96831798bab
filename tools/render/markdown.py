"""The report for a pull request or an issue: verdict, checklist, findings folded, what was allowed in bold.

Text from outside is escaped (`tools.render.gfm`).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from tools.render import gfm
from tools.render.gfm import block, code
from tools.render.plain import evidence, seconds, severities, statuses, tally, waived
from tools.report import Access, Finding, Report, Status

_MARKS: dict[Status, str] = {
    "pass": "✅",
    "fail": "❌",
    "warn": "⚠️",
    "waived": "➖",
    "n/a": "➖",
    "not-checked": "❔",
}


def render(reports: Report | Sequence[Report]) -> str:
    """Ends with a newline; several files are set apart by their headings."""
    several = [reports] if isinstance(reports, Report) else reports
    return "\n\n".join("\n\n".join(_file(report)) for report in several) + "\n"


def _file(report: Report) -> Iterator[str]:
    mark = _MARKS["pass" if report.verdict == "pass" else "fail"]
    yield f"### {mark} {report.verdict.capitalize()}: {code(report.migration)}"
    yield f"{tally(report).capitalize()} · Postgres {escaped(report.postgres)} · {seconds(report.seconds)}"
    yield from _body(report)
    for number, part in enumerate(report.parts, start=2):
        yield f"#### File {number} of {len(report.parts) + 1}: {code(part.migration)}"
        yield from _body(part)


def _body(report: Report) -> Iterator[str]:
    if allowed := waived(report):
        yield "\n".join(allowance(finding) for finding in allowed)
    found = [f for check in report.checks for f in check.findings if f.waived is None]
    if found:
        found.sort(key=lambda finding: finding.severity)
        items = "\n\n".join("\n\n".join(_finding(finding, report.migration)) for finding in found)
        yield f"<details open>\n<summary>{severities(found)}</summary>\n\n{items}\n\n</details>"
    yield f"<details>\n<summary>Checklist: {statuses(report)}</summary>\n\n{checklist(report)}\n\n</details>"
    if report.access:
        yield f"<details>\n<summary>Who reaches what</summary>\n\n{access(report.access)}\n\n</details>"
    if report.notes:
        yield "\n".join(f"- {escaped(note)}" for note in report.notes)


def checklist(report: Report) -> str:
    """A row for each check of the file's own."""
    rows = ([_MARKS[check.status], escaped(check.title), escaped(evidence(check))] for check in report.checks)
    return gfm.table(["", "Check", "Evidence"], rows)


def _finding(finding: Finding, path: str) -> Iterator[str]:
    place = ":".join([path, *(str(part) for part in (finding.line, finding.column) if part is not None)])
    yield f"**{finding.severity}** {code(finding.rule)}: {escaped(finding.message)}<br>{code(place)}"
    if finding.hint:
        yield escaped(finding.hint)
    if finding.fix:
        yield block(finding.fix, "sql")


def allowance(finding: Finding) -> str:
    """What was allowed and why, as a list item."""
    target = f" on {code(finding.object)}" if finding.object else ""
    return f"- **Allowed: {code(finding.rule)}{target}: {escaped(finding.waived or '')}**"


def access(cells: Sequence[Access]) -> str:
    """The matrix: a row for each table and actor."""
    verbs = list(dict.fromkeys(cell.verb for cell in cells))
    rows = []
    for (table, actor), group in groupby(cells, key=lambda cell: (cell.table, cell.actor)):
        outcomes = {cell.verb: _outcome(cell) for cell in group}
        rows.append([code(table), escaped(actor), *(outcomes.get(verb, "") for verb in verbs)])
    return gfm.table(["Table", "Actor", *map(escaped, verbs)], rows)


def escaped(text: str) -> str:
    """`gfm.escaped`, and nothing in it notifies, refers or links."""
    return gfm.muted(gfm.escaped(text))


def _outcome(cell: Access) -> str:
    if cell.outcome == cell.expected:
        return escaped(cell.outcome)
    return f"❌ **{escaped(cell.outcome)}**, not {escaped(cell.expected)}"
