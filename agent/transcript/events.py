"""The log's events as they are read back: what is missing has a default, what is unknown is left out.

The log is written by `agent.loop` (see `agent.runs`). Older versions wrote less, and a file may have been edited.
Here everything gets a size that can be read: a long text ends with how much more of it the log has.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from agent.model import Block, Usage
from tools.config import ProjectError
from tools.report import Finding

LONGEST = 40_000
"""Characters of one text."""
MOST = 500
"""Things in one list."""

Name = Annotated[str, AfterValidator(lambda name: name if len(name) <= 200 else f"{name[:200]}…")]
"""What should be a few words: of a model, a tool, a rule, a file."""


class Event(BaseModel):
    model_config = ConfigDict(frozen=True)
    at: datetime | None = None


class Start(Event):
    request: str = ""
    model: Name = ""
    created: Name = ""
    system: Any = None
    tools: Any = None
    kind: Name = "new"
    """new, or revise for a change to `file`."""
    file: Name | None = None


class Message(Event):
    role: str = "user"
    content: str | list[Block] = ""


class Turn(Event):
    content: list[Block] = []
    stop_reason: Name = ""
    usage: Usage = Usage()
    model: Name = ""
    seconds: float = 0.0


class Lost(Event):
    """What was paid for where no answer came."""

    usage: Usage = Usage()
    model: Name = ""


class File(BaseModel):
    model_config = ConfigDict(frozen=True)
    name: Name
    text: str


class Checked(BaseModel):
    model_config = ConfigDict(frozen=True)
    id: Name
    status: Name


class Found(Finding):
    rule: Name
    object: Name = ""


class Judged(Event):
    """A draft, and what the checklist said of it."""

    number: int
    verdict: Name = ""
    findings: list[Found] = []
    seconds: float = 0.0
    files: list[File] = []
    checks: list[Checked] = []


class Question(Event):
    question: str = ""
    options: list[str] | None = None
    reason: Name | None = None


class Answer(Event):
    text: str = ""


class Resumed(Event):
    words: str | None = None
    """What the person said."""


class Written(Event):
    files: list[Name] = []
    draft: int | None = None
    """The number of the draft that was written."""


class End(Event):
    outcome: Name = ""
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
    "lost": Lost,
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
                parsed.append(kind.model_validate(_short(event)))
            except ValidationError as error:
                where = ".".join(map(str, error.errors()[0]["loc"]))
                raise ProjectError(f"The run's line {number} is no {event['event']} event ({where}).") from None
    return parsed


def _short(value: Any) -> Any:
    match value:
        case str() if len(value) > LONGEST:
            return f"{value[:LONGEST]}\n… {len(value) - LONGEST:,} more characters are in the log."
        case list():
            return [_short(item) for item in value[:MOST]]
        case dict():
            return {key[:200]: _short(item) for key, item in list(value.items())[:MOST]}
    return value
