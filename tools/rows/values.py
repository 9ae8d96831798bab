"""Values worth trying for a column, the most likely first: by its checks, its name and its type.

Numbered: serial 1, 2, 3... gives rows of their own, each position in the list stays what it is.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from itertools import islice
from typing import Final

from tools.rows.hints import Hints
from tools.rows.names import ENDED, MANAGED, MANAGED_SCHEMAS, NAMED
from tools.rows.pattern import like, matching
from tools.rows.schema import Check, Column, Table, Type, Unique
from tools.rows.types import day_of, fitted, least_powerful, own_uuid, plain, readable, shaped
from tools.rows.wide import apart, numbered, wide


class Default(Enum):
    DEFAULT = "default"


DEFAULT: Final = Default.DEFAULT


@dataclass(frozen=True)
class Derived:
    """What other columns of the row say, as SQL."""

    sql: str
    reads: frozenset[str]
    """The other columns."""
    own: str = ""
    """What the column itself is called in there, if it is."""
    base: str = ""
    """What it stands for there."""


Value = str | None | Default | Derived
"""As Postgres reads it; DEFAULT leaves the column out."""


_BASES = 4
"""Texts that are made into others."""
_CALLER = re.compile(r"\bauth\.(uid|jwt|role|email)\(|current_setting\(")


def candidates(
    table: Table,
    column: Column,
    hint: Callable[[str], Hints],
    *,
    mark: str = "a",
    serial: int = 1,
    most: int | None = None,
    derived: Sequence[Derived] | None = None,
) -> list[Value]:
    """Best first, without repeats; what the column's type refuses is not among them. Always at least one.

    `hint` tells what the checks say about a column; `most` is how many are wanted. With `derived`, which may be empty,
    all that is worth trying where the usual will not do.
    """
    if table.schema in MANAGED_SCHEMAS and (managed := _managed(table, column, mark, serial)):
        return managed
    asks_caller = bool(column.default and _CALLER.search(column.default))
    by_default = column.default is not None and not (asks_caller and column.not_null)
    if by_default and most == 1:
        return [DEFAULT]
    nullable = not column.not_null and column.default != "NULL"
    early = nullable and column.default is None and ENDED.search(column.name)
    if early and most == 1:
        return [None]
    texts = _texts(table, column, hint(column.name), mark, serial)
    usual = _distinct(text for text in texts if readable(column.type, text))
    found: list[Value] = list(islice(usual, most))
    if derived is not None and most != 1:
        keys: Sequence[Unique | Check] = (*table.uniques, *table.exclusions)
        unique = any(column.name in key.columns for key in keys)
        found = _widened(column, found, derived, hint(column.name), serial, unique, most)
    if by_default:
        found.insert(0, DEFAULT)
    if nullable or not found:
        found.insert(0 if early else len(found), None)
    return found


def _widened(
    column: Column,
    usual: Sequence[Value],
    derived: Sequence[Derived],
    hint: Hints,
    serial: int,
    unique: bool,
    most: int | None,
) -> list[Value]:
    """After the most usual what other columns say; before, in a key, what differs from row to row."""
    bases = [base for base in usual[: _BASES if column.kind == "text" else 1] if isinstance(base, str)]
    if unique:
        bases[:0] = apart(column.type, serial)
    found: list[Value] = list(usual[:1])
    found += numbered(column.type, hint, serial) if unique else ()
    found += [replace(one, base=base) for one in derived if one.own for base in bases]
    found += [one for one in derived if one.reads and not one.own]
    found += [one for one in derived if not one.reads and not one.own]
    if most is None or len(found) < most:
        further = wide(column.type, hint)
        fitting = [t for t in further if readable(column.type, t)] if column.kind in ("number", "text") else further
        found += dict.fromkeys([*usual[1:], *fitting])
    return found


def _distinct(texts: Iterable[str]) -> Iterable[str]:
    seen = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text


def _managed(table: Table, column: Column, mark: str, serial: int) -> list[Value]:
    """As Supabase's own services fill their tables: what may be left out is."""
    template = MANAGED.get(f"{table.name}.{column.name}")
    if template is not None:
        tag = f"{mark}{serial}"
        return [template.replace("TAG", tag).replace("UUID", own_uuid(table.name, "id", mark, serial))]
    if column.default is not None:
        return [DEFAULT]
    return [] if column.not_null else [None]


def _texts(table: Table, column: Column, hint: Hints, mark: str, serial: int) -> Iterable[str]:
    kind = column.type
    if hint.listed:
        yield from least_powerful(hint.listed)
        if not hint.related:
            return
    if hint.shapes and kind.kind in ("json", "jsonb"):
        yield from shaped(hint)
    if kind.kind == "text":
        usual = iter(_words(table, column, hint, mark, serial))
    else:
        usual = iter(plain(table, column.name, kind, hint, mark, serial))
    yield from islice(usual, 1)
    for literal in hint.values:
        yield literal
        yield from _neighbours(kind, literal)
    yield from usual


def _words(table: Table, column: Column, hint: Hints, mark: str, serial: int) -> Iterable[str]:
    tag = f"{mark}{serial}"
    first = named(column.name, table.word, tag, serial)
    tried = [*([first] if first else []), f"{table.word} {column.name.replace('_', ' ')} {tag}"]
    if hint.upper:
        tried = [text.upper() for text in tried] + tried
    if hint.lower:
        tried = [text.lower() for text in tried] + tried
    yield from (fitted(text, column.type.length, tag) for text in tried)
    yield from (fitted(text, column.type.length, "") for text in _patterned(hint, tag))
    for size in hint.sizes:
        for length in (size, size + 1, size - 1):
            if 0 <= length <= 100_000:
                yield (tried[0] + " " + "words " * (length // 6 + 1))[:length]
                yield str(serial).zfill(length)[:length]
    for text in (tag, f"{column.name.replace('_', '-')}-{tag}".lower(), tag.upper(), str(serial), "1", "a", ""):
        yield fitted(text, column.type.length, "")


def _patterned(hint: Hints, tag: str) -> Iterable[str]:
    sizes = [size for size in hint.sizes if 0 < size <= 1000]
    for pattern in hint.patterns:
        for n in range(3):
            yield matching(pattern, zlib.crc32(f"{tag}{n}".encode()), long=2 + 3 * n)
        for size in sizes:
            yield matching(pattern, zlib.crc32(tag.encode()), long=size - len(matching(pattern, 0, long=0)))
    yield from (like(pattern, tag) for pattern in hint.likes)


def named(name: str, word: str, tag: str, serial: int) -> str | None:
    """Text for what is called `name` and belongs to a `word`; None where the name says nothing."""
    for pattern, template in NAMED:
        if pattern.search(name):
            return template.format(
                tag=tag, serial=serial, table=word.replace(" ", "-"), column=name.lower().replace("_", "-"),
                uuid=own_uuid(word, name, tag), hex=zlib.crc32(f"{word}{tag}".encode()),
            )  # fmt: skip
    return None


def _neighbours(kind: Type, literal: str) -> Iterable[str]:
    if kind.kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", literal):
        for step in (1, -1):
            yield f"{float(literal) + step:g}" if "." in literal else str(int(literal) + step)
        if kind.precision and kind.precision[1] > 0:
            for step in (10 ** -kind.precision[1], -(10 ** -kind.precision[1])):
                yield f"{float(literal) + step:.{kind.precision[1]}f}"
    elif kind.kind in ("timestamp", "date") and (day := day_of(literal)):
        for step in (1, -1):
            yield (day + timedelta(days=step)).isoformat()
