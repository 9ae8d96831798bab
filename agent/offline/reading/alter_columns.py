"""Which columns of a table that is there a request speaks of, new ones and others, and what it says of each."""

import re
from dataclasses import replace

from agent.offline.reading import lexicon
from agent.offline.reading.alter_state import Reading
from agent.offline.reading.items import Entry, Piece, name_of, pieces, refuse_loose_list, with_type
from agent.offline.reading.known import spoken_columns
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.naming import is_snake
from agent.offline.reading.slots import Slot
from agent.offline.words import singular

_INTRODUCES = (
    r"(?:add(?:s|ed|ing)?|create|introduce[ds]?|put|give[ns]?|insert|exten[dt](?:ed|s)?|needs?|gets?|have|has|with|new|called|named|columns?|fields?|attributes?|property|properties|"
    r"store[ds]?|record|save|track|include|attach|want|like|carry|part of|missing|by|remember|set|needed|mark(?:ed)?|may|can|should|specify|define|plus|optional|required|keep|hold)"
)


class Columns(Reading):
    """Reads a request piece by piece."""

    def _without_reasons(self, slots: list[Slot]) -> list[Slot]:
        """The type that a column has now is no wish when another is named; nor are numbers that it cannot hold."""
        kinds = {slot.traits.type for slot in slots if slot.traits.type}
        old = {self.schema.type_of(self.table, name) for name in self._named_columns()}
        if len(kinds) > 1 and kinds & old:
            slots = [s for s in slots if s.traits.type not in old]
        if "bigint" in kinds:
            big = 10**9
            slots = [s for s in slots if not any(n is not None and n >= big for n in (s.traits.low, s.traits.high))]
        return slots

    def _read_items(self, slots: list[Slot]) -> None:
        current: Entry | None = self.entries[-1] if self.entries else None
        waiting: list[Piece] = []
        skipped: Entry | None = None
        for low, high in self.ledger.sentences():
            for piece in pieces(self.ledger, slots, low, high):
                refuse_loose_list(self.ledger, piece)
                found, sure = self._entry(piece, low)
                if found and not sure:
                    if piece.slots and current is not None and current is not skipped and not self._is_talk(piece):
                        raise Unclear(self.ledger.text[piece.start : piece.end])
                    skipped, found = found, None
                    if not piece.slots:
                        continue
                if found is None:
                    if not piece.slots:
                        continue
                    current = current or skipped
                    if current is None:
                        if [
                            w
                            for w in (*piece.head, *piece.inner)
                            if w != "~" and w not in lexicon.FILLERS and w not in self.rows and len(w) > 9
                        ]:
                            raise Unclear(self.ledger.text[piece.start : piece.end])
                        waiting.append(piece)
                        continue
                    if current is skipped and current not in self.entries:
                        self.entries.append(current)
                    current.traits.merge(with_type(piece, current.named.name))
                    continue
                if found not in self.entries and found not in self.existing.values():
                    self.entries.append(found)
                current = found
                current.traits.merge(with_type(piece, current.named.name))
                for earlier in waiting:
                    current.traits.merge(earlier.traits)
                waiting = []
        if waiting:
            if len(self.entries) + len(self.existing) != 1:
                raise Unclear(self.ledger.text[waiting[0].start : waiting[0].end])
            for earlier in waiting:
                (self.entries or list(self.existing.values()))[0].traits.merge(earlier.traits)

    def _is_talk(self, piece: Piece) -> bool:
        """What goes on about the column before it: "it can be", "lessons that exist are", "only values"."""
        words = [w for w in piece.head if w != "~" and w not in lexicon.FILLERS]
        return piece.head[:1] in (["it"], ["its"], ["which"], ["that"], ["if"], ["only"], ["this"], ["~"]) or not words

    def _entry(self, piece: Piece, low: int) -> tuple[Entry | None, bool]:
        """The column that a piece is about, and whether that is certain."""
        mentioned = list(spoken_columns(self.ledger, self.resolve, piece.start, piece.end))
        written = [
            w for w in (*piece.head, *piece.inner) if is_snake(w) and w not in self.columns and not self.schema.table(w)
        ]
        if mentioned and not written:
            for mention in mentioned:
                self.ledger.strike(mention.start, mention.end)
            name = mentioned[0].column
            if len({m.column for m in mentioned}) > 1:
                raise Unclear(self.ledger.text[piece.start : piece.end])
            if re.match(r" ?(?:,|and|\+|&) ", self.ledger.text[piece.end :]):
                self.joined.add(name)
            return self.existing.setdefault(name, _entry_of(name)), True
        piece = replace(piece, head=_after_verb(piece.head))
        named = name_of(piece, singular(self.bare), frozenset(self.rows))
        if named is None or (not written and _is_no_column(named.name)):
            return None, False
        facts = [s.traits for s in piece.slots]
        bounded = any(traits.range or traits.choices for traits in facts) and not any(traits.refers for traits in facts)
        if not written and bounded and self.schema.table(named.name):
            raise Unclear(self.ledger.text[piece.start : piece.end])
        for token in self.ledger.tokens(piece.start, piece.end):
            if token[0] == named.name or token[0] in named.name.split("_"):
                self.ledger.strike(token.start(), token.end())
        for entry in self.entries:
            if singular(entry.named.name) == singular(named.name):
                entry.named = min(entry.named, named, key=lambda n: len(n.name))
                return entry, True
            if _same(entry.named.name, named.name):
                if not entry.traits and piece.slots:
                    entry.named = named
                if is_snake(named.name) and len(named.name) > len(entry.named.name):
                    entry.named = named
                return entry, True
        start = re.compile(rf"(?<![^ ]){re.escape(named.name.split('_')[0])[:4]}").search(
            self.ledger.text, piece.start, piece.end
        )
        place = start.start() if start else piece.end
        introduced = self.ledger.find(_INTRODUCES, low, place) or written or (piece.colon and piece.slots)
        later = (
            self.entries
            and not written
            and not re.search(
                r" (?:and|,|plus|with|add|another|;) (?:(?:an?|optional|new|also|add|another|required) )*$",
                self.ledger.text[:place],
            )
        )
        strong = any(s.traits.choices or s.traits.type or s.traits.refers or s.traits.format for s in piece.slots)
        if any(word in lexicon.FILLERS for word in (named.name,)):
            return None, False
        return Entry(named), bool(written or (introduced and not later and (strong or not self.entries)))


def _entry_of(name: str) -> Entry:
    from agent.offline.reading.naming import Named

    return Entry(Named(name))


def _after_verb(head: list[str]) -> list[str]:
    """What shall be had: "~ should have a difficulty" without the beginning."""
    for place in range(len(head) - 2, -1, -1):
        if head[place] in ("have", "has", "get", "gets", "need", "needs") and head[place + 1] in (
            "a",
            "an",
            "the",
            "its",
            "optional",
            "required",
            "new",
        ):
            return head[place + 1 :]
    return head


def _is_no_column(name: str) -> bool:
    """A verb or a right, not a thing that a row has."""
    words = set(name.split("_"))
    return bool(
        words
        & {
            "access",
            "rows",
            "row",
            "table",
            "tables",
            "column",
            "permission",
            "permissions",
            "policy",
            "trigger",
            "everything",
            "something",
            "anything",
            "data",
            "rights",
            "columns",
            "better",
            "index",
        }
    ) or ((name.endswith("ed") and "_" not in name) or name.endswith("_by"))


def _same(first: str, second: str) -> bool:
    first, second = (re.sub(r"^(?:is|has)_", "", name) for name in (singular(first), singular(second)))
    return first == second or first.startswith(f"{second}_") or second.startswith(f"{first}_")
