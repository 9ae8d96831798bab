"""Who reached what they should not: outsiders, fellow members beyond their role, rows handed over or forged."""

import re
from collections.abc import Collection, Iterator

from tools.checks._access import DOES, policy_line, shown
from tools.checks._statements import bare
from tools.checks.base import finding
from tools.observe import Observed
from tools.policies import Policy
from tools.proofs.access import Cell, TableAccess, compares_caller
from tools.proofs.cast import Actor
from tools.report import Finding

WHO = {
    "other": "A signed-in user with rows of their own",
    "stranger": "A signed-in user who owns nothing",
    "anon": "Somebody who is not signed in",
}
_EVERY_MEMBER = {"member", "user", "everyone", "anyone", "people", "own", "their", "author", "creator", "reader"}
_OF_THE_ROW = {"author", "creator"}


def expected(access: TableAccess, actor: Actor, verb: str, cell: Cell | None) -> bool | None:
    """Whether the actor should reach the family's rows; None where that is the author's business."""
    may = verb != "reassign" and access.surface.may(actor.role, verb)
    if actor.role == "service_role":
        return may
    if verb == "reassign":
        return False
    if actor.is_inside:
        owns = actor.name == "owner" and cell is not None and access.path and access.surface.rls
        return may and bool(access.surface.permissive(actor.role, verb)) if owns else None
    if not access.path:
        return None if verb in ("select", "insert") else False
    return bool(access.open_by) if verb == "select" else False


def leak(seen: Observed, access: TableAccess, before: TableAccess | None, verb: str) -> Iterator[Finding]:
    """The first outsider, of those with the most rights, who gets through and did not before."""
    for name in WHO:
        cell = next((c for c in access.cells if c.actor.name == name and c.verb == verb and c.reached), None)
        if cell is None or (before is not None and before.reached(name, verb)):
            continue
        meant = ", ".join(access.open_by) if verb == "select" and access.path else ""
        exposed = _exposed(seen, access) if meant and before is not None else ""
        if not meant and expected(access, cell.actor, verb, cell) is not False:
            continue
        who = WHO[name]
        policies = access.surface.permissive(cell.actor.role, verb)
        whose = f" that belongs to somebody else ({' -> '.join(access.path)})" if access.path else ""
        line, column = policy_line(seen, access, policies)
        if (meant and not exposed) or (verb == "select" and _declared_public(seen, access.table)):
            yield finding(
                "rls/public-read",
                f"{who} reads rows of others in {access.table}.",
                hint="Keep the reason for this in the file.",
                object=access.table,
                waived=f"the file says so: {meant}" if meant else None,
                line=line,
                column=column,
            )
            return
        yield finding(
            "rls/leak-read" if verb == "select" else "rls/leak-write",
            f"{who} {DOES[verb]} a row of {access.table}{whose}, seen by: {shown(cell.said)}{exposed}",
            hint="Let the new column's default close the row, and open rows one by one."
            if exposed
            else _tie(access, policies, verb),
            object=access.table,
            line=line,
            column=column,
        )
        return


def copied(seen: Observed) -> Iterator[Finding]:
    """What triggers carry from somebody's rows to where others read it, and did not before."""
    told = {c.table for c in seen.proofs.copies_before} if seen.proofs else set()
    for one in seen.proofs.copies if seen.proofs else ():
        if one.table in told:
            continue
        told.add(one.table)
        line, column = seen.line_of("trigger", bare(one.table))
        line, column = (line, column) if line is not None else seen.line_of("trigger")
        declared = bool(one.open_by) or _declared_public(seen, one.table)
        yield finding(
            "rls/public-read" if declared else "rls/leak-read",
            f"{WHO[one.actor.name]} reads in {one.table} what {one.source} says of somebody else, as a trigger carries "
            f"it there: {one.text}.",
            hint="Keep the reason for this in the file."
            if declared
            else f"Let the trigger carry over only what all who read {one.table} may know, or tie the rows there to "
            f"whose they are. Where everybody may read them: -- allow: rls/public-read on {one.table}: REASON",
            object=one.table,
            waived=f"the file says so: {', '.join(one.open_by)}" if one.open_by else None,
            line=line,
            column=column,
        )


def _exposed(seen: Observed, access: TableAccess) -> str:
    """That a column which is new opens the rows that stood there before, as it comes; else nothing."""
    opening = "\n".join(p.using or "" for p in access.surface.policies if p.name in access.open_by)
    old, columns = seen.before.columns(access.table), seen.after.columns(access.table)
    new = [name for name in sorted(columns.keys() - old.keys()) if columns[name].get("default")]
    by = [name for name in new if re.search(rf"\b{re.escape(name)}\b", opening)]
    if not (by and access.as_it_comes):
        return ""
    return f"; the new column {', '.join(by)} opens all rows that were there before"


