"""Policy expressions, read in Postgres's own grammar: when they are true, and what they call.

Nodes are those of libpg_query's parse tree. Three questions are answered without running anything, so the answers
are cautious: a policy is said to hold for everybody, or for somebody who is not signed in, only where its form
leaves no doubt.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import postgast
from postgast import pg_query_pb2

CALLER = frozenset({"auth.uid", "auth.jwt", "auth.role", "auth.email"})
"""Supabase's functions that say who is calling; current_setting('request.jwt...') does too."""

_PREFIX = "select "
_NO_FROM = (pg_query_pb2.EXPR_SUBLINK, pg_query_pb2.ARRAY_SUBLINK)


@dataclass(frozen=True)
class Call:
    name: str
    """As written: ``auth.uid``, ``current_setting``."""
    wrapped: bool
    """It stands in a scalar subquery without FROM, so it runs once per statement."""
    start: int
    """Offset in the expression's text."""


@dataclass(frozen=True)
class Surroundings:
    """What the tree alone does not tell."""

    not_null: Collection[str] = ()
    """Columns of the policy's table that are never NULL."""
    helpers: Collection[str] = ()
    """``schema.name`` of functions whose bodies ask who is calling."""
    readable: Callable[[str], bool] = lambda table: True
    """Whether `anon` may read a table that a subquery names."""


def parse(text: str) -> Any:
    """The expression's node. Raises postgast.PgQueryError for what is none."""
    return _open(postgast.parse(_PREFIX + text).stmts[0].stmt.select_stmt.target_list[0].res_target.val)


def calls(text: str) -> list[Call]:
    """Function calls in an expression, outermost first."""
    encoded = (_PREFIX + text).encode()
    found = []
    for node, wrapped in _walk(parse(text), False):
        if type(node).__name__ == "FuncCall":
            start = len(encoded[: node.location].decode()) - len(_PREFIX)
            found.append(Call(_name(node), wrapped, start))
    return found


def asks_caller(text: str, helpers: Collection[str] = ()) -> bool:
    """Whether anything in it depends on who is calling."""
    return any(_asks(node, helpers) for node, _ in _walk(parse(text), False))


def mentions(text: str, words: Collection[str]) -> bool:
    """Whether a string constant or a column has one of these names."""
    for node, _ in _walk(parse(text), False):
        if type(node).__name__ == "A_Const" and node.sval.sval in words:
            return True
        if type(node).__name__ == "ColumnRef" and _column(node) in words:
            return True
    return False


def always_true(text: str, around: Surroundings) -> bool:
    """True for every row and every signed-in user."""
    return _truth(parse(text), around) is True


def open_to_anon(text: str, around: Surroundings) -> bool:
    """May be true for somebody who is not signed in."""
    return _possible(parse(text), around)


def wrap(text: str) -> str:
    """The expression with each bare auth.uid(), auth.jwt() or current_setting() call in ``(select ...)``."""
    bare = [c for c in calls(text) if not c.wrapped and (c.name in CALLER or c.name == "current_setting")]
    for call in sorted(bare, key=lambda c: c.start, reverse=True):
        end = _closing(text, call.start)
        text = f"{text[: call.start]}(select {text[call.start : end]}){text[end:]}"
    return text


def _closing(text: str, start: int) -> int:
    """The offset behind a call's closing parenthesis."""
    depth, quoted = 0, False
    for offset in range(text.index("(", start), len(text)):
        char = text[offset]
        quoted ^= char == "'"
        if not quoted:
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return offset + 1
    return len(text)


def _open(node: Any) -> Any:
    """What a Node message holds."""
    which = node.WhichOneof("node") if type(node).__name__ == "Node" else None
    return getattr(node, which) if which else node


def _walk(node: Any, wrapped: bool) -> Iterator[tuple[Any, bool]]:
    """Every node below, with whether it is evaluated once per statement."""
    node = _open(node)
    yield node, wrapped
    if type(node).__name__ == "SubLink":
        query = node.subselect.select_stmt
        if node.HasField("testexpr"):
            yield from _walk(node.testexpr, wrapped)
        yield from _walk(query, node.sub_link_type in _NO_FROM and not query.from_clause)
        return
    for field, value in node.ListFields():
        if field.message_type is None:
            continue
        for item in [value] if hasattr(value, "ListFields") else value:
            yield from _walk(item, wrapped)


