"""Whether a migration has business with the values that it was seen to change."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from postgast import pg_query_pb2

from tools.checks._losses import Loss
from tools.checks._scene import Scene
from tools.checks._statements import Piece, below, expressions, inner, relation
from tools.sql import Script, SqlError

_AGGREGATES = {
    "count", "sum", "max", "min", "avg", "bool_or", "bool_and", "every", "array_agg", "string_agg", "jsonb_agg",
    "json_agg", "jsonb_object_agg",
}  # fmt: skip


def explained(scene: Scene, loss: Loss) -> bool:
    """Each statement that writes the column means these rows: it computes the new value from the old one or from many
    rows, asks for the old value in its condition, leaves some rows alone, or upserts by key."""
    statements = list(_updates(scene, loss))
    if not statements:
        upserted = any(_is_upsert(n, loss) for piece in scene.pieces for n in piece.statement.walk())
        return upserted or loss.moment or not _overwrites(loss)  # triggers stamp rows
    return all(_means_it(update, value, loss) for update, value in statements)


def deletes(scene: Scene) -> bool:
    """The file says DELETE in so many words."""
    return any(isinstance(n, pg_query_pb2.DeleteStmt) for piece in _data(scene) for n in piece.statement.walk())


def empties(scene: Scene, loss: Loss) -> bool:
    """The file says SET column = NULL in so many words; or it deletes what the column referred to."""
    values = [inner(value) for _, value in _updates(scene, loss)]
    plain = bool(values) and all(isinstance(value, pg_query_pb2.A_Const) and value.isnull for value in values)
    return plain or (not values and deletes(scene))


def literals(scene: Scene) -> dict[tuple[str, str], set[str]]:
    """What the statements write letter by letter, by (table, column): ``'b'`` of ``set c = case c when 'a' then 'b'``,
    of a VALUES list that it takes the value from, and of an upsert."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for node in _nodes(scene):
        match node:
            case pg_query_pb2.UpdateStmt():
                around = set(chain.from_iterable(map(_constants, node.from_clause)))
                for item in node.target_list:
                    name = relation(node.relation), item.res_target.name
                    found[name] |= around | set(_constants(item.res_target.val))
            case pg_query_pb2.InsertStmt() if not node.HasField("on_conflict_clause"):
                pass  # it changes no row that is there
            case pg_query_pb2.InsertStmt() | pg_query_pb2.MergeStmt():
                given = set(_constants(node))
                for item in below(node):
                    if isinstance(item, pg_query_pb2.ResTarget) and item.name:
                        found[relation(node.relation), item.name] |= given
    return found


def _constants(node: Any) -> Iterator[str]:
    """Text of the constants in an expression."""
    for found in below(node):
        if isinstance(found, pg_query_pb2.A_Const) and not found.isnull:
            match found.WhichOneof("val"):
                case "sval":
                    yield found.sval.sval
                case "ival":
                    yield str(found.ival.ival)
                case "fval":
                    yield found.fval.fval


def _data(scene: Scene) -> Iterator[Piece]:
    return (piece for piece in scene.pieces if piece.kind not in ("DoStmt", "CreateFunctionStmt", "RuleStmt"))


def _nodes(scene: Scene) -> Iterator[Any]:
    """Of statements, and of those in functions that the file makes, for it may call them."""
    for piece in _data(scene):
        yield from piece.statement.walk()
    for piece in scene.pieces:
        if piece.kind == "CreateFunctionStmt":
            for text in expressions(piece.statement.text):
                with suppress(SqlError):
                    for statement in Script(text).statements:
                        yield from statement.walk()


def _updates(scene: Scene, loss: Loss) -> Iterator[tuple[Any, Any]]:
    """(UPDATE, expression) of each that sets the column."""
    for node in _nodes(scene):
        if isinstance(node, pg_query_pb2.UpdateStmt) and relation(node.relation) in (loss.table, loss.new_table):
            for item in node.target_list:
                if item.res_target.name in (loss.column, loss.new_column):
                    yield node, item.res_target.val


def _is_upsert(node: Any, loss: Loss) -> bool:
    if isinstance(node, pg_query_pb2.MergeStmt):
        return relation(node.relation) == loss.table
    return (
        isinstance(node, pg_query_pb2.InsertStmt)
        and relation(node.relation) == loss.table
        and node.HasField("on_conflict_clause")
    )


def _means_it(update: Any, value: Any, loss: Loss) -> bool:
    names = {loss.column, loss.new_column}
    if _mentions(value, names) or any(_is_aggregate(node) for node in below(update)):
        return True
    return update.HasField("where_clause") and (_mentions(update.where_clause, names) or loss.kept)


def _mentions(node: Any, names: set[str]) -> bool:
    return any(
        isinstance(found, pg_query_pb2.ColumnRef)
        and found.fields[-1].WhichOneof("node") == "string"
        and found.fields[-1].string.sval in names
        for found in below(node)
    )


def _is_aggregate(node: Any) -> bool:
    return isinstance(node, pg_query_pb2.FuncCall) and node.funcname[-1].string.sval in _AGGREGATES


def _overwrites(loss: Loss) -> bool:
    """Values that were told apart before are not any more."""
    sources: dict[str, set[str]] = {}
    for old, new in loss.moved:
        sources.setdefault(new, set()).add(old)
    return any(len(found) > 1 for found in sources.values())
