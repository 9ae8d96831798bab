"""Volume: many rows of a table in one statement, spread over its parents, after the pattern of one that went in."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod
from time import monotonic
from typing import TYPE_CHECKING

import psycopg

from tools.rows.attempt import Attempt, CannotFill
from tools.rows.schema import Column, ForeignKey, Table
from tools.rows.series import LIMITED, SAMPLE, Made, each, expression, varies
from tools.rows.solve import UnsolvableError, in_order, solve
from tools.rows.values import Derived
from tools.rows.write import claims, literal, undone_on_error
from tools.sql import identifier

if TYPE_CHECKING:
    from tools.rows.filler import Filler

_CHILDREN = 20
"""Rows per parent."""
_POOL = 64
_SINGLY, _SINGLE_SECONDS = 200, 0.5
"""Rows that are made one by one where the statement is refused, and the time for them."""


@dataclass(frozen=True)
class _Parent:
    key: ForeignKey
    columns: tuple[str, ...]
    """Those that it decides."""
    rows: int


def fill(filler: "Filler", table: Table, count: int) -> int:
    """Inserts up to `count` rows, fewer where keys or checks allow no more; returns how many."""
    before = _size(filler, table.name, count * 10)
    ours = list(filler.rows.get(table.name, ()))
    filler.busy.append(table.name)
    try:
        pattern = filler.pattern(table)
        made = 1
        if pattern is None:
            for key in table.foreign_keys:
                if filler.table(key.parent).triggers and made < count:
                    made += fill(filler, filler.table(key.parent), count - made)
        parents = _parents(filler, table, pattern, before, count) if pattern else []
        start = before + made
        for turn in range(4 if pattern else 0):
            if pattern is None or made >= count:
                break
            if turn:  # values that are not the row's own, or too few parents
                pattern.look_closer(filler.conn)
                parents = _parents(filler, table, pattern, before, count, 4**turn)
            tried = (count - made) * 4**turn  # more and more, where many are refused
            made += _poured(filler, table, pattern, parents, start, tried, count - made)
            start += tried
        until, latest = monotonic() + _SINGLE_SECONDS, None
        while made < min(count, _SINGLY) and monotonic() < until:
            if (row := filler.row(table.name)) == latest:
                break
            latest = row
            made += 1
    except CannotFill:
        pass
    finally:
        filler.busy.pop()
        filler.rows[table.name] = ours or filler.rows.get(table.name, [])[:1]
    return _size(filler, table.name, count * 20) - before


def _poured(
    filler: "Filler", table: Table, pattern: Attempt, parents: Sequence[_Parent], before: int, count: int, most: int
) -> int:
    """Tries `count` rows; at most so many go in."""
    for plain in (False, True):
        try:
            query = _statement(filler, table, pattern, parents, before, count, most, plain=plain)
            user = filler.user() if pattern.signed_in else None
            with undone_on_error(filler.conn), claims(filler.conn, user):
                made = filler.conn.execute(query.encode(), prepare=False).rowcount
            if made:
                return made
        except (psycopg.Error, UnsolvableError):
            if filler.conn.closed:
                raise
    return 0


def _parents(
    filler: "Filler", table: Table, pattern: Attempt, before: int, count: int, times: int = 1
) -> list[_Parent]:
    """The foreign keys that rows are spread over, with their tables filled as far as it takes."""
    found: list[_Parent] = []
    known: set[str] = set()
    keyed = {
        name
        for unique in table.uniques
        if all(_variety(pattern, table.columns[other]) is None for other in unique.columns)
        for name in unique.columns
    }
    for key in sorted(table.foreign_keys, key=lambda key: -len(key.columns)):
        columns = tuple(name for name in key.columns if name not in known)
        if not columns or key.parent == table.name or any(pattern.chosen.get(name) is None for name in columns):
            continue
        optional = any(not table.columns[name].not_null for name in columns)
        few = 3 if any(other.key.parent == key.parent for other in found) else 1  # they may have to differ
        needed = max(_needed(table, pattern, key, before + count), few if optional else ceil(count / _CHILDREN), few)
        if keyed & set(key.columns):
            needed = min(needed * times, max(needed, count))
        there = _size(filler, key.parent, needed)
        if there < needed and key.parent not in filler.busy:
            there += fill(filler, filler.table(key.parent), needed - there)
        if there:
            found.append(_Parent(key, columns, there))
            known |= set(columns)
    return found


def _needed(table: Table, pattern: Attempt, key: ForeignKey, rows: int) -> int:
    """Parents without which the table's keys would not let so many rows in."""
    needed = 1
    for unique in table.uniques:
        if unique.partial or unique.expression or not set(key.columns) & set(unique.columns):
            continue
        keys = [other for other in table.foreign_keys if set(other.columns) & set(unique.columns)]
        referring = {name for other in keys for name in other.columns}
        free = [table.columns[name] for name in unique.columns if name not in referring]
        variety = [_variety(pattern, column) for column in free]
        if None not in variety:
            each = prod(number for number in variety if number)
            # Parents that have to agree with others (on a tenant, say) do not go with all of them
            agreeing = any(other != key and set(other.columns) & set(key.columns) for other in keys)
            needed = max(needed, (ceil((1.05 * rows / each) ** (1 / len(keys))) + 1) * (4 if agreeing else 1))
    return needed


