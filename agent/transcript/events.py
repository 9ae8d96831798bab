"""The log's events as they are read back: what is missing has a default, what is unknown is left out.

The log is written by `agent.loop` (see `agent.runs`). Older versions wrote less, and a file may have been edited.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.model import Block, Usage
from tools.project import ProjectError
from tools.report import Finding


class Event(BaseModel):
    model_config = ConfigDict(frozen=True)
    at: datetime | None = None


class Start(Event):
    request: str = ""
    model: str = ""
    created: str = ""
    system: Any = None
    tools: Any = None
    kind: str = "new"
    """new, or revise for a change to `file`."""
    file: str | None = None


class Message(Event):
    role: str = "user"
    content: str | list[Block] = ""


class Turn(Event):
    content: list[Block] = []
    stop_reason: str = ""
    usage: Usage = Usage()
    model: str = ""
    seconds: float = 0.0


class File(BaseModel):
    model_config = ConfigDict(frozen=True)
    name: str
    text: str


class Checked(BaseModel):
    model_config = ConfigDict(frozen=True)
    id: str
    status: str


class Judged(Event):
    """A draft, and what the checklist said of it."""

    number: int
    verdict: str = ""
    findings: list[Finding] = []
    seconds: float = 0.0
    files: list[File] = []
    checks: list[Checked] = []


class Question(Event):
    question: str = ""
    options: list[str] | None = None
    why: str | None = None


class Answer(Event):
    text: str = ""


class Resumed(Event):
    pass


class Written(Event):
    files: list[str] = []


class End(Event):
    outcome: str = ""
    summary: str = ""
    cost: float | None = None
    usage: Usage = Usage()
    seconds_model: float = 0.0
    seconds_database: float = 0.0
    why: str = ""


_KINDS: dict[str, type[Event]] = {
    "start": Start,
    "message": Message,
    "turn": Turn,
    "draft": Judged,
    "question": Question,
    "answer": Answer,
    "resumed": Resumed,
    "written": Written,
    "end": End,
}


def parse(events: list[dict[str, Any]]) -> list[Event]:
    """In order, without kinds that nobody here knows. Raises ProjectError for one that says something impossible."""
    parsed = []
    for number, event in enumerate(events, start=1):
        if kind := _KINDS.get(str(event.get("event"))):
            try:
                parsed.append(kind.model_validate(event))
            except ValidationError as error:
                where = ".".join(map(str, error.errors()[0]["loc"]))
                raise ProjectError(f"The run's line {number} is no {event['event']} event ({where}).") from None
    return parsed
