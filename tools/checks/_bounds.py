"""How many rows one run of a data change may touch, as its text says: some, all that match, or the same ones again.

A statement is bounded by a unique key or a LIMIT. In a loop it is also bounded by what the loop moves on with: a row
or an array that a limited query filled (`= any (ids)`), both ends of a range (`id > last and id <= next`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Literal

from postgast import pg_query_pb2

from tools.checks._blocks import Moment
from tools.checks._nodes import calls, conjuncts, first, is_comparison, last, outside_queries, sides, tables
from tools.checks._statements import below, inner
from tools.sql import Script, SqlError

Reach = Literal["some", "all", "same"]
"""Rows that one run touches; "same": a batch, but each round picks the rows of the round before."""

_MOST = 100_000
"""A LIMIT beyond it makes no batch."""
_AGGREGATES = {"array_agg", "string_agg", "json_agg", "jsonb_agg", "count", "max", "min", "sum"}
_COLLECTING = {"array_agg", "string_agg", "json_agg", "jsonb_agg"}
_CHANGES = (pg_query_pb2.UpdateStmt, pg_query_pb2.DeleteStmt, pg_query_pb2.InsertStmt, pg_query_pb2.MergeStmt)


def reach(
    statement: Any, change: Any, keys: Sequence[frozenset[str]], block: Sequence[Moment] = (), *, looped: bool = False
) -> Reach:
    """Of one change in a statement, where `keys` are its table's unique keys and `block` the DO block around it."""
    return _Reading(statement, change, keys, tuple(block), looped).reach


