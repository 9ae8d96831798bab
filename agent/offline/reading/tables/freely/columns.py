"""What a stretch says of the column that it mentions, or of the one before; words that are neither fact nor speech."""

import re
from collections.abc import Iterable
from dataclasses import replace

from agent.offline import regex
from agent.offline.reading.access import ROW_NOUNS
from agent.offline.reading.access_words import DO
from agent.offline.reading.conventions import is_participle, is_snake
from agent.offline.reading.entry import Entry
from agent.offline.reading.headline import Headline
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import CHARGED, CHOICE_NOUNS
from agent.offline.reading.tables.freely.mentions import DETERMINERS, Mention, Mentions
from agent.offline.reading.tables.freely.speech import KEEPS, PLAIN, SPEECH
from agent.offline.reading.tables.items import Items
from agent.offline.reading.tables.keys import EVIDENCE
from agent.offline.reading.tables.leftovers import orders
from agent.offline.reading.tables.outline import Chunk
from agent.offline.reading.tables.subjects import Name
from agent.offline.reading.tables.ties import strong_tie
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema
from agent.offline.vocabulary import type_for
from agent.offline.words import singular, wordset

RULES = wordset("must cannot not never no should shall impossible unless without than")
"""Words of a sentence that demands something."""
_VERBAL = wordset("notes note names name marks mark titles scores states state shows")
"""Nouns of columns that are verbs before a clause, or before what they hold."""
_PREPOSITIONS = wordset(
    "since during like in on of for from by at to into per about under over within through between among"
)
_LEADS = KEEPS | wordset("there also optional optionally required following besides are is what which")
_BESIDE_TYPES = wordset(
    "there a an the is are as which that it of plain short long free just simple be should must ( ) , kind in for and too"
)
_OF_TIES = wordset("fk foreign references referencing refers pointing")
_PERHAPS = wordset("optionally maybe perhaps possibly")
_ALIKE = wordset("likewise ditto same twice again duplicate duplicates share shares sharing")
_COMMON = wordset(
    "rule rules check checks option options choice choices label value values part parts item items limit limits range form fact facts word words "
    "term terms home key job page issue ticket set object condition constraint match matches mapping relation relationship"
)
"""Nouns of common speech that may be columns, where they stand alone."""
_RELATIVES = wordset("which that so it this where whose namely")
_ASKING = wordset("when where who how why")
_ORDERED = re.compile(
    r"encrypt|hash|sort|trim|truncat|comput|generat|calculat|encod|lowercas|uppercas|validat|sync|hid|mask|index|cach|version|translat|"
    r"locali|increment|decrement|archiv|copi|copy|schedul|trigger|notif|email|send|expir"
)
"""Participles that are orders of their own."""
_DOING = re.compile(r"(?!need|bleed|seed|speed|feed|breed)[a-z]{3,}(?:ed|ing)")
_AS_LIST = re.compile(r"(?<!always )(?<!must )(?:is|are|being|as) (?:an? )?(?:list|array)$")
_MODAL = re.compile(r"(?:^| )(?:can|may|could|might) (?:also |optionally )?(?!be )(?:[a-z]+)(?: [a-z]+)?$")
_FORMER = re.compile(
    r"(?:and |of which |with )*the (former|latter|first(?: one)?|last(?: one)?|second(?: one)?)(?: of (?:them|these|which))? "
)
_PASSING = wordset(
    "only not once when if where until otherwise after before later again same default required optional"
)
"""Words of weight that may stand beside facts, where the last look finds out what they change."""


def demanded(words: Iterable[str]) -> frozenset[str]:
    """What they demand with, where it is not only that a row should have something."""
    held = RULES & set(words)
    return frozenset() if held <= {"must", "should", "shall"} and KEEPS & set(words) else held


