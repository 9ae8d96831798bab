"""The change does no harm to a table that is in use: no long lock, no rewrite, no full read under a lock, no loss.

Supabase runs a migration file in one transaction, and a lock is held until that transaction ends. So what counts
is not only what a statement does but what was locked before it. Each statement is run on the throwaway database,
with rows in each table that it alters or writes to, and watched: the locks that it takes (pg_locks), tables whose
file is written anew (relfilenode), rows that it reads and writes (pg_stat_xact_user_tables). At the end, while all
locks are held, another session tries to read and to write. Where a table has no rows there, which hides a scan, the
text is judged by the rules of squawk and Postgres's documentation instead.

Size decides. A table below `small_rows` in migration-agent.toml may be locked or read for a moment; one that is
not listed under `[tables.rows]` counts as large; one that the migration itself creates is nobody's lock. Taking
ACCESS EXCLUSIVE for an instant (a new column, a constraint NOT VALID, a policy) is fine on any table.

## safe-change/lock
Writes to a large table have to wait for as long as the statement works: an index built without CONCURRENTLY, a
UNIQUE or PRIMARY KEY constraint that builds its own index, an explicit LOCK TABLE, REINDEX, VACUUM FULL.

Why: building an index on millions of rows takes minutes. Every insert waits that long, then the connections run
out, and the app is down for those who only read as well.

How to fix: build the index CONCURRENTLY. That cannot run in a transaction, so it has to be alone in its file
(beside other statements it is reported as well):

    create index concurrently if not exists idx_user_progress_score on public.user_progress (score);

and a constraint, in the file after it, takes a finished index over:

    alter table public.user_progress
      add constraint user_progress_child_lesson_key unique using index idx_user_progress_child_id_lesson_id;

To allow it:

    -- allow: safe-change/lock on public.user_progress: deployed in the maintenance window

## safe-change/rewrite
A statement writes every row of a large table anew and keeps readers and writers out meanwhile.

Why: a changed type (integer to bigint), a default that differs from row to row (gen_random_uuid(),
clock_timestamp()) or a stored generated column leave no row as it was. A constant default, now() included, costs
nothing, and neither does widening varchar(20) to varchar(50) or to text.

How to fix: add the new column without a default, set the default for rows to come, fill the old rows in batches in
a later file, and then let the new column take the old one's place:

    alter table public.user_progress add column if not exists share_key uuid;
    alter table public.user_progress alter column share_key set default gen_random_uuid();

To allow it:

    -- allow: safe-change/rewrite on public.user_progress: deployed in the maintenance window

## safe-change/scan
All rows of a large table are read under a lock that stops writes: a CHECK or foreign key that is validated at
once, SET NOT NULL, or a VALIDATE CONSTRAINT in a transaction that has locked the table before.

Why: the reading takes as long as the table is big, and writes wait for it.

In a DO block the order counts: what it reads before its first statement that locks is fine.

How to fix: add the constraint NOT VALID in one file, which binds new rows from then on, and validate it in the
next, where the reading stops nobody:

    alter table public.user_progress add constraint user_progress_score_check check (score <= 100) not valid;
    -- in the file after it
    alter table public.user_progress validate constraint user_progress_score_check;

SET NOT NULL reads nothing when a validated CHECK (column is not null) is there; the CHECK can go afterwards.

To allow it:

    -- allow: safe-change/scan on public.user_progress: deployed in the maintenance window

## safe-change/type
A new column has a type that is there for history's sake: char(n), json, money, time with time zone, serial.

Why: char(n) pads with blanks; json keeps the text and cannot be indexed; money depends on a server setting; a time
with a zone but without a date means nothing in summer; serial hides a sequence with rights and an owner of its own.

How to fix: text with a CHECK of its length, jsonb, numeric(12, 2), time or timestamptz, `generated always as
identity`.

    country_code text not null check (char_length(country_code) = 2),

To allow it:

    -- allow: safe-change/type on public.webhooks.payload: the signature is over the exact text, so json

## safe-change/unbatched
Many rows change at once: one UPDATE, DELETE or MERGE over a large table; or data is moved while the same file has
altered a table, so that nobody can read or write that one until all rows are done.

Why: each changed row stays locked, and the old version of it on disk, until the transaction ends. An UPDATE of
four million rows takes minutes; whoever wants to save one of them waits.

How to fix: change some thousand rows at a time, in a loop that picks those not done yet, with a pause in between, in
a file of its own:

    do $$
    declare
      changed integer;
    begin
      loop
        update public.user_progress
        set score = 0
        where id in (select id from public.user_progress where score is null limit 5000 for update skip locked);
        get diagnostics changed = row_count;
        exit when changed = 0;
        perform pg_sleep(0.1);
      end loop;
    end;
    $$;

What bounds a batch is read from the loop: a query with a LIMIT that asks for rows not done yet, or begins after the
last key, as `in (select ...)` or joined by key; `= any (ids)` of an array that such a query filled; both ends of a
range (`id > last_id and id <= next_id`); the rows of a FOR loop. One that picks the same rows in each round is none.

Rows picked by a unique key are few, and `insert ... select` locks nothing that is there already: both are fine. So is a
change of reference data: a table whose rows come with the project's migrations, and into which neither users of the API
nor functions insert.

To allow it:

    -- allow: safe-change/unbatched on public.user_progress: some hundred rows match, counted on 2026-11-20

## safe-change/enum
A value is added to an enum in a file that does other things too.

Why: the new value cannot be used before the transaction that adds it has ended, so a default, a CHECK or an
UPDATE that names it fails; and a value cannot be taken out of an enum again, which makes the whole file one that
cannot be rolled back.

How to fix: put ALTER TYPE ... ADD VALUE into a file of its own, before the one that uses the value.

    alter type public.emotion_type add value if not exists 'hopeful' after 'excited';

To allow it:

    -- allow: safe-change/enum: the rest only adds comments to other tables

## safe-change/destructive
Data is thrown away, or a name that running clients use goes: DROP TABLE or COLUMN, DROP SCHEMA, TRUNCATE, DELETE
without a condition, a narrower type, a renamed table, column or enum value.

Why: a rollback brings back the column and not what was in it. And while a release rolls out, yesterday's clients
still ask for the old name.

How to fix: expand first, contract later. Add the new column or table, write to both, move the readers, and drop the
old one in a release of its own, when nothing reads it. For a narrower type, map the values in steps:

    alter table public.lessons add column if not exists grade smallint;

Dropping what the migration itself made, and policies, triggers, functions, views, indexes or constraints, loses no
data and is not meant here; nor is a column whose place another one takes by a rename in the same file.

To allow it, where the request says so plainly:

    -- allow: safe-change/destructive on public.lessons.legacy_notes: asked for; unused since the spring release
"""

