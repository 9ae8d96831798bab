"""Tables, views and functions reach exactly the API roles that they should: the migration says which, and nothing goes
to `anon` or PUBLIC unless that is asked for.

A privilege lets a role try; row level security then picks the rows. Supabase used to hand everything in `public` to
all API roles by default and new projects no longer do, so a migration has to be right in both: it takes away
what the default may have given, and grants what is needed, verb by verb.

    revoke all on table public.quests from anon, authenticated, service_role;
    grant select, insert, update on table public.quests to authenticated;
    grant all on table public.quests to service_role;

## grants/missing

A policy lets a role select, insert, update or delete, but no GRANT of this migration gives that role the privilege;
or a table, view or function for the API says nothing about who may use it.

Why: in a project without default privileges the app gets "permission denied for table quests". In yours it may work
today because the default grants everything; `supabase db reset` with the new default shows the difference.

Fix: grant each verb that has a policy, and `service_role` what server-side code needs. A function:

    grant execute on function public.get_child_stats(uuid) to authenticated;

Where nothing is for the API, take it away, which says so:

    revoke all on table public.job_runs from anon, authenticated;

Allow: `-- allow: grants/missing on public.quests: REASON`.

## grants/anon

`anon` (somebody who has not signed in) or PUBLIC gets a privilege on a new object, or a new one on an old object.
Often nobody wrote that: it is what the default gives where the migration does not revoke it.

Why: the key for `anon` is public. Row level security stands in front of SELECT, INSERT, UPDATE and DELETE, but TRUNCATE
and REFERENCES pass it by, and one lax policy later is enough.

Fix: take it back, before granting to others.

    revoke all on table public.quests from anon;

Allow: `-- allow: grants/anon on public.reviews: the landing page shows them` for public data; then grant SELECT only.

## grants/excess

A table is granted to `authenticated` or `anon` with ALL.

Why: ALL is more than the four verbs: TRUNCATE, which no policy stops, TRIGGER and REFERENCES come with it, and so does
every verb that a later policy should have been asked about.

Bad:

    grant all on table public.quests to authenticated;

Good: the verbs that have a policy. (`service_role` may have ALL.)

    grant select, insert, update on table public.quests to authenticated;

Allow: `-- allow: grants/excess on public.quests: REASON`.

## grants/public-execute

A new function in an exposed schema may be executed by PUBLIC or `anon`.

Why: Postgres gives EXECUTE on every new function to PUBLIC. Whoever has the public key can call it as
`/rest/v1/rpc/NAME`, with arguments of their choice, and SECURITY DEFINER functions run with their owner's rights.
Trigger functions cannot be called that way and are exempt.

Fix:

    revoke execute on function public.get_child_stats(uuid) from public, anon;
    grant execute on function public.get_child_stats(uuid) to authenticated;

Allow: `-- allow: grants/public-execute on public.get_price_list(): it is shown before signing in`.

## grants/api-settings

A setting by which the API chooses schemas or roles is written into the database: `pgrst.db_schemas`,
`pgrst.db_anon_role`, `pgrst.jwt_*`.

Why: it decides which schemas the API serves, and as which role. One line opens a schema that was never meant to be
seen, and neither supabase/config.toml nor the project's settings show it.

Fix: name the schemas in `[api] schemas` of supabase/config.toml, and in the project's settings.

Allow: `-- allow: grants/api-settings: REASON`.
"""

from collections.abc import Iterator

from tools.checks._access import CALLERS, changed_policies, exposed, policies_on, privileges
from tools.checks._grants import FUNCTIONS, SEQUENCES, TABLES, Written, announced, written_in
from tools.checks._roles import api_settings
from tools.checks._statements import bare, unreadable
from tools.checks.base import Outcome, Rule, finding
from tools.facts import Fact
from tools.observe import Observed
from tools.policies import VERBS
from tools.render.plain import counted
from tools.report import Finding

ID = "grants"
PREFIX = "grants"
TITLE = "Privileges reach the right API roles"
RULES = (Rule("missing"), Rule("anon"), Rule("excess", "warning"), Rule("public-execute"), Rule("api-settings"))

API_ROLES = (*CALLERS, "service_role")


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "not looked at: the migration did not apply", "not-checked")
    written = list(written_in(seen.migration))
    new = _new_objects(seen)
    findings = [
        *_policies_without(seen, written),
        *_nothing_said(seen, written, new),
        *_server_forgotten(seen, written, new),
        *_to_anon(seen),
        *_excess(written),
        *_public_execute(seen),
        *api_settings(seen),
    ]
    privileged = ("grant", "default privileges")
    changed = [f for f in (*seen.news.added, *seen.news.removed) if f.kind in privileged]
    if not (new or changed or findings or changed_policies(seen)):
        return Outcome([], "no new table, view or function, and no privilege changed", "n/a")
    hidden = unreadable(seen.migration)
    evidence = (
        f"catalog: privileges of {counted(len(new), 'new object')} as this project's defaults leave them; "
        f"read: {counted(len(written), 'GRANT or REVOKE', 'GRANT and REVOKE statements')}, for projects without such "
        "defaults"
    )
    return Outcome(
        findings, evidence + (f"; {counted(hidden, 'statement')} built at run time not read" if hidden else "")
    )


