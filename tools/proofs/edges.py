"""Values around what a condition compares a column with: for every way that it can come out, one that shows it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

import postgast

from tools.rows.hints import Hints
from tools.rows.schema import Column, Type

_STRANGE = "no such value"
_NOBODY = "00000000-0000-4000-8000-00000000dead"
_FAR = 987_654
_LONGEST, _MOST_PARTS = 2_000_000, 2_000
"""Of a text, and of an array."""
_MADE_UP = {
    "uuid": _NOBODY, "text": _STRANGE, "timestamp": "1901-02-03 04:05:06+00", "date": "1901-02-03",
    "inet": "203.0.113.77", "time": "03:04:05",
}  # fmt: skip
_PLAIN: dict[str, tuple[str, ...]] = {
    "bool": ("true", "false"), "interval": ("-1 day", "0", "1000 days"), "time": ("00:00", "12:00", "23:59:59"),
    "timestamp": ("1900-01-01", "2200-01-01"), "date": ("1900-01-01", "2200-01-01"), "inet": ("203.0.113.77",),
    "json": ("{}", "[]", '"a"', "1", "true", "null"), "jsonb": ("{}", "[]", '"a"', "1", "true", "null"),
    "uuid": (_NOBODY,), "range": ("empty",), "multirange": ("{}",), "bytea": ("\\x", "\\x00"),
}  # fmt: skip
_LENGTHS = {"length", "char_length", "character_length", "octet_length", "cardinality", "array_length"}
_SIMPLE = {"btrim", "trim", "lower", "upper", "jsonb_typeof", "json_typeof"}
"""Functions of one value that the edges tell apart all the same."""
_ORDER = {"<", "<=", ">", ">="}
_DATES = {"date", "timestamp", "timestamptz"}


def made_up(column: Column) -> str | None:
    """A value that stands in no row; None for types of which there is none."""
    kind = column.type
    if kind.kind == "number":
        top = (
            kind.bounds[1]
            if kind.bounds
            else 10 ** (kind.precision[0] - kind.precision[1]) - 1
            if kind.precision
            else _FAR
        )
        return str(min(_FAR, top))
    if kind.kind == "text":
        return _STRANGE[: kind.length]
    return _MADE_UP.get(kind.kind)


def edges(column: Column, hint: Hints) -> Iterator[str | None]:
    """Texts of values; NULL last. Without repeats; some may be too long or too large for the column's own type."""
    yield from dict.fromkeys(_of_type(column.type, hint))
    yield None


def are_few(column: Column, hint: Hints) -> bool:
    """None of the values that matter are too large to be tried."""
    return max(hint.sizes, default=0) <= (_MOST_PARTS if column.kind == "array" else _LONGEST)


def _of_type(kind: Type, hint: Hints) -> Iterator[str]:
    match kind.kind:
        case "number":
            yield from _numbers(hint, kind)
        case "text":
            yield from hint.values
            yield from ("", " ", _STRANGE, "ß~!\n", "ABC", "abc", "1")
            for size in hint.sizes:
                yield from ("x" * n for n in (size - 1, size, size + 1) if 0 <= n <= _LONGEST)
        case "enum":
            yield from kind.labels
        case "timestamp" | "date":
            for text in hint.values:
                yield from _days(text)
        case "json" | "jsonb":
            for key in hint.keys:
                yield from (json.dumps({key: value}) for value in (*hint.values, "a", 1, None))
        case "array":
            parts = list(dict.fromkeys([*kind.labels, *hint.values])) or ["1"]
            yield "{}"
            yield "{NULL}"
            yield from ("{" + json.dumps(part) + "}" for part in parts)
            if kind.element and kind.element.kind == "text":
                yield '{"' + _STRANGE + '"}'
            for size in hint.sizes:
                yield from (
                    "{" + ",".join([parts[0]] * n) + "}" for n in (size - 1, size, size + 1) if 0 < n <= _MOST_PARTS
                )
        case "interval":
            yield from hint.values
    yield from _PLAIN.get(kind.kind, ())


