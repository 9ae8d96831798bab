"""What conditions say about the values of a column: literals it is compared with, sizes, patterns, shapes.

Nothing here decides; it collects what is worth trying.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tools.sql import Script, SqlError

_SIZES = {
    "length", "char_length", "character_length", "octet_length", "bit_length", "array_length", "cardinality",
    "jsonb_array_length", "json_array_length", "vector_dims", "pg_column_size",
}  # fmt: skip
_COMPARISONS = {"=", "<>", "<", "<=", ">", ">=", "~~", "~~*", "!~~", "~", "~*", "!~", "!~*", "@>", "<@", "&&", "?",
                "?&", "?|"}  # fmt: skip


@dataclass
class Hints:
    values: list[str] = field(default_factory=list)
    """Literals that it, or what is made of it, is compared with, as text."""
    listed: list[str] = field(default_factory=list)
    """Members of the list that it has to be in."""
    sizes: list[int] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    likes: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    """JSON types."""
    keys: list[str] = field(default_factory=list)
    """That a JSON value is asked for."""
    upper: bool = False
    lower: bool = False
    related: bool = False
    """Compared with another column, or asked whether it is null."""

    def __or__(self, other: "Hints") -> "Hints":
        merged = Hints()
        for name in vars(merged):
            mine, yours = getattr(self, name), getattr(other, name)
            setattr(merged, name, mine or yours if isinstance(mine, bool) else list(dict.fromkeys([*mine, *yours])))
        return merged


@lru_cache(maxsize=4096)
def hints(condition: str) -> dict[str, Hints]:
    """By column; a domain's value is the column "value". Not to be changed by the caller."""
    found: dict[str, Hints] = {}
    try:
        (statement,) = Script(f"select {condition}").statements
    except (SqlError, ValueError):
        return found
    for node in statement.walk():
        kind = type(node).__name__
        if kind == "A_Expr":
            _compare(node, found)
        elif kind == "NullTest":
            for column, _ in _columns(node.arg):
                found.setdefault(column, Hints()).related = True
        elif kind == "FuncCall":
            columns = list(_columns(node))
            if len(columns) > 1 or _name(node) not in _SIZES:
                for column, _ in columns:
                    hint = found.setdefault(column, Hints())
                    hint.related |= len(columns) > 1
                    hint.keys += [text for text in _constants(node) if text not in hint.keys]
        elif kind == "ColumnRef":
            for column, _ in _columns(node):
                found.setdefault(column, Hints())
    return found


def _compare(node: Any, found: dict[str, Hints]) -> None:
    sign = node.name[-1].string.sval if node.name else ""
    if sign not in _COMPARISONS:
        return
    sides = [node.lexpr, node.rexpr]
    for side, other in (sides, sides[::-1]):
        constants = list(_constants(other))
        others = {column for column, _ in _columns(other)}
        for column, wrapped in _columns(side):
            hint = found.setdefault(column, Hints())
            hint.related |= bool(others - {column})
            hint.upper |= "upper" in wrapped or any("upper" in by for name, by in _columns(other) if name == column)
            hint.lower |= "lower" in wrapped or any("lower" in by for name, by in _columns(other) if name == column)
            own = list(_constants(side))
            if wrapped & _SIZES:
                hint.sizes += [int(float(text)) for text in constants if _is_number(text)]
            elif wrapped & {"jsonb_typeof", "json_typeof"}:
                hint.shapes += constants
            elif sign in ("~", "~*"):
                hint.patterns += constants
            elif sign in ("~~", "~~*"):
                hint.likes += constants
            elif sign in ("?", "?&", "?|"):
                hint.keys += constants
            elif wrapped & {"->", "->>", "#>", "#>>"}:
                hint.keys += own
                hint.values += constants
            elif sign[0] != "!":
                if sign == "=" and len(constants) > 1 and not own:
                    hint.listed += constants
                hint.values += constants


def _columns(node: Any, wrapped: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """The columns in an expression, each with the functions and operators around it."""
    kind, inner = _unwrap(node)
    if kind == "ColumnRef":
        last = inner.fields[-1]
        if last.HasField("string"):
            yield last.string.sval, wrapped
    elif kind == "FuncCall":
        for argument in inner.args:
            yield from _columns(argument, wrapped | {_name(inner)})
    elif kind == "A_Expr":
        sign = inner.name[-1].string.sval if inner.name else ""
        for side in (inner.lexpr, inner.rexpr):
            yield from _columns(side, wrapped | {sign})
    else:
        for child in _children(kind, inner):
            yield from _columns(child, wrapped)


def _constants(node: Any) -> Iterator[str]:
    kind, inner = _unwrap(node)
    if kind == "A_Const":
        value = inner.WhichOneof("val")
        if value == "sval":
            yield inner.sval.sval
        elif value == "ival":
            yield str(inner.ival.ival)
        elif value == "fval":
            yield inner.fval.fval
        elif value == "boolval":
            yield "true" if inner.boolval.boolval else "false"
    elif kind == "A_Expr":
        sign = inner.name[-1].string.sval if inner.name else ""
        own = list(_constants(inner.rexpr))
        if sign == "-" and not inner.HasField("lexpr"):
            own = [f"-{text}" for text in own]
        yield from _constants(inner.lexpr)
        yield from own
    elif kind == "FuncCall":
        for argument in inner.args:
            yield from _constants(argument)
    else:
        for child in _children(kind, inner):
            yield from _constants(child)


def _children(kind: str, inner: Any) -> Iterator[Any]:
    fields = {
        "TypeCast": ("arg",), "CollateClause": ("arg",), "NullTest": ("arg",), "BooleanTest": ("arg",),
        "A_ArrayExpr": ("elements",), "BoolExpr": ("args",), "CoalesceExpr": ("args",), "MinMaxExpr": ("args",),
        "RowExpr": ("args",), "A_Indirection": ("arg",), "CaseExpr": ("arg", "args", "defresult"),
        "CaseWhen": ("expr", "result"), "List": ("items",),
    }  # fmt: skip
    for name in fields.get(kind, ()):
        value = getattr(inner, name)
        yield from value if hasattr(value, "__len__") else (value,)


def _unwrap(node: Any) -> tuple[str, Any]:
    if type(node).__name__ == "Node":
        which = node.WhichOneof("node")
        if which is None:
            return "", None
        node = getattr(node, which)
    return type(node).__name__, node


def _name(call: Any) -> str:
    return str(call.funcname[-1].string.sval) if call.funcname else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
