"""What a policy's expressions say about who gets in: the rules of `rls` that are read, one policy at a time."""

from collections.abc import Collection, Iterator

from tools.checks._access import CALLERS, changed_policies, made_at, privileges
from tools.checks._sources import Sources
from tools.checks._statements import bare
from tools.checks.base import finding
from tools.expressions import CALLER, Surroundings, always_true, calls, mentions, open_to_anon, wrap
from tools.observe import Observed
from tools.policies import Policy
from tools.proofs.access import compares_caller
from tools.report import Finding

_METADATA = ("user_metadata", "raw_user_meta_data")
_READABLE = """
select has_any_column_privilege('anon', c.oid, 'select'), c.relrowsecurity and c.relkind in ('r', 'p')
from pg_catalog.pg_class c where c.oid = to_regclass(%s)
"""
_READING = """
select pg_get_expr(polqual, polrelid) from pg_catalog.pg_policy
where polrelid = to_regclass(%s) and polpermissive and polcmd in ('r', '*') and polqual is not null
  and polroles && array[0, 'anon'::regrole::oid]::oid[]
"""
"""Conditions under which anon reads a table."""
_DEEPEST = 3
_POLICIES_CALLING = """
select p.polrelid::regclass::text || '/' || p.polname
from pg_catalog.pg_policy p
join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = %s::regprocedure
order by 1
"""


def too_open(seen: Observed, policy: Policy, around: Surroundings) -> Iterator[Finding]:
    """rls/always-true, else rls/anon."""
    if not policy.permissive or not any(policy.holds_for(role) for role in CALLERS):
        return
    line, column = made_at(seen, policy)
    always = [word for word, text in policy.clauses.items() if always_true(text, around)]
    if always and policy.command != "SELECT":
        who = "everybody" if policy.holds_for("anon") else "every signed-in user"
        verb = {"ALL": "insert, change and delete"}.get(policy.command, policy.command.lower())
        yield finding(
            "rls/always-true",
            f'Policy "{policy.name}" lets {who} {verb} any row of {policy.table}: {" and ".join(always)} always holds.',
            hint="Compare the row with who is calling, e.g. OWNER_COLUMN = (select auth.uid()), in USING and in WITH "
            "CHECK. Server-side jobs use service_role, which needs no policy.",
            object=policy.object,
            line=line,
            column=column,
        )
        return
    held = privileges(seen.after, "table", policy.table, "anon") & set(policy.commands)
    opens = policy.clauses and all(open_to_anon(text, around) for text in policy.clauses.values())
    if policy.holds_for("anon") and held and opens:  # without a clause a policy lets nobody in
        yield finding(
            "rls/anon",
            f'Policy "{policy.name}" lets users who are not signed in {", ".join(sorted(held)).lower()} rows of '
            f"{policy.table}.",
            hint=f"Where the rows are meant for everybody, -- allow: rls/anon on {policy.table}: REASON."
            if "anon" in policy.roles
            else "Name the role: TO authenticated. Where the rows are meant to be public, allow it with a reason.",
            fix=""
            if "anon" in policy.roles
            else policy.sql(using=policy.using, check=policy.check, roles=("authenticated",)),
            object=policy.object,
            line=line,
            column=column,
        )


def form(seen: Observed, policy: Policy) -> Iterator[Finding]:
    """rls/role, rls/verb and rls/with-check: how a policy is written, whatever it lets through."""
    if not policy.permissive or policy.is_closed or not any(policy.holds_for(role) for role in CALLERS):
        return  # it takes away or gives nothing, and may well do so to everybody
    line, column = made_at(seen, policy)
    if "public" in policy.roles:
        yield finding(
            "rls/role",
            f'Policy "{policy.name}" on {policy.table} names no role, so it holds for every role, anon included.',
            hint="Name the role that it is for: TO authenticated.",
            fix=policy.sql(using=policy.using, check=policy.check, roles=("authenticated",)),
            object=policy.object,
            line=line,
            column=column,
        )
    if policy.roles == ("anon",) and all(map(_asks_for_an_id, policy.clauses.values())):
        yield finding(
            "rls/locked-out",
            f'Policy "{policy.name}" on {policy.table} is for anon alone, who has no id to compare: it lets nobody in.',
            hint="Name the role that it is for: TO authenticated.",
            fix=policy.sql(using=policy.using, check=policy.check, roles=("authenticated",)),
            object=policy.object,
            line=line,
            column=column,
        )
    if policy.command == "ALL":
        yield finding(
            "rls/verb",
            f'Policy "{policy.name}" on {policy.table} is for all verbs at once.',
            hint="Write one policy for each verb that the app needs: FOR SELECT, FOR INSERT, FOR UPDATE, FOR DELETE.",
            object=policy.object,
            line=line,
            column=column,
        )
    if policy.command == "UPDATE" and policy.check is None:
        yield finding(
            "rls/with-check",
            f'Policy "{policy.name}" on {policy.table} has no WITH CHECK: what rows may become is left to USING.',
            hint="Repeat the condition in WITH CHECK, so that it is read, and changed, on purpose.",
            fix=policy.sql(using=policy.using, check=policy.using),
            object=policy.object,
            line=line,
            column=column,
        )


