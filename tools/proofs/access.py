"""The access matrix: every actor tries every verb on rows of a family, and what got through is noted.

The actors: the *owner* of the rows (and fellow members of the tenant, by role), an *other* user with a family of
their own, a *stranger* who is signed in and has nothing, *anon*, and *service_role*. Each try runs in the database,
as the API would run it, and is taken back.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.postgres.server import Connection
from tools.proofs.families import Family
from tools.proofs.ownership import USERS, Ownership, listed
from tools.proofs.surface import Surface
from tools.rows.filler import Row, Table
from tools.rows.write import literal
from tools.sql import identifier

VERBS = ("select", "insert", "update", "delete", "reassign")
_ATTEMPTS = "select * from _throwaway.attempts(%s, %s, %s, %s)"
_AFTERWARDS = ("23505", "23503")
"""Unique and foreign key violations: row level security has let the row through before."""
_COMPARABLE = ("text", "number", "bool", "uuid", "timestamp", "date", "enum")
_TURNS = {"bool": ("true", "false"), "timestamp": ("2001-01-01", "2100-01-01"), "date": ("2001-01-01", "2100-01-01")}
"""Values that a policy may tell apart."""
_EQUAL = re.compile(r"\(\(?\b(\w+)\)?(?:::[\w ]+)? = '((?:[^']|'')*)'|\((\w+) IS NULL\)")
_POWER = re.compile(r"role|admin|permission|staff|moderator|super", re.IGNORECASE)
"""Columns that make their user more than others."""
_ASKS = re.compile(r"\bauth\.(uid|jwt|role|email)\(|request\.jwt|current_setting", re.IGNORECASE)
_PER_ROW = re.compile(
    r"auth\.uid\(\)(?: AS uid\))?\)*(?:::\w+)? (?:=|IN)|(?:=|IN) \(*(?:SELECT )?auth\.uid", re.IGNORECASE
)
"""The caller's id is compared with something."""
_VISIBLE = re.compile(
    r"public|publish|visib|shar(ed|ing)|listed|discover|featured|approved|\blive\b|\bopen\b", re.IGNORECASE
)
_MOST_VARIANTS = 3


@dataclass(frozen=True)
class Actor:
    """Who calls the API."""

    name: str
    """owner, "member as viewer", other, stranger, anon or service_role"""
    role: str
    user: str = ""
    """The user's id; empty for those who are not signed in."""
    email: str = ""

    @property
    def claims(self) -> str:
        if not self.user:
            return json.dumps({"role": self.role})
        known = {"sub": self.user, "aud": "authenticated", "role": self.role, "aal": "aal1", "is_anonymous": False}
        return json.dumps(
            {**known, "email": self.email, "app_metadata": {}, "user_metadata": {}, "session_id": self.user}
        )

    @property
    def is_outside(self) -> bool:
        """The rows are somebody else's, and no key opens everything."""
        return not self.is_inside and self.role != "service_role"

    @property
    def is_inside(self) -> bool:
        """The rows are this user's, or the tenant's that the user belongs to."""
        return self.name == "owner" or self.name.startswith("member as ")


@dataclass(frozen=True)
class Cell:
    """What became of one verb, over all rows of the family that it was tried on."""

    actor: Actor
    verb: str
    reached: bool | None
    """None where it could not be tried, or failed for a reason that has nothing to do with who asks."""
    said: str = ""
    """Postgres's words where it failed; the call where it went through."""
    state: str = ""
    """SQLSTATE of the failure."""


@dataclass(frozen=True)
class TableAccess:
    """The matrix of one table."""

    surface: Surface
    path: tuple[str, ...]
    """The steps from a row to its user; empty for a shared table."""
    cells: tuple[Cell, ...] = ()
    open_by: tuple[str, ...] = ()
    """Policies under which the family's row is open to everybody by what the row says (is_public), or by their name."""
    missing: str = ""
    """Why no row could be made, so that nothing could be tried."""
    actors: tuple[Actor, ...] = ()
    """Who took part; what they have no privilege for was not tried."""

    @property
    def table(self) -> str:
        return self.surface.table

    def reached(self, actor: str, verb: str) -> bool:
        return any(c.reached for c in self.cells if c.actor.name == actor and c.verb == verb)


@dataclass(frozen=True)
class _Try:
    actor: Actor
    verb: str
    row: int
    """Which of the family's rows; -1 for a new one."""
    statement: str
    witness: str | None = None
    """One value, asked before and in between; None where the number of rows that the statement touched tells."""


