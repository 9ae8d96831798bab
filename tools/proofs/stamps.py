"""Whether updated_at moves by itself: a row's stamp is set back, the row is updated, and its stamp is looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tools.postgres.server import Connection
from tools.proofs.answers import Answer, Question, ask
from tools.proofs.families import Family
from tools.rows.filler import Row, Table
from tools.rows.write import literal
from tools.sql import identifier

COLUMN = "updated_at"
_LONG_AGO = "2001-01-01 00:00:00"
_CHANGES = {
    "bool": "not coalesce({0}, false)", "number": "coalesce({0}, 0) + 1", "text": "coalesce({0}, '') || 'x'",
    "timestamp": "coalesce({0}, now()) + interval '1 day'", "date": "coalesce({0}, current_date) + 1",
    "jsonb": "coalesce({0}, '{{}}') || '{{\"changed\": true}}'", "uuid": "gen_random_uuid()", "array": "'{{}}'",
}  # fmt: skip
"""How to change a value of a kind; the first that a table's constraints let through will do."""
_WRONG = ("42", "39", "2F005")
"""SQLSTATEs of a function that cannot work."""


@dataclass(frozen=True)
class Stamp:
    """What became of the stamp when a row was updated."""

    moved: bool | None
    """None where that could not be seen."""
    reason: str = ""
    failed: bool = False
    """The trigger itself is wrong: Postgres refuses the update for it."""


def stamps(conn: Connection, family: Family, tables: Iterable[str]) -> dict[str, Stamp]:
    """Of the family's rows in those of the tables that have such a column."""
    rows = {}
    for name in tables:
        table, found = family.ownership.schema.tables.get(name), family.filler.rows.get(name)
        if table and found and is_stamped(table):
            rows[name] = table, found[0]
    return update(conn, rows)


def is_stamped(table: Table) -> bool:
    """It has an `updated_at` that holds a point in time."""
    column = table.columns.get(COLUMN)
    return column is not None and column.kind in ("timestamp", "date") and column.generation is None


def update(conn: Connection, rows: Mapping[str, tuple[Table, Row]]) -> dict[str, Stamp]:
    """By table, on one row of each.

    Nothing but a touch first; where the stamp stays, real changes, since a trigger may have a condition.
    """
    first = {name: next(_assignments(table), None) for name, (table, _) in rows.items()}
    asked = [_question(*rows[name], change) for name, change in first.items() if change]
    answers = ask(conn, asked)
    found = {name: _stamp([answer]) for name, answer in zip((n for n, c in first.items() if c), answers, strict=True)}
    for name, (table, row) in rows.items():
        if name not in found or not found[name].moved:
            questions = [_question(table, row, change) for change in _assignments(table)]
            found[name] = _stamp(ask(conn, questions))
    return found


def _question(table: Table, row: Row, change: str) -> Question:
    keys = table.primary_key or tuple(c for c in row if c != COLUMN)
    where = " and ".join(f"{identifier(c)}::text is not distinct from {literal(row[c])}" for c in keys)
    return Question(
        f"set local session_replication_role = replica; "
        f"update {table.name} set {COLUMN} = '{_LONG_AGO}' where {where}; "
        f"set local session_replication_role = origin; "
        f"update {table.name} set {change} where {where} returning ({COLUMN} > '{_LONG_AGO}')::text"
    )


def _stamp(answers: Iterable[Answer]) -> Stamp:
    stamp = Stamp(None, "no update got through")
    for answer in answers:
        if not answer.ok:
            if stamp.moved is None:
                wrong = answer.state.startswith(_WRONG)
                stamp = Stamp(False if wrong else None, answer.said, failed=wrong)
        elif answer.text == "true":
            return Stamp(True)
        else:
            stamp = Stamp(False)
    return stamp


def _assignments(table: Table) -> Iterator[str]:
    others = [c for c in table.columns.values() if c.name != COLUMN and not c.automatic]
    for column in others[:1]:
        yield f"{identifier(column.name)} = {identifier(column.name)}"
    for column in others:
        if change := _CHANGES.get(column.kind):
            yield f"{identifier(column.name)} = {change.format(identifier(column.name))}"
