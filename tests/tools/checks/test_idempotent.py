import pytest

from tests.tools.checks.judged import draft, findings, rules
from tools.workbench import Workbench


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("insert into public.badges (name, description) values ('A b', 'c') on conflict do nothing;", []),
        ("insert into public.badges (name, description) values ('A b', 'c');", ["idempotent/error"]),
        ("insert into public.audit_log (table_name, record_id, action) "
         "values ('x', gen_random_uuid(), 'INSERT');", ["idempotent/changed"]),
        ("update public.lessons set points = points + 1;", ["idempotent/changed"]),
        ("update public.lessons set points = 7;", []),
        ("delete from public.user_progress where score < 10;", []),
        ("alter table public.badges rename column tier to level;", ["idempotent/error"]),
        ("alter table public.badges add check (tier <> '');", ["idempotent/changed"]),
        ("create index on public.badges (tier);", ["idempotent/changed"]),
        ("do $$ begin execute format('comment on table public.badges is %L', "
         "coalesce(obj_description('public.badges'::regclass), '') || '!'); end $$;", ["idempotent/changed"]),
        ("create extension if not exists pg_cron; select cron.unschedule(jobid) from cron.job where jobname = 'a';"
         "select cron.schedule('a', '0 3 * * *', 'select 1');", []),  # the same job under another number
        ("create extension if not exists pg_cron; select cron.schedule('0 3 * * *', 'select 1');",
         ["idempotent/changed"]),
        ("grant select on public.badges to service_role; revoke all on public.badges from anon;", []),
    ],
)  # fmt: skip
def test_second_run(bench: Workbench, sql: str, expected: list[str]) -> None:
    assert rules(bench, "idempotent", sql) == expected


def test_all_bare_statements_are_named(bench: Workbench) -> None:
    text = """create table public.a (id int);
drop policy if exists "p" on public.a;
create policy "p" on public.a using (true);
create index idx_a_id on public.a (id);
create policy "q" on public.a using (true);
create or replace function public.f() returns int return 1;
"""
    found = next(f for f in findings(bench, "idempotent", text) if f.rule == "idempotent/error")
    assert (found.line, found.fix) == (1, "create table if not exists public.a (id int);")
    assert found.hint.endswith("lines 4, 5.")


def test_what_changed_is_named(bench: Workbench) -> None:
    found = [
        f
        for f in findings(bench, "idempotent", "select 1;\nupdate public.lessons set points = points + 1;")
        if "changed" in f.rule
    ]
    assert [(f.object, f.line) for f in found] == [("public.lessons", 2)]
    assert "28 rows, with other values" in found[0].message
    found = [f for f in findings(bench, "idempotent", "create index on public.badges (tier);") if "changed" in f.rule]
    assert [(f.object, f.line) for f in found] == [("public.badges/badges_tier_idx1", 1)]


TIPS = "create table public.tips (id uuid primary key default gen_random_uuid(), uses int not null default 0);"


def test_filled_tables(bench: Workbench) -> None:
    """A table that has no rows here gets some: an update that goes on and on is seen on those."""
    with bench.after(draft(TIPS)) as later:
        assert later
        for sql, count in (("uses = uses + 1", 1), ("uses = least(uses, 100) where uses > 100", 0)):
            report = later.judge([draft(f"update public.tips set {sql};", 1)])
            (check,) = [check for check in report.checks if check.id == "idempotent"]
            assert [(f.rule, f.object) for f in check.findings] == [("idempotent/changed", "public.tips")] * count
            assert " -> " in "".join(f.message for f in check.findings) or not count
            assert "on public.tips, filled with rows" in check.evidence