@dataclass(frozen=True)
class Cast:
    """Everybody who takes part."""

    ours: Family
    theirs: Family
    stranger: Family

    @property
    def ownership(self) -> Ownership:
        return self.ours.ownership

    @property
    def actors(self) -> tuple[Actor, ...]:
        members = [self._user(f"member as {role}", self.ours, user) for role, user in self.ours.others.items()]
        return (
            self._user("owner", self.ours, self.ours.user),
            *members,
            self._user("other", self.theirs, self.theirs.user),
            self._user("stranger", self.stranger, self.stranger.user),
            Actor("anon", "anon"),
            Actor("service_role", "service_role"),
        )

    @staticmethod
    def _user(name: str, family: Family, user: str) -> Actor:
        account = next((row for row in family.filler.rows.get(USERS, ()) if row["id"] == user), {})
        return Actor(name, "authenticated", user, account.get("email") or "")


def attack(conn: Connection, cast: Cast, surfaces: Mapping[str, Surface]) -> dict[str, TableAccess]:
    """The matrices of these tables, by name. All tries run in one round trip."""
    rows = {table: variants(cast.ours, surface) for table, surface in surfaces.items()}
    tries = [(table, one) for table, surface in surfaces.items() for one in _tries(cast, surface, rows[table])]
    tried = _run(conn, tries)
    found = {}
    for table, surface in surfaces.items():
        results = [(one, cell) for of, one, cell in tried if of == table]
        why = cast.ours.missing.get(table)
        found[table] = TableAccess(
            surface,
            cast.ownership.path(table),
            _cells(results),
            tuple(_open_by(conn, cast.ownership.schema.tables[table], surface, rows[table], results)),
            "" if rows[table] else str(why or "no row could be made"),
            cast.actors,
        )
    return found


def variants(family: Family, surface: Surface) -> list[Row]:
    """The family's row, and others that differ in what the policies ask of a row."""
    first = family.row(surface.table)
    if first is None:
        return []
    table = family.ownership.schema.tables[surface.table]
    if len(family.filler.rows[surface.table]) == 1:
        for sample in family.filler.schema.samples.further(table, family.ownership.apart):
            family.row(surface.table, sample)
        conditions = surface.asked
        for name, column in table.columns.items():
            if (
                column.automatic
                or name in table.primary_key
                or _POWER.search(name)
                or not re.search(rf"\b{re.escape(name)}\b", conditions)
            ):
                continue
            values: list[str | None] = [*column.labels, *listed(table, name), *_TURNS.get(column.kind, ())]
            if not column.not_null and not table.foreign_keys_of(name):
                values.append(None)
            for value in [v for v in values if v != first.get(name)][:_MOST_VARIANTS]:
                family.row(surface.table, {name: value})
        for policy in surface.policies:
            if wanted := _asked_for(table, policy.using):
                family.row(surface.table, wanted)
    return family.filler.rows[surface.table][: 1 + 2 * _MOST_VARIANTS]


def _asked_for(table: Table, condition: str | None) -> dict[str, str | None]:
    """What a policy asks of its row in so many words: (status = 'draft'), (deleted_at IS NULL)."""
    found: dict[str, str | None] = {}
    for name, value, empty in _EQUAL.findall(condition or ""):
        column = table.columns.get(name or empty)
        if column and not column.automatic and name not in table.primary_key and not _POWER.search(column.name):
            found[column.name] = value.replace("''", "'") if name else None
    return found


def _tries(cast: Cast, surface: Surface, rows: Sequence[Row]) -> Iterator[_Try]:
    table = cast.ownership.schema.tables[surface.table]
    if not rows:  # whether the policies can be asked at all shows without one
        for actor in cast.actors:
            if surface.may(actor.role, "select"):
                yield _Try(actor, "look", -1, f"select 1 from {surface.table} limit 1")
        return
    spare = cast.ours.values(surface.table)
    for policy in surface.permissive("authenticated", "insert"):
        if wanted := _asked_for(table, policy.check):
            spare = cast.ours.another(surface.table, wanted) or spare
            break
    links = cast.ownership.owner_links(surface.table)
    kept = {c for unique in table.uniques for c in unique.columns}
    kept |= {c for key in table.foreign_keys for c in key.columns}
    settable = [n for n, c in table.columns.items() if not c.automatic]
    settable.sort(key=lambda name: name in kept)
    comparable = _comparable(table)
    for actor in cast.actors:
        if actor.role == "authenticated" and not actor.user:
            continue
        readable = [n for n in table.columns if surface.may(actor.role, "select", n)]
        changeable = next((n for n in settable if surface.may(actor.role, "update", n)), None)
        for number, row in enumerate(rows):
            here = f"from {surface.table} where {_exactly(row, comparable)}"
            where = _identified(table, readable, row)
            blind = not actor.is_inside  # without a filter, the policies for SELECT are not asked
            if where:
                yield _Try(actor, "select", number, f"select 1 from {surface.table} where {where}")
            if changeable:
                change = f"update {surface.table} set {identifier(changeable)} = {literal(row.get(changeable))}"
                if where:
                    yield _Try(actor, "update", number, f"{change} where {where}")
                if blind:
                    yield _Try(actor, "update", number, change, f"select max(xmin::text) {here}")
            if surface.may(actor.role, "delete"):
                if where:
                    yield _Try(actor, "delete", number, f"delete from {surface.table} where {where}")
                if blind:
                    yield _Try(actor, "delete", number, f"delete from {surface.table}", f"select count(*) {here}")
            if actor.name == "owner" and where:
                yield from _hand_over(cast, surface, actor, number, row, where)
        given = {n: v for n, v in (spare or {}).items() if surface.may(actor.role, "insert", n)}
        if given:
            if actor.name.startswith("member as "):
                if _personal(cast.ownership, surface) & given.keys():
                    yield _insert(surface, actor, given, "forge", "true")
                given = _in_own_name(cast, cast.ours, surface, actor, given)
            if actor.name in ("other", "stranger"):
                yield from _intrude(cast, surface, actor, given)
            whose = {c: spare[c] for link in links for c in link.columns if spare and c in spare}
            owned = " and ".join(f"{identifier(c)} is not distinct from {v}" for c, v in whose.items())
            yield _insert(surface, actor, given, "insert", "true" if actor.is_inside else owned or "true")


