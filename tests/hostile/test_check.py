"""Broken and hostile files: a finding or one sentence, the documented exit code, and the next verdict is right."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.agent.command import cli
from tools.migration import Migration
from tools.project import Project
from tools.report import Report
from tools.workbench import Workbench

AGENT = Path(sys.executable).with_name("migration-agent")
NAME = "20271122081500_hostile.sql"
HEAD = "-- Migration: Hostile\n-- Created: 2027-11-22\n-- Purpose: to see what happens\n\n"
DEADLY = "select pg_terminate_backend(pid), pg_cancel_backend(pid) from pg_stat_activity;"
FINE = "alter table public.first add column if not exists note text;"


def hostile(sql: str) -> Migration:
    return Migration(NAME, f"{HEAD}{sql}\n-- Rollback\n-- select 1;\n")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, quick to replay."""
    root = tmp_path_factory.mktemp("a project")
    (root / "supabase" / "migrations").mkdir(parents=True)
    (root / "supabase" / "migrations" / "20260101000000_first.sql").write_text(
        HEAD + "create table if not exists public.first (id uuid primary key, n integer);\n"
        "-- Rollback\n-- drop table if exists public.first;\n"
    )
    return root


@pytest.fixture(scope="module")
def opened(project: Path) -> Iterator[tuple[Workbench, list[object]]]:
    """One server for all of them, and what a harmless file is told there."""
    with Workbench.open(Project.find(project)) as bench:
        yield bench, told(bench.judge([hostile(FINE)]))


@pytest.fixture
def bench(opened: tuple[Workbench, list[object]]) -> Iterator[Workbench]:
    """Afterwards the harmless file is told the same again."""
    bench, expected = opened
    yield bench
    assert told(bench.judge([hostile(FINE)])) == expected


def told(report: Report) -> list[object]:
    return [(check.id, check.status, [(f.rule, f.object) for f in check.findings]) for check in report.checks]


def in_one_second(bench: Workbench) -> Workbench:
    config = bench.project.config
    hurried = config.model_copy(update={"postgres": config.postgres.model_copy(update={"seconds": 1})})
    return replace(bench, project=replace(bench.project, config=hurried))


@pytest.mark.parametrize(
    ("sql", "rule", "words"),
    [
        ("create tabl t (id int);", "applies/error", 'syntax error at or near "tabl"'),
        ("select 'open", "applies/error", "unterminated quoted string"),
        ("do $$ begin loop end loop; end $$;", "applies/error", "still running after 1 s"),
        (
            "do $$ begin loop begin perform pg_sleep(9); exception when query_canceled then end; end loop; end $$;",
            "applies/error",
            "still running after 1 s",
        ),
        ("select count(*) from generate_series(1, 1e12);", "applies/error", "still running after 1 s"),
        ("drop database postgres;", "applies/error", "drop"),
        ("drop database template1;", "applies/error", ""),
        ("copy public.first from program 'id';", "applies/error", "permission denied"),
        ("copy public.first to '/tmp/leak';", "applies/error", "permission denied"),
        ("select pg_read_file('/etc/passwd');", "applies/error", "permission denied"),
        ("alter system set fsync = on;", "applies/error", "permission denied"),
        ("set session authorization supabase_admin;", "applies/error", "permission denied"),
        ("alter role postgres superuser;", "applies/error", "permission denied"),
        ("create extension dblink;", "applies/error", ""),
        ("select pg_terminate_backend(pg_backend_pid());", "applies/error", ""),
        (DEADLY, "applies/error", ""),
        ("drop table public.first; commit; select 1;", "file/escape", ""),
        ("create table x (id int);\nrollback;", "file/escape", ""),
        ("\\! id\nselect 1;", "file/escape", ""),
        ("select repeat('x', 540000000) || repeat('y', 540000000);", "applies/error", ""),
        (
            "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r;",
            "applies/error",
            "",
        ),
    ],
)
def test_ends_in_a_finding(bench: Workbench, sql: str, rule: str, words: str) -> None:
    report = in_one_second(bench).judge([hostile(sql)])
    assert report.verdict == "fail"
    found = [finding for finding in report.findings() if finding.rule == rule]
    assert found, report.findings()
    assert any(words in finding.message for finding in found)


def test_the_command_says_so(project: Path, tmp_path: Path) -> None:
    """All of them in one process: what one of them does to the server is not the next one's."""
    files = {"broken": "create tabl t (id int);", "deadly": DEADLY, "escape": "drop table public.first; commit;"}
    for name, sql in (files | {"fine": FINE}).items():
        (tmp_path / f"{name}.sql").write_text(hostile(sql).text)
    command = [AGENT, "check", "--json", "--project", project, *(tmp_path / f"{name}.sql" for name in [*files, "fine"])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    *bad, fine = ({c["id"]: c["status"] for c in report["checks"]} for report in json.loads(done.stdout))
    assert [(checks["file"], checks["applies"]) for checks in bad] == [
        ("fail", "fail"),
        ("fail", "fail"),
        ("fail", "pass"),
    ]
    assert fine["applies"] == "pass"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"-- x\n" * 10_000_000, "limit is 8 MB"),
        (b"\x00\x01\x02\xff\xfe", "not UTF-8"),
        (b"select 1;\x00", "NUL byte"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
    ],
)
def test_ends_in_a_sentence(project: Path, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / NAME).write_bytes(content)
    done = cli("check", str(tmp_path / NAME), project=project)
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "name", ["../../../../../../etc/passwd", "/etc/passwd", "../20260101000000_first.sql", "nothing.sql", "", "."]
)
def test_names_are_not_followed_out_of_the_project(project: Path, name: str) -> None:
    done = cli("check", name, project=project)
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_thousands_of_statements(bench: Workbench) -> None:
    assert bench.judge([hostile("select 1;\n" * 3_000)]).verdict == "pass"


def test_empty_files(project: Path, tmp_path: Path) -> None:
    names = []
    for number, content in enumerate((b"", b"\n\n", b"-- nothing\n", b"\xef\xbb\xbf")):
        names.append(str(tmp_path / f"2027112208150{number}_hostile.sql"))
        Path(names[-1]).write_bytes(content)
    done = cli("check", "--json", "--quiet", *names, project=project)
    assert done.exit_code in (0, 1)
    assert [report["migration"] for report in json.loads(done.stdout)] == names
