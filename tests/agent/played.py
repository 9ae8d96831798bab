"""A run played over HTTP against scripted answers, and what holds of every run however it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from agent.cli_new import EXITS
from agent.client import Anthropic
from agent.loop import draft
from agent.result import Result, Terms
from agent.runs import RunLog, SavedRun, load
from tests.agent.messages_api import Json, MessagesApi, use
from tools.config import Limits, ModelConfig
from tools.workbench import Workbench


@dataclass
class Ran:
    result: Result
    asked: list[Json]
    """The bodies of all requests."""
    saved: SavedRun
    exit: int
    """As the command would."""

    @property
    def told(self) -> Any:
        """What the model was told last before its last answer."""
        return self.asked[-1]["messages"][-1]["content"]


def player(bench: Workbench, folder: Path) -> Callable[..., Ran]:
    """Plays answers, and asserts: the log can be read and is all that is left, and what was said stays said."""

    def play(*answers: Json, url: str = "", limits: Json | None = None, **config: Any) -> Ran:
        chosen = ModelConfig(**({"name": "claude-haiku-5-5", "max_retries": 1, "timeout": 5} | config))
        log = RunLog.new(folder)
        with MessagesApi(list(answers)) as api:
            model = Anthropic(chosen, {"ANTHROPIC_BASE_URL": url or api.url})
            terms = Terms(bench, model, log, Limits(**(limits or {})), created="2026-11-22")
            result = draft(terms, "how hard is a lesson?")
        log.close()
        saved, code = load(log.path), EXITS[result.outcome]
        assert saved.ended
        assert saved.events[-1]["outcome"] == result.outcome
        assert result.summary.strip()
        assert code != 3 or "\n" not in result.summary
        assert {path.name for path in folder.iterdir()} == {".migration-agent"}
        assert (code == 0) == (result.report is not None and result.report.verdict == "pass")
        for before, after in pairwise(api.requests):
            assert after["messages"][: len(before["messages"])] == before["messages"]
        ids = [block["id"] for message in saved.messages for block in blocks(message) if block["type"] == "tool_use"]
        assert len(ids) == len(set(ids))
        return Ran(result, api.requests, saved, code)

    return play


def blocks(message: Json) -> list[Json]:
    return message["content"] if isinstance(message["content"], list) else []


def check(*files: Json, **more: Any) -> Json:
    """An answer that calls check_draft."""
    return use("check_draft", {"files": list(files)}, **more)
