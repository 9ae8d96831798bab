"""Queries that a draft names, and those that keys and policies imply, as Postgres plans them."""

import re
from dataclasses import replace

import pytest

from tests.tools.checks.judged import configured, draft
from tools.migration import AppQuery
from tools.report import CheckResult, Report
from tools.workbench import Workbench

NOTES = """
create table if not exists public.notes (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null default 'plain' check (kind in ('plain', 'bold')),
  serial_no integer not null,
  tags text[] not null default '{}',
  read_at timestamptz,
  created_at timestamptz not null default now()
);
create index if not exists idx_notes_profile_id on public.notes (profile_id);
alter table public.notes enable row level security;
revoke all on table public.notes from anon, authenticated, service_role;
grant select, insert, update, delete on table public.notes to authenticated;
grant all on table public.notes to service_role;
create policy "Read own" on public.notes for select to authenticated using (profile_id = (select auth.uid()));
create policy "Insert own" on public.notes for insert to authenticated with check (profile_id = (select auth.uid()));
"""
SOME_ID = "'11111111-1111-4111-8111-111111111111'"


def judge(bench: Workbench, sql: str, *queries: str, role: str = "authenticated") -> Report:
    return bench.judge([replace(draft(sql), queries=tuple(AppQuery(text, role) for text in queries))])


def checked(report: Report) -> CheckResult:
    (result,) = [c for c in report.checks if c.id == "queries"]
    return result


def found(bench: Workbench, sql: str, *queries: str, role: str = "authenticated") -> list[tuple[str, str]]:
    """(slug, what the hint or message says to index or is wrong)"""
    return [
        (f.rule.split("/")[1], "".join(re.findall(r"on public\.\w+ (\(.*?\))", f.fix)) or f.message.split(": ")[-1])
        for f in checked(judge(bench, sql, *queries, role=role)).findings
    ]


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("select id from public.notes where serial_no = 5", "(serial_no)"),
        ("select id from notes n where n.serial_no = $1 and kind = 'plain' limit 5", "(serial_no)"),
        ("select n.id from public.profiles p join public.notes n on n.serial_no = 3 where p.id = :id", "(serial_no)"),
        ("update public.notes set kind = 'bold' where serial_no = :serial_no", "(serial_no)"),
        ("select id from public.notes order by created_at desc limit 10", "(created_at)"),
        ("select id from public.notes where serial_no between 4 and 9", "(serial_no)"),
    ],
)
def test_reads_a_table_whole(bench: Workbench, query: str, columns: str) -> None:
    assert found(bench, NOTES, query, role="service_role") == [("seq-scan", columns)]


@pytest.mark.parametrize(
    ("more", "query", "role"),
    [
        # the key serves
        ("", f"select * from public.notes where id = {SOME_ID}", "authenticated"),
        ("", "select * from public.notes where profile_id = :profile_id order by created_at", "authenticated"),
        # the policy's own index serves
        ("", "select * from public.notes where kind = 'bold' limit 20", "authenticated"),
        ("alter table public.notes add unique (serial_no);", "select 1 from notes where serial_no = 8", "service_role"),
        # a partial index serves who asks for its part
        ("create index idx_notes_unread on public.notes (created_at) where read_at is null;",
         "select id from public.notes where read_at is null order by created_at limit 20", "service_role"),
        # each branch of an OR has its index
        ("create index idx_notes_serial_no on public.notes (serial_no);",
         f"select id from public.notes where serial_no = 3 or profile_id = {SOME_ID}", "service_role"),
        # no index could help: half of the rows are wanted, all are wanted, the operator reveals rows to whom it may not
        ("", "select id from public.notes where kind = 'bold'", "service_role"),
        ("", "select count(*) from public.notes", "service_role"),
        ("", "select * from public.notes limit 5", "service_role"),
        ("", "insert into public.notes (profile_id, serial_no) values (auth.uid(), $1)", "authenticated"),
    ],
)  # fmt: skip
def test_is_served(bench: Workbench, more: str, query: str, role: str) -> None:
    result = checked(judge(bench, NOTES + more, query, role=role))
    assert (result.findings, result.status) == ([], "pass"), result.evidence
    assert "generated rows" in result.evidence


def test_small_tables_may_be_read_whole(bench: Workbench) -> None:
    query = "select id from public.children where created_at = '2026-01-01'"
    change = "alter table public.children add column subtitle text;"
    small = configured(bench, rows={"public.children": 50})
    assert [slug for slug, _ in found(bench, change, query, role="service_role")] == ["seq-scan"]
    assert found(small, change, query, role="service_role") == []


