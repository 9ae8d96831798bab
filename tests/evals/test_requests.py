"""Every request of evals/requests.toml, in every wording, is drafted green by the built-in drafter."""

import tomllib
from pathlib import Path

import pytest

from agent.loop import draft
from agent.offline import BuiltIn
from agent.result import Terms
from agent.runs import RunLog
from tools.config import Limits
from tools.workbench import Workbench

REQUESTS = tomllib.loads((Path(__file__).parents[2] / "evals" / "requests.toml").read_text())
WORDINGS = [
    pytest.param(wording, id=f"{name} {number}")
    for name, entry in REQUESTS.items()
    for number, wording in enumerate(entry["wordings"], start=1)
]


@pytest.mark.parametrize("request_", WORDINGS)
def test_is_drafted_green(bench: Workbench, tmp_path: Path, request_: str) -> None:
    model = BuiltIn(bench.catalog, bench.project.config)
    result = draft(Terms(bench, model, RunLog.new(tmp_path), Limits(), "2026-11-22"), request_)
    assert result.outcome == "ready", result.summary
    assert result.report is not None
    assert result.report.clean
    assert not [note for report in (result.report, *result.report.parts) for note in report.notes]
