"""The access matrix as findings: what two families of rows and those who try to reach them show."""

import pytest

from tests.tools.checks.judged import draft
from tools.workbench import Workbench

NOTES = """
create table if not exists public.notes (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  child_id uuid references public.children (id) on delete cascade,
  reviewed_by uuid references public.profiles (id) on delete set null,
  body text not null default 'x',
  is_public boolean not null default false,
  status text not null default 'draft' check (status in ('draft', 'published'))
);
alter table public.notes enable row level security;
revoke all on table public.notes from anon, authenticated, service_role;
grant all on table public.notes to authenticated;
"""
OWN = "profile_id = (select auth.uid())"
THROUGH = "child_id in (select id from public.children where parent_id = (select auth.uid()))"
ANY_CHILD = "exists (select from public.children where parent_id = (select auth.uid()))"


def policy(what: str, name: str = "P") -> str:
    return f'create policy "{name}" on public.notes {what};\n'


def told(bench: Workbench, sql: str) -> set[str]:
    """Rules that the matrix broke."""
    rules = {f.rule for f in bench.judge([draft(sql)]).findings()}
    return rules & {"rls/leak-read", "rls/leak-write", "rls/reassign", "rls/locked-out", "rls/public-read"}


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (policy(f"for select to authenticated using ({OWN})"), set()),
        (policy(f"for select to authenticated using ({THROUGH})"), set()),
        (policy("for select to authenticated using (true)"), {"rls/leak-read"}),
        (policy(f"for select to authenticated using ({OWN} or true)"), {"rls/leak-read"}),
        (policy(f"for select to authenticated using ({ANY_CHILD})"), {"rls/leak-read"}),
        (policy("for select to authenticated using (profile_id <> (select auth.uid()))"),
         {"rls/leak-read", "rls/locked-out"}),
        (policy("for select to authenticated using (body <> '')"), {"rls/leak-read"}),
        (policy("for select to authenticated using (true)", "Everyone can read notes"), set()),
        (policy("for select to authenticated using (true)", "notes_public_read"), set()),
        (policy("for select to authenticated using (true)", "Users see their own notes"), {"rls/leak-read"}),
        (policy(f"for select to authenticated using (is_public or {OWN})"), set()),
        (policy(f"for select to authenticated using (status = 'published' or {OWN})"), set()),
        (policy("for select to authenticated using (id = (select auth.uid()))"), {"rls/locked-out"}),
        (policy(f"for delete to authenticated using ({ANY_CHILD})"), {"rls/leak-write"}),
        (policy(f"for insert to authenticated with check ({ANY_CHILD})"), {"rls/leak-write"}),
        (policy(f"for insert to authenticated with check ({OWN})"), set()),
        (policy(f"for update to authenticated using ({OWN}) with check ({OWN})"), set()),
        (policy(f"for update to authenticated using ({OWN})"), set()),
        (policy(f"for update to authenticated using ({OWN}) with check ({OWN} or body <> '')"), {"rls/reassign"}),
        (policy(f"for update to authenticated using ({ANY_CHILD}) with check ({ANY_CHILD})"), {"rls/leak-write"}),
        (f"-- allow: rls/public-read on public.notes: everybody's pinboard\n"
         f"{policy('for select to authenticated using (true)')}", set()),
    ],
)  # fmt: skip
def test_matrix(bench: Workbench, policies: str, expected: set[str]) -> None:
    reads = "" if "for select" in policies else policy(f"for select to authenticated using ({OWN})", "Own")
    assert told(bench, NOTES + reads + policies) - {"rls/public-read"} == expected


