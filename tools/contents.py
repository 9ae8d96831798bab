"""What tables hold, and how that differs between two moments."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql

from tools.postgres.server import Connection

Rows = Counter[str] | tuple[int, str]
"""Each row as JSON text with how often it occurs; of a large table, the count and a digest."""
Contents = Mapping[str, Rows]
"""By table, as facts name it."""

_WRITTEN = files("tools").joinpath("contents.sql").read_text()
_TABLES = """
select t.name, c.relkind = 'r' and not c.relhassubclass and pg_catalog.pg_relation_size(c.oid) = 0 as empty,
       array(select a.attname::text from pg_catalog.pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               and (not %(timeless)s or a.atttypid not in ('timestamp'::regtype, 'timestamptz'::regtype))
               and (not %(unstamped)s or a.attname <> 'updated_at')
               and (t.name, a.attname) <> ('cron.job', 'jobid')
             order by a.attnum) as columns
from (select name, pg_catalog.parse_ident(name) as parts from unnest(%(names)s::text[]) name) t
join pg_catalog.pg_namespace n on n.nspname = t.parts[1]
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = t.parts[2]
order by t.name
"""
"""Those that are there. A job that is scheduled anew gets another number, and is the same job."""
_MOST_ROWS = 5_000
_NOT_OURS = {"42P01", "3F000", "42501", "55000"}
"""Not there, not to be read, or not populated yet."""
_LONGEST = 200


@dataclass(frozen=True)
class RowChange:
    """A table whose contents differ between two moments."""

    table: str
    before: int
    after: int
    """Rows."""
    example: str = ""
    """One row that is in one and not in the other, as JSON."""


def written(conn: Connection) -> dict[str, int]:
    """Tables that the running transaction wrote to, with the rows inserted, updated and deleted so far."""
    return dict(conn.execute(_WRITTEN).fetchall())


def contents(
    conn: Connection, tables: Iterable[str], *, timeless: bool = False, unstamped: bool = False
) -> dict[str, Rows]:
    """Rows of tables; those that are not there or not ours to read are left out.

    `timeless` leaves out timestamps: between transactions, now() moves and means nothing. `unstamped` leaves out
    updated_at, which moves when a change is taken back too.
    """
    given = {"names": sorted(set(tables)), "timeless": timeless, "unstamped": unstamped}
    if not given["names"]:
        return {}
    found: dict[str, Rows] = {}
    for table, empty, columns in conn.execute(_TABLES, given).fetchall():
        if empty:
            found[table] = Counter()
            continue
        try:
            with conn.transaction():
                found[table] = _rows(conn, table, columns)
        except psycopg.Error as error:
            if conn.closed or error.sqlstate not in _NOT_OURS:
                raise
    return found


def changes(before: Contents, after: Contents) -> tuple[RowChange, ...]:
    """Tables that are in both and differ."""
    found = []
    for table in sorted(before.keys() & after.keys()):
        old, new = before[table], after[table]
        if old == new:
            continue
        if isinstance(old, Counter) and isinstance(new, Counter):
            found.append(RowChange(table, old.total(), new.total(), _example(old - new, new - old)))
        else:
            found.append(RowChange(table, _count(old), _count(new)))
    return tuple(found)


def _rows(conn: Connection, table: str, columns: list[str]) -> Rows:
    picked = sql.SQL(", ").join(map(sql.Identifier, columns))
    source = sql.SQL(table)  # facts name tables as identifiers
    rows = sql.SQL("select to_jsonb(t)::text as r from (select {} from {}) t").format(picked, source)
    digest = sql.SQL("select count(*), md5(string_agg(md5(r), '' order by md5(r))) from ({}) s").format(rows)
    limited = conn.execute(sql.SQL("{} limit {}").format(rows, _MOST_ROWS + 1)).fetchall()
    if len(limited) <= _MOST_ROWS:
        return Counter(text for (text,) in limited)
    count, total = conn.execute(digest).fetchone() or (0, "")
    return int(count), str(total)


def _count(rows: Rows) -> int:
    return rows.total() if isinstance(rows, Counter) else rows[0]


def _example(gone: "Counter[str]", come: "Counter[str]") -> str:
    """One difference in a line: the values that a row had and has, or a whole row that came or went."""
    before, after = _by_id(gone), _by_id(come)
    for key in sorted(before.keys() & after.keys()):
        old, new = before[key], after[key]
        moved = [
            f"{name} {json.dumps(old.get(name), ensure_ascii=False)} -> {json.dumps(new.get(name), ensure_ascii=False)}"
            for name in sorted(old.keys() | new.keys())
            if old.get(name) != new.get(name)
        ]
        return _short(f"id {key}: {', '.join(moved)}")
    for word, rows in (("new", come), ("gone", gone)):
        for text in sorted(rows):
            row = {name: value for name, value in json.loads(text).items() if value is not None}
            return _short(f"{word}: {json.dumps(row, ensure_ascii=False)}")
    return ""


def _by_id(rows: "Counter[str]") -> dict[str, dict[str, Any]]:
    found = {}
    for text in rows:
        with suppress(KeyError):
            row = json.loads(text)
            found[str(row["id"])] = row
    return found


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
