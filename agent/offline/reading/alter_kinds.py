"""Requests for one thing on a table that is there: that columns be unique, or an index."""

import re

from agent.offline.description import (
    AddUnique,
)  # fmt: skip
from agent.offline.reading import keys, lexicon
from agent.offline.reading.alter_state import Reading
from agent.offline.reading.index import LOOKED_UP, WANTED
from agent.offline.reading.known import mentions
from agent.offline.reading.ledger import Unclear


class Kinds(Reading):
    """Tells such requests by their words."""

    def _unique(self) -> AddUnique | None:
        """Raises Unclear where it shall hold for some rows only."""
        ledger = self.ledger
        if not ledger.find(keys.WANTED) or (ledger.find("table|column|field|attribute") and self._new_names()):
            return None
        if self._new_names() or ledger.find(r"default|optional|required|text|integer"):
            return None
        left = ledger.left
        found: list[str] = []
        for low, high in ledger.sentences():
            if not ledger.find(keys.WANTED, low, high):
                continue
            own = [m for m in mentions(ledger.left, self.schema, low, high) if m.table == self.table]
            for mention in own:
                if mention.words not in self.columns:
                    ledger.strike(mention.start, mention.end)
            said = keys.read_key(ledger, self.resolve, low, high)
            if said:
                if re.search(
                    r" (?:but only|only (?:for|if|when)|where|except|if|when|ignoring|unless) ", ledger.text[low:high]
                ):
                    raise Unclear(ledger.text[low:high])
                text = ledger.text[low:high]
                found += [name for name in keys.within_first(text, tuple(dict.fromkeys(said))) if name not in found]
        if not found:
            ledger.left = left
            return None
        if self._leftover_nouns():
            ledger.left = left
            raise Unclear(" ".join(self._leftover_nouns()))
        order = list(self.columns)
        if set(found) <= {key.column for key in self.schema.foreign_keys(self.table)}:
            found.sort(key=order.index)
        return AddUnique(self.table, tuple(found))

    def _leftover_nouns(self) -> list[str]:
        match = self.ledger.find(r"(?:unique|of|on|per) (?:\( )?([a-z]+) (?:in|of|on|per|and|,) ~")
        return [match[1]] if match and match[1] not in lexicon.FILLERS and match[1] not in self.rows else []

    def _is_index(self) -> bool:
        ledger = self.ledger
        if not ledger.find(WANTED) and not (ledger.find(LOOKED_UP) and ledger.find("by|on") and not self._new_names()):
            return False
        if ledger.find(r"(?:flag|boolean|default|defaults|required|mandatory|optional|nullable|bool)") or (
            self._new_names() and not ledger.find(r"(?:index|indexed|an index)(?: (?:on|by|for|over|~+|\())+ [a-z_]+")
        ):
            return False
        if not ledger.find(WANTED) and ledger.find(r"add|column|field|difficulty|(?:easy|values|options)"):
            return False
        first = ledger.find(WANTED)
        if (
            self._new_names()
            and first
            and ledger.find(r"add|new|need|column", 0, first.start())
            and not ledger.find(r"(?:add|create|need|put|new)(?: (?:an?|the|new|partial|composite|gin))* index")
        ):
            return False
        return bool(self._named_columns()) or bool(ledger.find(r"partial|index|indexed|full-text|newest"))
