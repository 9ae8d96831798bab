"""A migration file, read: name, header, sections, statements, rollback block and waivers.

The form is described in `tools/checks/file.py` and `tools/checks/reversible.py`; this module only reads it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tools.rows.samples import SampleRow
from tools.sql import Comment, Script, SqlError, Statement

SECTIONS = (
    "CREATE/ALTER TABLES",
    "INDEXES",
    "ROW LEVEL SECURITY",
    "FUNCTIONS AND TRIGGERS",
    "COMMENTS",
)
"""Titles of the five sections, in order; section 1 is the first."""

FILE_NAME = re.compile(r"^(?P<version>\d{14})_(?P<name>[a-z0-9]+(?:_[a-z0-9]+)*)\.sql$")

_HEADER = re.compile(r"^\s*(Migration|Created|Purpose)\s*:\s*(.*)$", re.IGNORECASE)
_SECTION = re.compile(r"^\s*SECTION\s+(\d+)\s*[:.-]?\s*(.*?)\s*$", re.IGNORECASE)
_ROLLBACK = re.compile(
    r"^[\s=*#-]*(?:(?:to|how\s+to)\s+(?:reverse|revert|undo|roll\s*back)\b|(?:roll\s*back|down|reverse|revert|undo)\b"
    r"(?!\s+(?:and|is|was|are|the\s+\w+\s+is)\b))",
    re.IGNORECASE,
)
_IRREVERSIBLE = re.compile(r"^[\s*-]*irreversible\s*:\s*(.*)$", re.IGNORECASE)
_ALLOW = re.compile(r"^\s*allow\s*:\s*(?P<rule>[\w-]+/[\w-]+)(?:\s+on\s+(?P<object>[^:]+?))?\s*:\s*(?P<reason>.*)$")
_SQL_START = re.compile(
    r"^(alter|analyze|begin|call|comment|commit|create|delete|do|drop|grant|insert|lock|merge|perform|refresh|"
    r"reindex|reset|revoke|rollback|savepoint|security|select|set|truncate|update|vacuum|with)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Section:
    number: int
    title: str
    line: int
    start: int
    """Character offset of the banner's title line."""


@dataclass(frozen=True)
class Rollback:
    """The commented block that undoes the migration."""

    sql: str
    """Runnable text; every line stands where it stands in the file, so lines and columns match."""
    line: int
    irreversible: tuple[tuple[int, str], ...]
    """(line, why) of each ``-- Irreversible: why``."""


@dataclass(frozen=True)
class Waiver:
    """``-- allow: RULE [on OBJECT]: REASON``."""

    rule: str
    object: str | None
    reason: str
    line: int


@dataclass(frozen=True)
class AppQuery:
    """A query that the app will send once the migration is there."""

    sql: str
    role: str = "authenticated"
    """anon, authenticated or service_role"""


