"""Running a script: as the CLI would, bounded, and telling what each statement did."""

import pytest

from tools.postgres.server import Connection, Server
from tools.postgres.session import Session
from tools.run import STOPPED, execute
from tools.sql import Script
from tools.transactions import needs_own_transactions

FILLED = """
create table public.t (id int primary key, n int, s varchar(10));
insert into public.t select g, g, 'x' from generate_series(1, 1000) g;
create table public.u (id int primary key);
"""
VOLATILE = "alter table public.t add column r float default random()"


@pytest.fixture
def filled(server: Server, db: Connection) -> str:
    db.execute(FILLED)
    return db.info.dbname


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("alter table public.t alter column n set not null", {"read": {"public.t": 1000}}),
        ("alter table public.t add constraint c check (n > 0)", {"read": {"public.t": 1000}}),
        ("alter table public.t add constraint c check (n > 0) not valid", {}),
        ("alter table public.t alter column n type bigint", {"rewritten": ("public.t",)}),
        ("alter table public.t alter column s type text", {}),
        (VOLATILE, {"rewritten": ("public.t",)}),
        ("alter table public.t add column at timestamptz not null default now()", {}),
        ("update public.t set n = n + 1", {"read": {"public.t": 1000}, "written": {"public.t": 1000}}),
        ("create table public.v (id int references public.u)", {}),
        ("truncate public.t", {"rewritten": ("public.t",)}),
    ],
)
def test_says_what_a_statement_costs(server: Server, filled: str, statement: str, expected: dict[str, object]) -> None:
    with Session.open(server, filled, seconds=5) as session:
        (step,) = session.run(statement, watch=True).steps
    cost = {k: v for k in ("rewritten", "read", "written") if (v := getattr(step, k))}
    if "rewritten" in cost:
        cost.pop("read", None)
    assert cost == expected


def test_says_which_locks_are_taken(server: Server, filled: str) -> None:
    script = "create index on public.t (n); alter table public.t add column x int; create table public.w (id int)"
    with Session.open(server, filled, seconds=5) as session:
        steps = session.run(script, watch=True).steps
    assert [{mode: table for table, mode in step.locks} for step in steps] == [
        {"ShareLock": "public.t"},
        {"AccessExclusiveLock": "public.t"},
        {},
    ]


@pytest.mark.parametrize("transaction", [True, False])
def test_a_failure_has_its_place_and_leaves_nothing(server: Server, filled: str, transaction: bool) -> None:
    opened = Session.open if transaction else Session.cloned
    with opened(server, filled, seconds=5) as session:
        run = session.run("create table public.a (id int);\n\n  select 'ü', missing from public.t;")
        assert run.failure is not None
        assert (run.failure.sqlstate, run.failure.line, run.failure.column) == ("42703", 3, 15)
        assert run.failure.message == 'column "missing" does not exist'
        assert len(run.steps) == 1
        gone = session.conn.execute("select to_regclass('public.a') is null").fetchone()
        assert gone == (True,)


@pytest.mark.parametrize("transaction", [True, False])
@pytest.mark.parametrize(
    "runaway",
    [
        "select count(*) from generate_series(1, 100000000000)",
        "set statement_timeout = 0; do $$ begin loop end loop; end $$",
        "do $$ begin loop begin perform pg_sleep(9); exception when query_canceled then null; end; end loop; end $$",
    ],
)
def test_a_runaway_is_stopped(server: Server, filled: str, runaway: str, transaction: bool) -> None:
    opened = Session.open if transaction else Session.cloned
    with opened(server, filled, seconds=0.2) as session:
        run = session.run(runaway)
        assert run.failure is not None
        assert run.failure.sqlstate == STOPPED
    with server.connect(filled) as conn:
        assert conn.execute("select count(*) from public.t").fetchone() == (1000,)


def test_sessions_leave_no_trace(server: Server, filled: str) -> None:
    with Session.open(server, filled, seconds=5) as session:
        assert session.run("create table public.gone (id int); set role anon; set search_path = ''").ok
        row = session.conn.execute("select current_user, current_setting('search_path')").fetchone()
        assert row is not None
        assert row[0] == "postgres"
        assert "public" in row[1]
        with session.savepoint() as conn:
            conn.execute("drop table public.gone")
        assert session.run("table public.gone").ok
    with server.connect(filled) as conn:
        assert conn.execute("select to_regclass('public.gone')").fetchone() == (None,)


