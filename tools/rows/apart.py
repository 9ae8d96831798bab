"""Sample rows that name their own key: put there once, for what refers to them, and nobody's."""

import psycopg

from tools.rows.filler import CannotFill, Filler
from tools.rows.schema import Schema
from tools.rows.write import select, undone_on_error

_MARK = "sample"


def place(conn: psycopg.Connection[object], schema: Schema) -> None:
    """Inserts those that are not there, parents first in whatever order they stand; `schema.samples` notes refusals."""
    samples = schema.samples
    filler = Filler(conn, Schema(schema.tables, schema.rules), mark=_MARK)  # what one says is not for another
    waiting = list(samples.apart(schema.tables.values()))
    before = len(waiting) + 1
    while waiting and len(waiting) < before:
        before, turn, waiting = len(waiting), waiting, []
        for table, values in turn:
            key = {column: values[column] for column in table.primary_key}
            name = table.name, ", ".join(str(value) for value in key.values())
            try:
                with undone_on_error(conn):
                    there = select(conn, table, key)
                if there is None:
                    filler.row(table.name, values)
            except (CannotFill, psycopg.Error) as error:
                if conn.closed:
                    raise
                samples.missing[name] = error.reason if isinstance(error, CannotFill) else str(error)
                waiting.append((table, values))
            else:
                samples.missing.pop(name, None)
                samples.used.add(table.name)