import re
from collections.abc import Iterator
from functools import partial

from tools.checks._batches import unbatched
from tools.checks._cost import costs
from tools.checks._destructive import destroys
from tools.checks._neighbours import other
from tools.checks._scene import Scene, altered
from tools.checks._statements import Piece, at_column, identifier
from tools.checks.base import Outcome, Rule, finding
from tools.observe import Observed
from tools.proofs.kept import Kept
from tools.render.plain import counted
from tools.report import Finding

ID = "safe-change"
PREFIX = "safe-change"
TITLE = "Live tables are not blocked, and nothing is lost"
RULES = (
    Rule("lock"),
    Rule("rewrite"),
    Rule("scan"),
    Rule("type", "warning"),
    Rule("unbatched"),
    Rule("enum", "warning"),
    Rule("destructive"),
)

_BETTER = (
    (re.compile(r"^character(\(\d+\))?$"), "text with a CHECK of its length"),
    (re.compile(r"^json$"), "jsonb"),
    (re.compile(r"^money$"), "numeric(12, 2)"),
    (re.compile(r"^time(\(\d\))? with time zone$"), "time, or timestamptz where a moment is meant"),
)
"""Types as Postgres prints them, and what to write instead."""


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "the migration did not apply", "not-checked")
    scene = Scene(seen)
    found = [*costs(scene), *_types(seen), *unbatched(scene), *_enums(scene), *destroys(scene)]
    return Outcome(found, _evidence(scene))


