"""The queries that the feature will run find their rows through an index, as the role that will run them.

A new table is fast while it is empty. What counts is how the app's own queries behave once it is full, with row
level security on, because a policy's condition is part of every query.

Queries that the draft names are run as the role that will send them, over thousands of generated rows. A foreign key
and a policy imply queries too: the children of a parent, everything that a user may see. Those are explained with
sequential scans discouraged, so that a few rows tell what many would, before and after the migration. What the
catalog alone shows is told by `indexes`.

## queries/seq-scan
A query that the feature will run reads a whole table, because no index fits its WHERE, JOIN or ORDER BY. It is told
where an index helps, which is tried first, or where an index is there, or was, that does not serve: it was dropped,
has another type or operator class, or the policy compares its column through a cast. Tables that the configuration
knows to be small are left alone.

Why: reading every row costs nothing on ten rows and seconds on ten million, and it comes back with each request.

How to fix: create an index whose leading columns are those that the query compares, followed by those that it
sorts by; a partial index where the query always asks for the same few rows:

    create index if not exists idx_quests_child_id_status on public.quests (child_id, status);

To allow it, for a report that runs once a night:

    -- allow: queries/seq-scan on public.quests: only the nightly export reads it whole

## queries/error
A query that the feature will run fails on the migrated database, or fails for the role that will run it.

Why: a missing grant, a misspelt column or a policy that refers to itself shows up only when somebody asks.

Placeholders, and keys that are written out, stand for rows that the caller may use: their own first, then such as the
policies and the functions in question ask for. Only what fails with all of them is told; that a stranger's key is
refused is right.

How to fix: correct the query, or grant what it needs:

    grant select on table public.quests to authenticated;

To allow it, for a query that waits for a later migration:

    -- allow: queries/error on public.quests: reads a column that the next migration adds
"""

import re
from collections.abc import Iterator

from tools.checks._serving import create_index, serves, to_add
from tools.checks._statements import bare
from tools.checks.base import Outcome, Rule, finding
from tools.observe import Observed
from tools.proofs.queries import AS_USER, Queries, Query, cast_away
from tools.report import Finding

ID = "queries"
PREFIX = "queries"
TITLE = "The feature's queries use an index"
RULES = (Rule("seq-scan", "warning"), Rule("error", "warning"))

_MOST_REFUSALS = 2
_RAISED = re.compile(r"P0|22(?!P0|00[78])")
"""SQLSTATEs that a function raises, rather than that a literal is malformed."""
_MOST = 8
"""Queries that the evidence tells one by one."""


def check(seen: Observed) -> Outcome:
    why = seen.unproved("queries")
    queries = seen.proofs.queries if seen.proofs else Queries()
    if why and not queries.asked:
        return Outcome([], f"no query was explained: {why}", "not-checked")
    found = [
        found for query in queries.asked for found in (_named if query.reason == "named" else _implied)(seen, query)
    ]
    if why:
        return Outcome(found, f"{_evidence(queries)}; the named ones were not run: {why}", "not-checked")
    if not queries.asked and not queries.new_indexes:
        return Outcome(found, "no query is named, and no key, index or policy changed that implies one", "n/a")
    return Outcome(found, _evidence(queries))


def _named(seen: Observed, query: Query) -> Iterator[Finding]:
    if query.plan.state:
        if not query.untried:
            yield _refused(query)
        return
    table, columns = query.better
    if table and not seen.project.config.is_small(table):
        fix = create_index(seen, table, columns)
        yield finding(
            "queries/seq-scan",
            f"{query.words} reads all of {table}, as {query.ask.role}, on {query.rows:,} rows; with an index on "
            f"({', '.join(columns)}), which was tried, it does not.",
            hint=to_add(seen, table, columns, fix),
            fix=fix,
            object=table,
            **_at(seen, table),
        )


def _refused(query: Query) -> Finding:
    role, state, said = query.ask.role, query.plan.state, query.plan.said
    if state == "57014":
        said = "it was stopped, because it took too long"
    return finding(
        "queries/error",
        f"{query.words} fails as {role}{_tried(query)}: {said} (SQLSTATE {state}).",
        hint=_hint(role, state, said),
        object=query.table,
    )


def _tried(query: Query) -> str:
    """With how many keys, and what else was said to them."""
    if query.tries < 2:
        return ""
    others = [f"{count}x {said}" for said, count in query.refusals if said != query.plan.said][:_MOST_REFUSALS]
    also = f" ({'; '.join(others)})" if others else ""
    return f", with each of {query.tries} keys that were tried{also}"


