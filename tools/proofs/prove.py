"""Runs the proofs of one migration, in one transaction that is rolled back, while it is rehearsed elsewhere."""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tools.facts import touched
from tools.migration import Migration
from tools.postgres.server import Connection
from tools.postgres.session import Session
from tools.proofs.access import TableAccess, attack
from tools.proofs.calls import Called, call
from tools.proofs.cast import Cast
from tools.proofs.copied import Copy, copies
from tools.proofs.counters import counters, wind_back
from tools.proofs.families import Family
from tools.proofs.kept import Kept, at_stake, keep
from tools.proofs.kept_apart import keep_apart
from tools.proofs.named import explain_named
from tools.proofs.queries import Implied, Queries, explain, explain_before
from tools.proofs.refusals import Refusal, refuse
from tools.proofs.signing_up import SignUp, sign_up
from tools.proofs.stages import Stage, Stages, unproved
from tools.proofs.stamps import Stamp, stamps
from tools.proofs.standing import Standing, changed
from tools.proofs.storage import attack_storage, touched_buckets
from tools.proofs.surface import Surface
from tools.proofs.through_api import connect_through_api
from tools.proofs.views import Viewed, look
from tools.proofs.world import world
from tools.rows.samples import SampleRow

_FILES = "storage"
_SECONDS = 20.0
"""How long all proofs of a migration may take."""
_MOST_TABLES = 300
"""New or changed tables that are tried on rows, in some five seconds; of more, none is."""
_ROLES = re.compile(
    r"\b(create|alter|drop)\s+(role|user|group)\b|\balter\s+database\b"
    r"|\b(grant|revoke)\s+(?:(?!\bon\b)[\w\", ])+?\s+(to|from)\b",
    re.IGNORECASE,
)
"""Statements about roles and their members; privileges are ON something."""
_ON_FAMILIES: Sequence[Stage] = ("access", "constraints", "functions", "views", "updated-at", "sign-up")


@dataclass(frozen=True)
class Proofs:
    """What was seen on rows, and as other users."""

    access: Mapping[str, TableAccess] = field(default_factory=dict)
    """By table, after the migration."""
    access_before: Mapping[str, TableAccess] = field(default_factory=dict)
    """Of those that were there before."""
    copies: tuple[Copy, ...] = ()
    """What others read of somebody's in rows that triggers made or filled."""
    copies_before: tuple[Copy, ...] = ()
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
    sign_up: SignUp | None = None
    """Where the triggers on auth.users are not what they were."""
    queries: Queries = field(default_factory=Queries)
    """What finds its rows through which index."""
    notes: tuple[str, ...] = ()
    """On sample rows that did not get in."""
    failed: Mapping[Stage, str] = field(default_factory=dict)
    """Why a stage was not observed that should have been."""
    endless: bool = False
    """One statement took so long that they were stopped by force."""
    seconds: float = 0.0

    def unproved(self, *stages: Stage) -> str:
        """Why one of these was not observed; empty where all were, or there was nothing to observe."""
        return unproved(self.failed, *stages)


def shares_roles(text: str) -> bool:
    """The migration changes what all databases of the server share, so it cannot run in two of them at once."""
    return bool(_ROLES.search(text))


def prove(session: Session, migration: Migration) -> Proofs | None:
    """None where the migration does not apply; then the rehearsal says why."""
    started = time.perf_counter()
    if migration.syntax_error is not None:
        return None
    seconds = min(_SECONDS, session.seconds)
    act = _Act(session, migration, Stages(session, seconds))
    with session.server.deadline(session.conn, seconds) as ended:
        try:
            applied = act.in_transaction() if session.transaction else act.in_clone()
        except Exception as error:  # what was seen before that is kept
            act.stages.break_off(error)
            applied = True
    if not applied:
        return None
    took = time.perf_counter() - started
    endless = any(ran >= seconds / 2 for ran in ended)  # else it was much work, or a machine that has much to do
    return replace(act.seen, failed=act.stages.failed, endless=endless, seconds=took)


