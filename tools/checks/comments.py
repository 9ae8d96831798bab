"""What a table is for, and what its special columns hold, is written down in the database.

Comments travel with the schema: into docs/DATABASE_SCHEMA.md, generated clients, dashboards and the next person's
psql. Names explain plain columns; they cannot explain what keys a jsonb holds or why a value is refused.

Looked at in the catalog after the migration ran, on new tables and new columns only.

## comments/table
A new table has no comment.

Why: whoever meets the table next has the name and nothing else. One sentence now saves a search through the app.

How to fix: say what one row is, and for whom.

    comment on table public.quests is 'Daily, weekly and special quests that a child can complete';

To allow it:

    -- allow: comments/table on public.import_staging: gone again with the next migration

## comments/column
A new column of a kind that does not explain itself has no comment: jsonb, an array, an enum, or one with a CHECK
of its own. The same goes for such a column that lost its comment, because it was dropped and made anew.

Why: the type does not say what is inside. Readers of a jsonb need an example, readers of an enum or a checked
column need the meaning of the values.

How to fix: show an example, name the unit, or say what the values mean.

    comment on column public.quests.requirements is 'What to do: [{"type": "lesson", "count": 3}]';
    comment on column public.quests.progress is 'Percent done, 0 to 100';

To allow it:

    -- allow: comments/column on public.quests.metadata: free for the app to use, by design without a shape
"""

from collections.abc import Iterator

from psycopg import sql

from tools.checks._catalog import enum_columns
from tools.checks._statements import at_column, at_table, identifier
from tools.checks.base import Outcome, Rule, finding
from tools.facts import names
from tools.observe import Observed
from tools.report import Finding

ID = "comments"
PREFIX = "comments"
TITLE = "Tables and special columns are commented"
RULES = (Rule("table", "warning"), Rule("column", "warning"))


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "the migration did not apply", "not-checked")
    tables = [table for table in seen.new_tables if "partition bound" not in seen.after.get("table", table)]
    columns = list(_special_columns(seen))
    found = [*_tables(seen, tables), *_columns(seen, columns)]
    if not tables and not columns:
        return Outcome(found, "no new table, jsonb, array, enum or checked column", "n/a")
    return Outcome(found, f"comments read from the catalog: new tables {len(tables)}, special columns {len(columns)}")


def _tables(seen: Observed, tables: list[str]) -> Iterator[Finding]:
    for table in tables:
        if seen.after.get("table", table).get("comment"):
            continue
        yield finding(
            "comments/table",
            f"{table} has no comment.",
            hint=f"Say what one row is: `comment on table {table} is '...';`",
            object=table,
            **at_table(seen, table),
        )


def _columns(seen: Observed, columns: list[tuple[str, str, str]]) -> Iterator[Finding]:
    for table, name, why in columns:
        if seen.after.columns(table)[name].get("comment"):
            continue
        lost = seen.before.columns(table).get(name, {}).get("comment")
        written = f"comment on column {table}.{identifier(name)} is "
        yield finding(
            "comments/column",
            f"{table}.{name} ({why}) has lost its comment." if lost else f"{table}.{name} ({why}) has no comment.",
            hint=f"Say what it holds, with an example or what the values mean: `{written}'...';`",
            fix=f"{written}{sql.quote(lost)};" if lost else "",
            object=f"{table}.{name}",
            **at_column(seen, table, name),
        )


def _special_columns(seen: Observed) -> Iterator[tuple[str, str, str]]:
    """(table, column, what is special) of columns that are new, changed their type or lost their comment."""
    enums = enum_columns(seen, seen.after.tables())
    for table in seen.after.tables():
        if "partition bound" in seen.after.get("table", table):
            continue
        before = seen.before.columns(table)
        checked = {
            names(constraint.get("columns", "[]"))[0]
            for constraint in seen.after.of("constraint", under=table).values()
            if constraint.get("type") == "check" and len(names(constraint.get("columns", "[]"))) == 1
        }
        for name, facts in seen.after.columns(table).items():
            old = before.get(name)
            lost = old and old.get("comment") and not facts.get("comment")
            if old and old.get("type") == facts.get("type") and not lost:
                continue
            if why := _special(facts.get("type", ""), (table, name) in enums, name in checked):
                yield table, name, why


def _special(kind: str, enum: bool, checked: bool) -> str:
    if kind.endswith("[]"):
        return "an array"
    if kind in ("json", "jsonb"):
        return kind
    if enum:
        return "an enum"
    return "with a CHECK" if checked else ""
