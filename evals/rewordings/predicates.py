"""Conditions of CHECKs and policies, said otherwise."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Original, below, conjuncts, deparse, expression, inner, relation
from evals.mutants.tables import columns
from evals.rewordings.base import MIRRORED, edit, put, put_back, rewording, sql_of, wrappers
from tools.checks._statements import Piece

_CHECK = pg_query_pb2.CONSTR_CHECK


@rewording
def between_spelled_out(good: Original) -> str:
    """BETWEEN becomes two comparisons."""

    def change(node: Any) -> bool:
        held = inner(node)
        if not (isinstance(held, pg_query_pb2.A_Expr) and held.kind == pg_query_pb2.AEXPR_BETWEEN):
            return False
        value, (low, high) = sql_of(held.lexpr), (sql_of(bound) for bound in inner(held.rexpr).items)
        node.CopyFrom(expression(f"({value} >= {low} and {value} <= {high})"))
        return True

    return _conditions(good, change)


@rewording
def lists_spelled_out(good: Original) -> str:
    """IN becomes a row of alternatives."""

    def change(node: Any) -> bool:
        held = inner(node)
        if not (isinstance(held, pg_query_pb2.A_Expr) and held.kind == pg_query_pb2.AEXPR_IN):
            return False
        if held.name[0].string.sval != "=":
            return False
        value = sql_of(held.lexpr)
        node.CopyFrom(expression("(" + " or ".join(f"{value} = {sql_of(v)}" for v in inner(held.rexpr).items) + ")"))
        return True

    return _conditions(good, change)


@rewording
def lists_as_arrays(good: Original) -> str:
    """A CHECK's IN asks for any of an array, where the column is text."""

    def change(table: Any) -> bool:
        texts = {c.colname for c in columns(table) if c.type_name.names[-1].string.sval == "text"}
        checks = [c.raw_expr for c in below(table) if isinstance(c, pg_query_pb2.Constraint) and c.contype == _CHECK]
        found = [one for check in checks for one in [check, *wrappers(check)] if _lists(one, texts)]
        for node in found:
            held = inner(node)
            values = ", ".join(sql_of(value) for value in inner(held.rexpr).items)
            node.CopyFrom(expression(f"{sql_of(held.lexpr)} = any (array[{values}])"))
        return bool(found)

    return edit(good, ("CreateStmt",), change)


def _lists(node: Any, texts: set[str]) -> bool:
    held = inner(node)
    if not (isinstance(held, pg_query_pb2.A_Expr) and held.kind == pg_query_pb2.AEXPR_IN):
        return False
    return held.name[0].string.sval == "=" and sql_of(held.lexpr) in texts


@rewording
def policies_split_at_or(good: Original) -> str:
    """On a new table, what a policy lets through for one reason or another becomes a policy for each."""
    made = {relation(piece.node.relation) for piece in good.pieces("CreateStmt")}

    def say(piece: Piece) -> str:
        policy = piece.node
        if not policy.HasField("qual") or policy.HasField("with_check") or relation(policy.table) not in made:
            return ""
        asked = inner(policy.qual)
        if not isinstance(asked, pg_query_pb2.BoolExpr) or asked.boolop != pg_query_pb2.OR_EXPR:
            return ""
        said = []
        for number, part in enumerate(asked.args):
            one = copy.deepcopy(policy)
            one.qual.CopyFrom(part)
            one.policy_name += f" {number}" if number else ""
            table = relation(policy.table)
            said.append(f'drop policy if exists "{one.policy_name}" on {table};\n' * bool(number) + deparse(one))
        return ";\n".join(said)

    return put(good, ("CreatePolicyStmt",), say)


@rewording
def sides_swapped(good: Original) -> str:
    """What stands left of a comparison stands right of it."""

    def change(node: Any) -> bool:
        held = inner(node)
        if not (
            isinstance(held, pg_query_pb2.A_Expr) and held.kind == pg_query_pb2.AEXPR_OP and held.HasField("lexpr")
        ):
            return False
        mirrored = MIRRORED.get(held.name[0].string.sval)
        if mirrored is None:
            return False
        left = pg_query_pb2.Node()
        left.CopyFrom(held.lexpr)
        held.lexpr.CopyFrom(held.rexpr)
        held.rexpr.CopyFrom(left)
        held.name[0].string.sval = mirrored
        return True

    return _conditions(good, change)


@rewording
def parts_swapped(good: Original) -> str:
    """The parts of AND and OR stand in the opposite order."""

    def change(node: Any) -> bool:
        held = inner(node)
        if not isinstance(held, pg_query_pb2.BoolExpr) or len(held.args) < 2:
            return False
        turned = list(held.args)[::-1]
        del held.args[:]
        held.args.extend(turned)
        return True

    return _conditions(good, change)


