import pytest

from tests.tools.checks.judged import draft, findings, result, rules
from tools.workbench import Workbench

COLUMN = "alter table public.badges add column if not exists motto text;\n"


def undone(text: str, *rollback: str) -> str:
    return text + "\n-- To reverse this migration, run:\n" + "\n".join(f"-- {line}" for line in rollback)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (undone(COLUMN, "alter table public.badges drop column if exists motto;"), []),
        (COLUMN, ["reversible/missing"]),
        (undone(COLUMN), ["reversible/missing"]),
        (undone(COLUMN, "Drop the column again."), ["reversible/missing"]),
        (undone(COLUMN, "Irreversible: mottos are not kept"), []),
        (undone(COLUMN, "Irreversible:"), ["reversible/missing"]),
        (undone(COLUMN, "alter table public.badges drop column mottos;"), ["reversible/error"]),
        (undone(COLUMN, "select 1;"), ["reversible/leftover"]),
        (undone(COLUMN, "Irreversible: mottos stay", "select 1;"), []),
        (undone(COLUMN, "alter table public.badges drop column motto;",
                "comment on table public.badges is 'Badges';"), ["reversible/leftover"]),
        (undone("update public.lessons set points = 12 where points = 10;",
                "update public.lessons set points = 10 where points = 12;"), []),
        (undone("update public.lessons set points = 15 where points = 10;",
                "update public.lessons set points = 10 where points = 15;"), ["reversible/leftover"]),
        (undone("delete from public.user_progress;", "Irreversible: progress is not kept", "select 1;"), []),
        (undone("create table if not exists public.a (id int);", "drop table public.a;",
                "drop table public.audit_log;"), ["reversible/leftover"]),
        (undone("comment on column public.badges.tier is 'Metal';",
                "comment on column public.badges.tier is 'bronze, silver or gold';"), []),
    ],
)  # fmt: skip
def test_rollback(bench: Workbench, text: str, expected: list[str]) -> None:
    assert rules(bench, "reversible", text) == expected


def test_irreversible_is_quoted(bench: Workbench) -> None:
    row = result(bench, "reversible", undone(COLUMN, "Irreversible: mottos are not kept"))
    assert row.status == "n/a"
    assert "mottos are not kept" in row.evidence
    row = result(bench, "reversible", undone(COLUMN, "Irreversible: mottos stay", "select 1;"))
    assert row.status == "pass"
    assert "mottos stay; differs from before: column public.badges.motto" in row.evidence


CHANGES = {
    "table": "create table if not exists public.a (id int primary key);",
    "column": COLUMN,
    "view": "create or replace view public.v as select 1 as one;",
    "materialized view": "create materialized view if not exists public.v as select 1 as one;",
    "index": "create index if not exists idx_badges_tier on public.badges (tier);",
    "constraint": "alter table public.badges drop constraint if exists badges_tier_check;",
    "quoted constraint": 'alter table public.badges drop constraint if exists "c d";\n'
    "alter table public.badges add constraint \"c d\" check (tier <> '');",
    "policy": 'drop policy if exists "Families can read badges" on public.badges;',
    "changed policy": "alter policy \"Families can read badges\" on public.badges using (tier <> 'gold');",
    "trigger": "drop trigger if exists update_badges_updated_at on public.badges;",
    "function": "create or replace function public.f(a uuid) returns int return 1;",
    "type": "do $$ begin create type public.mood as enum ('a'); exception when duplicate_object then end $$;",
    "grant": "grant delete on public.badges to authenticated;",
    "revoke": "revoke select on public.badges from authenticated;",
    "rls": "alter table public.badges disable row level security;",
    "default": "alter table public.badges alter column tier set default 'gold';",
    "not null": "alter table public.badges alter column tier drop not null;",
    "type of a column": "alter table public.badges alter column tier type varchar(20);",
    "comment": "comment on table public.badges is 'Shiny';",
    "comment on a column": "comment on column public.badges.tier is null;",
    "comment on a policy": "comment on policy \"Families can read badges\" on public.badges is 'x';",
    "publication": "do $$ begin alter publication supabase_realtime add table public.badges; "
    "exception when duplicate_object then end $$;",
}


@pytest.mark.parametrize("text", CHANGES.values(), ids=CHANGES.keys())
def test_fixes_take_it_back(bench: Workbench, text: str) -> None:
    """A rollback that forgets everything is told what to write, and that is right."""
    left = [f for f in findings(bench, "reversible", undone(text, "select 1;")) if f.rule == "reversible/leftover"]
    assert left
    assert all(f.fix for f in left), left
    lines = [line for f in left for line in f.fix.splitlines()]
    assert not findings(bench, "reversible", undone(text, *lines))


@pytest.mark.parametrize("text", CHANGES.values(), ids=CHANGES.keys())
def test_missing_block_is_written(bench: Workbench, text: str) -> None:
    found = next(f for f in findings(bench, "reversible", text) if f.rule == "reversible/missing")
    assert found.fix
    assert not findings(bench, "reversible", f"{text}\n\n{found.fix}")


def test_filled_tables(bench: Workbench) -> None:
    """A table that has no rows here gets some, which tell whether the data step was taken back."""
    tips = "create table public.tips (id uuid primary key default gen_random_uuid(), uses int not null default 0);"
    change = "update public.tips set uses = uses - 5000 where uses between 0 and 4000;"
    with bench.after(draft(tips)) as later:
        assert later
        for back, count in (
            ("update public.tips set uses = uses + 5000 where uses between -5000 and -1000;", 0),
            ("select 1;", 1),
            ("Irreversible: nobody counted", 0),
        ):
            report = later.judge([draft(undone(change, back), 1)])
            (check,) = [check for check in report.checks if check.id == "reversible"]
            assert [(f.rule, f.object) for f in check.findings] == [("reversible/leftover", "public.tips")] * count


@pytest.mark.parametrize(
    "sql",
    [
        "create table public.marks (id bigint generated always as identity primary key, note text);",
        "create table public.marks (id bigserial primary key);",
    ],
)
def test_the_sequence_of_a_key_goes_with_its_table(bench: Workbench, sql: str) -> None:
    (found,) = findings(bench, "reversible", sql)
    assert found.fix == "-- To reverse this migration, run:\n-- drop table if exists public.marks;"


def test_a_sequence_alone_is_dropped_by_itself(bench: Workbench) -> None:
    (found,) = findings(bench, "reversible", "create sequence public.ticks;")
    assert "drop sequence if exists public.ticks;" in found.fix