class Told(Items, Mentions):
    def __init__(self, ledger: Ledger, schema: Schema, head: Headline) -> None:
        super().__init__(ledger, schema, head)
        self.typed: str | None = None
        """The type that a label gives the columns behind it."""
        self.forward: bool | None = None
        """Whether the next column is required, where that is said before it."""
        self.bare: list[Mention] = []
        """New columns of the item of which nothing is said."""
        self.unheard: list[str] = []
        """Stretches of the item that were not understood."""
        self.tentative: Name | None = None
        """What may be a column, where more is said of it."""
        self.taken = False
        """Something of the item was understood."""
        self.whole: tuple[str, ...] = ()
        """The stretch that a mention stands in."""
        self.besides: list[tuple[list[str], str]] = []
        """Words that are no facts, and the stretches that they stand in."""

    def _of_column(self, chunk: Chunk, mention: Mention, low: int) -> bool:
        """Takes what a stretch says of a mention; `low` is where in the chunk it begins. True where it is a fact."""
        self.taken = True
        words = list(chunk.words)
        start, end = mention.start - low, mention.end - low
        if mention.tie is not None:
            tie = mention.tie
            if _ALIKE & set(words) or {"not", "never"} & set(words[:start]):
                raise Unclear(" ".join(words))  # "the same child cannot have two", "not to a child"
            sides = [entry.tied for entry in self.body.entries] if self.body.junction else []
            if tie.noun == singular(tie.noun) or tie.table not in sides:
                optional = tie.optional or _is_modal(words[:start])
                group = self.group if self.forward is None else self.forward
                self._tied(replace(tie, start=start, end=end, optional=optional), words, group)
                self.forward = None
            return False
        name = named(mention)
        if name.named.name == self.head.name or self._is_standard(name, chunk):
            return False
        before = words[:start]
        if mention.clause and before and is_participle(before[-1]) and before[-1] not in KEEPS:
            raise Unclear(" ".join(words))  # "it is shown when it starts"
        known = self._known(name) or self._by_its_end(name, before)
        if before and before[-1] in _VERBAL and (mention.clause or len(before) > 1):
            before = before[:-1]  # "and notes when it was unlocked"
        before = [word for word in before if word not in ("on", "off", "restrict")]
        left = [word for word in (*before, *words[end:]) if word != ":"]
        if _is_modal(words[:start]):
            left.append("optional")
        behind = strong_tie(words, self.schema)
        if behind and behind.start >= end and self._known(name) is None:
            known = self.body.tie(name.named.name.removesuffix("_id"), behind.table)  # "badge_id (points to badges)"
            left = [word for word in left if word not in words[behind.start : behind.end]]
        left = self._of_same_unit(left)
        if _ALIKE & set(left):
            raise Unclear(" ".join(words))  # "gems likewise"
        if "hex" in left and regex.search(r"colou?r", name.named.name):
            left = [*(word for word in left if word not in ("hex", "value", "code")), "hex", "color"]
        said = self.facts(left)
        if known is None and not replace(said.traits, required=None):
            alone = not said.traits or RULES & set(said.left)
            if alone or (demanded(self.whole) and len(self.whole) > len(words)):
                if [word for word in before if word not in DETERMINERS] == ["for"] and end == len(words):
                    return False  # "for motivation , it has ..."
                if self._is_aside_of(words, start, end, mention):
                    self.unheard.append(" ".join(words))
                    self.tentative = name
                    return False
                self.bare.append(mention)
        self._give(known or self._new(name, left), left, chunk)
        return bool(said.traits) or self._is_written(words[start])

    def _of_same_unit(self, left: list[str]) -> list[str]:
        """ "Limit titles to 200 characters and descriptions to 1000"."""
        bound = left[-1] if left[:-1] in ([], ["to"], ["up", "to"]) and left else ""
        before = self.mentioned[-1].traits if self.mentioned else Traits()
        return ["at", "most", bound, "characters"] if regex.fullmatch(r"\d+", bound) and before.of_length else left

    def _is_written(self, word: str) -> bool:
        """It is a name with underscores, and no words in quotes."""
        return is_snake(word) and " " not in self.ledger.quoted.get(word, "")

    def _by_its_end(self, name: Name, before: list[str]) -> Entry | None:
        """ "That level", of the proficiency level."""
        if before[-1:] not in (["that"], ["this"], ["the"], ["its"]) and name.named.name not in CHOICE_NOUNS:
            return None
        found = [e for e in self.body.entries if e.named.name.endswith(f"_{name.named.name}")]
        if len(found) > 1:
            raise Unclear(f"which of {' and '.join(entry.named.name for entry in found)} {name.named.name} is")
        return found[0] if len(found) == 1 else None

    def _is_aside_of(self, words: list[str], start: int, end: int, mention: Mention) -> bool:
        """Nothing is said of it, and it stands where no column does: "in our app", "piano or drums"."""
        before = [word for word in self.whole[: mention.start] if word not in DETERMINERS]
        if mention.clause:
            return False
        if "when" in before:
            return True  # a moment that was not read
        if demanded(self.whole) or (words[end : end + 1] == ["of"] and not self.rows & set(words[end + 1 : end + 3])):
            return True
        if is_snake(words[start]):
            return False
        if set(words[end : end + 1]) & (SPEECH - KEEPS | {"it", "them"}):
            return True  # "the coaches asked"
        if "or" in words or (before and before[-1] in _PREPOSITIONS and not (before == ["for"] and not words[end:])):
            return True
        return bool(before) and not (self.rows | _LEADS) & set(before)

    def _give(self, entry: Entry, left: list[str], chunk: Chunk) -> None:
        """Raises Unclear for words that are neither facts nor speech."""
        if not entry.tied and _OF_TIES & set(left):
            raise Unclear(" ".join(chunk.words))
        self._take(entry, left, chunk, self.group if self.forward is None else self.forward)
        self.forward = None
        self.current = entry
        if self.typed == "jsonb" and entry.traits.type == "text[]":
            entry.traits.type = "json list"
        if self.typed and not (entry.traits.type or entry.named.type or entry.tied):
            entry.traits.type = self.typed

    def _more(self, chunk: Chunk) -> bool:
        """Takes what is said of the column before; talk where it says nothing. Raises Unclear."""
        words, text = chunk.words, " ".join(chunk.words)
        meant = _FORMER.match(text)
        if meant and len(self.mentioned) > 1:
            self.current = self.mentioned[{"former": -2, "first": 0, "second": 1}.get(meant[1].split()[0], -1)]
        current = self.current
        if current and not current.tied and _OF_TIES & set(words):
            raise Unclear(text)
        kind = (current.traits.type or type_for(current.named.name) or "") if current else ""
        if self._is_both(text):
            return self._spread(list(words))
        ties = [entry for entry in self.mentioned[-2:] if entry.tied]
        if words in (("unique",), ("unique", "together")) and len(ties) == 2:
            self.keyed.append((["unique", ties[0].named.name, "and", ties[1].named.name], None))
            return True
        if current and kind.startswith("json") and _AS_LIST.search(text):
            current.traits.type = "json list"
            return True
        said = self.facts(words, current.traits.choices if current else ())
        if current and current.traits.choices and said.traits.default in ("first", "former"):
            said.traits.default = current.traits.choices[0]  # "the first being the default"
            current.traits.merge(said.traits)
            return True
        if said.guessed and not chunk.joint and words[0] == "there":
            self.typed = said.traits.type  # "there are texts , the title and ..."
            return False
        first = chunk.joint == "" and _PERHAPS.issuperset(words)
        if (first or chunk.joint == "and") and said.traits == Traits(required=False) and not said.left:
            self.forward = False  # "a title and, if available, an icon"
            return False
        if said.guessed and replace(said.traits, type=None) == Traits() and current is None:
            return False
        if not said.traits:
            self._nothing(words)
            return False
        if self._is_of_rows(words, said.traits):
            return True
        if said.guessed and not set(said.left) <= _BESIDE_TYPES:
            raise Unclear(" ".join(self._shown(list(words))))
        if self.tentative and words[0] in _RELATIVES:
            self.unheard.pop()
            current, self.tentative = self._new(self.tentative, []), None
        if current is None and said.traits == Traits(required=said.traits.required):
            return False  # "such a table is needed"
        if current is None:
            raise Unclear(" ".join(self._shown(list(words))))
        self.bare = [mention for mention in self.bare if mention.named != current.named]
        return self._take(current, list(words), chunk, None)

    def _nothing(self, words: tuple[str, ...]) -> None:
        """Keeps words that say no fact, to be refused where columns stand beside them. Raises Unclear."""
        text = " ".join(words)
        self.besides.append((list(words), text))
        if EVIDENCE.search(text) or (words[0] in DO and words[0].endswith("ing") and self.rows.issuperset(words[1:])):
            raise Unclear(text)  # "adding notes"
        plain = all(self._is_speech(word) and (word in PLAIN or not is_participle(word)) for word in words)
        alone = len([word for word in words if word not in DETERMINERS]) == 1 or words[-2:-1] in (("a",), ("an",))
        begun = len(words) > 1 and words[0] in ("a", "an", "the", "its") and words[1] in _COMMON
        if (
            words[0] in ("if", "unless")
            or words[-1] in _ASKING
            or not plain
            or begun
            or (alone and words[-1] in _COMMON)
        ):
            self.unheard.append(text)

    def _is_of_rows(self, words: tuple[str, ...], traits: Traits) -> bool:
        """Takes "a new quest starts as available". Raises Unclear for other facts about rows: "a quest is daily or weekly"."""
        subject = [word for word in words[:3] if word not in DETERMINERS][:1]
        if not (set(subject) & (self.rows - ROW_NOUNS) and replace(traits, required=None)):
            return False
        begun = [e for e in self.body.entries if traits.default in e.traits.choices and not traits.choices]
        if len(begun) != 1:
            raise Unclear(" ".join(self._shown(list(words))))
        begun[0].traits.merge(Traits(default=traits.default))
        return True

    def _refuse_beside(self, left: list[str], text: str) -> None:
        self.besides.append((left, text))
        if {"instead", "rather"} & set(left) or orders(" ".join(word for word in left if word not in _PASSING)):
            raise Unclear(text)
        if "§" in text and any(is_participle(word) and word not in PLAIN for word in left):
            raise Unclear(text)  # "( available , which is the default , active or completed )"
        for word in (word.strip(STRUCK) for word in left):
            if (word in CHARGED and word not in _PASSING) or regex.search(r"\d", word) or not self._is_speech(word):
                raise Unclear(text)

    def _refuse_beside_tie(self, left: list[str], text: str) -> None:
        self._refuse_beside(left, text)

    def _is_speech(self, word: str) -> bool:
        """It says nothing by itself."""
        return (
            word in PLAIN
            or word in self.rows
            or word in ("kind", "type", "sort")
            or is_participle(word)
            or self._is_table(word)
            or not regex.match("[a-z]", word)
            or bool(_DOING.fullmatch(word) and not _ORDERED.match(word))
        )


def named(mention: Mention) -> Name:
    """Of a mention that is no reference."""
    assert mention.named
    return Name(mention.named, mention.start, mention.end, clause=mention.clause)


def _is_modal(before: list[str]) -> bool:
    """ "Can carry an (icon url)"."""
    return bool(_MODAL.search(" ".join(word for word in before if word not in ("a", "an", "the"))))
