"""The pgTAP file beside the project's own tests: when it is written, and when it is not."""

import shutil
from pathlib import Path

import pytest

from agent.draft import Draft
from agent.tools import render
from tests.agent.command import cli
from tests.agent.scripted import GOOD
from tests.conftest import PROJECTS
from tools.migration import AppQuery

QUESTS = PROJECTS.parent / "cases" / "quests" / "golden.sql"
REQUEST = "add a difficulty to lessons: easy, medium or hard, default medium"


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)


def test_check_writes_them_where_asked_and_again(sample: Path) -> None:
    shutil.copy(QUESTS, sample / "supabase" / "migrations" / "20261122081500_add_quests.sql")
    file = sample / "supabase" / "tests" / "add_quests.test.sql"
    assert cli("check", project=sample).exit_code == 0
    assert not file.exists()
    assert cli("check", "--tests", project=sample).stderr.endswith("Wrote supabase/tests/add_quests.test.sql\n")
    text = file.read_text()
    file.write_text(text.splitlines()[0])
    cli("check", "--tests", project=sample)
    assert len(file.read_text().splitlines()) == len(text.splitlines())
    file.write_text("-- by hand\n")
    assert "not by this tool" in cli("check", "--tests", project=sample).stderr
    assert file.read_text() == "-- by hand\n"


def test_one_that_fails_has_none(sample: Path) -> None:
    (sample / "draft.sql").write_text("create table public.quests (id uuid primary key);")
    result = cli("check", "--tests", str(sample / "draft.sql"), project=sample)
    assert result.exit_code == 1
    assert "they would keep what is wrong" in result.stderr
    assert not (sample / "supabase" / "tests").exists()


def test_one_at_a_time(sample: Path) -> None:
    result = cli("check", "--tests", "--all", project=sample)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "one migration at a time" in result.stderr


def test_new_writes_them_where_asked_or_always(sample: Path) -> None:
    def made() -> list[str]:
        return [path.name for path in (sample / "supabase" / "tests").glob("*")]

    assert cli("new", REQUEST, "--tests", project=sample).exit_code == 0
    (file,) = made()
    shutil.rmtree(sample / "supabase" / "tests")
    shutil.copy(sample / "migration-agent.toml", sample / "kept.toml")
    with (sample / "migration-agent.toml").open("a") as config:
        config.write("\n[tests]\npgtap = true\n")
    assert cli("new", REQUEST.replace("difficulty", "pace"), project=sample).exit_code == 0
    assert made() == [file.replace("difficulty", "pace")]


def test_the_last_file_carries_the_queries_of_all() -> None:
    one, other = GOOD | {"queries": [{"sql": "select 1"}]}, GOOD | {"queries": [{"sql": "select 2", "role": "anon"}]}
    first, last = render(Draft.model_validate({"files": [one, other]}), "2026-11-22", "20261122000000")
    assert first.queries == ()
    assert last.queries == (AppQuery("select 1"), AppQuery("select 2", "anon"))
