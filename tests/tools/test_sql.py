"""Statements and comments stand where the file has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.sql import Script, SqlError

TEXT = """-- Grüße
create table a (id int); /* b */ select 'it''s; ok', $x$ -- no $x$;

  do $$ begin perform 1; end $$;
"""


def test_statements_have_their_text_and_place() -> None:
    script = Script(TEXT)
    assert [(s.kind, s.line, s.column) for s in script.statements] == [
        ("CreateStmt", 2, 1),
        ("SelectStmt", 2, 34),
        ("DoStmt", 4, 3),
    ]
    assert all(TEXT[s.start : s.end] == s.text for s in script.statements)
    assert [(c.text, c.line, c.own_line) for c in script.comments] == [(" Grüße", 1, True), (" b ", 2, False)]


def test_the_parser_is_postgres() -> None:
    with pytest.raises(SqlError) as caught:
        _ = Script("select 'ä';\n  create tabl x (id int);").statements
    assert (caught.value.message, caught.value.line, caught.value.column) == ('syntax error at or near "tabl"', 2, 10)
    assert Script("select 'open").comments == ()


def test_walks_the_whole_tree() -> None:
    statement = Script("select * from a where b in (select c from d)").statements[0]
    relations = {node.relname for node in statement.walk() if type(node).__name__ == "RangeVar"}
    assert relations == {"a", "d"}


@given(st.lists(st.sampled_from(["select 1", "select 'ü;'", "-- c ö\nselect 2", "/* ; */ table x", "do $$;$$"])))
def test_split_and_join_is_identity(parts: list[str]) -> None:
    text = ";\n".join(parts)
    statements = Script(text).statements
    assert len(statements) == len(parts)
    assert all(statement.text in part for statement, part in zip(statements, parts, strict=True))
    assert all(text[s.start : s.end] == s.text for s in statements)
