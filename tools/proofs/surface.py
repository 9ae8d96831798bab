"""What the API's roles may do with a table, and what stands between them and its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from tools.policies import Policy
from tools.postgres.server import Connection

ROLES = ("anon", "authenticated", "service_role")

_SURFACES = files("tools.proofs").joinpath("surface.sql").read_text()
_BODIES = """
with recursive called (oid) as (
  select unnest(%s::regprocedure[])::oid
  union
  select d.refobjid from called c join pg_catalog.pg_depend d
  on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = c.oid and d.refclassid = 'pg_catalog.pg_proc'::regclass
)
select p.oid::regprocedure::text, coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)
from called c join pg_catalog.pg_proc p on p.oid = c.oid
"""


@dataclass(frozen=True)
class Surface:
    """One table or view, as the API sees it."""

    table: str
    kind: str
    """pg_class.relkind"""
    rls: bool
    policies: tuple[Policy, ...]
    calls: Mapping[str, tuple[str, ...]]
    """The bodies of the functions that a policy calls, by its name."""
    privileges: Mapping[str, frozenset[str]]
    """Verbs on the whole table, in lower case, by role."""
    columns: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """Verbs by role and column, where any column has privileges of its own."""
    triggers: str = ""
    """Definitions, and what their functions do and as whom."""

    def may(self, role: str, verb: str, column: str | None = None) -> bool:
        """On the table, or on that column, or, for None, on some column."""
        if verb in self.privileges.get(role, frozenset()):
            return True
        columns = self.columns.get(role, {})
        if column is None:
            return any(verb in verbs for verbs in columns.values())
        return verb in columns.get(column, frozenset())

    def permissive(self, role: str, verb: str) -> list[Policy]:
        """Policies that let the role in with the verb."""
        return [p for p in self.policies if p.permissive and verb.upper() in p.commands and p.holds_for(role)]

    def conditions(self, command: str | None = None, *, called: bool = True) -> str:
        """What permissive policies (those for the command, or all) compare; `called`: and the functions in them."""
        chosen = [p for p in self.policies if p.permissive and (command is None or command in p.commands)]
        bodies = self.calls if called else {}
        return "\n".join(text for p in chosen for text in (*p.clauses.values(), *bodies.get(p.name, ())))

    @property
    def asked(self) -> str:
        """Everything that any of its policies asks."""
        return self.conditions() + "\n".join(t for p in self.policies if not p.permissive for t in p.clauses.values())


def surfaces(conn: Connection, tables: Iterable[str]) -> dict[str, Surface]:
    """Of those that are there, by name."""
    rows = conn.execute(_SURFACES, {"tables": sorted(set(tables))}).fetchall()
    called = sorted({f for _, _, _, policies, *_ in rows for p in policies or () for f in p["functions"] or ()})
    bodies = dict(conn.execute(_BODIES, [called]).fetchall()) if called else {}
    deep = "\n".join(bodies[f] for f in bodies if f not in called)  # called by those that are called
    found = {}
    for name, kind, rls, policies, privileges, triggers in rows:
        made, calls = [], {}
        for p in policies or ():
            roles = tuple(p["roles"])
            made.append(Policy(f"{name}/{p['name']}", p["command"], roles, p["permissive"], p["using"], p["check"]))
            calls[p["name"]] = (*(bodies.get(f, "") for f in p["functions"] or ()), deep)
        found[name] = Surface(
            name,
            kind,
            rls,
            tuple(made),
            calls,
            {
                role: frozenset(v for v in ("select", "insert", "update", "delete") if p[v])
                for role, p in privileges.items()
            },
            {role: {c: frozenset(v) for c, v in (p["columns"] or {}).items()} for role, p in privileges.items()},
            triggers or "",
        )
    return found
