"""What columns take and what they say by themselves: the same for types, CHECKs, NOT NULL and defaults in other words.

Values around everything that either side compares a column with are put to both: each must be taken by both or by
neither. So a CHECK may be written in any way, be one or several, or be an enum instead.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import psycopg

from evals.grade.catalogs import Pair
from evals.grade.difference import Difference
from evals.grade.values import Values, combinations
from tools.postgres.server import Connection
from tools.rows.filler import Schema, Table
from tools.rows.rules import Rules
from tools.rows.schema import Column
from tools.rows.write import literal
from tools.sql import identifier

_FAMILIES = (
    {"text", "character varying", "name", "enum"},
    {"smallint", "integer", "bigint"},
)
"""Types that take each other's values; what they do not take shows."""
_RANDOM = re.compile(r"gen_random_uuid|uuid_generate_v4|nextval\(")
_TIMES = ("timestamp with time zone", "timestamp without time zone")


def compare(pair: Pair, golden: Connection, draft: Connection) -> Iterator[Difference]:
    """Of all tables that are in both and not the same."""
    wanted = [t for t in pair.tables if pair.g.get("table", t) and pair.d.get("table", t)]
    if not wanted:
        return
    shapes = [Schema.read(conn, wanted).tables for conn in (golden, draft)]
    for name in wanted:
        sides = tuple(
            Side(conn, shape[name], Rules(shape[name])) for conn, shape in zip((golden, draft), shapes, strict=True)
        )
        yield from _table(pair, sides[0], sides[1])


@dataclass(frozen=True)
class Side:
    """A table in one of the two databases."""

    conn: Connection
    table: Table
    rules: Rules

    def answers(self, columns: Sequence[str], values: Sequence[Values], expression: str) -> list[str]:
        """What the expression says of each combination; "no" where a column does not take its value, or a code where
        it cannot be told."""
        told = self._asked(columns, values, expression)
        if told is None:  # one of them breaks it: which
            told = [answer for one in values for answer in self._asked(columns, [one], expression) or ["breaks"]]
        return told

    def _asked(self, columns: Sequence[str], values: Sequence[Values], expression: str) -> list[str] | None:
        kinds = [self.table.columns[name].type.name for name in columns]
        rows = ", ".join(f"({n}, {', '.join(_sql(v) for v in one)})" for n, one in enumerate(values))
        inputs = ", ".join(f'"#{n}"' for n in range(len(columns)))
        taken = " and ".join(
            f'("#{n}" is null or pg_input_is_valid("#{n}"::text, {literal(kind)}))' for n, kind in enumerate(kinds)
        )
        cast = ", ".join(
            f'case when pg_input_is_valid("#{n}"::text, {literal(kind)}) then "#{n}"::text::{kind} end as {name}'
            for n, (name, kind) in enumerate(zip(map(identifier, columns), kinds, strict=True))
        )
        query = (
            f"select case when {taken} then coalesce(md5(({expression})::text), 'null') else 'no' end "
            f'from (values {rows}) v ("#", {inputs}) cross join lateral (select {cast}) t order by "#"'
        )
        try:
            with self.conn.transaction():
                return [str(told) for (told,) in self.conn.execute(query.encode()).fetchall()]
        except psycopg.Error:
            if self.conn.closed:
                raise
            return None


def same_expression(golden: Side, draft: Side, wanted: str, got: str) -> bool:
    """Over the table's columns: both say the same of any values."""
    if wanted == got:
        return True
    columns = _named(golden, draft, wanted, got)
    if not columns:
        return _constant(golden, wanted) == _constant(draft, got)
    values = _combined(golden, draft, columns, [wanted, got])
    return golden.answers(columns, values, wanted) == draft.answers(columns, values, got)


def implied(golden: Connection, draft: Connection, table: str, wanted: str, got: str) -> tuple[bool, bool]:
    """Whether all rows that a table takes and the golden's condition holds for are the draft's too, and vice versa."""
    if wanted == got:
        return True, True
    sides = []
    for conn in (golden, draft):
        shape = Schema.read(conn, [table]).tables[table]
        sides.append(Side(conn, shape, Rules(shape)))
    columns = _named(sides[0], sides[1], wanted, got)
    if not columns:
        return False, False
    values = _combined(sides[0], sides[1], columns, [wanted, got])
    held = []
    for side, asked in zip(sides, (wanted, got), strict=True):
        own = [check.definition for check in side.rules.conditions if set(check.columns) <= set(columns)]
        told = side.answers(columns, values, f"case when {_accepts(side, columns, own)} then ({asked}) is true end")
        yes = _yes(side)
        held.append({n for n, answer in enumerate(told) if answer == yes})
    return held[0] <= held[1], held[1] <= held[0]


def _named(golden: Side, draft: Side, wanted: str, got: str) -> list[str]:
    """Columns of both that one of the expressions speaks of."""
    both = [name for name in golden.table.columns if name in draft.table.columns]
    return [name for name in both if re.search(rf"\b{re.escape(name)}\b", f"{wanted} {got}")]


def _table(pair: Pair, golden: Side, draft: Side) -> Iterator[Difference]:
    table = golden.table.name
    shared = [name for name in golden.table.columns if name in draft.table.columns]
    doubtful = set()
    for name in shared:
        wanted, got = golden.table.columns[name], draft.table.columns[name]
        facts = [catalog.get("column", f"{table}.{name}") for catalog in (pair.g, pair.d)]
        if facts[0] == facts[1]:
            continue
        thing = f"column {table}.{name}"
        if not _akin(wanted, got):
            yield Difference("different", thing, f"{got.type.name}, not {wanted.type.name}")
            continue
        if (facts[0].get("type"), wanted.not_null) != (facts[1].get("type"), got.not_null):
            doubtful.add(name)
        yield from _computed(golden, draft, name)
        yield from _default(golden, draft, name)
    yield from _checks(golden, draft, shared, doubtful)