def test_public_read_is_shown_with_its_reason(bench: Workbench) -> None:
    allow = "-- allow: rls/public-read on public.notes: everybody's pinboard\n"
    report = bench.judge([draft(allow + NOTES + policy("for select to authenticated using (true)"))])
    (rls,) = (check for check in report.checks if check.id == "rls")
    assert [(f.rule, f.waived) for f in rls.findings] == [("rls/public-read", "everybody's pinboard")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("private.is_member(organization_id)", set()),
        ("exists (select from public.memberships m where m.user_id = (select auth.uid()))", {"rls/leak-read"}),
        ("created_by = (select auth.uid())", set()),
        ("organization_id in (select organization_id from public.memberships where user_id = (select auth.uid()))",
         set()),
    ],
)  # fmt: skip
def test_tenants(team_bench: Workbench, condition: str, expected: set[str]) -> None:
    table = """
create table if not exists public.memos (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  created_by uuid references auth.users (id) on delete set null
);
alter table public.memos enable row level security;
revoke all on table public.memos from anon, authenticated, service_role;
grant select on table public.memos to authenticated;
"""
    made = f'{table}create policy "Read" on public.memos for select to authenticated using ({condition});'
    report = team_bench.judge([draft(made)])
    assert {f.rule for f in report.findings() if "leak" in f.rule or "locked" in f.rule} == expected
    members = {cell.actor for cell in report.access if cell.actor.startswith("member as")}
    assert members == {"member as admin", "member as editor", "member as viewer"}


def test_keys_are_the_same_in_each_run(bench: Workbench) -> None:
    open_to_all = draft(NOTES + policy("for select to authenticated using (true)"))
    keys = [[f.key for f in bench.judge([open_to_all]).findings() if f.rule == "rls/leak-read"] for _ in range(2)]
    assert keys[0] == keys[1] != []


def test_what_was_open_before_is_not_news(bench: Workbench) -> None:
    """Badges are read by every family; another policy beside it changes nothing for the others."""
    again = 'create policy "More" on public.badges for select to authenticated using (true);'
    assert told(bench, again) == set()


def test_a_policy_of_old_that_is_opened(bench: Workbench) -> None:
    opened = """
drop policy if exists "Parents can view their own children" on public.children;
create policy "Parents can view their own children" on public.children for select to authenticated using (true);
"""
    assert told(bench, opened) == {"rls/leak-read"}
    report = bench.judge([draft(opened)])
    cells = {(c.actor, c.verb): (c.outcome, c.expected) for c in report.access if c.table == "public.children"}
    assert cells["stranger", "select"] == ("allowed", "denied")
    assert cells["anon", "select"] == ("denied", "denied")


def test_a_helper_that_is_opened(team_bench: Workbench) -> None:
    """The policies stay as they are; the function that they ask says yes to everybody."""
    helper = """
create or replace function private.is_member(organization uuid) returns boolean
language sql stable security definer set search_path = ''
as $$ select organization is not null and (select auth.uid()) is not null $$;
"""
    assert "rls/leak-read" in told(team_bench, helper)


AUDIT = """
create or replace function public.log_child_change() returns trigger language plpgsql {} set search_path = '' as $$
begin
  insert into public.audit_log (table_name, record_id, action, user_id)
  values (tg_table_name, coalesce(new.id, old.id), tg_op, (select auth.uid()));
  return null;
end $$;
"""
KEEP = """
create table public.old_names (child_id uuid not null references public.children (id) on delete cascade, name text);
alter table public.old_names enable row level security;
revoke all on public.old_names from anon, authenticated, service_role;
create function public.keep_name() returns trigger language plpgsql {} set search_path = '' as
  $$ begin insert into public.old_names values (old.id, old.name); return null; end $$;
create trigger keep_name after update on public.children for each row
  when (old.name is distinct from new.name) execute function public.keep_name();
"""
COUNTED = """
create table public.tallies (profile_id uuid primary key references public.profiles (id) on delete cascade, n int);
alter table public.tallies enable row level security;
revoke all on public.tallies from anon, authenticated, service_role;
create function public.tally() returns trigger language plpgsql {} set search_path = '' as
  $$ begin insert into public.tallies values (new.profile_id, 1) on conflict do nothing; return null; end $$;
"""
TALLY = "create trigger tally after insert on public.notes for each row execute function public.tally();"
OWN_ROWS = policy(f"for select to authenticated using ({OWN})") + policy(
    f"for insert to authenticated with check ({OWN})", "Q"
)


