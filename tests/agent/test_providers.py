"""Ways to a model: each provider's address, signature and stream, against a server on loopback."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from agent.client import Anthropic, available
from agent.model import ModelError, Request, Turn, Usage
from agent.providers import way
from tests.agent.messages_api import Json, MessagesApi, say, use
from tools.config import Config, ModelConfig, ProjectError

REQUEST = Request(
    system=[{"type": "text", "text": "You write migrations."}],
    tools=[{"name": "check_draft", "description": "Judge.", "input_schema": {"type": "object"}}],
    messages=[{"role": "user", "content": "Add a table."}],
)
AWS = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI"}
GOOGLE = {
    "CLOUD_ML_REGION": "europe-west1",
    "GOOGLE_CLOUD_PROJECT": "a-project",
    "CLOUDSDK_AUTH_ACCESS_TOKEN": "ya29.x",
}
FOUNDRY = {"ANTHROPIC_FOUNDRY_RESOURCE": "ours", "ANTHROPIC_FOUNDRY_API_KEY": "fk"}
IDS = {
    "bedrock": "eu.anthropic.claude-opus-5-5-v1:0",
    "vertex": "claude-opus-5-5@20261001",
    "foundry": "our-opus",
}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, and nothing that the SDK or a cloud's library would take from the environment."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in (*AWS, *GOOGLE, *FOUNDRY, "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)


def ask(provider: str, environ: dict[str, str], *answers: Json) -> tuple[Turn, MessagesApi, Anthropic]:
    config = ModelConfig(provider=provider, name=IDS[provider], max_retries=0, timeout=5)  # type: ignore[arg-type]
    with MessagesApi(list(answers)) as api:
        model = Anthropic(config, environ | {f"ANTHROPIC_{provider.upper()}_BASE_URL": api.url})
        return model.reply(REQUEST), api, model


@pytest.mark.parametrize(
    ("provider", "environ", "url"),
    [
        ("vertex", GOOGLE, "https://europe-west1-aiplatform.googleapis.com/v1"),
        ("vertex", GOOGLE | {"CLOUD_ML_REGION": "global"}, "https://aiplatform.googleapis.com/v1"),
        ("foundry", FOUNDRY, "https://ours.services.ai.azure.com/anthropic/"),
        ("anthropic", {"ANTHROPIC_API_KEY": "sk"}, "https://api.anthropic.com"),
    ],
)
def test_addresses_are_the_sdks_own(provider: Any, environ: dict[str, str], url: str) -> None:
    found = way(ModelConfig(provider=provider), environ)
    assert found.url == url
    assert str(found.connect().base_url).rstrip("/") == url.rstrip("/")
    assert available(environ, provider)


def test_vertex() -> None:
    turn, api, model = ask("vertex", GOOGLE, use("check_draft", {"files": []}))
    assert turn.tool_uses[0]["input"] == {"files": []}
    [sent], [headers], [path] = api.requests, api.headers, api.paths
    place = "/projects/a-project/locations/europe-west1/publishers/anthropic/models/"
    assert path.startswith(f"{place}claude-opus-5-5")
    assert path.endswith("20261001:streamRawPredict")
    assert headers["authorization"] == "Bearer ya29.x"
    assert (sent["messages"], "model" in sent, "anthropic_version" in sent) == (REQUEST.messages, False, True)
    assert model.way.credential == "CLOUDSDK_AUTH_ACCESS_TOKEN"


def test_foundry() -> None:
    turn, api, _ = ask("foundry", FOUNDRY, say("Hello.", model="claude-opus-5-5-20261001"))
    assert (turn.text, turn.model) == ("Hello.", "claude-opus-5-5-20261001")
    [sent], [headers], [path] = api.requests, api.headers, api.paths
    assert (path, sent["model"], headers["x-api-key"]) == ("/v1/messages", "our-opus", "fk")


@pytest.mark.parametrize(
    ("keys", "begins"),
    [(AWS, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), ({"AWS_BEARER_TOKEN_BEDROCK": "bt"}, "Bearer bt")],
)
def test_bedrock_is_signed_and_its_frames_are_read(keys: dict[str, str], begins: str) -> None:
    """Where its extra is not installed, the way there is told."""
    if not find_spec("botocore"):
        with pytest.raises(ModelError, match=r"needs boto3: install migration-agent\[bedrock\]"):
            way(ModelConfig(provider="bedrock"), AWS)
        return
    thought = {"type": "thinking", "thinking": "hm", "signature": "c2ln"}
    answer = {"content": [thought, *use("check_draft", {"files": []})["content"]]}
    turn, api, _ = ask("bedrock", {"AWS_REGION": "eu-west-1"} | keys, answer)
    assert turn.content[0] == thought
    assert turn.tool_uses[0]["input"] == {"files": []}
    assert turn.usage == Usage(1000, 100)
    [sent], [headers], [path] = api.requests, api.headers, api.paths
    assert path == "/model/eu.anthropic.claude-opus-5-5-v1:0/invoke-with-response-stream"
    assert headers["authorization"].startswith(begins)
    assert ("eu-west-1/bedrock/aws4_request" in headers["authorization"]) == (keys is AWS)
    assert sent["messages"] == REQUEST.messages
    with pytest.raises(ModelError, match="broke off its answer"):
        ask("bedrock", AWS, answer | {"cut": 1500})
    with pytest.raises(ModelError, match="The provided model identifier is invalid"):
        ask("bedrock", AWS, {"status": 400, "body": '{"message": "The provided model identifier is invalid."}'})


@pytest.mark.parametrize(
    ("provider", "environ", "said"),
    [
        ("vertex", {"GOOGLE_CLOUD_PROJECT": "p", "CLOUDSDK_AUTH_ACCESS_TOKEN": "t"}, "needs a region"),
        ("vertex", {"CLOUD_ML_REGION": "global", "CLOUDSDK_AUTH_ACCESS_TOKEN": "t"}, "needs a project"),
        ("foundry", {"ANTHROPIC_FOUNDRY_RESOURCE": "ours"}, "needs a key"),
        ("foundry", {"ANTHROPIC_FOUNDRY_API_KEY": "fk"}, "needs a resource"),
        ("foundry", {"ANTHROPIC_FOUNDRY_API_KEY": "fk", "ANTHROPIC_FOUNDRY_BASE_URL": "x"}, "must start with http"),
        ("anthropic", {"ANTHROPIC_API_KEY": "sk-“1”"}, "ANTHROPIC_API_KEY holds"),
        ("anthropic", {}, "ANTHROPIC_API_KEY"),
    ],
)
def test_what_is_missing_is_one_sentence(provider: Any, environ: dict[str, str], said: str) -> None:
    with pytest.raises(ModelError, match=said) as raised:
        way(ModelConfig(provider=provider), environ)
    assert raised.value.kind == "configuration"
    assert "\n" not in raised.value.message


@pytest.mark.parametrize(
    ("provider", "module", "said"),
    [
        ("bedrock", "botocore", r"Amazon Bedrock needs boto3: install migration-agent\[bedrock\]"),
        ("vertex", "google.auth", r"Google Vertex AI needs google-auth: install migration-agent\[vertex\]"),
    ],
)
def test_an_extra_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, provider: Any, module: str, said: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModelError, match=said):
        way(ModelConfig(provider=provider, region="r", project="p"), {})


def test_credentials_that_are_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only the first request can tell, and it is never sent."""
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for provider, module, asked in (("bedrock", "botocore", "AWS"), ("vertex", "google.auth", "Google")):
        try:
            found = bool(find_spec(module))
        except ImportError:
            found = False
        if found:
            with MessagesApi([say("never")]) as api:
                config = ModelConfig(provider=provider, region="eu-west-1", project="p", timeout=5)  # type: ignore[arg-type]
                model = Anthropic(config, {f"ANTHROPIC_{provider.upper()}_BASE_URL": api.url})
                with pytest.raises(ModelError, match=f"check your {asked} credentials") as raised:
                    model.reply(REQUEST)
                assert (raised.value.kind, "\n" in raised.value.message) == ("configuration", False)
                assert api.requests == []


