"""What makes a migration run twice safely."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Mutant, Original, conjuncts, inner, keep, operator
from tools.checks._statements import Piece, do_body, pieces


def _clear(field: str) -> Callable[[Any], object]:
    return lambda node: node.ClearField(field)


@operator("idempotent/error")
def table_unguarded(good: Original) -> Iterator[Mutant]:
    """CREATE TABLE without IF NOT EXISTS."""
    for piece in good.pieces("CreateStmt"):
        yield good.changed(piece, _clear("if_not_exists"))


@operator("idempotent/error")
def index_unguarded(good: Original) -> Iterator[Mutant]:
    """CREATE INDEX without IF NOT EXISTS."""
    for piece in good.pieces("IndexStmt"):
        yield good.changed(piece, _clear("if_not_exists"))


@operator("idempotent/error")
def column_unguarded(good: Original) -> Iterator[Mutant]:
    """ADD COLUMN without IF NOT EXISTS, or DROP COLUMN without IF EXISTS."""

    def commands(node: Any) -> list[Any]:
        kinds = (pg_query_pb2.AT_AddColumn, pg_query_pb2.AT_DropColumn)
        return [inner(cmd) for cmd in node.cmds if inner(cmd).subtype in kinds]

    for piece in good.pieces("AlterTableStmt"):
        yield from good.each(piece, commands, _clear("missing_ok"))


def _dropped_first(good: Original, kind: int) -> list[Piece]:
    """DROP ... IF EXISTS of what the file makes right after."""
    made = {p.node.policy_name for p in good.pieces("CreatePolicyStmt")}
    made |= {p.node.trigname for p in good.pieces("CreateTrigStmt")}
    drops = [p for p in good.pieces("DropStmt") if p.node.remove_type == kind]
    return [p for p in drops if inner(p.node.objects[0]).items[-1].string.sval in made]


@operator("idempotent/error applies/error")
def policy_unguarded(good: Original) -> Iterator[Mutant]:
    """CREATE POLICY without DROP POLICY IF EXISTS before it."""
    for piece in _dropped_first(good, pg_query_pb2.OBJECT_POLICY):
        yield good.without(piece)


@operator("idempotent/error")
def trigger_unguarded(good: Original) -> Iterator[Mutant]:
    """CREATE TRIGGER without OR REPLACE, and without DROP TRIGGER IF EXISTS before it."""
    for piece in _dropped_first(good, pg_query_pb2.OBJECT_TRIGGER):
        yield good.without(piece)
    for piece in good.pieces("CreateTrigStmt"):
        if piece.node.replace:
            yield good.changed(piece, _clear("replace"))


@operator("idempotent/error applies/error")
def function_unguarded(good: Original) -> Iterator[Mutant]:
    """CREATE FUNCTION or VIEW without OR REPLACE."""
    for piece in good.pieces("CreateFunctionStmt", "ViewStmt"):
        yield good.changed(piece, _clear("replace"))


@operator("idempotent/error")
def drop_unguarded(good: Original) -> Iterator[Mutant]:
    """DROP without IF EXISTS, of what is gone the second time."""
    made = {p.node.policy_name for p in good.pieces("CreatePolicyStmt")}
    made |= {p.node.trigname for p in good.pieces("CreateTrigStmt")}
    for piece in good.pieces("DropStmt"):
        target = inner(piece.node.objects[0])
        name = target.items[-1].string.sval if hasattr(target, "items") else target.objname[-1].string.sval
        if name not in made and piece.node.missing_ok:
            yield good.changed(piece, _clear("missing_ok"))


@operator("idempotent/error applies/error")
def block_unguarded(good: Original) -> Iterator[Mutant]:
    """What a DO block makes only if it is missing is made in any case."""
    kinds = ("CreateEnumStmt", "AlterTableStmt", "AlterPublicationStmt")
    found = pieces(good.migration)
    for block in found:
        within = [p.statement.text for p in found if p.nested and p.step == block.step and p.kind in kinds]
        if block.kind == "DoStmt" and within:
            yield good.put(block, ";\n".join(within))


@operator("idempotent/error")
def value_unguarded(good: Original) -> Iterator[Mutant]:
    """ADD VALUE without IF NOT EXISTS."""
    for piece in good.pieces("AlterEnumStmt"):
        yield good.changed(piece, _clear("skip_if_new_val_exists"))


@operator("idempotent/changed idempotent/error")
def insert_unguarded(good: Original) -> Iterator[Mutant]:
    """Rows are added again with each run."""

    def without_not_exists(node: Any) -> None:
        where = inner(node.select_stmt).where_clause
        keep(where, [part for part in conjuncts(where) if "not exists" not in _sql(part)])

    for piece in good.pieces("InsertStmt"):
        if piece.node.HasField("on_conflict_clause"):
            yield good.changed(piece, _clear("on_conflict_clause"))
        elif "not exists" in piece.statement.text:
            yield good.changed(piece, without_not_exists)


def _sql(part: Any) -> str:
    held = inner(part)
    negated = isinstance(held, pg_query_pb2.BoolExpr) and held.boolop == pg_query_pb2.NOT_EXPR
    return "not exists" if negated and isinstance(inner(held.args[0]), pg_query_pb2.SubLink) else ""


@operator("idempotent/changed", samples=True)
def update_adds_up(good: Original) -> Iterator[Mutant]:
    """A correction is made once more with each run."""
    table, change = {
        "inner_odyssey": ("public.lessons", "estimated_minutes = estimated_minutes % 100 + 1"),
        "team_docs": ("public.organizations", "settings = settings || jsonb_build_object('seen', random()::text)"),
    }[good.project]
    for piece in good.pieces("AlterTableStmt", "CreateStmt")[:1]:
        if not piece.nested and good.is_old(table):
            yield good.after(piece, f"update {table} set {change} where true")


@operator("idempotent/changed idempotent/error")
def loop_ends_early(good: Original) -> Iterator[Mutant]:
    """A block that gives up after the first round, and does the rest when it is run again."""
    for piece in good.pieces("DoStmt"):
        text = piece.statement.text
        if "exit when" in do_body(piece.statement):
            once = re.sub(r"exit when [^;]+;", "exit;", text)
            yield good.put(piece, re.sub(r"limit \d+", "limit 1", once))