@pytest.mark.parametrize(
    "sql",
    [
        AUDIT,  # only the function changes, under a trigger of old
        KEEP,  # it waits for a real change
        NOTES + OWN_ROWS + COUNTED + TALLY,
    ],
)
def test_a_trigger_that_cannot_write_for_users(bench: Workbench, sql: str) -> None:
    assert told(bench, sql.replace("{}", "")) == {"rls/locked-out"}
    assert told(bench, sql.replace("{}", "security definer")) == set()


AUTHORS = "comments.author_id = (select auth.uid())"
ADMINS = "private.has_role(d.organization_id, 'owner', 'admin')"
MEMBERS = "private.is_member(d.organization_id)"


@pytest.mark.parametrize(
    ("name", "ways", "expected"),
    [
        ("Authors and admins can delete comments", f"{AUTHORS} or {ADMINS}", set()),
        ("Authors and admins can delete comments", f"{AUTHORS} or {MEMBERS}", {"rls/leak-write"}),
        ("Authors and admins can delete comments", f"{AUTHORS.replace('=', '<>')} or {ADMINS}", {"rls/leak-write"}),
        ("Admins can delete comments of their documents", MEMBERS, {"rls/leak-write"}),
        ("Authors and members can delete comments", f"{AUTHORS} or {MEMBERS}", set()),
        ("Members can delete what admins may not keep", MEMBERS, set()),
    ],
)
def test_whom_a_policy_names(team_bench: Workbench, name: str, ways: str, expected: set[str]) -> None:
    sql = f"""
drop policy if exists "Authors and admins can delete comments" on public.comments;
create policy "{name}" on public.comments for delete to authenticated
using (exists (select from public.documents d where d.id = comments.document_id and ({ways})));
"""
    assert told(team_bench, sql) == expected


def test_whoever_may_not_make_an_owner_may_not_make_a_viewer(team_bench: Workbench) -> None:
    sql = """
drop policy if exists "Admins can add members" on public.memberships;
create policy "Admins can add members" on public.memberships for insert to authenticated
with check (private.has_role(organization_id, 'owner') or (role <> 'owner' and {}));
"""
    assert told(team_bench, sql.format("private.has_role(organization_id, 'admin')")) == set()
    assert told(team_bench, sql.format("private.is_member(organization_id)")) == {"rls/leak-write"}


PINS = """
create table if not exists public.pins (
  organization_id uuid not null,
  document_id uuid not null,
  user_id uuid not null{},
  position integer not null default 0,
  primary key (document_id, user_id),
  foreign key (organization_id, document_id) references public.documents (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references public.memberships (organization_id, user_id) on delete cascade
);
alter table public.pins enable row level security;
revoke all on table public.pins from anon, authenticated, service_role;
grant select, insert, update, delete on table public.pins to authenticated;
create policy "Own" on public.pins for select to authenticated using (user_id = (select auth.uid()));
create policy "Take" on public.pins for insert to authenticated with check ({}
  and exists (select from public.documents d where d.id = document_id));
"""


@pytest.mark.parametrize("also", ["", " references auth.users (id) on delete cascade"])
def test_a_user_in_a_longer_key(team_bench: Workbench, also: str) -> None:
    """Whoever writes a row in their own name forges nothing, whoever writes one in another's does."""
    own = team_bench.judge([draft(PINS.format(also, "user_id = (select auth.uid())"))])
    assert "rls/leak-write" not in {f.rule for f in own.findings()}
    inserts = {c.actor: (c.outcome, c.expected) for c in own.access if (c.table, c.verb) == ("public.pins", "insert")}
    assert inserts["owner"] == inserts["member as viewer"] == ("allowed", "allowed")
    assert inserts["other"] == inserts["stranger"] == ("denied", "denied")
    assert "rls/leak-write" in told(team_bench, PINS.format(also, "true"))
    assert "rls/leak-write" in told(team_bench, PINS.format(also, "private.is_member(organization_id)"))


