"""Folders for one job, which do not outlive it: the next one sweeps away what a kill -9 left.

A lock in the folder says that its owner lives, as for the folders of servers (`tools.postgres.folders`), which are
swept whenever one starts.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder."""
    with tempfile.TemporaryDirectory(prefix="migration-agent-") as owned:
        lock, inside = Path(owned, "lock"), Path(owned, "work")
        handle = os.open(lock.with_suffix(".new"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            lock.with_suffix(".new").rename(lock)  # nobody sees it unlocked
            inside.mkdir()
            yield inside
        finally:
            os.close(handle)
