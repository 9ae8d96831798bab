"""A conversation taken up from what stands on GitHub: the request, what the drafter asked, and what people answered.

The run's log stays on the machine that drafted, and another machine goes on. What the model needs for that is not how
it came to its question but the question and the answer, so a run is written down that has just those and is then
resumed like any other: the model's own call of `ask`, and the person's words as its result. Its look-ups are made anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.draft import Draft
from agent.draft_file import read_back
from agent.github.thread import Exchange
from agent.loop import GO_ON, resume
from agent.prompt import first_message, marked, system
from agent.result import Result, Terms
from agent.runs import load
from agent.tools import SCHEMAS
from tools.config import ProjectError
from tools.migration import Migration

_ACCEPTED = "This draft was written, in a pull request."


@dataclass(frozen=True)
class Written:
    """A change of several files that is revised."""

    request: str
    """What it was drafted for."""
    files: Sequence[Migration]


def take_up(terms: Terms, request: str, exchanges: Sequence[Exchange], written: Written | None = None) -> Result:
    """Goes on after the last answer, or where there was no question with a change of what is `written`.

    Raises ProjectError where its files cannot be read back.
    """
    log, file = terms.run, terms.revised
    start = {"file": file.file_name, "text": file.text} if file else {}
    log.write(
        "start", kind="revise" if file else "new", request=written.request if written else request,
        model=terms.model.name, created=terms.created, **start, system=system(), tools=SCHEMAS, notes=terms.notes,
    )  # fmt: skip
    bench, first = terms.bench, written.request if written else request
    shown = None if written else file
    _told(terms, first_message(bench.project, bench.catalog, first, terms.created, shown, terms.context))
    if written:
        _drafted(terms, written.files)
        if exchanges:
            log.write("resumed", words=request)
            _told(terms, f"{marked('request', request)}\n{GO_ON}")
    for number, each in enumerate(exchanges, start=1):
        asked = {"question": each.question, "options": list(each.options), "reason": each.reason}
        given = {key: value for key, value in asked.items() if value}
        _called(terms, f"asked_{number}", "ask", given)
        log.write("question", **asked)
        if number < len(exchanges):
            answer = f"The person answers:\n{marked('request', each.answer)}"
            log.write("answer", text=each.answer)
            _told(terms, [{"type": "tool_result", "tool_use_id": f"asked_{number}", "content": answer}])
    return resume(terms, load(log.path), exchanges[-1].answer if exchanges else request)


def _drafted(terms: Terms, written: Sequence[Migration]) -> None:
    """The files as the draft that they were."""
    files = [read_back(file) for file in written]
    if not all(files):
        raise ProjectError("The migrations were changed by hand into a form that cannot be revised together.")
    draft = Draft(files=[file for file in files if file]).model_dump(mode="json", exclude_defaults=True)
    _called(terms, "drafted", "check_draft", draft)
    texts = [{"name": file.file_name, "text": file.text} for file in written]
    terms.run.write(
        "draft", number=1, verdict="pass", findings=[], seconds=0.0, draft=draft, files=texts, checks=[]
    )  # fmt: skip
    terms.run.write("written", files=[file.file_name for file in written], draft=1)
    _told(terms, [{"type": "tool_result", "tool_use_id": "drafted", "content": _ACCEPTED}])


def _told(terms: Terms, content: Any) -> None:
    terms.run.write("message", role="user", content=content)


def _called(terms: Terms, use_id: str, name: str, given: dict[str, Any]) -> None:
    block = {"type": "tool_use", "id": use_id, "name": name, "input": given}
    terms.run.write("turn", content=[block], stop_reason="tool_use", usage={}, model=terms.model.name, seconds=0.0)