@dataclass
class _Act:
    """The proofs on their way."""

    session: Session
    migration: Migration
    stages: Stages
    seen: Proofs = field(default_factory=Proofs)

    @property
    def samples(self) -> tuple[SampleRow, ...]:
        return self.migration.samples

    def in_transaction(self) -> bool:
        """False where the migration does not apply."""
        session, conn, script = self.session, self.session.conn, self.migration.script
        stored = _FILES in self.migration.text
        known = counters(conn, script)
        with session.savepoint():
            if not session.run(script).ok:
                return False
            play = touched(conn)
            after = Standing.read(conn, play, files=stored)
            stake = at_stake(conn)
        kept = self.stages.attempt(["data-kept"], lambda: keep(session, self.migration, stake, known), None)
        self.seen = replace(self.seen, kept=kept)
        before = Standing.read(conn, play, files=stored, after=after)
        if self._too_many(before, after):
            return True
        implied = Implied(before.shapes, after.shapes)
        asked = self.stages.attempt(["queries"], lambda: explain_before(conn, implied), ())
        old = [table for table in changed(before, after) if table in before.signatures]
        if old or touched_buckets(before.storage, after.storage):
            with session.savepoint():
                self._attack_before(conn, old, before, after)
        if not session.run(script).ok:
            return False
        self._explain(lambda: explain(conn, implied, asked))
        self._try(conn, before, after)
        self._explain_named(conn)
        wind_back(conn, known)
        return True

    def in_clone(self) -> bool:
        """Of a file with transactions of its own; what was before is read where it still stands."""
        session, script = self.session, self.migration.script
        stored = _FILES in self.migration.text
        if not session.run(script).ok:
            return False
        kept = self.stages.attempt(["data-kept"], lambda: keep_apart(session, self.migration), None)
        self.seen = replace(self.seen, kept=kept)
        with session.before(script) as earlier:
            before = Standing.read(earlier.conn, None, files=stored)
            with session.savepoint():
                after = Standing.read(session.conn, None, files=stored)
            if self._too_many(before, after):
                return True
            old = [table for table in changed(before, after) if table in before.signatures]
            implied = Implied(before.shapes, after.shapes)
            there = replace(self.stages, session=earlier)
            self._attack_before(earlier.conn, old, before, after, there)
            asked = there.attempt(["queries"], lambda: explain_before(earlier.conn, implied), ())
        with session.savepoint() as conn:
            self._explain(lambda: explain(conn, implied, asked))
            self._try(conn, before, after)
            self._explain_named(conn)
        return True

    def _too_many(self, before: Standing, after: Standing) -> bool:
        tables = len(changed(before, after))
        if tables > _MOST_TABLES:
            self.stages.pass_over(f"{tables:,} tables in one file are too many to be tried on rows")
        return tables > _MOST_TABLES

    def _explain(self, proof: Callable[[], Queries]) -> None:
        self.seen = replace(self.seen, queries=self.stages.attempt(["queries"], proof, self.seen.queries))

    def _explain_named(self, conn: Connection) -> None:
        """At last, since they make many rows."""
        if wanted := self.migration.queries:
            self._explain(lambda: explain_named(conn, self.seen.queries, wanted, self.samples))

    def _attack_before(
        self, conn: Connection, old: Iterable[str], before: Standing, after: Standing, stages: Stages | None = None
    ) -> None:
        """The matrices of these tables, and of buckets whose policies change, on fresh families of rows."""
        wanted, buckets = list(old), touched_buckets(before.storage, after.storage)
        storage = before.storage if buckets and before.storage and before.storage.surface.policies else None
        if not (wanted or storage):
            return

        def proof() -> tuple[dict[str, TableAccess], tuple[Copy, ...]]:
            reached = {other for table in wanted for other in before.carried.get(table, ())}
            cast, found = gather(conn, {*wanted, *reached, *(storage.tables if storage else ())}, self.samples)
            connect_through_api(conn)
            guarded = {table: found[table] for table in wanted if table in found}
            access, copied = attack(conn, cast, guarded), copies(conn, cast, guarded)
            return access | (attack_storage(conn, cast, storage, buckets) if storage else {}), copied

        access, copied = (stages or self.stages).attempt(["access"], proof, ({}, ()))
        self.seen = replace(self.seen, access_before=access, copies_before=copied)

    def _try(self, conn: Connection, before: Standing, after: Standing) -> None:
        """Everything that is new, on one set of families."""
        guarded, ruled = changed(before, after), after.constraints - before.constraints
        called, shown = after.routines - before.routines, after.views - before.views
        buckets = touched_buckets(before.storage, after.storage)
        signing_up = after.signing_up if after.signing_up != before.signing_up else ""
        beneath = {table for tables in (*(r.tables for r in called), *(v.tables for v in shown)) for table in tables}
        beneath |= after.storage.tables if after.storage and buckets else set()
        beneath |= {other for table in guarded for other in after.carried.get(table, ())}
        wanted = sorted({*guarded, *(c.table for c in ruled), *beneath})
        if not (wanted or called or buckets or signing_up):
            return
        gathered = self.stages.attempt(_ON_FAMILIES, lambda: gather(conn, wanted, self.samples), None)
        if gathered is None:
            return
        cast, found = gathered
        connect_through_api(conn)

        def reached() -> tuple[dict[str, TableAccess], tuple[Copy, ...]]:
            there = {table: found[table] for table in guarded if table in found}
            access, copied = attack(conn, cast, there), copies(conn, cast, there)
            stored = attack_storage(conn, cast, after.storage, buckets) if after.storage and buckets else {}
            return access | stored, copied

        attempt, ours = self.stages.attempt, cast.ours
        claims = cast.actors[0].claims
        access, copied = attempt(["access"], reached, ({}, ())) if guarded or buckets else ({}, ())
        self.seen = replace(
            self.seen,
            access=access,
            copies=copied,
            refusals=attempt(["constraints"], lambda: refuse(conn, ours, ruled, claims), ()) if ruled else (),
            calls=attempt(["functions"], lambda: call(conn, cast, called), ()) if called else (),
            views=attempt(["views"], lambda: look(conn, cast, shown), ()) if shown else (),
            stamps=attempt(["updated-at"], lambda: stamps(conn, ours, wanted), {}),
            sign_up=attempt(["sign-up"], lambda: sign_up(conn, ours), None) if signing_up else None,
            notes=tuple(cast.ownership.schema.samples.notes()),
        )


def gather(
    conn: Connection, tables: Iterable[str], samples: tuple[SampleRow, ...] = ()
) -> tuple[Cast, dict[str, Surface]]:
    """Fresh families with rows in these tables and all around them."""
    ownership, found = world(conn, tables, samples)
    ours, theirs = (Family.settle(conn, ownership, mark) for mark in ("ours", "theirs"))
    return Cast(ours, theirs, Family.settle(conn, ownership, "nobody", alone=True)), found