def _evidence(scene: Scene) -> str:
    evidence = f"watched for locks, rewrites and rows: {counted(len(scene.steps), 'statement')}"
    changed = {(piece.step, table) for piece in scene.pieces if (table := altered(piece)) and scene.is_large(table)}
    blind = {table for step, table in changed if not (scene.watched(step, table) and scene.has_rows(table))}
    if blind:
        evidence += f"; judged by the text, for want of rows to watch: {', '.join(sorted(blind))}"
    if scene.kept:
        evidence += f"; {waits}" if (waits := _waits(scene.kept)) else ""
    elif scene.seen.proofs and (why := scene.seen.unproved("data-kept")):
        evidence += f"; not on tables that were filled: {why}"
    if scene.unreadable:
        evidence += f"; built at run time, so judged by their effect alone: {scene.unreadable}"
    return evidence


def _waits(kept: Kept) -> str:
    """What another session got to do."""
    tried = kept.waiting.items()
    told = [
        ("reads and writes", [table for table, waiting in tried if waiting.reads]),
        ("writes", [table for table, waiting in tried if waiting.writes and not waiting.reads]),
        ("changes of rows", [table for table, waiting in tried if waiting.rows]),
    ]
    words = [f"{what} of {', '.join(sorted(tables))} had to wait" for what, tables in told if tables]
    if not words:
        return f"another session read and wrote {', '.join(sorted(kept.waiting))} meanwhile" if kept.waiting else ""
    return f"before it committed, another session's {', '.join(words)}"


def _types(seen: Observed) -> Iterator[Finding]:
    for table in seen.after.tables():
        before = seen.before.columns(table)
        for name, facts in seen.after.columns(table).items():
            kind = facts.get("type", "")
            if name in before and before[name].get("type") == kind:
                continue
            better = next((instead for pattern, instead in _BETTER if pattern.match(kind)), None)
            if not better and facts.get("default", "").startswith("nextval("):
                kind, better = "serial", "integer generated always as identity"
            if better is None:
                continue
            yield finding(
                "safe-change/type",
                f"{table}.{name} is {kind}.",
                hint=f"Write {identifier(name)} {better}.",
                object=f"{table}.{name}",
                **at_column(seen, table, name),
            )


def _adds(value: str, piece: Piece) -> bool:
    return piece.kind == "AlterEnumStmt" and piece.node.new_val == value


def _enums(scene: Scene) -> Iterator[Finding]:
    """ADD VALUE in company; comments may go with it."""
    alone = {"AlterEnumStmt", "CommentStmt", "TransactionStmt", "VariableSetStmt", "DoStmt"}
    added = [p for p in scene.pieces if p.kind == "AlterEnumStmt" and p.node.new_val and not p.node.old_val]
    others = [p for p in scene.pieces if p.kind not in alone]
    if not others:
        return
    for piece in added:
        name = ".".join(identifier(part.string.sval) for part in piece.node.type_name)
        file = other(scene.seen, partial(_adds, piece.node.new_val))
        yield finding(
            "safe-change/enum",
            f"{piece.node.new_val!r} is added to the enum {name} together with other changes.",
            hint=f"Leave it out: {file} adds it."
            if file
            else "Put it into a file of its own, before the one that uses it.",
            fix="" if file else f"{piece.statement.text};",
            object=name,
            **piece.at,
        )