def _insert(surface: Surface, actor: Actor, values: Mapping[str, str], verb: str, counted: str) -> _Try:
    columns = ", ".join(map(identifier, values))
    statement = f"insert into {surface.table} ({columns}) values ({', '.join(values.values())})"
    return _Try(actor, verb, -1, statement, f"select count(*) from {surface.table} where {counted}")


def _personal(ownership: Ownership, surface: Surface) -> set[str]:
    """Columns that alone say whose the row is: some policy asks for nothing else."""
    alone = "\n".join(p.using or "" for p in surface.policies if p.permissive and " OR " not in (p.using or ""))
    return ownership.compared_in(surface.table, alone)


def _intrude(cast: Cast, surface: Surface, actor: Actor, values: dict[str, str]) -> Iterator[_Try]:
    """An outsider's own row that hangs on one of the family's, and whether the outsider may see that one."""
    family = cast.theirs if actor.name == "other" else cast.stranger
    own = _in_own_name(cast, family, surface, actor, values, joining=True)
    links = [link for link in cast.ownership.owner_links(surface.table) if link.parent not in cast.ownership.accounts]
    link = next((link for link in links if set(link.columns) <= own.keys()), None)
    if own == values or link is None:
        return
    yield _insert(surface, actor, own, "intrude", "true")
    there = " and ".join(
        f"{identifier(c)} = {own[name]}" for name, c in zip(link.columns, link.parent_columns, strict=True)
    )
    yield _Try(actor, "see", -1, f"select 1 from {link.parent} where {there}")


def _in_own_name(
    cast: Cast, family: Family, surface: Surface, actor: Actor, values: dict[str, str], *, joining: bool = False
) -> dict[str, str]:
    """The row as the actor would write it: where it names its user, that is the actor.

    Who is a member already does not become one again, unless `joining`.
    """
    if not joining and any(m.table == surface.table for m in cast.ownership.memberships):
        return values
    own = dict(values)
    for link in cast.ownership.links(surface.table):
        if link.parent in cast.ownership.accounts and len(link.columns) == 1 and link.columns[0] in own:
            own[link.columns[0]] = literal(family.account(link.parent, actor.user))
    return own


def _hand_over(cast: Cast, surface: Surface, actor: Actor, number: int, row: Row, where: str) -> Iterator[_Try]:
    """The owner makes the row somebody else's, by each column that the policies compare."""
    key = cast.ownership.schema.tables[surface.table].primary_key
    updating = surface.conditions("UPDATE", called=False)
    links = [link for link in cast.ownership.owner_links(surface.table) if not link.provenance]
    if sum(link.parent in cast.ownership.accounts for link in links) > 1:
        return  # sender and receiver: it stays the row of one of them
    for link in links:
        if set(link.columns) & set(key) or not all(surface.may(actor.role, "update", c) for c in link.columns):
            continue
        if not all(re.search(rf"\b{re.escape(c)}\b", updating) for c in link.columns):
            continue
        if parents := cast.theirs.filler.rows.get(link.parent):
            values = dict(zip(link.columns, (parents[0].get(c) for c in link.parent_columns), strict=True))
            change = ", ".join(f"{identifier(c)} = {literal(v)}" for c, v in values.items())
            moved = f"select count(*) from {surface.table} where {_exactly(values, link.columns)}"
            yield _Try(actor, "reassign", number, f"update {surface.table} set {change} where {where}", moved)
            yield _Try(actor, "reassign", number, f"update {surface.table} set {change}", moved)


