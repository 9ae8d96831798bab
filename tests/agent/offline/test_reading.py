"""What requests are read as: `readings/*.txt` holds them in many wordings, each group above what it means."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.offline.description import AddColumns, AddIndex, AddUnique, Audit, Change, Column, Index, Key, NewTable
from agent.offline.reading import Satisfied, Unclear, read
from agent.offline.reading.accounted import refuse_unaccounted
from agent.offline.reading.text import plain
from agent.offline.rendering import render
from agent.offline.schema import Schema
from tests.agent.offline.sketch import sketch
from tests.conftest import PROJECTS
from tools.project import Project
from tools.workbench import Workbench

READINGS = Path(__file__).parent / "readings"
_KIND = Column("kind", "text", choices=("easy", "hard"))


def readings(path: Path) -> Iterator[tuple[list[str], str]]:
    """(requests, sketch) of a file; ``> `` begins a request, ``| `` goes on with it, what it means is indented."""
    requests: list[str] = []
    expected: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), "> "]:
        if line.startswith("> ") and expected:
            yield requests, "\n".join(expected)
            requests, expected = [], []
        if line.startswith("> "):
            requests.append(line[2:])
        elif line.startswith("| "):
            requests[-1] += "\n" + line[2:]
        elif line.strip():
            expected.append(line[4:])


KINDS = sorted(path.stem for path in READINGS.glob("*.txt") if path.stem != "refused")


@pytest.fixture(scope="session")
def schemas(bench: Workbench, team_bench: Workbench) -> dict[str, Schema]:
    return {
        name: Schema(opened.catalog, opened.project.config)
        for name, opened in (("inner_odyssey", bench), ("team_docs", team_bench))
    }


@pytest.mark.parametrize("kind", KINDS)
def test_requests_in_many_words(kind: str, schemas: dict[str, Schema]) -> None:
    schema = schemas["team_docs" if kind.startswith("team_docs") else "inner_odyssey"]
    wrong = []
    for requests, expected in readings(READINGS / f"{kind}.txt"):
        for request in requests:
            try:
                found = sketch(read(request, schema))
            except Unclear as unclear:
                found = f"unclear: {unclear}"
            if sorted(found.splitlines()) != sorted(expected.splitlines()):  # columns stand in any order
                wrong.append(f"{request}\n    is read as\n{found}\n    and means\n{expected}")
    assert not wrong, "\n\n".join(wrong)


def test_each_kind_has_a_dozen_wordings() -> None:
    counts = {kind: sum(len(requests) for requests, _ in readings(READINGS / f"{kind}.txt")) for kind in KINDS}
    assert {kind for kind, count in counts.items() if count < 10} == set()
    assert sum(counts.values()) > 300


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Please ", ""),
        ("Hi there! We need to ", ", thanks."),
        ("Can you ", "?"),
        ("", " so that parents can find their way"),
        ("The app grows every week. ", ""),
    ],
)
def test_prose_around_a_request_changes_nothing(before: str, after: str, schemas: dict[str, Schema]) -> None:
    for request in (
        "add a difficulty to lessons: easy, medium or hard, default medium",
        "add an index on lessons.grade_level",
        "add a premium flag to lessons",
    ):
        plain, dressed = (sketch(read(text, schemas["inner_odyssey"])) for text in (request, before + request + after))
        assert dressed == plain, before + request + after


@pytest.mark.parametrize(
    "request_text",
    [line for line in (READINGS / "refused.txt").read_text(encoding="utf-8").splitlines() if line],
)
def test_what_is_not_certain_is_refused(request_text: str, schemas: dict[str, Schema]) -> None:
    with pytest.raises(Unclear) as refused:
        read(request_text, schemas["inner_odyssey"])
    assert re.search(r"\w", refused.value.words)


@pytest.mark.parametrize(
    ("request_text", "told"),
    [
        ("add a difficulty to rooms: easy, medium or hard", "There is no table rooms; there are audit_log, badges, "),
        ("Add an index on bookings.starts_at", "There is no table bookings; "),
        ("Audit all changes to payments", "There is no table payments; "),
        ("index lesson_ratings by score", "There is no table lesson_ratings; near it are lessons."),
        ("add an enum", 'The built-in drafter did not understand "add an enum".'),
    ],
)
def test_a_table_that_is_not_there_is_named(request_text: str, told: str, schemas: dict[str, Schema]) -> None:
    with pytest.raises(Unclear) as refused:
        read(request_text, schemas["inner_odyssey"])
    assert refused.value.told.startswith(told)


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (Audit("public.lessons", "public.audit_log", (), "id"), "audit lessons, only log deletions"),
        (AddIndex("public.lessons", Index((Key("grade_level"),))), "add a partial index on lessons.grade_level"),
        (AddIndex("public.lessons", Index((Key("grade_level"),))), "index lessons by grade_level and published_at"),
        (AddColumns("public.lessons", (_KIND,)), "add a kind to lessons: easy, hard or expert"),
        (AddColumns("public.lessons", (_KIND,)), "add a kind to lessons: easy or hard, default expert"),
        (AddColumns("public.lessons", (_KIND,)), "add a kind to lessons: easy or hard, optional"),
        (AddColumns("public.lessons", (_KIND,)), "add a kind to lessons: easy or hard, unique"),
        (AddColumns("public.lessons", (Column("size", "integer"),)), "add a size to lessons, at most 30"),
        (AddColumns("public.lessons", (Column("page_url", "text"),)), "add a page_url to lessons, http or https"),
    ],
)
def test_what_was_said_and_is_in_no_change_is_refused(change: Change, lost: str, schemas: dict[str, Schema]) -> None:
    with pytest.raises(Unclear):
        refuse_unaccounted((change,), plain(lost), schemas["inner_odyssey"])


@pytest.mark.parametrize(
    ("request_text", "evidence"),
    [
        ("index lessons by subject", "public.lessons/idx_lessons_subject"),
        ("make badge names unique", "public.badges.name"),
        ("score in user_progress must be between 0 and 100", "public.user_progress.score"),
        ("intensity of emotion logs must be from 1 to 10", "public.emotion_logs.intensity"),
    ],
)
def test_what_is_there_already_is_shown(request_text: str, evidence: str, schemas: dict[str, Schema]) -> None:
    with pytest.raises(Satisfied) as satisfied:
        read(request_text, schemas["inner_odyssey"])
    assert evidence in satisfied.value.evidence


def test_a_long_text_is_refused_at_once(schemas: dict[str, Schema]) -> None:
    for text in ("a " * 2_900, "child and lesson unique " * 200, "parents can view and " * 200, "x" * 9_000):
        with pytest.raises(Unclear):
            read("add a quests table for children with " + text, schemas["inner_odyssey"])


@pytest.mark.parametrize(
    "request_",
    [
        "a kid should only be in user_progress once per lesson, can you make that unique?",
        "Please add a rule to the lessons table that ensures the points are always zero or higher, guarantees.",
        "Let parents leave a star rating from 1 to 5 on a lesson, everyone can read ratings.",
        "Teachers want to see how long a lesson takes, in minutes.",
    ],
)
def test_doubtful_readings_make_no_new_things(request_: str, schemas: dict[str, Schema]) -> None:
    """A pair of which only half was read, and pieces of a sentence that are no names."""
    try:
        changes = read(request_, schemas["inner_odyssey"]).changes
    except Unclear:
        return
    assert not any(isinstance(change, NewTable | AddColumns) for change in changes)
    assert not any(isinstance(change, AddUnique) and len(change.columns) == 1 for change in changes)


def test_policies_are_named_after_those_whom_they_let_in(schemas: dict[str, Schema]) -> None:
    schema = schemas["team_docs"]
    shared = "New table announcements for each organization with a title (text, required). "
    for request, names in (
        (shared + "Members of the organization can see and add them.", ["Members can view", "Members can add"]),
        (
            "Create reading_streaks: user_id, days int. Users see and change their own.",
            ["Users can view", "Users can update"],
        ),
    ):
        security = render(read(request, schema), schema).model_dump_json()
        assert [name for name in names if f'\\"{name} ' not in security] == []


def test_what_a_shared_trigger_names_is_a_log_only_where_it_holds_entries(tmp_path: Path) -> None:
    """What its comment says may name any table: the log is the one that holds entries."""
    root = tmp_path / "team_docs"
    shutil.copytree(PROJECTS / "team_docs", root)
    (root / "supabase" / "migrations" / "20990101000000_comment.sql").write_text(
        "comment on function private.log_activity() is 'Trigger: tells what happens to documents, in activity_log';\n"
    )
    with Workbench.open(Project.find(root)) as bench:
        schema = Schema(bench.catalog, bench.project.config)
        assert schema.shared_audit("public.documents") == schema.shared_audit("public.activity_log") is not None
        (change,) = read("audit changes to labels", schema).changes
    assert isinstance(change, Audit)
    assert (change.log, change.function) == ("public.activity_log", "private.log_activity()")
