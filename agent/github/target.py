"""Where a change goes: the commit that it is drafted on, and the branch that its pull request goes to."""

from dataclasses import dataclass

from agent.github import paths
from agent.github.branch import files_at, made_for
from agent.github.client import GitHub
from agent.github.objects import Pull
from agent.github.snapshot import Snapshot
from agent.github.thread import Thread
from tools.config import ProjectError


@dataclass(frozen=True)
class Target:
    base: str
    """The tip of the default branch, or of the pull request."""
    into: str
    """The branch that the pull request goes to."""
    there: frozenset[str]
    """Its files: what a pull request may not bring."""
    pull: Pull | None = None
    """The one that is revised, or explained."""

    def revised(self, snapshot: Snapshot) -> tuple[str, ...]:
        """The migrations that the pull request brings as it is, in order."""
        new = sorted(path for path in snapshot.files - self.there if paths.is_migration(path, snapshot.prefix))
        return tuple(path for path in new if path.endswith(".sql")) if self.pull else ()


def target_of(thread: Thread, github: GitHub) -> Target:
    """Raises GitHubError, ProjectError."""
    pull = thread.pull
    if thread.command.verb in ("revise", "explain") and pull:
        _, common = github.compared(pull.base.ref, pull.head.sha)
        return Target(pull.head.sha, pull.base.ref, files_at(github, common), pull)
    into = github.about().default_branch
    base = github.branch(into)
    if base is None:
        raise ProjectError(f"The repository has no branch {into} yet.")
    return Target(base, into, files_at(github, base))


def finished(thread: Thread, github: GitHub) -> Pull | None:
    """The pull request that an earlier job made, or changed, for the same command."""
    if thread.command.verb == "revise":
        commits = github.pull_commits(thread.pull.number) if thread.pull else []
        return thread.pull if any(made_for(commit) == thread.origin.id for commit in commits) else None
    return github.pull_of(thread.branch)
