"""The same people with the same rows on both databases, so that what they may do and see can be compared.

Two families and a stranger settle in the golden's database; what the tables around them hold is then put into the
draft's as well, past its triggers.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from evals.grade import contents
from tools.postgres.server import Connection
from tools.proofs.answers import Answer, Question, ask
from tools.proofs.cast import Actor, Cast
from tools.proofs.prove import gather
from tools.proofs.storage import OBJECTS, Storage, attack_storage, touched_buckets
from tools.proofs.surface import Surface, surfaces
from tools.proofs.through_api import connect_through_api
from tools.proofs.tries import variants
from tools.rows.filler import Row, Schema, Table

_SECONDS = 5.0
"""How long one question may take."""
_BUCKETS = "storage.buckets"
_LONG_AGO = "2020-02-03 04:05:06+00"


@dataclass(frozen=True)
class Stage:
    """Both databases, in transactions that are rolled back, and who plays on them."""

    golden: Connection
    draft: Connection
    cast: Cast
    surfaces: tuple[dict[str, Surface], dict[str, Surface]]
    """Golden's and draft's."""
    shapes: dict[str, Table]
    """As the golden has them, with the columns that both have."""
    known: frozenset[str]
    """All uuids in the rows."""
    today: frozenset[str]
    spares: Mapping[str, Mapping[str, str]]
    """SQL by column of a row that a table would take, by table."""
    calls: Mapping[str, Sequence[str]]
    """Arguments as SQL, by function."""

    @classmethod
    def set(
        cls,
        golden: Connection,
        draft: Connection,
        tables: Iterable[str],
        guarded: Sequence[str],
        prepare: Callable[[Cast], tuple[Mapping[str, Mapping[str, str]], Mapping[str, Sequence[str]]]],
    ) -> "Stage":
        """With rows in these tables; of those in `guarded`, rows that their policies tell apart.

        `prepare` makes whatever else is needed, before the rows are copied: spare rows and calls.

        Raises CannotFill, psycopg.Error.
        """
        wanted = sorted({*tables, *guarded} - {OBJECTS})
        cast, found = gather(golden, wanted)
        other = surfaces(draft, [*found, OBJECTS])
        _leave_alone(golden, cast)
        for table in guarded:
            if table in found and table in cast.ownership.schema.tables:
                merged = _merged(found[table], other.get(table))
                variants(cast.ours, merged)
                _hang(cast, merged, found)
        spares, calls = prepare(cast)
        if OBJECTS in guarded:
            _put_files(golden, cast, other[OBJECTS])
            found |= surfaces(golden, [OBJECTS])
        shapes = dict(cast.ownership.schema.tables)
        if OBJECTS in guarded:
            shapes |= Schema.read(golden, [OBJECTS]).tables
        _age(golden, shapes)
        copied = [*shapes, _BUCKETS] if OBJECTS in guarded else list(shapes)
        rows = contents.held(golden, copied)
        shared = _copy(golden, draft, rows)
        shapes = {t: _only(shape, shared[t]) for t, shape in shapes.items() if t in shared}
        for conn in (golden, draft):
            connect_through_api(conn)
        return cls(
            golden,
            draft,
            cast,
            (found, other),
            shapes,
            frozenset(contents.uuids(rows)),
            frozenset(contents.days(golden)),
            spares,
            calls,
        )

    @property
    def actors(self) -> tuple[Actor, ...]:
        return tuple(a for a in self.cast.actors if a.role != "authenticated" or a.user)

    def rows(self, table: str) -> list[Row]:
        """The families' rows in a table; of files, those that lie in Storage."""
        if table == OBJECTS:
            files = "select id, bucket_id, name, owner, owner_id from storage.objects order by name limit 24"
            return self._standing(files)
        ours, theirs = (family.filler.rows.get(table, []) for family in (self.cast.ours, self.cast.theirs))
        return [*ours[:8], *theirs[:2]] or self._standing(f"select * from {table} limit 3")

    def _standing(self, query: str) -> list[Row]:
        """Rows that nobody's are, as texts."""
        cursor = self.golden.execute(f"select to_jsonb(r) from ({query}) r".encode())
        told = [row for (row,) in cursor.fetchall()]
        return [{n: v if v is None or isinstance(v, str) else json.dumps(v) for n, v in row.items()} for row in told]

    def ask(self, questions: Sequence[Question]) -> list[tuple[Answer, Answer]]:
        """What both databases answer."""
        both = [ask(conn, questions, seconds=_SECONDS) for conn in (self.golden, self.draft)]
        return list(zip(*both, strict=True))

    def told(self, text: str | None, columns: Iterable[str] | None = None) -> object:
        """JSON in a form that compares: what was made up just now is like anything else that was."""
        if text is None:
            return None
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        return contents.alike(value, self.known, self.today)


