"""Which tables belong to a tenant: every row of theirs, over foreign keys none of which may be empty."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tools.checks._statements import bare, identifier
from tools.facts import Catalog, names
from tools.observe import Observed

_REACHED = (Path(__file__).parent / "reached.sql").read_text(encoding="utf-8")
_KEY = """
select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
from pg_catalog.pg_constraint k
join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
where k.conrelid = %s::regclass and k.contype = 'p'
"""


def roots(seen: Observed, tenants: Sequence[str]) -> list[str]:
    """Those tables of the tenants that exist after the migration."""
    with seen.live.savepoint() as conn:
        rows = conn.execute(
            "select name from unnest(%s::text[]) with ordinality as given (name, place) "
            "where to_regclass(name) is not null order by place",
            [list(tenants)],
        ).fetchall()
    return [str(name) for (name,) in rows]


def loosened(seen: Observed) -> dict[str, set[str]]:
    """Older tables whose rows need not refer any more to some table that they all referred to, and that table."""
    lost = {
        table: _targets(seen.before, table, required=True) - _targets(seen.after, table, required=True)
        for table in seen.before.tables()
        if seen.after.get("table", table)
    }
    return {table: targets for table, targets in lost.items() if targets}


def astray(
    seen: Observed, tables: Sequence[str], older: Mapping[str, set[str]], there: Sequence[str]
) -> list[tuple[str, str]]:
    """(table, SQL that mends it) of new tables that reach no root, and of loosened ones that no longer do."""
    asked = [*tables, *older]
    targets = {target for table in asked for target in _targets(seen.after, table)}
    reached = _reached(seen, {*asked, *targets}.union(*older.values()), there)
    lost = [table for table in asked if table not in reached and (table in tables or older[table] & reached)]
    return [(table, _mended(seen, table, reached, there)) for table in lost]


def _targets(catalog: Catalog, table: str, required: bool = False) -> set[str]:
    """Tables that the table refers to; only those that every row does, where `required`."""
    columns = catalog.columns(table)
    return {
        facts["references"]
        for facts in catalog.of("constraint", under=table).values()
        if facts.get("type") == "foreign key"
        and not (required and any(columns.get(c, {}).get("not null") != "true" for c in names(facts.get("columns"))))
    }


def _reached(seen: Observed, tables: Iterable[str], there: Sequence[str]) -> set[str]:
    with seen.live.savepoint() as conn:
        rows = conn.execute(_REACHED.encode(), {"tables": sorted(tables), "roots": list(there)}).fetchall()
    return {str(name) for (name,) in rows}


def _mended(seen: Observed, table: str, reached: set[str], there: Sequence[str]) -> str:
    for facts in seen.after.of("constraint", under=table).values():
        if facts.get("type") == "foreign key" and facts["references"] in reached:
            columns = [f"alter column {identifier(column)} set not null" for column in names(facts.get("columns"))]
            return f"alter table {table} {', '.join(columns)};"
    with seen.live.savepoint() as conn:
        row = conn.execute(_KEY, [there[0]]).fetchone()
    key, kind = row or ("id", "uuid")
    column = f"{_singular(bare(there[0]))}_{key}"
    if column in seen.after.columns(table):
        name = identifier(column)
        return (
            f"alter table {table} alter column {name} set not null, "
            f"add foreign key ({name}) references {there[0]} ({identifier(key)});"
        )
    return (
        f"alter table {table} add column {identifier(column)} {kind} not null "
        f"references {there[0]} ({identifier(key)});"
    )


def _singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
