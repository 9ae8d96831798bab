"""Judging on a project: the report, chains, walks, seeds, waivers, and that nothing of one verdict reaches the next."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.history import HistoryError
from tools.migration import Migration
from tools.project import Project
from tools.report import Finding, Report
from tools.workbench import Workbench

HEAD = "-- Migration: Try\n-- Created: 2027-01-01\n-- Purpose: to be tried\n\n"
FIRST = (
    HEAD
    + """create table if not exists public.notes (
  id uuid primary key default gen_random_uuid(),
  text text,
  created_at timestamptz not null default now()
);
alter table public.notes enable row level security;
-- Rollback
-- drop table if exists public.notes;
"""
)

Make = Callable[..., Project]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A project of the given migrations, by version, with a seed if one is given."""

    def project(seed: str | None = None, config: str = "", **files: str) -> Project:
        folder = tmp_path / "supabase" / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        for version, text in files.items():
            (folder / f"{version.lstrip('v')}_part.sql").write_text(text)
        if seed is not None:
            (tmp_path / "supabase" / "seed.sql").write_text(seed)
        (tmp_path / "migration-agent.toml").write_text(config)
        return Project.find(tmp_path)

    return project


def trial(sql: str, rollback: str = "select 1;", name: str = "20270101000000_try.sql") -> Migration:
    return Migration(name, f"{HEAD}{sql}\n-- Rollback\n-- {rollback}\n")


def found(report: Report, rule: str) -> list[Finding]:
    return [f for check in report.checks for f in check.findings if f.rule == rule]


def status(report: Report, check: str) -> str:
    return next(c.status for c in report.checks if c.id == check)


def test_a_seed_is_loaded_and_loaded_again_on_top(make: Make) -> None:
    project = make(v20260101000000=FIRST, seed="insert into public.notes (text) values ('a'), (null);")
    with Workbench.open(project) as bench:
        assert bench.seeded
        report = bench.judge([trial("alter table public.notes alter column text set not null;")])
        (error,) = found(report, "applies/error")
        assert "contains null values" in error.message
        report = bench.judge(
            [
                trial(
                    "update public.notes set text = '' where text is null;"
                    "alter table public.notes alter text set not null;"
                )
            ]
        )
        (seed,) = found(report, "applies/seed")
        assert "seed" in seed.message
        assert report.verdict == "fail"
        stricter = trial("update public.notes set text = '';\nalter table public.notes alter text set not null;")
        looser = trial("alter table public.notes alter text drop not null;", name="20270102000000_looser.sql")
        assert found(bench.judge([stricter], later=[looser]), "applies/seed") == []


def test_what_runs_aside_has_the_same_rows_and_waits_for_nothing(make: Make) -> None:
    project = make(v20260101000000=FIRST, seed="insert into public.notes (text) values ('a');")
    change = trial("create table public.tags (id uuid primary key); insert into public.notes (text) values ('b');")
    with Workbench.open(project) as bench:
        for transaction in (True, False):
            with bench.session() as here, bench.session_aside(transaction=transaction) as there:
                for session in (here, there):
                    assert session.run(change.script).ok
                    assert session.conn.execute("select count(*) from public.notes").fetchone() == (2,)
        with bench.session() as here, bench.session_aside() as there:
            assert here.run("create role shared").ok
            waited = there.run("create role shared").failure
            assert waited
            assert waited.sqlstate == "55P03"
        with bench.after(change) as after:
            assert after
            with after.session_aside() as there:
                assert there.conn.execute("select count(*) from public.notes, public.tags").fetchone() == (0,)
                assert there.conn.execute("select count(*) from public.notes").fetchone() == (2,)


def test_constraints_are_deferred_in_every_run(make: Make) -> None:
    circle = """insert into public.pairs values (1, 2), (2, 1) on conflict do nothing;"""
    table = """create table if not exists public.pairs (
  id int primary key, other int references public.pairs (id) deferrable initially deferred);
"""
    project = make(v20260101000000=f"{FIRST}{table}", seed=circle.replace("1", "3").replace("2", "4"))
    with Workbench.open(project) as bench:
        assert bench.seeded
        report = bench.judge([trial(circle, "delete from public.pairs where id < 3;")])
        assert not [
            f for check in ("applies", "idempotent", "reversible") for f in report.findings() if check in f.rule
        ]
        lone = trial("insert into public.pairs values (5, 6);")
        assert [f.message for f in found(bench.judge([lone]), "applies/error")] != []


def test_a_seed_that_does_not_fit_is_said(make: Make) -> None:
    project = make(v20260101000000=FIRST, seed="insert into public.missing values (1);")
    with Workbench.open(project) as bench:
        assert not bench.seeded
        assert "missing" in bench.seed_problem
        report = bench.judge([trial("comment on table public.notes is 'n';", "comment on table public.notes is null;")])
        assert status(report, "applies") == "pass"


def test_a_history_that_stops_says_where(make: Make) -> None:
    project = make(v20260101000000=FIRST, v20260102000000="\nselect * from public.nowhere;")
    with pytest.raises(HistoryError) as caught, Workbench.open(project):
        pass
    assert caught.value.path == "supabase/migrations/20260102000000_part.sql"
    assert "20260102000000_part.sql, line 2 (1 of 2 files applied)" in str(caught.value)
    with Workbench.open(project, before="20260102000000") as bench:
        assert status(bench.judge([trial("select 1;")]), "applies") == "pass"


