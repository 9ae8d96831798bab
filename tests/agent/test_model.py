"""The SDK's client against a server that answers as scripted."""

import json
from typing import Any

import pytest

from agent.client import Anthropic, available
from agent.model import UNREADABLE, ModelError, Request, Turn, Usage, cost, prices
from tests.agent.messages_api import Json, MessagesApi, say, use
from tools.project import ModelConfig

REQUEST = Request(
    system=[{"type": "text", "text": "You write migrations."}],
    tools=[{"name": "check_draft", "description": "Judge.", "input_schema": {"type": "object"}}],
    messages=[{"role": "user", "content": "Add a table."}],
)
CORE = {"model", "max_tokens", "system", "messages", "tools", "stream"}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def ask(*answers: Json, environ: dict[str, str] | None = None, **config: Any) -> tuple[Turn, MessagesApi]:
    given = {"name": "claude-haiku-5-5", "max_retries": 2, "timeout": 5} | config
    with MessagesApi(list(answers)) as api:
        model = Anthropic(ModelConfig(**given), {"ANTHROPIC_BASE_URL": api.url, **(environ or {})})
        return model.reply(REQUEST), api


def test_a_turn_is_read_whole() -> None:
    usage = {"input_tokens": 5, "output_tokens": 6, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 8}
    blocks = [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": " "},
        {"type": "text", "text": "Let me see."},
        {"type": "tool_use", "name": "check_draft", "input": {"files": []}},
    ]
    turn, _ = ask({"content": blocks, "usage": usage})
    assert [block["type"] for block in turn.content] == ["thinking", "text", "tool_use"]
    assert turn.text == "Let me see."
    assert turn.tool_uses[0]["input"] == {"files": []}
    assert turn.usage == Usage(input_tokens=5, output_tokens=6, cache_read_tokens=7, cache_write_tokens=8)
    assert (turn.stop_reason, turn.model) == ("tool_use", "claude-haiku-5-5")
    assert json.loads(json.dumps(turn.content)) == turn.content


@pytest.mark.parametrize(
    ("config", "extra"),
    [
        ({"cache": False}, {}),
        ({}, {"cache_control": {"type": "ephemeral"}}),
        (
            {"cache": False, "thinking": True, "effort": "low"},
            {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}},
        ),
    ],
)
def test_only_what_is_configured_is_sent(config: dict[str, Any], extra: dict[str, Any]) -> None:
    _, api = ask(say("ok"), **config)
    (sent,) = api.requests
    assert {key: value for key, value in sent.items() if key not in CORE} == extra
    assert (sent["system"], sent["tools"], sent["messages"]) == (REQUEST.system, REQUEST.tools, REQUEST.messages)


@pytest.mark.parametrize(
    ("environ", "credential"),
    [
        ({}, "none"),
        ({"ANTHROPIC_API_KEY": " sk-1 "}, "sk-1"),
        ({"ANTHROPIC_AUTH_TOKEN": "tok"}, "tok"),
        ({"ANTHROPIC_API_KEY": "sk-1", "ANTHROPIC_AUTH_TOKEN": "tok"}, "sk-1"),
    ],
)
def test_credentials_come_from_the_environment(environ: dict[str, str], credential: str) -> None:
    _, api = ask(say("ok"), environ=environ)
    assert api.headers[0]["authorization"] == f"Bearer {credential}"


@pytest.mark.parametrize(
    "broken",
    [
        {**say("cut before anything came"), "cut": 0},
        {**say("cut in the first event"), "cut": 100},
        {**say("cut in the text " * 50), "cut": 700},
        {**use("check_draft", {"files": ["x" * 500]}), "cut": 700},
        {"error_event": "overloaded_error"},
        {"raw": "<html>A proxy's greeting</html>"},
    ],
)
def test_a_broken_answer_is_asked_for_again(broken: Json) -> None:
    turn, api = ask(broken, say("whole"))
    assert turn.text == "whole"
    assert api.requests[0] == api.requests[1]


@pytest.mark.parametrize(
    ("answer", "kind", "words", "asked"),
    [
        ({**say("cut"), "cut": 600}, "infrastructure", "broke off its answer", 2),
        ({"status": 400, "message": "max_tokens: too big"}, "configuration", "max_tokens: too big", 1),
        ({"status": 400, "message": "prompt is too long"}, "model", "too long", 1),
        ({"status": 401, "message": "invalid x-api-key"}, "configuration", "ANTHROPIC_API_KEY", 1),
        ({"status": 402, "message": "no credit"}, "configuration", "payment", 1),
        ({"status": 403, "message": "not yours"}, "configuration", "claude-haiku-5-5", 1),
        ({"status": 404, "message": "model"}, "configuration", "knows no model 'claude-haiku-5-5'", 1),
        ({"status": 413, "message": "big"}, "model", "too large", 1),
        ({"status": 429, "message": "slow", "headers": {"retry-after": "0"}}, "infrastructure", "2 tries: slow", 2),
        ({"status": 529, "message": "busy", "headers": {"retry-after": "0"}}, "infrastructure", "529", 2),
        ({"hang": 1}, "infrastructure", "within 0.2 s", 2),
    ],
)
def test_each_error_is_one_sentence_of_its_kind(answer: Json, kind: str, words: str, asked: int) -> None:
    config = ModelConfig(name="claude-haiku-5-5", max_retries=1, timeout=0.2 if "hang" in answer else 5)
    with MessagesApi([answer]) as api, pytest.raises(ModelError) as raised:
        Anthropic(config, {"ANTHROPIC_BASE_URL": api.url}).reply(REQUEST)
    assert raised.value.kind == kind
    assert words in raised.value.message
    assert "\n" not in raised.value.message
    assert len(api.requests) == asked


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({}, "configuration"),
        ({"ANTHROPIC_API_KEY": "  "}, "configuration"),
        ({"ANTHROPIC_BASE_URL": "localhost:11434"}, "configuration"),
        ({"ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}, "infrastructure"),
    ],
)
def test_no_way_to_a_model_is_said_in_one_line(environ: dict[str, str], kind: str) -> None:
    assert available(environ) == ("ANTHROPIC_BASE_URL" in environ)
    with pytest.raises(ModelError, match=r"ANTHROPIC_|127\.0\.0\.1") as raised:
        Anthropic(ModelConfig(max_retries=0), environ).reply(REQUEST)
    assert raised.value.kind == kind


@pytest.mark.parametrize("text", ['"add a table"', "[1]", '{"files": nope}', '{"files": [{"name": "half', '{"a": NaN}'])
def test_input_that_is_no_object_is_not_paid_for_again_and_can_be_sent_back(text: str) -> None:
    turn, api = ask(use("check_draft", text))
    assert turn.tool_uses[0]["input"] == {UNREADABLE: text}
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("model", "usage", "dollars"),
    [
        ("claude-sonnet-5-5", Usage(1_000_000, 1_000_000), 12.0),
        ("claude-sonnet-5-5-20261101", Usage(cache_read_tokens=1_000_000, cache_write_tokens=1_000_000), 2.7),
        ("llama-4", Usage(1, 1), None),
        ("llama-4", Usage(), 0.0),
    ],
)
def test_cost_is_known_or_unknown_but_never_made_up(model: str, usage: Usage, dollars: float | None) -> None:
    assert cost(model, usage) == (None if dollars is None else pytest.approx(dollars))
    assert prices()["source"]
    assert prices()["date"]
