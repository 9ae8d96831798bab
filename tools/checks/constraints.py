"""The database itself refuses rows that make no sense.

Every app that writes to the table, the SQL editor and the next import go past the form that validates; none of
them goes past a constraint. This check reads from the catalog whether new columns whose names promise a limit
have one. And it tries every new CHECK, key, unique index and NOT NULL: a row that breaks just that one has to be
refused by it, and a row that keeps them all has to get in.

## constraints/status
A new text column is named like a value from a closed set (status, role, priority, ..._type) and accepts any text.

Why: sooner or later it holds 'done', 'Done' and 'completed', and every query has to know all three.

How to fix: list the values, in a CHECK or as an enum; or refer to a table that lists them.

    status text not null default 'pending' check (status in ('pending', 'active', 'completed', 'failed')),

A CHECK of the length alone does not close the set, nor does one that ties the column to another. Kinds that are
somebody else's list (mime_type, content_type, token_type, ...) and the kind of a polymorphic reference (record_type
beside record_id) are not asked about.

To allow it:

    -- allow: constraints/status on public.events.event_type: each integration brings its own

## constraints/range
A new number that is a score, a count, a percentage, an amount or the like has no bounds.

Why: a negative count or a score of 4000 percent is written by a bug, and found in a report months later.

How to fix: say the least and, where there is one, the greatest value.

    progress integer not null default 0 check (progress between 0 and 100),
    points_earned integer not null default 0 check (points_earned >= 0),

Differences and balances (points_delta, account_balance, growth_pct, the amounts of a ledger) may be negative and are
not asked about.

To allow it:

    -- allow: constraints/range on public.payments.amount: refunds are negative amounts

## constraints/foreign-key
A new uuid column is named like a reference (lesson_id) and has no foreign key.

Why: without one, rows point at parents that never were or are no more, and deleting a user leaves their data.

How to fix: declare it, and say what happens to the row when its parent goes.

    lesson_id uuid not null references public.lessons (id) on delete cascade,

Columns that point at rows of several tables (record_id beside table_name, entity_id beside entity_type), ids that
come from elsewhere (request_id, session_id, device_id, ...) or are made here (default gen_random_uuid()) are not asked
about, nor are keys of other types.

To allow it:

    -- allow: constraints/foreign-key on public.audit_log.actor_id: outlives the account it names

## constraints/dead
A CHECK that refuses nothing: no value breaks it.

Why: it reads like a promise, and nobody adds the one that is missing. Often it is an OR where AND was meant, or a
NULL in a list of values, which makes the comparison unknown instead of false.

Bad:

    score integer check (score >= 0 or score <= 100),
    size text check (size in ('small', 'large', null)),

How to fix: write what is to be refused, or leave it out.

    score integer check (score >= 0 and score <= 100),

To allow it:

    -- allow: constraints/dead on public.quests.quests_score_check: the rule comes with the next release

## constraints/unsatisfiable
A CHECK that no value satisfies, so that no row gets in (or none but with NULL there).

Why: CREATE TABLE does not notice, the app's first INSERT does.

Bad:

    score integer not null check (score > 100 and score < 0),

How to fix: turn the bounds around, or write OR.

    score integer not null check (score >= 0 and score <= 100),

To allow it:

    -- allow: constraints/unsatisfiable on public.archive.archive_closed: nothing is to be written any more
"""

import re
from collections.abc import Iterator
from typing import Any

import postgast
from postgast import pg_query_pb2

from tools.checks._new_columns import NUMBERS, TEXTS, NewColumn, column_finding, constraint_name, new_columns, words
from tools.checks._references import foreign_key
from tools.checks._refusals import idle, new_refusals, proved
from tools.checks._statements import bare, below, identifier
from tools.checks.base import Outcome, Rule
from tools.facts import names
from tools.observe import Observed
from tools.report import Finding, Status

ID = "constraints"
PREFIX = "constraints"
TITLE = "Bad rows are refused"
RULES = (
    Rule("status", "warning"),
    Rule("range", "warning"),
    Rule("foreign-key", "warning"),
    Rule("dead"),
    Rule("unsatisfiable"),
)


_CLOSED_SETS = words("status state type kind role level tier priority severity visibility stage phase mode difficulty")
"""Last words of names of text columns that hold one of a few values."""
_OPEN_KINDS = words("mime content media file token grant data device browser card input schema error connection")
"""``mime_type``, ``error_type``: lists that others keep, or free text."""
_OPEN_STATES = words("oauth csrf saml auth pkce address billing shipping home mailing us")
"""``oauth_state``, ``shipping_state``, and the ``state`` of oauth_states: no state of the row."""
_ADDRESS = words("city street country country_code postal_code postcode zip zip_code address address_line1")
"""Beside one of these, ``state`` is a part of a country."""

