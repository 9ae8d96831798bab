"""The whole loop over HTTP: what goes over the wire stays the same where it must."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from agent.client import Anthropic
from agent.loop import draft
from agent.result import Result, Terms
from agent.runs import RunLog
from tests.agent.messages_api import Json, MessagesApi
from tests.agent.played import check
from tests.agent.scripted import BAD, GOOD
from tools.config import Limits, ModelConfig
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


def test_a_cached_prefix_stays_a_prefix(bench: Workbench, tmp_path: Path) -> None:
    result, sent = run(bench, tmp_path, check(BAD), {**check(GOOD), "cut": 500}, check(GOOD))
    assert (result.outcome, result.summary, result.drafts) == ("ready", GOOD["purpose"], 2)
    _, other = run(bench, tmp_path, check(GOOD), request="something else")
    fixed = {json.dumps([request["system"], request["tools"]]) for request in sent + other}
    assert len(fixed) == 1
    for before, after in pairwise(sent):
        assert json.dumps(after["messages"]).startswith(json.dumps(before["messages"]).removesuffix("]"))
    assert all(request["cache_control"] == {"type": "ephemeral"} for request in sent)
