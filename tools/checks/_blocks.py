"""What a plpgsql block does, in its order: statements, the expressions between them, the loops around them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import postgast

_LOOPS = frozenset(f"PLpgSQL_stmt_{word}" for word in ("loop", "while", "fori", "fors", "forc", "foreach_a", "dynfors"))
_ROW_BY_ROW = ("PLpgSQL_stmt_fori", "PLpgSQL_stmt_fors", "PLpgSQL_stmt_forc", "PLpgSQL_stmt_dynfors")


@dataclass(frozen=True)
class Moment:
    """One text that a block has Postgres evaluate."""

    sql: str | None
    """As written; None where it is built at run time."""
    line: int
    """In the body; the first is 1."""
    loops: tuple[int, ...] = ()
    """The loops around it, by number, the outermost first."""
    is_statement: bool = False
    """Else an expression, such as an IF's condition or the right side of an assignment."""
    sets: frozenset[str] = frozenset()
    """Variables that take its result."""
    each: bool = False
    """They take one row after the other, as a FOR loop goes through them."""

    @property
    def query(self) -> str:
        """As a statement that parses."""
        if self.is_statement or re.match(r"\s*(select|with|values)\b", self.sql or "", re.IGNORECASE):
            return self.sql or ""
        return f"select {value_of(self.sql or '')}"


@lru_cache(maxsize=64)
def moments(body: str) -> tuple[Moment, ...]:
    """Of a DO block's text; empty where it is no plpgsql."""
    found: list[Moment] = []
    for function in plpgsql(as_function(body)):
        tree = function.get("PLpgSQL_function", {})
        _Walk(tree.get("datums", []), found).node(tree.get("action", {}), 1, ())
    return tuple(found)


def as_function(body: str) -> str:
    """A DO block's text as a function."""
    tag = "$_body_$"
    return f"create function _() returns void language plpgsql as {tag}{body}{tag}"


def plpgsql(create_function: str) -> list[Any]:
    """libpg_query's tree of a plpgsql function; empty for what it cannot read."""
    try:
        parsed: list[Any] = postgast.parse_plpgsql(create_function)
    except postgast.PgQueryError:
        return []
    except json.JSONDecodeError as error:
        # libpg_query closes one brace too many for each special variable of a trigger function.
        parsed = json.loads(re.sub(r"(?<=[\[,])\{\}\},", "{},", error.doc))
    return parsed


def value_of(query: str) -> str:
    """The right side of an assignment, which plpgsql keeps whole."""
    return re.sub(r"^[\w.\[\]]+\s*:?=\s*", "", query)


class _Walk:
    def __init__(self, datums: Sequence[Mapping[str, Any]], found: list[Moment]) -> None:
        self.datums, self.found, self.loops = datums, found, 0

    def node(self, node: Any, line: int, loops: tuple[int, ...]) -> None:
        if isinstance(node, list):
            for item in node:
                self.node(item, line, loops)
        elif isinstance(node, dict):
            for key, value in node.items():
                here = value.get("lineno", line) if isinstance(value, dict) else line
                self._one(key, value, here, loops)

    def _one(self, key: str, value: Any, line: int, loops: tuple[int, ...]) -> None:
        if key == "PLpgSQL_expr":
            self.found.append(Moment(value["query"], line, loops))
        elif key in ("PLpgSQL_stmt_execsql", "PLpgSQL_stmt_perform"):
            query = value["sqlstmt" if key.endswith("execsql") else "expr"]["PLpgSQL_expr"]["query"]
            self.found.append(Moment(query, line, loops, is_statement=True, sets=self._target(value.get("target"))))
        elif key == "PLpgSQL_stmt_dynexecute":
            query = _constant(value["query"]["PLpgSQL_expr"]["query"])
            self.node(value.get("params", []), line, loops)
            self.found.append(Moment(query, line, loops, is_statement=True, sets=self._target(value.get("target"))))
        elif key == "PLpgSQL_stmt_assign":
            query = value["expr"]["PLpgSQL_expr"]["query"]
            self.found.append(Moment(query, line, loops, sets=self._variable(value.get("varno"))))
        elif key == "PLpgSQL_stmt_fetch":
            self.found.append(Moment("", line, loops, sets=self._target(value.get("target")), each=True))
        elif key in _LOOPS:
            self._loop(key, value, line, loops)
        elif isinstance(value, dict | list):
            self.node(value, line, loops)

    def _loop(self, key: str, value: dict[str, Any], line: int, loops: tuple[int, ...]) -> None:
        """What it goes through comes before its body."""
        self.loops += 1
        inside = (*loops, self.loops)
        sets = self._target(value.get("var")) if key in _ROW_BY_ROW else self._variable(value.get("varno"))
        for part in ("lower", "upper", "step", "query", "expr", "argquery"):
            if part in value:
                query = value[part]["PLpgSQL_expr"]["query"]
                built = _constant(query) if key == "PLpgSQL_stmt_dynfors" else query
                self.found.append(Moment(built, line, loops, sets=sets, each=True))
        rest = {name: part for name, part in value.items() if name in ("cond", "body")}
        self.node(rest.get("cond"), line, inside)
        self.node(rest.get("body"), line, inside)

    def _target(self, target: Any) -> frozenset[str]:
        """Names in a PLpgSQL_row, or that of a PLpgSQL_rec or PLpgSQL_var."""
        for facts in (target or {}).values():
            names = {field.get("name", "") for field in facts.get("fields", [])} or {facts.get("refname", "")}
            return frozenset(names) - {""}
        return frozenset()

    def _variable(self, number: int | None) -> frozenset[str]:
        if number is None or number >= len(self.datums):
            return frozenset()
        for facts in self.datums[number].values():
            if "recparentno" in facts:
                return self._variable(facts["recparentno"])
            return frozenset({facts.get("refname", "")}) - {""}
        return frozenset()


def _constant(expression: str) -> str | None:
    """The text of a string literal; None for anything that has to be computed."""
    try:
        target = postgast.parse(f"select {expression}").stmts[0].stmt.select_stmt.target_list
    except postgast.PgQueryError:
        return None
    value = target[0].res_target.val if len(target) == 1 else None
    return value.a_const.sval.sval if value is not None and value.WhichOneof("node") == "a_const" else None
