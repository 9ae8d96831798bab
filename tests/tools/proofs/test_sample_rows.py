"""Tables that no generator fills: not attacked without a sample row, and attacked with one."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from agent.draft import Draft
from agent.tools import Toolbox, render
from tests.agent.scripted import GOOD
from tests.tools.checks.judged import configured, draft
from tools.config import Config
from tools.migration import Migration
from tools.pgtap.write import write_tests
from tools.postgres.server import Connection
from tools.report import Report
from tools.rows.filler import Filler, Schema
from tools.rows.samples import HELP, SampleRow
from tools.workbench import Workbench

CHECKSUM = "check (md5(code) like 'a0%')"
TRIGGER = """
create function public.known_code() returns trigger language plpgsql set search_path = '' as
  $$ begin if md5(new.code) not like 'a0%' then raise 'Nobody knows this code'; end if; return new; end $$;
create trigger known_code before insert on public.cards for each row execute function public.known_code();
"""
FITS = ["code-109", "code-110", "code-453"]
THINGS = """
begin;
create schema nasty;
create table nasty."Things" (
  id int primary key, t text, n int, f numeric, b boolean, j jsonb, day date, at timestamptz, words text[], grid int[],
  nothing text
);
"""
KINDS = r"""
[[samples."nasty.Things"]]
id = 5
t = "o'clock \\"
n = 7
f = 1.5
b = true
j = { a = [1, "x"], d = 2026-01-02 }
day = 2026-01-02
at = 2026-01-02T03:04:05Z
words = ["a,b", "c\"d", "{"]
grid = [[1, 2], [3, 4]]
"""


def cards(check: str = "", rest: str = "") -> str:
    return f"""
