import pytest

from tests.conftest import PROJECTS
from tests.tools.checks.judged import draft, findings, result, rules, told
from tools.expressions import Surroundings, always_true, calls, open_to_anon, wrap
from tools.project import Project
from tools.workbench import Workbench

OWNED = """
create table if not exists public.notes (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  reader_id uuid,
  is_shared boolean not null default false
);
alter table public.notes enable row level security;
revoke all on table public.notes from anon, authenticated, service_role;
grant all on table public.notes to authenticated;
grant all on table public.notes to service_role;
"""
READ = 'create policy "Read" on public.notes for select to authenticated using (profile_id = (select auth.uid()));\n'


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create table public.a (id int);", {("disabled", "public.a")}),
        ('create table public."A b" (id int);', {("disabled", 'public."A b"')}),
        ("do $$ begin execute 'create table public.a (id int)'; end $$;", {("disabled", "public.a")}),
        ("create schema internal; create table internal.a (id int);", set()),
        ("create schema i; create table i.a (id int); grant select on i.a to anon;", {("disabled", "i.a")}),
        ("create table public.a (id int) partition by list (id); alter table public.a enable row level security;"
         "revoke all on public.a from anon, authenticated;"
         "create table public.a1 partition of public.a for values in (1);",
         {("disabled", "public.a1")}),
        ("alter table public.badges disable row level security;", {("disabled", "public.badges")}),
        ("alter table public.badges force row level security;", set()),
        ("create table public.a as select 1 as id;", {("disabled", "public.a")}),
        ("create temp table a (id int);", set()),
    ],
)  # fmt: skip
def test_disabled(bench: Workbench, sql: str, expected: set[tuple[str, str]]) -> None:
    assert told(bench, "rls", sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (OWNED, ["rls/no-policy"]),
        (OWNED + READ, []),
        (OWNED + READ.replace("for select", "as restrictive for select"), ["rls/no-policy"]),
        (OWNED + "revoke all on public.notes from authenticated;", []),
        (OWNED + "revoke all on public.notes from authenticated; grant select (id) on public.notes to authenticated;",
         ["rls/no-policy"]),
        ('drop policy "Families can read badges" on public.badges;', ["rls/no-policy"]),
        ('drop policy "Families can read badges" on public.badges; revoke select on public.badges from authenticated;',
         []),
        # both modes of default privileges: where they grant, nobody wrote the grant that now leads nowhere
        ("create table public.a (id int); alter table public.a enable row level security;", ["rls/no-policy"]),
    ],
)  # fmt: skip
def test_no_policy(bench: Workbench, sql: str, expected: list[str]) -> None:
    assert rules(bench, "rls", sql) == expected


