"""Rows at the edges, wherever a table admits them: what a migration has to survive."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tools.rows_attempt import CannotFill
from tools.rows_hints import Hints
from tools.rows_schema import Column, Table
from tools.rows_values import own_uuid
from tools.rows_write import Row

if TYPE_CHECKING:
    from tools.rows import Filler

_LONG = 10_000
_UNICODE = "Zoë 日本語 🦊 'quoted' \"double\" \\ %s\nline"


def awkward(filler: "Filler", table: Table) -> list[Row]:
    """Inserts what the table admits of NULLs, limits, empty and long text, labels, far dates, duplicates, orphans."""
    found: list[Row] = []
    referring = {column for key in table.foreign_keys for column in key.columns}
    free = [column for column in table.columns.values() if not column.automatic and column.name not in referring]
    nothing = {column.name: None for column in table.columns.values() if not column.not_null and not column.automatic}
    found += _tried(filler, table, nothing)
    rules = filler.rules(table)
    for column in free:
        edges: list[str | None] = list(dict.fromkeys(_edges(table, column, rules.hint(column.name))))
        if not column.not_null:
            edges.append(None)
        for text in edges:
            found += _tried(filler, table, {column.name: text})
    if found:
        unique = {column for key in table.uniques for column in key.columns}
        found += _tried(filler, table, {c.name: found[-1][c.name] for c in free if c.name not in unique})
    return found


def _tried(filler: "Filler", table: Table, given: Mapping[str, str | None]) -> list[Row]:
    """A row that is nobody's parent; none where the table refuses it."""
    kept = list(filler.rows.get(table.name, ()))
    try:
        return [filler.row(table.name, given)]
    except CannotFill:
        return []
    finally:
        filler.rows[table.name] = kept


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