LATER = """
create function public.tidy_notes() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.notes set body = new.body || '.' where id = new.id and body not like '%.';
  return null;
end $$;
create constraint trigger tidy_notes after insert on public.notes deferrable initially deferred
  for each row execute function public.tidy_notes();
"""


def test_what_a_deferred_trigger_does_is_nobodys_doing(bench: Workbench) -> None:
    closed = policy("for update to authenticated using (false) with check (false)")
    assert told(bench, NOTES + closed + LATER) == set()
    opened = policy("for update to authenticated using (body <> '') with check (body <> '')")
    assert "rls/leak-write" in told(bench, NOTES + opened + LATER)


SALES = """
create table public.sales (id uuid primary key default gen_random_uuid(), title text not null);
insert into public.sales (title) values ('Everybody''s first');
create table public.buyers (id uuid primary key default gen_random_uuid(),
  user_id uuid references auth.users (id) on delete set null, name text not null);
create table public.sale_buyers (sale_id uuid not null references public.sales (id),
  buyer_id uuid not null references public.buyers (id), primary key (sale_id, buyer_id));
create table public.sale_notes (id uuid primary key default gen_random_uuid(),
  sale_id uuid not null references public.sales (id), body text not null);
alter table public.buyers enable row level security;
create policy "Own" on public.buyers for select to authenticated using (user_id = (select auth.uid()));
alter table public.sale_buyers enable row level security;
create policy "Own" on public.sale_buyers for select to authenticated
  using (exists (select from public.buyers b where b.id = buyer_id and b.user_id = (select auth.uid())));
alter table public.sale_notes enable row level security;
create policy "Buyers see" on public.sale_notes for select to authenticated using ({0});
create policy "Buyers change" on public.sale_notes for update to authenticated using ({0}) with check ({0});
"""


@pytest.mark.parametrize(("more", "expected"), [("", set()), (" or char_length(body) > 0", {"rls/leak-write"})])
def test_what_is_led_to_by_a_link(team_bench: Workbench, more: str, expected: set[str]) -> None:
    """A sale is nobody's by itself: whoever buys it is let in through another table."""
    buyers = "select s.sale_id from public.sale_buyers s join public.buyers b on b.id = s.buyer_id"
    buys = f"sale_id in ({buyers} where b.user_id = (select auth.uid())){more}"
    assert told(team_bench, SALES.format(buys)) & {"rls/leak-read", "rls/leak-write"} == expected


TEMPLATES = """
create table public.templates (id uuid primary key default gen_random_uuid(), title text not null,
  organization_id uuid references public.organizations (id) on delete cascade);
alter table public.templates enable row level security;
create policy "Read" on public.templates for select to authenticated using (
  organization_id is {} null or organization_id in (
    select m.organization_id from public.memberships m where m.user_id = (select auth.uid())));
"""


@pytest.mark.parametrize(("negated", "expected"), [("", set()), ("not", {"rls/leak-read"})])
def test_what_belongs_to_nobody_is_nobodys_secret(team_bench: Workbench, negated: str, expected: set[str]) -> None:
    assert told(team_bench, TEMPLATES.format(negated)) == expected


ROLES = """
create type public.app_role as enum ('admin', 'accountant', 'user');
create table public.user_roles (id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade, role public.app_role not null,
  unique (user_id, role));
alter table public.user_roles enable row level security;
create policy "Own" on public.user_roles for select to authenticated using (user_id = (select auth.uid()));
create function public.has_role(_user_id uuid, _role public.app_role) returns boolean
language sql stable security definer set search_path = '' as
$$ select exists (select from public.user_roles where user_id = _user_id and role = _role) $$;
create policy "Accountants" on public.notes for select to authenticated
  using ({} public.has_role((select auth.uid()), 'accountant'));
"""


