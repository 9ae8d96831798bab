"""The loop: a model drafts, the checklist judges, the findings go back, until nothing is left to repair.

    while True: step            # ask the model, do what it asks, tell it the result

Messages are only ever appended, and each is on disk before the next is asked for. A run ends by raising `End`, and
a draft that passes is the result however the run ended: the checklist decides, not the model.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from agent.draft import Draft
from agent.model import Block, Model, ModelError, Request, Turn, Usage, cost
from agent.prompt import first_message, system
from agent.runs import RunLog
from agent.tools import SCHEMAS, Output, Toolbox
from tools.project import Limits
from tools.report import Report
from tools.workbench import Workbench

Outcome = Literal["ready", "not-met", "no-draft", "stopped", "refused", "unreachable", "misconfigured"]
"""ready: a draft passes. not-met: drafts, none passes. no-draft: only words. stopped: a limit was reached.
refused: the model will not do it. unreachable, misconfigured: no answer was to be had (ModelError)."""

NUDGES = 2
"""How often in a row a model that ends its turn too early is told to go on."""
MISTAKES = 4
"""How many tool calls in a row may be unreadable."""

NO_DRAFT = (
    "Nothing has been checked yet, and words are never written to a file. Call check_draft with the complete draft. "
    "Only if the request needs no migration, or cannot be drafted without an answer from the person, say so in one "
    "short paragraph and end your turn."
)
NOT_MET = (
    "The last draft does not pass the checklist, so nothing would be written. Repair what the report says and call "
    "check_draft again. If it cannot be repaired, say in one short paragraph why and end your turn."
)
WARNINGS = (
    "The draft passes, but warnings are left. Repair them, or allow a rule that does not fit here with a reason, and "
    "call check_draft again. If neither is right, say why in two lines and end your turn."
)
CUT = "This call was cut off by the limit on one answer and was not run. Send it again, shorter, without any prose."
CUT_TEXT = "Your answer was cut off by the limit on one answer. Go on with a tool call, and keep the words few."


class End(Exception):  # noqa: N818 - flow control, not an error
    """The run is over."""

    def __init__(self, outcome: Outcome, summary: str) -> None:
        super().__init__(summary)
        self.outcome, self.summary = outcome, summary


@dataclass(frozen=True)
class Event:
    """Something happened; for progress."""

    kind: Literal["asking", "said", "tool", "checked", "told"]
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
    turns: int
    lost_tokens: int = 0
    """Of `usage`: paid for in answers that broke off."""


def draft(
    bench: Workbench,
    model: Model,
    request: str,
    *,
    run: RunLog,
    limits: Limits,
    created: str,
    on_event: Callable[[Event], None] = lambda event: None,
) -> Result:
    """Drafts what `request` asks for. Writes nothing but the run's log; `created` is the date, ``YYYY-MM-DD``."""
    loop = _Loop(bench, model, run, limits, created, on_event)
    run.write("start", request=request, model=model.name, created=created, system=loop.system, tools=SCHEMAS)
    loop.tell(first_message(bench.project, bench.catalog, request, created))
    try:
        while True:
            loop.step()
    except End as end:
        return loop.finish(end)


