"""Grading is proved by answers whose grades are known; here by a few, `migration-agent eval prove-grading` has all."""

import json
from dataclasses import replace
from io import StringIO
from itertools import takewhile

import pytest
from rich.console import Console
from typer.testing import CliRunner

from evals.cases import Case, cases
from evals.cli import app
from evals.grade import Reference, contents
from evals.grade.prove import Task, Verdict, as_json, indifferent, passes, prove, show
from evals.grade.state import reached, tables
from evals.mutants.kills import choose
from evals.rewordings import REWORDINGS, reworded
from tools.workbench import Workbench

FEW = {"child_skills": "number-unbounded", "complete_lesson": "caller-ignored"}


def case(name: str) -> Case:
    return next(one for one in cases() if one.id == name)


def test_every_golden_differs_in_nothing_from_itself(bench: Workbench, team_bench: Workbench) -> None:
    """One clone each: what is compared with a golden finds nothing against it, and its probes hold. Some of them; all
    are graded in `.ci/run`."""
    homes = {"inner_odyssey": bench, "team_docs": team_bench}
    bases = {}
    for name, home in homes.items():
        with reached(home, ()) as state, state.session() as conn:
            bases[name] = state.facts, frozenset(contents.uuids(contents.held(conn, tables(conn))))
    for one in [one for one in cases() if one.golden][::4]:
        assert one.golden
        home = homes[one.golden.project]
        with reached(home, one.golden.migrations) as state:
            assert not state.failure, one
            assert Reference(home, one, state, *bases[one.golden.project]).differences(state) == [], one


def test_a_few_in_other_words_and_broken(bench: Workbench) -> None:
    """In two wordings, which pass, and broken in one place, which fails."""
    for name, operator in FEW.items():
        broken = [(op, task.number, mutant) for task in choose([operator], [name]) for op, mutant in task.mutants]
        verdicts = prove(bench, Task(case(name), 2, tuple(broken)))
        assert [v.kind for v in verdicts] == ["golden", "null", "rewording", "rewording", "mutant"]
        assert passes(verdicts), [v for v in verdicts if not v.right]


def test_rewordings_apply() -> None:
    """Each to some golden, and what they make is SQL that is not word for word the same."""
    used = set()
    for one in ("quests", "document_shares", "achievements", "purge_invitations"):
        golden = case(one).golden
        assert golden
        for name, files in takewhile(lambda one: "," not in one[0], reworded(golden)):
            used.add(name)
            assert files != golden.migrations
            assert all(file.syntax_error is None for file in files), (golden, name)
    assert used == set(REWORDINGS)


@pytest.mark.parametrize("name", ["emotion_hopeful", "purge_invitations", "welcome_lesson"])
def test_even_a_line_is_said_in_ten_ways(name: str) -> None:
    golden = case(name).golden
    assert golden
    assert len({files for _, files in reworded(golden, 10)}) == 10


def test_other_names_predicates_and_orders_come_first() -> None:
    golden = case("quests").golden
    assert golden
    first = [REWORDINGS[name].kind for name, _ in reworded(golden, 4)]
    assert sorted(first) == ["names", "order", "predicates", "words"]


def test_what_is_indifferent_is_made_and_said_why() -> None:
    assert indifferent("check-lost", "inner_odyssey/quests", "line 1").startswith("an UPDATE policy")
    assert indifferent("policy-dropped", "inner_odyssey/quests", "line 1") == ""


def test_the_shares() -> None:
    right = Verdict("quests", "rewording", "indexes-renamed", True)
    found = [
        Verdict("quests", "golden", "as it is", True),
        Verdict("quests", "null", "nothing", True),
        right,
        replace(right, what="types-spelled-otherwise", right=False, reasons=("different: column x",)),
        Verdict("quests", "mutant", "policy-dropped, line 3", True),
        Verdict("quests", "mutant", "check-lost, line 4", False, ("why",), indifferent=True),
    ]
    told = as_json(found, 1.0)
    assert (told["sensitivity"], told["specificity"], told["indifferent"]) == (0.5, 1.0, 1)
    assert [wrong["what"] for wrong in told["wrong"]] == ["types-spelled-otherwise"]
    assert not passes(found)
    out = Console(file=StringIO(), width=120)
    show(found, 1.0, out)
    assert "Sensitivity 50.0 %: 1 of 2 rewordings pass." in out.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("named", ["is_premium"])
def test_command(named: str) -> None:
    args = ["eval", "prove-grading", "--case", named, "--rewordings", "1", "--mutants", "1", "--json", "-q"]
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["golden"] == {"right": 1, "of": 1}
    assert CliRunner().invoke(app, ["eval", "prove-grading", "--case", "is_premum"]).exit_code == 2
