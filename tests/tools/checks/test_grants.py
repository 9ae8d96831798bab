from pathlib import Path

import pytest

import tools.postgres
from tests.tools.checks.judged import draft, findings, result, rules, told
from tools.workbench import Workbench

TABLE = """
create table if not exists public.notes (id uuid primary key default gen_random_uuid(), profile_id uuid not null);
alter table public.notes enable row level security;
"""
POLICY = 'create policy "P" on public.notes for {} to {} using (profile_id = (select auth.uid()));\n'
READ = POLICY.format("select", "authenticated")
CLEAR = "revoke all on table public.notes from anon, authenticated, service_role;\n"
SERVER = "grant all on public.notes to service_role;\n"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (TABLE + CLEAR + SERVER + READ + "grant select on public.notes to authenticated;", []),
        (TABLE + CLEAR + SERVER + READ + "grant select, update on table notes, public.badges to authenticated;", []),
        (TABLE + CLEAR + SERVER + READ + "grant select (id) on public.notes to authenticated;", []),
        (TABLE + CLEAR + SERVER + READ + "grant select on all tables in schema public to authenticated;", []),
        (TABLE + CLEAR + SERVER + READ + "do $$ begin grant select on public.notes to authenticated; end $$;", []),
        (TABLE + CLEAR + "do $$ begin execute format('grant select on public.notes to %I', 'authenticated');"
         "execute format('grant select on public.notes to %I', 'service_role'); end $$;" + READ, []),
        (TABLE + CLEAR + SERVER + READ, ["grants/missing"]),
        (TABLE + CLEAR + SERVER + READ + "grant insert on public.notes to authenticated;", ["grants/missing"]),
        (TABLE + CLEAR + READ + "grant select on public.notes to authenticated;", ["grants/missing"]),
        (TABLE + CLEAR + SERVER + POLICY.format("all", "authenticated")
         + "grant select, insert, update on public.notes to authenticated;", ["grants/missing"]),
        (TABLE + "revoke all on public.notes from anon;" + READ, ["grants/missing"]),
        (TABLE + CLEAR + SERVER, []),  # internal
        (TABLE + "revoke all on public.notes from anon, authenticated;", []),
        (TABLE + CLEAR + POLICY.format("select", "service_role") + SERVER, []),
        (TABLE + "revoke all on public.notes from anon; revoke all on public.notes from service_role;" + READ
         + "grant select on public.notes to authenticated;", []),  # said on purpose
        (TABLE + CLEAR + SERVER + "create policy p on public.notes for delete to authenticated using (false);", []),
        (TABLE + CLEAR + SERVER + "create policy p on public.notes for insert to authenticated with check (false);"
         "create policy q on public.notes for insert to authenticated;", []),
        # an old table keeps what it has
        ("create policy p on public.badges for delete to authenticated using (tier = 'x');", ["grants/missing"]),
        ("create policy p on public.badges for select to authenticated using (tier = 'x');", []),
    ],
)  # fmt: skip
def test_tables(bench: Workbench, sql: str, expected: list[str]) -> None:
    assert rules(bench, "grants", sql) == expected


def test_a_following_file_grants(bench: Workbench) -> None:
    first, others = TABLE + CLEAR + READ, "grant select on public.notes to service_role;"
    assert len(findings(bench, "grants", first, others)) == 1
    assert not findings(bench, "grants", first, others + "grant select on public.notes to authenticated;")
    function = (
        "create function public.f() returns int language sql return 1; revoke all on function public.f from anon;"
    )
    said = [
        {f.rule for f in findings(bench, "grants", function, later)}
        for later in (others, "grant execute on function public.f to authenticated;")
    ]
    assert ["grants/missing" in rules for rules in said] == [True, False]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create view public.v with (security_invoker = true) as select 1 as one; revoke all on public.v from anon;",
         {("missing", "public.v")}),
        ("create view public.v as select 1 as one; revoke all on public.v from anon;"
         "grant select on public.v to authenticated;", set()),
        ("create view public.v as select 1 as one; revoke all on public.v from anon, authenticated, service_role;"
         "grant select on public.v to authenticated;", {("missing", "public.v")}),  # the server is forgotten
        ("create view public.v as select 1 as one; revoke all on public.v from anon, authenticated, service_role;"
         "grant select on public.v to authenticated, service_role;", set()),
        ("create view public.v as select 1 as one; revoke all on public.v from anon, authenticated;"
         "revoke all on public.v from service_role; grant select on public.v to authenticated;", set()),
        ("create view public.v as select 1 as one; revoke all on public.v from anon, authenticated;", set()),
        ("create view public.v as select 1 as one; grant select on public.v to authenticated;",
         {("anon", "public.v")}),
        ("create materialized view public.v as select 1 as one; revoke all on public.v from anon, authenticated;",
         set()),
        ("create schema internal; create view internal.v as select 1 as one;", set()),
    ],
)  # fmt: skip
def test_views(bench: Workbench, sql: str, expected: set[tuple[str, str]]) -> None:
    assert told(bench, "grants", sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (TABLE, {("anon", "public.notes")}),
        (TABLE + "revoke select, insert, update, delete on public.notes from anon;", {("anon", "public.notes")}),
        (TABLE + CLEAR + "grant select on public.notes to public;", {("anon", "public.notes")}),
        (TABLE + CLEAR + "grant select (id) on public.notes to anon;", {("anon", "public.notes.id")}),
        ("grant select on public.badges to anon;", {("anon", "public.badges")}),
        ("revoke select on public.badges from anon;", set()),
        ("create sequence public.s;", {("anon", "public.s")}),
        ("create sequence public.s; revoke all on sequence public.s from anon;", set()),
        ("create schema s; grant usage on schema s to anon;", {("anon", "s")}),
        ("alter default privileges in schema public grant select on tables to public;",
         {("anon", "tables by postgres in public")}),
        (TABLE.replace("profile_id uuid not null", "n bigint generated always as identity") + CLEAR, set()),
        ("create type public.mood as enum ('a');", set()),
    ],
)  # fmt: skip
def test_anon(bench: Workbench, sql: str, expected: set[tuple[str, str]]) -> None:
    assert {(s, o) for s, o in told(bench, "grants", sql) if s == "anon"} == expected


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        ("", {("missing", "public.notes_n_seq")}),
        ("grant usage on sequence public.notes_n_seq to authenticated;", set()),
    ],
)
def test_serial_columns(bench: Workbench, granted: str, expected: set[tuple[str, str]]) -> None:
    text = TABLE.replace("profile_id uuid not null", "profile_id uuid, n bigserial") + CLEAR + SERVER
    text += 'create policy "P" on public.notes for insert to authenticated with check (profile_id is null);'
    text += "grant insert on public.notes to authenticated; revoke all on sequence public.notes_n_seq from anon;"
    assert told(bench, "grants", text + granted) == expected


