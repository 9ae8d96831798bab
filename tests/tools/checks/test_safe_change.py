"""What a change costs a table that is in use.

Sizes come from the sample's configuration: lessons, badges and skills are small, the others large. All of them hold
rows, so most verdicts rest on what the statements were seen to do.
"""

from collections.abc import Iterator

import pytest

from tests.tools.checks.judged import configured, draft, findings, result, slugs, told
from tools.workbench import Workbench

FINE = {
    "a plain column": "alter table public.user_progress add column note text;",
    "a constant default": "alter table public.user_progress add column kind text not null default 'quiz';",
    "now() as a default": "alter table public.user_progress add column seen_at timestamptz not null default now();",
    "a reference without values": "alter table public.user_progress add column badge_id uuid references public.badges;",
    "widening": "alter table public.audit_log alter column table_name type varchar;",
    "a check for later": "alter table public.user_progress add constraint c check (score > 0) not valid;",
    "a key for later": """alter table public.user_progress add constraint k foreign key (id)
        references public.children (id) not valid;""",
    "validating alone": "alter table public.emotion_logs validate constraint emotion_logs_notes_check;",
    "a finished index": "create index concurrently idx_user_progress_score on public.user_progress (score);",
    "an index that is there": "create index if not exists idx_user_progress_lesson_id on public.user_progress (id);",
    "a policy": "create policy p on public.user_progress for delete to authenticated using (false);",
    "a trigger": """create trigger t before insert on public.user_progress for each row
        execute function public.update_updated_at_column();""",
    "a small table, checked": "alter table public.lessons add constraint c check (points >= 0);",
    "a small table, rewritten": "alter table public.lessons alter column points type bigint;",
    "a small table, indexed": "create index idx_lessons_title on public.lessons (title);",
    "a small table, required": """alter table public.skills alter description drop not null;
        alter table public.skills alter description set not null;""",
    "a small table, put in order": """reindex table public.skills; reindex index public.skills_pkey;
        cluster public.skills using skills_pkey;""",
    "a small table, unique": "alter table public.badges add constraint one_icon unique (icon_url);",
    "a small table, filled": "update public.lessons set points = 10;",
    "a small table, altered and filled": """alter table public.lessons add column rank integer;
        update public.lessons set rank = points; alter table public.lessons alter column rank set not null;""",
    "a new table": """create table public.things (id uuid primary key, child_id uuid references public.children, n int);
        create index idx_things_n on public.things (n); alter table public.things add check (n > 0), add unique (id, n);
        insert into public.things (id, child_id) select gen_random_uuid(), id from public.children;
        update public.things set n = 1; alter table public.things alter n set not null, alter n type bigint;
        delete from public.things; truncate public.things; drop table public.things;""",
    "a working table": """create temp table done as select id from public.children;
        update done set id = id; delete from done; truncate done; drop table done;""",
    "a backfill": """insert into public.emotion_logs (child_id, emotion, intensity)
        select id, 'neutral', 5 from public.children c
        where not exists (select 1 from public.emotion_logs l where l.child_id = c.id);""",
    "one row": "update public.user_progress set score = 1 where id = 'd0000000-0000-4000-8000-000000000001';",
    "a few rows": """delete from public.user_progress
        where id in ('d0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000002');""",
    "one row of a subquery": """update public.children set name = 'x'
        where id = (select child_id from public.user_progress limit 1);""",
    "batches that are joined": """do $$ declare n integer; begin loop
        with few as (select id from public.user_progress where score is null order by id limit 5000 for update),
        filled as (update public.user_progress p set score = 0 from few where p.id = few.id returning p.id)
        select count(*) into n from filled; exit when n = 0; end loop; end $$;""",
    "a batch as a subquery": """update public.user_progress p set score = 0
        from (select id from public.user_progress where score is null limit 500) few where few.id = p.id;""",
    "one batch": """with batch as (select id from public.user_progress where score is null limit 500)
        update public.user_progress set score = 0 where id in (select id from batch);""",
    "row by row": """do $$ declare r record; begin
        for r in select id from public.user_progress loop
          update public.user_progress set score = 1 where id = r.id;
        end loop; end $$;""",
    "by ranges": """do $$ begin for n in 1..3 loop
        update public.user_progress set score = n where points_earned >= n * 10 and points_earned < n * 10 + 10;
        end loop; end $$;""",
    "alone with its value": "alter type public.emotion_type add value 'hopeful';",
    "dropping what holds no data": """drop index if exists public.idx_skills_subject;
        alter table public.lessons drop constraint if exists lessons_subject_check;
        drop policy if exists "Families can read skills" on public.skills;
        drop trigger if exists update_skills_updated_at on public.skills;
        drop function if exists public.get_emotion_summary(uuid, integer);
        alter table public.skills alter column description drop not null, alter column subject drop default;""",
    "dropping what is not there": """drop table if exists public.things; alter table public.skills
        drop column if exists icon; drop table if exists public.others cascade;""",
    "some rows deleted": "delete from public.skills where name = 'x';",
    "a schema that has to be empty": "drop schema _realtime;",
    "a secret, a job, a queue": """alter table public.children add column note text;
        select vault.create_secret('x', 'y');""",
    "renaming what clients do not see": """alter table public.skills rename constraint skills_name_key to one_name;
        alter index public.idx_skills_subject rename to idx_skills_by_subject;
        alter policy "Families can read skills" on public.skills rename to p;""",
    "a type change by steps": """alter table public.lessons add column grade smallint;
        update public.lessons set grade = case grade_level when 'K' then 0 else grade_level::smallint end;
        alter table public.lessons drop column grade_level;
        alter table public.lessons rename column grade to grade_level;
        alter table public.lessons alter column grade_level set not null;""",
    "a table behind a view of its old name": """alter table public.skills rename to abilities;
        create view public.skills with (security_invoker = true) as select * from public.abilities;""",
    "its own column renamed": """alter table public.skills add column a text;
        alter table public.skills rename column a to b; alter table public.skills drop column b;""",
    "rows of the catalog": """alter table public.children add column note text;
        insert into public.badges (name, description) select relname, 'x' from pg_class limit 1;
        insert into public.badges (name, description) select 'y' || oid, 'x' from pg_class where relname = 'pg_type';
        with few as (select name from public.skills), more as (
          update public.badges set description = 'x' from few where badges.name = few.name returning 1)
        select count(*) from more;""",
}


