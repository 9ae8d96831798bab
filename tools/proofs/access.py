"""The access matrix: every actor tries every verb on rows of a family, and what got through is noted.

The actors: the *owner* of the rows (and fellow members of the tenant, by role), an *other* user with a family of
their own, a *stranger* who is signed in and has nothing, *anon*, and *service_role*. Each try runs in the database,
as the API would run it, and is taken back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from tools.postgres.server import Connection
from tools.proofs.answers import Answer, Question, ask
from tools.proofs.cast import Actor, Cast
from tools.proofs.published import names, separates, taken_back
from tools.proofs.surface import Surface
from tools.proofs.tries import Try, comparable, exactly, tries, variants
from tools.rows.filler import Row, Table

VERBS = ("select", "insert", "update", "delete", "reassign")
_AFTERWARDS = ("23505", "23503")
"""Unique and foreign key violations: row level security has let the row through before."""
_ASKS = re.compile(r"\bauth\.(uid|jwt|role|email)\(|request\.jwt|current_setting", re.IGNORECASE)
_PER_ROW = re.compile(
    r"auth\.uid\(\)(?: AS uid\))?\)*(?:::\w+)? (?:=|<>|IN)|(?:=|<>|IN) \(*\s?(?:SELECT )?auth\.uid", re.IGNORECASE
)
"""The caller's id is compared with something; see `compares_caller`."""


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
    as_it_comes: bool = False
    """An outsider reads the family's first row, in which columns have their defaults."""
    missing: str = ""
    """Why no row could be made, so that nothing could be tried."""
    endless: bool = False
    """A trigger that calls itself without end let none be made."""
    actors: tuple[Actor, ...] = ()
    """Who took part; what they have no privilege for was not tried."""

    @property
    def table(self) -> str:
        return self.surface.table

    def reached(self, actor: str, verb: str) -> bool:
        return any(c.reached for c in self.cells if c.actor.name == actor and c.verb == verb)


def attack(conn: Connection, cast: Cast, surfaces: Mapping[str, Surface]) -> dict[str, TableAccess]:
    """The matrices of these tables, by name. All tries run in two round trips.

    Rows that differ from the first come in the second: an approved submission may open the post that it is for.
    """
    rows = {table: [row] if (row := cast.ours.row(table)) else [] for table in surfaces}
    made = [(table, one) for table, surface in surfaces.items() for one in tries(cast, surface, rows[table])]
    tried = _run(conn, made)
    rows = {table: variants(cast.ours, surface) if rows[table] else [] for table, surface in surfaces.items()}
    made = [(t, one) for t, surface in surfaces.items() if rows[t][1:] for one in tries(cast, surface, rows[t], 1)]
    tried += _run(conn, made)
    found = {}
    for table, surface in surfaces.items():
        results = [(one, cell) for of, one, cell in tried if of == table]
        why = cast.ours.missing.get(table)
        found[table] = TableAccess(
            surface,
            cast.ownership.path(table),
            _cells(results),
            tuple(
                _open_by(conn, cast.ownership.schema.tables[table], surface, rows[table], results)
                or _opened_elsewhere(conn, cast, surface, results)
            ),
            any(one.row == 0 and one.verb == "select" and one.actor.is_outside and c.reached for one, c in results),
            "" if rows[table] else str(why or "no row could be made"),
            bool(not rows[table] and why and why.endless),
            cast.actors,
        )
    return found


def _run(conn: Connection, made: Sequence[tuple[str, Try]]) -> list[tuple[str, Try, Cell]]:
    if not made:
        return []
    with suppress(psycopg.Error), conn.transaction():  # what waits to be done to these rows is nobody's doing below
        conn.execute("set constraints all immediate")
    witnesses = list(dict.fromkeys(one.witness for _, one in made if one.witness))
    asked = conn.execute(("select " + ", ".join(f"({w})::text" for w in witnesses or ["null"])).encode()).fetchone()
    before = dict(zip(witnesses, asked or (), strict=False))
    questions = [
        Question(one.statement, one.actor.role, one.actor.claims, one.witness, counted=True) for _, one in made
    ]
    return [
        (table, one, _cell(one, before.get(one.witness or ""), answer))
        for (table, one), answer in zip(made, ask(conn, questions), strict=True)
    ]


def _cell(one: Try, before: str | None, answer: Answer) -> Cell:
    if answer.state in ("42501", "P0001"):
        return Cell(one.actor, one.verb, False, answer.said, answer.state)
    if answer.state in _AFTERWARDS and (one.witness is None or one.verb == "reassign"):
        return Cell(one.actor, one.verb, True, one.statement)
    if not answer.ok:
        return Cell(one.actor, one.verb, None, answer.said, answer.state)
    reached = answer.number > 0 if one.witness is None else answer.seen != before
    return Cell(one.actor, one.verb, reached, one.statement if reached else "")


def _cells(results: Iterable[tuple[Try, Cell]]) -> tuple[Cell, ...]:
    """One for each actor and verb: reached where any of the tries went through."""
    weight = {True: 2, False: 1, None: 0}
    best: dict[tuple[str, str], Cell] = {}
    for _, cell in results:
        key = (cell.actor.name, cell.verb)
        if key not in best or weight[cell.reached] > weight[best[key].reached]:
            best[key] = cell
    return tuple(best.values())


def _open_by(
    conn: Connection, table: Table, surface: Surface, rows: Sequence[Row], results: Iterable[tuple[Try, Cell]]
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
        means_it = policy.says_public and not (asks and compares_caller(condition))
        if means_it or any(separates(name, condition, reached, denied) for name in rows[0]):
            meant.append(policy)
    if not meant:
        return []
    shown = " or ".join(f"({policy.using or 'true'})" for policy in meant)
    found = conn.execute(
        b"select "
        + ", ".join(
            f"exists (select from {surface.table} where {exactly(row, comparable(table))} and ({shown}))"
            for row in reached
        ).encode()
    ).fetchone()
    return [policy.name for policy in meant] if found and all(found) else []


def _opened_elsewhere(conn: Connection, cast: Cast, surface: Surface, results: Iterable[tuple[Try, Cell]]) -> list[str]:
    """Policies that let everybody read because some row, here or elsewhere, says so: nobody does once none says it."""
    reached = [one for one, cell in results if one.verb == "select" and one.actor.is_outside and cell.reached]
    condition = surface.conditions("SELECT")
    if not reached or not condition:
        return []
    with taken_back(conn, cast.ours, condition) as silent:
        questions = [Question(one.statement, one.actor.role, one.actor.claims, counted=True) for one in reached]
        answers = ask(conn, questions) if silent else []
    if not answers or any(not answer.ok or answer.number for answer in answers):
        return []
    policies = [p for role in ("authenticated", "anon") for p in surface.permissive(role, "select")]
    asked = {p.name: "\n".join([p.using or "", *surface.calls.get(p.name, ())]) for p in policies}
    tables = cast.ownership.schema.tables
    words = {*silent.values(), *(tables[name].bare for name, _ in silent)}
    return [name for name, text in asked.items() if any(names(text, word) for word in words)]


def compares_caller(condition: str) -> bool:
    """A column of the row decides, or a key that was looked up: it is compared with the caller's id."""
    return bool(_PER_ROW.search(condition))
