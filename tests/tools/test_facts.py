"""Facts notice everything that DDL can change, and nothing else.

`facts/zoo.sql` makes an object of every kind, `facts/mutations.sql` changes it in one way after the other.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.pq import TransactionStatus

from tools import facts as module
from tools.facts import Catalog, Diff, Fact, Facts, Touched, diff, names, read, relation, touched
from tools.postgres.server import SUPERUSER, Connection, Server

HERE = Path(__file__).parent / "facts"
ZOO = (HERE / "zoo.sql").read_text()
MUTATIONS = (HERE / "mutations.sql").read_text().split("\n\n")[1:]
UNREACHED = {
    ("collation", "deterministic"),  # needs a server with ICU
    ("collation", "rules"),
    ("index", "ready"),  # left behind by an interrupted CREATE INDEX CONCURRENTLY
}


@pytest.fixture(scope="module")
def zoo(server: Server) -> Iterator[Connection]:
    """A superuser in the zoo, without Supabase's baseline."""
    with server.connect("template1", SUPERUSER) as conn:
        conn.execute("create database zoo")
    with server.connect("zoo", SUPERUSER) as conn:
        conn.execute(ZOO)
        yield conn
    server.drop_database("zoo")
    with server.connect("template1", SUPERUSER) as conn:
        conn.execute("drop role zoo_keeper, zoo_guest, zoo_boss")


@pytest.fixture(scope="module")
def whole(zoo: Connection) -> Facts:
    return read(zoo)


def both(conn: Connection, before: Facts, statements: str) -> tuple[Diff, Diff]:
    """What statements change, by whole facts and by those of the objects in play."""
    with conn.transaction(force_rollback=True):
        conn.execute(statements)
        play = touched(conn)
        after, after_in_play = read(conn), read(conn, play)
    before_in_play = read(conn, play)
    assert before_in_play <= before
    assert after_in_play <= after
    return diff(before, after), diff(before_in_play, after_in_play)


def apply(facts: Facts, change: Diff) -> Facts:
    return (facts - change.removed) | change.added


def changed(before: Facts, after: Facts) -> set[tuple[str, str]]:
    """(kind, attribute); a star for an object that is on one side only."""
    old, new = Catalog(before), Catalog(after)
    found = set()
    for kind, name, attribute, _ in before ^ after:
        one_sided = kind not in ("grant", "setting") and not (old.get(kind, name) and new.get(kind, name))
        found.add((kind, "*" if one_sided else attribute))
    return found


def expected(mutation: str) -> set[tuple[str, str]]:
    """What the heading of a mutation names, as (kind, attribute)."""
    heading = " ".join(line[3:] for line in mutation.splitlines() if line.startswith("--"))
    pairs = (kind.split(": ") for kind in heading.split("; "))
    return {(kind, attribute) for kind, listed in pairs for attribute in listed.split(", ")}


def statement(mutation: str) -> str:
    return " ".join(line for line in mutation.splitlines() if not line.startswith("--"))[:60]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=statement)
def test_every_change_is_noticed(zoo: Connection, whole: Facts, mutation: str) -> None:
    by_all, by_play = both(zoo, whole, mutation)
    assert changed(whole, apply(whole, by_all)) == expected(mutation)
    assert by_play == by_all


def test_no_attribute_is_left_without_a_mutation(zoo: Connection) -> None:
    mutated = set[tuple[str, str]]().union(*map(expected, MUTATIONS))
    attributes = set()
    for block in module._BLOCKS:
        columns = zoo.execute(block.sql, {"oids": []}).description or []
        attributes |= {(block.kind, c.name) for c in columns[1:] if c.name != "value"}
    assert {kind for kind, _ in attributes} == {kind for kind, _ in mutated}
    assert {(k, a) for k, a in attributes if a != "attribute"} - mutated == UNREACHED


