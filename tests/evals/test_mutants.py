"""Operators break what they say they break, and the matrix counts what became of it."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from evals.cases import goldens
from evals.cli import app
from evals.mutants import OPERATORS, Mutant
from evals.mutants.kills import EQUIVALENT, SURVIVORS, Result, Task, choose, false_alarms, known, trials
from evals.mutants.matrix import as_json, kill_rate, passes, rows, show
from tools.checks import rules
from tools.migration import Migration
from tools.workbench import Workbench

NO_SQL = {"keyword-misspelt", "psql-line"}
"""Operators whose mutants Postgres's grammar refuses."""

SAMPLE = [
    "any-signed-in",
    "backfill-in-one",
    "bare-auth-uid",
    "block-unguarded",
    "caller-ignored",
    "check-lost",
    "column-unexplained",
    "default-volatile",
    "execute-left-to-public",
    "grant-to-anon",
    "header-without-purpose",
    "id-counted-up",
    "index-forgotten",
    "index-in-the-way",
    "insert-unguarded",
    "name-of-yesteryear",
    "number-unbounded",
    "policies-dropped",
    "policy-asks-itself",
    "reference-lost",
    "required-unproved",
    "rollback-forgets-function",
    "search-path-open",
    "security-forgotten",
    "slip-in-drop-column",
    "stamp-returns-old",
    "update-adds-up",
    "value-in-company",
]
"""One mutant each is judged here; `migration-agent eval mutants` judges all."""


def golden(case: str) -> Task:
    (found,) = (g for g in goldens() if g.case == case)
    return Task(found, 0, ())


@pytest.mark.parametrize("name", SAMPLE)
def test_is_killed(bench: Workbench, team_bench: Workbench, name: str) -> None:
    (task,) = (task for task in choose([name], sample_size=1) if task.mutants)
    home = {"inner_odyssey": bench, "team_docs": team_bench}[task.golden.project]
    (trial,) = trials(home, task)
    assert trial.outcome in ("killed", "equivalent"), trial
    assert not trial.crashed


def test_operators_apply() -> None:
    """Each to a golden at least, and what they make is SQL unless that is what they break."""
    made = [(name, mutant, task) for task in choose() for name, mutant in task.mutants]
    assert {name for name, _, _ in made} == set(OPERATORS)
    for name, mutant, task in made:
        assert (mutant.text, mutant.file_name) != (task.migration.text, ""), (name, mutant.place)
        broken = Migration("", mutant.text).syntax_error
        assert (broken is not None) == (name in NO_SQL), (name, mutant.place, broken)


def test_operators_name_rules_that_are_there() -> None:
    named = {rule for operator in OPERATORS.values() for rule in operator.rules}
    assert named <= set(rules())
    assert all(operator.breaks.endswith(".") for operator in OPERATORS.values())


def test_listed_equivalents_are_made() -> None:
    tasks = choose(every=True, history=True)
    made = [(name, str(task.golden), mutant.place) for task in tasks for name, mutant in task.mutants]
    for entry in (*known(EQUIVALENT), *known(SURVIVORS)):
        assert any(entry.covers(*mutant) for mutant in made), entry


def test_what_is_chosen() -> None:
    """One place for each pair of operator and golden; all of them on request; never more than asked for."""
    few, many = (choose(["policy-dropped"], every=every) for every in (False, True))
    assert all(len(task.mutants) <= 1 for task in few if len(task.golden.migrations) == 1)
    assert sum(len(task.mutants) for task in many) > 2 * sum(len(task.mutants) for task in few)
    assert sum(len(task.mutants) for task in choose(["policy-dropped"], sample_size=3)) == 3
    assert few == choose(["policy-dropped"])
    cases = {task.golden.case for task in choose(["policy-dropped"], ["team_docs/history/*", "quests"])}
    assert {case.partition("/")[0] for case in cases} == {"history", "quests"}


def test_the_matrix(bench: Workbench) -> None:
    """Killed, noticed for another reason, not noticed at all; and a golden that is blamed."""
    task = golden("is_premium")
    text = task.migration.text
    broken = {
        "index-misnamed": text.replace("idx_lessons_is_premium", "premium"),
        "index-twice": text.replace("-- Purpose", "-- Porpoise"),
        "wall-clock": text + "\n",
    }
    mutants = tuple((name, Mutant(name, changed)) for name, changed in broken.items())
    result = Result(trials(bench, replace(task, mutants=mutants)), ())
    assert [trial.outcome for trial in result.trials] == ["killed", "elsewhere", "survived"]
    assert [(row.operator, row.killed, row.elsewhere, row.survived) for row in rows(result.trials)] == [
        ("index-misnamed", 1, 0, 0),
        ("index-twice", 0, 1, 0),
        ("wall-clock", 0, 0, 1),
    ]
    assert kill_rate(result) == pytest.approx(1 / 3)
    assert not passes(result)
    assert passes(Result(result.trials[:1], ()))

    out = Console(file=StringIO(), width=200)
    show(result, 1.0, out)
    shown = out.file.getvalue()  # type: ignore[attr-defined]
    assert "index-twice on inner_odyssey/is_premium, 20261005101501_is_premium.sql" in shown
    assert "1 of 3 mutants killed by a rule that names the defect (33.3%, goal 99%); 0 false alarms" in shown

    blamed = replace(task.golden, migrations=(Migration(task.migration.file_name, broken["index-misnamed"]),))
    alarms = false_alarms(bench, blamed)
    assert [alarm.rule for alarm in alarms] == ["indexes/name"]
    assert not passes(Result((), alarms))
    assert as_json(Result((), alarms), 1.0)["false_alarms"][0]["golden"] == "inner_odyssey/is_premium"


def test_command() -> None:
    """In processes of its own."""
    args = ["--operator", "index-misnamed", "--golden", "is_premium", "--golden", "lesson_difficulty", "--json", "-q"]
    result = CliRunner().invoke(app, ["eval", "mutants", *args])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["mutants"], said["kill_rate"], said["survivors"], said["false_alarms"]) == (2, 1.0, [], [])
    assert CliRunner().invoke(app, ["eval", "mutants", "--operator", "index-misnammed"]).exit_code == 2
