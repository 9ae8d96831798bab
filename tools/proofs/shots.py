"""What tables hold, row by row and column by column, so that two moments can be compared under whatever names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tools.postgres.server import Connection
from tools.sql import identifier

_COLUMNS = """
select c.oid::bigint, pg_catalog.format('%%I.%%I', n.nspname, c.relname),
       (select pg_catalog.json_agg(pg_catalog.json_build_array(a.attnum, a.attname,
            pg_catalog.format_type(a.atttypid, a.atttypmod), a.attgenerated <> '') order by a.attnum)
        from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
       (select i.indkey::int2[] from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid = any (%s::oid[]) and c.relkind in ('r', 'p')
"""
_MOST_ROWS = 5_000

Values = Mapping[int, str | None]
"""A row by its columns' numbers, as text, as Postgres prints it."""


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    """As Postgres prints it."""
    generated: bool


@dataclass(frozen=True)
class Shot:
    """A table at one moment."""

    name: str
    columns: Mapping[int, Column]
    """By number, which neither a rename nor a change of type changes."""
    key: tuple[int, ...]
    """Columns of the primary key."""
    rows: Sequence[Values]
    listed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """The only values that a column takes, where an enum or a CHECK lists them."""
    edges: frozenset[tuple[str | None, ...]] = frozenset()
    """Keys of rows that hold values which are rather possible than likely."""

    @property
    def partial(self) -> bool:
        """There are more rows than were read."""
        return len(self.rows) >= _MOST_ROWS

    @cached_property
    def by_key(self) -> Mapping[tuple[str | None, ...], Values]:
        return {self.key_of(row): row for row in self.rows}

    def key_of(self, row: Values) -> tuple[str | None, ...]:
        return tuple(row.get(number) for number in self.key)


def shots(conn: Connection, oids: Iterable[int]) -> dict[int, Shot]:
    """The tables that are there, by oid, with at most 5,000 rows each."""
    found = {}
    for oid, name, columns, key in conn.execute(_COLUMNS, [list(oids)], prepare=False).fetchall():
        known = {number: Column(*rest) for number, *rest in columns or ()}
        picked = ", ".join(f"{identifier(c.name)}::text" for c in known.values())
        order = ", ".join(identifier(known[number].name) for number in key or ()) or "ctid"
        query = f"select array[{picked}]::text[] from {name} order by {order} limit {_MOST_ROWS}"
        rows = conn.execute(query.encode(), prepare=False).fetchall()
        found[oid] = Shot(name, known, tuple(key or ()), [dict(zip(known, values, strict=True)) for (values,) in rows])
    return found


def pairs(before: Shot, after: Shot) -> list[tuple[Values, Values | None]]:
    """Each row of before with what became of it: by primary key; without one, by what else it says, then in order."""
    if before.key and set(before.key) <= after.columns.keys():
        there = {tuple(row.get(number) for number in before.key): row for row in after.rows}
        return [(row, there.get(before.key_of(row))) for row in before.rows]
    common = [number for number in before.columns if number in after.columns]
    same: dict[tuple[str | None, ...], list[Values]] = defaultdict(list)
    for row in after.rows:
        same[tuple(row[number] for number in common)].append(row)
    found: list[tuple[Values, Values | None]] = []
    taken: set[int] = set()
    for row in before.rows:
        equal = same.get(tuple(row[number] for number in common))
        match = equal.pop(0) if equal else None
        if match is not None:
            taken.add(id(match))
        found.append((row, match))
    others = (row for row in after.rows if id(row) not in taken)
    return [(old, new if new is not None else next(others, None)) for old, new in found]