def _run(conn: Connection, tries: Sequence[tuple[str, _Try]]) -> list[tuple[str, _Try, Cell]]:
    if not tries:
        return []
    witnesses = list(dict.fromkeys(one.witness for _, one in tries if one.witness))
    asked = conn.execute(("select " + ", ".join(f"({w})::text" for w in witnesses or ["null"])).encode()).fetchone()
    before = dict(zip(witnesses, asked or (), strict=False))
    told = conn.execute(
        _ATTEMPTS,
        [
            [one.actor.role for _, one in tries],
            [one.actor.claims for _, one in tries],
            [one.statement for _, one in tries],
            [one.witness for _, one in tries],
        ],
    ).fetchall()
    return [
        (table, one, _cell(one, before.get(one.witness or ""), *answer))
        for (table, one), answer in zip(tries, told, strict=True)
    ]


def _cell(one: _Try, before: str | None, state: str, number: int, seen: str | None, said: str) -> Cell:
    if state in ("42501", "P0001"):
        return Cell(one.actor, one.verb, False, said, state)
    if state in _AFTERWARDS and (one.witness is None or one.verb == "reassign"):
        return Cell(one.actor, one.verb, True, one.statement)
    if state:
        return Cell(one.actor, one.verb, None, said, state)
    reached = number > 0 if one.witness is None else seen != before
    return Cell(one.actor, one.verb, reached, one.statement if reached else "")


def _cells(results: Iterable[tuple[_Try, Cell]]) -> tuple[Cell, ...]:
    """One for each actor and verb: reached where any of the tries went through."""
    weight = {True: 2, False: 1, None: 0}
    best: dict[tuple[str, str], Cell] = {}
    for _, cell in results:
        key = (cell.actor.name, cell.verb)
        if key not in best or weight[cell.reached] > weight[best[key].reached]:
            best[key] = cell
    return tuple(best.values())


def _open_by(
    conn: Connection, table: Table, surface: Surface, rows: Sequence[Row], results: Iterable[tuple[_Try, Cell]]
) -> list[str]:
    """Policies that let everybody read what outsiders read, and mean it: by their names, or by a column of the row.

    None where outsiders read a row that none of these is for.
    """
    outside = [(one.row, cell.reached) for one, cell in results if one.verb == "select" and one.actor.is_outside]
    got = {number for number, seen in outside if seen}
    reached = [row for number, row in enumerate(rows) if number in got]
    denied = [row for number, row in enumerate(rows) if number in {n for n, _ in outside} - got]
    if not rows or not reached:
        return []
    meant = []
    policies = [p for role in ("authenticated", "anon") for p in surface.permissive(role, "select")]
    for policy in dict.fromkeys(policies):
        condition = policy.using or "true"
        asks = _ASKS.search("\n".join([condition, *surface.calls.get(policy.name, ())]))
        means_it = policy.says_public and not (asks and _PER_ROW.search(condition))
        if means_it or any(_separates(name, condition, reached, denied) for name in rows[0]):
            meant.append(policy)
    if not meant:
        return []
    shown = " or ".join(f"({policy.using or 'true'})" for policy in meant)
    found = conn.execute(
        b"select "
        + ", ".join(
            f"exists (select from {surface.table} where {_exactly(row, _comparable(table))} and ({shown}))"
            for row in reached
        ).encode()
    ).fetchone()
    return [policy.name for policy in meant] if found and all(found) else []


def _separates(column: str, condition: str, reached: Sequence[Row], denied: Sequence[Row]) -> bool:
    """A column that says who may see the row has other values in the rows that everybody reads."""
    if not reached or not denied or not re.search(rf"\b{re.escape(column)}\b", condition):
        return False
    shown, hidden = {r.get(column) for r in reached}, {r.get(column) for r in denied}
    told = _VISIBLE.search(column) or any(_VISIBLE.search(value or "") for value in shown)
    return bool(told) and not shown & hidden


def _comparable(table: Table) -> Sequence[str]:
    """Columns that tell rows apart."""
    return table.primary_key or [n for n, c in table.columns.items() if c.kind in _COMPARABLE]


def _identified(table: Table, readable: Sequence[str], row: Row) -> str:
    """A condition that only this row meets, on columns that may be read; empty where there is none."""
    if table.primary_key and all(c in readable for c in table.primary_key):
        return _exactly(row, table.primary_key)
    telling = [c for c in readable if table.columns[c].kind in ("uuid", "text") and row.get(c) is not None]
    return _exactly(row, telling or [c for c in _comparable(table) if c in readable])


def _exactly(row: Mapping[str, str | None], columns: Iterable[str]) -> str:
    return " and ".join(
        f"{identifier(c)} = {literal(row[c])}" if row.get(c) is not None else f"{identifier(c)} is null"
        for c in columns
    )