def test_parts_are_judged_on_top_of_each_other(make: Make) -> None:
    with Workbench.open(make(v20260101000000=FIRST)) as bench:
        parts = [
            trial("create table if not exists public.a (id uuid primary key);", "drop table if exists public.a;"),
            trial(
                "alter table public.a add column if not exists b text;",
                "alter table public.a drop column b;",
                "20270101000001_next.sql",
            ),
        ]
        report = bench.judge(parts)
        assert [status(r, "applies") for r in (report, *report.parts)] == ["pass", "pass"]
        assert [f.object for f in report.parts[0].facts.added if f.attribute == "type"] == ["public.a.b"]
        broken = bench.judge([trial("select nothing;"), parts[1]])
        assert broken.verdict == "fail"
        assert broken.parts == []
        assert not bench.catalog.get("table", "public.a")


def test_a_walk_judges_each_file_in_its_place(make: Make) -> None:
    second = FIRST.replace("public.notes", "public.others")
    project = make(v20260101000000=FIRST, v20260102000000=second, v20260103000000=FIRST)
    walked = list(Workbench.walk(project, {"20260102000000", "20260103000000"}))
    assert [migration.version for migration, _ in walked] == ["20260102000000", "20260103000000"]
    added = [{f.object for f in report.facts.added if f.kind == "table"} for _, report in walked]
    assert added == [{"public.others"}, set()]


def test_nothing_of_one_verdict_reaches_the_next(make: Make) -> None:
    clone = "create index concurrently if not exists idx_notes_text on public.notes (text);\n"
    poison = "alter role authenticator set statement_timeout = '1ms';"
    with Workbench.open(make(v20260101000000=FIRST)) as bench:
        before = bench.roles()
        for prefix in ("", clone):
            bench.judge([trial(prefix + poison + "drop table public.notes; set search_path = nowhere;")])
            assert bench.roles() == before
            clean = bench.judge(
                [trial("comment on table public.notes is 'x';", "comment on table public.notes is null;")]
            )
            assert status(clean, "applies") == "pass"
            assert status(clean, "reversible") == "pass"


def test_waivers(make: Make) -> None:
    sql = "create table if not exists public.a (id uuid primary key default gen_random_uuid(), score integer);"
    with Workbench.open(make(v20260101000000=FIRST)) as bench:
        plain = bench.judge([trial(sql, "drop table public.a;")])
        assert found(plain, "constraints/range")
        assert found(plain, "rls/disabled")
        for line, waived in [
            ("-- allow: constraints/range on public.a.score: may be anything", True),
            ("-- allow: constraints/range on a.score: may be anything", True),
            ("-- allow: constraints/range: may be anything", True),
            ("-- allow: constraints/range on public.b: elsewhere", False),
            ("-- allow: constraints/range on public.a.score:", False),
        ]:
            report = bench.judge([trial(f"{line}\n{sql}", "drop table public.a;")])
            assert [f.waived is not None for f in found(report, "constraints/range")] == [waived], line
            assert waived or report.notes
        report = bench.judge([trial(f"-- allow: rls/disabled on public.a: no\n{sql}", "drop table public.a;")])
        assert [f.waived for f in found(report, "rls/disabled")] == [None]
        assert any("rls/disabled cannot be waived" in note for note in report.notes)
        report = bench.judge([trial(f"-- allow: rls/disable on public.a: no\n{sql}", "drop table public.a;")])
        assert any("did you mean rls/disabled" in note for note in report.notes)


def test_a_trigger_that_never_ends_is_a_finding_not_a_hang(make: Make) -> None:
    sql = """create table if not exists public.a (
  id uuid primary key default gen_random_uuid(), updated_at timestamptz not null default now());
create or replace function public.spin() returns trigger language plpgsql set search_path = '' as $$
begin loop begin perform pg_sleep(60); exception when query_canceled then null; end; end loop; end $$;
create or replace trigger spin before update on public.a for each row execute function public.spin();"""
    with Workbench.open(make(v20260101000000=FIRST, config="[postgres]\nseconds = 1\n")) as bench:
        report = bench.judge([trial(sql, "drop table public.a; drop function public.spin();")])
        assert report.verdict == "fail"
        assert ["did not come back" in f.message for f in found(report, "applies/error")] == [True]
        assert status(bench.judge([trial("select 1;")]), "applies") == "pass"


def test_keys_are_stable_and_json_is_whole(make: Make) -> None:
    with Workbench.open(make(v20260101000000=FIRST)) as bench:
        first, second = (
            bench.judge([trial("create table public.a (id int);", "drop table public.a;")]) for _ in range(2)
        )
    assert [f.key for f in first.findings()] == [f.key for f in second.findings()]
    assert len({f.key for f in first.findings()}) == len(first.findings())
    again = Report.model_validate_json(first.model_dump_json())
    assert again.findings() == first.findings()
    assert set(first.model_dump()) >= {"verdict", "migration", "postgres", "seconds", "checks", "facts", "access"}
