"""What calling functions as others showed, as findings and as evidence."""

import re
from collections.abc import Mapping

from tools.checks._statements import bare
from tools.checks.base import finding
from tools.observe import Observed
from tools.proofs.calls import Called
from tools.report import Finding


def says_public(name: str) -> bool:
    """What the function hands out is for everybody, by its name."""
    return bool(re.search(r"(^|_)public(_|$)", bare(name.partition("(")[0])))


def leak(seen: Observed, one: Called) -> Finding:
    """Somebody got what is not theirs."""
    line, column = function_line(seen, one.routine)
    return finding(
        "functions/leak",
        f"{one.routine}: {one.leak}",
        hint="Leave out SECURITY DEFINER, so that row level security answers; or raise 42501 first where the row is "
        "not the caller's: compare with (select auth.uid()).",
        object=one.routine,
        line=line,
        column=column,
    )


def failing(seen: Observed, one: Called) -> Finding:
    """Nobody gets anything, for its body names what is not there."""
    line, column = function_line(seen, one.routine)
    return finding(
        "functions/body",
        f"{one.routine} fails for everybody, seen by: {one.broken}: {one.message}.",
        hint="Call it as the app will, with `migration-agent psql`, and mend what it says.",
        object=one.routine,
        line=line,
        column=column,
    )


def evidence(seen: Observed, called: Mapping[str, Called]) -> str:
    """What was called, and what could not be."""
    if seen.proofs is None or seen.proofs.problem:
        return "none was called as another user" + (f": {seen.proofs.problem}" if seen.proofs else "")
    tried = [one for one in called.values() if one.calls]
    if not called:
        return "users may execute none of them"
    calls = sum(one.calls for one in tried)
    said = f"proved: {len(tried)} called {calls} times, as the owner of the ids, another user and a stranger"
    left = [f"{one.routine} ({one.why})" for one in called.values() if not one.calls]
    return f"{said}; not called: {', '.join(left)}" if left else said


def function_line(seen: Observed, name: str) -> tuple[int | None, int | None]:
    """Where the file makes the function, or else first names it."""
    word = bare(name.partition("(")[0])
    line, column = seen.line_of("create", "function", word)
    return (line, column) if line is not None else seen.line_of(word)
