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
and needs none; nor does one that holds nothing but references.

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
A column is added to an existing table as NOT NULL and has no default.

Why: on an empty table `add column ... not null` works, so it passes on every developer's machine; with one row in
the table it fails, and it fails in production. Filled by an UPDATE and set NOT NULL in the same file it passes
there too, but then yesterday's app, which does not know the column, cannot insert any more.

How to fix: give it a default, which costs nothing on a table of any size as long as it is a constant:

    alter table public.lessons add column if not exists difficulty text not null default 'medium';

Where no default makes sense, add it nullable and fill it; set NOT NULL in a later file, when every client knows it.
A trigger that fills the column BEFORE INSERT will do as well.

To allow it, where nobody but this migration's release inserts:

    -- allow: columns/default on public.lessons.slug: editors are off until the new release is out
"""

import re
from collections.abc import Iterator
from typing import Any

from tools.checks._access import CALLERS, policies_on, privileges
from tools.checks._scene import dropped_tables
from tools.checks._statements import Piece, at_column, at_table, identifier, pieces, relation
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
    tables = [table for table in seen.new_tables if _is_own(seen.after.get("table", table))]
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
    return Outcome(found, f"read from the catalog: new tables {len(tables)}, new columns {len(columns)}")


def _is_own(facts: dict[str, str]) -> bool:
    """Its columns are its own: neither a partition's nor a foreign table's."""
    return "partition bound" not in facts and facts.get("kind") != "foreign table"


def _new_columns(seen: Observed) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(table, column, its facts) of every column that was not there, or had another type."""
    for table in seen.after.tables():
        before = seen.before.columns(table)
        for column, facts in seen.after.columns(table).items():
            if column not in before or before[column].get("type") != facts.get("type"):
                yield table, column, facts


def _id(seen: Observed, table: str) -> Iterator[Finding]:
    at = at_table(seen, table)
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
    details: dict[str, Any] = {"object": table, **at_table(seen, table)}
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
    if "updated_at" in seen.after.columns(table) or not _updatable(seen, table) or _only_joins(seen, table):
        return
    written = "updated_at timestamptz not null default now()"
    yield finding(
        "columns/updated-at",
        f"Users may update rows of {table}, but it does not record when one was changed.",
        hint=f"Write `{written}` and the trigger that stamps it, or grant no UPDATE.",
        fix=f"alter table {table} add column {written};",
        object=table,
        **at_table(seen, table),
    )


def _only_joins(seen: Observed, table: str) -> bool:
    """Nothing in a row could change: it says what belongs together, and since when."""
    keys = seen.after.of("constraint", under=table).values()
    joined = {c for k in keys if k.get("type") == "foreign key" for c in names(k.get("columns", "[]"))}
    return bool(joined) and set(seen.after.columns(table)) <= joined | {"id", "created_at"}


def _updatable(seen: Observed, table: str) -> bool:
    """Somebody who uses the app may update a row, by grants and policies."""
    granted = [role for role in CALLERS if "UPDATE" in privileges(seen.after, "table", table, role)]
    if seen.after.get("table", table).get("rls") != "true":
        return bool(granted)
    policies = policies_on(seen.after, table)
    ways = [policy for policy in policies if "UPDATE" in policy.commands and not policy.is_closed]
    return any(policy.holds_for(role) for policy in ways for role in granted)


def _created(piece: Piece) -> list[str]:
    """What a CREATE TABLE surely makes: without IF NOT EXISTS nothing of that name was there any more."""
    return [relation(piece.node.relation)] if piece.kind == "CreateStmt" and not piece.node.if_not_exists else []


def _timestamptz(seen: Observed, table: str, column: str, facts: dict[str, str]) -> Iterator[Finding]:
    kind = facts.get("type", "")
    if not (kind.startswith("timestamp") and "without time zone" in kind):
        return
    yield finding(
        "columns/timestamptz",
        f"{table}.{column} is a timestamp without time zone.",
        hint=f"Write `{identifier(column)} timestamptz`.",
        fix=f"alter table {table} alter column {identifier(column)} type timestamptz using "
        f"{identifier(column)} at time zone 'UTC';",
        object=f"{table}.{column}",
        **at_column(seen, table, column),
    )


def _default(seen: Observed) -> Iterator[Finding]:
    made_anew = {table for piece in pieces(seen.migration) for table in (*dropped_tables(piece), *_created(piece))}
    for table in (set(seen.after.tables()) & set(seen.before.tables())) - made_anew:
        if any(re.search(r" BEFORE INSERT ", t["definition"]) for t in seen.after.of("trigger", under=table).values()):
            continue
        before = seen.before.columns(table)
        for name, facts in seen.after.columns(table).items():
            filled = any(facts.get(way) for way in ("default", "identity", "generated"))
            if name in before or facts.get("not null") != "true" or filled:
                continue
            yield finding(
                "columns/default",
                f"{table}.{name} is new, NOT NULL and without a default: clients that do not know it cannot insert.",
                hint="Give it a constant default, or leave it nullable and SET NOT NULL in a later file.",
                fix=f"alter table {table} alter column {identifier(name)} drop not null;",
                object=f"{table}.{name}",
                **at_column(seen, table, name),
            )
