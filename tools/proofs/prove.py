"""Runs the proofs of one migration, in one transaction that is rolled back, while it is rehearsed elsewhere."""

import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files

import psycopg

from tools.facts import Touched, touched
from tools.migration import Migration
from tools.postgres.server import Connection
from tools.postgres.session import Session
from tools.proofs.access import Cast, TableAccess, attack
from tools.proofs.families import Family
from tools.proofs.kept import Kept, at_stake, keep, keep_in_clone
from tools.proofs.ownership import USERS, Ownership
from tools.proofs.surface import Surface, surfaces
from tools.rows import Schema

_SCOPE, _NEAR = (files("tools.proofs").joinpath(f"{name}.sql").read_text() for name in ("scope", "near"))
_ROLES = re.compile(r"\b(create|alter|drop)\s+(role|user|group)\b|\balter\s+database\b", re.IGNORECASE)


@dataclass(frozen=True)
class Proofs:
    """What was seen on rows, and as other users."""

    access: Mapping[str, TableAccess] = field(default_factory=dict)
    """By table, after the migration."""
    access_before: Mapping[str, TableAccess] = field(default_factory=dict)
    """Of those that were there before."""
    kept: Kept | None = None
    """What became of old rows; None where it has to do with none."""
    problem: str = ""
    """Why there are none, where there should be some."""
    seconds: float = 0.0


def shares_roles(text: str) -> bool:
    """The migration changes what all databases of the server share, so it cannot run in two of them at once."""
    return bool(_ROLES.search(text))


def prove(session: Session, migration: Migration) -> Proofs | None:
    """None where the migration does not apply; then the rehearsal says why."""
    started = time.perf_counter()
    if migration.syntax_error is not None:
        return None
    try:
        proofs = _in_transaction(session, migration) if session.transaction else _in_clone(session, migration)
    except psycopg.Error as error:
        if os.environ.get("MIGRATION_AGENT_DEBUG"):
            raise
        return Proofs(problem=str(error.diag.message_primary or error).strip())
    return proofs and replace(proofs, seconds=time.perf_counter() - started)


def _in_transaction(session: Session, migration: Migration) -> Proofs | None:
    conn = session.conn
    with session.savepoint():
        if not session.run(migration.script).ok:
            return None
        play = touched(conn)
        after = _signatures(conn, play)
        stake = at_stake(conn)
    kept = keep(session, migration, stake)
    before = _signatures(conn, play)
    changed = _changed(before, after)
    access_before = {}
    if old := [table for table in changed if table in before]:
        with session.savepoint():
            access_before = _access(conn, old)
    if not session.run(migration.script).ok:
        return None
    return Proofs(_access(conn, changed), access_before, kept)


def _in_clone(session: Session, migration: Migration) -> Proofs | None:
    """Of a file with transactions of its own; what was before is read where it still stands."""
    run = session.run(migration.script)
    if not run.ok:
        return None
    with session.before(migration.script) as earlier:
        kept = keep_in_clone(earlier.conn, session.conn, migration.script, run)
        before = _signatures(earlier.conn, None)
        with session.savepoint():
            after = _signatures(session.conn, None)
        changed = _changed(before, after)
        old = [table for table in changed if table in before]
        access_before = _access(earlier.conn, old)
    with session.savepoint():
        return Proofs(_access(session.conn, changed), access_before, kept)


def _changed(before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]) -> list[str]:
    """Tables, new or reached otherwise than before."""
    return sorted(t for t, (kind, told) in after.items() if kind in "rp" and before.get(t) != (kind, told))


def _signatures(conn: Connection, play: Touched | None) -> dict[str, tuple[str, str]]:
    """(kind, what decides who reaches it) of each table and view in play, or of all."""
    scope: dict[str, object] = {"all": play is None, "relations": [], "functions": []}
    if play is not None:
        scope |= {"relations": list(play.relations), "functions": list(play.functions)}
    kinds = dict(conn.execute(_SCOPE, scope).fetchall())
    told = surfaces(conn, kinds)
    return {name: (kind, repr(told[name])) for name, kind in kinds.items()}


def _access(conn: Connection, tables: Iterable[str]) -> dict[str, TableAccess]:
    """The matrices of these tables, on fresh families of rows."""
    wanted = list(tables)
    if not wanted:
        return {}
    ownership, found = world(conn, wanted)
    cast = Cast(
        Family.settle(conn, ownership, "ours"),
        Family.settle(conn, ownership, "theirs"),
        Family.settle(conn, ownership, "nobody", alone=True),
    )
    return attack(conn, cast, {table: found[table] for table in wanted if table in found})


def world(conn: Connection, tables: Iterable[str]) -> tuple[Ownership, dict[str, Surface]]:
    """The tables, all that they hang on, and the memberships that decide about those; each as the API sees it."""
    schema = Schema.read(conn, [*tables, USERS])
    accounts = Ownership(schema, ()).accounts
    near = conn.execute(_NEAR, {"tables": sorted(schema.tables.keys() - accounts), "users": sorted(accounts)})
    wide = schema
    if more := {name for (name,) in near} - schema.tables.keys():
        wide = Schema.read(conn, [*schema.tables, *more])
    found = surfaces(conn, wide.tables)
    ownership = Ownership.of(wide, found)
    kept = wide.closure([*schema.tables, *(m.table for m in ownership.memberships)])
    return replace(ownership, schema=kept), found
