"""Constraints that everybody writes are no reason to leave a table without rows."""

from pathlib import Path

import pytest

from tools.postgres.server import Connection
from tools.rows.derive import derivations
from tools.rows.filler import Filler, Schema
from tools.rows.schema import Column, Type

EVERYDAY = dict(
    part.split("\n", 1) for part in (Path(__file__).parent / "everyday.sql").read_text().split("\n--- ")[1:]
)  # fmt: skip
"""Definitions by what is special about them; the table in question is called t."""


def made(conn: Connection, definition: str) -> Schema:
    conn.execute("begin; create schema nasty; set local search_path = nasty, public, extensions")
    conn.execute(definition.encode())
    return Schema.read(conn, ["nasty.t"])


@pytest.mark.parametrize("name", EVERYDAY)
def test_everyday_tables_get_rows(db: Connection, name: str) -> None:
    schema = made(db, EVERYDAY[name])
    one, other = Filler(db, schema), Filler(db, schema, mark="b")
    rows = [one.row("nasty.t"), one.row("nasty.t"), other.row("nasty.t", own=set(schema.tables)), other.row("nasty.t")]
    assert len({tuple(row.items()) for row in rows}) == 4
    assert Filler(db, schema).fill("nasty.t", 100) >= 90
    assert Filler(db, schema).awkward("nasty.t")
    assert other.values("nasty.t")


@pytest.mark.parametrize("check", ["id", "id = 1"])
def test_the_only_row_that_a_table_takes_is_everybodys(db: Connection, check: str) -> None:
    kind = "boolean" if check == "id" else "int"
    schema = made(db, f"create table t (id {kind} primary key default '1' check ({check}), theme text not null)")
    one, other = Filler(db, schema), Filler(db, schema, mark="b")
    assert one.row("nasty.t") == other.row("nasty.t") == one.row("nasty.t")
    assert Filler(db, schema).fill("nasty.t", 10) == 0
    assert db.execute("select count(*) from nasty.t").fetchone() == (1,)


@pytest.mark.parametrize(
    ("condition", "column", "expression"),
    [
        ("ends <= starts + '2 hours'::interval", "ends", "(starts + '2 hours'::interval)"),
        ("ends <= starts + '2 hours'::interval", "starts", "(ends) - (('2 hours'::interval))"),
        ("starts = date_trunc('month', starts)", "starts", "date_trunc('month', starts)"),
        ("3 < n", "n", "(3) + 1"),
        ("n % 5 = 0", "n", "(n) - (n) % (5) + (0)"),
    ],
)
def test_conditions_are_solved_for_their_columns(condition: str, column: str, expression: str) -> None:
    kinds = {"starts": ("timestamp", "timestamptz"), "ends": ("timestamp", "timestamptz"), "n": ("number", "int4")}
    columns = {name: Column(name, Type(base, kind, base, base), True) for name, (kind, base) in kinds.items()}
    assert expression in [found.sql for found in derivations(condition, columns)[column]]
