"""What the app looks rows up by has an index, and every index earns its keep.

Postgres indexes primary keys and UNIQUE constraints by itself and nothing else: no foreign key, no column of a
policy. Looked at in the catalog after the migration ran, for what the migration itself brings.

## indexes/foreign-key
A new foreign key has no index on its columns.

Why: deleting or re-keying one parent row searches the whole child table for its children, once per row, under a
lock. The foreign key is also what the app joins and filters by.

How to fix: create an index that begins with the foreign key's columns. Further columns may follow, and a primary
key or UNIQUE constraint that begins with them serves as well. A partial index does not, unless all it leaves out
are rows without a parent (`where badge_id is not null`).

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
where `[conventions.names]` in `migration-agent.toml` has a pattern for `index`, nothing but that pattern.

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

import re
from collections.abc import Iterator, Sequence
from functools import partial

from tools.checks._access import changed_policies
from tools.checks._catalog import enum_columns
from tools.checks._house_names import index_values
from tools.checks._policies import filtered
from tools.checks._statements import at_column, bare, identifier, pieces, relation
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

_LONGEST = 63
"""Bytes of an identifier."""
_MANAGED = ("auth.", "storage.", "realtime.")
"""Schemas of Supabase's services, on whose tables a project may not build indexes."""
_HABIT = r"""
select count(*) filter (where c.relname like '%%\_idx') > count(*) filter (where c.relname like 'idx\_%%')
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
where pg_catalog.pg_get_userbyid(c.relowner) = 'postgres' and c.relname <> all (%s)
  and not exists (select from pg_catalog.pg_constraint where conindid = c.oid)
"""


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "the migration did not apply", "not-checked")
    keys = list(_new_keys(seen))
    policies = changed_policies(seen)
    indexes = [name for name in _indexes(seen) if seen.is_new("index", name)]
    unserved = list(_unserved_keys(seen, keys))
    said = {(table, columns[0]) for table, columns, _ in unserved}
    found = [
        *(_foreign_key(seen, table, columns, name) for table, columns, name in unserved),
        *_filters(seen, policies, said),
        *_names(seen, indexes),
        *_duplicates(seen, indexes),
    ]
    if not keys and not policies and not indexes:
        return Outcome(found, "no new foreign key, policy or index", "n/a")
    evidence = f"read from the catalog: foreign keys {len(keys)}, policies {len(policies)}, indexes {len(indexes)}"
    return Outcome(found, evidence)


def _new_keys(seen: Observed) -> Iterator[tuple[str, list[str], str]]:
    """(table, columns, constraint) of new foreign keys; a partition's are its parent's matter."""
    for table in seen.after.tables():
        before = {facts.get("definition") for facts in seen.before.of("constraint", under=table).values()}
        for name, facts in seen.after.of("constraint", under=table).items():
            if facts.get("type") != "foreign key" or facts.get("inherited") or facts.get("definition") in before:
                continue
            yield table, names(facts.get("columns", "[]")), name


def _unserved_keys(seen: Observed, keys: Sequence[tuple[str, list[str], str]]) -> Iterator[tuple[str, list[str], str]]:
    for table, columns, name in keys:
        if serves(seen, table, columns):
            continue
        if not any(set(listed[: len(columns)]) == set(columns) for listed in _announced(seen, table)):
            yield table, columns, name


def serves(seen: Observed, table: str, columns: Sequence[str], condition: str = "") -> bool:
    """Some index of the table begins with the columns, in any order.

    A partial one counts where it leaves out rows without a value only, or where its predicate is part of `condition`.
    """
    for facts in seen.after.of("index", under=table).values():
        if facts.get("valid") != "true" or facts.get("method") not in ("btree", "hash"):
            continue
        if set(names(facts.get("columns", "[]"))[: len(columns)]) != set(columns):
            continue
        predicate = facts.get("predicate")
        without_null = {f"({identifier(column)} IS NOT NULL)" for column in columns}
        if predicate is None or predicate in without_null or predicate.strip("()") in (condition or "\0"):
            return True
    return False


def _announced(seen: Observed, table: str) -> Iterator[list[str]]:
    """Columns of the indexes that the files after this one build on the table."""
    for migration in seen.following:
        for piece in pieces(migration) if bare(table) in migration.text else ():
            node = piece.node
            if piece.kind == "IndexStmt" and relation(node.relation) == table and not node.HasField("where_clause"):
                yield [part.index_elem.name for part in node.index_params]


def _foreign_key(seen: Observed, table: str, columns: list[str], name: str) -> Finding:
    fix = create_index(seen, table, columns)
    return finding(
        "indexes/foreign-key",
        f"The foreign key {table} ({', '.join(columns)}) has no index.",
        hint=f"Add `{fix}`" + (" in the file after this one." if "concurrently" in fix else ""),
        fix=fix,
        object=f"{table}.{columns[0]}" if len(columns) == 1 else name,
        **at_column(seen, table, columns[0]),
    )


