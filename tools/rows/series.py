"""A column's values in many rows: SQL for row g."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.rows.attempt import Attempt
from tools.rows.schema import Column
from tools.rows.solve import over, typed
from tools.rows.values import DEFAULT, Derived, Value
from tools.rows.write import literal
from tools.sql import identifier

SAMPLE = 1_234_567
"""A serial that is easy to find again in a text; those that take its place are as long."""
_FIRST = 1_000_000
_MOST_TEXTS = 2_000
"""Values for keys that follow a pattern."""
LIMITED = {"enum", "bool"}
"""Kinds of few values."""
_RANGES = {
    "int4": "{name}(10 * g, 10 * g + 5)",
    "int8": "{name}(10 * g, 10 * g + 5)",
    "numeric": "{name}(10 * g, 10 * g + 5)",
    "date": "{name}(date '2031-01-01' + 2 * g, date '2031-01-01' + 2 * g + 1)",
    "timestamp": "{name}(timestamp '2031-01-01' + 2 * g * interval '1 hour', "
    "timestamp '2031-01-01' + (2 * g + 1) * interval '1 hour')",
    "timestamptz": "{name}(timestamptz '2031-01-01' + 2 * g * interval '1 hour', "
    "timestamptz '2031-01-01' + (2 * g + 1) * interval '1 hour')",
}


@dataclass(frozen=True)
class Made:
    """A column that is made of others, at least in some rows."""

    column: Column
    picked: list[Value]
    step: str
    unique: bool

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(name for value in self.picked if isinstance(value, Derived) for name in value.reads)

    def needs(self) -> Iterator[tuple[str, str]]:
        """Further columns of the rows it is made of, as SQL in row g: which value is taken, and what it alters."""
        yield self._alias("step"), self.step
        for n, value in enumerate(self.picked):
            if isinstance(value, Derived) and value.own:
                stride = "31 days" if self.unique else "1 minute"
                base = _varied(self.column, [value.base], self.step, self.unique, stride) or literal(value.base)
                yield self._alias(n), f"({base})::{self.column.type.stored}"

    def text(self) -> str:
        parts = [
            f"{over(self.column, value, self._alias(n))}::{self.column.type.stored}"
            if isinstance(value, Derived)
            else typed(self.column, value)
            for n, value in enumerate(self.picked)
        ]
        cases = " ".join(f"when {n} then {part}" for n, part in enumerate(parts))
        return f"case {self._alias('step')} % {len(parts)} {cases} end" if len(set(parts)) > 1 else parts[0]

    def _alias(self, what: object) -> str:
        return identifier(f"{self.column.name} #{what}"[-63:])


def expression(column: Column, values: Sequence[Value], picked: Sequence[Value], step: str, unique: bool) -> str | None:
    """SQL for the column's value in row g, `picked` if given; None leaves it to its default."""
    if picked:
        if _serial(picked[0]) is None:
            return None if all(value is DEFAULT for value in picked) else _pick(picked, column, step)
        return _serial(picked[0])
    return _varied(column, values, step, unique)


def _varied(column: Column, values: Sequence[Value], step: str, unique: bool, stride: str = "1 minute") -> str | None:
    """SQL for values after the first one, in row g."""
    first, kind = values[0], column.kind
    by_default = first is DEFAULT
    if first is None or (by_default and kind == "uuid"):
        return None if by_default else "NULL"
    if text := _serial(first):
        return text
    if kind == "uuid" and unique:
        return "gen_random_uuid()"
    if kind == "timestamp":
        return f"{typed(column, first)} - g * interval '{stride}'"
    if kind == "date":
        days = int(stride.split()[0]) if stride.endswith("days") else 1
        return f"{typed(column, first)} - {days} * {'g' if unique else '(g % 1000)'}"
    if kind == "number" and not column.type.precision and not (by_default and (not unique or _counts(column))):
        return "g + 1" if unique else "g % 1000"
    if kind == "range" and unique and column.type.element:
        template = _RANGES.get(column.type.element.base)
        return template.format(name=column.type.stored) if template else literal(str(first))
    if kind == "enum" and not by_default:
        return _pick([value for value in values if isinstance(value, str)], column, step)
    if unique and len(values) > 1 and column.kind in LIMITED:
        return _pick([value for value in values if value is not None], column, step)
    return None if by_default else typed(column, first)


def varies(value: Value) -> bool:
    """Other rows get others."""
    if isinstance(value, Derived):
        return bool(value.own or value.reads)
    return _serial(value) is not None


def _counts(column: Column) -> bool:
    return "nextval(" in (column.default or "")


def _serial(value: Value) -> str | None:
    """The text with a number of its own in each row, where there is one in it."""
    if isinstance(value, str) and str(SAMPLE) in value:
        return f"replace({literal(value)}, '{SAMPLE}', ({_FIRST} + g)::text)"
    return None


def each(pattern: Attempt, column: Column, at: int, before: int, count: int) -> str | None:
    """A value of its own for each row, where no number can be put into a text; None where they do not differ."""
    found: list[Value] = []
    if _serial(pattern.choices(column.name)[at]):
        return None
    for pattern.serial in range(before + 1, before + 1 + min(count, _MOST_TEXTS)):
        found += pattern.choices(column.name, most=at + 1)[at : at + 1]
        if found[-1:] == [DEFAULT]:
            break
    pattern.serial = SAMPLE
    distinct = [typed(column, value) for value in dict.fromkeys(found) if not isinstance(value, Derived)]
    return f"(array[{', '.join(distinct)}])[1 + (g - {before}) % {len(distinct)}]" if distinct[1:] else None


def _pick(values: Sequence[Value], column: Column, step: str) -> str:
    """One after the other."""
    parts = [typed(column, value) for value in values]
    if column.kind == "array":
        cases = " ".join(f"when {n} then {part}" for n, part in enumerate(parts))
        return f"case {step} % {len(parts)} {cases} end"
    return f"(array[{', '.join(parts)}])[1 + {step} % {len(parts)}]" if len(set(parts)) > 1 else parts[0]