_AT_LEAST_ZERO = words(
    "score scores points percent percentage pct progress rating stars count quantity qty amount age intensity "
    "level price cost fee duration streak attempts xp minutes seconds hours days proficiency capacity"
)
"""Words of names of numbers that have a least value."""
_HUNDRED = words("percent percentage pct progress")
_SIGNED = words(
    "delta change diff difference adjustment balance offset correction net id latitude longitude version year "
    "roi growth margin return returns profit loss pnl gain yield trend variance deviation"
)
"""Words of names of numbers that may well be negative, or are no measure at all."""
_LEDGERS = words("transaction transactions ledger ledgers entry entries movement movements adjustment adjustments")
"""Words of names of tables whose amounts have both signs."""
_MOVED = words("amount quantity qty points")


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "the migration did not apply", "not-checked")
    columns = list(new_columns(seen))
    tried, new = new_refusals(seen), any(fact.kind == "constraint" for fact in seen.news.added)
    if not columns and not tried and not new:
        return Outcome([], "no new column, no new constraint", "n/a")
    found = [f for column in columns for rule in (_status, _range, foreign_key) for f in rule(seen, column)]
    found += [f for refusal in tried for f in idle(seen, refusal)]
    status: Status = "not-checked" if new and seen.unproved("constraints") else "pass"
    return Outcome(found, f"{proved(seen, tried)}; read from the catalog: new columns {len(columns)}", status)


def _status(seen: Observed, column: NewColumn) -> Iterator[Finding]:
    if not TEXTS.match(column.type) or not _is_closed_set(column) or column.has("foreign key"):
        return
    own = [c for c in column.constraints if c.get("type") == "check" and names(c.get("columns")) == [column.name]]
    checks = [c["definition"] for c in own]
    if any(_compares_value(definition, column.name) for definition in checks):
        return
    default = re.match(r"^'((?:[^']|'')*)'::", column.facts.get("default", ""))
    values = f"'{default[1]}', ..." if default else "..."
    yield column_finding(
        seen,
        column,
        "constraints/status",
        f"{column.table}.{column.name} is {column.type} and accepts any {'text of that length' if checks else 'text'}.",
        hint=f"List its values: `check ({identifier(column.name)} in ({values}))`, or make it an enum.",
    )


def _is_closed_set(column: NewColumn) -> bool:
    *before, last = column.words
    if last not in _CLOSED_SETS:
        return False
    stem = "_".join(before)
    if last in ("type", "kind") and (set(before) & _OPEN_KINDS or f"{stem}_id" in column.siblings):
        return False
    around = {*before, *bare(column.table).lower().split("_")}
    address = {*_ADDRESS, *(f"{stem}_{word}" for word in _ADDRESS)}
    return not (last == "state" and (around & _OPEN_STATES or address & column.siblings.keys()))


def _compares_value(definition: str, name: str) -> bool:
    """The CHECK looks at what the column holds, and not at its length or presence alone."""
    condition = postgast.parse(f"alter table t add {definition}")
    for node in below(condition):
        if isinstance(node, pg_query_pb2.A_Expr) and any(_is_value(side, name) for side in (node.lexpr, node.rexpr)):
            return True
    return False


def _is_value(node: Any, name: str) -> bool:
    """The column, or a function of it that is not its length."""
    refers = False
    for part in below(node):
        if isinstance(part, pg_query_pb2.FuncCall) and "length" in part.funcname[-1].string.sval:
            return False
        if isinstance(part, pg_query_pb2.ColumnRef) and part.fields[-1].string.sval == name:
            refers = True
    return refers


def _range(seen: Observed, column: NewColumn) -> Iterator[Finding]:
    words = set(column.words)
    if not NUMBERS.match(column.type) or not words & _AT_LEAST_ZERO or words & _SIGNED:
        return
    if column.facts.get("identity") or column.has("check", "primary key", "foreign key"):
        return
    if words & _MOVED and _LEDGERS & set(bare(column.table).lower().split("_")):
        return
    name = identifier(column.name)
    bounds = f"{name} between 0 and 100" if words & _HUNDRED else f"{name} >= 0"
    rule = f"check ({bounds})"
    yield column_finding(
        seen,
        column,
        "constraints/range",
        f"{column.table}.{column.name} is {column.type} without bounds.",
        hint=f"Say its least value and, where there is one, its greatest: `{rule}`.",
        fix=f"alter table {column.table} add constraint {identifier(constraint_name(column, 'check'))} {rule};",
    )
