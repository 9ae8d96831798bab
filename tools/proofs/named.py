"""The queries that a draft names, run as the API would run them over generated rows.

Placeholders (``$1``, ``:child_id``) are filled with what a family's rows say (`tools.proofs.keys`). Where a query
reads a table whole, an index on what it compares is built and the query planned again: only what would be mended that
way is told.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import psycopg

from tools.migration import AppQuery
from tools.postgres.server import Connection
from tools.proofs.cast import Actor
from tools.proofs.families import Family
from tools.proofs.keys import Candidates, Keys, called, filled, routine_of, unfilled
from tools.proofs.named_query import NamedQuery, read_query
from tools.proofs.plans import Ask, Plan, plans
from tools.proofs.queries import Queries, Query
from tools.proofs.world import world
from tools.rows.filler import CannotFill, Filler
from tools.rows.samples import SampleRow
from tools.sql import identifier

ROWS = 3_000
"""Generated in each table."""
_SECONDS = 2
"""How long one statement may take."""
_ALL_SECONDS = 8.0
"""After which the others are planned only, on the few rows that are there."""
_MANAGED = ("auth.", "storage.", "realtime.", "pg_catalog.", "information_schema.")
_MOST_QUERIES, _MOST_TABLES, _MOST_COLUMNS = 20, 8, 3
_WORTH_IT = 0.5
"""Of a plan's cost; what picks every third row is hardly helped by an index."""
_STOPPED = "57014"
_CONTAINS = ("@>", "<@", "&&", "@@", "?", "?|", "?&")


def explain_named(
    conn: Connection, implied: Queries, wanted: Sequence[AppQuery], samples: tuple[SampleRow, ...] = ()
) -> Queries:
    """With what became of each that is wanted. In the open transaction, which must be rolled back: rows are made."""
    return replace(implied, asked=(*implied.asked, *_explained(conn, wanted, samples))) if wanted else implied


def _explained(conn: Connection, wanted: Sequence[AppQuery], samples: tuple[SampleRow, ...]) -> list[Query]:
    last = time.monotonic() + _ALL_SECONDS
    reads = [read_query(query) for query in wanted[:_MOST_QUERIES]]
    conn.execute(f"set local statement_timeout = '{_SECONDS}s'")
    nobody = [Ask(filled(read), read.named.role, Actor("", read.named.role).claims) for read in reads]
    looks = [_plan(conn, read, ask, forced=True) for read, ask in zip(reads, nobody, strict=True)]
    wanted_tables = [*(t for read in reads for t in read.tables.values()), *(s.table for p in looks for s in p.scans)]
    tables = [table for table in dict.fromkeys(wanted_tables) if not table.startswith(_MANAGED)]
    known = called(conn, reads)
    beneath = dict.fromkeys(t for found in known.values() for routine in found for t in routine.tables)
    ownership, surfaces = world(conn, [*tables[:_MOST_TABLES], *[t for t in beneath if t not in tables]], samples)
    family = Family.settle(conn, ownership, "asker")
    for table in beneath:
        if table in ownership.schema.tables:
            family.row(table)
    made = {table: _fill(conn, family.filler, table) for table in tables if table in ownership.schema.tables}
    found = []
    for read, look in zip(reads, looks, strict=True):
        calls = tuple((c, routine) for c in read.calls if (routine := routine_of(c, known)))
        ways = Candidates(family, surfaces, read, calls).ways()
        keys, actor = next(ways)
        ask, empty = _asked(read, keys, actor), unfilled(read, keys)
        first = read.first or (calls[0][1].signature if calls else "")
        query = Query("named", first, (), ask, look, told=read.named.sql)
        if not look.state and time.monotonic() < last:
            run = _plan(conn, read, ask, forced=False, execute=True)
            refused = Counter([run.said] if run.state not in ("", _STOPPED) else [])
            for keys, actor in ways if refused else ():
                again = _asked(read, keys, actor)
                tried = _plan(conn, read, again, forced=False, execute=True)
                refused[tried.said] += 1
                empty = min(empty, unfilled(read, keys), key=len)
                if not tried.state:
                    ask, run = again, tried
                if not tried.state or time.monotonic() > last:
                    break
            eager = _plan(conn, read, ask, forced=True)
            read_from = {*read.tables.values(), *(scan.table for scan in run.scans)} & made.keys()
            rows_there = min((made[table] for table in read_from), default=0)
            query = replace(query, ask=ask, plan=_both(run, eager), ran=True, rows=rows_there, unfilled=empty)
            query = replace(query, tries=refused.total() or 1, refusals=tuple(refused.most_common()))
            if not run.state:
                query = replace(query, better=_better(conn, read, ask, query.plan, ownership.schema.tables))
        found.append(query)
    return found


def _asked(read: NamedQuery, keys: Keys, actor: Actor) -> Ask:
    return Ask(filled(read, keys), actor.role, actor.claims)


def _plan(conn: Connection, read: NamedQuery, ask: Ask, *, forced: bool, execute: bool = False) -> Plan:
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


# What would help


def _better(
    conn: Connection, read: NamedQuery, ask: Ask, plan: Plan, known: Mapping[str, Any]
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


def _candidates(read: NamedQuery, table: str, columns: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
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
