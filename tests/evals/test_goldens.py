"""Goldens are clean: a finding on one is a false alarm."""

from dataclasses import replace

import pytest

from evals.goldens import Golden, goldens
from tools.workbench import Workbench


@pytest.mark.parametrize("golden", goldens(), ids=str)
def test_is_clean(bench: Workbench, team_bench: Workbench, golden: Golden) -> None:
    home = {"inner_odyssey": bench, "team_docs": team_bench}[golden.project]
    report = replace(home, project=golden.in_project(home.project)).judge(golden.migrations)
    parts = (report, *report.parts)
    assert report.findings() == []
    assert len(parts) == len(golden.migrations)
    assert [check for part in parts for check in part.checks if check.status == "fail"] == []
    assert [note for part in parts for note in part.notes] == []


def test_versions_follow_the_history(bench: Workbench, team_bench: Workbench) -> None:
    for golden in goldens():
        home = {"inner_odyssey": bench, "team_docs": team_bench}[golden.project]
        versions = [home.project.migrations[-1].version, *(m.version for m in golden.migrations)]
        assert versions == sorted(set(versions)), golden
