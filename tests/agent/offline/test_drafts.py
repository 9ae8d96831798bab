"""The built-in drafter in the loop: what it drafts passes the whole checklist, and what it refuses is said once."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.loop import draft
from agent.offline import BuiltIn
from agent.offline.reading import read
from agent.offline.rendering import render
from agent.offline.schema import Schema
from agent.result import Result, Terms
from agent.runs import RunLog
from tests.agent.offline.test_reading import READINGS, readings
from tools.config import Limits
from tools.project import Project
from tools.workbench import Workbench

Drafted = Callable[[Workbench, str], Result]


@pytest.fixture
def drafted(tmp_path: Path) -> Drafted:
    def start(bench: Workbench, request: str) -> Result:
        model = BuiltIn(bench.catalog, bench.project.config)
        log = RunLog.new(tmp_path)
        try:
            return draft(Terms(bench, model, log, Limits(), "2026-11-22"), request)
        finally:
            log.close()

    return start


def first_of_each(kind: str, groups: int) -> list[str]:
    return [requests[0] for requests, _ in list(readings(READINGS / f"{kind}.txt"))[:groups]]


def passes(result: Result) -> bool:
    return result.outcome == "ready" and result.report is not None and result.report.clean


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("quests", 0),
        ("quests", 1),
        ("achievements", 1),
        ("junctions", 0),
        ("choices", 1),
        ("addresses", 1),
        ("types", 1),
        ("indexes", 1),
        ("backfill", 1),
    ],
)
def test_drafts_pass_with_nothing_left_to_repair(kind: str, number: int, bench: Workbench, drafted: Drafted) -> None:
    """Of what is read, that which the requests of evals do not ask for."""
    request = first_of_each(kind, 2)[number]
    result = drafted(bench, request)
    assert passes(result), (request, result.summary, result.report and result.report.findings())
    assert result.drafts == 1


@pytest.mark.parametrize(
    "request_text",
    [
        "index emotion_logs by created_at, newest first, only entries with an intensity of 8 or more",
        "at most one gold badge per description in badges",
        "a parent cannot have two children with the same name and birth_date; two empty birth dates count as the same",
        "intensity of emotion_logs: 0 to 10 instead of 1 to 10",
        "lessons.points must be a multiple of 5",
        "log changes of is_published on lessons in audit_log",
        "audit skills in audit_log; an update that changes nothing besides updated_at is not logged",
        "each child in grade K without progress gets a not_started row in user_progress for the lesson 'Tangrams'",
        "children with completed progress but without an emotion log get a proud one, intensity 8",
        "add is_featured to lessons, default false, and set it for all math lessons right away",
        "add a jsonb column extras to lessons; it must be a list, and it is empty by default",
        "user_progress.score to bigint",
        "lessons get works_offline: true for everything that exists and false for new lessons",
    ],
)
def test_drafts_about_some_rows_pass(request_text: str, bench: Workbench, drafted: Drafted) -> None:
    result = drafted(bench, request_text)
    assert passes(result), (result.summary, result.report and result.report.findings())


def test_drafts_for_tenants_by_membership_pass(team_bench: Workbench, drafted: Drafted) -> None:
    for request in first_of_each("team_docs", 5):
        result = drafted(team_bench, request)
        assert passes(result), (request, result.summary, result.report and result.report.findings())


def test_a_trigger_function_that_others_share_is_used_again(team_bench: Workbench, drafted: Drafted) -> None:
    result = drafted(team_bench, "Log inserts and deletes on labels in the activity log, as it is done for documents")
    assert passes(result), (result.summary, result.report and result.report.findings())
    assert result.draft is not None
    (file,) = result.draft.files
    text = file.render("2026-11-22")
    assert "create trigger log_label_activity\n  after insert or delete on public.labels" in text
    assert "execute function private.log_activity();" in text
    assert "create or replace function" not in text


@pytest.mark.parametrize(
    ("request_text", "files"),
    [
        ("lessons.points cannot be negative", 1),
        ("points_earned in user_progress may not exceed 500", 2),
        ("unique child and lesson in user_progress", 2),
        ("add an optional badge to emotion_logs", 3),
        ("require birth_date of children, default today", 5),
    ],
)
def test_a_large_table_is_changed_in_steps(request_text: str, files: int, bench: Workbench) -> None:
    schema = Schema(bench.catalog, bench.project.config)
    texts = [file.render("2026-11-22").lower() for file in render(read(request_text, schema), schema).files]
    assert len(texts) == files
    for text in texts:
        if " concurrently " in text.split("-- rollback")[0]:
            assert len(re.findall(r";$", re.sub(r"^--.*$", "", text, flags=re.MULTILINE), flags=re.MULTILINE)) == 1


def test_a_refusal_says_what_was_not_understood_and_how_to_get_a_model(bench: Workbench, drafted: Drafted) -> None:
    result = drafted(bench, "add a frobnicated gizmo index to lessons")
    assert (result.outcome, result.drafts, result.draft) == ("refused", 0, None)
    assert "\n" not in result.summary
    assert "frobnicated gizmo" in result.summary
    assert "ANTHROPIC_API_KEY" in result.summary
    assert "ANTHROPIC_BASE_URL" in result.summary


def test_a_draft_that_existing_rows_break_is_not_met(bench: Workbench, drafted: Drafted) -> None:
    result = drafted(bench, "lesson points must be at least 500")
    assert result.outcome == "not-met"
    assert {finding.rule for finding in result.report.findings()} == {"applies/error"}


def test_assumptions_are_said_in_the_end(bench: Workbench, drafted: Drafted) -> None:
    result = drafted(bench, "add a quests table for children with title, status, progress and due date")
    assert "status may be pending, active, completed or failed" in result.summary
    assert "nothing was said about access" in result.summary


MIGRATION = """
create table public.workspaces (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  name text not null
);
alter table public.workspaces enable row level security;
create policy "Owners can view their workspaces" on public.workspaces
for select to authenticated using (owner_id = (select auth.uid()));
grant select on public.workspaces to authenticated;
create table public.products (id bigint generated always as identity primary key, price numeric(8, 2) not null);
alter table public.products enable row level security;
create table public."Customers" (id uuid primary key default gen_random_uuid(), email varchar(100) not null);
alter table public."Customers" enable row level security;
create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
create table public.team_members (
  team_id uuid references public.teams on delete cascade, user_id uuid references auth.users on delete cascade,
  primary key (team_id, user_id)
);
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
create policy "own" on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy "members" on public.teams for select to authenticated using (
  exists (select 1 from public.team_members m where m.team_id = teams.id and m.user_id = (select auth.uid())));
create schema shop;
create table shop.orders (
  id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users (id), status text not null
);
"""


def test_a_project_of_another_make(tmp_path: Path, drafted: Drafted) -> None:
    """One policy to learn from, no trigger function, keys of other types, names in quotes, a schema of its own."""
    migrations = tmp_path / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "20260101000000_init.sql").write_text(MIGRATION)
    with Workbench.open(Project.find(tmp_path)) as bench:
        for request in (
            "Add a pages table: each page belongs to a workspace, has a title of 1 to 120 characters and a position.",
            "Add a reviews table: each user can review each product only once, with stars 1 to 5.",
            "Add a notes table for teams: body up to 500 characters, members of the team can view and add them.",
            "products.price must be above 0",
            "widen Customers.email to text",
            "order status must be open, paid or shipped",
            "add an enum color to products: red, green or blue, default red",
        ):
            result = drafted(bench, request)
            assert passes(result), (request, result.summary, result.report and result.report.findings())