@pytest.mark.parametrize(("negated", "expected"), [("", set()), ("not", {"rls/leak-read"})])
def test_others_have_no_role_that_policies_ask_for(bench: Workbench, negated: str, expected: set[str]) -> None:
    """The helper that policies call is no leak of its own: it says yes or no to whoever they are for."""
    sql = NOTES + policy(f"for select to authenticated using ({OWN})") + ROLES.format(negated)
    report = bench.judge([draft(sql)])
    assert {f.rule for f in report.findings()} & {"rls/leak-read", "functions/leak"} == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [("created_by", set()), ("creado_por", set()), ("aangemaakt_door_id", set()), ("owner_id", {"rls/leak-read"})],
)
def test_who_made_a_row_need_not_be_whose_it_is(bench: Workbench, column: str, expected: set[str]) -> None:
    table = "create table public.plans (id uuid primary key default gen_random_uuid(), title text not null,\n"
    table += f"  {column} uuid not null references public.profiles (id));\nalter table public.plans enable row level"
    read = ' security;\ncreate policy "Plans" on public.plans for select to authenticated using (true);'
    assert told(bench, table + read) == expected


STATS = """
create table public.stats (organization_id uuid primary key references public.organizations (id) on delete cascade,
  documents bigint not null default 0);
alter table public.stats enable row level security;
revoke all on table public.stats from anon, authenticated, service_role;
grant select on table public.stats to authenticated;
create policy "Members" on public.stats for select to authenticated using (private.is_member(organization_id));
create function private.count_documents() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.stats values (new.organization_id, 1)
  on conflict (organization_id) do update set documents = public.stats.documents + 1;
  return null;
end $$;
create trigger count_documents after insert on public.documents for each row execute function private.count_documents();
"""
FILES = """
create table public.files (id uuid primary key default gen_random_uuid(),
  owner_id uuid references auth.users (id) on delete cascade,
  organization_id uuid references public.organizations (id) on delete cascade,
  check (num_nonnulls(owner_id, organization_id) = 1));
alter table public.files enable row level security;
revoke all on table public.files from anon, authenticated, service_role;
grant select, insert on table public.files to authenticated;
create policy "Read" on public.files for select to authenticated using (MINE);
create policy "Add" on public.files for insert to authenticated with check (MINE);
"""


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (STATS, set()),
        (STATS.replace("private.is_member(organization_id)", "true"), {"rls/leak-read"}),
        (FILES.replace("MINE", "owner_id = (select auth.uid()) or private.is_member(organization_id)"), set()),
        (FILES.replace("MINE", "owner_id = (select auth.uid()) or organization_id is not null"),
         {"rls/leak-read", "rls/leak-write"}),
    ],
)  # fmt: skip
def test_rows_that_a_sibling_makes_and_rows_of_one_or_the_other(
    team_bench: Workbench, sql: str, expected: set[str]
) -> None:
    assert told(team_bench, sql) == expected


ANEW = """
drop policy if exists "Editors can update documents" on public.documents;
create policy "Editors can update documents" on public.documents for update to authenticated
  using (private.has_role(organization_id, 'owner', 'editor'))
  with check (private.has_role(organization_id, 'owner', 'editor'));
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", set()),
        (ANEW, {"rls/locked-out"}),
        (f"{ANEW} revoke insert on public.documents from authenticated;", set()),
        (
            'create policy "Owners" on public.documents for insert to authenticated '
            "with check (private.has_role(organization_id, 'owner'));",
            set(),
        ),
    ],
)
def test_the_last_policy_of_a_verb_goes(team_bench: Workbench, more: str, expected: set[str]) -> None:
    assert told(team_bench, f'drop policy "Editors can write documents" on public.documents; {more}') == expected


def test_reading_goes_and_writing_stays(team_bench: Workbench) -> None:
    drop = 'drop policy "Members can read documents" on public.documents;'
    assert "rls/locked-out" in told(team_bench, drop)
