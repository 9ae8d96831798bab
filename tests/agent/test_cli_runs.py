"""`runs` and `runs show` as a person types them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.runs import FOLDER
from tests.agent.messages_api import MessagesApi, say, use
from tests.agent.scripted import BAD, GOOD
from tests.agent.transcript.logs import DRAFTED, END, START, WRITTEN, keep


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "supabase" / "migrations").mkdir(parents=True)
    return tmp_path


def runs(project: Path, *args: str) -> Result:
    result = CliRunner().invoke(app, ["runs", *args, "--project", str(project)], env={"COLUMNS": "100"})
    assert "Traceback" not in result.output
    return result


def named(path: Path, run_id: str) -> Path:
    return path.rename(path.with_name(f"{run_id}.jsonl"))


def test_no_runs_yet(project: Path) -> None:
    listed = runs(project)
    assert (listed.exit_code, listed.stdout) == (0, "")
    assert listed.stderr == 'No run is kept in this project yet; migration-agent new "..." makes one.\n'
    assert runs(project, "--json").stdout == "[]\n"
    shown = runs(project, "show", "last")
    assert (shown.exit_code, "no runs yet" in shown.stderr) == (2, True)


def test_the_newest_comes_first(project: Path) -> None:
    named(keep(project, *DRAFTED), "20261121-100000-aaaa")
    named(keep(project, *DRAFTED, END, WRITTEN), "20261122-100000-bbbb")
    (project / FOLDER / "20261123-100000-cccc.jsonl").write_text("no run\n")
    listed = runs(project)
    first, figures, second, *_ = listed.stdout.splitlines()
    assert first == "20261122-100000-bbbb  ✓ written      add a difficulty"
    assert figures.endswith(" · claude-haiku-5-5 · 2 drafts · 8,400 tokens · $0.5000")
    assert second == "20261121-100000-aaaa  … interrupted  add a difficulty"
    assert "Left out: " in listed.stderr
    newest, _ = json.loads(runs(project, "--json").stdout)
    figures = {"outcome": "written", "drafts": 2, "tokens": 8_400, "cached_tokens": 6_000, "cost": 0.5}
    assert newest.items() >= ({"id": "20261122-100000-bbbb"} | figures).items()


def test_a_run_goes_by_its_name_the_beginning_of_it_or_last(project: Path) -> None:
    named(keep(project, *DRAFTED), "20261121-100000-aaaa")
    named(keep(project, START), "20261122-100000-bbbb")
    for name, found in (("20261121", 3), ("20261121-100000-aaaa", 3), ("last", 1)):
        assert len(json.loads(runs(project, "show", name, "--json").stdout)) == (len(DRAFTED) if found == 3 else 1)
    unknown = runs(project, "show", "20261121-100000-aaab")
    assert (unknown.exit_code, "20261121-100000-aaaa?" in unknown.stderr) == (2, True)
    several = runs(project, "show", "202611")
    assert (several.exit_code, "202611" in several.stderr) == (2, True)
    before = CliRunner().invoke(app, ["runs", "--project", str(project), "show", "last"])
    assert (before.exit_code, "add a difficulty" in before.stdout) == (0, True)


def test_a_torn_last_line_is_left_out(project: Path) -> None:
    path = keep(project, *DRAFTED, END)
    path.write_bytes(path.read_bytes()[:-20])
    shown = runs(project, "show", "last")
    assert (shown.exit_code, shown.stdout[:13]) == (0, "… interrupted")


def test_a_page_is_written_where_it_is_asked_for(project: Path) -> None:
    keep(project, *DRAFTED, END, WRITTEN)
    written = runs(project, "show", "last", "--html", str(project / "run.html"))
    assert (written.exit_code, written.stdout, written.stderr) == (0, "", "Wrote run.html\n")
    page = (project / "run.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert runs(project, "show", "last", "--html", "-").stdout == page
    refused = runs(project, "show", "last", "--html", str(project / "no" / "run.html"))
    assert (refused.exit_code, "error: No such file or directory" in refused.stderr) == (2, True)


def test_what_the_loop_writes_can_be_shown(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    drafts = [use("check_draft", {"files": [draft]}) for draft in (BAD, GOOD)]
    with MessagesApi([use("find", {"query": "difficulty"}), *drafts, say("Adds a difficulty.")]) as api:
        new = ["new", "how hard is a lesson?", "--project", str(sample), "--quiet"]
        made = CliRunner().invoke(app, new, env={"ANTHROPIC_BASE_URL": api.url})
    assert made.exit_code == 0
    shown = runs(sample, "show", "last")
    assert shown.exit_code == 0
    for words in ("✓ written", "how hard is a lesson?", "find difficulty", "✗ draft 1", "✓ draft 2", "+ "):
        assert words in shown.stdout
    [made_file] = (sample / "supabase" / "migrations").glob("*_add_lesson_difficulty.sql")
    assert f"Wrote supabase/migrations/{made_file.name}" in shown.stdout
    assert f"The migration <code>{made_file.name}</code>" in runs(sample, "show", "last", "--html", "-").stdout
