"""A case's probes: behaviour that any right answer has."""

import json
from collections.abc import Iterator, Sequence

import psycopg

from evals.cases import Probe
from evals.grade.difference import Difference
from evals.grade.state import State
from tools.postgres.server import Connection

_API = ("anon", "service_role")


def probe(state: State, probes: Sequence[Probe]) -> Iterator[Difference]:
    """Those that do not give what they should."""
    for one in probes:
        with state.session() as conn:
            got = _told(conn, one)
        if got is not None:
            yield Difference("different", f"probe {one.name!r}", got)


def _told(conn: Connection, one: Probe) -> str | None:
    """What came instead of what was expected; None where that came."""
    try:
        if one.setup:
            conn.execute(one.setup.encode())
        _become(conn, one.actor)
        cursor = conn.execute(one.sql.encode())
        rows = [[_text(value) for value in row] for row in cursor.fetchall()] if cursor.description else None
        count = max(cursor.rowcount, 0)
    except psycopg.Error as error:
        if one.error and (error.sqlstate or "").startswith(one.error):
            return None
        return f"{error.sqlstate or 'no connection'}: {error.diag.message_primary or error}"
    if one.error:
        return f"{count} rows and no error"
    if one.count is not None:
        return None if count == one.count else f"{count} rows, not {one.count}"
    wanted = [[_text(value) for value in row] for row in one.rows or ()]
    return None if rows == wanted else f"{json.dumps(rows)}, not {json.dumps(wanted)}"


def _become(conn: Connection, actor: str) -> None:
    if actor == "postgres":
        return
    role = actor if actor in _API else "authenticated"
    claims = {"role": role} | ({} if actor in _API else {"sub": actor, "aud": "authenticated"})
    conn.execute(
        "select set_config('request.jwt.claims', %s, true), set_config('role', %s, true)", [json.dumps(claims), role]
    )


def _text(value: object) -> str | None:
    """As a case.toml writes values: text, JSON for what is structured, null as it is."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)
