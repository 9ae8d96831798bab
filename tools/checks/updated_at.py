"""A column called `updated_at` tells when the row was last changed, whoever changed it. It is tried: a row's stamp is
set back, the row is updated, and the stamp has to move by itself.

## updated-at/missing

A new table (or a new column) has `updated_at`, and no BEFORE UPDATE trigger sets it; or the migration drops the
trigger that did.

Why: the default fills the column once, at INSERT. Without a trigger it then shows the time of creation for ever, and
caches, synchronization and support tickets rely on it.

Fix: one line for the project's own trigger function.

    create or replace trigger update_quests_updated_at
      before update on public.quests
      for each row
      execute function public.update_updated_at_column();

A table whose rows are never changed after they are written needs no `updated_at` at all.

Allow: `-- allow: updated-at/missing on public.imports: copied from the source system`.

## updated-at/broken

There is a trigger, but after an update `updated_at` is what it was before, or the trigger fails.

Why: as above, and it looks as if it worked.

Bad: an AFTER trigger's changes are thrown away, and so are those of a function that returns OLD.

    create trigger touch after update on public.quests
      for each row execute function public.update_updated_at_column();

Good: BEFORE UPDATE, FOR EACH ROW, and a function that returns NEW:

    create or replace function public.update_updated_at_column() returns trigger
    language plpgsql set search_path = ''
    as $$ begin new.updated_at = now(); return new; end; $$;

Allow: `-- allow: updated-at/broken on public.imports: REASON`.
"""

import re
from collections.abc import Iterator

import psycopg

from tools.checks._sources import Sources
from tools.checks._statements import bare, identifier
from tools.checks.base import Outcome, Rule, finding
from tools.facts import relation
from tools.observe import Observed
from tools.proofs.stamps import COLUMN, Stamp, update
from tools.render.plain import counted
from tools.report import Finding
from tools.rows.filler import CannotFill, Filler, Schema
from tools.rows.write import select

ID = "updated-at"
PREFIX = "updated-at"
TITLE = "updated_at moves by itself"
RULES = (Rule("missing"), Rule("broken"))

_STAMPS = re.compile(rf'\bnew\s*\.\s*"?{COLUMN}\b', re.IGNORECASE)

_USERS = """
select distinct t.tgrelid::regclass::text from pg_catalog.pg_trigger t
where t.tgfoid = %s::regprocedure and not t.tgisinternal and t.tgtype & 2 <> 0 and t.tgtype & 16 <> 0 -- BEFORE UPDATE
"""


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "not tried: the migration did not apply", "not-checked")
    tables = _tables(seen)
    if not tables:
        return Outcome([], "no new updated_at column, and no trigger for one changed", "n/a")
    findings: list[Finding] = []
    moved, unseen = 0, []
    for table in tables:
        trial = _try(seen, table)
        moved += trial.moved is True
        if trial.moved is None:
            unseen.append(f"{table} ({trial.reason})")
        findings += _judge(seen, table, trial)
    seen_in = f"{len(tables) - len(unseen)} of {counted(len(tables), 'table')}"
    evidence = f"observed: updated a row in {seen_in}, {COLUMN} moved in {moved}"
    if unseen:
        return Outcome(findings, f"{evidence}; not observed, only read: {', '.join(unseen)}")
    return Outcome(findings, evidence)


def _tables(seen: Observed) -> list[str]:
    """Tables with a new `updated_at`, and old ones whose trigger for it, or its function, the migration changes."""
    added = {relation(f.object) for f in seen.news.added if f.kind == "column" and f.object.endswith(f".{COLUMN}")}
    new = {t for t in added if not seen.before.get("column", f"{t}.{COLUMN}")}
    changed = {
        relation(f.object)
        for f in seen.news.removed
        if f.kind == "trigger" and f.attribute == "definition" and re.search(r" BEFORE .*UPDATE", f.value)
        if _stamped(seen, seen.before.get("trigger", f.object).get("function", ""))
    }
    for function in {f.object for f in seen.diff.removed if f.kind == "function" and f.attribute == "body"}:
        if _stamped(seen, function) and seen.after.get("function", function):
            with seen.live.savepoint() as conn:
                conn.execute("set local search_path = ''")
                changed |= {str(row[0]) for row in conn.execute(_USERS, [function]).fetchall()}
    return sorted(t for t in new | changed if _is_stamped(seen, t))


