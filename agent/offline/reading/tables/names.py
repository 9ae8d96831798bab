"""Whether the words of a chunk may name a column where they stand, or go on about the one before."""

import re
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.reading.access import ROW_NOUNS
from agent.offline.reading.conventions import Named, is_snake
from agent.offline.reading.entry import Entry
from agent.offline.reading.lexicon import COLUMN_WORDS
from agent.offline.reading.slots import bare_type
from agent.offline.reading.tables.outline import Chunk
from agent.offline.reading.tables.references import References
from agent.offline.reading.tables.subjects import Name, is_typed
from agent.offline.reading.tables.talk import HAVE, LEAD
from agent.offline.reading.tables.ties import loose_tie, strong_tie
from agent.offline.vocabulary import type_for
from agent.offline.words import singular, wordset

_ORDERS = wordset("we i they us need store save keep record track make create add log want let give")
_IMPERATIVE = wordset("the its give make keep please")
PLURAL_TYPES = frozenset(
    ["dates", "numbers", "integers", "texts", "booleans", "timestamps", "strings", "flags", "times"]
)
_CONTINUES = wordset(
    "which that who where whose is are must cannot may can should never not only always at from default "
    "defaults it starts begins normally initially usually automatically unless otherwise until has have max "
    "min maximum minimum between up no"
)
_OF_ALL = re.compile(r"[a-z]+s of (?:(?:the|our|all|your) )*[a-z]+$")
""" "It records the exercises of our children"."""
_NEEDS = ("optional", "required", "mandatory", "nullable")
_UNITS = frozenset(["percent", "percentage", "minutes", "seconds", "hours", "days", "cents", "points", "pages"])
_STANDARD = frozenset(["id", "created_at", "updated_at", "created", "updated", "timestamps"])


@dataclass(frozen=True)
class Place:
    """Where a chunk stands."""

    listed: bool = False
    """Columns are listed there."""
    group: bool | None = None
    """Whether the columns there are required: "optional: a, b"."""
    alone: bool = False
    """It is all of its item."""
    later: bool = False
    """It follows the first chunk of an item of its own."""
    rest: bool = False
    """What it follows is a column, so that it says more of it."""


