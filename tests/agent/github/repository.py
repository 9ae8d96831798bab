"""A bare git repository as GitHub keeps one: its objects are git's own, made and read by git's plumbing."""

import os
import shutil
import subprocess
from pathlib import Path

_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "migration-agent[bot]",
    "GIT_AUTHOR_EMAIL": "1+migration-agent[bot]@users.noreply.github.example",
    "GIT_COMMITTER_NAME": "GitHub",
    "GIT_COMMITTER_EMAIL": "noreply@github.example",
    "GIT_AUTHOR_DATE": "2026-11-22T08:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-22T08:00:00Z",
}


class Repository:
    def __init__(self, folder: Path, copied: Path | None = None) -> None:
        """A new one, or a copy of the one in `copied`."""
        self.folder = folder
        if copied:
            shutil.copytree(copied, folder)
        else:
            git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(folder))

    def __call__(self, *args: str, given: bytes = b"") -> bytes:
        return git("--git-dir", str(self.folder), *args, given=given)

    def line(self, *args: str, given: bytes = b"") -> str:
        return self(*args, given=given).decode().strip()

    def import_folder(self, source: Path, message: str = "As it is", branch: str = "main") -> str:
        """Commits a folder as the whole tree of a branch."""
        index = {"GIT_INDEX_FILE": str(self.folder / f"index-{branch.replace('/', '-')}")}
        base = ("--git-dir", str(self.folder), "--work-tree", str(source))
        git(*base, "add", "--all", "--force", ".", environ=index)
        tree = git(*base, "write-tree", environ=index).decode().strip()
        parent = self.find(f"refs/heads/{branch}")
        commit = self.line("commit-tree", tree, *(("-p", parent) if parent else ()), "-m", message)
        self("update-ref", f"refs/heads/{branch}", commit)
        return commit

    def find(self, ref: str) -> str:
        """The commit that a ref points to; empty where there is none."""
        found = self.line("for-each-ref", "--format=%(objectname) %(refname)", ref)
        return next((line.split()[0] for line in found.splitlines() if line.split()[1] == ref), "")

    def has(self, sha: str, kind: str) -> bool:
        try:
            return self.line("cat-file", "-t", sha) == kind
        except subprocess.CalledProcessError:
            return False

    def branches(self) -> set[str]:
        return set(self.line("for-each-ref", "--format=%(refname:short)", "refs/heads").split())

    def files(self, ref: str) -> set[str]:
        return set(self("ls-tree", "-r", "-z", "--name-only", ref).decode().rstrip("\0").split("\0"))


def git(*args: str, given: bytes = b"", environ: dict[str, str] | None = None) -> bytes:
    environment = os.environ | _ENVIRONMENT | (environ or {})
    return subprocess.run(["git", *args], input=given, env=environment, capture_output=True, check=True).stdout
