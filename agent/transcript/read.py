"""A log's events told as a story: turns with their calls and drafts, and what happened between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import takewhile
from typing import Any

from pydantic import ValidationError

from agent.draft import Draft
from agent.model import Block, Usage, cost
from agent.runs import SavedRun
from agent.transcript import events
from tools.checks import CHECKS
from tools.report import Finding

WORST = ("fail", "warn", "not-checked", "waived", "pass", "n/a")
"""Statuses of a check, the one that counts first: a change in several files has each check several times."""


DRAFTING = ("check_draft", "edit_draft")
"""The tools whose answer is about a draft."""


@dataclass(frozen=True)
class Change:
    """What a draft did to the findings of the one before."""

    mended: tuple[Finding, ...] = ()
    new: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class DraftView:
    """A draft that was judged."""

    number: int
    verdict: str
    findings: tuple[Finding, ...]
    files: tuple[events.File, ...]
    statuses: dict[str, str]
    """By check id; of an old log those with findings alone."""
    seconds: float
    before: "DraftView | None"

    @property
    def change(self) -> Change:
        """Findings are the same where rule and object are; a first draft has only new ones."""
        old = {_identity(f) for f in self.before.findings} if self.before else set()
        now = {_identity(f) for f in self.findings}
        return Change(
            tuple(f for f in self.before.findings if _identity(f) not in now) if self.before else (),
            tuple(f for f in self.findings if _identity(f) not in old),
            tuple(f for f in self.findings if _identity(f) in old),
        )


@dataclass(frozen=True)
class Call:
    """A tool that the model called, and what came back."""

    name: str
    given: dict[str, Any]
    result: str | None
    """None where the run ended before there was one."""
    refused: bool = False
    """The call could not be read."""
    draft: DraftView | None = None


@dataclass(frozen=True)
class Turn:
    """One answer of the model."""

    number: int
    text: str
    thinking: str
    calls: tuple[Call, ...]
    stop_reason: str
    model: str
    usage: Usage
    cost: float | None
    seconds: float


@dataclass(frozen=True)
class Told:
    """What the model was told, other than the results of its calls."""

    text: str
    first: bool
    """The first message: the project's schema and the request."""


@dataclass(frozen=True)
class Asked:
    """A question to the person."""

    question: str
    options: tuple[str, ...]
    reason: str
    answer: str | None


Step = Turn | Told | Asked | events.Resumed | events.Written | events.End


@dataclass(frozen=True)
class Transcript:
    """A run."""

    id: str
    request: str
    model: str
    kind: str
    file: str | None
    """The migration that is revised."""
    started: datetime | None
    system: str
    steps: tuple[Step, ...]
    drafts: tuple[DraftView, ...]
    """One of each number; a resumed run may have judged its last one again."""
    turns: tuple[Turn, ...]
    end: events.End | None
    """How it ended; None for a run that was interrupted, or is still going."""
    usage: Usage
    cost: float | None
    """US dollars; None where the model's price is unknown."""
    seconds_model: float
    seconds_database: float

    @property
    def written(self) -> tuple[str, ...]:
        """The files that it wrote last."""
        written = [step.files for step in self.steps if isinstance(step, events.Written)]
        return tuple(written[-1]) if written else ()

    @property
    def best(self) -> DraftView | None:
        """The draft that was written, else the last that passes, else the last."""
        numbers = [step.draft for step in self.steps if isinstance(step, events.Written)]
        written = [draft for draft in self.drafts if numbers and draft.number == numbers[-1]]
        passed = [draft for draft in self.drafts if draft.verdict == "pass"]
        return next(reversed(written or passed or list(self.drafts)), None)

    @property
    def outcome(self) -> str:
        """The loop's word; ``interrupted`` where the log just stops, ``written`` where files came of it."""
        if self.end is None:
            return "interrupted"
        return "written" if self.end.outcome == "ready" and self.written else self.end.outcome or "ended"


def read(saved: SavedRun, run_id: str) -> Transcript:
    """Raises ProjectError for a log with impossible events."""
    told = events.parse(saved.events)
    start = told[0] if isinstance(told[0], events.Start) else events.Start()
    steps = tuple(_Story(start.created).steps(told[1:]))
    turns = tuple(step for step in steps if isinstance(step, Turn))
    drafts = {call.draft.number: call.draft for turn in turns for call in turn.calls if call.draft}
    last = told[-1]
    end = last if isinstance(last, events.End) else None
    if isinstance(last, events.Written):
        end = next((event for event in reversed(told) if isinstance(event, events.End)), None)
    lost = [event for event in told if isinstance(event, events.Lost)]
    usage = reduce(Usage.__add__, [*(turn.usage for turn in turns), *(event.usage for event in lost)], Usage())
    whole = end if end and end.usage == usage else None  # what was noted then; prices may have changed since
    prices = [*(turn.cost for turn in turns), *(cost(event.model, event.usage) for event in lost)]
    known = [price for price in prices if price is not None]
    return Transcript(
        id=run_id,
        request=start.request,
        model=turns[-1].model if turns else start.model,
        kind=start.kind,
        file=start.file,
        started=start.at,
        system=_text(start.system),
        steps=steps,
        drafts=tuple(drafts.values()),
        turns=turns,
        end=end,
        usage=usage,
        cost=whole.cost if whole else sum(known) if len(known) == len(prices) else None,
        seconds_model=sum(turn.seconds for turn in turns),
        seconds_database=max(end.seconds_database if end else 0.0, sum(d.seconds for d in drafts.values())),
    )


