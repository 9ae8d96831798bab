"""Who may reach what through Supabase's API: exposed schemas, privileges, policies."""

import re

from tools.checks._statements import bare, identifier
from tools.facts import Catalog, relation
from tools.observe import Observed
from tools.policies import Policy
from tools.proofs.access import TableAccess

CALLERS = ("anon", "authenticated")
"""API roles that row level security holds for; service_role passes it by."""
DOES = {"select": "reads", "insert": "inserts", "update": "changes", "delete": "deletes"}
"""What somebody does to a row, by verb."""
_ID = re.compile(r"'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}'")
"""Other in each run, and a finding's words are its key."""
_LONGEST = 160


def exposed(seen: Observed, name: str) -> bool:
    """Whether the API serves the schema of this object (``[api] schemas`` in supabase/config.toml)."""
    schemas = seen.project.settings.get("api", {}).get("schemas", ["public", "graphql_public"])
    return schema_of(name) in {identifier(str(schema)) for schema in schemas}


def schema_of(name: str) -> str:
    """The schema of ``schema.thing``, as facts print it."""
    parent = relation(name)
    return parent[: parent.index('".') + 1] if parent.startswith('"') else parent.partition(".")[0]


def privileges(catalog: Catalog, kind: str, name: str, role: str) -> set[str]:
    """What a role may do with a table, sequence, function..., its own or through PUBLIC; of a table also what it may
    do with some of its columns."""
    found = _granted(catalog, f"{kind} {name}", role)
    if kind == "table":
        for column in catalog.columns(name):
            found |= _granted(catalog, f"column {name}.{column}", role)
    return found


def _granted(catalog: Catalog, target: str, role: str) -> set[str]:
    pairs = [name.partition("/") for name, value in catalog.get("grant", target).items() if value != "revoked"]
    return {privilege for grantee, _, privilege in pairs if grantee in (role, "public")}


def policies_on(catalog: Catalog, table: str) -> list[Policy]:
    return [Policy.of(name, facts) for name, facts in sorted(catalog.of("policy", under=table).items())]


def changed_policies(seen: Observed) -> list[Policy]:
    """Policies that the migration makes or alters."""
    touched = {f.object for f in seen.news.added if f.kind == "policy" and f.attribute != "comment"}
    return [Policy.of(name, seen.after.get("policy", name)) for name in sorted(touched)]


def policy_line(seen: Observed, access: TableAccess, policies: list[Policy]) -> tuple[int | None, int | None]:
    """Where the first of the policies that the file makes is made, or what else it says about the table."""
    for policy in policies:
        line, column = seen.line_of("create policy", policy.name, bare(access.table))
        if line is not None:
            return line, column
    line, column = seen.line_of("policy", bare(access.table))
    return (line, column) if line is not None else seen.line_of(bare(access.table))


def made_at(seen: Observed, policy: Policy) -> tuple[int | None, int | None]:
    """Where the file creates the policy, or what else it says about it."""
    line, column = seen.line_of("create policy", policy.name, bare(policy.table))
    return (line, column) if line is not None else seen.line_of("policy", policy.name, bare(policy.table))


def shown(text: str) -> str:
    """A statement or message in a line, the same in each run."""
    one_line = _ID.sub("'<id>'", " ".join(text.split()))
    return one_line if len(one_line) <= _LONGEST else one_line[: _LONGEST - 1] + "…"
