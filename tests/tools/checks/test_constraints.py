"""What names promise, constraints hold; and names that promise nothing are left alone."""

import pytest

from tests.tools.checks.judged import findings, told
from tools.workbench import Workbench


def test_closed_sets(bench: Workbench) -> None:
    sql = """
    create type public.mood as enum ('good', 'bad');
    create domain public.phase_name as text check (value in ('a', 'b'));
    create table public.tiers (name text primary key);
    create table public.things (
      id uuid primary key default gen_random_uuid(),
      status text, plan_tier varchar(20), role text check (char_length(role) < 20), "Type" text, kind text not null,
      level text, done_at timestamptz, check (level = 'done' or done_at is null),

      checked_status text check (checked_status in ('a', 'b')),
      lower_status text check (lower(lower_status) in ('a', 'b')),
      shaped_type text check (shaped_type ~ '^[a-z]+[.][a-z]+$'),
      mood_type public.mood, phase public.phase_name, referring_tier text references public.tiers (name),
      states text[], status_data jsonb, status_note text, is_status boolean, status_changed_at timestamptz,
      mime_type text, content_type text, access_token_type text, oauth_state text, billing_state text, error_type text,
      record_id uuid, record_type text,
      generated_kind text generated always as (lower(kind)) stored
    );
    create table public.places (street text, city text, state text);
    create table public.oauth_states (state text);
    create table public.offices (office_city text, office_state varchar(2));
    """
    found = {name for slug, name in told(bench, "constraints", sql) if slug == "status"}
    assert found == {f"public.things.{name}" for name in ("status", "plan_tier", "role", "Type", "kind", "level")}


def test_ranges(bench: Workbench) -> None:
    sql = """
    create domain public.percent as integer check (value between 0 and 100);
    create table public.things (
      id uuid primary key default gen_random_uuid(),
      score integer, points_reward bigint default 0, completion_percentage numeric(5, 2), avg_rating real,
      proficiency_level smallint, "Amount" numeric,

      bounded_score integer check (bounded_score between 0 and 10),
      age integer, max_age integer check (max_age > age),
      done public.percent, score_text text, score_id integer, points_delta integer, account_balance numeric,
      progress_notes jsonb, counts integer[], published_count integer generated always as (1) stored,
      rank_number integer, temperature real, page_amount_version integer, roi_percent numeric, growth_pct real
    );
    create table public.credit_transactions (amount integer, points_transferred integer);
    """
    found = {name for slug, name in told(bench, "constraints", sql) if slug == "range"}
    loose = ("score", "points_reward", "completion_percentage", "avg_rating", "proficiency_level", "Amount")
    assert found == {f"public.things.{name}" for name in loose}


def test_references(bench: Workbench) -> None:
    sql = """
    create table public.things (
      id uuid primary key default gen_random_uuid(),
      child_id uuid, favourite_lesson_id uuid, organisation_id uuid,

      lesson_id uuid references public.lessons (id),
      skill_id uuid, badge_id uuid,
      table_name text, record_id uuid, entity_kind text, entity_id uuid, subscription_type text, target_id uuid,
      stripe_customer_id text, request_id uuid, auth_session_id uuid, device_id uuid, legacy_id bigint, ids uuid[],
      share_id uuid default gen_random_uuid(), reference_id uuid,
      foreign key (skill_id) references public.skills (id), foreign key (badge_id) references public.badges (id)
    );
    """
    found = {f.object: f for f in findings(bench, "constraints", sql) if f.rule == "constraints/foreign-key"}
    assert set(found) == {f"public.things.{name}_id" for name in ("child", "favourite_lesson", "organisation")}
    fixes = {name.removeprefix("public.things."): f.fix for name, f in found.items()}
    assert fixes["child_id"] == (
        "alter table public.things add constraint things_child_id_fkey "
        "foreign key (child_id) references public.children (id) on delete cascade;"
    )
    assert "references public.lessons (id)" in fixes["favourite_lesson_id"]
    assert fixes["organisation_id"] == ""


@pytest.mark.parametrize(
    ("column", "fixed"),
    [
        ("progress integer not null default 0", "check (progress between 0 and 100)"),
        ("attempts smallint", "check (attempts >= 0)"),
        ('"Score" integer', 'check ("Score" >= 0)'),
    ],
)
def test_fix_is_accepted(bench: Workbench, column: str, fixed: str) -> None:
    """The corrected SQL, appended, ends the finding."""
    sql = f"alter table public.lessons add column {column};"
    (found,) = findings(bench, "constraints", sql)
    assert fixed in found.fix
    assert (found.line, found.severity) == (1, "warning")
    assert findings(bench, "constraints", f"{sql}\n{found.fix}") == []


def test_only_what_is_new(bench: Workbench) -> None:
    """lessons.points has no bounds, and that is not this migration's doing, nor is a wider number a new one."""
    assert told(bench, "constraints", "alter table public.lessons add column subtitle text;") == set()
    assert told(bench, "constraints", "alter table public.lessons alter column points type bigint;") == set()
