"""Values worth trying for a column, the most likely first: by its checks, its name and its type.

Numbered: serial 1, 2, 3... gives rows of their own, each position in the list stays what it is.
"""

import json
import re
import uuid
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import Final

from tools.rows_hints import Hints
from tools.rows_names import ENDED, MANAGED, MANAGED_SCHEMAS, NAMED, OFF, ON, POWERS, time_rank
from tools.rows_pattern import like, matching
from tools.rows_schema import Column, Table, Type


class Default(Enum):
    DEFAULT = "default"


DEFAULT: Final = Default.DEFAULT
Value = str | None | Default
"""As Postgres reads it; DEFAULT leaves the column out."""

_NO_HINTS = Hints()
_NAMESPACE = uuid.UUID("5b0b7a52-5e9c-4f0e-9d5e-0c6f3a4b1d10")
_JSON_SHAPES = {"object": "{}", "array": "[]", "string": '"a"', "number": "1", "boolean": "true", "null": "null"}
_CALLER = re.compile(r"\bauth\.(uid|jwt|role|email)\(|current_setting\(")


def candidates(
    table: Table,
    column: Column,
    hint: Callable[[str], Hints],
    *,
    mark: str = "a",
    serial: int = 1,
    most: int | None = None,
) -> list[Value]:
    """Best first, without repeats; what the column's type refuses is not among them. Always at least one.

    `hint` tells what the checks say about a column; `most` is how many are wanted.
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
    found: list[Value] = list(dict.fromkeys(islice((t for t in texts if _readable(column.type, t)), most)))
    if by_default:
        found.insert(0, DEFAULT)
    if nullable or not found:
        found.insert(0 if early else len(found), None)
    return found


def _managed(table: Table, column: Column, mark: str, serial: int) -> list[Value]:
    """As Supabase's own services fill their tables: what may be left out is."""
    template = MANAGED.get(f"{table.name}.{column.name}")
    if template is not None:
        tag = f"{mark}{serial}"
        return [template.replace("TAG", tag).replace("UUID", own_uuid(table.name, "id", mark, serial))]
    if column.default is not None:
        return [DEFAULT]
    return [] if column.not_null else [None]


def own_uuid(*words: object) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, words))))


