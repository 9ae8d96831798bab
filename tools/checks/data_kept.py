"""Existing rows survive the migration, and the migration survives existing rows.

Tables in production are never empty, and never as tidy as one thinks: there are NULLs, duplicates, and texts at the
limit of their length. Each table that the migration alters or writes to is filled beforehand, beside the seed's rows,
with ordinary rows and with awkward ones, as far as the old schema allows them; every listed value occurs. Then the
migration runs over them, and they are compared before and after, row by row and column by column, under whatever name.
Where it stops at a row of the awkward kind, nothing is harmed; the evidence says where, for production may hold such
rows.

## data/lost

Values that were there before are gone: rows were deleted, a value was mapped to NULL or cut or rounded, different
values became one. A value that an UPDATE replaces by a literal is not lost, whatever it looks like. Dropping a column
or a table in plain words is safe-change/destructive's affair and not meant here.

Why: no rollback brings them back.

Bad: values that the mapping forgets become NULL, and then the old column is dropped.

    update public.lessons set grade = case grade_level when 'K' then 0 when '1' then 1 end;
    alter table public.lessons drop column grade_level;

Good: map every value that occurs, fail on others, and drop the old column in a later migration, when nothing reads it.

This rule cannot be allowed by its own name. Where the request asks for the loss, the file allows
safe-change/destructive on what is lost, the table or the column; on nothing in particular it does not count:

    -- allow: safe-change/destructive on public.invitations: asked for; those that ran out a year ago go

A plain DELETE, or a column that is set to NULL, may also be owned up to in the rollback block, with the table's name:
`-- Irreversible: the invitations that ran out are gone`. Both are shown in the report.

## data/changed

Values of rows that the migration has no business with differ afterwards; or a sequence gives numbers that rows have.

Filling what is NULL or new, computing the new value from the old one, a condition that picks rows, and an upsert by
key are all fine.

Why: an UPDATE without a WHERE, a trigger that fires on a backfill, a default that overwrites what users chose.

Bad:

    update public.profiles set timezone = 'UTC';

Good:

    update public.profiles set timezone = 'UTC' where timezone is null;

Allow: `-- allow: data/changed on public.profiles: REASON`.
"""

import re
from collections.abc import Iterator

from postgast import pg_query_pb2

from tools.checks._destructive import destroys
from tools.checks._losses import Loss, losses
from tools.checks._overwrites import deletes, empties, explained, literals
from tools.checks._scene import Scene, altered, commands
from tools.checks._statements import bare, identifier, pieces
from tools.checks.base import Outcome, Rule, finding
from tools.observe import Observed
from tools.proofs.kept import Kept, Stop
from tools.render.plain import counted
from tools.report import Finding
from tools.rows.samples import HELP

ID = "data-kept"
PREFIX = "data"
TITLE = "Existing rows survive"
RULES = (Rule("lost", waivable=False), Rule("changed"))

_SAY_SO = "Where the request asks for the loss, say so in the file: `-- allow: safe-change/destructive on {}: why`."
_IN_ROLLBACK = "the rollback says so: {}"
_GONE = re.compile(r"\b(go(es|ne)?|deleted?|removed?|lost|purged?|cleared|dropped|merged|duplicates?|no longer)\b")
"""Words for rows that are not there any more."""
_MESSAGES = {
    "gone": "{count} of {of} rows of {table} are gone afterwards, for example: {example}.",
    "null": "{count} of {of} values of {name} were emptied: {example}.",
    "cut": "{count} of {of} values of {name} were cut: {example}.",
    "rounded": "{count} of {of} values of {name} were rounded: {example}.",
    "merged": "Different values of {name} became one: {example}.",
    "forgotten": "The mapping of {name} forgets values, and that column goes: {example}.",
    "other": "{count} of {of} values of {name} that were there before are others now: {example}.",
}
_HINTS = {
    "gone": "Keep the rows; mark those that should not be seen any more. ",
    "null": "Map every value that occurs, and let the migration fail on others. ",
    "cut": "Keep the type wide enough, or refuse what is too long with a CHECK NOT VALID. ",
    "rounded": "Keep as many digits as there are. ",
    "merged": "Give each value its own, or keep the old column. ",
    "forgotten": "Map every value that occurs, and let the migration fail on others. ",
}


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "not compared: the migration did not apply", "not-checked")
    if why := seen.unproved("data-kept"):
        return Outcome([], f"not compared: {why}", "not-checked")
    kept = seen.proofs.kept if seen.proofs else None
    if kept is None:
        return Outcome([], "it alters no table that was there before, and writes to none", "n/a")
    if not kept.filled:
        names = ", ".join(table.before.name for table in kept.tables)
        said = [f"nothing to compare: {names} holds no rows here, and gets none", *_unfilled(kept)]
        return Outcome([], "; ".join(said), "not-checked")
    scene = Scene(seen)
    doomed = _doomed(seen)
    written = literals(scene)
    found = [loss for table in kept.tables for loss in losses(table, doomed, written)]
    findings = [*_lost(scene, found), *_changed(scene, found), *_used(seen, kept)]
    return Outcome(findings, _evidence(kept))


