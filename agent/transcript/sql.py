"""SQL for the eye: tokens coloured by what they are, and the difference of two drafts, line by line."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise, zip_longest
from typing import Literal

from pygments.lexers.sql import PostgresLexer
from pygments.token import Comment, Keyword, Name, Number, String

from agent.transcript.events import File

Kind = Literal["", "keyword", "type", "string", "number", "comment", "name"]
Span = tuple[Kind, str]

LINES = 2_000
"""Of a file; what comes after is not compared."""
CONTEXT = 3


@dataclass(frozen=True)
class Line:
    """A line of a difference; ``sign`` is ``@`` where lines that are the same were left out."""

    sign: Literal["+", "-", " ", "@"]
    spans: tuple[Span, ...]
    number: int | None = None
    """In the file that has it; the new one where both have."""
    changed: tuple[int, int] = (0, 0)
    """From which character to which it differs from the line that it takes the place of."""


@dataclass(frozen=True)
class FileChange:
    """A file against the one of the same place in the draft before."""

    name: str
    lines: tuple[Line, ...]
    added: int
    removed: int


@lru_cache(maxsize=64)  # a draft is shown whole, and against the ones before and after it
def coloured(text: str) -> tuple[tuple[Span, ...], ...]:
    """By line, without line ends."""
    lines: list[list[Span]] = [[]]
    for token, value in PostgresLexer(stripnl=False, ensurenl=False).get_tokens(text):
        for nth, piece in enumerate(value.split("\n")):
            if nth:
                lines.append([])
            if not piece:
                continue
            kind, line = "" if piece == "." else _kind(token), lines[-1]
            if line and line[-1][0] == kind:
                line[-1] = kind, line[-1][1] + piece
            else:
                line.append((kind, piece))
    if not lines[-1]:
        lines.pop()
    return tuple(map(tuple, lines))


def changes(before: Sequence[File], after: Sequence[File]) -> Iterator[FileChange]:
    """The files that differ, those that went away last."""
    for old, new in zip_longest(before, after):
        if old is None or new is None or old.text != new.text:
            yield _change(new.name if new else old.name, old.text if old else "", new.text if new else "")


def _change(name: str, before: str, after: str) -> FileChange:
    old, new = coloured(before)[:LINES], coloured(after)[:LINES]
    lines: list[Line] = []
    added = removed = 0
    groups = list(difflib.SequenceMatcher(None, _plain(old), _plain(new)).get_grouped_opcodes(CONTEXT))
    for nth, group in enumerate(groups):
        if nth:
            lines.append(Line("@", ()))
        for tag, i, i_end, j, j_end in group:
            if tag == "equal":
                lines += [Line(" ", new[at], at + 1) for at in range(j, j_end)]
                continue
            pairs = tag == "replace" and i_end - i == j_end - j
            marks = [_differs(old[i + k], new[j + k]) for k in range(i_end - i)] if pairs else []
            lines += [Line("-", old[at], at + 1, marks[at - i][0] if marks else (0, 0)) for at in range(i, i_end)]
            lines += [Line("+", new[at], at + 1, marks[at - j][1] if marks else (0, 0)) for at in range(j, j_end)]
            added, removed = added + j_end - j, removed + i_end - i
    return FileChange(name, tuple(lines), added, removed)


def marked(line: Line) -> Iterator[tuple[Span, bool]]:
    """The line's spans, cut where its changed part begins and ends; True for those in it."""
    start, end = line.changed
    at = 0
    for kind, text in line.spans:
        cuts = sorted({0, len(text), *(cut - at for cut in (start, end) if 0 < cut - at < len(text))})
        for left, right in pairwise(cuts):
            yield (kind, text[left:right]), start <= at + left < end
        at += len(text)


def _differs(old: Sequence[Span], new: Sequence[Span]) -> tuple[tuple[int, int], tuple[int, int]]:
    """The part between what two lines have in common at both ends; none where most of the line is another."""
    [a], [b] = _plain([old]), _plain([new])
    shorter = min(len(a), len(b))
    head = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    tail = next((n for n in range(shorter - head) if a[-1 - n] != b[-1 - n]), shorter - head)
    if head + tail < len(b.strip()) / 3:
        return (0, 0), (0, 0)
    return (head, len(a) - tail), (head, len(b) - tail)


def _plain(lines: Sequence[Sequence[Span]]) -> list[str]:
    return ["".join(text for _, text in line) for line in lines]


@cache
def _kind(token: object) -> Kind:
    return next((name for kinds, name in _KINDS if any(token in kind for kind in kinds)), "")  # type: ignore[operator]


_KINDS: tuple[tuple[tuple[object, ...], Kind], ...] = (
    ((Comment,), "comment"),
    ((Name.Builtin, Keyword.Type), "type"),
    ((Keyword,), "keyword"),
    ((String.Name,), "name"),
    ((String,), "string"),
    ((Number,), "number"),
)
