"""Who did not reach what is theirs: owners locked out, policies that cannot be asked, verbs that no policy is for."""

import re
from collections.abc import Iterator

from tools.checks._access import changed_policies, policy_line, shown
from tools.checks._grants import granted_in
from tools.checks._statements import bare, pieces, relation
from tools.checks.base import finding
from tools.observe import Observed
from tools.proofs.access import TableAccess
from tools.report import Finding

_CALLER = re.compile(r"\bauth\.uid\(\)", re.IGNORECASE)
_BEYOND_ROWS = re.compile(r"\bauth\.(jwt|role|email)\(|current_setting|request\.jwt", re.IGNORECASE)
"""What a policy may ask of a token or session, and the tries do not have."""
_RECURSION = ("42P17", "54001")
"""Infinite recursion in a policy, and a stack that functions calling each other have filled."""
_ABOUT = re.compile(r'for (?:table|relation|view|sequence) "?(\w+)"?')
"""Which object a refusal is about."""
_POWER = re.compile(r"role|admin|permission|staff|super", re.IGNORECASE)
"""What a policy asks for beside ownership, where no member of the tenant was there to have it."""


def locked_out(seen: Observed, access: TableAccess, before: TableAccess | None, verb: str) -> Iterator[Finding]:
    """Policies ask who is calling, and not even the owner, in any role, is the one they mean."""
    surface = access.surface
    policies = surface.permissive("authenticated", verb)
    inside = [c for c in access.cells if c.actor.is_inside and c.verb == verb]
    if not access.path or not policies or not inside or any(c.reached is not False for c in inside):
        return
    if before is not None and not before.reached("owner", verb):
        return
    asked = surface.conditions(verb.upper())
    restricted = any(not p.permissive for p in surface.policies)
    by_power = _POWER.search(asked) and not any(c.actor.name.startswith("member") for c in inside)
    if restricted or by_power or not _CALLER.search(asked) or _BEYOND_ROWS.search(asked):
        return
    if verb == "insert" and any("row-level security" not in c.said for c in inside):
        return
    line, column = policy_line(seen, access, policies)
    yield finding(
        "rls/locked-out",
        f"The owner of a row of {access.table} ({' -> '.join(access.path)}) cannot {verb} it, though {verb.upper()} is "
        f'granted and policy "{policies[0].name}" is for that.',
        hint=f"Compare the column that leads to the user with (select auth.uid()): {' -> '.join(access.path)}.",
        object=access.table,
        line=line,
        column=column,
    )


def broken(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    """What the owner may do fails, and not for the table's own policies and privileges: a trigger cannot work.

    Of a table that was there before, only what the owner could do then.
    """
    cells = {c.verb: c for c in access.cells if c.actor.name == "owner" and c.state.startswith("42")}
    for verb in ("select", "insert", "update", "edit", "delete"):
        cell = cells.get(verb)
        if cell is None or cell.state in _RECURSION or (verb == "edit" and "update" in cells):
            continue
        about = _ABOUT.search(cell.said)
        if about and about[1] == bare(access.table).strip('"'):
            continue
        if before is None and not (about and cell.said.startswith("permission denied")):
            continue  # of what is new, only what is certain not to be the throwaway server's doing
        if before is not None and not (
            before.reached("owner", verb)
            or (verb == "edit" and not before.surface.triggers and before.reached("owner", "update"))
        ):
            continue
        line, column = policy_line(seen, access, access.surface.permissive("authenticated", verb))
        could = "could {} it before and cannot now" if before else "may {} it and cannot"
        yield finding(
            "rls/locked-out",
            f"The owner of a row of {access.table} {could.format(verb)}: {shown(cell.said)}",
            hint="A trigger or function that works for users needs their privileges, or SECURITY DEFINER.",
            object=access.table,
            line=line,
            column=column,
        )


def circle(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    """The policies cannot be asked: they come back to their own table. What was so before is not news."""
    cell = next((c for c in access.cells if c.state in _RECURSION), None)
    if cell is None or (before is not None and any(c.state in _RECURSION for c in before.cells)):
        return
    verb = "select" if cell.verb == "look" else cell.verb
    line, column = policy_line(seen, access, access.surface.permissive(cell.actor.role, verb))
    yield finding(
        "rls/recursion",
        f"{verb.upper()} on {access.table} as {cell.actor.role} fails: {cell.said}",
        hint="Let the policy ask a SECURITY DEFINER function that reads the table past row level security and looks "
        "only for the caller's own rows.",
        object=access.table,
        line=line,
        column=column,
    )


def shut(seen: Observed, access: TableAccess, before: TableAccess | None, verb: str) -> Iterator[Finding]:
    """The verb is granted, and no policy lets anybody in: the migration grants it in so many words and others have a
    policy; or it takes reading away and leaves writing; or it writes the table's policies anew and one verb is missing.
    Who only drops policies closes the table on purpose."""
    surface, coming = access.surface, _coming(seen, access.table)
    if not (any(p.permissive for p in surface.policies) or coming):
        return  # rls/no-policy
    public = any(w.rule == "grants/anon" and w.reason for w in seen.migration.waivers)  # anon is meant to come in
    for role in ("authenticated", "anon") if public else ("authenticated",):
        if surface.permissive(role, verb) or not surface.may(role, verb) or verb in coming or "all" in coming:
            continue
        granted = any(verb.upper() in w.privileges for w in granted_in(seen, access.table, role))
        meant = [p for p in changed_policies(seen) if p.table == access.table and p.command == verb.upper()]
        anew = any(p.table == access.table for p in changed_policies(seen))
        lost = (
            before is not None
            and (verb == "select" or (anew and bool(before.surface.permissive(role, verb))))
            and any(c.reached and c.verb == verb for c in before.cells if c.actor.role == role)
        )
        if not (granted or lost or any(p.holds_for(role) and not p.permissive for p in meant)):
            continue
        line, column = seen.line_of("grant", verb, bare(access.table)) if granted else policy_line(seen, access, meant)
        yield finding(
            "rls/locked-out",
            f"{verb.upper()} on {access.table} is granted to {role}, and no policy lets anybody {verb}"
            f"{' any more' if lost else ''}.",
            hint=f"Write a permissive policy for {verb}, or "
            + ("revoke the verb as well." if lost else "leave the verb out of the grant."),
            object=access.table,
            line=line,
            column=column,
        )
        return


def _coming(seen: Observed, table: str) -> set[str]:
    """Verbs for which a file that comes after this one in the same change makes a permissive policy."""
    return {
        piece.node.cmd_name
        for migration in seen.following
        if bare(table) in migration.text
        for piece in pieces(migration)
        if piece.kind == "CreatePolicyStmt" and piece.node.permissive and relation(piece.node.table) == table
    }
