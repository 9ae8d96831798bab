"""The loop: a model drafts, the checklist judges, the findings go back, until nothing is left to repair.

    while True: step            # ask the model, do what it asks, tell it the result

Messages are only ever appended, and each is on disk before the next is asked for, so that a run can be taken up where
it stopped (`resume`). A run ends by raising `End`, and a draft that passes is the result however the run ended: the
checklist decides, not the model.
"""

import time
from contextlib import suppress
from dataclasses import asdict, replace

from agent.budget import Budget
from agent.draft import Draft
from agent.draft_file import read_back
from agent.edits import EditError
from agent.model import Block, ModelError, Request, Turn, Usage
from agent.prompt import first_message, marked, system
from agent.result import Event, Outcome, Result, Terms
from agent.runs import SavedRun, said
from agent.tools import SCHEMAS, Ask, Output, Toolbox, doing
from tools.report import Report

NUDGES = 2
"""How often in a row a model that ends its turn too early is told to go on."""
MISTAKES = 4
"""How many tool calls in a row may be unreadable."""

NO_DRAFT = (
    "Nothing has been checked yet, and words are never written to a file. Call check_draft with the complete draft; "
    "nothing_to_do if the schema already has what is asked; ask if only the person can decide. If it cannot be drafted "
    "at all, say why in one short paragraph and end your turn."
)
NOT_MET = (
    "The last draft does not pass the checklist, so nothing would be written. Repair what the report says with "
    "edit_draft. If it cannot be repaired, say in one short paragraph why and end your turn."
)
WARNINGS = (
    "The draft passes, but warnings are left. Repair them, or allow a rule that does not fit here with a reason, with "
    "edit_draft. If neither is right, say why in two lines and end your turn."
)
GO_ON = (
    "The person says this now, about the request above and what was drafted for it. Send the draft that does both, "
    "with edit_draft where it is a small change."
)
CUT = "This call was cut off by the limit on one answer and was not run. Send it again, shorter, without any prose."
CUT_TEXT = "Your answer was cut off by the limit on one answer. Go on with a tool call, and keep the words few."


class End(Exception):  # noqa: N818 - flow control, not an error
    """The run is over."""

    def __init__(self, outcome: Outcome, summary: str) -> None:
        super().__init__(summary)
        self.outcome, self.summary = outcome, summary


def draft(terms: Terms, request: str) -> Result:
    """Drafts what `request` asks for. Writes nothing but the run's log."""
    loop = _Loop(terms, system(), SCHEMAS)
    file = terms.revised
    start = {"file": file.file_name, "text": file.text} if file else {}
    kind = "revise" if file else "new"
    terms.run.write(
        "start", kind=kind, request=request, model=terms.model.name, created=terms.created, **start,
        system=loop.system, tools=loop.tools, notes=terms.notes,
    )  # fmt: skip
    loop.toolbox.said = request
    if file and (known := read_back(file)):
        loop.toolbox.draft = Draft(files=[known])
    loop.tell(first_message(terms.bench.project, terms.bench.catalog, request, terms.created, file, terms.context))
    return loop.until_end()


def resume(terms: Terms, saved: SavedRun, words: str) -> Result:
    """Goes on where a saved run stopped; `words` answer its question, or say what shall be different.

    What the model has answered is not asked for again.
    """
    loop = _Loop(terms, saved.start["system"], saved.start["tools"])
    terms.run.write("resumed", words=words)
    loop.take_up(saved)
    if not loop.messages:  # it was killed before it had asked for anything
        bench, file = terms.bench, terms.revised
        request = saved.start["request"]
        loop.tell(first_message(bench.project, bench.catalog, request, terms.created, file, terms.context))
    return loop.until_end(words)


