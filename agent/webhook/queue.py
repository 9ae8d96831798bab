"""Deliveries on disk: each is taken once and kept until it is done, whatever becomes of the process.

    FOLDER/waiting/ID   the event as GitHub sent it
    FOLDER/done/ID      empty; remembers what not to take again
    FOLDER/failed/ID    given up; taken again where somebody has GitHub deliver it once more
    FOLDER/taken/       not whole yet

A file is written whole, flushed and then renamed, so what is in ``waiting`` survives a power cut.
"""

import fcntl
import os
import re
import threading
import time
from pathlib import Path

from tools.config import ProjectError

KEPT = 30 * 24 * 3600.0
"""Seconds that a done delivery is remembered; GitHub delivers again for three days."""
_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_FOLDERS = ("waiting", "done", "failed", "taken")


class Queue:
    """Of one process: a second one on the same folder is refused."""

    def __init__(self, folder: Path) -> None:
        """Raises ProjectError where another process has it, OSError where it cannot be written."""
        self.folder = folder
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._held = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._held)
            raise ProjectError(f"Another server works on {folder} already.") from None
        for half in (folder / "taken").iterdir():
            half.unlink()
        self.forget()

    def close(self) -> None:
        os.close(self._held)

    def add(self, delivery: str, event: bytes) -> bool:
        """Whether it is new; it is on disk when this returns. Raises ValueError for an id that GitHub never makes."""
        if not _ID.fullmatch(delivery):
            raise ValueError(delivery)
        with self._lock:
            waiting = self.path(delivery)
            if waiting.exists() or (self.folder / "done" / delivery).exists():
                return False
            taken = self.folder / "taken" / delivery
            with taken.open("wb") as file:
                file.write(event)
                file.flush()
                os.fsync(file.fileno())
            taken.rename(waiting)
            (self.folder / "failed" / delivery).unlink(missing_ok=True)
            self._flush("waiting", "failed")
        return True

    def path(self, delivery: str) -> Path:
        """Of one that waits."""
        return self.folder / "waiting" / delivery

    def waiting(self) -> list[str]:
        """The oldest first."""
        with self._lock:
            found = [(path.stat().st_mtime_ns, path.name) for path in (self.folder / "waiting").iterdir()]
        return [name for _, name in sorted(found)]

    def failed(self) -> int:
        return len(os.listdir(self.folder / "failed"))

    def end(self, delivery: str, *, done: bool) -> None:
        """It is handled, or given up."""
        kind = "done" if done else "failed"
        with self._lock:
            ended = self.folder / kind / delivery
            self.path(delivery).rename(ended)
            self._flush(kind, "waiting")
            if done:
                os.truncate(ended, 0)
        self.forget()

    def forget(self) -> None:
        """Takes away what is known long enough."""
        before = time.time() - KEPT
        for path in (self.folder / "done").iterdir():
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)

    def _flush(self, *names: str) -> None:
        """The folders' own entries."""
        for name in names:
            handle = os.open(self.folder / name, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
