"""A family's rows as INSERT statements that need nothing but the migrations."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tools.postgres.server import Connection
from tools.rows.filler import Filler, Row, Schema, Table
from tools.rows.types import own_uuid
from tools.rows.write import literal, select
from tools.sql import identifier

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONSTANT = re.compile(r"^'((?:[^']|'')*)'::[\w\s\".\[\]()]+$")
_MOMENT = re.compile(r"'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00(?::00)?)'")
_DAY = re.compile(r"'(\d{4}-\d\d-\d\d)'")
_SAME_MINUTE = (57, 58, 59, 0, 1, 2, 3)
"""Seconds past the minute of what was made a moment ago."""
_FAR_DAYS = 4 * 365


@dataclass(frozen=True)
class Given:
    """One row that has to be there."""

    table: Table
    row: Row

    def key(self) -> dict[str, str | None]:
        return {name: self.row[name] for name in self.table.primary_key or self.row}


def given_rows(conn: Connection, schema: Schema, fillers: Iterable[Filler]) -> list[Given]:
    """What the fillers made and all that it refers to, parents first."""
    found: dict[str, Given] = {}
    above: list[str] = []

    def add(table: Table, row: Row) -> None:
        name = f"{table.name} {sorted((k, v or '') for k, v in Given(table, row).key().items())}"
        if name in found or name in above:
            return
        above.append(name)
        for key in table.foreign_keys:
            match = {there: row[here] for here, there in zip(key.columns, key.parent_columns, strict=True)}
            parent = schema.tables.get(key.parent)
            if parent and all(value is not None for value in match.values()):
                made = next((r for r in rows.get(key.parent, ()) if r.items() >= match.items()), None)
                if made := made or select(conn, parent, match):
                    add(parent, made)
        above.pop()
        found[name] = Given(table, row)

    rows: dict[str, list[Row]] = {}
    for filler in fillers:
        for table, made in filler.rows.items():
            rows.setdefault(table, []).extend(made)
    for table in list(rows):
        for row in rows[table]:
            add(schema.tables[table], row)
    return list(found.values())


def insert(given: Given) -> str:
    """Columns whose value is their default are left out."""
    values = dict(_values(given))
    columns = ", ".join(map(identifier, values))
    override = " overriding system value" if any(given.table.columns[n].identity for n in values) else ""
    return (
        f"insert into {given.table.name} ({columns}){override}\n"
        f"values ({', '.join(values.values())})\non conflict do nothing;"
    )


def correct(given: Given, there: Row) -> str:
    """An UPDATE where a trigger made the row before, with other values; empty where it is as it should be."""
    kinds = {n: c.kind for n, c in given.table.columns.items()}
    wrong = {n: v for n, v in _values(given) if there[n] != given.row[n] and kinds[n] != "timestamp"}
    sets = ", ".join(f"{identifier(n)} = {v}" for n, v in wrong.items())
    return f"update {given.table.name} set {sets} where {where(given.key())};" if sets else ""


def where(values: dict[str, str | None]) -> str:
    return " and ".join(
        f"{identifier(n)} = {literal(v)}" if v is not None else f"{identifier(n)} is null" for n, v in values.items()
    )


def settled(text: str, rows: Sequence[Given], word: str) -> str:
    """The text with the rows' keys replaced by ones that are the same each time it is written."""
    names: dict[str, str] = {}
    for number, given in enumerate(rows):
        for column in given.table.primary_key:
            value = given.row[column] or ""
            if _UUID.fullmatch(value):
                names.setdefault(value, own_uuid("pgtap", word, given.table.name, number))
    return _UUID.sub(lambda found: names.get(found[0], found[0]), text)


def timeless(text: str, now: datetime) -> str:
    """Times of day reckoned from the present, and those to come, as distances from it: else the file would age."""

    def moment(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[1])
        told = at.replace(microsecond=0)
        from_now = bool(now.microsecond) and at.microsecond == now.microsecond
        if not (from_now or (told > now and round((told - now).total_seconds()) % 60 in _SAME_MINUTE)):
            return found[0]
        minutes, rest = divmod(round(abs((at - now).total_seconds())), 60)
        minutes += rest > 30
        days, minutes = divmod(minutes, 1440)
        parts = [f"{days} days"] * bool(days) + [f"{minutes} minutes"] * bool(minutes)
        return f"now() {'-' if at < now else '+'} interval '{' '.join(parts)}'" if parts else "now()"

    def day(found: re.Match[str]) -> str:
        apart = (date.fromisoformat(found[1]) - now.date()).days
        return f"(current_date + {apart})" if 0 < apart < _FAR_DAYS else found[0]

    return _DAY.sub(day, _MOMENT.sub(moment, text))


def _values(given: Given) -> Iterator[tuple[str, str]]:
    for name, column in given.table.columns.items():
        value, default = given.row[name], column.default or ""
        if column.generation is not None:
            continue
        if value is None:
            if default and not column.not_null:
                yield name, "null"
            continue
        constant = _CONSTANT.match(default)
        if value != (constant[1].replace("''", "'") if constant else default):
            yield name, literal(value)