def _name(call: Any) -> str:
    parts = [part.string.sval for part in call.funcname]
    return ".".join(parts[1:] if parts[0] == "pg_catalog" else parts)


def _column(node: Any) -> str:
    """A ColumnRef's last part; empty for ``*``."""
    last: str = node.fields[-1].string.sval
    return last


def _asks(node: Any, helpers: Collection[str]) -> bool:
    if type(node).__name__ != "FuncCall":
        return False
    name = _name(node)
    if name == "current_setting":
        return any("request." in n.sval.sval for n, _ in _walk(node, False) if type(n).__name__ == "A_Const")
    return name in CALLER or name in helpers


def _operator(node: Any) -> str:
    return str(node.name[-1].string.sval) if node.name else ""


def _constant(node: Any) -> Any:
    """The string of a constant, casts aside; None for anything else."""
    node = _open(node)
    while type(node).__name__ == "TypeCast":
        node = _open(node.arg)
    return node.sval.sval if type(node).__name__ == "A_Const" and node.WhichOneof("val") == "sval" else None


def _without_from(node: Any) -> Any:
    """The value of ``(select value)``, or the node itself."""
    node = _open(node)
    while type(node).__name__ == "SubLink" and node.sub_link_type == pg_query_pb2.EXPR_SUBLINK:
        query = node.subselect.select_stmt
        if query.from_clause or len(query.target_list) != 1:
            break
        node = _open(query.target_list[0].res_target.val)
    return node


def _truth(node: Any, around: Surroundings) -> bool | None:
    """True or False where the form settles it for every row and every signed-in user; else None."""
    node = _without_from(node)
    kind = type(node).__name__
    if kind == "A_Const" and node.WhichOneof("val") == "boolval":
        return bool(node.boolval.boolval)
    if kind == "BoolExpr":
        parts = [_truth(arg, around) for arg in node.args]
        if node.boolop == pg_query_pb2.NOT_EXPR:
            return None if parts[0] is None else not parts[0]
        settles = node.boolop == pg_query_pb2.OR_EXPR
        return settles if settles in parts else (not settles if all(p is not None for p in parts) else None)
    if kind == "NullTest" and node.nulltesttype == pg_query_pb2.IS_NOT_NULL:
        return True if _never_null(node.arg, around) else None
    if kind == "CoalesceExpr":
        return _truth(node.args[0], around)
    if kind == "SubLink" and node.sub_link_type == pg_query_pb2.EXISTS_SUBLINK:
        query = node.subselect.select_stmt
        return True if not query.from_clause and not query.HasField("where_clause") else None
    if kind == "A_Expr" and node.kind == pg_query_pb2.AEXPR_OP and _operator(node) == "=":
        left, right = _without_from(node.lexpr), _without_from(node.rexpr)
        if (_role_of(left) and _constant(right) == "authenticated") or (
            _role_of(right) and _constant(left) == "authenticated"
        ):
            return True
        same = postgast.deparse(_statement(left)) == postgast.deparse(_statement(right))
        return True if same and _never_null(left, around) else None
    return None


def _statement(value: Any) -> Any:
    """A parse tree of ``select value``, for printing."""
    tree = postgast.parse("select 1")
    target = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    target.Clear()
    name = next(f.name for f in target.DESCRIPTOR.fields if f.message_type is value.DESCRIPTOR)
    getattr(target, name).CopyFrom(value)
    return tree


def _never_null(node: Any, around: Surroundings) -> bool:
    """For a signed-in user."""
    node = _without_from(node)
    while type(node).__name__ == "TypeCast":
        node = _without_from(node.arg)
    kind = type(node).__name__
    if kind == "ColumnRef":
        return _column(node) in around.not_null
    return kind == "A_Const" or (kind == "FuncCall" and _name(node) in CALLER)


def _role_of(node: Any) -> bool:
    """auth.role(), or the claim `role` of the token."""
    if type(node).__name__ == "FuncCall":
        return _name(node) == "auth.role"
    return type(node).__name__ == "A_Expr" and _operator(node) == "->>" and _constant(node.rexpr) == "role"


