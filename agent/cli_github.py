"""`github`: answers the comment that started a job of GitHub Actions, in one step or in a step of each of two jobs.

GITHUB_EVENT_PATH, GITHUB_REPOSITORY and GITHUB_API_URL say what happened where; GITHUB_TOKEN is what may be done there.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli_command import MaxCost, MaxDrafts, MaxMinutes, Model, Quiet, Tests, command_on, guarded

if TYPE_CHECKING:
    from agent.github.event import Event
    from agent.github.pull_check import PullEvent
    from agent.github.settings import Settings

EventFile = Annotated[
    Path | None,
    typer.Option("--event", envvar="GITHUB_EVENT_PATH", help="The file of the event."),
]
Where = Annotated[str, typer.Option("--project", help="The project's folder in the repository, where it has several.")]
Login = Annotated[
    str,
    typer.Option(
        envvar="MIGRATION_AGENT_LOGIN", help="The account that the agent writes as.", show_default="github-actions[bot]"
    ),
]
Artefact = Annotated[Path, typer.Option("--artefact", help="The folder that goes from one job to the other.")]

github = typer.Typer(invoke_without_command=True)


@github.callback()
def both(
    context: typer.Context,
    event: EventFile = None,
    project: Where = "",
    login: Login = "",
    model: Model = None,
    max_drafts: MaxDrafts = None,
    max_cost: MaxCost = None,
    max_minutes: MaxMinutes = None,
    tests: Tests = False,
) -> None:
    """Answer a comment on GitHub: draft, check, open a pull request. Alone it needs a model and a token that writes."""
    if context.invoked_subcommand is not None:
        return
    limits = {"drafts": max_drafts, "cost": max_cost, "minutes": max_minutes}

    def work(found: "Event", settings: "Settings") -> int:
        from agent.github import jobs
        from agent.github.client import Write

        with Write(*_access(found)) as client:
            return jobs.handle(found, client, settings)

    raise typer.Exit(guarded(lambda: _answered(event, work, project, login, model, limits, tests)))


@command_on(github)
def draft(
    artefact: Artefact,
    event: EventFile = None,
    project: Where = "",
    login: Login = "",
    model: Model = None,
    max_drafts: MaxDrafts = None,
    max_cost: MaxCost = None,
    max_minutes: MaxMinutes = None,
    tests: Tests = False,
) -> int:
    """The first of two jobs: draft into a folder, with the model's key and a token that only reads."""
    limits = {"drafts": max_drafts, "cost": max_cost, "minutes": max_minutes}

    def work(found: "Event", settings: "Settings") -> int:
        from agent.github import jobs
        from agent.github.client import GitHub

        with GitHub(*_access(found)) as client:
            _output("handled", jobs.draft(found, client, settings, artefact))
        return 0

    return _answered(event, work, project, login, model, limits, tests)


@command_on(github)
def publish(artefact: Artefact, event: EventFile = None, project: Where = "", login: Login = "") -> int:
    """The second of two jobs: check what is in the folder again and open the pull request, without any model."""

    def work(found: "Event", settings: "Settings") -> int:
        from agent.github import jobs
        from agent.github.client import Write

        with Write(*_access(found)) as client:
            return jobs.publish_from(found, client, settings, artefact)

    return _answered(event, work, project, login)


@command_on(github)
def acknowledge(event: EventFile = None, project: Where = "", login: Login = "") -> int:
    """Before two jobs: show on the issue that the command was seen."""

    def work(found: "Event", settings: "Settings") -> int:
        from agent.github import jobs
        from agent.github.client import Write

        with Write(*_access(found)) as client:
            _output("handled", jobs.acknowledge(found, client, settings))
        return 0

    return _answered(event, work, project, login)


@command_on(github)
def check(
    event: EventFile = None,
    project: Where = "",
    login: Login = "",
    sarif: Annotated[Path | None, typer.Option(help="Also write what was found as SARIF.")] = None,
    comment: Annotated[bool, typer.Option("--comment", help="Keep a comment on the pull request up to date.")] = False,
    quiet: Quiet = False,
) -> int:
    """Check what a pull request brings, in a clone of it: annotations on its lines, the job's summary, SARIF."""
    from agent.github import pull_check
    from agent.github.client import Write
    from tools.config import ProjectError
    from tools.project import Project

    if event is None:
        raise ProjectError("No event: name its file with --event, or run this in a job of GitHub Actions.")
    found = pull_check.read(event)
    outcome = pull_check.judge(Project.find(Path(project)), found, quiet)
    pull_check.annotate(outcome)
    if sarif:
        sarif.write_text(pull_check.as_sarif(outcome), encoding="utf-8", errors="replace")
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(path, "a", encoding="utf-8", errors="replace") as file:
            file.write(pull_check.summary(outcome, pull_check.MOST_SUMMARY // 4) + "\n")
    if comment:
        with Write(*_access(found)) as client:
            pull_check.comment(outcome, client, found.number, login, project)
    return outcome.code


def _answered(
    event: Path | None,
    work: "Callable[[Event, Settings], int]",
    project: str,
    login: str,
    model: str | None = None,
    limits: dict[str, int | float | None] | None = None,
    tests: bool = False,
) -> int:
    """1 where GitHub did not let it be done. Raises ProjectError."""
    from agent.cli_output import say
    from agent.github import event as events
    from agent.github.retry import GitHubError
    from agent.github.settings import Settings
    from tools.config import ProjectError
    from tools.render.plain import one_line

    if os.environ.get("GITHUB_EVENT_NAME", "issue_comment") != "issue_comment":
        say(f"Not answered: {os.environ['GITHUB_EVENT_NAME']} is no issue_comment.")
        return 0
    if event is None:
        raise ProjectError("No event: name its file with --event, or run this in a job of GitHub Actions.")
    settings = Settings(project, model, limits or {}, tests, login, _run_url())
    try:
        with _no_commands():
            return work(events.read(event), settings)
    except GitHubError as error:
        say(f"error: {one_line(str(error))}")
        return 1


@contextmanager
def _no_commands() -> Iterator[None]:
    """In a job of GitHub Actions nothing that is said meanwhile is a workflow command, whatever it quotes.

    Source: GitHub's "Workflow commands", "Stopping and starting workflow commands".
    """
    from agent.cli_output import say

    if os.environ.get("GITHUB_ACTIONS") != "true":
        yield
        return
    end = secrets.token_hex(16)
    say(f"::stop-commands::{end}")
    try:
        yield
    finally:
        say(f"::{end}::")


def _access(event: "Event | PullEvent") -> tuple[str, str, str]:
    """Token, repository and address. Raises ProjectError."""
    from agent.github.client import API
    from tools.config import ProjectError

    token = os.environ.get("GITHUB_TOKEN", "")
    if not token:
        raise ProjectError("GITHUB_TOKEN is not set; in a workflow: env: GITHUB_TOKEN: ${{ github.token }}")
    repository = os.environ.get("GITHUB_REPOSITORY") or event.repository.full_name
    return token, repository, os.environ.get("GITHUB_API_URL") or API


def _run_url() -> str:
    server, repository, run = (os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""


def _output(name: str, value: bool) -> None:
    """An output of the workflow's step."""
    if path := os.environ.get("GITHUB_OUTPUT"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{name}={'true' if value else 'false'}\n")
