"""Queries of our own that are planned once for a connection: planning the catalog's takes as long as running them.

Migrations run on the same connection, and could put a statement of theirs under the name of one of ours. So the
server is asked first which it has, and from whom: SQL can take a statement of the protocol's away, not make one.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import psycopg
from psycopg.adapt import Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

Answer: TypeAlias = tuple[list[str], list[tuple[Any, ...]]]
"""Names of the columns, and rows."""

THERE = "array(select case when s.from_sql then '' else s.name end from pg_catalog.pg_prepared_statement() s)"
"""An SQL expression: the statements that are really ours; an empty name where there are others."""


class Planned:
    """Runs queries whose parameters are arrays, ``$1`` and so on. Plans hold for one search_path: keep to one."""

    def __init__(self, conn: psycopg.Connection[Any], there: Iterable[str]) -> None:
        """`there` is what THERE gives on this connection now."""
        self.conn, self._there = conn, set(there)

    def answers(self, asked: Sequence[tuple[str, Iterable[Iterable[object]]]]) -> list[Answer]:
        """To each query with its arrays, all in one round trip. Raises psycopg.Error."""
        if not asked:
            return []
        pgconn = self.conn.pgconn
        wanted = []
        pgconn.enter_pipeline_mode()
        try:
            for query, arrays in asked:
                name, text = _named(query)
                if "" in self._there:
                    name = ""  # the nameless one, which lasts for one use
                if not name or name not in self._there:
                    pgconn.send_prepare(name.encode(), text)
                    wanted.append(ExecStatus.COMMAND_OK)
                    self._there |= {name} if name else set()
                pgconn.send_query_prepared(name.encode(), [_array(array) for array in arrays])
                wanted.append(ExecStatus.TUPLES_OK)
            pgconn.pipeline_sync()
            self.conn.wait(send(pgconn))
            results = [self.conn.wait(fetch_many(pgconn)) for _ in (*wanted, ExecStatus.PIPELINE_SYNC)]
        except BaseException:  # what is still on its way would be taken for the answer to the next question
            self.conn.close()
            raise
        pgconn.exit_pipeline_mode()
        for status, (result, *_) in zip(wanted, results, strict=False):
            if result.status != status:
                raise psycopg.errors.error_from_result(result)
        return [
            self._answer(result)
            for status, (result, *_) in zip(wanted, results, strict=False)
            if status == ExecStatus.TUPLES_OK
        ]

    def _answer(self, result: PGresult) -> Answer:
        reader = Transformer(self.conn)
        reader.set_pgresult(result)
        columns = [(result.fname(i) or b"").decode() for i in range(result.nfields)]
        return columns, reader.load_rows(0, result.ntuples, tuple)


@lru_cache(maxsize=256)
def _named(query: str) -> tuple[str, bytes]:
    text = query.encode()
    return f"ours_{hashlib.sha256(text).hexdigest()[:16]}", text


def _array(values: Iterable[object]) -> bytes:
    """An array as Postgres writes it."""
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return ("{" + ",".join(f'"{value}"' for value in quoted) + "}").encode()