def _akin(wanted: Column, got: Column) -> bool:
    if wanted.type.name == got.type.name:
        return True
    kinds = [_family(c) for c in (wanted, got)]
    return any(set(kinds) <= family for family in _FAMILIES)


def _family(column: Column) -> str:
    if column.kind == "enum":
        return "enum"
    return re.sub(r"\(.*\)$", "", column.type.stored or column.type.name)


def _computed(golden: Side, draft: Side, name: str) -> Iterator[Difference]:
    wanted, got = (side.table.columns[name].generation for side in (golden, draft))
    thing = f"generated {golden.table.name}.{name}"
    if (wanted is None) != (got is None):
        yield Difference("missing" if wanted else "extra", thing)
    elif wanted is not None and got is not None and not same_expression(golden, draft, wanted, got):
        yield Difference("different", thing, f"{got}, not {wanted}")


def _default(golden: Side, draft: Side, name: str) -> Iterator[Difference]:
    wanted, got = (side.table.columns[name] for side in (golden, draft))
    thing = f"default {golden.table.name}.{name}"
    counted = [bool(c.identity or "nextval(" in (c.default or "")) for c in (wanted, got)]
    if wanted.generation is not None or got.generation is not None or all(counted):
        return
    shown = [c.default if c.default and not re.fullmatch(r"NULL(::.*)?", c.default) else None for c in (wanted, got)]
    if any(counted) or (shown[0] is None) != (shown[1] is None):
        yield Difference(
            "different", thing, f"{shown[1] or got.identity or 'none'}, not {shown[0] or wanted.identity or 'none'}"
        )
    elif shown[0] and shown[1] and _constant(golden, shown[0]) != _constant(draft, shown[1]):
        yield Difference("different", thing, f"{shown[1]}, not {shown[0]}")


def _constant(side: Side, expression: str) -> str:
    """What an expression without columns says; of a moment, how far from now; of what is made up, only that it is."""
    if _RANDOM.search(expression):
        return "random"
    asked = (
        f"select case when pg_typeof(x)::text in {_TIMES!r} then 'now + ' || "
        f"(extract(epoch from (x)::text::timestamptz - now()))::bigint else (x)::text end "
        f"from (select {expression} as x) v"
    )
    try:
        with side.conn.transaction():
            row = side.conn.execute(asked.encode()).fetchone()
    except psycopg.Error as error:
        if side.conn.closed:
            raise
        return f"{error.sqlstate}: {expression}"
    return str(row[0]) if row and row[0] is not None else f"null: {re.sub(r'::[a-z ]+', '', expression)}"


# Checks


def _checks(golden: Side, draft: Side, shared: Sequence[str], doubtful: set[str]) -> Iterator[Difference]:
    sides = (golden, draft)
    conditions = [[c for c in side.rules.conditions if set(c.columns) <= set(shared)] for side in sides]
    said = [{re.sub(r"\s+", " ", c.definition) for c in found} for found in conditions]
    differing = {
        c.columns for found in conditions for c in found if re.sub(r"\s+", " ", c.definition) in said[0] ^ said[1]
    }
    groups = _groups([*(c.columns for found in conditions for c in found), *((name,) for name in doubtful)])
    for group in groups:
        if not doubtful & group and not any(set(columns) & group for columns in differing):
            continue
        columns = [name for name in shared if name in group and golden.table.columns[name].generation is None]
        about = [[c.definition for c in found if set(c.columns) & group] for found in conditions]
        values = _combined(golden, draft, columns, [*about[0], *about[1]])
        wanted, got = (
            side.answers(columns, values, _accepts(side, columns, texts))
            for side, texts in zip(sides, about, strict=True)
        )
        yes = _yes(golden)
        for one, right, answer in zip(values, wanted, got, strict=True):
            if (right == yes) != (answer == yes):
                what = ", ".join(f"{c} = {_shown(v)}" for c, v in zip(columns, one, strict=True))
                thing = f"check {golden.table.name} ({', '.join(columns)})"
                yield Difference("different", thing, f"{'refuses' if right == yes else 'takes'} {what}")
                break


def _yes(side: Side) -> str:
    return str((side.conn.execute("select md5(true::text)").fetchone() or [""])[0])


def _accepts(side: Side, columns: Sequence[str], checks: Iterable[str]) -> str:
    parts = [f"({check}) is not false" for check in checks]
    parts += [f"{identifier(name)} is not null" for name in columns if side.table.columns[name].not_null]
    return " and ".join(parts) or "true"


def _groups(sets: Iterable[Sequence[str]]) -> list[set[str]]:
    """Columns that depend on each other through checks."""
    found: list[set[str]] = []
    for one in sets:
        joined = set(one).union(*(group for group in found if group & set(one)))
        found = [group for group in found if not group & joined] + [joined]
    return found


def _combined(golden: Side, draft: Side, columns: Sequence[str], expressions: Sequence[str]) -> list[Values]:
    both = [[(side.table.columns[name], side.rules) for side in (golden, draft)] for name in columns]
    return combinations(golden.conn, both, expressions)


def _sql(value: str | None) -> str:
    if value and len(value) > 60 and value == value[0] * len(value):
        return f"repeat({literal(value[0])}, {len(value)})"
    return "null::text" if value is None else literal(value)


def _shown(value: str | None) -> str:
    if value is None:
        return "NULL"
    return f"'{value}'" if len(value) <= 40 else f"a text of {len(value)} characters"
