"""How runs end, and what the model is told on the way."""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agent.draft import Draft
from agent.loop import CUT, MISTAKES, NO_DRAFT, NOT_MET, NUDGES, WARNINGS, draft
from agent.model import ModelError, Turn
from agent.result import Event, Result, Terms
from agent.runs import RunLog, load
from tests.agent.scripted import BAD, GOOD, WARNED, Scripted, drafts, says, together, uses
from tools.config import Limits
from tools.workbench import Workbench


@dataclass
class Ran:
    result: Result
    model: Scripted
    log: RunLog
    events: list[Event]


@pytest.fixture
def ran(bench: Workbench, tmp_path: Path) -> Any:
    def start(*answers: Turn | ModelError, **limits: Any) -> Ran:
        model, events, log = Scripted(*answers), list[Event](), RunLog.new(tmp_path)
        result = draft(Terms(bench, model, log, Limits(**limits), "2026-11-22", events.append), "how hard is a lesson?")
        return Ran(result, model, log, events)

    return start


def test_a_failing_draft_is_told_what_failed_and_the_next_one_passes(ran: Any) -> None:
    run = ran(drafts(BAD), drafts(GOOD), ModelError("infrastructure", "nobody asks again"))
    assert run.result.outcome == "ready"
    assert run.result.summary == GOOD["purpose"]
    assert run.result.draft == Draft.model_validate({"files": [GOOD]})
    assert run.result.report.clean
    assert (run.result.drafts, run.result.turns) == (2, 2)
    first = run.model.told(1)[0]["content"]
    assert {"idempotent/error", "reversible/leftover", "comments/column"} <= set(first.split())
    assert "PASS" in load(run.log.path).messages[-1]["content"][0]["content"]
    assert [event.kind for event in run.events].count("checked") == 2
    assert run.result.usage.total == 2_200
    assert run.result.cost == pytest.approx(2 * (1_000 * 0.10 + 100 * 0.50) / 1e6)


def test_messages_are_only_appended(ran: Any) -> None:
    run = ran(drafts(BAD), uses("find", {"query": "lesson"}), drafts(GOOD), says("Done."))
    for before, after in pairwise(run.model.requests):
        assert after.startswith(before.removesuffix("]"))


def test_the_saved_run_is_the_conversation(ran: Any) -> None:
    run = ran(drafts(BAD), drafts(WARNED), says("Done."))
    saved = load(run.log.path)
    assert saved.messages[:-1] == json.loads(run.model.requests[-1])
    assert saved.messages[-1]["content"] == [{"type": "text", "text": "Done."}]
    assert saved.ended
    assert saved.events[-1]["outcome"] == "ready"


@pytest.mark.parametrize(
    ("answers", "outcome", "turns", "told"),
    [
        pytest.param([says("I would add a column.")], "no-draft", NUDGES + 1, NO_DRAFT, id="talks, never drafts"),
        pytest.param([drafts(BAD), says("Good enough.")], "not-met", 3, NOT_MET, id="stops early"),
        pytest.param([drafts(WARNED), says("It is fine.")], "ready", 3, WARNINGS, id="leaves a warning"),
        pytest.param([uses("check_draft", {"fils": 1})], "not-met", MISTAKES, None, id="drafts nonsense"),
        pytest.param([uses("write_file", {})], "not-met", MISTAKES, None, id="makes up tools"),
        pytest.param([says("", "tool_use")], "no-draft", NUDGES + 1, NO_DRAFT, id="says nothing"),
        pytest.param([says("I will not.", "refusal")], "refused", 1, None, id="refuses"),
        pytest.param([says("", "model_context_window_exceeded")], "stopped", 1, None, id="context full"),
        pytest.param([says("", "telepathy")], "stopped", 1, None, id="unknown reason"),
        pytest.param([says("Let me", "pause_turn"), drafts(GOOD)], "ready", 2, None, id="pauses"),
        pytest.param([says("Long", "max_tokens"), drafts(GOOD)], "ready", 2, None, id="rambles"),
        pytest.param([ModelError("configuration", "no key")], "misconfigured", 1, None, id="no key"),
        pytest.param([ModelError("infrastructure", "529")], "unreachable", 1, None, id="overloaded"),
        pytest.param([ModelError("model", "no JSON")], "not-met", 1, None, id="no JSON"),
        pytest.param([drafts(WARNED), ModelError("infrastructure", "529")], "ready", 2, None, id="passed, then lost"),
        pytest.param([drafts(WARNED), drafts(BAD), says("ok")], "ready", 4, None, id="passed, then spoilt"),
    ],
)
def test_every_run_ends_with_a_clear_word(
    ran: Any, answers: list[Any], outcome: str, turns: int, told: str | None
) -> None:
    run = ran(*answers)
    assert (run.result.outcome, run.result.turns) == (outcome, turns)
    assert run.result.summary
    assert load(run.log.path).events[-1]["outcome"] == outcome
    if told:
        assert run.model.told() == told
    if outcome == "ready":
        assert run.result.report.verdict == "pass"


