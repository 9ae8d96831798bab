"""Grades: the golden passes, nothing scores nothing, and what differs is named."""

from collections.abc import Iterator

import pytest

from evals.cases import Case, cases
from evals.grade import Attempt, Grade, Reference, grade
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


def test_json_is_stable(quests: Reference) -> None:
    attempt = with_edit(quests.case, "between 3 and 200", "between 2 and 200")
    first = quests.grade(attempt).model_dump_json()
    assert first == quests.grade(attempt).model_dump_json()
    assert Grade.model_validate_json(first).verdict == "fail"
