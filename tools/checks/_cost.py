"""What a statement costs a table that is in use: locks, rewrites, and rows read under a lock.

The text says what a statement may do, the run what it did. Where the table held rows during the run, the run
decides; where it was empty, which hides a scan, the text does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from postgast import pg_query_pb2

from tools.checks._blocks import Moment
from tools.checks._locks import locks
from tools.checks._neighbours import later
from tools.checks._scene import ACCESS_EXCLUSIVE, HEAVY, Costs, Held, Scene, altered, commands, definition
from tools.checks._statements import Piece, bare, below, identifier, inner, placed, relation
from tools.checks.base import finding
from tools.report import Finding
from tools.sql import Script, SqlError

_SCANS = {"constraint-missing-not-valid", "adding-foreign-key-constraint", "adding-not-nullable-field"}
_REWRITES = {"changing-column-type", "adding-field-with-default"}
_OTHERS = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt", "IndexStmt", "ReindexStmt"}
"""Statements whose reading is judged elsewhere."""


_LOOKING = {
    pg_query_pb2.AT_AddColumn,
    pg_query_pb2.AT_AddConstraint,
    pg_query_pb2.AT_AlterColumnType,
    pg_query_pb2.AT_AttachPartition,
    pg_query_pb2.AT_SetNotNull,
    pg_query_pb2.AT_ValidateConstraint,
}
"""Parts of ALTER TABLE that may read all rows."""
_QUERIES = (
    pg_query_pb2.SelectStmt,
    pg_query_pb2.InsertStmt,
    pg_query_pb2.UpdateStmt,
    pg_query_pb2.DeleteStmt,
    pg_query_pb2.MergeStmt,
)


def costs(scene: Scene) -> Iterator[Finding]:
    """safe-change/lock, /rewrite and /scan; at most one of them for a statement and table."""
    told: set[tuple[int, str]] = set()
    judged: set[tuple[int, str]] = set()
    for piece, table, result in chain(_rewrites(scene), locks(scene), _scans(scene)):
        if (piece.statement.start, table) not in told:
            told.add((piece.statement.start, table))
            judged.add((piece.step, table))
            yield result
    yield from _other_scans(scene, judged)


def _rewrites(scene: Scene) -> Costs:
    for index, step in scene.steps.items():
        inside = scene.of_step(index)
        emptied = {relation(r.range_var) for p in inside if p.kind == "TruncateStmt" for r in p.node.relations}
        for table in step.rewritten:
            if scene.is_large(table) and table not in emptied:
                piece = next((p for p in inside if altered(p) == table), inside[0])
                yield piece, table, _rewrite(piece, table)
    for lint in scene.lints:
        unseen = altered(lint.piece) if lint.rule in _REWRITES else None
        if unseen and scene.is_large(unseen) and not scene.watched(lint.piece.step, unseen):
            yield lint.piece, unseen, _rewrite(lint.piece, unseen)


def _rewrite(piece: Piece, table: str) -> Finding:
    why, hint = _why_rewritten(piece)
    message = f"{why} writes every row of {table} anew and lets nobody read it meanwhile."
    return finding("safe-change/rewrite", message, hint=hint, object=table, **piece.at)


def _why_rewritten(piece: Piece) -> tuple[str, str]:
    for command in sorted(commands(piece), key=_reason, reverse=True):
        if command.subtype == pg_query_pb2.AT_AlterColumnType:
            return (
                f"Changing the type of {command.name}",
                "Add a column of the new type, fill it in batches, and let it take the old one's place in a later one.",
            )
        if command.subtype == pg_query_pb2.AT_AddColumn:
            column = definition(command)
            if _is_generated(column):
                return (
                    f"Adding the generated column {column.colname}",
                    "Add a plain column, fill it in batches, keep it filled with a trigger; or compute it in a view.",
                )
            return (
                f"Adding {column.colname} with a default that differs from row to row",
                f"Add {column.colname} without a default, `alter column {identifier(column.colname)} set default ...` "
                "for new rows, and fill the old ones in batches.",
            )
    return "The statement", "Do it in steps that touch a part of the rows each."


def _reason(command: Any) -> int:
    """How likely it is the part of an ALTER TABLE that has the rows written anew."""
    if command.subtype == pg_query_pb2.AT_AddColumn:
        column = definition(command)
        return 2 if _is_generated(column) else 1 if column.constraints else 0
    return 3 if command.subtype == pg_query_pb2.AT_AlterColumnType else 0


def _is_generated(column: Any) -> bool:
    return any(c.constraint.contype == pg_query_pb2.CONSTR_GENERATED for c in column.constraints)


@dataclass(frozen=True)
class _Scan:
    """A reading of the whole table under a lock that stops writes."""

    message: str
    hint: str
    fix: str = ""
    certain: bool = False
    """The run cannot disprove it: an index may have been read instead, on few rows."""


def _scans(scene: Scene) -> Costs:
    flagged = {lint.piece.statement.start for lint in scene.lints if lint.rule in _SCANS}
    for piece in scene.pieces:
        table = altered(piece)
        if table is None or not scene.is_large(table):
            continue
        step = scene.steps.get(piece.step)
        for command in commands(piece):
            scan = _scan(scene, piece, table, command, piece.statement.start in flagged)
            if scan is None:
                continue
            seen_it = scene.watched(piece.step, table) and scene.has_rows(table)
            if seen_it and not scan.certain and step and not step.read.get(table):
                continue
            yield (
                piece,
                table,
                finding("safe-change/scan", scan.message, hint=scan.hint, fix=scan.fix, object=table, **piece.at),
            )


def _scan(scene: Scene, piece: Piece, table: str, command: Any, flagged: bool) -> _Scan | None:
    in_two = "Add it NOT VALID, and VALIDATE it in the file after this one, where reading stops nobody."
    if command.subtype == pg_query_pb2.AT_AddConstraint and flagged:
        constraint = definition(command)
        kind = {pg_query_pb2.CONSTR_CHECK: "CHECK", pg_query_pb2.CONSTR_FOREIGN: "foreign key"}.get(constraint.contype)
        if kind is None or constraint.skip_validation:
            return None
        name = constraint.conname or "the constraint"
        validate = f"-- in the file after it:\nalter table {table} validate constraint {name};"
        fix = f"{piece.statement.text} not valid;\n{validate}"
        if file := _validated_in(scene, table, constraint.conname):
            in_two, fix = f"Add it NOT VALID: {file} validates it.", f"{piece.statement.text} not valid;"
        return _Scan(
            f"The {kind} {name} reads all rows of {table} while nobody can write to it.",
            in_two,
            fix if constraint.conname and len(piece.node.cmds) == 1 else "",
            certain=kind == "foreign key",
        )
    if command.subtype == pg_query_pb2.AT_AddColumn:
        return _column_scan(table, definition(command))
    if command.subtype == pg_query_pb2.AT_SetNotNull and flagged:
        if _proved_not_null(scene, piece, table, command.name):
            return None
        name = f"{bare(table)}_{command.name}_not_null"
        column = identifier(command.name)
        return _Scan(
            f"SET NOT NULL on {table}.{command.name} reads all its rows while nobody can read or write it.",
            "Add a CHECK (... is not null) NOT VALID; in the file after this one VALIDATE it, SET NOT NULL, which then "
            "reads nothing, and drop the CHECK.",
            f"alter table {table} add constraint {name} check ({column} is not null) not valid;\n"
            f"-- in the file after it:\nalter table {table} validate constraint {name};\n"
            f"alter table {table} alter column {column} set not null;\nalter table {table} drop constraint {name};",
        )
    if command.subtype == pg_query_pb2.AT_ValidateConstraint:
        return _validate_scan(scene, piece, table, command.name)
    return None


def _column_scan(table: str, column: Any) -> _Scan | None:
    kinds = {c.constraint.contype for c in column.constraints}
    filled = kinds & {pg_query_pb2.CONSTR_DEFAULT, pg_query_pb2.CONSTR_GENERATED, pg_query_pb2.CONSTR_IDENTITY}
    which = "CHECK" if pg_query_pb2.CONSTR_CHECK in kinds else "foreign key"
    if which == "foreign key" and not (filled and pg_query_pb2.CONSTR_FOREIGN in kinds):
        return None
    return _Scan(
        f"The {which} of the new column {column.colname} reads all rows of {table} while nobody can read or write it.",
        f"Add the column without the {which}, then add the {which} as a constraint NOT VALID, and VALIDATE it in the "
        "file after this one.",
        certain=which == "foreign key",
    )


def _proved_not_null(scene: Scene, piece: Piece, table: str, column: str) -> bool:
    """A validated CHECK says so already, so that SET NOT NULL need not look (from Postgres 12)."""
    validated = {
        command.name
        for before in scene.pieces
        if altered(before) == table and before.statement.start <= piece.statement.start
        for command in commands(before)
        if command.subtype == pg_query_pb2.AT_ValidateConstraint
    }
    condition = f"(({identifier(column)} IS NOT NULL))"
    return any(
        condition in facts.get("definition", "")
        and (facts.get("validated") == "true" or name.split("/", 1)[1] in validated)
        for name, facts in scene.seen.base.of("constraint", under=table).items()
    )


def _validate_scan(scene: Scene, piece: Piece, table: str, name: str) -> _Scan | None:
    """VALIDATE itself stops nobody; what the transaction took before it does, until it ends."""
    held = [h for h in scene.held_at(piece) if h.table == table and h.mode in HEAVY]
    if not held:
        return None
    hint = "Put VALIDATE CONSTRAINT into a file of its own, after this one: the lock goes when this file ends."
    fix = f"alter table {table} validate constraint {identifier(name)};"
    if file := _validated_in(scene, table, name):
        hint, fix = f"Leave it out: {file} validates it, and the lock goes when this file ends.", ""
    return _Scan(
        f"Validating {name} reads all rows of {table} under the lock that line {held[0].line} took.", hint, fix
    )


def _validated_in(scene: Scene, table: str, name: str) -> str | None:
    """The later file of the change that validates the constraint."""
    return later(
        scene.seen,
        lambda piece: (
            altered(piece) == table
            and any(c.subtype == pg_query_pb2.AT_ValidateConstraint and c.name == name for c in commands(piece))
        ),
    )


def _other_scans(scene: Scene, judged: set[tuple[int, str]]) -> Iterator[Finding]:
    """Readings that no rule of the text foresaw; `judged` are (index of the file's statement, table)."""
    for index, step in scene.steps.items():
        inside = scene.of_step(index)
        if any(piece.kind in _OTHERS for piece in inside) or step.written:
            continue
        changed = {table for piece in inside if (table := altered(piece))}
        for table in step.read:
            if not scene.is_large(table) or (index, table) in judged or (changed and table not in changed):
                continue
            held = scene.held_during(index)
            locks = [h for h in held if h.mode == ACCESS_EXCLUSIVE or (h.table == table and h.mode in HEAVY)]
            found = _read_under(scene, inside[0], table, locks)
            if found is None:
                continue
            lock, line, column = found
            at_line = f" at line {line}" if line != lock.line else ""
            message = f"All rows of {table} are read{at_line} while {lock.table} is locked since line {lock.line}."
            hint = "Read in a file of its own, before or after the one that locks."
            if lock.start > inside[0].statement.start:
                hint = (
                    f"Read before line {lock.line}, or in a file of its own; or let an earlier file validate a CHECK."
                )
            if any(c.subtype == pg_query_pb2.AT_AlterColumnType for piece in inside for c in commands(piece)):
                hint = "Drop the CHECK on the column first; add it again NOT VALID, and VALIDATE it in the next file."
            yield finding("safe-change/scan", message, hint=hint, object=table, line=line, column=column)


def _read_under(scene: Scene, piece: Piece, table: str, locks: Sequence[Held]) -> tuple[Held, int, int] | None:
    """A lock that is held when a statement, or something in a DO block, reads the table; and the reader's place."""
    if not locks:
        return None
    if piece.kind != "DoStmt":
        return locks[0], piece.statement.line, piece.statement.column
    script = scene.seen.migration.script
    reads = [(moment, start) for moment, start in placed(piece.statement, script) if _may_read(moment, table)]
    for moment, start in sorted(reads, key=lambda read: read[0].sql is None):  # what can be read rather than guessed
        for lock in locks:
            if lock.precedes(start, moment.loops) or lock.start == start:
                return lock, *script.position(start)
    return None if reads else (locks[0], piece.statement.line, piece.statement.column)


def _may_read(moment: Moment, table: str) -> bool:
    """It names the table in a query, or alters it in a way that looks at its rows; what is built at run time may."""
    if moment.sql is None:
        return True
    try:
        nodes = [statement.node for statement in Script(moment.query).statements]
    except SqlError:
        return False
    for node in nodes:
        if isinstance(node, pg_query_pb2.AlterTableStmt):
            kinds = {inner(command).subtype for command in node.cmds}
            if relation(node.relation) == table and kinds & _LOOKING:
                return True
        elif isinstance(node, _QUERIES) and any(
            isinstance(n, pg_query_pb2.RangeVar) and relation(n) == table for n in below(node)
        ):
            return True
    return False