def _possible(node: Any, around: Surroundings) -> bool:
    """Whether it may be true for somebody who is not signed in."""
    node = _without_from(node)
    kind = type(node).__name__
    if kind == "A_Const" and node.WhichOneof("val") == "boolval":
        return bool(node.boolval.boolval)
    if kind == "BoolExpr":
        if node.boolop == pg_query_pb2.NOT_EXPR:
            return not _null(node.args[0], around)
        parts = [_possible(arg, around) for arg in node.args]
        return all(parts) if node.boolop == pg_query_pb2.AND_EXPR else any(parts)
    if kind == "NullTest":
        return node.nulltesttype == pg_query_pb2.IS_NULL or not _null(node.arg, around)
    if kind == "A_Expr" and node.kind not in (pg_query_pb2.AEXPR_DISTINCT, pg_query_pb2.AEXPR_NOT_DISTINCT):
        left, right = _without_from(node.lexpr), _without_from(node.rexpr)
        for side, other in ((left, right), (right, left)):
            if _role_of(side) and (listed := _constants(other)) and "anon" not in listed:
                return False
        return not (_null(left, around) or _null(right, around) or (_is_any(node) and _is_empty(right, around)))
    if kind == "CaseExpr":
        results = [_open(branch).result for branch in node.args]
        return any(_possible(result, around) for result in [*results, node.defresult] if result.WhichOneof("node"))
    if kind == "CoalesceExpr":
        return any(_possible(arg, around) for arg in node.args)
    if kind == "FuncCall":
        return not _null(node, around)
    if kind == "SubLink":
        tested = node.HasField("testexpr") and _null(node.testexpr, around)
        return not tested and _has_rows(node.subselect.select_stmt, around)
    return True


def _is_any(node: Any) -> bool:
    return bool(node.kind == pg_query_pb2.AEXPR_OP_ANY)


def _is_empty(node: Any, around: Surroundings) -> bool:
    """``coalesce(ids_of_the_caller(), '{}')``: an array without elements for somebody who is not signed in."""
    node = _without_from(node)
    while type(node).__name__ == "TypeCast":
        node = _without_from(node.arg)
    if type(node).__name__ != "CoalesceExpr":
        return False
    return all(_null(arg, around) or _constant(arg) == "{}" for arg in node.args)


def _constants(node: Any) -> list[str]:
    """The strings of a constant, or of a list of constants; empty where anything else is in it."""
    node = _open(node)
    while type(node).__name__ == "TypeCast":
        node = _open(node.arg)
    items = node.elements if type(node).__name__ == "A_ArrayExpr" else getattr(node, "items", None)
    found = [_constant(item) for item in items] if items is not None else [_constant(node)]
    return [] if None in found else found


def _has_rows(query: Any, around: Surroundings) -> bool:
    """Whether a subquery may find a row for somebody who is not signed in."""
    if query.HasField("where_clause") and not _possible(query.where_clause, around):
        return False
    for item in query.from_clause:
        for node, _ in _walk(item, False):
            if type(node).__name__ == "RangeVar" and not around.readable(
                f"{node.schemaname or 'public'}.{node.relname}"
            ):
                return False
            if type(node).__name__ == "JoinExpr" and node.HasField("quals") and not _possible(node.quals, around):
                return False
    return True


def _null(node: Any, around: Surroundings) -> bool:
    """Whether it is NULL (or refused) for somebody who is not signed in."""
    node = _without_from(node)
    kind = type(node).__name__
    if kind == "TypeCast":
        return _null(node.arg, around)
    if kind == "FuncCall":
        if _asks(node, around.helpers):
            return _name(node) not in ("auth.role", "auth.jwt")
        return any(_null(arg, around) for arg in node.args)
    if kind == "A_Expr":
        if node.kind in (pg_query_pb2.AEXPR_DISTINCT, pg_query_pb2.AEXPR_NOT_DISTINCT):
            return False
        if _operator(node) in ("->", "->>") and _asks_somewhere(node.lexpr, around):
            return bool(_constant(node.rexpr) != "role")
        return any(_null(side, around) for side in (node.lexpr, node.rexpr) if side.WhichOneof("node"))
    if kind == "CoalesceExpr":
        return all(_null(arg, around) for arg in node.args)
    if kind == "SubLink":
        return not _has_rows(node.subselect.select_stmt, around)
    return False


def _asks_somewhere(node: Any, around: Surroundings) -> bool:
    return any(_asks(inner, around.helpers) for inner, _ in _walk(node, False))
