"""The one status comment of a command: found again by its mark, and edited in place.

The mark is the comment's first line. It says which command the status is of, and keeps the questions and who answered
them, so that an answer takes the conversation up whatever machine it reaches. Only what the agent's own account wrote
counts, for anybody can type a mark; and only a question that people can read below the mark, for other workflows may
write as the same account.
"""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.github.client import GitHub, Write
from agent.github.objects import Comment, User
from agent.github.retry import GitHubError, ensured
from agent.github.text import MOST, quoted
from tools.config import ProjectError

_BEGIN, _END = "<!-- migration-agent:status ", " -->"

LOGIN = "github-actions[bot]"
"""Whom GITHUB_TOKEN of a job writes as: the agent's account where none is named."""

Phase = Literal["working", "asked", "done", "failed"]


class Question(BaseModel):
    """What the drafter asked, and the comment that answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    options: tuple[str, ...] = ()
    reason: str = ""
    answer: int | None = None
    """The comment's id; None while nobody has answered."""


class State(BaseModel):
    """What the mark keeps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    comment: int
    """The command that it is the status of."""
    phase: Phase
    questions: tuple[Question, ...] = ()

    @property
    def open_question(self) -> Question | None:
        last = self.questions[-1] if self.questions else None
        return last if self.phase == "asked" and last and last.answer is None else None


def render(state: State, text: str) -> str:
    """The comment's body. Nothing in the mark can end it."""
    told = json.dumps(state.model_dump(mode="json"), ensure_ascii=True)
    mark = told.replace("<", "\\u003c").replace(">", "\\u003e").replace("--", "-\\u002d")
    return f"{_BEGIN}{mark}{_END}\n{text}"[:MOST]


def read(body: str) -> State | None:
    """The state in a comment's first line; None where there is none."""
    first = body.partition("\n")[0].rstrip("\r")
    if not (first.startswith(_BEGIN) and first.endswith(_END)):
        return None
    try:
        return State.model_validate_json(first[len(_BEGIN) : -len(_END)])
    except ValidationError:
        return None


def is_ours(user: User | None, login: str) -> bool:
    """The agent's own account."""
    return user is not None and user.login.lower() == (login or LOGIN).lower()


def own(github: Write, comment: Comment, login: str) -> Comment:
    """The comment, which the agent has just made. Raises ProjectError, and takes it back, where it is somebody else's
    by `login`: it would not be found again, and there would be one more each time."""
    if not is_ours(comment.user, login):
        github.delete_comment(comment.id)
        known = comment.user.login if comment.user else "somebody else"
        said = f"The token writes as {known}, and not as {login or LOGIN}"
        raise ProjectError(f"{said}: set login, or MIGRATION_AGENT_LOGIN, to {known}.")
    return comment


def can_be_read(comment: Comment, state: State) -> bool:
    """Whether people see each question that the mark keeps."""
    shown = comment.text.replace("\r\n", "\n")
    return all(quoted(each.question) in shown for each in state.questions)


def all_of(github: GitHub, issue: int, login: str) -> list[tuple[Comment, State]]:
    """Every status on an issue, the oldest first."""
    found = [(each, read(each.text)) for each in github.comments(issue) if is_ours(each.user, login)]
    return [(comment, state) for comment, state in found if state is not None]


def show(github: Write, issue: int, state: State, text: str, login: str) -> Comment:
    """Makes the status of a command say this. One is left of several that jobs made at once. Raises GitHubError,
    ProjectError."""
    body = render(state, text)

    def find() -> Comment | None:
        ours = [comment for comment, known in all_of(github, issue, login) if known.comment == state.comment]
        for more in ours[1:]:
            github.delete_comment(more.id)
        return ours[0] if ours else None

    comment = ensured(find, lambda: own(github, github.comment_on(issue, body), login), github.pause)
    if comment.text.replace("\r\n", "\n") != body:
        github.edit_comment(comment.id, body)
    return comment


def react(github: Write, comment: int, content: str) -> None:
    """A sign on the command; not worth failing for."""
    try:
        github.react(comment, content)
    except GitHubError as error:
        if error.status == 0 or error.status >= 500:
            raise
