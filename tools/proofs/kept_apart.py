"""Old rows under a file with transactions of its own, which cannot be taken back: in a database of its own each time.

Tables that the file names are filled and the rows committed; then it runs as the CLI would run it.
"""

from typing import Literal

import psycopg

from tools.contents import changes, contents
from tools.migration import Migration
from tools.postgres.session import Session
from tools.proofs.kept import Kept, Stop, TableKept, words_of
from tools.proofs.old_rows import OldRows
from tools.proofs.shots import shots
from tools.run import Failure

_TABLES = """
select oid::bigint, pg_catalog.format('%%I.%%I', relnamespace::regnamespace, relname) from pg_catalog.pg_class
where relkind in ('r', 'p') and oid >= 16384 and not relispartition and lower(relname) = any (%s)
  and relnamespace::regnamespace::text not in ('auth', 'storage', 'realtime', 'supabase_migrations', '_throwaway')
order by oid
"""
_MOST_TABLES = 12


def keep_apart(session: Session, migration: Migration) -> Kept | None:
    """What a run does to rows, of a file that names tables which were there before; None where it names none.

    `session` is on a clone, and tells of what; it is not touched.
    """
    stops: list[Stop] = []
    tries: tuple[Literal["awkward", "generated"] | None, ...] = ("awkward", "generated", None)
    for rows in tries:
        with Session.cloned(session.server, session.template, seconds=session.seconds) as apart:
            names = dict(apart.conn.execute(_TABLES, [sorted(words_of(migration.script))]).fetchall()[:_MOST_TABLES])
            if not names:
                return None
            if kept := _run(apart, migration, names, rows, stops):
                return kept
    return None


def _run(
    apart: Session,
    migration: Migration,
    names: dict[int, str],
    rows: Literal["awkward", "generated"] | None,
    stops: list[Stop],
) -> Kept | None:
    """Over these rows; where they, or the run, fail, that is added to `stops`."""
    conn, script = apart.conn, migration.script
    made = None
    if rows:
        try:
            with conn.transaction():
                columns = words_of(script) if rows == "awkward" else None
                made = OldRows.make(conn, names.values(), columns, migration.samples)
        except psycopg.Error as error:
            if not apart.alive:
                raise
            stops.append(Stop(Failure(error.sqlstate or "", error.diag.message_primary or str(error)), rows))
            return None
    before = {oid: made.known(shot) if made else shot for oid, shot in shots(conn, names).items()}
    run = apart.run(script, watch=True)
    if run.failure:
        if rows:
            stops.append(Stop(run.failure, rows))
        return None
    after = shots(conn, before)
    known = contents(conn, [shot.name for shot in after.values()])
    again = apart.run(script)
    again_rows = changes(known, contents(conn, known)) if again.ok else ()
    rollback = migration.rollback
    undone = apart.run(rollback.sql) if again.ok and rollback and rollback.sql else None
    later = shots(conn, before) if undone and undone.ok else {}
    return Kept(
        tuple(TableKept(shot, after.get(oid)) for oid, shot in before.items()),
        run,
        filled=frozenset(shot.name for shot in before.values() if shot.rows),
        made=made.made if made else 0,
        stops=tuple(stops),
        unfilled=tuple(made.unfilled) if made else (),
        again=again,
        again_rows=again_rows,
        undone=tuple(TableKept(shot, later[oid]) for oid, shot in before.items() if oid in later),
    )
