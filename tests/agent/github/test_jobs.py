"""From a comment to a pull request, against a GitHub that keeps what it is told."""

import json
from collections import Counter
from pathlib import Path

import pytest

from agent.github import status
from agent.github.retry import GitHubError
from tests.agent.command import cli
from tests.agent.github.conftest import REQUEST, handle, nothing_changed, publish
from tests.agent.github.repository import git
from tests.agent.github.server import Fault, GitHubServer, Json, no_fault


def one_of_each(server: GitHubServer) -> str:
    """The branch; there is one, with one pull request and one status comment that says so."""
    (branch,) = server.repository.branches() - {"main"}
    (pull,) = server.pulls.values()
    (said,) = server.statuses()
    assert (pull["head_ref"], pull["base_ref"]) == (branch, "main")
    assert f"#{pull['number']}" in said
    state = status.read(said)
    assert state
    assert state.phase == "done"
    return branch


def test_a_comment_becomes_a_pull_request_that_a_clone_of_passes_check(github: GitHubServer, tmp_path: Path) -> None:
    event = github.say(f"/migrate {REQUEST}\r\n\r\nAs said on Monday.")
    assert handle(github, event) == 0
    branch = one_of_each(github)
    assert branch == f"migration-agent/comment-{event['comment']['id']}"
    new = github.repository.files(branch) - github.repository.files("main")
    (migration,) = [path for path in new if path.startswith("supabase/migrations/")]
    assert new == {migration}
    changed = github.repository.line("diff", "--name-only", "main", branch).split()
    assert changed == ["docs/DATABASE_SCHEMA.md", migration]
    assert {kind for _, _, kind in github.reactions} == {"eyes", "rocket"}
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--branch", branch, str(github.repository.folder), str(clone))
    checked = cli("check", "--json", project=clone)
    assert checked.exit_code == 0, checked.output
    report = json.loads(checked.stdout)
    assert report["verdict"] == "pass"
    assert {check["id"]: check["status"] for check in report["checks"]}["docs"] == "pass"


def test_whatever_call_the_job_dies_after_the_next_one_ends_its_work(
    github: GitHubServer, drafted: tuple[Json, Path], tmp_path: Path
) -> None:
    """GitHub stays as it is between two writes, so what it holds after each write is what any death leaves behind."""
    event, folder = drafted
    github.say(event["comment"]["body"])
    left: dict[int, GitHubServer] = {}

    def keep(_method: str, _path: str) -> Fault:
        done = len(github.writes)
        if done not in left:
            left[done] = github.copy(tmp_path / f"after {done}")
        return ""

    github.fault = keep
    assert publish(github, event, folder) == 0
    assert [*left] == [*range(8)]
    for server in left.values():
        with server:
            if server.seen() == left[0].seen():
                continue  # blobs, a tree and a commit that nothing points to: as if nothing had been done
            assert publish(server, event, folder) == 0
            one_of_each(server)


def test_a_job_whose_connection_dies_says_so_and_nothing_else(github: GitHubServer, drafted: tuple[Json, Path]) -> None:
    event, folder = drafted
    github.say(event["comment"]["body"])
    github.fault = lambda method, path: "drop" if path.endswith("/git/refs") else ""
    with pytest.raises(GitHubError):
        publish(github, event, folder)
    assert github.repository.branches() == {"main"}
    (said,) = github.statuses()
    assert '"phase": "failed"' in said
    github.fault = no_fault
    assert publish(github, event, folder) == 0
    one_of_each(github)


def test_each_call_may_fail_twice(github: GitHubServer, drafted: tuple[Json, Path]) -> None:
    """Nothing is done: overload, or one of the two kinds of limit; then the answer is lost of what was carried out."""
    event, folder = drafted
    github.say(event["comment"]["body"])
    faults: tuple[Fault, ...] = ("500", "429", "403")
    met: Counter[tuple[str, str]] = Counter()

    def twice(method: str, path: str) -> Fault:
        met[method, path] += 1
        if met[method, path] == 1:
            return faults[len(met) % len(faults)]
        return "lose" if met[method, path] == 2 else ""

    github.fault = twice
    assert publish(github, event, folder) == 0
    assert min(met.values()) >= 2
    one_of_each(github)


@pytest.mark.parametrize(
    "body", ["Looks good to me", "> /migrate add a table", "```\n/migrate add a table\n```", "/migrated"]
)
def test_what_is_no_command_is_not_even_looked_into(github: GitHubServer, body: str) -> None:
    assert handle(github, github.say(body)) == 0
    assert nothing_changed(github)
    assert all(path.endswith("/comments") for _, path in github.requests)