@pytest.mark.parametrize("name", FINE)
def test_fine(bench: Workbench, name: str) -> None:
    found = result(bench, "safe-change", FINE[name])
    assert (found.status, found.findings) == ("pass", [])


BAD = {
    "lock": [
        "create index idx_user_progress_score on public.user_progress (score);",
        "create unique index if not exists i on public.audit_log (record_id, created_at);",
        "do $$ begin create index idx_user_progress_score on public.user_progress (score); end $$;",
        "do $$ begin execute 'create index idx_user_progress_score on public.user_progress (score)'; end $$;",
        "alter table public.user_progress add constraint u unique (child_id, lesson_id, id);",
        "alter table public.user_progress add column code text unique;",
        "alter table public.audit_log drop constraint audit_log_pkey, add primary key (id);",
        "alter table public.audit_log add constraint e exclude (record_id with =, created_at with =);",
        "lock table public.user_progress;",
        "lock table public.user_progress in share row exclusive mode;",
        "reindex table public.user_progress;",
        "reindex index public.user_progress_pkey;",
        "vacuum full public.user_progress;",
        "vacuum full;",
        "create index concurrently idx_lessons_title on public.lessons (title); select 1;",
        "drop index concurrently public.idx_skills_subject; comment on table public.skills is 'x';",
    ],
    "rewrite": [
        "alter table public.user_progress alter column score type bigint;",
        "alter table public.user_progress add column key uuid default gen_random_uuid();",
        "alter table public.user_progress add column at timestamptz default clock_timestamp();",
        "alter table public.user_progress add column double integer generated always as (score * 2) stored;",
        "alter table public.user_progress set unlogged;",
        "do $$ begin execute format('alter table %I.user_progress alter score type bigint', 'public'); end $$;",
        "cluster public.user_progress using user_progress_pkey;",
        "begin; alter table public.user_progress alter score type bigint; commit; begin; select 1; commit;",
    ],
    "scan": [
        "alter table public.user_progress add constraint c check (score >= 0);",
        "alter table public.user_progress add column note text check (note <> '');",
        "alter table public.user_progress alter column child_id drop not null, alter column child_id set not null;",
        "alter table public.audit_log add constraint k foreign key (record_id) references public.children (id);",
        "do $$ begin alter table public.user_progress add constraint c check (score >= 0); end $$;",
        "do $$ begin execute format('alter table public.user_progress add check (score >= %s)', 0); end $$;",
        """alter table public.user_progress add constraint c check (score >= 0) not valid;
        alter table public.user_progress validate constraint c;""",
        "alter table public.user_progress alter column status type varchar;",
        """alter table public.user_progress add column note text;
        do $$ begin if (select count(*) from public.user_progress where note is null) > 9999 then
          raise exception 'too many'; end if; end $$;""",
    ],
    "unbatched": [
        "update public.user_progress set score = 1;",
        "update public.user_progress set score = 1 where status = 'completed';",
        "update user_progress set score = 1 where score is null;",
        "delete from public.emotion_logs where created_at < '2026-01-01';",
        "update public.user_progress p set score = 1 from public.children c where c.id = p.child_id and p.id = c.id;",
        "do $$ begin update public.user_progress set score = 1 where score is null; end $$;",
        """do $$ declare n integer; begin loop
          update public.user_progress set score = 1 where id in (
            select id from public.user_progress where score is null for update skip locked);
          get diagnostics n = row_count; exit when n = 0;
        end loop; end $$;""",
        "with gone as (delete from public.emotion_logs where intensity = 1 returning *) select count(*) from gone;",
        """with few as (select id from public.user_progress limit 500)
        update public.user_progress p set score = 0 from few where p.score is null;""",
        """with few as (select lesson_id from public.user_progress limit 500)
        update public.user_progress p set score = 0 from few where p.lesson_id = few.lesson_id;""",
        "update public.user_progress set score = (select points from public.lessons limit 1) where score is null;",
        """merge into public.user_progress p using public.children c on c.id = p.child_id
        when matched then update set score = 1;""",
        """alter table public.children add column latest timestamptz;
        insert into public.badges (name, description) select id::text, id::text from public.emotion_logs;""",
        """alter table public.user_progress add column note text;
        do $$ declare n integer; begin loop
          update public.user_progress set note = 'x' where id in (
            select id from public.user_progress where note is null limit 1000 for update skip locked);
          get diagnostics n = row_count; exit when n = 0;
        end loop; end $$;""",
        """create function public.fill() returns void language sql as 'update public.user_progress set score = 1';
        alter table public.children add column latest timestamptz; select public.fill();""",
    ],
    "destructive": [
        "drop table public.audit_log;",
        "drop table if exists audit_log cascade;",
        "drop schema _realtime cascade;",
        "drop table if exists public.things; create table public.things (id uuid);",
        "alter table public.lessons drop column tags;",
        "alter table public.lessons drop column tags; alter table public.lessons add column tags text[];",
        "do $$ begin alter table public.lessons drop column tags; end $$;",
        "do $$ begin execute format('alter table public.%I drop column tags', 'lessons'); end $$;",
        "drop type public.emotion_type cascade;",
        "truncate public.skills;",
        "delete from public.skills;",
        "delete from public.skills where true;",
        "alter table public.lessons rename column title to name;",
        "alter table public.skills rename to abilities;",
        "create schema school; alter table public.skills set schema school;",
        "alter type public.emotion_type rename value 'calm' to 'quiet';",
        "alter table public.lessons alter column title type varchar(300);",
        "alter table public.lessons alter column points type smallint;",
    ],
}
"""By the one rule that each of them breaks."""