create table public.cards (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  code text not null {check},
  points integer not null default 0
);
alter table public.cards enable row level security;
revoke all on table public.cards from anon, authenticated, service_role;
grant select on table public.cards to authenticated;
create policy "Users can view their cards" on public.cards for select to authenticated using (true);
{rest}"""


def evidence(report: Report, check: str = "rls") -> str:
    return next(c.evidence for c in report.checks if c.id == check)


def attacked(report: Report) -> bool:
    leaks = [f.rule for f in report.findings() if f.rule == "rls/leak-read"]
    return (bool(leaks), "not attacked" in evidence(report)) == (True, False)


def test_codes_fit(db: Connection) -> None:
    query = "select array_agg(md5(code) like 'a0%%') from unnest(%s::text[]) code"
    assert db.execute(query, [FITS]).fetchone() == ([True] * 3,)


@pytest.mark.parametrize(
    "sql", [cards(CHECKSUM), cards("unique " + CHECKSUM), cards(rest=TRIGGER)], ids=["check", "unique", "trigger"]
)
def test_a_sample_row_lets_a_table_be_attacked(bench: Workbench, sql: str) -> None:
    rows = [{"code": code, "profile_id": "00000000-0000-0000-0000-000000000000"} for code in FITS]
    bare = bench.judge([draft(sql)])
    assert not attacked(bare)
    assert HELP in evidence(bare)
    assert ("cards_code_check" in evidence(bare)) == (CHECKSUM in sql)
    assert [note.split(":")[0] for note in bare.notes] == ["public.cards was not tried on rows"]
    told = bench.judge([draft(sql)], written=True).notes
    assert not any("cards" in note for note in told)  # that is for who drafts

    from_file = configured(bench, samples={"cards": rows}).judge([draft(sql)])
    from_draft = bench.judge([replace(draft(sql), samples=tuple(SampleRow.of("public.cards", row) for row in rows))])
    assert [attacked(from_file), attacked(from_draft)] == [True, True]
    assert from_file.notes == from_draft.notes == []


def test_a_draft_brings_its_own(bench: Workbench) -> None:
    file = GOOD | {"tables": cards(CHECKSUM), "comments": "", "rollback": "drop table if exists public.cards;"}
    box = Toolbox(bench, "2026-11-22")
    bare = box.call("check_draft", {"files": [file]})
    assert f"Note: public.cards was not tried on rows: in samples of the draft, or else {HELP} (" in bare.text
    given = {"files": [file | {"samples": [{"table": "cards", "values": {"code": FITS[0]}}]}, GOOD]}
    output = box.call("check_draft", given)
    assert output.report
    assert attacked(output.report)
    assert [m.samples for m in render(Draft.model_validate(given), "2026-11-22", "20260101000000")] == [
        (SampleRow("public.cards", (("code", FITS[0]),)),)
    ] * 2
    assert box.call("check_draft", {"files": [file | {"samples": [{"table": "cards"}]}]}).misuse


@pytest.mark.parametrize("unique", ["", "unique "])
def test_old_rows_are_made_of_it(bench: Workbench, unique: str) -> None:
    migrations = [draft(cards(unique + CHECKSUM)), draft("alter table public.cards drop column points;", 1)]
    for samples, told in (({}, "no row could be made: public.cards"), ({"cards": [{"code": FITS[0]}]}, "run over ")):
        (part,) = configured(bench, samples=samples).judge(migrations).parts
        assert told in evidence(part, "data-kept")
        assert (HELP in evidence(part, "data-kept")) == (not samples)


def test_tests_are_written_on_it(bench: Workbench) -> None:
    tests = write_tests(configured(bench, samples={"cards": [{"code": FITS[0]}]}), [draft(cards(CHECKSUM))])
    assert tests
    assert FITS[0] in tests.text


@pytest.mark.parametrize(
    ("table", "values", "notes"),
    [
        ("public.cards", {"code": "no"}, ["the sample row of public.cards was refused: "]),
        ("cards", {"points": "many"}, ["the sample row of public.cards was refused: invalid input syntax"]),
        ("public.cards", {"pionts": 1}, ["a sample row of public.cards names what is no column of it: pionts"]),
        ("public.crads", {"code": "x"}, ["a sample row is given for public.crads, which is no table"]),
        ("public.cards", {"points": 7}, []),
        ("public.\ud800", {"code": "x\0\ud800"}, ["a sample row is given for public.?, which is no table"]),
    ],
)  # fmt: skip
def test_what_fits_nothing_is_noted(bench: Workbench, table: str, values: dict[str, Any], notes: list[str]) -> None:
    sql = cards("check (code <> 'no')")
    report = bench.judge([replace(draft(sql), samples=(SampleRow.of(table, values),))], written=True)
    assert attacked(report)
    assert [told.startswith(note) for told, note in zip(report.notes, notes, strict=True)] == [True] * len(notes)


def test_a_later_file_may_bring_the_table(bench: Workbench) -> None:
    samples = {"cards": [{"code": FITS[0]}]}
    first: Migration = draft("create table public.first (id uuid primary key default gen_random_uuid());")
    report = configured(bench, samples=samples).judge([first, draft(cards(CHECKSUM), 1)])
    assert [part.notes for part in (report, *report.parts)] == [[], []]
    assert attacked(report.parts[0])


def test_values_of_every_kind(db: Connection) -> None:
    db.execute(THINGS)
    config = Config.model_validate(tomllib.loads(KINDS))
    name = 'nasty."Things"'
    filler = Filler(db, Schema.read(db, [name], (*config.sample_rows, SampleRow.of(name, {"nothing": None, "id": 6}))))
    row = filler.row(name)
    told = (row["t"], row["n"], row["f"], row["b"], row["day"], row["id"])
    assert told == ("o'clock \\", "7", "1.5", "true", "2026-01-02", "5")
    assert row["j"] == '{"a": [1, "x"], "d": "2026-01-02"}'
    assert db.execute('select words, grid, at from nasty."Things"').fetchone() == (
        ["a,b", 'c"d', "{"],
        [[1, 2], [3, 4]],
        config.samples["nasty.Things"][0]["at"],
    )
    second = filler.row(name)
    assert (second["id"], second["nothing"]) == ("6", None)
    assert filler.row(name, {"n": "8"})["n"] == "8"
