"""The client against limits, and the files of a commit however they are kept."""

import re
import time
from pathlib import Path

import pytest

from agent.github import retry
from agent.github.client import GitHub, Write
from agent.github.retry import GitHubError
from agent.github.snapshot import take
from tests.agent.github import routes
from tests.agent.github.described import as_described, described, operation
from tests.agent.github.server import FULL_NAME, GitHubServer
from tools.config import ProjectError


@pytest.fixture
def client(github: GitHubServer) -> Write:
    return Write("writes", FULL_NAME, github.url, 0.0)


def test_a_server_that_stays_down_is_asked_so_often(github: GitHubServer, client: Write) -> None:
    github.fault = lambda method, path: "500"
    with pytest.raises(GitHubError, match="GET /issues/12: 500 Server Error"):
        client.issue(12)
    assert len(github.requests) == retry.TRIES


def test_what_may_have_been_done_is_not_done_twice(github: GitHubServer, client: Write) -> None:
    github.fault = lambda method, path: "lose" if method == "POST" else ""
    with pytest.raises(GitHubError):
        client.comment_on(12, "Hello")
    assert len(github.statuses()) == 1


def test_a_wait_that_is_too_long_ends_it(github: GitHubServer, client: Write) -> None:
    error = GitHubError(403, "limit", 3_000.0)
    tries = []

    def work() -> None:
        tries.append(1)
        raise error

    with pytest.raises(GitHubError):
        retry.retrying(work, lambda error: error.passes, 0.0)
    assert len(tries) == 1


@pytest.mark.parametrize(
    ("status", "headers", "words", "wait"),
    [
        (403, {"retry-after": "30"}, "", 30.0),
        (429, {}, "", 60.0),
        (403, {}, "You have exceeded a secondary rate limit", 60.0),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0"}, "", 1.0),
        (403, {"x-ratelimit-remaining": "9"}, "Resource not accessible by integration", None),
        (404, {"retry-after": "30"}, "", None),
    ],
)
def test_which_refusal_is_a_limit(status: int, headers: dict[str, str], words: str, wait: float | None) -> None:
    import httpx2

    error = retry.error_of(httpx2.Response(status, headers=headers, json={"message": words}), "GET /")
    assert error.wait == wait
    assert error.untouched == (wait is not None)


def test_the_limit_of_an_hour_is_waited_for(github: GitHubServer) -> None:
    import httpx2

    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 40)}
    error = retry.error_of(httpx2.Response(403, headers=headers, json={}), "GET /")
    assert error.wait
    assert 35 < error.wait < 41


def test_a_token_that_only_reads(github: GitHubServer) -> None:
    with Write("reads", FULL_NAME, github.url, 0.0) as client, pytest.raises(GitHubError, match="not accessible"):
        client.comment_on(12, "Hello")
    assert not github.statuses()


def test_a_name_cannot_reach_beyond_the_repository() -> None:
    for name in ("acme/app/../other", "acme", "acme/app?x", "acme/app\n", "a/b/c"):
        with pytest.raises(GitHubError, match="no repository"):
            GitHub("reads", name)


def test_what_github_does_not_describe_fails(github: GitHubServer, client: Write) -> None:
    client.comment_on(12, "Hello")
    ((method, path, body, status, answer),) = github.answers
    as_described(github.answers)
    for wrong in (
        ("PUT", path, body, status, answer),
        (method, f"{path}/more", body, status, answer),
        (method, path, {}, status, answer),
        (method, path, {"body": 1}, status, answer),
        (method, path, body | {"draft": True}, status, answer),
        (method, path, body, 302, answer),
        (method, path, body, status, answer | {"user": {"login": "maria"}}),
        (method, path, body, status, answer | {"created_at": 1}),
        (method, path, body, status, {key: value for key, value in answer.items() if key != "id"}),
    ):
        with pytest.raises(AssertionError):
            as_described([wrong])


def test_each_endpoint_is_described_and_each_description_is_of_one() -> None:
    paths = [(method, re.sub(r"\{ends\+\}", "a...b", path)) for method, path, _ in routes.all_of()]
    used = {operation(method, re.sub(r"\{\w+\+?\}", "1", path))[0] for method, path in paths if "codeload" not in path}
    assert used == {*described()} - {"source"}


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


MIGRATION = "supabase/migrations/20260101000000_a.sql"


def test_a_snapshot_is_what_the_tree_says(github: GitHubServer, client: Write, tmp_path: Path) -> None:
    """Whatever .gitattributes keep out of archives or change there."""
    attributes = "docs/** export-ignore\n*.sql export-subst\n"
    files = {MIGRATION: "-- $Format:%H$\nselect 1;\n", "docs/DATABASE_SCHEMA.md": "# Mine\n", "app.js": "x"}
    commit = github.repository.import_folder(tree(tmp_path / "in", files | {".gitattributes": attributes}))
    taken = take(client, commit, tmp_path / "out")
    assert taken.prefix == ""
    assert taken.files == set(files) | {".gitattributes"}
    for path in (MIGRATION, "docs/DATABASE_SCHEMA.md"):
        assert (tmp_path / "out" / path).read_text() == files[path]
    assert not (tmp_path / "out" / "app.js").exists()


def test_where_the_project_is(github: GitHubServer, client: Write, tmp_path: Path) -> None:
    one = {f"apps/one/{MIGRATION}": "select 1;\n"}
    commit = github.repository.import_folder(tree(tmp_path / "one", one), branch="one")
    assert take(client, commit, tmp_path / "a").prefix == "apps/one/"
    both = one | {f"two/{MIGRATION}": "select 2;\n"}
    commit = github.repository.import_folder(tree(tmp_path / "two", both), branch="two")
    assert take(client, commit, tmp_path / "b", "./two/".removeprefix("./")).prefix == "two/"
    assert not (tmp_path / "b" / "apps").exists()
    with pytest.raises(ProjectError, match="several Supabase projects"):
        take(client, commit, tmp_path / "c")
    for where in (".", "three", "../two"):
        with pytest.raises(ProjectError, match="no "):
            take(client, commit, tmp_path / "d", where)


def test_links_are_not_followed(github: GitHubServer, client: Write, tmp_path: Path) -> None:
    folder = tree(tmp_path / "in", {MIGRATION: "select 1;\n"})
    (folder / "supabase" / "seed.sql").symlink_to("/etc/passwd")
    commit = github.repository.import_folder(folder)
    with pytest.raises(ProjectError, match="no plain file"):
        take(client, commit, tmp_path / "out")


def test_pages(github: GitHubServer, client: Write) -> None:
    for number in range(230):
        github.say(f"comment {number}")
    assert [comment.text for comment in client.comments(12)] == [f"comment {number}" for number in range(230)]
