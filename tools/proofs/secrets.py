"""What tells that a row is somebody's, and which of their rows others read anyway."""

import re
from collections.abc import Iterable

from tools.postgres.server import Connection
from tools.proofs.answers import Question, ask
from tools.proofs.cast import Actor
from tools.proofs.families import Family
from tools.rows.write import literal
from tools.sql import identifier

_SECONDS = 2.0
Held = tuple[str, int]
"""One of a family's rows: its table, and its place there."""
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def filled(family: Family, tables: Iterable[str]) -> list[str]:
    """Those in which a row was made for the family, be it its own or for all."""
    return sorted(t for t in set(tables) if family.filler.rows.get(t))


def owned(family: Family, tables: Iterable[str]) -> list[str]:
    """Those in which the family has rows of its own."""
    return [table for table in filled(family, tables) if table in family.ownership.owned]


def secrets(family: Family, tables: Iterable[str]) -> dict[str, frozenset[Held]]:
    """Ids of the family's rows, and texts that only they hold, with those of these tables' rows that hold them.

    A row that is for all may name one of the family's: whoever reads it has been told so much.
    """
    schema, rows = family.ownership.schema.tables, family.filler.rows
    ids = {
        row[column]
        for table in family.ownership.owned
        for column in schema[table].primary_key
        for row in rows.get(table, ())
        if schema[table].columns[column].kind == "uuid"
        and all(key.parent in family.ownership.owned for key in schema[table].foreign_keys_of(column))
    }
    found: dict[str, set[Held]] = {}
    theirs = owned(family, tables)
    for table in filled(family, tables):
        for place, row in enumerate(rows[table]):
            for value in row.values():
                if value and (value in ids or (len(value) > 6 and family.filler.mark in value)):
                    found.setdefault(value, set()).add((table, place))
    return {value: frozenset(held) for value, held in found.items() if any(table in theirs for table, _ in held)}


def given_away(text: str | None, known: Iterable[str]) -> set[str]:
    """Which of them the text holds."""
    return {value for value in known if value in text} if text else set()


def rows_of(family: Family, tables: Iterable[str], ids: Iterable[str] | None = None) -> set[Held]:
    """The family's rows in those of the tables in which it has its own; `ids`: only those with one of them as a key."""
    schema, wanted = family.ownership.schema.tables, None if ids is None else set(ids)
    return {
        (table, place)
        for table in owned(family, tables)
        for place, row in enumerate(family.filler.rows[table])
        if wanted is None or any(row[column] in wanted for column in schema[table].primary_key)
    }


def open_rows(
    conn: Connection, family: Family, actors: Iterable[Actor], tables: Iterable[str]
) -> dict[str, frozenset[Held]]:
    """By actor's name, which of the rows made for the family the actor reads directly."""
    schema = family.ownership.schema.tables
    pairs = [(actor, t) for actor in actors for t in filled(family, tables) if schema[t].primary_key]
    questions = [Question(f"select {_which(family, t)}", actor.role, actor.claims) for actor, t in pairs]
    found: dict[str, set[Held]] = {actor.name: set() for actor, _ in pairs}
    for (actor, table), answer in zip(pairs, ask(conn, questions, seconds=_SECONDS), strict=True):
        found[actor.name] |= {(table, int(place)) for place in (answer.text or "").split()}
    return {name: frozenset(rows) for name, rows in found.items()}


def _which(family: Family, table: str) -> str:
    key = family.ownership.schema.tables[table].primary_key
    there = (
        "case when exists (select from {} where {}) then '{}' end".format(
            table, " and ".join(f"{identifier(c)} = {literal(row[c])}" for c in key), place
        )
        for place, row in enumerate(family.filler.rows[table])
    )
    return f"concat_ws(' ', {', '.join(there)})"
