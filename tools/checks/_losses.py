"""What became of old rows: rows that are gone, values that are, and values that are others now.

Pure comparison. Blanks and empty lists count as nothing, and so do changes of blanks and of case alone.
"""

import json
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain, product
from types import MappingProxyType
from typing import Any, Literal

from tools.checks._statements import identifier
from tools.proofs.kept import TableKept
from tools.proofs.shots import Column, Shot, Values, pairs

_EMPTY = {"", "{}", "[]", "null", '""'}
_NO_MORE = re.compile(r"^[\s0:.T+-]*$")
"""What may be cut from a number or a moment: zeros, midnight."""
_NUMBER = re.compile(r"^(smallint|integer|bigint|numeric|real|double precision)")
_MOMENT = re.compile(r"^(date|time)")
_JSON = ("json", "jsonb")
_FLOAT = re.compile(r"^(real|double precision)")
_STAMP = re.compile(r"(^|_)(updated|modified|changed|touched|synced)(_at|_on|$)")
_MADE_UP = re.compile(r"^(uuid|timestamp)")
_SHOWN = 60
_MOST = 3
"""Values that are listed."""

Literals = Mapping[tuple[str, str], Set[str]]
"""What statements write letter by letter, by (table, column)."""
NO_LITERALS: Literals = MappingProxyType({})
Kind = Literal["gone", "null", "cut", "rounded", "merged", "forgotten", "other"]


@dataclass(frozen=True)
class Loss:
    """One table or column; `kind` says what happened to it."""

    kind: Kind
    table: str
    """Its name before the migration."""
    column: str
    """Empty where whole rows are gone."""
    count: int
    of: int
    """Rows that had a value."""
    example: str
    """What was there, and what there is now."""
    new_table: str
    new_column: str = ""
    """What the table and the column are called afterwards, or the column that took the place."""
    moved: tuple[tuple[str, str], ...] = ()
    """Of "other": values before and after."""
    kept: bool = False
    """Of "other": some rows with a value were left alone."""
    moment: bool = False
    """Of "other": the column holds a time."""


def losses(kept: TableKept, doomed: Container[tuple[str, str]] = (), literals: Literals = NO_LITERALS) -> list[Loss]:
    """Of one table; none where it is gone, which is no secret. `doomed` are (table, column) that a later file drops.

    A value that became one of the `literals` was replaced, however much it looks like a part of the old one.
    """
    return list(_losses(kept.before, kept.after, doomed, literals)) if kept.after else []


def _losses(before: Shot, after: Shot, doomed: Container[tuple[str, str]], literals: Literals) -> Iterator[Loss]:
    matched = pairs(before, after)
    gone = [old for old, new in matched if new is None]
    if gone and not (before.partial or after.partial):
        yield Loss("gone", before.name, "", len(gone), len(matched), min(_row(before, row) for row in gone), after.name)
    both = [(old, new) for old, new in matched if new is not None]
    for number, column in before.columns.items():
        if column.generated:
            continue
        if number in after.columns:
            names = {(shot.name, it.name) for shot, it in product((before, after), (column, after.columns[number]))}
            given = frozenset(chain.from_iterable(literals.get(name, ()) for name in names))
            yield from _kept(before, after, number, _values(both, number, number), given)
        if number not in after.columns or (after.name, after.columns[number].name) in doomed:
            yield from _replaced(before, after, number, both)


def _values(both: Sequence[tuple[Values, Values]], old: int, new: int) -> list["_Triple"]:
    """Of the rows that held something."""
    return [(v, now[new], row) for row, now in both if (v := row[old]) is not None and not _is_empty(v)]


_Triple = tuple[str, str | None, Values]
"""A value, what it is now, and the row that it was in."""


def _kept(before: Shot, after: Shot, number: int, values: Sequence[_Triple], given: Set[str]) -> Iterator[Loss]:
    """A column that is still there; `given` are the literals that are written to it."""
    old, new = before.columns[number], after.columns[number]
    moved = [(v, w, row) for v, w, row in values if v != w]
    if not moved:
        return

    def loss(kind: Kind, found: Sequence[_Triple], example: str = "", kept: bool = False) -> Loss:
        shown = example or _example(found)
        both = tuple((v, w or "") for v, w, _ in found)
        size = len(found), len(values)
        return Loss(
            kind, before.name, old.name, *size, shown, after.name, new.name, both, kept, bool(_MOMENT.match(old.type))
        )

    if nulled := [one for one in moved if one[1] is None or _is_empty(one[1])]:
        yield loss("null", nulled)
    rest = [(v, w, row) for v, w, row in moved if w is not None and not (_is_empty(w) or _is_same(v, w, old))]
    derived = [(v, w, row) for v, w, row in rest if not _is_given(w, given, new)]
    cut = [(v, w, row) for v, w, row in derived if _is_cut(v, w, old, new)]
    if len({v for v, _, _ in cut}) > 1 == len({w for _, w, _ in cut}):
        cut = []  # a constant
    if cut:
        yield loss("cut", cut)
    if rounded := [(v, w, row) for v, w, row in derived if _is_rounded(v, w, old, new)]:
        yield loss("rounded", rounded)
    if cut or rounded or not rest:
        return
    if old.type != new.type:
        if new.type != "boolean" and (found := _merged(before, number, values)):
            yield loss("merged", found, _together(found))
    elif not _STAMP.search(old.name):
        left = {w for _, w, _ in rest}
        yield loss("other", rest, kept=any(v == w and w not in left for v, w, _ in values))


