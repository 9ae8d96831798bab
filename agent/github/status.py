"""The one status comment of a command: found again by its mark, and edited in place.

The mark is the comment's first line. It says which command the status is of, and keeps the questions and who answered
them, so that an answer takes the conversation up whatever machine it reaches. Only what the agent itself wrote counts:
anybody can type a mark.
"""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.github.client import GitHub, Write
from agent.github.objects import Comment, User
from agent.github.retry import GitHubError, ensured
from agent.github.text import MOST

_BEGIN, _END = "<!-- migration-agent:status ", " -->"

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
    """The agent's own account: the one that is named, else any bot, for people's accounts never are one."""
    return user is not None and (user.login.lower() == login.lower() if login else user.type == "Bot")


def all_of(github: GitHub, issue: int, login: str) -> list[tuple[Comment, State]]:
    """Every status on an issue, the oldest first."""
    found = [(each, read(each.text)) for each in github.comments(issue) if is_ours(each.user, login)]
    return [(comment, state) for comment, state in found if state is not None]


def show(github: Write, issue: int, state: State, text: str, login: str) -> Comment:
    """Makes the status of a command say this. One is left of several that jobs made at once. Raises GitHubError."""
    body = render(state, text)

    def find() -> Comment | None:
        ours = [comment for comment, known in all_of(github, issue, login) if known.comment == state.comment]
        for more in ours[1:]:
            github.delete_comment(more.id)
        return ours[0] if ours else None

    comment = ensured(find, lambda: github.comment_on(issue, body), github.pause)
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
