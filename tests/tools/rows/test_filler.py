"""Every table gets rows, whatever stands in their way. That a row is valid needs no proof: it was inserted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.postgres.server import Connection, Server
from tools.rows.filler import CannotFill, Filler, Schema
from tools.rows.pattern import like, matching
from tools.rows.write import claims
from tools.sql import identifier
from tools.workbench import Workbench

NASTY = dict(
    part.split("\n", 1) for part in (Path(__file__).parent / "tables.sql").read_text().split("\n--- ")[1:]
)  # fmt: skip
"""Definitions by what is nasty about them; the table in question is called t."""


@pytest.fixture(scope="module")
def shared(server: Server) -> Iterator[Connection]:
    with server.clone() as name, server.connect(name) as conn:
        yield conn


@pytest.fixture
def conn(shared: Connection) -> Iterator[Connection]:
    """In a transaction that is rolled back."""
    shared.execute("begin")
    shared.execute("create schema nasty; set search_path = nasty, public, extensions")
    yield shared
    shared.execute("rollback")


def made(conn: Connection, name: str) -> Schema:
    conn.execute(NASTY[name].encode())
    return Schema.read(conn, ["nasty.t"])


@pytest.mark.parametrize("name", NASTY)
def test_nasty_tables_get_rows(conn: Connection, name: str) -> None:
    schema = made(conn, name)
    one, other = Filler(conn, schema), Filler(conn, schema, mark="b")
    rows = [one.row("nasty.t"), one.row("nasty.t"), other.row("nasty.t", own=set(schema.tables))]
    there = conn.execute("select count(*) from nasty.t").fetchone()
    assert there is not None
    assert there[0] >= len(rows) == 3
    assert all(row.keys() == schema.tables["nasty.t"].columns.keys() for row in rows)


@pytest.mark.parametrize("name", NASTY)
def test_what_values_says_can_be_inserted_later(conn: Connection, name: str) -> None:
    schema = made(conn, name)
    filler = Filler(conn, schema)
    values = filler.values("nasty.t", own=set(schema.tables))
    assert conn.execute("select from nasty.t").fetchall() == []
    into = f"({', '.join(map(identifier, values))}) values ({', '.join(values.values())})"
    with claims(conn, filler.user()):
        conn.execute(f"insert into nasty.t {into if values else 'default values'}".encode())


@pytest.mark.parametrize("name", NASTY)
def test_nasty_tables_take_volume_and_awkward_rows(conn: Connection, name: str) -> None:
    schema = made(conn, name)
    assert Filler(conn, schema).fill("nasty.t", 100) >= 25
    assert Filler(conn, schema).awkward("nasty.t")


@pytest.mark.parametrize("name", [name for name in NASTY if name.startswith(("two ", "a pair "))])
def test_two_that_refer_to_one_table_find_their_rows(conn: Connection, name: str) -> None:
    schema = made(conn, name)
    keys = [key for key in schema.tables["nasty.t"].foreign_keys if len(key.columns) == 1]
    for mark in "abcd":
        for key in keys:
            filler = Filler(conn, schema, mark=mark + key.name)
            parent = filler.row(key.parent)[key.parent_columns[0]]
            for _ in range(3):
                assert filler.row("nasty.t", {key.columns[0]: parent}, own=set(schema.tables))
    conn.execute("delete from nasty.t")
    assert Filler(conn, schema).fill("nasty.t", 1000) > 900


def test_the_samples_fill_entirely(bench: Workbench, team_bench: Workbench) -> None:
    for opened in (bench, team_bench):
        with opened.session() as session:
            for table in opened.catalog.tables():
                if table.startswith(("public.", "private.", "auth.users", "storage.objects")):
                    with session.savepoint() as conn:
                        schema = Schema.read(conn, [table])
                        family = Filler(conn, schema)
                        first, second = family.row(table, own=set(schema.tables)), family.row(table)
                        assert first != second
                        assert family.fill(table, 50) == 50


def test_two_families_share_nothing_but_what_is_everybodys(bench: Workbench) -> None:
    own = {"auth.users", "public.profiles", "public.children"}
    with bench.session() as session:
        schema = Schema.read(session.conn, ["public.user_progress"])
        families = [Filler(session.conn, schema, mark=mark) for mark in "ab"]
        for family in families:
            family.row("public.user_progress", own=own)
    one, other = (
        {(table, tuple(row.items())) for table, rows in family.rows.items() for row in rows} for family in families
    )
    assert one.isdisjoint(other)
    assert {table for table, _ in one} == own | {"public.user_progress"}
    for family in families:
        (user,), (child,), (profile,) = (family.rows[table] for table in sorted(own))
        assert user["id"] == profile["id"] == child["parent_id"]


def test_what_is_given_is_kept(conn: Connection) -> None:
    conn.execute("create table nasty.t (id int primary key, name text check (name <> ''), note text)")
    filler = Filler(conn, Schema.read(conn, ["nasty.t"]))
    assert filler.row("nasty.t", {"id": "7", "note": None}) | {"name": ""} == {"id": "7", "name": "", "note": None}


def test_a_row_that_a_trigger_made_is_adopted(conn: Connection) -> None:
    conn.execute("""
        create table nasty.t (id uuid primary key references auth.users on delete cascade, name text default 'new');
        create function nasty.sign_up() returns trigger language plpgsql security definer as
            $$ begin insert into nasty.t (id) values (new.id); return new; end $$;
        grant usage on schema nasty to public;
        create trigger sign_up after insert on auth.users for each row execute function nasty.sign_up();
    """)
    filler = Filler(conn, Schema.read(conn, ["nasty.t"]))
    rows = [filler.row("nasty.t", own={"auth.users"}), filler.row("nasty.t", {"name": "Zoë"}, own={"auth.users"})]
    assert [row["name"] for row in rows] == ["new", "Zoë"]
    assert conn.execute("select count(*) from nasty.t").fetchone() == (2,)
    with pytest.raises(CannotFill, match="a trigger makes this row"):
        filler.values("nasty.t", own={"auth.users"})


@pytest.mark.parametrize(
    ("definition", "constraint", "words"),
    [
        ("(a int not null constraint odd check (a * a = 2))", "odd", "no row was found that satisfies odd CHECK"),
        ("(a int); create function f() returns trigger language plpgsql as $$ begin raise 'Never on Sundays'; end $$;"
         "create trigger f before insert on nasty.t for each row execute function f()",
         "PL/pgSQL function nasty.f()", "Never on Sundays"),
        ("(a int) partition by range (a)", "", "no partition of relation"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_named(conn: Connection, definition: str, constraint: str, words: str) -> None:
    conn.execute(f"set local search_path = nasty; create table nasty.t {definition}".encode())
    with pytest.raises(CannotFill, match=words) as raised:
        Filler(conn, Schema.read(conn, ["nasty.t"])).row("nasty.t")
    assert raised.value.table == "nasty.t"
    assert raised.value.constraint.replace("function f()", "function nasty.f()") == constraint
    assert conn.execute("select 1").fetchone() == (1,)


def test_awkward_rows_stand_at_the_edges(conn: Connection) -> None:
    conn.execute("""
        create type nasty.size as enum ('s', 'm', 'l');
        create table nasty.t (
            id uuid primary key default gen_random_uuid(), size nasty.size not null default 's',
            kind text not null default 'x' check (kind in ('x', 'y')), name varchar(20), note text, number int,
            score int check (score between 0 and 9), at timestamptz, data jsonb, tags text[]
        )""")
    rows = Filler(conn, Schema.read(conn, ["nasty.t"])).awkward("nasty.t")
    held = {name: {row[name] for row in rows} for name in rows[0]}
    assert held["size"] == {"s", "m", "l"}
    assert held["kind"] == {"x", "y"}
    assert {None, "", "x" * 20} <= held["name"]
    assert {None, "", "x" * 10_000} <= held["note"]
    assert {None, "0", "-1", "2147483647", "-2147483648"} <= held["number"]
    assert {None, "0", "9"} <= held["score"]
    assert {None, "infinity", "-infinity"} <= held["at"]
    assert {None, "{}", "[]", "null"} <= held["data"]
    assert {None, "{}", "{NULL}"} <= held["tags"]
    assert any(all(value is None for name, value in row.items() if name not in ("id", "size", "kind")) for row in rows)
    twins = [tuple(value for name, value in row.items() if name != "id") for row in rows]
    assert len(set(twins)) < len(twins)


@pytest.mark.parametrize(
    "pattern",
    [r"^[a-z0-9]+(-[a-z0-9]+)*$", r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$", "^#[0-9A-Fa-f]{6}$",
     "^(a|bc)?x$", r"^\+[1-9]\d{1,14}$", r"^\d{3}-\d{4}$", r"^(?:https?|ftp)://[^\s/]+(/.*)?$",
     "^[^@ ]+$", r"^\w{3,}\.(png|jpe?g)$"],
)  # fmt: skip
@given(seed=st.integers(0, 2**32), long=st.integers(0, 9))
def test_patterns_are_matched(pattern: str, seed: int, long: int) -> None:
    assert re.search(pattern, matching(pattern, seed, long=long))


def test_like_patterns_are_matched() -> None:
    assert like(r"a\_%.p_g", "x") == "a_x.pag"
