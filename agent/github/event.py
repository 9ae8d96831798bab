"""The event that started the job: somebody commented on an issue or on a pull request."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.github.objects import Comment, Issue, Repository, User
from tools.config import ProjectError

MAX_BYTES = 25 * 1024 * 1024
"""GitHub's own limit."""


class Event(BaseModel):
    """``issue_comment``, in the form that GITHUB_EVENT_PATH and webhooks share."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    action: str
    """``created``, ``edited`` or ``deleted``."""
    comment: Comment
    issue: Issue
    repository: Repository
    sender: User


def read(path: Path) -> Event:
    """Raises ProjectError where the file is no such event."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProjectError(f"Could not read the event {path}: {error.strerror}.") from None
    if len(data) > MAX_BYTES:
        raise ProjectError(f"The event {path} is larger than {MAX_BYTES >> 20} MB.")
    return parse(data)


def parse(data: bytes) -> Event:
    """Raises ProjectError where it is no issue_comment event."""
    try:
        return Event.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "event"
        raise ProjectError(f"This is no issue_comment event: {place}: {first['msg'].lower()}.") from None
