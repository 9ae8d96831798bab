"""What a branch brings, asked of the git repository that the project lies in: no network, nothing is written.

The work tree counts as it is, committed or not; what git ignores does not.
"""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.config import ProjectError
from tools.project import Project

_MIGRATIONS = "supabase/migrations"
_SECONDS = 120
_QUIET = ("-c", "core.fsmonitor=false")


@dataclass(frozen=True)
class Brought:
    """Migrations by file name, in their order."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    """There before, with another text."""


def prefix(folder: Path) -> str:
    """Where the folder is in its repository: ``apps/db/``; empty at its top, and where there is no repository."""
    done = _git(folder, "rev-parse", "--show-prefix")
    return done.stdout.rstrip("\n") if done.returncode == 0 else ""


def branched_from(folder: Path, ref: str) -> str:
    """The commit that HEAD and `ref` share. Raises ProjectError where the clone does not have it."""
    commit = _commit(folder, ref)
    done = _git(folder, "merge-base", commit, "HEAD")
    if done.returncode:
        raise ProjectError(
            f"This clone's history does not reach back to where HEAD left {ref}; fetch more of it "
            "(actions/checkout: with: fetch-depth: 0)."
        )
    return done.stdout.strip()


def merged_from(folder: Path, base: str, head: str) -> str:
    """The commit that a pull request builds on: `base` and `head` are its ends as GitHub tells them.

    GitHub's own merge of both, which is what jobs check out, says it best: `base` may have moved since. Raises
    ProjectError.
    """
    parents = [_git(folder, "rev-parse", "--verify", "--quiet", f"HEAD^{nth}").stdout.strip() for nth in (1, 2)]
    if head and parents[1] == head:
        return parents[0]
    return branched_from(folder, base)


def brought(project: Project, commit: str) -> Brought:
    """Which of the project's migrations differ from those at a commit. Raises ProjectError."""
    commit = _commit(project.root, commit)
    against = ("--name-status", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative", "-z", commit)
    told = _ok(_git(project.root, "diff", *against, "--", _MIGRATIONS)).split("\0")
    untracked = _ok(_git(project.root, "ls-files", "--others", "--exclude-standard", "-z", "--", _MIGRATIONS))
    status = {Path(path).name: kind for kind, path in zip(told[::2], told[1::2], strict=False) if _is_direct(path)}
    status |= {Path(path).name: "A" for path in untracked.split("\0") if _is_direct(path)}
    names = [migration.file_name for migration in project.migrations]
    return Brought(
        tuple(name for name in names if status.get(name) == "A"),
        tuple(name for name in names if status.get(name, "A") != "A"),
    )


def _is_direct(path: str) -> bool:
    return path.startswith(f"{_MIGRATIONS}/") and path.count("/") == 2


def _commit(folder: Path, ref: str) -> str:
    done = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if done.returncode:
        inside = _git(folder, "rev-parse", "--git-dir")
        if inside.returncode:
            raise ProjectError(f"{folder} is in no git repository, or git refuses it: {_said(inside)}")
        raise ProjectError(f"git knows no commit {ref!r} here; name a branch, a tag or a commit of this clone.")
    return done.stdout.strip()


def _ok(done: "subprocess.CompletedProcess[str]") -> str:
    if done.returncode:
        raise ProjectError(f"git: {_said(done)}")
    return done.stdout


def _said(done: "subprocess.CompletedProcess[str]") -> str:
    return " ".join(done.stderr.split()) or f"exit code {done.returncode}"


def _git(folder: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Raises ProjectError where git cannot be run at all."""
    command: Sequence[str] = ("git", *_QUIET, *args)
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise ProjectError("git is not installed; --base and pull requests need it.") from None
    except subprocess.TimeoutExpired:
        raise ProjectError(f"git {args[0]} took longer than {_SECONDS} seconds.") from None
