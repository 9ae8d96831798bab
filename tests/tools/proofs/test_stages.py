"""A proof that fails is the only one that is not observed."""

import pytest

from tests.tools.checks.judged import draft
from tools.postgres.session import Session
from tools.proofs.prove import Proofs, prove
from tools.proofs.stages import STAGES, Stages
from tools.workbench import Workbench

CARDS = """
create table public.cards (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  points integer not null default 0 check (points between 0 and 9)
);
alter table public.cards enable row level security;
revoke all on table public.cards from anon, authenticated, service_role;
grant select on table public.cards to authenticated;
create policy "Own" on public.cards for select to authenticated using (profile_id = (select auth.uid()));
create index idx_cards_profile_id on public.cards (profile_id);
"""
BREAKS = """
create materialized view public.shares as select id, 100 / (points - points) as share from public.cards;
grant select on public.shares to authenticated;
"""
"""On no rows it can be made; on any row it cannot be refreshed."""


@pytest.fixture(autouse=True)
def contained(monkeypatch: pytest.MonkeyPatch) -> None:
    """As users have it: elsewhere in the tests, what breaks shows where it broke."""
    monkeypatch.delenv("MIGRATION_AGENT_DEBUG", raising=False)


def proofs(bench: Workbench, sql: str) -> Proofs:
    with bench.session_aside() as session:
        seen = prove(session, draft(sql))
    assert seen is not None
    return seen


def test_the_others_are_observed(bench: Workbench) -> None:
    seen = proofs(bench, CARDS + BREAKS)
    assert dict(seen.failed) == {"views": "division by zero"}
    assert seen.access["public.cards"].reached("owner", "select")
    assert all(refusal.proved for refusal in seen.refusals if refusal.constraint.kind == "c")
    assert seen.queries.asked
    assert proofs(bench, CARDS).failed == {}


def test_the_report_says_which(bench: Workbench) -> None:
    report = bench.judge([draft(CARDS + BREAKS)])
    status = {check.id: (check.status, check.evidence) for check in report.checks}
    assert "views not read as another user: division by zero" in status["rls"][1]
    assert "proved on rows of two families" in status["rls"][1]
    assert "proved: " in status["constraints"][1]
    assert not any("division by zero" in told for name, (_, told) in status.items() if name != "rls")
    assert {cell.table for cell in report.access} == {"public.cards"}


def test_nothing_is_seen_that_rests_on_what_broke(bench: Workbench) -> None:
    """What a stage did before it broke is undone, and what comes later finds the transaction as it was."""
    with bench.session_aside() as session:
        stages = Stages(session, 1.0)

        def breaks(session: Session = session) -> int:
            session.conn.execute("create table public.half_way (id int)")
            session.conn.execute("select 1 / 0")
            return 1

        assert stages.attempt(["access", "views"], breaks, 0) == 0
        assert stages.attempt(["access"], lambda: 1, 0) == 0
        there = stages.attempt(
            ["queries"], lambda: session.conn.execute("select to_regclass('half_way')").fetchone(), ("x",)
        )
        assert there == (None,)
        assert stages.attempt(["functions"], lambda: [][1], "nothing") == "nothing"
        stages.break_off(RuntimeError("so it goes"))
    assert stages.failed["access"] == stages.failed["views"] == "division by zero"
    assert stages.failed["functions"].startswith("a proof broke, please report it: IndexError")
    assert stages.failed.keys() == {*STAGES} - {"queries"}


SLOW = """
create function public.slowly() returns trigger language plpgsql set search_path = '' as
  $$ begin perform pg_sleep(30); return new; end $$;
create trigger slowly before insert on public.cards for each row execute function public.slowly();
"""


def test_stopped_by_force(bench: Workbench) -> None:
    """What is to come is not observed then, and says why; what was seen before that stays."""
    with bench.session_aside() as session:
        session.seconds = 2.0
        seen = prove(session, draft(CARDS + SLOW + "update public.badges set name = name || '!' where true;"))
    assert seen is not None
    assert seen.kept is not None
    assert seen.failed["access"] == "trying it on rows was stopped by force after 2 s"
    assert "data-kept" not in seen.failed


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("create index concurrently if not exists idx_audit_log_action on public.audit_log (action);"
         "update public.audit_log set details = '{}' where true;", "public.audit_log"),
        ("begin; alter table public.emotion_logs add column mood text; commit;"
         "update public.emotion_logs set mood = 'x' where mood is null;", "public.emotion_logs"),
    ],
)  # fmt: skip
def test_files_with_transactions_of_their_own_run_over_filled_tables(bench: Workbench, sql: str, table: str) -> None:
    with bench.session_aside(transaction=False) as session:
        seen = prove(session, draft(sql))
    assert seen is not None
    assert seen.failed == {}
    assert seen.kept is not None
    assert seen.kept.made > 0
    assert table in seen.kept.filled
    assert seen.kept.again is not None
    (one,) = [shown for shown in seen.kept.tables if shown.before.name == table]
    assert one.after is not None
    assert len(one.after.rows) == len(one.before.rows) > 0
