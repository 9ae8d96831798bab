"""`check` in a job for a pull request: what it brings, on its lines, for code scanning, and in one comment that stays.

Everything is read from the clone that the job checked out; GitHub is asked for nothing but the comment. The files are
the pull request's own, and so is the configuration: run it where a pull request is harmless (`pull_request`, never
`pull_request_target`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.brought import in_repository, judged
from agent.cli_output import Progress, say, write
from agent.github.client import Write
from agent.github.event import MAX_BYTES
from agent.github.objects import Comment, Repository
from agent.github.retry import GitHubError, ensured
from agent.github.status import is_ours, own
from agent.github.text import MOST, escaped, fitted
from tools import git
from tools.config import ProjectError
from tools.history import HistoryError
from tools.project import Project
from tools.render import annotations, markdown, sarif
from tools.render.gfm import code
from tools.report import Finding, Report

MOST_SUMMARY = 1_000_000
"""Bytes; GitHub takes a mebibyte of a step's summary."""


class Commit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    sha: str


class Ends(BaseModel):
    """A pull request, as far as its ends."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    head: Commit
    base: Commit


class PullEvent(BaseModel):
    """``pull_request``, as GITHUB_EVENT_PATH has it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    pull_request: Ends
    repository: Repository


@dataclass(frozen=True)
class Outcome:
    """What was found; paths are from the repository's root."""

    commit: str
    reports: Sequence[Report]
    failure: Finding | None = None
    """Why the project's own history stops, so that nothing, or not all, was judged."""
    failed_in: str = ""

    @property
    def code(self) -> int:
        """As `check` exits."""
        if self.failure:
            return 4
        return 1 if any(report.verdict == "fail" for report in self.reports) else 0


def read(path: Path) -> PullEvent:
    """Raises ProjectError where the file is no such event."""
    try:
        with path.open("rb") as file:
            return PullEvent.model_validate_json(file.read(MAX_BYTES))
    except OSError as error:
        raise ProjectError(f"Could not read the event {path}: {error.strerror}.") from None
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "event"
        raise ProjectError(f"This is no pull_request event: {place}: {error.errors()[0]['msg'].lower()}.") from None


def judge(project: Project, event: PullEvent, quiet: bool) -> Outcome:
    """Raises ProjectError, ServerError."""
    ends = event.pull_request
    base = git.merged_from(project.root, ends.base.sha, ends.head.sha)
    prefix = git.prefix(project.root)
    reports: list[Report] = []
    failure, failed_in = None, ""
    try:
        with Progress(quiet=quiet) as progress:
            reports.extend(judged(project, base, progress))
    except HistoryError as error:
        failure = Finding(
            rule="applies/history",
            severity="error",
            message=f"The project's history does not replay: {error.failure.message} "
            f"(SQLSTATE {error.failure.sqlstate}), so nothing after it could be judged.",
            hint="\n".join(
                filter(None, [error.failure.detail, error.failure.hint, error.diagnosis.says, error.diagnosis.do])
            ),
            line=error.failure.line,
            column=error.failure.column,
        )
        failed_in = f"{prefix}{error.path}"
    return Outcome(ends.head.sha, in_repository(reports, prefix), failure, failed_in)


def annotate(found: Outcome) -> None:
    """Workflow commands, on stdout."""
    if failure := found.failure:
        said = "\n".join(filter(None, [failure.message, failure.hint]))
        line = failure.line or 1
        write(
            annotations.command(
                "error", said, file=found.failed_in, title=failure.rule, line=line, column=failure.column
            )
            + "\n"
        )
    write(annotations.render(found.reports))


def as_sarif(found: Outcome) -> str:
    return sarif.render(found.reports, found.failure, found.failed_in)


def summary(found: Outcome, most: int = MOST - 1_000) -> str:
    """Markdown for the comment and the job's summary."""
    parts = []
    if found.failure:
        failure = found.failure
        place = code(f"{found.failed_in}:{failure.line or 1}")
        said = [f"### ❌ Not checked: {place}", escaped(failure.message), escaped(failure.hint)]
        parts.append(("\n\n".join(filter(None, said)), ""))
    if not found.reports and not found.failure:
        parts.append(("### ✅ This pull request brings no migration.", ""))
    for report in found.reports:
        heading = f"### {report.verdict.capitalize()}: {code(report.migration)}"
        parts.append(
            (markdown.render(report).rstrip(), f"{heading}\n\n_Too long to be shown here; see the job's log._")
        )
    parts.append((f"<sub>migration-agent check, at {found.commit[:12]}</sub>", ""))
    return fitted(parts, most)


def comment(found: Outcome, github: Write, number: int, login: str, where: str) -> None:
    """The one comment on the pull request, made or edited in place; none where there never was anything to say.

    Of several that jobs made at once one is left. `where` tells the projects of a repository apart. What GitHub does
    not let a job do (a pull request from a fork has a token that only reads) is said in the log.
    """
    mark = f"<!-- migration-agent:check {escaped(where).replace('--', '')} -->"
    body = f"{mark}\n{summary(found)}"[:MOST]

    def find() -> Comment | None:
        ours = [each for each in github.comments(number) if is_ours(each.user, login) and _first(each.text) == mark]
        for more in ours[1:]:
            github.delete_comment(more.id)
        return ours[0] if ours else None

    try:
        there = find()
        if there is None and not found.reports and not found.failure:
            return
        there = there or ensured(find, lambda: own(github, github.comment_on(number, body), login), github.pause)
        if there.text.replace("\r\n", "\n") != body:
            github.edit_comment(there.id, body)
    except (GitHubError, ProjectError) as error:
        say(f"note: the pull request has no comment: {error}")


def _first(text: str) -> str:
    return text.partition("\n")[0].rstrip("\r")