def _new_objects(seen: Observed) -> list[tuple[str, str]]:
    """(kind, name) of new tables, views and callable functions in exposed schemas; partitions go with their table."""
    return [
        (kind, name)
        for kind in ("table", "view", "function")
        for name, facts in seen.after.of(kind).items()
        if seen.is_new(kind, name)
        and exposed(seen, name)
        and not (kind == "function" and _is_internal(facts))
        and "partition bound" not in facts
    ]


def _is_internal(facts: dict[str, str]) -> bool:
    """A trigger's function, which cannot be called, or an aggregate's part of the catalog."""
    return facts.get("returns") in ("trigger", "event_trigger") or facts.get("kind") in ("aggregate", "window")


def _policies_without(seen: Observed, written: list[Written]) -> Iterator[Finding]:
    """Verbs that a new policy allows and no privilege does."""
    wanted: dict[str, dict[str, set[str]]] = {}
    for policy in changed_policies(seen):
        if not policy.permissive or policy.is_closed:
            continue
        roles = {"authenticated" if role == "public" else role for role in policy.roles} & set(CALLERS)
        for role in roles:
            wanted.setdefault(policy.table, {}).setdefault(role, set()).update(policy.commands)
        if roles and seen.is_new("table", policy.table) and not _kept_from_server(written, policy.table):
            wanted[policy.table]["service_role"] = {"SELECT"}
    for table, roles_and_verbs in sorted(wanted.items()):
        for role, verbs in roles_and_verbs.items():
            given = _given(seen, written, table, role)
            if verbs - given:
                given |= {
                    v for v in verbs for w in announced(seen, table) if w.grant and w.covers(TABLES, table, role, v)
                }
            if missing := [verb for verb in VERBS if verb in verbs - given]:
                yield _missing_on(seen, table, role, missing)
        yield from _sequences(seen, written, table, roles_and_verbs)


def _kept_from_server(written: list[Written], table: str) -> bool:
    """A REVOKE is meant for service_role, and is not the clearing of all API roles before the grants."""
    return any(
        not w.grant and w.covers(TABLES, table, "service_role") and "authenticated" not in w.roles for w in written
    )


def _given(seen: Observed, written: list[Written], table: str, role: str) -> set[str]:
    """What the role has without help from default privileges; what an old table has is its own."""
    held = privileges(seen.after, "table", table, role)
    if not seen.is_new("table", table) or unreadable(seen.migration):
        return held
    grants = [w for w in written if w.grant]
    return {v for v in held if any(w.covers(TABLES, table, r, v) for w in grants for r in (role, "public"))}


def _missing_on(seen: Observed, table: str, role: str, verbs: list[str]) -> Finding:
    line, column = seen.line_of("policy", bare(table))
    what = "server-side code cannot reach it" if role == "service_role" else f"its policies let {role} do that"
    privilege = "all" if role == "service_role" else ", ".join(verbs).lower()
    words = "anything" if role == "service_role" else ", ".join(verbs)
    return finding(
        "grants/missing",
        f"No GRANT gives {role} {words} on {table}; {what}.",
        hint="Grant it in this migration; default privileges are not the same in every Supabase project.",
        fix=f"grant {privilege} on table {table} to {role};",
        object=table,
        line=line,
        column=column,
    )


def _sequences(seen: Observed, written: list[Written], table: str, wanted: dict[str, set[str]]) -> Iterator[Finding]:
    """A serial column draws on a sequence, for which inserting needs a privilege of its own."""
    if unreadable(seen.migration):
        return
    for name, facts in seen.after.of("sequence").items():
        column = facts.get("owned by", "")
        if not seen.is_new("sequence", name) or not column.startswith(f"{table}."):
            continue
        if seen.after.get("column", column).get("identity"):
            continue
        roles = [role for role, verbs in wanted.items() if "INSERT" in verbs]
        without = [r for r in roles if not any(w.grant and w.covers(SEQUENCES, name, r, "USAGE") for w in written)]
        if without:
            line, position = seen.line_of("create", "table", bare(table))
            yield finding(
                "grants/missing",
                f"{column} takes its default from {name}, which {', '.join(without)} may not use.",
                hint="Grant USAGE on the sequence, or make the column GENERATED ALWAYS AS IDENTITY, or a uuid.",
                fix=f"grant usage on sequence {name} to {', '.join(without)};",
                object=name,
                line=line,
                column=position,
            )


