"""Two runs case by case: pairs, what is told apart, what chance explains, and the exit code on which CI can gate."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from rich.console import Console
from typer.testing import CliRunner, Result

from evals.cli import app
from evals.report.comparison import Comparison, Side, compare
from evals.report.comparison_view import ComparisonView
from evals.report.statistics import unmoved
from evals.trial import Graded, Setup, Trial
from tests.evals.report.rows import RUNS, put, trial
from tools.config import ProjectError


def cli(*args: str) -> Result:
    return CliRunner().invoke(app, ["eval", "compare", *args])


def held(before: list[Trial], after: list[Trial]) -> Comparison:
    (one,) = compare(Side("A", {"m": before}), Side("B", {"m": after}))
    return one


def terminal(comparison: Comparison, allowed: float | None = None) -> str:
    out = io.StringIO()
    Console(file=out, width=140, force_terminal=True, color_system=None).print(ComparisonView(comparison, allowed))
    return out.getvalue()


def run(marks: str, **more: object) -> list[Trial]:
    """A case for each mark: `+` passed, `-` failed, `?` infra."""
    names = {"+": "pass", "-": "fail", "?": "infra"}
    return [trial(f"case {nth}", mark=names[mark], **more) for nth, mark in enumerate(marks)]


def test_what_moved_and_what_stayed() -> None:
    told = held(run("++--+?"), run("+-+--+"))
    assert (told.cases, told.always, told.never, told.between) == (5, 1, 1, 0)
    assert [case.case for case in told.better] == ["case 2"]
    assert [(case.case, case.reason) for case in told.worse] == [
        ("case 1", "case 1 went wrong"),
        ("case 4", "case 4 went wrong"),
    ]
    assert (told.passes.before, told.passes.after) == (0.6, 0.4)
    assert told.passes.p == 1.0
    assert told.only_b == ("case 5",)


def test_trials_of_a_case_are_one_thing_known_about_it() -> None:
    def five(marks: str) -> list[Trial]:
        return [one.model_copy(update={"trial": n}) for one in run(marks) for n in range(1, 6)]

    once, often = held(run("+++-"), run("---+")), held(five("+++-"), five("---+"))
    assert (once.passes.interval, once.passes.p) == (often.passes.interval, often.passes.p)


def test_a_case_that_was_changed_itself_is_told_apart() -> None:
    after = [*run("+--", setup=Setup(case="another")), trial("case 3")]
    told = held([*run("+++"), trial("case 3")], after)
    assert told.other == ("case 0", "case 1", "case 2")
    assert (told.cases, told.passes.difference) == (1, 0.0)
    with pytest.raises(ProjectError, match="all that both have were changed"):
        held(run("+"), run("-", setup=Setup(case="another")))
    with pytest.raises(ProjectError, match="none has a result in both"):
        held(run("+"), [trial("elsewhere")])


def test_the_setup_that_changed_is_named() -> None:
    old = [trial("a", setup=Setup(version="1", prompt="x", limits={"drafts": 8, "cost": 2.0}))]
    new = [trial("a", setup=Setup(version="1", prompt="y", limits={"drafts": 4, "cost": 2.0}))]
    assert [(c.what, c.before, c.after) for c in held(old, new).changed] == [
        ("prompt", "x", "y"),
        ("limit of drafts", "8", "4"),
    ]


def test_chance_and_what_is_allowed() -> None:
    same, worse, little = run("+" * 20), run("-" * 9 + "+" * 11), run("-" + "+" * 19)
    assert held(same, worse).worse_than(None)
    assert not held(worse, same).worse_than(None)
    assert not held(same, little).worse_than(None)
    assert held(same, little).worse_than(0.04)
    assert not held(same, little).worse_than(0.05)
    assert held(same, same).passes.interval == (-unmoved(20), unmoved(20))
    assert "worse by more than chance explains: −45.0 points" in terminal(held(same, worse))
    assert "B may stay: −5.0 points, 5 points are allowed" in terminal(held(same, little), 0.05)


def test_first_drafts_are_compared_where_both_made_some() -> None:
    right, wrong = Graded(outcome="pass", score=100), Graded(outcome="fail", score=9)
    first = held(run("++", first=right), run("++", first=wrong)).first
    assert first
    assert (first.before, first.after) == (1.0, 0.0)
    assert held(run("++"), run("++")).first is None


OF_ONE = RUNS.map(
    lambda trials: list({(t.case, t.trial): t.model_copy(update={"model": "m"}) for t in trials}.values())
)


@settings(max_examples=12)
@given(OF_ONE, OF_ONE)
def test_any_two_runs_are_held_against_each_other(before: list[Trial], after: list[Trial]) -> None:
    try:
        told, back = held(before, after), held(after, before)
    except ProjectError:
        return
    assert told.cases == len(told.better) + len(told.worse) + told.always + told.never + told.between
    assert told.passes.difference == -back.passes.difference
    assert [case.case for case in told.better] == [case.case for case in back.worse]
    assert "\x1b[31m" not in terminal(told)


def test_the_command(tmp_path: Path) -> None:
    both = [row.model_copy(update={"model": model}) for model in ("m", "n") for row in run("+" * 12)]
    lost = [row.model_copy(update={"model": "m"}) for row in run("-" * 12)] + both[12:]
    a, b = str(put(tmp_path / "a", *both)), str(put(tmp_path / "b", *lost))
    result = cli(a, b)
    assert result.exit_code == 1
    assert "Worse: 12 cases" in result.stdout
    assert "No difference that chance does not explain" in result.stdout
    assert cli(a, b, "--model", "n").exit_code == 0
    assert cli(f"{a}#n", f"{b}#m").exit_code == 1
    assert cli(a, b, "--allow", "1").exit_code == 0
    (told,) = json.loads(cli(a, b, "--model", "m", "--json").stdout)
    assert (told["passes"]["after"], len(told["worse"])) == (0.0, 12)
    assert cli(a, f"{b}#nobody").exit_code == 2
    assert cli(f"{a}#m", b).exit_code == 1
    assert cli(str(put(tmp_path / "c", trial("case 1", "p"), trial("case 1", "q"))), b).exit_code == 2
