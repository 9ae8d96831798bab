from pathlib import Path

import pytest

from tests.tools.checks.judged import result
from tools import document
from tools.project import Project
from tools.report import CheckResult
from tools.workbench import Workbench

NEWEST = "20261005101500"


def judged(sample: Path, version: str = NEWEST) -> CheckResult:
    ((_, report),) = Workbench.walk(Project.find(sample), {version})
    return next(check for check in report.checks if check.id == "docs")


@pytest.fixture
def written(sample: Path, bench: Workbench) -> Path:
    """The sample with its document in step."""
    path = sample / "docs" / "DATABASE_SCHEMA.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(document.render(bench.catalog, None))
    return path


def test_in_step(sample: Path, written: Path) -> None:
    assert judged(sample).status == "pass"


@pytest.mark.parametrize(
    ("word", "instead", "stale"),
    [
        ("Names of the changed columns, no values", "What was changed", ["public.audit_log"]),
        ("Picture of the badge, https only", "Picture", []),  # not touched by this migration
    ],
)
def test_edited(sample: Path, written: Path, word: str, instead: str, stale: list[str]) -> None:
    text = written.read_text()
    assert word in text
    written.write_text(text.replace(word, instead))
    row = judged(sample)
    assert [(f.rule, f.severity, f.object) for f in row.findings] == [("docs/stale", "warning", t) for t in stale]


def test_not_applicable(sample: Path, bench: Workbench) -> None:
    (sample / "docs" / "DATABASE_SCHEMA.md").unlink(missing_ok=True)
    assert "has no docs/DATABASE_SCHEMA.md" in judged(sample).evidence
    (sample / "docs").mkdir(exist_ok=True)
    (sample / "docs" / "DATABASE_SCHEMA.md").write_text("# By hand\n")
    assert judged(sample, "20260914083000").status == "n/a"  # later migrations follow
    assert judged(sample).status == "warn"
    assert result(bench, "docs", "create table public.t (id int);").status == "n/a"  # a draft
