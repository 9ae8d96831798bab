import re
from pathlib import Path

import pytest

from tests.tools.checks.judged import everything, findings, result
from tools.checks._guards import guarded
from tools.migration import Migration
from tools.project import Project
from tools.sql import Script
from tools.workbench import Workbench


@pytest.mark.parametrize(
    ("sql", "sqlstate", "hint"),
    [
        ("select * from public.lesson;", "42P01", "public.lessons"),
        ("select titel from public.lessons;", "42703", "title"),
        ("create table public.t (id uuid default uuid_generate_v4x());", "42883", "uuid_generate_v4"),
        (
            "do $$ begin execute 'set local search_path = ''''; select uuid_generate_v4()'; end $$;",
            "42883",
            "extensions.",
        ),
        ("create table public.t (mood public.emotion_typ);", "42704", "public.emotion_type"),
        ("create table public.lessons (id uuid);", "42P07", "Guard it"),
        ("alter table auth.users add column nickname text;", "42501", "schema of yours"),
        ("alter table public.children add column school text not null;", "23502", "default"),
        ("alter table public.lessons add constraint c check (points > 10);", "23514", "NOT VALID"),
        ("create unique index i on public.lessons (subject);", "23505", "Merge"),
        ("alter table public.skills alter description type integer using description::integer;", "22P02", "USING"),
        ("do $$ begin raise exception 'stop'; end $$;", "P0001", "itself"),
        ("set statement_timeout = '50ms'; select pg_sleep(5);", "57014", "endless loop"),
        ("drop function public.update_updated_at_column();", "2BP01", "CASCADE"),
        ("create index i on public.lessons (now());", "42P17", "immutable"),
        ("creat table t ();", "42601", "syntax"),
        ("alter type public.emotion_type add value 'bored'; select 'bored'::public.emotion_type;", "55P04", "own"),
    ],
)
def test_errors(bench: Workbench, sql: str, sqlstate: str, hint: str) -> None:
    found = findings(bench, "applies", "-- Purpose: a test\n" + sql)
    assert [f.rule for f in found] == ["applies/error"]
    assert f"(SQLSTATE {sqlstate})" in found[0].message
    assert hint in found[0].hint
    assert found[0].line == 2


@pytest.mark.parametrize(
    "sql",
    [
        "alter table public.lessons add constraint c check (points > 0);",
        "alter table public.lessons add check (points > 0);",
        "alter table public.lessons add constraint c check (points > 0) not valid;"
        "alter table public.lessons validate constraint c;",
        "do $$ begin execute 'alter table public.lessons add constraint c check (points > 0)'; end $$;",
    ],
)
def test_rows_that_break_a_new_condition_are_named(bench: Workbench, sql: str) -> None:
    (found,) = findings(bench, "applies", sql)
    assert "1 row of public.lessons breaks it: points = '0', id = 'c0000000-0000-4000-8000-000000000027'." in found.hint


def test_many_rows_are_counted(bench: Workbench) -> None:
    (found,) = findings(bench, "applies", "alter table public.emotion_logs add constraint c check (child_id is null);")
    assert re.search(
        r"7 rows of public.emotion_logs break it: child_id = '[^']+', id = '[^']+'; .*; and 4 more\.", found.hint
    )


def test_rows_of_the_migration_itself_are_not_known(bench: Workbench) -> None:
    add = "alter table public.lessons add column x integer not null default 3;"
    (found,) = findings(bench, "applies", add + "alter table public.lessons add constraint c check (x > 5);")
    assert "it: " not in found.hint
    assert "Correct them first" in found.hint


def test_place_and_fix(bench: Workbench) -> None:
    found = findings(bench, "applies", "select 1;\n\nselect 1,\n  nothing\nfrom public.lessons;")
    assert (found[0].line, found[0].column, found[0].object) == (4, 3, "public.lessons")
    found = findings(bench, "applies", "create index idx_lessons_subject on public.lessons (subject);")
    assert found[0].fix == "create index if not exists idx_lessons_subject on public.lessons (subject);"


def test_leaving_the_transaction_is_said_once(bench: Workbench) -> None:
    text = "select 1;\n\\i other.sql\n"
    assert {f.rule for f in everything(bench, text)} & {"applies/error", "file/escape"} == {"file/escape"}