def test_making_everything_is_noticed(superuser: Connection) -> None:
    superuser.execute("set client_min_messages = error")
    by_all, by_play = both(superuser, read(superuser), ZOO.replace("zoo", "ark"))
    assert by_play == by_all
    assert {fact.kind for fact in by_all.added} == {block.kind for block in module._BLOCKS} - {"database"}


@pytest.mark.parametrize(
    "statements",
    [
        "",
        "drop policy \"Own\" on children; create policy \"Own\" on children for select to zoo_guest using (age>1)",
        "drop trigger stamped on children;"
        "create trigger stamped before update on children for each row execute function stamp()",
        "alter table children drop mood; alter table children add mood zoo.mood",
        "alter type mood rename to humour; alter type humour rename to mood",
        "drop table beasts cascade; create table beasts (legs int); create table cats (claws int) inherits (beasts)",
        "drop function stamp cascade;"
        "create function stamp() returns trigger language plpgsql as 'begin return new; end';"
        "create trigger stamped before update on children for each row execute function stamp()",
        "insert into parents values (gen_random_uuid(), null, 'Ada'); update parents set name = 'Bea'",
        "select nextval('tickets'), setval('tickets', 99); truncate parents cascade",
        "alter table children disable trigger stamped; alter table children enable trigger stamped",
        "grant select on parents to zoo_guest; revoke select on parents from zoo_guest",
        "savepoint a; drop table children cascade; rollback to a",
        "do $$ begin drop table cats; raise 'no'; exception when others then null; end $$",
        "create temp table cubs (id int, check (id > 0)); create temp view v as select 1; analyze parents",
    ],
)  # fmt: skip
def test_what_comes_back_the_same_is_no_change(zoo: Connection, whole: Facts, statements: str) -> None:
    assert not any(both(zoo, whole, statements))


def test_only_printed_names_follow_a_rename_unnoticed(zoo: Connection, whole: Facts) -> None:
    by_all, by_play = both(zoo, whole, "alter table parents rename to folks")
    assert by_play.added < by_all.added
    assert by_play.removed < by_all.removed
    unnoticed = {f[:3] for f in (by_all.added - by_play.added) | (by_all.removed - by_play.removed)}
    assert unnoticed == {
        ("constraint", "zoo.children/children_parent", "definition"),
        ("constraint", "zoo.children/children_parent", "references"),
    }


def test_in_play_is_what_was_written_and_what_hangs_on_it(db: Connection) -> None:
    assert touched(db) == Touched()
    assert read(db, Touched()) == frozenset()
    with db.transaction(force_rollback=True):
        db.execute("select * from auth.users")
        assert not touched(db)
        db.execute("create table public.quests (id bigserial primary key, user_id uuid references auth.users)")
        first = touched(db)
        db.execute("create function public.f() returns int language sql as 'select 1'")
        seen = Catalog(read(db, first))
        assert seen.tables() == ["auth.users", "public.quests"]
        assert seen.of("function") == {}
        assert list(seen.of("sequence")) == ["public.quests_id_seq"]
        assert set(seen.of("constraint", under="public.quests")) == {
            "public.quests/quests_pkey",
            "public.quests/quests_user_id_fkey",
        }
        assert list(Catalog(read(db, first | touched(db))).of("function")) == ["public.f()"]


@pytest.mark.parametrize(
    ("statement", "kind", "name"),
    [
        ("comment on table children is 'x'", "sequence", "zoo.children_serial_no_seq"),
        ("comment on table children is 'x'", "index", "zoo.children/children_name"),
        ("alter index children_name set (fillfactor = 50)", "table", "zoo.children"),
        ("grant select on children to zoo_keeper", "policy", "zoo.children/Own"),
        ("comment on type size is 'x'", "column", "zoo.size.width"),
        ("comment on column size.width is 'x'", "type", "zoo.size"),
        ("alter domain score add check (value < 9)", "constraint", "zoo.score/score_positive"),
    ],
)
def test_a_part_brings_the_whole(zoo: Connection, statement: str, kind: str, name: str) -> None:
    with zoo.transaction(force_rollback=True):
        zoo.execute(statement)
        assert Catalog(read(zoo, touched(zoo))).get(kind, name)


