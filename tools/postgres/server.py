"""A Postgres of our own: started from a cached cluster, on a private socket, gone with its owner.

    with Server.start() as server:
        with server.connect() as conn: ...

The cluster holds Supabase's baseline in the database ``postgres``, where a project's migrations run as the role
``postgres``, which is no superuser. `connect(user=SUPERUSER)` is for the tool itself.
"""

import os
import select
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tools.postgres.binaries import Binaries, ServerError
from tools.postgres.cache import Cache
from tools.postgres.cluster import DATABASE, MIGRATOR, SUPERUSER, baseline_name, configure, initdb, pack, unpack
from tools.postgres.folders import run_folder, sweep
from tools.postgres.stand_ins import installed
from tools.postgres.supervisor import Supervisor

__all__ = ["DATABASE", "MIGRATOR", "SUPERUSER", "Connection", "Server"]

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
Connection = psycopg.Connection[Any]
_RECOVERY_SECONDS, _SILENCE_SECONDS = 20.0, 2.0
"""How long a server that answers may say that it is not ready yet, and how long it may say nothing."""
NOTE = "note"
"""What lies beside a stored cluster, as whoever stored it wanted."""


@dataclass
class Server:
    """A running throwaway server. Use it as a context manager, or `close` it."""

    binaries: Binaries
    cache: Cache
    folder: Path
    """Private, on the memory disk where there is one: data, socket and log."""
    port: int | None
    _supervisor: Supervisor
    restored: int = 0
    """How often it started over from a stored cluster."""
    _clones: "count[int]" = field(default_factory=lambda: count(1))
    _idle: dict[str, Connection] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def start(cls, snapshot: Path | None = None, *, bin: str | None = None, port: int | None = None) -> "Server":  # noqa: A002
        """Starts from a stored cluster, by default the one with Supabase's baseline (made on first use).

        `port` also opens that port on 127.0.0.1 for clients that cannot use a socket, as the role `postgres` only.
        Raises ServerError.
        """
        server = cls.begin(installed(bin, Cache.default()), snapshot, port=port)
        try:
            server.wait()
        except BaseException:
            server.close()
            raise
        return server

    @classmethod
    def begin(cls, binaries: Binaries, snapshot: Path | None = None, *, port: int | None = None) -> "Server":
        """The same, but returns before it serves: `connect` waits for that, and raises where it does not come."""
        cache = Cache.default()
        sweep()
        return cls._launch(binaries, cache, snapshot or baseline(binaries, cache), port)

    @classmethod
    def _launch(cls, binaries: Binaries, cache: Cache, snapshot: Path | None, port: int | None = None) -> "Server":
        folder, lock = run_folder()
        try:
            if snapshot is None:
                initdb(binaries, folder)
            configure(binaries, folder, port)
            supervisor = Supervisor.launch(binaries, folder, lock, snapshot)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            raise
        supervisor.begin()
        return cls(binaries, cache, folder, port, supervisor)

    def wait(self) -> None:
        """Until it serves. Raises ServerError where it will not."""
        self._supervisor.wait()

    @property
    def version(self) -> str:
        return self.binaries.version

    def connect(self, database: str = DATABASE, user: str = MIGRATOR) -> Connection:
        """A connection in autocommit mode. Raises ServerError where the server is gone.

        One that a crashed backend has taken along is up again in a moment: that is waited for.
        """
        self.wait()
        where = make_conninfo(host=str(self.folder), port=self.port or 5432, dbname=database, user=user)
        until, refused = time.monotonic() + _RECOVERY_SECONDS, 0
        while True:
            try:
                conn = psycopg.connect(where, autocommit=True, connect_timeout=10)
                conn.prepare_threshold = None  # what is prepared, a draft could replace and a rollback forgets
                return conn
            except psycopg.OperationalError as error:
                # while it gets up it rejects; right after that, once more will do
                refused += psycopg.pq.PGconn.ping(where.encode()) != psycopg.pq.Ping.REJECT
                if refused > 2 or time.monotonic() > until:
                    said = " ".join(str(error).split())
                    raise ServerError(
                        f"The throwaway Postgres does not answer: {said}{self._supervisor.last_words()}"
                    ) from None
            time.sleep(0.02)

    def must_serve(self) -> None:
        """Raises ServerError where it is gone, so that what failed is nobody's fault; not while it gets up again."""
        where = make_conninfo(host=str(self.folder), port=self.port or 5432, dbname="template1").encode()
        until = time.monotonic() + _SILENCE_SECONDS
        while psycopg.pq.PGconn.ping(where) not in (psycopg.pq.Ping.OK, psycopg.pq.Ping.REJECT):
            if time.monotonic() > until:
                raise ServerError("The throwaway Postgres ended while it was at work; run the command again.")
            time.sleep(0.05)

    @contextmanager
    def lent(self, database: str = DATABASE) -> Iterator[Connection]:
        """A connection of the role `postgres` that is used again: what is open on it is rolled back, all it set undone.

        A backend that has served before knows the catalog already, and answers in half the time.
        """
        with self._guard:
            conn = self._idle.pop(database, None)
        if conn is None or not _alive(conn):
            conn = self.connect(database)
        try:
            yield conn
        finally:
            kept = conn if _fresh(conn) else None
            with self._guard:
                kept = self._idle.setdefault(database, kept) if kept else None
            if kept is not conn:
                conn.close()

    @contextmanager
    def clone(self, template: str = DATABASE, settings: Mapping[str, str] = NO_SETTINGS) -> Iterator[str]:
        """A copy of a database that nobody is connected to; dropped at the end, with all connections to it."""
        name = f"clone_{next(self._clones)}"
        self.copy_database(template, name, settings)
        try:
            yield name
        finally:
            with suppress(ServerError, psycopg.OperationalError):
                self.drop_database(name)

    def copy_database(self, template: str, name: str, settings: Mapping[str, str] = NO_SETTINGS) -> None:
        """Ends whoever is connected to the template first; `settings` are the copy's own, over the template's."""
        statement = sql.SQL("create database {} template {} strategy file_copy owner {}")
        with self.connect("template1", SUPERUSER) as conn:
            conn.execute("select pg_terminate_backend(pid, 1000) from pg_stat_activity where datname = %s", [template])
            conn.execute(statement.format(*map(sql.Identifier, (name, template, MIGRATOR))))
            inherited = conn.execute(
                "select unnest(setconfig) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase"
                " where d.datname = %s and s.setrole = 0",
                [template],
            ).fetchall()
            for key, value in {**dict(setting.split("=", 1) for (setting,) in inherited), **settings}.items():
                conn.execute(
                    sql.SQL("alter database {} set {} to {}").format(
                        sql.Identifier(name), sql.Identifier(key), sql.Literal(value)
                    )
                )

    def drop_database(self, name: str) -> None:
        with self.connect("template1", SUPERUSER) as conn:
            conn.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    @contextmanager
    def deadline(self, conn: Connection, seconds: float) -> Iterator[list[float]]:
        """Ends the connection by force where the block takes longer, and never after the block.

        Gives a list that then holds how many seconds the statement had run that was ended.
        """
        ended: list[float] = []
        pid = conn.info.backend_pid
        timer = threading.Timer(seconds, lambda: ended.append(self.terminate(pid)))
        timer.daemon = True
        timer.start()
        try:
            yield ended
        finally:
            timer.cancel()
            timer.join()  # one that is on its way would end whoever is lent the connection next

    def terminate(self, pid: int) -> float:
        """Ends a backend that no longer listens; the server itself where even that does not help.

        Returns for how many seconds its statement had run.
        """
        ran = 0.0
        try:
            with self.connect("template1", SUPERUSER) as conn:
                found = conn.execute(_RAN, [pid]).fetchone()
                ran = float(found[0]) if found else 0.0
                ended = conn.execute("select pg_terminate_backend(%s, 3000)", [pid]).fetchone()
            if ended == (True,):
                return ran
        except (ServerError, psycopg.OperationalError):
            return ran  # the whole server is gone or going
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
        return ran

    def store(self, name: str, note: str = "") -> Path:
        """Keeps the cluster as it stands in the cache, and a note with it; connections are lost: the server stops."""

        def fill(folder: Path) -> None:
            pack(self.folder / "data", folder)
            (folder / NOTE).write_text(note)

        self._halt()
        try:
            return self.cache.get_or_make(name, fill)
        finally:
            self._supervisor.begin()

    def restore(self, snapshot: Path) -> None:
        """Starts over from a stored cluster; connections and clones are lost. Raises ServerError where it is gone."""
        if not snapshot.is_dir():
            raise ServerError(f"{snapshot} is not there any more; run the command again.")
        self._halt()
        shutil.rmtree(self.folder / "data")
        unpack(snapshot, self.folder / "data")
        self.restored += 1
        self._supervisor.begin()

    def leave(self) -> None:
        """Lets it go without waiting: it stops and takes its folder away while the program does something else."""
        self._hang_up()
        self._supervisor.leave()

    def close(self) -> None:
        """Stops the server and removes its folder. Safe to call twice."""
        self._hang_up()
        self._supervisor.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hang_up(self) -> None:
        with self._guard:
            for conn in self._idle.values():
                conn.close()
            self._idle.clear()

    def _halt(self) -> None:
        self._hang_up()
        self._supervisor.halt()


