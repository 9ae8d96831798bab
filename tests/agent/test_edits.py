"""A draft that is changed in places is the draft that was meant, or nothing happens."""

from typing import Any

import pytest

from agent.draft import Draft
from agent.edits import EditDraft, EditError, edited
from tests.agent.scripted import BAD, GOOD

INDEX = GOOD | {"name": "index_lessons", "tables": "", "comments": "", "indexes": "select 1;"}


def change(*files: dict[str, Any], **given: Any) -> Draft:
    return edited(Draft.model_validate({"files": list(files)}), EditDraft.model_validate(given))


def edit(field: str, old: str, new: str, **more: str) -> dict[str, str]:
    return {"field": field, "old": old, "new": new, **more}


def test_a_repair_in_places_is_the_draft_that_was_meant() -> None:
    made = change(
        BAD,
        edits=[
            edit("tables", "add column difficulty", "add column if not exists difficulty"),
            edit("comments", "", GOOD["comments"]),
            edit("rollback", "dificulty", "difficulty"),
        ],
    )
    assert made == Draft.model_validate({"files": [GOOD]})


def test_what_is_added_stands_last_and_is_undone_first() -> None:
    made = change(GOOD, edits=[edit("tables", "", "select 2;"), edit("rollback", "", "select 3;")]).files[0]
    assert made.tables == f"{GOOD['tables']}\n\nselect 2;"
    assert made.rollback == f"select 3;\n\n{GOOD['rollback']}"


def test_a_whole_field() -> None:
    made = change(GOOD, edits=[{"field": "tables", "new": "select 2;", "whole": True}]).files[0]
    assert (made.tables, made.comments) == ("select 2;", GOOD["comments"])


def test_one_of_several_files() -> None:
    made = change(GOOD, INDEX, edits=[edit("indexes", "1", "2", file="index_lessons")])
    assert (made.files[0].tables, made.files[1].indexes) == (GOOD["tables"], "select 2;")


def test_queries_samples_and_summary_are_put_in_place_of_the_others() -> None:
    query = {"sql": "select 1", "why": "", "role": "anon"}
    before = GOOD | {"queries": [{"sql": "select 0"}]}
    made = change(before, INDEX, queries=[query], samples=[{"table": "a", "values": {"b": 1}}], summary="Now so.")
    assert [len(file.queries) for file in made.files] == [0, 1]
    assert (made.files[1].queries[0].role, made.files[1].samples[0].values, made.summary) == (
        "anon",
        {"b": 1},
        "Now so.",
    )


def test_a_rule_is_allowed_once() -> None:
    allow = {"rule": "comments/column", "object": "public.lessons.difficulty", "reason": "speaks for itself"}
    made = change(GOOD | {"allow": [allow]}, allow=[allow | {"reason": "says it all by its name"}])
    assert [waiver.reason for waiver in made.files[0].allow] == ["says it all by its name"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "it changes nothing"),
        (
            {"edits": [edit("tables", "add colum difficulty", "x")]},
            "edits.0: its `old` does not stand in tables. The ne",
        ),
        ({"edits": [edit("indexes", "a", "x")]}, "does not stand in indexes. It is empty."),
        ({"edits": [edit("tables", "s", "x")]}, "times in tables; take more"),
        ({"edits": [edit("tables", "", "x", file="nope")]}, "there is no file 'nope'; there are add_lesson_difficulty"),
        ({"edits": [edit("name", GOOD["name"], "Not A Name")]}, "files.0.name would not fit any more"),
    ],
)
def test_what_does_not_fit_changes_nothing(given: dict[str, Any], said: str) -> None:
    with pytest.raises(EditError) as refused:
        change(GOOD, **given)
    assert said in str(refused.value)


def test_of_several_files_one_must_be_named() -> None:
    with pytest.raises(EditError, match="does not say which file"):
        change(GOOD, INDEX, edits=[edit("tables", "", "x")])
