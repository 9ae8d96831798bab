"""Volume: many rows of a table in one statement, spread over its parents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import psycopg

from tools.rows_schema import Column, ForeignKey, Table
from tools.rows_solve import UnsolvableError, solve
from tools.rows_values import DEFAULT, Default, Value, candidates
from tools.rows_write import literal, undone_on_error
from tools.sql import identifier

if TYPE_CHECKING:
    from tools.rows import Filler

_SAMPLE = 1_234_567
"""A serial that is easy to find again in a text; those that take its place are as long."""
_CHILDREN = 20
"""Rows per parent."""
_POOL = 64


@dataclass(frozen=True)
class _Parent:
    key: ForeignKey
    columns: tuple[str, ...]
    """Those that it decides."""
    rows: int


def fill(filler: "Filler", table: Table, count: int) -> int:
    """Inserts up to `count` rows, fewer where keys or checks allow no more; returns how many."""
    parents = _parents(filler, table, count)
    if parents is None:
        return 0
    before = _size(filler, table.name, count * 10)
    for plain in (False, True):
        try:
            with undone_on_error(filler.conn):
                query = _statement(filler, table, count, parents, before, plain=plain)
                made = filler.conn.execute(query.encode(), prepare=False).rowcount
            if made:
                return made
        except (psycopg.Error, UnsolvableError):
            if filler.conn.closed:
                raise
    return 0


def _parents(filler: "Filler", table: Table, count: int) -> list[_Parent] | None:
    """The foreign keys that rows are spread over, their tables filled; None where one that must not be stays empty."""
    found: list[_Parent] = []
    known: set[str] = set()
    alone = {unique.columns for unique in table.uniques if not unique.partial}
    for key in sorted(table.foreign_keys, key=lambda key: -len(key.columns)):
        columns = tuple(name for name in key.columns if name not in known)
        optional = any(not table.columns[name].not_null for name in columns)
        if not columns or (key.parent == table.name and optional):
            continue
        needed = 1 if optional else ceil(count / _CHILDREN)
        for unique in alone:
            if set(key.columns) <= set(unique):
                others = sum(set(other.columns) <= set(unique) for other in table.foreign_keys)
                if set(unique) <= {name for other in table.foreign_keys for name in other.columns}:
                    needed = max(needed, ceil(1.05 * count ** (1 / others)))
        there = _size(filler, key.parent, needed)
        if there < needed and key.parent != table.name and key.parent not in filler.busy:
            filler.busy.append(key.parent)
            there += fill(filler, filler.table(key.parent), needed - there)
            filler.busy.pop()
        if not there and not optional:
            return None
        if there:
            found.append(_Parent(key, columns, there))
            known |= set(columns)
    return found


def _size(filler: "Filler", name: str, most: int) -> int:
    row = filler.conn.execute(
        f"select count(*) from (select from {name} limit {most}) t".encode(), prepare=False
    ).fetchone()
    return int(row[0]) if row else 0


def _statement(
    filler: "Filler", table: Table, count: int, parents: Sequence[_Parent], before: int, *, plain: bool
) -> str:
    known = {name for parent in parents for name in parent.columns}
    rules = filler.rules(table)
    choices: dict[str, list[Value]] = {
        name: candidates(table, column, rules.hint, mark=filler.mark, serial=_SAMPLE)
        for name, column in table.columns.items()
        if not column.automatic and name not in known and not (plain and not column.not_null)
    }
    pool = solve(filler.conn, table, rules.conditions, choices, limit=1 if plain else _POOL)
    columns: dict[str, str] = {}
    joins, spread = [], 1
    for number, parent in enumerate(parents):
        keys = ", ".join(map(identifier, parent.key.parent_columns))
        joins.append(
            f"left join (select row_number() over () - 1 as n, {keys} from {parent.key.parent} limit {parent.rows}) "
            f"p{number} on p{number}.n = (g / {spread}) % {parent.rows}"
        )
        there = dict(zip(parent.key.columns, parent.key.parent_columns, strict=True))
        columns |= {name: f"p{number}.{identifier(there[name])}" for name in parent.columns}
        if any(set(parent.columns) <= set(unique.columns) for unique in table.uniques):
            spread *= parent.rows
    for name, values in choices.items():
        expression = _expression(table, table.columns[name], values, pool, before, spread)
        if expression:
            columns[name] = expression
    selected = ", ".join(
        f"({text})::{table.columns[name].type.stored} as {identifier(name)}" for name, text in columns.items()
    )
    tests = [f"({c.definition}) is not false" for c in rules.conditions if set(c.columns) <= columns.keys()]
    into = ", ".join(map(identifier, columns))
    if not columns:
        return f"insert into {table.name} default values"
    return (
        f"insert into {table.name} ({into}) select {into} from (select {selected} "
        f"from generate_series(0, {count - 1}) g {' '.join(joins)}) s where {' and '.join(tests) or 'true'} "
        "on conflict do nothing"
    )


def _expression(
    table: Table,
    column: Column,
    values: Sequence[Value],
    pool: Sequence[Mapping[str, int]],
    before: int,
    spread: int,
) -> str | None:
    """SQL for the column's value in row g; None leaves it to its default."""
    unique = any(column.name in u.columns for u in table.uniques)
    decided = column.name in pool[0]
    kind = column.kind
    if not decided:
        if kind == "uuid" and unique:
            return None if column.default else "gen_random_uuid()"
        if kind == "timestamp" and values[0] is not None:
            usual = "now()" if values[0] is DEFAULT else literal(str(values[0])) + f"::{column.type.stored}"
            return f"{usual} - g * interval '1 minute'"
        if kind == "date" and isinstance(values[0], str):
            return f"{literal(values[0])}::date - ({'g' if unique and spread == 1 else f'g / {spread}'} % 3650)"
        if kind == "number" and isinstance(values[0], str) and not column.type.precision:
            return f"{before} + g + 1" if unique else "g % 1000"
        if kind == "enum" and len(column.labels) > 1 and values[0] is not None:
            return _pick([label for label in values if isinstance(label, str)], column)
    if decided:
        picked = [values[answer[column.name]] for answer in pool]
        first = picked[0]
        if not (isinstance(first, str) and str(_SAMPLE) in first):
            if all(value is DEFAULT for value in picked):
                return None
            return _pick(picked, column)
        value: Value = first
    else:
        value = values[0]
    if value is DEFAULT:
        return None
    text = literal(value)
    if value is not None and str(_SAMPLE) in str(value):
        return f"replace({text}, '{_SAMPLE}', ({1_000_000 + before} + g)::text)"
    return text


def _pick(values: Sequence[Value], column: Column) -> str:
    """One after the other."""
    stored = column.type.stored
    parts = [
        (f"({column.default})" if isinstance(value, Default) else literal(value)) + f"::{stored}" for value in values
    ]
    return f"(array[{', '.join(parts)}])[1 + g % {len(parts)}]" if len(set(parts)) > 1 else parts[0]
