"""Where a server lives while it runs: a private folder, with a lock that says that its owner lives."""

import fcntl
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

from tools.postgres.binaries import ServerError, identity, reachable


def run_folder() -> tuple[Path, int]:
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


def sweep() -> None:
    """Removes folders of servers whose owner and supervisor were both killed; one that lives does it itself."""
    for base in _bases():
        for folder in base.glob("migration-agent-*"):
            with suppress(OSError):
                if folder.stat().st_uid not in (os.geteuid(), identity().get("user", -1)):
                    continue
                handle = os.open(folder / "lock", os.O_RDONLY)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if not _supervised(folder):
                        with suppress(OSError, ValueError, IndexError):
                            os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
                        shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(handle)


def _supervised(folder: Path) -> bool:
    """Whether the process lives that wrote its number there, and is no other that has got the number since."""
    try:
        pid = int((folder / "supervisor").read_text())
        os.kill(pid, 0)
        return str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False


def _bases() -> list[Path]:
    """Where a server's folder may be, best first."""
    return [Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/tmp")]
