"""GRANT and REVOKE statements as a migration has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from postgast import pg_query_pb2

from tools.checks._access import schema_of
from tools.checks._statements import bare, identifier, pieces, relation
from tools.migration import Migration
from tools.observe import Observed

TABLES, FUNCTIONS, SEQUENCES = "table", "function", "sequence"
_KINDS = {
    pg_query_pb2.OBJECT_TABLE: TABLES,
    pg_query_pb2.OBJECT_FUNCTION: FUNCTIONS,
    pg_query_pb2.OBJECT_PROCEDURE: FUNCTIONS,
    pg_query_pb2.OBJECT_ROUTINE: FUNCTIONS,
    pg_query_pb2.OBJECT_SEQUENCE: SEQUENCES,
}


@dataclass(frozen=True)
class Written:
    """One GRANT or REVOKE as the migration has it."""

    kind: str
    names: frozenset[str]
    """``schema.name``; of functions without their arguments."""
    schemas: frozenset[str]
    """Of ALL ... IN SCHEMA."""
    grant: bool
    privileges: frozenset[str]
    """In capitals; empty for ALL."""
    roles: frozenset[str]
    line: int = 1

    def covers(self, kind: str, name: str, role: str, privilege: str = "") -> bool:
        """Without `privilege`: any."""
        name = named(name)
        here = name in self.names or schema_of(name) in self.schemas
        fits = not self.privileges or not privilege or privilege in self.privileges
        return self.kind == kind and here and fits and role in self.roles


def granted_in(seen: Observed, table: str, role: str) -> list[Written]:
    """What the migration grants the role on the table, by its name."""
    return [w for w in written_in(seen.migration) if w.grant and table in w.names and role in w.roles]


def written_in(migration: Migration) -> Iterator[Written]:
    """GRANT and REVOKE statements on tables, sequences and functions, those in DO blocks too."""
    for piece in pieces(migration):
        node: Any = piece.node
        if piece.kind != "GrantStmt" or node.objtype not in _KINDS:
            continue
        everywhere = node.targtype == pg_query_pb2.ACL_TARGET_ALL_IN_SCHEMA
        names = frozenset() if everywhere else frozenset(_object_name(item) for item in node.objects)
        yield Written(
            _KINDS[node.objtype],
            names,
            frozenset(identifier(item.string.sval) for item in node.objects) if everywhere else frozenset(),
            node.is_grant,
            frozenset(p.access_priv.priv_name.upper() for p in node.privileges),
            frozenset(_role(item.role_spec) for item in node.grantees),
            piece.statement.line,
        )


def announced(seen: Observed, name: str) -> list[Written]:
    """What the files after this one say about an object."""
    word = bare(name.partition("(")[0])
    return [found for m in seen.following if word in m.text for found in written_in(m) if named(name) in found.names]


def named(signature: str) -> str:
    """A function's ``schema.name``; of other objects the whole."""
    return signature.partition("(")[0]


def _object_name(item: Any) -> str:
    if item.WhichOneof("node") == "range_var":
        return relation(item.range_var)
    parts = [part.string.sval for part in item.object_with_args.objname]
    return ".".join(identifier(part) for part in (parts if len(parts) > 1 else ["public", *parts])[-2:])


def _role(spec: Any) -> str:
    return "public" if spec.roletype == pg_query_pb2.ROLESPEC_PUBLIC else str(spec.rolename)
