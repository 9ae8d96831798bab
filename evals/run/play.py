"""One trial: the case's request is drafted with a person who answers as the case says, and the answer is graded.

The first draft is graded too, as it came, before anything was repaired.
"""

import json
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from agent.draft import Draft
from agent.loop import draft
from agent.model import Model, ModelError
from agent.result import Event, Result, Terms
from agent.runs import RunLog
from agent.tools import Ask, render
from evals.cases import Case
from evals.grade import Attempt, settled
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

FIRST = "20260101000000"
"""Before the first migration of a project that has none."""


def play(slot: Slot, case: Case, by: Contestant, number: int, limits: Limits, version: str) -> Trial:
    """A row; `infra` where this machine, a server or a network failed.

    Raises ModelError where nobody can answer until something is set right, ProjectError or HistoryError for a case
    whose project or golden does not apply.
    """
    row = blank(case, by, number, limits, version)
    try:
        with slot.stand(case) as stand:
            known = {"setup": row.setup.model_copy(update={"postgres": stand.bench.server.version})}
            model = by.model(case, stand.bench)
            if model is None:
                return row.model_copy(update=known | _given(stand, case, by.attempt(case)))
            elsewhere = slot.elsewhere(model) if by.waits else None
            return row.model_copy(update=known | _drafted(stand, case, elsewhere or model, elsewhere, limits))
    except (ModelError, ProjectError, HistoryError):
        raise
    except Exception as error:  # one trial that no code survives must not end the others, which were paid for
        if os.environ.get("MIGRATION_AGENT_DEBUG") and not isinstance(error, (ServerError, psycopg.Error, OSError)):
            raise
        return row.model_copy(update={"reasons": [f"{type(error).__name__}: {one_line(str(error))}"]})


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


def _given(stand: Stand, case: Case, attempt: Attempt) -> dict[str, Any]:
    """What becomes of an answer that nobody had to draft."""
    started = time.perf_counter()
    made: list[DraftMade] = []
    if attempt.migrations:
        judged = stand.reference(case).checked(attempt)
        attempt = Attempt(attempt.outcome, attempt.migrations, judged, attempt.words)
        made = [_made(1, judged, File.of(attempt.migrations))]
    judging = time.perf_counter() - started
    grade = _graded(stand, case, attempt)
    total = time.perf_counter() - started
    return {
        **_worth(grade),
        "ended": attempt.outcome,
        "words": attempt.words,
        "first": grade if made else None,
        "drafts": made,
        "answer": File.of(attempt.migrations),
        "cost": 0.0,
        "seconds": _seconds(database=judging, grading=total - judging, total=total),
        "report": _bare(attempt.report),
    }


def _drafted(stand: Stand, case: Case, model: Model, elsewhere: Elsewhere | None, limits: Limits) -> dict[str, Any]:
    """What becomes of a run of the loop; `elsewhere` is the model where it gives the slot away."""
    started = time.perf_counter()
    log, reports = _Events(), list[Report]()

    def watch(event: Event) -> None:
        if event.kind == "checked" and event.report:
            reports.append(event.report)

    last = max((migration.version for migration in stand.bench.project.migrations), default=FIRST)
    version = later(last)  # as a golden's: the same on any day, so that two runs may give the same rows
    created = f"{version[:4]}-{version[4:6]}-{version[6:8]}"

    def reply(_: Ask) -> str | None:
        return case.file.answer or None

    terms = Terms(stand.bench, model, log, limits, created, watch, reply, version=version)
    result = draft(terms, case.request)
    waited = elsewhere.waited if elsewhere else 0.0
    told = {
        "ended": result.outcome,
        "words": result.summary,
        "turns": result.turns,
        "usage": result.usage,
        "lost_tokens": result.lost_tokens,
        "cost": result.cost,
        "report": _bare(result.report),
        "transcript": log.told,
    }
    if result.outcome == "misconfigured":
        raise ModelError("configuration", result.summary)
    drafts = log.of("draft")
    told["drafts"] = [
        _made(event["number"], report, [File(**file) for file in event["files"]])
        for event, report in zip(drafts, reports, strict=True)
    ]
    spent = {"model": result.seconds_model - waited, "database": result.seconds_database}
    if result.outcome == "unreachable":
        total = time.perf_counter() - started - waited
        return {**told, "reasons": [result.summary], "seconds": _seconds(**spent, total=total)}
    grading = time.perf_counter()
    attempt = _attempt(result, created, version)
    grade = _graded(stand, case, attempt)
    first: Graded | None = None
    if reports:
        files = render(Draft.model_validate(drafts[0]["draft"]), created, version)
        same = attempt.report is reports[0]
        first = grade if same else _graded(stand, case, Attempt("ready", tuple(files), reports[0]))
    ended = time.perf_counter()
    return {
        **told,
        **_worth(grade),
        "first": first,
        "answer": File.of(attempt.migrations),
        "seconds": _seconds(**spent, grading=ended - grading, total=ended - started - waited),
    }


def _attempt(result: Result, created: str, version: str) -> Attempt:
    if result.outcome != "ready" or result.draft is None:
        return Attempt(result.outcome, words=result.summary)
    return Attempt("ready", tuple(render(result.draft, created, version)), result.report, result.summary)


def _graded(stand: Stand, case: Case, attempt: Attempt) -> Graded:
    """The golden is applied only where it takes one to tell."""
    known = settled(case, attempt)
    grade = known if known is not None else stand.reference(case).grade(attempt)
    return Graded(outcome=grade.verdict, score=grade.score, reasons=grade.reasons)


def _worth(grade: Graded) -> dict[str, Any]:
    return {"outcome": grade.outcome, "score": grade.score, "reasons": grade.reasons}


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

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.told if event["event"] == kind]
