"""Rows that are there before they are asked for: those that triggers make, and the only one that a table takes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tools.rows.attempt import CannotFill
from tools.rows.schema import Table
from tools.rows.values import DEFAULT, Value
from tools.rows.write import Row, select

if TYPE_CHECKING:
    from tools.rows.filler import Filler


def only_row(filler: "Filler", table: Table, refused: CannotFill) -> Row | None:
    """The one row of a table that a key allows no second row in, and that is nobody's: its settings, say."""
    if table.foreign_keys or not any(unique.name == refused.constraint for unique in table.uniques):
        return None
    query = f"select count(*) from (select from {table.name} limit 2) t"
    row = filler.conn.execute(query.encode(), prepare=False).fetchone()
    return select(filler.conn, table, {}) if row == (1,) else None


def made_by_trigger(filler: "Filler", table: Table, known: Mapping[str, Value]) -> Row | None:
    """The row that a trigger made for a parent of this family, when that came or something else that hangs on it: it
    has the key that a row of `known` would get."""
    if not any(other.triggers for other in filler.schema.tables.values() if other is not table):
        return None
    parents = {
        name
        for key in table.foreign_keys
        for name, there in zip(key.columns, key.parent_columns, strict=True)
        if any(row[there] == known.get(name, DEFAULT) for row in filler.rows.get(key.parent, ()))
    }
    for unique in table.uniques if parents else ():
        match = {name: value for name in unique.columns if isinstance(value := known.get(name), str)}
        if len(match) == len(unique.columns) and not unique.expression and parents & match.keys():
            row = select(filler.conn, table, match)
            if row and row not in filler.rows.get(table.name, ()):
                return row
    return None