def _hang(cast: Cast, surface: Surface, found: Mapping[str, Surface]) -> None:
    """A row on each kind of parent that the policies look at: what hangs on a hidden document may be hidden too."""
    shape = cast.ownership.schema.tables[surface.table]
    for key in shape.foreign_keys:
        if key.parent in found and key.parent != surface.table and f"{key.parent.rpartition('.')[2]}." in surface.asked:
            for parent in variants(cast.ours, found[key.parent])[1:]:
                columns = zip(key.columns, key.parent_columns, strict=True)
                cast.ours.row(surface.table, {column: parent.get(of) for column, of in columns})


def _leave_alone(conn: Connection, cast: Cast) -> None:
    """The other user is the only member of their tenants: who looks for fellow members finds none."""
    conn.execute("set local session_replication_role = replica")
    for membership in cast.ownership.memberships:
        if membership.scoped and len(membership.user.columns) == 1:
            gone = sql.SQL("delete from {} where {}::text = any (%s)")
            column = sql.Identifier(membership.user.columns[0])
            conn.execute(gone.format(sql.SQL(membership.table), column), [[*cast.theirs.others.values()]])
    conn.execute("set local session_replication_role = origin")


def _age(conn: Connection, shapes: Iterable[str]) -> None:
    """Nothing was made or updated just now, so that it shows when it is."""
    conn.execute("set local session_replication_role = replica")
    query = """
    select a.attrelid::regclass::text, a.attname::text
    from pg_catalog.pg_attribute a join unnest(%s::text[]) t(name) on a.attrelid = to_regclass(t.name)
    where a.attname in ('created_at', 'updated_at') and a.atttypid = 'timestamptz'::regtype
    """
    for table, column in conn.execute(query, [list(shapes)]).fetchall():
        change = sql.SQL("update {} set {} = %s").format(sql.SQL(table), sql.Identifier(column))
        conn.execute(change, [_LONG_AGO])
    conn.execute("set local session_replication_role = origin")


def _merged(golden: Surface, draft: Surface | None) -> Surface:
    if draft is None:
        return golden
    calls = {**golden.calls, **{name: (*golden.calls.get(name, ()), *said) for name, said in draft.calls.items()}}
    return replace(golden, policies=(*golden.policies, *draft.policies), calls=calls)


def _put_files(conn: Connection, cast: Cast, draft: Surface) -> None:
    """Files in the buckets that either side's policies speak of."""
    storage = Storage.read(conn)
    assert storage is not None
    merged = replace(storage, surface=_merged(storage.surface, draft))
    attack_storage(conn, cast, merged, touched_buckets(None, merged))


def _copy(golden: Connection, draft: Connection, rows: contents.Held) -> dict[str, frozenset[str]]:
    """Puts the rows into the draft's tables, in place of what they hold; columns that both sides write, by table."""
    writable = [_writable(conn, rows) for conn in (golden, draft)]
    shared = {t: writable[0].get(t, frozenset()) & writable[1][t] for t in rows if t in writable[1]}
    draft.execute("set local session_replication_role = replica; set local storage.allow_delete_query = 'true'")
    golden.execute("set local storage.allow_delete_query = 'true'")
    for table, columns in shared.items():
        name, listed = sql.SQL(table), sql.SQL(", ").join(map(sql.Identifier, sorted(columns)))
        draft.execute(sql.SQL("delete from {}").format(name))
        draft.execute(
            sql.SQL(
                "insert into {0} ({1}) overriding system value select {1} from jsonb_populate_recordset(null::{0}, %s)"
            ).format(name, listed),
            [json.dumps(rows[table])],
        )
    draft.execute("set local session_replication_role = origin")
    return shared


def _writable(conn: Connection, tables: Iterable[str]) -> dict[str, frozenset[str]]:
    query = """
    select t.name, array(select a.attname::text from pg_catalog.pg_attribute a
                         where a.attrelid = to_regclass(t.name) and a.attnum > 0 and not a.attisdropped
                           and a.attgenerated = '')
    from unnest(%s::text[]) t(name) where to_regclass(t.name) is not null
    """
    return {name: frozenset(columns) for name, columns in conn.execute(query, [list(tables)]).fetchall()}


def _only(shape: Table, columns: frozenset[str]) -> Table:
    return replace(shape, columns={name: column for name, column in shape.columns.items() if name in columns})
