"""New columns, and what the rules about them say where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.checks._statements import at_column, bare
from tools.checks.base import finding
from tools.facts import names
from tools.observe import Observed
from tools.report import Finding

NUMBERS = re.compile(r"^(smallint|integer|bigint|numeric(\(.*\))?|real|double precision)$")
TEXTS = re.compile(r"^(text|character varying(\(\d+\))?|(\w+\.)?citext)$")


def words(text: str) -> frozenset[str]:
    """Those between blanks."""
    return frozenset(text.split())


@dataclass(frozen=True)
class NewColumn:
    table: str
    name: str
    facts: dict[str, str]
    siblings: dict[str, dict[str, str]]
    """All columns of the table."""
    constraints: tuple[dict[str, str], ...]
    """Those that the column takes part in."""

    @property
    def words(self) -> list[str]:
        return self.name.lower().split("_")

    @property
    def type(self) -> str:
        return self.facts.get("type", "")

    def has(self, *kinds: str) -> bool:
        return any(constraint.get("type") in kinds for constraint in self.constraints)


def new_columns(seen: Observed) -> Iterator[NewColumn]:
    """Of tables, new or with another kind of type than before; generated ones hold what their expression yields."""
    for table in seen.after.tables():
        if "partition bound" in seen.after.get("table", table):
            continue
        columns, before = seen.after.columns(table), seen.before.columns(table)
        constraints = list(seen.after.of("constraint", under=table).values())
        for name, facts in columns.items():
            if (name in before and _kind(before[name]) == _kind(facts)) or facts.get("generated"):
                continue
            own = tuple(c for c in constraints if name in names(c.get("columns", "[]")))
            yield NewColumn(table, name, facts, columns, own)


def _kind(column: dict[str, str]) -> str:
    """A wider number is still the same number, a longer text the same text."""
    type_ = column.get("type", "")
    return "number" if NUMBERS.match(type_) else "text" if TEXTS.match(type_) else type_


def constraint_name(column: NewColumn, ending: str) -> str:
    return f"{bare(column.table)}_{column.name}_{ending}"


def column_finding(seen: Observed, column: NewColumn, rule: str, message: str, **details: str) -> Finding:
    name = f"{column.table}.{column.name}"
    return finding(rule, message, object=name, **details, **at_column(seen, column.table, column.name))
