"""The statements that a migration runs, those inside its DO blocks included, and the names in them.

Conventions that make a file run twice safely put half of its DDL into ``DO $$ ... $$`` blocks; what reads the
top level only would miss it. SQL that a block puts together at run time (EXECUTE format(...)) cannot be read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from postgast import PgQueryError, parse, pg_query_pb2

from tools.checks._blocks import Moment, moments, plpgsql, value_of
from tools.checks._blocks import as_function as as_function
from tools.migration import Migration
from tools.observe import Observed
from tools.sql import Script, SqlError, Statement
from tools.sql import below as below
from tools.sql import identifier as identifier

_CHANGES = re.compile(r"\s*(?:insert|update|delete|merge|with)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """One statement as it runs."""

    statement: Statement
    """Line, column and offsets are the file's, inside a DO block too."""
    step: int
    """Index of the file's statement that it belongs to, and so of its Step."""
    nested: bool = False
    """It stands inside a DO block."""
    loops: tuple[int, ...] = ()
    """The loops of its block that it stands in, by number."""
    variables: frozenset[str] = frozenset()
    """Names that the block declares."""

    @property
    def node(self) -> Any:
        return self.statement.node

    @property
    def kind(self) -> str:
        return self.statement.kind

    @property
    def looped(self) -> bool:
        return bool(self.loops)

    @property
    def at(self) -> dict[str, int]:
        """Line and column, as a finding wants them."""
        return {"line": self.statement.line, "column": self.statement.column}


@lru_cache(maxsize=32)
def pieces(migration: Migration) -> tuple[Piece, ...]:
    """In file order, a DO block's own statement before those in it; empty where the file does not parse."""
    if migration.syntax_error:
        return ()
    found: list[Piece] = []
    for step, statement in enumerate(migration.statements):
        found.append(Piece(statement, step))
        if statement.kind == "DoStmt":
            found.extend(_inside(statement, step, migration.script))
    return tuple(found)


@lru_cache(maxsize=32)
def unreadable(migration: Migration) -> int:
    """How many statements DO blocks build at run time, so that only their effect can be judged."""
    if migration.syntax_error:
        return 0
    blocks = [do_body(statement) for statement in migration.statements if statement.kind == "DoStmt"]
    return sum(1 for body in blocks if body for moment in moments(body) if moment.sql is None)


def _variables(body: str) -> frozenset[str]:
    """Names that a block declares, loop variables included."""
    datums = [
        fields.get("refname", "")
        for function in plpgsql(as_function(body))
        for datum in function.get("PLpgSQL_function", {}).get("datums", [])
        for fields in datum.values()
    ]
    return frozenset(datums) - {""}


def expressions(create_function: str) -> Iterator[str]:
    """Every SQL text in a plpgsql function, given its CREATE FUNCTION; expressions as SELECTs."""
    stack: list[Any] = plpgsql(create_function)
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            if expression := node.get("PLpgSQL_expr"):
                query = str(expression.get("query", ""))
                yield query if expression.get("parseMode", 0) == 0 else f"select {value_of(query)}"
            stack.extend(node.values())


def do_body(statement: Statement) -> str:
    """A DO block's plpgsql text."""
    for argument in statement.node.args:
        if argument.def_elem.defname == "as":
            return str(argument.def_elem.arg.string.sval)
    return ""


def bodies(statement: Statement) -> Iterator[Any]:
    """Parse trees inside a DO block or a function's body; whether that parses at all is not asked here."""
    node = statement.node
    if statement.kind == "DoStmt":
        texts = expressions(as_function(do_body(statement)))
    elif statement.kind == "CreateFunctionStmt":
        options = {option.def_elem.defname: option.def_elem.arg for option in node.options}
        language = options["language"].string.sval.lower() if "language" in options else "sql"
        body = options["as"].list.items[0].string.sval if "as" in options else ""
        texts = expressions(statement.text) if language == "plpgsql" else iter([body] if language == "sql" else [])
    else:
        return
    for text in texts:
        try:
            yield from (raw.stmt for raw in parse(text).stmts)
        except PgQueryError:
            continue


