"""One trial: what a model says becomes a row, graded at its first draft and at its end."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from agent.model import Model, ModelError, Request, Turn, Usage
from agent.result import Outcome
from evals.cases import Case
from evals.run.models import Golden, Null
from evals.run.play import play
from evals.run.slots import Slot
from evals.trial import Trial
from tests.agent.scripted import BAD, GOOD, WARNED, Scripted, drafts, says, uses
from tests.evals.run.small import Says, small
from tools.config import Limits
from tools.workbench import Workbench

ASK = uses("ask", {"question": "How many levels should there be?", "reason": "ambiguous"})
NO = says("That would be wrong.", "refusal")
BUSY = ModelError("infrastructure", "It is overloaded.", Usage(input_tokens=7))


@pytest.fixture(scope="module")
def slot() -> Iterator[Slot]:
    opened = Slot()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    return small(tmp_path_factory.mktemp("cases"))


def tried(slot: Slot, case: Case, *turns: Turn | ModelError, waits: bool = False) -> Trial:
    trial = play(slot, case, Says(turns, waits=waits), 1, Limits(), "1.2.3")
    assert Trial.model_validate_json(trial.model_dump_json()) == trial
    return trial


@pytest.mark.parametrize(
    ("case", "turns", "ended", "outcome", "score", "first"),
    [
        ("hard", [drafts(GOOD)], "ready", "pass", 100, "pass"),
        ("hard", [drafts(WARNED), says("Done.")], "ready", "fail", 99, "fail"),
        ("hard", [drafts(BAD), says("I give up.")], "not-met", "fail", 0, "fail"),
        ("hard", [ASK], "asked", "fail", 0, None),
        ("hard", [NO], "refused", "fail", 0, None),
        ("hard_if_agreed", [ASK, drafts(GOOD)], "ready", "pass", 100, "pass"),
        ("unclear", [ASK], "asked", "pass", 100, None),
        ("unclear", [drafts(GOOD)], "ready", "fail", 0, "fail"),
        ("never", [NO], "refused", "pass", 100, None),
    ],
)
def test_what_is_said_becomes_a_row(
    slot: Slot,
    cases: dict[str, Case],
    case: str,
    turns: list[Turn],
    ended: Outcome,
    outcome: str,
    score: int,
    first: str,
) -> None:
    trial = tried(slot, cases[case], *turns)
    assert (trial.ended, trial.outcome, trial.score) == (ended, outcome, score), trial.reasons
    assert (trial.first.outcome if trial.first else None) == first
    assert bool(trial.reasons) == (outcome == "fail")
    assert bool(trial.answer) == (ended == "ready")
    assert len(trial.drafts) == sum(turn.tool_uses != [] and turn is not ASK for turn in turns)
    assert trial.usage.input_tokens == 1_000 * trial.turns
    assert trial.transcript[0]["event"] == "start"
    assert "system" not in trial.transcript[0]
    assert trial.transcript[-1]["outcome"] == ended


def test_the_row_tells_what_was_repaired(slot: Slot, cases: dict[str, Case]) -> None:
    trial = tried(slot, cases["hard"], drafts(BAD), drafts(GOOD))
    bad, good = trial.drafts
    assert (trial.outcome, trial.score, trial.first and trial.first.outcome) == ("pass", 100, "fail")
    assert (bad.verdict, good.verdict, good.rules) == ("fail", "pass", [])
    assert {"idempotent/error", "reversible/error"} & set(bad.rules)
    assert trial.first
    assert any(reason.startswith("check ") for reason in trial.first.reasons)
    assert trial.report
    assert (trial.report.verdict, trial.report.facts.added) == ("pass", [])
    assert trial.answer == good.files
    assert (trial.tags, trial.expect, trial.setup.version) == (["column"], ["migration"], "1.2.3")
    assert trial.seconds.total >= trial.seconds.database > 0


def test_nobody_s_fault_is_nobody_s(slot: Slot, cases: dict[str, Case]) -> None:
    trial = tried(slot, cases["hard"], BUSY, waits=True)
    assert (trial.outcome, trial.score, trial.reasons) == ("infra", None, ["It is overloaded."])
    assert trial.usage.input_tokens == 7
    kept = tried(slot, cases["hard"], drafts(WARNED), BUSY, waits=True)
    assert (kept.outcome, kept.ended) == ("fail", "ready")  # what passes is there, whatever came later


def test_who_cannot_be_asked_ends_it(slot: Slot, cases: dict[str, Case]) -> None:
    with pytest.raises(ModelError, match="No key"):
        tried(slot, cases["hard"], ModelError("configuration", "No key."))


@pytest.mark.parametrize(("case", "ended"), [("hard", "ready"), ("unclear", "asked"), ("never", "refused")])
def test_the_golden_is_worth_all_and_nothing_is_worth_nothing(
    slot: Slot, cases: dict[str, Case], case: str, ended: Outcome
) -> None:
    right, nothing = (play(slot, cases[case], by, 1, Limits(), "") for by in (Golden(), Null()))
    assert (right.outcome, right.score, right.ended) == ("pass", 100, ended)
    assert (nothing.outcome, nothing.score) == ("fail", 0)


def test_roles_that_a_draft_leaves_reach_nobody_else(slot: Slot, cases: dict[str, Case]) -> None:
    role = GOOD | {
        "tables": f"{GOOD['tables']}\ncreate role readers nologin;\ncommit;\nbegin;",
        "rollback": f"{GOOD['rollback']}\ndrop role readers;",
    }
    left = tried(slot, cases["hard"], drafts(role), says("Done."))
    assert (left.outcome, left.score) == ("fail", 0), left.reasons
    assert tried(slot, cases["hard"], drafts(GOOD)).outcome == "pass"


@dataclass(frozen=True)
class Breaks(Says):
    """Takes the server with it when it has said all."""

    def model(self, case: Case, bench: Workbench, number: int) -> Model:
        class Last(Scripted):
            def reply(self, request: Request) -> Turn:
                if len(self.requests) == len(self.answers) - 1:
                    bench.server.close()
                return super().reply(request)

        return Last(*self.turns)


def test_what_was_answered_is_graded_even_if_the_server_dies(slot: Slot, cases: dict[str, Case]) -> None:
    by = Breaks((drafts(WARNED), says("Done.")))
    trial = play(slot, cases["hard"], by, 1, Limits(), "")
    assert (trial.outcome, trial.score, trial.first and trial.first.score) == ("fail", 99, 99), trial.reasons
    gone = play(slot, cases["hard"], Breaks((drafts(BAD), drafts(GOOD))), 1, Limits(), "")
    assert (gone.outcome, gone.usage.input_tokens, gone.score) == ("infra", 2_000, None)
    assert gone.cost
    assert gone.cost > 0
    assert tried(slot, cases["never"], NO).outcome == "pass"  # on another server
