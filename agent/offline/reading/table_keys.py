"""What is unique together in a new table, and which indexes are wished for."""

import re

from agent.offline.description import Index, Key
from agent.offline.reading import keys
from agent.offline.reading.items import Piece
from agent.offline.reading.known import spoken_columns
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.slots import Slot
from agent.offline.reading.table_state import Reading
from agent.offline.reading.ties import noun_of, referent

_INDEX = r"(?:(?:and|also|with|an?|plus|please|create|add|put|have|composite|it|should|be) )*index(?:es|ed)?(?: (?:it|them|on|for|by|over|:|the|composite|both))*"
_AFTER = r"(?:(?:we|they|queries|it|i|that|which|will|mostly|usually|often|mainly|always|be|are|is) )+(?:filter(?:ed)?|look(?:ed)? ?up|sort(?:ed)?|quer(?:y|ied)|list(?:ed)?)(?: it| them)? (?:by|on)"


class Keys(Reading):
    """Reads keys once the columns are known; the stretches that speak of them are set apart before."""

    def _primary_key(self) -> None:
        """A key of two references."""
        ledger = self.ledger
        ref = r"[a-z_]+"
        patterns = (
            rf"(?:(?:composite|combined|the|with|a|and|is|,) )*(?:primary key|pk)(?: (?:is|on|of|:|=|the|both))* (?:\( )?(?P<a>{ref}) (?:,|and|\+) (?:the )?(?P<b>{ref})(?: \))?",
            rf"(?:\( )?(?P<a>{ref}) (?:,|and|\+) (?P<b>{ref})(?: \))?(?: together)? (?:is|are|=)(?: (?:the|a|together|its|composite))* (?:primary )?key",
        )
        for pattern in patterns:
            if match := ledger.find(pattern):
                tables = [referent(match[side].removesuffix("_id"), self.schema)[1] for side in "ab"]
                if not all(tables):
                    raise Unclear(match[0])
                self.body.junction = True
                for table in tables:
                    self.body.tie(noun_of(str(table)), str(table))
                ledger.strike(match.start(), match.end())
        if self.body.junction:
            ledger.take_all(
                r"(?:(?:with|a|the|composite|is|both|of) )*(?:primary )?key(?: is| of)?(?: (?:both|ids|together))*(?= \.| ,| \n|$)"
            )
            ledger.take_all(r"(?:the )?(?:2|two) foreign keys")

    def _keys(self) -> None:
        """Uniqueness of several columns, and wishes for indexes."""
        ledger, body = self.ledger, self.body

        def resolve(words: str) -> str | None:
            if words in self.rows or words in ("id", "unique", "a", "is", "per", "in", "on", "each"):
                return None
            if found := body.resolve(words):
                return found
            return None

        for low, high in ledger.sentences():
            for start, end in ledger.spans(";", low, high):
                if match := ledger.find(rf"{_INDEX}|{_AFTER}", start, end):
                    stretch = re.search(r" (?:select|policy|read|;|\))", ledger.left[match.end() : end])
                    stop = match.end() + stretch.start() if stretch else end
                    named = spoken_columns(ledger, lambda w: resolve(w), match.start(), stop)
                    if "it" in match[0].split() and not named and body.entries:
                        named = []
                    if named:
                        separate = re.search(r" and (?:on|by|over|for) ", ledger.left[match.start() : stop])
                        keyed = [Key(s.column) for s in named]
                        body.indexes += [Index((key,)) for key in keyed] if separate else [Index(tuple(keyed))]
                        for spoken in named:
                            ledger.strike(spoken.start, spoken.end)
                    if named:
                        ledger.strike(match.start(), match.end())
                said = ledger.find(keys.WANTED, start, end)
                if not said:
                    continue
                colon = ledger.text.find(" : ", said.end(), end)
                end = colon if colon > said.end() + 1 else end
                if re.match(
                    rf".*(?:per|for each|for every) (?:{'|'.join(map(re.escape, self.rows))})$",
                    said[0] + ledger.text[said.end() : said.end() + 1 + len(self.body.noun)].rstrip(),
                ):
                    ledger.strike(said.start(), said.end())
                    continue
                columns = keys.read_key(ledger, resolve, start, end)
                if not columns:
                    continue
                columns = tuple(columns)
                if len(columns) > 1:
                    if body.junction and set(columns) == {body.column_name(e) for e in body.entries if e.tied}:
                        continue
                    body.uniques.append(keys.within_first(ledger.text[start:end], columns))
                elif body.junction and re.search(r"(?:pair|combination|each|every) ", ledger.text[start:end]):
                    continue
                else:
                    owner = self._other(columns[0])
                    entry = next(e for e in body.entries if body.column_name(e) == columns[0])
                    if owner:
                        body.uniques.append((owner, columns[0]))
                    else:
                        entry.traits.unique = True

    def _other(self, column: str) -> str | None:
        """What a thing is unique within is a reference, when only that is named: "once per lesson"."""
        references = [self.body.column_name(e) for e in self.body.entries if e.tied]
        if column in references:
            others = [name for name in references if name != column]
            return others[0] if len(others) == 1 else None
        return None

    def _spend(self) -> None:
        ledger = self.ledger
        if self.body.junction or self.body.uniques:
            ledger.take_all(
                r"(?:each|every|a|any|one|the|no) (?:pair|combination|link|pairing|duplicate)(?: [a-z]+){0,3} (?:once|unique|twice)"
            )
            if self.body.junction:
                ledger.take_all(
                    r"(?:not|never|cannot|no) [^.;,\n0-9]*?(?:twice|more than once|multiple times|several times|repeatedly)"
                )
            ledger.take_all(r"(?:only )?(?:once|unique|duplicates?|twice|no duplicates|(?:primary )?key)")

    def _defer(self, slots: list[Slot]) -> None:
        """Stretches that only speak of indexes and of what is unique together are read when all columns are known."""
        ledger = self.ledger
        for low, high in ledger.sentences():
            for start, end in ledger.spans(";", low, high):
                inside = [s for s in slots if start <= s.start < end]
                if match := ledger.find(rf"{_INDEX}|{_AFTER}", start, end):
                    self.deferred.append((match.start(), end))
                elif ledger.find(keys.WANTED, start, end) and not [s for s in inside if not s.traits.unique]:
                    self.deferred.append((start, end))

    def _without_pairs(self, slots: list[Slot]) -> list[Slot]:
        """ "The pair of child and day is unique" says nothing of either alone; its words are open again."""
        kept, ledger = [], self.ledger
        for slot in slots:
            low = max(ledger.text.rfind(mark, 0, slot.start) for mark in (" . ", "\n", " ; ", " , "))
            clause = re.split(r" \. |\n| ; ", ledger.text[max(low, 0) :])[
                0 if low < 0 else 1 if ledger.text[low : low + 3] in (" . ", " ; ") else 0
            ]
            if slot.traits.unique and re.search(r" (?:combination|pair|together|per|each) ", f" {clause} "):
                ledger.left = ledger.left[: slot.start] + ledger.text[slot.start : slot.end] + ledger.left[slot.end :]
            else:
                kept.append(slot)
        return kept


def keys_only(ledger: Ledger, piece: Piece) -> bool:
    """It says what is unique together, and nothing of a column."""
    if any(not s.traits.unique for s in piece.slots):
        return False
    return bool(ledger.find(keys.WANTED, piece.start, piece.end)) or bool(
        piece.slots and re.search(r" (?:per|together|combination) ", ledger.text[piece.start : piece.end + 1])
    )
