"""Where columns are mentioned, anywhere in a stretch of words: by an identifier, by a noun, by a clause of time."""

import re
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.reading.access import ROW_NOUNS
from agent.offline.reading.clauses import read_clause
from agent.offline.reading.conventions import Named, is_participle, is_snake, standard
from agent.offline.reading.entry import Entry
from agent.offline.reading.lexicon import CHOICE_NOUNS, COLUMN_WORDS, NEVER_NAMES
from agent.offline.reading.naming import named
from agent.offline.reading.slots import bare_type
from agent.offline.reading.tables.freely.speech import CLOSED, PLAIN, SPEECH
from agent.offline.reading.tables.state import State
from agent.offline.reading.tables.subjects import COUNTED
from agent.offline.reading.tables.ties import Tie, loose_tie, strong_tie, table_of
from agent.offline.words import singular, wordset

_PLURAL_CHOICES = {noun for noun in CHOICE_NOUNS if singular(noun) != noun}
_BEHIND_DONE = wordset("from out against among between with for of to as in into within under")
_NAMING = (COLUMN_WORDS | CHOICE_NOUNS | {"name", "type", "kind", "notes"}) - wordset(
    "label value option choice enum labels values options choices types kinds statuses levels states relation relationship"
)
"""Nouns that may stand alone for a column, whatever else they mean."""
_OPENER = r"(?:(?:the|a|an) )?(?:(?:(?:last|first|next) )?(?:time|date and time|date|datetime|timestamp|moment|point in time|day) (?:(?:when|that|at which|in which|on which|where|from which|until which|after which|by which|of when|of) )?|when )"
_CLAUSE = re.compile(rf"{_OPENER}(?:it|they|he|she|an?|the|each|this|last|its|one|becoming|being)?")
DETERMINERS = wordset("both either a an the its their our my your this that these those each every any new own")
_OF_TIME = wordset("time date moment timestamp datetime")
_GENERIC = (("url",), ("link",), ("address",), ("text",), ("hex",))
_BE = ("is", "are", "be", "gets")
_GOES_ON = (("(",), (",",), ("and",))
_PRESENT = ("current", "actual", "present")
_TIME = (("time",), ("date",), ("timestamp",), ("moment",), ("day",))
_MODIFIERS = wordset("start end first last next current previous total minimum maximum min max main home")
"""What may begin a name before a noun, whatever else it means."""
_LEADING = wordset(
    "cover contact support display share order page app website screen job family room key map item user work group track stop place issue"
)
"""What may do so behind an article."""
_HEADS = wordset("list log book sheet plan card code")
""" "A wish list", whatever a wish is."""
_AS_JSON = re.compile(r"(?:is |are )?(?:stored |kept |saved )?as (?:an? )?jsonb?(?![^ ])")
_DONE = wordset("cut hit shut")
_TELLING = wordset("name names state states note notes score scores rank ranks label labels title titles")
_SINGLE = wordset("title description name caption comment message body email url headline subtitle summary")
_UNITS = wordset(
    "percent percentage minutes seconds hours days weeks months years cents points pages euros dollars stars"
)
_GERUNDS = wordset("rating meaning heading spelling setting ranking building meeting reading training drawing greeting")
_VERBAL = wordset("a an the when whether how that it")
"""What stands behind a noun that is a verb there: "notes when it was unlocked"."""


@dataclass(frozen=True)
class Mention:
    start: int
    """Words of the stretch before it."""
    end: int
    named: Named | None = None
    tie: Tie | None = None
    clause: bool = False
    """It is told by a clause, which a name in brackets behind it outdoes."""