def _nothing_said(seen: Observed, written: list[Written], new: list[tuple[str, str]]) -> Iterator[Finding]:
    """New objects about which no GRANT and no REVOKE says whether the API may use them."""
    for kind, name in [] if unreadable(seen.migration) else new:
        target = FUNCTIONS if kind == "function" else TABLES
        said = any(w.covers(target, name, role) for w in written for role in API_ROLES if w.grant or role != "anon")
        if said or (kind == "table" and policies_on(seen.after, name)) or announced(seen, name):
            continue
        line, column = seen.line_of("create", bare(name.partition("(")[0]))
        privilege, noun = ("execute", "function") if kind == "function" else ("select", "table")
        yield finding(
            "grants/missing",
            f"Nothing says which API roles may use the {kind} {name}.",
            hint=f"Grant it to those who need it, e.g. to authenticated; or revoke it from {' and '.join(API_ROLES)}, "
            "if it is internal.",
            fix=f"grant {privilege} on {noun} {name} to authenticated;",
            object=name,
            line=line,
            column=column,
        )


def _server_forgotten(seen: Observed, written: list[Written], new: list[tuple[str, str]]) -> Iterator[Finding]:
    """New views that users may read and service_role, from which all was taken along with theirs, may not."""
    for kind, name in new:
        if kind != "view" or _kept_from_server(written, name) or unreadable(seen.migration):
            continue
        held = {role: privileges(seen.after, "table", name, role) for role in API_ROLES}
        taken = any(not w.grant and w.covers(TABLES, name, "service_role") for w in written)
        coming = any(w.grant and w.covers(TABLES, name, "service_role", "SELECT") for w in announced(seen, name))
        if taken and not coming and not held["service_role"] and any("SELECT" in held[role] for role in CALLERS):
            yield _missing_on(seen, name, "service_role", ["SELECT"])


def _to_anon(seen: Observed) -> Iterator[Finding]:
    """Privileges of anon and PUBLIC that the migration brings, functions and types aside."""
    brought: dict[tuple[str, str], list[str]] = {}
    for fact in seen.news.added:
        role, _, privilege = fact.attribute.partition("/")
        if role in ("anon", "public") and fact.value != "revoked" and _matters(seen, fact):
            brought.setdefault((fact.object, role), []).append(privilege)
    for (target, role), found in sorted(brought.items()):
        name = target.partition(" ")[2]
        line, column = seen.line_of("grant", bare(name), role)
        if line is None:
            line, column = seen.line_of("create", bare(name))
        who = "PUBLIC (everybody)" if role == "public" else "anon (not signed in)"
        is_default = target.partition(" ")[0] in ("tables", "sequences", "functions")
        yield finding(
            "grants/anon",
            f"{who} gets {', '.join(sorted(found))} on {'new ' if is_default else ''}{target}.",
            hint=f"Take it back: REVOKE ALL ... FROM {role}. Where it is meant to be public, allow it with a reason.",
            fix="" if is_default or target.startswith("column") else f"revoke all on {target} from {role};",
            object=target if is_default else name,
            line=line,
            column=column,
        )


def _matters(seen: Observed, fact: Fact) -> bool:
    """A privilege on rows or what holds them. An identity column's sequence can only be used through its table."""
    kind, _, name = fact.object.partition(" ")
    if fact.kind == "default privileges":
        return kind != "types"
    if fact.kind != "grant" or kind not in ("table", "column", "sequence", "schema", "foreign"):
        return False
    column = seen.after.get("sequence", name).get("owned by", "") if kind == "sequence" else ""
    return not (column and seen.after.get("column", column).get("identity"))


def _public_execute(seen: Observed) -> Iterator[Finding]:
    given: dict[str, set[str]] = {}
    for fact in seen.news.added:
        if fact.kind == "grant" and fact.object.startswith("function ") and fact.value != "revoked":
            given.setdefault(fact.object.removeprefix("function "), set()).add(fact.attribute.partition("/")[0])
    for name, facts in seen.after.of("function").items():
        brought = given.get(name, set()) & {"public", "anon"}
        if not brought or _is_internal(facts) or not exposed(seen, name):
            continue
        line, column = seen.line_of("create", "function", bare(name.partition("(")[0]))
        who = " and ".join(sorted("PUBLIC" if role == "public" else role for role in brought))
        yield finding(
            "grants/public-execute",
            f"{who} may execute {name}, as anybody who has the app's public key.",
            hint="Revoke EXECUTE from public and anon, then grant it to whom it is for.",
            fix=f"revoke execute on function {name} from public, anon;",
            object=name,
            line=line,
            column=column,
        )


def _excess(written: list[Written]) -> Iterator[Finding]:
    for w in written:
        roles = sorted(w.roles & set(CALLERS))
        if not w.grant or w.kind != TABLES or w.privileges or w.schemas or not roles:
            continue
        for table in sorted(w.names):
            yield finding(
                "grants/excess",
                f"{' and '.join(roles)} get ALL on {table}, TRUNCATE among it, which row level security does not stop.",
                hint="Grant the verbs that have a policy.",
                fix=f"revoke all on table {table} from {', '.join(roles)};\n"
                f"grant select, insert, update, delete on table {table} to {', '.join(roles)};",
                object=table,
                line=w.line,
                column=1,
            )
