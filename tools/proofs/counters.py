"""Sequences that belong to columns: no rollback puts them back, and one that starts over gives numbers twice."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tools.postgres.server import Connection
from tools.sql import Script, identifier

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


@dataclass(frozen=True)
class Counter:
    """A sequence that belongs to a column, as it stood; no rollback puts it back."""

    oid: int
    """Of the table."""
    table: str
    sequence: str
    value: int
    called: bool


def may_count(text: str) -> bool:
    """It speaks of sequences."""
    return bool(_COUNTS.search(text))


def counters(conn: Connection, script: Script) -> tuple[Counter, ...]:
    """The sequences that the file may set: of the tables that it names, where it speaks of such things."""
    if not may_count(script.text):
        return ()
    words = set(re.findall(r"\w+", script.text.lower()))
    found = []
    for oid, _, sequence, table, names in conn.execute(_SEQUENCES, {"oids": None}, prepare=False).fetchall():
        if words.intersection(name.lower() for name in names):
            row = conn.execute(f"select last_value, is_called from {sequence}".encode(), prepare=False).fetchone()
            found.append(Counter(oid, table, sequence, *(row or (1, False))))
    return tuple(found)


def wind_back(conn: Connection, found: Iterable[Counter]) -> None:
    for counter in found:
        conn.execute("select setval(%s, %s, %s)", [counter.sequence, counter.value, counter.called], prepare=False)


def used(conn: Connection, oids: Iterable[int]) -> Iterator[tuple[str, str]]:
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
