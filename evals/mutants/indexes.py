"""Indexes, and what has to have one."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Mutant, Original, deparse, expression, inner, operator, relation
from evals.mutants.tables import FOREIGN, columns, constraints
from tools.checks._statements import Piece

SERVING = "indexes/foreign-key indexes/filter queries/seq-scan"


def references(good: Original) -> dict[str, set[str]]:
    """Columns of new tables that are foreign keys of their own, by table."""
    return {
        relation(piece.node.relation): {c.colname for c in columns(piece.node) if constraints(c, FOREIGN)}
        for piece in good.pieces("CreateStmt")
    }


def leading(piece: Piece) -> str:
    """An index's first column; empty for an expression."""
    return str(piece.node.index_params[0].index_elem.name)


def serving(good: Original) -> list[Piece]:
    """The only index that serves a foreign key of a new table."""
    wanted = references(good)
    keys = {relation(piece.node.relation): _keys(piece.node) for piece in good.pieces("CreateStmt")}
    found = good.pieces("IndexStmt")
    return [
        piece
        for piece in found
        if leading(piece) in wanted.get(relation(piece.node.relation), ())
        and leading(piece) not in keys.get(relation(piece.node.relation), ())
        and [(relation(p.node.relation), leading(p)) for p in found].count(
            (relation(piece.node.relation), leading(piece))
        )
        == 1
    ]


def _keys(table: Any) -> set[str]:
    """First columns of primary keys and UNIQUE constraints."""
    kinds = (pg_query_pb2.CONSTR_PRIMARY, pg_query_pb2.CONSTR_UNIQUE)
    own = {c.colname for c in columns(table) if constraints(c, *kinds)}
    held = [inner(element) for element in table.table_elts]
    apart = [c for c in held if isinstance(c, pg_query_pb2.Constraint) and c.contype in kinds]
    return own | {constraint.keys[0].string.sval for constraint in apart}


@operator(SERVING)
def index_forgotten(good: Original) -> Iterator[Mutant]:
    """A foreign key has no index."""
    for piece in serving(good):
        yield good.without(piece)


@operator(SERVING)
def index_elsewhere(good: Original) -> Iterator[Mutant]:
    """An index begins with another column than the one that is looked up."""

    def change(node: Any) -> None:
        del node.index_params[:]
        node.index_params.add().index_elem.name = "created_at"

    for piece in serving(good):
        if not piece.node.where_clause.WhichOneof("node"):
            yield good.changed(piece, change)


@operator(SERVING)
def index_turned_round(good: Original) -> Iterator[Mutant]:
    """The column that is looked up stands behind another in its index."""

    def change(node: Any) -> None:
        first, second = list(node.index_params)[:2]
        held = type(first)()
        held.CopyFrom(first)
        first.CopyFrom(second)
        second.CopyFrom(held)

    for piece in serving(good):
        if len(piece.node.index_params) > 1:
            yield good.changed(piece, change)


@operator(SERVING)
def index_of_some_rows(good: Original) -> Iterator[Mutant]:
    """An index leaves out rows that are looked up."""
    for piece in serving(good):
        yield good.changed(
            piece, lambda node: node.where_clause.CopyFrom(expression("created_at > '2026-01-01T00:00:00Z'"))
        )


@operator("indexes/duplicate")
def index_twice(good: Original) -> Iterator[Mutant]:
    """The same index under two names."""
    for piece in good.pieces("IndexStmt"):
        if not piece.node.concurrent:
            other = type(piece.node)()
            other.CopyFrom(piece.node)
            other.idxname += "_2"
            yield good.after(piece, deparse(other))


@operator("indexes/duplicate")
def index_of_a_key(good: Original) -> Iterator[Mutant]:
    """An index that the primary key is already."""
    for piece in good.pieces("CreateStmt"):
        table = piece.node.relation.relname
        if any(c.colname == "id" and constraints(c, pg_query_pb2.CONSTR_PRIMARY) for c in columns(piece.node)):
            yield good.after(piece, f"create index if not exists idx_{table}_id on public.{table} (id)")


@operator("indexes/name")
def index_misnamed(good: Original) -> Iterator[Mutant]:
    """An index whose name does not say what it is of."""

    def change(node: Any) -> None:
        node.idxname = "new_index"

    for piece in good.pieces("IndexStmt"):
        yield good.changed(piece, change)


@operator("indexes/name")
def index_passed_over(good: Original) -> Iterator[Mutant]:
    """Two indexes under one name: IF NOT EXISTS passes over the second."""
    found = [piece for piece in good.pieces("IndexStmt") if piece.node.if_not_exists and not piece.node.concurrent]
    for first, second in pairwise(found):
        yield good.changed(second, partial(_rename, first.node.idxname))


def _rename(name: str, node: Any) -> None:
    node.idxname = name


@operator("safe-change/lock")
def index_in_the_way(good: Original) -> Iterator[Mutant]:
    """An index on a large table is built while writes wait."""

    def change(node: Any) -> None:
        node.concurrent = False

    for piece in good.pieces("IndexStmt"):
        if piece.node.concurrent:
            yield good.changed(piece, change)