FUNCTION = "create or replace function public.f(a uuid) returns {} language plpgsql as $$ begin return null; end $$;\n"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (FUNCTION.format("uuid"), ["grants/missing", "grants/public-execute"]),
        (FUNCTION.format("uuid") + "revoke all on function public.f(uuid) from public;"
         "grant execute on function public.f(uuid) to authenticated;", ["grants/public-execute"]),
        (FUNCTION.format("uuid") + "revoke execute on function public.f from public, anon;"
         "grant execute on function public.f to authenticated;", []),
        (FUNCTION.format("uuid") + "revoke all on function public.f from public, anon, authenticated;", []),
        (FUNCTION.format("uuid") + "revoke all on function public.f from public, anon;", ["grants/missing"]),
        (FUNCTION.format("uuid") + "revoke all on all functions in schema public from public, anon, authenticated;",
         []),
        (FUNCTION.format("trigger").replace("a uuid", ""), []),
        ("create schema i; " + FUNCTION.format("uuid").replace("public.f", "i.f"), []),
        # an old function keeps what it has
        ("create or replace function public.get_emotion_summary(child_id_param uuid, days_param integer default 7) "
         "returns jsonb language sql as $$ select '{}'::jsonb $$;", []),
        ("grant execute on function public.get_emotion_summary(uuid, integer) to anon;", ["grants/public-execute"]),
    ],
)  # fmt: skip
def test_functions(bench: Workbench, sql: str, expected: list[str]) -> None:
    assert rules(bench, "grants", sql) == expected


@pytest.mark.parametrize("text", [TABLE + READ, FUNCTION.format("uuid"), "create sequence public.s;"])
def test_fixes(bench: Workbench, text: str) -> None:
    """What the findings suggest, taken together and in their order, leaves nothing to say."""
    found = findings(bench, "grants", text)
    assert found
    takes = [f.fix for f in found if f.fix.startswith("revoke")]
    gives = [f.fix for f in found if f.fix.startswith("grant")]
    assert not findings(bench, "grants", "\n".join([text, *takes, *gives]))


def test_evidence(bench: Workbench) -> None:
    assert result(bench, "grants", "select 1;").status == "n/a"
    hidden = "do $$ begin execute format('grant select on public.badges to %I', 'service_role'); end $$;"
    assert "1 statement built at run time not read" in result(bench, "grants", TABLE + CLEAR + hidden).evidence


CLOSED = (Path(tools.postgres.__file__).parent / "baseline" / "modes" / "api_defaults_off.sql").read_text()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (TABLE, ["grants/anon", "grants/missing"]),
        (TABLE + READ, ["grants/anon", "grants/missing"]),
        (TABLE + READ + "grant select on public.notes to authenticated, service_role;", ["grants/anon"]),
        (TABLE + READ + CLEAR + "grant select on public.notes to authenticated, service_role;", []),
        (FUNCTION.format("uuid"), ["grants/missing", "grants/public-execute"]),
    ],
)
def test_where_new_tables_are_not_exposed(bench: Workbench, sql: str, expected: list[str]) -> None:
    """The other default of Supabase: TRUNCATE and REFERENCES stay with anon, EXECUTE with PUBLIC."""
    report = bench.judge([draft(CLOSED), draft(sql, 1)])
    assert sorted({f.rule for f in report.parts[0].findings() if f.rule.startswith("grants/")}) == expected


@pytest.mark.parametrize(
    ("setting", "told_of"),
    [
        ("pgrst.db_schemas = 'public, private'", True),
        ("pgrst.db_anon_role = 'service_role'", True),
        ("pgrst.jwt_role_claim_key = '.role'", True),
        ("pgrst.db_plan_enabled = 'true'", False),
        ("pgrst.db_aggregates_enabled = 'true'", False),
        ("pgrst.db_pre_request = 'public.limit_requests'", False),
        ("statement_timeout = '20s'", False),
    ],
)
def test_settings_of_the_api(bench: Workbench, setting: str, told_of: bool) -> None:
    found = rules(bench, "grants", f"alter role authenticator set {setting};")
    assert found == ["grants/api-settings"] * told_of
