"""Cases are read, and their goldens are clean: a finding on one is a false alarm."""

from dataclasses import replace
from pathlib import Path

import pytest

from evals.cases import Golden, cases, goldens
from tools.config import ProjectError
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


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("request = 'Add a flag'", "a migration is expected, and there is no golden.sql"),
        ("request = 'Add a flag'\nproject = 'nowhere'\nexpect = 'asked'", "No project 'nowhere': neither a sample"),
        ("request = 'Add a flag'\nreqest = 'x'", "reqest: Extra inputs are not permitted"),
        (
            "request = 'Add a flag'\n[[probes]]\nname = 'x'\nsql = 'y'",
            "the probe 'x' needs one of rows, count and error",
        ),
        ("request =", "case.toml is not TOML"),
    ],
)
def test_what_is_wrong_with_a_case_is_said(tmp_path: Path, told: str, said: str) -> None:
    (tmp_path / "flag").mkdir()
    (tmp_path / "flag" / "case.toml").write_text(told)
    with pytest.raises(ProjectError, match=said):
        [case.home for case in cases(tmp_path)]


def test_files_of_a_golden_follow_the_history() -> None:
    for case in cases():
        files = case.golden.migrations if case.golden else ()
        versions = [case.home.migrations[-1].version, *(m.version for m in files)]
        assert versions == sorted(set(versions)), case
