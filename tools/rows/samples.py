"""Sample rows: what the project's settings or a draft say of a row, where no generator could guess it.

    [samples]
    "public.coupons" = [{ code = "WELCOME-7", percent = 10 }]

A sample names some columns; the rest is generated. Keys that tell two rows apart, and what makes a row somebody's, are
never taken from it for a family's rows; one that names its key is a row of its own, which other samples may refer to.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from tools.rows.schema import Column, Table

HELP = "give a sample row under [samples] in migration-agent.toml"
"""What to do about a table that could not be filled."""

_MOST_VARIANTS = 4
_COLUMNS = """
select nspname || '.' || relname, array_agg(attname::text)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = relnamespace join pg_catalog.pg_attribute
on attrelid = c.oid and attnum > 0 and not attisdropped
where relkind in ('r', 'p') and nspname || '.' || relname = any(%s) group by 1
"""


@dataclass(frozen=True)
class SampleRow:
    """Some columns of a row of `table` (``schema.table``, without quotes), as text; lists and objects as JSON."""

    table: str
    values: tuple[tuple[str, str | None], ...]

    @classmethod
    def of(cls, table: str, values: Mapping[str, object]) -> "SampleRow":
        """`values` as TOML or JSON gives them; ``public.`` may be left out of the table's name."""
        name = _valid(table).replace('"', "")
        return cls(name if "." in name else f"public.{name}", tuple((_valid(k), _text(v)) for k, v in values.items()))


@dataclass
class Samples:
    """Sample rows, and what became of them."""

    rows: tuple[SampleRow, ...] = ()
    used: set[str] = field(default_factory=set)
    """Tables that took one."""
    refused: dict[str, str] = field(default_factory=dict)
    """By table, why one did not get in."""
    missing: dict[tuple[str, str], str] = field(default_factory=dict)
    """By table and key, why a row of its own is not there."""

    def of(
        self, table: "Table", given: Container[str] = (), own: Container[str] = ()
    ) -> Iterator[dict[str, str | None]]:
        """What each sample of the table says of a row, beside the columns given; `own` as for `Filler.row`.

        Whom else a row names that names somebody already (who is muted) it may say too, as long as that works.
        """
        bound = {column for key in table.foreign_keys if key.parent in own for column in key.columns}
        named = {key.parent for key in table.foreign_keys if any(column in given for column in key.columns)}
        others = {column for key in table.foreign_keys if key.parent in named for column in key.columns} & bound
        for sample in self._of(table):
            values = {
                column: value
                for column, value in sample.items()
                if column not in given and not _tells_apart(table, table.columns[column])
            }
            plain = {column: value for column, value in values.items() if column not in bound}
            if (full := plain | {column: values[column] for column in values if column in others}) != plain:
                yield full
            if plain:
                yield plain

    def _of(self, table: "Table") -> Iterator[dict[str, str | None]]:
        name = table.name.replace('"', "") if self.rows else ""
        for sample in self.rows:
            if sample.table == name:
                yield {c: _readable(table.columns[c], value) for c, value in sample.values if c in table.columns}

    def apart(self, tables: "Iterable[Table]") -> Iterator[tuple["Table", dict[str, str | None]]]:
        """Samples that name a key which is made for each row otherwise: rows of their own."""
        for table in tables if self.rows else ():
            key = table.primary_key
            for values in self._of(table):
                if values.keys() >= set(key) and any(_tells_apart(table, table.columns[column]) for column in key):
                    yield table, values

    def further(self, table: "Table", own: Container[str] = ()) -> list[dict[str, str | None]]:
        """The samples after the first, a few, as variants: none that fills a key, as whoever comes next needs those."""
        keyed = {column for unique in table.uniques for column in unique.columns}
        return [sample for sample in list(self.of(table, own=own))[1:_MOST_VARIANTS] if not keyed & sample.keys()]

    def notes(self) -> list[str]:
        """Of tables that took none of theirs, and of rows of their own that are not there."""
        return [
            *(f"the sample row {key} of {table} was refused: {why}" for (table, key), why in self.missing.items()),
            *(
                f"the sample row of {table} was refused: {why}"
                for table, why in self.refused.items()
                if table not in self.used | {table for table, _ in self.missing}
            ),
        ]


def unknown(conn: psycopg.Connection[Any], rows: tuple[SampleRow, ...]) -> list[str]:
    """Notes on tables and columns that are not there."""
    if not rows:
        return []
    there = dict(conn.execute(_COLUMNS, [[row.table for row in rows]]).fetchall())
    found = []
    for row in rows:
        if row.table not in there:
            found.append(f"a sample row is given for {row.table}, which is no table")
        elif strange := [column for column, _ in row.values if column not in there[row.table]]:
            found.append(f"a sample row of {row.table} names what is no column of it: {', '.join(strange)}")
    return list(dict.fromkeys(found))


def _tells_apart(table: "Table", column: "Column") -> bool:
    """A key that is made for each row; one that people choose (a code) may come from a sample."""
    made = column.kind == "uuid" or column.default is not None or column.automatic
    return made and column.name in table.primary_key


def _readable(column: "Column", text: str | None) -> str | None:
    """Lists as Postgres writes arrays, where the column is one."""
    if column.kind != "array" or text is None or not text.startswith("["):
        return text
    try:
        return _array(json.loads(text))
    except ValueError:
        return text


def _array(value: object) -> str:
    if isinstance(value, list):
        return "{" + ",".join(map(_array, value)) + "}"
    text = _text(value)
    return "NULL" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(value: object) -> str | None:
    """As Postgres reads it, whatever the column's type."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return _valid(value)
        case datetime() | date() | time():
            return value.isoformat()
        case dict() | list():
            return _valid(json.dumps(value, ensure_ascii=False, default=_text))
        case _:
            return str(value)


def _valid(text: str) -> str:
    """Without what is no UTF-8: JSON may hold half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode()