@dataclass(frozen=True)
class Migration:
    """A migration's text under its file name; reading is lazy and never raises but for `statements`."""

    file_name: str
    text: str
    queries: tuple[AppQuery, ...] = ()
    """Named by the draft; the file does not hold them."""
    samples: tuple[SampleRow, ...] = ()
    """Given by the draft or the project's settings; see tools/rows/samples.py."""

    @cached_property
    def script(self) -> Script:
        return Script(self.text)

    @property
    def version(self) -> str:
        """The digits before the first underscore, as the CLI reads them; empty where there are none."""
        found = re.match(r"^([0-9]+)_", self.file_name)
        return found[1] if found else ""

    @property
    def slug(self) -> str:
        """The file name without version and ending."""
        return re.sub(r"^[0-9]+_|\.sql$", "", self.file_name)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Raises tools.sql.SqlError where Postgres's parser stops."""
        return self.script.statements

    @cached_property
    def syntax_error(self) -> SqlError | None:
        try:
            _ = self.script.statements
        except SqlError as error:
            return error
        return None

    @cached_property
    def header(self) -> dict[str, str]:
        """``{"migration": ..., "created": ..., "purpose": ...}`` from the comments above the first statement."""
        first = self.script.statements[0].start if not self.syntax_error and self.statements else len(self.text)
        found: dict[str, str] = {}
        for comment in self.script.comments:
            if comment.start >= first:
                break
            for line in comment.text.splitlines():
                if match := _HEADER.match(line):
                    found.setdefault(match[1].lower(), match[2].strip())
        return found

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(
            Section(int(match[1]), match[2], comment.line, comment.start)
            for comment in self._outside_rollback()
            if comment.own_line and (match := _SECTION.match(comment.text))
        )

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        found = []
        for comment in self.script.comments:
            for offset, line in enumerate(comment.text.splitlines() or [""]):
                if match := _ALLOW.match(line):
                    target = match["object"].strip() if match["object"] else None
                    found.append(Waiver(match["rule"], target, match["reason"].strip(), comment.line + offset))
        return tuple(found)

    @cached_property
    def rollback(self) -> Rollback | None:
        """The comments under a heading such as "To reverse", "Rollback" or "Down".

        Normally they close the file; a block further up counts when it holds SQL.
        """
        lines = list(self._own_comment_lines())
        last_statement = max(self._statement_lines(), default=0)
        headings = [i for i, line in enumerate(lines) if _is_heading(line)]
        closing = [i for i in headings if lines[i].number > last_statement][:1]
        for heading in closing + headings[::-1]:
            block = [lines[heading], *_contiguous(lines[heading:], self._statement_lines())]
            sql = _uncomment(block[1:])
            why = tuple((line.number, m[1]) for line in block if (m := _IRREVERSIBLE.match(line.text)))
            if sql or why or [heading] == closing:
                return Rollback(sql, block[0].number, why)
        return None

    def _statement_lines(self) -> list[int]:
        return [] if self.syntax_error else [statement.line for statement in self.statements]

    def _own_comment_lines(self) -> Iterator["_Line"]:
        for comment in self.script.comments:
            if not comment.own_line:
                continue
            marked = self.text.startswith("--", comment.start)  # "-- text": the space belongs to the mark
            for offset, text in enumerate(comment.text.split("\n")):
                yield _Line(comment.line + offset, (text.removeprefix(" ") if marked else text).rstrip("\r"))

    def _outside_rollback(self) -> Iterator[Comment]:
        limit = self.rollback.line if self.rollback else None
        return (c for c in self.script.comments if limit is None or c.line < limit)


@dataclass(frozen=True)
class _Line:
    number: int
    text: str


def _is_heading(line: _Line) -> bool:
    if not _ROLLBACK.match(line.text):
        return False
    words = line.text.strip(" \t=*#-")
    return not (_SQL_START.match(words) and words.endswith(";"))


def _contiguous(lines: list[_Line], statement_lines: list[int]) -> Iterable[_Line]:
    """The lines after the heading up to the next real statement."""
    for before, line in pairwise(lines):
        if any(before.number < number < line.number for number in statement_lines):
            return
        yield line


def _uncomment(block: list[_Line]) -> str:
    """The block's SQL with prose dropped, each kept line at its own line number."""
    kept: dict[int, str] = {}
    position = 0
    while position < len(block):
        length = _statement_at(block, position)
        for line in block[position : position + length]:
            kept[line.number] = line.text
        position += max(1, length)
    last = max(kept, default=0)
    return "\n".join(kept.get(number, "") for number in range(1, last + 1))


def _statement_at(block: list[_Line], start: int) -> int:
    """How many lines from `start` are SQL: 0 for prose. A line that ends like a statement counts even when wrong."""
    first = block[start].text.strip()
    if not _SQL_START.match(first):
        return 0
    joined = ""
    for length, line in enumerate(block[start:], start=1):
        joined += line.text + "\n"
        if line.text.rstrip().endswith(";") or re.search(r";\s*--", line.text):
            if Migration("", joined).syntax_error is None:
                return length
            if _IRREVERSIBLE.match(line.text):
                break
    return 1 if first.endswith(";") else 0
