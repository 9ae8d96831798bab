"""Runs the proofs of one migration, in one transaction that is rolled back, while it is rehearsed elsewhere."""

import os
import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files

import psycopg

from tools.facts import Touched, touched
from tools.migration import Migration
from tools.postgres.server import Connection
from tools.postgres.session import Session
from tools.proofs.access import TableAccess, attack
from tools.proofs.calls import Called, Routine, call, routines
from tools.proofs.cast import Cast
from tools.proofs.counters import counters, wind_back
from tools.proofs.families import Family
from tools.proofs.kept import Kept, at_stake, keep, keep_in_clone
from tools.proofs.named import explain_named
from tools.proofs.queries import Implied, Queries, Shape, explain, explain_before, shapes
from tools.proofs.refusals import Constraint, Refusal, constraints, refuse
from tools.proofs.stamps import Stamp, stamps
from tools.proofs.storage import Storage, attack_storage, touched_buckets
from tools.proofs.surface import Surface, surfaces
from tools.proofs.views import View, Viewed, look, views
from tools.proofs.world import world
from tools.rows.samples import SampleRow

_SCOPE = files("tools.proofs").joinpath("scope.sql").read_text()
_FILES = "storage"
_SECONDS = 20.0
"""How long all proofs of a migration may take."""
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
    refusals: tuple[Refusal, ...] = ()
    """What each new constraint refuses."""
    calls: tuple[Called, ...] = ()
    """Functions that users may execute, new or changed."""
    views: tuple[Viewed, ...] = ()
    """Views that users may read, new or changed."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """Whether updated_at moves, by table."""
    queries: Queries = field(default_factory=Queries)
    """What finds its rows through which index."""
    notes: tuple[str, ...] = ()
    """On sample rows that did not get in."""
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
    seconds = min(_SECONDS, session.seconds)
    deadline = threading.Timer(seconds, session.server.terminate, [session.conn.info.backend_pid])
    deadline.daemon = True
    deadline.start()
    try:
        proofs = _in_transaction(session, migration) if session.transaction else _in_clone(session, migration)
    except psycopg.Error as error:
        if not session.alive:
            return Proofs(problem=f"trying it on rows was stopped by force after {seconds:g} s")
        if os.environ.get("MIGRATION_AGENT_DEBUG"):
            raise
        return Proofs(problem=str(error.diag.message_primary or error).strip())
    except Exception as error:  # a proof that breaks must not take the verdict along; it is not called proved
        if os.environ.get("MIGRATION_AGENT_DEBUG"):
            raise
        return Proofs(problem=f"a proof broke, please report it: {type(error).__name__}: {error}")
    finally:
        deadline.cancel()
    return proofs and replace(proofs, seconds=time.perf_counter() - started)


@dataclass(frozen=True)
class Standing:
    """What decides who reaches what, which rows get in, and how they are found, at one moment."""

    signatures: Mapping[str, tuple[str, str]]
    constraints: frozenset[Constraint] = frozenset()
    routines: frozenset[Routine] = frozenset()
    views: frozenset[View] = frozenset()
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    storage: Storage | None = None

    @classmethod
    def read(
        cls, conn: Connection, play: Touched | None, *, files: bool = False, after: "Standing | None" = None
    ) -> "Standing":
        """`files`: the migration has to do with Storage; `after`: what it is to be compared with, if that is known."""
        signatures = _signatures(conn, play)
        relations, functions = (None, None) if play is None else (play.relations, play.functions)
        ruled = signatures if after is None else signatures.keys() & {c.table for c in after.constraints}
        shows = any(kind in "vm" for kind, _ in signatures.values())
        return cls(
            signatures,
            constraints(conn, relations, fresh=play is not None and after is None) if ruled else frozenset(),
            routines(conn, functions) if functions is None or functions else frozenset(),
            views(conn, relations) if shows else frozenset(),
            shapes(conn, relations) if signatures else {},
            Storage.read(conn) if files else None,
        )


def _in_transaction(session: Session, migration: Migration) -> Proofs | None:
    conn = session.conn
    known = counters(conn, migration.script)
    with session.savepoint():
        if not session.run(migration.script).ok:
            return None
        play = touched(conn)
        after = Standing.read(conn, play, files=_FILES in migration.text)
        stake = at_stake(conn)
    kept = keep(session, migration, stake, known)
    before = Standing.read(conn, play, files=_FILES in migration.text, after=after)
    implied = Implied(before.shapes, after.shapes)
    asked = explain_before(conn, implied)
    access_before = {}
    old = [table for table in changed(before, after) if table in before.signatures]
    if old or touched_buckets(before.storage, after.storage):
        with session.savepoint():
            access_before = _access_before(conn, old, before, after, migration.samples)
    if not session.run(migration.script).ok:
        return None
    queries = explain(conn, implied, asked)
    proofs = replace(_proved(conn, before, after, migration.samples), access_before=access_before, kept=kept)
    proofs = replace(proofs, queries=explain_named(conn, queries, migration.queries, migration.samples))
    wind_back(conn, known)
    return proofs


def _in_clone(session: Session, migration: Migration) -> Proofs | None:
    """Of a file with transactions of its own; what was before is read where it still stands."""
    run = session.run(migration.script)
    if not run.ok:
        return None
    with session.before(migration.script) as earlier:
        kept = keep_in_clone(earlier.conn, session.conn, migration.script, run)
        before = Standing.read(earlier.conn, None, files=_FILES in migration.text)
        with session.savepoint():
            after = Standing.read(session.conn, None, files=_FILES in migration.text)
        old = [table for table in changed(before, after) if table in before.signatures]
        access_before = _access_before(earlier.conn, old, before, after, migration.samples)
        implied = Implied(before.shapes, after.shapes)
        asked = explain_before(earlier.conn, implied)
    with session.savepoint() as conn:
        queries = explain(conn, implied, asked)
        proofs = replace(_proved(conn, before, after, migration.samples), access_before=access_before, kept=kept)
        return replace(proofs, queries=explain_named(conn, queries, migration.queries, migration.samples))


def _proved(conn: Connection, before: Standing, after: Standing, samples: tuple[SampleRow, ...]) -> Proofs:
    """Everything that is new, tried on one set of families."""
    guarded, ruled = changed(before, after), after.constraints - before.constraints
    called, shown = after.routines - before.routines, after.views - before.views
    buckets = touched_buckets(before.storage, after.storage)
    beneath = {table for tables in (*(r.tables for r in called), *(v.tables for v in shown)) for table in tables}
    beneath |= after.storage.tables if after.storage and buckets else set()
    wanted = sorted({*guarded, *(c.table for c in ruled), *beneath})
    if not (wanted or called or buckets):
        return Proofs()
    cast, found = gather(conn, wanted, samples)
    access = attack(conn, cast, {table: found[table] for table in guarded if table in found})
    if after.storage and buckets:
        access |= attack_storage(conn, cast, after.storage, buckets)
    return Proofs(
        access,
        refusals=refuse(conn, cast.ours, ruled, cast.actors[0].claims) if ruled else (),
        calls=call(conn, cast, called) if called else (),
        views=look(conn, cast, shown) if shown else (),
        stamps=stamps(conn, cast.ours, wanted),
        notes=tuple(cast.ownership.schema.samples.notes()),
    )


def changed(before: Standing, after: Standing) -> list[str]:
    """Tables, new or reached otherwise than before."""
    return sorted(t for t, told in after.signatures.items() if told[0] in "rp" and before.signatures.get(t) != told)


def _signatures(conn: Connection, play: Touched | None) -> dict[str, tuple[str, str]]:
    """(kind, what decides who reaches it) of each table and view in play, or of all."""
    scope: dict[str, object] = {"all": play is None, "relations": [], "functions": []}
    if play is not None:
        scope |= {"relations": list(play.relations), "functions": list(play.functions)}
    kinds = dict(conn.execute(_SCOPE, scope).fetchall())
    told = surfaces(conn, kinds)
    return {name: (kind, repr(told[name])) for name, kind in kinds.items()}


def _access_before(
    conn: Connection,
    tables: Iterable[str],
    before: Standing,
    after: Standing,
    samples: tuple[SampleRow, ...],
) -> dict[str, TableAccess]:
    """The matrices of these tables, and of buckets whose policies change, on fresh families of rows."""
    wanted, buckets = list(tables), touched_buckets(before.storage, after.storage)
    storage = before.storage if buckets and before.storage and before.storage.surface.policies else None
    if not (wanted or storage):
        return {}
    cast, found = gather(conn, [*wanted, *(storage.tables if storage else ())], samples)
    access = attack(conn, cast, {table: found[table] for table in wanted if table in found})
    return access | (attack_storage(conn, cast, storage, buckets) if storage else {})


def gather(
    conn: Connection, tables: Iterable[str], samples: tuple[SampleRow, ...] = ()
) -> tuple[Cast, dict[str, Surface]]:
    """Fresh families with rows in these tables and all around them."""
    ownership, found = world(conn, tables, samples)
    ours, theirs = (Family.settle(conn, ownership, mark) for mark in ("ours", "theirs"))
    return Cast(ours, theirs, Family.settle(conn, ownership, "nobody", alone=True)), found
