"""Sentences of a table that is described in any build: access, keys and indexes first, then columns, stretch by stretch."""

import re
from dataclasses import replace
from itertools import pairwise

from agent.offline import regex
from agent.offline.description import NewTable
from agent.offline.reading.access import take_access
from agent.offline.reading.access_words import is_all_access
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import COLUMN_WORDS
from agent.offline.reading.tables.asides import apart
from agent.offline.reading.tables.freely.columns import Told, demanded, named
from agent.offline.reading.tables.freely.lists import lists_of_values
from agent.offline.reading.tables.freely.mentions import DETERMINERS, Mention
from agent.offline.reading.tables.freely.smoothed import smoothed
from agent.offline.reading.tables.freely.speech import KEEPS, PLAIN
from agent.offline.reading.tables.items import joined
from agent.offline.reading.tables.leftovers import refuse_background
from agent.offline.reading.tables.outline import Chunk, Sentence
from agent.offline.reading.tables.read import Reading, ungherkined
from agent.offline.reading.tables.times import spelled
from agent.offline.reading.tables.values import Values
from agent.offline.words import wordset

_TYPES = {
    "texts": "text",
    "strings": "text",
    "numbers": "integer",
    "integers": "integer",
    "json": "jsonb",
    "dates": "date",
    "booleans": "boolean",
    "flags": "boolean",
    "timestamps": "timestamptz",
}
"""What a label says of the columns behind it: "json : requirements, metadata"."""
_INDEX = re.compile(r"\bind(?:ex|exes|exed|ices)\b(?<!\bno index)")
_MAY_REACH = re.compile(
    r" (?:can|may|could|must|should|shall|able to|allowed to|permitted to|cannot)(?: only| also| not| never| always| be)* "
    r"(?:read|see|seen|view|viewed|select|edit|edited|update|write|insert|delete|remove|access|manage|look)(?: |ed )"
)
"""Who may reach rows, in words that are not understood."""
_MAY = wordset("may can could might is are")
_MAKE = re.compile(
    r"(?:please |so |and )*(?:create|make|build|introduce|set up|add|link|store|give us) (?:an?|the|another|one) |(?:and )?(?:the |its )?(?:fields|columns|attributes) (?:are|is) "
)
_CONDITION = re.compile(
    r"(?:when|whenever|if|once|as soon as|every time|each time) (?!last |first |next )(?:(?:an?|the|each|every|our|their) )?[a-z]+ [a-z]+(?!.*§)(?!.*\d)"
)
""" "When a child picks up a skill, the level starts at 1"."""
_ASKED = re.compile(r"(?:and )?(?:what|who|how|when|where|whose|which|why)(?: [a-z]+){1,6}")
""" "How it is going :", a heading in a line."""
_OF_COLUMNS = KEEPS | wordset(
    "column field attribute attributes property properties following times dates moments timestamps texts checks rules constraints limits"
)
_KEEP_IT = wordset(
    "so and please also keep store save record remember that this the time date moment too as well it them those"
)
_PEOPLE = wordset("parents parent children users families kids people members")
_ARE = (("is", "the"), ("is", "a"), ("is",), ("are", "the"), ("is", "its"))
_COMPARES = ("than", "after", "before", "past", "exceed", "<", ">", "<=", ">=")