def test_seed(sample: Path) -> None:
    """What `supabase db reset` would do: the seed after the migration."""
    add = "alter table public.badges add column if not exists motto text;\n"
    require = "update public.badges set motto = 'Well done' where motto is null;\n"
    require += "alter table public.badges alter column motto set not null;"
    with Workbench.open(Project.find(sample)) as bench:
        found = bench.judge([Migration("29990101000000_x.sql", add + require)]).findings()
        seeded = [f for f in found if f.rule.startswith("applies/")]
    assert [f.rule for f in seeded] == ["applies/seed"]
    assert "SQLSTATE 23502" in seeded[0].message
    assert "default" in seeded[0].hint


@pytest.mark.parametrize("seed", ["insert into public.nowhere default values;", None])
def test_without_seed(sample: Path, seed: str | None) -> None:
    path = sample / "supabase" / "seed.sql"
    path.unlink() if seed is None else path.write_text(seed)
    with Workbench.open(Project.find(sample)) as bench:
        report = bench.judge([Migration("29990101000000_x.sql", "select 1;")])
    evidence = next(check.evidence for check in report.checks if check.id == "applies")
    assert ("has no seed" if seed is None else "does not run") in evidence


@pytest.mark.parametrize(
    ("bare", "safe"),
    [
        ("create table a (x int)", "create table if not exists a (x int);"),
        ("create unlogged table if not exists b ()", None),
        ("create unique index concurrently i on a (x)", "create unique index concurrently if not exists i on a (x);"),
        ("create index on a (x)", None),
        ("create materialized view v as select 1", "create materialized view if not exists v as select 1;"),
        ("create view v as select 1", "create or replace view v as select 1;"),
        ("alter type mood add value 'x'", "alter type mood add value if not exists 'x';"),
        ("create function f() returns int return 1", "create or replace function f() returns int return 1;"),
        (
            "alter table a add x int, add column y int default 0 check (y > 0)",
            "alter table a add column if not exists x int, add column if not exists y int default 0 check (y > 0);",
        ),
        ("alter table a drop column x, drop y", "alter table a drop column if exists x, drop column if exists y;"),
        ("alter table a drop constraint c", "alter table a drop constraint if exists c;"),
        ("drop index concurrently i", "drop index concurrently if exists i;"),
        ("drop policy p on a", "drop policy if exists p on a;"),
        (
            'create policy "a b" on public.a using (true)',
            'drop policy if exists "a b" on public.a;\ncreate policy "a b" on public.a using (true);',
        ),
        ("insert into a values (1) returning x", "insert into a values (1)\non conflict do nothing returning x;"),
        ("insert into a select 1 where not exists (select from a)", None),
        ("select 1", None),
    ],
)
def test_guarded(bare: str, safe: str | None) -> None:
    assert guarded(Script(bare).statements[0]) == safe


@pytest.mark.parametrize(
    "bare",
    [
        "create type public.mood as enum ('a')",
        "create domain public.points as integer check (value > 0)",
        "alter table public.skills add constraint c check (name <> '')",
        "alter table public.badges rename column icon_url to picture_url",
        "create publication p for table public.skills",
        "alter publication supabase_realtime add table public.skills",
        "create trigger t before update on public.skills execute function public.update_updated_at_column()",
        "create extension pg_trgm with schema extensions",
        "create sequence public.s",
    ],
)
def test_guarded_runs_twice(bench: Workbench, bare: str) -> None:
    """Bare it fails in the second run, and the fix that the finding gives does not."""
    failed = findings(bench, "idempotent", f"{bare};")
    assert len(failed) == 1
    assert failed[0].fix
    assert result(bench, "idempotent", failed[0].fix).status == "pass"


@pytest.mark.parametrize(
    ("sql", "missing"),
    [
        ("create table if not exists public.lessons (id uuid, mood text, title text);", "without mood"),
        ("create table public.t (a int); create table if not exists public.t (a int, b int);", "without b"),
        ("create view public.t as select 1; create table if not exists public.t (a int);", "something else"),
        ("create table if not exists public.lessons (id uuid, title text);", ""),
        ("create table if not exists public.t (a int, b int);", ""),
        ("create table public.t (a int); drop table public.t; create table if not exists public.t (b int);", ""),
        (
            "create table public.t (a int); create table if not exists public.t (b int);"
            "alter table public.t add b int;",
            "",
        ),
        (
            "create table public.t (a int, b int); create table if not exists public.t (b int);"
            "alter table public.t rename b to c;",
            "",
        ),
    ],
)
def test_a_table_that_is_passed_over(bench: Workbench, sql: str, missing: str) -> None:
    found = findings(bench, "applies", sql)
    assert [f.rule for f in found] == ["applies/error"] * bool(missing)
    assert all(missing in f.message for f in found)
