"""Runs that a language model played, its turns alone: replayed, they say what a change of checks or prompts does.

recordings()["weekly_goals"].model()      # answers as it did then, whatever it is told
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from agent.model import Request, Turn, Usage


@dataclass(frozen=True)
class Recording:
    """One run: what was asked for, on which sample project, and the model's turns in order."""

    name: str
    request: str
    project: str
    recorded: str
    """The date, ``YYYY-MM-DD``."""
    outcome: str
    """How the run ended then."""
    turns: tuple[Turn, ...]

    def model(self) -> "Recorded":
        return Recorded(self)


class Recorded:
    """Says what was recorded, turn by turn; then nothing more."""

    def __init__(self, recording: Recording) -> None:
        self.name = f"recorded:{recording.name}"
        self.turns = recording.turns
        self.asked: list[Request] = []
        """What it was sent."""

    def reply(self, request: Request) -> Turn:
        said = len(self.asked)
        self.asked.append(request)
        return self.turns[said] if said < len(self.turns) else Turn([], "end_turn", Usage(), self.name)


@cache
def recordings() -> dict[str, Recording]:
    """All of them by name."""
    folder = files("evals").joinpath("recordings")
    found = sorted((path for path in folder.iterdir() if path.name.endswith(".json")), key=lambda path: path.name)
    return {path.name[:-5]: _read(path.name[:-5], json.loads(path.read_text(encoding="utf-8"))) for path in found}


def _read(name: str, told: dict[str, Any]) -> Recording:
    turns = tuple(
        Turn(turn["content"], turn["stop_reason"], Usage(**turn["usage"]), f"recorded:{name}") for turn in told["turns"]
    )
    return Recording(name, told["request"], told["project"], told["recorded"], told["outcome"], turns)
