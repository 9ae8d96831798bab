"""What the app looks rows up by has an index, and every index earns its keep.

Postgres indexes primary keys and UNIQUE constraints by itself and nothing else: no foreign key, no column of a
policy. Looked at in the catalog after the migration ran, for what the migration itself brings.

## indexes/foreign-key
A new foreign key has no index on its columns.

Why: deleting or re-keying one parent row searches the whole child table for its children, once per row, under a
lock. The foreign key is also what the app joins and filters by.

How to fix: create an index that begins with the foreign key's columns. Further columns may follow, and a primary
key or UNIQUE constraint that begins with them serves as well. A partial index does not, unless all it leaves out
are rows without a parent (`where badge_id is not null`). Of a key of several columns, those suffice that refer to a
whole unique key of the parent: template_id alone for (organization_id, template_id), where the template's id is unique.

    create index if not exists idx_quests_child_id on public.quests (child_id);

On a table with many rows the index is built CONCURRENTLY, in the file that follows this one.

To allow it, where parents are never deleted and nobody asks for the children:

    -- allow: indexes/foreign-key on public.audit_log.user_id: accounts are closed, never deleted

## indexes/filter
A new policy compares a column of its own table with the caller, a subquery or a value, and no index begins with it.

Why: the policy's condition is part of every query that an API role runs on the table. Without an index each of
them reads all rows, including everybody else's, to find the few that the caller may see.

How to fix:

    create index if not exists idx_quests_child_id on public.quests (child_id);

Flags and small sets of values (booleans, enums, checked text) are not worth an index and are not asked for, nor
are arrays, which a b-tree cannot search, and tables that the configuration knows to be small.

To allow it:

    -- allow: indexes/filter on public.notes.owner_id: a few hundred notes in all

## indexes/name
A new index is not named as the project names its indexes.

Why: index names are read in query plans, error messages and dashboards, without the table beside them. One form
makes them findable, and makes it plain when two do the same.

How to fix: `idx_`, the table, its columns, and the type where it is not a plain b-tree, in lower case; a partial
index may say what it picks instead. `idx_lessons_grade_level`, `idx_progress_child_lesson`, `idx_active_lessons`
and `idx_metadata_gin` are all fine. Indexes that belong to a constraint carry the constraint's name. Where most of
the project's older indexes end with `_idx`, the name that Postgres itself gives, that form is asked for instead; and
where `[conventions.names]` in `migration-agent.toml` has a pattern for `index`, nothing but that pattern. The name has
to be free: CREATE INDEX IF NOT EXISTS does nothing where anything else in the schema has it, which is an error here.

To allow it:

    -- allow: indexes/name on public.lessons/lessons_search: the name that the search extension expects

## indexes/duplicate
A new index repeats another one: same method, same columns in the same order, same condition. The other one may
belong to a primary key or UNIQUE constraint.

Why: each index is written on every insert and takes room in memory; the second copy gives nothing back.

How to fix: leave it out. `(child_id)` beside `(child_id, status)` is no duplicate: it is smaller, and may stay.

To allow it, while one is being replaced by the other:

    -- allow: indexes/duplicate on public.lessons/idx_lessons_slug: takes over when the constraint goes next week
"""

from collections.abc import Iterator, Sequence
from functools import partial

from tools.checks._access import changed_policies
from tools.checks._catalog import enum_columns
from tools.checks._index_names import ill_named, passed_over, shape
from tools.checks._policies import filtered
from tools.checks._serving import ForeignKey, announced, create_index, is_served, new_keys, serves, to_add
from tools.checks._statements import at_column, identifier
from tools.checks.base import Outcome, Rule, finding
from tools.facts import names
from tools.observe import Observed
from tools.policies import Policy
from tools.report import Finding

ID = "indexes"
PREFIX = "indexes"
TITLE = "Foreign keys and filters are indexed"
RULES = (
    Rule("foreign-key"),
    Rule("filter", "warning"),
    Rule("name", "warning"),
    Rule("duplicate", "warning"),
)

_MANAGED = ("auth.", "storage.", "realtime.")
"""Schemas of Supabase's services, on whose tables a project may not build indexes."""


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "the migration did not apply", "not-checked")
    keys = list(new_keys(seen))
    policies = changed_policies(seen)
    indexes = [name for name in _indexes(seen) if seen.is_new("index", name)]
    unserved = [key for key in keys if not is_served(seen, key)]
    said = {(key.table, key.columns[0]) for key in unserved}
    found = [
        *(_foreign_key(seen, key) for key in unserved),
        *_filters(seen, policies, said),
        *passed_over(seen),
        *ill_named(seen, indexes),
        *_duplicates(seen, indexes),
    ]
    if not keys and not policies and not indexes:
        return Outcome(found, "no new foreign key, policy or index", "n/a")
    evidence = f"read from the catalog: foreign keys {len(keys)}, policies {len(policies)}, indexes {len(indexes)}"
    return Outcome(found, evidence)


