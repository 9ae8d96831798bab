"""The rehearsal sees what a migration leaves: in a transaction and in clones alike."""

import pytest

from tools.facts import diff
from tools.migration import Migration
from tools.observe import Rehearsal
from tools.postgres.server import Connection, Server
from tools.postgres.session import Session
from tools.rehearse import Opener, rehearse
from tools.run import STOPPED

BASE = """
create table public.t (id int primary key, n text, updated_at timestamptz not null default now());
comment on table public.t is 'before';
alter table public.t enable row level security;
create policy p on public.t for select to authenticated using (true);
insert into public.t values (1, 'K'), (2, '1'), (3, null);
create type public.mood as enum ('sad', 'ok');
create function public.f() returns int language sql set search_path = '' as 'select 1';
"""
CLONED = "alter type public.mood add value if not exists 'later';\n"


@pytest.fixture
def opener(server: Server, db: Connection) -> Opener:
    db.execute(BASE)
    name = db.info.dbname
    db.close()

    def open_session(*, transaction: bool) -> Session:
        opened = Session.open if transaction else Session.cloned
        return opened(server, name, seconds=1)  # type: ignore[return-value]

    return open_session  # type: ignore[return-value]


def rehearsal(opener: Opener, forward: str, backward: str, *, clone: bool = False) -> Rehearsal:
    back = "".join(f"-- {line}\n" for line in backward.splitlines())
    text = (CLONED if clone else "") + f"{forward}\n-- Rollback\n{back}"
    with rehearse(Migration("20260101000000_x.sql", text), opener) as (seen, live):
        assert live.transaction is not clone
        if seen.applied.ok:
            assert live.alive
    return seen


def names(facts: object) -> set[str]:
    return {f"{f.kind} {f.object} {f.attribute}" for f in facts}  # type: ignore[attr-defined]


@pytest.mark.parametrize("clone", [False, True])
def test_a_good_migration_leaves_nothing(opener: Opener, clone: bool) -> None:
    seen = rehearsal(
        opener,
        "create table if not exists public.u (id int primary key, t_id int references public.t);\n"
        "update public.t set n = '0' where n = 'K';",
        "update public.t set n = 'K' where n = '0';\ndrop table if exists public.u;",
        clone=clone,
    )
    assert seen.applied.ok
    assert ("table", "public.u") in {(f.kind, f.object) for f in diff(seen.base_facts, seen.after_facts).added}
    assert seen.again is not None
    assert seen.again.ok
    assert not seen.again_change
    assert seen.undone is not None
    assert seen.undone.ok
    left = names(seen.undone_change.facts.added if seen.undone_change else ())
    assert left == ({"type public.mood labels"} if clone else set())
    assert seen.undone_change is not None
    assert seen.undone_change.rows == ()
    assert seen.redone is not None
    assert seen.redone.ok
    assert not seen.redone_change


FORGOTTEN = [
    ("create index if not exists i on public.t (n);", "select 1;", "index public.t/i definition"),
    ("comment on table public.t is 'after';", "select 1;", "table public.t comment"),
    ("comment on table public.t is 'after';", "comment on table public.t is null;", "table public.t comment"),
    ("grant select on public.t to anon;", "select 1;", None),
    ("revoke select on public.t from anon;", "select 1;", "grant table public.t anon/SELECT"),
    ("drop policy if exists p on public.t;", "select 1;", "policy public.t/p using"),
    (
        "alter policy p on public.t using (id > 1);",
        "alter policy p on public.t using (id > 2);",
        "policy public.t/p using",
    ),
    (
        "do $$ begin create type public.e as enum ('a'); exception when duplicate_object then null; end $$;",
        "select 1;",
        "type public.e labels",
    ),
    ("alter table public.t disable row level security;", "select 1;", "table public.t rls"),
    (
        "create or replace function public.f() returns int language sql set search_path = '' as 'select 2';",
        "select 1;",
        "function public.f() body",
    ),
    (
        "create or replace function public.f() returns int language sql set search_path = '' as 'select 2';",
        "drop function public.f();",
        "function public.f() body",
    ),
    ("create schema if not exists s;", "select 1;", "schema s owner"),
    ("create extension if not exists citext with schema extensions;", "select 1;", "extension citext version"),
    ("alter table public.t rename to v;", "select 1;", "table public.v owner"),
]
"""(forward, backward, a fact that is left)"""