def test_a_following_file_makes_the_policy(bench: Workbench) -> None:
    assert [f.rule for f in findings(bench, "rls", OWNED, READ.replace("notes", "others"))] == ["rls/no-policy"]
    assert not findings(bench, "rls", OWNED, READ)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("for select to authenticated using (true)", []),
        ("for all to authenticated using (true)", ["rls/always-true"]),
        ("for all using (true)", ["rls/always-true"]),
        ("for all to service_role using (true)", []),
        ("as restrictive for all to authenticated using (true)", []),
        ("for insert to authenticated with check (1 = 1)", ["rls/always-true"]),
        ("for insert to authenticated with check (profile_id = (select auth.uid()))", []),
        ("for insert to authenticated with check ((select auth.role()) = 'authenticated')", ["rls/always-true"]),
        ("for insert to authenticated with check (profile_id is not null)", ["rls/always-true"]),
        ("for insert to authenticated with check (reader_id is not null)", []),
        ("for delete to authenticated using ((select auth.uid()) is not null)", ["rls/always-true"]),
        ("for delete to authenticated using (id = id)", ["rls/always-true"]),
        ("for delete to authenticated using (not false or is_shared)", ["rls/always-true"]),
        ("for delete to authenticated using (is_shared and profile_id = (select auth.uid()))", []),
        ("for update to authenticated using (profile_id = (select auth.uid())) with check (true)", ["rls/always-true"]),
        ("for update to authenticated using (true) with check (profile_id = (select auth.uid()))", ["rls/always-true"]),
        ("for update to authenticated using (profile_id = (select auth.uid()))", []),
        ("for update to anon using (coalesce(true, is_shared))", ["rls/always-true"]),
    ],
)
def test_always_true(bench: Workbench, policy: str, expected: list[str]) -> None:
    assert open_to(bench, f'{OWNED}{READ}create policy "P" on public.notes {policy};') == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("for select to anon using (is_shared)", ["rls/anon"]),
        ("for select using (is_shared)", ["rls/anon"]),
        ("for select using (true)", ["rls/anon"]),
        ("for select using (is_shared or profile_id = (select auth.uid()))", ["rls/anon"]),
        ("for select using (is_shared and profile_id = (select auth.uid()))", []),
        ("for select using (profile_id in (select id from public.profiles where id = (select auth.uid())))", []),
        ("for select using (profile_id in (select id from public.profiles))", []),  # which anon may not read
        ("for select to authenticated using (is_shared)", []),
        ("for delete using (is_shared)", []),  # no privilege
        ("for select to anon using ((select auth.role()) = 'authenticated')", []),
        ("for select to anon using ((select auth.role()) = 'anon' and is_shared)", ["rls/anon"]),
        ("for select using (reader_id is not distinct from (select auth.uid()))", ["rls/anon"]),
        ("for select using ((select auth.jwt()) ->> 'role' in ('admin', 'staff'))", []),
        ("for select using ((select auth.jwt()) ->> 'role' in ('admin', 'anon'))", ["rls/anon"]),
        ("for select to anon", []),  # without an expression nobody gets in
        ("for select using (id = public.me())", []),
        ("for select using (profile_id in (select parent_id from public.children))", []),  # where anon finds no row
        ("for select using (profile_id in (select id from public.pages))", ["rls/anon"]),
        ("for select using (id = any (coalesce(array[(select auth.uid())], '{}')))", ["rls/anon"]),
        ("for select using (id = any (coalesce((select public.mine()), '{}')))", []),
        ("for select using (id = any (coalesce((select public.mine()), '{}')) or is_shared)", ["rls/anon"]),
        ("for select using (case when is_shared then profile_id = (select auth.uid()) else false end)", []),
        ("for select using (case when is_shared then true else profile_id = (select auth.uid()) end)", ["rls/anon"]),
    ],
)
def test_anon(bench: Workbench, policy: str, expected: list[str]) -> None:
    mine = (
        "create function public.mine() returns uuid[] language sql as 'select array[auth.uid()]';"
        "create function public.me(who uuid default auth.uid()) returns uuid language sql as 'select who';"
        "create view public.pages as select id from public.children;"
        "grant select on public.children, public.pages to anon;"
    )
    text = f'{OWNED}{READ}{mine}grant select on public.notes to anon;create policy "P" on public.notes {policy};'
    assert open_to(bench, text) == expected


def open_to(bench: Workbench, text: str) -> list[str]:
    """Rules of what a policy lets through, as far as its text tells."""
    return [rule for rule in rules(bench, "rls", text) if rule in ("rls/always-true", "rls/anon")]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("for delete to authenticated using (OWN)", []),
        ("for delete to anon using (OWN)", ["rls/locked-out"]),
        ("for delete using (OWN)", ["rls/role"]),
        ("for delete to public using (OWN)", ["rls/role"]),
        ("for delete to service_role using (OWN)", []),
        ("to authenticated using (OWN) with check (OWN)", ["rls/verb"]),
        ("for all using (OWN)", ["rls/role", "rls/verb"]),
        ("for all to service_role using (true)", []),
        ("as restrictive using (OWN)", []),
        ("for update to authenticated using (OWN)", ["rls/with-check"]),
        ("for update using (false)", []),
        ("for update to authenticated using (OWN) with check (OWN)", []),
        ("for insert to authenticated with check (OWN)", []),
    ],
)
def test_form(bench: Workbench, policy: str, expected: list[str]) -> None:
    text = policy.replace("OWN", "profile_id = (select auth.uid())")
    assert rules(bench, "rls", f'{OWNED}{READ}create policy "P" on public.notes {text};') == expected


