"""The migration applies to what your history and your seed leave, as the role that Supabase uses for it: `postgres`,
which is not a superuser there. It is run statement by statement on a throwaway Postgres; an error comes with its line,
its SQLSTATE and Postgres's own hint.

## applies/history

The project's own migrations or its seed do not replay on an empty database, so there is nothing to try the
new migration on. The command stops before any check and exits with 4.

Why: a history that does not stand on its own cannot be reset, branched or tested. Usual causes are a table that was
made in the dashboard, files that run in another order than they were written in, and a script that relies on rows of
production.

Fix: `migration-agent replay` names the file and the line. Write what is missing into an earlier migration, or
put a dump of what existed before the first file into `supabase/baseline.sql`:

    supabase db dump --schema public --file supabase/baseline.sql

This rule cannot be allowed.

## applies/error

A statement of the migration failed; or CREATE TABLE IF NOT EXISTS did nothing, because a table of that name is there
and lacks the columns.

Why: Supabase applies a file as one transaction; if one statement fails, nothing of it is applied, and the deployment
stops there. The seed's rows are in the tables while the migration runs, so a constraint that existing rows break
fails here too, and not first in production.

Bad: the table holds rows, and none of them has a value for the new column.

    alter table public.children add column school text not null;

Good:

    alter table public.children add column if not exists school text not null default 'unknown';

This rule cannot be allowed.

## applies/seed

The migration applies, but then the seed does not: `supabase db reset` runs all migrations first and the seed last.

Why: nobody in the team can reset their local database any more, and preview branches come up empty.

Bad: a new required column that `supabase/seed.sql` does not fill.

Good: give the column a default, or change the seed in the same commit.

This rule cannot be allowed.
"""

import difflib
import re

from tools.checks._escapes import escapes
from tools.checks._guards import guarded
from tools.checks._offending import offending_rows
from tools.checks._passed_over import tables_passed_over
from tools.checks.base import Outcome, Rule, finding
from tools.observe import Observed
from tools.render.plain import counted
from tools.report import Finding
from tools.run import Failure
from tools.sql import Statement

ID = "applies"
PREFIX = "applies"
TITLE = "Applies to the history and the seed"
RULES = (
    Rule("history", waivable=False),
    Rule("error", waivable=False),
    Rule("seed", waivable=False),
)

EXISTS_ALREADY = frozenset({"42P07", "42710", "42701", "42P06", "42723", "42P04"})
"""SQLSTATEs of an object that is there already: table, object, column, schema, function, database."""

_UNDEFINED = {
    "42P01": "select c.oid::regclass::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n "
    "on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f')",
    "42703": "select distinct a.attname::text from pg_catalog.pg_attribute a join pg_catalog.pg_class c "
    "on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
    "where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')",
    "42883": "select p.oid::regproc::text from pg_catalog.pg_proc p join pg_catalog.pg_namespace n "
    "on n.oid = p.pronamespace where true",
    "42704": "select t.oid::regtype::text from pg_catalog.pg_type t join pg_catalog.pg_namespace n "
    "on n.oid = t.typnamespace where t.typelem = 0 and t.typrelid = 0",
}
"""What has names like the one that is missing: relations, columns, functions, types."""

_OURS = " and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"

_HINTS = {
    "42601": "Mend the syntax; Postgres's parser stops at this place.",
    "42501": "Supabase's postgres role may not do this. On auth, storage and realtime tables it may create policies, "
    "triggers and foreign keys, but not ALTER TABLE, CREATE INDEX or ENABLE ROW LEVEL SECURITY (which is on there); "
    "put objects of your own into public or another schema of yours.",
    "42P17": "An index expression, generated column or partition bound may only use immutable functions; a policy "
    "that reads its own table goes through a SECURITY DEFINER helper function.",
    "23502": "Existing rows have no value for it. Add the column with a default, or fill the rows first and then set "
    "NOT NULL.",
    "23503": "Existing rows point at nothing. Repair or remove them first, or add the constraint NOT VALID.",
    "23505": "Existing rows hold the same value twice. Merge them first, or make the constraint narrower.",
    "23514": "Existing rows break the condition. Correct them first, or add the constraint NOT VALID and validate it "
    "in a later migration.",
    "22001": "An existing value is too long for the new type. Shorten the values first, or choose a wider type.",
    "22003": "An existing value is too large for the new type. Choose a wider type.",
    "22P02": "A value cannot be read as the new type. Map every value that occurs: ALTER COLUMN ... TYPE ... USING "
    "CASE ... END.",
    "42804": "The types do not fit. Cast explicitly; for a column's new type say how with USING; a default may have to "
    "be dropped before and set after.",
    "42830": "The referenced columns need a primary key or a unique constraint.",
    "2BP01": "Other objects depend on it. Change or drop them first, by name; CASCADE would drop them unseen.",
    "25001": "It cannot run inside a transaction. Put it alone into a migration file of its own.",
    "25P01": "It needs a transaction of its own; leave it out of the migration.",
    "2D000": "COMMIT and ROLLBACK are not possible here: the file is applied in one transaction.",
    "55P04": "A new enum value cannot be used in the transaction that adds it. Put ADD VALUE into a migration of its "
    "own, before this one.",
    "55006": "Changes to this table's rows wait for their triggers. Run SET CONSTRAINTS ALL IMMEDIATE before, or put "
    "the data step and the ALTER TABLE into two migrations.",
    "55P03": "It waited too long for a lock.",
    "57014": "It ran too long. Look for an endless loop, pg_sleep, or a join without a condition; a long backfill "
    "belongs into batches.",
    "0A000": "Postgres cannot do this; Postgres's message says what. An extension that is missing here has to be "
    "enabled in Supabase first.",
    "53200": "It needed too much memory. Work in batches.",
    "53400": "It needed too much space on disk. Work in batches.",
    "54001": "A function calls itself without end; often a policy and a function that read the same table.",
    "42939": "The name is reserved for the system. Choose another.",
    "42702": "The name could mean a variable or a column. Qualify the column with its table, or rename the variable.",
    "42P10": "ON CONFLICT needs a unique index or constraint on exactly these columns.",
    "21000": "A subquery returns several rows, or ON CONFLICT meets the same row twice.",
    "P0001": "The migration raises this error itself.",
    "P0002": "A query with INTO STRICT found no row; a fresh database does not hold production's rows.",
}


