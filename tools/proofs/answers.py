"""Questions to the database as somebody else, each taken back: what was answered, or refused and by what."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from tools.postgres.server import Connection

_ANSWERS = "select * from _throwaway.answers({0}, {0}, {0}, {0}, {0}::boolean[])".format(
    "array(select jsonb_array_elements_text(%s::jsonb))"  # JSON is written faster than arrays are
)
STOPPED = "57014"
OURSELVES = "none"


@dataclass(frozen=True)
class Question:
    statement: str
    """Its first value is the answer."""
    role: str = OURSELVES
    claims: str = ""
    """Of the token that the API would have been called with."""
    witness: str | None = None
    """Another query, asked right afterwards as ourselves."""
    group: str = ""
    """When one takes too long, the others of its group are not asked."""
    counted: bool = False
    """It is no query with an answer: how many rows it touches is asked."""


@dataclass(frozen=True)
class Answer:
    text: str | None
    number: int = 0
    """Rows touched or found, where they were counted."""
    state: str = ""
    """SQLSTATE where it was refused; "57014" where it took too long."""
    object: str = ""
    """The constraint, or else the column, that refused."""
    seen: str | None = None
    """By the witness."""
    said: str = ""
    """Postgres's words where it was refused."""

    @property
    def ok(self) -> bool:
        return not self.state


def ask(conn: Connection, questions: Sequence[Question], *, seconds: float | None = None) -> list[Answer]:
    """All in one round trip; with `seconds`, some more, and one for each that took longer."""
    if not questions:
        return []
    if seconds is None:
        return _ask(conn, questions)
    found: list[Answer] = []
    stopped: dict[str, Answer] = {}
    while len(found) < len(questions):
        if same := stopped.get(questions[len(found)].group):
            found.append(same)
            continue
        conn.execute(f"set statement_timeout = {int(seconds * 1000)}; savepoint asking".encode())
        try:
            found += _ask(conn, questions[len(found) :])
        except psycopg.errors.QueryCanceled as error:  # between two questions: nobody's fault
            conn.execute("rollback to asking")
            found.append(Answer(None, state=STOPPED, said=str(error.diag.message_primary)))
        conn.execute("release asking; reset statement_timeout")
        last = len(found) - 1
        if found[last].state == STOPPED and questions[last].group:
            stopped[questions[last].group] = found[last]
    return found


def _ask(conn: Connection, questions: Sequence[Question]) -> list[Answer]:
    columns = zip(*((q.role, q.claims, q.statement, q.witness, q.counted) for q in questions), strict=True)
    rows = conn.execute(_ANSWERS, [json.dumps(column) for column in columns]).fetchall()
    return [Answer(text, number, state, what, seen, said) for state, what, text, number, seen, said in rows]