@pytest.mark.parametrize(
    ("limits", "turns"),
    [
        ({"drafts": 2}, 2),
        ({"turns": 3}, 3),
        ({"tokens": 4_000}, 4),
        ({"cost": 0.0003}, 2),
        ({"minutes": 1e-9}, 0),
    ],
)
def test_limits_stop_the_run_and_the_best_draft_is_kept(ran: Any, limits: dict[str, Any], turns: int) -> None:
    run = ran(drafts(BAD), drafts(BAD | {"rollback": "select 1;"}), **limits)
    assert (run.result.outcome, run.result.turns) == ("stopped", turns)
    assert "limit" in run.result.summary
    if turns:
        kept = [path.read_text() for path in run.log.drafts.glob("*.sql")]
        assert kept == [run.result.draft.files[0].render("2026-11-22")]


def test_a_limit_on_cost_needs_a_price(ran: Any) -> None:
    nobody_knows = Turn(**vars(says("Hm.")) | {"model": "llama"})
    assert ran(nobody_knows, cost=1.0).result.outcome == "misconfigured"
    assert ran(nobody_knows).result.cost is None


def test_the_draft_with_the_fewest_errors_is_the_best(ran: Any) -> None:
    run = ran(
        drafts(BAD | {"comments": GOOD["comments"]}), drafts(BAD | {"tables": "select 1/0;"}), drafts(BAD), says("No.")
    )
    errors = [len(event.report.findings()) for event in run.events if event.report]
    assert len(run.result.report.findings()) == min(errors)


def test_all_tools_of_a_turn_are_answered_in_order(ran: Any) -> None:
    asked = [
        uses("find", {"query": "lesson"}),
        uses("nothing", {}),
        uses("describe", {"names": ["badges"]}),
        drafts(GOOD),
    ]
    run = ran(together(asked))
    answered = load(run.log.path).messages[-1]["content"]
    assert [block["tool_use_id"] for block in answered] == ["toolu_0", "toolu_1", "toolu_2", "toolu_3"]
    assert [block.get("is_error", False) for block in answered] == [False, True, False, False]
    assert run.result.outcome == "ready"


def test_a_draft_that_was_cut_off_is_not_judged(ran: Any) -> None:
    cut = Turn(**vars(drafts(GOOD)) | {"stop_reason": "max_tokens"})
    run = ran(cut, drafts(GOOD), says("Done."))
    assert (run.model.told(1)[0]["content"], run.model.told(1)[0]["is_error"]) == (CUT, True)
    assert (run.result.outcome, run.result.drafts) == ("ready", 1)


def test_more_drafts_at_once_than_are_left_are_not_judged(ran: Any) -> None:
    run = ran(together([drafts(BAD)] * 5), drafts=2)
    assert run.result.drafts == 2


CODES = {
    "name": "add_gift_cards",
    "title": "Add gift cards",
    "purpose": "Let parents keep the codes that they bought.",
    "tables": """create table if not exists public.gift_cards (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  code text not null check (md5(code) like 'a0%'),
  created_at timestamptz not null default now()
);""",
    "indexes": "create index if not exists idx_gift_cards_profile_id on public.gift_cards (profile_id);",
    "security": """alter table public.gift_cards enable row level security;
revoke all on table public.gift_cards from anon, authenticated, service_role;
grant select on table public.gift_cards to authenticated;
grant select, insert, delete on table public.gift_cards to service_role;
drop policy if exists "Parents can view their gift cards" on public.gift_cards;
create policy "Parents can view their gift cards" on public.gift_cards for select to authenticated
  using (profile_id = (select auth.uid()));""",
    "comments": """comment on table public.gift_cards is 'Codes of gift cards; their owner sees them';
comment on column public.gift_cards.code is 'As printed on the card';""",
    "rollback": "drop table if exists public.gift_cards;",
}


def test_a_table_that_nobody_could_try_is_asked_about_once(ran: Any) -> None:
    row = {"table": "public.gift_cards", "values": {"code": "code-109"}}
    run = ran(drafts(CODES), uses("edit_draft", {"samples": [row]}), ModelError("infrastructure", "nobody asks"))
    assert (run.result.outcome, len(run.model.requests)) == ("ready", 2)
    assert "nobody could try who reaches public.gift_cards" in run.model.requests[1]
    assert any(cell.table == "public.gift_cards" for cell in run.result.report.access)
    given_up = ran(drafts(CODES), says("I know none."))
    assert (given_up.result.outcome, len(given_up.model.requests)) == ("ready", 2)
    again = ran(drafts(CODES), drafts(CODES | {"title": "Add the gift cards"}))
    assert (again.result.outcome, len(again.model.requests)) == ("ready", 2)
