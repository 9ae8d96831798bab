"""Runs that a language model played, its turns alone: replayed, they say what a change of checks or prompts does.

recordings()["weekly_goals"].model()      # answers as it did then, whatever it is told
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from agent.model import Request, Turn, Usage
from agent.runs import load
from tools.config import ProjectError


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
def recordings(folder: Path | None = None) -> dict[str, Recording]:
    """All of them by name; those of a folder may also be runs' logs, ``NAME.jsonl``.

    Raises ProjectError for a folder that has none, or a file that is none.
    """
    there = folder or Path(str(files("evals").joinpath("recordings")))
    found = [path for path in sorted(there.glob("*")) if path.suffix in (".json", ".jsonl")]
    if not found:
        raise ProjectError(f"No recording in {there}: NAME.json, or a run's log as NAME.jsonl.")
    return {path.stem: _log(path) if path.suffix == ".jsonl" else _recording(path) for path in found}


def _recording(path: Path) -> Recording:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        heads = (told["request"], told["project"], told["recorded"], told["outcome"])
        return Recording(path.stem, *heads, turns_of(path.stem, told["turns"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise ProjectError(f"{path} is not a recording.") from None


def _log(path: Path) -> Recording:
    saved = load(path)
    start = saved.start
    return Recording(
        path.stem, start["request"], "", start["created"], saved.outcome, turns_of(path.stem, saved.of("turn"))
    )


def turns_of(name: str, told: list[dict[str, Any]]) -> tuple[Turn, ...]:
    """From JSON, or the `turn` events of a run's log."""
    return tuple(
        Turn(turn["content"], turn["stop_reason"], Usage(**turn["usage"]), f"recorded:{name}") for turn in told
    )
