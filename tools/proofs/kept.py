"""Old rows, and a migration that runs over them: what they were and what they are, and who had to wait meanwhile.

Tables that it changes in structure or writes to are filled first, with ordinary rows and with awkward ones. Where it
stops on the awkward ones, which production need not have, it runs on the ordinary ones.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files

import psycopg

from tools.contents import RowChange, changes, contents, written
from tools.migration import Migration
from tools.postgres.server import Connection
from tools.postgres.session import Session
from tools.proofs.ownership import listed
from tools.proofs.shots import Shot, shots
from tools.rows import CannotFill, Filler, Schema, Table
from tools.rows_awkward import awkward
from tools.rows_names import MANAGED_SCHEMAS
from tools.run import Failure, Run
from tools.sql import Script, identifier

_KEPT = files("tools.proofs").joinpath("kept.sql").read_text()
_ORDINARY = 4
"""Rows for each table, beside the seed's."""
_PATIENCE = "5ms"
"""How long another session waits for a lock. One that is free is had at once."""
_WAITED = "55P03"
_COUNTS = re.compile(r"\b(setval|restart|identity|nextval|\w*serial|sequence)\b", re.IGNORECASE)
_SEQUENCES = """
select d.refobjid::bigint, a.attname, pg_catalog.format('%%I.%%I', n.nspname, s.relname),
       pg_catalog.format('%%I.%%I', tn.nspname, t.relname), array[s.relname::text, t.relname::text]
from pg_catalog.pg_depend d
join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
join pg_catalog.pg_namespace n on n.oid = s.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid and not a.attisdropped
join pg_catalog.pg_class t on t.oid = d.refobjid
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
where d.classid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjid >= 16384
  and (%(oids)s::oid[] is null or d.refobjid = any (%(oids)s::oid[]))
"""
"""Table, column, its sequence, and the names of table and sequence."""

Stake = Mapping[int, tuple[str | None, bool, str | None]]
"""(name, written, shape) by oid; see kept.sql."""


@dataclass(frozen=True)
class Counter:
    """A sequence that belongs to a column, as it stood; no rollback puts it back."""

    oid: int
    """Of the table."""
    table: str
    sequence: str
    value: int
    called: bool


