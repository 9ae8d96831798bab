"""What rows add up to, by hand, and for any rows; and that the terminal shows it and nothing acts."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from rich.console import Console
from typer.testing import CliRunner, Result

from agent.model import Usage
from evals.cli import app
from evals.report.as_json import as_json
from evals.report.statistics import Count, wilson
from evals.report.summary import Model, Rule, Summary, summarize
from evals.report.terminal import SummaryView, bar
from evals.trial import Graded, Seconds, Trial
from tests.evals.report.rows import RUNS, draft, put, trial

BAD = Graded(outcome="fail", score=50)
RIGHT = Graded(outcome="pass", score=100)


def one(*trials: Trial) -> Model:
    (model,) = summarize(trials).models
    return model


def cli(*args: str) -> Result:
    return CliRunner().invoke(app, ["eval", *args])


def terminal(summary: Summary, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system=None).print(SummaryView(summary))
    return out.getvalue()


def test_rates_are_means_over_cases_and_infra_is_apart() -> None:
    trials = [trial("a", number=n) for n in (1, 2, 3, 4)] + [trial("b", number=1, mark="fail")]
    trials += [trial("b", number=2, mark="infra"), trial("c", mark="infra", reasons=["no network"])]
    model = one(*trials)
    assert model.by_case == {"a": Count(4, 4), "b": Count(0, 1)}
    assert model.rate
    assert (model.rate.value, model.rate.interval) == (0.5, wilson(0.5, 2))
    assert (model.trials, model.passed, model.infra) == (5, 4, 2)
    assert model.infra_reasons == ("b went wrong", "no network")
    assert (model.any, model.all) == ({}, {})  # b was tried only once
    assert model.score
    assert model.score.value == 70


def test_several_trials_give_any_and_all_of_k() -> None:
    model = one(*(trial("a", number=n) for n in (1, 2)), trial("b"), trial("b", number=2, mark="fail"))
    assert {k: rate.value for k, rate in model.any.items()} == {2: 1.0}
    assert {k: rate.value for k, rate in model.all.items()} == {2: 0.5}


def test_first_drafts_and_what_repair_did_to_them() -> None:
    model = one(
        trial("right", first=RIGHT, drafts=[draft(1)]),
        trial("mended", first=BAD, drafts=[draft(1, "rls/initplan", "rls/initplan"), draft(2)]),
        trial("left", mark="fail", first=BAD, drafts=[draft(1, "rls/initplan", "file/name"), draft(2, "file/name")]),
        trial("broken", mark="fail", first=RIGHT, drafts=[draft(1)]),
        trial("no draft", mark="fail"),
        trial("asked", expect=["asked"], golden=[]),
        trial("never", mark="infra", first=BAD),
    )
    assert model.repair
    assert (model.repair.trials, model.repair.mended, model.repair.broken) == (5, 1, 1)
    assert (model.repair.first.value, model.repair.after.value) == (0.4, 0.4)
    assert model.drafts_to_pass == {0: 1, 1: 1, 2: 1}
    assert model.rules == (Rule("rls/initplan", 2, 2, ("left", "mended")), Rule("file/name", 1, 0, ("left",)))
    assert one(trial("asked", golden=[])).repair is None


def test_money_time_and_tokens() -> None:
    usage = Usage(100, 50, 800, 50)
    paid = [trial("a", cost=0.5, usage=usage), trial("b", mark="fail", cost=0.25, usage=usage)]
    model = one(*paid, trial("c", mark="infra", cost=9.0, usage=usage))
    assert (model.spent.cost, model.spent.cost_per_pass, model.spent.cost_per_trial) == (0.75, 0.75, 0.375)
    assert model.spent.per_trial == 1_000
    unknown = one(*paid, trial("c")).spent
    assert (unknown.cost, unknown.cost_per_pass, unknown.unknown) == (None, None, 1)
    assert one(*paid[1:]).spent.cost_per_pass is None
    times = [trial(str(n), seconds=Seconds(model=1, database=2, grading=3, total=n)) for n in range(21)]
    time = one(*times).latency
    assert time
    assert (time.model, time.database, time.grading, time.median, time.slow) == (1, 2, 3, 10, 19)


def test_by_tag_and_project() -> None:
    model = one(trial("a", tags=["table", "enum"], project="p"), trial("b", tags=["enum"], project="p", mark="fail"))
    assert {group.name: (group.rate.value, group.trials) for group in model.tags} == {"enum": (0.5, 2), "table": (1, 1)}
    assert [(group.name, group.rate.cases) for group in model.projects] == [("p", 2)]


@settings(max_examples=12)
@given(RUNS)
def test_any_rows_have_a_summary_and_nothing_in_it_acts(trials: list[Trial]) -> None:
    summary = summarize(trials)
    assert sum(model.trials + model.infra for model in summary.models) == len(trials)
    for model in summary.models:
        assert sum(count.trials for count in model.by_case.values()) == model.trials
        assert all(rate.interval.low <= rate.value <= rate.interval.high for rate in model.all.values())
    assert json.loads(json.dumps(as_json(summary), allow_nan=False))["trials"] == len(trials)
    shown = terminal(summary)
    assert "\x1b[31m" not in shown
    assert "\x1b]" not in shown


def test_an_interval_is_drawn_with_its_rate_on_it() -> None:
    assert bar(wilson(0.5, 20), 0.5, 11) == "···├─●─┤···"
    assert bar(wilson(1.0, 4), 1.0, 11) == "·····├────●"
    assert bar(wilson(0.0, 900), 0.0, 5) == "●····"


def test_the_command(tmp_path: Path) -> None:
    rows = [trial(case, model, mark=mark) for case in "ab" for model, mark in (("m", "pass"), ("weak", "fail"))]
    run, shard = put(tmp_path / "1", *rows[:3]), put(tmp_path / "2", *rows[3:])
    result = cli("report", str(run), str(shard))
    assert result.exit_code == 0
    assert "2 cases, 2 models, 4 trials" in result.stdout
    assert "100.0 %  34.2–100.0" in result.stdout
    assert "\x1b" not in result.stdout
    told = json.loads(cli("report", str(run), str(shard), "--json").stdout)
    assert [model["rate"]["value"] for model in told["models"]] == [1.0, 0.0]
    assert told["models"][0]["rate"]["interval"]["low"] == pytest.approx(0.342, abs=1e-3)
    assert cli("report", str(run), str(shard), "--threshold", "0.5").exit_code == 1
    assert cli("report", str(tmp_path / "nowhere")).exit_code == 2
