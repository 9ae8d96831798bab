"""A new table: its name, then sentence by sentence its references, columns, rules, keys and access."""

import re

from agent.offline.description import NewTable
from agent.offline.reading import lexicon
from agent.offline.reading.access import read_access
from agent.offline.reading.accounting import settle
from agent.offline.reading.clauses import standard
from agent.offline.reading.finish import finish
from agent.offline.reading.headline import headline, strike_headline
from agent.offline.reading.items import Entry
from agent.offline.reading.known import mentions
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.naming import Named, is_snake
from agent.offline.reading.slots import Slot, read_slots
from agent.offline.reading.table_columns import Columns
from agent.offline.reading.table_keys import Keys
from agent.offline.reading.table_ties import Ties
from agent.offline.reading.ties import noun_of, read_cascades
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema
from agent.offline.words import singular

_LEADS = (
    r"(?:with(?: the)?(?: following)?|having|has|have|containing|contains?|including|includes?|consists? of|consisting of|stor(?:es?|ing)|holds?|holding|needs?|gets?|"
    r"keeps?|records?|tracks?|tracking|save|plus|carries|carrying|(?:columns?|fields?|attributes?|properties|details|information|mandatory|optional|required)(?: \(| :| are| of| is)*|(?:we|to|will|they) (?:note|write down|know|collect|capture|log)|add|there is|there are|there (?:should|must) be|besides|together with|where we keep|:|to register|carry|store)"
)
_WHEN_DONE = r"(?:and )?(?:, )?when (?:it|they) (?:is|are) [a-z]+ ,(?= (?:an?|the) [a-z]+_[a-z]+)"


def read_table(ledger: Ledger, schema: Schema) -> tuple[NewTable, tuple[str, ...]] | None:
    """None where no new table is asked for. Raises Unclear."""
    head = headline(ledger, schema)
    if head is None:
        return None
    return _Work(ledger, schema, head).read()


