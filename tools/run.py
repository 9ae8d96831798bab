"""Runs a script statement by statement and says what each statement did.

As the Supabase CLI runs a migration file: one transaction for the file; a statement that cannot run in one goes
alone, between two; a file with its own BEGIN and COMMIT runs as written.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import psycopg

from tools.sql import Script, SqlError, Statement
from tools.transactions import returns_rows, runs_alone, unthinkable, unwrapped

if TYPE_CHECKING:
    from tools.postgres.server import Server

STOPPED = "57014"
"""SQLSTATE of a run that took too long, however it was ended."""

_WATCH = files("tools").joinpath("run.sql").read_text()
_FLOOR = """
select greatest((select max(oid) from pg_catalog.pg_class),
                (select max(relfilenode) from pg_catalog.pg_class where reltablespace = 0))::bigint
"""
"""Relations made and files written from now on have higher numbers."""
_RESET = "reset session authorization; reset role; reset all"
_ANY_DEFERRED = "select exists (select from pg_catalog.pg_trigger where tginitdeferred)"
"""Each constraint that waits for the end of the transaction has triggers that do."""
_DEFERRED = """
select 'set constraints ' || string_agg(distinct format('%I.%I', n.nspname, c.conname), ', ') || ' deferred'
from pg_catalog.pg_constraint c join pg_catalog.pg_namespace n on n.oid = c.connamespace
where c.condeferred and not exists (
    select from pg_catalog.pg_constraint o
    where o.connamespace = c.connamespace and o.conname = c.conname and not o.condeferrable)
"""
"""What takes back SET CONSTRAINTS ALL IMMEDIATE, as a commit does, in a transaction that goes on; seldom needed."""
_COSTLESS = {"CommentStmt", "GrantStmt", "CreateFunctionStmt", "CreateEnumStmt", "VariableSetStmt"}
"""Kinds that neither read, write nor hold up a table."""
_CRASHED = "the server's process ended, as it does when it crashes or there is no memory left"
_MOST_WATCHED = 400
_MOST_NOTICES = 20


@dataclass(frozen=True)
class Failure:
    """An error as Postgres words it, and where it is in the file."""

    sqlstate: str
    message: str
    detail: str = ""
    hint: str = ""
    context: str = ""
    statement: Statement | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Step:
    """One statement that ran, and what it cost the tables that existed before the migration."""

    statement: Statement
    ms: float
    locks: tuple[tuple[str, str], ...] = ()
    """(table, mode) newly held, e.g. ("public.lessons", "AccessExclusiveLock")."""
    rewritten: tuple[str, ...] = ()
    """Tables whose file was written anew."""
    read: dict[str, int] = field(default_factory=dict)
    """Rows read by sequential scans, by table."""
    written: dict[str, int] = field(default_factory=dict)
    """Rows inserted, updated or deleted, by table."""


@dataclass(frozen=True)
class Run:
    """A script's run: the statements that went through, and the error that stopped it, if any."""

    steps: tuple[Step, ...]
    failure: Failure | None
    seconds: float
    notices: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.failure is None


