"""References of a new table: "belongs to a child", "for each lesson", or the noun alone in a list of columns."""

import re

from agent.offline import regex
from agent.offline.reading.access import ROW_NOUNS
from agent.offline.reading.conventions import is_participle
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.tables.keys import EVIDENCE
from agent.offline.reading.tables.leftovers import refuse_beside
from agent.offline.reading.tables.outline import Chunk
from agent.offline.reading.tables.state import State
from agent.offline.reading.tables.subjects import traits_of_lead
from agent.offline.reading.tables.talk import HAVE
from agent.offline.reading.tables.ties import Tie, loose_tie, noun_for, noun_of, strong_tie, table_of
from agent.offline.words import singular, wordset


def without_relative(words: list[str], start: int) -> list[str]:
    """Without "(that) it grew out of" behind a reference, which says what the reference is."""
    text = " ".join(words[start:])
    said = r"(?:^| )(?:(?:that|which|who|whom) )?(?:it|they|he|she|we|the [a-z]+) (?:(?!is |are |must |may |can |should |cannot |not |never )[a-z]+ ){1,4}(?:of|for|from|in|with|to|by|at|on|about|it)$|(?:^| )(?:(?:that|which) )?it (?:(?:can|may) )?(?:awards?|gives?|grants?|brings?|earns?|uses?|trains?|unlocks?|offers?|carr(?:y|ies)|pays?|hands out)$"
    if_any = r"(?:^| )(?:if|when|where|whenever|in case) (?:there|it|they|any|one|the [a-z]+) (?:[a-z]+ ){0,3}(?:one|any|it|is|has)$"
    from_table = r"(?:^| )(?:from|in|out of|of) (?:the|our) (?:existing )?[a-z_]+(?: table)?(?= |$)"
    text = regex.sub(if_any, " optional", text)
    return [*words[:start], *regex.sub(from_table, "", regex.sub(said, "", text)).split()]


_LEADS_UP = HAVE | wordset(
    "must should shall it they a an the its their which what one each every our has have with is are "
    "be for to optional optionally nullable possibly perhaps required mandatory maybe also columns column fields field : and "
    "extra contains includes there can may could might award awards grant grants come comes carry use get earn give gives wear wears name names train trains"
)
"""Words before a table that say no more than that there is a reference to it."""