def _declared_public(seen: Observed, table: str) -> bool:
    """The file allows rls/public-read on the table, with a reason."""
    return any(
        w.rule == "rls/public-read" and w.reason and w.object in (None, table, table.removeprefix("public."))
        for w in seen.migration.waivers
    )


def _tie(access: TableAccess, policies: list[Policy], verb: str) -> str:
    which = f'Policy "{policies[0].name}"' if policies else "Nothing"
    clause = {"insert": "WITH CHECK", "update": "USING and WITH CHECK"}.get(verb, "USING")
    way = f"follow {' -> '.join(access.path)} and " if len(access.path) > 1 else ""
    said = f"{which} does not tie the row to the caller: in {clause}, {way}compare with (select auth.uid())."
    if verb == "select" and access.path:
        said += (
            ' Where everybody may read the rows, let the policy\'s name say so ("Everyone can read ...") or write: '
            f"-- allow: rls/public-read on {access.table}: REASON"
        )
    return said


def reassign(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    cell = next((c for c in access.cells if c.verb == "reassign" and c.reached), None)
    if cell is None or (before is not None and before.reached(cell.actor.name, "reassign")):
        return
    policies = access.surface.permissive(cell.actor.role, "update")
    line, column = policy_line(seen, access, policies)
    yield finding(
        "rls/reassign",
        f"A user hands a row of {access.table} over to somebody else, seen by: {shown(cell.said)}",
        hint="Repeat the condition of USING in WITH CHECK, or grant UPDATE on the other columns only.",
        object=access.table,
        line=line,
        column=column,
    )


def intruded(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    """An outsider's own row hangs on a row that the outsider may not even see."""
    for name in ("other", "stranger"):
        cell = next((c for c in access.cells if c.verb == "intrude" and c.reached and c.actor.name == name), None)
        if cell is None or access.reached(name, "see") or (before is not None and before.reached(name, "intrude")):
            continue
        line, column = policy_line(seen, access, access.surface.permissive("authenticated", "insert"))
        yield finding(
            "rls/leak-write",
            f"A user of another family inserts an own row of {access.table} that hangs on somebody else's, which they "
            f"may not even see: {shown(cell.said)}",
            hint="Let WITH CHECK ask for the parent as well: that the caller may see it, or belongs to its tenant.",
            object=access.table,
            line=line,
            column=column,
        )
        return


def forged(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    """A fellow member writes a row in the owner's name, where rows are the user's alone."""
    cell = next((c for c in access.cells if c.verb == "forge" and c.reached), None)
    if cell is None or (before is not None and before.reached(cell.actor.name, "forge")):
        return
    line, column = policy_line(seen, access, access.surface.permissive("authenticated", "insert"))
    yield finding(
        "rls/leak-write",
        f"A fellow member inserts a row of {access.table} in somebody else's name, seen by: {shown(cell.said)}",
        hint="Let WITH CHECK compare the column that holds the user with (select auth.uid()).",
        object=access.table,
        line=line,
        column=column,
    )


def above(seen: Observed, access: TableAccess, before: TableAccess | None, verb: str) -> Iterator[Finding]:
    """A member gets through who is none of those that the policies name ("Admins can ...")."""
    policies = access.surface.permissive("authenticated", verb)
    members = [c for c in access.cells if c.verb == verb and c.actor.name.startswith("member as ")]
    roles = [c.actor.name.removeprefix("member as ") for c in members]
    named = [_named(p, roles, verb) for p in policies]
    if not policies or not all(named):
        return
    allowed = set().union(*named)
    lowest = max((roles.index(role) for role in allowed if role in roles), default=-1)  # the most powerful come first
    asked = access.surface.conditions(verb.upper())
    for place, cell in enumerate(members):
        if f"'{roles[place]}'" in asked:
            continue  # whatever its name says, the policy means this role
        known_before = before is not None and before.reached(cell.actor.name, verb)
        if cell.reached and place > lowest and not known_before:
            line, column = policy_line(seen, access, policies)
            yield finding(
                "rls/leak-read" if verb == "select" else "rls/leak-write",
                f'A {cell.actor.name} {DOES[verb]} rows of {access.table}, which "{policies[0].name}" does not name, '
                f"seen by: {shown(cell.said)}",
                hint="Let the policy ask for the role, as its name says.",
                object=access.table,
                line=line,
                column=column,
            )
            return


def _named(policy: Policy, roles: Collection[str], verb: str) -> set[str]:
    """The roles that a policy's name speaks of; none where it speaks of others too.

    Whose the row is, by a column that the policy compares, is one more: the rows tried are the owner's. Whoever adds
    one is its author.
    """
    words = {*policy.subjects}
    if verb != "insert" and any(compares_caller(text) for text in policy.clauses.values()):
        words -= _OF_THE_ROW
    if words & _EVERY_MEMBER:
        return set()
    return words & ({role.lower() for role in roles} | {"owner"})
