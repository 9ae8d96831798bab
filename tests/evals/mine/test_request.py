"""What somebody asked for, out of what a commit says."""

from pathlib import Path

import pytest

from evals.mine.repository import Commit
from evals.mine.request import Request, given, request, texts_in
from tools.config import ProjectError
from tools.migration import Migration

TAGS = Migration(
    "20260101000000_document_tags.sql", "-- Purpose: Documents can be tagged\ncreate table public.tags ();"
)
PLAIN = Migration("20260101000000_document_tags.sql", "create table public.tags ();")
ODD = Migration("20260101000000_0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f.sql", "-- Tags for all documents\nselect 1;")


def commit(message: str) -> Commit:
    return Commit("1f2e3d4c5b6a79880123", ("p",), "2026-01-01", message)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Add tags to documents", "Add tags to documents."),
        ("Add tags to documents (#41)\n\nCo-authored-by: A <a@b>", "Add tags to documents."),
        ("[DB-7] Add tags to documents", "Add tags to documents."),
        ("feat(db): add tags to documents", "Add tags to documents."),
        ("feat(db)!: tags for documents", "Feature: tags for documents."),
        ("fix(comments): length limit (GH-3)", "Fix: length limit (comments)."),
        ("chore: documents have tags", "Documents have tags."),
        ("Feature/document tags of teams (#9)", "Feature: document tags of teams."),
        ("✨(db): Tag documents", "Tag documents."),
        ("note: documents have tags", "Note: documents have tags."),
        ("Merge pull request #12 from acme/tags\n\nAdd tags to documents", "Add tags to documents."),
        ("Add \x1b[31mtags\x07 to\tdocuments\r\n", "Add [31mtags to documents."),
    ],
)
def test_a_message_as_a_sentence(message: str, said: str) -> None:
    assert request(commit(message), [], [PLAIN]) == Request(said)


@pytest.mark.parametrize(
    "message",
    [
        "wip",
        "Update 20260101000000_document_tags.sql",
        "fix",
        "document tags",
        "feat: migration",
        "Run SQL migration",
        "",
    ],
)
def test_what_says_nothing_is_proposed(message: str) -> None:
    assert request(commit(message), [], [TAGS]) == Request("Documents can be tagged.", proposed=True)
    assert request(commit(message), [], [PLAIN]) == Request("Document tags.", proposed=True)


def test_a_file_without_a_name_is_asked_for_its_comment() -> None:
    assert request(commit("Changes"), [], [ODD]) == Request("Tags for all documents.", proposed=True)
    assert request(commit("Changes"), [], [Migration("1_update.sql", "select 1;")]) is None


def test_a_merge_that_says_nothing_says_what_it_brought() -> None:
    brought = [commit("wip"), commit("feat: add tags"), commit("feat: add tags"), commit("Tags are unique")]
    got = request(commit("Merge branch 'tags' into main"), brought, [PLAIN])
    assert got == Request("Add tags.\nTags are unique.")


def test_the_body_without_trailers() -> None:
    message = "feat: add tags (#4)\n\nAs asked for in the meeting:\n- unique\n\nCloses #12\nSigned-off-by: A <a@b>"
    got = request(commit(message), [], [PLAIN], body=True)
    assert got == Request("Add tags.\n\nAs asked for in the meeting:\n- unique")
    long = request(commit("Add tags\n\n" + "x" * 9000), [], [PLAIN], body=True)
    assert long
    assert len(long.text) == 2000


def test_texts_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "issues.toml"
    path.write_text('"#41" = "Documents need tags."\n1f2e3d4 = "By its commit."\n"document_tags" = "By its file."\n')
    texts = texts_in(path)
    assert given(dict([*texts.items()][:1]), commit("Tags (#41)"), [ODD]) == Request("Documents need tags.")
    assert given(texts, commit("Tags (#411)"), [ODD]) == Request("By its commit.")
    assert given({"document_tags": "By its file."}, commit("Tags"), [PLAIN]) == Request("By its file.")
    assert given({"#41": "Documents need tags."}, commit("Tags"), [PLAIN]) is None
    for wrong, said in (("41 = 7", "expected a text"), ("41 =", "is not TOML")):
        path.write_text(wrong)
        with pytest.raises(ProjectError, match=said):
            texts_in(path)
    with pytest.raises(ProjectError, match="Could not read"):
        texts_in(tmp_path / "none.toml")