@pytest.mark.parametrize(
    ("query", "role", "says"),
    [
        ("select id from public.notes where colour = 'red'", "authenticated", 'column "colour" does not exist'),
        ("select id from public.nodes", "authenticated", 'relation "public.nodes" does not exist'),
        ("select id from public.notes", "anon", "permission denied for table notes"),
        ("select 1; drop table public.notes", "authenticated", "it is not one SELECT"),
        ("select from where", "authenticated", "syntax error"),
        ("select 1 / (count(*) - count(*)) from public.notes", "authenticated", "division by zero"),
        ("select pg_sleep(60) from public.notes", "service_role", "it was stopped"),
    ],
)
def test_fails(bench: Workbench, query: str, role: str, says: str) -> None:
    ((slug, message),) = found(bench, NOTES, query, role=role)
    assert slug == "error"
    assert says in message


POINTS = """
create table if not exists public.stars (
  child_id uuid not null references public.children (id) on delete cascade,
  lesson_id uuid not null references public.lessons (id) on delete cascade,
  colour text not null default 'gold',
  primary key (child_id, lesson_id)
);
alter table public.stars enable row level security;
revoke all on table public.stars from anon, authenticated, service_role;
grant select, insert, update, delete on table public.stars to authenticated;
create policy "Read" on public.stars for select to authenticated
using (exists (select from public.children c where c.id = child_id and c.parent_id = (select auth.uid())));
create policy "Write" on public.stars for insert to authenticated
with check (colour = 'gold'
  and exists (select from public.children c where c.id = child_id and c.parent_id = (select auth.uid()))
  and exists (select from public.lessons l where l.id = lesson_id and l.title = 'Stars'));
create policy "Change" on public.stars for update to authenticated
using (exists (select from public.children c where c.id = child_id and c.parent_id = (select auth.uid())));
create or replace function public.count_stars(child_id_param uuid, days_param integer default 30) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select from public.children where id = child_id_param and WHOSE = (select auth.uid())) then
    raise exception 'Access denied' using errcode = '42501';
  end if;
  return (select count(*) from public.stars where child_id = child_id_param);
end $$;
revoke all on function public.count_stars(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.count_stars(uuid, integer) to authenticated;
"""
GIVE = "insert into public.stars (child_id, lesson_id, colour) values (:child_id, $2, '{}')"


@pytest.mark.parametrize(
    "query",
    [
        "select public.count_stars(:child_id)",
        "select n from public.count_stars($1, $2) n",
        "select n from count_stars(days_param => :days, child_id_param => :whatever) n",
        f"select n from public.count_stars({SOME_ID}) n",
        "select c.id, n from public.children c cross join lateral public.count_stars(c.id) n",
        # the policy wants another lesson than the first, and the first pair is taken
        GIVE.format("gold"),
        GIVE.format("gold").replace(":child_id", SOME_ID),
        GIVE.format("gold") + " on conflict (child_id, lesson_id) do update set colour = excluded.colour",
        "update public.stars set colour = $1 where child_id = $2 and lesson_id = any($3)",
    ],
)
def test_is_tried_with_keys_of_the_callers_own(bench: Workbench, query: str) -> None:
    assert found(bench, POINTS.replace("WHOSE", "parent_id"), query) == []


@pytest.mark.parametrize(
    ("query", "says", "hint"),
    [
        ("select public.count_stars(:child_id)", "Access denied (SQLSTATE 42501)", "rightful caller"),
        (f"select n from public.count_stars({SOME_ID}) n", "Access denied (SQLSTATE 42501)", "rightful caller"),
        (GIVE.format("red"), "row-level security policy", "WITH CHECK"),
        (
            "update public.stars set colour = null where child_id = :child_id",
            "not-null constraint",
            "Correct the query",
        ),
    ],
)
def test_is_refused_whatever_the_key(bench: Workbench, query: str, says: str, hint: str) -> None:
    (told,) = checked(judge(bench, POINTS.replace("WHOSE", "id"), query)).findings
    assert told.rule == "queries/error"
    assert says in told.message
    assert hint in told.hint
    assert told.object in ("public.stars", "public.count_stars(uuid,integer)")


def test_somebody_else_may_be_the_one_who_asks(team_bench: Workbench) -> None:
    """Only editors may; the first member of a family is an owner."""
    function = """
    create function public.retitle(document_param uuid) returns void language plpgsql security definer
    set search_path = '' as $$ begin
      if not exists (select from public.memberships m join public.documents d using (organization_id)
                     where d.id = document_param and m.user_id = (select auth.uid()) and m.role = '{}') then
        raise exception 'Access denied' using errcode = '42501';
      end if;
    end $$;"""
    asked = "select public.retitle(:document_id)"
    assert found(team_bench, function.format("editor"), asked) == []
    assert [slug for slug, _ in found(team_bench, function.format("nobody"), asked)] == ["error"]


