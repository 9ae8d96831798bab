"""A Postgres of our own: started from a cached cluster, on a private socket, gone with its owner.

    with Server.start() as server:
        with server.connect() as conn: ...

The cluster holds Supabase's baseline in the database ``postgres``, where a project's migrations run as the role
``postgres``, which is no superuser. `connect(user=SUPERUSER)` is for the tool itself.
"""

import fcntl
import os
import select
import shutil
import signal
import subprocess
import tempfile
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

from tools.postgres.binaries import Binaries, ServerError, find, identity, reachable
from tools.postgres.cache import Cache, digest

DATABASE = "postgres"
"""Where the project lives, as on Supabase."""
MIGRATOR = "postgres"
"""The role that runs migrations."""
SUPERUSER = "supabase_admin"
MEMORY_MB = 4096
"""Address space of one server process; a draft that wants more gets "out of memory"."""

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
_START_SECONDS = 30.0
_HERE = files("tools.postgres")
Connection = psycopg.Connection[Any]


@dataclass
class Server:
    """A running throwaway server. Use it as a context manager, or `close` it."""

    binaries: Binaries
    cache: Cache
    folder: Path
    """Private, on the memory disk where there is one: data, socket and log."""
    port: int | None
    _supervisor: "subprocess.Popen[bytes]"
    _lock: int
    _clones: "count[int]" = field(default_factory=lambda: count(1))
    _idle: dict[str, Connection] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def start(cls, snapshot: Path | None = None, *, bin: str | None = None, port: int | None = None) -> "Server":  # noqa: A002
        """Starts from a stored cluster, by default the one with Supabase's baseline (made on first use).

        `port` also opens that port on 127.0.0.1 for clients that cannot use a socket, as the role `postgres` only.
        Raises ServerError.
        """
        cache = Cache.default()
        binaries = find(bin, cache)
        sweep()
        if snapshot is None:
            snapshot = cache.get_or_make(
                baseline_name(binaries), lambda folder: _make_baseline(binaries, cache, folder)
            )
        return cls._launch(binaries, cache, snapshot, port)

    @classmethod
    def _launch(cls, binaries: Binaries, cache: Cache, snapshot: Path | None, port: int | None = None) -> "Server":
        folder, lock = _run_folder()
        try:
            if snapshot is None:
                _initdb(binaries, folder)
                _lay_out_extensions(binaries, folder / "data")
            else:
                _copy(snapshot, folder / "data")
            _configure(binaries, folder, cache, port)
            supervisor = _supervise(binaries, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            raise
        server = cls(binaries, cache, folder, port, supervisor, lock)
        try:
            server._begin()
        except BaseException:
            server.close()
            raise
        return server

    @property
    def version(self) -> str:
        return self.binaries.version

    def connect(self, database: str = DATABASE, user: str = MIGRATOR) -> Connection:
        """A connection in autocommit mode. Raises ServerError where the server is gone."""
        try:
            conn = psycopg.connect(
                host=str(self.folder),
                port=self.port or 5432,
                dbname=database,
                user=user,
                autocommit=True,
                connect_timeout=10,
            )
            conn.prepare_threshold = None  # what is prepared, a draft could replace and a rollback forgets
            return conn
        except psycopg.OperationalError as error:
            raise ServerError(
                f"The throwaway Postgres does not answer: {str(error).strip()}{self._last_words()}"
            ) from None

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

    def terminate(self, pid: int) -> None:
        """Ends a backend that no longer listens; the server itself where even that does not help."""
        try:
            with self.connect("template1", SUPERUSER) as conn:
                ended = conn.execute("select pg_terminate_backend(%s, 3000)", [pid]).fetchone()
            if ended == (True,):
                return
        except (ServerError, psycopg.OperationalError):
            return  # the whole server is gone or going
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)

    def store(self, name: str) -> Path:
        """Keeps the cluster as it stands in the cache; connections are lost, since the server stops for it."""
        self._halt()
        try:
            return self.cache.get_or_make(name, lambda folder: _copy(self.folder / "data", folder))
        finally:
            self._begin()

    def restore(self, snapshot: Path) -> None:
        """Starts over from a stored cluster; connections and clones are lost."""
        self._halt()
        data = self.folder / "data"
        keep = {name: (data / name).read_text() for name in ("postgresql.conf", "pg_hba.conf")}
        shutil.rmtree(data)
        _copy(snapshot, data)
        for name, text in keep.items():
            (data / name).write_text(text)
        self._begin()

    def close(self) -> None:
        """Stops the server and removes its folder. Safe to call twice."""
        self._hang_up()
        if self._supervisor.stdin is not None and not self._supervisor.stdin.closed:
            with suppress(BrokenPipeError):
                self._supervisor.stdin.close()
            try:
                self._supervisor.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._supervisor.kill()
            if self._supervisor.stdout is not None:
                self._supervisor.stdout.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self._lock)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> None:
        log = self.folder / "log"
        said = log.stat().st_size if log.exists() else 0
        self._say("start")
        status = self.folder / "data" / "postmaster.pid"
        deadline = time.monotonic() + _START_SECONDS
        while True:
            with suppress(OSError):
                if status.read_text().rstrip().endswith("ready"):
                    return
            if self._supervisor.poll() is not None or time.monotonic() > deadline or self._failed(said):
                raise ServerError(f"The throwaway Postgres did not start.{self._last_words()}")
            time.sleep(0.004)

    def _hang_up(self) -> None:
        with self._guard:
            for conn in self._idle.values():
                conn.close()
            self._idle.clear()

    def _halt(self) -> None:
        self._hang_up()
        self._say("stop")
        assert self._supervisor.stdout is not None
        self._supervisor.stdout.readline()

    def _failed(self, said: int) -> bool:
        """It wrote why, behind the first `said` bytes of the log, and left without a status file."""
        with suppress(OSError):
            return (self.folder / "log").stat().st_size > said and not (
                self.folder / "data" / "postmaster.pid"
            ).exists()
        return False

    def _say(self, word: str) -> None:
        assert self._supervisor.stdin is not None
        try:
            self._supervisor.stdin.write(f"{word}\n".encode())
            self._supervisor.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise ServerError("The throwaway Postgres is gone; run the command again.") from None

    def _last_words(self) -> str:
        with suppress(OSError):
            if lines := (self.folder / "log").read_text(errors="replace").strip().splitlines():
                return f" Its log ends: {lines[-1]}"
        return ""


