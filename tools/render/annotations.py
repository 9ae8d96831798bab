"""The report as workflow commands of GitHub Actions, which shows them on the lines of the pull request.

One line each, errors first. GitHub shows ten of a kind for one step and drops the others without a word, so the rest is
counted in a last line.
"""

from collections.abc import Sequence

from tools.render.plain import counted, harmless, one_line
from tools.report import Finding, Report

SHOWN = 10
"""Of each kind, in one step."""
_LONGEST = 4_000


def render(reports: Sequence[Report]) -> str:
    """`migration` of each report is a path from the repository's root. Ends with a newline where anything is said."""
    kinds: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for report in (part for each in reports for part in (each, *each.parts)):
        for check in report.checks:
            for finding in check.findings:
                kind = "notice" if finding.waived is not None else finding.severity
                kinds[kind].append(_command(kind, finding, report.migration))
    lines = [line for commands in kinds.values() for line in commands[:SHOWN]]
    left = [counted(len(found) - SHOWN, kind) for kind, found in kinds.items() if len(found) > SHOWN]
    if left:
        lines.append(f"{', '.join(left)} more than GitHub shows on lines; the report has them all.")
    return "".join(f"{line}\n" for line in lines)


def command(
    kind: str, message: str, *, file: str, title: str, line: int | None = None, column: int | None = None
) -> str:
    """One workflow command; nothing in it can end it or begin another."""
    properties = {"file": one_line(file), "line": line, "col": column, "title": one_line(title)}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None)
    return f"::{kind} {told}::{_data(harmless(message)[:_LONGEST])}"


def _command(kind: str, finding: Finding, path: str) -> str:
    said = (
        [finding.message, finding.hint] if finding.waived is None else [f"Allowed: {finding.waived}", finding.message]
    )
    return command(
        kind,
        "\n".join(filter(None, said)),
        file=path,
        title=finding.rule,
        line=finding.line or 1,
        column=finding.column,
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
