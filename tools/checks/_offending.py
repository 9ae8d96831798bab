"""Which rows a new CHECK constraint finds in the way, where Postgres only says that some do."""

import re
from typing import Any

import postgast
import psycopg
from postgast import pg_query_pb2 as pg

from tools.checks._statements import pieces, relation
from tools.observe import Observed
from tools.render.plain import counted, harmless
from tools.run import Failure
from tools.sql import identifier

_VIOLATED = re.compile(r'check constraint "(?P<name>.+)" of relation "(?P<table>.+)" is violated by some row')
_CONDITION = """
select pg_catalog.pg_get_expr(k.conbin, k.conrelid),
       (select array_agg(a.attname::text order by a.attnum) from pg_catalog.pg_attribute a
        where a.attrelid = k.conrelid and a.attnum = any (k.conkey)),
       (select array_agg(a.attname::text order by a.attnum) from pg_catalog.pg_attribute a
        join pg_catalog.pg_constraint p on p.conrelid = a.attrelid and p.contype = 'p' and a.attnum = any (p.conkey)
        where a.attrelid = k.conrelid)
from pg_catalog.pg_constraint k where k.conrelid = to_regclass(%s) and k.conname = %s and k.contype = 'c'
"""
_SHOWN = 3
_LONGEST = 40


def offending_rows(seen: Observed, failure: Failure) -> str:
    """How many rows of the history and the seed break it, and the first of them; empty where that cannot be told.

    The constraint is made anew without looking at the rows, on the state before the migration: rows and columns that
    the migration itself makes first are not known there.
    """
    violated = _VIOLATED.search(failure.message)
    if not violated:
        return ""
    name, altered = violated["name"], _altered(seen, violated["table"])
    made = [
        (table, command)
        for table, command in altered
        if command.subtype == pg.AT_AddConstraint and getattr(command, "def").constraint.contype == pg.CONSTR_CHECK
    ]
    called = [(t, c) for t, c in made if getattr(c, "def").constraint.conname == name]
    unnamed = [(t, c) for t, c in made if not getattr(c, "def").constraint.conname]
    for table, command in called or (unnamed if len(unnamed) == 1 else []):
        return _counted(seen, table, name, _unchecked(table, name, command))
    return next((_counted(seen, table, name) for table, _ in altered), "")


def _altered(seen: Observed, name: str) -> list[tuple[Any, Any]]:
    """(RangeVar, part) of each ALTER TABLE on a table of that name."""
    found = [piece.node for piece in pieces(seen.migration) if piece.kind == "AlterTableStmt"]
    return [(n.relation, c.alter_table_cmd) for n in found for c in n.cmds if n.relation.relname == name]


def _unchecked(table: Any, name: str, command: Any) -> str:
    """ALTER TABLE with this part alone, as NOT VALID."""
    parsed = pg.ParseResult()
    statement = parsed.stmts.add().stmt.alter_table_stmt
    statement.objtype = pg.OBJECT_TABLE
    statement.relation.CopyFrom(table)
    part = statement.cmds.add().alter_table_cmd
    part.CopyFrom(command)
    made = getattr(part, "def").constraint
    made.conname, made.skip_validation, made.initially_valid = name, True, False
    return str(postgast.deparse(parsed))


def _counted(seen: Observed, node: Any, name: str, made: str = "") -> str:
    """`made`: a statement that makes the constraint first, where it is not there already."""
    table = relation(node)
    try:
        with seen.live.savepoint() as conn:
            if made:
                conn.execute(made.encode())
            held = conn.execute(_CONDITION, [table, name]).fetchone()
            if held is None:
                return ""
            condition, columns, key = held
            shown = list(dict.fromkeys([*(columns or ()), *(key or ())]))
            listed = ", ".join(f"{identifier(column)}::text" for column in shown) or "null"
            query = f"select count(*) over (), {listed} from {table} where not ({condition}) limit {_SHOWN}"
            rows = conn.execute(query.encode()).fetchall()
    except psycopg.Error:
        if not seen.live.alive:
            raise
        return ""
    if not rows:
        return ""
    count = rows[0][0]
    told = "; ".join(
        ", ".join(f"{column} = {_value(value)}" for column, value in zip(shown, row[1:], strict=False)) for row in rows
    )
    more = f"; and {count - _SHOWN} more" if count > _SHOWN else ""
    return f"{counted(count, 'row')} of {table} {'breaks' if count == 1 else 'break'} it: {told}{more}."


def _value(value: str | None) -> str:
    if value is None:
        return "null"
    text = harmless(value.replace("\n", " "))
    return repr(text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...")
