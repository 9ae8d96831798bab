"""Queries of our own that are planned once for a connection: planning the catalog's takes as long as running them.

Migrations run on the same connection, and could put a statement of theirs under the name of one of ours. So the
server is asked first which it has, and from whom: SQL can take a statement of the protocol's away, not make one.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus

THERE = "array(select case when s.from_sql then '' else s.name end from pg_catalog.pg_prepared_statement() s)"
"""An SQL expression: the statements that are really ours; an empty name where there are others."""


class Planned:
    """Runs queries whose parameters are arrays, ``$1`` and so on. Plans hold for one search_path: keep to one."""

    def __init__(self, conn: psycopg.Connection[Any], there: Iterable[str]) -> None:
        """`there` is what THERE gives on this connection now."""
        self.conn, self._there = conn, set(there)

    def query(self, query: str, *arrays: Iterable[object]) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Names of the columns, and rows. Raises psycopg.Error."""
        name, text = _named(query)
        pgconn = self.conn.pgconn
        if "" in self._there:
            name = ""  # the nameless one, which lasts for one use
        if not name or name not in self._there:
            result = pgconn.prepare(name.encode(), text)
            if result.status != ExecStatus.COMMAND_OK:
                raise self._error(result)
            self._there |= {name} if name else set()
        result = pgconn.exec_prepared(name.encode(), [_array(array) for array in arrays])
        if result.status != ExecStatus.TUPLES_OK:
            raise self._error(result)
        reader = Transformer(self.conn)
        reader.set_pgresult(result)
        columns = [(result.fname(i) or b"").decode() for i in range(result.nfields)]
        return columns, reader.load_rows(0, result.ntuples, tuple)

    def _error(self, result: Any) -> psycopg.Error:
        if self.conn.pgconn.status != ConnStatus.OK:
            return psycopg.OperationalError("the connection was lost")
        return psycopg.errors.error_from_result(result)


@lru_cache(maxsize=256)
def _named(query: str) -> tuple[str, bytes]:
    text = query.encode()
    return f"ours_{hashlib.sha256(text).hexdigest()[:16]}", text


def _array(values: Iterable[object]) -> bytes:
    """An array as Postgres writes it."""
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return ("{" + ",".join(f'"{value}"' for value in quoted) + "}").encode()
