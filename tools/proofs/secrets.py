"""What tells that a row is somebody's, and which of their tables others read anyway."""

import re
from collections.abc import Iterable

from tools.postgres.server import Connection
from tools.proofs.answers import Question, ask
from tools.proofs.cast import Actor
from tools.proofs.families import Family
from tools.rows.write import literal
from tools.sql import identifier

_SECONDS = 2.0
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def owned(family: Family, tables: Iterable[str]) -> list[str]:
    """Those in which the family has rows of its own."""
    return sorted(t for t in set(tables) if t in family.ownership.owned and family.filler.rows.get(t))


def secrets(family: Family, tables: Iterable[str]) -> dict[str, frozenset[str]]:
    """Ids of the family's rows, and texts that only they hold, with those of these tables that hold them."""
    schema, rows = family.ownership.schema.tables, family.filler.rows
    ids = {
        row[column]
        for table in family.ownership.owned
        for column in schema[table].primary_key
        for row in rows.get(table, ())
        if schema[table].columns[column].kind == "uuid"
    }
    found: dict[str, set[str]] = {}
    for table in owned(family, tables):
        for row in rows[table]:
            for value in row.values():
                if value and (value in ids or (len(value) > 6 and family.filler.mark in value)):
                    found.setdefault(value, set()).add(table)
    return {value: frozenset(holders) for value, holders in found.items()}


def given_away(text: str | None, known: Iterable[str]) -> set[str]:
    """Which of them the text holds."""
    return {value for value in known if value in text} if text else set()


def open_tables(
    conn: Connection, family: Family, actors: Iterable[Actor], tables: Iterable[str]
) -> dict[str, frozenset[str]]:
    """By actor's name, the tables in which the actor reads the family's row directly."""
    schema = family.ownership.schema.tables
    pairs = [(actor, t) for actor in actors for t in owned(family, tables) if schema[t].primary_key]
    questions = [Question(f"select 1 from {t} where {_is(family, t)}", actor.role, actor.claims) for actor, t in pairs]
    answers = ask(conn, questions, seconds=_SECONDS)
    read = {(actor.name, t) for (actor, t), answer in zip(pairs, answers, strict=True) if answer.text}
    return {actor.name: frozenset(t for name, t in read if name == actor.name) for actor, _ in pairs}


def _is(family: Family, table: str) -> str:
    row = family.filler.rows[table][0]
    key = family.ownership.schema.tables[table].primary_key
    return " and ".join(f"{identifier(c)} = {literal(row[c])}" for c in key)