@dataclass(frozen=True)
class _Reading:
    statement: Any
    change: Any
    keys: Sequence[frozenset[str]]
    block: tuple[Moment, ...]
    looped: bool
    looked_at: set[str] = field(default_factory=set)
    """Variables that are being followed up."""

    @property
    def reach(self) -> Reach:
        change = self.change
        if isinstance(change, pg_query_pb2.InsertStmt):
            query = inner(change.select_stmt)
            return "some" if not tables(query) or self._is_batch(query) else "all"
        where = change.join_condition if isinstance(change, pg_query_pb2.MergeStmt) else change.where_clause
        tests = list(conjuncts(where)) if where.WhichOneof("node") else []
        if not self._restrict(tests):
            return "all"
        return "same" if self.looped and self._repeats(tests) else "some"

    # What a condition lets through

    def _restrict(self, tests: Sequence[Any]) -> bool:
        """The tests, which AND joins, let some of the target's rows through only."""
        fixed = {column for test in tests for column in self._fixed(test)}
        if any(key <= fixed for key in self.keys):
            return True
        return any(self._picks(test) for test in tests) or (self.looped and self._is_range(tests))

    def _fixed(self, test: Any) -> Iterator[str]:
        """Columns that it compares with values: ``c = value``, ``c in (values)``, ``c = any (values)``."""
        for column, value in self._equalities(test, self.foreign):
            names = {first(node) for node in below(value)} - {None}
            if isinstance(value, pg_query_pb2.SubLink):
                if value.sub_link_type == pg_query_pb2.EXPR_SUBLINK:
                    yield column
            elif names <= self.variables and (test.kind != pg_query_pb2.AEXPR_OP_ANY or self._is_limited(value)):
                yield column

    def _picks(self, test: Any, *, inside: bool = False) -> bool:
        """It alone bounds the rows, of the change or of a query `inside` of it."""
        if isinstance(test, pg_query_pb2.CurrentOfExpr):
            return True
        if isinstance(test, pg_query_pb2.BoolExpr) and test.boolop == pg_query_pb2.OR_EXPR:
            return all(self._restrict(list(conjuncts(part))) for part in test.args)
        if isinstance(test, pg_query_pb2.SubLink):
            if test.sub_link_type == pg_query_pb2.ANY_SUBLINK:
                return self._is_batch(inner(test.subselect))
            query = inner(test.subselect)
            return test.sub_link_type == pg_query_pb2.EXISTS_SUBLINK and self._exists(query)
        for column, value in self._equalities(test, self.variables if inside else self.foreign):
            if not inside and isinstance(value, pg_query_pb2.ColumnRef) and first(value) in self.batches:
                if self.looped or frozenset({column}) in self.keys:
                    return True
            elif isinstance(value, pg_query_pb2.SubLink):
                if value.sub_link_type in (pg_query_pb2.EXPR_SUBLINK, pg_query_pb2.ARRAY_SUBLINK) and self._is_batch(
                    inner(value.subselect)
                ):
                    return True
            elif self.looped and {first(node) for node in below(value)} & self.moving and self._is_limited(value):
                return True
        return False

    def _exists(self, query: Any) -> bool:
        """``exists (select from batch where batch.id = t.id)``"""
        joined = {name for item in query.from_clause for name in self._batches_in(item)}
        tests = [inner(part) for part in conjuncts(query.where_clause)] if query.HasField("where_clause") else []
        return any(
            {first(inner(test.lexpr)), first(inner(test.rexpr))} & joined for test in tests if is_comparison(test, "=")
        )

    def _equalities(self, test: Any, foreign: frozenset[str]) -> Iterator[tuple[str, Any]]:
        """(column, what it has to equal), either way round."""
        if not is_comparison(test, "=") and not is_comparison(test, "IN"):
            return
        sides = [(test.lexpr, test.rexpr), (test.rexpr, test.lexpr)]
        for one, other in sides if test.kind == pg_query_pb2.AEXPR_OP else sides[:1]:
            column, value = inner(one), inner(other)
            if isinstance(column, pg_query_pb2.ColumnRef) and last(column) and first(column) not in foreign:
                yield last(column), value

    def _is_range(self, tests: Sequence[Any]) -> bool:
        """A lower and an upper end on the same column, of which the loop moves one at least."""
        ends: dict[str, set[str]] = {}
        moves: set[str] = set()
        for test in tests:
            if not isinstance(test, pg_query_pb2.A_Expr):
                continue
            sign = test.name[-1].string.sval if test.name else ""
            between = test.kind == pg_query_pb2.AEXPR_BETWEEN
            if not between and sign not in ("<", "<=", ">", ">="):
                continue
            left = [n for n in below(test.lexpr) if isinstance(n, pg_query_pb2.ColumnRef)]
            right = [n for n in below(test.rexpr) if isinstance(n, pg_query_pb2.ColumnRef)]
            columns = [n for n in left if first(n) not in self.variables]
            if not columns:
                columns, left, right = [n for n in right if first(n) not in self.variables], right, left
                sign = sign.translate(str.maketrans("<>", "><"))
            if not columns or any(first(n) not in self.variables for n in right):
                continue
            name = last(columns[0])
            ends.setdefault(name, set()).update("<>" if between else sign[0])
            if {first(n) for n in right} & self.moving:
                moves.add(name)
        return any(found == {"<", ">"} and name in moves for name, found in ends.items())

    # Queries that give a limited number of rows

    def _is_batch(self, query: Any) -> bool:
        if not isinstance(query, pg_query_pb2.SelectStmt):
            return False
        if query.HasField("limit_count"):
            return _is_sensible(inner(query.limit_count))
        if query.HasField("larg"):
            return self._is_batch(query.larg) and self._is_batch(query.rarg)
        if query.values_lists:
            return True
        if not query.from_clause:
            return all(self._is_limited(target) for target in query.target_list)
        if any(any(self._batches_in(item)) for item in query.from_clause):
            return True
        tests = list(conjuncts(query.where_clause)) if query.HasField("where_clause") else []
        return self.looped and (any(self._picks(test, inside=True) for test in tests) or self._is_range(tests))

    def _batches_in(self, item: Any) -> Iterator[str]:
        """Names of the batches in a FROM item."""
        node = inner(item)
        match node:
            case pg_query_pb2.RangeVar() if node.relname in self.ctes and self._is_batch_query(node.relname):
                yield node.alias.aliasname or node.relname
            case pg_query_pb2.RangeSubselect() if self._is_batch(inner(node.subquery)):
                yield node.alias.aliasname
            case pg_query_pb2.RangeFunction() if all(self._is_limited(part) for part in node.functions):
                if any(first(found) in self.variables for found in below(node)):
                    yield node.alias.aliasname
            case pg_query_pb2.JoinExpr():
                yield from self._batches_in(node.larg)
                if node.jointype == pg_query_pb2.JOIN_INNER:
                    yield from self._batches_in(node.rarg)

    def _is_batch_query(self, name: str) -> bool:
        query = inner(self.ctes[name].ctequery)
        recursive = any(isinstance(n, pg_query_pb2.RangeVar) and n.relname == name for n in below(query))
        if isinstance(query, _CHANGES):
            return not recursive and _Reading(query, query, (), self.block, self.looped).reach == "some"
        return not recursive and self._is_batch(query)

    @cached_property
    def ctes(self) -> dict[str, Any]:
        found = [n for n in below(self.statement) if isinstance(n, pg_query_pb2.CommonTableExpr)]
        return {node.ctename: node for node in found}

    @cached_property
    def batches(self) -> frozenset[str]:
        """What the change joins that holds a limited number of rows."""
        return frozenset(name for item in self._joined for name in self._batches_in(item))

    @property
    def _joined(self) -> Sequence[Any]:
        change = self.change
        if isinstance(change, pg_query_pb2.MergeStmt):
            return [change.source_relation]
        return list(change.using_clause if isinstance(change, pg_query_pb2.DeleteStmt) else change.from_clause)

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Names of what it joins: their columns are not the target's."""
        names = {n.alias.aliasname or getattr(n, "relname", "") for item in self._joined for n in sides(item)}
        return frozenset(names - {""}) | self.variables

    # What the block's variables hold

    @cached_property
    def variables(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(moment.sets for moment in self.block))

    @cached_property
    def moving(self) -> frozenset[str]:
        """Variables that a loop changes."""
        return frozenset(chain.from_iterable(m.sets for m in self.block if m.loops or m.each))

    def _is_limited(self, node: Any) -> bool:
        """An expression whose value is no list, or one of a limited length."""
        for found in outside_queries(inner(node)):
            if isinstance(found, pg_query_pb2.SubLink) and found.sub_link_type == pg_query_pb2.ARRAY_SUBLINK:
                if not self._is_batch(inner(found.subselect)):
                    return False
            elif (name := first(found)) in self.variables and not self._holds_some(name or ""):
                return False
        return True

    def _holds_some(self, name: str) -> bool:
        """Each query that fills the variable gives one row, or a limited list."""
        if name in self.looked_at:
            return True
        self.looked_at.add(name)
        try:
            return all(self._gives_some(moment) for moment in self.block if name in moment.sets)
        finally:
            self.looked_at.discard(name)

    def _gives_some(self, moment: Moment) -> bool:
        query = _parsed(moment)
        if not isinstance(query, pg_query_pb2.SelectStmt):
            return True
        collects = any(calls(target, _COLLECTING) for target in query.target_list)
        if collects and not (moment.each and query.group_clause):
            return self._is_batch(query)
        return bool(query.from_clause) or all(self._is_limited(target) for target in query.target_list)

    # Whether a loop gets on

    def _repeats(self, tests: Sequence[Any]) -> bool:
        """All that bounds it are batches that neither follow a variable nor ask for what the loop changes."""
        names = {first(node) for test in tests for node in below(test)} & self.variables
        fills = [moment for moment in self.block if moment.sets & names]
        if any(moment.each for moment in fills):
            return False
        sources = [*tests, *self._joined, *self.ctes.values(), *filter(None, map(_parsed, fills))]
        queries = [n for node in sources for n in below(node) if isinstance(n, pg_query_pb2.SelectStmt)]
        return any(query.HasField("limit_count") for query in queries) and not any(map(self._gets_on, queries))

    def _gets_on(self, query: Any) -> bool:
        named = {last(n) for n in below(query.where_clause) if isinstance(n, pg_query_pb2.ColumnRef)}
        if query.HasField("limit_offset") or named & self._set_columns or set(map(first, below(query))) & self.moving:
            return True
        return bool(tables(query) & self._written)

    @cached_property
    def _all_changes(self) -> tuple[Any, ...]:
        parsed = [query for moment in self.block if (query := _parsed(moment)) is not None]
        return tuple(n for query in [*parsed, self.statement] for n in below(query) if isinstance(n, _CHANGES))

    @cached_property
    def _set_columns(self) -> set[str]:
        updates = [n for n in self._all_changes if isinstance(n, pg_query_pb2.UpdateStmt)]
        return {item.res_target.name for node in updates for item in node.target_list}

    @cached_property
    def _written(self) -> set[str]:
        """Tables that rows are added to or taken from."""
        others = (n for n in self._all_changes if not isinstance(n, pg_query_pb2.UpdateStmt))
        return {node.relation.relname for node in others}


def _parsed(moment: Moment) -> Any:
    """The statement that a moment is; None where it cannot be read."""
    try:
        found = Script(moment.query).statements if moment.sql else ()
    except SqlError:
        return None
    return found[0].node if len(found) == 1 else None


def _is_sensible(limit: Any) -> bool:
    if isinstance(limit, pg_query_pb2.A_Const):
        return not limit.isnull and limit.ival.ival <= _MOST and limit.WhichOneof("val") == "ival"
    return True