def _lost(scene: Scene, found: list[Loss]) -> Iterator[Finding]:
    told = {item.object for item in destroys(scene)}
    for loss in found:
        name = f"{loss.table}.{identifier(loss.column)}" if loss.column else loss.table
        if loss.kind == "other" or (name in told and loss.kind != "forgotten") or loss.table in told:
            continue
        # the drop of the old column may have been asked for; what the new one forgets was not
        where = f"{loss.table}.{identifier(loss.new_column)}" if loss.kind == "forgotten" else name
        plain = deletes(scene) if loss.kind == "gone" else loss.kind == "null" and empties(scene, loss)
        yield finding(
            "data/lost",
            _message(loss, name),
            hint=_HINTS[loss.kind] + _SAY_SO.format(where),
            object=where,
            waived=_owned_up(scene.seen, loss) if plain else None,
            **_at(scene.seen, loss),
        )


def _owned_up(seen: Observed, loss: Loss) -> str | None:
    """What the rollback block says about this loss: rows that are gone of the table, or values of the column."""
    rollback = seen.migration.rollback
    reasons = [why for _, why in rollback.irreversible] if rollback else []
    said = next((why for why in reasons if _speaks_of(why.lower(), loss)), None)
    return said and _IN_ROLLBACK.format(said)


def _speaks_of(why: str, loss: Loss) -> bool:
    if not _named(loss.table, why):
        return False
    return _named(loss.column, why) if loss.column else bool(_GONE.search(why))


def _named(name: str, why: str) -> bool:
    words = [word.removesuffix("s") for word in bare(name).lower().split("_") if len(word) > 3]
    return any(word in why for word in words) if words else bool(re.search(rf"\b{re.escape(bare(name))}\b", why))


def _doomed(seen: Observed) -> set[tuple[str, str]]:
    """Columns that files after this one drop."""
    return {
        (table, command.name)
        for later in seen.following
        for piece in pieces(later)
        if (table := altered(piece))
        for command in commands(piece)
        if command.subtype == pg_query_pb2.AT_DropColumn
    }


def _changed(scene: Scene, found: list[Loss]) -> Iterator[Finding]:
    for loss in found:
        if loss.kind == "other" and not explained(scene, loss):
            name = f"{loss.table}.{identifier(loss.column)}"
            hint = f"Give the UPDATE a condition that picks the rows it means, such as `where {loss.column} is null`."
            yield finding("data/changed", _message(loss, name), hint=hint, object=name, **_at(scene.seen, loss))


def _used(seen: Observed, kept: Kept) -> Iterator[Finding]:
    """Sequences that start over."""
    for name, value in kept.used:
        table, _, column = name.rpartition(".")
        line, place = next(
            (found for word in ("setval", "restart", "identity", "serial") if (found := seen.line_of(word))[0]),
            (None, None),
        )
        yield finding(
            "data/changed",
            f"The next number for {name} is {value}, which a row has already: inserts will fail, or repeat it.",
            hint="Let the sequence go on behind the greatest number.",
            fix=f"select setval(pg_get_serial_sequence('{table}', '{column}'), "
            f"coalesce((select max({column}) from {table}), 0) + 1, false);",
            object=name,
            line=line,
            column=place,
        )


def _message(loss: Loss, name: str) -> str:
    return _MESSAGES[loss.kind].format(count=loss.count, of=loss.of, table=loss.table, name=name, example=loss.example)


def _at(seen: Observed, loss: Loss) -> dict[str, int | None]:
    """The statement that names table and column, rather one that writes."""
    words = [bare(loss.table), *filter(None, [loss.column])]
    verbs = ("delete", "update") if loss.kind == "gone" else ("update", "delete")
    for first in ([verbs[0]], [verbs[1]], ["alter"], []):
        line, column = seen.line_of(*first, *words)
        if line:
            return {"line": line, "column": column}
    line, column = seen.line_of(bare(loss.table))
    return {"line": line, "column": column}


def _evidence(kept: Kept) -> str:
    tables = ", ".join(sorted(kept.filled))
    rows = sum(len(table.before.rows) for table in kept.tables)
    columns = sum(len(table.before.columns) for table in kept.tables)
    said = [
        f"run over {counted(rows, 'row')} ({kept.made} of them generated) of {tables}; compared by key in "
        f"{counted(columns, 'column')}"
    ]
    said += [_stopped(stop) for stop in kept.stops]
    if kept.stops:
        said.append("production may hold such rows; compared without them")
    return "; ".join([*said, *_unfilled(kept)])


def _unfilled(kept: Kept) -> list[str]:
    return [f"no row could be made: {', '.join(map(str, kept.unfilled))}; {HELP}"] if kept.unfilled else []


def _stopped(stop: Stop) -> str:
    which = f"a row where {stop.told}" if stop.rows == "row" else f"{stop.rows} rows"
    where = f"at line {stop.failure.line}" if stop.failure.line else "before its first statement"
    detail = f" ({stop.failure.detail[:200]})" if stop.failure.detail else ""
    return f"on {which} it stops {where}, changing nothing: {stop.failure.message}{detail}"
