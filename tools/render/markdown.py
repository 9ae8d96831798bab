"""The report for a pull request or an issue: verdict, checklist, findings folded, what was allowed in bold.

Text from outside is escaped (`tools.render.gfm`).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from tools.render import gfm
from tools.render.gfm import block, code, prose
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
    for number, severity in enumerate(sorted({finding.severity for finding in found})):
        these = [finding for finding in found if finding.severity == severity]
        items = "\n\n".join("\n\n".join(_finding(finding)) for finding in these)
        yield f"<details{'' if number else ' open'}>\n<summary>{severities(these)}</summary>\n\n{items}\n\n</details>"
    yield f"<details>\n<summary>Checklist: {statuses(report)}</summary>\n\n{checklist(report)}\n\n</details>"
    if reached := "\n\n".join(access(report.access)):
        yield f"<details>\n<summary>Who reaches what</summary>\n\n{reached}\n\n</details>"
    if report.notes:
        yield "\n".join(f"- {prose(note)}" for note in report.notes)


def checklist(report: Report) -> str:
    """A row for each check of the file's own."""
    rows = ([_MARKS[check.status], escaped(check.title), prose(evidence(check))] for check in report.checks)
    return gfm.table(["", "Check", "Evidence"], rows)


def _finding(finding: Finding) -> Iterator[str]:
    place = f", line {finding.line}" if finding.line else ""
    yield f"**{code(finding.rule)}**{place}: {prose(finding.message)}"
    if finding.hint:
        yield prose(finding.hint)
    if finding.fix and finding.fix.strip() not in finding.hint:
        yield block(finding.fix, "sql")


def allowance(finding: Finding) -> str:
    """What was allowed and why, as a list item."""
    target = f" on {code(finding.object)}" if finding.object else ""
    return f"- **Allowed: {code(finding.rule)}{target}: {prose(finding.waived or '')}**"


def access(cells: Sequence[Access]) -> list[str]:
    """The matrix, a row for each actor; tables that are reached in the same way share one, below their names."""
    alike: dict[tuple[tuple[str, str, str, str], ...], list[str]] = {}
    by_table = sorted(cells, key=lambda cell: cell.table)
    for table, group in groupby(by_table, key=lambda cell: cell.table):
        pattern = tuple((cell.actor, cell.verb, cell.outcome, cell.expected) for cell in group)
        alike.setdefault(pattern, []).append(table)
    return [f"{', '.join(map(code, tables))}:\n\n{_matrix(pattern)}" for pattern, tables in alike.items()]


def _matrix(pattern: Sequence[tuple[str, str, str, str]]) -> str:
    verbs = list(dict.fromkeys(verb for _, verb, _, _ in pattern))
    rows: dict[str, dict[str, str]] = {}
    for actor, verb, outcome, expected in pattern:
        rows.setdefault(actor, {})[verb] = _outcome(outcome, expected)
    shown = ([escaped(actor), *(row.get(verb, "") for verb in verbs)] for actor, row in rows.items())
    return gfm.table(["", *map(escaped, verbs)], shown)


def escaped(text: str) -> str:
    """`gfm.escaped`, and nothing in it notifies, refers or links."""
    return gfm.muted(gfm.escaped(text))


def _outcome(outcome: str, expected: str) -> str:
    """What opens stands out, and what should not be so even more."""
    if outcome != expected:
        return f"❌ **{escaped(outcome)}**, not {escaped(expected)}"
    return f"**{escaped(outcome)}**" if outcome == "allowed" else escaped(outcome)