def _hint(role: str, state: str, said: str) -> str:
    if "row-level security policy" in said:
        return (
            "The keys were the caller's own rows, also such as the policy asks for: see that the query writes what "
            "WITH CHECK asks for, and that the caller may see the rows it looks up; or say which role runs it."
        )
    if _RAISED.match(state) or (state == "42501" and not said.startswith("permission denied")):
        return (
            "Refused by what it runs, not by its names. The caller was a user made for this, with rows made for this, "
            "also such as the function asks for, and fellow members as further users; a seed user's id means nothing "
            "to them, so write ids as :placeholders. See that the refusal can come out otherwise for the rightful "
            "caller; if it is right and only waits for rows that nobody could make, allow the rule."
        )
    return {
        "42501": f"Grant {role} what the query needs, or say which role runs it.",
        "42P17": "Let the policies read each other's tables through a SECURITY DEFINER function.",
        "57014": "Give it an index, or a limit.",
    }.get(state, "Correct the query; the names are those of the migrated database.")


def _implied(seen: Observed, query: Query) -> Iterator[Finding]:
    """What `indexes` cannot know from the catalog: an index that was there, or is, and does not serve."""
    assert seen.proofs is not None
    table, shape = query.table, seen.proofs.queries.shapes[query.table]
    if seen.project.config.is_small(table) or not query.plan.reads_whole(table):
        return
    served = query.before is not None and not query.before.state and not query.before.reads_whole(table)
    column, index = cast_away(query, shape)
    if query.reason == "policy":
        same = seen.before.of("policy", under=table) == seen.after.of("policy", under=table)
        if column and not served:
            message = f"A policy of {table} compares {column} through a cast, so {_index(index)} does not serve it"
            hint = f"Compare {column} as it is, and cast the other side."
        elif served and same:
            message = f"A query for all that a user may see of {table} reads it whole; before, {_by(query)} served it"
            hint = "Keep the index, or make another that begins with what the policies compare."
        else:
            return
    elif served:
        message = f"A query for {query.words} reads the whole table; before, {_by(query)} served it"
        hint = f"Keep the index, or add `{create_index(seen, table, query.columns)}`"
    elif query.before is None and serves(seen, table, query.columns):
        message = f"A query for {query.words} reads the whole table, although an index begins with its columns"
        hint = "Give the index the columns' own type, collation and operator class."
    else:
        return
    line, place = seen.line_of("index", bare(table))
    line, place = (line, place) if line is not None else seen.line_of(bare(table))
    yield finding("queries/seq-scan", f"{message}.", hint=hint, object=table, line=line, column=place)


def _by(query: Query) -> str:
    return ", ".join(map(_index, query.before.indexes(query.table))) if query.before else ""


def _at(seen: Observed, table: str) -> dict[str, int | None]:
    line, column = seen.line_of("create table", bare(table))
    return {"line": line, "column": column}


def _evidence(queries: Queries) -> str:
    """Which index serves what, how that was seen, and which of the new ones serve nothing."""
    parts = []
    named = [q for q in queries.asked if q.reason == "named"]
    if implied := [q for q in queries.asked if q.reason != "named"]:
        told = dict.fromkeys(map(_told, implied))
        keys = {line for query, line in zip(implied, map(_told, implied), strict=True) if query.reason == "foreign key"}
        lines = [line for line in told if line.replace(AS_USER, "") not in keys - {line}]
        parts.append(
            f"what keys and policies imply, explained with sequential scans discouraged, on few rows: {_listed(lines)}"
        )
    run, only_planned = ([q for q in named if q.ran is ran] for ran in (True, False))
    if run:
        rows = max(query.rows for query in run)
        parts.append(f"named by the draft, run on {rows:,} generated rows: {_listed([_told(q) for q in run])}")
    if only_planned:
        parts.append(f"named, and planned on few rows only: {_listed([_told(q) for q in only_planned])}")
    if not named:
        parts.append("none named by a draft")
    if queries.idle:
        parts.append(f"new, and used by none of these: {', '.join(map(_index, queries.idle))}")
    return "; ".join(parts)


def _told(query: Query) -> str:
    if query.untried:
        return f"{query.words} was not tried: no value was found for {', '.join(query.unfilled)}"
    if query.plan.state:
        return f"{query.words} fails"
    now = _served(query)
    then = _served(query, before=True) if query.before is not None and not query.before.state else now
    return f"{query.words}: {now}" + (f" (before: {then})" if then != now else "")


def _served(query: Query, *, before: bool = False) -> str:
    plan = query.before if before else query.plan
    assert plan is not None
    if query.reason == "named":
        whole = [bare(s.table) for s in plan.scans if s.whole]
        used = [*map(_index, plan.indexes()), *(f"{table} read whole" for table in dict.fromkeys(whole))]
        return ", ".join(used) or "no table"
    if plan.reads_whole(query.table):
        return "all rows read"
    return ", ".join(map(_index, plan.indexes(query.table))) or "no rows"


def _index(name: str) -> str:
    return name.partition("/")[2]


def _listed(told: list[str]) -> str:
    more = f"; {len(told) - _MOST} more" if len(told) > _MOST else ""
    return ", ".join(told[:_MOST]) + more
