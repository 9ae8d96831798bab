"""The server comes, serves and goes, whatever happens to its owner."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tools.postgres.binaries import ServerError
from tools.postgres.cache import Cache
from tools.postgres.folders import sweep
from tools.postgres.server import SUPERUSER, Connection, Server

OWNER = """
import sys, time
from tools.postgres.server import Server
server = Server.start()
print(server.folder, (server.folder / "data" / "postmaster.pid").read_text().split()[0], flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def eventually_gone(folder: Path, pid: int = 2**22, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not folder.exists() and not alive(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def owned() -> tuple["subprocess.Popen[str]", Path, int]:
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    folder, pid = owner.stdout.readline().split()
    return owner, Path(folder), int(pid)


def test_serves_as_the_role_of_migrations_and_is_gone_after(server: Server) -> None:
    with Server.start() as other:
        assert other.folder != server.folder
        with other.connect() as conn:
            row = conn.execute("select current_user, current_setting('is_superuser'), current_database()").fetchone()
        assert row == ("postgres", "off", "postgres")
        assert oct(other.folder.stat().st_mode)[-3:] == "700"
        folder = other.folder
    assert not folder.exists()
    other.close()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_goes_with_its_owner(owned: tuple["subprocess.Popen[str]", Path, int], sign: int) -> None:
    owner, folder, pid = owned
    assert alive(pid)
    owner.send_signal(sign)
    owner.wait()
    assert eventually_gone(folder, pid)


STARTING = """
import os, sys
from tools.postgres.binaries import find
from tools.postgres.cache import Cache
from tools.postgres.server import Server
server = Server.begin(find(None, Cache.default()))
print(server.folder, flush=True)
END
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "server.leave()", "server.connect(); server.leave()"])
def test_goes_with_its_owner_while_it_still_starts(server: Server, end: str) -> None:
    done = subprocess.run([sys.executable, "-c", STARTING.replace("END", end)], stdout=subprocess.PIPE, text=True)
    folder = Path(done.stdout.strip())
    if done.returncode < 0:
        assert eventually_gone(folder)
    assert not folder.exists()


def test_the_next_start_waits_for_what_was_left(server: Server) -> None:
    with Server.start() as first:
        first.leave()
        with Server.start() as second:
            assert not first.folder.exists()
            assert second.connect().execute("select 1").fetchone() == (1,)
        with pytest.raises(ServerError, match="does not answer"):
            first.connect()


def test_what_cannot_be_unpacked_does_not_start(tmp_path: Path, server: Server) -> None:
    (tmp_path / "cluster.tar").write_bytes(b"no archive")
    with pytest.raises(ServerError, match=r"did not start\. Its log ends: tar"):
        Server.start(tmp_path)


def test_the_next_start_sweeps_what_a_killed_supervisor_left(
    owned: tuple["subprocess.Popen[str]", Path, int],
) -> None:
    owner, folder, pid = owned
    supervisor = int(Path(f"/proc/{pid}/stat").read_text().split()[3])
    os.kill(supervisor, signal.SIGKILL)
    owner.kill()
    owner.wait()
    assert folder.exists()
    sweep()
    assert eventually_gone(folder, pid)


def test_nobody_sweeps_what_a_supervisor_still_cleans_up(owned: tuple["subprocess.Popen[str]", Path, int]) -> None:
    """Else it misses the status file, kills the server's first process, and the others write while it removes."""
    owner, folder, pid = owned
    supervisor = int(Path(f"/proc/{pid}/stat").read_text().split()[3])
    os.kill(supervisor, signal.SIGSTOP)
    try:
        owner.kill()
        owner.wait()
        sweep()
        assert (folder / "data" / "postmaster.pid").exists()
        assert alive(pid)
    finally:
        os.kill(supervisor, signal.SIGCONT)
    assert eventually_gone(folder, pid)


def test_a_server_that_does_not_obey_is_killed(owned: tuple["subprocess.Popen[str]", Path, int]) -> None:
    owner, folder, pid = owned
    os.kill(pid, signal.SIGSTOP)
    owner.kill()
    owner.wait()
    assert eventually_gone(folder, pid)


def test_clones_are_alike_and_apart(server: Server) -> None:
    with server.clone() as first, server.connect(first) as conn:
        conn.execute("create table public.t (id int); insert into public.t values (1)")
        conn.close()
        with server.clone(first) as second, server.connect(second) as other:
            assert other.execute("select id from public.t").fetchall() == [(1,)]
            other.execute("insert into public.t values (2)")
        with server.connect(first) as again:
            assert again.execute("select count(*) from public.t").fetchone() == (1,)
    with server.connect(user=SUPERUSER) as conn:
        left = conn.execute("select datname from pg_database where datname like 'clone%'").fetchall()
    assert (first,) not in left
    assert (second,) not in left


def test_a_stored_cluster_starts_another_server(tmp_path: Path, server: Server) -> None:
    with Server.start() as original:
        with original.connect() as conn:
            conn.execute("create table public.kept (id int)")
        stored = original.store(f"history-test-{os.getpid()}")
        with original.connect() as conn:
            assert conn.execute("select to_regclass('public.kept') is not null").fetchone() == (True,)
    try:
        with Server.start(stored) as copy, copy.connect() as conn:
            assert conn.execute("select to_regclass('public.kept') is not null").fetchone() == (True,)
    finally:
        original.cache._remove(stored)
    assert not stored.exists()


def test_ends_a_backend_that_does_not_listen(server: Server) -> None:
    deaf = "do $$ begin loop begin perform pg_sleep(10); exception when query_canceled then null; end; end loop; end $$"
    with server.clone() as name, server.connect(name) as conn:
        import threading

        pid = conn.info.backend_pid
        threading.Timer(0.3, server.terminate, [pid]).start()
        with pytest.raises(psycopg.OperationalError):
            conn.execute(deaf)
    with server.connect() as conn:
        assert conn.execute("select 1").fetchone() == (1,)


def test_a_deadline_does_not_come_after_the_block(server: Server) -> None:
    """However close the two are: a connection that has passed the block goes on."""

    def works(conn: Connection) -> bool:
        with suppress(psycopg.OperationalError):
            return conn.execute("select true").fetchone() == (True,)
        return False

    for milliseconds in (0, 1, 2, 4, 6):
        with server.connect() as conn:
            with server.deadline(conn, 0.001):
                time.sleep(milliseconds / 1000)
            passed = works(conn)
            time.sleep(0.03)
            assert works(conn) == passed


def test_the_cache_may_lie_anywhere(tmp_path: Path) -> None:
    folder = tmp_path / "with a space, quote'd, dou\"ble, ünïcode"
    environment = os.environ | {"MIGRATION_AGENT_CACHE": str(folder), "TMPDIR": str(tmp_path)}
    script = "from tools.postgres.server import Server\nwith Server.start() as s, s.connect() as c: print(s.version)"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("18.")


def test_two_processes_make_the_same_entry_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    made = []

    def fill(folder: Path) -> None:
        made.append(folder)
        (folder / "file").write_text("x")
        if len(made) == 1:
            cache.get_or_make("entry", fill)

    assert (cache.get_or_make("entry", fill) / "file").read_text() == "x"
    assert len(made) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["entry"]


def test_prunes_what_was_used_longest_ago(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(5):
        entry = cache.get_or_make(f"history-{number}", lambda folder: None)
        os.utime(entry, (number, number))
    cache.find("history-0")
    cache.prune("history-", keep=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["history-0", "history-4"]