@pytest.mark.parametrize(("slug", "sql"), [(slug, sql) for slug, all_bad in BAD.items() for sql in all_bad])
def test_bad(bench: Workbench, slug: str, sql: str) -> None:
    found = findings(bench, "safe-change", sql)
    assert [one.rule for one in found] == [f"safe-change/{slug}"], [one.message for one in found]
    assert found[0].hint
    assert found[0].line


def test_types(bench: Workbench) -> None:
    sql = """
    alter table public.lessons
      add column a char(2), add column b json, add column c money, add column d timetz, add column e serial,

      add column f text, add column g varchar(20), add column h jsonb, add column i integer, add column j time,
      add column k bigint generated always as identity, add column l char(3)[], add column m timestamp,
      add column n numeric(12, 2), add column o uuid default gen_random_uuid();
    """
    found = {f.object.removeprefix("public.lessons."): f.hint for f in findings(bench, "safe-change", sql)}
    assert {name: hint.split()[2].strip(",.") for name, hint in found.items()} == {
        "a": "text", "b": "jsonb", "c": "numeric(12", "d": "time", "e": "integer",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "is_fine"),
    [
        ("alter type public.emotion_type add value 'hopeful';", True),
        ("alter type public.emotion_type add value 'a'; alter type public.emotion_type add value 'b';", True),
        ("begin; alter type public.emotion_type add value 'hopeful'; commit;", True),
        ("alter type public.emotion_type add value 'hopeful'; comment on type public.emotion_type is 'x';", True),
        ("alter type public.emotion_type add value 'hopeful'; alter table public.lessons add a text;", False),
        ("create type public.tone as enum ('a'); alter table public.lessons add tone public.tone;", True),
    ],
)
def test_enums(bench: Workbench, sql: str, is_fine: bool) -> None:
    assert slugs(bench, sql) == ["enum"] * (not is_fine)