def _texts(table: Table, column: Column, hint: Hints, mark: str, serial: int) -> Iterable[str]:
    kind = column.type
    if hint.listed:
        yield from _least_powerful(hint.listed)
        if not hint.related:
            return
    if hint.shapes and kind.kind in ("json", "jsonb"):
        yield from _json(hint)
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
    made = [matching(pattern, zlib.crc32(f"{tag}{n}".encode()), long=2 + 3 * n)
            for pattern in hint.patterns for n in range(3)]  # fmt: skip
    made += [
        matching(pattern, zlib.crc32(tag.encode()), long=size - len(matching(pattern, 0, long=0)))
        for pattern in hint.patterns
        for size in hint.sizes
        if 0 < size <= 1000
    ]
    made += [like(pattern, tag) for pattern in hint.likes]
    yield from (_fitted(text, column.type.length, tag) for text in tried)
    yield from (_fitted(text, column.type.length, "") for text in made)
    for size in hint.sizes:
        for length in (size, size + 1, size - 1):
            if 0 <= length <= 100_000:
                yield (tried[0] + " " + "words " * (length // 6 + 1))[:length]
                yield str(serial).zfill(length)[:length]
    for text in (tag, f"{column.name.replace('_', '-')}-{tag}".lower(), tag.upper(), str(serial), "1", "a", ""):
        yield _fitted(text, column.type.length, "")


def named(name: str, word: str, tag: str, serial: int) -> str | None:
    """Text for what is called `name` and belongs to a `word`; None where the name says nothing."""
    for pattern, template in NAMED:
        if pattern.search(name):
            return template.format(
                tag=tag, serial=serial, table=word.replace(" ", "-"), column=name.lower().replace("_", "-"),
                uuid=own_uuid(word, name, tag), hex=zlib.crc32(f"{word}{tag}".encode()),
            )  # fmt: skip
    return None


def _fitted(text: str, length: int | None, tail: str) -> str:
    """Cut to the column's length; the tail that tells rows apart stays."""
    if length is None or len(text) <= length:
        return text
    tail = tail[-length:]
    return text[: length - len(tail)] + tail


def plain(
    table: Table, name: str, kind: Type, hint: Hints = _NO_HINTS, mark: str = "a", serial: int = 1
) -> Iterable[str]:
    """Text of a type's values, the most ordinary first."""
    match kind.kind:
        case "number":
            bounded = hint.values and not any(name in unique.columns for unique in table.uniques)
            yield from _numbers(name, kind, hint, (serial - 1) % 3 + 1 if bounded else serial)
        case "bool":
            yield from ("true", "false") if ON.search(name) and not OFF.search(name) else ("false", "true")
        case "uuid":
            yield own_uuid(table.name, name, mark, serial)
            yield own_uuid(table.name, name, mark, serial, "other")
        case "timestamp" | "date" | "time":
            yield from _times(name, kind, serial)
        case "enum":
            yield from _least_powerful(kind.labels)
        case "json" | "jsonb":
            yield from _json(hint)
        case "array" if kind.element:
            yield from _arrays(table, name, kind.element, hint, mark, serial)
        case "range" | "multirange" if kind.element:
            yield from _ranges(kind, serial)
        case "composite":
            parts = [next(iter(plain(table, name, part, _NO_HINTS, mark, serial)), "") for part in kind.attributes]
            yield "(" + ",".join(_quoted(part) for part in parts) + ")"
        case "vector" | "sparsevec":
            yield _vector(kind, serial)
        case "bit":
            yield format(serial, "b").zfill(kind.length or 1)[-(kind.length or 64) :]
        case "inet":
            yield f"10.{serial >> 16 & 255}.{serial >> 8 & 255}.{serial & 255}"
        case "text":
            yield _fitted(f"{name.replace('_', ' ')} {mark}{serial}", kind.length, f"{mark}{serial}")
            yield "a"
        case _:
            yield from (text.format(serial=serial, octet=serial & 255, mark=mark) for text in _ODD.get(kind.kind, ()))


_ODD: dict[str, tuple[str, ...]] = {
    "interval": ("{serial} hours", "1 day", "0"), "bytea": ("\\x{serial:08x}", "\\x"),
    "money": ("{serial}.00", "0"), "macaddr": ("08:00:2b:01:02:{octet:02x}",),
    "macaddr8": ("08:00:2b:01:02:03:04:{octet:02x}",), "xml": ("<row>{mark}{serial}</row>",),
    "tsvector": ("'words':1 '{mark}{serial}':2",), "tsquery": ("'words'",), "point": ("({serial},1)",),
    "line": ("{{1,{serial},0}}",), "lseg": ("[(0,0),(1,{serial})]",), "box": ("(1,{serial}),(0,0)",),
    "path": ("((0,0),(1,{serial}),(1,0))",), "polygon": ("((0,0),(1,{serial}),(1,0))",),
    "circle": ("<(0,0),{serial}>",),
    "hstore": ('"key"=>"{mark}{serial}"',), "ltree": ("top.{mark}{serial}",),
    "geometry": ("POINT({octet} 1)", "SRID=4326;POINT(1 1)", "POLYGON((0 0,0 1,1 1,1 0,0 0))",
                 "SRID=4326;POLYGON((0 0,0 1,1 1,1 0,0 0))", "LINESTRING(0 0,1 1)"),
    "pg_lsn": ("0/{serial:X}",), "jsonpath": ("$.a",), "char": ("a",), "regclass": ("pg_catalog.pg_class",),
    "semver": ("1.0.{serial}",), "other": ("{serial}", "a", "{{}}", ""),
}  # fmt: skip


def _numbers(name: str, kind: Type, hint: Hints, serial: int) -> Iterable[str]:
    word = name.lower()
    if re.search(r"(^|_)(lat|latitude)", word):
        yield f"{52 + serial % 1000 / 1000:.3f}"
    elif re.search(r"(^|_)(lng|lon|long|longitude)($|_)", word):
        yield f"{13 + serial % 1000 / 1000:.3f}"
    elif re.search(r"(^|_)year$", word):
        yield str(2000 + serial % 100)
    elif re.search(r"(^|_)month$", word):
        yield str(serial % 12 + 1)
    yield str(serial)
    for size in hint.sizes:
        yield str(size)
    digits, behind = kind.precision or (9, 0)
    if digits - behind < 6:
        yield str(serial % 10 ** max(digits - behind, 0))
        yield f"0.{serial % 10**behind:0{behind}d}" if behind > 0 else "0"
    yield from ("0", "1", "2", "50", "100", "-1", "0.5")


def _times(name: str, kind: Type, serial: int) -> Iterable[str]:
    now = datetime.now(UTC).replace(microsecond=0)
    if kind.kind == "time":
        hour = {-1: 9, 0: 12, 1: 17}[max(-1, min(1, time_rank(name) // 10))]
        for at in (hour, 8, 12, 18, 0):
            yield f"{at:02d}:{serial % 60:02d}:00"
        return
    years = -21 * 365 if re.search(r"birth|dob", name.lower()) else 0
    step = timedelta(days=serial % 300) if kind.kind == "date" else timedelta(minutes=serial % 1000)
    usual = now + timedelta(days=time_rank(name) + years)
    spread = [usual + step if usual > now else usual - step]
    spread += [usual, *(now + timedelta(days=days) for days in (-1, 1, -3 * 365, 3 * 365, 0, -30 * 365))]
    for moment in spread:
        yield moment.date().isoformat() if kind.kind == "date" else moment.isoformat(sep=" ")
    monday = now.date() - timedelta(days=now.weekday())
    if kind.kind == "date":
        yield (monday - timedelta(weeks=serial % 50)).isoformat()
        yield monday.replace(day=1).isoformat()


def _json(hint: Hints) -> Iterable[str]:
    numbers = [float(text) for text in hint.values if re.fullmatch(r"-?\d+(\.\d+)?", text)]
    texts = [text for text in hint.values if text not in _JSON_SHAPES]
    for shape in hint.shapes:
        yield _JSON_SHAPES.get(shape, "{}")
    yield "{}"
    if hint.keys:
        for value in ("a", 1, True, {}, [], *numbers, *texts):
            yield json.dumps(dict.fromkeys(hint.keys, value))
    yield from ("[]", '["a"]', '[{"key": "value"}]', '{"key": "value"}', '"a"', "1", "true", "null")
    for size in hint.sizes:
        if 0 < size <= 1000:
            yield json.dumps(list(range(size)))


def _arrays(table: Table, name: str, element: Type, hint: Hints, mark: str, serial: int) -> Iterable[str]:
    one = next(iter(plain(table, name, element, _NO_HINTS, mark, serial)), "")
    known = (
        [text for text in hint.values if text[:1] != "{" and _readable(element, text)]
        if element.kind in ("text", "enum")
        else []
    )
    parts = known or list(element.labels) or [one]
    yield "{" + _quoted(parts[serial % len(parts) if known else 0]) + "}"
    yield "{}"
    for size in hint.sizes:
        if 0 < size + 1 <= 1000:
            for length in (size, size + 1):
                yield "{" + ",".join(_quoted(parts[n % len(parts)]) for n in range(length)) + "}"
    if known:
        yield "{" + ",".join(map(_quoted, known)) + "}"


def _ranges(kind: Type, serial: int) -> Iterable[str]:
    element = kind.element
    assert element is not None
    if element.kind in ("timestamp", "date"):
        day = datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=2 * serial)
        low, high = day.date().isoformat(), (day + timedelta(days=1)).date().isoformat()
    else:
        low, high = str(10 * serial), str(10 * serial + 5)
    text = f"[{low},{high})"
    yield f"{{{text}}}" if kind.kind == "multirange" else text
    yield "{}" if kind.kind == "multirange" else "empty"


def _vector(kind: Type, serial: int) -> str:
    length = kind.length or 3
    if kind.kind == "sparsevec":
        return f"{{1:{serial}}}/{length}"
    return "[" + ",".join([str(serial % 1000 / 1000 + 0.001), *["0.5"] * (length - 1)]) + "]"


def _neighbours(kind: Type, literal: str) -> Iterable[str]:
    if kind.kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", literal):
        for step in (1, -1):
            yield f"{float(literal) + step:g}" if "." in literal else str(int(literal) + step)
    elif kind.kind in ("timestamp", "date") and (day := _day(literal)):
        for step in (1, -1):
            yield (day + timedelta(days=step)).isoformat()


def _least_powerful(labels: Iterable[str]) -> list[str]:
    """Ordinary people first, those who may do more last."""
    return sorted(labels, key=lambda label: bool(POWERS.search(label)))


@lru_cache(maxsize=1024)
def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _readable(kind: Type, text: str) -> bool:
    """Postgres takes the text for a value of the type, as far as can be told from here."""
    match kind.kind:
        case "number":
            if not re.fullmatch(r"-?\d+(\.\d+)?", text):
                return False
            if kind.bounds:
                return "." not in text and kind.bounds[0] <= int(text) <= kind.bounds[1]
            if kind.precision:
                return abs(float(text)) < float(10) ** (kind.precision[0] - kind.precision[1])
        case "bool":
            return text in ("true", "false")
        case "enum":
            return text in kind.labels
        case "timestamp" | "date":
            return _day(text) is not None
        case "time":
            return bool(re.match(r"\d\d:\d\d", text))
        case "uuid":
            return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))
        case "json" | "jsonb":
            try:
                json.loads(text)
            except ValueError:
                return False
        case "array":
            return text.startswith("{")
        case "interval":
            return bool(re.search(r"\d", text))
        case "text":
            return kind.length is None or len(text) <= kind.length
        case "bit" if kind.length:
            return bool(re.fullmatch("[01]+", text)) and (kind.base == "varbit" or len(text) == kind.length)
        case "range" | "multirange" | "composite" | "vector" | "inet" | "bytea" | "tsvector":
            return text.startswith(("{", "[", "(")) or text == "empty" or kind.kind in ("inet", "bytea", "tsvector")
    return True


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
