"""What a run works with, what it tells on the way, and how it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.draft import Draft
from agent.model import Model, Usage
from agent.runs import RunLog
from agent.tools import Ask
from tools.config import Limits
from tools.migration import Migration
from tools.report import Report
from tools.workbench import Workbench

Outcome = Literal[
    "ready", "satisfied", "asked", "not-met", "no-draft", "stopped", "refused", "unreachable", "misconfigured"
]
"""ready: a draft passes. satisfied: the schema has it already. asked: the person must answer before it can go on.
not-met: drafts, none passes. no-draft: only words. stopped: a limit was reached. refused: the model will not do it.
unreachable, misconfigured: no answer was to be had (ModelError)."""


@dataclass(frozen=True)
class Event:
    """Something happened; for progress."""

    kind: Literal["asking", "said", "tool", "checked", "told", "answered"]
    text: str
    """One line or the model's words."""
    report: Report | None = None


@dataclass(frozen=True)
class Result:
    """How a run ended, and its best draft."""

    outcome: Outcome
    draft: Draft | None
    """The last draft that passes, else the one with the fewest errors, then warnings."""
    report: Report | None
    """What was found on that draft."""
    summary: str
    """The model's closing words, or why the run ended."""
    usage: Usage
    cost: float | None
    """US dollars; None where the model's price is unknown."""
    seconds_model: float
    seconds_database: float
    drafts: int
    number: int
    """Which of them it is; 0 where there is none."""
    turns: int
    lost_tokens: int = 0
    """Of `usage`: paid for in answers that broke off."""


Answerer = Callable[[Ask], str | None]
"""Puts a question to the person; None where nobody can answer now."""


@dataclass(frozen=True)
class Terms:
    """What a run works with and within."""

    bench: Workbench
    model: Model
    run: RunLog
    limits: Limits
    created: str
    """The date in the file's header, ``YYYY-MM-DD``."""
    on_event: Callable[[Event], None] = lambda event: None
    answer: Answerer = lambda question: None
    revised: Migration | None = None
    """The file that is changed instead of writing a new one; `bench` stands before it."""
    notes: Sequence[str] = ()
    """What the person was told at the start; for the log."""
    context: str = ""
    """What stands around the request, such as the issue that it was made on: material, not the person's word."""
    version: str = ""
    """Under which the first file would be written; the project's next one where nothing is said."""
