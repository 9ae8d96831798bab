"""What a policy's condition compares, from the expression as Postgres prints it."""

from collections.abc import Callable, Iterator
from typing import Any

from postgast import pg_query_pb2

from tools.checks._statements import inner
from tools.expressions import parse

Worth = Callable[[str], bool | None]
"""Of a column: True where an index is missing, None where there is one, False where none would help."""


def filtered(condition: str, worth: Worth) -> list[str]:
    """Columns without an index that a row's visibility hangs on.

    Of conditions joined by AND one index is enough; of those joined by OR each needs its own.
    """
    return list(dict.fromkeys(_missing(parse(condition), worth)))


def _missing(node: Any, worth: Worth) -> list[str]:
    if isinstance(node, pg_query_pb2.BoolExpr):
        parts = [inner(part) for part in node.args]
        if node.boolop == pg_query_pb2.OR_EXPR:
            return [column for part in parts for column in _missing(part, worth)]
        if node.boolop == pg_query_pb2.AND_EXPR:
            compared = [worth(column) for part in parts for column in _columns(part)]
            if None in compared:
                return []
            return next((found for part in parts if (found := _missing(part, worth))), [])
        return []
    return [column for column in _columns(node) if worth(column)]


def _columns(node: Any) -> Iterator[str]:
    """Own columns that the comparison `node` holds against something that is no column of the row."""
    if isinstance(node, pg_query_pb2.SubLink):
        if node.sub_link_type == pg_query_pb2.ANY_SUBLINK and (column := _column(inner(node.testexpr))):
            yield column
    elif isinstance(node, pg_query_pb2.A_Expr) and node.name and node.name[-1].string.sval == "=":
        columns = [_column(inner(side)) for side in (node.lexpr, node.rexpr)]
        if columns.count(None) == 1:
            yield next(column for column in columns if column)


def _column(node: Any) -> str | None:
    """The column's name, where the node is one, casts aside."""
    while isinstance(node, pg_query_pb2.TypeCast):
        node = inner(node.arg)
    if not isinstance(node, pg_query_pb2.ColumnRef):
        return None
    return str(inner(node.fields[-1]).sval) if node.fields else None
