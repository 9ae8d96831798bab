"""JSON documents with what conditions say of their insides."""

import json
from collections.abc import Iterator
from typing import Any

from tools.rows.hints import Hints, Inside
from tools.rows.json_schema import instance, read

_VARIANTS = 4
_BY_SHAPE: dict[str, object] = {"object": {}, "array": [], "string": "a", "number": 1, "boolean": True, "null": None}
_NUMBERS = {"int2", "int4", "int8", "numeric", "float4", "float8", "integer", "bigint", "smallint", "money", "decimal"}
_BY_CAST: dict[str, object] = {
    "bool": "true", "boolean": "true", "uuid": "00000000-0000-4000-8000-000000000001", "date": "2026-01-31",
    "timestamp": "2026-01-31 12:00:00", "timestamptz": "2026-01-31 12:00:00+00", "time": "12:00", "interval": "1 hour",
}  # fmt: skip


def documents(hint: Hints) -> Iterator[str]:
    """Several, as what is said may be said of one or the other."""
    for schema in filter(None, map(read, hint.keys)):
        yield json.dumps(instance(schema))
    by_path: dict[tuple[str, ...], list[Inside]] = {}
    for one in hint.inside:
        by_path.setdefault(one.path, []).append(one)
    for variant in range(_VARIANTS if by_path else 0):
        document: Any = [{}] if any(path[0] == "[]" for path in by_path) else {}
        for path in sorted(by_path, key=len):
            if not any(longer[: len(path)] == path for longer in by_path if len(longer) > len(path)):
                _put(document, path, _leaf(by_path[path], variant))
        yield json.dumps(document)


def _put(document: Any, path: tuple[str, ...], value: object) -> None:
    place = document
    for step, following in zip(path, (*path[1:], None), strict=True):
        deeper: Any = value if following is None else [{}] if following == "[]" else {}
        if isinstance(place, list):
            if step not in ("[]", "0"):
                return
            if not place:
                place.append(deeper)
            elif following is None:
                place[0] = deeper
            place = place[0]
        elif isinstance(place, dict):
            place = place.setdefault(step, deeper)
        else:
            return


def _leaf(said: list[Inside], variant: int) -> object:
    texts: dict[str, list[str]] = {}
    for one in said:
        if one.text not in texts.setdefault(one.what, []):
            texts[one.what].append(one.text)
    shapes, casts = texts.get("shape", []), texts.get("cast", [])
    values = [text for text in texts.get("value", []) if text]
    numeric = "number" in shapes or bool(_NUMBERS & {*casts})
    if numeric:
        numbers = [n for text in values if _is_number(text) for n in (float(text) + 1, float(text), float(text) - 1)]
        number = numbers[variant % len(numbers)] if numbers else 1.0
        plain = int(number) if number == int(number) else number
        return plain if "number" in shapes or variant % 2 == 0 else str(plain)
    if sizes := [int(float(text)) for text in texts.get("size", []) if _is_number(text)]:
        size = min(sizes[variant % len(sizes)] + (variant + 1) % 2, 100)
        return "a" * size if "string" in shapes else list(range(size))
    if shapes:
        shape = shapes[variant % len(shapes)]
        if shape == "string" and values:
            return values[variant % len(values)]
        return _BY_SHAPE.get(shape, "a")
    if values:
        return values[variant % len(values)]
    for cast in casts:
        if cast in _BY_CAST:
            return _BY_CAST[cast]
    return ("a", 1, True, {})[variant % 4]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
