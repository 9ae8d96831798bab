"""Valid rows for any table, with all that they refer to, in the transaction that is open.

    filler = Filler(conn, Schema.read(conn, ["public.quests"]))
    quest = filler.row("public.quests", {"title": "Read a book"}, own={"auth.users", "public.profiles"})

What it costs depends on the tables in question and their ancestors, never on the project's size. Whether a row is
valid is Postgres's word: triggers are live, and every row that comes back was inserted.
"""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from typing import Any

import psycopg

from tools.rows.attempt import Attempt, CannotFill, refusal
from tools.rows.awkward import awkward
from tools.rows.bulk import fill
from tools.rows.elsewhere import renew
from tools.rows.names import ENDED, USER
from tools.rows.pairs import beyond
from tools.rows.persuade import persuaded
from tools.rows.rules import Rules
from tools.rows.schema import Check, Column, ForeignKey, Schema, Table, Type, Unique
from tools.rows.solve import UnsolvableError
from tools.rows.triggered import made_by_trigger, only_row
from tools.rows.types import own_uuid
from tools.rows.values import Value
from tools.rows.write import Row, insert, literal, select, update
from tools.sql import identifier

__all__ = ["CannotFill", "Check", "Column", "Filler", "ForeignKey", "Row", "Schema", "Table", "Type", "Unique"]

_TRIES, _HASTY_TRIES = 16, 6
_USERS = "auth.users"


