"""Existing rows survive the migration, and the migration survives existing rows.

Tables in production are never empty, and never as tidy as one thinks: there are NULLs, duplicates, rows whose parent is
gone, and texts at the limit of their length. Rows of both kinds are generated where the old schema allows them, and
compared before and after, column by column.

## data/lost

Values that were there before are gone: rows were deleted, a column was dropped or mapped to NULL, text was cut.

Why: no rollback brings them back.

Bad: values that the mapping forgets become NULL, and then the old column is dropped.

    update public.lessons set grade = case grade_level when 'K' then 0 when '1' then 1 end;
    alter table public.lessons drop column grade_level;

Good: map every value that occurs, fail on others, and drop the old column in a later migration, when nothing reads it.

This rule cannot be allowed, except by a request that asks for the loss in so many words.

## data/changed

Values of rows that the migration has no business with differ afterwards.

Why: an UPDATE without a WHERE, a trigger that fires on a backfill, a default that overwrites what users chose.

Bad:

    update public.profiles set timezone = 'UTC';

Good:

    update public.profiles set timezone = 'UTC' where timezone is null;

Allow: `-- allow: data/changed on public.profiles: REASON`.
"""

from tools.checks.base import Outcome, Rule
from tools.observe import Observed

ID = "data-kept"
PREFIX = "data"
TITLE = "Existing rows survive"
RULES = (Rule("lost", waivable=False), Rule("changed"))


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "not compared: the migration did not apply", "not-checked")
    rows = "the seed's rows were in place while it ran" if seen.seeded else "it ran on empty tables"
    return Outcome([], f"rows are not generated yet, and values not compared column by column; {rows}", "not-checked")
