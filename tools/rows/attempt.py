"""One row on its way in: choosing values, and learning from refusals."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import psycopg

from tools.rows.hints import guards, hints
from tools.rows.rules import Rules
from tools.rows.schema import Check, Table, Unique
from tools.rows.solve import UnsolvableError, solve, worked_out
from tools.rows.study import study
from tools.rows.values import DEFAULT, Value, candidates, named
from tools.rows.write import undone_on_error

_ANSWERS = 6
_FUNCTIONS = """
select p.proname, p.prosrc from pg_catalog.pg_trigger t join pg_catalog.pg_proc p on p.oid = t.tgfoid
where t.tgrelid = %s::regclass and not t.tgisinternal and t.tgtype & 4 <> 0
"""
_METADATA = "auth.users", "raw_user_meta_data"
_METADATA_KEY = re.compile(r"raw_user_meta_data\s*->>?\s*'(\w+)'")
Step = Literal["again", "renew", "stop"]
"""Try this attempt again, try one with another parent, or give up."""

STACK = "54001"
"""SQLSTATE of "stack depth limit exceeded"."""


class CannotFill(Exception):  # noqa: N818 - what it says
    """No row could be put into a table; `constraint` is the constraint or function that stood in the way, if known."""

    def __init__(self, table: str, constraint: str, reason: str, *, raised: bool = False) -> None:
        super().__init__(f"{table}: {reason}")
        self.table, self.constraint, self.reason = table, constraint, reason
        self.raised = raised
        """A function said no, rather than that it broke."""
        self.endless = False
        """A trigger calls itself without end."""
        self.tried: Mapping[str, Value] = {}
        """The row that was refused."""


@dataclass
class Attempt:
    """`fixed` is not to be changed; of the columns in `references` NULL may be chosen, or another known key."""

    table: Table
    rules: Rules
    fixed: dict[str, Value]
    references: dict[str, list[Value]]
    hunches: dict[str, str]
    """Values that go before all candidates: keys of what a column seems to refer to."""
    mark: str
    serial: int
    answers: list[dict[str, int]] = field(default_factory=list)
    """What the checks allow, best first; the first is tried."""
    careful: bool = False
    """All checks are looked at before inserting, not only those of several columns."""
    sparse: bool = False
    """Nullable columns stay empty."""
    signed_in: bool = False
    hasty: bool = False
    """It is not worth much time."""
    thorough: bool = False
    """The usual values will not do."""
    refused: dict[str, set[Value]] = field(default_factory=dict)
    """Values that will not do for a column."""
    picked: dict[str, Value] = field(default_factory=dict)
    """What was chosen from the choices, with what is made of others as it stands there."""
    chosen: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.thorough = self.rules.thorough

    @property
    def known(self) -> dict[str, Value]:
        """What is fixed, and what references lead to."""
        return {name: values[0] for name, values in self.references.items()} | self.fixed

    def choose(self, conn: psycopg.Connection[Any]) -> dict[str, Value]:
        """What to insert, by column. Raises UnsolvableError."""
        if not self.answers:
            key = self.sparse, self.thorough, frozenset(self.known)
            if key in self.rules.plans and not self.refused and not self.careful:
                self.answers = [self.rules.plans[key]]
            else:
                self.answers = self._solved(conn)
                if not self.refused:
                    self.rules.plans[self.sparse, self.thorough, frozenset(self.known)] = self.answers[0]
        answer = self.answers[0]
        self.picked = {}
        for name, column in self.table.columns.items():
            if column.automatic and name not in self.fixed and name not in self.references:
                continue
            if answer.get(name):
                values = self.choices(name, most=answer[name] + 1)
                self.picked[name] = values[min(answer[name], len(values) - 1)]
            elif self.sparse and not column.not_null and name not in self.fixed and name not in answer:
                self.picked[name] = None
            else:
                self.picked[name] = self.choices(name, most=1)[0]
        self.chosen = worked_out(conn, self.table, self.picked)
        return self.chosen

    def choices(self, name: str, most: int | None = None) -> list[Value]:
        """What may be written into a column, the best first; `most` is how many are wanted."""
        column = self.table.columns[name]
        if name in self.fixed:
            return [self.fixed[name]]
        if name in self.references:
            return self.references[name]
        refused = self.refused.get(name, set())
        if most == 1 and name in self.hunches:
            return [self.hunches[name]]
        most = None if most is None else most + len(refused)
        derived = self.rules.derived.get(name, []) if self.thorough else None
        found = candidates(
            self.table, column, self.rules.hint, mark=self.mark, serial=self.serial, most=most, derived=derived
        )
        if name in self.hunches:
            found.insert(0, self.hunches[name])
        if (self.table.name, name) == _METADATA and self.rules.keys and isinstance(found[0], str):
            tag = f"{self.mark}{self.serial}"
            wanted = {key: named(key, "user", tag, self.serial) or f"{key}{tag}" for key in self.rules.keys}
            found[0] = json.dumps(wanted | json.loads(found[0]))
        return [value for value in found if value not in refused] or found[-1:]

    def _solved(self, conn: psycopg.Connection[Any]) -> list[dict[str, int]]:
        """The first choices, where a check breaks on a candidate."""
        checks = self.rules.conditions
        if not self.careful:
            # Most often the first candidates are fine, and inserting tells as well
            checks = [
                check for check in checks
                if len(check.columns) > 1 or check in self.rules.lessons or "NULL" in check.definition
            ]  # fmt: skip
        asked = {name for check in checks for name in check.columns}
        if not asked:
            return [{}]
        self._learn_constants(conn, asked)
        while True:
            choices = {name: self.choices(name) for name in asked}
            try:
                found = solve(
                    conn, self.table, checks, choices, sparse=self.sparse, limit=_ANSWERS, thorough=self.thorough,
                    hasty=self.hasty,
                )  # fmt: skip
            except UnsolvableError as error:
                guesses = [check for check in error.checks if check in self.rules.lessons]
                free = {name for check in error.checks for name in check.columns} - self.known.keys()
                if free and not (self.thorough or self.hasty):
                    self.look_closer(conn)
                elif guesses:  # a trigger may demand that in some rows only
                    checks = [check for check in checks if check not in guesses]
                else:
                    raise
            except psycopg.Error:
                if conn.closed:
                    raise
                return [{}]
            else:
                self.rules.thorough |= self.thorough
                return found

    def look_closer(self, conn: psycopg.Connection[Any]) -> None:
        """From now on everything is tried that could do."""
        self.thorough, self.answers = True, []
        study(conn, self.rules)

    def _learn_constants(self, conn: psycopg.Connection[Any], names: Iterable[str]) -> None:
        """What functions without arguments return that the columns are compared with."""
        for name in names:
            if name in self.rules.constants or not (calls := self.rules.hint(name).calls):
                continue
            self.rules.constants[name] = []
            try:
                with undone_on_error(conn):
                    query = f"select array[{', '.join(f'{call}()::text' for call in dict.fromkeys(calls))}]"
                    row = conn.execute(query.encode(), prepare=False).fetchone()
            except psycopg.Error:
                continue
            self.rules.constants[name] = [text for text in row[0] if text is not None] if row else []
            self.rules._hints.pop(name, None)

    def learn(self, conn: psycopg.Connection[Any], error: psycopg.Error) -> Step:
        """What to do about a refusal."""
        state, own = error.sqlstate or "", not self._elsewhere(error)
        name = error.diag.constraint_name
        if state == "23505" and own:
            return self._taken(conn, next((unique for unique in self.table.uniques if unique.name == name), None))
        column = error.diag.column_name
        if state == "23502" and own and column and column not in self.fixed:
            self._refuse(column)
            return "again"
        if state == "23P01" and own:
            return self._taken(conn, next((one for one in self.table.exclusions if one.name == name), None))
        self.rules.plans.clear()
        if state == "23514" and own:
            if not self.careful:
                self.careful, self.answers = True, []
                return "again"
            if len(self.answers) > 1:
                del self.answers[0]
                return "again"
        if not own and self._learn_from_functions(conn):
            self.answers, self.careful = [], True
            return "again"
        if not own and self.rules.lessons and len(self.answers) > 1:
            del self.answers[0]
            return "again"
        self.answers = []
        if not own and not self.signed_in:
            self.signed_in = True
            return "again"
        if not self.sparse:
            self.sparse = True
            return "again"
        return "renew" if not own else "stop"

    def _elsewhere(self, error: psycopg.Error) -> bool:
        """A function refused, or a table that a function writes to."""
        about = error.diag.table_name
        return bool(error.diag.context) or bool(about and not self.table.name.strip('"').endswith(about))

    def _taken(self, conn: psycopg.Connection[Any], unique: Unique | Check | None) -> Step:
        """A key is there already: other values for what is free in it, another parent where nothing is."""
        loose = [name for name in unique.columns if name not in self.known] if unique else []
        moving = unique is None
        for name in loose:
            before = self.choices(name)
            value = self.picked.get(name, DEFAULT)
            at = before.index(value) if value in before else 0
            self.serial += 1
            after = self.choices(name)
            self.serial -= 1
            if at < len(after) and after[at] != value:
                moving = True
            elif len(before) > 1:
                self._refuse(name)
                moving = True
                hint = self.rules.hint(name)
                if hint.values and not (hint.listed or self.thorough or self.hasty):
                    self.look_closer(conn)  # for values that differ from row to row
                    self.rules.thorough = True
        if not moving:
            self.rules.plans.clear()
            if len(self.answers) > 1:  # another of the known keys may do
                del self.answers[0]
                moving = True
        return "again" if moving else "renew"

    def _refuse(self, name: str) -> None:
        self.refused.setdefault(name, set()).add(self.picked.get(name, DEFAULT))
        self.hunches.pop(name, None)
        self.answers = []

    def _learn_from_functions(self, conn: psycopg.Connection[Any]) -> bool:
        """What the table's triggers refuse with RAISE EXCEPTION, read from their source; whether that is news."""
        if self.rules.triggers_read:
            return False
        self.rules.triggers_read = True
        found, before = [], set(self.rules.keys)
        for source in sources(conn, self.table).values():
            for condition in guards(source):
                check = f"({condition}) is not true"
                names = tuple(hints(check))
                if names and set(names) <= self.table.columns.keys() and self._holds_water(conn, check):
                    found.append(Check("a trigger", check, names))
            self.rules.keys |= set(_METADATA_KEY.findall(source))
        return self.rules.learn(found) or self.rules.keys != before

    def _holds_water(self, conn: psycopg.Connection[Any], condition: str) -> bool:
        """Postgres can evaluate it."""
        try:
            with undone_on_error(conn):
                conn.execute(f"select {condition} from {self.table.name} limit 0".encode(), prepare=False)
        except psycopg.Error:
            return False
        return True


def sources(conn: psycopg.Connection[Any], table: Table) -> dict[str, str]:
    """The functions that run when a row is inserted, by name."""
    return dict(conn.execute(_FUNCTIONS, [table.name]).fetchall())


def refusal(table: Table, error: psycopg.Error | UnsolvableError) -> CannotFill:
    """In words that a user understands."""
    if isinstance(error, UnsolvableError):
        asked = " and ".join(f"{check.name} CHECK ({check.definition})" for check in error.checks)
        return CannotFill(table.name, error.checks[0].name, f"no row was found that satisfies {asked}")
    name = error.diag.constraint_name or ""
    message = error.diag.message_primary or str(error)
    where = next((line for line in (error.diag.context or "").splitlines() if "function" in line), "")
    raised = "RAISE" in where or error.sqlstate == "P0001"
    reason = f"{message} ({where})" if where else message
    found = CannotFill(table.name, name or where.split(" line ")[0], reason, raised=raised)
    found.endless = error.sqlstate == STACK
    return found
