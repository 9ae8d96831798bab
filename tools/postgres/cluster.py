"""A server's data: made by initdb, kept stopped in the cache as one archive, unpacked for every start.

One archive is read in half the time that copying as many files takes, and it may lie where the server's user could
not look: what is open is handed over.
"""

import os
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

from tools.postgres.binaries import Binaries, ServerError, identity
from tools.postgres.cache import digest
from tools.postgres.stand_ins import lay_out, texts

DATABASE = "postgres"
"""Where the project lives, as on Supabase."""
MIGRATOR = "postgres"
"""The role that runs migrations."""
SUPERUSER = "supabase_admin"

ARCHIVE = "cluster.tar"
_HERE = files("tools.postgres")
_INITDB = ("--wal-segsize=1",)
"""A cluster is copied for every start, the segment of its log with it."""


def initdb(binaries: Binaries, folder: Path) -> None:
    command: list[str | Path] = [binaries.bin / "initdb", "-D", folder / "data", "-U", SUPERUSER, "-A", "trust"]
    command += ["-E", "UTF8", "--no-sync", "--no-instructions", *_INITDB]
    command += ["--locale-provider=builtin", "--locale=C.UTF-8"] if binaries.major >= 17 else ["--locale=C.UTF-8"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", env={"PATH": os.defpath, "TZ": "UTC"}, **identity()
    )
    if done.returncode:
        raise ServerError(f"initdb failed: {(done.stderr.strip() or done.stdout.strip()).splitlines()[-1]}")
    _lay_out_extensions(binaries, folder / "data")


def baseline_name(binaries: Binaries) -> str:
    """The cache's name for the cluster with Supabase's baseline: changes with anything that goes into it."""
    parts = [ARCHIVE, binaries.version, str(binaries.bin), *_INITDB, (_HERE / "settings.conf").read_text()]
    for entry in sorted((_HERE / "baseline").iterdir(), key=lambda e: e.name):
        if entry.is_file():
            parts += [entry.name, entry.read_text()]
    return f"baseline-{digest(*parts, *texts())}"


def pack(data: Path, folder: Path) -> None:
    """Keeps a stopped cluster's files in `folder`. Raises ServerError where the disk is full."""
    _tar("-cf", str(folder / ARCHIVE), "-C", str(data), ".")


def unpack(snapshot: Path, data: Path) -> None:
    """The files of a kept cluster into a new folder, owned by the server's user. Raises ServerError."""
    make_room(data)
    with (snapshot / ARCHIVE).open("rb") as archive:
        _tar("-xmf", "-", "-C", str(data), stdin=archive, umask=0o077, **identity())


def _tar(*words: str, **how: Any) -> None:
    done = subprocess.run(["tar", *words], capture_output=True, text=True, cwd="/", **how)
    if done.returncode:
        said = next(iter(done.stderr.strip().splitlines()), f"tar ended with {done.returncode}")
        raise ServerError(f"Could not copy the cluster: {said}. Is there room on the disk?")


def make_room(data: Path) -> None:
    """An empty folder of the server's user."""
    data.mkdir(mode=0o700)
    if user := identity():
        os.chown(data, user["user"], user["group"])


def configure(binaries: Binaries, folder: Path, port: int | None) -> None:
    """Writes postgresql.conf and pg_hba.conf into the folder that holds the data."""
    place = str(folder).replace("'", "''")
    lines = [
        (_HERE / "settings.conf").read_text(),
        f"hba_file = '{place}/pg_hba.conf'",
        f"unix_socket_directories = '\"{place}\"'",
        "unix_socket_permissions = 0700",
    ]
    if not Path("/dev/shm").is_dir() or folder.parent != Path("/dev/shm"):
        lines.append("dynamic_shared_memory_type = mmap")
    if port is not None:
        lines += ["listen_addresses = '127.0.0.1'", f"port = {port}"]
    if binaries.major >= 18:
        lines += [f"extension_control_path = '{place}/data/share:$system'", "io_method = sync"]
    hosts = f"host all {MIGRATOR} 127.0.0.1/32 trust\n" * (port is not None)
    for name, text in (("postgresql.conf", "\n".join(lines) + "\n"), ("pg_hba.conf", f"local all all trust\n{hosts}")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)  # the folder is private


def _lay_out_extensions(binaries: Binaries, data: Path) -> None:
    """Inside the cluster's own folder, where Postgres 18 can be told to look; older ones have them around them."""
    target = data / "share" / "extension"
    target.mkdir(parents=True)
    if binaries.major >= 18:
        lay_out(binaries, target)
    if user := identity():
        for path in (data / "share", target, *target.iterdir()):
            os.chown(path, user["user"], user["group"], follow_symlinks=False)