def _stamped(seen: Observed, function: str) -> bool:
    """Before the migration the function set the column; what it was then, only the files that made it tell."""
    if "moddatetime" in function or _STAMPS.search(Sources.read(seen).bodies.get(function, "")):
        return True
    name = bare(function.partition("(")[0])
    return any(
        statement.kind == "CreateFunctionStmt" and name in statement.text and _STAMPS.search(statement.text)
        for m in seen.project.migrations
        if m.file_name != seen.migration.file_name and name in m.text and not m.syntax_error
        for statement in m.statements
    )


def _is_stamped(seen: Observed, table: str) -> bool:
    """An ordinary or partitioned table whose `updated_at` is a point in time."""
    facts = seen.after.get("table", table)
    if facts:
        column = seen.after.columns(table).get(COLUMN, {})
        stamped = column.get("type", "").startswith(("timestamp", "date")) and "generated" not in column
        return stamped and facts["kind"] != "foreign table" and "partition bound" not in facts
    with seen.live.savepoint() as conn:  # a table that is not in play: only its trigger's function changed
        row = conn.execute(
            "select from pg_catalog.pg_attribute join pg_catalog.pg_class c on c.oid = attrelid "
            "where c.oid = to_regclass(%s) and c.relkind in ('r', 'p') and attname = %s "
            "and not attisdropped and atttypid::regtype::text like 'timestamp%%'",
            [table, COLUMN],
        ).fetchone()
    return row is not None


def _try(seen: Observed, table: str) -> Stamp:
    """As it was proved; else, of an old table, on a row of its own."""
    if seen.proofs and table in seen.proofs.stamps:
        return seen.proofs.stamps[table]
    try:
        with seen.live.savepoint() as conn:
            schema = Schema.read(conn, [table], seen.migration.samples)
            shape = schema.tables[table]
            row = select(conn, shape, {}) or Filler(conn, schema).row(table)
            return update(conn, {table: (shape, row)})[table]
    except CannotFill as error:
        return Stamp(None, f"no row could be made: {error.reason}")
    except psycopg.Error as error:
        if not seen.live.alive:
            raise
        return Stamp(None, f"its rows cannot be changed: {error.diag.message_primary}")


def _judge(seen: Observed, table: str, trial: Stamp) -> Iterator[Finding]:
    if trial.moved:
        return
    triggers = {
        name: facts["function"]
        for name, facts in seen.after.of("trigger", under=table).items()
        if re.search(r" UPDATE", facts["definition"]) and facts["enabled"] != "disabled"
    }
    sources = Sources.read(seen)
    stamping = {n for n, f in triggers.items() if _STAMPS.search(sources.bodies.get(f, "")) or "moddatetime" in f}
    if trial.moved is None and stamping:
        return
    name = next(iter(sorted(stamping)), "")
    if trial.failed or stamping or not seen.after.get("table", table):
        line, column = seen.line_of("trigger", bare(table))
        if line is None:
            line, column = seen.line_of("function")
        what = f"fails: {trial.reason}" if trial.failed else f"leaves {COLUMN} as it was"
        through = f' (trigger "{name.partition("/")[2]}")' if name else ""
        yield finding(
            "updated-at/broken",
            f"Updating a row of {table} {what}{through}.",
            hint="It takes a BEFORE UPDATE ... FOR EACH ROW trigger whose function sets new.updated_at = now() and "
            "returns new.",
            fix=_trigger(sources, table),
            object=table,
            line=line,
            column=column,
        )
        return
    line, column = seen.line_of(COLUMN, bare(table))
    yield finding(
        "updated-at/missing",
        f"{table} has {COLUMN}, but no trigger sets it when a row is updated.",
        hint="Add a BEFORE UPDATE trigger, with the function that the other tables use.",
        fix=_trigger(sources, table),
        object=table,
        line=line,
        column=column,
    )


def _trigger(sources: Sources, table: str) -> str:
    """The missing trigger, with the function of the project that does this already."""
    found = sources.matching(rf"new\s*\.\s*{COLUMN}\s*:?=")
    # the one for all tables has the shortest name
    function = min(found, key=lambda name: (len(name), name), default="public.update_updated_at_column")
    name = identifier(f"update_{bare(table)}_{COLUMN}")
    return (
        f"create or replace trigger {name}\n  before update on {table}\n  for each row\n"
        f"  execute function {function}();"
    )
