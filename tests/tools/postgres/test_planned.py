"""Several queries in one round trip answer as they would one by one."""

import psycopg
import pytest

from tools.postgres.planned import THERE, Planned
from tools.postgres.server import SUPERUSER, Connection, Server

ONE, TWO = "select n as a from unnest($1::int[]) n", "select n, n || ($2::text[])[1] as b from unnest($1::text[]) n"


def planned(conn: Connection) -> Planned:
    return Planned(conn, conn.execute(f"select {THERE}").fetchone()[0])  # type: ignore[index]


def test_answers_come_in_the_order_asked(server: Server) -> None:
    with server.connect() as conn:
        for _ in range(2):  # the second time by the plans of the first
            assert planned(conn).answers([(ONE, [[1, 2]]), (TWO, [["x", 'q"'], ["!"]]), (ONE, [[]])]) == [
                (["a"], [(1,), (2,)]),
                (["n", "b"], [("x", "x!"), ('q"', 'q"!')]),
                (["a"], []),
            ]
        assert planned(conn).answers([]) == []


def test_a_name_that_a_migration_took_is_not_used(server: Server) -> None:
    with server.connect() as conn:
        planned(conn).answers([(ONE, [[1]])])
        (name,) = conn.execute("select name from pg_prepared_statements").fetchone()  # type: ignore[misc]
        conn.execute(f"deallocate {name}; prepare {name} (int[]) as select 'theirs'")
        assert planned(conn).answers([(ONE, [[1]]), (ONE, [[2]])]) == [(["a"], [(1,)]), (["a"], [(2,)])]


def test_an_error_among_them_is_raised_and_leaves_the_connection_usable(server: Server) -> None:
    with server.connect() as conn:
        for wrong in ("select 1 / cardinality($1::int[])", "select nothing from nowhere where $1"):
            with pytest.raises(psycopg.Error, match=r"division by zero|does not exist"):
                planned(conn).answers([(ONE, [[1]]), (wrong, [[]]), (ONE, [[2]])])
        assert planned(conn).answers([(ONE, [[3]])]) == [(["a"], [(3,)])]


def test_a_lost_connection_is_said_so(server: Server) -> None:
    with server.connect() as conn, server.connect("template1", SUPERUSER) as other:
        ours = planned(conn)
        other.execute("select pg_terminate_backend(%s, 3000)", [conn.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            ours.answers([(ONE, [[1]]), (ONE, [[2]])])
        assert conn.closed
