"""What triggers carry to where others read it."""

import pytest

from tests.tools.checks.judged import draft, findings
from tools.proofs.copied import carried_to
from tools.proofs.surface import Surface
from tools.workbench import Workbench

FEED = """
create table public.feed (id uuid primary key default gen_random_uuid(), message text not null);
alter table public.feed enable row level security;
create policy {policy} on public.feed for select to authenticated using (true);
grant select on public.feed to authenticated;
create function private.tell() returns trigger language plpgsql security definer set search_path = '' as $$ begin
  {body} return new; end $$;
create trigger tell after insert on public.documents for each row execute function private.tell();
"""
TITLE = "insert into public.feed (message) values (new.title);"


def told(bench: Workbench, sql: str) -> set[tuple[str, str | None, bool]]:
    found = findings(bench, "rls", sql)
    return {(f.rule, f.object, f.waived is None) for f in found if "trigger carries" in f.message}


@pytest.mark.parametrize(
    ("policy", "body", "expected"),
    [
        ("feed_seen", TITLE, {("rls/leak-read", "public.feed", True)}),
        ('"Everyone can read the feed"', TITLE, {("rls/public-read", "public.feed", False)}),
        ("feed_seen", TITLE.replace("new.title", "'somebody wrote'"), set()),
        ("feed_seen", f"if new.status = 'published' then {TITLE} end if;", set()),
    ],
)
def test_into_another_table(
    team_bench: Workbench, policy: str, body: str, expected: set[tuple[str, str | None, bool]]
) -> None:
    sql = FEED.format(policy=policy, body=body)
    assert told(team_bench, sql) == expected
    reason = "-- allow: rls/public-read on public.feed: titles are no secret\n"
    assert all(not is_open or rule == "rls/public-read" for rule, _, is_open in told(team_bench, reason + sql))


@pytest.mark.parametrize("mine", [True, False])
def test_into_the_row_itself(team_bench: Workbench, mine: bool) -> None:
    where = "where d.id = new.document_id" if mine else ""
    fill = f"""
      create function private.fill() returns trigger language plpgsql security definer set search_path = '' as $$ begin
        new.body := coalesce((select string_agg(d.title, ', ') from public.documents d {where}), new.body);
        return new; end $$;
      create trigger fill before insert on public.comments for each row execute function private.fill();
    """
    assert told(team_bench, fill) == (set() if mine else {("rls/leak-read", "public.comments", True)})


@pytest.mark.parametrize("status", ["new.status", "'published'"])
def test_into_a_table_that_was_there_and_has_nothing_to_do_with_it(team_bench: Workbench, status: str) -> None:
    table, _, trigger = FEED.format(
        policy="feed_seen", body=f"if {status} = 'published' then {TITLE} end if;"
    ).partition("create function")
    with team_bench.after(draft(table)) as after:
        assert after
        expected = {("rls/leak-read", "public.feed", True)} if status == "'published'" else set()
        assert told(after, f"create function{trigger}") == expected


@pytest.mark.parametrize(
    ("triggers", "names"),
    [
        (
            "CREATE TRIGGER a BEFORE UPDATE ON public.t FOR EACH ROW begin new.updated_at = now(); return new; end",
            set(),
        ),
        ("CREATE TRIGGER a AFTER INSERT OR UPDATE OF x ON public.t begin perform 1; end", set()),
        ("begin insert into log values (1); update only private.t set a = 1; end", {"public.log", "private.t"}),
        ('begin select b from "public" . "a_b" join c on true; end', {"public.a_b", "public.c"}),
    ],
)
def test_what_triggers_name(triggers: str, names: set[str]) -> None:
    assert carried_to(Surface("public.t", "r", True, (), {}, {}, triggers=triggers)) == names
