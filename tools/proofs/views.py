"""What others read through a view, which row level security of its tables may not hold for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from tools.postgres.server import Connection
from tools.proofs.answers import Question, ask
from tools.proofs.cast import Actor, Cast
from tools.proofs.links import USERS
from tools.proofs.ownership import listed
from tools.proofs.published import hang, taken_back
from tools.proofs.secrets import UUID, given_away, open_rows, owned, secrets

_VIEWS = files("tools.proofs").joinpath("views.sql").read_text()
_MOST_ROWS = 500
_SECONDS = 2.0
"""How long reading may take."""


@dataclass(frozen=True)
class View:
    name: str
    materialized: bool
    invoker: bool
    """It asks with the caller's rights (security_invoker)."""
    roles: tuple[str, ...]
    """Of the API's users, those who may read it."""
    definition: str
    tables: tuple[str, ...]
    """Beneath it, through other views too."""


@dataclass(frozen=True)
class Viewed:
    """What one view showed."""

    view: View
    seen: Mapping[Actor, bool | None]
    """Whether the actor found something of the family's; None where reading failed."""
    leaks: Mapping[Actor, str]
    """What outsiders found that the tables do not show them."""
    owned: tuple[str, ...] = ()
    """The tables beneath that hold rows of the family's."""


def views(conn: Connection, relations: Iterable[int] | None) -> frozenset[View]:
    """Those among the relations, or all, that users may read."""
    scope: dict[str, object] = {"all": relations is None, "relations": list(relations or ())}
    rows = conn.execute(_VIEWS, scope).fetchall()
    return frozenset(View(n, m, i, tuple(roles), text, tuple(tables)) for n, m, i, roles, text, tables in rows)


def look(conn: Connection, cast: Cast, wanted: Iterable[View]) -> tuple[Viewed, ...]:
    """Everybody reads each of the views."""
    found = []
    for view in sorted(wanted, key=lambda view: view.name):
        _fill(cast, view)
        actors = [a for a in cast.actors if a.role in view.roles and (a.user or a.role == "anon")]
        outside = [a for a in actors if not a.is_inside]
        told, secret = _told(conn, cast, view, actors)
        if any(secret.values()) and hang(conn, cast.ours, view.definition, view.tables):
            told, secret = _told(conn, cast, view, actors)
            known = secrets(cast.ours, view.tables)
            with taken_back(conn, cast.ours, view.definition) as silent:
                still = _read(conn, view, outside, known)
            secret = {
                actor: {v for v in values if not known[v] & silent.keys() or v in (still[actor] or ())}
                for actor, values in secret.items()
            }
        leaks = {}
        for actor in (a for a in secret if secret[a]):
            texts = sorted(value for value in secret[actor] if not UUID.fullmatch(value))
            leaks[actor] = f'"{texts[0]}"' if texts else "their ids"
        seen = {actor: None if values is None else bool(values) for actor, values in told.items()}
        found.append(Viewed(view, seen, leaks, tuple(owned(cast.ours, view.tables))))
    return tuple(found)


def _told(
    conn: Connection, cast: Cast, view: View, actors: Sequence[Actor]
) -> tuple[dict[Actor, set[str] | None], dict[Actor, set[str]]]:
    """What each finds of the family's secrets, and of those, what outsiders do not read in the tables."""
    known = secrets(cast.ours, view.tables)
    outside = [a for a in actors if not a.is_inside]
    readable = open_rows(conn, cast.ours, outside, view.tables)
    told = _read(conn, view, actors, known)
    return told, {a: {v for v in told[a] or () if not known[v] & readable[a.name]} for a in outside}


def _read(conn: Connection, view: View, actors: Sequence[Actor], known: Iterable[str]) -> dict[Actor, set[str] | None]:
    """What each finds of the secrets in the view; None where reading failed."""
    if view.materialized:
        conn.execute(f"refresh materialized view {view.name}".encode())
    query = f"select json_agg(v)::text from (select * from {view.name} limit {_MOST_ROWS}) v"
    answers = ask(conn, [Question(query, a.role, a.claims) for a in actors], seconds=_SECONDS)
    return {a: given_away(answer.text, known) if answer.ok else None for a, answer in zip(actors, answers, strict=True)}


def _fill(cast: Cast, view: View) -> None:
    """The tables beneath, with rows of each kind that the view tells apart."""
    for name in view.tables:
        table = cast.ownership.schema.tables.get(name)
        first = cast.ours.row(name) if table else None
        if table is None or first is None or name == USERS:
            continue
        for column in table.columns.values():
            if column.automatic or not re.search(rf"\b{re.escape(column.name)}\b", view.definition):
                continue
            named = [v for v in (*column.labels, *listed(table, column.name)) if f"'{v}'" in view.definition]
            for value in ("true", "false") if column.kind == "bool" else named:
                if all(value != row.get(column.name) for row in cast.ours.filler.rows[name]):
                    cast.ours.row(name, {column.name: value})
