"""One row in, one row out: the statements by which rows are written and read as text."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from tools.rows.schema import Table
from tools.rows.values import DEFAULT, Value
from tools.sql import identifier

Row = dict[str, str | None]
"""Every column of a row as text, as Postgres prints it."""

_SIGN_IN = """select set_config('filling.claims', coalesce(current_setting('request.jwt.claims', true), ''), true),
    set_config('request.jwt.claims', {}, true), set_config('request.headers', '{{}}', true)"""
_SIGN_OUT = "select set_config('request.jwt.claims', current_setting('filling.claims'), true)"


def literal(value: str | None) -> str:
    """SQL that is read as the value whatever the column's type."""
    if value is None:
        return "NULL"
    quoted = "'" + value.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in value else quoted


@contextmanager
def undone_on_error(conn: psycopg.Connection[Any]) -> Iterator[None]:
    """An error of Postgres's passes through, and the transaction goes on."""
    conn.execute("savepoint trying")
    try:
        yield
    except psycopg.Error:
        if not conn.closed:
            conn.execute("rollback to trying; release trying")
        raise
    conn.execute("release trying")


@contextmanager
def claims(conn: psycopg.Connection[Any], user: str | None) -> Iterator[None]:
    """With the user signed in, if there is one, as the API would tell; the role stays."""
    if user:
        conn.execute(_sign_in(user).encode())
    yield
    if user:
        conn.execute(_SIGN_OUT)


def insert(
    conn: psycopg.Connection[Any],
    table: Table,
    chosen: Mapping[str, Value],
    *,
    keep: bool = True,
    user: str | None = None,
) -> Row | None:
    """The row as it was stored; None where a trigger dropped it. `keep` or only try, with `user` signed in.

    One round trip. Raises psycopg.Error, after which the transaction goes on.
    """
    written = {name: value for name, value in chosen.items() if value is not DEFAULT}
    names, values = ", ".join(map(identifier, written)), ", ".join(_literal(value) for value in written.values())
    source = f"({names}) overriding system value values ({values})" if written else "default values"
    begin, end = "savepoint filling", "release filling"
    if user:
        begin, end = f"{begin}; {_sign_in(user)}", f"{_SIGN_OUT}; {end}"
    if not keep:
        end = "rollback to filling; release filling"
    query = f"{begin}; insert into {table.name} {source} returning {_printed(table)}; {end}"
    try:
        cursor = conn.execute(query.encode(), prepare=False)
    except psycopg.Error:
        if not conn.closed:
            conn.execute("rollback to filling; release filling")
        raise
    while not (cursor.statusmessage or "").startswith("INSERT"):
        cursor.nextset()
    return _row(table, cursor.fetchone())


def select(
    conn: psycopg.Connection[Any], table: Table, match: Mapping[str, Value], rest: str = "limit 1"
) -> Row | None:
    """The first row with these values."""
    query = f"select {_printed(table)} from {table.name} where {_where(match)} {rest}"
    return _row(table, conn.execute(query.encode(), prepare=False).fetchone())


def update(conn: psycopg.Connection[Any], table: Table, row: Row, changes: Mapping[str, str | None]) -> Row | None:
    """The row with some columns changed. Raises psycopg.Error, after which the transaction goes on."""
    sets = ", ".join(f"{identifier(name)} = {literal(value)}" for name, value in changes.items())
    match = {name: row[name] for name in table.primary_key or row}
    query = f"update {table.name} set {sets} where {_where(match)} returning {_printed(table)}"
    with undone_on_error(conn):
        return _row(table, conn.execute(query.encode(), prepare=False).fetchone())


def _sign_in(user: str) -> str:
    return _SIGN_IN.format(literal(json.dumps({"role": "authenticated", "aud": "authenticated", "sub": user})))


def _row(table: Table, found: tuple[list[str | None]] | None) -> Row | None:
    return dict(zip(table.columns, found[0], strict=True)) if found else None


def _printed(table: Table) -> str:
    return "array[" + ", ".join(f"{identifier(name)}::text" for name in table.columns) + "]"


def _where(match: Mapping[str, Value]) -> str:
    tests = [
        f"{identifier(name)} is null" if value is None else f"{identifier(name)} = {_literal(value)}"
        for name, value in match.items()
    ]
    return " and ".join(tests) or "true"


def _literal(value: Value) -> str:
    return literal(value) if isinstance(value, str) else "NULL" if value is None else "DEFAULT"
