"""Puts files on a branch of the agent's, through the git data API: blobs, a tree, a commit, and last the branch.

What was made before the branch points to it is nothing that anybody sees, so a job that ends anywhere in between has
done nothing; and what the branch points to is whole. A commit names the command that it was made for, which is how a
second job knows that a first one was there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.github.client import GitHub, Write
from agent.github.objects import Commit, Tree
from agent.github.retry import ensured
from agent.github.text import plain
from tools.config import ProjectError

_TRAILER = "Migration-Agent-Comment"


@dataclass(frozen=True)
class Change:
    """What a commit does."""

    headline: str
    comment: int
    """The command that it is made for."""
    files: Mapping[str, bytes]
    removed: Sequence[str] = ()

    @property
    def message(self) -> str:
        return f"{plain(self.headline, 72)}\n\n{_TRAILER}: {self.comment}\n"


def made_for(commit: Commit) -> int | None:
    """The command that a commit was made for; None for somebody else's."""
    found = re.search(rf"^{_TRAILER}: (\d+)$", commit.message, re.MULTILINE | re.ASCII)
    return int(found[1]) if found else None


def begin(github: Write, name: str, base: str, change: Change) -> bool:
    """Makes the branch, with the change on top of `base`. False where it is there already: it stays as it is."""
    if github.branch(name):
        return False
    commit = _commit(github, base, change)
    return ensured(lambda: github.branch(name), lambda: github.make_branch(name, commit), github.pause) == commit


def go_on(github: Write, name: str, base: str, change: Change) -> str:
    """The branch, which points to `base`, with the change on top. The commit it points to.

    Raises GitHubError (422) where it has moved meanwhile.
    """
    commit = _commit(github, base, change)
    github.move_branch(name, commit)
    return commit


def differing(github: GitHub, one: str, other: str) -> dict[str, str | None]:
    """Blobs of the second commit where it differs from the first, by path; None for a file that it lacks."""
    before, after = (
        {entry.path: (entry.mode, entry.sha) for entry in listed(github, sha).tree if entry.type != "tree"}
        for sha in (one, other)
    )
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return {path: after[path][1] if path in after else None for path in paths}


def listed(github: GitHub, commit: str) -> Tree:
    """Everything in the repository at that commit. Raises ProjectError where GitHub does not list all of it."""
    tree = github.tree(github.commit(commit).tree.sha)
    if tree.truncated:
        raise ProjectError("The repository holds more files than GitHub lists at once.")
    return tree


def files_at(github: GitHub, commit: str) -> frozenset[str]:
    return frozenset(entry.path for entry in listed(github, commit).tree if entry.type != "tree")


def _commit(github: Write, base: str, change: Change) -> str:
    tree = github.commit(base).tree.sha
    blobs: dict[str, str | None] = {path: github.make_blob(data) for path, data in change.files.items()}
    blobs |= dict.fromkeys(change.removed)
    return github.make_commit(change.message, github.make_tree(tree, blobs), base)
