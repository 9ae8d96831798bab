"""Who may reach what through Supabase's API: exposed schemas, privileges, policies."""

from dataclasses import dataclass

from tools.checks._statements import identifier
from tools.facts import Catalog, names, relation
from tools.observe import Observed

CALLERS = ("anon", "authenticated")
"""API roles that row level security holds for; service_role passes it by."""
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Policy:
    """A row level security policy as it stands after the migration."""

    object: str
    """``schema.table/name``"""
    command: str
    """SELECT, INSERT, UPDATE, DELETE or ALL."""
    roles: tuple[str, ...]
    permissive: bool
    using: str | None
    check: str | None

    @classmethod
    def of(cls, name: str, facts: dict[str, str]) -> "Policy":
        return cls(
            name,
            facts["command"],
            tuple(names(facts["roles"])),
            facts["permissive"] == "true",
            facts.get("using"),
            facts.get("check"),
        )

    @property
    def table(self) -> str:
        return self.object.partition("/")[0]

    @property
    def name(self) -> str:
        return self.object.partition("/")[2]

    @property
    def clauses(self) -> dict[str, str]:
        """Those that are there, by their keywords."""
        both = {"USING": self.using, "WITH CHECK": self.check}
        return {word: text for word, text in both.items() if text is not None}

    @property
    def is_closed(self) -> bool:
        """It lets nobody in: no expression, or FALSE."""
        return not self.clauses or "false" in self.clauses.values()

    @property
    def commands(self) -> tuple[str, ...]:
        return VERBS if self.command == "ALL" else (self.command,)

    def holds_for(self, role: str) -> bool:
        return role in self.roles or "public" in self.roles

    def sql(self, *, using: str | None, check: str | None, roles: tuple[str, ...] = ()) -> str:
        """The policy with other expressions, as it would be written."""
        name = identifier(self.name)
        lines = [f"drop policy if exists {name} on {self.table};", f"create policy {name}"]
        restrictive = "" if self.permissive else " as restrictive"
        to = ", ".join(identifier(role) for role in roles or self.roles)
        lines.append(f"on {self.table}{restrictive} for {self.command.lower()} to {to}")
        lines += [f"{word} {_enclosed(text)}" for word, text in (("using", using), ("with check", check)) if text]
        return "\n".join(lines) + ";"


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


def _enclosed(text: str) -> str:
    return text if text.startswith("(") and text.endswith(")") and _is_one(text) else f"({text})"


def _is_one(text: str) -> bool:
    """The first parenthesis closes at the end."""
    depth = 0
    for offset, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return offset == len(text) - 1
    return False
