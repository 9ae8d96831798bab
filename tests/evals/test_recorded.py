"""Runs that a model played, replayed on today's checks: a few of them here, all in `.ci/run`, which grades them."""

import json
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from agent.loop import draft
from agent.result import Terms
from agent.runs import RunLog, load
from evals.recorded import Recording, recordings
from tools.config import Limits
from tools.workbench import Workbench

REPAIR = 0.25
"""Of the first draft's output tokens, what a turn that repairs by edits costs as a rule; more where that was tiny."""


@pytest.mark.parametrize("recording", list(recordings().values())[::4], ids=lambda recording: recording.name)
def test_it_ends_as_it_did_and_its_prefix_never_changes(
    recording: Recording, bench: Workbench, team_bench: Workbench, tmp_path: Path
) -> None:
    model, log = recording.model(), RunLog.new(tmp_path)
    here = {"inner_odyssey": bench, "team_docs": team_bench}[recording.project]
    result = draft(Terms(here, model, log, Limits(), "2026-11-22"), recording.request)
    assert result.outcome == recording.outcome, result.summary
    if result.outcome == "ready":
        assert result.report
        assert result.report.clean
    for before, after in pairwise(model.asked):
        assert (after.system, after.tools) == (before.system, before.tools)
        assert json.dumps(after.messages).startswith(json.dumps(before.messages).removesuffix("]"))
    assert load(log.path).outcome == result.outcome


def test_a_repair_costs_what_it_changes() -> None:
    shares = []
    for recording in recordings().values():
        first = 0
        for turn in recording.turns:
            calls = {use["name"] for use in turn.tool_uses}
            if "check_draft" in calls and not first:
                first = turn.usage.output_tokens
            elif "edit_draft" in calls:
                shares.append(turn.usage.output_tokens / first)
    assert median(shares) <= REPAIR
