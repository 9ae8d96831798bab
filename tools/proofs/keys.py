"""What the placeholders of a named query are filled with, and who asks: rows that the user may see, not a stranger's.

The user's own rows come first; then rows as policies, triggers and functions want them ("m.role = 'assistant'"), rows
that differ in what policies ask, and users with another role. One that works is enough: a query is only as wrong as
the best key that the app could send.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from tools.postgres.server import Connection
from tools.proofs.arguments import arguments
from tools.proofs.calls import Routine, routines
from tools.proofs.cast import Actor
from tools.proofs.families import Family
from tools.proofs.links import USERS
from tools.proofs.named_query import TOKENS, FunctionCall, NamedQuery
from tools.proofs.surface import ROLES, Surface
from tools.proofs.tries import variants
from tools.proofs.wishes import wishes
from tools.rows.filler import Row
from tools.rows.write import literal

_MOST_KEYS, _MOST_USERS, _MOST_FELLOWS = 8, 4, 2
_USER = re.compile(r"^(current_)?(user|owner|uid|me|caller)(_?id)?$")
_NAMED = """
select p.oid from pg_catalog.pg_proc p
where format('%%I.%%I', p.pronamespace::regnamespace::text, p.proname) = any (%s)
"""


@dataclass(frozen=True)
class Keys:
    """One way to fill the placeholders."""

    rows: Mapping[str, Row]
    """By table, whose values stand for its columns."""
    user: str = ""
    arguments: Mapping[int, str] = field(default_factory=dict)
    """SQL by placeholder, where it is an argument of a function."""
    new: Mapping[str, str] = field(default_factory=dict)
    """SQL by column of a row that can be inserted."""
    examples: bool = True
    """Keys that are written out stay as they are."""


def called(conn: Connection, queries: Sequence[NamedQuery]) -> dict[str, list[Routine]]:
    """The project's functions that the queries call, by name."""
    names = sorted({call.name for query in queries for call in query.calls})
    oids = [oid for (oid,) in conn.execute(_NAMED, [names])] if names else []
    found: dict[str, list[Routine]] = {}
    for routine in sorted(routines(conn, oids, ROLES), key=lambda r: r.signature) if oids else ():
        found.setdefault(routine.name, []).append(routine)
    return found


def routine_of(call: FunctionCall, known: Mapping[str, Sequence[Routine]]) -> Routine | None:
    """The function that takes as many arguments."""
    for routine in known.get(call.name, ()):
        taken = [p for p in routine.parameters if p.mode in "ibv"]
        names = {p.name for p in taken}
        if len(call.given) <= len(taken) and all(not name or name in names for name, _ in call.given):
            return routine
    return None


def filled(read: NamedQuery, keys: Keys | None = None) -> str:
    """The query with values in the place of placeholders; without keys, nulls."""

    def value(found: re.Match[str]) -> str:
        number = int(found["number"] or 0)
        return _value(read, number, keys) if number else found[0]

    return TOKENS.sub(value, read.text)


def unfilled(read: NamedQuery, keys: Keys) -> tuple[str, ...]:
    """Placeholders that nothing was found for, as the query calls them: they were NULL."""
    empty = [n for n in range(1, len(read.places) + 1) if _value(read, n, keys) == "NULL"]
    return tuple(f":{read.places[n - 1]}" if read.places[n - 1] else f"${n}" for n in empty)


def _value(read: NamedQuery, number: int, keys: Keys | None) -> str:
    name, example = read.places[number - 1], read.examples.get(number, "NULL")
    if re.search(rf"\blimit\s+\${number}\b", read.text, re.IGNORECASE):
        return "20"
    if keys is None or (number in read.examples and keys.examples):
        return example
    if number in keys.arguments:
        return keys.arguments[number]
    qualifier, column = read.meant.get(number, ("", name))
    if number in read.inserted and column in keys.new:
        return keys.new[column]
    for alias, table in read.tables.items():
        if qualifier in ("", alias) and column in keys.rows.get(table, {}):
            value = keys.rows[table][column]
            return literal(f'{{"{value}"}}' if number in read.lists and value is not None else value)
    return literal(keys.user) if keys.user and _USER.match(name) else example