@rewording
def checks_denied_twice(good: Original) -> str:
    """A CHECK asks that the opposite does not hold."""

    def change(node: Any) -> bool:
        found = [c for c in below(node) if isinstance(c, pg_query_pb2.Constraint) and c.contype == _CHECK]
        for check in found:
            check.raw_expr.CopyFrom(expression(f"not (not ({sql_of(check.raw_expr)}))"))
        return bool(found)

    return edit(good, _tables(good), change)


@rewording
def membership_as_existence(good: Original) -> str:
    """A policy's IN (SELECT ...) becomes EXISTS."""
    return _policies(good, _as_existence)


@rewording
def existence_as_membership(good: Original) -> str:
    """A policy's EXISTS becomes IN (SELECT ...)."""
    return _policies(good, _as_membership)


@rewording
def policies_denied_twice(good: Original) -> str:
    """A policy asks that the opposite does not hold."""

    def change(policy: Any) -> bool:
        for side in (s for s in ("qual", "with_check") if policy.HasField(s)):
            asked = getattr(policy, side)
            if sql_of(asked) != "true":
                asked.CopyFrom(expression(f"not (({sql_of(asked)}) is not true)"))
        return True

    return edit(good, ("CreatePolicyStmt",), change)


def _conditions(good: Original, change: Callable[[Any], bool]) -> str:
    """In all CHECKs and policies, innermost first."""

    def everywhere(node: Any) -> bool:
        sides = [getattr(node, s) for s in ("qual", "with_check") if s in _fields(node) and node.HasField(s)]
        sides += [c.raw_expr for c in below(node) if isinstance(c, pg_query_pb2.Constraint) and c.contype == _CHECK]
        found = [one for side in sides for one in [side, *wrappers(side)]]
        changed = [change(one) for one in reversed(found)]
        return any(changed)

    return edit(good, (*_tables(good), "CreatePolicyStmt"), everywhere)


def _tables(good: Original) -> tuple[str, ...]:
    """Statements whose CHECKs may be changed: not where some rollback puts the same one back."""
    return ("CreateStmt",) if "add constraint" in put_back(good) else ("CreateStmt", "AlterTableStmt")


def _fields(node: Any) -> Iterator[str]:
    return (field.name for field in node.DESCRIPTOR.fields)


def _policies(good: Original, change: Callable[[str, Any], bool]) -> str:
    def everywhere(policy: Any) -> bool:
        table = relation(policy.table).rpartition(".")[2]
        sides = [getattr(policy, s) for s in ("qual", "with_check") if policy.HasField(s)]
        changed = [change(table, one) for side in sides for one in [side, *wrappers(side)]]
        return any(changed)

    return edit(good, ("CreatePolicyStmt",), everywhere)


def _as_existence(table: str, node: Any) -> bool:
    held = inner(node)
    if not (isinstance(held, pg_query_pb2.SubLink) and held.sub_link_type == pg_query_pb2.ANY_SUBLINK):
        return False
    query, value = inner(held.subselect), sql_of(held.testexpr)
    if len(query.from_clause) != 1 or not query.from_clause[0].HasField("range_var") or "." in value:
        return False
    source = query.from_clause[0].range_var
    if source.relname == table:
        return False
    alias = source.alias.aliasname or source.relname
    target = sql_of(query.target_list[0].res_target.val)
    target = target if "." in target else f"{alias}.{target}"
    where = f" and ({sql_of(query.where_clause)})" if query.HasField("where_clause") else ""
    named = f"{relation(source)} as {alias}"
    node.CopyFrom(expression(f"exists (select 1 from {named} where {target} = {table}.{value}{where})"))
    return True


def _as_membership(table: str, node: Any) -> bool:
    held = inner(node)
    if not (isinstance(held, pg_query_pb2.SubLink) and held.sub_link_type == pg_query_pb2.EXISTS_SUBLINK):
        return False
    query = inner(held.subselect)
    parts = conjuncts(query.where_clause)
    for part in parts:
        equal = inner(part)
        if not (isinstance(equal, pg_query_pb2.A_Expr) and equal.kind == pg_query_pb2.AEXPR_OP):
            continue
        sides = [sql_of(side) for side in (equal.lexpr, equal.rexpr)]
        outer = [side for side in sides if side.startswith(f"{table}.") and side.count(".") == 1]
        own = [side for side in sides if side.count(".") == 1 and not side.startswith(f"{table}.")]
        if equal.name[0].string.sval != "=" or len(outer) != 1 or len(own) != 1:
            continue
        rest = [f"({sql_of(other)})" for other in parts if other is not part]
        sources = sql_of(node).partition(" FROM ")[2].partition(" WHERE ")[0]
        where = f" where {' and '.join(rest)}" if rest else ""
        node.CopyFrom(expression(f"{outer[0]} in (select {own[0]} from {sources}{where})"))
        return True
    return False
