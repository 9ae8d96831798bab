"""Every table has the columns that the rest of the project counts on.

A table has a uuid `id`, and says when a row was made and last changed, in timestamps with a time zone. A junction
table is known by what it joins and needs no `id`; a table that no API role may update needs no `updated_at`. A
column added to a table that is in use says what its existing rows hold.

Looked at in the catalog after the migration ran, on new tables and new columns only.

## columns/id
A new table has no `id uuid primary key` with a default.

Why: the API, the client libraries and every foreign key to come expect one key column of one type. A uuid can be
made on any device before the row is sent, and does not tell how many rows there are.

How to fix:

    id uuid primary key default gen_random_uuid(),

A composite primary key that holds a foreign key (a junction table) is fine as it is, and so is a one-to-one table
whose primary key is its foreign key.

To allow it, for a list that has a key of its own:

    -- allow: columns/id on public.countries: the ISO code is the key

## columns/created-at
A new table does not record when its rows were made: no `created_at`, or one that may be empty or has no default.

Why: the first question about odd data is since when it is there, and no one can answer it afterwards.

How to fix:

    created_at timestamptz not null default now(),

To allow it:

    -- allow: columns/created-at on public.countries: filled once, by this migration

## columns/updated-at
A new table that users may update does not record when a row was last changed.

Why: clients sync, caches expire and audits begin with it. The trigger that maintains it is `updated-at`'s matter.

How to fix:

    updated_at timestamptz not null default now(),

A table that neither `anon` nor `authenticated` may update, by its grants and policies, is append-only to the app
and needs none.

To allow it:

    -- allow: columns/updated-at on public.votes: a vote is changed by deleting it

## columns/timestamptz
A new column is a `timestamp` without time zone.

Why: it stores what the clock on somebody's wall said and forgets whose wall. Two servers or two families in
different zones read different moments from it.

How to fix: write `timestamptz`. Postgres stores UTC and shows each session its own zone.

    starts_at timestamptz not null,

To allow it, where wall-clock time is meant:

    -- allow: columns/timestamptz on public.reminders.rings_at: seven in the morning wherever the family is

## columns/default
A column is added to an existing table as NOT NULL without a default.

Why: on an empty table this works, so it passes on every developer's machine. With one row in the table it fails,
and it fails in production. Old versions of the app, which do not know the column, cannot insert any more either.

How to fix: give it a default, which costs nothing on a table of any size as long as it is a constant:

    alter table public.lessons add column if not exists difficulty text not null default 'medium';

Where no default makes sense, add it nullable, fill it, and set NOT NULL afterwards.

To allow it, for a table that is known to be empty everywhere:

    -- allow: columns/default on public.lessons.slug: the table is not in use before the launch
"""

from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2

from tools.checks._access import CALLERS, policies_on, privileges
from tools.checks._statements import bare, identifier, pieces, relation
from tools.checks.base import Outcome, Rule, finding
from tools.facts import names
from tools.observe import Observed
from tools.report import Finding

ID = "columns"
PREFIX = "columns"
TITLE = "Tables have id, created_at and updated_at"
RULES = (
    Rule("id", "warning"),
    Rule("created-at", "warning"),
    Rule("updated-at", "warning"),
    Rule("timestamptz", "warning"),
    Rule("default"),
)


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "the migration did not apply", "not-checked")
    tables = [table for table in seen.new_tables if "partition bound" not in seen.after.get("table", table)]
    columns = list(_new_columns(seen))
    found: list[Finding] = []
    for table in tables:
        found += _id(seen, table)
        found += _created_at(seen, table)
        found += _updated_at(seen, table)
    for table, column, facts in columns:
        found += _timestamptz(seen, table, column, facts)
    found += _default(seen)
    if not tables and not columns:
        return Outcome(found, "no new table or column", "n/a")
    return Outcome(found, f"{len(tables)} new tables and {len(columns)} new columns read from the catalog")