def test_a_catalog_answers_by_name(db: Connection) -> None:
    db.execute(
        "create table public.quests (id uuid primary key, title text not null default '', \"Due.At\" timestamptz);"
        "create index on public.quests (title, lower(title)) include (id);"
        "comment on column public.quests.title is 'Name'; alter table public.quests enable row level security;"
        'create policy "A/b.c" on public.quests for update to anon, authenticated using (true);'
        "create type public.mood as enum ('b', 'a'); grant select on public.quests to anon"
    )
    seen = Catalog(read(db))
    assert seen.get("column", "public.quests.title") == {
        "position": "2", "type": "text", "not null": "true", "default": "''::text", "comment": "Name",
    }  # fmt: skip
    assert list(seen.columns("public.quests")) == ["id", "title", "Due.At"]
    assert seen.get("table", "public.quests")["rls"] == "true"
    assert seen.of("policy", under="public.quests") == {
        "public.quests/A/b.c": {
            "command": "UPDATE", "permissive": "true", "roles": '["anon", "authenticated"]', "using": "true",
        }
    }  # fmt: skip
    assert names(seen.get("index", "public.quests/quests_title_lower_id_idx")["columns"]) == ["title", ""]
    assert names(seen.get("type", "public.mood")["labels"]) == ["b", "a"]
    assert seen.get("grant", "table public.quests")["anon/SELECT"] == ""
    assert "public.quests" in seen.tables()
    assert (seen.get("table", "public.none"), seen.of("policy", "public.none"), names(None)) == ({}, {}, [])


some_facts = st.frozensets(st.builds(Fact, *[st.sampled_from("abc")] * 4))


@given(some_facts, some_facts)
def test_a_diff_is_what_leads_from_one_to_the_other(a: Facts, b: Facts) -> None:
    assert not diff(a, a)
    assert apply(a, diff(a, b)) == b
    assert bool(diff(a, b)) == (a != b)
    assert diff(b, a) == Diff(diff(a, b).removed, diff(a, b).added)


hostile_characters = st.sampled_from("aZ é\"'./\\%()`$;\n∀") | st.characters(
    exclude_characters="\0", exclude_categories=["Cs"]
)
identifiers = st.text(hostile_characters, max_size=8).map(lambda text: "q" + text)  # no reserved one


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(identifiers, min_size=3, max_size=4, unique=True))
def test_no_name_is_lost_or_taken_for_another(db: Connection, hostile: list[str]) -> None:
    """Tables named so in schemas named so, with columns and policies named so."""
    script = sql.Composed([])
    for schema in hostile[:2]:
        script += sql.SQL("create schema {};").format(sql.Identifier(schema))
        for table in hostile:
            name = sql.Identifier(schema, table)
            columns = sql.SQL(", ").join(sql.SQL("{} int").format(sql.Identifier(c)) for c in hostile)
            script += sql.SQL("create table {} ({});").format(name, columns)
            for policy in hostile:
                script += sql.SQL("create policy {} on {};").format(sql.Identifier(policy), name)
    before = read(db)
    with db.transaction(force_rollback=True):
        db.execute(script)
        seen = Catalog(read(db, touched(db)))
        assert len(seen.of("schema")) == len(Catalog(before).of("schema")) + 2
        tables = [row for (row,) in db.execute("select unnest(%s::regclass[])::oid::regclass::text", [seen.tables()])]
        assert tables == seen.tables()
        assert len(tables) == 2 * len(hostile)
        for table in tables:
            assert list(seen.columns(table)) == hostile
            assert {relation(name) for name in seen.of("policy", under=table)} == {table}
            assert {name[len(table) + 1 :] for name in seen.of("policy", under=table)} == set(hostile)