def create_index(seen: Observed, table: str, columns: Sequence[str]) -> str:
    """SQL for a plain index; without blocking writes where the table is in use and not known to be small."""
    how = "" if table in seen.new_tables or seen.project.config.is_small(table) else "concurrently "
    named = _shortened("_".join(["idx", bare(table), *columns]))
    if house := seen.project.config.conventions.names.pattern("index"):
        values = {"table": bare(table), "columns": "_".join(columns), "kind": "btree"}
        named = named if house.allows(named, values) else house.proposal(named, values) or named
    return f"create index {how}if not exists {identifier(named)} on {table} ({', '.join(map(identifier, columns))});"


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
                hint=f"Add `{fix}`" + (" in the file after this one." if "concurrently" in fix else ""),
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
    if serves(seen, table, [column], condition) or any(listed[:1] == [column] for listed in _announced(seen, table)):
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


def _names(seen: Observed, indexes: Sequence[str]) -> Iterator[Finding]:
    house = seen.project.config.conventions.names.pattern("index")
    at_the_end = bool(indexes) and house is None and _idx_ends_names(seen, indexes)
    for name in indexes:
        facts = seen.after.get("index", name)
        table, index = name.split("/", 1)
        if facts.get("constraint") or "partition bound" in seen.after.get("table", table):
            continue
        line, column = seen.line_of("index", index)
        details = {"object": name, "line": line, "column": column}
        if house is not None:
            if not house.allows(index, values := index_values(table, facts)):
                better = house.proposal(index, values)
                yield finding(
                    "indexes/name",
                    f"The name of the index {index} on {table} does not match `{house.text}`.",
                    hint=f"Call it {better}." if better else f"Choose a name that matches `{house.text}`.",
                    fix=_named_otherwise(seen, table, better, facts) if better else "",
                    **details,
                )
            continue
        columns = [column for column in names(facts.get("columns", "[]")) if column]
        words = _words(index.removeprefix("idx_").removesuffix("_idx"))
        known = _words(bare(table)).union(*map(_words, columns), _words(facts.get("definition", "").split(" ON ")[-1]))
        if re.fullmatch("[a-z0-9_]+_idx" if at_the_end else "idx_[a-z0-9_]+", index) and words & known:
            continue
        method = [] if facts.get("method") == "btree" else [facts.get("method", "")]
        parts = [bare(table), *columns, *method]
        better = _shortened("_".join(parts), 4) + "_idx" if at_the_end else _shortened("_".join(["idx", *parts]))
        yield finding(
            "indexes/name",
            f"The index {index} on {table} is not named {'TABLE_COLUMNS_idx' if at_the_end else 'idx_TABLE_COLUMNS'}.",
            hint=f"Call it {better}.",
            fix=_named_otherwise(seen, table, better, facts),
            **details,
        )


def _named_otherwise(seen: Observed, table: str, name: str, facts: dict[str, str]) -> str:
    how = "" if table in seen.new_tables or seen.project.config.is_small(table) else "CONCURRENTLY "
    return f"CREATE {_kind(facts)} {how}IF NOT EXISTS {identifier(name)} ON {_shape(facts)};"


def _idx_ends_names(seen: Observed, new: Sequence[str]) -> bool:
    """The project's older indexes are mostly called TABLE_COLUMNS_idx."""
    with seen.live.savepoint() as conn:
        row = conn.execute(_HABIT, [[name.partition("/")[2] for name in new]]).fetchone()
    return row is not None and row[0] is True


def _words(text: str) -> set[str]:
    """Words of a name in the singular, roughly."""
    return {word.removesuffix("s") for word in re.split(r"[^a-z0-9]+", text.lower()) if word}


def _shortened(name: str, room: int = 0) -> str:
    """As an identifier, with `room` left for more."""
    plain = re.sub(r"[^a-z0-9_]+", "_", name.lower())
    return plain[: _LONGEST - room].rstrip("_")


def _duplicates(seen: Observed, indexes: Sequence[str]) -> Iterator[Finding]:
    for name in indexes:
        facts = seen.after.get("index", name)
        if facts.get("constraint"):
            continue
        table, index = name.split("/", 1)
        for other, its in seen.after.of("index", under=table).items():
            if other == name or _shape(its) != _shape(facts) or not _is_redundant(seen, name, other):
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


def _kind(facts: dict[str, str]) -> str:
    return "UNIQUE INDEX" if facts.get("unique") == "true" else "INDEX"


def _shape(facts: dict[str, str]) -> str:
    """The definition from the table on: method, columns with their order and operator class, condition."""
    return facts["definition"].split(" ON ", 1)[1].removeprefix("ONLY ")


def _is_redundant(seen: Observed, name: str, other: str) -> bool:
    """Of two equal ones that are both new, the one that enforces less, or the second by name."""
    mine, theirs = (seen.after.get("index", index) for index in (name, other))
    if mine.get("unique") == "true" and theirs.get("unique") != "true":
        return False
    if not seen.is_new("index", other) or theirs.get("constraint"):
        return True
    return mine.get("unique") != theirs.get("unique") or name > other
