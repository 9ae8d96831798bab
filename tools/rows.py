"""Valid rows for any table, with all that they refer to, in the transaction that is open.

    filler = Filler(conn, Schema.read(conn, ["public.quests"]))
    quest = filler.row("public.quests", {"title": "Read a book"}, own={"auth.users", "public.profiles"})

What it costs depends on the tables in question and their ancestors, never on the project's size. Whether a row is
valid is Postgres's word: triggers are live and every row that comes back was inserted.
"""

import json
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tools.rows_awkward import awkward
from tools.rows_bulk import fill
from tools.rows_hints import Hints
from tools.rows_names import ENDED
from tools.rows_schema import Column, ForeignKey, Schema, Table, Unique
from tools.rows_solve import UnsolvableError, hints_of, literal, solve
from tools.rows_values import DEFAULT, Default, Value, candidates, own_uuid
from tools.sql import identifier

__all__ = ["CannotFill", "Column", "Filler", "ForeignKey", "Row", "Schema", "Table"]

Row = dict[str, str | None]
"""Every column of a row as text, as Postgres prints it."""

_TRIES = 12
_NO_HINTS = Hints()
_BY_CALLER = {"P0001", "42501", "28000", "P0004"}
"""Raised by functions, which may want to know who is asking."""


class CannotFill(Exception):  # noqa: N818 - what it says
    """No row could be put into a table; `constraint` is the constraint or trigger that stood in the way, if known."""

    def __init__(self, table: str, constraint: str, reason: str) -> None:
        super().__init__(f"{table}: {reason}")
        self.table, self.constraint, self.reason = table, constraint, reason


@dataclass
class _Attempt:
    """One row on its way in: what is fixed, and what has been learnt from refusals."""

    fixed: dict[str, Value]
    references: dict[str, Value]
    """Columns of foreign keys, whose other choice is NULL."""
    serial: int
    answers: list[dict[str, int]] = field(default_factory=list)
    """What the checks allow, best first; the first is tried."""
    sparse: bool = False
    """Nullable columns stay empty."""
    as_user: bool = False
    skipped: dict[str, int] = field(default_factory=dict)
    """How many of a column's candidates were refused."""