def _foreign_key(seen: Observed, key: ForeignKey) -> Finding:
    enough = key.enough(seen)[0]
    columns = enough if len(enough) < len(key.columns) else _ordered(seen, key)
    fix = create_index(seen, key.table, columns)
    hint = to_add(seen, key.table, columns, fix)
    if len(columns) < len(key.columns):
        hint += f" {' and '.join(columns)} suffice, for they refer to a whole unique key of {key.parent}."
    elif len(columns) > 1:
        hint += " All of these columns have to come first; that order serves, too, who asks for the first alone."
    return finding(
        "indexes/foreign-key",
        f"The foreign key {key.table} ({', '.join(key.columns)}) has no index.",
        hint=hint,
        fix=fix,
        object=f"{key.table}.{key.columns[0]}" if len(key.columns) == 1 else key.name,
        **at_column(seen, key.table, key.columns[0]),
    )


def _ordered(seen: Observed, key: ForeignKey) -> list[str]:
    """First the columns that no index of the table begins with yet."""
    return sorted(key.columns, key=lambda column: (serves(seen, key.table, [column]), key.columns.index(column)))


def _indexes(seen: Observed) -> Iterator[str]:
    for table in seen.after.tables():
        yield from seen.after.of("index", under=table)


def _filters(seen: Observed, policies: Sequence[Policy], said: set[tuple[str, str]]) -> Iterator[Finding]:
    for policy in policies:
        table = policy.table
        if not policy.using or seen.project.config.is_small(table) or table.startswith(_MANAGED):
            continue
        for column in filtered(policy.using, partial(_worth_it, seen, table, policy.using)):
            if (table, column) in said:
                continue
            said.add((table, column))
            fix = create_index(seen, table, [column])
            line, character = seen.line_of("create policy", policy.name)
            yield finding(
                "indexes/filter",
                f"The policy {policy.name!r} compares {table}.{column}, which no index begins with.",
                hint=to_add(seen, table, [column], fix),
                fix=fix,
                object=f"{table}.{column}",
                line=line,
                column=character,
            )


def _worth_it(seen: Observed, table: str, condition: str, column: str) -> bool | None:
    """None where an index serves it already, False where none would help, True where one is missing."""
    facts = seen.after.columns(table).get(column)
    kind = facts.get("type", "") if facts else "boolean"
    if kind == "boolean" or kind.endswith("[]") or _is_small_set(seen, table, column):
        return False
    if serves(seen, table, [column], condition) or any(listed[:1] == [column] for _, listed in announced(seen, table)):
        return None
    return True


def _is_small_set(seen: Observed, table: str, column: str) -> bool:
    """An enum, or text that a CHECK ties to a list of values."""
    if (table, column) in enum_columns(seen, [table]):
        return True
    return any(
        facts.get("type") == "check" and names(facts.get("columns", "[]")) == [column] and "ANY" in facts["definition"]
        for facts in seen.after.of("constraint", under=table).values()
    )


def _duplicates(seen: Observed, indexes: Sequence[str]) -> Iterator[Finding]:
    for name in indexes:
        facts = seen.after.get("index", name)
        if facts.get("constraint"):
            continue
        table, index = name.split("/", 1)
        for other, its in seen.after.of("index", under=table).items():
            if other == name or shape(its) != shape(facts) or not _is_redundant(seen, name, other):
                continue
            owner = f"the constraint {its['constraint']}" if its.get("constraint") else other.split("/", 1)[1]
            line, column = seen.line_of("index", index)
            yield finding(
                "indexes/duplicate",
                f"The index {index} on {table} repeats that of {owner}.",
                hint="Leave it out.",
                fix=f"drop index if exists {table.rsplit('.', 1)[0]}.{identifier(index)};",
                object=name,
                line=line,
                column=column,
            )
            break


def _is_redundant(seen: Observed, name: str, other: str) -> bool:
    """Of two equal ones that are both new, the one that enforces less, or the second by name."""
    mine, theirs = (seen.after.get("index", index) for index in (name, other))
    if mine.get("unique") == "true" and theirs.get("unique") != "true":
        return False
    if not seen.is_new("index", other) or theirs.get("constraint"):
        return True
    return mine.get("unique") != theirs.get("unique") or name > other
