"""Which conversation an event belongs to: the command that began it, and the questions and answers since.

A command begins one. An answer goes on with the one that waits on the same issue: the reply of whoever gave the
command, or ``/migrate answer`` by anybody who may. All of it is read from GitHub anew, by each job for itself.
"""

from dataclasses import dataclass, replace

from agent.github import command as commands
from agent.github import status
from agent.github.client import GitHub
from agent.github.command import Command, visible
from agent.github.event import Event
from agent.github.objects import Comment, Pull
from agent.github.permission import Refused, as_written, known_from, may_ask
from agent.github.status import State
from agent.runs import said

BRANCHES = "migration-agent/"


@dataclass(frozen=True)
class Exchange:
    """A question of the drafter's, and the person's answer."""

    question: str
    options: tuple[str, ...]
    reason: str
    answer: str


@dataclass(frozen=True)
class Thread:
    """A command, and what was said about it since."""

    issue: int
    title: str
    body: str
    """The issue's, or the pull request's."""
    origin: Comment
    command: Command
    latest: Comment
    """The comment of the event: the command itself, or an answer."""
    exchanges: tuple[Exchange, ...] = ()
    state: State | None = None
    """As the status has it, with the event's answer in it."""
    pull: Pull | None = None
    """Where the comment is on a pull request."""

    @property
    def branch(self) -> str:
        """Of the pull request that a new migration comes in."""
        return f"{BRANCHES}comment-{self.origin.id}"

    @property
    def words(self) -> str:
        """The person's own: the request, the questions that they said yes to, and the answers."""
        return self.command.words + "".join(said(each.question, each.answer) for each in self.exchanges)

    @property
    def context(self) -> str:
        """What stands around the request: data."""
        what = "Pull request" if self.pull else "Issue"
        parts = [f"{what} {self.issue}: {visible(self.title)}", visible(self.body)]
        if self.pull and self.pull.head.ref.startswith(BRANCHES):
            parts = []  # what the agent says there itself
        if self.command.rest:
            parts.append(f"The rest of the comment that the request is the first line of:\n\n{self.command.rest}")
        return "\n\n".join(part.strip()[:_LONGEST] for part in parts if part.strip())


_LONGEST = 12_000
"""Characters of an issue, or of what follows a command."""


def thread_of(event: Event, github: GitHub, login: str) -> Thread | None:
    """None where the comment is nothing to the agent. Raises Refused, GitHubError."""
    command = commands.parse(event.comment.text)
    if command is None or command.verb == "answer":
        return _answered(event, github, login, command)
    now = may_ask(event, github)
    pull = _pull(event, github)
    told = status.all_of(github, event.issue.number, login)
    known = [state for comment, state in told if state.comment == now.id and status.can_be_read(comment, state)]
    begun = _thread(event, github, now, command, pull)
    return _with_answers(begun, known[0], github) if known else begun


def is_agents(pull: Pull | None, login: str) -> bool:
    """A pull request that the agent opened."""
    return pull is not None and pull.head.ref.startswith(BRANCHES) and status.is_ours(pull.user, login)


def _answered(event: Event, github: GitHub, login: str, command: Command | None) -> Thread | None:
    """The conversation that the comment is an answer in."""
    if command is None:
        try:
            known_from(event)
        except Refused:
            return None  # chatter by whomever
    answer = event.comment
    if command and not command.words:
        return None
    for told, state in reversed(status.all_of(github, event.issue.number, login)):
        if not status.can_be_read(told, state):
            continue
        waiting = state.open_question is not None
        taken = bool(state.questions) and state.questions[-1].answer == answer.id
        if not (waiting or taken):
            continue
        origin = github.comment(state.comment)
        if origin is None or origin.user is None or answer.user is None:
            continue
        if command is None and (origin.user.id != answer.user.id or answer.created_at < origin.created_at):
            continue
        now = may_ask(event, github)
        origin = as_written(state.comment, event.issue.number, github)
        wanted = commands.parse(origin.text)
        if wanted is None:
            return None
        last = state.questions[-1].model_copy(update={"answer": now.id})
        state = state.model_copy(update={"questions": (*state.questions[:-1], last)})
        begun = replace(_thread(event, github, origin, wanted, _pull(event, github)), latest=now)
        return _with_answers(begun, state, github)
    return None


def _thread(event: Event, github: GitHub, origin: Comment, command: Command, pull: Pull | None) -> Thread:
    issue = github.issue(event.issue.number)
    return Thread(issue.number, issue.title, issue.body or "", origin, command, origin, pull=pull)


def _with_answers(thread: Thread, state: State, github: GitHub) -> Thread:
    """The answers as they stand, each by somebody who may and never edited."""
    exchanges = []
    for question in state.questions:
        if question.answer is None:
            break
        comment = as_written(question.answer, thread.issue, github)
        command = commands.parse(comment.text)
        words = command.words if command else visible(comment.text).strip()
        exchanges.append(Exchange(question.question, question.options, question.reason, words[: commands.LONGEST]))
    return replace(thread, exchanges=tuple(exchanges), state=state)


def _pull(event: Event, github: GitHub) -> Pull | None:
    """The pull request that the comment is on. Raises Refused where it comes from a fork."""
    if event.issue.pull_request is None:
        return None
    pull = github.pull(event.issue.number)
    if pull is None or pull.head.repo is None or pull.base.repo is None:
        raise Refused("the pull request's branch is gone")
    if not pull.is_inside:
        raise Refused("the pull request comes from a fork")
    return pull
