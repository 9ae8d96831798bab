"""Every migration ends with a commented block that undoes it. The block is run: afterwards the catalog and the rows
are compared with those before the migration, and then the migration is run once more on top.

    -- To reverse this migration, run:
    --
    -- drop index if exists public.idx_lessons_is_premium;
    -- alter table public.lessons drop column if exists is_premium;

Any usual heading is understood ("To reverse", "Rollback", "Down", "Undo"), with banners and lines of prose between
the statements. A step that cannot be undone says so, and why:

    -- Irreversible: the old grade names are gone once the column is dropped

## reversible/missing

There is no such block, or nothing in it can be run and no line says why.

Why: it is needed on the worst day, by somebody in a hurry, and the author who knew how is not there.

Fix: write the reverse of each statement, last one first. Every CREATE becomes a DROP ... IF EXISTS; a changed
function, policy or comment is put back as it was; a dropped column cannot come back with its values, so it says
`-- Irreversible: ...`.

Allow: `-- allow: reversible/missing: REASON`.

## reversible/error

A statement of the rollback failed.

Why: a rollback that stops half-way is worse than none.

Bad: the type is dropped while a column still has it.

    -- drop type public.quest_status;
    -- drop table public.quests;

Good: the reverse order, and IF EXISTS so that it can be repeated.

    -- drop table if exists public.quests;
    -- drop type if exists public.quest_status;

Allow: `-- allow: reversible/error: REASON`.

## reversible/leftover

After the rollback something is not as it was before: an object is still there or is missing, differs, or rows do.

Why: the next attempt starts from a state that no file describes. A forgotten function or policy stays for years.

Fix: the finding names what is left and writes the statement that takes it back, where it can be written. What was
replaced (a function, a policy, a comment, a default) has to be put back in its old form, not only dropped. Rows that
were added are deleted by what makes them recognizable; rows that were overwritten cannot come back, so the block says
`-- Irreversible: ...`. With such a line, differences are listed in the evidence and are no finding.

Allow: `-- allow: reversible/leftover on OBJECT: REASON`.

## reversible/reapply

After the rollback the migration does not run again, or it leads to something else than the first time.

Why: rolling back, correcting and applying again is the usual way out of a bad deployment.

Fix: usually the rollback removes too much (an object that the migration only changes), or a guard
(`if not exists`) finds a leftover and skips the work. Make both halves meet at the state before the migration.

Allow: `-- allow: reversible/reapply: REASON`.
"""

from collections.abc import Iterator

from tools.checks._changes import describe_objects, describe_rows, undo
from tools.checks._losses import losses
from tools.checks.applies import describe
from tools.checks.base import Outcome, Rule, finding
from tools.migration import Rollback
from tools.observe import Change, Observed
from tools.render.plain import counted
from tools.report import Finding

ID = "reversible"
PREFIX = "reversible"
TITLE = "The rollback undoes it"
RULES = (Rule("missing"), Rule("error"), Rule("leftover"), Rule("reapply"))


def check(seen: Observed) -> Outcome:
    rollback = seen.migration.rollback
    if rollback is None or not (rollback.sql or rollback.irreversible):
        return Outcome([_missing(seen, rollback)], "no rollback block to run")
    if not seen.applied.ok:
        return Outcome([], "rollback not run: the migration did not apply", "not-checked")
    reasons = "; ".join(why or "no reason given" for _, why in rollback.irreversible)
    if not rollback.sql or seen.undone is None:
        return Outcome(list(_without_reason(rollback)), f"nothing to run; irreversible: {reasons}", "n/a")
    if seen.undone.failure:
        return Outcome([_error(seen)], f"rollback: stopped after {counted(len(seen.undone.steps), 'statement')}")
    left = seen.undone_change
    findings = [*_without_reason(rollback), *_reapply(seen)]
    steps = f"rollback: {counted(len(seen.undone.steps), 'statement')}"
    if left and rollback.irreversible:
        return Outcome(findings, f"{steps}; irreversible: {reasons}; differs from before: {_listed(seen, left)}")
    if left:
        findings = [*_leftovers(seen, left), *findings]
    if not rollback.irreversible:
        findings += _other_values(seen, left)
    differs = counted(len(left.facts.added) + len(left.facts.removed), "fact") if left else "0 facts, 0 rows"
    again = "" if seen.redone is None else "; run again: " + ("stopped" if seen.redone.failure else "compared")
    note = f"; irreversible: {reasons}" if reasons else ""
    return Outcome(findings, f"{steps}, {differs} differ from before{again}{note}")


def _missing(seen: Observed, rollback: Rollback | None) -> Finding:
    lines = _reverse(seen)
    return finding(
        "reversible/missing",
        "The rollback block is empty." if rollback else "The file has no rollback block.",
        hint='End the file with a comment "To reverse this migration, run:" and below it the reverse of each step, '
        "last one first; for what cannot be undone a line '-- Irreversible: why'.",
        fix="\n".join(["-- To reverse this migration, run:", *(f"-- {line}" for line in lines)]) if lines else "",
        line=rollback.line if rollback else None,
        column=1 if rollback else None,
    )


