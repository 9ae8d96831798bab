"""The generated projects replay, and the migration that is measured passes on them."""

from pathlib import Path

from evals.bench.__main__ import FILE_NAME, QUESTS, line
from evals.bench.generate import generate
from tools.migration import Migration
from tools.project import Project
from tools.workbench import Workbench


def test_generated_projects_replay(tmp_path: Path) -> None:
    project = Project.find(generate(tmp_path, tables=12, migrations=5))
    assert [len(m.text) > 0 for m in project.migrations] == [True] * 5
    with Workbench.open(project) as bench:
        assert sorted(t for t in bench.catalog.tables() if t.startswith("public.")) == sorted(
            f"public.t{n}" for n in range(12)
        )


def test_what_is_measured_passes(bench: Workbench) -> None:
    report = bench.judge([Migration(FILE_NAME, QUESTS.read_text())])
    assert report.clean, report.findings()


def test_a_line_is_a_ratio() -> None:
    assert line("x", 0.2, 0.1, 3) == {"name": "x", "ratio": 2.0, "goal": "<= 3", "ours_ms": 200.0, "theirs_ms": 100.0}
