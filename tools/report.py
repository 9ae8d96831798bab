"""The report: the one contract that the terminal, JSON, pull requests and evals share.

A check returns findings and says what it did to reach them; `Report.of` turns both into a verdict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from tools.facts import Fact

Severity = Literal["error", "warning"]
Status = Literal["pass", "fail", "warn", "waived", "n/a", "not-checked"]

ALLOWED_AS = {"data/lost": "safe-change/destructive"}
"""Rules that cannot be waived by their own name, and the one by which they can, on the table or column that loses."""


class Finding(BaseModel):
    """One defect, where it is, and what to write instead."""

    model_config = ConfigDict(frozen=True)

    rule: str
    """``check-id/slug``"""
    severity: Severity
    message: str
    """What was observed, in one sentence, naming the object."""
    hint: str = ""
    """What to do, in words."""
    fix: str = ""
    """SQL that would mend it, where the check can write it."""
    object: str = ""
    """The object as facts name it: ``public.quests``, ``public.quests.title``, ``public.quests/policy name``."""
    line: int | None = None
    column: int | None = None
    waived: str | None = None
    """The reason given by a waiver."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def key(self) -> str:
        """Stable across runs and line moves, so that two reports can be compared."""
        return hashlib.sha256(f"{self.rule}\0{self.object}\0{self.message}".encode()).hexdigest()[:12]


class CheckResult(BaseModel):
    """One row of the checklist."""

    id: str
    title: str
    status: Status
    evidence: str
    """What was proved, observed, or not looked at and why."""
    ms: float = 0.0
    findings: list[Finding] = []

    @classmethod
    def of(
        cls, check_id: str, title: str, findings: Sequence[Finding], evidence: str, status: Status = "pass"
    ) -> CheckResult:
        """`status` is what holds where there is no finding."""
        open_findings = [f for f in findings if f.waived is None]
        if any(f.severity == "error" for f in open_findings):
            status = "fail"
        elif open_findings:
            status = "warn"
        elif findings:
            status = "waived"
            evidence = "; ".join(sorted({f"{f.rule}: {f.waived}" for f in findings})) + f" ({evidence})"
        return cls(id=check_id, title=title, status=status, evidence=evidence, findings=list(findings))


class FactChanges(BaseModel):
    """What the migration did to the catalog."""

    added: list[Fact] = []
    removed: list[Fact] = []


class Access(BaseModel):
    """One cell of the access matrix."""

    table: str
    actor: str
    verb: str
    outcome: str
    expected: str


class Report(BaseModel):
    """The verdict on one migration file; `parts` holds those of the files that follow it in a staged change."""

    verdict: Literal["pass", "fail"]
    migration: str
    postgres: str
    seconds: float
    checks: list[CheckResult]
    facts: FactChanges = Field(default_factory=FactChanges)
    access: list[Access] = []
    notes: list[str] = []
    """Said once for the whole run: stand-in extensions, seed rows that did not fit, unused waivers."""
    parts: list[Report] = []

    @classmethod
    def of(
        cls,
        migration: str,
        checks: list[CheckResult],
        *,
        postgres: str,
        seconds: float,
        facts: FactChanges | None = None,
        access: Iterable[Access] = (),
        notes: Iterable[str] = (),
    ) -> Report:
        failed = any(check.status == "fail" for check in checks)
        return cls(
            verdict="fail" if failed else "pass",
            migration=migration,
            postgres=postgres,
            seconds=round(seconds, 3),
            checks=checks,
            facts=facts or FactChanges(),
            access=list(access),
            notes=list(notes),
        )

    def with_parts(self, parts: list[Report]) -> Report:
        """The first file's report carrying the others; the verdict covers all."""
        verdict: Literal["pass", "fail"] = "fail" if any(r.verdict == "fail" for r in [self, *parts]) else "pass"
        return self.model_copy(update={"parts": parts, "verdict": verdict})

    def under(self, paths: Sequence[str]) -> Report:
        """This report and its parts with these as the files' paths; as it is where there are none."""
        parts = [part.model_copy(update={"migration": path}) for part, path in zip(self.parts, paths[1:], strict=False)]
        return self.model_copy(update={"migration": paths[0], "parts": parts} if paths else {})

    def findings(self) -> list[Finding]:
        """Open findings of this file and of its parts, errors first."""
        own = [f for check in self.checks for f in check.findings if f.waived is None]
        rest = [f for part in self.parts for f in part.findings()]
        return sorted(own + rest, key=lambda f: f.severity)

    @property
    def clean(self) -> bool:
        """Passes, and nothing is left to warn of."""
        return self.verdict == "pass" and not self.findings()
