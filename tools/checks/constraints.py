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
from dataclasses import dataclass
from typing import Any

import postgast
from postgast import pg_query_pb2

from tools.checks._refusals import idle, new_refusals, proved
from tools.checks._statements import at_column, bare, below, identifier
from tools.checks.base import Outcome, Rule, finding
from tools.facts import names
from tools.observe import Observed
from tools.report import Finding

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


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLOSED_SETS = _words("status state type kind role level tier priority severity visibility stage phase mode difficulty")
"""Last words of names of text columns that hold one of a few values."""
_OPEN_KINDS = _words("mime content media file token grant data device browser card input schema error connection")
"""``mime_type``, ``error_type``: lists that others keep, or free text."""
_OPEN_STATES = _words("oauth csrf saml auth pkce address billing shipping home mailing us")
"""``oauth_state``, ``shipping_state``, and the ``state`` of oauth_states: no state of the row."""
_ADDRESS = _words("city street country country_code postal_code postcode zip zip_code address address_line1")
"""Beside one of these, ``state`` is a part of a country."""

_AT_LEAST_ZERO = _words(
    "score scores points percent percentage pct progress rating stars count quantity qty amount age intensity "
    "level price cost fee duration streak attempts xp minutes seconds hours days proficiency capacity"
)
"""Words of names of numbers that have a least value."""
_HUNDRED = _words("percent percentage pct progress")
_SIGNED = _words(
    "delta change diff difference adjustment balance offset correction net id latitude longitude version year "
    "roi growth margin return returns profit loss pnl gain yield trend variance deviation"
)
"""Words of names of numbers that may well be negative, or are no measure at all."""
_LEDGERS = _words("transaction transactions ledger ledgers entry entries movement movements adjustment adjustments")
"""Words of names of tables whose amounts have both signs."""
_MOVED = _words("amount quantity qty points")
_NUMBERS = re.compile(r"^(smallint|integer|bigint|numeric(\(.*\))?|real|double precision)$")
_TEXTS = re.compile(r"^(text|character varying(\(\d+\))?|(\w+\.)?citext)$")

_ELSEWHERE = _words(
    "correlation request trace span idempotency external session transaction device installation anonymous "
    "tracking batch run job instance invocation message reference"
)
"""Stems of ids that other systems give."""
_ANYTHING = _words("record entity object target subject resource source item row owner")
"""Stems of polymorphic references."""


@dataclass(frozen=True)
class _Column:
    table: str
    name: str
    facts: dict[str, str]
    siblings: dict[str, dict[str, str]]
    """All columns of the table."""
    constraints: tuple[dict[str, str], ...]
    """Those that the column takes part in."""

    @property
    def words(self) -> list[str]:
        return self.name.lower().split("_")

    @property
    def type(self) -> str:
        return self.facts.get("type", "")

    def has(self, *kinds: str) -> bool:
        return any(constraint.get("type") in kinds for constraint in self.constraints)


def check(seen: Observed) -> Outcome:
    if not seen.applied.ok:
        return Outcome([], "the migration did not apply", "not-checked")
    columns = list(_new_columns(seen))
    tried = new_refusals(seen)
    if not columns and not tried:
        return Outcome([], "no new column, no new constraint", "n/a")
    found = [f for column in columns for rule in (_status, _range, _foreign_key) for f in rule(seen, column)]
    found += [f for refusal in tried for f in idle(seen, refusal)]
    return Outcome(found, f"{proved(seen, tried)}; read from the catalog: new columns {len(columns)}")


def _new_columns(seen: Observed) -> Iterator[_Column]:
    """Of tables, new or with another kind of type than before; generated ones hold what their expression yields."""
    for table in seen.after.tables():
        if "partition bound" in seen.after.get("table", table):
            continue
        columns, before = seen.after.columns(table), seen.before.columns(table)
        constraints = list(seen.after.of("constraint", under=table).values())
        for name, facts in columns.items():
            if (name in before and _kind(before[name]) == _kind(facts)) or facts.get("generated"):
                continue
            own = tuple(c for c in constraints if name in names(c.get("columns", "[]")))
            yield _Column(table, name, facts, columns, own)


def _kind(column: dict[str, str]) -> str:
    """A wider number is still the same number, a longer text the same text."""
    type_ = column.get("type", "")
    return "number" if _NUMBERS.match(type_) else "text" if _TEXTS.match(type_) else type_


