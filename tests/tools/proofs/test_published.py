"""Rows that are for everybody by what some row says, and those that only look like it."""

import pytest

from tests.tools.checks.judged import findings
from tools.workbench import Workbench

OWN = "profile_id = (select auth.uid())"
POSTS = f"""
create table public.posts (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  body text not null,
  is_published boolean not null default true,
  visibility text not null default 'private' check (visibility in ('private', 'team', 'public'))
);
create table public.answers (
  id uuid primary key default gen_random_uuid(),
  post_id uuid not null references public.posts (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  body text not null
);
alter table public.posts enable row level security;
alter table public.answers enable row level security;
create policy posts_own on public.posts for select to authenticated using ({OWN});
"""


def leaks(bench: Workbench, check: str, sql: str) -> set[str]:
    found = findings(bench, check, sql)
    return {f.object for f in found if f.waived is None and f.object and f.rule.endswith(("/leak-read", "/leak"))}


@pytest.mark.parametrize(
    ("condition", "leak"),
    [
        ("exists (select from public.posts p where p.id = post_id and p.is_published)", False),
        ("exists (select from public.posts p where p.id = post_id and p.visibility = 'public')", False),
        ("public.is_open(post_id)", False),
        ("exists (select from public.posts p where p.id = post_id)", False),  # which the caller reads where published
        ("public.is_there(post_id)", True),
        ("public.is_open(post_id) or body <> ''", True),
    ],
)
def test_what_another_row_opens(bench: Workbench, condition: str, leak: bool) -> None:
    read = "create policy posts_seen on public.posts for select to authenticated using (is_published);"
    read += (
        "create function public.is_open(a uuid) returns boolean language sql stable security definer "
        "set search_path = '' as $$ select exists (select from public.posts where id = a and is_published) $$;"
    )
    read += read.partition(";")[2].replace("is_open", "is_there").replace("and is_published", "or is_published")
    answers = f"create policy answers_seen on public.answers for select to authenticated using ({OWN} or {condition});"
    assert leaks(bench, "rls", POSTS + read + answers) == ({"public.answers"} if leak else set())


@pytest.mark.parametrize(
    ("condition", "leak"),
    [("visibility = 'public'", False), ("visibility <> 'private'", True), ("visibility in ('team', 'public')", True)],
)
def test_a_value_that_names_some_is_not_for_everybody(bench: Workbench, condition: str, leak: bool) -> None:
    policy = f"create policy posts_seen on public.posts for select to authenticated using ({condition});"
    assert leaks(bench, "rls", POSTS + policy) == ({"public.posts"} if leak else set())


def test_a_membership_says_who_and_not_for_whom(team_bench: Workbench) -> None:
    sql = """
      alter table public.memberships add column is_approved boolean not null default true;
      create table public.drafts (
        id uuid primary key default gen_random_uuid(),
        organization_id uuid not null references public.organizations (id) on delete cascade
      );
      create function private.has_members(a uuid) returns boolean language sql stable security definer
        set search_path = '' as $$ select exists (
          select from public.memberships m where m.organization_id = a and m.is_approved) $$;
      alter table public.drafts enable row level security;
      create policy seen on public.drafts for select to authenticated using (private.has_members(organization_id));
    """
    assert leaks(team_bench, "rls", sql) == {"public.drafts"}
    mine = sql.replace("m.is_approved)", "m.is_approved and m.user_id = (select auth.uid()))")
    assert leaks(team_bench, "rls", mine) == set()


@pytest.mark.parametrize(
    ("query", "leak"),
    [
        ("select body from public.posts where id = a and visibility = 'public'", False),
        ("select body from public.posts where id = a and is_published", False),
        ("select body from public.posts where id = a", True),
        ("select body from public.posts where id = a and (is_published or body <> '')", True),
        ("select p.body || f.display_name from public.posts p join public.profiles f on f.id = p.profile_id "
         "where p.id = a and p.is_published", True),  # the post is published, the name of its author is not
    ],
)  # fmt: skip
def test_functions(bench: Workbench, query: str, leak: bool) -> None:
    function = (
        "create function public.shared_by_id(a uuid) returns text language sql stable security definer "
        f"set search_path = '' as $$ {query} $$;"
    )
    assert leaks(bench, "functions", POSTS + function) == ({"public.shared_by_id(uuid)"} if leak else set())


@pytest.mark.parametrize(("condition", "leak"), [("where is_published", False), ("where body <> ''", True), ("", True)])
def test_views(bench: Workbench, condition: str, leak: bool) -> None:
    view = f"create view public.wall as select id, body, is_published from public.posts {condition};"
    assert leaks(bench, "rls", POSTS + view) == ({"public.wall"} if leak else set())


@pytest.mark.parametrize(
    ("answer", "leak"),
    [
        ("'NO_RIGHTS'", False),
        ("json_build_object('success', false, 'error', 'Access denied')::text", False),
        ("'NO_RIGHTS for ' || 'a post'", False),
        ("'Access denied, posts: ' || (select count(*) from public.posts)", True),
        ("'yes'", True),
    ],
)
def test_a_refusal_in_words_tells_nothing(bench: Workbench, answer: str, leak: bool) -> None:
    function = (
        "create function public.asked(a uuid) returns text language plpgsql stable security definer "
        "set search_path = '' as $$ begin\n"
        "  if not exists (select from public.posts where id = a) then return 'NO_POST_FOUND'; end if;\n"
        "  if not exists (select from public.posts where id = a and profile_id = (select auth.uid())) then\n"
        f"    return {answer};\n  end if;\n  return 'done';\nend $$;"
    )
    assert leaks(bench, "functions", POSTS + function) == ({"public.asked(uuid)"} if leak else set())


@pytest.mark.parametrize(
    ("column", "leak"),
    [
        ("is_public boolean not null default true", True),
        ("is_public boolean not null default false", False),
        ("visibility text not null default 'public' check (visibility in ('private', 'public'))", True),
        ("visibility text not null default 'private' check (visibility in ('private', 'public'))", False),
        ("publish_at timestamptz", False),
        ("publish_at timestamptz default '2020-01-01'", True),
    ],
)
def test_a_new_column_opens_what_was_there_before(team_bench: Workbench, column: str, leak: bool) -> None:
    says = {"is_public": "is_public", "visibility": "visibility = 'public'", "publish_at": "publish_at <= now()"}
    says = says[column.partition(" ")[0]]
    sql = (
        f"alter table public.documents add column {column};"
        f"create policy documents_shown on public.documents for select to authenticated using ({says});"
    )
    assert leaks(team_bench, "rls", sql) == ({"public.documents"} if leak else set())
    allow = "-- allow: rls/public-read on public.documents: they are all to be read\n"
    assert leaks(team_bench, "rls", allow + sql) == set()
