"""The whole loop over HTTP: what goes over the wire stays the same where it must, and runs end as they should."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agent.client import Anthropic
from agent.loop import draft
from agent.result import Result, Terms
from agent.runs import RunLog
from tests.agent.messages_api import Json, MessagesApi, say, use
from tests.agent.scripted import BAD, GOOD
from tools.project import Limits, ModelConfig
from tools.workbench import Workbench


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def run(bench: Workbench, folder: Path, *answers: Json, request: str = "add a difficulty") -> tuple[Result, list[Json]]:
    with MessagesApi(list(answers)) as api:
        model = Anthropic(ModelConfig(name="claude-haiku-5-5", max_retries=1), {"ANTHROPIC_BASE_URL": api.url})
        log = RunLog.new(folder)
        result = draft(Terms(bench, model, log, Limits(), "2026-11-22"), request)
        return result, api.requests


def check(*files: Json) -> Json:
    return use("check_draft", {"files": list(files)})


def test_a_cached_prefix_stays_a_prefix(bench: Workbench, tmp_path: Path) -> None:
    result, sent = run(bench, tmp_path, check(BAD), {**check(GOOD), "cut": 500}, check(GOOD))
    assert (result.outcome, result.summary, result.drafts) == ("ready", GOOD["purpose"], 2)
    _, other = run(bench, tmp_path, check(GOOD), request="something else")
    fixed = {json.dumps([request["system"], request["tools"]]) for request in sent + other}
    assert len(fixed) == 1
    for before, after in pairwise(sent):
        assert json.dumps(after["messages"]).startswith(json.dumps(before["messages"]).removesuffix("]"))
    assert all(request["cache_control"] == {"type": "ephemeral"} for request in sent)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([say("You should add a column.")], "no-draft"),
        ([use("check_draft", '"just do it"')], "not-met"),
        ([use("check_draft", "{files: nope")], "not-met"),
        ([check(BAD), say("That will do.")], "not-met"),
        ([say("No.", stop_reason="refusal")], "refused"),
        ([{"status": 401, "message": "invalid x-api-key"}], "misconfigured"),
        ([{"status": 529, "message": "busy", "headers": {"retry-after": "0"}}], "unreachable"),
        ([{**say("cut"), "cut": 600}], "unreachable"),
    ],
)
def test_a_run_that_gets_nowhere_says_so(bench: Workbench, tmp_path: Path, answers: Any, outcome: str) -> None:
    result, _ = run(bench, tmp_path, *answers)
    assert result.outcome == outcome
    assert result.summary
