"""try_sql: statements on a scratch copy of the database, as one of its roles; everything is undone."""

from typing import Any, Literal

import psycopg

from agent.schema import one_line
from tools.sql import Script, SqlError, Statement
from tools.workbench import Workbench

Role = Literal["postgres", "authenticated", "anon", "service_role"]

ROWS = 20
"""How many rows of a result are shown."""
SHORT, LONG = 120, 1_200
"""Characters of a cell that are shown: beside others, and where it is alone in its row or column."""
SECONDS = 3
"""How long a statement may run."""


def tried(bench: Workbench, sql: str, role: Role, user: str | None) -> str:
    """What each statement answered, up to the first that failed; where the server lies on this machine is left out."""
    try:
        statements = Script(sql).statements
    except SqlError as error:
        return f"Line {error.line}: {error.message}"
    if any(statement.kind in ("TransactionStmt", "CopyStmt") for statement in statements):
        return "No begin, commit, savepoint or copy: everything is undone anyway."
    answers = []
    with bench.session() as session, session.act_as(role, user) as conn:
        conn.execute(f"set local statement_timeout = '{SECONDS}s'")
        with session.server.deadline(conn, 3 * SECONDS):  # a loop that catches its own cancellation goes on
            try:
                for statement in statements:
                    answers.append(_run(conn, statement))  # noqa: PERF401 - those before an error stay
            except psycopg.Error as error:
                answers.append(_words(error))
    return "\n\n".join(answers).replace(str(bench.server.folder), "/server")


def _run(conn: psycopg.Connection[Any], statement: Statement) -> str:
    """One statement's rows as text; of a query no more are fetched than shown."""
    head = f"> {one_line(statement.text, 100)}\n"
    if statement.kind == "SelectStmt" and not _writes(statement):
        conn.execute(f"declare try_sql no scroll cursor for {statement.text}".encode())
        cursor = conn.execute(f"fetch {ROWS + 1} from try_sql")
        text = _table(cursor)
        conn.execute("close try_sql")
        return head + text
    cursor = conn.execute(statement.text.encode())
    return head + (_table(cursor) if cursor.description else cursor.statusmessage or "done")


def _writes(statement: Statement) -> bool:
    """What cannot be a cursor: SELECT INTO, and WITH that inserts, updates or deletes."""
    kinds = {type(node).__name__ for node in statement.walk()}
    return not kinds.isdisjoint({"IntoClause", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})


def _table(cursor: psycopg.Cursor[Any]) -> str:
    """The result's text as the server sent it, the first rows of it."""
    result = cursor.pgresult
    if result is None or not cursor.description:
        return cursor.statusmessage or "done"
    columns = range(result.nfields)
    longest = LONG if result.ntuples == 1 or result.nfields == 1 else SHORT
    lines = [" | ".join(column.name for column in cursor.description)]
    for row in range(min(result.ntuples, ROWS)):
        cells = (result.get_value(row, column) for column in columns)
        lines.append(
            " | ".join("NULL" if cell is None else one_line(cell.decode("utf-8", "replace"), longest) for cell in cells)
        )
    more = (
        f"first {ROWS} rows; there are more, offset {ROWS} shows the next"
        if result.ntuples > ROWS
        else f"{result.ntuples} rows"
    )
    return "\n".join([*lines, f"({more})"])


def _words(error: psycopg.Error) -> str:
    """As Postgres words it."""
    told = error.diag
    if not told.message_primary:
        return f"ERROR: {' '.join(str(error).split())}"
    lines = [f"ERROR {error.sqlstate}: {told.message_primary}"]
    lines += [
        f"{name}: {text}" for name, text in (("DETAIL", told.message_detail), ("HINT", told.message_hint)) if text
    ]
    return "\n".join(lines)