def _numbers(hint: Hints, kind: Type) -> Iterator[str]:
    known = sorted({float(v) for v in hint.values if re.fullmatch(r"-?\d+(\.\d+)?", v)} | {0.0})
    behind = max(kind.precision[1], 0) if kind.precision else 15
    for number in known:
        steps = (0, -1, 1) if behind in (0, 15) else (0, -1, 1, -(0.1**behind), 0.1**behind)
        yield from (_number(round(number + step, behind)) for step in steps)
    yield from (_number(round((low + high) / 2, behind)) for low, high in pairwise(known))
    yield from (_number(number) for number in (known[0] - 10_000, known[-1] + 10_000, known[0] - 10, known[-1] + 10))


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _days(text: str) -> Iterator[str]:
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        return
    yield from ((day + timedelta(days=step)).isoformat() for step in (0, -1, 1))


def fits(kind: Type, text: str) -> bool:
    """The type neither refuses nor cuts it."""
    if kind.kind == "text":
        return kind.length is None or len(text) <= kind.length
    if kind.kind == "number":
        if kind.bounds:
            return kind.bounds[0] <= float(text) <= kind.bounds[1] and "." not in text
        if kind.precision:
            digits, behind = kind.precision
            return abs(float(text)) < 10.0 ** (digits - behind) and len(text.partition(".")[2]) <= max(behind, 0)
    return True


@lru_cache(maxsize=1024)
def is_settled(condition: str, columns: frozenset[str]) -> bool:
    """It compares columns with constants, each by itself, and nothing more: then the edges show all that can be."""
    try:
        tree = postgast.parse(f"select {condition}")
    except (postgast.PgQueryError, ValueError):
        return False
    targets = tree.stmts[0].stmt.select_stmt.target_list
    return len(targets) == 1 and _decides(targets[0].res_target.val, columns)


def _decides(node: Any, columns: frozenset[str]) -> bool:
    kind = node.WhichOneof("node")
    inner: Any = getattr(node, kind) if kind else None
    match kind:
        case "a_const":
            return True
        case "column_ref":
            return _is_term(node, columns)
        case "bool_expr":
            return all(_decides(part, columns) for part in inner.args)
        case "null_test" | "boolean_test":
            return _is_term(inner.arg, columns)
        case "type_cast":
            return _decides(inner.arg, columns)
        case "a_expr":
            sign = inner.name[-1].string.sval if inner.name else ""
            sides = (inner.lexpr, inner.rexpr)
            for term, constant in (sides, sides[::-1]):
                if _is_term(term, columns) and _is_constant(constant, numeric=sign in _ORDER):
                    return sign in _ORDER or sign in ("=", "<>")
    return False


def _is_term(node: Any, columns: frozenset[str]) -> bool:
    """A column, or what is made of it in a way that the edges cover."""
    kind = node.WhichOneof("node")
    if kind == "column_ref":
        return len(node.column_ref.fields) == 1 and node.column_ref.fields[0].string.sval in columns
    if kind == "type_cast":
        return _is_term(node.type_cast.arg, columns)
    if kind == "func_call":
        call = node.func_call
        name = call.funcname[-1].string.sval
        rest_is_constant = all(a.WhichOneof("node") == "a_const" for a in call.args[1:])
        return bool(call.args) and name in _LENGTHS | _SIMPLE and rest_is_constant and _is_term(call.args[0], columns)
    return False


def _is_constant(node: Any, *, numeric: bool, dated: bool = False) -> bool:
    kind = node.WhichOneof("node")
    if kind == "a_const":
        value = node.a_const.WhichOneof("val")
        return not numeric or dated or value in ("ival", "fval")
    if kind == "type_cast":
        of = node.type_cast.type_name.names[-1].string.sval
        numbers = of in ("numeric", "int4", "int8", "int2", "float8", "float4")
        return _is_constant(node.type_cast.arg, numeric=numeric, dated=dated or of in _DATES or numbers)
    if kind == "a_array_expr":
        return all(_is_constant(part, numeric=numeric, dated=dated) for part in node.a_array_expr.elements)
    if kind == "a_expr" and not node.a_expr.HasField("lexpr"):
        return _is_constant(node.a_expr.rexpr, numeric=numeric, dated=dated)
    if kind == "list":
        return all(_is_constant(part, numeric=numeric, dated=dated) for part in node.list.items)
    return False