class _Loop:
    """One run: the conversation so far, the best draft, and what both have cost."""

    def __init__(self, terms: Terms, system: list[Block], tools: list[Block]) -> None:
        self.model, self.run, self.on_event = terms.model, terms.run, terms.on_event
        self.ask = terms.answer
        self.toolbox = Toolbox(terms.bench, terms.created, terms.revised, terms.version)
        self.system, self.tools = system, tools
        self.messages: list[Block] = []
        self.best: tuple[Draft, Report] | None = None
        self.number = self.nudges = self.mistakes = 0
        self.spent = Budget(terms.limits)
        self.stopped = self.waiting = ""
        """Why the last turn of a run that is taken up ended, and the question that it waits with."""

    def take_up(self, saved: SavedRun) -> None:
        """The state that a saved run left; its best draft is judged anew, for the project may have changed."""
        self.messages = [*saved.messages]
        self.toolbox.said = saved.said
        self.toolbox.judged = len(saved.drafts)
        self.spent.take_up(saved)
        self.stopped, self.waiting = saved.stopped, saved.waiting
        if saved.drafts:
            self.toolbox.draft = Draft.model_validate(saved.drafts[-1]["draft"])
        if kept := saved.best:
            best = Draft.model_validate(kept["draft"])
            with suppress(EditError):  # the seed is another by now: the model must look at it again
                self.best = best, self.toolbox.judge(best)
                self.number = kept["number"]

    def until_end(self, words: str | None = None) -> Result:
        """`words` where it is taken up again: what the person says now."""
        try:
            if words is not None:
                self.go_on(words)
            while True:
                self.step()
        except End as end:
            return self.finish(end)

    def go_on(self, words: str) -> None:
        """Says what a run that is taken up still waits for."""
        last = self.messages[-1]
        said = last["content"] if last["role"] == "assistant" else []
        unanswered = [block for block in said if block["type"] == "tool_use"]
        if unanswered:
            given, self.ask = self.ask, (lambda question: words or given(question)) if words else self.ask
            self.answer(Turn(last["content"], self.stopped, Usage(), self.model.name))
            self.ask = given
            if any(block["name"] == "ask" for block in unanswered):
                return
        if words:
            self.toolbox.said += f"\n{words}"
            self.tell(f"{marked('request', words)}\n{GO_ON}")
            self.best = None  # what passed before does not do what is asked now
        elif self.best and self.best[1].clean:
            raise End("ready", self.best[0].summary)
        elif last["role"] == "assistant" and not unanswered:
            self.tell(NOT_MET if self.best else NO_DRAFT)

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
        self.spent.turns += 1
        self.on_event(Event("asking", f"turn {self.spent.turns}"))
        started = time.monotonic()
        try:
            turn = self.model.reply(Request(self.system, self.tools, list(self.messages)))
        except ModelError as error:
            self.spent.pay(self.model.name, error.usage, error.usage)
            if error.usage.total:
                self.run.write("lost", model=self.model.name, usage=asdict(error.usage))
            raise End(_MODEL_ENDS[error.kind], error.message) from error
        finally:
            seconds = time.monotonic() - started
            self.spent.seconds_model += seconds
        self.spent.pay(turn.model, turn.usage, turn.lost)
        self.run.write("turn", **asdict(turn), seconds=round(seconds, 3))
        if turn.content:
            self.messages.append({"role": "assistant", "content": turn.content})
        if turn.text:
            self.on_event(Event("said", turn.text))
        return turn

    def tell(self, content: str | list[Block]) -> None:
        self.run.write("message", role="user", content=content)
        self.messages.append({"role": "user", "content": content})

    def answer(self, turn: Turn) -> None:
        """Runs every tool the model asked for and answers all in one message, in order."""
        results = []
        for use in turn.tool_uses:
            output = self.call(use["name"], use["input"], turn.stop_reason == "max_tokens")
            self.mistakes = self.mistakes + 1 if output.misuse else 0
            if output.draft and output.report:
                self.judged(output.draft, output.report)
            results.append(_result(use["id"], output))
        self.tell(results)
        if self.mistakes >= MISTAKES:
            raise End("not-met", f"The model's last {self.mistakes} tool calls could not be read: {output.text}")
        if self.best and self.best[1].clean and not output.more:
            raise End("ready", self.best[0].summary or turn.text)
        if output.satisfied:
            raise End("satisfied", output.satisfied)

    def call(self, name: str, given: object, cut: bool) -> Output:
        """One tool; `cut`: its input may be half of what was meant."""
        if cut:
            return Output(CUT, misuse=True)
        if name in ("check_draft", "edit_draft") and self.spent.drafts_used_up:
            return Output(f"Not checked: all {self.spent.limits.drafts} drafts of this run are used up.")
        self.on_event(Event("tool", doing(name, given)))
        started = time.monotonic()
        output = self.toolbox.call(name, given)
        self.spent.seconds_database += time.monotonic() - started
        return replace(output, text=self.answered(output.question)) if output.question else output

    def answered(self, question: Ask) -> str:
        """The person's answer, as the model gets it; what they agree to, they have said."""
        if question.question != self.waiting:
            self.run.write("question", **question.model_dump())
        answer = self.ask(question)
        if not answer:
            raise End("asked", question.question)
        self.run.write("answer", text=answer)
        self.toolbox.said += said(question.question, answer)
        self.on_event(Event("answered", answer))
        return f"The person answers:\n{marked('request', answer)}"

    def judged(self, new: Draft, report: Report) -> None:
        """Keeps the draft where it is the best so far: the last that passes, else the one with the least to repair."""
        self.spent.drafts += 1
        self.nudges = 0
        if report.verdict == "pass" or not (self.best and _defects(self.best[1]) < _defects(report)):
            self.best, self.number = (new, report), self.spent.drafts
            self.run.keep(self.toolbox.migrations(new))
        errors, warnings = _defects(report)
        findings = [f.model_dump(exclude_defaults=True) for f in report.findings()]
        files = [{"name": file.file_name, "text": file.text} for file in self.toolbox.migrations(new)]
        checks = [{"id": check.id, "status": check.status} for part in (report, *report.parts) for check in part.checks]
        self.run.write(
            "draft", number=self.spent.drafts, verdict=report.verdict, findings=findings, seconds=report.seconds,
            draft=new.model_dump(exclude_defaults=True), files=files, checks=checks,
        )  # fmt: skip
        found = f"{errors} errors, {warnings} warnings" if findings else "nothing left to repair"
        self.on_event(Event("checked", f"draft {self.spent.drafts}: {found}", report))

    def settle(self, turn: Turn) -> None:
        """The model ended its turn: it is done when the checklist says so, and told to go on when not."""
        if not self.best:
            self.nudge(NO_DRAFT, turn)
        elif not self.passed:
            self.nudge(NOT_MET, turn, 1)
        elif not self.best[1].clean and not self.nudges:
            self.nudge(WARNINGS, turn)
        else:
            raise End("ready", turn.text)

    def nudge(self, words: str, turn: Turn, times: int = NUDGES) -> None:
        if self.nudges >= times:
            raise End("not-met" if self.best else "no-draft", turn.text or "The model ended its turn without a word.")
        self.nudges += 1
        self.on_event(Event("told", words))
        self.tell(words)

    def stay_within_limits(self) -> None:
        if self.spent.unpriced:
            words = f"The price of {self.model.name} is not known, so a limit on cost cannot be kept."
            raise End("misconfigured", words)
        if reached := self.spent.reached():
            raise End("stopped", f"The limit of {reached} was reached before a draft passed.")

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
            usage=self.spent.usage,
            cost=self.spent.cost,
            seconds_model=round(self.spent.seconds_model, 3),
            seconds_database=round(self.spent.seconds_database, 3),
            drafts=self.spent.drafts,
            number=self.number,
            turns=self.spent.turns,
            lost_tokens=self.spent.lost.total,
        )
        figures = {key: value for key, value in vars(result).items() if key not in ("draft", "report", "usage")}
        self.run.write("end", **figures, usage=asdict(self.spent.usage), why=end.summary)
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
