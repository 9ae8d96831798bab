"""Tables that hold reference data: their rows come with the project's migrations, and nobody else adds any.

So what they hold after the history, without the seed, is about what production holds.
"""

import re
from importlib.resources import files

import psycopg

from tools.migration import Migration
from tools.postgres.server import Connection

_TABLES = files("tools").joinpath("reference_tables.sql").read_text()
_CHANGES = re.compile(r"\b(?:update(?:\s+only)?|delete\s+from(?:\s+only)?|merge\s+into)\s+[\w\"%]", re.IGNORECASE)


def may_change(migration: Migration) -> bool:
    """It says UPDATE, DELETE or MERGE of some table."""
    return bool(_CHANGES.search(migration.text))


def reference_tables(conn: Connection, migration: Migration) -> frozenset[str]:
    """``schema.table`` of those that a migration names; `conn` is on the history without the seed."""
    words = sorted(set(re.findall(r"\w+", f"{migration.text} {migration.text.lower()}")))
    found = set()
    for (name,) in conn.execute(_TABLES, [words], prepare=False).fetchall():
        try:
            row = conn.execute(f"select 1 from {name} limit 1".encode(), prepare=False).fetchone()
        except psycopg.errors.InsufficientPrivilege:
            continue
        if row is not None:
            found.add(str(name))
    return frozenset(found)
