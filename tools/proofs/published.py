"""Rows that are for everybody by what a row says: is_public, status = 'published', published_at.

A policy or a function may open a row for what another row says (comments on a published post), so it is tried: the
family's rows take it back, and who read them must not read them any more.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg

from tools.postgres.server import Connection
from tools.proofs.families import Family
from tools.proofs.ownership import listed
from tools.proofs.secrets import Held
from tools.rows.filler import Column, Row, Table
from tools.rows.write import literal
from tools.sql import identifier

_VISIBLE = re.compile(
    r"public|publish|visib|shar(ed|ing)|listed|discover|featured|approved|\blive\b|\bopen\b", re.IGNORECASE
)
_NARROW = re.compile(
    r"private|team|member|intern|restrict|friend|follow|draft|hidden|secret|staff|admin|(^|[^a-z])(orgs?|organi[sz]ation"
    r"|workspace|company|group)([^a-z]|$)",
    re.IGNORECASE,
)
"""Values that name some, even where the column is called visibility."""


def separates(column: str, condition: str, reached: Sequence[Row], denied: Sequence[Row]) -> bool:
    """A column that says who may see the row has other values in the rows that everybody reads."""
    if not reached or not denied or not names(condition, column):
        return False
    shown, hidden = {r.get(column) for r in reached}, {r.get(column) for r in denied}
    told = _VISIBLE.search(column) or any(_VISIBLE.search(value or "") for value in shown)
    return bool(told) and not any(_NARROW.search(value or "") for value in shown) and not shown & hidden


@contextmanager
def taken_back(conn: Connection, family: Family, condition: str) -> Iterator[dict[Held, str]]:
    """Meanwhile none of the family's rows says any more that it is for everybody, where the condition asks for that.

    Gives those rows, each with the column that said it; memberships never, for they say who, and not for whom.
    """
    changed: dict[Held, str] = {}
    condition += "".join(  # who reads a row because they may read another
        surface.conditions("SELECT")
        for name, surface in family.ownership.surfaces.items()
        if surface.rls and names(condition, name.rpartition(".")[2].strip('"'))
    )
    with conn.transaction(force_rollback=True):
        for name, rows in family.filler.rows.items():
            table = family.ownership.schema.tables[name]
            if not names(condition, table.bare) or any(m.table == name for m in family.ownership.memberships):
                continue
            for column in table.columns.values():
                if column.automatic or not table.primary_key or not names(condition, column.name):
                    continue
                for place, row in enumerate(rows):
                    with suppress(psycopg.Error), conn.transaction():
                        if (change := _silent(table, column, row)) and conn.execute(change.encode()).rowcount:
                            changed[name, place] = column.name
        yield changed


def hang(conn: Connection, family: Family, condition: str, tables: Iterable[str]) -> bool:
    """Gives those rows of the family's that say they are for everybody others that hang on them, in these tables.

    What is opened with a row may be more than the row. False where no row says it.
    """
    with taken_back(conn, family, condition) as silent:
        pass
    shapes, rows = family.ownership.schema.tables, family.filler.rows
    for name in sorted(set(tables) & shapes.keys()):
        for key in shapes[name].foreign_keys:
            for parent in [rows[table][place] for table, place in silent if table == key.parent]:
                given = dict(zip(key.columns, (parent[c] for c in key.parent_columns), strict=True))
                if not any(all(row[c] == v for c, v in given.items()) for row in rows.get(name, ())):
                    family.row(name, given)
    return bool(silent)


def _silent(table: Table, column: Column, row: Row) -> str:
    """The update with which the row does not say it any more; empty where it does not say it."""
    value = row.get(column.name)
    if value is None or _NARROW.search(value) or not (_VISIBLE.search(column.name) or _VISIBLE.search(value)):
        return ""
    others = [v for v in (*column.labels, *listed(table, column.name)) if v != value and not _VISIBLE.search(v)]
    if column.kind == "bool":
        instead = "false" if value in ("true", "t") else None
    elif column.kind in ("timestamp", "date"):
        instead = "'2100-01-01'" if column.not_null else "null"
    elif column.kind in ("text", "enum"):
        instead = literal(others[0]) if others else None if column.labels else "'nobody'"
    else:
        instead = None
    where = " and ".join(f"{identifier(c)} = {literal(row[c])}" for c in table.primary_key)
    return f"update {table.name} set {identifier(column.name)} = {instead} where {where}" if instead else ""


def names(text: str, name: str) -> bool:
    """It has the name in it, as a word."""
    return bool(re.search(rf"\b{re.escape(name)}\b", text))
