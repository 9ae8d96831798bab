"""Text that reads otherwise than it runs (the rule `file/hidden`): see https://trojansource.codes."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from tools.checks._escapes import quoted
from tools.checks.base import finding
from tools.migration import Migration
from tools.report import Finding

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of what is shown after them."""
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufeff]")
"""Characters of no width."""
_FOREIGN = re.compile(r"\w*[^\W\x00-\x7f]\w*")
_ALIKE = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts with letters that look the same."""
_MOST = 20


def hidden(migration: Migration) -> Iterator[Finding]:
    """At most twenty."""
    places = () if migration.text.isascii() else islice(_places(migration), _MOST)
    for place, what, hint in places:
        line, column = migration.script.position(place)
        yield finding("file/hidden", what, hint=hint, line=line, column=column)


def _places(migration: Migration) -> Iterator[tuple[int, str, str]]:
    text = migration.text
    for match in _TURNS.finditer(text):
        said = f"{_named(match[0])} makes what follows it look otherwise than it runs."
        yield match.start(), said, "Take it out; text in the other direction needs none of these."
    code = _Code(migration)
    for match in _UNSEEN.finditer(text):
        if match.start() in code:
            yield match.start(), f"{_named(match[0])} stands in the code, where nobody sees it.", "Take it out."
    for match in _FOREIGN.finditer(text):
        scripts = _scripts(match[0])
        if len(scripts) > 1 and match.start() in code:
            yield (
                match.start(),
                f"{match[0]} mixes {' and '.join(scripts)} letters that look alike.",
                "Write names with the letters of one script.",
            )


class _Code:
    """Places outside of comments and string constants."""

    def __init__(self, migration: Migration) -> None:
        self._ranges = sorted(quoted(migration))

    def __contains__(self, place: int) -> bool:
        before = bisect_right(self._ranges, (place, place + 1)) - 1
        return before < 0 or not self._ranges[before][0] <= place < self._ranges[before][1]


def _named(char: str) -> str:
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'unnamed').lower()})"


def _scripts(word: str) -> list[str]:
    """Of those with letters that look alike, in which a word is written, as people call them."""
    names = {unicodedata.name(char, "").partition(" ")[0] for char in set(word)}
    return [name.capitalize() for name in _ALIKE if name in names]