HAND_OVER = """
create function public.hand_over(organization_param uuid, new_owner_param uuid) returns void language plpgsql
security definer set search_path = '' as $$ begin
  if not private.has_role(organization_param, 'owner') then
    raise exception 'Access denied' using errcode = '42501';
  elsif new_owner_param = (select auth.uid()) then
    raise exception 'Somebody else must take over' using errcode = '22023';
  end if;
  update public.memberships set role = 'owner'
  where organization_id = organization_param and user_id = new_owner_param and role <> '{}';
  if not found then
    raise exception 'Not a member' using errcode = '22023';
  end if;
end $$;
revoke all on function public.hand_over(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.hand_over(uuid, uuid) to authenticated;
"""


def test_a_fellow_member_takes_part(team_bench: Workbench) -> None:
    asked = "select public.hand_over(:organization_id, :user_id)"
    assert found(team_bench, HAND_OVER.format("owner"), asked) == []
    refused = HAND_OVER.format("owner").replace("if not found", "if found or not found")
    (told,) = checked(judge(team_bench, refused, asked)).findings
    assert "x Not a member" in told.message
    assert "rightful caller" in told.hint


def test_a_named_query_leaves_nothing_behind(bench: Workbench) -> None:
    before = judge(bench, NOTES, "select id from public.notes where serial_no = 5", role="service_role")
    again = judge(bench, NOTES, "select id from public.notes where serial_no = 5", role="service_role")
    assert checked(before).evidence == checked(again).evidence
    with bench.session_aside() as session:
        assert session.conn.execute("select to_regclass('public.notes')").fetchone() == (None,)


def test_implied(bench: Workbench) -> None:
    result = checked(judge(bench, NOTES + "create index idx_notes_kind on public.notes (kind);"))
    assert result.findings == []
    assert "notes (profile_id): idx_notes_profile_id" in result.evidence
    assert "all notes of a user: idx_notes_profile_id" in result.evidence
    assert result.evidence.endswith("none named by a draft; new, and used by none of these: idx_notes_kind")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("drop index public.idx_children_parent_id;",
         {"A query for children (parent_id) reads the whole table; before, idx_children_parent_id served it.",
          "A query for all that a user may see of public.children reads it whole; "
          "before, idx_children_parent_id served it."}),
        # another one begins with the column
        ("create index idx_children_parent_id_name on public.children (parent_id, name);"
         "drop index public.idx_children_parent_id;", set()),
        # the policy asks in another type than the index has
        (NOTES.replace("(profile_id = (select auth.uid()))", "(profile_id::text = (select auth.uid())::text)"),
         {"A policy of public.notes compares profile_id through a cast, so idx_notes_profile_id does not serve it."}),
        # what has no index at all is told by `indexes`
        (NOTES.replace("create index", "--"), set()),
        # a policy that looks in a subquery is served by none, and asks for nothing
        (NOTES.replace("(profile_id = (select auth.uid()))",
                       "(profile_id in (select parent_id from public.children where parent_id = (select auth.uid())))"),
         set()),
        ("alter table public.lessons add column subtitle text;", set()),
    ],
)  # fmt: skip
def test_what_the_catalog_does_not_show(bench: Workbench, sql: str, says: set[str]) -> None:
    messages = {f.message for f in checked(judge(bench, sql)).findings}
    assert {m.replace(" as a signed-in user", "") for m in messages} == says


def test_partitions_count_as_their_table(bench: Workbench) -> None:
    sql = """
    create table public.visits (profile_id uuid not null references public.profiles (id), day date not null,
                                primary key (profile_id, day)) partition by range (day);
    create table public.visits_2026 partition of public.visits for values from ('2026-01-01') to ('2027-01-01');
    create table public.visits_2027 partition of public.visits for values from ('2027-01-01') to ('2028-01-01');
    """
    assert "visits (profile_id): visits_pkey" in checked(judge(bench, sql)).evidence


def test_nothing_to_ask(bench: Workbench) -> None:
    result = checked(judge(bench, "comment on table public.badges is 'Badges';"))
    assert (result.status, result.findings) == ("n/a", [])
    assert checked(judge(bench, "select 1 / 0;")).status == "not-checked"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("insert into public.notes (profile_id, serial_no) select :profile_id, nullif(length(:made_up), 0)", ""),
        ("insert into public.notes (profile_id, serial_no) select :profile_id, null", "not-null constraint"),
        ("insert into public.notes (profile_id, serial) select :profile_id, length(:made_up)", "does not exist"),
    ],
)
def test_a_parameter_without_a_value_is_no_fault_of_the_query(bench: Workbench, query: str, message: str) -> None:
    result = checked(judge(bench, NOTES, query))
    assert ("no value was found for :made_up" in result.evidence) == (not message)
    assert [message in finding.message for finding in result.findings] == [True] * bool(message)
