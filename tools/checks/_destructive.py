"""Changes that take data away, or names that running clients use."""

import re
from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2

from tools.checks._scene import Scene, altered, commands, definition, dropped_tables
from tools.checks._statements import Piece, bare, identifier, inner, parts, pieces, relation
from tools.checks.base import finding
from tools.report import Finding

_ALLOW = "If that is what was asked for, say so in the file: `-- allow: safe-change/destructive on {}: why`."
_RENAME = (
    "Clients that were built yesterday ask for the old name: add the new one beside it, move them over, and drop the "
    "old one in a later file. "
)
_RANK = {
    "smallint": 1, "integer": 2, "bigint": 3, "numeric": 4, "real": 1, "double precision": 2,
    "date": 1, "timestamp without time zone": 2, "timestamp with time zone": 2,
}  # fmt: skip
"""Types of one family, from narrow to wide."""
_FAMILY = {
    "smallint": "exact", "integer": "exact", "bigint": "exact", "numeric": "exact", "real": "float",
    "double precision": "float", "date": "time", "timestamp without time zone": "time",
    "timestamp with time zone": "time",
}  # fmt: skip


def destroys(scene: Scene) -> Iterator[Finding]:
    """safe-change/destructive: what the statements say, then what only the catalog shows (CASCADE, built SQL)."""
    told: set[str] = set()
    for piece in scene.pieces:
        for name, message, hint in _losses(scene, piece):
            told.add(name)
            yield _finding(name, message, hint, **piece.at)
    for name, message in _vanished(scene):
        if not any(name == known or name.startswith(f"{known}.") for known in told):
            found = scene.seen.line_of(parts(name)[-1])
            line, column = found if found[0] else scene.seen.line_of("drop")
            yield _finding(name, message, "", line=line, column=column)


def _finding(name: str, message: str, hint: str, **at: int | None) -> Finding:
    return finding("safe-change/destructive", message, hint=hint + _ALLOW.format(name), object=name, **at)


Loss = tuple[str, str, str]
"""Object, message, hint."""


def _losses(scene: Scene, piece: Piece) -> Iterator[Loss]:
    node: Any = piece.node
    match piece.kind:
        case "DropStmt":
            yield from _dropped(scene, piece)
        case "AlterTableStmt":
            yield from _altered(scene, piece)
        case "TruncateStmt":
            for table in (relation(item.range_var) for item in node.relations):
                if table not in scene.made:
                    yield table, f"TRUNCATE empties {table}.", ""
        case "RenameStmt":
            yield from _renamed(scene, node)
        case "AlterObjectSchemaStmt" if node.object_type == pg_query_pb2.OBJECT_TABLE:
            table = relation(node.relation)
            if table not in scene.made:
                yield table, f"{table} moves to the schema {node.newschema}.", _RENAME
        case "AlterEnumStmt" if node.old_val:
            name = ".".join(identifier(part.string.sval) for part in node.type_name)
            name = name if "." in name else f"public.{name}"
            yield name, f"The value {node.old_val!r} of {name} is renamed to {node.new_val!r}.", _RENAME
        case "DoStmt" | "CreateFunctionStmt" | "RuleStmt":
            return
        case _:
            for change in piece.statement.walk():
                if isinstance(change, pg_query_pb2.DeleteStmt) and _is_unconditional(change):
                    table = relation(change.relation)
                    if table not in scene.made:
                        yield table, f"DELETE without a condition empties {table}.", ""


def _is_unconditional(change: Any) -> bool:
    if change.using_clause:
        return False
    where = inner(change.where_clause) if change.HasField("where_clause") else None
    return where is None or (isinstance(where, pg_query_pb2.A_Const) and where.boolval.boolval)


def _dropped(scene: Scene, piece: Piece) -> Iterator[Loss]:
    node = piece.node
    for name in dropped_tables(piece):
        if scene.seen.base.get("table", name):
            yield name, f"DROP TABLE throws {name} and its rows away.", ""
        elif _is_made_after(scene, piece, name):
            hint = f"Write `create table if not exists {name}` and leave the DROP out. "
            yield name, f"{name} is dropped before it is created: a second run throws its rows away.", hint
    if node.remove_type == pg_query_pb2.OBJECT_SCHEMA and node.behavior == pg_query_pb2.DROP_CASCADE:
        for item in node.objects:
            name = identifier(item.string.sval)
            if scene.seen.base.get("schema", name):
                yield name, f"DROP SCHEMA throws {name} and what is in it away.", ""


def _is_made_after(scene: Scene, piece: Piece, table: str) -> bool:
    return any(
        later.kind == "CreateStmt"
        and later.statement.start > piece.statement.start
        and relation(later.node.relation) == table
        for later in scene.pieces
    )


