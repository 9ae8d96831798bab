"""A renamed table or column is what it was: facts of before, read under the names of after, differ in nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.facts import diff, read
from tools.migration import Migration
from tools.postgres.server import Connection, Server
from tools.project import Project
from tools.renames import may_rename, names, renamed, translated
from tools.workbench import Workbench

SAMPLE = Path(__file__).parents[2] / "evals" / "projects" / "inner_odyssey"
BEFORE = """
create table public.a (id uuid primary key default gen_random_uuid(), "Old name" text check ("Old name" <> ''),
  number int unique, a_id int, constraint positive check (number > 0));
create table public.ab (id serial primary key, a_id uuid references public.a (id), number int);
create index idx_a_number on public.a (number) where number > 1;
alter table public.a enable row level security;
create policy p on public.a for select using (id = (select auth.uid()) and number > 0);
create policy q on public.ab for select using (exists (select from public.a where a.id = ab.a_id and a.number = 1));
alter table public.ab enable row level security;
grant select (number) on public.a to anon;
comment on column public.a.number is 'number';
"""


@pytest.fixture
def conn(server: Server) -> Iterator[Connection]:
    with server.connect() as connection:
        connection.execute("begin")
        connection.execute(BEFORE)
        yield connection
        connection.execute("rollback")


@pytest.mark.parametrize(
    ("sql", "former"),
    [
        ("alter table public.a rename to b", {"public.b": "public.a", "public.b.number": "public.a.number"}),
        ("alter table public.a rename number to points", {"public.a.points": "public.a.number"}),
        ('alter table public.a rename "Old name" to name', {"public.a.name": "public.a.Old name"}),
        ('alter table public.a rename to "B b"; alter table public."B b" rename a_id to b_id',
         {'public."B b".b_id': "public.a.a_id"}),
        ("create schema s; alter table public.ab set schema s", {"s.ab": "public.ab"}),
        ("do $$ begin execute 'alter table public.ab rename to c'; end $$", {"public.c": "public.ab"}),
        ("alter table public.a rename to x; alter table public.ab rename to a", {"public.a": "public.ab"}),
    ],
)  # fmt: skip
def test_nothing_is_new(conn: Connection, sql: str, former: dict[str, str]) -> None:
    before, called = read(conn), names(conn)
    conn.execute(sql)
    found = renamed(called, names(conn))
    assert may_rename(sql)
    assert former.items() <= found.items()
    change = diff(translated(before, found), read(conn))
    assert [f for f in (*change.added, *change.removed) if f.kind != "schema"] == []


@pytest.mark.parametrize(
    "sql",
    [
        "alter table public.a add column number_2 int",
        "alter table public.a drop column number cascade; alter table public.a add column number text",
        "drop table public.ab; create table public.c (id serial primary key, a_id uuid, number int)",
        "alter index public.idx_a_number rename to idx_b; alter policy p on public.a rename to r",
    ],
)
def test_what_is_made_anew_is_no_rename(conn: Connection, sql: str) -> None:
    before, called = read(conn), names(conn)
    conn.execute(sql)
    assert renamed(called, names(conn)) == {}
    assert translated(before, {}) is before


RENAME = "alter table public.badges rename to medals; alter table public.medals rename tier to rank;"
NEWS = ("rls", "grants", "indexes", "constraints", "columns", "comments", "updated-at")


@pytest.mark.parametrize("own", ["{}", "{}vacuum public.skills;", "do $$ begin execute '{}'; end $$;"])
def test_a_renamed_table_is_not_judged_as_new(own: str) -> None:
    text = own.format(RENAME)
    with Workbench.open(Project.find(SAMPLE)) as bench:
        report = bench.judge([Migration("29990101000000_x.sql", f"{text}\n-- Rollback\n-- select 1;\n")])
    said = {f.rule: f.message for f in report.findings()}
    assert [rule for rule in said if rule.split("/")[0] in NEWS] == []
    assert "is renamed to" in said["safe-change/destructive"]
