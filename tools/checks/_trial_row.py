"""One row in a table, whatever its constraints ask for, so that something can be tried on it."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from tools.checks._statements import identifier
from tools.facts import Catalog, names
from tools.postgres.session import Session

_MOST_TRIES = 200
_TEXTS = ("example", "a", "AB", "https://example.com/a", "a@example.com", "example-1", "0")
_VALUES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\[\]$", ("'{}'",)),
    (r"^(smallint|integer|bigint|numeric|real|double precision|money)", ("1", "0", "5", "100", "-1")),
    (r"^boolean", ("true", "false")),
    (r"^uuid", ("gen_random_uuid()",)),
    (r"^(timestamp|date)", ("now()", "now() + interval '1 day'", "now() - interval '1 day'")),
    (r"^time", ("localtime",)),
    (r"^interval", ("interval '1 hour'",)),
    (r"^jsonb?", ("'{}'", "'[]'")),
    (r"^(bytea|bit|tsvector)", ("''",)),
    (r"^(inet|cidr)", ("'192.0.2.1'",)),
    (r"^point", ("'(0,0)'",)),
    (r"range$", ("'empty'",)),
)


@dataclass(frozen=True)
class TrialRow:
    """One row: `where` finds it, unless `reason` says why there is none."""

    where: str = ""
    reason: str = ""


def find_or_make(session: Session, catalog: Catalog, table: str) -> TrialRow:
    """A row of `table`. Call it inside a savepoint, which takes away again what had to be made.

    A row that is made has no parents, so the table's foreign keys are dropped for the time; CHECK, NOT NULL and
    UNIQUE hold.
    """
    where = _any_row(session, table)
    if where:
        return TrialRow(where)
    keys = [name for name, f in catalog.of("constraint", under=table).items() if f["type"] == "foreign key"]
    if keys:
        drops = ", ".join(f"drop constraint {identifier(name[len(table) + 1 :])}" for name in keys)
        session.conn.execute(f"alter table {table} {drops}".encode())
    session.conn.execute("set local session_replication_role = replica")
    reason = _insert(session, catalog, table)
    session.conn.execute("set local session_replication_role = origin")
    return TrialRow(_any_row(session, table), reason)


def _any_row(session: Session, table: str) -> str:
    query = f"select tableoid::bigint, ctid::text from {table} limit 1"
    row = session.conn.execute(query.encode()).fetchone()
    return f"tableoid = {row[0]} and ctid = '{row[1]}'" if row else ""


def _insert(session: Session, catalog: Catalog, table: str) -> str:
    """Empty when a row is in; else what Postgres said last."""
    options = _options(session, catalog, table)
    values = {column: texts[0] for column, texts in options.items()}
    others: dict[str, Iterator[dict[str, str]]] = {}
    message = ""
    for _ in range(_MOST_TRIES):
        given = {column: value for column, value in values.items() if value != "default"}
        columns = f"({', '.join(map(identifier, given))}) values ({', '.join(given.values())})" if given else ""
        try:
            with session.conn.transaction():
                session.conn.execute(f"insert into {table} {columns or 'default values'}".encode())
            return ""
        except psycopg.Error as error:
            if not session.alive:
                raise
            message = str(error.diag.message_primary)
            constraint = error.diag.constraint_name or ""
            if error.sqlstate != "23514":
                break
        if constraint not in others:
            facts = catalog.get("constraint", f"{table}/{constraint}")
            others[constraint] = _combinations({c: options[c] for c in names(facts.get("columns")) if c in options})
        following = next(others[constraint], None)
        if following is None:
            break
        values |= following
    return f"no row could be made: {message}"


def _combinations(options: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    for chosen in itertools.product(*options.values()):
        yield dict(zip(options, chosen, strict=True))


def _options(session: Session, catalog: Catalog, table: str) -> dict[str, list[str]]:
    """What each column may be tried with, the plainest first; ``default`` leaves it out."""
    literals: dict[str, list[str]] = {}
    for facts in catalog.of("constraint", under=table).values():
        if facts["type"] == "check":
            for column in names(facts.get("columns")):
                literals.setdefault(column, []).extend(_literals(facts["definition"]))
    found = {}
    for column, facts in catalog.columns(table).items():
        if facts.get("generated") or facts.get("identity"):
            continue
        required = facts.get("not null") == "true" and "default" not in facts
        typed = _of_type(session, facts["type"], literals.get(column, []))
        found[column] = ([] if required else ["default"]) + typed
    return {column: texts for column, texts in found.items() if texts}


def _of_type(session: Session, name: str, literals: list[str]) -> list[str]:
    """SQL expressions of this type; literals from constraints first where they fit."""
    quoted = [text for text in literals if text.startswith("'")]
    numbers = [text for text in literals if not text.startswith("'")]
    for pattern, values in _VALUES:
        if re.search(pattern, name):
            fitting = numbers if pattern.startswith("^(smallint") else quoted if "time" in pattern else []
            return [f"({value})::{name}" for value in dict.fromkeys([*fitting, *values])]
    labels = session.conn.execute(
        "select enumlabel from pg_catalog.pg_enum where enumtypid = to_regtype(%s) order by enumsortorder", [name]
    ).fetchall()
    if labels:
        return ["'" + str(label).replace("'", "''") + f"'::{name}" for (label,) in labels]
    length = re.search(r"^character(?: varying)?\((\d+)\)", name)
    texts = [*quoted, *(f"'{text[: int(length[1])] if length else text}'" for text in _TEXTS)]
    return [f"{text}::{name}" for text in dict.fromkeys(texts)]


def _literals(definition: str) -> list[str]:
    """Constants of a constraint, as SQL: strings (of patterns, their plain beginning too), numbers and neighbours."""
    strings = re.findall(r"'((?:[^']|'')*)'", definition)
    plain = [re.sub(r"^\^|[$\\(\[].*\Z", "", text) for text in strings]
    bare = re.sub(r"'(?:[^']|'')*'", "", definition)
    numbers = [int(n) for n in re.findall(r"(?<![\w.])\d{1,9}(?![\w.])", bare)]
    near = dict.fromkeys(n + step for n in numbers for step in (0, 1, -1))
    return [f"'{text}'" for text in dict.fromkeys([*strings, *plain]) if text] + [str(n) for n in near]
