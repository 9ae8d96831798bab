"""What a statement costs a table that is in use: locks, rewrites, and rows read under a lock.

The text says what a statement may do, the run what it did. Where the table held rows during the run, the run
decides; where it was empty, which hides a scan, the text does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from postgast import pg_query_pb2

from tools.checks._scene import ACCESS_EXCLUSIVE, HEAVY, Scene, altered, columns_of, commands, definition
from tools.checks._statements import Piece, bare, identifier, relation
from tools.checks.base import finding
from tools.report import Finding

_BUILDS = {"require-concurrent-index-creation", "require-concurrent-reindex"}
_CONSTRAINTS = {"disallowed-unique-constraint", "adding-serial-primary-key-field"}
_SCANS = {"constraint-missing-not-valid", "adding-foreign-key-constraint", "adding-not-nullable-field"}
_INDEXED = {pg_query_pb2.CONSTR_UNIQUE, pg_query_pb2.CONSTR_PRIMARY, pg_query_pb2.CONSTR_EXCLUSION}
_SHARE = 5
"""LOCK TABLE modes from here on stop writes (src/include/storage/lockdefs.h)."""
_DATA = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt"}


def costs(scene: Scene) -> Iterator[Finding]:
    """safe-change/lock, /rewrite and /scan; at most one of them for a statement and table."""
    told: set[tuple[int, str]] = set()
    for found in (_rewrites, _locks, _scans, _observed_scans):
        for piece, table, result in list(found(scene, told)):
            if (piece.statement.start, table) not in told:
                told |= {(piece.statement.start, table), (-piece.step - 1, table)}
                yield result


Told = set[tuple[int, str]]
"""What was said: (offset of the statement, table), and (-1 - index of the file's statement, table)."""
Costs = Iterator[tuple[Piece, str, Finding]]


def _rewrites(scene: Scene, told: Told) -> Costs:
    for index, step in scene.steps.items():
        inside = scene.of_step(index)
        emptied = {relation(r.range_var) for p in inside if p.kind == "TruncateStmt" for r in p.node.relations}
        for table in step.rewritten:
            if not scene.is_large(table) or table in emptied:
                continue
            piece = next((p for p in inside if altered(p) == table), inside[0])
            why, hint = _why_rewritten(piece)
            yield (
                piece,
                table,
                finding(
                    "safe-change/rewrite",
                    f"{why} writes every row of {table} anew and lets nobody read it meanwhile.",
                    hint=hint,
                    object=table,
                    **piece.at,
                ),
            )


def _why_rewritten(piece: Piece) -> tuple[str, str]:
    for command in commands(piece):
        if command.subtype == pg_query_pb2.AT_AlterColumnType:
            return (
                f"Changing the type of {command.name}",
                "Add a column of the new type, fill it in batches, and let it take the old one's place in a later one.",
            )
        if command.subtype == pg_query_pb2.AT_AddColumn:
            column = definition(command)
            if any(c.constraint.contype == pg_query_pb2.CONSTR_GENERATED for c in column.constraints):
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


def _locks(scene: Scene, told: Told) -> Costs:
    for lint in scene.lints:
        piece = lint.piece
        if lint.rule in _BUILDS and piece.kind == "IndexStmt":
            yield from _index(scene, piece)
        elif lint.rule in _CONSTRAINTS:
            yield from _indexed_constraint(scene, piece)
    for piece in scene.pieces:
        yield from _explicit(scene, piece)
        if any(
            c is not None and c.contype == pg_query_pb2.CONSTR_EXCLUSION for c, _ in map(_of_index, commands(piece))
        ):
            yield from _indexed_constraint(scene, piece)


def _index(scene: Scene, piece: Piece) -> Costs:
    node = piece.node
    table = relation(node.relation)
    if not scene.is_large(table) or not _is_built(scene, table, node.idxname):
        return
    fix = re.sub(r"(?i)\b(index)\s+", r"\1 concurrently ", piece.statement.text, count=1)
    message = f"Building {node.idxname or 'an index'} stops all writes to {table} until it is done."
    hint = "Build it CONCURRENTLY, in a file of its own: it cannot run in a transaction with anything else."
    yield piece, table, finding("safe-change/lock", message, hint=hint, fix=f"{fix};", object=table, **piece.at)


def _is_built(scene: Scene, table: str, index: str) -> bool:
    """It was not there before; IF NOT EXISTS passes over one that was."""
    before, after = (catalog.of("index", under=table) for catalog in (scene.seen.base, scene.seen.after))
    if not index:
        return bool(after.keys() - before.keys())
    dropped = any(
        index == item.list.items[-1].string.sval
        for piece in scene.pieces
        if piece.kind == "DropStmt" and piece.node.remove_type == pg_query_pb2.OBJECT_INDEX
        for item in piece.node.objects
    )
    name = f"{table}/{index}"
    return name in after and (name not in before or dropped)


def _indexed_constraint(scene: Scene, piece: Piece) -> Costs:
    table = altered(piece)
    if table is None or not scene.is_large(table):
        return
    for command in commands(piece):
        constraint, columns = _of_index(command)
        if constraint is None or constraint.indexname:
            continue
        kind = "primary key" if constraint.contype == pg_query_pb2.CONSTR_PRIMARY else "unique"
        hint = "Build a unique index CONCURRENTLY in a file of its own, then add the constraint USING INDEX."
        name = constraint.conname or f"{bare(table)}_{columns.replace(', ', '_')}_key"
        index = f"idx_{bare(table)}_{columns.replace(', ', '_')}"
        fix = (
            f"create unique index concurrently if not exists {index} on {table} ({columns});\n"
            f"-- in the file after it:\n"
            f"alter table {table} add constraint {identifier(name)} {kind} using index {index};"
        )
        if constraint.contype == pg_query_pb2.CONSTR_EXCLUSION:
            kind, fix = "exclusion", ""
            hint = "Its index cannot be built beforehand: add it at a quiet hour, or refuse such rows in a trigger."
        message = f"The {kind} constraint on {table} ({columns}) builds its index while nobody can read or write there."
        yield piece, table, finding("safe-change/lock", message, hint=hint, fix=fix, object=table, **piece.at)


def _of_index(command: Any) -> tuple[Any, str]:
    """The constraint that an ALTER TABLE adds with an index of its own, and its columns; (None, "") for others."""
    if command.subtype == pg_query_pb2.AT_AddConstraint:
        constraint = definition(command)
        columns = columns_of(constraint) or ", ".join(i.list.items[0].index_elem.name for i in constraint.exclusions)
        return (constraint, columns) if constraint.contype in _INDEXED else (None, "")
    if command.subtype == pg_query_pb2.AT_AddColumn:
        column = definition(command)
        inside = [c.constraint for c in column.constraints if c.constraint.contype in _INDEXED]
        return (inside[0], identifier(column.colname)) if inside else (None, "")
    return None, ""


def _explicit(scene: Scene, piece: Piece) -> Costs:
    """Statements that lock for as long as they, or the transaction, take."""
    node: Any = piece.node
    hint = "Leave it out, or let it run outside of a migration at a quiet hour."
    tables: list[str] = []
    match piece.kind:
        case "LockStmt" if node.mode >= _SHARE:
            what = "LOCK TABLE stops writes to {} until the whole file is through"
            tables = [relation(item.range_var) for item in node.relations]
            hint = "Leave it out: each statement takes the lock that it needs."
        case "ClusterStmt" if node.HasField("relation"):
            what = "CLUSTER writes {} anew while nobody can read it"
            tables = [relation(node.relation)]
        case "VacuumStmt" if any(option.def_elem.defname == "full" for option in node.options):
            what = "VACUUM FULL writes {} anew while nobody can read it"
            tables = [relation(item.vacuum_relation.relation) for item in node.rels]
        case "ReindexStmt" if node.HasField("relation") and not any(
            option.def_elem.defname == "concurrently" for option in node.params
        ):
            what = "REINDEX stops writes to {} until it is done"
            tables = [relation(node.relation)]
            hint = "Write REINDEX ... CONCURRENTLY, in a file of its own."
        case "RefreshMatViewStmt" if not node.concurrent and not node.skip_data:
            what = "REFRESH lets nobody read {} until it is done"
            tables = [relation(node.relation)]
            hint = "Write REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index on the view."
            if not scene.seen.base.get("view", tables[0]) and scene.seen.after.get("view", tables[0]):
                return
        case _:
            return
    for table in filter(scene.is_large, tables):
        yield piece, table, finding("safe-change/lock", f"{what.format(table)}.", hint=hint, object=table, **piece.at)


@dataclass(frozen=True)
class _Scan:
    """A reading of the whole table under a lock that stops writes."""

    message: str
    hint: str
    fix: str = ""
    certain: bool = False
    """The run cannot disprove it: an index may have been read instead, on few rows."""


def _scans(scene: Scene, told: Told) -> Costs:
    flagged = {lint.piece.statement.start for lint in scene.lints if lint.rule in _SCANS}
    for piece in scene.pieces:
        table = altered(piece)
        if table is None or not scene.is_large(table) or (piece.statement.start, table) in told:
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
        later = f"-- in the file after it:\nalter table {table} validate constraint {name};"
        fix = f"{piece.statement.text} not valid;\n{later}"
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
    held = [h for h in scene.held_before.get(piece.step, ()) if h.table == table and h.mode in HEAVY]
    if piece.nested:
        held += [h for h in scene.held_during(piece.step) if h.table == table and h.mode in HEAVY]
    if not held:
        return None
    return _Scan(
        f"Validating {name} reads all rows of {table} under the lock that line {held[0].line} took.",
        "Put VALIDATE CONSTRAINT into a file of its own, after this one: the lock goes when this file ends.",
        f"alter table {table} validate constraint {identifier(name)};",
    )


def _observed_scans(scene: Scene, told: Told) -> Costs:
    """Readings that no rule of the text foresaw."""
    for index, step in scene.steps.items():
        inside = scene.of_step(index)
        if any(piece.kind in _DATA or piece.kind == "IndexStmt" for piece in inside) or step.written:
            continue
        changed = {table for piece in inside if (table := altered(piece))}
        for table in step.read:
            if not scene.is_large(table) or (-index - 1, table) in told or (changed and table not in changed):
                continue
            held = scene.held_during(index)
            lock = next((h for h in held if h.mode == ACCESS_EXCLUSIVE or (h.table == table and h.mode in HEAVY)), None)
            if lock is None:
                continue
            message = f"All rows of {table} are read while {lock.table} is locked since line {lock.line}."
            hint = "Read in a file of its own, before or after the one that locks."
            if any(c.subtype == pg_query_pb2.AT_AlterColumnType for piece in inside for c in commands(piece)):
                hint = "Drop the CHECK on the column first; add it again NOT VALID, and VALIDATE it in the next file."
            yield inside[0], table, finding("safe-change/scan", message, hint=hint, object=table, **inside[0].at)
