"""How Postgres finds the rows that a query wants: its own plan, made as the role that asks."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from tools.postgres.server import Connection
from tools.rows.write import literal
from tools.sql import identifier

_PASSES_ON = {
    "Limit",
    "Result",
    "Subquery Scan",
    "LockRows",
    "Append",
    "Merge Append",
    "ProjectSet",
    "Incremental Sort",
}
"""Nodes that read no more rows from below than are wanted above."""
_PARTIAL = """
select n from unnest(%s::text[]) n join pg_catalog.pg_index i on i.indexrelid = n::regclass where i.indpred is not null
"""
_ROOT = "select relname::text from pg_catalog.pg_class where oid = pg_catalog.pg_partition_root(%s::regclass)"
Node = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """One query, and who asks."""

    sql: str
    role: str = "none"
    """none: the owner of the tables, as foreign keys do"""
    claims: str = ""


@dataclass(frozen=True)
class Scan:
    """One table's part in a plan."""

    table: str
    indexes: tuple[str, ...]
    """Those that the rows are looked up in, as facts name them: ``schema.table/index``."""
    whole: bool
    """All rows, or all of an index, are read and tested one by one."""
    condition: str = ""
    """What they are tested for."""


@dataclass(frozen=True)
class Plan:
    scans: tuple[Scan, ...] = ()
    cost: float = 0.0
    state: str = ""
    """The SQLSTATE where there is no plan."""
    said: str = ""
    """Postgres's words then."""

    def reads_whole(self, table: str) -> Scan | None:
        return next((s for s in self.scans if s.table == table and s.whole), None)

    def indexes(self, table: str | None = None) -> tuple[str, ...]:
        """Those that serve, each once."""
        found = [name for s in self.scans if table in (None, s.table) for name in s.indexes]
        return tuple(dict.fromkeys(found))


def plans(conn: Connection, asks: Sequence[Ask], *, forced: bool, execute: bool = False) -> list[Plan]:
    """All in one round trip. `forced`: indexes wherever they can serve, which tells the truth on few rows too."""
    if not asks:
        return []
    options = "format json, verbose" + (", analyze, timing off" if execute else "")
    parts = ["savepoint asking", f"set local enable_seqscan = {'off' if forced else 'on'}"]
    for ask in asks:
        claims = f"set_config('request.jwt.claims', {literal(ask.claims)}, true)"
        parts += [f"select {claims}, set_config('role', '{ask.role}', true)", f"explain ({options}) {ask.sql}"]
    back = "rollback to asking; release asking"
    try:
        cursor = conn.execute("; ".join([*parts, back]).encode())
    except psycopg.Error as error:
        if conn.closed:
            raise
        conn.execute(back)
        if len(asks) == 1:
            return [Plan(state=error.sqlstate or "", said=error.diag.message_primary or str(error))]
        return [plan for ask in asks for plan in plans(conn, [ask], forced=forced, execute=execute)]
    trees = []
    while True:
        if cursor.description and cursor.description[0].name == "QUERY PLAN":
            trees.append(cursor.fetchall()[0][0][0]["Plan"])
        if not cursor.nextset():
            break
    for tree in trees:
        _name_wholes(conn, tree)
    partial = _partial(conn, {name for tree in trees for name in _unconditional(tree)})
    return [Plan(tuple(_scans(tree, False, partial)), tree["Total Cost"]) for tree in trees]


def _name_wholes(conn: Connection, tree: Node) -> None:
    """Partitions and their indexes by the names of the wholes."""
    parts = [n for n in _nodes(tree) if n.get("Parent Relationship") == "Member" and "Relation Name" in n]
    for scan in parts:
        for node, key in [(scan, "Relation Name"), *((n, "Index Name") for n in _lookups(scan))]:
            row = conn.execute(_ROOT, [f"{identifier(scan['Schema'])}.{identifier(node[key])}"]).fetchone()
            node[key] = row[0] if row and row[0] else node[key]


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _partial(conn: Connection, names: set[str]) -> set[str]:
    """Of these indexes (``schema.index``), those that hold some rows only."""
    return {str(name) for (name,) in conn.execute(_PARTIAL, [sorted(names)])} if names else set()


def _unconditional(node: Node, schema: str = "") -> Iterator[str]:
    schema = node.get("Schema", schema)
    if "Index Name" in node and "Index Cond" not in node:
        yield _index(schema, node)
    for child in node.get("Plans", ()):
        yield from _unconditional(child, schema)


def _scans(node: Node, stops_early: bool, partial: Container[str]) -> Iterator[Scan]:
    kind, below = node["Node Type"], node.get("Plans", ())
    if "Relation Name" in node and "Schema" in node:
        schema = node["Schema"]
        table = f"{identifier(schema)}.{identifier(node['Relation Name'])}"
        lookups = list(_lookups(node))
        serves = [n for n in lookups if "Index Cond" in n or _index(schema, n) in partial]
        whole = (len(serves) < len(lookups) or kind == "Seq Scan") and (not stops_early or "Filter" in node)
        if kind in ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan"):
            names = tuple(f"{table}/{n['Index Name']}" for n in (serves if whole else lookups))
            yield Scan(table, names, whole, node.get("Filter", ""))
    for child in below:
        is_own = child.get("Parent Relationship") not in ("SubPlan", "InitPlan")
        outer = kind in _PASSES_ON or (kind == "Nested Loop" and child.get("Parent Relationship") == "Outer")
        yield from _scans(child, is_own and (kind == "Limit" or (stops_early and outer)), partial)


def _lookups(node: Node) -> Iterator[Node]:
    """The node itself, or those under a bitmap, that read an index."""
    if "Index Name" in node:
        yield node
    for child in node.get("Plans", ()):
        if child["Node Type"].startswith("Bitmap"):
            yield from _lookups(child)


def _index(schema: str, node: Node) -> str:
    return f"{identifier(schema)}.{identifier(node['Index Name'])}"