class _Work(Ties, Keys, Columns):
    def read(self) -> tuple[NewTable, tuple[str, ...]]:
        ledger, body = self.ledger, self.body
        told = ledger.left
        strike_headline(ledger, self.head, self.schema)
        read_cascades(ledger)
        if self.head.pair:
            body.junction = True
            for table in self.head.pair:
                body.tie(noun_of(table), table)
        parts = self.head.name.split("_")
        if (
            len(parts) > 1
            and (pair := (self.schema.table(parts[0]), self.schema.table("_".join(parts[1:]))))
            and all(pair)
        ):
            body.junction = True
            for known in pair:
                body.tie(noun_of(str(known)), str(known))
        self._once_each()
        body.said = read_access(
            ledger, "|".join(sorted(map(re.escape, self.rows - {"it", "one", "each", "every"}), key=len, reverse=True))
        )
        body.owners = [m.table for m in mentions(told, self.schema) if self.schema.belongs(m.table)]
        self._primary_key()
        when = [Slot(m.start(), m.end(), Traits(required=False)) for m in ledger.take_all(_WHEN_DONE)]
        rules = self._rules()
        for match in ledger.take_all(
            r"(?:and |it |which |that |, )*(?:is|are) (?P<flag>(?!on|off|true|false|empty|null|not|set|now)[a-z]+) by default(?= \.| ,| ;| \n)"
        ):
            body.entries.append(Entry(Named(f"is_{match['flag']}", "boolean"), Traits(default=True)))
        ties = self._ties()
        slots = read_slots(ledger, self._is_known, rows=frozenset((singular(self.head.name), self.head.name)))
        slots = sorted([*self._without_pairs(slots), *ties, *when], key=lambda slot: slot.start)
        self._weak_ties()
        self._defer(slots)
        listing = False
        current: Entry | None = None
        for low, high in ledger.sentences():
            listing, current = self._read_sentence(low, high, slots, listing, current)
        self._keys()
        for column, traits in rules:
            if (entry := body.find(column)) is None:
                raise Unclear(f"the column {column}")
            entry.traits.merge(traits)
        self._spend()
        self._refuse_lost()
        settle(
            ledger,
            self.schema,
            spare=frozenset(
                (
                    "once",
                    "same",
                    "if",
                    "when",
                    "later",
                    "before",
                    "until",
                    "again",
                    "half",
                    "where",
                    self.head.name,
                    singular(self.head.name),
                )
            ),
            tables=True,
        )
        return finish(body)

    def _refuse_lost(self) -> None:
        """Raises Unclear for a word that columns are called, beside facts, and became none."""
        for low, high in self.ledger.sentences():
            for token in self.ledger.tokens(low, high):
                if token[0] == "note" and re.search(r" (?:we|to|will|they) $", self.ledger.text[: token.start()]):
                    continue
                if token[0] in lexicon.COLUMN_WORDS - self.rows - {"points"} and self.body.find(token[0]) is None:
                    raise Unclear(self.ledger.text[max(low, token.start() - 20) : token.end() + 20])

    def _rules(self) -> list[tuple[str, Traits]]:
        """Sentences of their own about how a moment hangs together with a state, or with another."""
        found: list[tuple[str, Traits]] = []
        rows = "|".join(map(re.escape, self.rows))
        have = rf"(?P<state>[a-z]+) (?:{rows}) have an? (?P<name>[a-z]+) (?:time|date|timestamp) (?:and|but) (?:all )?(?:the )?others (?:do not|have none)"
        found += [
            (standard(f"{match['name']}_time"), Traits(set_when=("exactly", match["state"])))
            for match in self.ledger.take_all(have)
        ]
        later = rf"(?:a|an|the|each|every) (?:{rows}) (?P<later>expires|ends|starts|closes) after it (?:becomes|is|was|starts|opens)(?: (?P<earlier>[a-z]+))?"
        found += [
            (f"{match['later']}_at", Traits(after=match["earlier"] or "starts"))
            for match in self.ledger.take_all(later)
        ]
        return found

    def _read_sentence(
        self, low: int, high: int, slots: list[Slot], listing: bool, current: Entry | None
    ) -> tuple[bool, Entry | None]:
        ledger = self.ledger
        text = ledger.left[low:high]
        bullet = "•" in text
        if not re.search(rf"[a-z{STRUCK}]", text):
            return listing, current
        if not bullet and listing and re.match(r"[^a-z]*(?:parents?|each|every|a|the|members?|rls|users?) ", text):
            listing = False
        inside = self._unbracketed(low, high)
        if inside:
            current = self._read_list(*inside, slots, current)
        lead = ledger.find(_LEADS, low, high)
        listed = listing or bullet
        start = low
        if not listed and lead:
            listed = self._is_own(low, lead.start())
            start = lead.start() if listed else low
        colon = self._colon(low, high) or (None if bullet or listing else self._colon_behind_headline(low, high, slots))
        if not listing:
            self.group = None
        if colon and self._is_gloss(colon, high, slots):
            return listing, current
        written = any(is_snake(t[0]) for t in ledger.tokens(low, high))
        told = written or any(low <= s.start < high for s in slots)
        if not told and (high <= self.head.start or not (listed or colon or inside)):
            return listing, current
        if colon:
            stated = [x.traits.required for x in slots if low <= x.start < colon and x.traits.required is not None]
            self.group = stated[0] if stated else None
            low = start = colon
            listed, lead = True, None
            if not re.search(rf"[a-z{STRUCK}]", ledger.left[low:high]):
                return True, current
        plain = (
            re.search(
                r"(?:columns?|fields?|attributes?|following|has|with|properties|created|:)[^a-z]*$",
                text.strip().rstrip(":"),
            )
            is not None
        )
        ends = text.strip().endswith(":") or text.strip().endswith("has")
        if (ends and not any(low <= s.start < high for s in slots)) or (ends and plain):
            group = next(
                (s.traits.required for s in slots if low <= s.start < high and s.traits.required is not None), None
            )
            self.group = group
            return True, current
        current = self._read_pieces(low, high, slots, current, listed, start)
        return (listing and bullet) or (listing and not text.strip().endswith(".")), current

    def _is_gloss(self, low: int, high: int, slots: list[Slot]) -> bool:
        """ "a lesson_glossary: terms that are explained in a lesson": what it is, not what it has."""
        words = self.ledger.text[low:high].split()
        return (
            not set(words) & {",", "and", ";", "(", "•"}
            and bool(set(words) & {"that", "which", "for", "who", "we", "they", "where", "to"})
            and not any(low <= s.start < high for s in slots)
            and not any(is_snake(word) for word in words)
        )

    def _is_own(self, low: int, high: int) -> bool:
        """The subject of a list is the table, its row or nobody, not somebody who does something."""
        words = [t[0] for t in self.ledger.tokens(low, high) if re.search(r"[a-z]", t[0])]
        words = words[-6:]
        others = [w for w in words if self._table_or_role(w)]
        own = any(w in self.rows for w in words)
        return own or not others or bool(re.search(rf"{STRUCK}", self.ledger.left[low:high]))

    def _colon_behind_headline(self, low: int, high: int, slots: list[Slot]) -> int | None:
        """ "a table where we save what a child did : child, title": the list begins at the colon."""
        at = self._mark(low, high)
        if (
            not low <= self.head.start < at
            or "(" in self.ledger.left[low:at]
            or any(low <= s.start < at for s in slots)
        ):
            return None
        return at + 3

    def _mark(self, low: int, high: int) -> int:
        """The colon in a sentence, or a dash that opens a list behind the table's name; negative where there is none."""
        left = self.ledger.left
        colon, dash = left.find(" : ", low, high), left.find(" - ", low, high)
        if dash > self.head.start >= low and (colon < 0 or dash < colon) and "," in left[dash:high]:
            return dash
        return colon

    def _colon(self, low: int, high: int) -> int | None:
        """Where a list begins behind what only leads up to it: "table quests for children : "."""
        at = self._mark(low, high)
        if at < 0 or "(" in self.ledger.left[low:at]:
            return None
        words = [t[0] for t in self.ledger.tokens(low, at) if re.search(r"[a-z]", t[0])]
        lead = {
            "columns",
            "fields",
            "attributes",
            "details",
            "following",
            "extra",
            "rls",
            "called",
            "named",
            "properties",
        }
        plain = all(w in lexicon.FILLERS or w in self.rows or self._table_or_role(w) or w in lead for w in words)
        if (plain and words and (len(words) > 1 or words[0] in lead or words[0] in self.rows)) or (
            plain and STRUCK in self.ledger.left[low:at]
        ):
            return (
                None
                if len(words) == 1 and STRUCK not in self.ledger.left[low:at] and self._table_or_role(words[0])
                else at + 3
            )
        return None

    def _unbracketed(self, low: int, high: int) -> tuple[int, int] | None:
        """The list of columns in brackets right behind the table's name."""
        match = re.compile(rf"[{STRUCK}]+ (?:(?:for|of|in)(?: (?!with|and|has)[a-z]+){{1,2}} )?[{STRUCK} ]*\( ").search(
            self.ledger.left, max(low, self.head.start), high
        )
        if not (match and match.start() <= self.head.end and self.head.start <= match.start() + 1):
            return None
        depth = 1
        for token in re.compile(r"[()]").finditer(self.ledger.text, match.end(), high):
            depth += 1 if token[0] == "(" else -1
            if depth == 0:
                inner = self.ledger.left[match.end() : token.start()]
                return (match.end(), token.start()) if re.search(r"[,:~_]", inner) else None
        return match.end(), high

    def _read_list(self, low: int, high: int, slots: list[Slot], current: Entry | None) -> Entry | None:
        current = self._read_pieces(low, high, slots, current, True, low)
        self.inside = (low, high)
        return current
