"""What was read, looked at once more as a whole: readings that nobody would mean are refused."""

import re
from collections.abc import Iterable

from agent.offline.description import AddColumns, AddUnique, Change, NewTable
from agent.offline.reading.ledger import Unclear
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

_ALSO_CALLED = {"children": "kids?"}


def refuse_doubtful(changes: Iterable[Change], text: str, schema: Schema) -> None:
    """Raises Unclear for a value that was taken for a column, and for half of a pair that is to be unique."""
    for change in changes:
        if isinstance(change, NewTable | AddColumns):
            values = {value for column in change.columns for value in column.choices}
            if taken := next((column.name for column in change.columns if column.name in values), None):
                raise Unclear(f"whether {taken} is a column or a value of one")
        if isinstance(change, AddUnique) and len(change.columns) == 1:
            keys = schema.foreign_keys(change.table)
            named = [key.column for key in keys if re.search(_words(key.table), text)]
            if change.columns[0] in named and len(named) > 1:
                raise Unclear(f"which columns of {change.table} shall be unique together")


def _words(table: str) -> str:
    noun = table.rpartition(".")[2].replace("_", "[ _]")
    names = {singular(noun), plural(noun), noun, _ALSO_CALLED.get(noun, noun)}
    return rf"\b(?:{'|'.join(sorted(names))})\b"
