"""One migration's verdict: it is rehearsed; meanwhile, in databases aside, it is proved on rows and takes the seed."""

import time
from collections.abc import Sequence
from concurrent.futures import wait
from dataclasses import replace

from tools.checks import read_ahead
from tools.history import run_seeds
from tools.migration import Migration
from tools.observe import Observed
from tools.postgres.session import Session
from tools.proofs.prove import Proofs, prove, shares_roles
from tools.reference_tables import may_change, reference_tables
from tools.rehearse import rehearse
from tools.report import Report
from tools.run import Run
from tools.threads import Aside
from tools.transactions import needs_own_transactions
from tools.verdict import verdict
from tools.workbench import Workbench


def judge(
    bench: Workbench,
    migration: Migration,
    written: bool,
    following: tuple[Migration, ...] = (),
    earlier: tuple[Migration, ...] = (),
) -> Report:
    """`earlier` are those of the same change that `bench` holds already; `following` come after it."""
    started = time.perf_counter()
    if samples := bench.project.config.sample_rows:
        migration = replace(migration, samples=(*samples, *migration.samples))
    reference = referred(bench, migration)
    with Aside() as aside:
        proving = aside.submit(proved, bench, migration)
        alone = shares_roles(migration.text)  # roles are the whole server's: one run would wait for the other
        if alone:
            wait([proving])
        aside.submit(read_ahead, migration, bench.project)
        # the seed is for the last state: what comes in between need not take it
        wanted = not following and bench.seeded and migration.syntax_error is None
        reseeding = aside.submit(_reseed, bench, [*earlier, migration]) if wanted else None
        if alone and reseeding:
            wait([reseeding])
        with rehearse(migration, bench.session) as (rehearsal, live):
            seen = Observed(
                project=bench.project,
                migration=migration,
                written=written,
                postgres=bench.server.version,
                seeded=bench.seeded,
                seed_problem=bench.seed_problem,
                rehearsal=rehearsal,
                reseeded=reseeding.result() if reseeding and rehearsal.applied.ok else None,
                live=live,
                proofs=proving.result(),
                following=following,
                reference=reference,
                earlier=earlier,
            )
            return verdict(seen, started)


def referred(bench: Workbench, migration: Migration) -> frozenset[str]:
    """Tables of reference data that it may change; read before anything runs, which would lock them."""
    if not may_change(migration):
        return frozenset()
    with bench.server.lent(bench.unseeded) as conn:
        return reference_tables(conn, migration)


def proved(bench: Workbench, migration: Migration) -> Proofs | None:
    """What rows and other users show of it, in the database aside."""
    own = migration.syntax_error is None and needs_own_transactions(migration.script)
    with bench.session_aside(transaction=not own) as session:
        return prove(session, migration)


def _reseed(bench: Workbench, migrations: Sequence[Migration]) -> Run | None:
    """The seed on top of the migrations; the run of the first file that failed, or of the last."""
    seconds = bench.project.config.postgres.seconds
    apart = len(migrations) > 1 or needs_own_transactions(migrations[0].script)
    open_session = Session.cloned if apart else Session.open
    with open_session(bench.server, bench.unseeded, seconds=seconds) as session:
        for migration in migrations:
            if not session.run(migration.script).ok:
                return None
        if apart:
            session.conn.execute("begin")
        failed = run_seeds(bench.server, session.conn, bench.project.seeds, seconds)
    return failed[1] if failed else Run((), None, 0.0)
