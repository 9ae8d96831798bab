"""The two jobs that a comment starts, and both in one.

    draft      the model's key, a token that reads       comment -> artefact
    publish    no model, a token that writes             artefact -> branch, pull request, status comment
    handle     both, on one machine

Each finds out for itself what the comment is, who wrote it, and what an earlier job has done already; so a job may be
started twice, or end anywhere, and the next one finishes its work. What drafts and what checks is imported where it is
needed: most comments need neither.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli_output import say
from agent.github import answers, artefact, status
from agent.github.artefact import Artefact, ArtefactError, Manifest, spent
from agent.github.client import GitHub, Write
from agent.github.command import LONGEST
from agent.github.event import Event
from agent.github.objects import Pull
from agent.github.permission import Refused
from agent.github.retry import GitHubError
from agent.github.scratch import scratch
from agent.github.settings import Settings
from agent.github.snapshot import take
from agent.github.status import Phase, State
from agent.github.target import Target, finished, target_of
from agent.github.thread import Thread, is_agents, thread_of
from tools.config import ProjectError
from tools.history import HistoryError
from tools.postgres.binaries import ServerError
from tools.render.gfm import prose
from tools.render.plain import one_line

if TYPE_CHECKING:
    from agent.github.publish import Proposal

_FAULTS = (ProjectError, ServerError, HistoryError, GitHubError)


def draft(event: Event, github: GitHub, settings: Settings, folder: Path) -> bool:
    """Drafts into the artefact `folder`, where there is anything to draft. Whether there is anything to publish.

    Raises GitHubError where not even that could be found out.
    """
    thread = _thread(event, github, settings)
    if thread is None:
        return False
    if _needs_draft(thread, github, settings):
        _drafted(thread, github, settings, folder)
    return True


def publish_from(event: Event, github: Write, settings: Settings, folder: Path) -> int:
    """Publishes what is in the artefact `folder`, or says why not. 1 where it failed and said so.

    Raises GitHubError where it could not even say so.
    """
    thread = _thread(event, github, settings)
    if thread is None:
        return 0
    desk = _Desk(thread, github, settings)
    left = folder / "manifest.json"
    return desk.settle(lambda: artefact.read(folder) if os.path.lexists(left) else _missing(thread, github))


def handle(event: Event, github: Write, settings: Settings) -> int:
    """Both jobs. 0 done, or nothing to do; 1 where it failed and said so on the issue. Raises GitHubError."""
    thread = _thread(event, github, settings)
    if thread is None:
        return 0
    desk = _Desk(thread, github, settings, own=True)

    def drafted() -> Artefact:
        desk.begin()
        with scratch() as folder:
            _drafted(thread, github, settings, folder)
            return artefact.read(folder)

    return desk.settle(drafted)


def acknowledge(event: Event, github: Write, settings: Settings) -> bool:
    """Shows that the command was seen, before a drafting job that cannot. Whether there is anything to do."""
    thread = _thread(event, github, settings)
    if thread is None:
        return False
    if _needs_draft(thread, github, settings):
        _Desk(thread, github, settings).begin()
    return True


def _thread(event: Event, github: GitHub, settings: Settings) -> Thread | None:
    """None where the comment is to get no answer of any kind."""
    try:
        thread = thread_of(event, github, settings.login)
    except Refused as refused:
        say(f"Not answered: {one_line(str(refused))}.")
        return None
    if thread is None:
        say("Not answered: the comment is no command, and no answer to a question.")
        return None
    state = thread.state
    if state and state.open_question and thread.latest.id == thread.origin.id:
        say("Not answered: a question waits for an answer.")
        return None
    return thread


def _needs_draft(thread: Thread, github: GitHub, settings: Settings) -> bool:
    if _words(thread, settings) is not None or thread.command.verb not in ("new", "revise"):
        return False
    return finished(thread, github) is None and github.branch(thread.branch) is None


def _words(thread: Thread, settings: Settings) -> str | None:
    """The whole answer, where it needs neither a model nor a database."""
    verb, said = thread.command.verb, thread.command.words
    ours = is_agents(thread.pull, settings.login)
    match verb:
        case "help":
            return answers.HELP
        case "explain" if said:
            return _rule(said)
        case "explain" if thread.pull is None:
            return answers.HELP
        case "new" if ours:
            return answers.revise_instead()
        case "revise" if not ours or thread.pull is None or thread.pull.state != "open":
            return answers.not_mine(thread.pull is not None)
        case "revise" if not said:
            return answers.empty(verb)
        case "new" | "revise" if len(said) > LONGEST:
            return answers.too_long(LONGEST)
    return None


def _rule(name: str) -> str:
    from agent.github import explain

    try:
        return explain.rule(name)
    except ProjectError as error:
        return prose(str(error))


def _drafted(thread: Thread, github: GitHub, settings: Settings, folder: Path) -> None:
    """The artefact of whatever comes of it."""
    from agent.github import drafting, publish
    from agent.github.drafting import Drafted

    base = prefix = ""
    with scratch() as work:
        try:
            target = target_of(thread, github)
            base = target.base
            snapshot = take(github, base, work, settings.where)
            prefix = snapshot.prefix
            original = publish.history(target.pull, github)[0][2] if target.pull else ""
            drafted = drafting.run(thread, snapshot, settings, target.revised(snapshot), original)
        except _FAULTS as error:
            drafted = Drafted("unusable" if isinstance(error, ProjectError) else "broken", str(error))
        ready = drafted.outcome == "ready"
        more = {"report.json": drafted.report.encode()} if drafted.report else {}
        if drafted.run and drafted.run.is_file():
            more["run.jsonl"] = drafted.run.read_bytes()
        told = {
            "base": base,
            "prefix": prefix,
            "question": drafted.question,
            "notes": tuple(drafted.notes),
            "queries": tuple(drafted.queries) if ready else (),
            "samples": tuple(drafted.samples) if ready else (),
            "best": tuple(drafted.best),
            "figures": drafted.figures,
            "removed": tuple(drafted.removed) if ready else (),
        }
        manifest = _manifest(thread, github, drafted.outcome, drafted.summary).model_copy(update=told)
        artefact.write(folder, manifest, drafted.files if ready else {}, more)


def _manifest(thread: Thread, github: GitHub, outcome: str, summary: str) -> Manifest:
    return Manifest(
        repository=github.repository,
        issue=thread.issue,
        comment=thread.origin.id,
        latest=thread.latest.id,
        request=thread.words,
        outcome=outcome,
        summary=summary,
    )


def _missing(thread: Thread, github: GitHub) -> Artefact:
    """In place of an artefact that never came."""
    return Artefact(_manifest(thread, github, "broken", "The drafting job ended without a result."), {})


@dataclass(frozen=True)
class _Desk:
    """Says on the issue how a command ends."""

    thread: Thread
    github: Write
    settings: Settings
    own: bool = False
    """The artefact is made by this job itself; with one from elsewhere nobody shall make the agent say anything."""

    def begin(self) -> None:
        """The first sign that somebody is at work."""
        status.react(self.github, self.thread.latest.id, "eyes")
        self._show("working", answers.working(self.settings.run_url))

    def settle(self, drafted: Callable[[], Artefact]) -> int:
        """Ends the command, from where an earlier job left it; `drafted` is asked only where nothing is there yet."""
        thread, github = self.thread, self.github
        if (words := _words(thread, self.settings)) is not None:
            return self._end("done", words, "eyes")
        from agent.github import explain, publish
        from agent.github.verify import NotPublishable

        try:
            target = target_of(thread, github)
            if thread.command.verb == "explain":
                words = explain.checklist(thread.pull, target, github, self.settings.where) if thread.pull else ""
                return self._end("done", words, "eyes")
            if pull := finished(thread, github):
                told = thread.state and thread.state.phase == "done"
                if target.pull:
                    publish.retell(thread, pull, target, github, self.settings.where)
                return 0 if told else self._opened(pull, None)
            if there := publish.waiting(thread, target, github):
                return self._recovered(there, target)
            return self._publish(drafted(), target)
        except ArtefactError as error:
            say(f"error: the artefact is not used: {one_line(str(error))}")
            return self._failed("rejected", str(error)) if self.own else 1
        except NotPublishable as error:
            return self._failed("rejected", str(error))
        except HistoryError as error:
            return self._failed("history", f"{error.where}: {error.why}")
        except (ProjectError, ServerError) as error:
            return self._failed("unusable", str(error))
        except GitHubError as error:
            self._failed("broken", str(error))
            raise

    def _recovered(self, there: "Proposal", target: Target) -> int:
        """Publishes what is on the branch already."""
        from agent.github import publish

        try:
            pull = publish.publish(there, self.thread, target, self.github, self.settings.where)
        except ArtefactError as error:
            return self._failed("rejected", f"{self.thread.branch}: {error}")
        return self._opened(pull, None)

    def _publish(self, made: Artefact, target: Target) -> int:
        from agent.github import publish

        manifest, thread = made.manifest, self.thread
        proposal = publish.proposal_of(made, thread, target, self.github)
        figures = spent(manifest.figures) if manifest.figures.turns else ""
        if manifest.outcome == "ready":
            pull = publish.publish(proposal, thread, target, self.github, self.settings.where)
            return self._opened(pull, manifest)
        if manifest.outcome == "asked" and manifest.question:
            question = manifest.question.model_copy(update={"answer": None})
            state = answers.state_of(thread, "asked", question)
            self._say(state, answers.asked(question, thread.exchanges, figures))
            status.react(self.github, thread.latest.id, "eyes")
            return 0
        words = answers.ended(manifest.outcome, manifest.summary, self.settings.run_url, manifest.best, figures)
        good = manifest.outcome == "satisfied"
        return self._end("done" if good else "failed", words, "+1" if good else "confused")

    def _opened(self, pull: Pull, manifest: Manifest | None) -> int:
        revised = self.thread.command.verb == "revise"
        return self._end("done", answers.opened(pull, manifest, revised), "rocket")

    def _failed(self, outcome: str, why: str) -> int:
        return self._end("failed", answers.ended(outcome, why, self.settings.run_url), "confused")

    def _end(self, phase: Phase, words: str, reaction: str) -> int:
        self._show(phase, words)
        status.react(self.github, self.thread.latest.id, reaction)
        return 1 if phase == "failed" else 0

    def _show(self, phase: Phase, words: str) -> None:
        past = answers.dialogue(self.thread.exchanges)
        self._say(answers.state_of(self.thread, phase), "\n\n".join(filter(None, [words, past])))

    def _say(self, state: State, words: str) -> None:
        said = "\n\n".join(filter(None, [answers.lead(self.thread), words]))
        status.show(self.github, self.thread.issue, state, said, self.settings.login)
