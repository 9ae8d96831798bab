"""Grades: the golden passes, nothing scores nothing, and what differs is named."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from evals.cases import Case, cases
from evals.grade import Attempt, Grade, Reference, grade
from evals.grade.state import reached
from tools.migration import Migration
from tools.workbench import Workbench

CASES = {case.id: case for case in cases()}
NULL = Attempt("no-draft")


@pytest.fixture(scope="module")
def quests(bench: Workbench) -> Iterator[Reference]:
    with Reference.of(bench, CASES["quests"]) as reference:
        yield reference


def with_edit(case: Case, old: str, new: str) -> Attempt:
    assert case.golden
    *before, last = case.golden.migrations
    assert old in last.text
    return Attempt("ready", (*before, Migration(last.file_name, last.text.replace(old, new))))


@pytest.mark.parametrize("case", cases(), ids=str)
def test_nothing_scores_nothing(bench: Workbench, case: Case) -> None:
    assert (grade(bench, case, NULL).verdict, grade(bench, case, NULL).score) == ("fail", 0)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("between 3 and 200", "between 3 and 99", "different: check public.quests (title): refuses title = a text of"),
        ("check (progress between 0 and 100)", "check (progress >= 0)", "different: check public.quests (progress): "),
        ("references public.badges (id) on delete set null", "references public.badges (id)", "different: foreign key"),
        ("default '[]'::jsonb", "default '{}'::jsonb", "different: default public.quests.requirements"),
        ("grant select, insert, update on", "grant select, insert on", "missing: grant public.quests authenticated up"),
        ("metadata", "details", "missing: column public.quests.metadata"),
        ("before update on", "after update on", "different: triggers public.quests update: another outcome"),
        ("c.parent_id = (select", "c.parent_id <> (select", "different: policies public.quests owner select: 0 rows"),
        ("(child_id, status)", "(child_id)", "missing: index public.quests (child_id, status)"),
    ],
)  # fmt: skip
def test_what_differs_is_named(quests: Reference, old: str, new: str, reason: str) -> None:
    got = quests.grade(with_edit(quests.case, old, new))
    assert (got.verdict, any(reason in line for line in got.reasons)) == ("fail", True), got
    assert 0 < got.score < 100


def test_other_words_are_as_good(quests: Reference) -> None:
    others = {
        "quest_type in ('daily', 'weekly', 'special')": "quest_type = any (array['daily', 'weekly', 'special'])",
        "title text not null check (length(title) between 3 and 200)": (
            "title varchar(200) not null check (length(title) >= 3)"
        ),
        "check ((status = 'completed') = (completed_at is not null))": (
            "check (case when status = 'completed' then completed_at is not null else completed_at is null end)"
        ),
        "quests (child_id, status)": "quests (child_id desc, status desc)",
    }
    assert quests.case.golden
    (golden,) = quests.case.golden.migrations
    text = golden.text
    for old, new in others.items():
        assert old in text
        text = text.replace(old, new)
    assert quests.grade(Attempt("ready", (replace(golden, text=text),))) == Grade(verdict="pass", score=100)


@pytest.mark.parametrize(
    ("case", "old", "new", "reason"),
    [
        ("lesson_difficulty", "(difficulty in", "(lower(difficulty) in", "takes difficulty = 'EASY'"),
        ("tutoring_sessions", "interval '2 hours'", "interval '3 hours'", "different: check public.tutoring_sessions"),
        ("tutoring_sessions", "status <> 'cancelled'", "status in ('requested', 'confirmed', 'completed')", ""),
        ("reading_sessions", "old.revision + 1", "new.revision + 1", "different: triggers public.reading_sessions"),
        ("notifications", "<> new.author_id", "= new.author_id", "different: triggers public.comments insert"),
        ("complete_lesson", " and status <> 'completed'", "", "a second time changes nothing"),
        ("purge_invitations", "'30 days'", "'3 days'", "nothing else': [["),
    ],
)  # fmt: skip
def test_what_only_rows_tell(
    bench: Workbench, team_bench: Workbench, case: str, old: str, new: str, reason: str
) -> None:
    one = CASES[case]
    home = team_bench if one.file.project == "team_docs" else bench
    with Reference.of(home, one) as reference, reached(home, with_edit(one, old, new).migrations) as draft:
        found = [str(difference) for difference in reference.differences(draft)]
    assert any(reason in line for line in found) == bool(reason), found


def test_a_golden_may_excuse_a_rule(quests: Reference) -> None:
    attempt = with_edit(quests.case, "comment on table public.quests is", "select")
    assert [reason[:20] for reason in quests.grade(attempt).reasons] == ["check comments/table"]
    may = quests.case.file.may.model_copy(update={"breaks": ["comments/*"]})
    lenient = replace(quests.case, file=quests.case.file.model_copy(update={"may": may}))
    assert replace(quests, case=lenient).grade(attempt).verdict == "pass"


def test_json_is_stable(quests: Reference) -> None:
    attempt = with_edit(quests.case, "between 3 and 200", "between 2 and 200")
    first = quests.grade(attempt).model_dump_json()
    assert first == quests.grade(attempt).model_dump_json()
    assert Grade.model_validate_json(first).verdict == "fail"
