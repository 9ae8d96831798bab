"""Rows at the edges, wherever a table admits them: what a migration has to survive."""

from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

import psycopg

from tools.rows.attempt import Attempt, CannotFill
from tools.rows.hints import Hints
from tools.rows.schema import Column, Table
from tools.rows.solve import UnsolvableError
from tools.rows.types import own_uuid
from tools.rows.write import Row, insert

if TYPE_CHECKING:
    from tools.rows.filler import Filler

_LONG = 10_000
_LIMIT = "select set_config('statement_timeout', %s, true)"
_PATIENCE, _SECONDS = "500ms", 5.0
"""For one row, and for a table."""
_UNICODE = "Zoë 日本語 🦊 'quoted' \"double\" \\ %s\nline"


def awkward(filler: "Filler", table: Table, columns: Container[str] | None = None) -> list[Row]:
    """Inserts what the table admits of NULLs, limits, empty and long text, labels, far dates, duplicates, orphans.

    In these columns only, if any are given.
    """
    ours = list(filler.rows.get(table.name, ()))
    row = filler.conn.execute("select current_setting('statement_timeout')").fetchone()
    filler.conn.execute(_LIMIT, [_PATIENCE])  # a trigger may count the days from year 1 to 9999
    try:
        found, until = [], monotonic() + _SECONDS
        for one in _rows(filler, table, table.columns if columns is None else columns):
            found.append(one)
            if monotonic() > until:
                break
        return found
    finally:
        filler.rows[table.name] = ours
        if not filler.conn.closed:
            filler.conn.execute(_LIMIT, [row[0] if row else "0"])


def _rows(filler: "Filler", table: Table, columns: Container[str]) -> Iterator[Row]:
    referring = {column for key in table.foreign_keys for column in key.columns}
    free = [column for column in table.columns.values() if not column.automatic and column.name not in referring]
    nullable = [column.name for column in table.columns.values() if not column.not_null and not column.automatic]
    try:
        pattern = filler.pattern(table)
    except CannotFill:  # it takes no further row
        return
    yield from _tried(filler, table, pattern, dict.fromkeys(nullable))
    for column in (column for column in free if column.name in columns):
        for text in dict.fromkeys(_edges(table, column, filler.rules(table).hint(column.name))):
            yield from _tried(filler, table, pattern, {column.name: text})
    for name in (name for name in nullable if name in columns):
        yield from _tried(filler, table, pattern, {name: None})
    unique = {column for key in table.uniques for column in key.columns}
    for row in filler.rows.get(table.name, ())[-1:]:
        twin = {column.name: row[column.name] for column in free if column.name not in unique}
        yield from _tried(filler, table, pattern, twin)


def _tried(filler: "Filler", table: Table, pattern: Attempt | None, given: Mapping[str, str | None]) -> Iterator[Row]:
    """Nothing where the table refuses it: at first as the pattern but for what is given, then with care."""
    if pattern:
        unique = {column for key in table.uniques for column in key.columns}
        pattern.serial = filler.next_serial(table)
        former = later = pattern.chosen
        try:
            later = pattern.choose(filler.conn)
        except (UnsolvableError, psycopg.Error):
            if filler.conn.closed:
                raise
        pattern.chosen = former
        chosen = {name: later[name] if name in unique else value for name, value in former.items()}
        chosen |= given
        user = filler.user() if pattern.signed_in else None
        try:
            if row := insert(filler.conn, table, chosen, user=user):
                filler.adopt(table.name, row)
                yield row
            return
        except psycopg.Error as error:
            alone = {check.name for check in table.checks if set(check.columns) <= given.keys()}
            if filler.conn.closed:
                raise
            if error.sqlstate == "23505" and not pattern.thorough:
                pattern.look_closer(filler.conn)  # for keys that differ from row to row
            if (
                isinstance(error, psycopg.errors.QueryCanceled)
                or error.diag.constraint_name in alone
                or (error.sqlstate or "")[:2] == "22"
            ):
                return
    filler.hasty = True
    try:
        with suppress(CannotFill):
            yield filler.row(table.name, given)
    finally:
        filler.hasty = False


def _edges(table: Table, column: Column, hint: Hints) -> Iterator[str]:
    kind = column.type
    yield from hint.listed or kind.labels
    if hint.listed:
        return
    match kind.kind:
        case "number":
            yield from ("0", "-1", *map(str, kind.bounds or ()))
            yield from (value for value in hint.values if value.lstrip("-").replace(".", "", 1).isdigit())
            if kind.base in ("float4", "float8", "numeric"):
                yield "NaN"
            if kind.precision:
                digits, behind = kind.precision
                yield "9" * (digits - behind) + ("." + "9" * behind if behind > 0 else "")
        case "text":
            yield ""
            yield "  "
            yield _UNICODE if kind.length is None else _UNICODE[: kind.length]
            yield "x" * (kind.length or _LONG)
            yield from ("x" * size for size in hint.sizes if 0 < size <= 100_000)
        case "timestamp":
            yield from ("0001-01-01 00:00:00+00", "9999-12-31 23:59:59+00", "infinity", "-infinity")
        case "date":
            yield from ("0001-01-01", "9999-12-31", "infinity")
        case "json" | "jsonb":
            yield from ("{}", "[]", "null", '""', "0", '{"a": null}', '[{"a": [1, null]}]')
        case "array":
            yield from ("{}", "{NULL}")
        case "bool":
            yield from ("true", "false")
        case "uuid":
            yield from ("00000000-0000-0000-0000-000000000000", own_uuid(table.name, column.name, "nobody"))
        case "interval":
            yield from ("0", "-1 day", "1000 years")
        case "bytea":
            yield from ("\\x", "\\x00")