def execute(
    server: "Server",
    conn: psycopg.Connection[Any],
    script: Script,
    seconds: float,
    *,
    inside: bool,
    watch: bool = False,
    deferring: bool = True,
) -> Run:
    """Runs the script on `conn` (autocommit), for at most `seconds`.

    `inside`: a transaction is open already and stays open; what a failed run did is undone. `deferring`: false where it
    is known that no constraint waits for the end, of those that were there and those that the script makes.
    """
    started = time.perf_counter()
    try:
        statements = unwrapped(script.statements)
    except SqlError as error:
        return Run((), Failure("42601", error.message, line=error.line, column=error.column), 0.0)
    runner = _Runner(conn, script, watch and len(statements) <= _MOST_WATCHED, one_by_one=watch, deferring=deferring)
    notices: list[str] = []
    note = _note_into(notices)
    conn.add_notice_handler(note)
    try:
        with server.deadline(conn, seconds + 1) as ended:
            begin = "; savepoint run" if inside else ""
            conn.execute(f"set statement_timeout = {int(seconds * 1000)}{begin}".encode())
            try:
                failure = runner.inside(statements) if inside else runner.as_file(statements)
            except psycopg.OperationalError as error:
                if not conn.closed:
                    raise
                failure = runner.failure or _ended(error)  # between two statements of its own
    finally:
        conn.remove_notice_handler(note)
    if ended:  # it may have answered in the last moment, and its end not have come through yet
        conn.close()
        failure = failure or Failure(STOPPED, "ended by force")
    late = time.perf_counter() - started >= seconds
    if failure and late and (failure.sqlstate == STOPPED or conn.closed):
        failure = Failure(
            STOPPED,
            f"still running after {seconds:g} s, so it was stopped",
            statement=failure.statement,
            line=failure.line,
            column=failure.column,
        )
    return Run(tuple(runner.steps), failure, time.perf_counter() - started, tuple(notices))


def _ended(error: psycopg.Error) -> Failure:
    return Failure(error.diag.sqlstate or "57P01", error.diag.message_primary or _CRASHED)


def any_deferred(conn: psycopg.Connection[Any]) -> bool:
    """Some constraint waits for the end of the transaction, unless told otherwise."""
    return conn.execute(_ANY_DEFERRED).fetchone() == (True,)


