"""A query that a draft names, read: its placeholders and what they stand for, its tables, the functions it calls.

A key that is written out (``'7f9c24e8-...'``) is a placeholder with an example: nobody knows keys beforehand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from postgast import pg_query_pb2

from tools.migration import AppQuery
from tools.sql import Script, SqlError, Statement, below, identifier

_KINDS = ("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
TOKENS = re.compile(
    r"""(?<!uuid )(?P<example>'[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}')"""
    r"""|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|::|:="""
    r"""|(?<![\w\]])[:@](?P<name>[a-zA-Z_]\w*)|\$(?P<number>\d+)""",
    re.DOTALL,
)
"""What may hold a colon or dollar that is no placeholder, or is one."""


@dataclass(frozen=True)
class FunctionCall:
    """As the query writes it."""

    name: str
    """With its schema."""
    given: tuple[tuple[str, int], ...]
    """Of each argument the parameter, where it is named, and the number of the placeholder; 0 where it is none."""


@dataclass
class NamedQuery:
    """A named query, read."""

    named: AppQuery
    text: str = ""
    """With all placeholders as ``$1``, ``$2``..."""
    places: tuple[str, ...] = ()
    """What each placeholder is called; empty for a number or an example."""
    examples: dict[int, str] = field(default_factory=dict)
    """Keys that are written out, as SQL, by the number of their placeholder."""
    problem: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    """By the name under which the query speaks of them."""
    compared: list[tuple[str, str, str]] = field(default_factory=list)
    """(qualifier, column, operator) of WHERE, JOIN and ORDER BY."""
    meant: dict[int, tuple[str, str]] = field(default_factory=dict)
    """(qualifier, column) that a placeholder is compared with, or set to."""
    lists: set[int] = field(default_factory=set)
    """Placeholders that hold an array: ``= any ($1)``."""
    target: str = ""
    """The table that it inserts into."""
    inserted: set[int] = field(default_factory=set)
    """Placeholders among the values that it inserts."""
    calls: list[FunctionCall] = field(default_factory=list)

    @property
    def first(self) -> str:
        return next(iter(self.tables.values()), "")


def read_query(query: AppQuery) -> NamedQuery:
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        name = found["example"] or found["name"] or found["number"]
        if not name:
            return found[0]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    text = TOKENS.sub(place, query.sql)
    try:
        statements = Script(text).statements
    except SqlError as error:
        return NamedQuery(query, problem=error.message)
    if len(statements) != 1 or statements[0].kind not in _KINDS:
        return NamedQuery(query, problem="it is not one SELECT, INSERT, UPDATE, DELETE or MERGE")
    read = NamedQuery(
        query,
        statements[0].text,
        tuple(name if name.isidentifier() else "" for name in names),
        {number: name for number, name in enumerate(names, 1) if name.startswith("'")},
    )
    _look(read, statements[0])
    return read


def _look(read: NamedQuery, statement: Statement) -> None:
    nodes = list(statement.walk())
    ours = {node.ctename for node in nodes if isinstance(node, pg_query_pb2.CommonTableExpr)}
    for node in nodes:
        if isinstance(node, pg_query_pb2.RangeVar) and (node.schemaname or node.relname not in ours):
            read.tables[node.alias.aliasname or node.relname] = _relation(node)
    for node in nodes:
        if isinstance(node, pg_query_pb2.A_Expr) and node.name:
            _look_at_comparison(read, node)
        elif isinstance(node, pg_query_pb2.InsertStmt):
            _look_at_values(read, node)
        elif isinstance(node, pg_query_pb2.ResTarget) and node.name and (number := _placeholder(node.val)):
            read.meant.setdefault(number, ("", node.name))  # set to it
        elif isinstance(node, pg_query_pb2.FuncCall):
            read.calls.append(_called(node))
        elif isinstance(node, pg_query_pb2.SubLink) and (column := _column(_inner(node.testexpr))):
            read.compared.append((*column, "="))
        elif isinstance(node, pg_query_pb2.SortBy) and (column := _column(_inner(node.node))):
            read.compared.append((*column, "order"))


def _look_at_comparison(read: NamedQuery, node: Any) -> None:
    sides = [_inner(node.lexpr), _inner(node.rexpr)]
    operator = "=" if node.kind == pg_query_pb2.AEXPR_IN else node.name[-1].string.sval
    for side, other in (sides, sides[::-1]):
        if column := _column(side):
            read.compared.append((*column, operator))
            for part in _below(other):
                if isinstance(part, pg_query_pb2.ParamRef):
                    read.meant[part.number] = column
    if node.kind in (pg_query_pb2.AEXPR_OP_ANY, pg_query_pb2.AEXPR_OP_ALL) and (number := _placeholder(node.rexpr)):
        read.lists.add(number)


def _look_at_values(read: NamedQuery, insert: Any) -> None:
    columns = [_inner(target).name for target in insert.cols]
    read.target = _relation(insert.relation)
    for listed in _inner(insert.select_stmt).values_lists if insert.HasField("select_stmt") else ():
        for column, value in zip(columns, _inner(listed).items, strict=False):
            numbers = {n.number for n in _below(value) if isinstance(n, pg_query_pb2.ParamRef)}
            read.meant |= dict.fromkeys(numbers, ("", column))
            read.inserted |= numbers


def _called(call: Any) -> FunctionCall:
    words = [_inner(part).sval for part in call.funcname]
    given = []
    for node in call.args:
        argument = _inner(node)
        named = isinstance(argument, pg_query_pb2.NamedArgExpr)
        given.append((argument.name if named else "", _placeholder(argument.arg if named else node)))
    schema = words[-2] if len(words) > 1 else "public"
    return FunctionCall(f"{identifier(schema)}.{identifier(words[-1])}", tuple(given))


def _relation(node: Any) -> str:
    return f"{identifier(node.schemaname or 'public')}.{identifier(node.relname)}"


def _placeholder(node: Any) -> int:
    """The number of the placeholder that it is, under casts; else 0."""
    inner = _inner(node)
    return int(inner.number) if isinstance(inner, pg_query_pb2.ParamRef) else 0


def _inner(node: Any) -> Any:
    while isinstance(node, pg_query_pb2.Node | pg_query_pb2.TypeCast):
        if isinstance(node, pg_query_pb2.TypeCast):
            node = node.arg
            continue
        kind = node.WhichOneof("node")
        if kind is None:
            return None
        node = getattr(node, kind)
    return node


def _below(node: Any) -> Iterator[Any]:
    return below(node) if node is not None else iter(())


def _column(node: Any) -> tuple[str, str] | None:
    """(qualifier, name)"""
    if not isinstance(node, pg_query_pb2.ColumnRef):
        return None
    words = [_inner(part) for part in node.fields]
    if not words or not isinstance(words[-1], pg_query_pb2.String):
        return None
    return (words[-2].sval if len(words) > 1 else ""), words[-1].sval