STAGED = [
    "create index idx_user_progress_score on public.user_progress (score);",
    "alter table public.user_progress add constraint user_progress_key unique (child_id, lesson_id);",
    "alter table public.user_progress add constraint score_check check (score <= 100);",
    "alter table public.user_progress add constraint id_key foreign key (child_id) references public.children (id);",
    "alter table public.children alter column seen_at set not null;",
]


@pytest.mark.parametrize("sql", STAGED)
def test_the_fix_in_stages_is_fine(bench: Workbench, sql: str) -> None:
    """What the finding offers, file by file, does the same and blocks nobody."""
    before = [draft("alter table public.children add column seen_at timestamptz default now();")] * ("seen_at" in sql)
    whole = bench.judge([*before, draft(sql, 1)])
    *_, bad = whole, *whole.parts
    (found,) = [f for check in bad.checks if check.id == "safe-change" for f in check.findings]
    files = found.fix.split("-- in the file after it:\n")
    assert "not valid" in files[0] or "concurrently" in files[0]
    report = bench.judge([*before, *(draft(text, number) for number, text in enumerate(files, start=1))])
    parts = (report, *report.parts)[len(before) :]
    verdicts = [c for part in parts for c in part.checks if c.id in ("applies", "safe-change")]
    assert [c.status for c in verdicts] == ["pass"] * 2 * len(files)


def test_size_decides(bench: Workbench) -> None:
    """From the configuration; what it does not list is large."""
    sql = "create index idx_lessons_title on public.lessons (title);"
    assert slugs(bench, sql) == []
    assert slugs(configured(bench, rows={"public.lessons": 10_000}), sql) == ["lock"]
    assert slugs(configured(bench, small_rows=1_000), sql) == ["lock"]
    large = "create index idx_user_progress_score on public.user_progress (score);"
    assert slugs(configured(bench, rows={"public.user_progress": 9_999}), large) == []


def test_an_unknown_size_is_large(team_bench: Workbench) -> None:
    assert told(team_bench, "safe-change", "create index on public.documents (updated_at);") == {
        ("lock", "public.documents")
    }


THINGS = """create table public.things (n integer);
alter table public.things add constraint filled check (n is not null) not valid;"""
REFUSE = """create function public.no() returns trigger language plpgsql as $$ begin raise exception 'no'; end; $$;
create trigger no before insert on public.things for each row execute function public.no();"""


@pytest.fixture(scope="module")
def things(bench: Workbench) -> Iterator[tuple[Workbench, Workbench]]:
    """An empty table; and one that no row gets into."""
    with bench.after(draft(THINGS)) as filled, bench.after(draft(THINGS + REFUSE)) as refusing:
        assert filled
        assert refusing
        yield filled, refusing


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("alter table public.things add constraint c check (n > 0);", ["scan"]),
        ("alter table public.things add constraint c check (n > 0) not valid;", []),
        ("alter table public.things alter column n set not null;", ["scan"]),
        ("alter table public.things add column m integer check (m > 0);", ["scan"]),
        ("alter table public.things validate constraint filled;", []),
        (
            "alter table public.things validate constraint filled; alter table public.things alter n set not null;"
            "alter table public.things drop constraint filled;",
            [],
        ),
        ("alter table public.things add column k uuid references public.children (id);", []),
    ],
)
def test_an_empty_table(things: tuple[Workbench, Workbench], sql: str, expected: list[str]) -> None:
    """It gets rows, so that reading is seen; where it takes none, the text is judged."""
    for bench, text in zip(things, (False, True), strict=True):
        found = result(bench, "safe-change", sql)
        assert [f.rule.split("/")[1] for f in found.findings] == expected
        assert ("want of rows to watch: public.things" in found.evidence) is text


