"""Columns as a list tells them: which words name one, and which facts stand with it."""

import re
from dataclasses import dataclass, field, replace

from agent.offline.reading import lexicon
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.naming import Named, is_snake, named
from agent.offline.reading.slots import Slot, bare_type
from agent.offline.reading.traits import Traits
from agent.offline.words import wordset

CUT = r",|;|and|plus|along|but|\+|&|•|\.|\n|then"
_ROWS = wordset(
    "row rows record records entry entries it one table each every link links pair relation they association"
)
_META = wordset(
    "type new data default value values allowed nullable required index rule constraint condition options option check unique limit "
    "the possible permitted preset kind of log audit"
)
_HEAD_ENDS = (":", "(", "=", "-", "--", "[")


@dataclass
class Entry:
    """One column as far as it was read."""

    named: Named
    traits: Traits = field(default_factory=Traits)
    tied: str | None = None
    """The table it references, where it was named by a tie ("belongs to a child")."""


@dataclass
class Piece:
    start: int
    end: int
    head: list[str]
    """The open words that may name the column, before a colon or bracket."""
    inner: list[str]
    """The open words in its brackets or behind its colon."""
    slots: list[Slot]
    colon: bool = False

    @property
    def traits(self) -> Traits:
        """Raises Unclear where its facts contradict each other."""
        traits = Traits()
        for slot in self.slots:
            traits.merge(slot.traits)
        return traits


def pieces(ledger: Ledger, slots: list[Slot], low: int, high: int) -> list[Piece]:
    """A stretch in the pieces that may each be about a column."""
    found = []
    for start, end in ledger.spans(CUT, low, high):
        head: list[str] = []
        inner: list[str] = []
        into, colon = head, False
        for token in re.compile(r"[^ ]+").finditer(ledger.left, start, end):
            word = token[0]
            if word in _HEAD_ENDS and head:
                into, colon = inner, colon or word in (":", "=", "-")
            elif not word.strip(STRUCK):
                if into is head and head:
                    head.append("~")
            elif re.search(r"\w", word):
                into.append(word)
        mine = [slot for slot in slots if start <= slot.start < end]
        if head or inner or mine:
            found.append(Piece(start, end, head, inner, mine, colon))
    return found


def name_of(
    piece: Piece, noun: str, row_nouns: frozenset[str], *, led: bool = False, meta: bool = True
) -> Named | None:
    """What the piece calls its column; a name in brackets or snake_case before anything else. Raises Unclear."""
    written = list(dict.fromkeys(w for w in piece.head if is_snake(w)))
    inside = list(dict.fromkeys(w for w in piece.inner if is_snake(w)))
    if len(written) > 1 or (not written and len(inside) > 1):
        raise Unclear(" ".join(written or inside))
    if written or inside:
        return named([(written or inside)[0]], noun)
    head = list(piece.head)
    for place, word in enumerate(head):
        if word in ("called", "named") and place + 1 < len(head) and head[place + 1] != "~":
            return named(head[place + 1 : place + 2], noun)
    for place, word in enumerate(head):
        if word in ("column", "field", "attribute", "property", "flag") and place + 1 < len(head):
            after = head[place + 1]
            if after != "~" and after not in lexicon.FILLERS and after not in lexicon.NEVER_NAMES:
                return named(head[place + 1 : place + 3], noun)
    if (
        piece.colon
        and head
        and set(head) <= {"name", "column", "field", "attribute", "new", "property", "add", "the"}
        and piece.inner
        and not piece.slots
    ):
        return named(piece.inner, noun)
    leads = [w for w in head if w != "~" and w not in lexicon.FILLERS]
    if meta and piece.colon and head and not leads and piece.inner:
        head = list(piece.inner)
    if meta and piece.colon and head and set(head) <= _META:
        return None
    for words in _runs(head):
        opens = words[0] in ("when", "whether", "how", "who") or {"when", "whether", "how"} & set(words[:3])
        if opens and (found := named(words, noun)):
            return found
        bare = _without_subject(words, row_nouns)
        if set(words) <= row_nouns | lexicon.FILLERS:
            if led and words[-1] in row_nouns and words[-1] not in _ROWS and (piece.slots or len(words) == 1):
                return named(words[-1:], noun)
            if (
                len(words) > 1
                and words[-1] in row_nouns
                and {"has", "have", "with", "contains"} & set(words[:-1])
                and words[-1] not in _ROWS
            ):
                return named(words[-1:], noun)
            continue
        if found := named(bare, noun) or named(words, noun):
            return found
    return _by_type(piece)


def refuse_loose_list(ledger: Ledger, piece: Piece) -> None:
    """Raises Unclear for words in brackets that look like values and were taken for none."""
    match = re.search(
        r"[(:] [^()]*?(?<![^ ])([a-z_]+) (?:,|/|\|) ([a-z_]+)(?![^ ])", ledger.left[piece.start : piece.end]
    )
    if match and not {match[1], match[2]} & lexicon.FILLERS:
        raise Unclear(ledger.text[piece.start : piece.end])


def _without_subject(words: list[str], row_nouns: frozenset[str]) -> list[str]:
    """ "a quest has a title", "quest title": what is said of the row; "current streak" keeps its noun."""
    for place, word in enumerate(words):
        if word in row_nouns and len(words) > place + 1:
            return _without_subject(words[place + 1 :], row_nouns)
        if word not in lexicon.FILLERS:
            break
    return words


def _runs(words: list[str]) -> list[list[str]]:
    """The stretches between facts."""
    runs: list[list[str]] = [[]]
    for word in words:
        if word == "~":
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if run]


def _by_type(piece: Piece) -> Named | None:
    words = [w for w in piece.head if w not in lexicon.FILLERS]
    return Named(words[0]) if len(words) == 1 and bare_type(words[0]) else None


def loose_type(piece: Piece, name: str) -> str | None:
    """A bare word for a type that stands beside the name: "wish : text", "due_on date"."""
    if name.startswith(("is_", "has_")):
        return None
    for word in (*piece.inner, *piece.head):
        if word == "date" and name.endswith("_at"):
            continue
        if word != name and (kind := bare_type(word)) and word not in name.split("_"):
            return kind
    return None


def with_type(piece: Piece, name: str) -> Traits:
    traits = piece.traits
    if traits.type is None and (kind := loose_type(piece, name)):
        if kind == "timestamptz" and name.endswith("_on"):
            kind = "date"
        traits = replace(traits, type=kind)
    if traits.type == "timestamptz" and traits.default is None and name.endswith("_on"):
        traits = replace(traits, type="date")
    return traits