def _replaced(before: Shot, after: Shot, number: int, both: Sequence[tuple[Values, Values]]) -> Iterator[Loss]:
    """A column that is dropped, and one or more that hold instead what it held, as the rows show."""
    old = before.columns[number]
    for new in after.columns.keys() - before.columns.keys():
        column = after.columns[new]
        values = _values(both, number, new)
        if not values or not (column.name == old.name or _follows(values)):
            continue
        forgotten = [one for one in values if one[1] is None]
        if old.type == "boolean" and len({v for v, _, _ in forgotten}) == 1:
            continue  # archived_at for is_archived: NULL says it as well
        if forgotten:
            shown = f"{_listed(v for v, _, _ in forgotten)} became NULL in {column.name}"
            size = len(forgotten), len(values)
            yield Loss("forgotten", before.name, old.name, *size, shown, after.name, column.name)
        elif column.name == old.name and column.type != "boolean" and (found := _merged(before, number, values)):
            size = len(found), len(values)
            yield Loss("merged", before.name, old.name, *size, _together(found), after.name, column.name)


def _follows(values: Sequence[_Triple]) -> bool:
    """The new value is told by the old one, and tells some of them apart."""
    images: dict[str, set[str | None]] = defaultdict(set)
    for v, w, _ in values:
        images[v].add(w)
    told = {next(iter(found)) for found in images.values()}
    return all(len(found) == 1 for found in images.values()) and len(told - {None}) > (0 if None in told else 1)


def _merged(before: Shot, number: int, values: Sequence[_Triple]) -> list[_Triple]:
    """Different values that became one; odd ones do not count where anything may be written."""
    sources: dict[str, dict[str, _Triple]] = defaultdict(dict)
    for v, w, row in values:
        if w is not None and (v in before.listed.get(number, ()) or before.key_of(row) not in before.edges):
            sources[w].setdefault(_plain(v), (v, w, row))
    return [one for found in sources.values() if len(found) > 1 for one in found.values()]


def _is_empty(value: str) -> bool:
    return value.strip() in _EMPTY


def _plain(value: str) -> str:
    return re.sub(r"\s+", " ", value).strip().lower()


def _is_same(old: str, new: str, was: Column) -> bool:
    """But for blanks and case; or the same number."""
    if _plain(old) == _plain(new):
        return True
    numbers = _number(old), _number(new)
    return bool(_NUMBER.match(was.type)) and None not in numbers and numbers[0] == numbers[1]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _is_given(value: str, literals: Set[str], column: Column) -> bool:
    """It is one of the literals, as far as the column's type tells them apart."""
    if value in literals:
        return True
    if _NUMBER.match(column.type):
        return _number(value) is not None and _number(value) in map(_number, literals)
    return column.type in _JSON and json.loads(value) in map(_json, literals)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _is_cut(old: str, new: str, was: Column, now: Column) -> bool:
    if was.type in _JSON and now.type in _JSON:
        return _is_poorer(json.loads(old), json.loads(new))
    if _NUMBER.match(was.type) or len(new) >= len(old) or not old.startswith(new):
        return False
    rest = old[len(new) :]
    return bool(rest.strip()) and not (_MOMENT.match(was.type) and _NO_MORE.match(rest))


def _is_poorer(old: Any, new: Any) -> bool:
    """Some keys are gone, and what they held with them."""
    if not (isinstance(old, dict) and isinstance(new, dict)) or not old.keys() & new.keys():
        return False
    return any(key not in new and value not in (None, "", [], {}, *new.values()) for key, value in old.items())


def _is_rounded(old: str, new: str, was: Column, now: Column) -> bool:
    """The same number with less behind the point."""
    if not (_NUMBER.match(was.type) and _NUMBER.match(now.type)):
        return False
    before, after = _number(old), _number(new)
    if before is None or after is None:
        return False
    off = abs(before - after)
    if _FLOAT.match(was.type) and _FLOAT.match(now.type):
        return False
    if _FLOAT.match(was.type) or _FLOAT.match(now.type):
        return off > abs(before) * Decimal("1e-6") and off < 1
    return 0 < off < 1 and _decimals(after) < _decimals(before)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _example(found: Sequence[_Triple]) -> str:
    v, w, _ = min(found, key=lambda one: (len(one[0]), one[0]))
    now = "NULL" if w is None else _quoted(w)
    return f"{_quoted(v)} -> {now}"


def _together(found: Sequence[_Triple]) -> str:
    became = min(w or "" for _, w, _ in found)
    return f"{_listed(v for v, w, _ in found if w == became)} all became {_quoted(became)}"


def _listed(values: Iterable[str]) -> str:
    different = sorted(set(values), key=lambda value: (len(value), value))
    more = len(different) - _MOST
    words = ", ".join(map(_quoted, different[:_MOST]))
    return f"{words} and {more} more" if more > 0 else words


def _quoted(value: str) -> str:
    text = value.replace("\n", " ")
    return f"'{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}'"


def _row(shot: Shot, row: Values) -> str:
    """Its first values; those that are made up anew each time tell nothing."""
    told = [n for n, column in shot.columns.items() if row[n] is not None and not _MADE_UP.match(column.type)]
    shown = (told or [n for n in shot.columns if row[n] is not None])[:4]
    return ", ".join(f"{identifier(shot.columns[n].name)} {_quoted(row[n] or '')}" for n in shown)