def test_the_configuration_names_what_the_environment_may(tmp_path: Path) -> None:
    file = tmp_path / "migration-agent.toml"
    file.write_text('[model]\nprovider = "vertex"\nproject = "ours"\nregion = "eu"\n')
    config = Config.load(file).model
    assert way(config, GOOGLE).url == "https://aiplatform.eu.rep.googleapis.com/v1"
    file.write_text('[model]\nprovider = "azure"\n')
    with pytest.raises(ProjectError, match="provider"):
        Config.load(file)


@pytest.mark.parametrize("provider", ["anthropic", "vertex", "foundry"])
def test_tokens_are_counted_where_the_server_counts(provider: Any) -> None:
    environ = {"anthropic": {"ANTHROPIC_API_KEY": "sk"}, "vertex": GOOGLE, "foundry": FOUNDRY}[provider]
    base = {"anthropic": "ANTHROPIC_BASE_URL"}.get(provider, f"ANTHROPIC_{provider.upper()}_BASE_URL")
    counted: Json = {"raw": '{"input_tokens": 42}', "kind": "application/json"}
    for answer, tokens in (
        (counted, 42),
        ({"status": 404}, None),
        ({"status": 529}, None),
        ({"raw": "Ollama is running"}, None),
        ({"raw": "{}", "kind": "application/json"}, None),
        ({"reset": "before"}, None),
    ):
        with MessagesApi([answer]) as api:
            model = Anthropic(ModelConfig(provider=provider), environ | {base: api.url})
            assert model.count_tokens(REQUEST) == tokens
            assert len(api.requests) == 1
            assert api.requests[0]["messages"] == REQUEST.messages
            assert "max_tokens" not in api.requests[0]
