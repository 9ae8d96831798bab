"""Questions, runs that are taken up again, files that are revised: at the command line, against a scripted endpoint."""

import json
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from agent.runs import load
from tests.agent.command import check_draft, cli, files, start
from tests.agent.messages_api import Json, MessagesApi, say, use
from tests.agent.scripted import BAD, GOOD
from tests.conftest import PROJECTS

ASK = use(
    "ask", {"question": "Which lessons shall have a difficulty?", "options": ["all", "new ones"], "reason": "ambiguous"}
)
EASIER = use("edit_draft", {"edits": [{"field": "tables", "old": "'hard')", "new": "'hard', 'expert')"}]})


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def run(sample: Path, *answers: Json, args: tuple[str, ...]) -> Any:
    """The command's result, and the requests that the endpoint got."""
    with MessagesApi([*answers]) as api:
        result = cli(*args, project=sample, ANTHROPIC_BASE_URL=api.url, NO_PROXY="127.0.0.1")
        return result, api.requests


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sample = shutil.copytree(PROJECTS / "inner_odyssey", tmp_path_factory.mktemp("drafted") / "my project")
    run(sample, check_draft(GOOD), args=("new", "how hard?"))
    return sample


@pytest.fixture
def drafted(written: Path, tmp_path: Path) -> Path:
    """A copy of the sample in which a run has written a draft."""
    return Path(shutil.copytree(written, tmp_path / "my project"))


def log(sample: Path) -> Path:
    return max((sample / ".migration-agent" / "runs").glob("*.jsonl"))


def made(sample: Path) -> list[Path]:
    return sorted((sample / "supabase" / "migrations").glob("*_add_lesson_difficulty.sql"))


class TestQuestions:
    def test_a_question_waits_and_its_answer_goes_on(self, sample: Path) -> None:
        before = files(sample)
        asked, _ = run(sample, ASK, args=("new", "how hard is a lesson?"))
        assert asked.exit_code == 1
        assert "Which lessons shall have a difficulty?" in asked.stderr
        assert f'migration-agent resume {log(sample).stem} "YOUR ANSWER"' in asked.stderr
        assert files(sample) == before
        answered, requests = run(sample, check_draft(GOOD), args=("resume", "last", "all of them"))
        assert answered.exit_code == 0
        assert len(requests) == 1
        [result] = requests[0]["messages"][-1]["content"]
        assert result["type"] == "tool_result"
        assert "The person answers:\n<request>\nall of them\n</request>" in result["content"]
        assert len(made(sample)) == 1

    def test_leave_to_destroy_is_given_by_the_answer(self, sample: Path) -> None:
        drop = GOOD | {
            "name": "drop_lesson_video",
            "tables": "alter table public.badges drop column if exists icon_url;",
            "comments": "",
            "rollback": "alter table public.badges add column if not exists icon_url text check (icon_url ~ '^https://');\n"
            "comment on column public.badges.icon_url is 'Picture of the badge, https only';\n"
            "-- Irreversible: the values of public.badges.icon_url are gone",
            "allow": [{"rule": "safe-change/destructive", "object": "public.badges.icon_url", "reason": "as agreed"}],
        }
        question = {"question": "Shall I drop public.badges.icon_url and its values?", "reason": "destroys"}
        asking = use("ask", question)
        refused, _ = run(sample, check_draft(drop), asking, args=("new", "tidy up the badges"))
        assert refused.exit_code == 1
        no, _ = run(sample, check_draft(drop), say("Then not."), args=("resume", "last", "no, keep it"))
        assert no.exit_code == 1
        asked, _ = run(sample, asking, args=("new", "tidy up the badges"))
        yes, _ = run(sample, check_draft(drop), args=("resume", "last", "yes"))
        assert (asked.exit_code, yes.exit_code) == (1, 0)


