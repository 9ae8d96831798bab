"""Items of a sentence: what of it is about keys, indexes, access, or columns, and where a list of columns begins."""

import re
from dataclasses import replace

from agent.offline import regex
from agent.offline.reading.access import ROW_NOUNS, speaks_of_access, take_access
from agent.offline.reading.access_words import VERB, is_all_access
from agent.offline.reading.conventions import is_participle, is_snake
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import COLUMN_WORDS
from agent.offline.reading.tables.columns import Columns
from agent.offline.reading.tables.keys import EVIDENCE, PER
from agent.offline.reading.tables.leftovers import refuse_background
from agent.offline.reading.tables.names import Place
from agent.offline.reading.tables.outline import Chunk, chunks, split
from agent.offline.reading.tables.talk import HAVE, LEAD, NO_COLUMN
from agent.offline.reading.tables.ties import loose_tie
from agent.offline.words import wordset

_KINDS = {("text",), ("date",), ("number",), ("time",), ("boolean",), ("integer",), ("timestamp",)}
_SERVED = re.compile(
    r"(?:^|(?<= ))(?:(?:the|an?|reverse|quick|fast|we|also|for) )*(?:look-?ups?|look up|quer(?:y|ies|ying)|search(?:es|ing)?|find(?:ing)?|list(?:s|ing)?|sort(?:s|ing|ed)?|filter(?:s|ing)?|order(?:ing|ed)?) (?:[a-z_]+ ){0,3}?(?:by|on|of|for|via) [^.;]*?(?:(?:needs?|wants?|gets?|has|have|uses?|must|should|to|be|is|are) )*$"
)
"""What an index is for, where that is said before it: "reverse lookup by skill needs an index"."""
_US = wordset("we i us you row rows where table")
_NOTHING = wordset("with id why whole minutes no default nothing else more none and has have : then so")
_NAMES = re.compile(
    rf"(?:(?:the|an?|its|optional|optionally) )+(?:time|date|day|moment|timestamp|{'|'.join(COLUMN_WORDS)})\b"
)
""" "The time at which ..." names a column, whatever follows."""
_INDEX = re.compile(r"\bind(?:ex|exes|exed|ices)\b")


