"""Rows that name two users who must differ: who mutes, follows, befriends or pays whom."""

import pytest

from tests.tools.checks.judged import draft
from tools.report import Report
from tools.workbench import Workbench

APART = {
    "unlike": "check (one_id <> other_id)",
    "not equal": "check (not (one_id = other_id)), unique (one_id, other_id)",
    "distinct": "check (one_id is distinct from other_id)",
    "in order": "check (one_id < other_id), unique (one_id, other_id)",
    "once": "check (one_id <> other_id)); create unique index on public.pairs (least(one_id, other_id),"
    " greatest(one_id, other_id)",
    "trigger": """); create function public.differ() returns trigger language plpgsql set search_path = '' as
      $$ begin if new.one_id = new.other_id then raise exception 'Nobody to themselves'; end if; return new; end $$;
      create trigger differ before insert on public.pairs for each row execute function public.differ(""",
}
ONE, OTHER = "one_id = (select auth.uid())", "other_id = (select auth.uid())"


def pairs(apart: str, parent: str = "auth.users", write: str = ONE, read: str = "", check: str = "") -> str:
    """`write` is who may write the row, `read` who may read it, `check` what it may become."""
    separator = "" if apart.startswith(")") else ","
    return f"""
create table public.pairs (
  id uuid primary key default gen_random_uuid(),
  one_id uuid not null default auth.uid() references {parent} (id) on delete cascade,
  other_id uuid not null references {parent} (id) on delete cascade,
  reason text{separator} {apart});
alter table public.pairs enable row level security;
revoke all on table public.pairs from anon, authenticated, service_role;
grant select, insert, update, delete on table public.pairs to authenticated;
grant all on table public.pairs to service_role;
create policy "Read" on public.pairs for select to authenticated using ({read or write});
create policy "Add" on public.pairs for insert to authenticated with check ({write});
create policy "Change" on public.pairs for update to authenticated using ({write}) with check ({check or write});
create policy "Remove" on public.pairs for delete to authenticated using ({write});
"""


def told(report: Report) -> tuple[bool, set[str]]:
    """Whether the table was attacked, and the rules of row level security that it breaks."""
    (rls,) = (check for check in report.checks if check.id == "rls")
    assert not [note for note in report.notes if "not tried on rows" in note]
    return "tries at 1 table" in rls.evidence, {found.rule for found in rls.findings}


@pytest.mark.parametrize("parent", ["auth.users", "public.profiles"])
@pytest.mark.parametrize("apart", APART)
def test_rows_of_two_who_differ_are_attacked(bench: Workbench, apart: str, parent: str) -> None:
    assert told(bench.judge([draft(pairs(APART[apart], parent))])) == (True, set())


@pytest.mark.parametrize("parent", ["auth.users", "public.profiles"])
@pytest.mark.parametrize(
    ("write", "read", "check", "rules"),
    [
        (ONE, "true", "", {"rls/leak-read"}),
        (OTHER, "", "", set()),
        (ONE, f"{ONE} or {OTHER}", "", set()),
        (f"{ONE} or {OTHER}", "", "", set()),
        (ONE, "", "true", {"rls/reassign", "rls/always-true"}),
    ],
)
def test_what_reaches_them_is_told(
    bench: Workbench, parent: str, write: str, read: str, check: str, rules: set[str]
) -> None:
    assert told(bench.judge([draft(pairs(APART["not equal"], parent, write, read, check))])) == (True, rules)
