"""Row level security: who reaches which rows."""

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
from tools.checks._statements import Piece

LEAKS = "rls/leak-read rls/leak-write"
ROLE_HELPER = "private.has_role"
MEMBER_HELPER = "private.is_member"


def policies(good: Original, *verbs: str) -> list[Piece]:
    found = good.pieces("CreatePolicyStmt")
    return [piece for piece in found if not verbs or piece.node.cmd_name in verbs]


def sides(policy: Any) -> list[Any]:
    """USING and WITH CHECK, those that are there."""
    return [getattr(policy, side) for side in ("qual", "with_check") if policy.HasField(side)]


def personal(policy: Any) -> bool:
    """Its condition depends on who is calling: it asks, calls a helper, or reads a table that has policies."""
    kinds = (pg_query_pb2.SubLink, pg_query_pb2.FuncCall)
    return any(isinstance(node, kinds) for side in sides(policy) for node in below(side))


def assign(side: str, sql: str) -> Callable[[Any], None]:
    def change(policy: Any) -> None:
        getattr(policy, side).CopyFrom(expression(sql))

    return change


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


def uuids(good: Original, table: str) -> list[str]:
    """The uuid columns of a table that the file makes."""
    made = [piece.node for piece in good.pieces("CreateStmt") if relation(piece.node.relation) == table]
    columns = [inner(element) for node in made for element in node.table_elts]
    return [c.colname for c in columns if isinstance(c, pg_query_pb2.ColumnDef) and type_name(c) == "uuid"]


def type_name(column: Any) -> str:
    return str(column.type_name.names[-1].string.sval)


@operator("rls/no-policy rls/locked-out")
def policy_dropped(good: Original) -> Iterator[Mutant]:
    """The policy for one verb is left out."""
    for policy in policies(good):
        yield good.without(policy)


@operator("rls/no-policy rls/locked-out")
def policies_dropped(good: Original) -> Iterator[Mutant]:
    """All policies of a table are left out."""
    tables = {relation(policy.node.table) for policy in policies(good)}
    for table in sorted(tables):
        yield good.without(*[p for p in policies(good) if relation(p.node.table) == table])


@operator("rls/leak-read rls/anon")
def select_using_true(good: Original) -> Iterator[Mutant]:
    """A policy for reading shows everybody's rows."""
    for policy in policies(good, "select"):
        if personal(policy.node):
            yield good.changed(policy, assign("qual", "true"))


@operator("rls/always-true rls/leak-write")
def write_using_true(good: Original) -> Iterator[Mutant]:
    """A policy for changing or deleting reaches everybody's rows."""
    for policy in policies(good, "update", "delete"):
        yield good.changed(policy, assign("qual", "true"))


@operator("rls/always-true rls/leak-write")
def insert_check_true(good: Original) -> Iterator[Mutant]:
    """A policy for adding rows takes any row."""
    for policy in policies(good, "insert"):
        yield good.changed(policy, assign("with_check", "true"))


@operator("rls/always-true rls/leak-write")
def any_signed_in(good: Original) -> Iterator[Mutant]:
    """A policy for writing asks only whether somebody is signed in."""
    for policy in policies(good, "insert", "update", "delete"):
        side = "with_check" if policy.node.cmd_name == "insert" else "qual"
        yield good.changed(policy, assign(side, "(select auth.uid()) is not null"))


@operator("rls/with-check rls/reassign")
def check_lost(good: Original) -> Iterator[Mutant]:
    """A policy for changing rows says nothing about what they may become."""
    for policy in policies(good, "update"):
        yield good.changed(policy, lambda node: node.ClearField("with_check"))


@operator("rls/always-true rls/reassign rls/leak-write")
def check_true(good: Original) -> Iterator[Mutant]:
    """A policy for changing rows lets them become anybody's."""
    for policy in policies(good, "update"):
        yield good.changed(policy, assign("with_check", "true"))


@operator("rls/always-true rls/leak-read rls/leak-write")
def or_true(good: Original) -> Iterator[Mutant]:
    """A condition is bypassed with OR true."""

    def bypass(side: Any) -> None:
        both = expression("a or true")
        inner(both).args[0].CopyFrom(side)
        side.CopyFrom(both)

    for policy in policies(good):
        if personal(policy.node):
            yield from good.each(policy, sides, bypass)


def _with_role(role: Any) -> Callable[[Any], None]:
    def change(policy: Any) -> None:
        del policy.roles[:]
        policy.roles.add().role_spec.CopyFrom(role)

    return change


@operator("rls/role")
def policy_for_public(good: Original) -> Iterator[Mutant]:
    """A policy is for everybody, signed in or not."""
    role = pg_query_pb2.RoleSpec(roletype=pg_query_pb2.ROLESPEC_PUBLIC)
    for policy in policies(good):
        yield good.changed(policy, _with_role(role))


@operator("rls/anon rls/no-policy rls/locked-out grants/missing")
def policy_for_anon(good: Original) -> Iterator[Mutant]:
    """A policy lets in those who have not signed in, instead of those who have."""
    role = pg_query_pb2.RoleSpec(roletype=pg_query_pb2.ROLESPEC_CSTRING, rolename="anon")
    for policy in policies(good):
        if policy.node.roles[0].role_spec.rolename != "anon":
            yield good.changed(policy, _with_role(role))


@operator("rls/verb")
def policy_for_all(good: Original) -> Iterator[Mutant]:
    """A policy for changing rows is for all verbs."""

    def change(node: Any) -> None:
        node.cmd_name = "all"

    for policy in policies(good, "update"):
        yield good.changed(policy, change)


@operator("rls/locked-out rls/no-policy")
def policy_restrictive(good: Original) -> Iterator[Mutant]:
    """A policy narrows what others allow, and there are no others."""

    def change(node: Any) -> None:
        node.permissive = False

    for policy in policies(good):
        if relation(policy.node.table) != "storage.objects":
            yield good.changed(policy, change)


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
        yield from good.each(
            policy,
            lambda node: [c for n in (ROLE_HELPER, MEMBER_HELPER) for c in _calls(node, n) if _column(c)],
            lambda call: rename(_column(call), "id"),
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


@operator("rls/recursion")
def policy_asks_itself(good: Original) -> Iterator[Mutant]:
    """A policy for reading reads its own table."""
    for policy in policies(good, "select"):
        table = relation(policy.node.table)
        if uuids(good, table):
            column = uuids(good, table)[0]
            yield good.changed(policy, assign("qual", f"{column} in (select own.{column} from {table} own)"))


@operator("rls/disabled")
def security_forgotten(good: Original) -> Iterator[Mutant]:
    """Row level security is not switched on."""
    for piece in _switches(good):
        yield good.without(piece)


@operator("rls/disabled")
def security_switched_off(good: Original) -> Iterator[Mutant]:
    """Row level security is switched off again."""
    for piece in _switches(good):
        yield good.after(piece, f"alter table {relation(piece.node.relation)} disable row level security")


def _switches(good: Original) -> list[Piece]:
    return [
        piece
        for piece in good.pieces("AlterTableStmt")
        if inner(piece.node.cmds[0]).subtype == pg_query_pb2.AT_EnableRowSecurity
    ]