def _status(seen: Observed, column: _Column) -> Iterator[Finding]:
    if not _TEXTS.match(column.type) or not _is_closed_set(column) or column.has("foreign key"):
        return
    own = [c for c in column.constraints if c.get("type") == "check" and names(c.get("columns")) == [column.name]]
    checks = [c["definition"] for c in own]
    if any(_compares_value(definition, column.name) for definition in checks):
        return
    default = re.match(r"^'((?:[^']|'')*)'::", column.facts.get("default", ""))
    values = f"'{default[1]}', ..." if default else "..."
    yield _finding(
        seen,
        column,
        "constraints/status",
        f"{column.table}.{column.name} is {column.type} and accepts any {'text of that length' if checks else 'text'}.",
        hint=f"List its values: `check ({identifier(column.name)} in ({values}))`, or make it an enum.",
    )


def _is_closed_set(column: _Column) -> bool:
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


def _range(seen: Observed, column: _Column) -> Iterator[Finding]:
    words = set(column.words)
    if not _NUMBERS.match(column.type) or not words & _AT_LEAST_ZERO or words & _SIGNED:
        return
    if column.facts.get("identity") or column.has("check", "primary key", "foreign key"):
        return
    if words & _MOVED and _LEDGERS & set(bare(column.table).lower().split("_")):
        return
    name = identifier(column.name)
    bounds = f"{name} between 0 and 100" if words & _HUNDRED else f"{name} >= 0"
    rule = f"check ({bounds})"
    yield _finding(
        seen,
        column,
        "constraints/range",
        f"{column.table}.{column.name} is {column.type} without bounds.",
        hint=f"Say its least value and, where there is one, its greatest: `{rule}`.",
        fix=f"alter table {column.table} add constraint {identifier(_constraint(column, 'check'))} {rule};",
    )


def _foreign_key(seen: Observed, column: _Column) -> Iterator[Finding]:
    if column.type != "uuid" or column.name == "id" or not column.name.endswith("_id") or _refers(column):
        return
    if "uuid" in column.facts.get("default", ""):
        return  # gen_random_uuid(): it is made here, and refers to nothing
    stem = column.name.removesuffix("_id")
    if set(stem.split("_")) & _ELSEWHERE or _is_polymorphic(column, stem):
        return
    parent = _parent(seen, stem)
    reference = f"references {parent} (id) on delete cascade" if parent else "references ... on delete ..."
    added = (
        f"add constraint {identifier(_constraint(column, 'fkey'))} foreign key ({identifier(column.name)}) {reference}"
    )
    allow = f"-- allow: constraints/foreign-key on {column.table}.{column.name}: ..."
    yield _finding(
        seen,
        column,
        "constraints/foreign-key",
        f"{column.table}.{column.name} looks like a reference and has no foreign key.",
        hint=f"Write `{reference}`, or say why not: `{allow}`.",
        fix=f"alter table {column.table} {added};" if parent else "",
    )


def _refers(column: _Column) -> bool:
    """A foreign key of several columns says nothing of a row in which another of them is null."""
    for constraint in column.constraints:
        others = [n for n in names(constraint.get("columns", "[]")) if n != column.name]
        if constraint.get("type") == "foreign key" and all(
            column.siblings[n].get("not null") == "true" for n in others
        ):
            return True
    return False


def _is_polymorphic(column: _Column, stem: str) -> bool:
    """Another column says which table the id is of."""
    own = {f"{stem}_type", f"{stem}_table", f"{stem}_kind"}
    general = {name for name in column.siblings if name in ("table_name", "table") or name.endswith("_type")}
    return bool(own & column.siblings.keys()) or (stem in _ANYTHING and bool(general))


def _parent(seen: Observed, stem: str) -> str | None:
    """The table whose rows the id is probably of, by its name."""
    last = stem.split("_")[-1]
    plural = {f"{word}s" for word in (stem, last)} | {f"{word.removesuffix('y')}ies" for word in (stem, last)}
    wanted = [*plural, stem, "children" if last == "child" else "people" if last == "person" else f"{last}es"]
    with seen.live.savepoint() as conn:
        row = conn.execute(
            """
            select format('%%I.%%I', n.nspname, c.relname)
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and c.relname = any (%s)
              and (n.nspname = 'public' or n.nspname = 'auth' and c.relname = 'users')
            order by length(c.relname) desc, n.nspname desc
            limit 1
            """,
            [wanted],
        ).fetchone()
    return str(row[0]) if row else None


def _constraint(column: _Column, ending: str) -> str:
    return f"{bare(column.table)}_{column.name}_{ending}"


def _finding(seen: Observed, column: _Column, rule: str, message: str, **details: str) -> Finding:
    name = f"{column.table}.{column.name}"
    return finding(rule, message, object=name, **details, **at_column(seen, column.table, column.name))
