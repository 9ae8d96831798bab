"""Why a history stops: which object, made where, and what to do."""

from pathlib import Path

import pytest

from tools.diagnosis import diagnose
from tools.project import Project
from tools.run import Failure

USERS = "create table if not exists public.users (id uuid primary key);"
TEAMS = "-- create table teams (id int);\ncreate table public.teams (owner uuid references public.users (id));"


def project(root: Path, *texts: str, **files: str) -> Project:
    """Migrations of the first days of 2026, in order; other files under supabase/ by name."""
    folder = root / "supabase" / "migrations"
    folder.mkdir(parents=True)
    for day, text in enumerate(texts, start=1):
        (folder / f"202601{day:02}000000_part.sql").write_text(text)
    for name, text in files.items():
        (root / "supabase" / f"{name}.sql").write_text(text)
    if "baseline" in files:
        (root / "migration-agent.toml").write_text('[history]\nbaseline = "supabase/baseline.sql"\n')
    return Project.find(root)


def part(day: int) -> str:
    return f"supabase/migrations/202601{day:02}000000_part.sql"


def error(sqlstate: str, message: str, line: int = 2) -> Failure:
    return Failure(sqlstate, message, line=line)


NO_USERS = error("42P01", 'relation "public.users" does not exist')


@pytest.mark.parametrize(
    ("texts", "stopped", "failure", "kind", "made"),
    [
        ([TEAMS, USERS], 1, NO_USERS, "later", "20260102000000_part.sql:1"),
        ([TEAMS, f"do $$ begin {USERS} end $$;"], 1, NO_USERS, "later", "20260102000000_part.sql:1"),
        ([TEAMS, "create view public.u as select 1; alter view public.u rename to users;"], 1, NO_USERS, "later",
         "20260102000000_part.sql:1"),
        ([TEAMS], 1, NO_USERS, "missing", ""),
        ([TEAMS, f"-- {USERS}"], 1, NO_USERS, "missing", ""),
        ([USERS, "drop table users;", TEAMS], 3, NO_USERS, "other", "20260101000000_part.sql:1"),
        (["\nalter type mood rename to old;\ncreate type mood as enum ();"], 1,
         error("42704", 'type "mood" does not exist'), "missing", ""),
        ([USERS, "\ncreate table public.users ();"], 2, error("42P07", 'relation "users" already exists'), "twice",
         "20260101000000_part.sql:1"),
        (["\ncreate trigger t on auth.users"], 1, error("42501", "permission denied for schema auth"), "managed", ""),
        (["\nselect auth.uuid();"], 1, error("42883", "function auth.uuid() does not exist"), "managed", ""),
        (["\nselect 1"], 1, error("42501", "permission denied for function pg_read_file"), "other", ""),
        (["\nx"], 1, error("23503", 'insert on table "t" violates foreign key constraint "f"'), "rows", ""),
        (["\nx"], 1, error("42601", 'syntax error at or near "x"'), "syntax", ""),
        (["\nx"], 1, error("0A000", 'extension "postgis" is not available'), "extension", ""),
        (["\nx"], 1, error("0A000", "cannot alter type of a column used by a view"), "other", ""),
        (["\nx"], 1, error("23505", "20260101_a.sql has the same version"), "version", ""),
    ],
)  # fmt: skip
def test_kinds(tmp_path: Path, texts: list[str], stopped: int, failure: Failure, kind: str, made: str) -> None:
    found = diagnose(project(tmp_path, *texts), part(stopped), failure)
    assert (found.kind, found.made) == (kind, made)
    assert found.do


def test_an_extension_that_nobody_enables_is_named(tmp_path: Path) -> None:
    found = diagnose(project(tmp_path, "\nselect 1;"), part(1), error("42P01", 'relation "cron.job" does not exist'))
    assert found.kind == "managed"
    assert "create extension if not exists pg_cron" in found.do


def test_all_that_no_file_makes_is_told(tmp_path: Path) -> None:
    more = "with w as (select 1) select * from w, auth.users, pg_class, public.a, b; drop table if exists gone;"
    found = diagnose(project(tmp_path, TEAMS, more), part(1), NO_USERS)
    assert found.never_made == ("public.users", "public.a", "b")
    assert found.says.startswith("No file of the project makes public.users, nor public.a, b: made elsewhere")
    assert 'start = "20260102000001"' in found.do


def test_a_baseline_counts_as_a_file(tmp_path: Path) -> None:
    based = project(tmp_path, "create table public.users ();", baseline=USERS)
    twice = diagnose(based, part(1), error("42P07", 'relation "users" already exists', 1))
    assert (twice.kind, twice.made) == ("twice", "baseline.sql:1")
    assert "start" in twice.do
    own = diagnose(based, "supabase/baseline.sql", error("42601", "syntax error", 1))
    assert own.says.startswith("baseline.sql runs before the first migration")
