"""Statements that make writes to a large table wait for as long as they work."""

import re
from typing import Any

from postgast import pg_query_pb2

from tools.checks._neighbours import other
from tools.checks._scene import Costs, Scene, altered, columns_of, commands, definition
from tools.checks._statements import Piece, bare, identifier, relation
from tools.checks.base import finding
from tools.transactions import runs_alone

_BUILDS = {"require-concurrent-index-creation", "require-concurrent-reindex"}
_CONSTRAINTS = {"disallowed-unique-constraint", "adding-serial-primary-key-field"}
_INDEXED = {pg_query_pb2.CONSTR_UNIQUE, pg_query_pb2.CONSTR_PRIMARY, pg_query_pb2.CONSTR_EXCLUSION}
_SESSION_LOCKS = {
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared",
}
_SHARE = 5
"""LOCK TABLE modes from here on stop writes (src/include/storage/lockdefs.h)."""


def locks(scene: Scene) -> Costs:
    """safe-change/lock, as (statement, table, finding)."""
    for lint in scene.lints:
        piece = lint.piece
        if lint.rule in _BUILDS and piece.kind == "IndexStmt":
            yield from _index(scene, piece)
        elif lint.rule in _CONSTRAINTS:
            yield from _indexed_constraint(scene, piece)
    yield from _in_company(scene)
    yield from _kept(scene)
    for piece in scene.pieces:
        yield from _explicit(scene, piece)
        added = [constraint for constraint, _ in map(_of_index, commands(piece)) if constraint]
        if any(constraint.contype == pg_query_pb2.CONSTR_EXCLUSION for constraint in added):
            yield from _indexed_constraint(scene, piece)


def _in_company(scene: Scene) -> Costs:
    """CONCURRENTLY and VACUUM beside other statements: the file is no transaction any more, and may not even run."""
    statements = [p for p in scene.pieces if not p.nested]
    for piece in statements:
        if len(statements) > 1 and runs_alone(piece.statement):
            words = "VACUUM" if piece.kind == "VacuumStmt" else "CONCURRENTLY"
            yield (
                piece,
                f"{words} {piece.statement.start}",
                finding(
                    "safe-change/lock",
                    f"{words} cannot run in a transaction, and the file is one: it holds {len(statements) - 1} more.",
                    hint="Give it a file of its own: some versions of the Supabase CLI stop here, others leave half of "
                    "the file behind when a statement fails.",
                    fix=f"{piece.statement.text};",
                    **piece.at,
                ),
            )


def _kept(scene: Scene) -> Costs:
    """Advisory locks of the session, which outlive the transaction and are not given back."""
    if re.search(r"\bpg_advisory_unlock", scene.seen.migration.text, re.IGNORECASE):
        return
    for piece in scene.pieces:
        called = {n.funcname[-1].string.sval for n in piece.statement.walk() if isinstance(n, pg_query_pb2.FuncCall)}
        for name in sorted(called & _SESSION_LOCKS) if piece.kind not in ("CreateFunctionStmt", "ViewStmt") else ():
            yield (
                piece,
                f"{name} {piece.statement.start}",
                finding(
                    "safe-change/lock",
                    f"{name}() takes an advisory lock that outlives the file: it stays while the connection does.",
                    hint="Write pg_advisory_xact_lock(), which ends with the transaction.",
                    **piece.at,
                ),
            )


def _index(scene: Scene, piece: Piece) -> Costs:
    node = piece.node
    table = relation(node.relation)
    if not scene.is_large(table) or not _is_built(scene, table, node.idxname):
        return
    fix = re.sub(r"(?i)\b(index)\s+", r"\1 concurrently ", piece.statement.text, count=1)
    message = f"Building {node.idxname or 'an index'} stops all writes to {table} until it is done."
    hint = "Build it CONCURRENTLY, in a file of its own: it cannot run in a transaction with anything else."
    if file := other(scene.seen, lambda p: _builds_the_same(p, node)):
        hint, fix = f"Leave it out: {file} builds it CONCURRENTLY.", ""
    yield piece, table, finding("safe-change/lock", message, hint=hint, fix=fix and f"{fix};", object=table, **piece.at)


def _builds_the_same(piece: Piece, node: Any) -> bool:
    """CREATE INDEX CONCURRENTLY on the same columns."""
    if (
        piece.kind != "IndexStmt"
        or not piece.node.concurrent
        or relation(piece.node.relation) != relation(node.relation)
    ):
        return False
    return [part.index_elem.name for part in piece.node.index_params] == [p.index_elem.name for p in node.index_params]


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
            tables = [relation(item.vacuum_relation.relation) for item in node.rels] or ["every table"]
        case "ReindexStmt" if not any(option.def_elem.defname == "concurrently" for option in node.params):
            what = "REINDEX stops writes to {} until it is done"
            tables = sorted({lock.table for lock in scene.held_during(piece.step) if lock.mode == "ShareLock"})
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
