"""One trial: the case's request is drafted with a person who answers as the case says, and the answer is graded.

The first draft is graded too, as it came, before anything was repaired.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg

from agent.draft import Draft
from agent.loop import draft
from agent.model import Model, ModelError
from agent.result import Event, Terms
from agent.runs import RunLog, SavedRun
from agent.tools import Ask, render
from evals.cases import Case
from evals.grade import Attempt, crashed, settled
from evals.run.models import Contestant
from evals.run.setup import setup
from evals.run.slots import Elsewhere, Slot, Stand
from evals.trial import DraftMade, File, Graded, Seconds, Trial
from tools.config import Limits, ProjectError
from tools.history import HistoryError
from tools.postgres.binaries import ServerError
from tools.project import later
from tools.render.plain import one_line
from tools.report import FactChanges, Report

BROKEN = (ServerError, psycopg.OperationalError)
"""Of the server, not of what was asked of it."""
TRIES = 2
"""How often a grade is tried where the server breaks."""
FIRST = "20260101000000"
"""Before the first migration of a project that has none."""


def play(slot: Slot, case: Case, by: Contestant, number: int, limits: Limits, version: str) -> Trial:
    """A row; `infra` where this machine, a server or a network failed.

    Raises ModelError where nobody can answer until something is set right, ProjectError or HistoryError for a case
    whose project or golden does not apply.
    """
    row, known = blank(case, by, number, limits, version), dict[str, Any]()
    try:
        with slot.stand(case) as stand:
            known["setup"] = row.setup.model_copy(update={"postgres": stand.bench.server.version})
            if model := by.model(case, stand.bench, number):
                elsewhere = slot.elsewhere(model) if by.waits else None
                attempt, first = _drafted(stand, case, elsewhere or model, elsewhere, limits, known)
            else:
                attempt, first = _given(stand, case, by.attempt(case), known)
            if any(crashed(one.report) for one in (attempt, first) if one and one.report) and not stand.as_it_was():
                raise ServerError("The throwaway Postgres went down during a verdict.")
        if known["ended"] == "misconfigured":
            raise ModelError("configuration", attempt.words)
        if known["ended"] != "unreachable":
            _grade(slot, case, attempt, first, known)
    except (ModelError, ProjectError, HistoryError):
        raise
    except Exception as error:  # one trial that no code survives must not end the others, which were paid for
        if os.environ.get("MIGRATION_AGENT_DEBUG") and not isinstance(error, (*BROKEN, OSError)):
            raise
        known["reasons"] = [f"{type(error).__name__}: {one_line(str(error))}"]
    return row.model_copy(update=known)


def blank(case: Case, by: Contestant, number: int, limits: Limits, version: str) -> Trial:
    """The row of a trial of which nothing is known yet."""
    return Trial(
        case=case.id,
        model=by.name,
        trial=number,
        outcome="infra",
        project=case.file.project,
        request=case.request,
        tags=case.file.tags,
        expect=list(case.file.expect),
        golden=File.of(case.golden.migrations) if case.golden else [],
        started=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        setup=setup(case, by, limits, version),
    )


def _given(stand: Stand, case: Case, attempt: Attempt, known: dict[str, Any]) -> tuple[Attempt, Attempt | None]:
    """An answer that nobody had to draft, as its own first draft; what is known of it goes into `known`."""
    started = time.perf_counter()
    if attempt.migrations:
        attempt = replace(attempt, report=stand.reference(case).checked(attempt))
    if attempt.report:
        known["drafts"] = [_made(1, attempt.report, File.of(attempt.migrations))]
        known["report"] = _bare(attempt.report)
    known["ended"], known["words"], known["cost"] = attempt.outcome, attempt.words, 0.0
    took = time.perf_counter() - started
    known["seconds"] = _seconds(database=took, total=took)
    return attempt, attempt if attempt.report else None


def _drafted(
    stand: Stand, case: Case, model: Model, elsewhere: Elsewhere | None, limits: Limits, known: dict[str, Any]
) -> tuple[Attempt, Attempt | None]:
    """The answer that a run of the loop ends with, and its first draft; what is known of it goes into `known`.

    `elsewhere` is the model where it gives the slot away.
    """
    started = time.perf_counter()
    log, reports = _Events(), list[Report]()

    def watch(event: Event) -> None:
        if event.kind == "checked" and event.report:
            reports.append(event.report)

    def reply(_: Ask) -> str | None:
        return case.file.answer or None

    last = max((migration.version for migration in stand.bench.project.migrations), default=FIRST)
    version = later(last)  # as a golden's: the same on any day, so that two runs may give the same rows
    created = f"{version[:4]}-{version[4:6]}-{version[6:8]}"
    try:
        terms = Terms(stand.bench, model, log, limits, created, watch, reply, version=version)
        result = draft(terms, case.request)
    finally:  # also of a run that breaks off, which was paid for
        run = SavedRun({}, [], log.told)
        known |= {"transcript": run.events, "turns": run.turns, "usage": run.usage, "cost": run.cost}
        known["drafts"] = [
            _made(event["number"], report, [File(**file) for file in event["files"]])
            for event, report in zip(run.drafts, reports, strict=False)
        ]
    waited = elsewhere.waited if elsewhere else 0.0
    known["seconds"] = _seconds(
        model=result.seconds_model - waited,
        database=result.seconds_database,
        total=time.perf_counter() - started - waited,
    )
    known |= {"ended": result.outcome, "words": result.summary, "lost_tokens": result.lost_tokens}
    known["report"] = _bare(result.report)
    if result.outcome == "unreachable":
        known["reasons"] = [result.summary]
    first = None
    if reports:
        files = render(Draft.model_validate(run.drafts[0]["draft"]), created, version)
        first = Attempt("ready", tuple(files), reports[0])
    if result.outcome != "ready" or result.draft is None:
        return Attempt(result.outcome, words=result.summary), first
    if first and result.report is first.report:
        return replace(first, words=result.summary), first
    return Attempt("ready", tuple(render(result.draft, created, version)), result.report, result.summary), first


def _grade(slot: Slot, case: Case, attempt: Attempt, first: Attempt | None, known: dict[str, Any]) -> None:
    """The answer and the first draft, which may be the same."""
    grade, took = _graded(slot, case, attempt)
    before, more = (grade, 0.0) if first and first.report is attempt.report else (None, 0.0)
    if first and before is None:
        before, more = _graded(slot, case, first)
    known |= {"outcome": grade.outcome, "score": grade.score, "reasons": grade.reasons, "first": before}
    known["answer"] = File.of(attempt.migrations)
    spent, grading = known["seconds"], took + more
    known["seconds"] = _seconds(**spent.model_dump() | {"grading": grading, "total": spent.total + grading})


def _graded(slot: Slot, case: Case, attempt: Attempt) -> tuple[Graded, float]:
    """With the seconds that it took. The golden is applied only where it takes one to tell.

    What was paid for is graded on another server where the first one breaks down.
    """
    grade, took, tries = settled(case, attempt), 0.0, 0
    while grade is None:
        tries += 1
        try:
            with slot.stand(case) as stand:
                started = time.perf_counter()
                grade = stand.reference(case).grade(attempt)
                took = time.perf_counter() - started
        except BROKEN:
            if tries == TRIES:
                raise
    return Graded(outcome=grade.verdict, score=grade.score, reasons=grade.reasons), took


def _made(number: int, report: Report, files: Sequence[File]) -> DraftMade:
    rules = list(dict.fromkeys(finding.rule for finding in report.findings()))
    return DraftMade(number=number, verdict=report.verdict, rules=rules, seconds=report.seconds, files=list(files))


def _bare(report: Report | None) -> Report | None:
    """Without its facts, which are many and told by the files."""
    if report is None:
        return None
    parts = [part.model_copy(update={"facts": FactChanges()}) for part in report.parts]
    return report.model_copy(update={"facts": FactChanges(), "parts": parts})


def _seconds(**told: float) -> Seconds:
    return Seconds(**{name: round(max(0.0, value), 3) for name, value in told.items()})


class _Events(RunLog):
    """A run's events, kept for the row, without what is the same in all runs; nothing is on disk before it is done."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def write(self, event: str, **data: Any) -> None:
        own = {key: value for key, value in data.items() if key not in ("system", "tools")}
        told = {"event": event, "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **own}
        self.told.append(json.loads(json.dumps(told)))  # as it is now, and as it will be read

    def keep(self, migrations: Sequence[object]) -> list[Any]:
        return []

    def close(self) -> None:
        pass
