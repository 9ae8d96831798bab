"""Rows that name two users who must differ: who mutes, follows, befriends or pays whom."""

from dataclasses import replace

import pytest

from tests.tools.checks.judged import draft
from tools.migration import AppQuery
from tools.postgres.server import Connection
from tools.report import Report
from tools.rows.apart import place
from tools.rows.samples import SampleRow
from tools.rows.schema import Schema
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


def test_a_query_with_two_parameters_gets_two_users(bench: Workbench) -> None:
    sql = "insert into public.pairs (one_id, other_id) values (:one_id, :other_id)"
    report = bench.judge([replace(draft(pairs(APART["not equal"])), queries=(AppQuery(sql, "authenticated"),))])
    assert not [found for found in report.findings() if found.rule.startswith("queries/")]


SOME, MORE, NOBODY = (f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "123")


@pytest.mark.parametrize(
    ("samples", "notes"),
    [
        ([("pairs", {"one_id": SOME, "other_id": MORE}), ("auth.users", {"id": MORE})], []),
        ([("auth.users", {"id": SOME, "email": "s@example.com"}), ("profiles", {"id": SOME, "display_name": "S"})], []),
        ([("auth.users", {"email": "some@example.com"})], []),
        ([("pairs", {"id": SOME, "one_id": SOME, "other_id": MORE}), ("auth.users", {"id": MORE}),
          ("auth.users", {"id": SOME})], []),
        ([("pairs", {"other_id": NOBODY})], ["the sample row of public.pairs was refused: insert or update on table"]),
        ([("auth.users", {"id": "nobody"})],
         ["the sample row nobody of auth.users was refused: invalid input syntax for type uuid"]),
        ([("pairs", {"id": SOME, "one_id": NOBODY, "other_id": MORE})],
         [f"the sample row {SOME} of public.pairs was refused: insert or update on table"]),
    ],
)  # fmt: skip
def test_samples_are_honoured_or_told(
    bench: Workbench, samples: list[tuple[str, dict[str, object]]], notes: list[str]
) -> None:
    rows = tuple(SampleRow.of(table, values) for table, values in samples)
    report = bench.judge([replace(draft(pairs(APART["unlike"])), samples=rows)])
    assert told(report) == (True, set())
    assert [said.startswith(note) for said, note in zip(report.notes, notes, strict=True)] == [True] * len(notes)


def test_rows_of_their_own_are_there(db: Connection) -> None:
    rows = (
        SampleRow.of("auth.users", {"id": SOME}),
        SampleRow.of("auth.users", {"id": MORE, "email": "m@example.com"}),
    )
    schema = Schema.read(db, ["auth.users"], rows)
    db.execute("begin")
    for _ in range(2):
        place(db, schema)
    there = db.execute(
        "select id::text, email from auth.users where id = any (%s) order by 1", [[SOME, MORE]]
    ).fetchall()
    assert [there[0][0], *there[1]] == [SOME, MORE, "m@example.com"]
    assert schema.samples.notes() == []


@pytest.mark.parametrize(("answers", "rules"), [(OTHER, set()), ("id = (select auth.uid())", {"rls/locked-out"})])
def test_who_is_asked_may_do_what_who_asks_may_not(bench: Workbench, answers: str, rules: set[str]) -> None:
    """The one adds and removes the row, both read it, and the other alone changes it."""
    sql = pairs(APART["unlike"], read=f"{ONE} or {OTHER}").replace(
        f'create policy "Change" on public.pairs for update to authenticated using ({ONE}) with check ({ONE})',
        f'create policy "Change" on public.pairs for update to authenticated using ({answers}) with check ({answers})',
    )
    assert answers in sql
    assert told(bench.judge([draft(sql)])) == (True, rules)