def _inside(statement: Statement, step: int, script: Script) -> Iterator[Piece]:
    variables = _variables(do_body(statement))
    for moment, begin in placed(statement, script):
        if not moment.sql or not (moment.is_statement or (moment.each and _CHANGES.match(moment.sql))):
            continue
        line_number, column = script.position(begin)
        try:
            parsed = Script(moment.sql).statements
        except SqlError:
            continue
        for inner in parsed:
            found = Statement(inner.text, begin, begin + len(inner.text), line_number, column, inner.node)
            yield Piece(found, step, nested=True, loops=moment.loops, variables=variables)


def placed(statement: Statement, script: Script) -> Iterator[tuple[Moment, int]]:
    """What a DO block does, in its order, and the character offset in the file where it stands."""
    body = do_body(statement)
    start = statement.start + max(0, statement.text.find(body))
    first_line, _ = script.position(start)
    passed = start
    for moment in moments(body):
        sql = moment.sql
        from_line = max(passed, _start_of(script.text, first_line + moment.line - 1))
        begin = script.text.find(sql, from_line, statement.end) if sql else -1
        if sql and begin >= 0:
            passed = begin + len(sql)
        else:
            # INTO was cut out of it, or it was a literal with doubled quotes: its line is all there is.
            begin = from_line
            begin += len(script.text[begin:]) - len(script.text[begin:].lstrip())
            passed = begin if sql and moment.is_statement else passed
        yield moment, begin


def inner(node: Any) -> Any:
    """What a Node message holds; any other message itself."""
    kind = node.WhichOneof("node") if isinstance(node, pg_query_pb2.Node) else None
    return getattr(node, kind) if kind else node


def _start_of(text: str, line: int) -> int:
    """Offset of a line's first character."""
    return sum(len(part) for part in text.splitlines(keepends=True)[: line - 1])


def at_column(seen: Observed, table: str, column: str) -> dict[str, int | None]:
    """Where the file defines a column, or else first names it with its table; as a finding wants it."""
    line, place = _definitions(seen.migration).get((table, column)) or seen.line_of(bare(table), column)
    return {"line": line, "column": place}


def at_table(seen: Observed, table: str) -> dict[str, int | None]:
    """Where the file creates a table."""
    line, place = seen.line_of("create table", bare(table))
    return {"line": line, "column": place}


@lru_cache(maxsize=32)
def _definitions(migration: Migration) -> dict[tuple[str, str], tuple[int, int]]:
    """Line and column of each column in CREATE TABLE and ADD COLUMN, by table and name."""
    found = {}
    for piece in pieces(migration):
        if piece.kind not in ("CreateStmt", "AlterTableStmt"):
            continue
        table = relation(piece.node.relation)
        for node in piece.statement.walk():
            if isinstance(node, pg_query_pb2.ColumnDef) and node.location:
                inner = Script(piece.statement.text) if piece.nested else migration.script
                offset = inner.characters(node.location) + (piece.statement.start if piece.nested else 0)
                found[table, node.colname] = migration.script.position(offset)
    return found


def relation(node: Any) -> str:
    """A RangeVar as ``schema.table``, the way facts print it; without a schema it is taken for one in public."""
    return f"{identifier(node.schemaname or 'public')}.{identifier(node.relname)}"


def dotted(node: Any) -> str:
    """A List of name parts (as in DROP) as ``schema.name``."""
    parts = [item.string.sval for item in node.list.items]
    return ".".join(identifier(part) for part in (parts if len(parts) > 1 else ["public", *parts])[-2:])


def parts(name: str) -> list[str]:
    """``schema.table`` taken apart, each part as it is stored, without quotes."""
    found = re.findall(r'"(?:[^"]|"")*"|[^.]+', name)
    return [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in found]


def bare(name: str) -> str:
    """The last part of ``schema.table`` as it is stored."""
    return parts(name)[-1]