class Names(References):
    def _has(self, chunk: Chunk, name: Name) -> bool:
        """It is a row that has it, or it is spelled as columns are."""
        before = set(chunk.words[: name.start])
        has = before & HAVE and before & {"it", *self.rows}
        return bool(is_snake(name.named.name) or has or (chunk.joint and self.mentioned))

    def _kept(self, chunk: Chunk, name: Name | None, place: Place) -> Name | None:
        """The name where the place of the chunk lets it name a column."""
        words = list(chunk.words)
        if name and (
            not (place.listed or self._introduced(chunk, name))
            or self._goes_on(chunk, name)
            or self._is_both(" ".join(words))
        ):
            name = None
        moment = name is not None and name.named.name.endswith("_at")  # "when it becomes available"
        if name and ((self._is_value(words[name.start : name.end]) and not moment) or self._is_unit(name, words)):
            name = None
        if name and not name.clause and _OF_ALL.match(" ".join(words[name.end - 1 :])):
            name = None if any(self._is_table(w) and w != singular(w) for w in words[name.end :]) else name
        snake = name is not None and is_snake(words[name.start])
        if name and place.later and name.clause and chunk.joint in (",", "–") and not set(words[: name.start]) & HAVE:
            name = None
        if name and place.rest and not snake and not self._paired(chunk, name) and not self._anew(chunk, name):
            name = None
        if (
            name
            and place.alone
            and not snake
            and not chunk.rest
            and not self._known(name)
            and not self._says_facts(Chunk(tuple(words[name.end :])))
        ):
            before = set(words[: name.start])
            if (before & _ORDERS and not name.clause) or not (before & HAVE or words[name.end :] == []):
                name = None
        led = name is not None and (not name.start or words[name.start - 1] in LEAD)
        if not led and (row := self._own_noun(chunk, place.listed)):
            return row
        if name is None or is_snake(words[name.start]):
            return name
        if "_" in name.named.name and self.head.name in words[name.start : name.end]:
            return None
        told = (
            chunk.rest[:1] in ((":",), ("(",)) and name.end == len(chunk.head) and self._says_facts(Chunk(chunk.rest))
        )
        own = name.named.name in self.rows - ROW_NOUNS and (place.listed or told)
        if (
            own
            and name.named.name != self.head.name
            and (chunk.rest or words[name.end :] or set(words[: name.start]) & HAVE)
        ):
            return name
        described = self._is_table(name.named.name) and self._is_described(words[name.end :])
        return None if self._is_row_word(name) and not described else name

    def _is_unit(self, name: Name, words: list[str]) -> bool:
        """ "mastery integer, percent so 0 to 100": what the number before is counted in."""
        said = words[name.end : name.end + 1]
        if self.current is not None and name.named.name in _UNITS and words[: name.start] == ["in"]:
            return True
        return (
            self.current is not None
            and (self.current.traits.type or self.current.named.type or "") in ("integer", "smallint", "bigint")
            and name.named.name in _UNITS
            and (not said or said in (["so"], [","], ["from"], ["between"], [":"]) or bool(regex.match(r"\d", said[0])))
        )

    def _is_value(self, words: list[str]) -> bool:
        """They are values of the column before."""
        return self.current is not None and bool(set(words) & {c.lower() for c in self.current.traits.choices})

    def _is_standard(self, name: Name, chunk: Chunk) -> bool:
        """A column that every table has."""
        return (name.named.name in _STANDARD and self._known(name) is None) or (
            name.named.name == "created_by" and "default" in chunk.words
        )

    def _goes_on(self, chunk: Chunk, name: Name) -> bool:
        """It says more of the column before: "which is optional", "a date that may be empty"."""
        words = chunk.words
        has = regex.search(rf"(?:^| )(?:{'|'.join(HAVE)})(?! to)(?: |$)", " ".join(words[: name.start]))
        if name.named.type == "timestamptz" and chunk.joint == "," and name.named.name not in words and self.current:
            spelled = self.current.named.name in self.ledger.text.split()
            return spelled and self.current.named.name.endswith(("_at", "_on")) and not self.current.traits
        if words[0] == "where" and self._known(name):
            return False
        if (
            words[0] in _CONTINUES
            and not name.clause
            and "_" not in name.named.name
            and not has
            and chunk.rest[:1] != (":",)
        ):
            return self.current is not None
        about = self.current
        bare = about is not None and {*chunk.head} <= {"a", "the", "text", about.tied and name.named.name}
        if about and bare and chunk.joint == "and" and (about.tied or not about.traits):
            return False  # "with a lesson and a text"
        if about and bare and chunk.words[:1] == ("a",) and about.traits.of_length:
            return False  # "a heading of 3 to 150 characters, a text"
        return bool(
            self.current
            and chunk.joint
            and not has
            and name.named.name in ("date", "time", "number", "text", "timestamp", "list", "string")
            and (
                words[name.start - 1 : name.start] in (("a",), ("an",), ("as",), ("of",))
                or self._is_its_type(name, words)
            )
        ) or bool(
            self.current
            and chunk.joint
            and words[0] in ("number", "date", "text", "timestamp")
            and len(words) > 1
            and not chunk.rest
            and not (self.current.traits.choices or self.current.traits.type or self.current.traits.range)
        )

    def _is_its_type(self, name: Name, words: tuple[str, ...]) -> bool:
        """ "ends_on, an optional date": the column before is one, by its name."""
        before = self.current.named.name if self.current and not self.current.traits.type else ""
        kind = bare_type(name.named.name)
        return (
            set(words[: name.start]) <= {"a", "an", "plain", "free", "short", "long", *_NEEDS}
            and kind is not None
            and kind == type_for(before)
        )

    def _paired(self, chunk: Chunk, name: Name) -> bool:
        """ "width and height : integers": a second name beside the first."""
        if chunk.rest[:1] == ("(",):
            return True
        return (
            chunk.joint in ("and", "+", "&", "/")
            and name.start == 0
            and not (self.current and self.current.traits)
            and not self._is_table(name.named.name)
        )

    def _anew(self, chunk: Chunk, name: Name) -> bool:
        """ "title required, max 80, note optional": a noun of its own, and facts of its own behind it."""
        if name.start and is_typed(chunk.words, name.start - 1):
            return True  # "a headline, json stats"
        after = Chunk(chunk.words[name.end :])
        if not after.words:
            if name.end - name.start == 2 and name.named.name.endswith(("_at", "_date")):
                return True  # "a required start time, an optional due time"
            return bool(self.current and self.current.traits and name.named.name in COLUMN_WORDS)
        return self._says_facts(after) and (name.named.type is None or name.clause)

    def _own_noun(self, chunk: Chunk, listed: bool) -> Name | None:
        """The row's noun as a column: "tag is required" of lesson tags."""
        words = chunk.words
        place = 1 if words[0] in ("the", "a", "an", "its", "each") else 0
        noun = singular(self.head.name.split("_")[-1])
        plain = place == 0 or words[0] == "the"
        said = listed or (plain and words[place + 1 : place + 2] in (("is",), ("should",), ("must",)))
        if words[place : place + 1] != (noun,) or not said:
            return None
        after = words[place + 1 :]
        if (
            not after
            or any(w in HAVE for w in after)
            or loose_tie(list(after), self.schema)
            or strong_tie(list(after), self.schema)
        ):
            return None
        facts = self.facts(after).traits
        described = (
            facts.choices or facts.range or facts.type or facts.required is not None or facts.default is not None
        )
        return Name(Named(noun), place, place + 1) if described else None

    def _introduced(self, chunk: Chunk, name: Name) -> bool:
        """Outside a list a column is named by an identifier, or by a predicate that only a column has."""
        words = list(chunk.words)
        if is_snake(name.named.name) and name.named.name in words:
            told = " " in self.ledger.quoted.get(name.named.name, "")  # "a "family journal"" is talk
            return not told or self._says_facts(Chunk(tuple(words[name.end :])))
        if self._known(name):
            return True
        if regex.search(r"\b(?:called|named|column|field)\b", " ".join(words)) and name.start:
            return True
        after = words[name.end :]
        if (
            (not after or self._says_facts(Chunk(tuple(after))))
            and {"also", "plus"} & set(words[: name.start])
            and name.start < 3
        ):
            return True  # "also place, text, optional"
        if (name.named.type and not (name.clause and name.named.type == "integer")) or name.named.user:
            return False
        return (
            bool(after)
            and (
                (
                    set(words[: name.start]) <= _IMPERATIVE
                    and len(after) < 12
                    and after[0] not in HAVE
                    and self._says_facts(Chunk(tuple(after)))
                )
                or after[0] in ("(", ":")
                or after[0].startswith("§")
                or (
                    after[0]
                    in (
                        "is",
                        "are",
                        "must",
                        "should",
                        "has",
                        "can",
                        "may",
                        "goes",
                        "from",
                        "between",
                        "of",
                        "starts",
                        "cannot",
                        "being",
                    )
                    and self._says_facts(Chunk(tuple(after)))
                    and len(chunk.head[: name.start]) < 4
                )
            )
            and not (self._is_table(name.named.name) and not self._is_described(after))
        )

    def _is_both(self, text: str) -> bool:
        if (
            regex.match(r"(?:which are )?(?:both|all|dates|integers|numbers|texts|booleans) ", text)
            and set(text.split()) & PLURAL_TYPES
            and len(self.mentioned) > 1
        ):
            return True
        return (
            bool(
                regex.match(
                    r"(?:which )?(?:(?:that|which) )?(?:are |both |all (?:of (?:them|these) )?|each )+(?:of them )?(?:(?:the )?(?:foreign )?(?:ids?|keys?|fks?|references?|columns|fields|sides|ends|links?) )?(?:are |is |must be |dates?|required|mandatory|obligatory|optional|needed|necessary|text|not null|points? (?:to|at)|refers? to|references?|whole|integers?|numbers?|booleans?|must|default)",
                    text,
                )
            )
            and len(self._meant()) > 1
        )

    def _meant(self) -> list[Entry]:
        """The columns that "both" and "all" may mean: those of the sentence, else the references of a join table."""
        if len(self.mentioned) > 1 or not self.body.junction:
            return self.mentioned
        return [entry for entry in self.body.entries if entry.tied]