def baseline(binaries: Binaries, cache: Cache) -> Path:
    """The stored cluster with Supabase's baseline, made on first use."""
    return cache.get_or_make(baseline_name(binaries), lambda folder: _make_baseline(binaries, cache, folder))


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


def baseline_name(binaries: Binaries) -> str:
    """The cache's name for the cluster with Supabase's baseline: changes with anything that goes into it."""
    parts = [binaries.version, str(binaries.bin), *_INITDB, (_HERE / "settings.conf").read_text()]
    for folder in ("baseline", "extensions"):
        for entry in sorted((_HERE / folder).iterdir(), key=lambda e: e.name):
            if entry.is_file():
                parts += [entry.name, entry.read_text()]
    return f"baseline-{digest(*parts)}"


def sweep() -> None:
    """Removes folders of servers whose owner and supervisor were both killed."""
    for base in _bases():
        for folder in base.glob("migration-agent-*"):
            with suppress(OSError):
                if folder.stat().st_uid not in (os.geteuid(), identity().get("user", -1)):
                    continue
                handle = os.open(folder / "lock", os.O_RDONLY)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    with suppress(OSError, ValueError, IndexError):
                        os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(handle)


def _bases() -> list[Path]:
    """Where a server's folder may be, best first."""
    return [Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/tmp")]


def _run_folder() -> tuple[Path, int]:
    """A private folder, owned by the server's user, and the lock that says that its owner lives.

    The path is short: a socket's may have 107 bytes.
    """
    problem: OSError | None = None
    for base in _bases():
        if len(str(base)) > 60 or (os.geteuid() == 0 and base.is_dir() and not reachable(base)):
            continue
        try:
            if shutil.disk_usage(base).free < 512 * 1024 * 1024:
                continue
            folder = Path(tempfile.mkdtemp(prefix="migration-agent-", dir=base))
            handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if user := identity():
                os.chown(folder, user["user"], user["group"])
            return folder, handle
        except OSError as error:
            problem = error
    reason = problem.strerror if problem else "less than 512 MB free"
    raise ServerError(f"No room for the throwaway Postgres in {', '.join(map(str, _bases()))}: {reason}.")


def _supervise(binaries: Binaries, folder: Path) -> "subprocess.Popen[bytes]":
    script = (_HERE / "supervisor.sh").read_text()
    return subprocess.Popen(
        ["/bin/sh", "-c", script, "sh", binaries.bin / "postgres", folder / "data", folder, str(MEMORY_MB)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        cwd="/",
        start_new_session=True,
        umask=0o077,
        **identity(),
    )


_INITDB = ("--wal-segsize=1",)
"""A cluster is copied for every start, the segment of its log with it."""


def _initdb(binaries: Binaries, folder: Path) -> None:
    command: list[str | Path] = [binaries.bin / "initdb", "-D", folder / "data", "-U", SUPERUSER, "-A", "trust"]
    command += ["-E", "UTF8", "--no-sync", "--no-instructions", *_INITDB]
    command += ["--locale-provider=builtin", "--locale=C.UTF-8"] if binaries.major >= 17 else ["--locale=C.UTF-8"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", env={"PATH": os.defpath, "TZ": "UTC"}, **identity()
    )
    if done.returncode:
        raise ServerError(f"initdb failed: {(done.stderr.strip() or done.stdout.strip()).splitlines()[-1]}")


def _configure(binaries: Binaries, folder: Path, cache: Cache, port: int | None) -> None:
    """Writes postgresql.conf and pg_hba.conf into the cluster."""
    place = str(folder).replace("'", "''")
    lines = [
        (_HERE / "settings.conf").read_text(),
        f"unix_socket_directories = '\"{place}\"'",
        "unix_socket_permissions = 0700",
    ]
    if not Path("/dev/shm").is_dir() or folder.parent != Path("/dev/shm"):
        lines.append("dynamic_shared_memory_type = mmap")
    if port is not None:
        lines += ["listen_addresses = '127.0.0.1'", f"port = {port}"]
    if binaries.major >= 18:
        lines += [f"extension_control_path = '{place}/data/share:$system'", "io_method = sync"]
    data = folder / "data"
    (data / "postgresql.conf").write_text("\n".join(lines) + "\n")
    (data / "pg_hba.conf").write_text(
        "local all all trust\n" + f"host all {MIGRATOR} 127.0.0.1/32 trust\n" * (port is not None)
    )


def _lay_out_extensions(binaries: Binaries, data: Path) -> None:
    """Stand-ins, and real extensions that only Supabase lets everybody create, inside the cluster's own folder."""
    target = data / "share" / "extension"
    target.mkdir(parents=True)
    for entry in (_HERE / "extensions").iterdir():
        if entry.name.endswith((".control", ".sql")):
            (target / entry.name).write_text(entry.read_text())
    real = next((p for p in binaries.bin.parent.glob("share/**/extension") if p.is_dir()), None)
    for name in (_HERE / "extensions" / "trusted.txt").read_text().split():
        if real and (control := real / f"{name}.control").is_file():
            (target / control.name).write_text(f"{control.read_text()}\ntrusted = true\n")
            for script in real.glob(f"{name}--*.sql"):
                (target / script.name).symlink_to(script)
    _give(data / "share")


def _make_baseline(binaries: Binaries, cache: Cache, folder: Path) -> None:
    """A cluster with Supabase's baseline in the database `postgres`, stopped, into `folder`."""
    with Server._launch(binaries, cache, None) as server:
        with server.connect(user=SUPERUSER) as conn:
            for entry in sorted((_HERE / "baseline").iterdir(), key=lambda e: e.name):
                if entry.name.endswith(".sql"):
                    conn.execute(entry.read_text().encode())
        with server.connect("template1", SUPERUSER) as conn:
            conn.execute("update pg_database set datistemplate = false where datname = 'template0'")
            conn.execute("drop database template0")
        server._halt()
        _copy(server.folder / "data", folder)


def _copy(source: Path, target: Path) -> None:
    """A stopped cluster's files, owned by the server's user. Raises ServerError where the disk is full."""
    target.mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(["/bin/cp", "-R", f"{source}/.", target], capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(target, ignore_errors=True)
        raise ServerError(f"Could not copy the cluster: {done.stderr.strip().splitlines()[-1]}")
    target.chmod(0o700)
    _give(target)


def _give(folder: Path) -> None:
    if user := identity():
        subprocess.run(["/bin/chown", "-R", f"{user['user']}:{user['group']}", folder], check=True)