def _new_columns(seen: Observed) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(table, column, its facts) of every column that was not there, or had another type."""
    for table in seen.after.tables():
        before = seen.base.columns(table)
        for column, facts in seen.after.columns(table).items():
            if column not in before or before[column].get("type") != facts.get("type"):
                yield table, column, facts


def _id(seen: Observed, table: str) -> Iterator[Finding]:
    at = _table_at(seen, table)
    keys = [k for k in seen.after.of("constraint", under=table).values() if k.get("type") == "primary key"]
    key = names(keys[0].get("columns", "[]")) if keys else []
    foreign = {
        column
        for k in seen.after.of("constraint", under=table).values()
        if k.get("type") == "foreign key"
        for column in names(k.get("columns", "[]"))
    }
    if foreign & set(key):
        return
    fix = "id uuid primary key default gen_random_uuid()"
    column = seen.after.columns(table).get("id", {})
    if not key:
        message = f"{table} has no primary key."
    elif key != ["id"]:
        message = f"The primary key of {table} is ({', '.join(key)}), not a uuid id."
    elif column.get("type") != "uuid":
        message = f"{table}.id is {column.get('type')}, not uuid."
    elif not column.get("default"):
        message = f"{table}.id has no default, so every client has to make one."
        fix = f"alter table {table} alter column id set default gen_random_uuid();"
    else:
        return
    hint = f"Write `{fix.removesuffix(';')}`."
    if column.get("identity"):
        hint += " A bigint identity tells outsiders how many rows there are and cannot be made on the client."
    yield finding("columns/id", message, hint=hint, fix=fix, object=table, **at)


def _created_at(seen: Observed, table: str) -> Iterator[Finding]:
    column = seen.after.columns(table).get("created_at")
    written = "created_at timestamptz not null default now()"
    details: dict[str, Any] = {"object": table, **_table_at(seen, table)}
    if column is None:
        message, fix = f"{table} does not record when a row was made.", f"alter table {table} add column {written};"
    elif not column.get("default"):
        message = f"{table}.created_at has no default, so it is up to each client to fill it."
        fix = f"alter table {table} alter column created_at set default now();"
    elif column.get("not null") != "true":
        message = f"{table}.created_at may be empty."
        fix = f"alter table {table} alter column created_at set not null;"
    else:
        return
    yield finding("columns/created-at", message, hint=f"Write `{written}`.", fix=fix, **details)


def _updated_at(seen: Observed, table: str) -> Iterator[Finding]:
    if "updated_at" in seen.after.columns(table) or not _updatable(seen, table):
        return
    written = "updated_at timestamptz not null default now()"
    yield finding(
        "columns/updated-at",
        f"Users may update rows of {table}, but it does not record when one was changed.",
        hint=f"Write `{written}` and the trigger that stamps it, or grant no UPDATE.",
        fix=f"alter table {table} add column {written};",
        object=table,
        **_table_at(seen, table),
    )


def _updatable(seen: Observed, table: str) -> bool:
    """Somebody who uses the app may update a row, by grants and policies."""
    granted = [role for role in CALLERS if "UPDATE" in privileges(seen.after, "table", table, role)]
    if seen.after.get("table", table).get("rls") != "true":
        return bool(granted)
    policies = policies_on(seen.after, table)
    return any("UPDATE" in policy.commands and policy.holds_for(role) for policy in policies for role in granted)


def _timestamptz(seen: Observed, table: str, column: str, facts: dict[str, str]) -> Iterator[Finding]:
    kind = facts.get("type", "")
    if not (kind.startswith("timestamp") and "without time zone" in kind):
        return
    line, character = seen.line_of(bare(table), column)
    yield finding(
        "columns/timestamptz",
        f"{table}.{column} is a timestamp without time zone.",
        hint=f"Write `{identifier(column)} timestamptz`.",
        fix=f"alter table {table} alter column {identifier(column)} type timestamptz using "
        f"{identifier(column)} at time zone 'UTC';",
        object=f"{table}.{column}",
        line=line,
        column=character,
    )


def _default(seen: Observed) -> Iterator[Finding]:
    """ADD COLUMN ... NOT NULL without a default, where the table was there before."""
    for piece in pieces(seen.migration):
        if piece.kind != "AlterTableStmt":
            continue
        table = relation(piece.node.relation)
        for command in piece.node.cmds:
            added = command.alter_table_cmd
            if added.subtype != pg_query_pb2.AT_AddColumn:
                continue
            column = getattr(added, "def").column_def
            name = column.colname
            if name in seen.base.columns(table) or table in seen.new_tables:
                continue
            if _fails_on_rows(column):
                yield finding(
                    "columns/default",
                    f"{table}.{name} is added NOT NULL without a default, which fails as soon as {table} has a row.",
                    hint="Give it a constant default; or add it nullable, fill it, then SET NOT NULL.",
                    object=f"{table}.{name}",
                    **piece.at,
                )


def _fails_on_rows(column: Any) -> bool:
    kinds = {item.constraint.contype for item in column.constraints}
    serial = {part.string.sval for part in column.type_name.names} & {"serial", "bigserial", "smallserial"}
    filled = {pg_query_pb2.CONSTR_DEFAULT, pg_query_pb2.CONSTR_IDENTITY, pg_query_pb2.CONSTR_GENERATED}
    required = {pg_query_pb2.CONSTR_NOTNULL, pg_query_pb2.CONSTR_PRIMARY}
    return bool(kinds & required) and not kinds & filled and not serial


def _table_at(seen: Observed, table: str) -> dict[str, int | None]:
    line, column = seen.line_of("create table", bare(table))
    return {"line": line, "column": column}
