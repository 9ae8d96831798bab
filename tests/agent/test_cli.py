"""The commands as a person runs them, on a copy of the sample project."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import Result

from agent.cli_output import explain
from tests.agent.command import ROOT, check_draft, cli, files, start
from tests.agent.messages_api import Json, MessagesApi, say, use
from tests.agent.scripted import BAD, GOOD
from tools import checks
from tools.project import Project

NEWEST = "supabase/migrations/20261005101500_detail_child_audit.sql"
BROKEN = "create table public.quests (id uuid primary key);\n"


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("COLUMNS", "160")


class TestCheck:
    def test_the_newest_migration_by_default(self, sample: Path) -> None:
        result = cli("check", project=sample)
        assert result.exit_code == 0
        assert result.stdout.splitlines()[-1].startswith(f"✓ pass {NEWEST}: no findings (Postgres ")
        assert "Runs twice safely" in result.stdout
        assert f"checking {Path(NEWEST).name}" in result.stderr

    def test_a_file_that_fails_as_json(self, sample: Path) -> None:
        (sample / "draft.sql").write_text(BROKEN)
        result = cli("check", str(sample / "draft.sql"), "--json", "--quiet", project=sample)
        report = json.loads(result.stdout)
        assert (result.exit_code, report["verdict"], report["migration"]) == (1, "fail", str(sample / "draft.sql"))
        assert result.stderr == ""
        rules = {finding["rule"] for check in report["checks"] for finding in check["findings"]}
        assert {"file/name", "rls/disabled", "idempotent/error"} <= rules

    def test_text_points_at_the_line(self, sample: Path) -> None:
        result = cli("check", "-", "--name", "20270101000000_add_quests.sql", project=sample, given=BROKEN)
        assert result.exit_code == 1
        assert "error[rls/disabled]: " in result.stdout
        assert " --> 20270101000000_add_quests.sql:1:1\n" in result.stdout
        assert "1 | create table public.quests (id uuid primary key);\n  | ^^^^" in result.stdout

    def test_several_files_are_a_list_and_a_summary(self, sample: Path) -> None:
        given = ["20261005101500", "create_children"]
        reports = json.loads(cli("check", *given, "--json", project=sample).stdout)
        assert [Path(report["migration"]).name[15:] for report in reports] == [
            "create_children.sql",
            "detail_child_audit.sql",
        ]
        text = cli("check", *given, "-", project=sample, given=BROKEN)
        assert text.exit_code == 1
        assert text.stdout.splitlines()[-1].startswith("3 files: 2 pass, 1 fail (Postgres ")

    def test_markdown(self, sample: Path) -> None:
        result = cli("check", "--format", "markdown", project=sample)
        assert result.stdout.startswith(f"### ✅ Pass: `{NEWEST}`\n")


@pytest.mark.parametrize(
    ("args", "given", "said"),
    [
        (["check", "nope.sql"], "", "No migration 'nope.sql'"),
        (["check", "--all", NEWEST], "", "not both"),
        (["check", "--name", "x.sql"], "", "stdin"),
        (["check", "-"], b"\xff\xfe\x00", "stdin is not UTF-8 text"),
        (["check", "-"], b"select 1;\x00", "NUL byte"),
        (["check", "-"], b"-" * (9 * 1024 * 1024), "stdin is too large"),
        (["check", "--nope"], "", "No such option"),
        (["new", "  "], "", "The request is empty"),
        (["new", "-"], "", "The request is empty"),
        (["new", "x", "--max-cost", "0"], "", "--max-cost"),
        (["new", "x", "--max-drafts", "0"], "", "--max-drafts"),
        (["psql", "nope.sql"], "", "No migration"),
    ],
)
def test_bad_usage_is_one_sentence(sample: Path, args: list[str], given: str | bytes, said: str) -> None:
    before = files(sample)
    result = cli(*args, project=sample, given=given)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert files(sample) == before


def test_a_folder_that_is_no_project(tmp_path: Path) -> None:
    result = cli("check", project=tmp_path)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: No supabase/ folder")


def test_a_project_without_migrations(tmp_path: Path) -> None:
    (tmp_path / "supabase").mkdir()
    result = cli("check", project=tmp_path)
    assert (result.exit_code, result.stderr) == (2, "error: supabase/migrations holds no migration yet.\n")
    assert cli("replay", project=tmp_path).stdout.startswith("0 migrations replay on Postgres ")


class TestReplay:
    def test_the_whole_history(self, sample: Path) -> None:
        result = cli("replay", project=sample)
        assert result.exit_code == 0
        assert result.stdout.startswith("14 migrations and the seed replay on Postgres ")

    def test_where_and_why_it_stops(self, sample: Path) -> None:
        (sample / "supabase" / "migrations" / "20270101000000_odd.sql").write_text("select 1;\nselect nope();\n")
        result = cli("replay", project=sample)
        assert result.exit_code == 4
        assert "error[applies/history]: " in result.stderr
        assert " --> supabase/migrations/20270101000000_odd.sql:2:8\n" in result.stderr
        assert "2 | select nope()\n  |        ^^^^\n" in result.stderr
        replayed = json.loads(cli("replay", "--json", project=sample).stdout)
        assert (replayed["replayed"], replayed["total"], replayed["seed"]) == (14, 15, "not reached")
        assert replayed["stopped"]["sqlstate"] == "42883"
        assert cli("docs", project=sample).exit_code == 4
        assert cli("check", "create_children", project=sample).exit_code == 0

    def test_a_seed_that_does_not_fit(self, sample: Path) -> None:
        (sample / "supabase" / "seed.sql").write_text("insert into public.nope values (1);\n")
        result = cli("replay", project=sample)
        assert result.exit_code == 4
        assert 'seed.sql:1: relation "public.nope" does not exist' in result.stderr


def test_docs(sample: Path) -> None:
    path = sample / "docs" / "DATABASE_SCHEMA.md"
    path.unlink(missing_ok=True)
    assert cli("docs", "--check", project=sample).exit_code == 1
    assert cli("docs", project=sample).stdout == "Wrote docs/DATABASE_SCHEMA.md.\n"
    assert cli("docs", "--check", project=sample).stdout == "docs/DATABASE_SCHEMA.md is in step.\n"
    path.write_bytes(b"\xef\xbb\xbfMine.\r\n" + path.read_bytes().replace(b"### public.children\n", b"### x\n"))
    stale = cli("docs", "--check", "--json", project=sample)
    assert stale.exit_code == 1
    assert json.loads(stale.stdout)["tables"] == ["public.children"]
    cli("docs", project=sample)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfMine.\r\n# Database schema")
    path.write_bytes(b"\xff")
    assert "is not UTF-8 text" in cli("docs", project=sample).stderr


def new(sample: Path, *answers: Json, args: tuple[str, ...] = ()) -> Result:
    with MessagesApi(list(answers)) as api:
        return cli("new", "how hard is a lesson?", *args, project=sample, ANTHROPIC_BASE_URL=api.url)


class TestNew:
    def test_a_draft_that_is_repaired_is_written(self, sample: Path) -> None:
        before = files(sample)
        result = new(sample, check_draft(BAD), check_draft(GOOD), say("Adds a difficulty."))
        assert result.exit_code == 0
        [made] = (sample / "supabase" / "migrations").glob("*_add_lesson_difficulty.sql")
        assert files(sample) - before == {str(made.relative_to(sample)), "docs/DATABASE_SCHEMA.md"} - before
        assert made.name > Path(NEWEST).name
        assert " errors, 1 warning (comments/column, idempotent/error, " in result.stderr
        assert "draft 2: nothing left to repair (mended comments/column, " in result.stderr
        assert made.read_text() in result.stdout
        assert f"Wrote {made.relative_to(sample)}\nWrote docs/DATABASE_SCHEMA.md\n2 drafts, " in result.stdout
        assert cli("docs", "--check", project=sample).exit_code == 0
        again = json.loads(cli("check", str(made), "--json", project=sample).stdout)
        assert (again["verdict"], [c["findings"] for c in again["checks"] if c["findings"]]) == ("pass", [])

    def test_one_change_in_two_files(self, sample: Path) -> None:
        index = GOOD | {
            "name": "index_lesson_difficulty",
            "tables": "",
            "comments": "",
            "indexes": "create index concurrently if not exists idx_lessons_difficulty on public.lessons (difficulty);",
            "rollback": "drop index concurrently if exists public.idx_lessons_difficulty;",
        }
        result = new(sample, check_draft(GOOD, index), say("In two steps."), args=("--json", "--quiet"))
        report = json.loads(result.stdout)
        made = [report["migration"], *(part["migration"] for part in report["parts"])]
        assert [name[35:] for name in made] == ["add_lesson_difficulty.sql", "index_lesson_difficulty.sql"]
        versions = [m.version for m in Project.find(sample).migrations[-2:]]
        assert [name[20:34] for name in made] == versions
        assert int(versions[1]) > int(versions[0])
        assert "idx_lessons_difficulty" in (sample / "docs" / "DATABASE_SCHEMA.md").read_text()

    @pytest.mark.parametrize(
        ("answers", "code", "said"),
        [
            ([check_draft(BAD), say("That will do.")], 1, "That will do."),
            ([say("You should add a column.")], 1, "You should add a column."),
            ([use("check_draft", "{nope")], 1, "was not a JSON object"),
            ([say("No.", stop_reason="refusal")], 3, "error: No."),
            ([{"status": 401, "message": "invalid x-api-key"}], 3, "ANTHROPIC_API_KEY"),
        ],
    )
    def test_what_does_not_pass_is_not_written(self, sample: Path, answers: list[Json], code: int, said: str) -> None:
        before = files(sample)
        result = new(sample, *answers)
        assert result.exit_code == code
        assert said in result.stderr
        assert "Nothing was written to supabase/." in result.stderr
        assert files(sample) == before
        assert list((sample / ".migration-agent" / "runs").glob("*.jsonl"))

    def test_the_best_draft_is_shown_and_kept(self, sample: Path) -> None:
        report = json.loads(new(sample, check_draft(BAD), say("Enough."), args=("--json",)).stdout)
        assert report["verdict"] == "fail"
        assert (sample / report["migration"]).read_text().startswith("-- Migration: Add lesson difficulty")

    def test_the_built_in_drafter_where_there_is_no_key(self, sample: Path) -> None:
        result = cli("new", "add a difficulty to lessons: easy, medium or hard, default medium", project=sample)
        assert result.exit_code == 0
        assert "the built-in drafter" in result.stderr
        unknown = cli("new", "make me a sandwich", project=sample)
        assert unknown.exit_code == 3
        assert "ANTHROPIC_API_KEY" in unknown.stderr


def test_rules() -> None:
    listed = cli("rules").stdout
    assert all(rule in listed for rule in checks.rules())
    told = cli("rules", "rls/disabled").stdout
    assert told.startswith("rls/disabled\n")
    assert "alter table public.quests enable row level security;" in told
    assert json.loads(cli("rules", "columns/id", "--json").stdout)[0]["severity"] == "warning"
    told = cli("rules", "consent/destroys").stdout
    assert "for the person to decide" in told
    assert len(json.loads(cli("rules", "consent", "--json").stdout)) == 8
    unknown = cli("rules", "rls/disabeld")
    assert (unknown.exit_code, unknown.stderr) == (
        2,
        "error: No rule is called 'rls/disabeld'. Did you mean rls/disabled?\n",
    )


def test_the_prompt_without_psql(sample: Path) -> None:
    (sample / "more.sql").write_text("create table public.quests as select 42 as answer;")
    given = "select answer\nfrom public.quests;\nselect nope;\nselect 'still here';\n\\q\n"
    result = cli("psql", str(sample / "more.sql"), project=sample, given=given, PATH="")
    assert result.exit_code == 0
    assert "42" in result.stdout
    assert "still here" in result.stdout
    assert 'column "nope" does not exist' in result.stderr
    (sample / "more.sql").write_text("select 1;\nselect nope;")
    refused = cli("psql", str(sample / "more.sql"), project=sample, PATH="")
    assert refused.exit_code == 1
    assert " --> more.sql:2:8\n" in refused.stdout


def test_what_nobody_foresaw_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIGRATION_AGENT_DEBUG")
    assert explain(RuntimeError("odd\nthing")) == 70
    assert capsys.readouterr().err.startswith("internal error: RuntimeError: odd thing\n")
    assert explain(OSError(28, "No space left on device", "/x")) == 2
    assert capsys.readouterr().err == "error: No space left on device (/x)\n"


def test_version_and_quick_help() -> None:
    heavy = "{'anthropic', 'psycopg', 'pydantic', 'sqlglot', 'postgast', 'rich'} & set(sys.modules)"
    code = f"import sys, agent.cli; assert not {heavy}"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
    assert start("--version").communicate()[0] == "0.1.0\n"


def test_an_interrupt_keeps_the_run(sample: Path) -> None:
    with MessagesApi([{"hang": 30}]) as api:
        running = start("new", "anything", "--project", str(sample), ANTHROPIC_BASE_URL=api.url)
        assert running.stderr
        for line in running.stderr:
            if "is drafting" in line:
                break
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert running.returncode == 130
    assert said.splitlines()[-1].startswith("Stopped. Go on with: migration-agent resume 20")


def test_a_reader_that_leaves_early(sample: Path) -> None:
    running = start("rules")
    assert running.stdout
    running.stdout.close()
    assert running.stderr
    assert running.stderr.read() == ""
    assert running.wait(timeout=20) in (0, 1)
