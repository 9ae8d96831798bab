"""Functions called, and views read, with ids of somebody else's rows."""

import pytest

from tests.tools.checks.judged import findings, result, told
from tools.workbench import Workbench

MINE = """
  if not exists (select from public.children where id = child_id_param and parent_id = (select auth.uid())) then
    raise exception 'Access denied' using errcode = '42501';
  end if;
"""
SIGNED_IN = "  if (select auth.uid()) is null then raise exception 'no'; end if;\n"
POINTS = (
    "return (select coalesce(sum(points_earned), 0) + 1 from public.user_progress where child_id = child_id_param);"
)
NAME = "return (select name from public.children where id = child_id_param);"


def definer(body: str, signature: str = "f(child_id_param uuid)", returns: str = "text", more: str = "") -> str:
    return (
        f"create function public.{signature} returns {returns} language plpgsql {more} security definer "
        f"set search_path = '' as $$\nbegin\n{body}\nend $$;"
    )


@pytest.mark.parametrize(
    ("sql", "leaks"),
    [
        (definer(NAME), True),
        (definer(MINE + NAME), False),
        (definer(SIGNED_IN + NAME), True),
        (definer(SIGNED_IN + POINTS, returns="bigint"), False),  # one more than nothing, whoever asks
        (definer(SIGNED_IN + POINTS.replace("+ 1", "+ count(*)"), returns="bigint"), True),
        (definer(NAME).replace("security definer", ""), False),  # row level security answers
        (definer(SIGNED_IN + NAME, "get_public_child(child_id_param uuid)"), False),
        (definer(SIGNED_IN + NAME.replace("child_id_param", "$1"), "f(uuid)"), True),
        (definer(SIGNED_IN + NAME.replace("child_id_param", "p_child"), "f(p_child uuid, note text default '')"), True),
        (definer(SIGNED_IN + NAME.replace("= child_id_param", "= any (child_ids)"), "f(child_ids uuid[])"), True),
        (definer(SIGNED_IN + "return query select c.id from public.children c;", "f()", "setof uuid"), True),
        (definer(SIGNED_IN + "return query select c.id from public.children c where parent_id = (select auth.uid());",
                 "f()", "setof uuid"), False),
        (definer(SIGNED_IN + "return (select count(*) from public.children);", "f()", "bigint"), False),
        (definer(SIGNED_IN + "return child_id_param;"), False),  # what the caller said
        (definer(SIGNED_IN + "return gen_random_uuid();"), False),
        (definer(SIGNED_IN + "return clock_timestamp();"), False),
        (definer(SIGNED_IN + "delete from public.children where id = child_id_param; return null;"), True),
        (definer(SIGNED_IN + "update public.children set name = 'x' where id = child_id_param; return null;"), True),
        (definer(MINE + "update public.children set name = 'x' where id = child_id_param; return null;"), False),
        (definer(SIGNED_IN + "insert into public.user_progress (child_id, lesson_id) "
                 "select child_id_param, id from public.lessons offset 3 limit 1; return null;"), True),
        (definer(SIGNED_IN + "update public.profiles set timezone = 'UTC' where id = (select auth.uid()); return '';"),
         False),
        # a lesson is everybody's
        (definer(SIGNED_IN + "return (select title from public.lessons where id = lesson_id_param);",
                 "f(lesson_id_param uuid)"), False),
        (definer(SIGNED_IN + "return (select display_name from public.profiles where id = user_id);",
                 "f(user_id uuid)"), True),
        # the check is in a function that is called
        ("create function public.is_mine(a uuid) returns boolean language sql security definer set search_path = '' as "
         "$$ select exists (select from public.children where id = a and parent_id = (select auth.uid())) $$;"
         + definer(f"if not public.is_mine(child_id_param) then raise exception 'no'; end if; {NAME}"), False),
        # and there it is missing
        ("create function public.named(a uuid) returns text language sql security definer set search_path = '' as "
         "$$ select name from public.children where id = a and (select auth.uid()) is not null $$;"
         "revoke all on function public.named from public, anon, authenticated;"
         + definer("return public.named(child_id_param);"), True),
        (definer(SIGNED_IN + NAME) + "revoke all on function public.f from public, anon, authenticated;", False),
        ("create schema i; " + definer(SIGNED_IN + NAME).replace("public.f", "i.f"), False),
    ],
)  # fmt: skip
def test_leaks(bench: Workbench, sql: str, leaks: bool) -> None:
    found = [f for f in findings(bench, "functions", sql) if f.waived is None]
    assert [f.rule for f in found] == ["functions/leak"] * leaks, found


