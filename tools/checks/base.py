"""What a check is: a module with an id, a title, its rules and one function over what was observed.

    ID = "comments"
    PREFIX = "comments"
    TITLE = "Tables and special columns are commented"
    RULES = (Rule("table", "warning"), ...)

    def check(seen: Observed) -> Outcome: ...

The module's docstring is its documentation: a paragraph on the promise, then a part per rule headed
``## comments/table`` that says what it means, why, how to fix it and how to allow it
(`migration-agent rules` prints them). A check reads and returns; it changes nothing. What it tries on the
database goes through ``seen.live.savepoint()``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tools.report import Finding, Severity, Status


@dataclass(frozen=True)
class Rule:
    slug: str
    severity: Severity = "error"
    waivable: bool = True


@dataclass(frozen=True)
class Outcome:
    """Findings, and what was done to reach them."""

    findings: Sequence[Finding]
    evidence: str
    status: Status = "pass"
    """What holds without a finding: pass, n/a (nothing of the kind in it) or not-checked (with the reason)."""


class Check(Protocol):
    """A module of this package."""

    ID: str
    PREFIX: str
    """What its rules begin with: the id, but for `data-kept`, whose rules are `data/...`."""
    TITLE: str
    RULES: tuple[Rule, ...]

    @property
    def check(self) -> Any: ...


def finding(rule: str, message: str, **details: Any) -> Finding:
    """A finding whose severity comes from the rule's declaration (see `tools.checks.rule`)."""
    from tools.checks import rule as declared

    return Finding(rule=rule, severity=details.pop("severity", declared(rule).severity), message=message, **details)
