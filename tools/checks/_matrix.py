"""The access matrix in the report, and the findings that it holds: who reached what they should not, and who did not
reach what is theirs."""

from collections.abc import Collection, Iterator

from tools.checks import _denied, _reached
from tools.checks._access import DOES
from tools.checks._reached import expected
from tools.checks._views import view_access
from tools.observe import Observed
from tools.proofs.access import VERBS, Cell
from tools.render.plain import counted
from tools.report import Access, Finding
from tools.rows.samples import HELP


def leaks(seen: Observed, always: Collection[tuple[str, str]]) -> Iterator[Finding]:
    """rls/leak-read, leak-write, anon, reassign and locked-out; `always` names (table, verb) that a policy is known
    to give to everybody."""
    if seen.proofs is None:
        return
    yield from _reached.copied(seen)
    for table, access in seen.proofs.access.items():
        before = seen.proofs.access_before.get(table)
        if not access.surface.rls:
            continue
        for verb in DOES:
            if (access.table, verb) not in always:
                yield from _reached.leak(seen, access, before, verb)
        yield from _denied.circle(seen, access, before)
        yield from _denied.broken(seen, access, before)
        yield from _reached.reassign(seen, access, before)
        yield from _reached.forged(seen, access, before)
        if (table, "insert") not in always and not any(access.reached(n, "insert") for n in ("other", "stranger")):
            yield from _reached.intruded(seen, access, before)
        for verb in DOES:
            yield from _reached.above(seen, access, before, verb)
            yield from _denied.locked_out(seen, access, before, verb)
            yield from _denied.shut(seen, access, before, verb)


def matrix(seen: Observed) -> list[Access]:
    """The report's matrix: outcomes as they were seen, with what was to be expected."""
    if seen.proofs is None:
        return []
    found = []
    for table, access in seen.proofs.access.items():
        cells = {(c.actor.name, c.verb): c for c in access.cells}
        for actor in () if access.missing else access.actors:
            for verb in VERBS:
                cell = cells.get((actor.name, verb))
                if cell is None and verb == "reassign":
                    continue
                right = expected(access, actor, verb, cell)
                outcome = _outcome(cell, verb == "reassign" or access.surface.may(actor.role, verb))
                judged = right is not None and outcome in ("allowed", "denied")
                wanted = ("allowed" if right else "denied") if judged else outcome
                found.append(Access(table=table, actor=actor.name, verb=verb, outcome=outcome, expected=wanted))
    return [*found, *view_access(seen)]


def _outcome(cell: Cell | None, may: bool) -> str:
    if cell is None:  # without the privilege there is nothing to try
        return "not tried" if may else "denied"
    return {True: "allowed", False: "denied", None: "fails"}[cell.reached]


def proved(seen: Observed) -> str:
    """The evidence: what was tried, and what could not be."""
    if why := seen.unproved("access"):
        return f"not attacked as another user: {why}"
    assert seen.proofs is not None
    tried = [a for a in seen.proofs.access.values() if a.cells and not a.missing]
    cells = sum(len(a.cells) for a in tried)
    parts = []
    if tried:
        parts.append(
            f"proved on rows of two families: {counted(cells, 'try', 'tries')} at {counted(len(tried), 'table')} as "
            "owner, another user, a stranger, anon and service_role"
        )
    if unfilled := [f"{table} ({a.missing})" for table, a in seen.proofs.access.items() if a.missing]:
        parts.append(f"not attacked: {', '.join(unfilled)}; {HELP}")
    shared = [t for t, a in seen.proofs.access.items() if a.cells and not a.path and not a.missing]
    if shared:
        parts.append(f"the same for every user, as nothing ties it to one: {', '.join(shared)}")
    if why := seen.unproved("views"):
        parts.append(f"views not read as another user: {why}")
    return "; ".join(parts) or "no table whose access changes"