class Filler:
    """A family of rows. `mark` goes into their texts and keys, so that two families can be told apart."""

    def __init__(self, conn: psycopg.Connection[Any], schema: Schema, *, mark: str = "a") -> None:
        self.conn, self.schema, self.mark = conn, schema, mark
        self.rows: dict[str, list[Row]] = {}
        """What this filler made or adopted, by table; awkward rows and volume aside."""
        self.hasty = False
        """Rows that do not come easily are left."""
        self.busy: list[str] = []
        """Tables that rows are being made for."""
        self._last: dict[str, Attempt] = {}
        self._serials: Counter[str] = Counter()
        self._open: list[tuple[Table, Row, ForeignKey]] = []
        self._promised: dict[str, dict[str, Value]] = {}
        self._found: dict[str, Row | None] = {}

    def adopt(self, table: str, row: Row) -> None:
        """Counts a row that is there already as this family's."""
        if row not in self.rows.setdefault(table, []):
            self.rows[table].append(row)

    def row(self, table: str, given: Mapping[str, str | None] | None = None, *, own: Container[str] = ()) -> Row:
        """Inserts one row, with the rows that it needs, and returns it; `given` fixes columns.

        A parent is a row that this filler has made; or a new one, where the parent's table is in `own` or empty; or
        the first row that is there. A row that a trigger made already is adopted, and the only one that a table takes.
        Raises CannotFill.
        """
        return self._make(self.table(table), given or {}, own, keep=True)[0]

    def values(
        self, table: str, given: Mapping[str, str | None] | None = None, own: Container[str] = ()
    ) -> dict[str, str]:
        """SQL by column for an INSERT that is proven to work; the row is not there, but its parents are.

        Raises CannotFill.
        """
        chosen = self._make(self.table(table), given or {}, own, keep=False)[1]
        return {name: literal(value) for name, value in chosen.items() if isinstance(value, str) or value is None}

    def fill(self, table: str, count: int) -> int:
        """Inserts `count` rows in one statement, or fewer where keys and checks allow no more; returns how many.

        They are spread over the parents, whose tables are filled first.
        """
        return fill(self, self.table(table), count)

    def awkward(self, table: str) -> list[Row]:
        """Inserts rows at the edges, as far as the table admits them; they are not this family's."""
        return awkward(self, self.table(table))

    def table(self, name: str) -> Table:
        if name not in self.schema.tables:
            raise CannotFill(name, "", "there is no such table, or it was not read")
        return self.schema.tables[name]

    def rules(self, table: Table) -> Rules:
        known: Rules = self.schema.rules.setdefault(table.name, Rules(table))
        return known

    def next_serial(self, table: Table) -> int:
        self._serials[table.name] += 1
        return self._serials[table.name]

    def pattern(self, table: Table) -> Attempt | None:
        """How a row went in that is there now; None where a trigger makes them. Raises CannotFill."""
        self._last.pop(table.name, None)
        self.row(table.name)
        return self._last.get(table.name)

    def _make(
        self, table: Table, given: Mapping[str, str | None], own: Container[str], keep: bool
    ) -> tuple[Row, dict[str, Value]]:
        self.busy.append(table.name)
        try:
            return self._sampled(table, given, own, keep)
        except CannotFill as problem:
            if problem.table != table.name:
                raise
            if keep and not given and (row := only_row(self, table, problem)):
                return self._adopted(table, row, given), {}
            if not problem.raised or self.hasty:
                raise
            made = persuaded(self, table, given, problem, lambda: self._sampled(table, given, own, keep))
            if made is None:
                raise
            return made
        finally:
            self.busy.pop()

    def _sampled(
        self, table: Table, given: Mapping[str, str | None], own: Container[str], keep: bool
    ) -> tuple[Row, dict[str, Value]]:
        """With what the first sample says that gets in; without, where none does."""
        samples = self.schema.samples
        for sample in samples.of(table, given, own):
            try:
                made = self._tried(table, {**sample, **given}, own, keep)
            except CannotFill as refused:
                samples.refused[table.name] = refused.reason
            else:
                samples.used.add(table.name)
                return made
        return self._tried(table, given, own, keep)

    def _tried(
        self, table: Table, given: Mapping[str, str | None], own: Container[str], keep: bool
    ) -> tuple[Row, dict[str, Value]]:
        fresh: list[str] = []
        attempt: Attempt | None = None
        problem = CannotFill(table.name, "", "every row was refused")
        collisions = 0
        for _ in range(_HASTY_TRIES if self.hasty else _TRIES):
            if attempt is None:
                attempt = self._attempt(table, given, own, fresh)
                if row := made_by_trigger(self, table, attempt.known):
                    if keep:
                        return self._adopted(table, row, given), {}
                    raise CannotFill(table.name, "", "a trigger makes this row as soon as what it belongs to is there")
            attempt.serial = self.next_serial(table)
            taken = self._taken(table, attempt)
            if taken:
                problem = CannotFill(table.name, taken.name, f"{taken.name} allows no second row")
                step = "renew"
            else:
                try:
                    chosen = attempt.choose(self.conn)
                    user = self.user(own) if attempt.signed_in else None
                    row = insert(self.conn, table, chosen, keep=keep, user=user)
                    if row is None:
                        problem = CannotFill(table.name, "", "a trigger drops the row without a word")
                        step = "stop" if attempt.signed_in else "again"
                        attempt.signed_in = True
                    else:
                        self._last[table.name] = attempt
                        return self._arrived(table, row) if keep else row, chosen
                except psycopg.Error as error:
                    if self.conn.closed:
                        raise
                    problem = refusal(table, error)
                    problem.tried = attempt.chosen
                    taken = next((u for u in table.uniques if u.name == problem.constraint), None)
                    step = attempt.learn(self.conn, error)
                    if error.sqlstate == "23505":  # somebody was here before: leap ahead of what they numbered
                        collisions += 1
                        self._serials[table.name] += 7**collisions
                except UnsolvableError as error:
                    asked = tuple(dict.fromkeys(name for check in error.checks for name in check.columns))
                    taken, step = Unique("", asked), "renew"
                    if not attempt.refused:
                        problem = refusal(table, error)
            if step == "stop" or (step == "renew" and not renew(self.schema, attempt, given, taken, fresh)):
                break
            if step == "renew":
                attempt = None
        raise problem

    # What a row refers to

    def _attempt(
        self, table: Table, given: Mapping[str, str | None], own: Container[str], fresh: Sequence[str]
    ) -> Attempt:
        fixed: dict[str, Value] = dict(given)
        references: dict[str, list[Value]] = {}
        for key in sorted(table.foreign_keys, key=lambda key: (-len(key.columns), key.name in fresh)):
            known = {name: values[0] for name, values in references.items()} | fixed
            for name, values in self._reference(table, key, known, own, fresh.count(key.name)).items():
                optional = not table.columns[name].not_null and None not in values
                references[name] = [*values, None] if optional else values
        fixed |= self._promised.get(table.name, {})
        return Attempt(
            table, self.rules(table), fixed, references, self._hunches(table, references, own), self.mark, 0,
            hasty=self.hasty,
        )  # fmt: skip

    def _reference(
        self, table: Table, key: ForeignKey, known: Mapping[str, Value], own: Container[str], fresh: int
    ) -> dict[str, list[Value]]:
        """Values for columns of a foreign key that are not known yet, the best first; `fresh`: how often renewed."""
        columns = [name for name in key.columns if name not in known and not table.columns[name].generation]
        there = dict(zip(key.columns, key.parent_columns, strict=True))
        optional: dict[str, list[Value]] = {name: [None] for name in columns if not table.columns[name].not_null}
        match = {
            there[name]: value
            for name in key.columns
            if isinstance(value := known.get(name) or table.columns[name].constant, str)
        }
        match |= self.rules(table).asked.get(key.name, {})
        if not columns or (optional and (key.parent == table.name or any(map(ENDED.search, columns)))):
            return dict(optional) if columns else {}
        if key.parent in self.busy and (fresh or not self._matching(key.parent, match)):
            return dict(optional) or self._circle(table, key, columns, own)
        try:
            parent = (not match and beyond(self, key, own, fresh)) or self._parent(key.parent, match, own, bool(fresh))
        except CannotFill:
            if optional:
                return dict(optional)
            raise
        rows = [parent, *self._matching(key.parent, match)[:3]] if len(key.columns) == 1 else [parent]
        return {name: list(dict.fromkeys(row[there[name]] for row in rows)) for name in columns}

    def _parent(self, name: str, match: Mapping[str, str], own: Container[str], fresh: bool) -> Row:
        if not fresh:
            if found := self._matching(name, match):
                return found[0]
            if name not in own and (existing := self._existing(name, match)):
                return existing
        return self.row(name, match, own=own)

    def _matching(self, table: str, match: Mapping[str, str]) -> list[Row]:
        rows = self.rows.get(table, ())
        return [row for row in rows if all(row.get(name) == value for name, value in match.items())]

    def _existing(self, name: str, match: Mapping[str, str]) -> Row | None:
        """The first row that is there, by its key."""
        if not match and self._found.get(name):
            return self._found[name]
        table = self.table(name)
        order = ", ".join(map(identifier, table.primary_key)) or "ctid"
        row = select(self.conn, table, match, f"order by {order} limit 1")
        if not match:
            self._found[name] = row
        return row

    def _circle(
        self, table: Table, key: ForeignKey, columns: Sequence[str], own: Container[str]
    ) -> dict[str, list[Value]]:
        """A row that has to refer to one that refers to it: itself, one whose key is promised, or one that is there."""
        there = dict(zip(key.columns, key.parent_columns, strict=True))
        if key.parent == table.name or key.deferrable:
            parent = self.table(key.parent)
            promised = self._promised.setdefault(key.parent, {}) if key.parent != table.name else {}
            found: dict[str, list[Value]] = {}
            for name in columns:
                value = self._promise(parent, there[name], own)
                promised[there[name]] = value
                found[name] = [value]
                if key.parent == table.name:
                    found[there[name]] = [value]
            if key.deferrable:
                self.conn.execute("set constraints all deferred")
            return found
        if row := self._existing(key.parent, {}):
            return {name: [row[there[name]]] for name in columns}
        raise CannotFill(table.name, key.name, f"{key.name} needs a row of {key.parent}, which needs one of this table")

    def _promise(self, table: Table, column: str, own: Container[str]) -> str | None:
        """The key that a row will have."""
        for key in table.foreign_keys_of(column):
            if key.parent not in self.busy:
                parent = self._parent(key.parent, {}, own, bool(self.rows.get(table.name)))
                return parent[key.parent_columns[key.columns.index(column)]]
        tag = f"{self.mark}{self.next_serial(table)}"
        return own_uuid(table.name, column, tag) if table.columns[column].kind == "uuid" else tag.translate(_DIGITS)

    def _hunches(self, table: Table, references: Container[str], own: Container[str]) -> dict[str, str]:
        """Keys for columns that seem to refer to something, without a foreign key that says so."""
        names = [
            name
            for name, column in table.columns.items()
            if name not in references
            and USER.search(name)
            and (column.kind == "uuid" or (column.kind == "text" and name.endswith("_id") and not column.default))
        ]
        user = self.user(own, make=False) if names and table.name != _USERS else None
        return dict.fromkeys(names, user) if user else {}

    def user(self, own: Container[str] = (), *, make: bool = True) -> str | None:
        """The id of this family's user."""
        if self.rows.get(_USERS):
            return self.rows[_USERS][0]["id"]
        if not make or _USERS not in self.schema.tables or _USERS in self.busy:
            return own_uuid("nobody") if make else None
        return self._parent(_USERS, {}, own, False)["id"]

    # Rows that are there already

    def _adopted(self, table: Table, row: Row, given: Mapping[str, str | None]) -> Row:
        """The row, with what was asked for."""
        wanted = {name: value for name, value in given.items() if row[name] != value}
        try:
            row = (wanted and update(self.conn, table, row, wanted)) or row
        except psycopg.Error as error:
            raise refusal(table, error) from error
        self.adopt(table.name, row)
        return row

    def _taken(self, table: Table, attempt: Attempt) -> Unique | None:
        """A key that a row of this family has already."""
        for unique in table.uniques:
            match = {n: value for n in unique.columns if isinstance(value := attempt.known.get(n), str)}
            if match and len(match) == len(unique.columns) and not unique.partial and self._matching(table.name, match):
                return unique
        return None

    def _arrived(self, table: Table, row: Row) -> Row:
        """Keeps the row; those of a circle that had to be made before it are led to it now."""
        self.adopt(table.name, row)
        if self._promised.pop(table.name, None):
            self.conn.execute("set constraints all immediate")
        for key in table.foreign_keys:
            if key.parent in self.busy[:-1] and key.parent != table.name and not any(row[n] for n in key.columns):
                self._open.append((table, row, key))
        for child, earlier, key in [entry for entry in self._open if entry[2].parent == table.name]:
            self._open.remove((child, earlier, key))
            there = dict(zip(key.columns, key.parent_columns, strict=True))
            if not any(map(ENDED.search, key.columns)):
                with suppress(psycopg.Error):
                    changed = update(self.conn, child, earlier, {name: row[there[name]] for name in key.columns})
                    earlier.update(changed or {})
        return row


_DIGITS = {ord(letter): str(ord(letter) % 10) for letter in "abcdefghijklmnopqrstuvwxyz"}
