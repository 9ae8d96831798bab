"""A new table while its request is read: what is known of it, and what its words mean."""

from agent.offline import regex
from agent.offline.reading.access import ROW_NOUNS
from agent.offline.reading.access_walk import Said
from agent.offline.reading.body import Body
from agent.offline.reading.entry import Entry
from agent.offline.reading.headline import Headline
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.tables.facts import Read, read_facts
from agent.offline.reading.tables.outline import Chunk
from agent.offline.reading.tables.subjects import Name, name_in
from agent.offline.reading.tables.ties import table_of
from agent.offline.reading.tables.values import Values
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema
from agent.offline.words import singular, wordset

_JOINED = wordset("link links pair pairs combination connection connections association associations")
"""What the rows of a join table are called."""

_SIGNS = ((">=",), ("<=",), (">",), ("<",))


class State:
    """The table as far as it was read; the columns of the sentence, and what the words before were about."""

    def __init__(self, ledger: Ledger, schema: Schema, head: Headline) -> None:
        self.ledger, self.schema, self.head = ledger, schema, head
        self.body = Body(schema, head.name)
        noun = self.body.noun
        last = head.name.split("_")[-1]
        nouns = {
            head.name,
            head.name.removesuffix("s"),
            noun,
            last,
            singular(last),
            *(noun.split("_")[-1:]),
            noun.replace("_", " "),
        }
        if marked := regex.match(r"([a-z]{3,}?)(e?)d_", head.name):  # a bookmark is a row of bookmarked_lessons
            nouns |= {marked[1], f"{marked[1]}e", f"{marked[1]}s"} - {"e"}
        nouns |= {regex.sub(r"(?<=[a-z]{2})or(?=s|i|$|[ _]|ed)", "our", n) for n in nouns}
        nouns |= {word for word in ledger.text.split() if "-" in word and word.replace("-", "") in nouns}
        joins = head.pair or ledger.find(
            r"(?:join|junction|link|linking|bridge|mapping|association|many-to-many) table"
        )
        self.rows = frozenset(nouns | ROW_NOUNS - _JOINED | (_JOINED if joins else frozenset()))
        self.names = frozenset(n for t in schema.tables for n in (t.split(".")[-1], singular(t.split(".")[-1])))
        self.current: Entry | None = None
        self.group: bool | None = None
        self.listing = False
        self._named_before = False
        """The table has been introduced."""
        self.criteria = False
        """The lines tell how it is checked: words that describe no column name none."""
        self.begun: Entry | None = None
        """The column that the sentence before was about."""
        self.passed = False
        """Words of the sentence were not understood."""
        self.mentioned: list[Entry] = []
        """The columns of the sentence."""
        self.spread: tuple[Entry, ...] = ()
        """The columns that the chunk before was about, where it was about several."""
        self.all_json = False
        """The sentence lists columns of JSON."""
        self.values: dict[str, Values] = {}
        """Lists of values of the sentence, by their token."""
        self.keyed: list[tuple[list[str], Entry | None]] = []
        self.indexed: list[list[str]] = []
        self.said = self.body.said = Said()

    def facts(self, words: tuple[str, ...] | list[str], known: tuple[str, ...] = ()) -> Read:
        """Raises Unclear."""
        return read_facts(tuple(words), self.values, self.ledger.quoted, known)

    def _is_table(self, word: str) -> bool:
        return table_of(word, self.schema) is not None

    def _noun(self, word: str) -> bool:
        return self._is_table(word) or self.body.resolve(word) is not None

    def _is_row_word(self, name: Name) -> bool:
        word = name.named.name
        return word in self.rows or self._is_table(word)

    def _name(self, chunk: Chunk) -> Name | None:
        name = name_in(chunk.head, chunk.rest, self.body.noun, self.rows)
        words = chunk.words
        if name and ({*words[: name.start]} & {"the", "that", "this"} or words[name.end : name.end + 1] in _SIGNS):
            last = [e for e in self.body.entries if e.named.name.endswith(f"_{name.named.name}")]
            if last and words[name.end :] and self.body.find(name.named.name) is None:
                if (
                    len(last) > 1
                    and not chunk.joint
                    and words[name.end] in ("must", "is", "has", "can", "cannot", "should")
                ):
                    raise Unclear(" ".join(words))  # "the score" of a start score and an end score
                name.named = last[0].named if len(last) == 1 else name.named  # "a proficiency level ... the level"
        return name

    def _known(self, name: Name) -> Entry | None:
        wanted = name.named.name
        exact = next((e for e in self.body.entries if e.named.name == wanted), None)
        if exact or wanted in ("name", "type"):
            return exact
        told = regex.sub(r"ed_at$", "s_at", wanted)  # the end time is ends_at, where there is one
        spelled = f" {wanted} " in self.ledger.text
        return self.body.find(wanted) or (None if spelled or told == wanted else self.body.find(told))

    def _says_facts(self, chunk: Chunk) -> bool:
        try:
            facts = self.facts(chunk.words)
            return bool(facts.traits) and not (
                facts.guessed and facts.traits == Traits(type=facts.traits.type) and len(chunk.words) > 2
            )
        except Unclear:
            return True

    def _is_described(self, words: list[str]) -> bool:
        """They say what is said of a value, not of a reference."""
        traits = self.facts(tuple(words)).traits
        return bool(
            traits.choices
            or traits.range
            or traits.format
            or traits.shape
            or traits.type not in (None, "uuid")
            or traits.default is not None
        )

    def _shown(self, words: list[str]) -> list[str]:
        return [shown for w in words for shown in (self.values[w].words if w in self.values else (w,))]

    def _column_names(self) -> frozenset[str]:
        return frozenset(e.named.name for e in self.body.entries)
