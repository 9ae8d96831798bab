"""The migration may run twice. It is run a second time on top of itself, and afterwards the catalog and the rows
are compared with those after the first run: nothing may fail and nothing may differ.

A file that has run already runs again more often than one thinks: after a failed deployment, on a database that was
restored from a backup, on a branch where somebody had tried the same change by hand.

## idempotent/error

The second run failed. Nearly always a statement makes something that is there already.

Why: a deployment that stopped half-way cannot be repeated; somebody has to take the file apart by hand, in production.

Fix: the guarded form of each statement.

| bare | guarded |
|---|---|
| `create table t` | `create table if not exists t` |
| `create index i on t` | `create index if not exists i on t` |
| `alter table t add column c` | `alter table t add column if not exists c` |
| `create function f` | `create or replace function f` |
| `create policy p on t` | `drop policy if exists p on t;` before it |
| `create trigger x on t` | `drop trigger if exists x on t;` before it, or `create or replace trigger` |
| `create type`, `add constraint`, `rename` | a `do` block that looks first |
| `drop ...` | `drop ... if exists` |
| `insert` | `on conflict do nothing`, or `where not exists (...)` |

A type or a constraint:

    do $$
    begin
      if to_regtype('public.quest_status') is null then
        create type public.quest_status as enum ('available', 'active', 'completed');
      end if;
    end;
    $$;

Allow: `-- allow: idempotent/error: REASON`.

## idempotent/changed

The second run succeeded and changed something that the first had settled: rows were added or altered again, or an
object came out differently.

Why: points are credited twice, a default row is there twice, a counter has moved on.

Bad:

    insert into public.lessons (title, content_markdown, subject, grade_level)
    values ('Welcome', '# Welcome', 'emotions', 'K');

    update public.lessons set points = points + 5 where subject = 'math';

Good: insert only what is missing, and write updates so that they find nothing the second time.

    insert into public.lessons (title, content_markdown, subject, grade_level)
    select 'Welcome', '# Welcome', 'emotions', 'K'
    where not exists (select from public.lessons where title = 'Welcome');

    update public.lessons set points = 15 where subject = 'math' and points = 10;

Allow: `-- allow: idempotent/changed on TABLE: REASON`, for a table that is meant to take an entry per run.
"""

from collections.abc import Iterable, Iterator

from tools.checks._changes import describe_objects, describe_rows
from tools.checks._guards import guarded
from tools.checks._statements import bare
from tools.checks.applies import describe
from tools.checks.base import Outcome, Rule, finding
from tools.contents import RowChange
from tools.facts import Diff
from tools.observe import Observed
from tools.render.plain import counted
from tools.report import Finding
from tools.run import Failure
from tools.sql import Statement

ID = "idempotent"
PREFIX = "idempotent"
TITLE = "Runs twice safely"
RULES = (Rule("error"), Rule("changed"))

_SAME = Diff(frozenset(), frozenset())


def check(seen: Observed) -> Outcome:
    if seen.again is None:
        return Outcome([], "not run a second time: the migration did not apply", "not-checked")
    if seen.again.failure:
        count = len(seen.again.steps)
        return Outcome([_error(seen, seen.again.failure)], f"second run: stopped after {counted(count, 'statement')}")
    change, kept = seen.again_change, seen.proofs.kept if seen.proofs else None
    facts, rows = change.facts if change else _SAME, list(change.rows if change else ())
    differ = counted(len(facts.added) + len(facts.removed), "fact")
    evidence = f"second run: {differ} and the rows of {counted(len(rows), 'table')} changed"
    if not change:
        evidence = "second run: 0 facts and 0 rows changed"
    findings = list(_changed(seen, facts, rows))
    if seen.proofs and (why := seen.unproved("data-kept")):
        evidence += f"; not on tables that were filled: {why}"
    if kept and kept.again:
        evidence += f"; on {', '.join(sorted(kept.filled))}, filled with rows: "
        if kept.again.failure:
            return Outcome([*findings, _error(seen, kept.again.failure)], f"{evidence}stopped")
        more = [changed for changed in kept.again_rows if changed.table not in {known.table for known in rows}]
        evidence += f"the rows of {counted(len(more), 'table')} changed" if more else "0 rows"
        findings += _changed(seen, _SAME, more)
    return Outcome(findings, evidence)


def _error(seen: Observed, failure: Failure) -> Finding:
    statement = failure.statement
    others = [s for s in _unguarded(seen) if statement is None or s.start > statement.start]
    hint = "Guard the statement so that it does nothing when its work is done already."
    if others:
        lines = ", ".join(str(s.line) for s in others)
        hint += f" Statements further down have no guard either: line{'s' if len(others) > 1 else ''} {lines}."
    return finding(
        "idempotent/error",
        f"The second run failed: {describe(failure)}",
        hint=hint,
        fix=(guarded(statement) if statement else None) or "",
        line=failure.line,
        column=failure.column,
    )


def _unguarded(seen: Observed) -> Iterator[Statement]:
    """Statements that would fail or add rows in a second run, going by their form."""
    dropped: set[str] = set()
    for statement in seen.migration.statements:
        if statement.kind == "DropStmt":
            dropped |= {node.sval for node in statement.walk() if type(node).__name__ == "String"}
        if statement.kind == "CreatePolicyStmt" and statement.node.policy_name in dropped:
            continue
        if statement.kind == "CreateTrigStmt" and (statement.node.replace or statement.node.trigname in dropped):
            continue
        if guarded(statement):
            yield statement


def _changed(seen: Observed, facts: Diff, changes: Iterable[RowChange]) -> Iterator[Finding]:
    for item in describe_objects(facts, seen.after):
        line, column = seen.line_of(*item.words)
        if line is None:
            line, column = seen.line_of(bare(item.relation))
        yield finding(
            "idempotent/changed",
            f"The second run changed {item}.",
            hint="Write the statement so that it finds nothing left to do.",
            object=item.object,
            line=line,
            column=column,
        )
    for rows in changes:
        line, column = seen.line_of(rows.table.rsplit(".", 1)[-1])
        yield finding(
            "idempotent/changed",
            f"The second run changed the rows of {rows.table}: {describe_rows(rows)}.",
            hint="Insert only what is missing: WHERE NOT EXISTS, or ON CONFLICT DO NOTHING where a unique constraint "
            "tells what is the same. Give updates a condition that no longer holds afterwards.",
            object=rows.table,
            line=line,
            column=column,
        )
