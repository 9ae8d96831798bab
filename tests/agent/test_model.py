"""The SDK's client against a server that answers as scripted."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answer import Answer
from agent.client import Anthropic, available
from agent.model import UNREADABLE, ModelError, Request, Turn, Usage, cost, prices
from tests.agent.messages_api import Json, MessagesApi, events, say, use
from tools.config import ModelConfig

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
    chosen = {"name": "claude-haiku-5-5", "max_retries": 2, "timeout": 5} | config
    with MessagesApi(list(answers)) as api:
        model = Anthropic(ModelConfig(**chosen), {"ANTHROPIC_BASE_URL": api.url, **(environ or {})})
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
        ({"hang": 1}, "infrastructure", "within 0.2 s", 1),
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


WHOLE = {"type": "message", "role": "assistant", "model": "claude-haiku-5-5", "stop_reason": "tool_use"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "check_draft", "input": {"files": []}}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"content": [CALL]}, id="no figures on the cache"),
        pytest.param({"raw": json.dumps(WHOLE | {"content": [CALL]}), "kind": "application/json"}, id="no stream"),
        pytest.param(
            {"stream": [*events({"content": []})[:1], *events({"content": [CALL]})[1:-1]]}, id="no last event"
        ),
        pytest.param({"content": [CALL], "gzip": True}, id="compressed"),
        pytest.param({"content": [CALL], "chunked": True, "headers": {"x-request-id": "r"}}, id="chunked"),
        pytest.param(
            {
                "stream": [
                    events({"content": []})[0],
                    "event: content_block_start\ndata: "
                    + json.dumps({"type": "content_block_start", "index": 0, "content_block": CALL})
                    + "\n\n",
                    *events({"content": [CALL]})[-2:],
                ]
            },
            id="no pieces: the input stands in the block's start",
        ),
    ],
)
def test_what_a_local_server_lacks_is_not_missed(answer: Json) -> None:
    turn, api = ask(answer)
    assert [(use["name"], use["input"]) for use in turn.tool_uses] == [("check_draft", {"files": []})]
    assert turn.stop_reason == "tool_use"
    assert len(api.requests) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_refuses_caching_is_asked_without(status: int) -> None:
    no = {"status": status, "body": '{"detail": [{"loc": ["body", "cache_control"], "msg": "Extra inputs"}]}'}
    with MessagesApi([no, say("one"), say("two")]) as api:
        model = Anthropic(ModelConfig(), {"ANTHROPIC_BASE_URL": api.url})
        assert [model.reply(REQUEST).text, model.reply(REQUEST).text] == ["one", "two"]
        assert ["cache_control" in sent for sent in api.requests] == [True, False, False]


@pytest.mark.parametrize("config", [{"thinking": True}, {"effort": "max"}])
def test_a_server_that_lacks_what_was_configured(config: dict[str, Any]) -> None:
    words = "output_config.effort, thinking: extra inputs are not permitted"
    with pytest.raises(ModelError, match=rf"\(400\): {words}\. Leave out \[model\] {next(iter(config))}\.$"):
        ask({"status": 400, "message": words}, cache=False, **config)


def test_an_address_with_the_version_in_it() -> None:
    with MessagesApi([say("ok")]) as api:
        assert Anthropic(ModelConfig(), {"ANTHROPIC_BASE_URL": f"{api.url}/v1/"}).reply(REQUEST).text == "ok"
        assert api.paths == ["/v1/messages"]


def test_usage_that_was_not_told_is_not_nothing() -> None:
    turn, _ = ask(say("Hello.", usage=None))
    assert not turn.usage.told
    assert cost(turn.model, turn.usage) is None
    assert cost(turn.model, turn.usage + Usage(1, 1)) is None


def test_what_was_lost_is_counted() -> None:
    whole = say("Let me think about that for a while.")
    turn, api = ask({**whole, "cut": 700, "chunked": True}, {**whole, "cut": 10}, whole)
    assert turn.lost == Usage(1000, 1)
    assert turn.usage == Usage(2000, 101)
    assert len(api.requests) == 3
    with pytest.raises(ModelError, match=r"\(asked 3 times; 3,003 tokens were paid for\)") as raised:
        ask({**whole, "cut": 700})
    assert raised.value.usage == Usage(3000, 3)


def test_every_call_has_an_id_of_its_own() -> None:
    twice = {"content": [CALL, CALL, CALL | {"id": ""}]}
    history = [*REQUEST.messages, {"role": "assistant", "content": [CALL]}, {"role": "user", "content": "Go on."}]
    with MessagesApi([twice]) as api:
        turn = Anthropic(ModelConfig(), {"ANTHROPIC_BASE_URL": api.url}).reply(
            Request(REQUEST.system, REQUEST.tools, history)
        )
    assert len({use["id"] for use in turn.tool_uses} - {"toolu_1", ""}) == 3


@settings(deadline=None)
@given(st.lists(st.text() | st.sampled_from(["\ud83d", "\ude00", "\udfff"])))
def test_text_can_be_written_and_sent_back(parts: list[str]) -> None:
    """Halves of a character come in two deltas, or one never comes."""
    answer = Answer()
    answer.take({"type": "message_start", "message": {}})
    answer.take({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    for part in parts:
        answer.take({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": part}})
    answer.take({"type": "message_delta", "delta": {"stop_reason": "end_turn"}})
    text = "".join(block["text"] for block in answer.turn("m", set()).content)
    whole = "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert text == (whole if whole.strip() else "")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"message": "The model is not ready."}', "The model is not ready."),
        ('[{"error": {"code": 403, "message": "Permission denied."}}]', "Permission denied."),
        ('{"error": "context full"}', "context full."),
        ('{"detail": [{"msg": "Field required"}]}', "Field required."),
        ("<html><head><title>502 Bad\nGateway</title></head><body>nginx</body></html>", "502 Bad Gateway."),
        ("<p>go <b>away</b>", "go away."),
        ("", "Error code: 403."),
    ],
)
def test_whoever_refuses_is_quoted(body: str, said: str) -> None:
    with pytest.raises(ModelError) as raised:
        ask({"status": 403, "body": body})
    assert raised.value.message.endswith(f": {said}")


@pytest.mark.parametrize(
    ("model", "usage", "dollars"),
    [
        ("claude-sonnet-5-5", Usage(1_000_000, 1_000_000), 12.0),
        ("claude-sonnet-5-5-20261101", Usage(cache_read_tokens=1_000_000, cache_write_tokens=1_000_000), 2.7),
        ("us.anthropic.claude-opus-5-5-v1:0", Usage(1_000_000), 4.0),
        ("anthropic.claude-opus-5-5-20261001-v1:0", Usage(1_000_000), 4.0),
        ("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-5-5-v1:0", Usage(1_000_000), 4.0),
        ("claude-opus-5-5@20261001", Usage(1_000_000), 4.0),
        ("anthropic/claude-haiku-5-5", Usage(1_000_000), 0.1),
        ("claude-opus-5-55", Usage(1, 1), None),
        ("claude-opus-5-5-fast", Usage(1, 1), None),
        ("not-claude-opus-5-5", Usage(1, 1), None),
        ("", Usage(1, 1), None),
        ("llama-4", Usage(1, 1), None),
        ("claude-opus-5-5", Usage(told=False), None),
        ("llama-4", Usage(), 0.0),
    ],
)
def test_cost_is_known_or_unknown_but_never_made_up(model: str, usage: Usage, dollars: float | None) -> None:
    assert cost(model, usage) == (None if dollars is None else pytest.approx(dollars))
    assert prices()["source"]
    assert prices()["date"]
