"""Parents that a trigger may want otherwise: an event that is open, a plan that is active.

Where a function refuses a row whatever stands in it, the rows that it refers to are made anew, with other values in the
columns that the function's source names.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from tools.rows.attempt import CannotFill, sources
from tools.rows.schema import Column, ForeignKey, Table
from tools.rows.types import least_powerful

if TYPE_CHECKING:
    from tools.rows.filler import Filler

_T = TypeVar("_T")
_MOST, _SECONDS = 12, 1.0
_LITERAL = re.compile(r"'((?:[^']|'')*)'")


def persuaded(
    filler: "Filler", table: Table, given: Mapping[str, str | None], problem: CannotFill, again: Callable[[], _T]
) -> _T | None:
    """What `again` makes as soon as a parent suits; None where none does, which is tried once."""
    rules = filler.rules(table)
    if rules.unmoved:
        return None
    before, until = rules.asked, monotonic() + _SECONDS
    for key, name, text in islice(_otherwise(filler, table, given, problem), _MOST):
        if monotonic() > until:
            break
        rules.asked = {**before, key.name: {**before.get(key.name, {}), name: text}}
        with suppress(CannotFill):
            made = again()
            stored = (filler.rows.get(key.parent) or [{}])[-1].get(name)
            rules.asked[key.name][name] = stored if stored is not None else text
            return made
    rules.asked, rules.unmoved = before, True
    return None


def _otherwise(
    filler: "Filler", table: Table, given: Mapping[str, str | None], problem: CannotFill
) -> Iterator[tuple[ForeignKey, str, str]]:
    """A foreign key, a column of its parent, and what to try there; first what the row itself has in such a column."""
    functions = sources(filler.conn, table)
    raised = [source for name, source in functions.items() if f"{name}(" in problem.constraint]
    source = "\n".join(raised or functions.values())
    words = set(re.findall(r"\w+", source.lower()))
    literals = [text.replace("''", "'") for text in _LITERAL.findall(source)]
    for key in table.foreign_keys:
        parent = filler.table(key.parent)
        known = key.parent in filler.busy or set(key.columns) & given.keys() or parent.schema == "auth"
        if known or key.parent.split(".")[1].strip('"').lower() not in words:
            continue
        last: Mapping[str, str | None] = (filler.rows.get(key.parent) or [{}])[-1]
        referring = {name for other in parent.foreign_keys for name in other.columns}
        for name, column in parent.columns.items():
            if name.lower() in words and not column.automatic and name not in {*referring, *parent.primary_key}:
                same = problem.tried.get(name)
                wished = [*([same] if isinstance(same, str) else []), *_values(filler, parent, column, literals)]
                yield from ((key, name, text) for text in dict.fromkeys(wished) if text != last.get(name))


def _values(filler: "Filler", parent: Table, column: Column, literals: list[str]) -> Iterator[str]:
    listed = column.labels or tuple(filler.rules(parent).hint(column.name).listed)
    match column.kind:
        case "bool":
            yield from ("true", "false")
        case "enum" | "text":
            named = [text for text in literals if text in listed] if listed else literals
            yield from least_powerful(dict.fromkeys(named))[:4]
        case "number":
            yield from ("1000000", "1", "0")
        case "timestamp" | "date":
            yield from ("2099-01-01", "2000-01-01")
