"""What conditions say about the values of a column: literals it is compared with, sizes, patterns, shapes.

Nothing here decides; it collects what is worth trying.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import postgast
from postgast import pg_query_pb2

_SIZES = {
    "length", "char_length", "character_length", "octet_length", "bit_length", "array_length", "cardinality",
    "jsonb_array_length", "json_array_length", "vector_dims", "pg_column_size",
}  # fmt: skip
_SHAPES = {"jsonb_typeof", "json_typeof"}
_INSIDE = {"->", "->>", "#>", "#>>"}
_KEYS = {"?", "?&", "?|"}
_WALKS = {"jsonb_path_exists", "jsonb_path_match", "jsonb_path_query", "jsonb_path_query_first"}
_PATH_KEY = re.compile(r'[.](?:(\w+)\b(?!\s*\()|"([^"]+)")')
_LISTS = {pg_query_pb2.AEXPR_OP_ANY, pg_query_pb2.AEXPR_IN}
_OTHERS = {"=", "<>", "<", "<=", ">", ">=", "@>", "<@", "&&"}
_INNER = {
    "TypeCast": ("arg",), "CollateClause": ("arg",), "NullTest": ("arg",), "BooleanTest": ("arg",),
    "A_ArrayExpr": ("elements",), "BoolExpr": ("args",), "CoalesceExpr": ("args",), "MinMaxExpr": ("args",),
    "RowExpr": ("args",), "A_Indirection": ("arg",), "CaseExpr": ("arg", "args", "defresult"),
    "CaseWhen": ("expr", "result"), "List": ("items",), "SubLink": ("subselect",), "SelectStmt": ("target_list",),
    "ResTarget": ("val",),
}  # fmt: skip
_GUARD = re.compile(r"\bif\s+((?:(?!\bthen\b|;).)+?)\s+then\s+raise\s+(?:exception\b|')", re.IGNORECASE | re.DOTALL)
_ELSEWHERE = re.compile(r"\bold\.|\bselect\b|\bfound\b|\bexists\b", re.IGNORECASE)
_NEW = re.compile(r"\bnew\.", re.IGNORECASE)


class Inside(NamedTuple):
    """Of what lies at a path in a JSON document ("[]" is a member of a list)."""

    path: tuple[str, ...]
    what: Literal["there", "shape", "value", "cast", "size"]
    text: str = ""


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
    inside: list[Inside] = field(default_factory=list)
    """What is said of the values in a JSON document."""
    calls: list[str] = field(default_factory=list)
    """Functions without arguments that it is compared with."""
    upper: bool = False
    lower: bool = False
    related: bool = False
    """The condition has other columns too, or asks whether this one is null."""

    def __or__(self, other: "Hints") -> "Hints":
        merged = Hints()
        for name in vars(merged):
            mine, yours = getattr(self, name), getattr(other, name)
            setattr(merged, name, mine or yours if isinstance(mine, bool) else list(dict.fromkeys([*mine, *yours])))
        return merged


@dataclass
class _Part:
    """An expression, seen from above: its columns with what is wrapped around each, and its constants."""

    columns: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    path: tuple[str, ...] = ()
    """Of what is taken from a JSON document: there is one column then."""
    constants: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


@lru_cache(maxsize=4096)
def hints(condition: str) -> dict[str, Hints]:
    """By column; a domain's value is the column "value". Not to be changed by the caller."""
    found: dict[str, Hints] = {}
    try:
        tree = postgast.parse(f"select {condition}")
    except (postgast.PgQueryError, ValueError):
        return found
    if len(tree.stmts) == 1:
        _read(tree.stmts[0].stmt, found)
    if len(found) > 1:
        for hint in found.values():
            hint.related = True
    return found


def _read(node: Any, found: dict[str, Hints]) -> _Part:
    kind = node.WhichOneof("node")
    if kind is None:
        return _Part()
    inner = getattr(node, kind)
    name = type(inner).__name__
    if name == "ColumnRef":
        last = inner.fields[-1]
        if not last.HasField("string"):
            return _Part()
        column = last.string.sval
        found.setdefault(column, Hints())
        return _Part([(column, frozenset())])
    if name == "A_Const":
        return _Part(constants=[] if inner.isnull else [_constant(inner)])
    if name == "A_Expr":
        return _expression(inner, found)
    if name == "FuncCall":
        return _call(inner, found)
    parts = []
    for attribute in _INNER.get(name, ()):
        value = getattr(inner, attribute)
        parts += [_read(child, found) for child in (value if hasattr(value, "__len__") else (value,)) if child]
    part = _joined(parts)
    if name == "TypeCast" and part.path:
        _says(found, part, "cast", inner.type_name.names[-1].string.sval)
    if name == "NullTest":
        for column, _ in part.columns:
            found[column].related = True
    return part


def _joined(parts: list[_Part], around: str = "") -> _Part:
    wrap = frozenset((around,)) if around else frozenset[str]()
    paths = [part.path for part in parts if part.path]
    return _Part(
        [(column, wrapped | wrap) for part in parts for column, wrapped in part.columns],
        paths[0] if len(paths) == 1 else (),
        [text for part in parts for text in part.constants],
        [call for part in parts for call in part.calls],
    )


