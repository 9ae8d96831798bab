"""The book that is kept of a request: which of its words have become facts, and which are still open.

A fact takes the words that it was made of; they are struck out in place, so that what is left keeps its position. A
request is understood only when no word that carries an instruction is left over (`reading.accounted`).
"""

import re
from functools import cache
from itertools import pairwise

from agent.offline import regex

STRUCK = "~"


class Unclear(Exception):  # noqa: N818 - what is unclear, not what went wrong
    """Words that were not understood."""

    def __init__(self, words: str) -> None:
        self.words = regex.sub(r"\s+", " ", regex.sub(r"[~•⋅]+", " ", words)).strip(" ,;:-.")
        super().__init__(self.words)

    @property
    def told(self) -> str:
        """As a sentence."""
        short = self.words if len(self.words) <= 160 else self.words[:160].rsplit(" ", 1)[0] + " ..."
        return f'The built-in drafter did not understand "{short}".'


class Missing(Unclear):
    """A table that is spoken of and is not there; `there` says which ones are."""

    def __init__(self, table: str, there: str) -> None:
        super().__init__(table)
        self.there = there

    @property
    def told(self) -> str:
        return f"There is no table {self.words}; {self.there}."


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Of whole tokens."""
    return re.compile(rf"(?<![^ ])(?:{pattern})(?![^ ])")


class Ledger:
    """`text` with its tokens one blank apart; in `left` what was taken is struck out, at the same length."""

    def __init__(self, text: str, quoted: dict[str, str] | None = None, cased: dict[str, str] | None = None) -> None:
        self.text, self.left, self.quoted, self.cased = text, text, quoted or {}, cased or {}

    def find(self, pattern: str, low: int = 0, high: int | None = None) -> re.Match[str] | None:
        return compiled(pattern).search(self.left, low, len(self.left) if high is None else high)

    def take(self, pattern: str, low: int = 0, high: int | None = None) -> re.Match[str] | None:
        """The first match, struck out."""
        if match := self.find(pattern, low, high):
            self.strike(match.start(), match.end())
        return match

    def take_all(self, pattern: str, low: int = 0, high: int | None = None) -> list[re.Match[str]]:
        found = []
        while match := self.take(pattern, low, high):
            if match.start() == match.end():
                break
            found.append(match)
        return found

    def strike(self, start: int, end: int) -> None:
        self.left = self.left[:start] + STRUCK * (end - start) + self.left[end:]

    def tokens(self, low: int = 0, high: int | None = None) -> list[re.Match[str]]:
        """Of what is left."""
        high = len(self.left) if high is None else high
        return [m for m in compiled(r"[^ ]+").finditer(self.left, low, high) if m[0].strip(STRUCK)]

    def spans(self, marks: str, low: int = 0, high: int | None = None) -> list[tuple[int, int]]:
        """The stretches between the tokens that `marks` matches, outside brackets."""
        high = len(self.text) if high is None else high
        cuts, depth = [(low, low)], 0
        for token in re.compile(r"[^ ]+").finditer(self.text, low, high):
            if token[0] == "(":
                depth += 1
            elif token[0] == ")":
                depth = max(0, depth - 1)
            elif token[0] in (".", "\n"):
                depth = 0
            if depth == 0 and regex.fullmatch(marks, self.left[token.start() : token.end()]):
                cuts.append((token.start(), token.end()))
        cuts.append((high, high))
        return [(a[1], b[0]) for a, b in pairwise(cuts) if self.text[a[1] : b[0]].strip()]

    def sentences(self) -> list[tuple[int, int]]:
        """Between full stops and line ends, brackets or not."""
        return [(m.start(), m.end()) for m in regex.finditer(r"(?:(?! \. |\n).)+", self.text) if m[0].strip(" .•")]

    def words(self, low: int, high: int) -> str:
        """What is left between two places, without what was struck out."""
        return regex.sub(r"\s+", " ", self.left[low:high].replace(STRUCK, " ")).strip()
