"""What others read through a view, which row level security of its tables may not hold for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from tools.postgres.server import Connection
from tools.proofs.answers import Question, ask
from tools.proofs.cast import Actor, Cast
from tools.proofs.ownership import USERS, listed
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
        below = owned(cast.ours, _filled(cast, view))
        if view.materialized:
            conn.execute(f"refresh materialized view {view.name}".encode())
        actors = [a for a in cast.actors if a.role in view.roles and (a.user or a.role == "anon")]
        query = f"select json_agg(v)::text from (select * from {view.name} limit {_MOST_ROWS}) v"
        answers = ask(conn, [Question(query, a.role, a.claims) for a in actors], seconds=_SECONDS)
        known = secrets(cast.ours, below)
        outside = [a for a in actors if not a.is_inside]
        readable = open_rows(conn, cast.ours, outside, below)
        seen, leaks = {}, {}
        for actor, answer in zip(actors, answers, strict=True):
            told = given_away(answer.text, known)
            seen[actor] = bool(told) if answer.ok else None
            secret = {value for value in told if not known[value] & readable.get(actor.name, frozenset())}
            if actor in outside and secret:
                texts = sorted(value for value in secret if not UUID.fullmatch(value))
                leaks[actor] = f'"{texts[0]}"' if texts else "their ids"
        found.append(Viewed(view, seen, leaks, tuple(below)))
    return tuple(found)


def _filled(cast: Cast, view: View) -> tuple[str, ...]:
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
    return view.tables
