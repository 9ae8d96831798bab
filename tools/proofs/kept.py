"""Old rows, and a migration that runs over them: what they were and what they are, and who had to wait meanwhile.

Tables that it changes in structure or writes to are filled first, with ordinary rows and with odd ones. A row that it
stops at, which production need not have, is noted and left out.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any, Literal

import psycopg
from postgast import pg_query_pb2

from tools.contents import RowChange, changes, contents, written
from tools.migration import Migration
from tools.postgres.server import Connection
from tools.postgres.session import Session
from tools.proofs.counters import Counter, may_count, used, wind_back
from tools.proofs.old_rows import Odd, OldRows
from tools.proofs.shots import Shot, shots
from tools.proofs.waiting import Bystander, Waiting
from tools.rows.filler import CannotFill
from tools.run import Failure, Run
from tools.sql import Script

_KEPT = files("tools.proofs").joinpath("kept.sql").read_text()
_WRITES = re.compile(
    r"\b(?:insert\s+into|update(?:\s+only)?|delete\s+from(?:\s+only)?|merge\s+into|truncate(?:\s+table)?)\s+"
    r"((?:\w+\.|\"[^\"]+\"\.)?(?:\w+|\"[^\"]+\"))",
    re.IGNORECASE,
)
_OIDS = """
select c.oid::bigint from unnest(%s::text[]) t (name)
join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(t.name)
where c.oid >= 16384
"""
_MOST_STOPS = 3
_LONG = 0.2
"""Seconds; a run that takes longer is not tried again and again to find the row that it stops at."""

Stake = Mapping[int, tuple[str | None, bool, str | None]]
"""(name, written, shape) by oid; see kept.sql."""


@dataclass(frozen=True)
class Stop:
    """Where the migration stopped on rows that were then left out."""

    failure: Failure
    rows: Literal["row", "awkward", "generated"]
    """One row; all awkward ones; all that were generated."""
    told: str = ""
    """What is odd about the one row."""


@dataclass(frozen=True)
class TableKept:
    before: Shot
    after: Shot | None
    """None where the table is gone."""


@dataclass(frozen=True)
class Kept:
    """One run over old rows."""

    tables: tuple[TableKept, ...]
    run: Run
    """Watched, each statement."""
    filled: frozenset[str] = frozenset()
    """Tables with rows while it ran, by their former name."""
    made: int = 0
    """Rows generated."""
    stops: tuple[Stop, ...] = ()
    unfilled: tuple[CannotFill, ...] = ()
    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    """By table, under its former name."""
    again: Run | None = None
    """The second run, and tables whose rows it changed."""
    again_rows: tuple[RowChange, ...] = ()
    undone: tuple[TableKept, ...] = ()
    """The rows of before and those after the rollback, where that ran."""
    used: tuple[tuple[str, str], ...] = ()
    """(column, value): its sequence gives a value next that a row has."""


def at_stake(conn: Connection, oids: Iterable[int] | None = None) -> Stake:
    """What the running transaction locks, or the relations given as they are now."""
    wanted = None if oids is None else list(oids)
    return {oid: tuple(rest) for oid, *rest in conn.execute(_KEPT, {"oids": wanted}, prepare=False)}


def keep(session: Session, migration: Migration, after: Stake, known: Sequence[Counter] = ()) -> Kept | None:
    """Runs the migration over old rows, before which the session stands; None where it has to do with none.

    `after` is what was at stake when it had run; `known` are counters from before that. A block that found no row to
    write to then may find some now.
    """
    old = {oid: it for oid, it in at_stake(session.conn, after).items() if it[0]}
    mine = [oid for oid, (_, _, shape) in old.items() if after[oid][1] or after[oid][2] != shape]
    names = {oid: name for oid in mine if (name := old[oid][0])} | {counter.oid: counter.table for counter in known}
    names |= _aimed_at(session.conn, migration.script)
    if not names:
        return None
    stops: list[Stop] = []
    tries: tuple[tuple[Container[str] | None, Literal["awkward", "generated"] | None], ...]
    tries = ((words_of(migration.script), "awkward"), (None, "generated"), (None, None))
    for columns, rows in tries:
        try:
            with session.savepoint():
                wind_back(session.conn, known)
                made = OldRows.make(session.conn, names.values(), columns, migration.samples) if rows else None
                if kept := _run(session, migration, names, made, stops):
                    return kept
        except psycopg.Error as error:
            if not session.alive or not rows:
                raise
            stops.append(Stop(Failure(error.sqlstate or "", error.diag.message_primary or str(error)), rows))
    return None


def _aimed_at(conn: Connection, script: Script) -> dict[int, str]:
    """Tables that its blocks, and the functions that it makes and calls, would write to, by oid."""
    made = {node.funcname[-1].string.sval: s.text for s in script.statements if _makes_function(node := s.node)}
    calls = [s.text for s in script.statements if s.kind in ("DoStmt", "SelectStmt", "CallStmt")]
    texts = [s.text for s in script.statements if s.kind == "DoStmt"]
    texts += [body for name, body in made.items() if any(name in text for text in calls)]
    named = sorted({match[1] for text in texts for match in _WRITES.finditer(text)})
    oids = conn.execute(_OIDS, [named], prepare=False).fetchall() if named else []
    return {oid: name for oid, (name, *_) in at_stake(conn, [oid for (oid,) in oids]).items() if name}


def _makes_function(node: Any) -> bool:
    return isinstance(node, pg_query_pb2.CreateFunctionStmt)


def words_of(script: Script) -> frozenset[str]:
    """What the file may name; values of other columns are not in its way."""
    return frozenset(word[0] for word in re.finditer(r"\w+", script.text.lower()))


def _run(
    session: Session, migration: Migration, names: Mapping[int, str], made: OldRows | None, stops: list[Stop]
) -> Kept | None:
    """Without odd rows that it stops at, which are added to `stops`; None where it stops nevertheless."""
    conn, counts = session.conn, may_count(migration.text)
    odd = made.odd if made else []
    while True:
        before = {oid: made.known(shot) if made else shot for oid, shot in shots(conn, names).items()}
        taken = set(used(conn, names)) if counts else set()
        with session.server.connect(conn.info.dbname) as other:
            bystander = Bystander(other, before.values())
            run = session.run(migration.script, watch=True)
            waiting = bystander.tries() if run.ok else {}
        if run.failure is None:
            break
        if not _left_out(session, migration, run, odd, stops):
            stops.append(Stop(run.failure, "awkward" if odd else "generated"))
            return None
    after = shots(conn, names)
    kept = Kept(
        tuple(TableKept(shot, after.get(oid)) for oid, shot in before.items()),
        run,
        filled=frozenset(shot.name for shot in before.values() if shot.rows),
        made=made.made if made else 0,
        stops=tuple(stops),
        unfilled=tuple(made.unfilled) if made else (),
        waiting=waiting,
        used=tuple(u for u in used(conn, names) if u not in taken) if counts else (),
    )
    return replace(_run_again(session, migration, kept), undone=_undo(session, migration, before))


def _undo(session: Session, migration: Migration, before: Mapping[int, Shot]) -> tuple[TableKept, ...]:
    rollback = migration.rollback
    if not rollback or not rollback.sql:
        return ()
    with session.savepoint():
        if not session.run(rollback.sql).ok:
            return ()
        after = shots(session.conn, before)
        return tuple(TableKept(shot, after[oid]) for oid, shot in before.items() if oid in after)


def _left_out(session: Session, migration: Migration, run: Run, odd: list[Odd], stops: list[Stop]) -> bool:
    """Takes the odd row out that the run stopped at; the last time, those after it too, which nobody knows."""
    if not odd or not run.failure or run.seconds > _LONG or len(stops) >= _MOST_STOPS:
        return False
    try:
        if (place := _culprit(session, migration, odd)) is None:
            return False
        stops.append(Stop(run.failure, "row", odd[place].told))
        end = len(odd) if len(stops) == _MOST_STOPS else place + 1
        with session.conn.transaction():
            for one in odd[place:end]:
                one.delete(session.conn)
        del odd[place:end]
    except psycopg.Error:
        if not session.alive:
            raise
        return False  # a table that lets no row go
    return True


def _culprit(session: Session, migration: Migration, odd: Sequence[Odd]) -> int | None:
    """The first odd row that it does not get over; None where it fails without any of them."""

    def passes(count: int) -> bool:
        with session.savepoint():
            for one in odd[count:]:
                one.delete(session.conn)
            return session.run(migration.script).ok

    if any(not one.key for one in odd) or not passes(0):
        return None
    good, bad = 0, len(odd)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if passes(middle) else (good, middle)
    return good


def _run_again(session: Session, migration: Migration, kept: Kept) -> Kept:
    """What a second run does to rows."""
    conn = session.conn
    with session.savepoint():
        traffic = written(conn)
        again = session.run(migration.script)
        touched = [table for table, n in written(conn).items() if n != traffic.get(table, 0)] if again.ok else []
        rows = contents(conn, touched)
    found = changes(contents(conn, touched), rows) if touched else ()
    return replace(kept, again=again, again_rows=found)