class _Loop:
    """One run: the conversation so far, the best draft, and what both have cost."""

    def __init__(
        self,
        bench: Workbench,
        model: Model,
        run: RunLog,
        limits: Limits,
        created: str,
        on_event: Callable[[Event], None],
    ) -> None:
        self.model, self.run, self.limits, self.on_event = model, run, limits, on_event
        self.toolbox = Toolbox(bench, created)
        self.system = system()
        self.messages: list[Block] = []
        self.best: tuple[Draft, Report] | None = None
        self.turns = self.drafts = self.nudges = self.mistakes = 0
        self.usage = self.lost = Usage()
        self.cost: float | None = 0.0
        self.seconds_model = self.seconds_database = 0.0
        self.started = time.monotonic()

    @property
    def passed(self) -> bool:
        return self.best is not None and self.best[1].verdict == "pass"

    def step(self) -> None:
        self.stay_within_limits()
        turn = self.query()
        match turn.stop_reason:
            case "refusal":
                raise End("refused", turn.text or turn.detail or "The model declined the request without a word.")
            case "model_context_window_exceeded":
                raise End("stopped", "The conversation no longer fits the model's context window.")
            case "max_tokens" | "tool_use" | "end_turn" | "stop_sequence" | "pause_turn" if turn.tool_uses:
                self.answer(turn)
            case "pause_turn":
                pass  # asked again with what it has said so far, it goes on
            case "max_tokens":
                self.nudge(CUT_TEXT, turn)
            case "tool_use" | "end_turn" | "stop_sequence":
                self.settle(turn)
            case unknown:
                raise End("stopped", f"The model stopped for a reason that is not known here: {unknown}.")

    def query(self) -> Turn:
        """Asks the model, and keeps what it says."""
        self.turns += 1
        self.on_event(Event("asking", f"turn {self.turns}"))
        started = time.monotonic()
        try:
            turn = self.model.reply(Request(self.system, SCHEMAS, list(self.messages)))
        except ModelError as error:
            self.pay(self.model.name, error.usage, error.usage)
            raise End(_MODEL_ENDS[error.kind], error.message) from error
        finally:
            seconds = time.monotonic() - started
            self.seconds_model += seconds
        self.pay(turn.model, turn.usage, turn.lost)
        self.run.write("turn", **asdict(turn), seconds=round(seconds, 3))
        if turn.content:
            self.messages.append({"role": "assistant", "content": turn.content})
        if turn.text:
            self.on_event(Event("said", turn.text))
        return turn

    def pay(self, model: str, usage: Usage, lost: Usage) -> None:
        """Adds up what an answer took; `lost` is the part of it that came to nothing."""
        price = cost(model, usage)
        self.cost = None if self.cost is None or price is None else self.cost + price
        self.usage += usage
        self.lost += lost

    def tell(self, content: str | list[Block]) -> None:
        self.run.write("message", role="user", content=content)
        self.messages.append({"role": "user", "content": content})

    def answer(self, turn: Turn) -> None:
        """Runs every tool the model asked for and answers all in one message, in order."""
        results = []
        for use in turn.tool_uses:
            started = time.monotonic()
            if turn.stop_reason == "max_tokens":
                output = Output(CUT, misuse=True)  # its input may be half of what was meant
            elif use["name"] == "check_draft" and self.drafts >= self.limits.drafts:
                output = Output(f"Not checked: all {self.limits.drafts} drafts of this run are used up.")
            else:
                output = self.toolbox.call(use["name"], use["input"])
            self.seconds_database += time.monotonic() - started
            self.mistakes = self.mistakes + 1 if output.misuse else 0
            self.on_event(Event("tool", output.title or use["name"]))
            if output.draft and output.report:
                self.judged(output.draft, output.report)
            results.append(_result(use["id"], output))
        self.tell(results)
        if self.mistakes >= MISTAKES:
            raise End("not-met", f"The model's last {self.mistakes} tool calls could not be read: {output.text}")
        if self.best and self.best[1].clean:
            raise End("ready", self.best[0].summary or turn.text)

    def judged(self, new: Draft, report: Report) -> None:
        """Keeps the draft where it is the best so far: the last that passes, else the one with the least to repair."""
        self.drafts += 1
        self.nudges = 0
        if report.verdict == "pass" or not (self.best and _defects(self.best[1]) < _defects(report)):
            self.best = new, report
            self.run.keep(self.toolbox.migrations(new))
        errors, warnings = _defects(report)
        findings = [f.model_dump(exclude_defaults=True) for f in report.findings()]
        self.run.write("draft", number=self.drafts, verdict=report.verdict, findings=findings, seconds=report.seconds)
        found = f"{errors} errors, {warnings} warnings" if findings else "nothing left to repair"
        self.on_event(Event("checked", f"draft {self.drafts}: {found}", report))

    def settle(self, turn: Turn) -> None:
        """The model ended its turn: it is done when the checklist says so, and told to go on when not."""
        if not self.best:
            self.nudge(NO_DRAFT, turn)
        elif not self.passed:
            self.nudge(NOT_MET, turn)
        elif not self.best[1].clean and not self.nudges:
            self.nudge(WARNINGS, turn)
        else:
            raise End("ready", turn.text)

    def nudge(self, words: str, turn: Turn) -> None:
        if self.nudges >= NUDGES:
            raise End("not-met" if self.best else "no-draft", turn.text or "The model ended its turn without a word.")
        self.nudges += 1
        self.on_event(Event("told", words))
        self.tell(words)

    def stay_within_limits(self) -> None:
        limits, minutes = self.limits, (time.monotonic() - self.started) / 60
        if limits.cost is not None and self.cost is None:
            raise End(
                "misconfigured", f"The price of {self.model.name} is not known, so a limit on cost cannot be kept."
            )
        for reached, words in (
            (self.drafts >= limits.drafts, f"{limits.drafts} drafts"),
            (self.turns >= limits.turns, f"{limits.turns} turns"),
            (self.usage.total >= limits.tokens, f"{limits.tokens:,} tokens"),
            (limits.cost is not None and (self.cost or 0) >= limits.cost, f"{limits.cost} US dollars"),
            (minutes >= limits.minutes, f"{limits.minutes:g} minutes"),
        ):
            if reached:
                raise End("stopped", f"The limit of {words} was reached before a draft passed.")

    def finish(self, end: End) -> Result:
        """The result; a draft that passes outweighs how the run ended."""
        best, report = self.best or (None, None)
        outcome, summary = end.outcome, end.summary
        if best and self.passed and outcome != "ready":
            outcome, summary = "ready", best.summary
        if best and outcome == "ready":
            summary = summary or " ".join(file.purpose for file in best.files)
        result = Result(
            outcome=outcome,
            draft=best,
            report=report,
            summary=summary,
            usage=self.usage,
            cost=self.cost,
            seconds_model=round(self.seconds_model, 3),
            seconds_database=round(self.seconds_database, 3),
            drafts=self.drafts,
            turns=self.turns,
            lost_tokens=self.lost.total,
        )
        figures = {key: value for key, value in vars(result).items() if key not in ("draft", "report", "usage")}
        self.run.write("end", **figures, usage=asdict(self.usage), why=end.summary)
        return result


_MODEL_ENDS: dict[str, Outcome] = {
    "configuration": "misconfigured",
    "infrastructure": "unreachable",
    "model": "not-met",
}


def _defects(report: Report) -> tuple[int, int]:
    """Errors, warnings."""
    severities = [finding.severity for finding in report.findings()]
    return severities.count("error"), severities.count("warning")


def _result(use_id: str, output: Output) -> Block:
    block: Block = {"type": "tool_result", "tool_use_id": use_id, "content": output.text}
    return {**block, "is_error": True} if output.misuse else block
