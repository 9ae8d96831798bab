"""The columns of a new table, chunk by chunk: which one it is about, and what it says of it."""

import re
from dataclasses import replace

from agent.offline import regex
from agent.offline.reading.access import ROW_NOUNS
from agent.offline.reading.conventions import Named, is_participle, is_snake
from agent.offline.reading.entry import Entry
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import FILLERS, NO_VALUE, OF_BOUNDS, SCHEMES, TYPED
from agent.offline.reading.slots import bare_type
from agent.offline.reading.tables.asides import without_reasons
from agent.offline.reading.tables.facts import not_empty_at_first
from agent.offline.reading.tables.keys import EVIDENCE, PER
from agent.offline.reading.tables.leftovers import refuse_beside
from agent.offline.reading.tables.names import PLURAL_TYPES, Names, Place
from agent.offline.reading.tables.outline import Chunk
from agent.offline.reading.tables.references import without_relative
from agent.offline.reading.tables.subjects import Name, traits_of_lead
from agent.offline.reading.tables.talk import HAVE, LEAD
from agent.offline.reading.tables.ties import Tie, loose_tie, strong_tie, table_of
from agent.offline.reading.traits import Traits
from agent.offline.vocabulary import type_for
from agent.offline.words import singular, wordset

_CASCADES = frozenset(["on", "delete", "deletes", "cascade", "cascades", "deleted", "too", "also"])
_EXPLAINS = re.compile(
    r"(?:(?P<row>it(?= [a-z]+ (?:if|whether) ))|it|which|that|this) (?:says?|tells?|shows?|means?|indicates?|records?) (?:us )?(?:if|whether|how|what|that|who|when)\b[^§\d]*$"
)
_EITHER = re.compile(
    r"(?:(?:[a-z]+ )*?(?:can be|is|are|either|be) |whether |if )?(?P<flag>(?!whether)[a-z]+) or (?:not|in)(?: ?(?P=flag))?$"
)
_BY_DEFAULT = re.compile(
    r"(?:(?:it|which|that) )?(?:is|are) (?!(?:on|off|true|false|empty|null|now|today) )(?P<flag>[a-z]+) by default$"
)
_MODAL = re.compile(
    r"\b(may|can|could|might|must|has to|have to|needs to)(?: also| always)? (?:have|contain|carry|include|bring|show|hold)\b"
)
_BECOMES = re.compile(
    r"\b(?:can|may|could|might) (?:[a-z]+ )?(?:be|become|turn|change)\b|\b(?:otherwise|others?|later|then|or)\b"
)
_OF_KEYS = re.compile(r"unique|once|per|each|only|same|one|twice|no|not|never|two|2|1")
_LIKE_IT = re.compile(
    r"(?:(?:is|are|has|with|exactly|just|the|goes?|for|:|\() )*(?:the )?(?:same(?: (?:thing|here|rules?|bounds|again|for (?:it|that)|as (?:that|this|above|before)))?|likewise|ditto)(?: \))?"
)
""" "Longest days: same thing", said of the column before."""
_ARTICLES = ("a", "an", "the", "its", "their", "one", "his", "her", "it", "them", "him")
_OF_WHICH = wordset("of it they he she when on at in for by until from we this")


