"""What checks ask the server, because the facts in play may leave it out: older objects that new ones refer to."""

from collections.abc import Sequence

from tools.observe import Observed


def enum_columns(seen: Observed, tables: Sequence[str]) -> set[tuple[str, str]]:
    """(table, column) whose type is an enum, after the migration."""
    with seen.live.savepoint() as conn:
        rows = conn.execute(
            """
            select touched.name, a.attname
            from unnest(%s::text[]) as touched (name)
            join pg_catalog.pg_attribute a on a.attrelid = touched.name::regclass
            join pg_catalog.pg_type t on t.oid = a.atttypid and t.typtype = 'e'
            """,
            [list(tables)],
        ).fetchall()
    return {(str(table), str(column)) for table, column in rows}