PRINTED = """
create table public.shown (
    at timestamptz default '2026-03-04 05:06:07+00', day date default '2026-03-04', raw bytea default '\\x00ff',
    pause interval default '1 day 02:00', share float8 default 0.1, price money default '12.5', sign text default 'é∀',
    check (at > '2026-01-01 00:00+00')
);
create view public.seen as select at, share from public.shown where pause > '1 day';
"""
HOSTILE = [
    "create temp table pg_class (oid oid, relname name); create temp table pg_description (x int)",
    "set search_path = public, pg_catalog, pg_temp",
    "set search_path = pg_temp, public; create temp table pg_attribute (attrelid oid)",
    "set role anon",
    "set quote_all_identifiers = on",
    "set datestyle = 'SQL, DMY'; set intervalstyle = sql_standard; set timezone = 'Asia/Tokyo'",
    "set extra_float_digits = -10; set bytea_output = escape; set lc_monetary = 'C.UTF-8'",
    "set client_encoding = LATIN1",
    "set client_encoding = SQL_ASCII",
    "set standard_conforming_strings = off; set array_nulls = off; set transform_null_equals = on",
    "set enable_indexscan = off; set enable_hashjoin = off; set join_collapse_limit = 8; set work_mem = '64kB'",
    "set default_transaction_read_only = on; set default_transaction_isolation = serializable",
    "deallocate all; prepare _pg3_0 as select 1; prepare _pg3_1 as select 2",
    "deallocate all",
    """
    do $$ declare name text; begin
        for name in select s.name from pg_prepared_statements s loop
            execute format('deallocate %1$I; prepare %1$I (oid[]) as select null::text where false', name);
        end loop;
    end $$""",
]
SETTINGS = "select string_agg(name || '=' || setting, e'\\n' order by name) from pg_catalog.pg_settings"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_session_cannot_change_what_is_read(server: Server, db: Connection, hostile: str) -> None:
    db.execute(PRINTED)
    db.execute(
        "create function public.format_type(oid, integer) returns text language sql as $$ select 'fake' $$;"
        "create function public.starts_with(text, text) returns bool language sql as 'select true';"
        "create function public.same(oid, oid) returns bool language sql as 'select false';"
        "create operator public.= (leftarg = oid, rightarg = oid, function = public.same)"
    )
    shown = db.execute("select 'public.shown'::regclass::oid, 'public.seen'::regclass::oid").fetchone()
    some = Touched(relations=frozenset(shown or ()))
    with server.connect(db.info.dbname) as fresh:
        honest, part = read(fresh), read(fresh, some)
    assert read(db, some) == part
    db.execute(hostile)
    before = db.execute(SETTINGS).fetchall()
    assert read(db, some) == part
    assert read(db) == honest
    assert db.info.transaction_status == TransactionStatus.IDLE
    with db.transaction(force_rollback=True):
        db.execute("select pg_current_xact_id()")
        touched(db)
        assert read(db) == honest
        assert read(db, some) == part
        assert db.execute(SETTINGS).fetchall() == before
    assert db.execute(SETTINGS).fetchall() == before


def test_a_role_without_rights_reads_the_same(zoo: Connection, whole: Facts) -> None:
    with zoo.transaction(force_rollback=True):
        zoo.execute("set local role zoo_guest")
        assert read(zoo) == whole


def test_nothing_hides_in_an_extension(db: Connection) -> None:
    db.execute("create extension citext; create table public.leak (id int)")
    before = read(db)
    assert Catalog(before).tables().count("public.leak") == 1
    assert not any("citext" in fact.object for fact in before if fact.kind != "extension")
    assert not any(both(db, before, "alter extension citext add table public.leak"))


def test_a_failed_transaction_is_left_as_it_is(db: Connection) -> None:
    db.execute("begin")
    with pytest.raises(psycopg.errors.SyntaxError):
        db.execute("oops")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        read(db)
    assert db.info.transaction_status == TransactionStatus.INERROR
