"""Every request of evals/requests.toml, in every wording, is drafted green by the built-in drafter."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from agent.loop import draft
from agent.offline import BuiltIn
from agent.offline.reading import read
from agent.offline.rendering import render
from agent.offline.schema import Schema
from agent.result import Terms
from agent.runs import RunLog
from tools.config import Limits
from tools.workbench import Workbench

REQUESTS = tomllib.loads((Path(__file__).parents[2] / "evals" / "requests.toml").read_text())


@pytest.mark.parametrize("name", REQUESTS)
def test_is_drafted_green(bench: Workbench, tmp_path: Path, name: str) -> None:
    """Each file that comes of it is judged once: mostly the wordings differ in the line that repeats them."""
    model = BuiltIn(bench.catalog, bench.project.config)
    schema = Schema(bench.catalog, bench.project.config)
    judged = set()
    for wording in REQUESTS[name]["wordings"]:
        description = replace(read(wording, schema), purpose="In the words of the request.")
        files = tuple(file.render("2026-11-22") for file in render(description, schema).files)
        if files in judged:
            continue
        judged.add(files)
        result = draft(Terms(bench, model, RunLog.new(tmp_path), Limits(), "2026-11-22"), wording)
        assert (result.outcome, result.drafts) == ("ready", 1), result.summary
        assert result.report is not None
        assert result.report.clean
        assert not [note for report in (result.report, *result.report.parts) for note in report.notes]
