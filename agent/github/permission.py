"""Who may ask: people who may write to the repository, in a comment that is as they wrote it.

Nobody else gets an answer: no comment, no reaction, no branch. `Refused` is for the job's log alone.
"""

from agent.github.client import GitHub
from agent.github.event import Event
from agent.github.objects import Comment, User

WRITERS = ("write", "admin")
"""GitHub tells ``maintain`` as ``write``, and ``triage`` as ``read``."""


class Refused(Exception):  # noqa: N818 - the answer to who may, not an error
    """Not for us to answer; the message is why."""


def known_from(event: Event) -> None:
    """What the event alone can say. Raises Refused."""
    comment, sender = event.comment, event.sender
    if event.action != "created":
        raise Refused(f"the comment was {event.action}, not created")
    if comment.user is None or comment.user.id != sender.id:
        raise Refused("the comment is not its sender's")
    for user in (comment.user, sender):
        _is_person(user)
    if comment.performed_via_github_app is not None:
        raise Refused("the comment was written by an app")
    if comment.created_at != comment.updated_at:
        raise Refused("the comment was edited")


def may_ask(event: Event, github: GitHub) -> Comment:
    """The comment as it stands now. Raises Refused."""
    known_from(event)
    if event.repository.full_name.lower() != github.repository.lower():
        raise Refused(f"the event is of {event.repository.full_name}")
    now = as_written(event.comment.id, event.issue.number, github)
    if now.body != event.comment.body or now.user != event.comment.user:
        raise Refused("the comment is not what it was in the event")
    return now


def as_written(comment_id: int, issue: int, github: GitHub) -> Comment:
    """A comment on that issue by somebody who may write, never edited. Raises Refused."""
    comment = github.comment(comment_id)
    if comment is None or comment.user is None:
        raise Refused("the comment is gone")
    if not comment.issue_url.endswith(f"/issues/{issue}"):
        raise Refused("the comment is on another issue")
    if comment.created_at != comment.updated_at:
        raise Refused("the comment was edited")
    if comment.performed_via_github_app is not None:
        raise Refused("the comment was written by an app")
    _is_person(comment.user)
    account, permission = github.permission(comment.user.login)
    if permission not in WRITERS or account != comment.user.id:
        raise Refused(f"{comment.user.login} may not write to {github.repository}")
    return comment


def _is_person(user: User) -> None:
    if user.type != "User" or user.login.endswith("[bot]"):
        raise Refused(f"{user.login} is no person")
