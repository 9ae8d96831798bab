"""Folders kept between runs: server programs, and stopped clusters that a new server starts from.

An entry is made aside and renamed into place, so that it is whole or not there, whoever is killed when, and
several processes may make the same one. The oldest snapshots go when there are too many.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

KEPT_SNAPSHOTS = 24
VARIABLE = "MIGRATION_AGENT_CACHE"
_SIZES = "sizes.json"
"""Beside an entry's files, how long they are: a disk that was full, or a machine that lost its power, cuts them."""


def digest(*parts: str) -> str:
    """A short stable name for what the parts say."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Cache:
    root: Path

    @classmethod
    def default(cls) -> "Cache":
        """``$MIGRATION_AGENT_CACHE``, or the user's cache folder; root's lies where the server's user can enter."""
        if given := os.environ.get(VARIABLE):
            return cls._first(Path(given).expanduser().absolute())
        if os.geteuid() == 0:
            return cls.shared()
        import platformdirs  # takes a while, and is seldom needed

        return cls._first(Path(platformdirs.user_cache_dir("migration-agent")))

    @classmethod
    def shared(cls) -> "Cache":
        """Root's: readable by the user whom the server runs as."""
        return cls._first(Path("/var/cache/migration-agent"), Path("/var/tmp/migration-agent-root"))

    @classmethod
    def _first(cls, *candidates: Path) -> "Cache":
        """The first folder that is ours to write; one for this run only where none is."""
        for root in candidates:
            with contextlib.suppress(OSError):
                root.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
                if root.stat().st_uid == os.geteuid() and os.access(root, os.W_OK | os.X_OK):
                    return cls(root)
        return cls(Path(tempfile.mkdtemp(prefix="migration-agent-cache-")))

    def find(self, name: str) -> Path | None:
        """The entry's folder, marked as used just now. One whose files were cut short is removed."""
        path = self.root / name
        if not path.is_dir():
            return None
        if not _whole(path):
            self._remove(path)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return path

    def matching(self, prefix: str) -> Path | None:
        """The newest entry whose name begins with `prefix`."""
        found = sorted(self.root.glob(f"{prefix}*"), key=_age)
        return self.find(found[-1].name) if found else None

    def get_or_make(self, name: str, fill: Callable[[Path], None]) -> Path:
        """The entry, made by `fill` in an empty folder where it is missing."""
        if found := self.find(name):
            return found
        with self._aside() as folder:
            fill(folder)
            (folder / _SIZES).write_text(json.dumps({file.name: file.stat().st_size for file in _files(folder)}))
            with contextlib.suppress(OSError):  # another process was first: its entry is as good
                folder.rename(self.root / name)
        return self.root / name

    def prune(self, prefix: str, keep: int = KEPT_SNAPSHOTS) -> None:
        """Removes all but the `keep` entries of a kind that were used last, and what a killed process left aside."""
        entries = sorted(self.root.glob(f"{prefix}*"), key=_age)
        for entry in entries[:-keep] if keep else entries:
            self._remove(entry)
        for left in self.root.glob(".making-*"):
            if _age(left) < _now() - 3600:
                shutil.rmtree(left, ignore_errors=True)

    def _remove(self, entry: Path) -> None:
        with self._aside() as folder, contextlib.suppress(OSError):
            entry.rename(folder / entry.name)

    @contextlib.contextmanager
    def _aside(self) -> Iterator[Path]:
        folder = Path(tempfile.mkdtemp(prefix=".making-", dir=self.root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _whole(entry: Path) -> bool:
    """Its files are as long as they were when it was made; an entry from before sizes were kept counts as whole."""
    try:
        sizes = json.loads((entry / _SIZES).read_text())
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return bool(sizes == {file.name: file.stat().st_size for file in _files(entry) if file.name != _SIZES})


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file())


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _now() -> float:
    import time

    return time.time()
