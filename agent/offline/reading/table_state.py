"""A new table while its request is read: what is known of it, and which words mean itself."""

from agent.offline.reading import lexicon
from agent.offline.reading.finish import Body
from agent.offline.reading.headline import Headline
from agent.offline.reading.ledger import Ledger
from agent.offline.schema import Schema


class Reading:
    """The ledger of a request for a table, and the table as far as it was made."""

    group: bool | None = None
    inside: tuple[int, int] | None = None

    def __init__(self, ledger: Ledger, schema: Schema, head: Headline) -> None:
        self.ledger, self.schema, self.head = ledger, schema, head
        self.body = Body(schema, head.name)
        self.deferred: list[tuple[int, int]] = []
        noun = self.body.noun
        self.rows = frozenset({
            head.name, noun, *noun.split("_"), head.name.split("_")[-1], "row", "rows", "record", "records", "entry", "entries", "it", "one", "table",
            "each", "every", "link", "links", "pair", "relation", "they", "association",
        })  # fmt: skip

    def _is_known(self, word: str) -> bool:
        return self.schema.table(word) is not None

    def _table_or_role(self, noun: str) -> str | None:
        if noun in self.rows or noun in lexicon.FILLERS:
            return None
        if table := self.schema.table(noun):
            return table if table != "auth.users" or noun in ("user", "users") else None
        return None

    def _owned(self) -> bool:
        return any(e.tied and self.schema.belongs(e.tied) for e in self.body.entries)