def _altered(scene: Scene, piece: Piece) -> Iterator[Loss]:
    table = altered(piece) or ""
    before, after = scene.seen.base.columns(table), scene.seen.after.columns(table)
    for command in commands(piece):
        column = command.name
        name = f"{table}.{column}"
        if column not in before or before[column].get("generated"):
            continue
        if command.subtype == pg_query_pb2.AT_DropColumn and not _is_replaced(scene, table, column):
            hint = "Stop using it first, and drop it in a later release. "
            yield name, f"DROP COLUMN throws the values of {name} away.", hint
        elif command.subtype == pg_query_pb2.AT_AlterColumnType and column in after:
            old, new = before[column].get("type", ""), after[column].get("type", "")
            if narrows(old, new):
                hint = "Keep the wide type and add a CHECK NOT VALID; or map the values in steps. "
                yield name, f"{name} is narrowed from {old} to {new}: values that do not fit fail or are cut.", hint


def _is_replaced(scene: Scene, table: str, column: str) -> bool:
    """Another column takes its name, as in a change of type by steps."""
    return any(
        piece.kind == "RenameStmt"
        and piece.node.rename_type == pg_query_pb2.OBJECT_COLUMN
        and piece.node.newname == column
        and relation(piece.node.relation) == table
        for piece in scene.pieces
    )


def _renamed(scene: Scene, node: Any) -> Iterator[Loss]:
    if node.rename_type not in (pg_query_pb2.OBJECT_TABLE, pg_query_pb2.OBJECT_COLUMN):
        return
    table = relation(node.relation)
    if table in scene.made:
        return
    if node.rename_type == pg_query_pb2.OBJECT_TABLE:
        # something else answers to the old name: a view for old clients, or the table's successor
        if not scene.seen.after.get("view", table) and not scene.seen.after.get("table", table):
            yield table, f"{table} is renamed to {node.newname}.", _RENAME
    elif node.relation_type == pg_query_pb2.OBJECT_TABLE:
        column = node.subname
        if _is_new(scene, table, column):
            return
        if column in scene.seen.base.columns(table) and column not in scene.seen.after.columns(table):
            yield f"{table}.{column}", f"{table}.{column} is renamed to {node.newname}.", _RENAME


def _is_new(scene: Scene, table: str, column: str) -> bool:
    """An earlier file of the same change adds it: no client knows it."""
    return any(
        altered(piece) == table
        and command.subtype == pg_query_pb2.AT_AddColumn
        and identifier(definition(command).colname) == column
        for migration in scene.seen.earlier
        for piece in pieces(migration)
        for command in commands(piece)
    )


def _vanished(scene: Scene) -> Iterator[tuple[str, str]]:
    """Tables and columns that are gone and that no statement names."""
    seen = scene.seen
    present = {old: new for new, old in seen.rehearsal.former.items()}
    renamed = set()
    for piece in scene.pieces:
        if piece.kind in ("RenameStmt", "AlterObjectSchemaStmt") and piece.node.HasField("relation"):
            table = relation(piece.node.relation)
            renamed.add((table, getattr(piece.node, "subname", "") or bare(table)))
    for table in seen.base.tables():
        if not seen.after.get("table", table):
            if table in present and not seen.after.get("view", table) and (table, bare(table)) not in renamed:
                yield table, f"{table} is renamed to {present[table]}."
            elif table not in present:
                yield table, f"{table} is gone with its rows."
            continue
        for column, facts in seen.base.columns(table).items():
            gone = column not in seen.after.columns(table) and (table, column) not in renamed
            if gone and not facts.get("generated"):
                name = f"{table}.{column}"
                became = f"renamed to {bare(present[name])}" if name in present else "gone with its values"
                yield name, f"{name} is {became}."


def narrows(old: str, new: str) -> bool:
    """Some values of the type `old` do not fit into `new`, both as Postgres prints them."""
    (kind, sizes), (new_kind, new_sizes) = _type(old), _type(new)
    if new_kind in ("character varying", "character") and new_sizes:
        if kind == "text" or (kind == "character varying" and not sizes):
            return True
        return kind in ("character varying", "character") and bool(sizes) and sizes[0] > new_sizes[0]
    if kind == "numeric" and new_kind == "numeric" and new_sizes:
        if not sizes:
            return True
        scale, new_scale = (pair[1] if len(pair) > 1 else 0 for pair in (sizes, new_sizes))
        return new_scale < scale or new_sizes[0] - new_scale < sizes[0] - scale
    if _FAMILY.get(kind) == "float" and _FAMILY.get(new_kind) == "exact":
        return True
    return _FAMILY.get(kind) == _FAMILY.get(new_kind, "") and _RANK[new_kind] < _RANK[kind]


def _type(text: str) -> tuple[str, list[int]]:
    """``numeric(10,2)`` as its name and sizes."""
    sizes = re.search(r"\(([\d,]+)\)", text)
    return re.sub(r"\([\d,]+\)", "", text), [int(n) for n in sizes[1].split(",")] if sizes else []
