"""Logs told as a story: whole, killed, resumed, old, odd."""

from contextlib import suppress
from pathlib import Path

import pytest

from agent.transcript import events
from agent.transcript.read import Asked, Told, Turn
from agent.transcript.words import figures, matrix
from tests.agent.scripted import GOOD
from tests.agent.transcript.logs import (
    COMMENT,
    DRAFTED,
    END,
    FIRST,
    LEFTOVER,
    START,
    WRITTEN,
    answers,
    judged,
    says,
    told,
    turn,
    uses,
)
from tools.config import ProjectError


def test_a_whole_run(tmp_path: Path) -> None:
    run = told(tmp_path, *DRAFTED, END, WRITTEN)
    assert [type(step) for step in run.steps] == [Told, Turn, Turn, Turn, Told, Turn, events.End, events.Written]
    assert [call.result for turn in run.turns for call in turn.calls] == [
        "table public.lessons",
        "Draft 1: FAIL, 1 error.",
        "Draft 2: PASS, 1 warning.",
    ]
    assert (run.outcome, run.best) == ("written", run.drafts[1])
    change = run.drafts[1].change
    assert [[f.rule for f in found] for found in (change.mended, change.new, change.left)] == [
        ["reversible/leftover"],
        ["comments/column"],
        [],
    ]
    assert [(row.id, row.statuses) for row in matrix(run.drafts)] == [
        ("reversible", ("fail", "pass")),
        ("comments", ("pass", "warn")),
    ]
    assert figures(run) == [
        ("Drafts", "2", ""),
        ("Turns", "4", ""),
        ("Tokens", "8,400", "75 % cached"),
        ("Cost", "$0.5000", ""),
        ("Model", "10 s", ""),
        ("Database", "1.50 s", ""),
    ]


def test_a_killed_run_has_what_was_paid_for(tmp_path: Path) -> None:
    run = told(tmp_path, *DRAFTED[:6])
    assert (run.outcome, run.end, run.seconds_database) == ("interrupted", None, 0.5)
    [call] = run.turns[1].calls
    assert (call.result, call.draft) == (None, run.drafts[0])
    assert run.cost == pytest.approx(2 * (500 * 0.10 + 1_500 * 0.01 + 100 * 0.50) / 1e6)


def test_a_resumed_run_with_a_question_goes_on_under_its_number(tmp_path: Path) -> None:
    question = ("question", {"question": "Which one?", "options": ["a", "b"], "reason": "ambiguous"})
    asked = turn(uses("ask", {"question": "Which one?"}))
    stopped = ("end", {"outcome": "asked", "summary": "Which one?"})
    waiting = [START, FIRST, asked, question, stopped]
    assert told(tmp_path, *waiting).outcome == "asked"
    again = [("resumed", {"words": "b"}), question, ("answer", {"text": "b"}), answers("The person answers: b")]
    run = told(tmp_path, *waiting, *again, *DRAFTED[4:], END)
    assert [step.answer for step in run.steps if isinstance(step, Asked)] == [None, "b"]
    assert (run.turns[0].calls, [turn.number for turn in run.turns]) == ((), [1, 2, 3, 4])
    assert [step.outcome for step in run.steps if isinstance(step, events.End)] == ["asked", "ready"]
    assert run.outcome == "ready"


def test_a_draft_that_is_judged_again_counts_once(tmp_path: Path) -> None:
    twice = [*DRAFTED[:6], ("resumed", {}), DRAFTED[5], answers("Draft 1: FAIL, 1 error.")]
    run = told(tmp_path, *twice)
    assert [draft.number for draft in run.drafts] == [1]
    assert run.drafts[0].before is None


def test_drafts_sent_together_are_told_apart_by_their_answers(tmp_path: Path) -> None:
    blocks = [uses("check_draft", {"files": []}, "a"), uses("check_draft", {"files": [GOOD]}, "b")]
    results = [answers("input: List should have at least 1 item", "a"), answers("Draft 1: PASS", "b")]
    run = told(tmp_path, START, FIRST, turn(*blocks), judged(1), *results)
    assert [call.draft and call.draft.number for call in run.turns[0].calls] == [None, 1]


def test_an_old_log_has_its_drafts_from_the_calls(tmp_path: Path) -> None:
    run = told(tmp_path, START, FIRST, turn(uses("check_draft", {"files": [GOOD]})), judged(1, LEFTOVER, COMMENT))
    [draft] = run.drafts
    assert draft.files[0].name == "add_lesson_difficulty.sql"
    assert draft.files[0].text.startswith("-- Migration: Add lesson difficulty\n-- Created: 2026-11-22\n")
    assert draft.statuses == {"reversible": "fail", "comments": "warn"}


def test_a_change_in_several_files_shows_the_worst_of_each_check(tmp_path: Path) -> None:
    checks = [{"id": "rls", "status": status} for status in ("n/a", "warn", "pass")]
    assert told(tmp_path, START, turn(), judged(1, checks=checks)).drafts[0].statuses == {"rls": "warn"}


@pytest.mark.parametrize(
    "event",
    [
        ("turn", {}),
        ("message", {"role": "user", "content": None}),
        ("draft", {"number": "first"}),
        ("end", {"cost": "much"}),
        ("turn", {"content": "words"}),
        ("turn", {"content": [{}, {"type": "tool_use"}], "usage": {"input_tokens": 1, "more": 2}}),
        ("strange", {"x": 1}),
        ("message", {"role": "user", "content": [{"type": "tool_result"}, {"type": "text", "text": 5}]}),
    ],
)
def test_odd_events_are_shown_or_refused_in_a_sentence(tmp_path: Path, event: tuple[str, dict[str, object]]) -> None:
    run = None
    with suppress(ProjectError):
        run = told(tmp_path, START, event, turn(says("still here")))
    assert run is None or run.turns[-1].text == "still here"
