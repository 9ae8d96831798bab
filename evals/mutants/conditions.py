"""The conditions of policies: whose row it is, by owner, by link and by membership."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import (
    Mutant,
    Original,
    asks_caller,
    below,
    conjuncts,
    deparse,
    expression,
    function_name,
    inner,
    keep,
    name_of,
    operator,
    relation,
    rename,
)
from evals.mutants.policies import LEAKS, policies, sides, uuids

ROLE_HELPER = "private.has_role"
MEMBER_HELPER = "private.is_member"


def comparisons(policy: Any) -> Iterator[tuple[Any, Any]]:
    """(A_Expr, ColumnRef) of each ``column = (select auth.uid())``."""
    for side in sides(policy):
        for node in below(side):
            if isinstance(node, pg_query_pb2.A_Expr) and node.name and node.name[-1].string.sval == "=":
                for one, other in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr)):
                    column = inner(one)
                    if isinstance(column, pg_query_pb2.ColumnRef) and asks_caller(other):
                        yield node, column


def exists_queries(policy: Any) -> Iterator[Any]:
    """The SelectStmt of each EXISTS."""
    for side in sides(policy):
        for node in below(side):
            if isinstance(node, pg_query_pb2.SubLink) and node.sub_link_type == pg_query_pb2.EXISTS_SUBLINK:
                yield inner(node.subselect)


@operator(f"{LEAKS} rls/locked-out")
def wrong_owner_column(good: Original) -> Iterator[Mutant]:
    """The row's own id, or another uuid, is compared with who is calling."""
    for policy in policies(good):
        columns = uuids(good, relation(policy.node.table))
        for number, (_, column) in enumerate(comparisons(policy.node)):
            for other in columns if name_of(column) in columns else ["id"]:
                if other != name_of(column):
                    node = copy.deepcopy(policy.node)
                    rename(list(comparisons(node))[number][1], other)
                    yield good.put(policy, deparse(node))


@operator(f"{LEAKS} rls/locked-out")
def owner_inverted(good: Original) -> Iterator[Mutant]:
    """Everybody but the owner gets in."""

    def invert(found: tuple[Any, Any]) -> None:
        found[0].name[-1].string.sval = "<>"

    for policy in policies(good):
        yield from good.each(policy, comparisons, invert)


@operator(f"{LEAKS} rls/always-true")
def owner_dropped(good: Original) -> Iterator[Mutant]:
    """One of several conditions is lost: the one that says whose the row is."""
    yield from _conjunct_dropped(good, lambda part: asks_caller(part) and not _subquery(part))


@operator(f"{LEAKS} rls/always-true")
def condition_dropped(good: Original) -> Iterator[Mutant]:
    """One of several conditions is lost: the one beside the owner's."""
    yield from _conjunct_dropped(good, lambda part: not asks_caller(part) or _subquery(part))


def _subquery(part: Any) -> bool:
    held = inner(part)
    return isinstance(held, pg_query_pb2.SubLink) and held.sub_link_type != pg_query_pb2.EXPR_SUBLINK


def _conjunct_dropped(good: Original, wanted: Callable[[Any], bool]) -> Iterator[Mutant]:
    for policy in policies(good):
        for side in ("qual", "with_check"):
            parts = conjuncts(getattr(policy.node, side)) if policy.node.HasField(side) else []
            for part in parts if len(parts) > 1 and any(asks_caller(p) for p in parts) else []:
                if wanted(part):
                    node = copy.deepcopy(policy.node)
                    keep(getattr(node, side), [p for p in parts if p is not part])
                    yield good.put(policy, deparse(node))


@operator(LEAKS)
def link_cut(good: Original) -> Iterator[Mutant]:
    """EXISTS finds something of the caller's, whatever the row: its link to the row is lost."""
    for policy in policies(good):
        table = policy.node.table.relname

        def linked(part: Any, table: str = table) -> bool:
            columns = [n for n in below(part) if isinstance(n, pg_query_pb2.ColumnRef) and len(n.fields) > 1]
            return any(column.fields[0].string.sval == table for column in columns)

        def cut(query: Any, linked: Callable[[Any], bool] = linked) -> None:
            keep(query.where_clause, [part for part in conjuncts(query.where_clause) if not linked(part)])

        yield from good.each(policy, exists_queries, cut)