def test_acts_as_a_user(server: Server, filled: str) -> None:
    user = "00000000-0000-0000-0000-000000000001"
    with Session.open(server, filled, seconds=5) as session:
        with session.act_as("authenticated", user) as conn:
            assert conn.execute("select current_user, auth.uid()::text").fetchone() == ("authenticated", user)
        assert session.conn.execute("select current_user, auth.uid()").fetchone() == ("postgres", None)


def test_as_a_file(server: Server, filled: str) -> None:
    """CONCURRENTLY goes alone between two transactions; authored transactions are honoured."""
    with Session.cloned(server, filled, seconds=5) as session:
        assert session.run("create table public.a (id int); create index concurrently i on public.t (n);").ok
        assert session.run("begin; create table public.b (id int); commit; select 1 / 1;").ok
        failed = session.run("begin; create table public.c (id int); commit; select 1 / 0;")
        assert not failed.ok
        row = session.conn.execute("select to_regclass('public.i'), to_regclass('public.b'), to_regclass('public.c')")
        assert row.fetchone() == ("i", "b", "c")


@pytest.mark.parametrize(
    "statement",
    [
        "copy public.t to stdout",
        "copy public.t from stdin",
        "drop database postgres",
        "create tablespace s location '/'",
    ],
)
@pytest.mark.parametrize("transaction", [True, False])
def test_what_no_migration_can_do(server: Server, filled: str, statement: str, transaction: bool) -> None:
    opened = Session.open if transaction else Session.cloned
    with opened(server, filled, seconds=5) as session:
        run = session.run(f"select 1;\n{statement};")
        assert run.failure is not None
        assert (run.failure.sqlstate, run.failure.line) == ("0A000", 2)
        assert session.run("select 1;").ok


def test_rows_are_not_kept(server: Server, filled: str) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Session.open(server, filled, seconds=9) as session:
        run = session.run(
            "select repeat('x', 1000) from generate_series(1, 200000);"
            "insert into public.t select g, g, 'y' from generate_series(2000, 2010) g returning *;"
            "with gone as (delete from public.t where id < 10 returning id) select id from gone;"
            "select 1 as one into public.made; select id from public.t where id > 100 for update;"
        )
        assert run.ok, run.failure
        count = session.conn.execute("select count(*), (select one from public.made) from public.t").fetchone()
        assert count == (1002, 1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_deferred_constraints_are_not_forgotten(server: Server, filled: str) -> None:
    script = """alter table public.t add foreign key (n) references public.u deferrable initially deferred not valid;
                insert into public.t values (5000, 77, 'x');"""
    with Session.open(server, filled, seconds=5) as session:
        failure = session.run(script).failure
    assert failure is not None
    assert failure.sqlstate == "23503"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create table a (id int); create index on a (id);", False),
        ("begin; create table a (id int); commit;", False),
        ("create index concurrently on a (id);", True),
        ("drop index concurrently i;", True),
        ("reindex table concurrently a;", True),
        ("reindex table a;", False),
        ("vacuum a;", True),
        ("analyze a;", False),
        ("alter type e add value 'x';", True),
        ("do $$ begin execute 'alter type e add value ''x'''; end $$;", True),
        ("create table a (id int); commit; create table b (id int);", True),
        ("alter table a detach partition b concurrently;", True),
    ],
)
def test_what_takes_a_clone(text: str, expected: bool) -> None:
    assert needs_own_transactions(Script(text)) is expected


def test_a_syntax_error_is_a_failure(server: Server, filled: str) -> None:
    with server.connect(filled) as conn:
        run = execute(server, conn, Script("select 1;\nselec 2;"), 5, inside=False)
    assert run.failure is not None
    assert (run.failure.sqlstate, run.failure.line, run.steps) == ("42601", 2, ())


def test_at_once_or_one_by_one_is_the_same(server: Server, filled: str) -> None:
    """Unwatched scripts go in one round trip, comments and all; a failure still has its statement."""
    script = (
        "create table public.a (id int) -- first\n;\n"
        "/* b */ insert into public.a values (1) -- c\n; update public.a set id = 2"
    )
    with Session.open(server, filled, seconds=5) as session:
        for watch in (True, False):
            with session.savepoint() as conn:
                run = session.run(script, watch=watch)
                assert [step.statement.kind for step in run.steps] == ["CreateStmt", "InsertStmt", "UpdateStmt"]
                assert conn.execute("select id from public.a").fetchall() == [(2,)]
        failure = session.run(f"{script};\nselect missing from public.a;\ninsert into nowhere values (1)").failure
    assert failure is not None
    assert (failure.line, failure.sqlstate) == (5, "42703")