def check(seen: Observed) -> Outcome:
    failure = seen.applied.failure
    if failure:
        if any(
            f.line == (failure.statement.line if failure.statement else failure.line) for f in escapes(seen.migration)
        ):
            return Outcome([], "not run to its end: it leaves its transaction (see file/escape)", "not-checked")
        return Outcome([_error(seen, failure)], f"stopped after {counted(len(seen.applied.steps), 'statement')}")
    count = len(seen.applied.steps)
    ran = (
        f"ran {count} statement{'s' if count != 1 else ''} as postgres, not a superuser, in {_ms(seen.applied.seconds)}"
    )
    if skipped := list(tables_passed_over(seen)):
        return Outcome(skipped, ran)
    if not seen.project.seeds:
        return Outcome([], f"{ran}; the project has no seed, so the tables were empty")
    if not seen.seeded:
        return Outcome([], f"{ran}; on empty tables, because the seed does not run: {seen.seed_problem}")
    if seen.reseeded is None:
        return Outcome([], f"{ran}, with the seed's rows in place; the seed was not run after it")
    if seen.reseeded.failure:
        return Outcome([_seed(seen.reseeded.failure)], f"{ran}; then the seed stopped")
    return Outcome(
        [], f"{ran}, with the seed's rows in place; then history, migration and seed in the order of a reset"
    )


def describe(failure: Failure) -> str:
    """An error in one line: SQLSTATE, Postgres's message and detail."""
    detail = f" {failure.detail}" if failure.detail else ""
    return f"{failure.message} (SQLSTATE {failure.sqlstate}).{detail}"


def _error(seen: Observed, failure: Failure) -> Finding:
    statement = failure.statement
    where = f"{_excerpt(statement)} failed: " if statement else ""
    return finding(
        "applies/error",
        where + describe(failure),
        hint=_advice(seen, failure),
        fix=(guarded(statement) or "") if statement and failure.sqlstate in EXISTS_ALREADY else "",
        object=_target(statement),
        line=failure.line,
        column=failure.column,
    )


def _advice(seen: Observed, failure: Failure) -> str:
    """Postgres's hint, ours, and names like the one that is missing."""
    parts = [failure.hint, offending_rows(seen, failure), _HINTS.get(failure.sqlstate, "")]
    if failure.sqlstate in EXISTS_ALREADY:
        parts.append("It is there already. Guard it, or leave it out if what is there is what you want.")
    if failure.sqlstate in _UNDEFINED:
        parts.append(_nearest(seen, failure))
    if failure.sqlstate[:2] == "22" and not parts[2]:
        parts.append("A value does not fit its type; look at the rows that exist.")
    if failure.context and "PL/pgSQL" in failure.context:
        parts.append(f"Where: {failure.context.splitlines()[0]}.")
    return " ".join(part for part in parts if part) or "Correct the statement at this place."


def _nearest(seen: Observed, failure: Failure) -> str:
    """Names of the same kind that look like the missing one, which only the message names."""
    match = re.search(r'"([^"]+)"|function ([^\s(]+)\(', failure.message)
    if not match:
        return ""
    missing = match[1] or match[2]
    if failure.sqlstate == "42883" and missing in _IN_EXTENSIONS:
        return f"It lives in the schema extensions: write extensions.{missing}(...)."
    with seen.live.savepoint() as conn:
        conn.execute("set local search_path = ''")
        names = [str(row[0]) for row in conn.execute((_UNDEFINED[failure.sqlstate] + _OURS).encode())]
    last = {name.rsplit(".", 1)[-1]: name for name in names}
    close = difflib.get_close_matches(missing.rsplit(".", 1)[-1], last, n=3, cutoff=0.6)
    return f"Names like it: {', '.join(last[name] for name in close)}." if close else "Nothing has a name like it."


_IN_EXTENSIONS = frozenset(
    {
        "uuid_generate_v4",
        "uuid_generate_v1",
        "uuid_generate_v5",
        "crypt",
        "gen_salt",
        "digest",
        "hmac",
        "gen_random_bytes",
    }
)


def _seed(failure: Failure) -> Finding:
    place = f" at line {failure.line}" if failure.line else ""
    return finding(
        "applies/seed",
        f"After this migration the seed stops{place}: {describe(failure)}",
        hint="Let the seed's rows stay valid (a default for a new column), or change the seed in the same commit (a "
        "draft does so with `seed`). " + _HINTS.get(failure.sqlstate, ""),
        object="seed",
    )


def _excerpt(statement: Statement) -> str:
    """The first words of a statement, on one line."""
    text = " ".join(statement.text.split())
    return text if len(text) <= 80 else text[:77] + "..."


def _target(statement: Statement | None) -> str:
    """The first relation that a statement names."""
    if statement:
        for node in statement.walk():
            if type(node).__name__ == "RangeVar":
                return f"{node.schemaname or 'public'}.{node.relname}"
    return ""


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
