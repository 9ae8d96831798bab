"""From the access matrix to findings: who reached what they should not, and who did not reach what is theirs."""

import re
from collections.abc import Collection, Iterator

from tools.checks._access import changed_policies
from tools.checks._grants import granted_in
from tools.checks._statements import bare
from tools.checks._views import view_access
from tools.checks.base import finding
from tools.observe import Observed
from tools.policies import Policy
from tools.proofs.access import VERBS, Cell, TableAccess
from tools.proofs.cast import Actor
from tools.report import Access, Finding
from tools.rows.samples import HELP

_DOES = {"select": "reads", "insert": "inserts", "update": "changes", "delete": "deletes"}
_CALLER = re.compile(r"\bauth\.uid\(\)", re.IGNORECASE)
_BEYOND_ROWS = re.compile(r"\bauth\.(jwt|role|email)\(|current_setting|request\.jwt", re.IGNORECASE)
"""What a policy may ask of a token or session, and the tries do not have."""
_RECURSION = ("42P17", "54001")
"""Infinite recursion in a policy, and a stack that functions calling each other have filled."""
_POWER = re.compile(r"role|admin|permission|staff|super", re.IGNORECASE)
"""What a policy asks for beside ownership, where no member of the tenant was there to have it."""
_EVERY_MEMBER = {"member", "user", "everyone", "anyone", "people", "own", "their", "author", "creator", "reader"}
_ID = re.compile(r"'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}'")
"""Other in each run, and a finding's words are its key."""
_LONGEST = 160


def leaks(seen: Observed, always: Collection[tuple[str, str]]) -> Iterator[Finding]:
    """rls/leak-read, leak-write, anon, reassign and locked-out; `always` names (table, verb) that a policy is known
    to give to everybody."""
    if seen.proofs is None:
        return
    for table, access in seen.proofs.access.items():
        before = seen.proofs.access_before.get(table)
        if not access.surface.rls:
            continue
        for verb in _DOES:
            if (access.table, verb) not in always:
                yield from _leak(seen, access, before, verb)
        yield from _circle(seen, access, before)
        yield from _reassign(seen, access, before)
        yield from _forged(seen, access, before)
        if (table, "insert") not in always and not any(access.reached(n, "insert") for n in ("other", "stranger")):
            yield from _intruded(seen, access, before)
        for verb in _DOES:
            yield from _above(seen, access, before, verb)
            yield from _broken(seen, access, before, verb)
            yield from _locked_out(seen, access, before, verb)
            yield from _shut(seen, access, verb)


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


def _leak(seen: Observed, access: TableAccess, before: TableAccess | None, verb: str) -> Iterator[Finding]:
    """The first outsider, of those with the most rights, who gets through and did not before."""
    for name in ("other", "stranger", "anon"):
        cell = next((c for c in access.cells if c.actor.name == name and c.verb == verb and c.reached), None)
        if cell is None or expected(access, cell.actor, verb, cell) is not False:
            continue
        if before is not None and before.reached(name, verb):
            continue
        who = {
            "other": "A signed-in user with rows of their own",
            "stranger": "A signed-in user who owns nothing",
            "anon": "Somebody who is not signed in",
        }[name]
        policies = access.surface.permissive(cell.actor.role, verb)
        whose = f" that belongs to somebody else ({' -> '.join(access.path)})" if access.path else ""
        line, column = _line(seen, access, policies)
        if verb == "select" and _declared_public(seen, access.table):
            yield finding(
                "rls/public-read",
                f"{who} reads every row of {access.table}.",
                hint="Keep the reason for this in the file.",
                object=access.table,
                line=line,
                column=column,
            )
            return
        yield finding(
            "rls/leak-read" if verb == "select" else "rls/leak-write",
            f"{who} {_DOES[verb]} a row of {access.table}{whose}, seen by: {_short(cell.said)}",
            hint=_tie(access, policies, verb),
            object=access.table,
            line=line,
            column=column,
        )
        return


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