def test_tenants(team_bench: Workbench) -> None:
    count = "select count(*) from public.memberships where organization_id = org_id"
    leak = "create function public.f(org_id uuid) returns bigint language sql security definer set search_path = ''"
    leak += f" as $$ {count} and (select auth.uid()) is not null $$;"
    mine = (
        "exists (select from public.memberships m where m.organization_id = org_id and m.user_id = (select auth.uid()))"
    )
    assert told(team_bench, "functions", leak) == {("leak", "public.f(uuid)")}
    assert not told(team_bench, "functions", leak.replace("(select auth.uid()) is not null", mine))


@pytest.mark.parametrize(
    ("signature", "condition", "leak"),
    [
        ("f(p_for uuid default null)", "created_by = coalesce(p_for, (select auth.uid()))", True),
        ("f(p_for uuid default null)", "created_by = (select auth.uid()) and p_for is null", False),
        ("f(q text)", "title ilike '%' || q || '%'", True),
        ("f(q text)", "to_tsvector('simple', title) @@ websearch_to_tsquery('simple', q)", True),
        ("f(q text)", "title ilike '%' || q || '%' and created_by = (select auth.uid())", False),
        ("f(payload jsonb)", "organization_id = (payload ->> 'organization_id')::uuid", True),
        ("f(payload jsonb)",
         "organization_id = (payload ->> 'organization_id')::uuid and created_by = (select auth.uid())",
         False),
    ],
)  # fmt: skip
def test_what_is_left_out_looked_for_and_in_documents(
    team_bench: Workbench, signature: str, condition: str, leak: bool
) -> None:
    sql = (
        f"create function public.{signature} returns setof text language sql stable security definer "
        f"set search_path = '' as $$ select title from public.documents where {condition} and "
        "(select auth.uid()) is not null $$;"
    )
    assert {rule for rule, _ in told(team_bench, "functions", sql)} == ({"leak"} if leak else set())


def test_another_of_the_same_name_asks(team_bench: Workbench) -> None:
    """public.search_documents(uuid, text) asks who is calling."""
    sql = (
        "create function public.search_documents() returns bigint language sql stable security definer "
        "set search_path = '' as $$ select count(*) from public.documents $$;"
    )
    assert told(team_bench, "functions", sql) == {("caller", "public.search_documents()")}


def test_the_name_of_a_table_is_the_callers_fault(team_bench: Workbench) -> None:
    sql = (
        "create function public.f(name text) returns bigint language plpgsql stable set search_path = '' as $$ "
        "declare n bigint; begin execute format('select count(*) from public.%I', name) into n; return n; end $$;"
    )
    assert not told(team_bench, "functions", sql)


def test_the_message_shows_the_call_and_the_answer(bench: Workbench) -> None:
    (found,) = findings(bench, "functions", definer(SIGNED_IN + NAME))
    assert found.line == 1
    assert "public.f(child_id_param => '<id of public.children>')" in found.message
    assert '"f"' in found.message
    assert found.key == findings(bench, "functions", definer(SIGNED_IN + NAME))[0].key


def test_a_call_that_does_not_come_back(bench: Workbench) -> None:
    row = result(bench, "functions", definer("loop perform 1; end loop;", "f()"))
    assert "not called: public.f() (it did not come back within 2 s)" in row.evidence


NOTES = "select id, parent_id, name from public.children"


@pytest.mark.parametrize(
    ("sql", "leaks"),
    [
        (f"create view public.v as {NOTES};", True),
        (f"create view public.v with (security_invoker) as {NOTES};", False),
        (f"create view public.v with (security_invoker = true) as {NOTES};", False),
        (f"create view public.public_children as {NOTES};", False),
        (f"create view public.v as {NOTES} where parent_id = (select auth.uid());", False),
        (f"create view public.v as {NOTES} where grade_level = '7';", True),
        ("create view public.v as select count(*) from public.children;", False),
        ("create view public.v as select id, title from public.lessons;", False),
        ("create view public.v as select id, email from auth.users;", True),
        (f"create view public.v as {NOTES}; revoke all on public.v from anon, authenticated;", False),
        (f"create materialized view public.v as {NOTES};", True),
        # row level security holds for whoever asks, also through another view
        (f"create view public.w with (security_invoker) as {NOTES}; create view public.v as select name from public.w;",
         False),
        (f"create view public.public_w as {NOTES};"
         "create view public.v with (security_invoker) as select name from public.public_w;", True),
        ("create view public.v as select child_id, count(*) from public.user_progress group by child_id;", True),
    ],
)  # fmt: skip
def test_views(bench: Workbench, sql: str, leaks: bool) -> None:
    found = findings(bench, "rls", f"{sql} grant select on public.children to authenticated;")
    assert [(f.rule, f.object) for f in found if f.waived is None] == [("rls/leak-read", "public.v")] * leaks


