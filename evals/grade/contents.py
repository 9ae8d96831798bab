"""What tables hold, told apart by contents: what is made up anew each time, and when, is the same as another."""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from psycopg import sql

from evals.grade.difference import Difference
from tools.postgres.server import Connection

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d(?::?\d\d)?|Z)?$")
_MOST_ROWS = 5_000
_SKIPPED = {("cron.job", "jobid")}
_SETS = {("storage.buckets", "allowed_mime_types")}
"""Arrays whose order says nothing."""

Rows = Counter[str]
Held = dict[str, list[dict[str, Any]]]


def held(conn: Connection, tables: Iterable[str]) -> Held:
    """Rows by table, each by column."""
    found = {}
    for table in tables:
        query = sql.SQL("select to_jsonb(t) from {} t limit {}").format(sql.SQL(table), _MOST_ROWS)
        found[table] = [row for (row,) in conn.execute(query).fetchall()]
    return found


def plain(
    rows: Iterable[Mapping[str, Any]],
    known: Container[str],
    today: Container[str],
    columns: Container[str],
    table: str = "",
) -> Rows:
    """Rows as text that compares: only these columns; uuids that nobody `known` before, and moments of today, alike."""
    return Counter(
        json.dumps(
            {
                name: alike(sorted(value) if value and (table, name) in _SETS else value, known, today)
                for name, value in row.items()
                if name in columns and (table, name) not in _SKIPPED
            },
            sort_keys=True,
        )
        for row in rows
    )


def uuids(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> set[str]:
    """All that stand in these rows."""
    return {found for each in rows.values() for row in each for found in _UUID.findall(json.dumps(row, default=str))}


def compare(
    golden: Connection, draft: Connection, tables: Iterable[str], known: Container[str]
) -> Iterator[Difference]:
    """After the migrations, on the rows that stood there before; `known` are the uuids in those."""
    wanted, got = held(golden, tables), held(draft, tables)
    today = days(golden)
    for table in wanted:
        columns = {name for rows in (wanted[table][:1], got[table][:1]) for row in rows for name in row}
        if wanted[table] and got[table]:
            columns = {*wanted[table][0]} & {*got[table][0]}
        columns -= {"updated_at"}  # it moves with every update, of which one may make more than another
        right, found = (plain(rows[table], known, today, columns, table) for rows in (wanted, got))
        if right != found:
            yield Difference("different", f"data {table}", _shown(right - found, found - right))


def days(conn: Connection) -> set[str]:
    """Yesterday, today and tomorrow, as JSON has dates."""
    row = conn.execute("select array(select (current_date + n)::text from generate_series(-1, 1) n)").fetchone()
    return set(row[0]) if row else set()


def alike(value: object, known: Container[str], today: Container[str]) -> object:
    """A JSON value in which all new uuids, and all moments of today, are the same."""
    if isinstance(value, dict):
        return {key: alike(part, known, today) for key, part in value.items()}
    if isinstance(value, list):
        parts = [alike(part, known, today) for part in value]
        # where something new decided about the order, there is none
        return sorted(parts, key=json.dumps) if "<new>" in json.dumps(parts) else parts
    if not isinstance(value, str):
        return value
    if (moment := _MOMENT.match(value)) and moment[1] in today:
        return "<now>"
    return _UUID.sub(lambda found: found[0] if found[0] in known else "<new>", value)


def _shown(lacking: Rows, over: Rows) -> str:
    """A row that should be there and is not, or the other way round."""
    parts = [
        f"{rows.total()} {word}, such as {_short(next(iter(rows)))}"
        for word, rows in (("missing", lacking), ("extra", over))
        if rows
    ]
    return "; ".join(parts)


def _short(text: str, longest: int = 160) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
