"""What an operator is, and how it edits a good migration: by statements and their parse trees, never by blind text.

    @operator("grants/missing")
    def forget_grant(good: Original) -> Iterator[Mutant]:
        \"\"\"A grant to signed-in users is left out.\"\"\"
        for grant in good.pieces("GrantStmt"):
            yield good.without(grant)

An operator yields one mutant for each place that it can break. Its name is the function's, with hyphens; its rules are
those that name the defect, one of which has to be found.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import postgast
from postgast import pg_query_pb2

from tools.checks._statements import Piece, below, inner, pieces, relation
from tools.config import Config
from tools.migration import Migration
from tools.sql import Script, SqlError, Statement

__all__ = ["OPERATORS", "Mutant", "Operator", "Original", "below", "inner", "operator", "relation"]


@dataclass(frozen=True)
class Mutant:
    """A migration with one defect."""

    place: str
    """``line 12: what was there``"""
    text: str
    file_name: str = ""
    """Where the name of the file is what was broken."""
    rules: frozenset[str] = frozenset()
    """Where the place decides which rules name the defect, instead of the operator's."""


@dataclass(frozen=True)
class Operator:
    """One way to break a migration."""

    name: str
    breaks: str
    """In a sentence."""
    rules: frozenset[str]
    mutate: "Callable[[Original], Iterator[Mutant]]"
    goldens: int | None
    """How many goldens are enough, where it does not matter what the migration is about."""
    samples: bool = False
    """It names tables of the sample projects, and breaks nothing elsewhere."""

    def __call__(self, good: "Original") -> Iterator[Mutant]:
        """Mutants that differ from the original and from each other."""
        seen = {(good.text, "")}
        for mutant in self.mutate(good):
            if (mutant.text, mutant.file_name) not in seen:
                seen.add((mutant.text, mutant.file_name))
                yield mutant

    def __str__(self) -> str:
        return self.name


OPERATORS: dict[str, Operator] = {}
"""Every operator by its name, in the order of the rooms that define them."""

Mutate = Callable[["Original"], Iterator[Mutant]]


def operator(
    rules: str, *, name: str = "", breaks: str = "", goldens: int | None = None, samples: bool = False
) -> Callable[[Mutate], Mutate]:
    """Registers a function; `rules` are full names with blanks between."""

    def register(function: Mutate) -> Mutate:
        called = name or function.__name__.replace("_", "-")
        what = breaks or (function.__doc__ or "").strip()
        assert called not in OPERATORS, f"two operators are called {called}"
        OPERATORS[called] = Operator(called, what, frozenset(rules.split()), function, goldens, samples)
        return function

    return register


