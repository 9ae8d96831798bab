"""The queries that a draft names, run as the API would run them over generated rows.

Placeholders (``$1``, ``:child_id``) are filled with what a family's rows say. Where a query reads a table whole, an
index on what it compares is built and the query planned again: only what would be mended that way is told.
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import postgast
import psycopg
from postgast import pg_query_pb2

from tools.migration import AppQuery
from tools.postgres.server import Connection
from tools.proofs.cast import Actor
from tools.proofs.families import Family
from tools.proofs.plans import Ask, Plan, plans
from tools.proofs.queries import Queries, Query
from tools.proofs.world import world
from tools.rows.filler import CannotFill, Filler, Row
from tools.rows.samples import SampleRow
from tools.rows.write import literal
from tools.sql import Script, SqlError, Statement, identifier

ROWS = 3_000
"""Generated in each table."""
_SECONDS = 2
"""How long one statement may take."""
_ALL_SECONDS = 8.0
"""After which the others are planned only, on the few rows that are there."""
_KINDS = ("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
_MANAGED = ("auth.", "storage.", "realtime.", "pg_catalog.", "information_schema.")
_MOST_QUERIES, _MOST_TABLES, _MOST_COLUMNS = 20, 8, 3
_WORTH_IT = 0.5
"""Of a plan's cost; what picks every third row is hardly helped by an index."""
_TOKENS = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|::|:="""
    r"""|(?<![\w\]])[:@](?P<name>[a-zA-Z_]\w*)|\$(?P<number>\d+)""",
    re.DOTALL,
)
"""What may hold a colon or dollar that is no placeholder, or is one."""
_USER = re.compile(r"^(current_)?(user|owner|uid|me|caller)(_?id)?$")
_CONTAINS = ("@>", "<@", "&&", "@@", "?", "?|", "?&")


@dataclass
class _Read:
    """A named query, read."""

    named: AppQuery
    text: str = ""
    """With all placeholders as ``$1``, ``$2``..."""
    places: tuple[str, ...] = ()
    """What each placeholder is called; empty for a number."""
    problem: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    """By the name under which the query speaks of them."""
    compared: list[tuple[str, str, str]] = field(default_factory=list)
    """(qualifier, column, operator) of WHERE, JOIN and ORDER BY."""
    meant: dict[int, tuple[str, str]] = field(default_factory=dict)
    """(qualifier, column) that a placeholder is compared with."""

    @property
    def first(self) -> str:
        return next(iter(self.tables.values()), "")


def explain_named(
    conn: Connection, implied: Queries, wanted: Sequence[AppQuery], samples: tuple[SampleRow, ...] = ()
) -> Queries:
    """With what became of each that is wanted. In the open transaction, which must be rolled back: rows are made."""
    return replace(implied, asked=(*implied.asked, *_explained(conn, wanted, samples))) if wanted else implied


def _explained(conn: Connection, wanted: Sequence[AppQuery], samples: tuple[SampleRow, ...]) -> list[Query]:
    last = time.monotonic() + _ALL_SECONDS
    reads = [_read(query) for query in wanted[:_MOST_QUERIES]]
    conn.execute(f"set local statement_timeout = '{_SECONDS}s'")
    nobody = [Ask(_filled(read, {}), read.named.role, Actor("", read.named.role).claims) for read in reads]
    looks = [_plan(conn, read, ask, forced=True) for read, ask in zip(reads, nobody, strict=True)]
    wanted_tables = [*(t for read in reads for t in read.tables.values()), *(s.table for p in looks for s in p.scans)]
    tables = [table for table in dict.fromkeys(wanted_tables) if not table.startswith(_MANAGED)]
    ownership, _ = world(conn, tables[:_MOST_TABLES], samples)
    family = Family.settle(conn, ownership, "asker")
    rows = {table: family.row(table) for table in tables if table in ownership.schema.tables}
    made = {table: _fill(conn, family.filler, table) for table in rows}
    found = []
    for read, look in zip(reads, looks, strict=True):
        actor = Actor("", read.named.role, family.user if read.named.role == "authenticated" else "")
        ask = Ask(_filled(read, {t: r for t, r in rows.items() if r}, family.user), actor.role, actor.claims)
        query = Query("named", read.first, (), ask, look, told=read.named.sql)
        if not look.state and time.monotonic() < last:
            run = _plan(conn, read, ask, forced=False, execute=True)
            eager = _plan(conn, read, ask, forced=True)
            read_from = {*read.tables.values(), *(scan.table for scan in run.scans)} & made.keys()
            rows_there = min((made[table] for table in read_from), default=0)
            query = replace(query, plan=_both(run, eager), ran=True, rows=rows_there)
            if not run.state:
                query = replace(query, better=_better(conn, read, ask, query.plan, ownership.schema.tables))
        found.append(query)
    return found


def _plan(conn: Connection, read: _Read, ask: Ask, *, forced: bool, execute: bool = False) -> Plan:
    if read.problem:
        return Plan(state="42601", said=read.problem)
    return plans(conn, [ask], forced=forced, execute=execute)[0]


def _both(run: Plan, eager: Plan) -> Plan:
    """As it ran, but for tables that it read whole by choice: indexes could serve, and most rows are wanted."""
    if run.state or eager.state:
        return run
    by_choice = {s.table for s in run.scans if s.whole and not eager.reads_whole(s.table)}
    kept = [s for s in run.scans if s.table not in by_choice]
    return Plan((*kept, *(s for s in eager.scans if s.table in by_choice)), run.cost)


def _fill(conn: Connection, filler: Filler, table: str) -> int:
    """Rows made, counted by the planner too."""
    try:
        made = filler.fill(table, ROWS)
        conn.execute(f"analyze {table}".encode())
    except (CannotFill, psycopg.Error):
        if conn.closed:
            raise
        return 0
    return made


# Reading


def _read(query: AppQuery) -> _Read:
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        name = found["name"] or found["number"]
        if not name:
            return found[0]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    text = _TOKENS.sub(place, query.sql)
    try:
        statements = Script(text).statements
    except SqlError as error:
        return _Read(query, problem=error.message)
    if len(statements) != 1 or statements[0].kind not in _KINDS:
        return _Read(query, problem="it is not one SELECT, INSERT, UPDATE, DELETE or MERGE")
    read = _Read(query, statements[0].text, tuple("" if name.isdigit() else name for name in names))
    _look(read, statements[0])
    return read


def _look(read: _Read, statement: Statement) -> None:
    nodes = list(statement.walk())
    ours = {node.ctename for node in nodes if isinstance(node, pg_query_pb2.CommonTableExpr)}
    for node in nodes:
        if isinstance(node, pg_query_pb2.RangeVar) and (node.schemaname or node.relname not in ours):
            name = f"{identifier(node.schemaname or 'public')}.{identifier(node.relname)}"
            read.tables[node.alias.aliasname or node.relname] = name
    for node in nodes:
        if isinstance(node, pg_query_pb2.A_Expr) and node.name:
            sides = [_inner(node.lexpr), _inner(node.rexpr)]
            operator = "=" if node.kind == pg_query_pb2.AEXPR_IN else node.name[-1].string.sval
            for side, other in (sides, sides[::-1]):
                if column := _column(side):
                    read.compared.append((*column, operator))
                    for below in _below(other):
                        if isinstance(below, pg_query_pb2.ParamRef):
                            read.meant[below.number] = column
        elif isinstance(node, pg_query_pb2.InsertStmt):
            _look_at_values(read, node)
        elif isinstance(node, pg_query_pb2.SubLink) and (column := _column(_inner(node.testexpr))):
            read.compared.append((*column, "="))
        elif isinstance(node, pg_query_pb2.SortBy) and (column := _column(_inner(node.node))):
            read.compared.append((*column, "order"))


def _look_at_values(read: _Read, insert: Any) -> None:
    columns = [_inner(target).name for target in insert.cols]
    for listed in _inner(insert.select_stmt).values_lists if insert.HasField("select_stmt") else ():
        for column, value in zip(columns, _inner(listed).items, strict=False):
            read.meant |= {n.number: ("", column) for n in _below(value) if isinstance(n, pg_query_pb2.ParamRef)}


def _inner(node: Any) -> Any:
    while isinstance(node, pg_query_pb2.Node | pg_query_pb2.TypeCast):
        if isinstance(node, pg_query_pb2.TypeCast):
            node = node.arg
            continue
        kind = node.WhichOneof("node")
        if kind is None:
            return None
        node = getattr(node, kind)
    return node


def _below(node: Any) -> Iterator[Any]:
    return (found for _, found in postgast.walk(node)) if node is not None else iter(())


def _column(node: Any) -> tuple[str, str] | None:
    """(qualifier, name)"""
    if not isinstance(node, pg_query_pb2.ColumnRef):
        return None
    words = [_inner(part) for part in node.fields]
    if not words or not isinstance(words[-1], pg_query_pb2.String):
        return None
    return (words[-2].sval if len(words) > 1 else ""), words[-1].sval


def _filled(read: _Read, rows: Mapping[str, Row], user: str = "") -> str:
    """With values in the place of placeholders."""

    def value(found: re.Match[str]) -> str:
        if not found["number"]:
            return found[0]
        number = int(found["number"])
        name = read.places[number - 1]
        qualifier, column = read.meant.get(number, ("", name))
        for alias, table in read.tables.items():
            if qualifier in ("", alias) and column in rows.get(table, {}):
                return literal(rows[table][column])
        if re.search(rf"\blimit\s+\${number}\b", read.text, re.IGNORECASE):
            return "20"
        return literal(user) if user and _USER.match(name) else "NULL"

    return _TOKENS.sub(value, read.text)


# What would help


def _better(
    conn: Connection, read: _Read, ask: Ask, plan: Plan, known: Mapping[str, Any]
) -> tuple[str, tuple[str, ...]]:
    """Table and columns of the index that makes the query cheapest, of those that spare it reading a table whole."""
    best: tuple[float, int, str, tuple[str, ...]] | None = None
    for table in dict.fromkeys(s.table for s in plan.scans if s.whole and s.table in known):
        for columns, method in _candidates(read, table, known[table].columns):
            listed = ", ".join(map(identifier, columns))
            conn.execute("savepoint building")
            try:
                conn.execute(f"create index on {table} using {method} ({listed})".encode())
                now = plans(conn, [ask], forced=False)[0]
            except psycopg.Error:
                if conn.closed:
                    raise
                continue
            finally:
                if not conn.closed:
                    conn.execute("rollback to building; release building")
            if not now.state and not now.reads_whole(table) and now.cost < plan.cost * _WORTH_IT:
                best = min(x for x in (best, (now.cost, len(columns), table, columns)) if x)
    return (best[2], best[3]) if best else ("", ())


def _candidates(read: _Read, table: str, columns: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Columns that the query compares, with the index method: equal ones, then with one to range or sort by."""
    by: dict[str, list[str]] = defaultdict(list)
    for qualifier, column, operator in read.compared:
        alone = not qualifier and sum(t == table for t in read.tables.values()) > 0
        if column not in columns or not (alone or read.tables.get(qualifier) == table):
            continue
        how = "equal" if operator == "=" else "gin" if operator in _CONTAINS else "ordered"
        if column not in by[how] and operator not in ("<>", "!=", "~~", "~~*"):
            by[how].append(column)
    equal = by["equal"][:_MOST_COLUMNS]
    for size in range(1, len(equal) + 1):
        yield from ((chosen, "btree") for chosen in combinations(equal, size))
    for column in by["ordered"][:_MOST_COLUMNS]:
        yield (column,), "btree"
        if equal and column not in equal:
            yield (*equal, column), "btree"
    yield from (((column,), "gin") for column in by["gin"])
