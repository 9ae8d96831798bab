"""What a call gives back for a program to read; `tools.report.Report` is check_migration's."""

from typing import Literal

from pydantic import BaseModel

from agent.result import Outcome
from tools.report import Report


class DraftedFile(BaseModel):
    path: str
    """From the project's root."""
    sql: str


class Drafted(BaseModel):
    outcome: Outcome
    summary: str
    """The drafter's closing words, or why the run ended."""
    written: list[str]
    """Paths of what was written, the document among them."""
    files: list[DraftedFile]
    """The migration; where the outcome is not "ready", the best draft, which does not pass."""
    report: Report | None
    """On these files."""
    run: str
    """The transcript."""


class Rule(BaseModel):
    rule: str
    severity: Literal["error", "warning"]
    waivable: bool
    explanation: str
    bad: str | None = None
    """A migration that falls foul of it."""
    good: str | None = None


class Rules(BaseModel):
    rules: list[Rule]