class Freely(Told, Reading):
    def read(self) -> tuple[NewTable, tuple[str, ...]]:
        made = super().read()
        labels = {label.lower() for entry in self.body.entries for label in entry.traits.choices}
        for left, text in self.besides:
            if labels & set(left):
                raise Unclear(text)  # what is so of completed rows only
        return made

    def _rewritten(self, text: str, nouns: str) -> str:
        return spelled(apart(smoothed(text)), nouns)

    def _sentence(self, sentence: Sentence) -> None:
        if sentence.heading:
            super()._sentence(sentence)
            return
        words = ungherkined(sentence.words)
        self.values, self.mentioned, self.typed, self.forward = sentence.values, [], None, None
        if self.head.name in words and not self._is_said_of_rows(words):
            at, listing = self._place(words), self.listing
            comma = words[at + 1 : at + 2] == [","]
            words = self._behind_headline(words)
            self.listing = listing if comma else self.listing
        sentence.words = words
        if sentence.bullet and sentence.first:
            self.current = None
        listing = sentence.bullet or self.listing
        items = sentence.items if words else []
        for place, item in enumerate(items):
            listing = self._told(item, listing=listing or (place > 0 and bool(KEEPS & set(items[0]))))

    def _told(self, words: list[str], *, listing: bool) -> bool:
        """Takes what stands between two semicolons; true where it lists columns. Raises Unclear."""
        if is_all_access(words, self.rows):
            take_access(words, self.said, self.rows)
            return listing
        if _INDEX.search(" ".join(words)):
            words = self._indexed(" ".join(words))
        words, labelled = self._behind_label(self._with_values(words))
        found = self._chunks(words)
        listing = listing or labelled or (labelled is not None and len(found) > 1)
        if found and self._is_key(" ".join(words), found):
            self.keyed.append((words, None))
            return listing
        self.bare, self.unheard, self.tentative, self.taken = [], [], None, False
        facts = reached = 0
        for place, chunk in enumerate(found):
            if place >= reached and self._is_access(found[place:], listing):
                ordered = (n for n in range(place + 1, len(found)) if _MAKE.match(" ".join(found[n].words)))
                reached = next(ordered, len(found))
                spoken = joined(found[place:reached])
                take_access(spoken[spoken[0] in ("where", "whereby", "so") :], self.said, self.rows)
                self.taken = True
            text = " ".join(chunk.words)
            if place < reached or (not (place or listing) and _is_clause(found) and _CONDITION.match(text)):
                continue
            if may := _MAY_REACH.search(f" {text} "):
                raise Unclear(may[0])
            facts += self._stretch(chunk)
        self._refuse_unheard(words, found, taken=listing or bool(facts))
        return listing

    def _refuse_unheard(self, words: list[str], found: list[Chunk], *, taken: bool) -> None:
        """Raises Unclear for columns that nothing announces, and for words that were not understood beside columns."""
        said = {word for chunk in found for word in chunk.words}
        begun = " ".join(words[:4])
        early = bool(begun) and not self._named_before and self.head.name in self.ledger.text.partition(begun)[2]
        if taken or (said & KEEPS and not said & _PEOPLE and not early):
            if self.unheard:
                raise Unclear(self.unheard[0])
        elif self.bare:
            raise Unclear(" ".join(words))
        elif self.unheard and (demanded(said) or self._may_be(words)):
            raise Unclear(self.unheard[0])
        elif found and not self.taken and not said <= _KEEP_IT:
            refuse_background(words, self.rows, self.names | self._column_names(), self.ledger.quoted)

    def _may_be(self, words: list[str]) -> bool:
        """ "Drawings may be framed", "a drawing is private if ..."."""
        subjects = self.rows | {"it", "they", "that", "this", "those", "these"}
        return any(word in subjects and after in _MAY for word, after in pairwise(words))

    def _with_values(self, words: list[str]) -> list[str]:
        text = " ".join(words)
        for start, end, labels in lists_of_values(text, self.rows):
            if not any(label in PLAIN or label in COLUMN_WORDS or self._is_table(label) for label in labels):
                token = f"§{len(self.values)}"
                names = (self.ledger.quoted.get(label, self.ledger.cased.get(label, label)) for label in labels)
                self.values[token] = Values(tuple(names), words=tuple(text[start:end].split()))
                text = text[:start] + token + text[end:]
        return text.split()

    def _behind_label(self, words: list[str]) -> tuple[list[str], bool | None]:
        """Without a label of plain words, and whether it announces columns: "two fields have fixed values : type ...".

        None where there is no label.
        """
        at = words.index(":") if ":" in words else 0
        before = words[:at]
        if at and _ASKED.fullmatch(" ".join(before)) and self._mentions(tuple(words[at + 1 :])):
            return words[at + 1 :], None
        if not at or "(" in before or self._mentions(tuple(before)) or regex.search(r"§|\d\d|[6-90]", " ".join(before)):
            return words, None
        self.typed = next((kind for word, kind in _TYPES.items() if word in before), None)
        return words[at + 1 :], self.typed is not None or bool(_OF_COLUMNS & set(before))

    def _stretch(self, chunk: Chunk) -> bool:
        """Takes what a chunk says of the columns that it mentions; true where it says a fact. Raises Unclear."""
        words = chunk.words
        mentions = self._mentions(words)
        while len(mentions) > 1 and self._leads_to(words, mentions[0], mentions[1]):
            shift = mentions[0].end
            words = words[shift:]
            mentions = [replace(m, start=m.start - shift, end=m.end - shift) for m in mentions[1:]]
        self.whole = words
        self._refuse_labels(words, mentions)
        mentions = [m for n, m in enumerate(mentions) if not n or not _is_compared(words, m)]
        of_moment = self.current and self.current.named.name.endswith("_at")
        if not (mentions or of_moment) and _KEEP_IT.issuperset(words) and {"time", "date", "moment"} & set(words):
            raise Unclear(" ".join(words))  # "so record that time"
        if not mentions:
            return not _KEEP_IT.issuperset(words) and self._more(chunk)
        cuts = [0, *(_cut(words, m) for m in mentions[1:]), len(words)]
        facts = False
        for mention, low, high in zip(mentions, cuts, cuts[1:], strict=False):
            facts = self._of_column(Chunk(words[low:high], chunk.joint), mention, low) or facts
        return facts

    def _leads_to(self, words: tuple[str, ...], first: Mention, second: Mention) -> bool:
        """It is said on the way to a column: "its address goes into an icon url", "how far it got is the progress"."""
        between = words[first.end : second.start]
        if first.clause and between in _ARE:
            return True
        if first.named is None or self._known(named(first)) or self._is_written(words[first.start]):
            return False
        if (
            between[-1:] == (":",)
            and self._is_written(words[second.start])
            and set(between) <= {"column", "field", ":"}
        ):
            return True  # "url column : icon_url"
        plain = not replace(self.facts(between).traits, required=None)
        return plain and bool({"into", "as", "called", "named"} & set(between))

    def _refuse_labels(self, words: tuple[str, ...], mentions: list[Mention]) -> None:
        """Raises Unclear for "as agreed with the team : belongs to a child"."""
        if len(mentions) > 1 and mentions[0].named and not mentions[0].clause:
            between = words[mentions[0].end : mentions[1].start]
            if ":" in between and not replace(self.facts(between).traits, required=None):
                raise Unclear(" ".join(words))


def _is_clause(found: list[Chunk]) -> bool:
    """What follows the first chunk is a sentence of its own."""
    return len(found) > 1 and found[1].joint == ","


def _is_compared(words: tuple[str, ...], mention: Mention) -> bool:
    """ "Later than the start time"."""
    bare = [word for word in words[: mention.start] if word not in DETERMINERS]
    return bool(bare) and bare[-1] in _COMPARES


def _cut(words: tuple[str, ...], mention: Mention) -> int:
    """Where the words for a mention begin."""
    start = mention.start
    while start and words[start - 1] in ("a", "an", "the", "its", "optional", "required", "and", "with", "of", "for"):
        start -= 1
    return start