class _Runner:
    def __init__(
        self, conn: psycopg.Connection[Any], script: Script, watch: bool, one_by_one: bool, deferring: bool
    ) -> None:
        self.conn, self.script, self.watch, self.one_by_one = conn, script, watch, one_by_one
        self.deferring = deferring
        self.enclosed = False
        """Inside a transaction that is not the script's own."""
        self.steps: list[Step] = []
        self.failure: Failure | None = None
        """The last error of a statement."""
        self._floor = 0
        self._seen: dict[str, tuple[list[str], int, int, int]] = {}

    def inside(self, statements: Sequence[Statement]) -> Failure | None:
        """All in the open transaction, under the savepoint `run`; what would end that is refused."""
        self.enclosed = True
        failure = self._all(statements) or self._statement(None, "set constraints all immediate")
        if self.conn.closed:
            return failure
        if failure:
            self.conn.execute(f"rollback to savepoint run; release savepoint run; {_RESET}".encode())
            return failure
        self.conn.execute(f"release savepoint run; {_RESET}".encode())
        if self.deferring and any_deferred(self.conn):
            deferred = self.conn.execute(_DEFERRED).fetchone()
            if deferred and deferred[0]:
                self.conn.execute(deferred[0].encode())
        return None

    def as_file(self, statements: Sequence[Statement]) -> Failure | None:
        """In transactions of their own, committed."""
        authored = any(s.kind == "TransactionStmt" for s in statements)
        failure = None
        batch: list[Statement] = []
        for statement in [*statements, None]:
            if statement is not None and not authored and not runs_alone(statement):
                batch.append(statement)
                continue
            failure = self._batch(batch)
            batch = []
            if not failure and statement is not None:
                failure = self._statement(statement, statement.text)
            if failure:
                break
        if not self.conn.closed:
            if self.conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                self.conn.execute("rollback")
            self.conn.execute(_RESET)
        return failure

    def _batch(self, statements: Sequence[Statement]) -> Failure | None:
        if not statements:
            return None
        if self.watch:
            # what this session read before would be taken for the first statement's
            self.conn.execute("select pg_stat_force_next_flush()")
        self.conn.execute("begin")
        return self._all(statements) or self._statement(None, "commit")

    def _all(self, statements: Sequence[Statement]) -> Failure | None:
        if self.watch:
            row = self.conn.execute(_FLOOR).fetchone()
            self._floor = row[0] if row else 0
            self._look()
        if not self.one_by_one and not any(returns_rows(s) or self._refusal(s) for s in statements):
            failure, done = self._at_once(statements)
            if done:
                return failure
        return next((f for s in statements if (f := self._statement(s, s.text, look=self._watched(s)))), None)

    def _at_once(self, statements: Sequence[Statement]) -> tuple[Failure | None, bool]:
        """All in one round trip. Not done where one fails: then they go one by one, to see which."""
        started = time.perf_counter()
        text = "\n;\n".join(["savepoint at_once", *(s.text for s in statements), "release savepoint at_once"])
        try:
            self.conn.execute(text.encode())
        except psycopg.Error as error:
            if self.conn.closed or error.sqlstate == STOPPED:
                return self._failure(error, None), True
            self.conn.execute("rollback to savepoint at_once; release savepoint at_once")
            return None, False
        ms = (time.perf_counter() - started) * 1000 / max(1, len(statements))
        self.steps += [Step(statement, ms) for statement in statements]
        return None, True

    def _statement(self, statement: Statement | None, text: str, *, look: bool = False) -> Failure | None:
        """`look`: in the same round trip, which only a statement inside a transaction can."""
        if statement and (refusal := self._refusal(statement)):
            return refusal
        started = time.perf_counter()
        cost: dict[str, Any] = {}
        try:
            if statement and returns_rows(statement):
                for _ in self.conn.cursor().stream(text.encode()):
                    pass  # row by row: nobody reads them, and there may be billions
            elif look:
                cost = self._look(text)
            else:
                self.conn.execute(text.encode())
        except psycopg.Error as error:
            return self._failure(error, statement)
        ms = (time.perf_counter() - started) * 1000
        if statement is not None:
            if self._watched(statement) and not cost:
                cost = self._look()
            self.steps.append(Step(statement, ms, **cost))
        return None

    def _watched(self, statement: Statement) -> bool:
        return self.watch and statement.kind not in _COSTLESS

    def _look(self, text: str = "select") -> dict[str, Any]:
        """What changed since the last look, as a Step's fields, after a statement that is run first."""
        found = self.conn.execute(f"{text}\n;\n{_WATCH % self._floor}".encode())
        while found.nextset():
            pass
        now = {name: tuple(rest) for name, *rest in found}
        before, self._seen = self._seen, now
        empty: tuple[list[str], None, int, int] = ([], None, 0, 0)
        old = {name: before.get(name, empty) for name in now}
        return {
            "locks": tuple((t, mode) for t, (modes, *_) in now.items() for mode in modes if mode not in old[t][0]),
            "rewritten": tuple(
                t for t, (_, file, *_) in now.items() if file and file > self._floor and file != old[t][1]
            ),
            "read": {t: n - old[t][2] for t, (_, _, n, _) in now.items() if n > old[t][2]},
            "written": {t: n - old[t][3] for t, (_, _, _, n) in now.items() if n > old[t][3]},
        }

    def _refusal(self, statement: Statement) -> Failure | None:
        """Why it cannot be part of any migration, or not of this transaction."""
        if self.enclosed and statement.kind == "TransactionStmt":
            state, why = "2D000", "it would end or divide the transaction that the file is applied in"
        elif not (why := unthinkable(statement)):
            return None
        else:
            state = "0A000"
        return Failure(state, why, statement=statement, line=statement.line, column=statement.column)

    def _failure(self, error: psycopg.Error, statement: Statement | None) -> Failure:
        diag = error.diag
        line, column = (statement.line, statement.column) if statement else (None, None)
        if statement and diag.statement_position:
            line, column = self.script.position(statement.start + int(diag.statement_position) - 1)
        self.failure = Failure(
            diag.sqlstate or ("57P01" if self.conn.closed else "XX000"),
            diag.message_primary or (_CRASHED if self.conn.closed else str(error)),
            diag.message_detail or "",
            diag.message_hint or "",
            diag.context or "",
            statement,
            line,
            column,
        )
        return self.failure


def _note_into(notices: list[str]) -> Any:
    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        if len(notices) < _MOST_NOTICES:
            notices.append(f"{diagnostic.severity}: {diagnostic.message_primary}")

    return note
