"""Who has to wait: another session tries to read and to write while the migration's transaction holds its locks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg

from tools.postgres.server import Connection
from tools.proofs.shots import Shot
from tools.sql import identifier

_PATIENCE = "5ms"
"""How long it waits for a lock. One that is free is had at once."""
_WAITED = "55P03"


@dataclass(frozen=True)
class Waiting:
    """What another session could not do with a table while the migration's transaction stood."""

    reads: bool
    writes: bool
    rows: bool
    """It could write to the table, but not to a row that was there."""


class Bystander:
    """The other session, and tables that it knows; made before the migration runs."""

    def __init__(self, conn: Connection, tables: Iterable[Shot]) -> None:
        self.conn = conn
        conn.execute(f"set lock_timeout = '{_PATIENCE}'".encode())
        self._changes = dict(_changes(tables))
        self._taken = {table for table in self._changes if self._waits(self._one(table))}

    def tries(self) -> Mapping[str, Waiting]:
        """By table, now that all locks are held."""
        found = {}
        for table, change in self._changes.items():
            reads = self._waits(f"select from {table} limit 1")
            writes = reads or self._waits(f"{change} false")
            rows = not writes and table not in self._taken and self._waits(self._one(table))
            found[table] = Waiting(reads, writes, rows)
        return found

    def _one(self, table: str) -> str:
        return f"{self._changes[table]} ctid = (select ctid from {table} limit 1)"

    def _waits(self, statement: str) -> bool:
        """It would have to wait; failing otherwise comes after the lock."""
        try:
            self.conn.execute(f"begin; {statement}; rollback".encode(), prepare=False)
        except psycopg.Error as error:
            self.conn.execute("rollback")
            return error.sqlstate == _WAITED
        return False


def _changes(tables: Iterable[Shot]) -> Iterable[tuple[str, str]]:
    """An UPDATE of each table that changes nothing, up to its condition."""
    for shot in tables:
        for column in [identifier(c.name) for c in shot.columns.values() if not c.generated][:1]:
            yield shot.name, f"update {shot.name} set {column} = {column} where"
