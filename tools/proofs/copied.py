"""What triggers carry from somebody's rows into rows that others read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.postgres.server import Connection
from tools.proofs.answers import Question, ask
from tools.proofs.cast import Actor, Cast
from tools.proofs.secrets import UUID, given_away, open_rows, secrets
from tools.proofs.surface import Surface

_SECONDS = 2.0
_MOST_ROWS = 200
_NAMED = re.compile(
    r'\b(?:from|join|into|update(?!\s+(?:on|of|or)\b))\s+(?:only\s+)?("?\w+"?(?:\s*\.\s*"?\w+"?)?)',
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Copy:
    """Something of somebody's that another reads in a row which is not theirs."""

    table: str
    """Where it is read."""
    actor: Actor
    text: str
    source: str
    """The table whose row says it."""
    open_by: tuple[str, ...]
    """Policies that let the actor read the table and say that it is for everybody; empty where another one does."""


def copies(conn: Connection, cast: Cast, guarded: Mapping[str, Surface]) -> tuple[Copy, ...]:
    """What outsiders find in these tables, and in those that their triggers name; the rows that a family has there of
    its own are the matrix's matter."""
    there = cast.ownership.schema.tables.keys()
    reached = {t for s in guarded.values() for t in carried_to(s) if t != s.table} & there
    tables = sorted((guarded.keys() | reached) & there) if reached else []
    outside = [a for a in cast.actors if a.is_outside and not (a.role == "authenticated" and not a.user)]
    if not tables:
        return ()
    known = secrets(cast.ours, cast.ours.filler.rows)
    readable = open_rows(conn, cast.ours, outside, cast.ours.filler.rows)
    pairs = [(actor, table) for table in tables for actor in outside]
    query = "select json_agg(r)::text from (select * from {} limit " + f"{_MOST_ROWS}) r"
    questions = [Question(query.format(table), actor.role, actor.claims, group=table) for actor, table in pairs]
    found = []
    for (actor, table), answer in zip(pairs, ask(conn, questions, seconds=_SECONDS), strict=True):
        if table in cast.ownership.owned and any(where == table for where, _ in readable[actor.name]):
            continue  # they read the family's own rows there, which is more
        told = {
            value
            for value in given_away(answer.text, known)
            if not known[value] & readable[actor.name] and all(where != table for where, _ in known[value])
        }
        if told:
            text = min(told, key=lambda value: (bool(UUID.fullmatch(value)), value))
            source = min(known[text])[0]
            shown = "an id" if UUID.fullmatch(text) else f'"{text}"'
            found.append(Copy(table, actor, shown, source, tuple(_says_public(cast, guarded, table, actor))))
    return tuple(found)


def carried_to(surface: Surface) -> set[str]:
    """Names that follow FROM, JOIN, INTO or UPDATE in its triggers' functions, tables and others."""
    plain = (re.sub(r'[\s"]', "", name) for name in _NAMED.findall(surface.triggers))
    return {name if "." in name else f"public.{name}" for name in plain}


def _says_public(cast: Cast, guarded: Mapping[str, Surface], table: str, actor: Actor) -> Iterable[str]:
    surface = guarded.get(table) or cast.ownership.surfaces.get(table)
    policies = surface.permissive(actor.role, "select") if surface else []
    return [p.name for p in policies] if all(p.says_public for p in policies) else []