def test_only_rows_show_what_is_built_at_run_time(things: tuple[Workbench, Workbench]) -> None:
    change = "alter table public.things add constraint c check (n > 0)"
    assert slugs(things[0], f"do $$ begin execute '{change}'; end $$;") == ["scan"]
    assert slugs(things[0], f"do $$ begin execute '{change} not valid'; end $$;") == []


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("alter table public.lessons add column k int;", "session's reads and writes of public.lessons had to wait"),
        ("create index on public.lessons (points);", "session's writes of public.lessons had to wait"),
        ("update public.lessons set points = points + 1;", "session's changes of rows of public.lessons had to wait"),
        ("insert into public.skills select * from public.skills where false;", "read and wrote public.skills"),
    ],
)
def test_another_session_tries(bench: Workbench, sql: str, words: str) -> None:
    assert words in result(bench, "safe-change", sql).evidence


def test_comments_switch_nothing_off(bench: Workbench) -> None:
    sql = """-- squawk-ignore-file
    alter table public.user_progress -- squawk-ignore constraint-missing-not-valid
      add constraint c check (score >= 0);"""
    assert slugs(bench, sql) == ["scan"]


def test_a_statement_in_a_block_is_found_where_it_stands(bench: Workbench) -> None:
    sql = """-- é
do $$
declare
  ö integer;
begin
  select 1 into ö;
  if not exists (select 1 from pg_constraint where conname = 'c') then
    alter table public.user_progress add constraint c check (score >= 0);
  end if;
end;
$$;"""
    (found,) = findings(bench, "safe-change", sql)
    assert (found.line, found.column) == (8, 5)


def test_says_what_it_could_not_read(bench: Workbench) -> None:
    sql = "do $$ begin execute format('alter table public.%I add column note text', 'lessons'); end $$;"
    found = result(bench, "safe-change", sql)
    assert (found.status, "built at run time" in found.evidence) == ("pass", True)
    assert result(bench, "safe-change", "alter table public.lessons add column points text;").status == "not-checked"


SWAP = (
    "alter table public.user_progress add column if not exists points_earned_new bigint;",
    "update public.user_progress set points_earned_new = points_earned where points_earned_new is null;",
    """do $$ begin
      if to_regtype('public.nothing') is null then
        alter table public.user_progress drop column points_earned;
        alter table public.user_progress rename column points_earned_new to points_earned;
      end if;
    end $$;""",
)


def test_a_helper_column_of_the_same_change_may_take_its_name(bench: Workbench) -> None:
    whole = bench.judge([draft(sql, number) for number, sql in enumerate(SWAP)])
    assert not [f for part in whole.parts for f in part.findings() if f.rule == "safe-change/destructive"]
    with bench.after(draft(SWAP[0])) as later:
        assert later
        rules = {finding.object for finding in later.judge([draft(SWAP[2], 2)]).findings() if "destr" in finding.rule}
    assert rules == {"public.user_progress.points_earned_new"}


NEIGHBOURS = [
    (
        "create index idx_user_progress_score on public.user_progress (score);",
        "create index concurrently if not exists idx_user_progress_points on public.user_progress (score);",
        "builds it CONCURRENTLY",
    ),
    (
        "alter table public.user_progress add constraint score_check check (score <= 100);",
        "alter table public.user_progress validate constraint score_check;",
        "validates it",
    ),
    (
        """alter table public.user_progress add constraint score_check check (score <= 100) not valid;
        alter table public.user_progress validate constraint score_check;""",
        "alter table public.user_progress validate constraint score_check;",
        "Leave it out: ",
    ),
    (
        "alter table public.user_progress add column note text; update public.user_progress set note = 'x';",
        "update public.user_progress set note = 'y' where note is null;",
        "which changes rows of public.user_progress already",
    ),
    (
        "alter type public.emotion_type add value if not exists 'bored'; alter table public.lessons add a text;",
        "alter type public.emotion_type add value if not exists 'bored';",
        "adds it",
    ),
]


@pytest.mark.parametrize(("sql", "later", "words"), NEIGHBOURS)
def test_what_a_later_file_does_already_is_not_asked_for(bench: Workbench, sql: str, later: str, words: str) -> None:
    name = draft("", 1).file_name
    (alone,) = findings(bench, "safe-change", sql, "select 1;")
    (beside,) = findings(bench, "safe-change", sql, later)
    assert name not in alone.hint
    assert name in beside.hint
    assert words in beside.hint
