import pytest

from tests.tools.checks.judged import draft, findings, result, rules, told
from tools.workbench import Workbench

STAMP = "  before update on public.t for each row execute function public.update_updated_at_column();\n"
TRIGGER = "create or replace trigger touch" + STAMP


def table(columns: str, more: str = "") -> str:
    return (
        f"create table if not exists public.t ({columns}, updated_at timestamptz not null default now(){more});\n"
        "alter table public.t enable row level security;\n"
    )


HARD = table(
    """id uuid primary key,
  child_id uuid not null references public.children (id),
  email text not null check (email ~ '^[^@]+@[^@]+$'),
  url text not null check (url ~ '^https://'),
  grade text not null check (grade in ('K', '1')),
  code varchar(3) not null check (code = upper(code)),
  score integer not null check (score between 40 and 50),
  share numeric(3, 2) not null check (share < 1),
  mood public.emotion_type not null,
  tags text[] not null,
  data jsonb not null check (jsonb_typeof(data) = 'array'),
  born date not null check (born < current_date),
  starts timestamptz not null,
  ends timestamptz not null,
  span tstzrange not null,
  wait interval not null,
  secret bytea not null,
  address inet not null,
  number bigint generated always as identity,
  double integer generated always as (score * 2) stored,
  status text not null default 'open',
  closed_at timestamptz""",
    """,
  check (ends > starts),
  check ((status = 'closed') = (closed_at is not null)),
  unique (child_id, grade)""",
)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (table("id int"), ["updated-at/missing"]),
        (table("id int") + TRIGGER, []),
        (HARD + TRIGGER, []),
        (HARD, ["updated-at/missing"]),
        (table("id int") + TRIGGER.replace("before", "after"), ["updated-at/broken"]),
        # it looks at the column, and does not set it
        (table("id int") + "create function public.f() returns trigger language plpgsql as $$ begin "
         "perform to_jsonb(new) - 'updated_at'; return new; end $$;"
         + TRIGGER.replace("public.update_updated_at_column", "public.f"), ["updated-at/missing"]),
        (table("id int") + TRIGGER.replace("before update", "before insert"), ["updated-at/missing"]),
        (table("id int") + TRIGGER + "alter table public.t disable trigger touch;", ["updated-at/missing"]),
        (table("id int") + TRIGGER.replace("for each row", "for each row when (old.* is distinct from new.*)"), []),
        (table("id int, n text") + TRIGGER.replace("before update", "before update of n"), []),
        (table("id int") + TRIGGER.replace("for each row", "for each row when (old.id is null and false)"),
         ["updated-at/broken"]),
        (table("id int").replace("updated_at timestamptz", "updated_at date"), ["updated-at/missing"]),
        (table("id int").replace("updated_at timestamptz not null default now()", "updated_at text"), []),
        ("create view public.v as select updated_at from public.badges;", []),
        ("create table public.t (id int);", []),
        ("alter table public.audit_log add column updated_at timestamptz;", ["updated-at/missing"]),
        ("drop trigger update_badges_updated_at on public.badges;", ["updated-at/missing"]),
        ("alter table public.badges add column note text;", []),
        ("alter table public.badges disable row level security;", []),
        (table("id int").replace(");\nalter", ") partition by list (id);\nalter") + TRIGGER
         + "create table public.t1 partition of public.t for values in (0, 1, 5);", []),
    ],
)  # fmt: skip
def test_triggers(bench: Workbench, sql: str, expected: list[str]) -> None:
    assert rules(bench, "updated-at", sql) == expected


FUNCTION = "create or replace function public.update_updated_at_column() returns trigger language plpgsql as $$ {} $$;"


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        ("begin new.updated_at = clock_timestamp(); return new; end", 0),
        ("begin new.updated_at = now(); return old; end", 7),
        ("begin return new; end", 7),
        ("begin new.updated = now(); return new; end", 7),
        ("begin new.updated_at = now(); end", 7),
        ("begin if old.updated_at < now() then new.updated_at = now(); end if; return new; end", 0),
    ],
)
def test_the_function_of_all_tables(bench: Workbench, body: str, broken: int) -> None:
    """Replacing it touches tables that the migration does not name."""
    found = told(bench, "updated-at", FUNCTION.format(body))
    assert len(found) == broken
    assert {slug for slug, _ in found} <= {"broken"}


def test_a_trigger_that_stamped_nothing_is_not_missed(bench: Workbench) -> None:
    guard = "create function public.guard() returns trigger language plpgsql as 'begin return new; end';"
    first = table("id int") + guard + TRIGGER.replace("public.update_updated_at_column", "public.guard")
    for second in (
        "drop trigger touch on public.t;",
        guard.replace("create", "create or replace").replace("end", ";end"),
    ):
        report = bench.judge([draft(first), draft(second, 1)])
        assert [f.rule for f in report.findings() if "updated-at" in f.rule] == ["updated-at/missing"]
        assert [f.rule for f in report.parts[0].findings() if "updated-at" in f.rule] == []


def test_refused_updates_are_no_finding(bench: Workbench) -> None:
    """A table whose rows may not be changed has nothing to stamp; that it was not seen is said."""
    text = table("id int") + TRIGGER.replace("touch", "a_touch")
    text += "create function public.f() returns trigger language plpgsql as $$ begin raise exception 'never'; end $$;"
    text += "create trigger never before update on public.t for each row execute function public.f();"
    row = result(bench, "updated-at", text)
    assert not row.findings
    assert "not observed, only read: public.t (never)" in row.evidence


def test_no_row_can_be_made(bench: Workbench) -> None:
    impossible = table("id int check (id > 5 and id < 5 and id is not null)")
    row = result(bench, "updated-at", impossible + TRIGGER)
    assert not row.findings
    assert "no row could be made" in row.evidence
    assert rules(bench, "updated-at", impossible) == ["updated-at/missing"]


def test_fix(bench: Workbench) -> None:
    (found,) = findings(bench, "updated-at", table("id int"))
    assert (found.object, found.line) == ("public.t", 1)
    assert not findings(bench, "updated-at", table("id int") + found.fix)