@operator(LEAKS)
def any_member(good: Original) -> Iterator[Mutant]:
    """A role is asked for, but not whose: any member's of the organization will do."""

    def cut(query: Any) -> None:
        keep(query.where_clause, [p for p in conjuncts(query.where_clause) if not asks_caller(p)])

    for policy in policies(good):
        yield from good.each(policy, lambda node: [q for q in exists_queries(node) if _asks_role(q)], cut)


@operator(LEAKS)
def role_dropped(good: Original) -> Iterator[Mutant]:
    """Any member may, whatever the role."""

    def without_role(query: Any) -> None:
        keep(query.where_clause, [p for p in conjuncts(query.where_clause) if not _is_role(p)])

    def to_member(call: Any) -> None:
        del call.args[1:]
        call.funcname[-1].string.sval = MEMBER_HELPER.partition(".")[2]

    for policy in policies(good):
        yield from good.each(policy, lambda node: [q for q in exists_queries(node) if _asks_role(q)], without_role)
        yield from good.each(policy, lambda node: _calls(node, ROLE_HELPER), to_member)


@operator(f"{LEAKS} rls/locked-out")
def wrong_organization(good: Original) -> Iterator[Mutant]:
    """Membership is asked of the row's own id instead of its organization's."""
    for policy in policies(good):
        own = [name for name in uuids(good, relation(policy.node.table)) if name != "organization_id"]
        other = "id" if "id" in own or not own else own[0]

        def change(call: Any, other: str = other) -> None:
            rename(_column(call), other)

        yield from good.each(
            policy,
            lambda node: [c for n in (ROLE_HELPER, MEMBER_HELPER) for c in _calls(node, n) if _column(c)],
            change,
        )


def _calls(node: Any, name: str) -> list[Any]:
    found = [n for side in sides(node) for n in below(side) if isinstance(n, pg_query_pb2.FuncCall)]
    return [call for call in found if function_name(call) == name]


def _column(call: Any) -> Any:
    column = inner(call.args[0])
    return column if isinstance(column, pg_query_pb2.ColumnRef) and name_of(column) == "organization_id" else None


def _is_role(part: Any) -> bool:
    return any(isinstance(n, pg_query_pb2.ColumnRef) and name_of(n) == "role" for n in below(part))


def _asks_role(query: Any) -> bool:
    return any(_is_role(part) for part in conjuncts(query.where_clause))


@operator("rls/initplan")
def bare_auth_uid(good: Original) -> Iterator[Mutant]:
    """auth.uid() is called for every row."""

    def wrapped(node: Any) -> list[Any]:
        """Nodes that hold ``(select auth.uid())``."""
        found = []
        for side in sides(node):
            for holder in below(side):
                for field in ("lexpr", "rexpr"):
                    if isinstance(holder, pg_query_pb2.A_Expr) and holder.HasField(field):
                        value = getattr(holder, field)
                        sublink = inner(value)
                        if isinstance(sublink, pg_query_pb2.SubLink) and asks_caller(value):
                            found.append(value)
        return found

    for policy in policies(good):
        yield from good.each(policy, wrapped, lambda value: value.CopyFrom(expression("auth.uid()")))


@operator("rls/user-metadata")
def user_metadata(good: Original) -> Iterator[Mutant]:
    """Users write themselves what lets them in."""
    claim = expression("((select auth.jwt()) -> 'user_metadata' ->> 'id')::uuid")

    def change(found: tuple[Any, Any]) -> None:
        found[0].rexpr.CopyFrom(claim)

    for policy in policies(good):
        yield from good.each(policy, lambda node: [c for c in comparisons(node) if asks_caller(c[0].rexpr)], change)