def _spread(table: Table, parents: Sequence[_Parent], name: str) -> int:
    """In how many rows the parents change that a column is in a key with."""
    beside = {other for unique in table.uniques if name in unique.columns for other in unique.columns}
    return prod(parent.rows for parent in parents if beside & set(parent.columns))


def _variety(pattern: Attempt, column: Column) -> int | None:
    """How many different values a column takes; None where there are as many as one likes."""
    if column.kind in LIMITED:
        return max(1, len(column.labels) or 2)
    listed = pattern.rules.hint(column.name).listed
    return len(set(listed)) if listed else None


def _size(filler: "Filler", name: str, most: int) -> int:
    query = f"select count(*) from (select from {name} limit {most}) t"
    row = filler.conn.execute(query.encode(), prepare=False).fetchone()
    return int(row[0]) if row else 0


def _statement(
    filler: "Filler",
    table: Table,
    pattern: Attempt,
    parents: Sequence[_Parent],
    before: int,
    count: int,
    most: int,
    *,
    plain: bool,
) -> str:
    """`plain`: as the pattern, but for keys."""
    known = {name for parent in parents for name in parent.columns}
    unique = {name for key in table.uniques for name in key.columns}
    unique |= {name for check in table.exclusions for name in check.columns}
    pattern.serial = SAMPLE
    choices = {name: pattern.choices(name) for name in pattern.chosen if name not in known}
    if plain:
        choices = {name: values if name in unique else [pattern.chosen[name]] for name, values in choices.items()}
    pool = solve(
        filler.conn,
        table,
        pattern.rules.conditions,
        choices,
        sparse=plain,
        limit=1 if plain else _POOL,
        thorough=pattern.thorough,
        hasty=True,
    )
    columns: dict[str, str] = {}
    made: dict[str, Made] = {}
    joins, spread = [], 1
    for number, parent in enumerate(parents):
        there = dict(zip(parent.key.columns, parent.key.parent_columns, strict=True))
        keys = ", ".join(map(identifier, parent.key.parent_columns))
        shared = {identifier(there[name]): columns[name] for name in parent.key.columns if name in columns}
        asked = pattern.rules.asked.get(parent.key.name, {})
        suits = [f"{identifier(name)} = {literal(text)}" for name, text in asked.items()]
        within = f"partition by {', '.join(shared)}" if shared else ""
        on = [f"p{number}.{here} = {other}" for here, other in shared.items()]
        some = f"from {parent.key.parent} where {' and '.join(suits) or 'true'} limit {parent.rows}"
        # where all rows share in all parents, their number is asked once, so that the join can be one by hash
        rows = f"p{number}.rows" if shared else f"(select nullif(count(*), 0) from (select {some}) k)"
        twins = sum(other.key.parent == parent.key.parent for other in parents[:number])
        if (
            twins and not set(parent.columns) & unique
        ):  # each time with another: pairs may have to differ, or be in order
            on.append(f"p{number}.n = (g + {twins} * (1 + g / {parent.rows})) % {rows}")
        else:
            on.append(f"p{number}.n = (g / {spread}) % {rows}")
        joins.append(
            f"{'join' if all(table.columns[name].not_null for name in parent.columns) else 'left join'} (select "
            f"row_number() over ({within}) - 1 as n, count(*) over ({within}) as rows, {keys} "
            f"from (select {keys} {some}) k) p{number} on {' and '.join(on)}"
        )
        columns |= {name: f"p{number}.{identifier(there[name])}" for name in parent.columns}
        if set(parent.columns) & unique:
            spread *= parent.rows
    for name, values in choices.items():
        column = table.columns[name]
        limited = name in unique and _variety(pattern, column) is not None
        step = f"(g / {_spread(table, parents, name)})" if limited else "g"
        picked = [values[answer[name]] for answer in pool if name in answer]
        if name in unique:  # each as often as the others; what goes together with it may not fit then
            picked = list(dict.fromkeys(picked))
        if name in unique and not limited and picked and varies(picked[0]):
            picked = picked[:1]
        elif (
            name in unique
            and not limited
            and (column.kind == "text" or picked)
            and (text := each(pattern, column, pool[0].get(name, 0), before, count))
        ):
            columns[name] = text
            continue
        if any(isinstance(value, Derived) for value in picked):
            made[name] = Made(column, picked, step, name in unique)
        elif text := expression(column, values, picked, step, name in unique):
            columns[name] = text
    if not columns and not made:
        return f"insert into {table.name} select from generate_series(1, {most})"
    for name in {name for one in made.values() for name in one.reads} - made.keys() - columns.keys():
        columns[name] = f"({table.columns[name].default})"
    plainly = [f"({text})::{table.columns[name].type.stored} as {identifier(name)}" for name, text in columns.items()]
    selected = ", ".join([*plainly, *(f"{text} as {alias}" for one in made.values() for alias, text in one.needs())])
    rows = f"(select {selected} from generate_series({before}, {before + count - 1}) g {' '.join(joins)} offset 0) s"
    for name in in_order({name: one.reads for name, one in made.items()}):
        rows = f"(select s.*, {made[name].text()} as {identifier(name)} from {rows} offset 0) s"
    into = [*columns, *made]
    names = ", ".join(map(identifier, into))
    tests = [f"({c.definition}) is not false" for c in pattern.rules.conditions if set(c.columns) <= set(into)]
    return (
        f"insert into {table.name} ({names}) overriding system value select {names} from {rows} "
        f"where {' and '.join(tests) or 'true'} {f'limit {most}' if most < count else ''} on conflict do nothing"
    )
