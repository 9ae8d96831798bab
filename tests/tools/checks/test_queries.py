"""Not built yet, and says so."""

from tests.tools.checks.judged import result
from tools.workbench import Workbench


def test_is_not_passed_off_as_done(bench: Workbench) -> None:
    found = result(bench, "queries", "alter table public.lessons add column subtitle text;")
    assert (found.status, found.findings) == ("not-checked", [])
    assert "not run" in found.evidence
