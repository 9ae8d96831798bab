"""Conditions solved for their columns: what a column has to be, as SQL of the row's other columns.

``ends_at <= starts_at + '2 hours'`` says that ``ends_at`` may be ``starts_at + '2 hours'``; ``month = date_trunc(
'month', month)`` that a month may be ``date_trunc('month', month)`` of any other. What comes is worth trying, not more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any

import postgast
from postgast import pg_query_pb2

from tools.rows.schema import Column, Type
from tools.sql import below

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_PEELED = {"abs", "round", "floor", "ceil", "ceiling", "lower", "upper", "initcap", "btrim", "ltrim", "rtrim", "trim",
           "date_trunc", "trunc", "coalesce"}  # fmt: skip
_UNITS = {
    "isodow": "1 day", "dow": "1 day", "day": "1 day", "doy": "1 day", "week": "7 days", "month": "1 month",
    "quarter": "3 months", "year": "1 year", "hour": "1 hour", "minute": "1 minute", "second": "1 second",
}  # fmt: skip
_INVERSE = {"+": "-", "-": "+", "*": "/", "/": "*"}
_STEPS = {
    "timestamp": ("interval '1 hour'", "interval '15 minutes'", "interval '1 day'", "interval '1 minute'"),
    "time": ("interval '1 hour'", "interval '15 minutes'", "interval '1 minute'"),
    "interval": ("interval '1 hour'", "interval '1 minute'", "interval '1 day'"),
    "date": ("1", "7"),
}
_PART = """(select string_agg(case when i = {n} then ({target})::text else p end, {by} order by i)
from unnest(string_to_array({own} || case when strpos({own}, {by}) = 0 then {by} || {own} else '' end, {by}))
with ordinality u (p, i))"""
_MOST = 12
_DEEP = 12


@dataclass(frozen=True)
class Derivation:
    """An expression over `reads`; among those the column itself stands for an ordinary value of it."""

    sql: str
    reads: frozenset[str]


def derivations(condition: str, columns: Mapping[str, Column]) -> dict[str, list[Derivation]]:
    """By column, the closest first; only of columns that can be written. Nothing for what cannot be read."""
    found: dict[str, list[Derivation]] = {}
    try:
        tree = postgast.parse(f"select {condition}")
    except (postgast.PgQueryError, ValueError):
        return found
    told = list(_solved(tree, columns))
    ways = [[(name, text) for text in _near(columns[name].type, sql, sign)] for name, sql, sign in told]
    for name, sql in (pair for rank in zip_longest(*ways) for pair in rank if pair):
        derivation = Derivation(sql, _names(sql))
        made = found.setdefault(name, [])
        if derivation.reads <= columns.keys() and len(made) < _MOST and derivation not in made:
            made.append(derivation)
    return found


def _solved(tree: Any, columns: Mapping[str, Column]) -> Iterator[tuple[str, str, str]]:
    """Columns, and what each is compared with, how."""
    for node in below(tree):
        match type(node).__name__:
            case "A_Expr" if node.name:
                sign = node.name[-1].string.sval
                left, right = _inner(node.lexpr), _inner(node.rexpr)
                if left is None or right is None:
                    continue
                for side, other, turned in ((left, right, sign), (right, left, _FLIPPED.get(sign, ""))):
                    for target in _targets(other, sign):
                        yield from (way for way in _isolated(side, target, turned, columns, 0) if way[0] in columns)
            case "FuncCall" if node.funcname:
                yield from ((name, sql, "=") for name, sql in _promised(node, columns))


def _targets(other: Any, sign: str) -> Iterator[str]:
    """What one side is compared with: of a list each member."""
    if type(other).__name__ == "A_ArrayExpr":
        yield from (_text(_inner(element)) for element in list(other.elements)[:3])
    elif type(other).__name__ == "List":
        yield from (_text(_inner(item)) for item in list(other.items)[:3])
    elif sign in ("~~", "~~*"):
        yield f"replace({_text(other)}, '%', 'a')"
    elif sign in _FLIPPED or sign == "^@":
        yield _text(other)


def _near(kind: Type, sql: str, sign: str) -> Iterator[str]:
    """Where the bound itself will not do, or another condition stands in its way too: a little beside it."""
    if sign in ("=", "<=", ">=", "~~", "~~*"):
        yield sql
    way = {"<": "-", "<=": "-", ">": "+", ">=": "+"}.get(sign)
    if way:
        for step in _steps(kind):
            yield f"({sql}) {way} {step}"


def _steps(kind: Type) -> tuple[str, ...]:
    if kind.kind != "number":
        return _STEPS.get(kind.kind, ())
    if kind.bounds:
        return ("1", "10")
    return ("1", f"{10 ** -max(kind.precision[1], 0):f}" if kind.precision else "0.01")


def _isolated(
    node: Any, target: str, sign: str, columns: Mapping[str, Column], deep: int
) -> Iterator[tuple[str, str, str]]:
    """Each column in the expression with what it has to be for the expression to be the target, and how it compares."""
    if deep > _DEEP:
        return
    match type(node).__name__:
        case "ColumnRef" if node.fields and node.fields[-1].HasField("string"):
            yield node.fields[-1].string.sval, target, sign
        case "TypeCast" | "CollateClause":
            yield from _isolated(_inner(node.arg), target, sign, columns, deep + 1)
        case "CoalesceExpr" | "MinMaxExpr":
            for argument in node.args:
                yield from _isolated(_inner(argument), target, sign, columns, deep + 1)
        case "A_Expr" if node.name and node.HasField("lexpr") and node.HasField("rexpr"):
            left, right = _inner(node.lexpr), _inner(node.rexpr)
            for inside, wanted, turned in _reckoned(left, right, node.name[-1].string.sval, target, sign):
                yield from _isolated(inside, wanted, turned, columns, deep + 1)
        case "A_Indirection" if (call := _inner(node.arg)) is not None and type(call).__name__ == "FuncCall":
            index = _inner(node.indirection[0].a_indices.uidx)
            if _function(call) in ("string_to_array", "foldername") and index is not None:
                by = _text(_inner(call.args[1])) if len(call.args) > 1 else "'/'"
                yield from _part(_inner(call.args[0]), by, _text(index), target, sign, columns, deep)
        case "FuncCall" if node.args:
            yield from _through(node, target, sign, columns, deep)


def _reckoned(left: Any, right: Any, operator: str, target: str, sign: str) -> Iterator[tuple[Any, str, str]]:
    """One operand in terms of the other and the result."""
    a, b = _text(left), _text(right)
    if operator in _INVERSE:
        yield left, f"({target}) {_INVERSE[operator]} ({b})", sign
    if operator in ("+", "*"):
        yield right, f"({target}) {_INVERSE[operator]} ({a})", sign
    elif operator in ("-", "/"):
        yield right, f"({a}) {operator} ({target})", _FLIPPED.get(sign, sign)
    elif operator == "%":
        yield left, f"({a}) - ({a}) % ({b}) + ({target})", sign


def _through(
    call: Any, target: str, sign: str, columns: Mapping[str, Column], deep: int
) -> Iterator[tuple[str, str, str]]:
    """The argument of a function that can be turned round."""
    name, arguments = _function(call), [_inner(argument) for argument in call.args]
    texts = [_text(argument) for argument in arguments]
    inside, wanted = arguments[-1] if name in ("date_trunc", "date_part", "extract", "timezone") else arguments[0], ""
    own = _text(inside)
    if name in _PEELED:
        wanted = target
    elif name == "mod" and len(texts) == 2:
        wanted = f"{own} - mod({own}, {texts[1]}) + ({target})"
    elif name == "timezone" and len(texts) == 2:
        wanted = f"timezone({texts[0]}, {target})"
    elif name in ("date_part", "extract"):
        unit = texts[0].split("'")[1].lower() if "'" in texts[0] else ""
        if unit == "epoch":
            wanted = f"make_interval(secs => ({target})::float8)"
            if type(inside).__name__ == "ColumnRef" and (c := columns.get(_column(inside))) and c.kind != "interval":
                wanted = f"to_timestamp(({target})::float8)"
        elif unit in _UNITS:
            wanted = f"{own} + (({target}) - extract({unit} from {own}))::int * interval '{_UNITS[unit]}'"
    elif name == "left" and len(texts) == 2:
        wanted = f"({target}) || {own}"
    elif name == "right" and len(texts) == 2:
        wanted = f"{own} || ({target})"
    elif name in ("strpos", "position") and len(texts) == 2:
        wanted, sign = f"{own} || {texts[1]} || {own}", "="
    elif name == "split_part" and len(texts) == 3:
        yield from _part(inside, texts[1], texts[2], target, sign, columns, deep)
    if name in ("lower", "upper") and type(inside).__name__ == "ColumnRef":
        wanted = _bounded(columns.get(_column(inside)), own, target, sign, upper=name == "upper") or wanted
        sign = sign if wanted == target else "="
    if wanted:
        yield from _isolated(inside, wanted, sign, columns, deep + 1)


def _part(
    inside: Any, by: str, n: str, target: str, sign: str, columns: Mapping[str, Column], deep: int
) -> Iterator[tuple[str, str, str]]:
    wanted = _PART.format(n=n, target=target, by=by, own=f"({_text(inside)})")
    yield from _isolated(inside, wanted, sign, columns, deep + 1)


def _bounded(column: Column | None, own: str, target: str, sign: str, *, upper: bool) -> str:
    """A range with this bound; "" for what is none."""
    element = column.type.element if column and column.kind == "range" else None
    if column is None or element is None:
        return ""
    step = (_steps(element) or ("1",))[0]
    bound = next(_near(element, target, sign), target)
    if upper:
        return f"{column.type.stored}(least(lower({own}), {bound} - {step}), {bound})"
    return f"{column.type.stored}({bound}, greatest(upper({own}), {bound} + {step}))"


def _promised(call: Any, columns: Mapping[str, Column]) -> Iterator[tuple[str, str]]:
    """What makes a function say true."""
    name, arguments = _function(call), [_inner(argument) for argument in call.args]
    column = columns.get(_column(arguments[0])) if arguments else None
    if column is None:
        return
    own = _text(arguments[0])
    if name == "starts_with" and len(arguments) == 2:
        yield column.name, f"({_text(arguments[1])}) || {own}"
    elif name == "upper_inf" and column.kind == "range":
        yield column.name, f"{column.type.stored}(lower({own}), null)"
    elif name == "lower_inf" and column.kind == "range":
        yield column.name, f"{column.type.stored}(null, upper({own}))"
    elif name == "upper_inc" and column.kind == "range":
        yield column.name, f"{column.type.stored}(lower({own}), upper({own}), '[]')"


def _function(call: Any) -> str:
    return str(call.funcname[-1].string.sval) if call.funcname else ""


def _column(node: Any) -> str:
    if type(node).__name__ == "TypeCast":
        return _column(_inner(node.arg))
    return str(node.fields[-1].string.sval) if type(node).__name__ == "ColumnRef" and node.fields else ""


def _inner(node: Any) -> Any:
    """What is in a node of any kind; None where nothing is."""
    kind = node.WhichOneof("node") if isinstance(node, pg_query_pb2.Node) else None
    return getattr(node, kind) if kind else None


def _text(inner: Any) -> str:
    """The expression as SQL, in parentheses where it is more than a name or a constant."""
    statement = postgast.parse("select 1")
    value = statement.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    value.Clear()
    field = next(f for f in value.DESCRIPTOR.fields if f.message_type is inner.DESCRIPTOR)
    getattr(value, field.name).CopyFrom(inner)
    text = postgast.deparse(statement)[len("SELECT ") :]
    return text if type(inner).__name__ in ("ColumnRef", "A_Const", "FuncCall") else f"({text})"


@lru_cache(maxsize=4096)
def _names(sql: str) -> frozenset[str]:
    """Columns that it reads."""
    found = {_column(node) for node in below(postgast.parse(f"select {sql}")) if type(node).__name__ == "ColumnRef"}
    return frozenset(found - {"p", "i"} if "ordinality" in sql else found)
