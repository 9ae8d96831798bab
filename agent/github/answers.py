"""What the agent says on an issue, for each way that a command can end. Words of others are escaped."""

import re
from collections.abc import Sequence

from agent.github.artefact import Draft, Manifest, spent
from agent.github.objects import Pull
from agent.github.status import Question, State
from agent.github.text import escaped, fitted, folded, quoted
from agent.github.thread import Exchange, Thread
from tools.render.gfm import block, prose

HELP = """\
I draft Supabase migrations, check them on a throwaway Postgres that has replayed this repository's own, \
and open a pull request with the evidence. I answer people who may write here.

| on the first line of a comment | what happens |
| --- | --- |
| `/migrate REQUEST` | a pull request with such a migration; the rest of the comment and the issue are background |
| `/migrate revise CHANGE` | on a pull request of mine: the migration is changed in its place |
| `/migrate answer WORDS` | goes on where I asked something; whoever gave the command may also simply reply |
| `/migrate explain` | on a pull request of mine: the checklist of what it holds now |
| `/migrate explain RULE` | what a rule such as `rls/initplan` means, why, and how to allow what it forbids |
| `/migrate help` | this |

For example: `/migrate add a difficulty to lessons: easy, medium or hard, default medium`"""
_ENDS = {
    "satisfied": "Nothing to do: the schema has it already.",
    "not-met": "No draft met the checklist, so there is no pull request. A command that says more may do better.",
    "no-draft": "The drafter sent words and no draft, so there is no pull request.",
    "stopped": "A limit ended the run before a draft passed.",
    "refused": "The drafter does not do this request.",
    "unreachable": "No model answered.",
    "misconfigured": "The model's configuration does not fit.",
    "history": "The repository's own migrations do not replay, so nothing can be drafted on top of them.",
    "unusable": "The project cannot be used as it is.",
    "rejected": "The draft was not published: it did not stand the check before.",
    "broken": "Something went wrong on the way.",
}
"""How a run can end without a pull request; `agent.result.Outcome` and what can go wrong around it."""
AGAIN = ("unreachable", "misconfigured", "stopped", "history", "unusable", "broken")
"""Ends after which the same command may do better."""


def lead(thread: Thread) -> str:
    """Which command a status is of."""
    asks = thread.command.verb in ("new", "revise")
    return quoted(thread.command.words, 240) if asks and thread.command.words else ""


def working(run_url: str) -> str:
    return f"⏳ Drafting and checking, which takes some minutes.{_log(run_url)}"


def opened(pull: Pull, manifest: Manifest | None, revised: bool) -> str:
    done = "I changed the migration in" if revised else "The migration is in"
    cost = f"\n\n<sub>{spent(manifest.figures)}</sub>" if manifest else ""
    tried = "It was applied, applied again, rolled back and attacked; the evidence is there."
    return f"✅ {done} #{pull.number}. {tried}{cost}"


def asked(question: Question, before: Sequence[Exchange], figures: str) -> str:
    """The question, which waits for the person."""
    options = "\n".join(f"- {escaped(option)}" for option in question.options)
    parts = [dialogue(before), "❓ I have to ask first:", quoted(question.question), options]
    how = "Reply here to answer, or write `/migrate answer` and your words."
    return "\n\n".join(filter(None, [*parts, how, f"<sub>{figures}</sub>" if figures else ""]))


def dialogue(exchanges: Sequence[Exchange]) -> str:
    """What was asked and answered before, folded."""
    said = [f"{quoted(each.question)}\n\n{escaped(each.answer)}" for each in exchanges]
    return folded("Asked and answered before", "\n\n".join(said)) if said else ""


def ended(outcome: str, summary: str, run_url: str, best: Sequence[Draft] = (), figures: str = "") -> str:
    """A command that ended without a pull request, with the best draft folded in."""
    head = _ENDS.get(outcome, _ENDS["broken"])
    again = " Run the job again, or give the command once more, when that is mended." if outcome in AGAIN else ""
    parts = [(f"{'✅' if outcome == 'satisfied' else '❌'} {head}{again}", ""), (quoted(summary, 4_000), "")]
    for draft in best:
        found = "\n".join(f"- {prose(line)}" for line in draft.findings) or "- nothing was found on this file"
        content = f"{found}\n\n{block(draft.text, 'sql')}"
        parts.append(
            (
                folded(f"The best draft, <code>{draft.name}</code>", content),
                "The best draft is too long to be shown here; the run's artefact has it.",
            )
        )
    parts.append((f"<sub>{figures}{_log(run_url)}</sub>" if figures or run_url else "", ""))
    return fitted([part for part in parts if part[0]], 60_000)


def not_mine(pull: bool) -> str:
    where = "This is no open pull request of mine" if pull else "This is an issue"
    return f"{where}: `/migrate revise` works on those that I opened. `/migrate REQUEST` on an issue begins one."


def revise_instead() -> str:
    return "This pull request is mine: `/migrate revise` and what shall be different. A new one begins on an issue."


def too_long(most: int) -> str:
    return f"The first line is longer than {most:,} characters. Put the request there, and the background below it."


def empty(verb: str) -> str:
    return f"Say what shall be different behind `/migrate {verb}`, on the same line."


def _log(run_url: str) -> str:
    return f" [The job's log]({run_url})" if re.fullmatch(r"https?://[\w.:/-]+", run_url, re.ASCII) else ""


def state_of(thread: Thread, phase: str, question: Question | None = None) -> State:
    """What the status keeps of a conversation."""
    known = thread.state.questions if thread.state else ()
    return State.model_validate(
        {"comment": thread.origin.id, "phase": phase, "questions": (*known, question) if question else known}
    )