class Mentions(State):
    def _mentions(self, words: tuple[str, ...]) -> list[Mention]:
        """From left to right; names in brackets behind a name or clause take its place."""
        found: list[Mention] = []
        tie = strong_tie(list(words), self.schema) or loose_tie(list(words), self.schema)
        place, depth = 0, 0
        while place < len(words):
            word = words[place]
            depth += (word == "(") - (word == ")")
            mention = None
            if tie and tie.start <= place < tie.end:
                place, mention = tie.end, Mention(tie.start, tie.end, tie=tie)
            elif regex.match(r"[a-z]", word):
                mention = self._at(words, place)
                place = mention.end if mention else place + 1
            else:
                place += 1
            if mention is None:
                continue
            if depth and found and self._renames(words, found[-1], mention):
                found[-1] = Mention(found[-1].start, mention.end, mention.named or found[-1].named, found[-1].tie)
            elif not found or not (depth or self._belongs(words, found[-1], mention)):
                found.append(mention)
        return found

    def _belongs(self, words: tuple[str, ...], before: Mention, mention: Mention) -> bool:
        """It is part of what stands before it: "a parent's profile", "image_url , an https url"."""
        if before.tie and mention.tie:
            return before.end == mention.start
        if before.named and before.named.name.endswith("_id") and mention.tie:
            return True  # "badge_id : foreign key to badges"
        if mention.tie and before.named and not before.clause:  # "the level in a skill lies between ..."
            between = [word for word in words[before.end : mention.start] if word not in DETERMINERS]
            return between in ([], ["in"], ["of"], ["for"], ["with"], ["at"]) and any(
                entry.tied == mention.tie.table for entry in self.body.entries
            )
        return words[mention.start : mention.end] in _GENERIC

    def _renames(self, words: tuple[str, ...], before: Mention, inner: Mention) -> bool:
        """ "when it expires (expires_at)", "what kind it is (quest type : ...)"."""
        small = ("a", "an", "the", "as", "column", "field", "call", "called", "named", "stored", "in", "it")
        between = [word for word in words[before.end : inner.start] if word not in small and not word.startswith("§")]
        bracketed = between == ["("]
        written = inner.named is not None and is_snake(words[inner.start])
        if inner.named and inner.named.name in ("level", "scale"):
            return False  # "how proficient they are ( level 1 to 5 )"
        labelled = words[inner.end : inner.end + 1] == (":",)
        return bracketed and (written or before.clause or labelled)

    def _at(self, words: tuple[str, ...], place: int) -> Mention | None:
        """The mention that begins there."""
        word = words[place]
        if is_snake(word):
            if word in self.rows or word == self.head.name:
                return None
            return Mention(place, place + 1, Named(word, user=bool(regex.fullmatch(r"[a-z]+(?:ed|en|wn)_by", word))))
        if clause := self._clause_at(words, place):
            return clause
        before, after = words[place - 1] if place else "", words[place + 1 : place + 2]
        if (
            word in _TELLING
            and after
            and after[0] in DETERMINERS
            and (before in self.rows or before in ("it", "they", "which"))
        ):
            return None  # "its rows name the child"
        counted = place > 0 and (bool(regex.match(r"-?\d", before)) or before in ("in", "of", "integer"))
        told = before in ("is", "be", "gets") or (before == "are" and words[place + 1 : place + 2] not in _GOES_ON)
        told = told and "there" not in words[:place] and not {"columns", "fields", "attributes"} & set(words[:place])
        done = word in _DONE or (told and word not in _NAMING)
        if (
            before == "to"
            or (before in ("it", "he", "she") and word.endswith("s") and word not in _NAMING)
            or (done and before in _BE)
            or (word in _PRESENT and words[place + 1 : place + 2] in _TIME)
            or (word in _UNITS and counted)
        ):
            return None  # "to win", "it awards", "are cut", "1 to 120 minutes"
        if self.current and word in self._labels(self.current):
            return None
        if word in self.rows and not (after and self._begins_name(words, place + 1)):
            return None
        if table_of(word, self.schema) and not (
            after and self._begins_name(words, place + 1) and not is_participle(after[0])
        ):
            if word != singular(word) or word in ROW_NOUNS:
                return None
            table = table_of(word, self.schema)
            return Mention(place, place + 1, tie=Tie(word, table or "", place, place + 1, False))
        if counted_name := COUNTED.match(" ".join(words[place:])):
            return Mention(place, place + 2, Named(counted_name[0].replace(" ", "_"), "integer"))
        modified = (
            bool(after)
            and (word in _MODIFIERS or (bool(before) and (word in _LEADING or (word in SPEECH and after[0] in _HEADS))))
            and (not before or before in DETERMINERS or before in ("optional", "required"))
        )
        if not self._begins_name(words, place) and not (
            modified and (after[0] in _HEADS or self._begins_name(words, place + 1))
        ):
            return None
        end = place + 1
        while end < len(words) and end - place < 4 and self._continues(words, end):
            end += 1
        while end - place > 1 and words[end - 1] in ("value", "field", "column"):
            end -= 1
        run = words[place:end]
        if len(run) == 1 and (bare_type(word) or word in _OF_TIME) and word not in _NAMING:
            return None
        if (
            len(run) == 1
            and word in ("note", "notes", "label", "labels", "titles", "names", "scores", "ranks")
            and before not in DETERMINERS
            and after
            and after[0] in _VERBAL
        ):
            return None
        if self.rows & set(run[1:]):
            return None  # "completed quests"
        if run in _GENERIC and self.current and self.current.named.name.endswith(f"_{word}"):
            return None
        if len(run) == 1 and is_participle(word) and standard(word) == word and not self._describes(words, end):
            return None
        made = named([self._single(run, w, n) for n, w in enumerate(run)], self.body.noun)
        if made is None and len(run) == 1 and word not in NEVER_NAMES and regex.fullmatch(r"[a-z][a-z0-9]+", word):
            made = Named(standard(word, self.body.noun))
        if made is None and modified:
            made = Named("_".join(run))
        return Mention(place, end, made) if made else None

    def _describes(self, words: tuple[str, ...], end: int) -> bool:
        """What stands behind a participle describes a column of that name: "completed (boolean)"."""
        return bool(regex.match(r"[(:]|boolean|flag|yes-no|bool|timestamp", " ".join(words[end : end + 1])))

    def _single(self, run: tuple[str, ...], word: str, place: int) -> str:
        """ "titles" of a title that is known, "quest types" of a type."""
        if place + 1 < len(run) or singular(word) == word:
            return word
        single = "_".join((*run[:-1], singular(word)))
        known = self.body.find(single) or self.body.find(singular(word))
        return singular(word) if known or singular(word) in CHOICE_NOUNS | _SINGLE else word

    def _labels(self, entry: Entry) -> set[str]:
        return {label.lower() for label in entry.traits.choices}

    def _begins_name(self, words: tuple[str, ...], place: int) -> bool:
        """The word may begin a name."""
        word = words[place]
        if not regex.fullmatch(r"[a-z][a-z0-9-]*", word) or is_snake(word):
            return False
        if word in _NAMING or (
            word in ("label", "option", "choice") and words[max(0, place - 1)] in ("a", "an", "its")
        ):
            return True
        if word == "hex":
            return False
        if word in SPEECH and word.endswith("s") and _AS_JSON.match(" ".join(words[place + 1 : place + 5])):
            return True  # "stops as a json list"
        if word in ("last", "first", "next"):
            return is_participle(words[place + 1]) if place + 1 < len(words) else False
        doing = word.endswith("ing") and word not in _GERUNDS and len(word) > 4
        return word not in PLAIN and word not in CLOSED and not doing and not regex.search(r"[a-z]{3}ly$", word)

    def _continues(self, words: tuple[str, ...], place: int) -> bool:
        """The word may stand inside a name."""
        word, before = words[place], words[place - 1]
        if word == "from":
            return before == "available"
        if before in _PLURAL_CHOICES or (is_participle(word) and set(words[place + 1 : place + 2]) & _BEHIND_DONE):
            return False  # "one of the types x and y", "a type drawn from ..."
        if word == "by" and words[place + 1 : place + 2] and regex.match("[a-z]", words[place + 1]):
            return False
        if word in ("start", "end"):
            return words[place + 1 : place + 2] in _TIME
        if word in ("at", "on", "by"):
            return (is_participle(before) or before.endswith("s")) and not (
                place + 1 < len(words) and regex.match(r"\d|[a-z]", words[place + 1]) and words[place + 1] not in PLAIN
            )
        if word in _OF_TIME:
            return True
        if word in ("of",):
            return (
                before in ("date", "place", "level", "kind", "name")
                and place + 1 < len(words)
                and self._begins_name(words, place + 1)
            )
        return self._begins_name(words, place) or word in (
            "number",
            "count",
            "value",
            "list",
            "text",
            "link",
            "address",
            "type",
        )

    def _clause_at(self, words: tuple[str, ...], place: int) -> Mention | None:
        """ "when it was unlocked", "the time at which it expires"."""
        text = " ".join(words[place:])
        if not (
            _CLAUSE.match(text)
            or regex.match(
                r"whether (?:it|they|the|an?) |how (?!many characters|long (?:it|the))[a-z]+ |(?:number|count|list|set|collection|date|url|link) (?:of|to|for) (?!the (?:row|quest))",
                text,
            )
        ):
            return None
        stops = [
            n
            for n in range(place + 2, len(words))
            if regex.match(r"[(:§\d]|must$|should$|may$|can$|defaults?$|optional|required|nullable", words[n])
        ]
        end = stops[0] if stops else len(words)
        for stop in range(end, place + 1, -1):
            if found := read_clause(" ".join(words[place:stop]), self.body.noun):
                return Mention(place, stop, found, clause=True)
        return None
