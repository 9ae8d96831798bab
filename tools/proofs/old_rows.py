"""Rows for a migration to run over: ordinary ones, and odd ones that production may hold."""

import re
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tools.postgres.server import Connection
from tools.proofs.ownership import listed
from tools.proofs.shots import Shot
from tools.rows.awkward import awkward
from tools.rows.filler import CannotFill, Filler, Row, Schema, Table
from tools.rows.names import MANAGED_SCHEMAS
from tools.rows.samples import SampleRow
from tools.sql import identifier

_ORDINARY = 4
"""Rows for each table, beside the seed's."""
_MARK = "old"
_NUMBERED = re.compile(rf"{_MARK}-?\d", re.IGNORECASE)
_MADE_UP = ("uuid", "timestamp")


@dataclass(frozen=True)
class Odd:
    """An awkward row."""

    table: str
    key: dict[str, str | None]
    told: str
    """What is odd about it: ``points '-1'``."""

    def delete(self, conn: Connection) -> None:
        """Raises psycopg.Error where the table does not let it go."""
        where = " and ".join(f"{identifier(name)}::text = %s" for name in self.key)
        conn.execute(f"delete from {self.table} where {where}".encode(), list(self.key.values()), prepare=False)


@dataclass
class OldRows:
    """What was put into some tables, in the transaction that is open."""

    schema: Schema
    made: int = 0
    odd: list[Odd] = field(default_factory=list)
    unfilled: list[CannotFill] = field(default_factory=list)

    @classmethod
    def make(
        cls,
        conn: Connection,
        names: Iterable[str],
        columns: Container[str] | None,
        samples: tuple[SampleRow, ...] = (),
    ) -> "OldRows":
        """Ordinary rows in each table; and odd ones in these columns, where any are given."""
        names = list(names)
        found = cls(Schema.read(conn, names, samples))
        filler = Filler(conn, found.schema, mark=_MARK)
        for name in names:
            if name.partition(".")[0] not in MANAGED_SCHEMAS and name in found.schema.tables:
                found._fill(filler, found.schema.tables[name], columns)
        conn.execute("set constraints all immediate")
        return found

    def _fill(self, filler: Filler, table: Table, columns: Container[str] | None) -> None:
        try:
            usual = filler.row(table.name)
        except CannotFill as reason:
            self.unfilled.append(reason)
            return
        for sample in filler.schema.samples.further(table):
            with suppress(CannotFill):
                filler.row(table.name, sample)
                self.made += 1
        self.made += 1 + filler.fill(table.name, _ORDINARY - 1)
        for row in awkward(filler, table, columns) if columns is not None else ():
            self.made += 1
            self.odd.append(Odd(table.name, {name: row[name] for name in table.primary_key}, _told(table, row, usual)))

    def known(self, shot: Shot) -> Shot:
        """With what is known of the values."""
        table = self.schema.tables.get(shot.name)
        if table is None:
            return shot
        closed = {
            number: frozenset(values)
            for number, column in shot.columns.items()
            if column.name in table.columns
            and (values := table.columns[column.name].labels or listed(table, column.name))
        }
        edges = frozenset(tuple(odd.key.values()) for odd in self.odd if odd.table == shot.name)
        return replace(shot, listed=closed, edges=edges)


def _told(table: Table, row: Row, usual: Row) -> str:
    """Its values that are not the usual ones, but for those that are made up for each row."""
    keys = {name for unique in table.uniques for name in unique.columns}
    differs = [
        name
        for name, value in row.items()
        if value != usual[name]
        and name not in keys
        and table.columns[name].kind not in _MADE_UP
        and not _NUMBERED.search(value or "")
    ]
    shown = differs or [name for name, value in row.items() if value != usual[name]]
    words = (f"{name} is {'NULL' if (v := row[name]) is None else repr(v[:40])}" for name in shown[:3])
    return ", ".join(words)
