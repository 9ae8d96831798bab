"""What would be sent is shown as it is sent, with how large it is."""

import json
from pathlib import Path

import pytest

from agent.cli_prompt import tokens
from agent.tools import SCHEMAS
from tests.agent.command import cli
from tests.agent.messages_api import MessagesApi, say


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_it_is_what_is_sent(sample: Path) -> None:
    shown = json.loads(cli("prompt", "how hard is a lesson?", "--json", "--quiet", project=sample).stdout)
    with MessagesApi([say("No.", stop_reason="refusal")]) as api:
        cli("new", "how hard is a lesson?", project=sample, ANTHROPIC_BASE_URL=api.url)
    [sent] = api.requests
    assert all(shown[part] == sent[part] for part in ("model", "system", "messages"))
    assert shown["tools"] == json.loads(json.dumps(SCHEMAS)) == sent["tools"]
    assert shown["tokens"]["counted"] is None
    assert shown["tokens"]["estimated"]["tools"] == tokens(json.dumps(SCHEMAS))


def test_a_person_can_read_it(sample: Path) -> None:
    result = cli("prompt", "how hard is a lesson?", project=sample)
    assert result.exit_code == 0
    for told in (
        "── system\n# Your work\n",
        "\nedit_draft(edits?, allow?, disallow?, queries?, samples?, seed?, summary?)\n  Repair the last draft",
        "── first message\nToday is ",
        "<request>\nhow hard is a lesson?\n</request>\n\nAbout ",
    ):
        assert told in result.stdout