class References(State):
    def _tied(self, tie: Tie, words: list[str], group: bool | None) -> None:
        """Takes a reference and what is said of it."""
        left = [w for w in words[: tie.start] if w not in _LEADS_UP or w == ":"] + words[tie.end :]
        begun = len(left) - len(words[tie.end :])
        noun = noun_for(tie.noun, tie.table, self.schema)
        left = [w for w in left if w not in ("row", "rows", "where", "which", "that")]
        left = [
            w
            for w in without_relative(left, begun)
            if table_of(w.removesuffix("_id"), self.schema) != tie.table and w not in ("one", "1", "exactly")
        ]
        facts = self.facts(tuple(left))
        unique = EVIDENCE.search(" ".join(words)) and not self._ties_only(" ".join(words))
        required = (
            facts.traits.required
            if facts.traits.required is not None
            else (False if tie.optional else traits_of_lead(tuple(words[: tie.start])))
        )
        if required is None:
            required = group
        traits = facts.traits
        if traits.choices or traits.range or traits.format or traits.shape or traits.default is not None:
            raise Unclear(" ".join(self._shown(words)))
        if not unique:
            self._refuse_beside_tie(facts.left, " ".join(words))
        entry = self.body.tie(noun, tie.table, required=required)
        if "are" in left[:1] and self.mentioned and not self.mentioned[-1].traits:
            self.mentioned[-1].traits.required = required  # "the lesson and the badge are optional"
        if unique:
            self.keyed.append((words, entry))
        else:
            entry.traits.unique = entry.traits.unique or facts.traits.unique
        entry.traits.on_delete = entry.traits.on_delete or facts.traits.on_delete
        self.current = entry
        self.mentioned.append(entry)

    def _refuse_beside_tie(self, left: list[str], text: str) -> None:
        """Raises Unclear for words beside a reference that say something which is none of its facts."""
        refuse_beside(left, text, self.rows | self.names, self.ledger.quoted)

    def _tie(self, tie: Tie, *, required: bool | None, once: bool) -> None:
        self.body.tie(noun_for(tie.noun, tie.table, self.schema), tie.table, required=required, unique=once)

    def _bare_table(self, chunk: Chunk) -> Tie | None:
        """ "the child (required)", "lesson optional": a table and nothing else that names."""
        head = chunk.head
        for place, word in enumerate(head):
            noun = word.removesuffix("_id")
            alone = (
                len(head) == 1 and word not in ROW_NOUNS and self._is_table(word)
            )  # "favorite_lessons (child, lesson)"
            if word in _LEADS_UP or (word in self.rows and not alone):
                continue
            one_of = head[max(place - 3, 0) : place]
            if "one" in one_of and word in ("of", "our", "these", "those"):
                continue
            if not regex.fullmatch(r"[a-z_]+", word) or not (table := table_of(noun, self.schema)):
                return None
            if noun in self.schema.columns(table):
                return None  # an emotion is what a row of emotion_logs holds
            if word != singular(word) and not ("one" in one_of and "of" in one_of):
                return None
            may = bool(
                {"can", "may", "could", "might", "optionally", "nullable", "possibly", "perhaps"} & set(head[:place])
            )
            rest = head[place + 1 :]
            if rest and rest[0] in ("id",):
                return Tie(noun, table, place, place + 2, may)
            if rest and not regex.match(
                r"(?:\(|:|§|required|mandatory|optional\w*|obligatory|compulsory|needed|necessary|is|are|=|must|may|can|fk|foreign|references?|not|null\w*|unique|uuid|cannot|req|->|that|who|which|it|if|where|when|cascade|on|reference|from|out)$",
                rest[0],
            ):
                return None
            return Tie(noun, table, place, place + 1, may)
        return None

    def _is_row_subject(self, before: list[str]) -> bool:
        """Nothing but the row itself stands before: "a wish is always ..."."""
        plain = wordset(
            "a an the each every is are be being always only exactly and or also it they which that can may "
            "must will should just about belongs given meant made kept one strictly who own have has"
        )
        return all(w in plain or w in self.rows or is_participle(w) or not regex.match(r"[a-z§\d]", w) for w in before)

    def _ties_only(self, text: str) -> bool:
        """ "is for exactly one child" counts children, "one quest per child" counts rows."""
        words = text.split()
        tie = strong_tie(words, self.schema) or loose_tie(words, self.schema)
        if tie is None or "per" in words[tie.start : tie.end]:
            return False
        counted = [w for w in words[tie.start : tie.end] if w not in ("exactly", "one", "1", "single", "only", "just")]
        return not EVIDENCE.search(" ".join([*words[: tie.start], *counted, *words[tie.end :]]))

    def _pair(self) -> None:
        body = self.body
        pair = self.head.pair
        first, _, rest = self.head.name.partition("_")
        listed = f"{first}_id" in self.ledger.text and f"{singular(rest)}_id" not in self.ledger.text
        if (
            not pair
            and rest
            and not listed
            and (known := self.schema.table(first))
            and (other := self.schema.table(rest))
        ):
            pair = (known, other)
        if pair:
            body.junction = True
            for table in pair:
                body.tie(noun_of(table), table)

    def _name_parts(self, told: str) -> None:
        """Whether what the table's name begins with is spoken of as what its rows belong to."""
        first, _, rest = self.head.name.partition("_")
        tied = any(entry.tied for entry in self.body.entries)
        spoken = regex.search(
            rf"(?<![^ ])(?:each|every|a|an|one|per|the) {re.escape(singular(first))}(?! {re.escape(rest)}| {re.escape(singular(rest))})(?![^ ])",
            told,
        )
        nobody = regex.search(r" belongs? to (?:nobody|no one|no-one|anybody|anyone) ", self.ledger.text)
        self.body.of_its_name = (not tied or bool(spoken)) and not nobody
