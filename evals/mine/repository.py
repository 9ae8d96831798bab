"""A project's past, as git tells it: commits that add migrations, and what the project held before each.

Nothing in the repository is run: only plumbing commands, no filters, hooks, signatures or transports. What is read is
bytes of unknown origin; names, sizes and encodings are looked at before anything is believed.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tools.config import ProjectError
from tools.git import prefix
from tools.project import MAX_BYTES, sql_text

_SECONDS = 120
_FIELDS = "%H%x00%P%x00%cI%x00%B%x00"
_MIGRATIONS = "supabase/migrations"
_MIGRATION = re.compile(r"^[0-9]+_[^/]*\.sql$")
_MOST_FILES, _MOST_BYTES = 5_000, 128 * 2**20
"""Of a project at one time; of what is kept in memory, as many bytes again."""
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks, with commands of its own configuration
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Commit:
    """One step on the way to HEAD; a merge is one step, whatever came with it."""

    id: str
    parents: tuple[str, ...]
    date: str
    """YYYY-MM-DD"""
    message: str


@dataclass(frozen=True)
class Blob:
    id: str
    size: int
    """Bytes."""


@dataclass(frozen=True)
class Change:
    """What a commit did to the migrations."""

    commit: Commit
    added: dict[str, str] = field(default_factory=dict)
    """Blob by file name, in the order of versions; what was only renamed or moved is not among them."""
    edited: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    """New name by the old one."""


@dataclass(frozen=True)
class Repository:
    """The git repository that a project's folder lies in."""

    folder: Path
    """The project's."""
    blobs: dict[str, bytes] = field(default_factory=dict)
    """Those that were read, by id."""

    @cached_property
    def prefix(self) -> str:
        """Where the project is in it: ``apps/db/``; empty at its top."""
        return prefix(self.folder)

    @cached_property
    def is_shallow(self) -> bool:
        return self._git("rev-parse", "--is-shallow-repository").strip() == b"true"

    @cached_property
    def empty(self) -> str:
        """The tree before the first commit."""
        return self._git("hash-object", "-t", "tree", "--stdin").decode().strip()

    def commits(self, since: str | None = None) -> list[Commit]:
        """Those that touch migrations, oldest first, along first parents; after a commit, or from a day on.

        Raises ProjectError where there is no history.
        """
        if self._git("rev-parse", "--is-inside-work-tree", fails=True).strip() != b"true":
            raise ProjectError(f"{self.folder} is in no work tree of git, or git refuses it: there is no past to mine.")
        if not self._git("rev-parse", "--verify", "--quiet", "HEAD^{commit}", fails=True):
            raise ProjectError(f"{self.folder}: the repository has no commit yet.")
        words = ["HEAD"]
        if since is not None:
            known = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}", fails=True)
            if known:
                words.append(f"^{known.decode().strip()}")
            elif re.match(r"\d", since):
                words.insert(0, f"--since={since}")
            else:
                raise ProjectError(f"--since {since}: neither a commit of this clone nor a day such as 2026-05-31.")
        return self._listed("--first-parent", "--reverse", *words, "--", _MIGRATIONS)

    def merged(self, commit: Commit) -> list[Commit]:
        """What a merge brought that touches migrations, oldest first."""
        if len(commit.parents) < 2:
            return []
        return self._listed("--no-merges", "--reverse", commit.id, f"^{commit.parents[0]}", "--", _MIGRATIONS)

    def change(self, commit: Commit) -> Change:
        """What it did to the migrations."""
        before = commit.parents[0] if commit.parents else self.empty
        told = self._git("diff-tree", "-r", "-z", "-M", "--raw", "--no-abbrev", before, commit.id)
        added, renamed, edited, gone = {}, {}, [], []
        for status, blob, mode, old, new in _differences(told):
            name, was = self._name(new), self._name(old)
            if name and mode != "100644" and mode != "100755" and status != "D":
                continue  # a link or a submodule
            if status == "D" and was:
                gone.append(was)
            elif status == "R" and name:
                if was and was != name:
                    renamed[was] = name
            elif status in "AC" and name:
                added[name] = blob
            elif name:
                edited.append(name)
        ordered = dict(sorted(added.items(), key=lambda one: (one[0].split("_", 1)[0], one[0])))
        return Change(commit, ordered, tuple(edited), tuple(gone), renamed)

    def files(self, commit: str | None) -> dict[str, Blob]:
        """Regular files of the project's supabase/ folder and its migration-agent.toml, by path from its folder.

        Raises ProjectError for what cannot be laid out on a disk.
        """
        if commit is None:
            return {}
        told = self._git("ls-tree", "-r", "-z", "-l", commit, "--", "supabase", "migration-agent.toml")
        found = {}
        for entry in filter(None, told.split(b"\0")):
            about, _, raw = entry.partition(b"\t")
            mode, kind, blob, size = about.split()
            path = raw.decode("utf-8", "surrogateescape")
            if kind == b"blob" and mode != b"120000" and path.endswith((".sql", ".toml")):
                found[path] = Blob(blob.decode(), int(size))
        if len(found) > _MOST_FILES or sum(blob.size for blob in found.values()) > _MOST_BYTES:
            raise ProjectError(
                f"supabase/ is too large at {commit[:7]}; "
                f"{_MOST_FILES} SQL files and {_MOST_BYTES // 2**20} MB are the limit."
            )
        return found

    def read(self, blobs: Iterable[str]) -> None:
        """Brings blobs into memory, all at once; those that are too large are passed over."""
        wanted = list(dict.fromkeys(blobs))
        if sum(map(len, self.blobs.values())) > _MOST_BYTES:
            self.blobs.clear()
        missing = [one for one in wanted if one not in self.blobs]
        if not missing:
            return
        told = self._git("cat-file", "--batch-check=%(objectname) %(objectsize)", given="\n".join(missing))
        sizes = dict(line.split() for line in told.decode().splitlines() if line.count(" ") == 1)
        small = [one for one in missing if sizes.get(one, "").isdigit() and int(sizes[one]) <= MAX_BYTES]
        stream = self._git("cat-file", "--batch", given="\n".join(small))
        at = 0
        for _ in small:
            end = stream.index(b"\n", at)
            name, _, size = stream[at:end].split()
            at = end + 1 + int(size)
            self.blobs[name.decode()] = stream[end + 1 : at]
            at += 1

    def text(self, name: str, blob: str) -> str:
        """A SQL file's text; `name` is for the message. Raises ProjectError where it is none."""
        self.read([blob])
        if blob not in self.blobs:
            raise ProjectError(f"{printable(name)} is too large, or this clone does not have it.")
        return sql_text(printable(name), self.blobs[blob])

    def _name(self, path: str) -> str:
        """The file name of a migration; empty for any other path."""
        folder = f"{self.prefix}{_MIGRATIONS}/"
        name = path.removeprefix(folder)
        return name if path.startswith(folder) and _MIGRATION.match(name) else ""

    def _listed(self, *words: str) -> list[Commit]:
        told = self._git("rev-list", "--encoding=UTF-8", f"--format={_FIELDS}", *words)
        parts = told.decode("utf-8", "replace").split("\0")
        return [
            Commit(parts[at].rpartition("\n")[2], tuple(parts[at + 1].split()), parts[at + 2][:10], parts[at + 3])
            for at in range(0, len(parts) - 1, 4)
        ]

    def _git(self, *words: str, given: str = "", fails: bool = False) -> bytes:
        """What git says; nothing where it `fails` and may. Raises ProjectError."""
        command: Sequence[str] = ("git", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", *words)
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=os.environ | _ENVIRONMENT,
                input=given.encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise ProjectError("git is not installed; a project's past cannot be read without it.") from None
        except subprocess.TimeoutExpired:
            raise ProjectError(f"git {words[0]} took longer than {_SECONDS} seconds.") from None
        if done.returncode and not fails:
            said = " ".join(done.stderr.decode("utf-8", "replace").split())
            raise ProjectError(f"git {words[0]}: {printable(said) or f'exit code {done.returncode}'}")
        return b"" if done.returncode else done.stdout


def printable(text: str) -> str:
    """Without what a terminal or a file could take amiss."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _differences(told: bytes) -> Iterator[tuple[str, str, str, str, str]]:
    """(status, blob, mode, old path, new path) of each entry of ``git diff-tree --raw -z``."""
    parts = iter(told.decode("utf-8", "surrogateescape").split("\0"))
    for about in parts:
        if not about:
            return
        _, mode, _, blob, status = about.split()
        old = next(parts)
        yield status[0], blob, mode, old, next(parts) if status[0] in "RC" else old