@dataclass(frozen=True)
class Original:
    """A good migration, and the ways to edit it."""

    migration: Migration
    project: str
    """The sample project's name."""
    config: Config
    earlier: tuple[Migration, ...] = ()
    """The files that ran before it."""

    @property
    def text(self) -> str:
        return self.migration.text

    def now(self, mutant: Mutant) -> "Original":
        """A mutant as the original of a second edit."""
        return replace(self, migration=Migration(self.migration.file_name, mutant.text))

    def pieces(self, *kinds: str) -> list[Piece]:
        """Statements of these kinds, those in DO blocks included, where they can be edited in place."""
        return [
            piece
            for piece in pieces(self.migration)
            if piece.kind in kinds and self.text[piece.statement.start : piece.statement.end] == piece.statement.text
        ]

    def is_large(self, table: str) -> bool:
        """As the project's configuration has it; a table made in this file is not."""
        made = {relation(piece.node.relation) for piece in self.pieces("CreateStmt")}
        return (
            table not in made and self.config.tables.rows.get(table, self.config.small_rows) >= self.config.small_rows
        )

    def is_old(self, table: str, column: str = "") -> bool:
        """A file before this one made the table; with `column`, that too."""
        return table in self._old and (not column or column in self._old[table])

    @cached_property
    def _old(self) -> dict[str, set[str]]:
        """Columns that earlier files made, by table."""
        found: dict[str, set[str]] = {}
        for piece in (p for migration in self.earlier for p in pieces(migration)):
            if piece.kind in ("CreateStmt", "AlterTableStmt"):
                made = {n.colname for n in below(piece.node) if isinstance(n, pg_query_pb2.ColumnDef)}
                found.setdefault(relation(piece.node.relation), set()).update(made)
        return found

    # One place of one statement

    def at(self, piece: Piece, text: str, what: str = "") -> Mutant:
        """A mutant whose place is the piece."""
        return Mutant(f"line {piece.statement.line}: {what or _gist(piece.statement.text)}", text)

    def put(self, piece: Piece, text: str, what: str = "") -> Mutant:
        """The statement in other words, or several in its place."""
        start, end = piece.statement.start, piece.statement.end
        return self.at(piece, self.text[:start] + text + self.text[end:], what)

    def without(self, *gone: Piece) -> Mutant:
        """Statements left out."""
        text = self.text
        for piece in sorted(gone, key=lambda p: p.statement.start, reverse=True):
            end = text.index(";", piece.statement.end) + 1
            text = text[: piece.statement.start] + text[end:].removeprefix("\n")
        return self.at(gone[0], text)

    def after(self, piece: Piece, sql: str) -> Mutant:
        """One more statement behind the piece."""
        end = self.text.index(";", piece.statement.end) + 1
        return self.at(piece, f"{self.text[:end]}\n{sql};{self.text[end:]}", f"then {_gist(sql)}")

    def changed(self, piece: Piece, change: Callable[[Any], object]) -> Mutant:
        """The statement with its parse tree changed in place."""
        node = copy.deepcopy(piece.node)
        change(node)
        return self.put(piece, deparse(node))

    def each(
        self, piece: Piece, find: Callable[[Any], Iterable[Any]], change: Callable[[Any], object]
    ) -> Iterator[Mutant]:
        """One mutant for each part of the parse tree that `find` yields."""
        for number, _ in enumerate(find(piece.node)):
            node = copy.deepcopy(piece.node)
            change(list(find(node))[number])
            yield self.put(piece, deparse(node))

    # The rollback block

    @cached_property
    def undo(self) -> Sequence[Statement]:
        """The statements of the rollback block; their lines are the file's."""
        rollback = self.migration.rollback
        try:
            return Script(rollback.sql).statements if rollback else ()
        except SqlError:
            return ()

    def undo_without(self, *gone: Statement) -> Mutant:
        """The rollback with statements left out."""
        return self._undo(gone[0], {statement.line: (_length(statement), "") for statement in gone}, "")

    def undo_put(self, statement: Statement, sql: str) -> Mutant:
        """The rollback with one statement in other words."""
        return self._undo(statement, {statement.line: (_length(statement), sql)}, "now ")

    def _undo(self, first: Statement, edits: dict[int, tuple[int, str]], how: str) -> Mutant:
        lines = self.text.split("\n")
        for line, (length, sql) in sorted(edits.items(), reverse=True):
            lines[line - 1 : line - 1 + length] = [f"-- {part}" for part in f"{sql};".split("\n")] if sql else []
        return Mutant(f"line {first.line}: {how}{_gist(edits[first.line][1] or first.text)}", "\n".join(lines))


def _length(statement: Statement) -> int:
    return statement.text.count("\n") + 1


def deparse(node: Any) -> str:
    """A statement's parse tree as SQL."""
    result = pg_query_pb2.ParseResult()
    statement = result.stmts.add().stmt
    (field,) = [f for f in statement.DESCRIPTOR.fields if f.message_type is node.DESCRIPTOR]
    getattr(statement, field.name).CopyFrom(node)
    return str(postgast.deparse(result))


def expression(sql: str) -> Any:
    """The Node of an expression."""
    return postgast.parse(f"select {sql}").stmts[0].stmt.select_stmt.target_list[0].res_target.val


def name_of(column: Any) -> str:
    """The last part of a ColumnRef; empty for a star."""
    return str(column.fields[-1].string.sval)


def rename(column: Any, name: str) -> None:
    """Another column in a ColumnRef."""
    column.fields[-1].string.sval = name


def function_name(call: Any) -> str:
    """``schema.name`` of a FuncCall."""
    return ".".join(part.string.sval for part in call.funcname)


def asks_caller(node: Any) -> bool:
    """auth.uid() stands in it."""
    return any(isinstance(n, pg_query_pb2.FuncCall) and function_name(n) == "auth.uid" for n in below(node))


def conjuncts(node: Any) -> list[Any]:
    """The parts of an AND; the expression alone where it is none."""
    held = inner(node)
    if isinstance(held, pg_query_pb2.BoolExpr) and held.boolop == pg_query_pb2.AND_EXPR:
        return list(held.args)
    return [node]


def keep(node: Any, kept: Sequence[Any]) -> None:
    """Makes an expression the conjunction of some of its parts."""
    parts = [copy.deepcopy(part) for part in kept]
    if not parts:
        node.CopyFrom(expression("true"))
    elif len(parts) == 1:
        node.CopyFrom(parts[0])
    else:
        held = inner(node)
        del held.args[:]
        held.args.extend(parts)


def _gist(sql: str) -> str:
    words = " ".join(sql.split())
    return words if len(words) <= 70 else words[:67] + "..."
