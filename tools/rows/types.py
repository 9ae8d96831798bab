"""Text of a type's values, and whether Postgres would read a text as one."""

import json
import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from tools.rows.documents import documents
from tools.rows.hints import Hints
from tools.rows.names import OFF, ON, POWERS, time_rank
from tools.rows.schema import Table, Type

_NO_HINTS = Hints()
_NAMESPACE = uuid.UUID("5b0b7a52-5e9c-4f0e-9d5e-0c6f3a4b1d10")
_JSON_SHAPES = {"object": "{}", "array": "[]", "string": '"a"', "number": "1", "boolean": "true", "null": "null"}


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
            yield from least_powerful(kind.labels)
        case "json" | "jsonb":
            yield from shaped(hint)
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
            yield fitted(f"{name.replace('_', ' ')} {mark}{serial}", kind.length, f"{mark}{serial}")
            yield "a"
        case "bytea":
            for size in (4, *(size for size in hint.sizes if 0 < size <= 10_000)):
                yield "\\x" + f"{serial:0{2 * size}x}"[-2 * size :]
            yield "\\x"
        case _:
            yield from (text.format(serial=serial, octet=serial & 255, mark=mark) for text in _ODD.get(kind.kind, ()))


_SHAPES = (
    "POINT({octet} 1)", "LINESTRING(0 0,1 {octet})", "POLYGON((0 0,0 1,{octet} 1,1 0,0 0))", "MULTIPOINT((1 {octet}))",
    "MULTILINESTRING((0 0,1 {octet}))", "MULTIPOLYGON(((0 0,0 1,{octet} 1,1 0,0 0)))",
    "GEOMETRYCOLLECTION(POINT({octet} 1))",
)  # fmt: skip
_ODD: dict[str, tuple[str, ...]] = {
    "interval": ("{serial} hours", "1 day", "0"),
    "money": ("{serial}.00", "0"), "macaddr": ("08:00:2b:01:02:{octet:02x}",),
    "macaddr8": ("08:00:2b:01:02:03:04:{octet:02x}",), "xml": ("<row>{mark}{serial}</row>",),
    "tsvector": ("'words':1 '{mark}{serial}':2",), "tsquery": ("'words'",), "point": ("({serial},1)",),
    "line": ("{{1,{serial},0}}",), "lseg": ("[(0,0),(1,{serial})]",), "box": ("(1,{serial}),(0,0)",),
    "path": ("((0,0),(1,{serial}),(1,0))",), "polygon": ("((0,0),(1,{serial}),(1,0))",),
    "circle": ("<(0,0),{serial}>",),
    "hstore": ('"key"=>"{mark}{serial}"',), "ltree": ("top.{mark}{serial}",),
    "geometry": tuple(
        f"{srid}{shape}" for shape in _SHAPES for srid in ("", "SRID=4326;", "SRID=3857;")
    ),
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


def shaped(hint: Hints) -> Iterable[str]:
    numbers = [float(text) for text in hint.values if re.fullmatch(r"-?\d+(\.\d+)?", text)]
    texts = [text for text in hint.values if text not in _JSON_SHAPES]
    for shape in hint.shapes:
        yield _JSON_SHAPES.get(shape, "{}")
    yield "{}"
    yield from documents(hint)
    if hint.keys:
        for value in ("a", 1, True, {}, [], *numbers, *texts):
            yield json.dumps(dict.fromkeys(hint.keys, value))
    yield from ("[]", '["a"]', '[{"key": "value"}]', '{"key": "value"}', '"a"', "1", "true", "null")
    for size in hint.sizes:
        if 0 < size <= 1000:
            yield json.dumps(list(range(size)))


def _arrays(table: Table, name: str, element: Type, hint: Hints, mark: str, serial: int) -> Iterable[str]:
    def ordinary(n: int) -> str:
        return next(iter(plain(table, name, element, _NO_HINTS, mark, serial + n)), "")

    known = (
        [text for text in hint.values if text and text[:1] != "{" and readable(element, text)]
        if element.kind in ("text", "enum")
        else []
    )
    parts = known or list(element.labels)

    def several(length: int) -> str:
        return "{" + ",".join(_quoted(parts[n % len(parts)] if parts else ordinary(n)) for n in range(length)) + "}"

    yield "{" + _quoted(parts[serial % len(parts) if known else 0] if parts else ordinary(0)) + "}"
    yield "{}"
    for size in hint.sizes:
        if 0 < size + 1 <= 1000:
            yield from (several(size), several(size + 1))
    if known:
        yield "{" + ",".join(map(_quoted, known)) + "}"
        yield "{" + ",".join(map(_quoted, [*known, ordinary(0)])) + "}"
        yield "{" + _quoted(ordinary(0)) + "}"
    elif element.kind == "text":
        for length in (n for size in hint.sizes for n in (size, size + 1) if 0 < n <= 1000):
            yield "{" + _quoted(f"{mark}{serial}".ljust(length, "a")[:length]) + "}"
    if element.kind == "number":
        yield from ("{1}", "{0}", "{1,2}", "{1,2,3}")


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
    if kind.kind == "range" and element.kind == "timestamp":
        yield f"[{low} 12:00,{low} 12:30)"
    yield "{}" if kind.kind == "multirange" else "empty"


def _vector(kind: Type, serial: int) -> str:
    length = kind.length or 3
    if kind.kind == "sparsevec":
        return f"{{1:{serial}}}/{length}"
    return "[" + ",".join([str(serial % 1000 / 1000 + 0.001), *["0.5"] * (length - 1)]) + "]"


@lru_cache(maxsize=1024)
def day_of(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def readable(kind: Type, text: str) -> bool:
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
            return day_of(text) is not None
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
        case "inet":
            return bool(re.fullmatch(r"\d+(\.\d+){3}(/\d+)?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*(/\d+)?", text))
        case "range" | "multirange" | "composite" | "vector" | "bytea" | "tsvector":
            return text.startswith(("{", "[", "(")) or text == "empty" or kind.kind in ("bytea", "tsvector")
    return True


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def own_uuid(*words: object) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, words))))


def fitted(text: str, length: int | None, tail: str) -> str:
    """Cut to the column's length; the tail that tells rows apart stays."""
    if length is None or len(text) <= length:
        return text
    tail = tail[-length:]
    return text[: length - len(tail)] + tail


def least_powerful(labels: Iterable[str]) -> list[str]:
    """Ordinary people first, those who may do more last."""
    return sorted(labels, key=lambda label: bool(POWERS.search(label)))
