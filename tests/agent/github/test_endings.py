"""How commands end that need no draft, or whose draft comes to nothing; and the command line that runs the jobs."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from agent.github import status
from agent.github.settings import Settings
from tests.agent.command import cli
from tests.agent.github.conftest import BUILT_IN, REQUEST, draft, handle, publish, started
from tests.agent.github.server import FULL_NAME, GitHubServer, Json
from tests.agent.github.test_client import tree
from tests.agent.messages_api import MessagesApi
from tests.conftest import PROJECTS


def ending(server: GitHubServer, event: Json, settings: Settings = BUILT_IN) -> tuple[int, str, str]:
    """The exit code, what the status says, and its phase."""
    code = handle(server, event, settings)
    said = server.statuses()[-1]
    state = status.read(said)
    assert state
    return code, said.partition("\n")[2], state.phase


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("/migrate help", "| `/migrate REQUEST` |"),
        ("/migrate", "| `/migrate REQUEST` |"),
        ("/migrate explain", "| `/migrate REQUEST` |"),
        ("/migrate explain rls/initplan", "### `rls/initplan`"),
        ("/migrate explain columns", "### `columns/id`"),
        ("/migrate explain rls/initplam", "Did you mean rls/initplan?"),
        ("/migrate revise make it longer", "This is an issue"),
        (f"/migrate {'x' * 20_001}", "longer than 20,000 characters"),
    ],
)
def test_what_needs_neither_model_nor_database(github: GitHubServer, tmp_path: Path, body: str, told: str) -> None:
    event = github.say(body)
    folder = tmp_path / "artefact"
    assert draft(github, event, folder)
    assert not folder.exists()
    assert publish(github, event, folder) == 0
    (said,) = github.statuses()
    assert told in said
    assert not github.pulls


def test_nothing_to_do(github: GitHubServer) -> None:
    event = github.say("/migrate make badge names unique")
    code, said, phase = ending(github, event)
    assert (code, phase) == (0, "done")
    assert "✅ Nothing to do: the schema has it already." in said
    assert ending(github, event)[2] == "done"  # once more: the same comment
    assert len(github.statuses()) == 1


def test_a_history_that_does_not_replay(tmp_path: Path) -> None:
    wrong = {"supabase/migrations/20260101000000_wrong.sql": "select 1;\nalter table public.nothing add x integer;\n"}
    with started(tmp_path, tree(tmp_path / "in", wrong)) as server:
        code, said, phase = ending(server, server.say(f"/migrate {REQUEST}"))
    assert (code, phase) == (1, "failed")
    assert "20260101000000_wrong.sql, line 2: relation" in said


def test_no_project(tmp_path: Path) -> None:
    with started(tmp_path, tree(tmp_path / "in", {"app.js": "x"})) as server:
        assert "no supabase/ folder" in ending(server, server.say(f"/migrate {REQUEST}"))[1]


def test_no_model_and_once_more(
    github: GitHubServer, drafted: tuple[Json, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    event, folder = drafted
    github.say(event["comment"]["body"])
    with MessagesApi([{"status": 401}]) as api:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.url)
        settings = Settings(model="claude-haiku-5-5", run_url="https://github.example/run/1")
        code, said, _ = ending(github, event, settings)
    assert code == 1
    assert "❌ The model's configuration does not fit. Run the job again, or" in said
    assert "[The job's log](https://github.example/run/1)" in said
    assert publish(github, event, folder) == 0
    assert len(github.pulls) == len(github.statuses()) == 1


def test_a_draft_that_does_not_pass_again_is_not_published(
    github: GitHubServer, drafted: tuple[Json, Path], tmp_path: Path
) -> None:
    """With digests that fit: what the publisher itself finds is what counts."""
    event, made = drafted
    github.say(event["comment"]["body"])
    folder = shutil.copytree(made, tmp_path / "artefact")
    manifest = json.loads((folder / "manifest.json").read_text())
    file = next(file for file in manifest["files"] if file["path"].endswith(".sql"))
    path = folder / "files" / file["path"]
    for old, new, told in (
        ("if not exists difficulty", "difficulty", "the checklist is not met: idempotent/error:"),
        ("comment on", "drop table public.emotion_logs;\ncomment on", "the checklist is not met:"),
        ("is '", "is 'Other: ", "DATABASE_SCHEMA.md is not what the migrations give"),
    ):
        good = path.read_bytes()
        data = good.replace(old.encode(), new.encode(), 1)
        assert data != good
        path.write_bytes(data)
        file |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        assert publish(github, event, folder) == 1
        (said,) = github.statuses()
        assert told in said.replace("\\_", "_")
        assert github.repository.branches() == {"main"}
        path.write_bytes(good)


def test_a_project_in_a_folder_and_an_old_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(PROJECTS / "inner_odyssey", tmp_path / "in" / "apps" / "api")
    tree(tmp_path / "in" / "web", {"supabase/config.toml": ""})
    with started(tmp_path, tmp_path / "in") as server:
        event = server.say(f"/migrate {REQUEST}")
        assert "name one with --project" in ending(server, event)[1]
        assert handle(server, event, Settings(model="builtin", where="apps/api", tests=True)) == 0
        (pull,) = server.pulls.values()
        changed = server.repository.line("diff", "--name-only", "main", pull["head_ref"]).split()
    assert [[*path.split("/", 3)[:3], path.rpartition(".")[2]] for path in changed] == [
        ["apps", "api", "docs", "md"],
        ["apps", "api", "supabase", "sql"],
        ["apps", "api", "supabase", "sql"],
    ]


def test_explained_as_it_is_now(with_pull: GitHubServer) -> None:
    github = with_pull
    ((number, pull),) = github.pulls.items()
    command = github.say("/migrate explain", "otto", number)
    code, said, _ = ending(github, command)
    assert code == 0
    assert "### ✅ Pass: `supabase/migrations/" in said
    assert "This pull request is mine" in ending(github, github.say("/migrate add a table", "otto", number))[1]
    assert github.repository.branches() == {"main", pull["head_ref"]}
    pull["state"] = "closed"
    assert "no open pull request of mine" in ending(github, github.say("/migrate revise it", "otto", number))[1]


class TestCommand:
    @pytest.fixture(autouse=True)
    def job(self, github: GitHubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        event = github.say(f"/migrate {REQUEST}")
        (tmp_path / "event.json").write_text(json.dumps(event))
        for name, value in {
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_EVENT_NAME": "issue_comment",
            "GITHUB_REPOSITORY": FULL_NAME,
            "GITHUB_API_URL": github.url,
            "GITHUB_OUTPUT": str(tmp_path / "output"),
        }.items():
            monkeypatch.setenv(name, value)

    def test_one_job(self, github: GitHubServer, tmp_path: Path) -> None:
        (tmp_path / "event.json").write_text(json.dumps(github.say("/migrate write me a poem")))
        done = cli("github", "--model", "builtin", GITHUB_TOKEN="writes")
        assert done.exit_code == 1, done.output
        assert "The drafter does not do this request." in github.statuses()[0]

    def test_three_jobs(self, github: GitHubServer, tmp_path: Path) -> None:
        """The one that drafts asks for nothing but what can be read; those that write have no use for a model."""
        folder = str(tmp_path / "artefact")
        with MessagesApi([{"status": 500}]) as api:
            writing = {"GITHUB_TOKEN": "writes", "ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": "a key"}
            assert cli("github", "acknowledge", **writing).exit_code == 0
            (said,) = github.statuses()
            assert "Drafting and checking" in said
            before = len(github.requests)
            drafted = cli("github", "draft", "--artefact", folder, "--model", "builtin", GITHUB_TOKEN="reads")
            assert drafted.exit_code == 0, drafted.output
            assert {method for method, _ in github.requests[before:]} == {"GET"}
            assert (tmp_path / "output").read_text() == "handled=true\nhandled=true\n"
            made = {path.name for path in (tmp_path / "artefact").iterdir()}
            assert made == {"manifest.json", "files", "report.json", "run.jsonl"}
            assert cli("github", "publish", "--artefact", folder, **writing).exit_code == 0
            assert api.requests == []
        assert len(github.pulls) == len(github.statuses()) == 1
        writes = len(github.writes)
        again = cli("github", "draft", "--artefact", f"{folder}-again", "--model", "builtin", GITHUB_TOKEN="reads")
        assert (again.exit_code, (tmp_path / "artefact-again").exists()) == (0, False)
        assert cli("github", "publish", "--artefact", folder, **writing).exit_code == 0
        assert len(github.writes) == writes

    def test_a_drafting_job_that_left_nothing(self, github: GitHubServer, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        for folder in ("none", "empty"):
            done = cli("github", "publish", "--artefact", str(tmp_path / folder), GITHUB_TOKEN="writes")
            assert done.exit_code == 1
        (said,) = github.statuses()
        assert "The drafting job ended without a result." in said

    def test_another_event(self, github: GitHubServer) -> None:
        assert cli("github", GITHUB_TOKEN="writes", GITHUB_EVENT_NAME="push").exit_code == 0
        assert not github.requests

    @pytest.mark.parametrize(
        ("text", "told"),
        [("{}", "no issue_comment event: action"), ("[", "no issue_comment event"), ("{" * 10**6, "no issue_comment")],
    )
    def test_no_event(self, tmp_path: Path, text: str, told: str) -> None:
        (tmp_path / "event.json").write_text(text)
        done = cli("github", GITHUB_TOKEN="writes")
        assert (done.exit_code, told in done.output) == (2, True)

    def test_no_token(self, github: GitHubServer) -> None:
        done = cli("github", GITHUB_TOKEN="")
        assert (done.exit_code, "GITHUB_TOKEN is not set" in done.output) == (2, True)
        assert cli("github", GITHUB_TOKEN="wrong").exit_code == 1
