"""A file that is written is read back into the draft that it came from."""

from pathlib import Path

import pytest

from agent.draft import DraftFile
from agent.draft_file import read_back
from evals.cases import goldens
from tests.agent.scripted import GOOD
from tools.migration import Migration

ALLOW = [{"rule": "comments/column", "object": "public.lessons.difficulty", "reason": "speaks for itself"}]
UNDO = "drop table public.a;\n-- Irreversible: the values of public.b are gone\ndo $$\nbegin\n  null;\nend\n$$;"


@pytest.mark.parametrize(
    "fields",
    [
        GOOD,
        GOOD | {"allow": ALLOW, "rollback": UNDO},
        GOOD | {"indexes": "-- why\nselect 1;", "functions": "select 2; -- so", "comments": ""},
    ],
)
def test_what_was_rendered_is_read_back(fields: dict[str, object]) -> None:
    draft = DraftFile.model_validate(fields)
    assert read_back(Migration(f"20261122000000_{draft.name}.sql", draft.render("2026-11-22"))) == draft


def test_goldens_are_read_back_and_say_the_same() -> None:
    for golden in goldens():
        for migration in golden.migrations:
            draft = read_back(migration)
            assert draft, migration.file_name
            again = Migration(migration.file_name, draft.render("2026-11-22"))
            assert [s.text for s in again.statements] == [s.text for s in migration.statements]


@pytest.mark.parametrize("text", ["", "select 1;", "create table a ();\n-- Rollback\n-- drop table a;", "selec 1;"])
def test_other_forms_are_not_taken_apart(text: str) -> None:
    assert read_back(Migration(Path("20261122000000_a.sql").name, text)) is None
