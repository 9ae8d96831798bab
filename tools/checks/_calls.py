"""What calling functions as others showed, as findings and as evidence."""

import re
from collections.abc import Iterator, Mapping

from tools.checks._statements import bare
from tools.checks.base import finding
from tools.observe import Observed
from tools.proofs.calls import Called
from tools.proofs.signing_up import ROLE
from tools.render.plain import counted
from tools.report import Finding


def says_public(name: str) -> bool:
    """What the function hands out is for everybody, by its name."""
    return bool(re.search(r"(^|_)(public|published)(_|$)", bare(name.partition("(")[0])))


def leak(seen: Observed, one: Called) -> Finding:
    """Somebody got what is not theirs."""
    line, column = function_line(seen, one.routine)
    return finding(
        "functions/leak",
        f"{one.routine}: {one.leak}",
        hint="Leave out SECURITY DEFINER, so that row level security answers; or raise 42501 first where the row is "
        "not the caller's: compare with (select auth.uid()).",
        object=one.routine,
        waived="its name says that it is for everybody" if says_public(one.routine) else None,
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


def signing_up(seen: Observed) -> Iterator[Finding]:
    """Nobody can sign up any more, for a trigger on auth.users cannot work for the Auth service."""
    if seen.proofs and seen.proofs.sign_up and seen.proofs.sign_up.broken:
        line, column = seen.line_of("auth.users", "trigger")
        line, column = (line, column) if line is not None else seen.line_of("create", "function")
        yield finding(
            "functions/body",
            f"Nobody can sign up: a trigger on auth.users fails as {ROLE}, as which the Auth service writes: "
            f"{seen.proofs.sign_up.broken}.",
            hint="Make the trigger's function SECURITY DEFINER with SET search_path = '', and write every name in it "
            "with its schema.",
            object="auth.users",
            line=line,
            column=column,
        )


def evidence(seen: Observed, called: Mapping[str, Called]) -> str:
    """What was called, and what could not be."""
    if why := seen.unproved("functions"):
        return f"none was called as another user: {why}"
    tried = [one for one in called.values() if one.calls]
    signed = "; signed somebody up, as the Auth service does" if seen.proofs and seen.proofs.sign_up else ""
    if signed and seen.proofs and seen.proofs.sign_up and (why := seen.proofs.sign_up.why):
        signed = f"; signing up as the Auth service does was refused: {why}"
    if why := seen.unproved("sign-up"):
        signed = f"; nobody was signed up: {why}"
    if not called:
        return f"users may execute none of them{signed}"
    calls = sum(one.calls for one in tried)
    said = f"proved: {len(tried)} called {counted(calls, 'time')}, as the owner of the ids, another user and a stranger"
    left = [f"{one.routine} ({one.why})" for one in called.values() if not one.calls]
    return (f"{said}; not called: {', '.join(left)}" if left else said) + signed


def function_line(seen: Observed, name: str) -> tuple[int | None, int | None]:
    """Where the file makes the function, or else first names it."""
    word = bare(name.partition("(")[0])
    line, column = seen.line_of("create", "function", word)
    return (line, column) if line is not None else seen.line_of(word)
