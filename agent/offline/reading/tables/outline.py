"""A request in its parts: sentences, items between semicolons, chunks between commas; lists of values are one token."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from agent.offline import regex
from agent.offline.reading.tables.values import Values, collapse

JOINTS = frozenset([",", "–", "and", "plus", "+", "&"])
_DASHES = frozenset(["-", "--", "="])
_LINE = re.compile(
    r"(?:[a-z]+_[a-z_]+|[a-z]+(?: [a-z]+)?(?= [:(,-]| ->|$)|[a-z]+(?= (?:required|optional|text|int|integer|bool|boolean|date|uuid|timestamptz)))"
)
"""How a line of a list without bullets begins."""


_COLUMNS = re.compile(
    r" , [a-z_]+ (?:required|optional|text|int|integer|bool|boolean|date|timestamptz|not null|nullable)(?: , |$)"
)
"""Several columns in one line: "title required , note optional"."""


@dataclass(frozen=True)
class Chunk:
    """Words between two joints, brackets and what is in them included."""

    words: tuple[str, ...]
    joint: str = ""
    """What stands before it."""

    @property
    def head(self) -> tuple[str, ...]:
        """The words before a bracket or colon."""
        cut = next((n for n, word in enumerate(self.words) if word in ("(", ":")), len(self.words))
        return self.words[:cut]

    @property
    def rest(self) -> tuple[str, ...]:
        return self.words[len(self.head) :]


@dataclass
class Sentence:
    words: list[str]
    bullet: bool = False
    """It is an item of a list, or a line of its own under others."""
    first: bool = True
    """It opens its line."""
    heading: Literal["", "list", "prose"] = ""
    """It is a line that only says what the lines below are about: a list, or prose."""
    values: dict[str, Values] = field(default_factory=dict)

    @property
    def items(self) -> list[list[str]]:
        return split(self.words, frozenset(";"))


def sentences(text: str, known: Callable[[str], bool], quoted: dict[str, str], cased: dict[str, str]) -> list[Sentence]:
    """In order, with lists of values found; `known` tells what is called like a table that is there."""
    found: list[Sentence] = []
    lines = [line.strip() for line in text.split("\n")]
    several = sum(bool(line) for line in lines) > 2
    for place, line in enumerate(lines):
        if not line:
            continue
        below = [other for other in lines[place + 1 :] if other][:1]
        if below and _is_heading(line, below[0], apart=not place or not lines[place - 1]):
            found.append(Sentence(line.strip(" .:").split(), heading="list" if below[0].startswith("•") else "prose"))
            continue
        if not any(lines[:place]) and lines[place + 1 : place + 2] == [""] and _TITLE.fullmatch(line):
            continue
        bullet = line.startswith("•") or (several and bool(_LINE.match(line)) and not _COLUMNS.search(line))
        parts = [part.split() for part in regex.split(r"(?:^|(?<= ))\.(?= |$)", line.lstrip("• "))]
        for number, words in enumerate(part for part in parts if any(regex.search(r"\w", w) for w in part)):
            sentence = Sentence(_dashes(words, bullet), bullet, number == 0)
            sentence.words, sentence.values = collapse(sentence.words, known, quoted, cased, bullet or ";" in words)
            found.append(sentence)
    return found


_TITLE = re.compile(r"(?:(?:ticket|issue|task|story|bug|feature|request|jira)\b|:)[^_(,]{3,60}")
"""A first line that only says what the request is filed under."""


def _is_heading(line: str, below: str, *, apart: bool) -> bool:
    """A few words without a mark over a list, or alone over prose."""
    if not regex.fullmatch(r"[a-z_ ]+[ .:]*", line) or len(line.split()) > 5:
        return False
    if below.startswith("•"):
        return not line.endswith(":") or len(line.split()) < 4
    return apart and not line.endswith(":") and len(line.split()) < 4 and len(below.split()) > 5


def chunks(words: list[str]) -> list[Chunk]:
    """Between joints outside brackets."""
    out: list[Chunk] = []
    depth, joint = 0, ""
    current: list[str] = []
    for place, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if word in JOINTS and depth <= 0 and not _spans(words, place):
            if current:
                out.append(Chunk(tuple(current), joint))
                joint, current = word, []
            continue
        current.append(word)
    if current:
        out.append(Chunk(tuple(current), joint))
    return out


def _spans(words: list[str], place: int) -> bool:
    """ "between 1 and 3", "within 3 and 200"."""
    near = words[max(0, place - 4) : place]
    return (
        words[place] == "and"
        and not {"between", "within"}.isdisjoint(near)
        and any(regex.match(r"-?\d", w) for w in words[place + 1 : place + 2])
    )


def split(words: list[str], marks: frozenset[str]) -> list[list[str]]:
    out: list[list[str]] = [[]]
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if word in marks and depth <= 0:
            out.append([])
        else:
            out[-1].append(word)
    return [part for part in out if any(regex.search(r"\w", word) for word in part)]


def _dashes(words: list[str], bullet: bool) -> list[str]:
    """A dash behind a name is a colon, any other one a comma."""
    out: list[str] = []
    begun = 0
    for place, word in enumerate(words):
        if word == ";":
            begun = len(out) + 1
        if word == "=" and out[-1:] in (["default"], ["is"]):
            continue
        if word in _DASHES or (word == "->" and bullet and place < 3 and out):
            item = out[begun:]
            opens = len(item) < 5 and not {":", ",", "("} & set(item)
            out.append(":" if opens and out else "–")
        else:
            out.append(word)
    return out