@dataclass
class _Story:
    """Puts together what belongs together; events come in the order in which they happened."""

    created: str
    turns: int = 0
    last: DraftView | None = None
    told: bool = False

    def steps(self, told: Sequence[events.Event]) -> Iterator[Step]:
        for at, event in enumerate(told):
            following = list(takewhile(lambda e: not isinstance(e, events.Turn), told[at + 1 :]))
            match event:
                case events.Turn():
                    yield self.turn(event, following)
                case events.Message():
                    if text := _text(event.content):
                        yield Told(text, first=not self.told)
                        self.told = True
                case events.Question():
                    replies = takewhile(lambda e: not isinstance(e, events.Question), following)
                    answer = next((e.text for e in replies if isinstance(e, events.Answer)), None)
                    yield Asked(event.question, tuple(event.options or ()), event.reason or "", answer)
                case events.Resumed() | events.Written() | events.End():
                    yield event

    def turn(self, turn: events.Turn, following: Sequence[events.Event]) -> Turn:
        self.turns += 1
        results = {
            str(block.get("tool_use_id")): block
            for event in following
            if isinstance(event, events.Message) and isinstance(event.content, list)
            for block in event.content
            if block.get("type") == "tool_result"
        }
        judged = {event.number: event for event in following if isinstance(event, events.Judged)}
        asked = any(isinstance(event, events.Question) for event in following)
        uses = [block for block in turn.content if block.get("type") == "tool_use"]
        shown = (use for use in uses if not (asked and use.get("name") == "ask"))
        calls = [self.call(use, results.get(str(use.get("id"))), judged) for use in shown]
        rest = [Call("check_draft", {}, None, draft=self.draft(event, {})) for event in judged.values()]
        return Turn(
            number=self.turns,
            text=_text(turn.content),
            thinking="\n\n".join(str(b.get("thinking", "")) for b in turn.content if b.get("type") == "thinking"),
            calls=(*calls, *rest),
            stop_reason=turn.stop_reason,
            model=turn.model,
            usage=turn.usage,
            cost=cost(turn.model, turn.usage),
            seconds=turn.seconds,
        )

    def call(self, block: Block, answer: Block | None, judged: dict[int, events.Judged]) -> Call:
        """Takes its draft out of `judged`: the one that the answer names, else the first where nothing came back."""
        given = block.get("input")
        given = given if isinstance(given, dict) else {"input": given}
        result = _text(answer.get("content")) if answer else None
        draft = None
        if block.get("name") in DRAFTING and judged:
            first = min(judged)
            number = next((n for n in judged if result and result.startswith(f"Draft {n}:")), None)
            if number is not None or result is None:
                draft = self.draft(judged.pop(first if number is None else number), given)
        return Call(str(block.get("name"))[:200], given, result, bool(answer and answer.get("is_error")), draft)

    def draft(self, event: events.Judged, given: dict[str, Any]) -> DraftView:
        files = tuple(event.files) or _rendered(given, self.created)
        before = self.last if self.last and self.last.number != event.number else self.last and self.last.before
        findings = tuple(event.findings)
        statuses = _statuses(event.checks) or _blamed(findings)
        self.last = DraftView(event.number, event.verdict, findings, files, statuses, event.seconds, before)
        return self.last


def _identity(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.object


def _text(content: Any) -> str:
    """The words of a message's, a turn's or a result's content."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    said = (block for block in blocks if isinstance(block, dict) and block.get("type") == "text")
    return "\n\n".join(str(block.get("text", "")) for block in said).strip()


def _rendered(given: dict[str, Any], created: str) -> tuple[events.File, ...]:
    """The files of a draft as they were sent, for logs that do not hold them."""
    try:
        draft = Draft.model_validate(given)
    except ValidationError:
        return ()
    return tuple(events.File(name=f"{file.name}.sql", text=file.render(created)) for file in draft.files)


def _statuses(checks: Sequence[events.Checked]) -> dict[str, str]:
    order = {status: rank for rank, status in enumerate(WORST)}
    worst: dict[str, str] = {}
    for check in checks:
        known = worst.get(check.id, check.status)
        worst[check.id] = min(known, check.status, key=lambda status: order.get(status, 0))
    return worst


def _blamed(findings: Sequence[Finding]) -> dict[str, str]:
    ids = {check.PREFIX: check.ID for check in CHECKS}
    found = [(ids.get(f.rule.split("/")[0], f.rule.split("/")[0]), f.severity) for f in findings]
    return {check: "fail" if (check, "error") in found else "warn" for check, _ in found}
