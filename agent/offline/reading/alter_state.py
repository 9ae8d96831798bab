"""Changes of a table that is there, while their request is read."""

import re

from agent.offline.reading.items import Entry
from agent.offline.reading.known import Resolve, resolver, spoken_columns
from agent.offline.reading.ledger import Ledger
from agent.offline.reading.naming import is_snake
from agent.offline.schema import Schema
from agent.offline.words import singular

_ROWS = frozenset(("row", "rows", "record", "records", "entry", "entries", "it", "one", "table"))


class Reading:
    """The ledger of a request for changes, and the columns that it speaks of."""

    def __init__(self, ledger: Ledger, schema: Schema, table: str) -> None:
        self.ledger, self.schema, self.table = ledger, schema, table
        self.bare = table.split(".")[-1]
        self.resolve = self._resolver()
        self.entries: list[Entry] = []
        self.joined: set[str] = set()
        """Columns that stand in a list with others."""
        self.existing: dict[str, Entry] = {}
        self.assumed: list[str] = []
        self.rows = _ROWS | {singular(self.bare), self.bare, *singular(self.bare).split("_")}

    def _resolver(self) -> Resolve:
        plain, columns = resolver(self.table, self.schema), self.schema.columns(self.table)

        def resolve(words: str) -> str | None:
            own = f"{singular(self.bare)} "
            return plain(words) or (plain(words.removeprefix(own)) if words.startswith(own) else None)

        self.columns = columns
        return resolve

    def _is_known(self, word: str) -> bool:
        return word in self.columns or self.schema.table(word) is not None

    def _named_columns(self) -> list[str]:
        return [spoken.column for spoken in spoken_columns(self.ledger, self.resolve)]

    def _new_names(self) -> list[str]:
        """Names in snake_case that nothing is called yet."""
        return [
            t[0] for t in self.ledger.tokens()
            if is_snake(t[0]) and t[0] not in self.columns and not self.schema.table(t[0]) and not re.match(r"(?:idx|uq|unique|check|chk|fk|ix)_", t[0])
        ]  # fmt: skip