@dataclass(frozen=True)
class Waiting:
    """What another session could not do with a table while the migration's transaction stood."""

    reads: bool
    writes: bool
    rows: bool
    """It could write to the table, but not to a row that was there."""


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
    watched: bool = True
    """Each statement of it; not where the file has transactions of its own."""
    filled: frozenset[str] = frozenset()
    """Tables with rows while it ran, by their former name."""
    made: int = 0
    """Rows generated."""
    stops: tuple[Failure, ...] = ()
    """Where it stopped on rows that were then left out."""
    unfilled: tuple[CannotFill, ...] = ()
    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    """By table, under its former name."""
    again: Run | None = None
    """The second run, and tables whose rows it changed."""
    again_rows: tuple[RowChange, ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    """(column, value): its sequence gives a value next that a row has."""


def at_stake(conn: Connection, oids: Iterable[int] | None = None) -> Stake:
    """What the running transaction locks, or the relations given as they are now."""
    wanted = None if oids is None else list(oids)
    return {oid: tuple(rest) for oid, *rest in conn.execute(_KEPT, {"oids": wanted}, prepare=False)}


def counters(conn: Connection, script: Script) -> tuple[Counter, ...]:
    """The sequences that the file may set: of the tables that it names, where it speaks of such things."""
    if not _COUNTS.search(script.text):
        return ()
    words = _words(script)
    found = []
    for oid, _, sequence, table, names in conn.execute(_SEQUENCES, {"oids": None}, prepare=False).fetchall():
        if words.intersection(name.lower() for name in names):
            row = conn.execute(f"select last_value, is_called from {sequence}".encode(), prepare=False).fetchone()
            found.append(Counter(oid, table, sequence, *(row or (1, False))))
    return tuple(found)


def wind_back(conn: Connection, found: Iterable[Counter]) -> None:
    for counter in found:
        conn.execute("select setval(%s, %s, %s)", [counter.sequence, counter.value, counter.called], prepare=False)


def keep(session: Session, migration: Migration, after: Stake, known: Sequence[Counter] = ()) -> Kept | None:
    """Runs the migration over old rows, before which the session stands; None where it has to do with none.

    `after` is what was at stake when it had run; `known` are counters from before that.
    """
    old = {oid: it for oid, it in at_stake(session.conn, after).items() if it[0]}
    mine = [oid for oid, (_, _, shape) in old.items() if after[oid][1] or after[oid][2] != shape]
    names = {oid: name for oid in mine if (name := old[oid][0])} | {counter.oid: counter.table for counter in known}
    if not names:
        return None
    stops: list[Failure] = []
    named = _words(migration.script)
    for words, count in ((named, _ORDINARY), (None, _ORDINARY), (None, 0)):
        with session.savepoint():
            wind_back(session.conn, known)
            kept = _run(session, migration, names, words, count)
            if kept.run.failure is None:
                return replace(kept, stops=tuple(stops))
            stops.append(kept.run.failure)
    return None


def keep_in_clone(before: Connection, after: Connection, script: Script, run: Run) -> Kept | None:
    """The same on the rows that there are, for a run that was committed: of tables that the file names."""
    words = _words(script)
    found = before.execute(
        "select oid::bigint, relname from pg_catalog.pg_class where relkind in ('r', 'p') and oid >= 16384"
    ).fetchall()
    earlier = shots(before, [oid for oid, name in found if name.lower() in words])
    later = shots(after, earlier)
    tables = tuple(TableKept(shot, later.get(oid)) for oid, shot in earlier.items() if shot.rows)
    return Kept(tables, run, watched=False, filled=frozenset(t.before.name for t in tables)) if tables else None


def _words(script: Script) -> frozenset[str]:
    """What the file may name; values of other columns are not in its way."""
    return frozenset(re.findall(r"\w+", script.text.lower()))


def _run(
    session: Session, migration: Migration, names: Mapping[int, str], named: Container[str] | None, count: int
) -> Kept:
    conn = session.conn
    unfilled: list[CannotFill] = []
    schema, made = Schema(), 0
    edges: dict[str, frozenset[tuple[str | None, ...]]] = {}
    if count:
        schema = Schema.read(conn, names.values())
        filler = Filler(conn, schema, mark="old")
        for name in names.values():
            if name.partition(".")[0] not in MANAGED_SCHEMAS:
                rows, edge = _filled(filler, schema.tables[name], count, named, unfilled)
                made, edges[name] = made + rows, edge
        conn.execute("set constraints all immediate")
    before = {oid: _known(shot, schema.tables.get(shot.name), edges) for oid, shot in shots(conn, names).items()}
    counts = bool(_COUNTS.search(migration.text))
    taken = set(_used(conn, names)) if counts else set()
    with session.server.connect(conn.info.dbname) as other:
        tables = _changes(before.values())
        other.execute(f"set lock_timeout = '{_PATIENCE}'".encode())
        held = {table for table, change in tables.items() if _waits(other, _one(table, change))}
        run = session.run(migration.script, watch=True)
        if run.failure:
            return Kept((), run)
        waiting = {table: _waiting(other, table, change, table not in held) for table, change in tables.items()}
    after = shots(conn, names)
    kept = Kept(
        tuple(TableKept(shot, after.get(oid)) for oid, shot in before.items()),
        run,
        filled=frozenset(shot.name for shot in before.values() if shot.rows),
        made=made,
        unfilled=tuple(unfilled),
        waiting=waiting,
        used=tuple(u for u in _used(conn, names) if u not in taken) if counts else (),
    )
    return _run_again(session, migration, kept)


def _filled(
    filler: Filler, table: Table, count: int, named: Container[str] | None, unfilled: list[CannotFill]
) -> tuple[int, frozenset[tuple[str | None, ...]]]:
    """How many rows were put into a table, and the keys of those that are awkward in the columns named."""
    try:
        filler.row(table.name)
    except CannotFill as reason:
        unfilled.append(reason)
        return 0, frozenset()
    made = 1 + filler.fill(table.name, count - 1)
    rows = awkward(filler, table, named) if named is not None else []
    keys = frozenset(tuple(row[name] for name in table.primary_key) for row in rows)
    return made + len(rows), keys


def _known(shot: Shot, table: Table | None, edges: Mapping[str, frozenset[tuple[str | None, ...]]]) -> Shot:
    """With what the schema says of the values."""
    if table is None:
        return shot
    closed = {
        number: frozenset(values)
        for number, column in shot.columns.items()
        if column.name in table.columns and (values := table.columns[column.name].labels or listed(table, column.name))
    }
    return replace(shot, listed=closed, edges=edges.get(shot.name, frozenset()))


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


def _changes(tables: Iterable[Shot]) -> dict[str, str]:
    """An UPDATE of each table that changes nothing, up to its condition."""
    found = {}
    for shot in tables:
        for column in [identifier(c.name) for c in shot.columns.values() if not c.generated][:1]:
            found[shot.name] = f"update {shot.name} set {column} = {column} where "
    return found


def _one(table: str, change: str) -> str:
    return f"{change} ctid = (select ctid from {table} limit 1)"


def _waiting(other: Connection, table: str, change: str, rows_were_free: bool) -> Waiting:
    """What another session can do with the table, now that the transaction holds all its locks."""
    reads = _waits(other, f"select from {table} limit 1")
    writes = reads or _waits(other, f"{change} false")
    return Waiting(reads, writes, rows=not writes and rows_were_free and _waits(other, _one(table, change)))


def _waits(other: Connection, statement: str) -> bool:
    """It would have to wait; failing otherwise comes after the lock."""
    try:
        other.execute(f"begin; {statement}; rollback".encode(), prepare=False)
    except psycopg.Error as error:
        other.execute("rollback")
        return error.sqlstate == _WAITED
    return False


def _used(conn: Connection, oids: Iterable[int]) -> Iterator[tuple[str, str]]:
    """Columns whose sequence gives a value next that a row has."""
    for _, column, sequence, table, _ in conn.execute(_SEQUENCES, {"oids": list(oids)}, prepare=False).fetchall():
        name = identifier(column)
        query = (
            "with next as (select case when is_called then last_value + seqincrement else last_value end as value "
            f"from {sequence}, pg_catalog.pg_sequence where seqrelid = '{sequence}'::regclass) "
            f"select value::text from next where exists (select from {table} t where t.{name} = value)"
        )
        if row := conn.execute(query.encode(), prepare=False).fetchone():
            yield f"{table}.{name}", row[0]
