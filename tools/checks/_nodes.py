"""Small questions about nodes of a parse tree: names, comparisons, what AND and JOIN put together."""

from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2

from tools.checks._statements import below, inner


def conjuncts(where: Any) -> Iterator[Any]:
    """What AND joins."""
    node = inner(where)
    if isinstance(node, pg_query_pb2.BoolExpr) and node.boolop == pg_query_pb2.AND_EXPR:
        for part in node.args:
            yield from conjuncts(part)
    else:
        yield node


def sides(item: Any) -> Iterator[Any]:
    """What a FROM item joins."""
    node = inner(item)
    if isinstance(node, pg_query_pb2.JoinExpr):
        yield from sides(node.larg)
        yield from sides(node.rarg)
    else:
        yield node


def first(node: Any) -> str | None:
    """The first part of a name, which may be a variable's."""
    is_name = isinstance(node, pg_query_pb2.ColumnRef) and node.fields[0].WhichOneof("node") == "string"
    return node.fields[0].string.sval if is_name else None


def last(node: Any) -> str:
    is_name = isinstance(node, pg_query_pb2.ColumnRef) and node.fields[-1].WhichOneof("node") == "string"
    return node.fields[-1].string.sval if is_name else ""


def is_comparison(node: Any, sign: str) -> bool:
    if not isinstance(node, pg_query_pb2.A_Expr) or not node.name:
        return False
    if sign == "IN":
        return bool(node.kind == pg_query_pb2.AEXPR_IN) and node.name[-1].string.sval == "="
    return node.kind in (pg_query_pb2.AEXPR_OP, pg_query_pb2.AEXPR_OP_ANY) and node.name[-1].string.sval == sign


def calls(node: Any, names: set[str]) -> bool:
    return any(isinstance(n, pg_query_pb2.FuncCall) and n.funcname[-1].string.sval in names for n in below(node))


def tables(node: Any) -> set[str]:
    """Bare names of what it reads."""
    return {n.relname for n in below(node) if isinstance(n, pg_query_pb2.RangeVar)}


def outside_queries(node: Any) -> Iterator[Any]:
    """The node and those under it, but for the insides of subqueries and of what one element or a slice is taken of."""
    yield node
    picked = isinstance(node, pg_query_pb2.A_Indirection) and any(
        isinstance(inner(part), pg_query_pb2.A_Indices) for part in node.indirection
    )
    if picked or isinstance(node, pg_query_pb2.SubLink):
        return
    for member, value in node.ListFields():
        if member.message_type:
            for part in value if member.is_repeated else [value]:
                yield from outside_queries(inner(part))
