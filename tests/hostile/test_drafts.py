"""Hostile drafts: each ends in the finding that it deserves, and leaves nothing to whatever comes next."""

import re
from collections import Counter

import pytest

from tests.hostile.conftest import Stand
from tests.hostile.corpus import Draft, drafts
from tools.checks import rules

DRAFTS = drafts()


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.name)
def test_ends_in_a_finding(stand: Stand, draft: Draft) -> None:
    report = stand.judge(draft)
    assert report.verdict == "fail"
    rule, words = draft.expected(report.postgres)
    said = [f"{finding.object} {finding.message}" for finding in report.findings() if finding.rule == rule]
    assert any(re.search(words, each) for each in said), report.findings()


def test_the_drafts_are_told_apart() -> None:
    assert len(DRAFTS) >= 75
    assert [name for name, times in Counter(draft.name for draft in DRAFTS).items() if times > 1] == []
    assert {draft.rule for draft in DRAFTS} <= set(rules())