class TestNothingToDo:
    def test_what_is_there_is_shown(self, sample: Path) -> None:
        before = files(sample)
        there = use("nothing_to_do", {"reason": "Badges have a picture.", "evidence": ["public.badges.icon_url"]})
        result, _ = run(sample, there, args=("new", "badges need a picture"))
        assert result.exit_code == 0
        assert "Nothing to do: Badges have a picture." in result.stderr
        assert "column public.badges.icon_url text" in result.stderr
        assert files(sample) == before

    def test_what_is_not_there_is_not_believed(self, sample: Path) -> None:
        there = use("nothing_to_do", {"reason": "It has one already.", "evidence": ["public.lessons.difficulty"]})
        result, requests = run(sample, there, check_draft(GOOD), args=("new", "how hard is a lesson?"))
        assert result.exit_code == 0
        assert "there is no public.lessons.difficulty" in requests[1]["messages"][-1]["content"][0]["content"]

    def test_a_draft_that_changes_nothing_is_not_written(self, sample: Path) -> None:
        idle = GOOD | {
            "tables": "alter table public.badges add column if not exists icon_url text;",
            "comments": "",
            "rollback": "select 1;",
        }
        result, requests = run(sample, check_draft(idle), say("Hm."), args=("new", "badges need a picture"))
        assert result.exit_code == 1
        assert "it changes nothing" in requests[1]["messages"][-1]["content"][0]["content"]

    def test_the_built_in_drafter_says_so(self, sample: Path) -> None:
        result = cli("new", "index lessons by subject", project=sample)
        assert result.exit_code == 0
        assert "Nothing to do: the index idx_lessons_subject on public.lessons is there already." in result.stderr


