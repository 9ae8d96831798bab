"""A GitHub with the first sample project in it, and jobs that answer what is said there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.github import jobs
from agent.github.client import GitHub, Write
from agent.github.event import Event
from agent.github.settings import Settings
from tests.agent.github.described import as_described
from tests.agent.github.repository import Repository
from tests.agent.github.server import FULL_NAME, GitHubServer, Json
from tests.conftest import PROJECTS

REQUEST = "add a difficulty to lessons: easy, medium or hard, default medium"
BUILT_IN = Settings(model="builtin")

Answer = Callable[..., int]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def github(imported: Path, tmp_path: Path) -> Iterator[GitHubServer]:
    with started(tmp_path, copied=imported) as server:
        yield server


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the sample project, to be copied."""
    repository = Repository(tmp_path_factory.mktemp("imported") / "sample.git")
    repository.import_folder(PROJECTS / "inner_odyssey")
    return repository.folder


@contextmanager
def started(
    folder: Path, project: Path = PROJECTS / "inner_odyssey", copied: Path | None = None
) -> Iterator[GitHubServer]:
    """Issue 12 asks for something; maria and otto may write."""
    with GitHubServer(folder, copied) as server:
        if not copied:
            server.repository.import_folder(project)
        server.issue("Lessons", "They differ in difficulty.")
        yield server
        as_described(server.answers)


@pytest.fixture(scope="session")
def drafted(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Json, Path]]:
    """The first command of a GitHub that has just begun, and its artefact: the same on each of them."""
    folder = tmp_path_factory.mktemp("drafted")
    with started(folder, copied=imported) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        event = server.say(f"/migrate {REQUEST}")
        assert draft(server, event, folder / "artefact")
        yield event, folder / "artefact"


@pytest.fixture(scope="session")
def published(drafted: tuple[Json, Path], imported: Path, tmp_path_factory: pytest.TempPathFactory) -> GitHubServer:
    """That command's pull request is open."""
    event, folder = drafted
    with (
        started(tmp_path_factory.mktemp("published"), copied=imported) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("NO_PROXY", "127.0.0.1")
        server.say(event["comment"]["body"])
        assert publish(server, event, folder) == 0
        return server


@pytest.fixture
def with_pull(published: GitHubServer, tmp_path: Path) -> Iterator[GitHubServer]:
    """One of its own for the test, with that pull request."""
    with published.copy(tmp_path) as server:
        yield server
        as_described(server.answers)


def handle(server: GitHubServer, event: Json, settings: Settings = BUILT_IN) -> int:
    """In one job."""
    with Write("writes", FULL_NAME, server.url, 0.0) as client:
        return jobs.handle(Event.model_validate(event), client, settings)


def draft(server: GitHubServer, event: Json, folder: Path, settings: Settings = BUILT_IN) -> bool:
    """The first of two jobs, which may not write."""
    with GitHub("reads", FULL_NAME, server.url, 0.0) as client:
        return jobs.draft(Event.model_validate(event), client, settings, folder)


def publish(server: GitHubServer, event: Json, folder: Path, settings: Settings = BUILT_IN) -> int:
    """The second."""
    with Write("writes", FULL_NAME, server.url, 0.0) as client:
        return jobs.publish_from(Event.model_validate(event), client, settings, folder)


def nothing_changed(server: GitHubServer) -> bool:
    return not server.writes and not server.reactions and server.repository.branches() == {"main"}
