"""Rehearses a migration: once, again, backwards, once more; reads facts and rows after each.

Usually all of it happens inside one transaction that is rolled back, on facts of the touched objects alone, so it
costs what the change costs. A file that needs transactions of its own is rehearsed in clones.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Protocol

import psycopg

from tools.contents import changes, contents, written
from tools.facts import Diff, Fact, Facts, Touched, diff, read, read_touched, relation
from tools.migration import Migration
from tools.observe import Change, Rehearsal
from tools.postgres.session import Session
from tools.renames import may_rename, names, renamed
from tools.run import Run
from tools.sql import Script
from tools.transactions import needs_own_transactions

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
    with _in_clones(migration, open_session) as (seen, live):
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
            play, after = read_touched(conn)
            first = play
            called = names(conn, first.relations) if may_rename(text) else {}

            with session.savepoint():
                traffic = written(conn)
                again = self._run("again", text)
                if again.ok:
                    play, again_facts = read_touched(conn, play)
                    rewritten = [t for t, n in written(conn).items() if n != traffic.get(t, 0)]
                    again_rows = contents(conn, rewritten)
            if again.ok:
                once = after if again_facts == after else read(conn, play)
                again_change = Change(diff(once, again_facts), changes(contents(conn, rewritten), again_rows))
            known = play

            rollback = self.migration.rollback
            if rollback and rollback.sql:
                with session.savepoint():
                    undone = self._run("undone", rollback.sql)
                    if undone.ok:
                        play, undone_facts = read_touched(conn, play)
                        tables = set(written(conn)) | set(_tables(undone_facts))
                        undone_rows = contents(conn, tables, unstamped=True)
                        known = play
                        redone = self._run("redone", text)
                        if redone.ok:
                            play, redone_facts = read_touched(conn, play)
                if redone and redone.ok:
                    once = after if redone_facts == after else read(conn, play)
                    redone_change = Change(diff(once, redone_facts))
        base = read(conn, known)
        if later := _only_later(known, first):
            after |= read(conn, later)  # what only a later run touched was, after the first, as it is in the base
        if undone and undone.ok:
            rows_changed = changes(contents(conn, tables, unstamped=True), undone_rows)
            undone_change = Change(_lasting(diff(base, undone_facts)), rows_changed)
        former = renamed(names(conn, first.relations), called) if called else {}
        return Rehearsal(
            applied, base, after, again, again_change, undone, undone_change, redone, redone_change, former
        )


@contextmanager
def _in_clones(migration: Migration, open_session: Opener) -> Iterator[tuple[Rehearsal, Session]]:
    """The rehearsal with everything committed, on whole facts and the contents of every table.

    A run that left facts and rows as they were leaves a clone to go on with; else the next step gets a new one.
    """
    script, rollback = migration.script, migration.rollback
    again = again_change = undone = undone_change = redone = redone_change = None
    with ExitStack() as stack:
        session = stack.enter_context(open_session(transaction=False))
        before = read(session.conn)
        before_rows = contents(session.conn, _tables(before), timeless=True)
        called = names(session.conn) if may_rename(migration.text) else {}
        applied = session.run(script, watch=True)
        if not applied.ok or not session.alive:
            yield Rehearsal(applied), _anew(stack, open_session, [script] if applied.ok else [])
            return
        after = read(session.conn)
        former = renamed(called, names(session.conn)) if called else {}
        after_rows = contents(session.conn, _tables(after), timeless=True)
        again = session.run(script)
        stands = False
        if again.ok:
            rows = contents(session.conn, _tables(after), timeless=True)
            again_change = Change(diff(after, read(session.conn)), changes(after_rows, rows))
            stands = not again_change
        if rollback and rollback.sql:
            if not stands:
                session = _anew(stack, open_session, [script])
            undone, stands = session.run(rollback.sql), False
            if undone.ok:
                facts = read(session.conn)
                rows = contents(session.conn, _tables(before), timeless=True)
                undone_change = Change(_lasting(diff(before, facts)), changes(before_rows, rows))
                redone = session.run(script)
                if redone.ok:
                    redone_change = Change(diff(after, read(session.conn)))
                    stands = not redone_change and contents(session.conn, _tables(after), timeless=True) == after_rows
        changed = diff(before, after)
        play = {relation(_bare(f)) for f in (*changed.added, *changed.removed)}
        seen = Rehearsal(
            applied,
            _of(before, play),
            _of(after, play),
            again,
            again_change,
            undone,
            undone_change,
            redone,
            redone_change,
            former,
        )
        yield seen, session if stands else _anew(stack, open_session, [script])


def _anew(stack: ExitStack, open_session: Opener, scripts: Iterable[Script]) -> Session:
    """A session on a fresh clone in which these have run; the one before is done with."""
    stack.close()
    session = stack.enter_context(open_session(transaction=False))
    for script in scripts:
        session.run(script)
    return session


def _only_later(play: Touched, first: Touched) -> Touched:
    return Touched(
        play.relations - first.relations,
        play.functions - first.functions,
        play.types - first.types,
        play.catalogs - first.catalogs,
    )


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
