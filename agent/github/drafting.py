"""The drafting half: the loop of `new` and `revise` on a snapshot, and what it changed.

It has the model's key and reads: nothing here can write to GitHub, and what it hands on is believed by nobody
(`agent.github.artefact`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent import cli_tests
from agent.cli_docs import read_document
from agent.cli_new import built_in, model_of
from agent.cli_output import say
from agent.draft import Query, Sample
from agent.github.artefact import Draft, Figures
from agent.github.dialogue import Written, take_up
from agent.github.settings import Settings
from agent.github.snapshot import Snapshot
from agent.github.status import Question
from agent.github.thread import Thread
from agent.loop import draft
from agent.model import ModelError
from agent.result import Event, Result, Terms
from agent.runs import RunLog, load
from agent.suspicion import notes, suspicions
from agent.writing import write
from tools.config import ProjectError
from tools.history import HistoryError
from tools.migration import Migration
from tools.postgres.binaries import ServerError
from tools.project import read_sql
from tools.render.plain import one_line
from tools.workbench import Workbench


@dataclass(frozen=True)
class Drafted:
    """How it ended, and what it changed in the repository."""

    outcome: str
    summary: str
    question: Question | None = None
    notes: Sequence[str] = ()
    queries: Sequence[Query] = ()
    samples: Sequence[Sample] = ()
    best: Sequence[Draft] = ()
    figures: Figures = field(default_factory=Figures)
    files: Mapping[str, bytes] = field(default_factory=dict)
    """New contents, by path from the repository's root."""
    removed: Sequence[str] = ()
    report: str = ""
    """JSON; empty where nothing was judged."""
    run: Path | None = None


def run(thread: Thread, snapshot: Snapshot, settings: Settings, revised: Sequence[str], original: str = "") -> Drafted:
    """Drafts what the thread asks for. `revised` are the migrations of its pull request, by path from the
    repository's root, made for the request `original`.

    However it ends is a result: what the project or the model is to blame for as well.
    """
    before = _contents(snapshot)
    log: RunLog | None = None
    try:
        log = RunLog.new(snapshot.project.root)
        drafted = _drafted(thread, snapshot, settings, log, revised, original)
    except HistoryError as error:
        return Drafted("history", f"{error.where}: {error.why} {error.diagnosis.do}")
    except ModelError as error:
        return Drafted("misconfigured", str(error))
    except (ProjectError, ServerError) as error:
        return Drafted("unusable", str(error))
    finally:
        if log:
            log.close()
    after = _contents(snapshot)
    files = {path: data for path, data in after.items() if before.get(path) != data}
    removed = sorted(before.keys() - after.keys())
    return _with(drafted, files=files, removed=removed, run=log.path)


def _with(drafted: Drafted, **more: Any) -> Drafted:
    return Drafted(**{**vars(drafted), **more})


def _drafted(
    thread: Thread, snapshot: Snapshot, settings: Settings, log: RunLog, revised: Sequence[str], original: str
) -> Drafted:
    project = snapshot.project
    model = model_of(project, settings.model)
    existing = read_document(project)
    old = [Migration(Path(path).name, read_sql(snapshot.root / path)) for path in revised]
    created = f"{datetime.now(UTC):%Y-%m-%d}"
    if old:
        project = project.until(old[0].version)
        earlier = old[0].header.get("created", "")
        created = earlier if re.fullmatch(r"\d{4}-\d{2}-\d{2}", earlier) else created
    limits = project.config.limits.under(settings.limits)
    with Workbench.open(project, progress=say) as bench:
        drafter = model or built_in(bench)
        doubtful = notes(suspicions(project, bench.facts, thread.command.words, old, thread.context))
        file = old[0] if old else None
        terms = Terms(
            bench, drafter, log, limits, created, _tell, revised=file, context=thread.context, notes=doubtful
        )  # fmt: skip
        several = Written(original, old) if len(old) > 1 else None
        if thread.exchanges or several:
            result = take_up(terms, thread.command.words, thread.exchanges, several)
        else:
            result = draft(terms, thread.command.words)
        report = result.report
        if result.outcome == "ready" and result.draft and report:
            done = write(bench, result.draft, created, existing, cli_tests.wanted(project, settings.tests), old)
            log.write("written", files=list(done.files), draft=result.number)
            report = report.under([*done.files])
    files = result.draft.files if result.draft else []
    return Drafted(
        outcome=result.outcome,
        summary=result.summary,
        question=_question(log) if result.outcome == "asked" else None,
        notes=doubtful,
        queries=[query for file in files for query in file.queries],
        samples=[sample for file in files for sample in file.samples],
        best=() if result.outcome == "ready" else _best(log, result),
        figures=_figures(result, drafter.name),
        report=report.model_dump_json(indent=2) if report else "",
    )


def _question(log: RunLog) -> Question:
    asked = load(log.path).of("question")[-1]
    return Question(question=asked["question"], options=tuple(asked["options"]), reason=asked["reason"])


def _best(log: RunLog, result: Result) -> list[Draft]:
    """The files of the best draft with what was found on them."""
    if result.report is None:
        return []
    parts = [result.report, *result.report.parts]
    kept = sorted(log.drafts.glob("*.sql"))
    return [
        Draft(
            name=path.name,
            text=path.read_text(encoding="utf-8"),
            findings=tuple(
                f"{found.severity} {found.rule}: {one_line(found.message)}"
                for check in (parts[number].checks if number < len(parts) else [])
                for found in check.findings
                if found.waived is None
            ),
        )
        for number, path in enumerate(kept)
    ]


def _figures(result: Result, model: str) -> Figures:
    return Figures(
        model=model,
        drafts=result.drafts,
        turns=result.turns,
        tokens=result.usage.total,
        cost=result.cost,
        seconds_model=result.seconds_model,
        seconds_database=result.seconds_database,
    )


def _contents(snapshot: Snapshot) -> dict[str, bytes]:
    """Every file of the snapshot but the runs."""
    root = snapshot.root
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".migration-agent" not in path.parts
    }


def _tell(event: Event) -> None:
    """For the job's log. Words of others never begin a line, where they could be a workflow command."""
    if event.kind in ("tool", "checked", "told", "answered"):
        say(f"  {event.kind}: {one_line(event.text)[:200]}")