FINISH = """
  if {} then
    raise exception 'Access denied' using errcode = '42501';
  end if;
  if not exists (select from public.lessons l where l.id = lesson_id_param and l.is_active and {}) then
    raise exception 'No such lesson' using errcode = 'P0002';
  end if;
  insert into public.user_progress (child_id, lesson_id) values (child_id_param, lesson_id_param)
  on conflict do nothing;
  return '';
"""
MINE_NOT = "not exists (select from public.children where id = child_id_param and parent_id = (select auth.uid()))"


@pytest.mark.parametrize(
    "asked", ["is_published", "l.is_published = true", "subject in ('science')", "published_at < now()", "points = 3"]
)
def test_rows_that_the_body_asks_for(bench: Workbench, asked: str) -> None:
    """A lesson as it comes would be refused before anything is seen."""
    signature = "f(child_id_param uuid, lesson_id_param uuid)"
    for check, leaks in ((MINE_NOT, False), ("(select auth.uid()) is null", True)):
        found = findings(bench, "functions", definer(FINISH.format(check, asked), signature))
        assert [f.rule for f in found] == ["functions/leak"] * leaks, found
        assert all("lesson_id_param => '<id of public.lessons>'" in f.message for f in found)


STORIES = """
create table public.stories (id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id), title text not null,
  visibility text not null default 'secret' check (visibility in ('secret', 'public')));
alter table public.stories enable row level security;
create policy "Read" on public.stories for select to authenticated
  using (user_id = (select auth.uid()) or visibility = 'public');
create table public.story_notes (id uuid primary key default gen_random_uuid(),
  story_id uuid not null references public.stories (id), note text not null);
alter table public.story_notes enable row level security;
create policy "Read" on public.story_notes for select to authenticated
  using (exists (select from public.stories s where s.id = story_id and s.user_id = (select auth.uid())));
create function public.story(p_story_id uuid) returns jsonb language sql security definer set search_path = '' as
$$ select jsonb_build_object('title', s.title{}) from public.stories s
   where s.id = p_story_id and s.visibility = 'public' and (select auth.uid()) is not null $$;
"""


@pytest.mark.parametrize(
    ("more", "leaks"),
    [
        ("", False),
        (", 'notes', (select string_agg(n.note, '') from public.story_notes n where n.story_id = s.id)", True),
    ],
)
def test_what_the_caller_reads_anyway(bench: Workbench, more: str, leaks: bool) -> None:
    found = [f.rule for f in findings(bench, "functions", STORIES.format(more)) if f.waived is None]
    assert ("functions/leak" in found) is leaks


CLAIMS = """
create function public.is_claims_admin() returns boolean language plpgsql set search_path = '' as $$
begin
  if Session_User = 'authenticator' then
    return coalesce((select auth.jwt() -> 'app_metadata' ->> 'claims_admin')::boolean, false);
  end if;
  return {};  -- a trigger, or an admin's SQL editor
end $$;
create function public.get_claims(uid uuid) returns jsonb language plpgsql security definer set search_path = '' as $$
begin
  if {} public.is_claims_admin() then return null; end if;
  return (select to_jsonb(c) from public.children c where c.parent_id = uid limit 1);
end $$;
"""


@pytest.mark.parametrize(("server", "refuses", "leaks"), [("true", "not", False), ("false", "", True)])
def test_callers_come_through_the_api(bench: Workbench, server: str, refuses: str, leaks: bool) -> None:
    """A helper that asks who is connected lets the server's own sessions pass, or nobody else."""
    found = [f.rule for f in findings(bench, "functions", CLAIMS.format(server, refuses)) if f.waived is None]
    assert ("functions/leak" in found) is leaks
