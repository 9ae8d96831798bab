"""House rules as they are read: patterns, definitions, and what is wrong with them in one sentence."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.conventions import PLACEHOLDERS, Conventions, Names, Pattern

INDEX = {"table": "quests", "columns": "child_id_status", "kind": "btree"}


@pytest.mark.parametrize(
    ("pattern", "name", "allowed", "proposal"),
    [
        ("{table}_{columns}_idx", "quests_child_id_status_idx", True, None),
        ("{table}_{columns}_idx", "idx_quests_child_id_status", False, "quests_child_id_status_idx"),
        ("idx_{table}_{columns}(_{kind})?", "idx_quests_child_id_status_btree", True, "idx_quests_child_id_status"),
        ("idx_{table}_{columns}(_{kind})?", "idx_quests_child_id_status_gin", False, "idx_quests_child_id_status"),
        ("ix_{table}|{table}_ix", "quests", False, "ix_quests"),
        ("[a-z]+", "Quests", False, "quests"),
        ("{name}s", "Quest", False, None),
        ("{name}", "questLogs", False, "quest_logs"),
        ("app_{name}", "Quest", False, "app_quest"),
        ("(?:{name})_[0-9]{2}", "quest_07", True, None),
        ("(?:{name})_[0-9]{2}", "quest_007", False, None),
        ("{table}", "quests2", False, "quests"),
        ("x", "y" * 63, True, "x"),
        ("{table}_{columns}_" + "x" * 60, "short", True, None),
    ],
)
def test_patterns(pattern: str, name: str, allowed: bool, proposal: str | None) -> None:
    assert Pattern(pattern).allows(name, INDEX) == allowed
    assert Pattern(pattern).proposal(name, INDEX) == proposal


@given(st.text(min_size=1, max_size=10), st.text(max_size=10))
def test_what_a_placeholder_stands_for_is_no_expression(table: str, column: str) -> None:
    values = {"table": table, "columns": column}
    assert Pattern("{table}-{columns}").allows(f"{table}-{column}", values)
    assert re.fullmatch(Pattern("{table}").expression(values), f"{table}x") is None


@given(st.sampled_from(["{name}", "t_{name}", "{table}_{columns}_(a|b)?", "[a-z_]+"]), st.text(max_size=12))
def test_what_is_proposed_is_allowed(pattern: str, name: str) -> None:
    better = Pattern(pattern).proposal(name, INDEX)
    assert better is None or Pattern(pattern).allows(better, INDEX)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"names": {"index": "{tabel}"}}, "{tabel} means nothing here; known are {table}, {columns}, {kind}, {name}."),
        ({"names": {"table": "{columns}"}}, "{columns} means nothing here; known are {name}."),
        ({"names": {"view": " "}}, "the pattern of view is empty."),
        ({"names": {"type": "["}}, "no regular expression: unterminated character set"),
        ({"columns": {"a": "uuid,\n b text"}}, "more than one column's definition."),
        ({"columns": {"a": "uuid) inherits (x"}}, "more than one column's definition."),
        ({"columns": {"a": "uuid); drop table x; --"}}, "no column definition"),
        ({"columns": {"a": "uuid primary key"}}, "only a type, NOT NULL, NULL, DEFAULT and REFERENCES"),
        ({"columns": {"a": "not null"}}, "no column definition: syntax error"),
        ({"tenants": ["a.b.c"]}, "'a.b.c' is no schema.table."),
        ({"forbid": ["enums"]}, "did you mean 'enum'?"),
        ({"uuid_default": "gen_random_uuid("}, "no column definition"),
    ],
)
def test_mistakes_are_told(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Conventions.model_validate(given)
    assert len(caught.value.errors()) == 1
    assert complaint in str(caught.value)


def test_what_is_enforceable() -> None:
    assert not Conventions(text="Be kind.").enforceable
    assert Conventions.model_validate({"names": {"view": "v_{name}"}}).enforceable
    assert Conventions.model_validate({"tenants": ["Teams", "auth.users"]}).tenants == ('public."Teams"', "auth.users")
    assert set(PLACEHOLDERS) == set(Names.model_fields)
