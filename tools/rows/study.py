"""A closer look at a table that the usual values will not do for: its checks solved, and the functions they call."""

import re
from collections.abc import Iterator
from typing import Any

import postgast
import psycopg

from tools.rows.derive import derivations
from tools.rows.rules import Rules
from tools.rows.schema import Check, Column, Table
from tools.rows.values import Derived
from tools.rows.write import literal, undone_on_error
from tools.sql import below, identifier

_CALLED = """
select p.proname, p.prosrc, coalesce(p.proargnames, '{}') from pg_catalog.pg_proc p where p.oid in (
  select d.refobjid from pg_catalog.pg_constraint k join pg_catalog.pg_depend d on d.objid = k.oid
  where k.conrelid = %s::regclass and k.contype = 'c'
    and d.classid = 'pg_catalog.pg_constraint'::regclass and d.refclassid = 'pg_catalog.pg_proc'::regclass)
"""
_READS = """
create function pg_temp.reads(query text) returns boolean language plpgsql as $$
begin
  execute query;
  return true;
exception when others then return false;
end $$"""
_SAYS = re.compile(r"\breturn\s+((?!query\b|new\b|null\b)[^;]+);|\bif\s+((?:(?!\bthen\b|;).)+?)\s+then\b", re.I | re.S)
_QUERY = re.compile(r"\s*select\s+(.*?);?\s*", re.I | re.S)


def study(conn: psycopg.Connection[Any], rules: Rules) -> None:
    """Once for a table; what is found stands in its rules."""
    if rules.studied:
        return
    rules.studied = True
    rules.bodies = list(dict.fromkeys(_bodies(conn, rules.table)))
    rules.derived = _known(conn, rules.table, list(_derived(rules)))
    rules.forget()


def _derived(rules: Rules) -> Iterator[tuple[Column, Derived]]:
    table = rules.table
    free = {name: column for name, column in table.columns.items() if not column.automatic}
    for text in (check.definition for check in (*table.checks, *rules.lessons, *rules.bodies)):
        for name, found in derivations(text, free).items():
            for one in found:
                own = name if name in one.reads else ""
                yield free[name], Derived(one.sql, one.reads - {name}, own)
    for column in free.values():
        for check in column.type.checks:
            for one in derivations(check.definition, {"value": column}).get("value", ()):
                yield column, Derived(one.sql, frozenset(), "value")


def _known(
    conn: psycopg.Connection[Any], table: Table, found: list[tuple[Column, Derived]]
) -> dict[str, list[Derived]]:
    """Those that Postgres can make sense of."""
    kept: dict[str, list[Derived]] = {}
    if not found:
        return kept
    queries = []
    for column, one in found:
        row = [f"null::{table.columns[name].type.stored} as {identifier(name)}" for name in sorted(one.reads)]
        if one.own:
            row.append(f"null::{column.type.stored} as {identifier(one.own)}")
        queries.append(f"select ({one.sql})::{column.type.stored} from (select {', '.join(row)}) r")
    rows = ", ".join(f"({n}, {literal(query)})" for n, query in enumerate(queries))
    with undone_on_error(conn):
        conn.execute(_READS)
        query = f"select n from (values {rows}) v (n, query) where pg_temp.reads(query) order by n"
        answers = conn.execute(query.encode(), prepare=False).fetchall()
        conn.execute("drop function pg_temp.reads")
    for (n,) in answers:
        column, one = found[n]
        kept.setdefault(column.name, []).append(one)
    return kept


def _bodies(conn: psycopg.Connection[Any], table: Table) -> Iterator[Check]:
    """Conditions in functions that the checks call, with the columns in place of the parameters."""
    functions = {name: (source, names) for name, source, names in conn.execute(_CALLED, [table.name]).fetchall()}
    for check in table.checks if functions else ():
        for node in _calls(check.definition):
            source, names = functions.get(node.funcname[-1].string.sval, ("", []))
            arguments = [_column(argument) for argument in node.args]
            for body in _conditions(source):
                for n, column in enumerate(arguments):
                    if column in table.columns:
                        parameter = rf"(?i)(?<![\w.]){re.escape(names[n])}\b|" if n < len(names) and names[n] else ""
                        body = re.sub(rf"{parameter}\${n + 1}\b", identifier(column).replace("\\", r"\\"), body)
                yield Check(source, body, tuple(filter(None, arguments)))


def _conditions(source: str) -> Iterator[str]:
    if query := _QUERY.fullmatch(source):
        yield query[1]
    for said, asked in _SAYS.findall(source):
        yield said or asked


def _calls(condition: str) -> Iterator[Any]:
    try:
        tree = postgast.parse(f"select {condition}")
    except (postgast.PgQueryError, ValueError):
        return
    for node in below(tree):
        if type(node).__name__ == "FuncCall" and node.funcname:
            yield node


def _column(node: Any) -> str:
    """What an argument is, if it is a column with no more than a cast around it."""
    kind = node.WhichOneof("node")
    if kind == "type_cast":
        return _column(node.type_cast.arg)
    return str(node.column_ref.fields[-1].string.sval) if kind == "column_ref" else ""
