"""Every rule has a migration that breaks it and nothing else, and the same change done right."""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

import pytest

from tests.tools.checks.judged import configured
from tools.checks import CHECKS, explain, rules
from tools.config import CONFIG_FILE, Config
from tools.report import Report

NEEDS_MORE_THAN_A_FILE = {
    "applies/history",
    "applies/seed",
    "columns/default",  # on a table that the seed fills, applies/error or applies/seed speaks too
    "docs/stale",
    "file/name",
    "file/order",
    "queries/error",
    "rls/public-read",  # it is there only where it is allowed
}
"""Rules about a project and a file together; the test file of their check covers them."""


def judge(bench: Any, example: Any) -> Report:
    """Under the configuration that lies beside the examples, where there is one."""
    if (settings := example.path.with_name(CONFIG_FILE)).exists():
        bench = configured(bench, conventions=Config.load(settings).conventions)
    report: Report = bench.judge([example.migration])
    return report


def explained(report: Report) -> str:
    lines = [f"{f.rule} line {f.line}: {f.message} | {f.hint} | {f.fix}" for f in report.findings()]
    return "\n".join(lines + [f"{check.id}: {check.status}: {check.evidence}" for check in report.checks])


def test_bad(bench: Any, bad_example: Any) -> None:
    report = judge(bench, bad_example)
    assert {finding.rule for finding in report.findings()} == {bad_example.rule}, explained(report)
    for finding in report.findings():
        assert finding.hint, f"{finding.rule} does not say what to write"
        assert finding.severity == rules()[finding.rule].severity


def test_good(bench: Any, good_example: Any) -> None:
    report = judge(bench, good_example)
    assert report.clean, explained(report)


def test_every_rule_has_a_pair(all_examples: Sequence[Any]) -> None:
    for kind in ("bad", "good"):
        there = {example.rule for example in all_examples if example.kind == kind}
        assert there == set(rules()) - NEEDS_MORE_THAN_A_FILE, kind


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.ID)
def test_documentation(check: Any) -> None:
    """A paragraph on the promise, then one part per rule, in the order of RULES."""
    text = cleandoc(check.__doc__)
    assert not text.startswith("#")
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings == [f"{check.PREFIX}/{rule.slug}" for rule in check.RULES]
    for name in headings:
        assert len(explain(name).splitlines()) > 3, f"{name} is hardly explained"
        allows = f"-- allow: {name}" in explain(name)
        assert allows == rules()[name].waivable, f"{name}: does the text say whether it can be allowed?"