def baseline(binaries: Binaries, cache: Cache) -> Path:
    """The stored cluster with Supabase's baseline, made on first use."""
    return cache.get_or_make(baseline_name(binaries), lambda folder: _make_baseline(binaries, cache, folder))


_RAN = """
select extract(epoch from clock_timestamp() - query_start) from pg_catalog.pg_stat_activity
where pid = %s and state = 'active'
"""
_FORGET = (
    "close all; set session authorization default; reset all; unlisten *; select pg_catalog.pg_advisory_unlock_all();"
    " discard temp; discard sequences;"
)
"""DISCARD ALL but for plans."""
_FLUSH = "select pg_catalog.pg_stat_force_next_flush();"
"""Else counters of rows read, as yet unsent, tell of the use before."""
_PREPARED = "select exists (select from pg_catalog.pg_prepared_statement() s where s.from_sql)"


def _fresh(conn: Connection) -> bool:
    """Takes back what is open on a connection and what was set; False where it no longer answers."""
    try:
        if conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            conn.execute("rollback")
        flush = _FLUSH if conn.info.server_version >= 150_000 else ""
        found = conn.execute(f"{_FORGET}{flush}{_PREPARED}")
        while found.nextset():
            pass
        if found.fetchone() == (True,):
            conn.execute("discard all")
    except psycopg.Error:
        return False
    return True


def _alive(conn: Connection) -> bool:
    """An idle connection on which the server has said nothing: when it ends one, it says so."""
    return not conn.closed and not select.select([conn.fileno()], [], [], 0)[0]


def _make_baseline(binaries: Binaries, cache: Cache, folder: Path) -> None:
    """A cluster with Supabase's baseline in the database `postgres`, stopped, into `folder`."""
    scripts = sorted(files("tools.postgres").joinpath("baseline").iterdir(), key=lambda e: e.name)
    with Server._launch(binaries, cache, None) as server:
        with server.connect(user=SUPERUSER) as conn:
            for entry in scripts:
                if entry.name.endswith(".sql"):
                    conn.execute(entry.read_text().encode())
        with server.connect("template1", SUPERUSER) as conn:
            conn.execute("update pg_database set datistemplate = false where datname = 'template0'")
            conn.execute("drop database template0")
        server._halt()
        pack(server.folder / "data", folder)