def _reverse(seen: Observed) -> list[str]:
    """The statements that take back what the migration was seen to do; none where not all of them can be written."""
    order = ("publication table", "policy", "trigger", "constraint", "index", "grant", "column", "view", "table")
    changes = describe_objects(seen.diff, seen.base)
    changes.sort(key=lambda c: order.index(c.kind) if c.kind in order else len(order))
    lines = [undo(change, seen.base) for change in changes]
    return [part for line in lines for part in line.splitlines()] if all(lines) else []


def _without_reason(rollback: Rollback) -> Iterator[Finding]:
    for line, why in rollback.irreversible:
        if not why.strip():
            yield finding(
                "reversible/missing",
                "A step is marked as irreversible without a reason.",
                hint="Write why: '-- Irreversible: the old values are not kept'.",
                line=line,
                column=1,
            )


def _error(seen: Observed) -> Finding:
    assert seen.undone is not None
    assert seen.undone.failure is not None
    failure = seen.undone.failure
    hint = "Undo in reverse order: first what depends on a thing, then the thing. DROP ... IF EXISTS can be repeated."
    return finding(
        "reversible/error",
        f"The rollback failed: {describe(failure)}",
        hint=f"{failure.hint} {hint}".strip(),
        line=failure.line,
        column=failure.column,
    )


def _leftovers(seen: Observed, left: Change) -> Iterator[Finding]:
    assert seen.migration.rollback is not None
    line = seen.migration.rollback.line
    items = describe_objects(left.facts, seen.base)
    for item in items:
        states = {
            "added": f"{item.kind} {item.object} is still there after the rollback.",
            "removed": f"{item.kind} {item.object} was there before the migration and is gone after the rollback.",
        }
        message = states.get(item.state, f"After the rollback, {item} is not as before the migration.")
        if item.kind == "grant":
            message = f"After the rollback, {item} is not as before the migration."
        yield finding(
            "reversible/leftover",
            message,
            hint="Add it to the rollback block."
            if item.state == "added"
            else "Let the rollback put it back as it was, or say '-- Irreversible: why'.",
            fix=undo(item, seen.base),
            object=item.object.partition(" ")[2] if item.kind == "grant" else item.object,
            line=line,
            column=1,
        )
    reshaped = {item.relation for item in items if item.kind == "column"}
    for rows in left.rows:
        if rows.table in reshaped:
            continue
        yield finding(
            "reversible/leftover",
            f"After the rollback the rows of {rows.table} differ from before: {describe_rows(rows)}.",
            hint="Undo the data step too; where the old values are not kept, say '-- Irreversible: why'.",
            object=rows.table,
            line=line,
            column=1,
        )


def _other_values(seen: Observed, left: Change | None) -> Iterator[Finding]:
    """Rows made for the purpose, where the seed has none that would tell."""
    assert seen.migration.rollback is not None
    items = describe_objects(left.facts, seen.base) if left else []
    told = {rows.table for rows in left.rows} | {item.relation for item in items} if left else set()
    undone = seen.proofs.kept.undone if seen.proofs and seen.proofs.kept else ()
    for table in undone:
        name = table.before.name
        # a column that was dropped comes back as another one; a row that the rollback deletes may be one that was made
        lasting = [loss for loss in losses(table) if loss.kind not in ("merged", "forgotten", "gone")]
        if lasting and name not in told:
            loss = lasting[0]
            count = f"{loss.count} of {loss.of} values"
            yield finding(
                "reversible/leftover",
                f"After the rollback {count} of {name}.{loss.column} differ from before: {loss.example}.",
                hint="Undo the data step too; where the old values are not kept, say '-- Irreversible: why'.",
                object=name,
                line=seen.migration.rollback.line,
                column=1,
            )


def _reapply(seen: Observed) -> Iterator[Finding]:
    if seen.redone is None:
        return
    if seen.redone.failure:
        failure = seen.redone.failure
        yield finding(
            "reversible/reapply",
            f"After its rollback the migration does not run again: {describe(failure)}",
            hint="The rollback takes away something that the migration needs, or leaves something in its way.",
            line=failure.line,
            column=failure.column,
        )
    elif seen.redone_change and not seen.undone_change:
        for item in describe_objects(seen.redone_change.facts, seen.after):
            yield _different(seen, f"{item}", item.object)
        for rows in seen.redone_change.rows:
            yield _different(seen, f"the rows of {rows.table} ({describe_rows(rows)})", rows.table)


def _different(seen: Observed, what: str, name: str) -> Finding:
    assert seen.migration.rollback is not None
    return finding(
        "reversible/reapply",
        f"Run again after its rollback, the migration leads to something else: {what}.",
        hint="Let the rollback restore the state before the migration exactly.",
        object=name,
        line=seen.migration.rollback.line,
        column=1,
    )


def _listed(seen: Observed, left: Change) -> str:
    """What differs, for the evidence."""
    words = [str(item) for item in describe_objects(left.facts, seen.base)]
    words += [f"rows of {rows.table}" for rows in left.rows]
    return ", ".join(words[:6]) + (f" and {len(words) - 6} more" if len(words) > 6 else "")
