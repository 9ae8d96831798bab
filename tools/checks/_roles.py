"""The API's own roles: what they may act as, and the settings by which the API chooses roles and schemas."""

import re
from collections.abc import Iterator

from tools.checks.base import finding
from tools.observe import Observed
from tools.report import Finding

_API = ("anon", "authenticated", "authenticator")
_DECIDES = re.compile(r"pgrst\.(db_schemas?|db_anon_role|jwt_\w+)")
"""Settings that say which schemas are served, and as whom; those of speed and comfort (db_plan_enabled) do not."""
_PASSING = """
select member.rolname, role.rolname
from pg_catalog.pg_roles member, pg_catalog.pg_roles role
where member.rolname = any (%s) and pg_catalog.pg_has_role(member.oid, role.oid, 'member')
  and not (member.rolname = 'authenticator' and role.rolname in ('anon', 'authenticated', 'service_role'))
  and (role.rolbypassrls or role.rolsuper or role.rolname in ('pg_read_all_data', 'pg_write_all_data')
       or exists (select from pg_catalog.pg_class c where c.relowner = role.oid and c.relkind in ('r', 'p')))
order by role.rolname = member.rolname desc, 1, 2
"""
"""API roles that may act as one for which row level security does not hold, be it themselves."""


def changed_roles(seen: Observed) -> set[str]:
    """Names of roles that are not what they were, or have not the members that they had."""
    changed = (f for f in (*seen.news.added, *seen.news.removed) if f.kind in ("role", "membership"))
    return {name for fact in changed for name in fact.object.split("/")}


def past_policies(seen: Observed) -> Iterator[Finding]:
    """rls/bypass"""
    changed = changed_roles(seen)
    if not changed:
        return
    with seen.live.savepoint() as conn:
        passing = conn.execute(_PASSING, [list(_API)]).fetchall()
    for member, role in passing:
        if not changed & {member, role}:
            continue
        line, column = seen.line_of("role", member) if member == role else seen.line_of("grant", role)
        line, column = (line, column) if line is not None else seen.line_of(member)
        means = "is one" if member == role else f"may act as {role}, one"
        yield finding(
            "rls/bypass",
            f"{member}, as which the API asks, {means} that row level security does not hold for.",
            hint="Leave the API's roles as they are. What has to pass the policies is done by service_role on a "
            "server, or by a SECURITY DEFINER function that asks who is calling.",
            object=member,
            line=line,
            column=column,
        )


def api_settings(seen: Observed) -> Iterator[Finding]:
    """grants/api-settings"""
    for fact in seen.news.added:
        if fact.kind == "setting" and _DECIDES.fullmatch(fact.attribute):
            line, column = seen.line_of(fact.attribute)
            yield finding(
                "grants/api-settings",
                f"{fact.attribute} becomes {fact.value}: it decides what the API serves, and as whom.",
                hint="Set it where the API is configured: [api] in supabase/config.toml, and the project's settings.",
                object=fact.object,
                line=line,
                column=column,
            )
