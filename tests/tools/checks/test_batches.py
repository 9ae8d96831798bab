"""What bounds a change of many rows, in one statement and in a loop; and which tables may change at once."""

from dataclasses import replace

import pytest

from tests.tools.checks.judged import draft, findings, result, slugs
from tools.workbench import Workbench

BATCHES = {
    "an array of keys": """do $$ declare last uuid := '00000000-0000-0000-0000-000000000000'; ids uuid[]; begin loop
        select array_agg(b.id order by b.id) into ids from (select id from public.user_progress
          where id > last order by id limit 500) b;
        exit when ids is null;
        delete from public.user_progress p using (select id, row_number() over (partition by child_id) as n
          from public.user_progress where id = any (ids)) twice where p.id = twice.id and twice.n > 1;
        update public.user_progress set score = 1 where id = any (ids) and score is null;
        last := ids[cardinality(ids)]; perform pg_sleep(0.01); end loop; end $$;""",
    "all rows of some parents": """do $$ declare last uuid := '00000000-0000-0000-0000-000000000000'; who uuid[];
        begin loop
        who := array(select id from public.children where id > last order by id limit 500);
        exit when cardinality(who) = 0;
        delete from public.user_progress where child_id = any (who);
        update public.emotion_logs set intensity = 1 where child_id in (select unnest(who));
        last := who[cardinality(who)]; end loop; end $$;""",
    "a range of keys": """do $$ declare a uuid := '00000000-0000-0000-0000-000000000000'; b uuid; begin loop
        select few.id into b from (select id from public.user_progress where id > a order by id limit 1000) few
          order by few.id desc limit 1;
        exit when b is null;
        update public.user_progress set score = 1 where id > a and id <= b;
        update public.user_progress set score = 2 where id between a and b;
        a := b; end loop; end $$;""",
    "rows of a limited query": """do $$ declare r record; begin
        for r in select id from public.user_progress where score is null limit 100 loop
          update public.user_progress set score = 1 where id = r.id; end loop;
        for r in select child_id, array_agg(id) as ids from public.user_progress group by child_id loop
          update public.user_progress set score = 1 where id = any (r.ids); end loop; end $$;""",
    "slices": """do $$ declare every uuid[]; begin select array_agg(id) into every from public.user_progress;
        for n in 0..cardinality(every) / 1000 loop
          update public.user_progress set score = 1 where id = any (every[n * 1000 + 1 : n * 1000 + 1000]);
        end loop; end $$;""",
    "a batch that is looked up": """do $$ declare n integer; begin loop
        with batch as (select id from public.user_progress where score is null limit 1000)
        update public.user_progress p set score = 1 where exists (select from batch where batch.id = p.id);
        get diagnostics n = row_count; exit when n = 0; end loop; end $$;""",
    "a batch that is deleted": """do $$ declare n integer; begin loop
        delete from public.emotion_logs where ctid in (select ctid from public.emotion_logs
          where intensity > 9 order by created_at limit 5000);
        get diagnostics n = row_count; exit when n = 0; end loop; end $$;""",
}
UNBOUND = {
    "no bound": """do $$ begin for i in 1..3 loop
        update public.user_progress set score = 1 where score is null; end loop; end $$;""",
    "a bound that is not used": """do $$ declare ids uuid[]; begin loop
        select array_agg(id) into ids from (select id from public.user_progress where score is null limit 10) b;
        exit when ids is null;
        update public.user_progress set score = 1 where score is null; end loop; end $$;""",
    "one end of a range": """do $$ declare last uuid := '00000000-0000-0000-0000-000000000000'; begin loop
        update public.user_progress set score = 1 where id > last;
        select id into last from public.user_progress where id > last order by id desc limit 1; exit when last is null;
        end loop; end $$;""",
    "an array of everything": """do $$ declare ids uuid[]; begin
        select array_agg(id) into ids from public.user_progress;
        update public.user_progress set score = 1 where id = any (ids); end $$;""",
    "a limit that is none": """do $$ declare n integer; begin loop
        update public.user_progress set score = 1 where id in (select id from public.user_progress
          where score is null limit 100000000);
        get diagnostics n = row_count; exit when n = 0; end loop; end $$;""",
    "a limit beside it": """do $$ declare n integer; begin loop
        update public.user_progress set score = 1 where score is null and exists (select from public.lessons limit 1);
        get diagnostics n = row_count; exit when n = 0; end loop; end $$;""",
    "what a loop goes through": """do $$ declare r record; begin
        for r in update public.user_progress set score = 1 where score is null returning id loop null; end loop;
        end $$;""",
}
SAME = """do $$ begin for i in 1..3 loop
    update public.user_progress set score = 1 where id in (
      select id from public.user_progress where status = 'completed' order by id limit 1000); end loop; end $$;"""