class Columns(Names):
    def _chunk(self, chunk: Chunk, place: Place) -> bool:
        """Takes what a chunk says; false where it says nothing. Raises Unclear."""
        if cut := regex.match(r"(?:the )?(?:columns?|fields?)(?: are| is)? :(?= )", " ".join(chunk.words)):
            chunk = Chunk(chunk.words[len(cut[0].split()) :], chunk.joint)
        if chunk.words[0] in ("so", "therefore", "thus", "hence") and len(chunk.words) > 2:
            chunk = Chunk(chunk.words[1:], chunk.joint)
        text = " ".join(chunk.words)
        if self.current and self.current.tied and text in ("fk", "foreign key"):
            return True
        if told := _EXPLAINS.match(text):
            if told["row"] and not (self.current and self.current.may_be_flag):
                raise Unclear(text)
            return self.current is not None
        if set(chunk.words) <= _CASCADES:
            if self.current and self.current.tied:
                self.current.traits.merge(Traits(on_delete="cascade"))
            return True
        name = self._name(chunk)
        if self._reference(chunk, name, place) or self._flag(text, place.listed):
            return True
        name = self._kept(chunk, name, place)
        if name and (name.named.name == self.head.name or self._is_standard(name, chunk)):
            return True
        if name:
            self.spread = ()
            return self._named(chunk, name, place)
        if known := self._known_reference(chunk):
            return self._take(known, [w for w in chunk.words if singular(w) != singular(known.named.name)], chunk, None)
        if self._is_both(text):
            return self._spread(list(chunk.words))
        if self.spread and chunk.joint == "and":
            self.mentioned = [*self.mentioned, *self.spread]
            return self._spread(list(chunk.words) if len(self.spread) < 3 else ["all", *chunk.words])
        if regex.match(r"(?:only )?(?:unique|no duplicates?|pair)\b", text) or (
            EVIDENCE.search(text) and PER.search(text)
        ):
            pair = [entry for entry in self.mentioned[-2:] if entry.tied]
            if chunk.words in (("unique",), ("unique", "together")) and len(pair) == 2:  # "child and lesson, unique"
                self.keyed.append((["unique", pair[0].named.name, "and", pair[1].named.name], None))
                return True
            together = (
                self.body.junction
                or regex.search(r"\b(?:pair|combination|together)\b", text)
                or (not PER.search(text) and any(self._is_table(word) for word in chunk.words[1:]))
            )
            alone = self.current if regex.search(r"\b(?:unique|duplicates?)\b", text) and not together else None
            self.keyed.append((list(chunk.words), alone))
            return True
        if self.current is None:
            return self._loose(list(chunk.words))
        said = self.facts(chunk.words)
        if said.guessed and any(is_participle(word) for word in said.left):
            raise Unclear(text)  # "vaccine (required), given on a date"
        if not chunk.joint and said.traits and self._has_own_subject(said.left):
            raise Unclear(text)
        return self._take(self.current, list(chunk.words), chunk, None)

    def _has_own_subject(self, left: list[str]) -> bool:
        """What a sentence says is not of the column before: "every quest must be worth 5 to 10 points"."""
        own = {*self.current.named.name.split("_"), self.current.named.name} if self.current else set()
        return any(
            regex.fullmatch(r"[a-z_]{3,}", word)
            and word not in FILLERS | LEAD | NO_VALUE | OF_BOUNDS | own | ROW_NOUNS | {"leave", "blank"}
            for word in left
        )

    def _reference(self, chunk: Chunk, name: Name | None, place: Place) -> bool:
        """Takes a chunk that says what the rows belong to."""
        words = list(chunk.words)
        if words[0] in ("both", "all") and self._is_both(" ".join(words)):
            return False
        tie, bare = strong_tie(words, self.schema), self._bare_table(chunk)
        if tie and (name is None or name.start >= tie.start or self._is_row_word(name)):
            self._tied(tie, words, place.group)
            return True
        if (
            bare
            and not self._is_described(words[bare.end :])
            and (
                place.listed
                or place.alone
                or (chunk.joint and self.mentioned)
                or (bare.optional and set(words[:2]) & self.rows)
            )
        ):
            if tie and tie.table == bare.table and tie.start >= bare.end:
                words = [*words[: tie.start], *words[tie.end :]]  # "badge_id : nullable foreign key to badges"
            self._tied(bare, words, place.group)
            return True
        if asked := self._asked(words):
            self._tied(asked, words, place.group)
            return True
        if name and not (place.listed or self._introduced(chunk, name)):
            name = None
        weak = loose_tie(words, self.schema)
        if weak is None or (name and name.start < weak.start) or not self._is_row_subject(words[: weak.start]):
            return False
        goes_on = bool(set(words[weak.end : weak.end + 1]) & HAVE)  # "for children with a title"
        second = loose_tie(words[weak.end :], self.schema)
        goes_on = goes_on or bool(
            second
            and not second.start
            and words[weak.end] in ("for", "in", "on", "about", "to")
            and words[weak.end + 1] in ("a", "an", "one", "each")
        )  # "from a child for a lesson"
        if not goes_on and (self._is_described(words[weak.end :]) or self._is_talk(words[weak.end :])):
            return False
        self._tied(weak, words[: weak.end] if goes_on else words, place.group)
        if goes_on:
            self._chunk(Chunk(tuple(words[weak.end :])), Place(listed=True, group=place.group))
        return True

    def _asked(self, words: list[str]) -> Tie | None:
        """ "which kid got it", "which child the note is from"."""
        at = words.index("which") + 1 if "which" in words[:-1] else 0
        noun = words[at]
        table = table_of(noun, self.schema) if at and noun == singular(noun) else None
        if table is None or self._says_facts(Chunk(tuple(words[at:]))) or not set(words[: at - 1]) <= LEAD | {"where"}:
            return None
        return Tie(noun, table, at - 1, len(words), False)

    def _is_talk(self, words: list[str]) -> bool:
        """More words than are said of a reference, and none of them a fact."""
        return len(words) > 4 and not self.facts(words).traits and not EVIDENCE.search(" ".join(words))

    def _flag(self, text: str, listed: bool) -> bool:
        """Takes "can be active or not" and "is private by default"."""
        if flag := _EITHER.match(text):
            self.current = self._entry(Named(f"is_{flag['flag']}", "boolean"))
            return True
        if (
            listed
            and (flag := _BY_DEFAULT.match(text))
            and not (self.current and flag["flag"] in self.current.traits.choices)
        ):
            self._entry(Named(f"is_{flag['flag']}", "boolean")).traits.default = True
            return True
        return False

    def _known_reference(self, chunk: Chunk) -> Entry | None:
        """A reference that is there, of which the chunk says more: "the lesson is optional"."""
        name = self._name(chunk)
        if (
            name is None
            or name.named.name in self.rows
            or not self._is_row_word(name)
            or is_snake(chunk.words[name.start])
        ):
            return None
        return self.body.find(name.named.name) if self._says_facts(chunk) else None

    def _named(self, chunk: Chunk, name: Name, place: Place) -> bool:
        """Takes a chunk that names its column."""
        words = list(chunk.words)
        known = self._known(name)
        if known is None:
            _refuse_clause(chunk.head, name)
        required = traits_of_lead(chunk.head[: name.start])
        if modal := _MODAL.search(" ".join(chunk.head[: name.start])):
            required = modal[1] not in ("may", "can", "could", "might")
        typed = SCHEMES if name.clause else SCHEMES | TYPED | {"text"}
        opening = [w for w in words[: name.start] if w.startswith("§") or regex.match(r"\d", w) or w in typed]
        left = [
            *opening,
            *chunk.head[name.end :],
            *(w for w in chunk.rest if w != name.named.name or not (is_snake(w) or chunk.rest[1:3] == (w, ":"))),
        ]
        if known is None and self.current and not self.current.tied and _LIKE_IT.fullmatch(" ".join(left)):
            entry = self._new(name, [])
            entry.traits = replace(self.current.traits)
            self.current = entry
            self.mentioned.append(entry)
            return True
        if tie := strong_tie(words, self.schema):
            entry = known or self.body.tie(name.named.name.removesuffix("_id"), tie.table)
            entry.tied = tie.table
            left = without_relative([w for w in left if w not in words[tie.start : tie.end]], 0)
        elif name.named.user and (noun := next((w for w in left if self._is_table(w) and w == singular(w)), None)):
            entry = known or self._entry(name.named)
            entry.tied = table_of(noun, self.schema)
            left = [w for w in left if w != noun]
        else:
            if self.criteria and not (known or self._has(chunk, name) or self.facts(left).traits):
                raise Unclear(" ".join(words))
            entry = known or self._new(name, left)
        if entry.tied and self._is_described(left):
            raise Unclear(" ".join(words))
        if "hex" in words and regex.search(r"colou?r|hex", entry.named.name):
            left = [*(w for w in left if w not in ("hex", "value", "code")), "hex", "color"]
        return self._take(entry, left, chunk, place.group if required is None else required)

    def _take(self, entry: Entry, left: list[str], chunk: Chunk, required: bool | None) -> bool:
        """Gives a column what the words say; false where they say nothing. Raises Unclear for what they say besides."""
        text = " ".join(chunk.words)
        left = without_reasons(left)
        before = self.mentioned[-1] if self.mentioned else None
        shared = "both" in left or (chunk.joint == "and" and bool(set(left) & PLURAL_TYPES))
        if before and chunk.joint == "and" and left[:1] in (["as"], ["are"]):  # "rules and metadata are json"
            named = (type_for(before.named.name) or "").startswith("json")
            typed = left[0] == "are" and self.facts(left).traits.type is not None
            shared = shared or ("default" in left if named else typed)
        if shared and before and not before.traits and before is not entry:
            left = [w.removesuffix("s") if w in PLURAL_TYPES else w for w in left if w != "both"]
            before.traits.merge(replace(self.facts(left).traits, after=None, before=None))
        flag = (entry.named.name.removeprefix("is_"),) if entry.named.type == "boolean" else ()
        left = not_empty_at_first(entry, left)
        facts = self.facts(left, (*entry.traits.choices, *flag))
        traits, besides = facts.traits, facts.left
        if EVIDENCE.search(" ".join(left)) and (PER.search(" ".join(left)) or not traits.unique):
            self.keyed.append((left, entry))
            traits.unique, traits.unique_per = False, None
            besides = [w for w in besides if not _OF_KEYS.fullmatch(w) and not self._noun(w)]
        if traits.required is None:
            traits.required = required
        if self.all_json and not (traits.type or entry.traits.type or entry.tied):
            traits.type = "jsonb"
        self._refuse_beside(besides, text)
        if not traits and left == list(chunk.words):
            return False
        if entry.named.user and (
            "name" in left
            or replace(traits, required=None, unique=False, type=None)
            or traits.type not in (None, "uuid")
        ):
            entry.named = Named(entry.named.name)
        if entry.tied and (traits.range or traits.choices or traits.format or traits.shape):
            raise Unclear(text)
        traits.type = None if entry.tied and traits.type == "uuid" else traits.type
        begun = entry.traits.default if entry.traits.default is not None else traits.default
        if traits.choices and isinstance(begun, str) and begun not in traits.choices and _BECOMES.search(text):
            traits.choices = (begun, *traits.choices)
        entry.traits.merge(traits)
        self.current = entry
        self.mentioned.append(entry)
        return True

    def _refuse_beside(self, left: list[str], text: str) -> None:
        """Raises Unclear for words beside a column's facts that say something which none of them is."""
        refuse_beside(left, text, self.rows, self.ledger.quoted)

    def _entry(self, named: Named) -> Entry:
        known = next((e for e in self.body.entries if e.named.name == named.name), None)
        if known is None:
            known = Entry(named)
            self.body.entries.append(known)
        return known

    def _new(self, name: Name, left: list[str]) -> Entry:
        named = name.named
        stem = named.name.removesuffix("_id")
        table = table_of(stem, self.schema) if named.name != stem or stem == singular(stem) else None
        if table and not self._is_described(left):
            return self.body.tie(stem, table)
        return self._entry(named)

    def _spread(self, words: list[str]) -> bool:
        """ "both required" of the two before; "all" of the sentence's."""
        meant = self._meant()
        entries = meant[-2:] if "both" in words or words[0] in PLURAL_TYPES else meant
        self.spread = tuple(entries)
        tie = strong_tie(words, self.schema)
        for entry in entries if tie else ():
            entry.tied = tie.table if tie else None
            entry.named = Named(entry.named.name.removesuffix("_id"))
        for entry in entries:
            said = tuple(
                w.removesuffix("s") if w in PLURAL_TYPES else w for w in words if w not in ("both", "all", "are")
            )
            facts = self.facts(not_empty_at_first(entry, list(said)))
            if entry.tied:
                facts.traits.type = None
            entry.traits.merge(facts.traits)
        return True

    def _loose(self, words: list[str]) -> bool:
        """Facts without a column: of nothing that is known. Raises Unclear where they weigh something."""
        traits = self.facts(tuple(words)).traits
        if traits and traits != Traits(required=traits.required, type=traits.type):
            raise Unclear(" ".join(self._shown(words)))
        return False


def _refuse_clause(head: tuple[str, ...], name: Name) -> None:
    """Raises Unclear where the words of a name are a clause: "a child earns a badge", "each letter", "the date it fell out".

    Or a name with values behind it, of which nothing says where they begin: "instrument piano or drums".
    """
    if name.clause or name.named.user or any(is_snake(word) for word in head[name.start : name.end]):
        return
    before, after = head[: name.start], head[name.end :]
    verb = name.end - name.start > 1 and after[:1] and after[0] in _ARTICLES and not bare_type(" ".join(after[1:2]))
    rows = before[-1:] in (("each",), ("every",))
    bare = bare_type(name.named.name) and after[1:] and after[0] in _OF_WHICH and not regex.match(r"\d|§", after[1])
    values = after[:1] == ("or",)
    if verb or rows or bare or values:
        raise Unclear(" ".join(head))
