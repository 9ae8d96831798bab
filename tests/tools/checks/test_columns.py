"""id, created_at, updated_at: where the table needs them, and where it does not."""

import pytest

from tests.tools.checks.judged import findings, result, told
from tools.workbench import Workbench

TIMES = "created_at timestamptz not null default now(), updated_at timestamptz not null default now()"
ID = "id uuid primary key default gen_random_uuid()"
CHILD = "child_id uuid not null references public.children (id)"


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        (ID, None),
        ("id uuid primary key default extensions.uuid_generate_v4()", None),
        (f"{CHILD}, skill_id uuid references public.skills (id), primary key (child_id, skill_id)", None),
        (f"{CHILD}, day date, primary key (child_id, day)", None),
        ("child_id uuid primary key references public.children (id)", None),
        ("id uuid primary key references auth.users (id)", None),
        ("id uuid", "no primary key"),
        ("id uuid primary key", "no default"),
        ("id bigint generated always as identity primary key", "is bigint"),
        ("id text primary key default gen_random_uuid()::text", "is text"),
        ("code text primary key", "(code), not a uuid id"),
        ("year integer, week integer, primary key (year, week)", "(year, week), not a uuid id"),
    ],
)
def test_id(bench: Workbench, key: str, complaint: str | None) -> None:
    found = findings(bench, "columns", f"create table public.things ({key}, {TIMES});")
    assert [f.rule for f in found] == ["columns/id"] * bool(complaint)
    assert all(complaint in f.message for f in found if complaint)


@pytest.mark.parametrize(
    ("column", "is_fine"),
    [
        ("created_at timestamptz not null default now()", True),
        ("created_at timestamptz not null default clock_timestamp()", True),
        ("created_at timestamptz not null", False),
        ("created_at timestamptz default now()", False),
        ("made_at timestamptz not null default now()", False),
    ],
)
def test_created_at(bench: Workbench, column: str, is_fine: bool) -> None:
    sql = f"create table public.things ({ID}, {column}, updated_at timestamptz not null default now());"
    found = findings(bench, "columns", sql)
    assert [f.rule for f in found] == ["columns/created-at"] * (not is_fine)
    if found:
        assert findings(bench, "columns", f"{sql}\n{found[0].fix}") == []


OPEN = "alter table public.things enable row level security; revoke all on public.things from anon, authenticated;"
ALL = "create policy p on public.things for all to authenticated using (true) with check (true);"
READ = "create policy p on public.things for select to authenticated using (true);"


@pytest.mark.parametrize(
    ("access", "needed"),
    [
        (f"{OPEN} grant select, update on public.things to authenticated; {ALL}", True),
        (f"{OPEN} grant select, update (title) on public.things to authenticated; {ALL}", True),
        (f"{OPEN} grant all on public.things to public; {ALL}", True),
        ("grant update on public.things to anon;", True),
        (f"{OPEN} grant select on public.things to authenticated; {ALL}", False),
        (f"{OPEN} grant all on public.things to authenticated; {READ}", False),
        (f"{OPEN} grant all on public.things to service_role;", False),
        (f"{OPEN} grant all on public.things to authenticated; {ALL.replace('true', 'false')}", False),
        (f"{OPEN} grant all on public.things to authenticated; alter policy p on public.things to anon;", False),
    ],
)
def test_updated_at(bench: Workbench, access: str, needed: bool) -> None:
    """A table that no API role may update needs none."""
    if "alter policy" in access:
        access = access.replace("alter policy", f"{ALL} alter policy")
    created = "created_at timestamptz not null default now()"
    sql = f"create table public.things ({ID}, title text, {created}); {access}"
    assert told(bench, "columns", sql) == ({("updated-at", "public.things")} if needed else set())


def test_timestamptz(bench: Workbench) -> None:
    sql = """
    alter table public.lessons add column a timestamp, add column b timestamp(3)[], add column c timestamptz,
      add column d date, add column "At" timestamp;
    """
    found = findings(bench, "columns", sql)
    assert {f.object for f in found} == {f"public.lessons.{name}" for name in ("a", "b", "At")}
    assert {f.rule for f in found} == {"columns/timestamptz"}


FILL = "update public.lessons set slug = 'lesson-' || id where slug is null;"
REQUIRE = "alter table public.lessons alter column slug set not null;"
STAMP = """
create function public.stamp() returns trigger language plpgsql as $$ begin new.slug := new.id; return new; end $$;
create trigger stamp before insert on public.lessons for each row execute function public.stamp();
"""


@pytest.mark.parametrize(("more", "needed"), [("", False), ("level int,", True)])
def test_what_only_joins_does_not_change(bench: Workbench, more: str, needed: bool) -> None:
    sql = f"""create table public.things (child_id uuid references public.children (id), {more}
      badge_id uuid references public.badges (id), created_at timestamptz not null default now(),
      primary key (child_id, badge_id)); {OPEN} grant all on public.things to authenticated; {ALL}"""
    assert told(bench, "columns", sql) == ({("updated-at", "public.things")} if needed else set())


@pytest.mark.parametrize(
    ("sql", "is_fine"),
    [
        (f"alter table public.lessons add column slug text; {FILL} {REQUIRE}", False),
        ("alter table public.lessons add column slug text not null default 'x';", True),
        ("alter table public.lessons add column number integer generated always as identity;", True),
        ("alter table public.lessons add column much integer not null generated always as (points * 2) stored;", True),
        (f"alter table public.lessons add column slug text; {FILL}", True),
        (f"alter table public.lessons add column slug text; {FILL} {REQUIRE} {STAMP}", True),
        ("alter table public.lessons alter column description set not null;", True),
        ("create table public.things (title text not null);", True),
        ("drop table public.badges cascade; create table public.badges (name text not null);", True),
        ("alter table public.badges rename to old; create table public.badges (name text, note text not null);", True),
        (
            "alter table public.lessons add column grade smallint; update public.lessons set grade = 1;"
            "alter table public.lessons alter column grade set not null, drop column grade_level;"
            "alter table public.lessons rename column grade to grade_level;",
            True,
        ),
    ],
)
def test_default(bench: Workbench, sql: str, is_fine: bool) -> None:
    found = {slug for slug, _ in told(bench, "columns", sql)}
    assert ("default" not in found) == is_fine


def test_partitions_and_foreign_tables_answer_to_their_parents(bench: Workbench) -> None:
    sql = f"""
    create table public.things (id uuid default gen_random_uuid(), day date, {TIMES}, primary key (id, day))
      partition by range (day);
    create table public.things_2026 partition of public.things for values from ('2026-01-01') to ('2027-01-01');
    """
    assert told(bench, "columns", sql) == {("id", "public.things")}


def test_says_what_it_did_not_do(bench: Workbench) -> None:
    assert result(bench, "columns", "comment on table public.lessons is 'x';").status == "n/a"
    assert result(bench, "columns", "alter table public.lessons add column points integer;").status == "not-checked"
