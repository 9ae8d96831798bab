"""Rows that triggers make as soon as what they belong to is there: a profile for each new user."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tools.rows.schema import Table
from tools.rows.values import DEFAULT, Value
from tools.rows.write import Row, select

if TYPE_CHECKING:
    from tools.rows.filler import Filler


def made_by_trigger(filler: "Filler", table: Table, known: Mapping[str, Value]) -> Row | None:
    """The row that a trigger made for a parent of this family: it has the key that a row of `known` would get."""
    parents = {
        name
        for key in table.foreign_keys
        if filler.table(key.parent).triggers
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
