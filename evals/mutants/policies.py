"""Row level security: who reaches which rows."""

from collections.abc import Callable, Iterator
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import (
    Mutant,
    Original,
    below,
    expression,
    inner,
    operator,
    relation,
)
from tools.checks._statements import Piece

LEAKS = "rls/leak-read rls/leak-write"


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
