"""A project's history on a throwaway server, replayed once and kept in the cache.

Clusters are stored under the hash of everything that went into them, chained file by file, so that one more
migration costs one migration.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from tools.config import ProjectError
from tools.diagnosis import Diagnosis, diagnose
from tools.migration import Migration
from tools.postgres.cache import Cache, digest
from tools.postgres.cluster import DATABASE, SUPERUSER, baseline_name
from tools.postgres.server import NOTE, Connection, Server
from tools.postgres.stand_ins import installed
from tools.project import Project, Seed
from tools.run import Failure, Run, execute
from tools.sql import Script

UNSEEDED = "unseeded"
"""The database with the history alone, where ``postgres`` also holds the seed."""
ASIDE = "aside"
"""A second copy of ``postgres``, for what runs at the same time as something there."""
ASIDE_SETTINGS = {"lock_timeout": "1s"}
"""Two transactions that make the same role wait for each other, in whatever databases: one has to give up."""

Progress = Callable[[str], None]


class HistoryError(Exception):
    """The project's own migrations do not replay: nothing can be said of a new one."""

    def __init__(self, project: Project, path: str, failure: Failure, applied: int, total: int) -> None:
        """`path`: of the file, from the project's root."""
        super().__init__(path)
        self.path, self.failure, self.applied, self.total = path, failure, applied, total
        self._project = project

    def __str__(self) -> str:
        return f"The project's history stops at {self.where} ({self.applied} of {self.total} files applied): {self.why}"

    def __reduce__(self) -> tuple[type[ProjectError], tuple[str]]:
        """To another process only its words get through: a parse tree cannot."""
        return ProjectError, (str(self),)

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """What is behind it; made when somebody asks, for it reads the whole history."""
        return diagnose(self._project, self.path, self.failure)

    @property
    def where(self) -> str:
        """The file's name, and the line where it is known."""
        name = self.path.rpartition("/")[2]
        return f"{name}, line {self.failure.line}" if self.failure.line else name

    @property
    def why(self) -> str:
        """Postgres's words, and what is behind them."""
        return f"{self.failure.message} (SQLSTATE {self.failure.sqlstate}). {self.diagnosis.says}".strip()


@dataclass(frozen=True)
class Replayed:
    """A server whose databases ``postgres`` and ``aside`` stand where the history stops."""

    server: Server
    seeded: bool
    """The seed ran too; then ``unseeded`` is the state before it."""
    seed_problem: str
    """Why the seed did not run, if it did not."""
    snapshot: Path
    """The stored cluster that the server can be restored from."""

    @property
    def unseeded(self) -> str:
        return UNSEEDED if self.seeded else DATABASE


def replay(
    project: Project, files: Sequence[Migration], *, seeds: bool = True, progress: Progress, port: int | None = None
) -> Replayed:
    """Starts a server with `files` applied, and the project's seeds unless told otherwise.

    The caller closes the server. Raises HistoryError, ServerError, ProjectError.
    """
    chosen = project.seeds if seeds else ()
    cache = Cache.default()
    binaries = installed(project.config.postgres.bin, cache)
    keys = _chain(digest(baseline_name(binaries), *(seed.text for seed in project.prelude)), files)
    seed_key = digest(*(seed.text for seed in chosen)) if chosen else "none"
    name = f"history-{keys[-1]}-{seed_key}"
    if stored := cache.find(name):
        return _stored(Server.begin(binaries, stored, port=port), stored)
    prefix, snapshot = _longest_prefix(cache, keys)
    progress("starting the throwaway Postgres")
    server = Server.begin(binaries, snapshot, port=port)
    try:
        if snapshot:
            _back_to_history(server, snapshot)
        if not snapshot:
            _begin(server, project, files, progress)
        _apply(server, project, files, prefix, progress)
        problem = _seed(server, project, chosen, progress) if chosen else ""
        server.copy_database(DATABASE, ASIDE, ASIDE_SETTINGS)
        state = {"seeded": bool(chosen) and not problem, "seed_problem": problem}
        stored = server.store(name, json.dumps(state))
        cache.prune("history-")
        return Replayed(server, bool(chosen) and not problem, problem, stored)
    except BaseException:
        server.close()
        raise


