"""Which tables the rows of a new table belong to."""

import re

from agent.offline.reading import lexicon
from agent.offline.reading.ledger import STRUCK, Unclear
from agent.offline.reading.slots import Slot
from agent.offline.reading.table_state import Reading
from agent.offline.reading.ties import noun_of, read_ties, referent

_REF_VERB = r"(?:it |they |which |that |and |quest )*(?:may|can|could|might|optionally) (?:[a-z]+) (?:an?|one|the) (?P<noun>[a-z]+)(?= \.| ,| and|$| \n)"


class Ties(Reading):
    """Reads references that the row itself has."""

    def _ties(self) -> list[Slot]:
        ledger = self.ledger
        found = read_ties(ledger, self.schema)
        while match := ledger.find(_REF_VERB):
            noun, table = referent(match["noun"], self.schema)
            if table is None or self.schema.belongs(table):
                break
            ledger.strike(match.start(), match.end())
            self.body.tie(noun_of(table), table, required=False)
        kept = []
        for slot in found:
            if self._is_subject(slot):
                table = str(slot.traits.refers)
                words = re.sub(r".* ", "", self.ledger.text[slot.start : slot.end])
                noun = words if self.schema.role_noun(words) and not self.schema.table(words) else noun_of(table)
                single = re.search(
                    r" (?:one|1) (?:row|entry|record)? ?per", self.ledger.text[max(0, slot.start - 20) : slot.end]
                )
                self.body.tie(noun, table, required=slot.traits.required, unique=bool(single))
            else:
                kept.append(slot)
        return kept

    def _once_each(self) -> None:
        """ "Each user can review each product only once": whose the rows are, and that they are unique for both."""
        said = r"(?:so )?(?:each|every|an?|one) (?P<a>[a-z]+) (?:(?:can|may|should) )?(?:[a-z]+ ){0,2}(?:each|every|an?|the same) (?P<b>[a-z]+) (?:only |at most |just )?once(?: as [a-z]+)?"
        for match in self.ledger.take_all(said):
            found = [referent(match[side], self.schema) for side in "ab"]
            names = []
            for noun, table in found:
                if table is None:
                    raise Unclear(match[0])
                entry = self.body.tie(noun_of(table) if noun not in self.rows else noun, table)
                names.append(self.body.column_name(entry))
            self.body.uniques.append(tuple(names))

    def _is_subject(self, slot: Slot) -> bool:
        """What is tied is the row itself, not one of its columns."""
        before = self.ledger.left[: slot.start]
        sentence = re.split(r" \. |\n", self.ledger.text[: slot.start])[-1]
        if sentence.count("(") > sentence.count(")"):
            return False
        cut = max(before.rfind(mark) for mark in (" . ", "\n", " , ", " ; ", "(", " : "))
        words = [w for w in before[cut + 1 :].split() if re.search(r"[a-z]", w)]
        return all(
            w in lexicon.FILLERS
            or w in self.rows
            or w.strip(STRUCK) == ""
            or w in ("create", "add", "given", "lessons", "also", "foreign", "key")
            for w in words
        )

    def _weak_ties(self) -> None:
        """ "quests for children", "one row per child": in the sentence that names the table, or with each and per."""
        ledger = self.ledger
        end = ledger.text.find(" . ", self.head.end)
        for pattern, low, high in (
            (
                r"(?P<single>(?:only |exactly )?(?:one|1)(?: (?:row|record|entry|[a-z]+))? )?(?:per|for each|for every|of each) (?:(?:a|the|single|one) )*(?P<noun>[a-z_]+)",
                0,
                len(ledger.left),
            ),
            (
                r"(?:for|of|to|by) (?:(?:our|the|all|a|an|each|every|my|assigned|to) )*(?P<noun>[a-z_]+)",
                0,
                end if end > 0 else len(ledger.left),
            ),
        ):
            place = low
            while match := ledger.find(pattern, place, high):
                place = match.start() + 1
                if not (table := self._table_or_role(match["noun"])):
                    continue
                if re.search(
                    r" (?:see|view|read|know|own) [^.]*$", ledger.left[max(0, match.start() - 30) : match.start()]
                ):
                    continue
                unique_pair = re.match(
                    r" (?:and|per|,|\+) (?:(?:a|the|each|per) )*(?P<noun>[a-z_]+)", ledger.left[match.end() :]
                )
                if (
                    unique_pair
                    and (second := self.schema.table(unique_pair["noun"]))
                    and match.groupdict().get("single")
                ):
                    self.body.tie(noun_of(table), table)
                    self.body.tie(noun_of(second), second)
                other = unique_pair and (
                    self.schema.table(unique_pair["noun"]) or self.body.resolve(unique_pair["noun"])
                )
                if any(e.tied == table for e in self.body.entries):
                    if match.groupdict().get("single") and not other:
                        self._once(match, table)
                    continue
                if (
                    not self.schema.belongs(table)
                    and self._owned()
                    and "per" not in match[0]
                    and "each" not in match[0]
                ):
                    continue
                single = match.groupdict().get("single") and not other and not self._of_many(match)
                self.body.tie(noun_of(table), table, unique=bool(single))
                if single:
                    ledger.strike(match.start(), match.end())

    def _once(self, match: re.Match[str], table: str) -> None:
        if not self._of_many(match):
            entry = next(e for e in self.body.entries if e.tied == table)
            entry.traits.unique = True
            self.ledger.strike(match.start(), match.end())

    def _of_many(self, match: re.Match[str]) -> bool:
        """ "one row per achievement of a child": the row is the thing itself."""
        return bool(re.search(r"(?:unique|unique per) ?$", self.ledger.left[: match.start()].rstrip())) or bool(
            re.search(r" (?:and|per) ", self.ledger.text[match.end() : match.end() + 8])
        )