def _expression(node: Any, found: dict[str, Hints]) -> _Part:
    sign = node.name[-1].string.sval if node.name else ""
    left, right = _read(node.lexpr, found), _read(node.rexpr, found)
    if sign == "-" and not left.columns and not left.constants:
        return _Part(right.columns, right.path, [f"-{text}" for text in right.constants])
    for side, other in ((left, right), (right, left)):
        for column, wrapped in side.columns:
            _compared(found[column], sign, wrapped, side, other, node.kind in _LISTS)
            for again, around in other.columns:
                if again == column:
                    found[column].upper |= "upper" in around
                    found[column].lower |= "lower" in around
    part = _joined([left, right], sign)
    if sign in _INSIDE and left.columns and right.constants:
        steps = right.constants[0].strip("{}").split(",") if sign.startswith("#") else right.constants[:1]
        part.path = (*left.path, *steps)
        _says(found, part, "there")
    elif sign in _KEYS and left.columns:
        for key in right.constants:
            _says(found, _Part(left.columns, (*left.path, key)), "there")
    elif sign in ("@?", "@@") and left.columns:
        _walked(found, left, right.constants)
    elif sign == "@>" and left.columns:
        for text in right.constants:
            _contained(found, left, text)
    else:
        for side, other in ((left, right), (right, left)):
            _told(found, side, other)
    return part


def _told(found: dict[str, Hints], side: _Part, other: _Part) -> None:
    """What a comparison says of the inside of a document."""
    if side.path and len(side.columns) == 1:
        (_, wrapped), texts = side.columns[0], list(other.constants)
        what: Any = "shape" if wrapped & _SHAPES else "size" if wrapped & _SIZES else "value"
        for text in texts:
            _says(found, side, what, text)


def _says(found: dict[str, Hints], part: _Part, what: Any, text: str = "") -> None:
    for column, _ in part.columns[:1]:
        found[column].inside.append(Inside(part.path, what, text))


def _walked(found: dict[str, Hints], part: _Part, texts: list[str]) -> None:
    """The keys that a JSON path goes along."""
    for text in texts:
        member = ("[]",) if "[*]" in text else ()
        for key in _PATH_KEY.findall(text):
            name = key[0] or key[1]
            _says(found, _Part(part.columns, (*part.path, *member, name)), "there")


def _contained(found: dict[str, Hints], part: _Part, text: str) -> None:
    """What a document has to contain."""
    try:
        document = json.loads(text)
    except ValueError:
        return
    for key, value in document.items() if isinstance(document, dict) else ():
        if isinstance(value, str | int | float):
            _says(found, _Part(part.columns, (*part.path, key)), "value", str(value))


def _compared(hint: Hints, sign: str, wrapped: frozenset[str], side: _Part, other: _Part, in_list: bool) -> None:
    constants = other.constants
    hint.calls += other.calls
    if wrapped & _SIZES:
        hint.sizes += [int(float(text)) for text in constants if _is_number(text)]
    elif wrapped & _SHAPES:
        hint.shapes += constants
    elif sign in ("~", "~*", "!~", "!~*"):  # what must not match is what a guard wants
        hint.patterns += constants
    elif sign in ("~~", "~~*", "!~~", "!~~*"):
        hint.likes += constants
    elif sign in _KEYS:
        hint.keys += constants
    elif wrapped & _INSIDE:
        hint.keys += side.constants
        hint.values += constants
    elif sign in _INSIDE:
        hint.keys += constants
    elif sign in _OTHERS or sign == "%":
        if sign == "=" and in_list and len(constants) > 1 and not side.constants:
            hint.listed += constants
        hint.values += constants


def _call(node: Any, found: dict[str, Hints]) -> _Part:
    name = node.funcname[-1].string.sval if node.funcname else ""
    part = _joined([_read(argument, found) for argument in node.args], name)
    if not node.args:
        return _Part(calls=[".".join(f'"{word.string.sval}"' for word in node.funcname)])
    if name in _WALKS:
        _walked(found, part, part.constants)
    elif name in _SIZES | _SHAPES and not part.columns[1:]:
        return part
    elif name not in _SIZES:
        for column, _ in part.columns:
            found[column].keys += part.constants
            if name == "mod":
                found[column].values += part.constants
    return part


def _constant(node: Any) -> str:
    value = node.WhichOneof("val")
    if value == "sval":
        return str(node.sval.sval)
    if value == "ival":
        return str(node.ival.ival)
    if value == "fval":
        return str(node.fval.fval)
    if value == "boolval":
        return "true" if node.boolval.boolval else "false"
    return ""


def guards(source: str) -> Iterator[str]:
    """Under which conditions on NEW a function in PL/pgSQL raises an exception, as conditions on columns."""
    for condition in _GUARD.findall(source):
        if not _ELSEWHERE.search(condition):
            yield _NEW.sub("", condition).replace("TG_OP", "'INSERT'").replace("tg_op", "'INSERT'")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
