"""What the terminal and the page both say of a run, in the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.model import Usage
from agent.transcript.read import Call, DraftView, Transcript, Turn
from tools.checks import CHECKS
from tools.render.plain import counted, one_line, seconds, severities
from tools.report import Finding

OUTCOMES = {
    "written": ("✓", "good", "written"),
    "ready": ("✓", "good", "ready"),
    "satisfied": ("✓", "good", "nothing to do"),
    "asked": ("?", "idle", "waits for an answer"),
    "not-met": ("✗", "bad", "checklist not met"),
    "no-draft": ("✗", "bad", "no draft"),
    "stopped": ("✗", "bad", "stopped at a limit"),
    "refused": ("✗", "bad", "refused by the model"),
    "unreachable": ("✗", "bad", "no answer from the model"),
    "misconfigured": ("✗", "bad", "misconfigured"),
    "interrupted": ("…", "idle", "interrupted"),
}
REASONS = {
    "ambiguous": "Two readings would give different schemas.",
    "destroys": "Data would be lost.",
    "opens": "More people would reach data.",
}
"""Why the person is asked."""
TONES = {"good": "bold green", "bad": "bold red", "idle": "bold yellow"}
"""As rich styles."""
STATUSES = {
    "pass": ("✓", "pass"),
    "fail": ("✗", "fail"),
    "warn": ("!", "warn"),
    "waived": ("○", "waived"),
    "n/a": ("–", "does not apply"),
    "not-checked": ("?", "not checked"),
}


@dataclass(frozen=True)
class Row:
    """A check over the drafts."""

    id: str
    title: str
    statuses: tuple[str, ...]
    """One a draft; empty where the log does not say."""


def outcome(name: str) -> tuple[str, str, str]:
    """Sign, tone (good, bad, idle), words."""
    return OUTCOMES.get(name, ("•", "idle", one_line(name.replace("-", " "))[:40]))


def clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit].rstrip()}…"


def headline(request: str, limit: int = 160) -> str:
    """The request on one line."""
    line = one_line(request[: 4 * limit])
    return line if len(line) <= limit and len(request) <= 4 * limit else f"{line[: limit - 1].rstrip()}…"


def matrix(drafts: Sequence[DraftView]) -> list[Row]:
    """Every check that some draft has a status of, in the checklist's order."""
    titles: dict[str, str] = {check.ID: check.TITLE for check in CHECKS}
    seen = {check for draft in drafts for check in draft.statuses}
    ids = [check for check in titles if check in seen] + sorted(seen - titles.keys())
    return [Row(i, titles.get(i, i), tuple(draft.statuses.get(i, "") for draft in drafts)) for i in ids]


def judged(draft: DraftView) -> str:
    """``2 errors, 1 warning``."""
    return severities(draft.findings) or "nothing left to repair"


def target(finding: Finding) -> str:
    """``rls/disabled on public.quests``"""
    return one_line(f"{finding.rule} on {finding.object}" if finding.object else finding.rule)


def cached(usage: Usage) -> str:
    """``92 % cached``: the share of what the model read; empty for none."""
    entered = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
    return f"{usage.cache_read_tokens / entered:.0%} cached".replace("%", " %") if usage.cache_read_tokens else ""


def money(amount: float | None) -> str:
    return "price unknown" if amount is None else f"${amount:.4f}" if amount < 1 else f"${amount:,.2f}"


def spent(turn: Turn) -> list[str]:
    """Time, tokens and money of a turn; a turn of the built-in drafter has only time."""
    said = [seconds(turn.seconds)]
    if turn.usage.total:
        said += [counted(turn.usage.total, "token"), cached(turn.usage), money(turn.cost)]
    return [part for part in said if part]


def figures(run: Transcript) -> list[tuple[str, str, str]]:
    """Name, value, a word more."""
    usage = run.usage
    tokens = f"{usage.total:,}" if usage.total else "none"
    return [
        ("Drafts", str(len(run.drafts)), ""),
        ("Turns", str(len(run.turns)), ""),
        ("Tokens", tokens, cached(usage)),
        ("Cost", money(run.cost) if run.cost or usage.total else "nothing", ""),
        ("Model", seconds(run.seconds_model), ""),
        ("Database", seconds(run.seconds_database), ""),
    ]


def gist(call: Call) -> str:
    """What a call asks for, on one line."""
    given: Any = call.given
    for key in ("names", "query", "sql", "question"):
        if value := given.get(key):
            return one_line(", ".join(map(str, value)) if isinstance(value, list) else str(value))[:160]
    return one_line(", ".join(f"{key}: {str(value)[:40]}" for key, value in given.items()))[:160]
