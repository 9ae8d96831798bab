"""What a row of a table has to satisfy by itself, and what that says about each column."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from tools.rows.hints import Hints, hints
from tools.rows.schema import Check, Table
from tools.rows.values import Derived
from tools.sql import identifier


@dataclass
class Rules:
    """Of one table. What is found out on the way is kept for its later rows."""

    table: Table
    lessons: list[Check] = field(default_factory=list)
    """Conditions that triggers were seen to demand."""
    triggers_read: bool = False
    keys: set[str] = field(default_factory=set)
    """Of the metadata that users bring when they sign up, asked for by triggers."""
    constants: dict[str, list[str]] = field(default_factory=dict)
    """What functions without arguments return that the checks compare a column with."""
    plans: dict[tuple[bool, bool, frozenset[str]], dict[str, int]] = field(default_factory=dict)
    """Choices that went well before, by whether NULLs were preferred, all was tried and which columns were fixed."""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """What the row has to say that a foreign key leads to, by the key's name: triggers were seen to demand it."""
    unmoved: bool = False
    """No such thing helped."""
    thorough: bool = False
    """The usual values will not do."""
    studied: bool = False
    derived: dict[str, list[Derived]] = field(default_factory=dict)
    """What columns may be, according to the others."""
    bodies: list[Check] = field(default_factory=list)
    """What functions ask that the checks call, in terms of the columns."""
    _hints: dict[str, Hints] = field(default_factory=dict)

    @cached_property
    def conditions(self) -> list[Check]:
        """Checks, those of domains and the bounds of partitions, in terms of the columns that can be written."""
        found = [*self.table.checks, *self.lessons]
        for column in self.table.columns.values():
            name = identifier(column.name)
            found += [
                Check(check.name, f"(select {check.definition} from (select {name}) v (value))", (column.name,))
                for check in column.type.checks
            ]
        if self.table.partitions and all(self.table.partitions):
            either = " or ".join(f"({text})" for text in self.table.partitions)
            found.append(Check("the bounds of its partitions", either, tuple(hints(either))))
        found = [self._without_generated(check) for check in found if check.columns]
        return [
            check for check in found
            if all(name in self.table.columns and not self.table.columns[name].identity for name in check.columns)
        ]  # fmt: skip

    def _without_generated(self, check: Check) -> Check:
        columns = self.table.columns
        made = {
            name: expression
            for name in check.columns
            if name in columns and (expression := columns[name].generation) is not None
        }
        if not made:
            return check
        named = [name for name in check.columns if name not in made]
        sources = dict.fromkeys([*named, *(n for text in made.values() for n in hints(text) if n in columns)])
        parts = [*map(identifier, named), *(f"({text}) as {identifier(name)}" for name, text in made.items())]
        return Check(check.name, f"(select {check.definition} from (select {', '.join(parts)}) v)", tuple(sources))

    def hint(self, column: str) -> Hints:
        if column not in self._hints:
            found = Hints()
            for check in self.conditions:
                if column in check.columns:
                    about = hints(check.definition)
                    found |= about.get(column) or (about.get("value") if len(check.columns) == 1 else None) or Hints()
                    found.related |= len(check.columns) > 1
                    for name in about.keys() - set(check.columns):
                        found.values += about[name].values
            for body in self.bodies:
                if column in body.columns:
                    about = hints(body.definition)
                    for name in {column, *(about.keys() - self.table.columns.keys())} & about.keys():
                        found |= about[name]
            for value in self.constants.get(column, ()):
                found.values.insert(0, value)
            self._hints[column] = found
        return self._hints[column]

    def learn(self, checks: Iterable[Check]) -> bool:
        """Further conditions; whether any is new."""
        new = [check for check in checks if check not in self.lessons]
        self.lessons += new
        if new:
            self.forget()
        return bool(new)

    def forget(self) -> None:
        self.__dict__.pop("conditions", None)
        self._hints.clear()
        self.plans.clear()
