"""Is an answer as good as the golden? Told by databases: never by text, never by a model.

grade(bench, case, Attempt("ready", migrations))   # Grade(verdict="pass", score=100, reasons=[])
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evals.cases import Case, Expected
from evals.grade import behaviour, columns, contents
from evals.grade.catalogs import Pair, compare, things
from evals.grade.difference import Difference, allowed, weighty_first
from evals.grade.probes import probe
from evals.grade.state import State, reached, tables
from tools.config import ProjectError
from tools.facts import Facts
from tools.migration import Migration
from tools.report import Report
from tools.workbench import Workbench

__all__ = ["Attempt", "Grade", "Ground", "Reference", "crashed", "grade", "settled"]


class Grade(BaseModel):
    """What an answer is worth."""

    model_config = ConfigDict(frozen=True)

    verdict: Literal["pass", "fail"]
    score: int
    """0 to 100; 100 where it passes, and only there. How much of what the golden does is there, and nothing else."""
    reasons: list[str] = []
    """Why it fails, a line each, the weightiest first; empty where it passes."""


@dataclass(frozen=True)
class Attempt:
    """An answer to a case, however it came about."""

    outcome: str
    """As the agent's runs end: "ready", "satisfied", "asked", "refused", "no-draft", ... (agent.result.Outcome)."""
    migrations: tuple[Migration, ...] = ()
    """The files that would be written, in order."""
    report: Report | None = None
    """The checklist's verdict on them, where it is known; else they are judged."""
    words: str = ""
    """The question, or what was said instead of a draft."""

    @property
    def kind(self) -> Expected | None:
        """Which of the outcomes that a case may expect it is; None for one that is never right."""
        match self.outcome:
            case "ready" if self.migrations:
                return "migration"
            case "satisfied" | "asked":
                return "satisfied" if self.outcome == "satisfied" else "asked"
            case "refused" | "no-draft" if self.words:
                return "refused"
        return None


def grade(bench: Workbench, case: Case, attempt: Attempt) -> Grade:
    """`bench` is open on the case's home. Raises ServerError; whatever is wrong with the answer is in its grade."""
    if (known := settled(case, attempt)) is not None:
        return known
    with Reference.of(bench, case) as reference:
        return reference.grade(attempt)


@dataclass(frozen=True)
class Ground:
    """What stands there before an answer: the same for all cases of a base."""

    facts: Facts
    uuids: frozenset[str]
    """In the rows."""

    @classmethod
    def of(cls, bench: Workbench) -> "Ground":
        with reached(bench, ()) as base, base.session() as conn:
            return cls(base.facts, frozenset(contents.uuids(contents.held(conn, tables(conn)))))


@dataclass(frozen=True)
class Reference:
    """A case's golden, applied once for any number of answers."""

    bench: Workbench
    case: Case
    golden: State
    base: Facts
    before: frozenset[str]
    """The uuids in the rows that stood there before."""

    @classmethod
    @contextmanager
    def of(cls, bench: Workbench, case: Case, ground: Ground | None = None) -> Iterator["Reference"]:
        """`ground` is read where it is not given. Raises ProjectError where the golden does not apply."""
        assert case.golden is not None
        ground = ground or Ground.of(bench)
        with reached(bench, case.golden.migrations) as golden:
            if golden.failure:
                raise ProjectError(f"{case}: the golden does not apply: {golden.failure}")
            yield cls(bench, case, golden, ground.facts, ground.uuids)

    def grade(self, attempt: Attempt) -> Grade:
        if (known := settled(self.case, attempt)) is not None:
            return known
        with reached(self.bench, attempt.migrations) as draft:
            if draft.failure:
                return _failed(f"applies: {draft.failure}")
            found = self.differences(draft)
            return self.judged(draft, found, attempt.report or (None if found else self.checked(attempt)))

    def checked(self, attempt: Attempt) -> Report:
        """The checklist's verdict on an answer."""
        assert self.case.golden is not None
        project = self.case.golden.in_project(self.bench.project)
        return replace(self.bench, project=project).judge(attempt.migrations)

    def differences(self, draft: State) -> list[Difference]:
        """What the case does not allow, the weightiest first."""
        found = weighty_first(self._differences(Pair(self.golden, draft, self.base)))
        return [one for one in found if not allowed(one, self.case.file.may)]

    def judged(self, draft: State, found: Sequence[Difference], report: Report | None) -> Grade:
        """The grade of an answer that differs so, and has this checklist; None where it was not asked."""
        findings = report.findings() if report else []
        held = [f for f in findings if not any(fnmatchcase(f.rule, rule) for rule in self.case.file.may.breaks)]
        broken = [f"check {f.rule}: {f.message}" for f in held]
        broken += [f"check {name}: it broke" for name in crashed(report)] if report else []
        if not found and not broken:
            return Grade(verdict="pass", score=100)
        whole = things(Pair(self.golden, draft, self.base)) + sum(one.sign == "extra" for one in found)
        share = 1 - min(1.0, len(found) / whole)
        return _failed(*map(str, found), *broken, score=round(100 * share))

    def _differences(self, pair: Pair) -> Iterator[Difference]:
        yield from probe(pair.draft, self.case.file.probes)
        with pair.golden.session() as golden, pair.draft.session() as draft:
            yield from compare(pair, partial(columns.implied, golden, draft))
            yield from columns.compare(pair, golden, draft)
            both = sorted({*tables(golden)} & {*tables(draft)})
            yield from contents.compare(golden, draft, both, self.before)
            yield from behaviour.compare(pair, golden, draft)


def crashed(report: Report) -> list[str]:
    """Checks that failed without a finding: they broke."""
    return [c.id for part in (report, *report.parts) for c in part.checks if c.status == "fail" and not c.findings]


def settled(case: Case, attempt: Attempt) -> Grade | None:
    """The grade where how the run ended says it all."""
    if attempt.kind not in case.file.expect:
        wanted = " or ".join(case.file.expect)
        return _failed(f"outcome: {attempt.kind or attempt.outcome}, not {wanted}")
    return None if attempt.kind == "migration" else Grade(verdict="pass", score=100)


def _failed(*reasons: str, score: int = 0) -> Grade:
    return Grade(verdict="fail", score=min(score, 99), reasons=list(reasons))
