"""One trial: a model was given a case's request once. A row of ``trials.jsonl``, which says everything by itself.

    {"case": "quests", "model": "builtin", "trial": 1, "outcome": "pass", "score": 100, "first": {...}, "drafts": [...],
     "usage": {...}, "cost": 0.0, "seconds": {...}, "report": {...}, "transcript": [...], ...}

Case, model and trial are the key. A row with the outcome `infra` says nothing about the model and is tried again; where
a file has several rows of one key, the last one counts.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.model import Usage
from tools.config import ProjectError
from tools.migration import Migration
from tools.report import Report

FILE = "trials.jsonl"
"""The name of the file in a run's folder."""


class Key(NamedTuple):
    """What makes a trial this one."""

    case: str
    model: str
    trial: int


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Row):
    """A migration's name and text."""

    name: str
    text: str

    @classmethod
    def of(cls, migrations: Iterable[Migration]) -> "list[File]":
        return [cls(name=migration.file_name, text=migration.text) for migration in migrations]


class DraftMade(_Row):
    """A draft on the way, as the checklist judged it."""

    number: int
    verdict: Literal["pass", "fail"]
    rules: list[str] = []
    """Of its open findings, errors and warnings, each once."""
    seconds: float = 0.0
    """What the verdict took."""
    files: list[File] = []


class Graded(_Row):
    """What an answer was worth beside the golden."""

    outcome: Literal["pass", "fail"]
    score: int = Field(ge=0, le=100)
    reasons: list[str] = []


class Seconds(_Row):
    """Where the time went."""

    model: float = 0.0
    database: float = 0.0
    grading: float = 0.0
    total: float = 0.0


class Setup(_Row):
    """What was tried; two runs with the same setup are the same experiment."""

    version: str = ""
    """Of migration-agent, with the git commit where it is known."""
    prompt: str = ""
    """A hash of the system prompt and the tools that the model was given."""
    case: str = ""
    """A hash of the case: request, golden, probes, rows and what it may vary."""
    postgres: str = ""
    limits: dict[str, float | int | None] = {}


class Trial(_Row):
    """One row."""

    case: str
    model: str
    trial: int = Field(ge=1)
    outcome: Literal["pass", "fail", "infra"]
    """infra: no answer was to be had, or this machine failed; nobody's fault."""
    score: int | None = None
    """0 to 100; None for infra."""
    reasons: list[str] = []
    """Why it failed, the weightiest first; for infra what went wrong."""
    ended: str = ""
    """How the agent's run ended (agent.result.Outcome)."""
    words: str = ""
    """The question, the refusal or the summary that it ended with."""
    first: Graded | None = None
    """The grade of the first draft as it came, before anything was repaired; None where there was none."""
    drafts: list[DraftMade] = []
    """In order; the last but one were repaired."""
    answer: list[File] = []
    """What would have been written."""
    turns: int = 0
    usage: Usage = Usage()
    lost_tokens: int = 0
    cost: float | None = None
    """US dollars; None where the price is unknown."""
    seconds: Seconds = Seconds()
    report: Report | None = None
    """The checklist of the answer, else of the best draft; with its access matrix and without its facts."""
    project: str = ""
    request: str = ""
    tags: list[str] = []
    expect: list[str] = []
    golden: list[File] = []
    transcript: list[dict[str, Any]] = []
    """The events of the run (agent.runs), without the system prompt and the tools."""
    started: str = ""
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``."""
    setup: Setup = Setup()

    @property
    def key(self) -> Key:
        return Key(self.case, self.model, self.trial)


def read(folders: Sequence[Path]) -> list[Trial]:
    """The trials of one or several runs (or shards of one), by key; the last row of a key counts, one that says
    something before one of `infra`.

    A torn last line is left out. Raises ProjectError where there is nothing to read, or a row is not one.
    """
    found: dict[Key, Trial] = {}
    for folder in folders:
        path = folder / FILE if folder.is_dir() else folder
        for row in rows(path):
            if row.outcome != "infra" or found.get(row.key, row).outcome == "infra":
                found[row.key] = row
    return [found[key] for key in sorted(found)]


def rows(path: Path) -> list[Trial]:
    """Every row of a file, in order. Raises ProjectError."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ProjectError(f"Could not read {path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ProjectError(f"{path} is not UTF-8.") from None
    return [_row(path, number, line) for number, line in enumerate(lines[:-1], start=1) if line]


def _row(path: Path, number: int, line: str) -> Trial:
    try:
        return Trial.model_validate(json.loads(line))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ProjectError(f"{path}, line {number}: not a trial: {where}: {error.errors()[0]['msg']}.") from None
    except ValueError:
        raise ProjectError(f"{path}, line {number}: not JSON.") from None
