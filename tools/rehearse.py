"""Rehearses a migration: once, again, backwards, once more; reads facts and rows after each.

Usually all of it happens inside one transaction that is rolled back, on facts of the touched objects alone, so it
costs what the change costs. A file that needs transactions of its own is rehearsed in clones.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib.resources import files
from typing import Protocol

import psycopg
from psycopg import sql

from tools.facts import Diff, Fact, Facts, Touched, diff, read, relation, touched
from tools.migration import Migration
from tools.observe import Change, Rehearsal, RowChange
from tools.postgres.server import Connection
from tools.postgres.session import Session
from tools.run import Run, needs_own_transactions

_WRITTEN = files("tools").joinpath("rows.sql").read_text()
_MOST_ROWS = 5_000
"""Contents of larger tables are compared by digest, without an example."""
_NOT_IN_A_TRANSACTION = {"25001", "2D000", "55P04", "55006", "0A000"}
"""Refusals that a transaction around the whole rehearsal may itself have caused."""

_GLOBAL = {"schema", "extension", "publication", "role", "default privileges"}


class Opener(Protocol):
    """Opens a session in the base state: inside a transaction, or on a clone."""

    def __call__(self, *, transaction: bool) -> AbstractContextManager[Session]: ...


@contextmanager
def rehearse(migration: Migration, open_session: Opener) -> Iterator[tuple[Rehearsal, Session]]:
    """The rehearsal, and a session that stands after the first run."""
    if migration.syntax_error is None and not needs_own_transactions(migration.script):
        with open_session(transaction=True) as session:
            seen = _Transaction(migration, open_session, session).rehearsal()
            if not (seen.applied.failure and seen.applied.failure.sqlstate in _NOT_IN_A_TRANSACTION):
                if seen.applied.ok:
                    with _standing(migration, session, open_session, transaction=True) as live:
                        yield seen, live
                else:
                    yield seen, session
                return
    if migration.syntax_error is not None:
        with open_session(transaction=True) as session:
            yield Rehearsal(session.run(migration.script)), session
        return
    seen = _in_clones(migration, open_session)
    with open_session(transaction=False) as live:
        if seen.applied.ok:
            live.run(migration.script)
        yield seen, live


@contextmanager
def _standing(migration: Migration, session: Session, open_session: Opener, *, transaction: bool) -> Iterator[Session]:
    """A session after the first run: this one, or a new one where it was ended by force."""
    if session.alive:
        session.run(migration.script)
        yield session
        return
    with open_session(transaction=transaction) as fresh:
        fresh.run(migration.script)
        yield fresh


class _Transaction:
    """The rehearsal inside one open transaction; `session` stands at the base before and after."""

    def __init__(self, migration: Migration, open_session: Opener, session: Session) -> None:
        self.migration, self.open_session, self.session = migration, open_session, session
        self.ended: dict[str, Run] = {}
        """Steps that had to be ended by force: their session is gone, and they are not tried again."""

    def rehearsal(self) -> Rehearsal:
        while True:
            try:
                return self._rehearsal(self.session)
            except psycopg.OperationalError:
                if self.session.alive or not self.ended:
                    raise
            with self.open_session(transaction=True) as self.session, suppress(psycopg.OperationalError):
                return self._rehearsal(self.session)

    def _run(self, step: str, text: str) -> Run:
        if step in self.ended:
            return self.ended[step]
        script = self.migration.script if text == self.migration.text else text
        run = self.session.run(script, watch=step == "applied")
        if not self.session.alive:
            self.ended[step] = run
            if step != "applied":
                raise psycopg.OperationalError("ended by force")
        return run

    def _rehearsal(self, session: Session) -> Rehearsal:
        conn, text = session.conn, self.migration.text
        again = again_change = undone = undone_change = redone = redone_change = None
        undone_facts: Facts = frozenset()
        tables: set[str] = set()
        with session.savepoint():
            applied = self._run("applied", text)
            if not applied.ok:
                return Rehearsal(applied)
            play = first = touched(conn)
            after = read(conn, play)

            with session.savepoint():
                traffic = _written(conn)
                again = self._run("again", text)
                if again.ok:
                    play |= touched(conn)
                    again_facts = read(conn, play)
                    rewritten = [t for t, n in _written(conn).items() if n != traffic.get(t, 0)]
                    again_rows = _contents(conn, rewritten)
            if again.ok:
                once = after if again_facts == after else read(conn, play)
                again_change = Change(diff(once, again_facts), _row_changes(_contents(conn, rewritten), again_rows))

            rollback = self.migration.rollback
            if rollback and rollback.sql:
                with session.savepoint():
                    undone = self._run("undone", rollback.sql)
                    if undone.ok:
                        play |= touched(conn)
                        undone_facts = read(conn, play)
                        tables = set(_written(conn)) | set(_tables(undone_facts))
                        undone_rows = _contents(conn, tables, unstamped=True)
                        undone_play = play
                        redone = self._run("redone", text)
                        if redone.ok:
                            play |= touched(conn)
                            redone_facts = read(conn, play)
                if redone and redone.ok:
                    once = after if redone_facts == after else read(conn, play)
                    redone_change = Change(diff(once, redone_facts))
        base = read(conn, play)
        if play != first:  # what only a later run touched was, after the first, as it is in the base
            after |= read(conn, Touched(*(now - then for now, then in zip(play, first, strict=True))))
        if undone and undone.ok:
            before = base if base == undone_facts else read(conn, undone_play)
            changes = _row_changes(_contents(conn, tables, unstamped=True), undone_rows)
            undone_change = Change(_lasting(diff(before, undone_facts)), changes)
        return Rehearsal(applied, base, after, again, again_change, undone, undone_change, redone, redone_change)


def _in_clones(migration: Migration, open_session: Opener) -> Rehearsal:
    """The rehearsal with everything committed, on whole facts and the contents of every table."""
    again = again_change = undone = undone_change = redone = redone_change = None
    with open_session(transaction=False) as session:
        base = read(session.conn)
        base_rows = _contents(session.conn, _tables(base), timeless=True)
        applied = session.run(migration.script, watch=True)
        if not applied.ok or not session.alive:
            return Rehearsal(applied)
        after = read(session.conn)
        after_rows = _contents(session.conn, _tables(after), timeless=True)
        again = session.run(migration.script)
        if again.ok:
            rows = _contents(session.conn, _tables(after), timeless=True)
            again_change = Change(diff(after, read(session.conn)), _row_changes(after_rows, rows))
    rollback = migration.rollback
    if rollback and rollback.sql:
        with open_session(transaction=False) as session:
            session.run(migration.script)
            undone = session.run(rollback.sql)
            if undone.ok:
                facts = read(session.conn)
                rows = _contents(session.conn, _tables(base), timeless=True)
                undone_change = Change(_lasting(diff(base, facts)), _row_changes(base_rows, rows))
                redone = session.run(migration.script)
                if redone.ok:
                    redone_change = Change(diff(after, read(session.conn)))
    changed = diff(base, after)
    play = {relation(_bare(f)) for f in (*changed.added, *changed.removed)}
    return Rehearsal(
        applied,
        _of(base, play),
        _of(after, play),
        again,
        again_change,
        undone,
        undone_change,
        redone,
        redone_change,
    )


_Contents = dict[str, "Counter[str] | tuple[int, str]"]
"""By table: each row as JSON text with how often it occurs; of a large table, count and digest."""


def _contents(
    conn: Connection, tables: Iterable[str], *, timeless: bool = False, unstamped: bool = False
) -> _Contents:
    """Rows of tables; those that are not there or not ours to read are left out.

    `timeless` leaves out timestamps: between transactions, now() moves and means nothing. `unstamped` leaves out
    updated_at, which moves when a change is taken back too.
    """
    found: _Contents = {}
    row = "to_jsonb(t)"
    for table in sorted(set(tables)):
        name = sql.SQL(table)  # type: ignore[arg-type]  # quoted by Postgres
        conn.execute("savepoint contents" if _inside(conn) else "select")
        try:
            columns = conn.execute(
                "select attname from pg_catalog.pg_attribute where attrelid = %s::regclass and attnum > 0"
                " and not attisdropped and (not %s or atttypid not in ('timestamp'::regtype, 'timestamptz'::regtype))"
                " and (not %s or attname <> 'updated_at')",
                [table, timeless, unstamped],
            ).fetchall()
            picked = sql.SQL(", ").join(sql.Identifier(c) for (c,) in columns)
            query = sql.SQL("select {}::text from (select {} from {}) t").format(sql.SQL(row), picked, name)
            count = _one(conn, sql.SQL("select count(*) from {}").format(name))
            if int(count) <= _MOST_ROWS:
                found[table] = Counter(text for (text,) in conn.execute(query))
            else:
                total = sql.SQL("select md5(string_agg(md5(r), '' order by md5(r))) from ({}) s(r)").format(query)
                found[table] = (int(count), _one(conn, total))
        except psycopg.Error as error:
            if conn.closed:
                raise
            if error.sqlstate not in ("42P01", "3F000", "42501", "55000"):
                raise
            if _inside(conn):
                conn.execute("rollback to savepoint contents")
        if _inside(conn):
            conn.execute("release savepoint contents")
    return found


def _row_changes(before: _Contents, after: _Contents) -> tuple[RowChange, ...]:
    """Tables that are in both and differ."""
    changes = []
    for table in sorted(before.keys() & after.keys()):
        old, new = before[table], after[table]
        if old == new:
            continue
        if isinstance(old, Counter) and isinstance(new, Counter):
            example = next(iter((new - old) or (old - new)), "")
            changes.append(RowChange(table, old.total(), new.total(), _short(example)))
        else:
            changes.append(RowChange(table, _count(old), _count(new)))
    return tuple(changes)


def _count(contents: "Counter[str] | tuple[int, str]") -> int:
    return contents.total() if isinstance(contents, Counter) else contents[0]


def _short(example: str) -> str:
    """A row's JSON without nulls, cut to a line."""
    with suppress(ValueError):
        row = {k: v for k, v in json.loads(example).items() if v is not None}
        example = json.dumps(row, ensure_ascii=False)
    return example if len(example) <= 200 else example[:199] + "…"


def _written(conn: Connection) -> dict[str, int]:
    return dict(conn.execute(_WRITTEN, prepare=True).fetchall())


def _tables(facts: Facts) -> list[str]:
    return [fact.object for fact in facts if fact.kind == "table" and fact.attribute == "owner"]


def _lasting(change: Diff) -> Diff:
    """Without the order of columns: one that is dropped and comes back comes back at the end."""
    return Diff(*(frozenset(f for f in side if f.attribute != "position") for side in (change.added, change.removed)))


def _of(facts: Facts, play: set[str]) -> Facts:
    """The facts of the objects in play, and the small global ones."""
    return frozenset(f for f in facts if relation(_bare(f)) in play or f.kind in _GLOBAL)


def _bare(fact: Fact) -> str:
    """The fact's object without the kind that a grant's object begins with."""
    return fact.object.partition(" ")[2] if fact.kind == "grant" else fact.object


def _inside(conn: Connection) -> bool:
    return conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE


def _one(conn: Connection, query: sql.Composable) -> str:
    row = conn.execute(query).fetchone()
    return str(row[0]) if row else ""