class Items(Columns):
    def _item(self, words: list[str], listing: bool, *, itemised: bool, several: bool) -> bool:
        """True where it lists columns, as the next one does then."""
        text = " ".join(words)
        if is_all_access(words, self.rows):
            take_access(words, self.said, self.rows)
            return listing
        if _INDEX.search(text) and not regex.search(r"\bno index\b", text):
            words = self._indexed(text)
            if not words:
                return listing
            text = " ".join(words)
        found = self._chunks(words)
        if self._is_key(text, found):
            behind = words[words.index(":") + 1 :] if ":" in words else []
            whole = not EVIDENCE.search(" ".join(behind)) or EVIDENCE.search(text.partition(" :")[0])
            self.keyed.append((words if whole else behind, None))
            return listing
        words, led = self._behind_colon(words, listing)
        if led:
            listing = True
            text = " ".join(words)
            found = self._chunks(words)
        if cut := regex.match(
            r"(?:(?:[a-z]+ ){0,4}?(?:with|has|have|needs?|contains?|includes?|stores?|in it|need|of)|columns?|fields?)(?: (?:are|is|the following|following|these))* :(?= )",
            text,
        ):
            subject = [w for w in cut[0].split()[:-1] if w not in LEAD and w not in self.rows]
            if not subject or subject == [self.head.name]:
                words, listing = words[len(cut[0].split()) :], True
                text = " ".join(words)
                found = self._chunks(words)
        if len(found) > 2 and found[1].words in _KINDS and self._name(found[2]) is None and self._says_facts(found[2]):
            itemised = True  # "also place, text, optional"
        group, listed = self.group, listing
        lead = regex.match(
            r"(?:(?:the|following|these|next|other|fields?|columns?|ones|are|is|all) )*(optional|required|mandatory|obligatory|compulsory|nullable|necessary|needed)(?: fields?| columns?| ones?| are| is| the| following)* :",
            text,
        )
        if lead:
            group = lead[1] not in ("optional", "nullable")
            found = self._chunks(words[len(lead[0].split()) :])
            listed = True
        for place, chunk in enumerate(found):
            if self._is_access(found[place:], listed):
                take_access(joined(found[place:]), self.said, self.rows)
                return listing
            listed = listed or self._leads(chunk) or (place == 0 and (self._share(found) or self._opens(found)))
            bound = not any(w in HAVE for w in found[0].head) or several
            rest = itemised and place > 0 and self.current is not None and not self.current.tied and bound
            begun = self.begun
            before = replace(begun.traits) if begun else None
            done = self._chunk(chunk, Place(listed, group, len(found) == 1, itemised and place > 0 and bound, rest))
            if self.passed and begun and done and begun.traits != before and begun.named.name not in chunk.words:
                raise Unclear(text)  # it goes on about what was not understood
            if not done:
                self.passed = True
                if listed and not self._is_aside(chunk):
                    raise Unclear(" ".join(chunk.words))
                refuse_background(list(chunk.words), self.rows, self.names | self._column_names(), self.ledger.quoted)
            if done and place and not listed and (name := self._name(found[place - 1])):
                bare = not name.start and name.end == len(found[place - 1].words) and not self._known(name)
                if bare and not self._is_row_word(name):
                    raise Unclear(" ".join(found[place - 1].words))  # "nothing fancy, place name, price (optional)"
            listed = listed or (done and self.current is not None)
        return listing

    def _share(self, found: list[Chunk]) -> bool:
        """ "Rules and extras are json": two bare names with one type."""
        if len(found) < 2 or len(found[0].words) > 1 or found[1].joint != "and" or found[1].words[1:2] != ("are",):
            return False
        return self._name(found[0]) is not None and self.facts(found[1].words[1:]).traits.type is not None

    def _opens(self, found: list[Chunk]) -> bool:
        """ "Vaccine name, given on (date), dose number starting at 1": a bare name, and columns behind it."""
        names = [self._name(chunk) for chunk in found[:3]]
        if len(names) < 3 or any(name is None or name.start or self._is_row_word(name) for name in names):
            return False
        ends = [name.end for name in names if name]
        return ends[0] == len(found[0].words) and all(
            end == len(chunk.head) or self._says_facts(Chunk(chunk.words[end:]))
            for end, chunk in zip(ends, found, strict=False)
        )

    def _is_aside(self, chunk: Chunk) -> bool:
        """It stands where columns are listed and is none: it speaks of a table, of the rows or of us."""
        if _NAMES.match(" ".join(chunk.words)) or (self._leads(chunk) and len(chunk.rest) > 1):
            return False
        words = set(chunk.words)
        spoken = words & (self.rows - ROW_NOUNS | _US) or any(map(self._is_table, words))
        return (
            bool(spoken)
            or chunk.joint == "–"
            or words <= _NOTHING
            or (chunk.rest[:1] == (":",) and not self._says_facts(Chunk(chunk.rest[1:])))
        )

    def _indexed(self, text: str) -> list[str]:
        """Takes what is said of an index; gives back the words before it."""
        match = regex.search(
            r"(?:(?:and|with|plus|also|please|an?|put|add|create|is|are|be|partial|conditional|composite|combined|compound|multi-column|simple|plain|separate|btree) )*\bind(?:ex|exes|exed|ices)\b.*$",
            text,
        )
        assert match
        before, said = text[: match.start()].strip(" ,"), match[0].split()
        if served := _SERVED.search(f"{before} "):
            self.indexed.append([*served[0].split(), *said])
            return before[: served.start()].strip(" ,").split()
        if regex.fullmatch(r"(?:(?:and|also|is|are|be) )*indexed", match[0]):
            said = [*before.split(" , ")[-1].split()[:1], *said]  # "lesson_id -> lessons , indexed"
        self.indexed.append(said)
        return before.split()

    def _behind_colon(self, words: list[str], listing: bool) -> tuple[list[str], bool]:
        """ "for each child : minutes, pages": what stands before the colon only leads up to a list."""
        if (
            ":" not in words
            or "(" in words[: words.index(":")]
            or any(w.startswith("§") for w in words[: words.index(":")])
        ):
            return words, False
        at = words.index(":")
        before, after = words[:at], words[at + 1 :]
        if regex.match(
            r"(?:the |all |only )*(?:parents?|members?|users?|owners?|everyone|everybody|nobody|reading|writing|reads?|writes?|select|insert|update|delete)\b",
            " ".join(before),
        ):
            return words, False
        if before == ["append-only"]:
            take_access(before, self.said, self.rows)
            return after, True
        if not self._named_before and self.head.start > self.ledger.text.find(" ".join(before)) >= 0:
            return words, False  # the table is named further down
        tie = loose_tie(before, self.schema)
        prose = tie or set(before) & (self.rows | HAVE) or len(before) > 4
        if after[:1] and after[0].startswith("§"):
            return words, False
        if not before:
            return after, True
        if before[-2:-1] in (["a"], ["an"]) and set(before) & HAVE and before[-1] not in self.rows | NO_COLUMN:
            return words, False  # "it contains a body : required"
        named = is_snake(before[-1]) or before[:-1] in (["last"], ["first"], ["next"])
        if not (listing or self.listing or named) and is_participle(before[-1]):
            prose = True
        if (
            not prose
            or not after
            or regex.search(r"_", regex.sub(self.head.name, "", " ".join(before)))
            or before[0] in ("optional", "required")
        ):
            return words, False
        if len(before) == 1 or (
            "," in before
            and not set(before[-2:]) & {"columns", "fields", "has", "with"}
            and not speaks_of_access(before, self.rows)
        ):
            return words, False
        if speaks_of_access(before, self.rows):
            spoken = [p for p in split(before, frozenset(",")) if speaks_of_access(p, self.rows)]
            for part in spoken:
                take_access(part, self.said, self.rows)
        elif tie:
            self._tied(tie, before, None)
        self.current = self.current if tie else None
        return after, True

    def _chunks(self, words: list[str]) -> list[Chunk]:
        """Chunks, with "per child and day" in one."""
        out: list[Chunk] = []
        for chunk in chunks(words):
            bare = len(chunk.words) < 4 and all(
                w in ("the", "a", "each", "one", "every", "same", "per", "for", "in", "of", "day", "date")
                or self._noun(w)
                or any(w in before.head[:3] for before in out)
                for w in chunk.words
            )
            last = out[-1] if out else None
            if last and bare and last.words[:1] == ("unique",) and chunk.joint in ("and", "+", "&"):
                out[-1] = Chunk((*last.words, "and", *chunk.words), last.joint)  # "unique child + lesson"
                continue
            if last and regex.search(r" (?:twice|again)$", " ".join(("", *chunk.words))) and len(chunk.words) < 4:
                out[-1] = Chunk((*last.words, "and", *chunk.words), last.joint)  # "the same vaccine and dose twice"
                continue
            bare = (
                bare
                or self.body.find(" ".join(chunk.words)) is not None
                or (len(chunk.words) == 1 and regex.fullmatch(r"[a-z]+", chunk.words[0]) is not None)
            )
            if (
                last
                and bare
                and chunk.joint in ("and", "+", "&", ",")
                and EVIDENCE.search(" ".join(last.words))
                and PER.search(" ".join(last.words))
            ):
                out[-1] = Chunk((*last.words, "and", *chunk.words), last.joint)
            else:
                out.append(chunk)
        return out

    def _is_key(self, text: str, found: list[Chunk]) -> bool:
        """It says what is unique together, and defines no column."""
        if not EVIDENCE.search(text) or self._ties_only(text):
            return False
        if any(word.startswith("§") for word in text.split()):
            return False
        if regex.match(
            r"(?:the |a )?(?:unique (?:on|:|\(|key|constraint|together|index)|unique(?:ness)? constraint|primary key|pk)",
            text,
        ):
            return True
        if len(found) > 1 and not regex.search(r"\b(?:twice|same|pair|combination|together|(?:two|2) times)\b", text):
            return False
        return not any(self._defines(chunk) for chunk in found)

    def _defines(self, chunk: Chunk) -> bool:
        """It names a column that is not there yet, or says of one what is no key."""
        bare = self._bare_table(chunk)
        if bare and len(chunk.words) < 3:
            return self.body.find(bare.noun) is None
        name = self._name(chunk)
        if name is None or self._is_row_word(name) or self._known(name):
            return False
        words = list(chunk.words)
        return name.named.name in words or bool(self._leads(chunk)) or self._says_facts(Chunk(tuple(words[name.end :])))

    def _is_access(self, found: list[Chunk], listed: bool) -> bool:
        first = found[0]
        words = list(first.words)
        text = " ".join(words)
        if any(w.startswith("§") for w in words) or regex.search(r"\b\d", text):
            return False
        if any(is_snake(w) and not w.startswith("service_") and w not in self.rows for w in words):
            return False
        name = self._name(first)
        if (
            name
            and listed
            and name.start < 3
            and not regex.match(
                r"(?:the |an? |each |all |any |only )*(?:parents?|members?|users?|owners?|service|backend|server|every|reading|read|writ|insert|select|no|not|never|rows)",
                text,
            )
            and (first.rest or regex.match(r"(?:the|a|an|its)$", words[0]))
            and not regex.search(r"\b(?:can|may)\b", text)
        ):
            return False
        if speaks_of_access(words, self.rows):
            return True
        if regex.fullmatch(rf"(?:(?:rls|polic(?:y|ies)|access|grant|give|allow|permit) )?(?:{VERB})|read-only", text):
            return speaks_of_access(joined(found), self.rows)  # "inserting, updating and deleting stay with the server"
        if regex.match(
            r"(?:the |all |every |owner |signed-in |any |only )*(?:parents?|members?|users?|owners?|everyone|everybody|nobody|anyone|rows|entries|they)\b|"
            rf".* (?:can|may|must|should)(?: only| not| never)* be (?:{VERB})$",
            text,
        ):
            whole = joined(found)
            return speaks_of_access(whole, self.rows) and not any(w.startswith("§") for w in whole)
        return False

    def _leads(self, chunk: Chunk) -> bool:
        """It says that columns follow: the table or a row has them."""
        head = chunk.head
        for place, word in enumerate(head):
            if word in HAVE and head[place + 1 : place + 2] != ("to",):
                subject = [w for w in head[:place] if regex.match(r"[a-z]", w)]
                if (
                    word in ("has", "have", "needs", "gets")
                    and set(subject) & {"we", "i", "they"}
                    and chunk.rest[:1] != (":",)
                ):
                    return False
                named = {*self.rows, *self.body.noun.split("_")}
                return all(w in named or w in LEAD for w in subject) or self.head.name in subject
            if word in ("give", "gives") and set(head[place + 1 : place + 2]) <= self.rows - ROW_NOUNS | {"it", "them"}:
                return len(head) > place + 1
            if word in ("columns", "fields", "there", "attributes"):
                return True
        return False


def joined(found: list[Chunk]) -> list[str]:
    words: list[str] = []
    for chunk in found:
        words += [chunk.joint, *chunk.words] if chunk.joint and words else chunk.words
    return words
