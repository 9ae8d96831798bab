"""CREATE TABLE IF NOT EXISTS that did nothing, because something of that name was there with other columns."""

from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2

from tools.checks._statements import Piece, bare, inner, pieces, relation
from tools.checks.base import finding
from tools.observe import Observed
from tools.report import Finding

_COLUMNS = """
select c.relkind::text,
       array(select a.attname::text from pg_catalog.pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass(%s)
"""
_TABLES = ("r", "p", "f")


def tables_passed_over(seen: Observed) -> Iterator[Finding]:
    """applies/error, where the columns that the statement names are not there afterwards."""
    for piece in pieces(seen.migration):
        table = relation(piece.node.relation) if piece.kind == "CreateStmt" else ""
        if not table or not piece.node.if_not_exists or not _was_skipped(seen, table):
            continue
        with seen.live.savepoint() as conn:
            row = conn.execute(_COLUMNS, [table]).fetchone()
        if row is None:
            continue
        missing = _missing(seen, piece, set(row[1]))
        if row[0] not in _TABLES:
            why = "something else has that name"
        elif missing:
            why = f"the table is there already, without {', '.join(missing)}"
        else:
            continue
        yield finding(
            "applies/error",
            f"CREATE TABLE IF NOT EXISTS {table} did nothing: {why}.",
            hint="Give the table a name of its own, or add the columns to the one that is there: ALTER TABLE ... ADD "
            "COLUMN IF NOT EXISTS.",
            object=table,
            **piece.at,
        )


def _was_skipped(seen: Observed, table: str) -> bool:
    return any(f'relation "{bare(table)}" already exists' in notice for notice in seen.applied.notices)


def _missing(seen: Observed, piece: Piece, there: set[str]) -> list[str]:
    """Columns that it defines and that nothing in the file drops or renames."""
    defined = [inner(element) for element in piece.node.table_elts]
    names = [element.colname for element in defined if isinstance(element, pg_query_pb2.ColumnDef)]
    gone = {name for other in pieces(seen.migration) for name in _taken_away(other.node)}
    return [name for name in names if name not in there | gone]


def _taken_away(node: Any) -> Iterator[str]:
    if isinstance(node, pg_query_pb2.RenameStmt) and node.rename_type == pg_query_pb2.OBJECT_COLUMN:
        yield node.subname
    elif isinstance(node, pg_query_pb2.AlterTableStmt):
        for command in map(inner, node.cmds):
            if command.subtype == pg_query_pb2.AT_DropColumn:
                yield command.name