@pytest.mark.parametrize("sql", BATCHES.values(), ids=BATCHES)
def test_what_bounds_a_batch(bench: Workbench, sql: str) -> None:
    found = result(bench, "safe-change", sql)
    assert (found.status, found.findings) == ("pass", [])


def test_a_whole_key_picks_one_row(team_bench: Workbench) -> None:
    first = "update public.document_labels set created_at = now() where document_id = gen_random_uuid()"
    assert slugs(team_bench, f"{first} and label_id = '00000000-0000-4000-8000-000000000002';") == []
    assert slugs(team_bench, f"{first};") == ["unbatched"]


KINDS = """create table public.kinds (id uuid primary key default gen_random_uuid(), name text);
insert into public.kinds (name) values ('a'), ('b');
alter table public.kinds enable row level security;
create policy p on public.kinds for select to authenticated using (true);
grant select, insert, update, delete on public.kinds to authenticated;"""
CHANGES = "update public.kinds set name = 'c' where name = 'a'; delete from public.kinds where name = 'b';"


@pytest.mark.parametrize(
    ("grows_by", "is_reference"),
    [
        ("", True),
        ("revoke insert on public.kinds from anon, authenticated; create policy q on public.kinds using (true);", True),
        ("create policy q on public.kinds for insert to authenticated with check (true);", False),
        ("create policy q on public.kinds using (true);", False),
        ("alter table public.kinds disable row level security;", False),
        ("delete from public.kinds;", False),
        (
            "create function public.add(text) returns void language sql as"
            " 'insert into public.kinds (name) values ($1)';",
            False,
        ),
    ],
)
def test_reference_data_may_change_at_once(bench: Workbench, grows_by: str, is_reference: bool) -> None:
    with bench.after(draft(KINDS + grows_by)) as later:
        assert later
        history = replace(later, unseeded=later.database)
        assert slugs(history, CHANGES) == ["unbatched"] * (0 if is_reference else 2)
        at_once = f"alter table public.children rename constraint children_pkey to children_key; {CHANGES}"
        assert ("unbatched" in slugs(history, f"lock table public.children; {at_once}")) != is_reference
        if is_reference:
            assert slugs(later, CHANGES) == ["unbatched"] * 2  # the history's rows count alone
            assert slugs(history, "create index on public.kinds (name);") == ["lock"]


@pytest.mark.parametrize("sql", UNBOUND.values(), ids=UNBOUND)
def test_what_bounds_no_batch(bench: Workbench, sql: str) -> None:
    (found,) = findings(bench, "safe-change", sql)
    assert (found.rule, found.object) == ("safe-change/unbatched", "public.user_progress")
    assert "changes every matching row" in found.message
    assert "limit 5000" in found.hint


def test_a_batch_that_never_shrinks(bench: Workbench) -> None:
    (found,) = findings(bench, "safe-change", SAME)
    assert "the same batch in each round" in found.message
    for getting_on in ("status = 'completed' and score is null", "score <> 1"):
        assert findings(bench, "safe-change", SAME.replace("status = 'completed'", getting_on)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "update public.user_progress set started_at = created_at where started_at is null and status <> 'x';",
        "delete from public.emotion_logs where intensity > 9;",
    ],
)
def test_batches_are_written_out(bench: Workbench, sql: str) -> None:
    (found,) = findings(bench, "safe-change", sql)
    assert slugs(bench, found.fix) == []
    assert slugs(bench, f"alter table public.children add column note text;\n{found.fix}") == ["unbatched"]