def test_fixes(bench: Workbench) -> None:
    """What initplan and anon suggest, put behind the migration, leaves nothing to say."""
    policy = """create policy "O'Neil reads" on public.notes for select
using (profile_id in (select id from public.profiles where id = auth.uid()) or (auth.jwt() ->> 'aal') = 'aal2'
  or current_setting('request.jwt.claims', true) like '%(x%' or is_shared);"""
    text = f"{OWNED}grant select on public.notes to anon;\n{policy}"
    found = [f for f in findings(bench, "rls", text) if f.waived is None]
    assert {f.rule for f in found} == {"rls/initplan", "rls/anon"}
    assert found[0].line == text[: text.index("create policy")].count("\n") + 1
    fixes = {f.rule: f.fix for f in found}
    assert rules(bench, "rls", text + fixes["rls/anon"]) == ["rls/initplan"]
    assert rules(bench, "rls", text + fixes["rls/initplan"]) == ["rls/anon"]


HELPER = """
create or replace function public.is_admin() returns boolean language sql stable security definer set search_path = ''
as $$ select exists (select from auth.users where id = (select auth.uid())
  and raw_{}_meta_data ->> 'role' = 'admin') $$;
"""


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (OWNED + "create policy p on public.notes for select to authenticated "
         "using ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin');", {("user-metadata", "public.notes/p")}),
        (OWNED + "create policy p on public.notes for select to authenticated "
         "using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');", set()),
        (OWNED + HELPER.format("user") + "create policy p on public.notes for select to authenticated "
         "using ((select public.is_admin()));", {("user-metadata", "public.notes/p")}),
        (OWNED + HELPER.format("app") + "create policy p on public.notes for select to authenticated "
         "using ((select public.is_admin()));", set()),
        (HELPER.format("user"), set()),
    ],
)  # fmt: skip
def test_user_metadata(bench: Workbench, sql: str, expected: set[tuple[str, str]]) -> None:
    assert told(bench, "rls", sql) == expected


def test_user_metadata_behind_an_old_policy(bench: Workbench) -> None:
    """A function that a policy calls is replaced by one that trusts what users write."""
    policy = "create policy p on public.notes for select to authenticated using ((select public.is_admin()));"
    first = OWNED + HELPER.format("app") + policy
    report = bench.judge([draft(first), draft(HELPER.format("user"), 1)])
    assert {(f.rule, f.object) for f in report.parts[0].findings() if f.rule.startswith("rls/")} == {
        ("rls/user-metadata", "public.is_admin()")
    }


OTHER = OWNED.replace("public.notes", "public.shares")


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ("create policy a on public.notes for select to authenticated using (id in (select id from public.notes));",
         {"public.notes"}),
        ("create policy a on public.notes for select to authenticated using (id in (select id from public.shares));"
         "create policy b on public.shares for select to authenticated using (id in (select id from public.notes));",
         {"public.notes", "public.shares"}),
        ("create policy a on public.notes for insert to authenticated "
         "with check (profile_id in (select n.profile_id from public.notes n));"
         "create policy b on public.notes for select to authenticated using (true);"
         "create policy c on public.shares for select to authenticated using (true);", set()),
        ("create policy a on public.notes for update to authenticated using (id in (select id from public.shares));"
         "create policy b on public.shares for select to authenticated using (id in (select id from public.shares));",
         {"public.notes", "public.shares"}),
    ],
)  # fmt: skip
def test_recursion(bench: Workbench, policies: str, expected: set[str]) -> None:
    assert {o for slug, o in told(bench, "rls", OWNED + OTHER + policies) if slug == "recursion"} == expected


def test_recursion_through_a_function(bench: Workbench) -> None:
    """Postgres cannot see this one when it plans; it takes a row, and children has some."""
    text = """create or replace function public.mine(child uuid) returns boolean language plpgsql set search_path = ''
as $$ begin return exists (select from public.children where id = child and parent_id = (select auth.uid())); end $$;
drop policy "Parents can view their own children" on public.children;
create policy "Parents can view their own children" on public.children for select to authenticated
using (public.mine(id));"""
    found = [f for f in findings(bench, "rls", text) if f.rule == "rls/recursion"]
    assert [f.object for f in found] == ["public.children"]
    assert "stack depth" in found[0].message


