"""A conversation with a work database whose traces vanish.

In a *transaction* everything happens between BEGIN and ROLLBACK: a verdict costs what the change costs, whatever
the size of the project. What cannot run there (CONCURRENTLY, VACUUM, authored BEGIN and COMMIT) gets a *clone*.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Literal

import psycopg
from psycopg import sql

from tools.postgres.server import DATABASE, Connection, Server
from tools.run import Run, any_deferred, execute
from tools.sql import Script

Role = Literal["anon", "authenticated", "service_role", "postgres"]

_NOTHING = sql.SQL("")


class Session:
    """As the role that runs migrations. `conn` is in autocommit mode; leave transactions to this class."""

    def __init__(
        self, server: Server, conn: Connection, *, transaction: bool, seconds: float, template: str = DATABASE
    ) -> None:
        self.server, self.conn, self.transaction, self.seconds = server, conn, transaction, seconds
        self.template = template
        self._deferring: bool | None = None
        self._names = count(1)

    @classmethod
    @contextmanager
    def open(cls, server: Server, database: str = DATABASE, *, seconds: float) -> Iterator["Session"]:
        """On `database` itself, inside one transaction that is rolled back. `seconds` bounds each run."""
        with server.lent(database) as conn:
            conn.execute("begin")
            yield cls(server, conn, transaction=True, seconds=seconds)

    @classmethod
    @contextmanager
    def cloned(cls, server: Server, template: str = DATABASE, *, seconds: float) -> Iterator["Session"]:
        """On a copy of `template` that is dropped."""
        with server.clone(template) as name:
            conn = server.connect(name)
            try:
                yield cls(server, conn, transaction=False, seconds=seconds, template=template)
            finally:
                conn.close()

    @property
    def alive(self) -> bool:
        """False once a run had to be ended by force."""
        return not self.conn.closed

    @contextmanager
    def savepoint(self, then: sql.Composable = _NOTHING) -> Iterator[Connection]:
        """What happens inside is undone, also after an error of Postgres's, which passes through.

        `then` is run first thing inside, in the same round trip.
        """
        name = sql.Identifier(f"probe_{next(self._names)}")
        inside = self.conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
        begin = sql.SQL("savepoint {}; ").format(name) if inside else sql.SQL("begin; ")
        self.conn.execute(begin + then)
        try:
            yield self.conn
        finally:
            if self.alive:
                back = sql.SQL("rollback to savepoint {0}; release savepoint {0}").format(name)
                self.conn.execute(back if inside else "rollback")

    @contextmanager
    def act_as(self, role: Role, user: str | None = None) -> Iterator[Connection]:
        """As the API would for a signed-in `user` (a uuid), or as another role; undone at the end."""
        claims = {"role": role} | ({"sub": user, "aud": "authenticated"} if user else {})
        become = sql.SQL("select set_config('request.jwt.claims', {}, true), set_config('role', {}, true)")
        with self.savepoint(become.format(json.dumps(claims), role)) as conn:
            yield conn

    @contextmanager
    def before(self, script: Script) -> Iterator["Session"]:
        """The state without `script`, which is all that has been run here; it is there again afterwards."""
        if not self.transaction:
            with self.server.connect(self.template) as conn:
                conn.execute("begin")
                yield Session(self.server, conn, transaction=True, seconds=self.seconds)
            return
        self.conn.execute("rollback; begin")
        yield self
        self.conn.execute("rollback; begin")
        self.run(script)

    def run(self, script: Script | str, *, watch: bool = False) -> Run:
        """Runs a file's statements as the Supabase CLI would; a failure leaves no trace of the run.

        `watch` also notes for each statement what it cost the tables that were there before.
        """
        script = Script(script) if isinstance(script, str) else script
        return execute(
            self.server,
            self.conn,
            script,
            self.seconds,
            inside=self.transaction,
            watch=watch,
            deferring=self.transaction and self._may_defer(script),
        )

    def _may_defer(self, script: Script) -> bool:
        """Constraints that wait for the end are there, or may have come with this script or an earlier one."""
        if self._deferring is None:
            self._deferring = any_deferred(self.conn)
        self._deferring = self._deferring or "deferr" in script.text.lower()
        return self._deferring