@dataclass(frozen=True)
class Candidates:
    """Who may ask a query, and with which keys, the likeliest first."""

    family: Family
    surfaces: Mapping[str, Surface]
    read: NamedQuery
    routines: tuple[tuple[FunctionCall, Routine], ...]
    """The project's functions that it calls."""

    def ways(self) -> Iterator[tuple[Keys, Actor]]:
        """They differ in what the query then says. Made as they are asked for, since rows are inserted."""
        signed_in = self.read.named.role == "authenticated"
        mine = self._actor(self.family.user if signed_in else "")
        tried: dict[str, Keys] = {}
        for keys in self._keys():
            if (text := filled(self.read, keys)) not in tried:
                tried[text] = keys
                yield keys, mine
            if len(tried) == _MOST_KEYS:
                break
        for user in islice(self._other_users() if signed_in else (), _MOST_USERS):
            for keys in tried.values():
                yield self._as(keys, user), self._actor(user)

    def _actor(self, user: str) -> Actor:
        account = next((row for row in self.family.filler.rows.get(USERS, ()) if user and row["id"] == user), {})
        return Actor("", self.read.named.role, user, account.get("email") or "")

    def _as(self, keys: Keys, user: str) -> Keys:
        """The same, where they name the family's user in the other's name."""
        own = self.family.user
        rows = {t: {c: user if v == own else v for c, v in row.items()} for t, row in keys.rows.items()}
        new = {c: v.replace(own, user) for c, v in keys.new.items()}
        given = {n: v.replace(own, user) for n, v in keys.arguments.items()}
        return replace(keys, rows=rows, new=new, arguments=given, user=user)

    def _keys(self) -> Iterator[Keys]:
        rows = {t: row for t in self._tables if (row := self.family.row(t))}
        given = list(self._arguments())
        start = Keys(rows, self.family.user, given[0] if given else {}, self._new({}))
        yield start
        yield (start := replace(start, examples=False))
        yield from (replace(start, arguments=chosen) for chosen in self._with_fellows(start.arguments))
        if wished := self._wished():
            yield replace(start, rows={**rows, **wished}, new=self._new(self._leading_to(wished)) or start.new)
        yield from (replace(start, arguments=chosen) for chosen in given)
        for table in rows:
            if surface := self.surfaces.get(table):
                yield from (replace(start, rows={**rows, table: row}) for row in variants(self.family, surface))

    @property
    def _tables(self) -> list[str]:
        known = self.family.ownership.schema.tables
        return [t for t in dict.fromkeys(self.read.tables.values()) if t in known and t != USERS]

    def _new(self, given: Row) -> Mapping[str, str]:
        return (self.family.another(self.read.target, given) or {}) if self.read.target in self._tables else {}

    def _leading_to(self, parents: Mapping[str, Row]) -> Row:
        """What the inserted row says where it belongs to these."""
        shapes = self.family.ownership.schema.tables
        return {
            column: parents[key.parent][there]
            for key in (shapes[self.read.target].foreign_keys if self.read.target in self._tables else ())
            if key.parent in parents
            for column, there in zip(key.columns, key.parent_columns, strict=True)
        }

    def _arguments(self) -> Iterator[Mapping[int, str]]:
        """By placeholder, of all functions that it calls; one way after the other."""
        ways = [list(_ways(self.family, call, routine)) for call, routine in self.routines]
        for number in range(max(map(len, ways), default=0)):
            chosen = [way[min(number, len(way) - 1)] for way in ways if way]
            yield {place: value for one in chosen for place, value in one.items()}

    def _with_fellows(self, given: Mapping[int, str]) -> Iterator[Mapping[int, str]]:
        """A fellow member where an argument names the caller: who takes over, whom to remove."""
        own = self.family.user
        for fellow in islice(self.family.others.values(), _MOST_FELLOWS):
            yield from ({**given, n: text.replace(own, fellow)} for n, text in given.items() if own in text)

    @property
    def _asked(self) -> str:
        """What policies, triggers and functions ask."""
        near = [self.surfaces[t] for t in self._tables if t in self.surfaces]
        return "\n".join([*(f"{s.asked}\n{s.triggers}" for s in near), *(r.body for _, r in self.routines)])

    def _wished(self) -> dict[str, Row]:
        """Rows of the tables and their parents as they are asked for, where the first ones are not."""
        ownership = self.family.ownership
        shapes = ownership.schema.tables
        near = dict.fromkeys([*self._tables, *(k.parent for t in self._tables for k in shapes[t].foreign_keys)])
        found: dict[str, Row] = {}
        for table in (near.keys() - ownership.accounts) & shapes.keys():
            seen = self.surfaces[table].conditions("SELECT") if table in self.surfaces else ""  # by who looks it up
            row = self.family.such(table, wishes(f"{self._asked}\n{seen}", shapes[table]))
            if row and row != self.family.row(table) and self.family.is_own(table, row):
                found[table] = row
        return found

    def _other_users(self) -> Iterator[str]:
        """Fellow members, and somebody whose account is as policies and functions ask: "is_admin"."""
        yield from self.family.others.values()
        ownership = self.family.ownership
        for table in sorted(ownership.accounts & ownership.schema.tables.keys() - {USERS}):
            if wished := wishes(self._asked, ownership.schema.tables[table]):
                user = self.family.new_user()
                if self.family.account(table, user, wished):
                    yield user


def _ways(family: Family, call: FunctionCall, routine: Routine) -> Iterator[Mapping[int, str]]:
    """Values of the call's placeholders."""
    taken = [p for p in routine.parameters if p.mode in "ibv"]
    by_name = {p.name: p for p in taken}
    given = [
        (replace(by_name[name] if name else taken[at], optional=False), number)
        for at, (name, number) in enumerate(call.given)
    ]
    unnamed = [(replace(p, name=""), number) for p, number in given]  # its name may mislead
    for tried in (given, unnamed):
        for one in arguments(family, [p for p, _ in tried], routine.tables, routine.body):
            values = {p: usual for p, usual, _ in one.parts}
            yield {number: values[p] for p, number in tried if number and p in values}
