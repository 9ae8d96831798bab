"""Statements of a SQL file: split and parsed by Postgres's own grammar (libpg_query, through postgast).

Offsets, lines and columns count characters, not bytes; lines and columns start at 1.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any

import postgast
from postgast import pg_query_pb2


class SqlError(ValueError):
    """Text that Postgres's parser refuses, in Postgres's words."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


@dataclass(frozen=True)
class Statement:
    """One statement: its text without the closing semicolon, and where it stands in the file."""

    text: str
    start: int
    end: int
    line: int
    column: int
    node: Any
    """The protobuf message of the parse tree, e.g. a ``CreateStmt``."""

    @property
    def kind(self) -> str:
        """The node's name in Postgres's grammar: ``CreateStmt``, ``AlterTableStmt``, ``DoStmt``..."""
        return str(type(self.node).__name__)

    def walk(self) -> Iterator[Any]:
        """Every node of the parse tree, this statement's own first."""
        return iter(self._nodes) if len(self.text) < _LARGE else below(self.node)

    @cached_property
    def _nodes(self) -> tuple[Any, ...]:
        """Every check asks for them."""
        return tuple(below(self.node))


_LARGE = 500_000
"""Characters of a statement whose nodes are not all kept: they take a hundred times the room."""
_MESSAGES = type(pg_query_pb2.ParseResult().stmts)
_LEAVES = {str, int, bool, float, bytes, type(pg_query_pb2.TableFunc().notnulls)}


def below(node: Any) -> Iterator[Any]:
    """A parse tree's node and all nodes under it, as they stand in the text; as postgast.walk, in half the time."""
    stack = [node]
    while stack:
        node = stack.pop()
        if type(node) is pg_query_pb2.Node and (kind := node.WhichOneof("node")):
            node = getattr(node, kind)
        yield node
        for _, value in reversed(node.ListFields()):
            kind = type(value)
            if kind is _MESSAGES:
                stack.extend(reversed(value))
            elif kind not in _LEAVES:
                stack.append(value)


@dataclass(frozen=True)
class Comment:
    """A ``-- line`` or ``/* block */`` comment with its marks taken off."""

    text: str
    start: int
    end: int
    line: int
    own_line: bool
    """Nothing but white space stands before it on its line."""


@dataclass(frozen=True)
class Script:
    """A SQL text, scanned and parsed once."""

    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    @cached_property
    def _chars(self) -> "_Offsets":
        return _Offsets(self.text)

    def characters(self, offset: int) -> int:
        """The character offset of an offset in bytes."""
        return self._chars.of(offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def start_of(self, line: int) -> int:
        """Character offset at which a line begins; the first is 1."""
        return self._line_starts[line - 1]

    def line(self, number: int) -> str:
        """The text of a line, without its end."""
        start = self.start_of(number)
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else None].rstrip("\r")

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """In file order. Raises SqlError where the grammar stops."""
        try:
            parsed = postgast.parse(self.text)
        except postgast.PgQueryError as error:
            offset = max(0, (error.cursorpos or 1) - 1)
            line, column = self.position(min(offset, len(self.text)))
            raise SqlError(error.message, line, column) from None
        found = []
        for raw in parsed.stmts:
            start = self.characters(raw.stmt_location)
            end = self.characters(raw.stmt_location + raw.stmt_len) if raw.stmt_len else len(self.text)
            text = self.text[start:end]
            start += len(text) - len(text.lstrip())
            text = text.strip()
            line, column = self.position(start)
            node = getattr(raw.stmt, raw.stmt.WhichOneof("node"))
            found.append(Statement(text, start, start + len(text), line, column, node))
        return tuple(found)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """In file order; empty where the text cannot even be scanned (an open quote)."""
        try:
            return tuple(comment for begin, end in self._commented() for comment in self._comments(begin, end))
        except postgast.PgQueryError:
            return ()

    def _commented(self) -> Iterator[tuple[int, int]]:
        """The text without large statements that hold no comment: tokens take a hundred times their room."""
        begin = 0
        if len(self.text) > _LARGE:
            with suppress(SqlError):
                for statement in self.statements:
                    if len(statement.text) > _LARGE and "--" not in statement.text and "/*" not in statement.text:
                        yield begin, statement.start
                        begin = statement.end
        yield begin, len(self.text)

    def _comments(self, begin: int, end: int) -> Iterator[Comment]:
        part = Script(self.text[begin:end]) if end - begin < len(self.text) else self
        for token in postgast.scan(part.text).tokens:
            if token.token not in (pg_query_pb2.SQL_COMMENT, pg_query_pb2.C_COMMENT):
                continue
            start, end = begin + part.characters(token.start), begin + part.characters(token.end)
            line, column = self.position(start)
            raw = self.text[start:end]
            text = raw[2:-2] if token.token == pg_query_pb2.C_COMMENT else raw[2:].rstrip()
            own = not self.text[start - column + 1 : start].strip()
            yield Comment(text, start, end, line, own)


_BLOCK = 4096
_CONTINUATION = bytes(range(0x80, 0xC0))


class _Offsets:
    """Byte offsets of the UTF-8 text, as libpg_query counts, to character offsets."""

    def __init__(self, text: str) -> None:
        self._encoded = b"" if text.isascii() else text.encode()
        sizes = (self._characters(start, start + _BLOCK) for start in range(0, len(self._encoded), _BLOCK))
        self._before = [0, *accumulate(sizes)]
        """Characters before each block of bytes."""

    def of(self, offset: int) -> int:
        if not self._encoded:
            return offset
        block = offset // _BLOCK
        return self._before[block] + self._characters(block * _BLOCK, offset)

    def _characters(self, start: int, end: int) -> int:
        """Those that begin in these bytes."""
        return len(self._encoded[start:end].translate(None, _CONTINUATION))


@lru_cache(maxsize=4096)
def identifier(name: str) -> str:
    """Quoted where Postgres would quote it."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name):
        token = postgast.scan(name).tokens[0]
        if token.keyword_kind in (0, 1):  # no keyword, or an unreserved one
            return name
    return '"' + name.replace('"', '""') + '"'