@pytest.mark.parametrize("own", ["", "vacuum public.skills;"])
def test_a_recursion_of_old_is_not_news(bench: Workbench, own: str) -> None:
    loop = "create policy a on public.notes for select to authenticated using (id in (select id from public.notes));"
    more = "create policy b on public.notes for delete to authenticated using (profile_id = (select auth.uid()));"
    first, second = draft(OWNED + loop), draft(f"{more}create table public.more (id int);{own}", 1)
    report = bench.judge([first, second])
    assert [f.object for f in report.findings() if f.rule == "rls/recursion"] == ["public.notes"]
    assert [f.object for f in report.parts[0].findings() if f.rule == "rls/recursion"] == []
    assert not any("broke" in check.evidence for check in report.parts[0].checks)


def test_evidence(bench: Workbench) -> None:
    assert result(bench, "rls", "comment on table public.badges is 'x';").status == "n/a"
    assert result(bench, "rls", "select 1 from nowhere;").status == "not-checked"
    assert "tries at 1 table" in result(bench, "rls", OWNED + READ).evidence


AROUND = Surroundings(not_null={"id"}, helpers={"public.is_member"})


@pytest.mark.parametrize(
    ("text", "true", "anon"),
    [
        ("(true OR (owner = auth.uid()))", True, True),
        ("(id IS NOT NULL)", True, True),
        ("(( SELECT auth.uid() AS uid) IS NOT NULL)", True, False),
        ("public.is_member(id)", False, False),
        ("public.other(id)", False, True),
        ("public.other(auth.uid())", False, False),
        ("(NOT (owner = auth.uid()))", False, False),
        ("(auth.uid() IS NULL)", False, True),
        ("COALESCE((owner = auth.uid()), false)", False, False),
        ("(( SELECT auth.uid() AS uid) = ANY (members))", False, False),
        ("((( SELECT (auth.jwt() ->> 'role'::text))) = 'service_role'::text)", False, False),
        ("(((auth.jwt() -> 'app_metadata'::text) ->> 'org'::text) = org)", False, False),
        ("(EXISTS ( SELECT 1 FROM a JOIN b ON ((b.owner = auth.uid()))))", False, False),
        ("(EXISTS ( SELECT 1))", True, True),
        ("(owner = (current_setting('request.jwt.claim.sub'::text, true))::uuid)", False, False),
    ],
)
def test_expressions(text: str, true: bool, anon: bool) -> None:
    assert (always_true(text, AROUND), open_to_anon(text, AROUND)) == (true, anon)


@pytest.mark.parametrize(
    "text",
    [
        "(owner = auth.uid())",
        "(owner IN ( SELECT m.id FROM m WHERE (m.user_id = auth.uid())))",
        "(((auth.jwt() ->> 'é)'::text) = 'x'::text) OR (owner = auth.uid()))",
        "((current_setting('a('::text, true))::uuid = auth.uid())",
    ],
)
def test_wrap(text: str) -> None:
    assert [c for c in calls(text) if not c.wrapped]
    assert all(call.wrapped for call in calls(wrap(text)))
    assert wrap(wrap(text)) == wrap(text)


def test_a_following_file_makes_policies_for_some_verbs(bench: Workbench) -> None:
    table = """
create table public.notes (id uuid primary key, profile_id uuid not null references public.profiles (id));
alter table public.notes enable row level security;
revoke all on public.notes from anon, authenticated;
grant select, delete on public.notes to authenticated;
"""
    read, delete = (
        f"create policy p{verb} on public.notes for {verb} to authenticated using (profile_id = (select auth.uid()));"
        for verb in ("select", "delete")
    )
    assert told(bench, "rls", table + read, delete) == set()
    assert told(bench, "rls", table, read + delete) == set()
    assert told(bench, "rls", table, read) == {("locked-out", "public.notes")}
    assert told(bench, "rls", table + read, "comment on policy pselect on public.notes is 'Own rows';") == {
        ("locked-out", "public.notes")
    }


def test_only_what_changes_passes_policies_by() -> None:
    """What an earlier file did is not the next one's doing. Roles are the whole server's: this takes one of its own."""
    with (
        Workbench.open(Project.find(PROJECTS / "team_docs")) as team,
        team.after(draft("grant service_role to authenticated;")) as after,
    ):
        assert after
        assert "rls/bypass" not in rules(after, "rls", "create role reporter nologin; grant reporter to authenticator;")
        through = "create role helper nologin; grant service_role to helper; grant helper to anon;"
        assert "rls/bypass" in rules(after, "rls", through)