def forgotten(opener: Opener, forward: str, backward: str, *, clone: bool) -> set[str]:
    seen = rehearsal(opener, forward, backward, clone=clone)
    assert seen.undone_change is not None
    left = seen.undone_change.facts
    return {name for name in names(left.added) | names(left.removed) if name != "type public.mood labels"}


@pytest.mark.parametrize(("forward", "backward", "left"), FORGOTTEN)
def test_what_a_rollback_forgets_is_named(opener: Opener, forward: str, backward: str, left: str | None) -> None:
    found = forgotten(opener, forward, backward, clone=False)
    if left is None:  # the default privileges granted it already
        assert found == set()
    else:
        assert left in found


@pytest.mark.parametrize("together", [(0, 1, 4, 6, 7, 8, 9, 11, 12), (2, 5, 10), (3,), (13,)])
def test_in_clones_as_well(opener: Opener, together: tuple[int, ...]) -> None:
    """Those that do not get in each other's way in one file: a clone takes a while."""
    forward, backward, left = zip(*(FORGOTTEN[number] for number in together), strict=True)
    found = forgotten(opener, "\n".join(forward), "\n".join(backward), clone=True)
    assert found >= {fact for fact in left if fact}
    assert bool(found) == any(left)


@pytest.mark.parametrize("clone", [False, True])
def test_rows_that_differ_are_shown(opener: Opener, clone: bool) -> None:
    seen = rehearsal(
        opener,
        "update public.t set n = coalesce(n, '') || 'x';",
        "update public.t set n = 'K' where id = 1;",
        clone=clone,
    )
    assert seen.again_change is not None
    (again,) = seen.again_change.rows
    assert (again.table, again.before, again.after) == ("public.t", 3, 3)
    assert again.example == 'id 1: n "Kx" -> "Kxx"'
    assert seen.undone_change is not None
    assert [change.example for change in seen.undone_change.rows] == ['id 2: n "1" -> "1x"']


def test_a_column_that_comes_back_empty_is_seen(opener: Opener) -> None:
    seen = rehearsal(opener, "alter table public.t drop column if exists n;", "alter table public.t add column n text;")
    assert seen.undone_change is not None
    assert not seen.undone_change.facts
    assert [change.example for change in seen.undone_change.rows] == ['id 1: n "K" -> null']


def test_a_second_run_that_fails_or_hangs(opener: Opener) -> None:
    seen = rehearsal(opener, "create table public.u (id int);", "drop table public.u;")
    assert seen.again is not None
    assert seen.again.failure is not None
    assert (seen.again.failure.sqlstate, seen.again.failure.line) == ("42P07", 1)
    assert not seen.undone_change
    hang = """create table if not exists public.u (id int);
do $$ begin if exists (select from public.u) then loop begin perform pg_sleep(9);
exception when query_canceled then null; end; end loop; end if; insert into public.u values (1); end $$;"""
    seen = rehearsal(opener, hang, "drop table public.u;")
    assert seen.applied.ok
    assert seen.again is not None
    assert seen.again.failure is not None
    assert seen.again.failure.sqlstate == STOPPED
    assert seen.undone is not None
    assert seen.undone.ok
    assert not seen.undone_change


def test_a_first_run_that_fails(opener: Opener) -> None:
    seen = rehearsal(opener, "select missing;", "select 1;")
    assert (seen.applied.ok, seen.again, seen.undone, seen.after_facts) == (False, None, None, frozenset())


def test_base_facts_are_those_of_the_objects_in_play(opener: Opener) -> None:
    seen = rehearsal(opener, "drop table public.t; create table public.other (id int);", "select 1;")
    assert "table public.t owner" in names(seen.base_facts)
    assert "table public.other owner" in names(seen.after_facts)
    assert not any(f.object.startswith("auth.users") for f in seen.base_facts)
