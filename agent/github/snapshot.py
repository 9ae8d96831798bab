"""The project as it is at one commit, on disk: read through the API, so that no checkout is needed or trusted.

A tree says what is there, one archive brings it. Each file is compared with its hash in the tree, and what the archive
lacks (``export-ignore``) or brings changed (``export-subst``) is fetched by itself.
"""

import hashlib
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any, cast

import httpx2

from agent.github.client import GitHub, entries
from agent.github.objects import Entry
from agent.github.retry import GitHubError, retrying
from tools.config import Config, ProjectError
from tools.project import MAX_BYTES, Project

FILES = ("100644", "100755")
MOST_BYTES = 400 * 1024 * 1024
"""Of the files that a project is made of."""
LARGEST_ARCHIVE = 4 * 1024 * 1024 * 1024
_WANTED = re.compile(r"supabase/(?:[^/]+/)*[^/]+\.(?:sql|toml)|migration-agent\.toml|docs/DATABASE_SCHEMA\.md")
_MARKS = re.compile(r"(?P<prefix>(?:[^/]+/)*)supabase/(?:config\.toml|migrations/[^/]+\.sql)")


@dataclass(frozen=True)
class Snapshot:
    """What the agent needs of a repository at a commit."""

    commit: str
    tree: str
    prefix: str
    """Of the project in the repository: empty, or ending with ``/``."""
    root: Path
    """The folder that holds the repository's files."""
    files: frozenset[str]
    """Every file, link and submodule of the repository, whether wanted or not."""

    @property
    def project(self) -> Project:
        """Read anew each time. Raises ProjectError."""
        folder = self.root / self.prefix
        return Project(folder.resolve(), Config.load(folder / "migration-agent.toml"))


def take(github: GitHub, commit: str, folder: Path, where: str = "") -> Snapshot:
    """Writes the project's files into `folder`. `where` is the project's path in the repository, for several.

    Raises GitHubError, and ProjectError where there is no project, or it cannot be read.
    """
    root = github.commit(commit).tree.sha
    tree = github.tree(root)
    if tree.truncated:
        raise ProjectError("The repository holds more files than GitHub lists at once.")
    listed = entries(tree)
    prefix = _prefix(listed, where)
    wanted = {path: entry for path, entry in listed.items() if _is_wanted(path, prefix)}
    for path, entry in wanted.items():
        if entry.mode not in FILES:
            raise ProjectError(f"{path} is no plain file in the repository.")
        if entry.size > MAX_BYTES:
            raise ProjectError(f"{path} is too large; the limit is {MAX_BYTES >> 20} MB.")
    if sum(entry.size for entry in wanted.values()) > MOST_BYTES:
        raise ProjectError(f"The project's files are larger than {MOST_BYTES >> 20} MB.")
    brought = retrying(lambda: _archived(github, commit, wanted), lambda error: error.passes, github.pause)
    for path, entry in wanted.items():
        data = brought.get(path)
        if data is None or _hash(data) != entry.sha:
            data = github.blob(entry.sha)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / prefix / "supabase").mkdir(parents=True, exist_ok=True)
    files = frozenset(path for path, entry in listed.items() if entry.type != "tree")
    return Snapshot(commit, root, prefix, folder, files)


def _prefix(listed: dict[str, Entry], where: str) -> str:
    wanted = f"{where.strip('/')}/" if where.strip("./") else ""
    found = sorted({match["prefix"] for path in listed if (match := _MARKS.fullmatch(path))})
    if wanted or where.strip() in (".", "./"):
        if wanted not in found:
            raise ProjectError(f"The repository has no {wanted}supabase/ folder with migrations or a config.toml.")
        return wanted
    if len(found) > 1:
        names = ", ".join(prefix or "the repository's root" for prefix in found[:8])
        raise ProjectError(f"The repository has several Supabase projects ({names}); name one with --project.")
    if not found:
        raise ProjectError("The repository has no supabase/ folder with migrations or a config.toml.")
    return found[0]


def _is_wanted(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and _WANTED.fullmatch(path, len(prefix)) is not None


def _archived(github: GitHub, commit: str, wanted: dict[str, Entry]) -> dict[str, bytes]:
    """Contents of the wanted files, as far as the archive has them. Raises GitHubError where it cannot be read."""
    found: dict[str, bytes] = {}
    try:
        with (
            github.archive(commit) as pieces,
            tarfile.open(fileobj=cast(Any, _Stream(pieces)), mode="r|gz") as archive,
        ):
            for member in archive:
                path = member.name.partition("/")[2]
                entry = wanted.get(path)
                if entry and member.isreg() and member.size == entry.size and (file := archive.extractfile(member)):
                    found[path] = file.read()
                if len(found) == len(wanted):
                    break
    except (tarfile.TarError, zlib.error, EOFError, httpx2.HTTPError) as error:
        raise GitHubError(0, f"The repository's archive could not be read: {type(error).__name__}") from error
    return found


class _Stream(RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest, self._size = pieces, b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
            self._size += len(piece)
            if self._size > LARGEST_ARCHIVE:
                raise tarfile.ReadError("too large")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _hash(data: bytes) -> str:
    """As git names a blob."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
