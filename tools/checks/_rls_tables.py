"""Whether row level security is on for a table, and whether any policy lets somebody in: read from the catalog."""

from collections.abc import Iterator

from tools.checks._access import CALLERS, exposed, policies_on, privileges
from tools.checks._statements import bare, pieces, relation
from tools.checks.base import finding
from tools.observe import Observed
from tools.policies import VERBS
from tools.report import Finding


def published(seen: Observed) -> set[str]:
    """Tables whose changes are now sent to whoever listens and may read them."""
    added = {f.object.partition("/") for f in seen.news.added if f.kind == "publication table"}
    return {
        table
        for publication, _, table in added
        if "realtime" in publication and not seen.before.get("publication table", f"{publication}/{table}")
        if any("SELECT" in privileges(seen.after, "table", table, role) for role in CALLERS)
    }


def disabled(seen: Observed, table: str) -> Iterator[Finding]:
    facts = seen.after.get("table", table)
    if facts["rls"] == "true" or facts["kind"] == "foreign table":
        return
    is_old = bool(seen.before.get("table", table))
    was_on = seen.before.get("table", table).get("rls") == "true"
    if is_old and not was_on and table not in published(seen):
        return
    reached = [role for role in CALLERS if privileges(seen.after, "table", table, role)]
    if not (is_old or reached or exposed(seen, table)):
        return
    words = ("disable row level security",) if was_on else ("publication",)
    line, column = seen.line_of(*words, bare(table)) if is_old else _line_of_table(seen, table)
    what = "is turned off" if was_on else "is not on"
    more = ", and its changes are now sent to everybody who listens" if is_old and not was_on else ""
    yield finding(
        "rls/disabled",
        f"Row level security {what} for {table}{more}.",
        hint="Turn it on, also for a table that only the server uses.",
        fix=f"alter table {table} enable row level security;",
        object=table,
        line=line,
        column=column,
    )


def no_policy(seen: Observed, table: str) -> Iterator[Finding]:
    if seen.after.get("table", table)["rls"] != "true" or any(p.permissive for p in policies_on(seen.after, table)):
        return
    had = seen.before.get("table", table).get("rls") == "true" and not policies_on(seen.before, table)
    granted = {role: sorted(privileges(seen.after, "table", table, role) & set(VERBS)) for role in CALLERS}
    roles = [role for role in CALLERS if granted[role]]
    if roles and not had and not _follows(seen, table):
        line, column = _line_of_table(seen, table)
        yield finding(
            "rls/no-policy",
            f"{table} has row level security but no policy, so {' and '.join(roles)} find nothing in it.",
            hint="Write one policy for each verb that the app needs, e.g. for select to authenticated using "
            "(OWNER_COLUMN = (select auth.uid())); for an internal table take the privileges away.",
            fix=f"revoke all on table {table} from {', '.join(roles)};",
            object=table,
            line=line,
            column=column,
        )


def _follows(seen: Observed, table: str) -> bool:
    """A file that comes after this one in the same change makes a policy."""
    return any(
        piece.kind == "CreatePolicyStmt" and relation(piece.node.table) == table
        for migration in seen.following
        if bare(table) in migration.text
        for piece in pieces(migration)
    )


def _line_of_table(seen: Observed, table: str) -> tuple[int | None, int | None]:
    return seen.line_of("create", "table", bare(table))