def stop_at_twins(project: Project) -> None:
    """Raises HistoryError where two files have one version: the CLI's table of versions takes each once."""
    files = project.migrations
    for number, (one, other) in enumerate(pairwise(files), start=1):
        if one.version == other.version:
            failure = Failure("23505", f"{one.file_name} has the same version")
            raise HistoryError(project, in_project(other), failure, number, len(files))


def apply_file(server: Server, conn: Connection, migration: Migration, seconds: float) -> Run:
    """One migration, committed, with its row in the history table, as the CLI does."""
    run = execute(server, conn, migration.script, seconds, inside=False)
    if run.ok:
        conn.execute(
            "insert into supabase_migrations.schema_migrations (version, name, statements) values (%s, %s, %s)"
            " on conflict do nothing",
            [migration.version, migration.slug, [s.text for s in migration.statements]],
        )
    return run


def in_project(migration: Migration) -> str:
    """A migration's path from the project's root."""
    return f"supabase/migrations/{migration.file_name}"


def run_seeds(server: Server, conn: Connection, seeds: Sequence[Seed], seconds: float) -> tuple[Seed, Run] | None:
    """The seeds in the open transaction of `conn`; the first that failed, if any."""
    for seed in seeds:
        run = execute(server, conn, Script(seed.text), seconds, inside=True)
        if not run.ok:
            return seed, run
    return None


def seed_failure(seed: Seed, run: Run) -> str:
    """Where and why a seed stopped, in a line."""
    assert run.failure is not None
    where = f"{seed.path.name}:{run.failure.line}" if run.failure.line else seed.path.name
    return f"{where}: {run.failure.message}"


def _chain(base: str, files: Sequence[Migration]) -> list[str]:
    """The key of every prefix: [0] of no file, [-1] of all."""
    keys = [digest(base, ASIDE)]
    for migration in files:
        keys.append(digest(keys[-1], migration.file_name, migration.text))
    return keys


def _longest_prefix(cache: Cache, keys: Sequence[str]) -> tuple[int, Path | None]:
    for length in range(len(keys) - 1, -1, -1):
        if found := cache.matching(f"history-{keys[length]}-"):
            return length, found
    return 0, None


def _stored(server: Server, snapshot: Path) -> Replayed:
    state = _state(snapshot)
    return Replayed(server, bool(state.get("seeded")), str(state.get("seed_problem", "")), snapshot)


def _state(snapshot: Path) -> dict[str, object]:
    with suppress(OSError, ValueError):
        state = json.loads((snapshot / NOTE).read_text())
        if isinstance(state, dict):
            return state
    return {}


def _back_to_history(server: Server, snapshot: Path) -> None:
    """Without the seed and the copy."""
    server.drop_database(ASIDE)
    if not _state(snapshot).get("seeded"):
        return
    server.drop_database(DATABASE)
    with server.connect("template1", SUPERUSER) as conn:
        conn.execute(f"alter database {UNSEEDED} rename to {DATABASE}")


def _begin(server: Server, project: Project, files: Sequence[Migration], progress: Progress) -> None:
    """What runs before the first migration."""
    for seed in project.prelude:
        progress(f"loading {seed.path.name}")
        with server.connect() as conn:
            run = execute(server, conn, Script(seed.text), project.config.postgres.seconds, inside=False)
        if run.failure:
            server.must_serve()
            raise HistoryError(project, str(seed.path.relative_to(project.root)), run.failure, 0, len(files))


def _apply(server: Server, project: Project, files: Sequence[Migration], done: int, progress: Progress) -> None:
    if done == len(files):
        return
    with server.connect() as conn:
        for number, migration in enumerate(files[done:], start=done + 1):
            progress(f"replaying {number}/{len(files)} {migration.file_name}")
            run = apply_file(server, conn, migration, project.config.postgres.seconds)
            if run.failure:
                server.must_serve()
                raise HistoryError(project, in_project(migration), run.failure, number - 1, len(files))


def _seed(server: Server, project: Project, seeds: Sequence[Seed], progress: Progress) -> str:
    """Runs the seeds on top, keeping the state before them as `unseeded`; says why they do not run."""
    server.copy_database(DATABASE, UNSEEDED)
    with server.connect() as conn:
        progress("loading the seed")
        conn.execute("begin")
        failed = run_seeds(server, conn, seeds, project.config.postgres.seconds)
        if not conn.closed:
            conn.execute("rollback" if failed else "commit")
    if not failed:
        return ""
    server.drop_database(UNSEEDED)
    return seed_failure(*failed)