def _reassign(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    cell = next((c for c in access.cells if c.verb == "reassign" and c.reached), None)
    if cell is None or (before is not None and before.reached(cell.actor.name, "reassign")):
        return
    policies = access.surface.permissive(cell.actor.role, "update")
    line, column = _line(seen, access, policies)
    yield finding(
        "rls/reassign",
        f"A user hands a row of {access.table} over to somebody else, seen by: {_short(cell.said)}",
        hint="Repeat the condition of USING in WITH CHECK, or grant UPDATE on the other columns only.",
        object=access.table,
        line=line,
        column=column,
    )


def _locked_out(seen: Observed, access: TableAccess, before: TableAccess | None, verb: str) -> Iterator[Finding]:
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
    line, column = _line(seen, access, policies)
    yield finding(
        "rls/locked-out",
        f"The owner of a row of {access.table} ({' -> '.join(access.path)}) cannot {verb} it, though {verb.upper()} is "
        f'granted and policy "{policies[0].name}" is for that.',
        hint=f"Compare the column that leads to the user with (select auth.uid()): {' -> '.join(access.path)}.",
        object=access.table,
        line=line,
        column=column,
    )


def _circle(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    """The policies cannot be asked: they come back to their own table. What was so before is not news."""
    cell = next((c for c in access.cells if c.state in _RECURSION), None)
    if cell is None or (before is not None and any(c.state in _RECURSION for c in before.cells)):
        return
    verb = "select" if cell.verb == "look" else cell.verb
    line, column = _line(seen, access, access.surface.permissive(cell.actor.role, verb))
    yield finding(
        "rls/recursion",
        f"{verb.upper()} on {access.table} as {cell.actor.role} fails: {cell.said}",
        hint="Let the policy ask a SECURITY DEFINER function that reads the table past row level security and looks "
        "only for the caller's own rows.",
        object=access.table,
        line=line,
        column=column,
    )


def _intruded(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    """An outsider's own row hangs on a row that the outsider may not even see."""
    for name in ("other", "stranger"):
        cell = next((c for c in access.cells if c.verb == "intrude" and c.reached and c.actor.name == name), None)
        if cell is None or access.reached(name, "see") or (before is not None and before.reached(name, "intrude")):
            continue
        line, column = _line(seen, access, access.surface.permissive("authenticated", "insert"))
        yield finding(
            "rls/leak-write",
            f"A user of another family inserts an own row of {access.table} that hangs on somebody else's, which they "
            f"may not even see: {_short(cell.said)}",
            hint="Let WITH CHECK ask for the parent as well: that the caller may see it, or belongs to its tenant.",
            object=access.table,
            line=line,
            column=column,
        )
        return


def _broken(seen: Observed, access: TableAccess, before: TableAccess | None, verb: str) -> Iterator[Finding]:
    """What the owner could do before fails now, and not for the table's own policies."""
    cell = next((c for c in access.cells if c.actor.name == "owner" and c.verb == verb), None)
    if before is None or cell is None or not before.reached("owner", verb) or not cell.state.startswith("42"):
        return
    if "row-level security" in cell.said or f"for table {bare(access.table)}" in cell.said:
        return
    line, column = _line(seen, access, access.surface.permissive("authenticated", verb))
    yield finding(
        "rls/locked-out",
        f"The owner of a row of {access.table} could {verb} it before and cannot now: {_short(cell.said)}",
        hint="A trigger or function that works for users needs their privileges, or SECURITY DEFINER.",
        object=access.table,
        line=line,
        column=column,
    )


def _forged(seen: Observed, access: TableAccess, before: TableAccess | None) -> Iterator[Finding]:
    """A fellow member writes a row in the owner's name, where rows are the user's alone."""
    cell = next((c for c in access.cells if c.verb == "forge" and c.reached), None)
    if cell is None or (before is not None and before.reached(cell.actor.name, "forge")):
        return
    line, column = _line(seen, access, access.surface.permissive("authenticated", "insert"))
    yield finding(
        "rls/leak-write",
        f"A fellow member inserts a row of {access.table} in somebody else's name, seen by: {_short(cell.said)}",
        hint="Let WITH CHECK compare the column that holds the user with (select auth.uid()).",
        object=access.table,
        line=line,
        column=column,
    )


def _shut(seen: Observed, access: TableAccess, verb: str) -> Iterator[Finding]:
    """The migration grants the verb in so many words, others have a policy, and it has none that lets anybody in."""
    surface = access.surface
    if not any(p.permissive for p in surface.policies):
        return  # rls/no-policy
    if seen.following and any("policy" in m.text.lower() for m in seen.following):
        return
    public = any(w.rule == "grants/anon" and w.reason for w in seen.migration.waivers)  # anon is meant to come in
    for role in ("authenticated", "anon") if public else ("authenticated",):
        if surface.permissive(role, verb) or not surface.may(role, verb):
            continue
        granted = any(verb.upper() in w.privileges for w in granted_in(seen, access.table, role))
        meant = [p for p in changed_policies(seen) if p.table == access.table and p.command == verb.upper()]
        if not granted and not any(p.holds_for(role) and not p.permissive for p in meant):
            continue
        line, column = seen.line_of("grant", verb, bare(access.table)) if granted else _line(seen, access, meant)
        yield finding(
            "rls/locked-out",
            f"{verb.upper()} on {access.table} is granted to {role}, and no policy lets anybody {verb}.",
            hint=f"Write a permissive policy for {verb}, or leave the verb out of the grant.",
            object=access.table,
            line=line,
            column=column,
        )
        return


def _above(seen: Observed, access: TableAccess, before: TableAccess | None, verb: str) -> Iterator[Finding]:
    """A member gets through who is none of those that the policies name ("Admins can ...")."""
    policies = access.surface.permissive("authenticated", verb)
    members = [c for c in access.cells if c.verb == verb and c.actor.name.startswith("member as ")]
    roles = [c.actor.name.removeprefix("member as ") for c in members]
    named = [_named(p, roles) for p in policies]
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
            line, column = _line(seen, access, policies)
            yield finding(
                "rls/leak-read" if verb == "select" else "rls/leak-write",
                f'A {cell.actor.name} {_DOES[verb]} rows of {access.table}, which "{policies[0].name}" does not name, '
                f"seen by: {_short(cell.said)}",
                hint="Let the policy ask for the role, as its name says.",
                object=access.table,
                line=line,
                column=column,
            )
            return


def _named(policy: Policy, roles: Collection[str]) -> set[str]:
    """The roles that a policy's name speaks of; none where it speaks of others too."""
    words = {word.lower().removesuffix("s") for word in policy.words.split()}
    if words & _EVERY_MEMBER:
        return set()
    return words & ({role.lower() for role in roles} | {"owner"})


def _line(seen: Observed, access: TableAccess, policies: list[Policy]) -> tuple[int | None, int | None]:
    for policy in policies:
        line, column = seen.line_of("create policy", policy.name, bare(access.table))
        if line is not None:
            return line, column
    line, column = seen.line_of("policy", bare(access.table))
    return (line, column) if line is not None else seen.line_of(bare(access.table))


def _short(text: str) -> str:
    one_line = _ID.sub("'<id>'", " ".join(text.split()))
    return one_line if len(one_line) <= _LONGEST else one_line[: _LONGEST - 1] + "…"


def proved(seen: Observed) -> str:
    """The evidence: what was tried, and what could not be."""
    if seen.proofs is None:
        return "not attacked as another user: it was not run on rows"
    if seen.proofs.problem:
        return f"not attacked as another user: {seen.proofs.problem}"
    tried = [a for a in seen.proofs.access.values() if a.cells and not a.missing]
    cells = sum(len(a.cells) for a in tried)
    parts = []
    if tried:
        parts.append(
            f"proved on rows of two families: {cells} tries at {len(tried)} table{'s' * (len(tried) != 1)} as owner, "
            "another user, a stranger, anon and service_role"
        )
    if unfilled := [f"{table} ({a.missing})" for table, a in seen.proofs.access.items() if a.missing]:
        parts.append(f"not attacked: {', '.join(unfilled)}; {HELP}")
    shared = [t for t, a in seen.proofs.access.items() if a.cells and not a.path and not a.missing]
    if shared:
        parts.append(f"the same for every user, as nothing ties it to one: {', '.join(shared)}")
    return "; ".join(parts) or "no table whose access changes"