class Filler:
    """A family of rows. `mark` goes into their texts and keys, so that two families can be told apart."""

    def __init__(self, conn: psycopg.Connection[Any], schema: Schema, *, mark: str = "a") -> None:
        self.conn, self.schema, self.mark = conn, schema, mark
        self.rows: dict[str, list[Row]] = {}
        """What this filler made or adopted, by table."""
        self._serials: Counter[str] = Counter()
        self.filling: list[str] = []
        """Tables that rows are being poured into."""
        self._making: list[str] = []
        self._plans: dict[tuple[str, bool, frozenset[str]], dict[str, int]] = {}
        self._found: dict[str, Row | None] = {}

    def adopt(self, table: str, row: Row) -> None:
        """Counts a row that is there already as this family's."""
        if row not in self.rows.setdefault(table, []):
            self.rows[table].append(row)

    def row(self, table: str, given: Mapping[str, str | None] | None = None, *, own: Container[str] = ()) -> Row:
        """Inserts one row, with the rows that it needs, and returns it; `given` fixes columns.

        A parent is a row that this filler has made; or a new one, where the parent's table is in `own` or empty; or
        the first row that is there. A row that a trigger made already is adopted. Raises CannotFill.
        """
        made, _ = self._make(self._table(table), given or {}, own, keep=True)
        return made

    def values(
        self, table: str, given: Mapping[str, str | None] | None = None, own: Container[str] = ()
    ) -> dict[str, str]:
        """SQL by column for an INSERT of a row that is proven valid, and not there; its parents are.

        Raises CannotFill.
        """
        _, chosen = self._make(self._table(table), given or {}, own, keep=False)
        return {name: literal(value) for name, value in chosen.items() if isinstance(value, str) or value is None}

    def fill(self, table: str, count: int) -> int:
        """Inserts `count` rows in one statement, spread over the parents, which are filled first; fewer where keys
        and checks allow no more. Returns how many."""
        return fill(self, self._table(table).name, count)

    def awkward(self, table: str) -> list[Row]:
        """Inserts rows at the edges, as far as the table admits them; they are not this family's."""
        return awkward(self, self._table(table).name)

    def tried(self, table: str, given: Mapping[str, str | None]) -> Row | None:
        """A row that is nobody's parent; None where the table refuses it."""
        kept = list(self.rows.get(table, ()))
        try:
            return self.row(table, given)
        except CannotFill:
            return None
        finally:
            self.rows[table] = kept

    def _table(self, name: str) -> Table:
        if name not in self.schema.tables:
            raise CannotFill(name, "", "there is no such table, or it was not read")
        return self.schema.tables[name]

    def _make(
        self, table: Table, given: Mapping[str, str | None], own: Container[str], keep: bool
    ) -> tuple[Row, dict[str, Value]]:
        self._making.append(table.name)
        try:
            attempt, fresh = self._attempt(table, given, own, frozenset()), frozenset[str]()
            if keep and (row := self._made_by_trigger(table, attempt)):
                return self._adopted(table, row, given), {}
            refusal: CannotFill | None = None
            for _ in range(_TRIES):
                taken = self._taken(table, attempt)
                if taken:
                    key = self._to_renew(table, taken, given)
                    if key is None:
                        raise CannotFill(table.name, taken.name, f"there is a row already and {taken.name} allows one")
                    fresh |= {key.name}
                    attempt = self._attempt(table, given, own, fresh)
                try:
                    chosen = self._chosen(table, attempt)
                    row = self._insert(table, chosen, attempt, keep)
                except psycopg.Error as error:
                    refusal = _refusal(table, error)
                    if self.conn.closed:
                        raise
                    renewed = self._learn(table, attempt, error, given)
                    if renewed is None:
                        raise refusal from error
                    if renewed:
                        fresh |= {renewed}
                        attempt = self._attempt(table, given, own, fresh)
                except UnsolvableError as error:
                    asked = {name for check in error.checks for name in check.columns}
                    other = [key for key in table.foreign_keys if asked & set(key.columns) and key.name not in fresh]
                    if other:
                        fresh |= {max(other, key=lambda key: key.parent in own).name}
                        attempt = self._attempt(table, given, own, fresh)
                        continue
                    names = " and ".join(f"{c.name}: CHECK ({c.definition})" for c in error.checks)
                    refusal = CannotFill(table.name, error.checks[0].name, f"no row found that satisfies {names}")
                    raise refusal from error
                else:
                    if keep:
                        self.adopt(table.name, row)
                    return row, chosen
            raise refusal or CannotFill(table.name, "", "every row was refused")
        finally:
            self._making.pop()

    # What a row refers to

    def _attempt(
        self, table: Table, given: Mapping[str, str | None], own: Container[str], fresh: frozenset[str]
    ) -> _Attempt:
        self._serials[table.name] += 1
        attempt = _Attempt(dict(given), {}, self._serials[table.name])
        for key in sorted(table.foreign_keys, key=lambda key: -len(key.columns)):
            known = attempt.references | attempt.fixed
            if all(name in known for name in key.columns):
                continue
            attempt.references |= self._reference(table, key, known, own, key.name in fresh)
        return attempt

    def _reference(
        self, table: Table, key: ForeignKey, known: Mapping[str, Value], own: Container[str], fresh: bool
    ) -> dict[str, Value]:
        """The columns of a foreign key that are not known yet."""
        open_columns = [name for name in key.columns if name not in known]
        optional = any(not table.columns[name].not_null for name in open_columns)
        match = {
            there: value
            for here, there in zip(key.columns, key.parent_columns, strict=True)
            if isinstance(value := known.get(here, DEFAULT), str)
        }
        if optional and (key.parent == table.name or any(ENDED.search(name) for name in open_columns)):
            return {name: None for name in open_columns if not table.columns[name].not_null}
        if key.parent in self._making and not self._matching(key.parent, match):
            if optional:
                return {name: None for name in open_columns if not table.columns[name].not_null}
            return self._circle(table, key, open_columns)
        try:
            parent = self._parent(key.parent, match, own, fresh)
        except CannotFill:
            if optional:
                return {name: None for name in open_columns if not table.columns[name].not_null}
            raise
        there = dict(zip(key.columns, key.parent_columns, strict=True))
        return {name: parent[there[name]] for name in open_columns}

    def _parent(self, table: str, match: Mapping[str, str], own: Container[str], fresh: bool) -> Row:
        if not fresh:
            if found := self._matching(table, match):
                return found
            if table not in own and (existing := self._existing(table, match)):
                return existing
        return self.row(table, match, own=own)

    def _matching(self, table: str, match: Mapping[str, str]) -> Row | None:
        rows = self.rows.get(table, ())
        return next((row for row in rows if all(row.get(name) == value for name, value in match.items())), None)

    def _existing(self, name: str, match: Mapping[str, str]) -> Row | None:
        """The first row that is there, by its key."""
        if not match and name in self._found:
            return self._found[name]
        table = self._table(name)
        order = ", ".join(map(identifier, table.primary_key)) or "ctid"
        row = self._select(table, match, f"order by {order} limit 1")
        if not match:
            self._found[name] = row
        return row

    def _select(self, table: Table, match: Mapping[str, Value], rest: str = "limit 1") -> Row | None:
        where = " and ".join(
            f"{identifier(name)} = {literal(value)}" for name, value in match.items() if isinstance(value, str)
        )
        query = f"select {_printed(table)} from {table.name} where {where or 'true'} {rest}"
        found = self.conn.execute(query.encode(), prepare=False).fetchone()
        return dict(zip(table.columns, found[0], strict=True)) if found else None

    def _circle(self, table: Table, key: ForeignKey, columns: Sequence[str]) -> dict[str, Value]:
        """A row that refers to itself is given its key; of a longer circle, a row that is there closes it."""
        there = dict(zip(key.columns, key.parent_columns, strict=True))
        if key.parent == table.name:
            tag = f"{self.mark}{self._serials[table.name]}"
            values: dict[str, Value] = {}
            for name in columns:
                own = own_uuid(table.name, there[name], tag) if table.columns[name].kind == "uuid" else tag
                values |= {name: own, there[name]: own}
            return values
        if row := self._existing(key.parent, {}):
            return {name: row[there[name]] for name in columns}
        raise CannotFill(table.name, key.name, f"{key.name} needs a row of {key.parent}, which needs one of this table")

    # Rows that are there already

    def _made_by_trigger(self, table: Table, attempt: _Attempt) -> Row | None:
        """A row that a trigger of a parent's made: it has the key that this one would get."""
        if not any(self.schema.tables[key.parent].triggers for key in table.foreign_keys):
            return None
        known = attempt.references | attempt.fixed
        for unique in table.uniques:
            values = {name: known.get(name, DEFAULT) for name in unique.columns}
            if unique.columns and not unique.expression and all(isinstance(value, str) for value in values.values()):
                row = self._select(table, values)
                if row and row not in self.rows.get(table.name, ()):
                    return row
        return None

    def _adopted(self, table: Table, row: Row, given: Mapping[str, str | None]) -> Row:
        """The row, with what was asked for."""
        wanted = {name: value for name, value in given.items() if row[name] != value}
        if wanted:
            names = table.primary_key or tuple(row)
            sets = ", ".join(f"{identifier(name)} = {literal(value)}" for name, value in wanted.items())
            where = " and ".join(f"{identifier(name)} is not distinct from {literal(row[name])}" for name in names)
            query = f"update {table.name} set {sets} where {where} returning {_printed(table)}"
            try:
                with self.undone_on_error():
                    found = self.conn.execute(query.encode(), prepare=False).fetchone()
            except psycopg.Error as error:
                raise _refusal(table, error) from error
            row = dict(zip(table.columns, found[0], strict=True)) if found else row
        self.adopt(table.name, row)
        return row

    def _taken(self, table: Table, attempt: _Attempt) -> Unique | None:
        """A key that a row of this family has already."""
        known = attempt.references | attempt.fixed
        for unique in table.uniques:
            values = {name: known.get(name, DEFAULT) for name in unique.columns}
            if not values or unique.partial or not all(isinstance(value, str) for value in values.values()):
                continue
            if any(all(row[name] == value for name, value in values.items()) for row in self.rows.get(table.name, ())):
                return unique
        return None

    def _to_renew(self, table: Table, unique: Unique, given: Mapping[str, str | None]) -> ForeignKey | None:
        """The reference that may lead elsewhere: not what was given, and rather anything than the user."""
        keys = [
            key for key in table.foreign_keys
            if set(key.columns) & set(unique.columns) and not set(key.columns) <= given.keys()
        ]  # fmt: skip
        return min(keys, key=self._is_user, default=None)

    # One insert

    def _chosen(self, table: Table, attempt: _Attempt) -> dict[str, Value]:
        """What to insert, by column."""
        hints = hints_of(table)
        choices: dict[str, list[Value]] = {}
        for name, column in table.columns.items():
            if name in attempt.fixed:
                choices[name] = [attempt.fixed[name]]
            elif name in attempt.references:
                value = attempt.references[name]
                choices[name] = [value] if column.not_null or value is None else [value, None]
            elif not column.automatic:
                found = candidates(table, column, hints.get(name) or _NO_HINTS, mark=self.mark, serial=attempt.serial)
                choices[name] = found[attempt.skipped.get(name, 0) :] or found[-1:]
        key = table.name, attempt.sparse, frozenset(attempt.fixed)
        if not attempt.answers:
            if key in self._plans:
                attempt.answers = [self._plans[key]]
            else:
                attempt.answers = self._solved(table, choices, attempt.sparse)
                self._plans[key] = attempt.answers[0]
        answer = attempt.answers[0]
        chosen = {}
        for name, values in choices.items():
            at = answer.get(name, 0)
            if attempt.sparse and name not in answer and None in values and name not in attempt.fixed:
                at = values.index(None)
            chosen[name] = values[min(at, len(values) - 1)]
        return {name: value for name, value in chosen.items() if value is not DEFAULT}

    def _solved(self, table: Table, choices: Mapping[str, Sequence[Value]], sparse: bool) -> list[dict[str, int]]:
        """The first choices, where a check breaks on a candidate."""
        try:
            with self.undone_on_error():
                return solve(self.conn, table, choices, sparse=sparse, limit=_TRIES)
        except psycopg.Error:
            if self.conn.closed:
                raise
            return [{}]

    def _insert(self, table: Table, chosen: Mapping[str, Value], attempt: _Attempt, keep: bool) -> Row:
        names = ", ".join(map(identifier, chosen))
        values = ", ".join(literal(value) for value in chosen.values() if not isinstance(value, Default))
        source = f"({names}) values ({values})" if chosen else "default values"
        end = "release filling" if keep else "rollback to filling; release filling"
        claims = self._claims() if attempt.as_user else ""
        query = f"savepoint filling; {claims}insert into {table.name} {source} returning {_printed(table)}; {end}"
        try:
            cursor = self.conn.execute(query.encode(), prepare=False)
        except psycopg.Error:
            self.conn.execute("rollback to filling; release filling")
            raise
        while cursor.nextset() and not (cursor.statusmessage or "").startswith("INSERT"):
            pass
        found = cursor.fetchone()
        if not found:
            raise CannotFill(table.name, "", "a trigger swallows the row")
        if attempt.as_user and keep:
            self.conn.execute("select set_config('request.jwt.claims', '', true)")
        return dict(zip(table.columns, found[0], strict=True))

    def _claims(self) -> str:
        """As the API would tell who is asking: for triggers that want to know."""
        users = self.rows.get("auth.users") or ([row] if (row := self._found.get("auth.users")) else [{}])
        claims = {"role": "authenticated", "aud": "authenticated", "sub": users[0].get("id") or own_uuid("nobody")}
        return f"select set_config('request.jwt.claims', {literal(json.dumps(claims))}, true); "

    def _learn(
        self, table: Table, attempt: _Attempt, error: psycopg.Error, given: Mapping[str, str | None]
    ) -> str | None:
        """What to do about a refusal: "" to try again otherwise, a foreign key to renew, None to give up."""
        state, name, column = error.sqlstate or "", error.diag.constraint_name, error.diag.column_name
        self._serials[table.name] += 1
        attempt.serial = self._serials[table.name]
        unique = next((unique for unique in table.uniques if unique.name == name), None)
        if state == "23505" and unique:
            loose = [n for n in unique.columns if n not in attempt.fixed and n not in attempt.references]
            if not loose:
                key = self._to_renew(table, unique, given)
                return key.name if key else None
            for n in loose:
                if table.columns[n].kind in ("enum", "bool") or n in attempt.answers[0]:
                    attempt.skipped[n] = attempt.skipped.get(n, 0) + 1
            return ""
        if state == "23502" and column and column not in attempt.fixed:
            attempt.skipped[column] = attempt.skipped.get(column, 0) + 1
            return ""
        if state == "23P01":
            return ""
        self._plans.pop((table.name, attempt.sparse, frozenset(attempt.fixed)), None)
        if state == "23514" and len(attempt.answers) > 1:
            del attempt.answers[0]
            return ""
        if attempt.sparse and attempt.as_user:
            del attempt.answers[0]
            return "" if attempt.answers else None
        attempt.answers = []
        if attempt.sparse or (state in _BY_CALLER and not attempt.as_user):
            attempt.sparse, attempt.as_user = False if not attempt.sparse else attempt.as_user, True
        else:
            attempt.sparse = True
        return ""

    def _is_user(self, key: ForeignKey) -> bool:
        """It says who: its parent is a user, or the profile of one."""
        parent = self.schema.tables[key.parent]
        return key.parent == "auth.users" or any(
            above.parent == "auth.users" and above.columns == parent.primary_key for above in parent.foreign_keys
        )

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        self.conn.execute("savepoint trying")
        try:
            yield
        except psycopg.Error:
            self.conn.execute("rollback to trying; release trying")
            raise
        self.conn.execute("release trying")


def _printed(table: Table) -> str:
    return "array[" + ", ".join(f"{identifier(name)}::text" for name in table.columns) + "]"


def _refusal(table: Table, error: psycopg.Error) -> CannotFill:
    name = error.diag.constraint_name or ""
    message = error.diag.message_primary or str(error)
    where = (error.diag.context or "").split("\n")[0]
    return CannotFill(table.name, name or where.split(" line ")[0], f"{message} ({where})" if where else message)
