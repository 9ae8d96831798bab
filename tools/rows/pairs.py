"""Two references to the same table that have to differ or to be in order: who mutes whom, the lower and the higher."""

from collections.abc import Container
from contextlib import suppress
from typing import TYPE_CHECKING

from tools.rows.attempt import CannotFill
from tools.rows.schema import ForeignKey, Table
from tools.rows.types import own_uuid
from tools.rows.write import Row
from tools.sql import identifier

if TYPE_CHECKING:
    from tools.rows.filler import Filler

PAIRS = 6
"""How often one of several references to the same table may lead to a new row."""
_LESS, _MORE = 2, 3
"""At which of those times its key is chosen."""


def beyond(filler: "Filler", key: ForeignKey, own: Container[str], time: int) -> Row | None:
    """A new parent whose key is less, or more, than those of others, where a parent as it comes did not do."""
    if time not in (_LESS, _MORE) or len(key.columns) != 1:
        return None
    table, column = filler.table(key.parent), key.parent_columns[0]
    kind = table.columns[column].kind
    if kind == "uuid":
        tail = own_uuid(table.name, column, filler.mark, filler.next_serial(table))[4:]
        value = ("0000" if time == _LESS else "ffff") + tail
    elif kind == "number" and time == _LESS:
        query = f"select (least(min({identifier(column)}), 0) - 1)::text from {table.name}"
        value = (filler.conn.execute(query.encode(), prepare=False).fetchone() or ("-1",))[0]
    else:
        return None
    with suppress(CannotFill):
        return _with_key(filler, table, column, value, own)
    return None


def _with_key(filler: "Filler", table: Table, column: str, value: str, own: Container[str]) -> Row:
    """A new row with this key, and those that it refers to by it. Raises CannotFill."""
    for key in table.foreign_keys_of(column):
        if len(key.columns) == 1 and key.parent != table.name:
            _with_key(filler, filler.table(key.parent), key.parent_columns[0], value, own)
    return filler.row(table.name, {column: value}, own=own)
