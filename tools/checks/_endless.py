"""What does not come back when somebody uses it (the rule `functions/endless`)."""

from collections.abc import Iterator

from tools.checks._calls import function_line
from tools.checks._statements import bare
from tools.checks.base import finding
from tools.observe import Observed
from tools.report import Finding


def endless(seen: Observed) -> Iterator[Finding]:
    """As it was seen on rows: calls, triggers and policies that had to be stopped."""
    if seen.proofs is None:
        return
    for one in seen.proofs.calls:
        if one.endless:
            line, column = function_line(seen, one.routine)
            yield _finding(f"{one.routine} was called, and {one.why}.", one.routine, line, column)
    before = seen.proofs.access_before
    for table, access in seen.proofs.access.items():
        if access.endless and not (table in before and before[table].endless):
            line, column = seen.line_of("trigger", bare(table))
            yield _finding(f"A trigger of {table} calls itself without end: {access.missing}.", table, line, column)
    if seen.proofs.endless:
        new = sorted(f.object for f in seen.diff.added if f.kind in ("policy", "trigger", "function"))
        table, _, name = new[0].partition("/") if new else ("", "", "")
        line, column = seen.line_of(name, bare(table)) if name else (None, None)
        yield _finding(
            f"Using {table or 'what it makes or changes'} on a few rows did not come back, so it was stopped after "
            f"{seen.proofs.seconds:.1f} s.",
            table,
            line,
            column,
        )


def _finding(message: str, name: str, line: int | None, column: int | None) -> Finding:
    return finding(
        "functions/endless",
        message,
        hint="Look for an endless loop, pg_sleep, or a trigger that writes to its own table.",
        object=name,
        line=line,
        column=column,
    )
