"""The sample projects are good throughout: nothing in their histories is blamed, and their documents are in step."""

import pytest

from tests.conftest import PROJECTS
from tools.document import render
from tools.project import Project
from tools.workbench import Workbench

SAMPLES = ("inner_odyssey", "team_docs")


def test_no_migration_is_blamed() -> None:
    """Of the second sample; the first one's are what the README checks."""
    project = Project.find(PROJECTS / "team_docs")
    reports = dict(Workbench.walk(project, [m.version for m in project.migrations]))
    assert len(reports) == len(project.migrations)
    assert {m.file_name: r.findings() for m, r in reports.items() if not r.clean} == {}
    assert all(not report.notes for report in reports.values())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_document_is_in_step(name: str) -> None:
    project = Project.find(PROJECTS / name)
    with Workbench.open(project) as bench:
        assert bench.seeded
        written = project.document.read_text()
        assert render(bench.catalog, written) == written
