"""Whole answers that are no use, over HTTP: the model is told, and never asked the same again."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.loop import MISTAKES, NUDGES
from agent.model import UNREADABLE, Usage
from agent.transcript.read import read
from tests.agent.messages_api import Json, events, say, use
from tests.agent.played import blocks, check, player
from tests.agent.scripted import BAD, GOOD
from tools.workbench import Workbench


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def ran(bench: Workbench, tmp_path: Path) -> Any:
    return player(bench, tmp_path)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("{files: nope", id="no JSON"),
        pytest.param('{"files": [{"name": "add_x", "pur', id="half of it"),
        pytest.param('"just do it"', id="a string"),
        pytest.param("[[1]]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param("NaN", id="NaN"),
        pytest.param("[" * 100_000, id="too deep"),
        pytest.param({}, id="empty"),
        pytest.param({"files": "add a table"}, id="wrong shape"),
        pytest.param({"files": [GOOD | {"name": 7, "tables": None}]}, id="wrong types"),
        pytest.param({"files": []}, id="no file"),
        pytest.param({"files": [GOOD | {"name": "../../etc/passwd"}]}, id="a path for a name"),
        pytest.param({"files": [GOOD], "apply_to": "production"}, id="a key too many"),
        pytest.param({UNREADABLE: "x", "files": [GOOD]}, id="our own mark"),
    ],
)
def test_input_that_does_not_fit(ran: Any, given: Any) -> None:
    run = ran(use("check_draft", given), check(GOOD))
    assert (run.exit, len(run.asked), run.result.drafts) == (0, 2, 1)
    assert run.told[0]["is_error"]
    assert len(json.dumps(run.asked[-1])) < len(json.dumps(run.asked[0])) + 5_000
    run = ran(use("check_draft", given))
    assert (run.exit, len(run.asked)) == (1, MISTAKES)


@pytest.mark.parametrize("text", ["\\ud800", "\\u0000", "\\u202e", "💥", "\\r\\n\\u0085"])
def test_odd_characters(ran: Any, text: str) -> None:
    odd = json.dumps({"files": [GOOD]}).replace("by how hard they are", f"by {text} how hard")
    run = ran(use("check_draft", odd), check(GOOD))
    assert run.exit == 0
    json.dumps(run.asked, ensure_ascii=False).encode()


def test_tools_that_do_not_exist(ran: Any) -> None:
    run = ran(use("apply_to_production", {"sql": "drop table x"}), use("", {}), check(GOOD))
    assert (run.exit, len(run.asked)) == (0, 3)
    assert ran(use("rm", {})).exit == 1


@pytest.mark.parametrize("ids", [["a", "b", "c"], ["a", "a", "a"], ["", None, ""]])
def test_several_calls_at_once(ran: Any, ids: list[str]) -> None:
    calls = [*check(BAD)["content"], *use("find", {"query": "lesson"})["content"], *check(GOOD)["content"]]
    run = ran({"content": [call | {"id": given} for call, given in zip(calls, ids, strict=True)]}, say("Done."))
    assert (run.exit, len(run.asked), run.result.drafts) == (0, 1, 2)
    asked, answered = (blocks(message) for message in run.saved.messages[-2:])
    assert [block["id"] for block in asked] == [block["tool_use_id"] for block in answered]


def test_ids_that_come_again_with_every_turn(ran: Any) -> None:
    again = [{"content": [part["content"][0] | {"id": "call_0"}]} for part in (check(BAD), check(GOOD))]
    assert ran(*again).exit == 0


@pytest.mark.parametrize(
    ("content", "stop"),
    [
        ([], "end_turn"),
        ([], "tool_use"),
        ([{"type": "text", "text": ""}], "end_turn"),
        ([{"type": "text", "text": " \n\t"}], "stop_sequence"),
    ],
)
def test_nothing_said(ran: Any, content: list[Json], stop: str) -> None:
    empty = {"content": content, "stop_reason": stop}
    run = ran(empty)
    assert (run.exit, len(run.asked)) == (1, NUDGES + 1)
    assert all(message["content"] for message in run.asked[-1]["messages"])
    assert ran(empty, check(GOOD)).exit == 0


def test_thinking_and_no_more(ran: Any) -> None:
    thought = {"type": "thinking", "thinking": "", "signature": "c2ln"}
    run = ran({"content": [thought]}, check(GOOD))
    assert run.exit == 0
    assert run.asked[-1]["messages"][1]["content"] == [thought]


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ({**say("I will not."), "stop_reason": "refusal"}, 3, "I will not."),
        ({"content": [], "stop_reason": "refusal"}, 3, "declined"),
        ({**say("So"), "stop_reason": "model_context_window_exceeded"}, 1, "context window"),
        ({**say("So"), "stop_reason": "telepathy"}, 1, "telepathy"),
        ({**check(GOOD), "stop_reason": "telepathy"}, 1, "telepathy"),
        ({**check(GOOD), "stop_reason": "refusal"}, 3, "declined"),
    ],
)
def test_reasons_to_stop(ran: Any, answer: Json, code: int, said: str) -> None:
    run = ran(answer, check(GOOD))
    assert (run.exit, len(run.asked)) == (code, 1)
    assert said in run.result.summary


def test_a_refusal_says_why(ran: Any) -> None:
    *begun, _, stop = events({"content": []})
    delta = {"stop_reason": "refusal", "stop_details": {"type": "refusal", "explanation": "It could do harm."}}
    told = {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 1}}
    run = ran({"stream": [*begun, f"event: message_delta\ndata: {json.dumps(told)}\n\n", stop]})
    assert (run.exit, run.result.summary) == (3, "It could do harm.")


@pytest.mark.parametrize("content", [say("Let me")["content"], check(BAD)["content"]])
@pytest.mark.parametrize("stop", ["pause_turn", "max_tokens"])
def test_pauses_and_cuts(ran: Any, content: list[Json], stop: str) -> None:
    run = ran({"content": content, "stop_reason": stop}, check(GOOD))
    assert (run.exit, len(run.asked)) == (0, 2)


def test_a_draft_cut_by_max_tokens_is_not_judged(ran: Any) -> None:
    half = json.dumps({"files": [GOOD]})[:-80]
    run = ran(use("check_draft", half, stop_reason="max_tokens"), check(GOOD))
    assert (run.exit, len(run.asked), run.result.drafts) == (0, 2, 1)
    assert "cut off" in run.told[0]["content"]
    run = ran(use("check_draft", half, stop_reason="max_tokens"))
    assert (run.exit, len(run.asked)) == (1, MISTAKES)


@pytest.mark.parametrize("stop", ["pause_turn", "max_tokens"])
def test_for_ever_unfinished(ran: Any, stop: str) -> None:
    run = ran({**say("Let me"), "stop_reason": stop}, limits={"turns": 6})
    assert run.exit == 1
    assert len(run.asked) <= 6


def test_the_same_failing_draft_again_and_again(ran: Any) -> None:
    run = ran(check(BAD), limits={"drafts": 3})
    assert (run.exit, len(run.asked), run.result.drafts) == (1, 3, 3)
    assert run.result.draft is not None


def test_usage_that_nobody_told(ran: Any) -> None:
    run = ran(check(BAD, usage=None), check(GOOD))
    assert (run.exit, run.result.cost) == (0, None)
    run = ran(check(BAD, usage=None), check(GOOD), limits={"cost": 5.0})
    assert (run.exit, len(run.asked)) == (3, 1)


def test_what_was_lost_counts_against_the_limits(ran: Any) -> None:
    run = ran(check(BAD, cut=900), limits={"cost": 1.0}, max_retries=1)
    assert run.exit == 3
    assert run.result.usage == Usage(2000, 2)
    assert run.result.cost == pytest.approx(2000 * 0.1e-6 + 2 * 0.5e-6)
    shown = read(run.saved, "a-run")
    assert (run.saved.usage, run.saved.cost) == (shown.usage, shown.cost) == (run.result.usage, run.result.cost)
