"""Where migrations are judged: a throwaway server that stands where the project's history stops.

with Workbench.open(project) as bench:
    report = bench.judge([migration])
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tools.facts import Catalog, Facts, read
from tools.history import (
    ASIDE,
    ASIDE_SETTINGS,
    HistoryError,
    Replayed,
    apply_file,
    in_project,
    replay,
    run_seeds,
    seed_failure,
)
from tools.migration import Migration
from tools.postgres.server import DATABASE, SUPERUSER, Server
from tools.postgres.session import Session
from tools.project import Project
from tools.transactions import needs_own_transactions

if TYPE_CHECKING:  # the checklist takes a while to import, which may be while the server starts
    from tools.report import Report

__all__ = ["HistoryError", "Workbench"]

_ROLES = """
select (select array_agg(a::text order by oid) from pg_catalog.pg_authid a),
       (select array_agg(m::text order by m::text) from pg_catalog.pg_auth_members m),
       (select array_agg(s::text order by setrole) from pg_catalog.pg_db_role_setting s where setdatabase = 0)
"""


def _silent(_: str) -> None:
    pass


@dataclass(frozen=True)
class Workbench:
    """A project's state on a server of its own. Nothing that is judged here leaves a trace."""

    project: Project
    server: Server
    database: str
    """History, and the seed where it runs."""
    unseeded: str
    """History alone; the same database where there is no seed."""
    aside: str
    """A second copy of `database`."""
    seeded: bool
    seed_problem: str
    """Why the seed's rows are not there, if they are not."""
    snapshot: Path
    """The cluster as it was before anything was judged."""

    @classmethod
    @contextmanager
    def open(
        cls,
        project: Project,
        before: str | None = None,
        *,
        progress: Callable[[str], None] = _silent,
        port: int | None = None,
    ) -> Iterator["Workbench"]:
        """The state after every migration, or after those older than the version `before`.

        Raises HistoryError, ServerError, ProjectError.
        """
        history = [m for m in project.migrations if before is None or m.version < before]
        state = replay(project, history, progress=progress, port=port)
        try:
            yield cls._of(project, state)
        finally:
            state.server.leave()

    @classmethod
    def walk(
        cls, project: Project, versions: Collection[str], *, progress: Callable[[str], None] = _silent
    ) -> Iterator[tuple[Migration, "Report"]]:
        """Judges the project's own migrations of these versions, each in the state before it, in order.

        Raises HistoryError, ServerError, ProjectError.
        """
        history = project.migrations
        first = min(versions, default="")
        state = replay(project, [m for m in history if m.version < first], seeds=False, progress=progress)
        with state.server as server, server.connect() as conn:
            for number, migration in enumerate(history):
                if migration.version < first or migration.version > max(versions):
                    continue
                progress(f"checking {migration.file_name}")
                if migration.version in versions:
                    conn.close()
                    with cls._of(project, state)._with_seed() as bench:
                        yield migration, bench._judged(migration, True, history[number + 1 :])
                    conn = server.connect()
                run = apply_file(server, conn, migration, project.config.postgres.seconds)
                if run.failure:
                    raise HistoryError(project, in_project(migration), run.failure, number, len(history))

    @classmethod
    def _of(cls, project: Project, state: Replayed) -> "Workbench":
        found = (DATABASE, state.unseeded, ASIDE, state.seeded, state.seed_problem, state.snapshot)
        return cls(project, state.server, *found)

    @cached_property
    def facts(self) -> Facts:
        """The whole catalog as it stands."""
        with self.server.connect(self.database) as conn:
            return read(conn)

    @cached_property
    def catalog(self) -> Catalog:
        return Catalog(self.facts)

    def session(self, *, transaction: bool = True) -> AbstractContextManager[Session]:
        """A session in this state; what it does is undone."""
        return self._session(self.database, transaction)

    def session_aside(self, *, transaction: bool = True) -> AbstractContextManager[Session]:
        """The same for a second thread, on a copy: transactions that make the same things in one database wait.

        What all databases share (roles) still makes them wait: a run that waits for a second fails with 55P03.
        """
        return self._session(self.aside, transaction)

    def _session(self, database: str, transaction: bool) -> AbstractContextManager[Session]:
        open_session = Session.open if transaction else Session.cloned
        return open_session(self.server, database, seconds=self.project.config.postgres.seconds)

    def judge(
        self, migrations: Sequence[Migration], *, written: bool = False, later: Sequence[Migration] = ()
    ) -> "Report":
        """The verdict on a migration, or on several that follow each other as one change.

        Each of several is judged on top of those before it; the first one's report carries the others. Those that
        come `later` are not judged, and may bring what is still missing.
        """
        reports = []
        with ExitStack() as stack:
            stack.enter_context(self._roles_kept(migrations))
            bench = self
            for number, migration in enumerate(migrations, start=1):
                following, earlier = (*migrations[number:], *later), (*migrations[: number - 1],)
                reports.append(bench._judged(migration, written, following, earlier))
                if number == len(migrations):
                    break
                after = stack.enter_context(bench.after(migration))
                if after is None:
                    break
                bench = after
        return reports[0].with_parts(reports[1:])

    def _judged(
        self,
        migration: Migration,
        written: bool,
        following: tuple[Migration, ...] = (),
        earlier: tuple[Migration, ...] = (),
    ) -> "Report":
        """Once more where the server's processes were killed meanwhile. Raises ServerError where the server was."""
        from tools.judge import judge

        try:
            report = judge(self, migration, written, following, earlier)
        except psycopg.OperationalError:
            self.server.must_serve()
            return judge(self, migration, written, following, earlier)
        if report.verdict == "fail":
            self.server.must_serve()
        return report

    @contextmanager
    def _roles_kept(self, migrations: Sequence[Migration]) -> Iterator[None]:
        """Roles are the whole server's: what a clone committed to them would reach the next verdict."""
        commits = len(migrations) > 1 or any(
            m.syntax_error is None and needs_own_transactions(m.script) for m in migrations
        )
        before = self.roles() if commits else ""
        yield
        if commits and self.roles() != before:
            self.server.restore(self.snapshot)

    def roles(self) -> str:
        """All that the server's databases share of roles, to compare."""
        with self.server.connect("template1", SUPERUSER) as conn:
            row = conn.execute(_ROLES).fetchone()
        return str(row)

    @contextmanager
    def after(self, migration: Migration) -> Iterator["Workbench | None"]:
        """This state with one more migration in it, in a clone; None where it does not apply."""
        with self.server.clone(self.database) as name:
            with self.server.connect(name) as conn:
                run = apply_file(self.server, conn, migration, self.project.config.postgres.seconds)
            if not run.ok:
                yield None
                return
            with replace(self, database=name)._with_aside() as bench:
                yield bench

    @contextmanager
    def _with_seed(self) -> Iterator["Workbench"]:
        """This state with the seed's rows on top, in a clone, if the seed fits it."""
        if not self.project.seeds:
            with self._with_aside() as bench:
                yield bench
            return
        with self.server.clone(self.unseeded) as name:
            with self.server.connect(name) as conn:
                conn.execute("begin")
                failed = run_seeds(self.server, conn, self.project.seeds, self.project.config.postgres.seconds)
                if not conn.closed:
                    conn.execute("rollback" if failed else "commit")
            if failed:
                seeded = replace(self, seed_problem=seed_failure(*failed))
            else:
                seeded = replace(self, database=name, seeded=True)
            with seeded._with_aside() as bench:
                yield bench

    @contextmanager
    def _with_aside(self) -> Iterator["Workbench"]:
        """This state with a copy of its own."""
        with self.server.clone(self.database, ASIDE_SETTINGS) as name:
            yield replace(self, aside=name)