def _asks_for_an_id(condition: str) -> bool:
    """Without a signed-in user it cannot be true."""
    return compares_caller(condition) and " OR " not in condition


def surroundings(seen: Observed, policy: Policy, sources: Sources) -> Surroundings:
    columns = seen.after.columns(policy.table)
    return Surroundings(
        not_null={name for name, facts in columns.items() if facts.get("not null") == "true"},
        helpers=sources.helpers,
        readable=lambda table: _anon_reads(seen, table, sources.helpers),
    )


def _anon_reads(seen: Observed, table: str, helpers: Collection[str], depth: int = 0) -> bool:
    """Somebody who is not signed in may find a row in the table: by privilege, and by its own policies."""
    with seen.live.savepoint() as conn:
        conn.execute("set local search_path = ''")
        row = conn.execute(_READABLE, [table]).fetchone()
        if row is None or not row[0]:
            return row is None
        if not row[1] or depth > _DEEPEST:
            return True
        conditions = [str(using) for (using,) in conn.execute(_READING, [table]).fetchall()]
    around = Surroundings(helpers=helpers, readable=lambda other: _anon_reads(seen, other, helpers, depth + 1))
    return any(open_to_anon(condition, around) for condition in conditions)


def initplan(seen: Observed, policy: Policy) -> Iterator[Finding]:
    found = {
        call.name
        for text in policy.clauses.values()
        for call in calls(text)
        if not call.wrapped and (call.name in CALLER or call.name == "current_setting")
    }
    if found:
        line, column = made_at(seen, policy)
        names = " and ".join(f"{name}()" for name in sorted(found))
        yield finding(
            "rls/initplan",
            f'Policy "{policy.name}" on {policy.table} calls {names} for every row.',
            hint="Wrap the call, so that it runs once per statement: (select auth.uid()).",
            fix=policy.sql(
                using=wrap(policy.using) if policy.using is not None else None,
                check=wrap(policy.check) if policy.check is not None else None,
            ),
            object=policy.object,
            line=line,
            column=column,
        )


def metadata(seen: Observed, policy: Policy, sources: Sources) -> Iterator[Finding]:
    direct = any(mentions(text, _METADATA) for text in policy.clauses.values())
    named = {call.name for text in policy.clauses.values() for call in calls(text)}
    behind = sorted(named & sources.matching(rf"\b({'|'.join(_METADATA)})\b"))
    if direct or behind:
        through = "" if direct else f" through {behind[0]}()"
        line, column = made_at(seen, policy)
        yield _trusts(f'Policy "{policy.name}" on {policy.table}{through}', policy.object, line, column)


def metadata_behind(seen: Observed, function: str, sources: Sources) -> Iterator[Finding]:
    """A changed function that policies of old call."""
    if sources.names.get(function) not in sources.matching(rf"\b({'|'.join(_METADATA)})\b"):
        return
    with seen.live.savepoint() as conn:
        conn.execute("set local search_path = ''")
        policies = [str(row[0]) for row in conn.execute(_POLICIES_CALLING, [function]).fetchall()]
    new = {policy.object for policy in changed_policies(seen)}
    if old := [name for name in policies if name not in new]:
        line, column = seen.line_of("function", bare(function.partition("(")[0]))
        yield _trusts(f"{function}, which the policy {old[0]} calls,", function, line, column)


def _trusts(who: str, name: str, line: int | None, column: int | None) -> Finding:
    return finding(
        "rls/user-metadata",
        f"{who} trusts user metadata, which users write themselves.",
        hint="Decide by app_metadata, which only the server writes, or by a table of roles.",
        object=name,
        line=line,
        column=column,
    )
