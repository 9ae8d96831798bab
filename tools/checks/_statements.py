"""The statements that a migration runs, those inside its DO blocks included, and the names in them.

Conventions that make a file run twice safely put half of its DDL into ``DO $$ ... $$`` blocks; what reads the
top level only would miss it. SQL that a block puts together at run time (EXECUTE format(...)) cannot be read.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import postgast
from postgast import pg_query_pb2

from tools.migration import Migration
from tools.observe import Observed
from tools.sql import Script, SqlError, Statement
from tools.sql import identifier as identifier

_LOOPS = frozenset(f"PLpgSQL_stmt_{word}" for word in ("loop", "while", "fori", "fors", "forc", "foreach_a", "dynfors"))


@dataclass(frozen=True)
class Piece:
    """One statement as it runs."""

    statement: Statement
    """Line, column and offsets are the file's, inside a DO block too."""
    step: int
    """Index of the file's statement that it belongs to, and so of its Step."""
    looped: bool = False
    """It stands in a loop of its block."""
    nested: bool = False
    """It stands inside a DO block."""
    variables: frozenset[str] = frozenset()
    """Names that the block declares."""

    @property
    def node(self) -> Any:
        return self.statement.node

    @property
    def kind(self) -> str:
        return self.statement.kind

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
    return sum(1 for body in blocks if body for sql, *_ in queries(body) if sql is None)


def queries(body: str) -> Iterator[tuple[str | None, int, bool]]:
    """(SQL, line in the body, in a loop) of each statement in a plpgsql body; nothing for another language.

    SQL is None where it is built at run time.
    """
    for function in _plpgsql(as_function(body)):
        yield from _walk(function.get("PLpgSQL_function", {}).get("action", {}), 1, False)


def _variables(body: str) -> frozenset[str]:
    """Names that a block declares, loop variables included."""
    datums = [
        fields.get("refname", "")
        for function in _plpgsql(as_function(body))
        for datum in function.get("PLpgSQL_function", {}).get("datums", [])
        for fields in datum.values()
    ]
    return frozenset(datums) - {""}


def expressions(create_function: str) -> Iterator[str]:
    """Every SQL text in a plpgsql function, given its CREATE FUNCTION; expressions as SELECTs."""
    stack: list[Any] = _plpgsql(create_function)
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            if expression := node.get("PLpgSQL_expr"):
                query = str(expression.get("query", ""))
                yield query if expression.get("parseMode", 0) == 0 else f"select {_value(query)}"
            stack.extend(node.values())


def as_function(body: str) -> str:
    """A DO block's text as a function."""
    tag = "$_body_$"
    return f"create function _() returns void language plpgsql as {tag}{body}{tag}"


def _plpgsql(create_function: str) -> list[Any]:
    """libpg_query's tree of a plpgsql function; empty for what it cannot read."""
    try:
        parsed: list[Any] = postgast.parse_plpgsql(create_function)
    except postgast.PgQueryError:
        return []
    except json.JSONDecodeError as error:
        # libpg_query closes one brace too many for each special variable of a trigger function.
        parsed = json.loads(re.sub(r"(?<=[\[,])\{\}\},", "{},", error.doc))
    return parsed


def _value(query: str) -> str:
    """The right side of an assignment, which plpgsql keeps whole."""
    return re.sub(r"^[\w.\[\]]+\s*:?=\s*", "", query)


def _walk(node: Any, line: int, looped: bool) -> Iterator[tuple[str | None, int, bool]]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item, line, looped)
        return
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "PLpgSQL_stmt_execsql":
            yield value["sqlstmt"]["PLpgSQL_expr"]["query"], value.get("lineno", line), looped
        elif key == "PLpgSQL_stmt_perform":
            yield value["expr"]["PLpgSQL_expr"]["query"], value.get("lineno", line), looped
        elif key == "PLpgSQL_stmt_dynexecute":
            yield _constant(value["query"]["PLpgSQL_expr"]["query"]), value.get("lineno", line), looped
        elif isinstance(value, dict | list):
            inner = value.get("lineno", line) if isinstance(value, dict) else line
            yield from _walk(value, inner, looped or key in _LOOPS)


def _constant(expression: str) -> str | None:
    """The text of a string literal; None for anything that has to be computed."""
    try:
        target = postgast.parse(f"select {expression}").stmts[0].stmt.select_stmt.target_list
    except postgast.PgQueryError:
        return None
    value = target[0].res_target.val if len(target) == 1 else None
    return value.a_const.sval.sval if value is not None and value.WhichOneof("node") == "a_const" else None


def do_body(statement: Statement) -> str:
    """A DO block's plpgsql text."""
    for argument in statement.node.args:
        if argument.def_elem.defname == "as":
            return str(argument.def_elem.arg.string.sval)
    return ""


def _inside(statement: Statement, step: int, script: Script) -> Iterator[Piece]:
    body = do_body(statement)
    start = statement.start + max(0, statement.text.find(body))
    first_line, _ = script.position(start)
    variables = _variables(body)
    passed = start
    for sql, line, looped in queries(body):
        if sql is None:
            continue
        begin = script.text.find(sql, passed, statement.end)
        if begin < 0:
            # INTO was cut out of it, or it was a literal with doubled quotes: its line is all there is.
            begin = passed = max(passed, _start_of(script.text, first_line + line - 1))
            begin += len(script.text[begin:]) - len(script.text[begin:].lstrip())
        else:
            passed = begin + len(sql)
        line_number, column = script.position(begin)
        try:
            parsed = Script(sql).statements
        except SqlError:
            continue
        for inner in parsed:
            found = Statement(inner.text, begin, begin + len(inner.text), line_number, column, inner.node)
            yield Piece(found, step, looped, nested=True, variables=variables)


def inner(node: Any) -> Any:
    """What a Node message holds; any other message itself."""
    kind = node.WhichOneof("node") if isinstance(node, pg_query_pb2.Node) else None
    return getattr(node, kind) if kind else node


def below(node: Any) -> Iterator[Any]:
    """The node and all nodes under it."""
    return (found for _, found in postgast.walk(node))


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
    encoded = migration.text.encode()
    for piece in pieces(migration):
        if piece.kind not in ("CreateStmt", "AlterTableStmt"):
            continue
        table = relation(piece.node.relation)
        for node in piece.statement.walk():
            if isinstance(node, pg_query_pb2.ColumnDef) and node.location:
                if piece.nested:
                    bytes_before = len(migration.text[: piece.statement.start].encode()) + node.location
                else:
                    bytes_before = node.location
                offset = len(encoded[:bytes_before].decode(errors="ignore"))
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
