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
from dataclasses import dataclass

import psycopg

from tools.checks._sources import Sources
from tools.checks._statements import bare, identifier
from tools.checks.base import Outcome, Rule, finding
from tools.facts import relation
from tools.observe import Observed
from tools.postgres.server import Connection
from tools.report import Finding
from tools.rows import CannotFill, Filler, Schema

ID = "updated-at"
PREFIX = "updated-at"
TITLE = "updated_at moves by itself"
RULES = (Rule("missing"), Rule("broken"))

COLUMN = "updated_at"
_STAMPS = re.compile(rf'\bnew\s*\.\s*"?{COLUMN}\b', re.IGNORECASE)

_LONG_AGO = "2001-01-01 00:00:00"
_CHANGES: tuple[tuple[str, str], ...] = (
    (r"^boolean", "not coalesce({0}, false)"),
    (r"^(smallint|integer|bigint|numeric|real|double)", "coalesce({0}, 0) + 1"),
    (r"^(text|character varying$)", "coalesce({0}, '') || 'x'"),
    (r"^timestamp|^date", "coalesce({0}, now()) + interval '1 day'"),
    (r"^jsonb", "coalesce({0}, '{{}}') || '{{\"changed\": true}}'"),
    (r"^uuid", "gen_random_uuid()"),
    (r"\[\]$", "'{{}}'"),
)
"""How to change a value of a type; the first that a table's constraints let through will do."""

_USERS = """
select distinct t.tgrelid::regclass::text from pg_catalog.pg_trigger t
where t.tgfoid = %s::regprocedure and not t.tgisinternal and t.tgtype & 2 <> 0 and t.tgtype & 16 <> 0 -- BEFORE UPDATE
"""


@dataclass(frozen=True)
class Trial:
    """What became of the stamp when a row was updated."""

    moved: bool | None
    """None where that could not be seen."""
    reason: str = ""
    failed: bool = False
    """The trigger itself is wrong: Postgres refuses the update for it."""


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
    evidence = (
        f"observed: updated a row in {len(tables) - len(unseen)} of {len(tables)} tables, {COLUMN} moved in {moved}"
    )
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


def _try(seen: Observed, table: str) -> Trial:
    """Sets a row's stamp back, updates the row, and looks."""
    try:
        with seen.live.savepoint() as conn:
            where = _any_row(conn, table)
            if not where:
                Filler(conn, Schema.read(conn, [table])).row(table)
                where = _any_row(conn, table)
            conn.execute("set local session_replication_role = replica")
            back = conn.execute(
                f"update {table} set {COLUMN} = '{_LONG_AGO}' where {where} "
                "returning tableoid::bigint, ctid::text".encode()
            ).fetchone()
            conn.execute("set local session_replication_role = origin")
            assert back is not None
            return _update(seen, table, f"tableoid = {back[0]} and ctid = '{back[1]}'")
    except CannotFill as error:
        return Trial(None, f"no row could be made: {error.reason}")
    except psycopg.Error as error:
        if not seen.live.alive:
            raise
        return Trial(None, f"its rows cannot be changed: {error.diag.message_primary}")


def _any_row(conn: Connection, table: str) -> str:
    """A condition that one row meets; empty where there is none."""
    row = conn.execute(f"select tableoid::bigint, ctid::text from {table} limit 1".encode()).fetchone()
    return f"tableoid = {row[0]} and ctid = '{row[1]}'" if row else ""


def _update(seen: Observed, table: str, where: str) -> Trial:
    """Nothing but a touch first, then real changes, since a trigger may have a condition."""
    trial = Trial(None, "no update got through")
    for assignment in _assignments(seen, table):
        try:
            with seen.live.savepoint() as conn:
                row = conn.execute(
                    f"update {table} set {assignment} where {where} returning {COLUMN} > '{_LONG_AGO}'".encode()
                ).fetchone()
        except psycopg.Error as error:
            if not seen.live.alive:
                raise
            wrong = (error.sqlstate or "").startswith(("42", "39")) or error.sqlstate == "2F005"
            if trial.moved is None:
                trial = Trial(False if wrong else None, str(error.diag.message_primary), failed=wrong)
            continue
        if row is not None and row[0]:
            return Trial(True)
        trial = Trial(False)
    return trial


def _assignments(seen: Observed, table: str) -> Iterator[str]:
    columns = seen.after.columns(table) or _columns(seen, table)
    others = {c: f["type"] for c, f in columns.items() if c != COLUMN and not (f.get("generated") or f.get("identity"))}
    for column in list(others)[:1]:
        yield f"{identifier(column)} = {identifier(column)}"
    for column, kind in others.items():
        for pattern, change in _CHANGES:
            if re.search(pattern, kind):
                yield f"{identifier(column)} = {change.format(identifier(column))}"
                break


def _columns(seen: Observed, table: str) -> dict[str, dict[str, str]]:
    """Columns of a table that is not in play, with their types."""
    with seen.live.savepoint() as conn:
        rows = conn.execute(
            "select attname::text, format_type(atttypid, atttypmod) from pg_catalog.pg_attribute "
            "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped and attgenerated = '' "
            "and attidentity = '' order by attnum",
            [table],
        ).fetchall()
    return {str(name): {"type": str(kind)} for name, kind in rows}


def _judge(seen: Observed, table: str, trial: Trial) -> Iterator[Finding]:
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
