"""The rollback block: missing, incomplete, in the wrong order, or too eager."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Mutant, Original, inner, operator, relation
from tools.checks._statements import pieces
from tools.sql import Statement, identifier

LEFT = "reversible/leftover reversible/error reversible/reapply"


def _drops(kind: int, statement: Statement) -> bool:
    return statement.kind == "DropStmt" and statement.node.remove_type == kind


def _alters(kind: int, statement: Statement) -> bool:
    return statement.kind == "AlterTableStmt" and inner(statement.node.cmds[0]).subtype == kind


def _is(kind: str, statement: Statement) -> bool:
    return statement.kind == kind


FORGOTTEN: dict[str, Callable[[Statement], bool]] = {
    "table": partial(_drops, pg_query_pb2.OBJECT_TABLE),
    "view": partial(_drops, pg_query_pb2.OBJECT_VIEW),
    "policy": partial(_drops, pg_query_pb2.OBJECT_POLICY),
    "old-policy": partial(_is, "CreatePolicyStmt"),
    "index": partial(_drops, pg_query_pb2.OBJECT_INDEX),
    "function": partial(_drops, pg_query_pb2.OBJECT_FUNCTION),
    "old-function": partial(_is, "CreateFunctionStmt"),
    "trigger": partial(_drops, pg_query_pb2.OBJECT_TRIGGER),
    "type": partial(_drops, pg_query_pb2.OBJECT_TYPE),
    "column": partial(_alters, pg_query_pb2.AT_DropColumn),
    "constraint": partial(_alters, pg_query_pb2.AT_DropConstraint),
    "comment": partial(_is, "CommentStmt"),
    "grant": partial(_is, "GrantStmt"),
    "rows": partial(_is, "DeleteStmt"),
    "not-null": partial(_alters, pg_query_pb2.AT_DropNotNull),
    "old-type": partial(_alters, pg_query_pb2.AT_AlterColumnType),
    "publication": partial(_is, "AlterPublicationStmt"),
}


def _forgets(wanted: Callable[[Statement], bool], good: Original) -> Iterator[Mutant]:
    others = len(good.undo) > 1
    for statement in _compared(good):
        if wanted(statement) and not _goes_anyway(statement, good):
            yield good.undo_without(statement) if others else good.undo_put(statement, "select 1")


def _compared(good: Original) -> Sequence[Statement]:
    """The rollback, unless it says that something cannot be undone: then differences are listed and not blamed."""
    return () if good.migration.rollback and good.migration.rollback.irreversible else good.undo


def _goes_anyway(statement: Statement, good: Original) -> bool:
    """A guard before a CREATE of the same name, or an index whose column goes."""
    if statement.kind != "DropStmt":
        return False
    name = _last_name(statement)
    made = {s.node.policy_name for s in good.undo if s.kind == "CreatePolicyStmt"}
    columns = {inner(s.node.cmds[0]).name for s in good.undo if _alters(pg_query_pb2.AT_DropColumn, s)}
    index = statement.node.remove_type == pg_query_pb2.OBJECT_INDEX
    return name in made or (index and any(column in name for column in columns))


def _last_name(statement: Statement) -> str:
    target = inner(statement.node.objects[0])
    names = getattr(target, "items", None) or getattr(target, "objname", None) or target.names
    return str(names[-1].string.sval)


for kind, wanted in FORGOTTEN.items():
    operator(
        LEFT,
        name=f"rollback-forgets-{kind}",
        breaks=f"The rollback leaves something behind: {kind.replace('-', ' ')}.",
    )(partial(_forgets, wanted))


@operator("reversible/missing", goldens=8)
def rollback_missing(good: Original) -> Iterator[Mutant]:
    """There is no rollback block."""
    rollback = good.migration.rollback
    if rollback:
        start = good.migration.script.start_of(rollback.line)
        yield Mutant(f"line {rollback.line}: the rollback", good.text[:start].rstrip() + "\n")


@operator("reversible/missing", goldens=8)
def rollback_in_words(good: Original) -> Iterator[Mutant]:
    """The rollback is prose that nobody can run."""
    if good.undo and good.migration.rollback and not good.migration.rollback.irreversible:
        mutant = good.undo_without(*good.undo)
        yield Mutant(mutant.place, mutant.text.rstrip() + "\n-- Undo by hand what was done above.\n")


@operator(LEFT)
def rollback_misnames(good: Original) -> Iterator[Mutant]:
    """The rollback drops something of another name, and IF EXISTS keeps quiet about it."""
    for statement in good.undo:
        if statement.kind == "DropStmt" and statement.node.remove_type == pg_query_pb2.OBJECT_TABLE:
            yield good.undo_put(statement, statement.text + "_old")


@operator("reversible/error reversible/leftover")
def rollback_order(good: Original) -> Iterator[Mutant]:
    """The rollback drops something that the rest still depends on."""
    held = [s for s in good.undo if s.kind == "DropStmt"]
    tables = [s for s in held if s.node.remove_type == pg_query_pb2.OBJECT_TABLE]
    kinds = (pg_query_pb2.OBJECT_TYPE, pg_query_pb2.OBJECT_FUNCTION)
    for statement in held:
        if statement.node.remove_type in kinds and tables and tables[0].line < statement.line:
            first = tables[0]
            mutant = good.undo_without(statement)
            lines = mutant.text.split("\n")
            lines.insert(first.line - 1, f"-- {statement.text};")
            yield Mutant(f"line {statement.line}: before its users: {statement.text}", "\n".join(lines))


@operator("reversible/error", goldens=8)
def rollback_fails(good: Original) -> Iterator[Mutant]:
    """The rollback drops something that was never there."""
    for statement in good.undo[:1]:
        yield good.undo_put(statement, f"drop table public.never_there;\n{statement.text}")


@operator("reversible/leftover", goldens=12)
def rollback_too_eager(good: Original) -> Iterator[Mutant]:
    """The rollback takes away something that was there before."""
    old = [p.node for migration in good.earlier for p in pieces(migration) if p.kind == "CreatePolicyStmt"]
    for statement in _compared(good)[-1:] if old else ():
        victim = f"drop policy if exists {identifier(old[-1].policy_name)} on {relation(old[-1].table)}"
        yield good.undo_put(statement, f"{victim};\n{statement.text}")


@operator("reversible/leftover")
def rollback_differs(good: Original) -> Iterator[Mutant]:
    """What the rollback puts back is not what was there."""

    def other(statement: Statement) -> str | None:
        node: Any = statement.node
        if statement.kind == "CommentStmt" and node.comment:
            return statement.text.replace(node.comment.replace("'", "''"), "Something else")
        if statement.kind == "CreatePolicyStmt":
            return statement.text + " and true" if node.cmd_name == "insert" else statement.text[:-1] + " and false)"
        return None

    for statement in _compared(good):
        if changed := other(statement):
            yield good.undo_put(statement, changed)
