"""Values that two conditions are told apart by: around everything that either compares a column with."""

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from tools.postgres.server import Connection
from tools.proofs.edges import edges
from tools.rows.hints import Hints, hints
from tools.rows.pattern import matching
from tools.rows.rules import Rules
from tools.rows.schema import Column

_MOST = 4_000
"""Combinations of values that a table's checks are put to."""
_LONGEST, _LONGEST_VARIED = 20_000, 40
_WORDS = ("Some words", "", "running foxes")
_MOMENT = "2026-03-04 05:06:07+00"
_INTERVAL = re.compile(r"'([^']{1,40})'::interval")

Values = tuple[str | None, ...]
Known = tuple[Column, Rules]
"""A column as one side has it, with the rules of its table there."""


def combinations(conn: Connection, columns: Sequence[Sequence[Known]], expressions: Sequence[str]) -> list[Values]:
    """Values of these columns, each as both sides have it: in all combinations, or as many as are bearable."""
    most = max(4, int(_MOST ** (1 / len(columns))))
    moments = _moments(conn, expressions)
    return list(product(*(list(islice(_values(sides, expressions, moments), most)) for sides in columns)))


def _values(sides: Sequence[Known], expressions: Sequence[str], moments: Sequence[str]) -> Iterator[str | None]:
    """The most telling first."""
    first = sides[0][0]
    about = Hints()
    for expression in expressions:
        about |= hints(expression).get(first.name) or Hints()
    plain = _WORDS if first.kind == "text" else moments if first.kind == "timestamp" else ()
    told: list[Iterable[str | None]] = [about.values, plain]
    told += [edges(column, about) for column, _ in sides]
    told += [edges(column, rules.hint(column.name)) for column, rules in sides]
    told += [_edges_of_type(column) for column, _ in sides]
    if first.kind == "text":
        told.append(_matched(about.patterns))
        told.append(_varied(about.values))
    found: dict[str | None, None] = {None: None}
    trimmed = any(column.type.length for column, _ in sides)  # which such a type does with spaces behind
    for value in (v for each in told for v in each):
        if value is None or (len(value) <= _LONGEST and not (trimmed and value.endswith(" "))):
            found.setdefault(value)
    yield from found


def _edges_of_type(column: Column) -> Iterator[str]:
    """What its type just takes, and just not."""
    if column.type.bounds:
        low, high = column.type.bounds
        yield from (str(low), str(low - 1), str(high), str(high + 1))
    if column.type.length and column.kind == "text":
        yield from ("x" * column.type.length, "x" * (column.type.length + 1))


def _matched(patterns: Iterable[str]) -> Iterator[str]:
    """What regular expressions let through, in every length that they name, and what is off by a character."""
    for pattern in patterns:
        found = list(dict.fromkeys(matching(pattern, seed, long=long) for seed, long in ((1, 2), (2, 2), (3, 9))))
        yield from found
        for size in {int(n) for n in re.findall(r"\d+", pattern)}:
            yield from (found[0][:1] * n for n in (size - 1, size, size + 1) if 0 < n <= _LONGEST)
        yield from _varied(found)
        yield from (one + char for one in found[:1] for char in string.printable)
        yield from (char + one[1:] for one in found[:1] for char in string.printable)


def _varied(values: Iterable[str]) -> Iterator[str]:
    """In other cases, with spaces around, shorter and longer."""
    for one in values:
        if 0 < len(one) <= _LONGEST_VARIED:
            yield from (one.upper(), one.lower(), one.capitalize(), f" {one}", f"{one} ", one[:-1], f"{one}{one[-1]}")


def _moments(conn: Connection, expressions: Iterable[str]) -> list[str]:
    """One, and others at just the distances that the expressions name."""
    named = list(dict.fromkeys(found for expression in expressions for found in _INTERVAL.findall(expression)))[:4]
    if not named:
        return []
    query = """
    select (%s::timestamptz + sign * (i::interval) + step * interval '1 s')::text
    from unnest(%s::text[]) i cross join unnest('{1,-1}'::int[]) sign cross join unnest('{0,1,-1}'::int[]) step
    """
    return [_MOMENT, *(moment for (moment,) in conn.execute(query, [_MOMENT, named]).fetchall())]
