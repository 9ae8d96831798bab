"""Broken and hostile files: a finding or one sentence, the documented exit code, and the next check is right."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

AGENT = Path(sys.executable).with_name("migration-agent")
NAME = "20271122081500_hostile.sql"
HEAD = "-- Migration: Hostile\n-- Created: 2027-11-22\n-- Purpose: to see what happens\n\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, quick to replay, whose runs may take three seconds."""
    root = tmp_path_factory.mktemp("a project")
    (root / "supabase" / "migrations").mkdir(parents=True)
    (root / "migration-agent.toml").write_text("[postgres]\nseconds = 3\n")
    (root / "supabase" / "migrations" / "20260101000000_first.sql").write_text(
        HEAD + "create table if not exists public.first (id uuid primary key, n integer);\n"
        "-- Rollback\n-- drop table if exists public.first;\n"
    )
    return root


def check(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [AGENT, "check", "--project", project, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def put(project: Path, content: bytes) -> str:
    (project / "supabase" / "migrations" / NAME).write_bytes(content)
    return NAME


@pytest.fixture(autouse=True)
def _the_next_check_is_right(project: Path) -> object:
    yield
    (project / "supabase" / "migrations" / NAME).unlink(missing_ok=True)
    done = check(project, "--json", "20260101000000_first.sql")
    applies = next(c for c in json.loads(done.stdout)["checks"] if c["id"] == "applies")
    assert applies["status"] == "pass"


@pytest.mark.parametrize(
    ("sql", "rule", "words"),
    [
        ("create tabl t (id int);", "applies/error", 'syntax error at or near "tabl"'),
        ("select 'open", "applies/error", "unterminated quoted string"),
        ("do $$ begin loop end loop; end $$;", "applies/error", "still running after 3 s"),
        (
            "do $$ begin loop begin perform pg_sleep(9); exception when query_canceled then end; end loop; end $$;",
            "applies/error",
            "still running after 3 s",
        ),
        ("select count(*) from generate_series(1, 1e12);", "applies/error", "still running after 3 s"),
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
        ("select pg_terminate_backend(pid), pg_cancel_backend(pid) from pg_stat_activity;", "applies/error", ""),
        ("drop table public.first; commit; select 1;", "file/escape", ""),
        ("create table x (id int);\nrollback;", "file/escape", ""),
        ("\\! id\nselect 1;", "file/escape", ""),
        ("select repeat('x', 1000000000) || repeat('y', 1000000000);", "applies/error", ""),
        (
            "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r;",
            "applies/error",
            "",
        ),
    ],
)
def test_ends_in_a_finding(project: Path, sql: str, rule: str, words: str) -> None:
    done = check(project, "--json", put(project, (HEAD + sql + "\n-- Rollback\n-- select 1;\n").encode()))
    assert done.returncode == 1, done.stderr
    found = [f for c in json.loads(done.stdout)["checks"] for f in c["findings"] if f["rule"] == rule]
    assert found, done.stdout
    assert any(words in f["message"] for f in found)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"-- x\n" * 10_000_000, "limit is 8 MB"),
        (b"\x00\x01\x02\xff\xfe", "not UTF-8"),
        (b"select 1;\x00", "NUL byte"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
    ],
)
def test_ends_in_a_sentence(project: Path, content: bytes, words: str) -> None:
    done = check(project, put(project, content))
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "name", ["../../../../../../etc/passwd", "/etc/passwd", "../20260101000000_first.sql", "nothing.sql", "", "."]
)
def test_names_are_not_followed_out_of_the_project(project: Path, name: str) -> None:
    done = check(project, name)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_ten_thousand_statements(project: Path) -> None:
    text = HEAD + "select 1;\n" * 10_000 + "-- Rollback\n-- select 1;\n"
    done = check(project, "--json", put(project, text.encode()))
    assert done.returncode == 0, done.stderr


def test_empty_files(project: Path) -> None:
    for content in (b"", b"\n\n", b"-- nothing\n", b"\xef\xbb\xbf"):
        done = check(project, "--json", put(project, content))
        assert done.returncode in (0, 1)
        assert json.loads(done.stdout)["migration"].endswith(NAME)