class TestResume:
    def test_an_answer_that_was_paid_for_is_not_asked_for_again(self, sample: Path) -> None:
        with MessagesApi([check_draft(BAD), {"hang": 30}]) as api:
            running = start("new", "how hard?", "--project", str(sample), ANTHROPIC_BASE_URL=api.url)
            assert running.stderr
            while len(api.requests) < 2:
                assert running.poll() is None
                time.sleep(0.02)
            running.send_signal(signal.SIGKILL)
            running.communicate(timeout=20)
            first = api.requests[-1]
        result, requests = run(sample, EASIER_FROM_BAD, args=("resume", "last"))
        assert (result.exit_code, len(requests)) == (0, 1)
        assert requests[0]["messages"] == first["messages"]
        assert (requests[0]["system"], requests[0]["tools"]) == (first["system"], first["tools"])
        assert "2 drafts" in result.stdout

    def test_a_tool_that_was_asked_for_is_run(self, sample: Path) -> None:
        run(sample, check_draft(BAD), {"status": 401}, args=("new", "how hard?"))
        path = log(sample)
        lines = path.read_text().splitlines(keepends=True)
        turn = next(n for n, line in enumerate(lines) if json.loads(line)["event"] == "turn")
        path.write_text("".join(lines[: turn + 1]) + '{"event": "mess')  # killed before the draft was judged
        result, requests = run(sample, check_draft(GOOD), args=("resume", path.stem[:15]))
        assert (result.exit_code, len(requests)) == (0, 1)
        assert "Draft 1: FAIL" in requests[0]["messages"][-1]["content"][0]["content"]
        assert load(path).outcome == "ready"

    def test_a_run_that_was_killed_before_it_asked(self, drafted: Path) -> None:
        [written] = made(drafted)
        written.unlink()
        path = log(drafted)
        path.write_text(path.read_text().splitlines(keepends=True)[0])
        result, requests = run(drafted, check_draft(GOOD), args=("resume", "last"))
        assert (result.exit_code, len(requests)) == (0, 1)
        assert "<request>\nhow hard?\n</request>" in requests[0]["messages"][0]["content"]

    def test_a_seed_that_is_another_by_now(self, sample: Path) -> None:
        seed = sample / "supabase" / "seed.sql"
        row = "insert into public.badges (name, description) values ('Owl', 'Reads at night');\n"
        seed.write_text(seed.read_text() + row)
        given = {"files": [BAD], "seed": [{"old": "'Reads at night'", "new": "'Night reader'"}]}
        run(sample, use("check_draft", given), {"status": 401}, args=("new", "how hard?"))
        seed.write_text(seed.read_text().replace(row, ""))
        result, requests = run(sample, check_draft(GOOD), args=("resume", "last"))
        assert (result.exit_code, len(requests)) == (0, 1)

    def test_a_draft_that_passed_is_written_without_asking(self, drafted: Path) -> None:
        [written] = made(drafted)
        written.unlink()
        path = log(drafted)
        kept = [line for line in path.read_text().splitlines(keepends=True) if '"event": "written"' not in line]
        path.write_text("".join(kept))
        result, requests = run(drafted, say("?"), args=("resume", "last"))
        assert (result.exit_code, requests) == (0, [])
        assert len(made(drafted)) == 1

    def test_what_was_written_is_changed_in_the_same_conversation(self, drafted: Path) -> None:
        [before] = made(drafted)
        result, requests = run(drafted, EASIER, args=("resume", "last", "experts need one too"))
        assert result.exit_code == 0
        assert made(drafted) == [before]
        assert "'expert'" in before.read_text()
        assert "<request>\nexperts need one too\n</request>" in requests[0]["messages"][-1]["content"]
        assert cli("docs", "--check", project=drafted).exit_code == 0
        assert [event["draft"] for event in load(log(drafted)).of("written")] == [1, 2]

    def test_a_file_that_somebody_changed_is_left_alone(self, drafted: Path) -> None:
        [file] = made(drafted)
        file.write_text(file.read_text() + "-- mine\n")
        result, requests = run(drafted, EASIER, args=("resume", "last", "experts need one too"))
        assert (result.exit_code, requests) == (2, [])
        assert f"was changed since; use: migration-agent revise {file.name}" in result.stderr

    @pytest.mark.parametrize(("wanted", "said"), [("2", "no runs yet"), ("last", "no runs yet")])
    def test_no_run(self, sample: Path, wanted: str, said: str) -> None:
        result = cli("resume", wanted, project=sample)
        assert (result.exit_code, said in result.stderr) == (2, True)

    def test_a_run_that_is_done(self, drafted: Path) -> None:
        done = cli("resume", "last", project=drafted)
        assert (done.exit_code, "is done. Say what shall be different" in done.stderr) == (2, True)
        other = cli("resume", "2099", project=drafted)
        assert (other.exit_code, f"Did you mean {log(drafted).stem}?" in other.stderr) == (2, True)


class TestRevise:
    def test_a_file_is_changed_in_its_place(self, drafted: Path) -> None:
        [file] = made(drafted)
        result, requests = run(drafted, EASIER, args=("revise", file.name, "experts need one too"))
        assert result.exit_code == 0
        first = requests[0]["messages"][0]["content"]
        assert f"<file>\n{file.name}\n\n-- Migration: Add lesson difficulty" in first
        assert "difficulty" not in first.split("<file>")[0].split("<schema>")[1]
        assert made(drafted) == [file]
        assert "'expert'" in file.read_text()

    def test_only_the_newest(self, sample: Path) -> None:
        result = cli("revise", "create_lessons", "x", project=sample)
        assert (result.exit_code, "only the newest migration can be revised" in result.stderr) == (2, True)

    def test_the_built_in_drafter_does_not(self, drafted: Path) -> None:
        result = cli("revise", made(drafted)[0].name, "add expert", project=drafted)
        assert (result.exit_code, "does not change a draft" in result.stderr) == (3, True)


EASIER_FROM_BAD = use(
    "edit_draft",
    {
        "edits": [
            {"field": "tables", "old": "add column difficulty", "new": "add column if not exists difficulty"},
            {"field": "comments", "new": GOOD["comments"]},
            {"field": "rollback", "old": "dificulty", "new": "difficulty"},
        ]
    },
)
