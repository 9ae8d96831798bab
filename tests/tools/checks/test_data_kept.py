"""Losses and overwritten values are found on rows; changes that the migration means are let be."""

import pytest

from tests.tools.checks.judged import draft
from tools.checks._losses import losses
from tools.proofs.kept import TableKept
from tools.proofs.shots import Column, Shot, pairs
from tools.report import CheckResult
from tools.workbench import Workbench

DROP_GRADE = "alter table public.lessons drop column grade_level;"


def kept(bench: Workbench, sql: str) -> CheckResult:
    report = bench.judge([draft(sql)])
    (check,) = [check for check in report.checks if check.id == "data-kept"]
    return check


LOST = {
    "forgotten values": (
        "alter table public.lessons add column grade smallint;"
        "update public.lessons set grade = case grade_level when 'K' then 0 when '1' then 1 end;" + DROP_GRADE,
        "public.lessons.grade",
        "'2', '3', '4' and 8 more became NULL in grade",
    ),
    "forgotten, under the old name": (
        "alter table public.lessons add column g smallint;"
        "update public.lessons set g = case when grade_level ~ '^[0-9]$' then grade_level::smallint end;"
        + DROP_GRADE
        + "alter table public.lessons rename column g to grade_level;",
        "public.lessons.grade_level",
        "'K'",
    ),
    "free text outside the mapping": (
        "alter table public.lessons alter column content_markdown drop not null;"
        "alter table public.lessons alter column content_markdown type int"
        " using case when content_markdown ~ '^[0-9]{1,3}$' then content_markdown::int end;",
        "public.lessons.content_markdown",
        "-> NULL",
    ),
    "merged by a change of type": (
        "alter table public.user_progress alter column status drop default;"
        "alter table public.user_progress drop constraint user_progress_status_check;"
        "alter table public.user_progress drop constraint user_progress_completion_check;"
        "alter table public.user_progress alter column status type int using (status = 'completed')::int;",
        "public.user_progress.status",
        "'in_progress', 'not_started' all became '0'",
    ),
    "deleted": (
        "delete from public.emotion_logs where intensity <= 5;",
        "public.emotion_logs",
        "rows of public.emotion_logs are gone",
    ),
    "deleted out of a block": (
        "do $$ begin execute 'delete from public.lessons where ' || quote_ident('points') || ' < 1000'; end $$;",
        "public.lessons",
        "rows of public.lessons are gone",
    ),
    "emptied": (
        "update public.profiles set notification_settings = '{}' where notification_settings <> '{}';",
        "public.profiles.notification_settings",
        "were emptied",
    ),
    "a key taken out": (
        "update public.children set preferences = preferences - 'theme';",
        "public.children.preferences",
        "were cut",
    ),
    "nulled": (
        "update public.lessons set description = null where is_active;",
        "public.lessons.description",
        "-> NULL",
    ),
    "cut by a type": (
        "alter table public.lessons alter column title type text using left(title, 4);",
        "public.lessons.title",
        "were cut",
    ),
    "cut in a subquery": (
        "update public.lessons l set title = s.short from (select id, left(title, 3) as short from public.lessons) s"
        " where s.id = l.id;",
        "public.lessons.title",
        "were cut",
    ),
    "cut": (
        "update public.lessons set title = left(title, 3);",
        "public.lessons.title",
        "were cut",
    ),
}


@pytest.mark.parametrize(("sql", "name", "words"), LOST.values(), ids=LOST)
def test_lost(bench: Workbench, sql: str, name: str, words: str) -> None:
    check = kept(bench, sql)
    found = {(f.rule, f.object): f for f in check.findings}
    assert ("data/lost", name) in found, check
    assert words in found["data/lost", name].message


CHANGED = {
    "overwritten": ("update public.profiles set timezone = 'UTC';", "public.profiles.timezone"),
    "a moment overwritten": ("update public.lessons set published_at = now();", "public.lessons.published_at"),
    "overwritten from elsewhere": (
        "update public.profiles p set display_name = 'user ' || u.role from auth.users u where u.id = p.id;",
        "public.profiles.display_name",
    ),
    "by a statement built at run time": (
        "do $$ begin execute format('update %s set estimated_minutes = 15', 'public.lessons'); end $$;",
        "public.lessons.estimated_minutes",
    ),
    "by a trigger on a backfill": (
        "create function public.f() returns trigger language plpgsql as"
        " $$ begin new.subject = 'math'; return new; end $$;"
        "create trigger t before update on public.lessons for each row execute function public.f();"
        "alter table public.lessons add column words integer;"
        "update public.lessons set words = 100;",
        "public.lessons.subject",
    ),
}


@pytest.mark.parametrize(("sql", "name"), CHANGED.values(), ids=CHANGED)
def test_changed(bench: Workbench, sql: str, name: str) -> None:
    check = kept(bench, sql)
    assert [(f.rule, f.object) for f in check.findings] == [("data/changed", name)], check
    assert " -> " in check.findings[0].message


def test_a_sequence_that_starts_over(bench: Workbench) -> None:
    made = "create table public.tickets (number int primary key generated by default as identity, title text);"
    with bench.after(draft(made + "insert into public.tickets (title) values ('a'), ('b'), ('c');")) as later:
        assert later
        restart = kept(later, "alter table public.tickets alter column number restart with 2;")
        assert [(f.rule, f.object) for f in restart.findings] == [("data/changed", "public.tickets.number")]
        assert kept(later, "alter table public.tickets alter column number restart with 1000;").findings == []
        setval = "select setval(pg_get_serial_sequence('public.tickets', 'number'), {});"
        assert kept(later, setval.format("1, false") + "alter table public.tickets add body text;").findings
        assert not kept(later, setval.format("5000") + "alter table public.tickets add body text;").findings
        assert not kept(later, "alter table public.tickets add column body text;").findings


SILENT = {
    "a backfill of NULLs": "update public.profiles set timezone = 'UTC' where timezone is null;",
    "by coalesce": "update public.profiles set timezone = coalesce(timezone, 'UTC');",
    "a wider number": "alter table public.lessons alter column points type bigint;",
    "a wider decimal": "alter table public.lessons alter column points type numeric(14, 2);",
    "text for varchar": "alter table public.lessons alter column title type varchar(10000);",
    "a default": "alter table public.lessons alter column points set default 20;",
    "a new column with a default": "alter table public.lessons add column level text not null default 'easy';",
    "its values": "alter table public.lessons add column level text; update public.lessons set level = subject;",
    "another case": "update public.profiles set display_name = lower(display_name);",
    "blanks taken off": "update public.lessons set description = nullif(trim(description), '');",
    "a computed value": "update public.lessons set points = points * 2 where points < 1000;",
    "a correction": "update public.lessons set subject = 'math' where subject = 'science';",
    "rows picked by another column": "update public.lessons set points = 20 where subject = 'math';",
    "counted anew": "update public.lessons l set points ="
    " (select count(*) from public.user_progress p where p.lesson_id = l.id);",
    "a whole mapping": "alter table public.lessons add column grade smallint; update public.lessons set grade ="
    " case grade_level when 'K' then 0 else grade_level::smallint end;" + DROP_GRADE,
    "a whole mapping by a trigger's touch": "alter table public.lessons add column level int;"
    "update public.lessons set level = ascii(grade_level) * 100 + length(grade_level)"
    " + ascii(right(grade_level, 1));" + DROP_GRADE,
    "a moment for a boolean": "alter table public.user_progress add column done_at timestamptz, add column done boolean"
    " default false; update public.user_progress set done_at = now() where done;"
    "alter table public.user_progress drop column done;"
    "alter table public.badges add column made timestamptz;",
    "counted anew by a function": "create function public.recount() returns void language plpgsql as $$ begin"
    " update public.lessons l set points = (select count(*) from public.user_progress p where p.lesson_id = l.id);"
    " end $$; select public.recount();",
    "a key with another name": "update public.children set preferences = (preferences - 'theme')"
    " || jsonb_build_object('skin', preferences -> 'theme') where preferences ? 'theme';",
    "a stamp by a trigger": "update public.lessons set description = title where description is null;",
    "a rename": "alter table public.lessons rename column points to score;"
    "alter table public.lessons rename to courses;",
    "an upsert by key": "insert into public.badges select * from public.badges"
    " on conflict (id) do update set name = excluded.name || '!', icon_url = 'https://example.com';",
    "one row by its key": "update public.lessons set title = 'Name it'"
    " where id = 'c0000000-0000-4000-8000-000000000001';",
    "a plain drop": DROP_GRADE,
    "a narrower type, told elsewhere": "alter table public.lessons alter column title type varchar(5)"
    " using left(title, 5);",
    "a moment becomes a day, told elsewhere": "alter table public.lessons alter column published_at type date;",
    "an index": "create index on public.lessons (points);",
    "an enum for the listed": "create type public.subject as enum"
    " ('emotions', 'math', 'reading', 'science', 'life_skills');"
    "alter table public.lessons drop constraint lessons_subject_check;"
    "alter table public.lessons alter column subject type public.subject using subject::public.subject;",
}


@pytest.mark.parametrize("sql", SILENT.values(), ids=SILENT)
def test_silent(bench: Workbench, sql: str) -> None:
    check = kept(bench, sql)
    assert (check.status, check.findings) == ("n/a" if "default 20" in sql else "pass", []), check


def test_a_later_file_drops_what_the_mapping_forgot(bench: Workbench) -> None:
    mapped = (
        "alter table public.lessons add column grade smallint;"
        "update public.lessons set grade = case grade_level when 'K' then 0 when '1' then 1 end;"
    )
    alone, staged = bench.judge([draft(mapped)]), bench.judge([draft(mapped), draft(DROP_GRADE, 1)])
    rules = [[f.rule for check in r.checks if check.id == "data-kept" for f in check.findings] for r in (alone, staged)]
    assert rules == [[], ["data/lost"]]


def test_a_literal_that_begins_the_old_value_cuts_nothing(bench: Workbench) -> None:
    made = "create table public.fields (id int primary key, target text); insert into public.fields values (1, {});"
    with bench.after(draft(made.format("'stock.number_old'"))) as later:
        assert later
        where = "where target = 'stock.number_old';"
        assert kept(later, f"update public.fields set target = 'stock.number' {where}").findings == []
        (cut,) = kept(later, f"update public.fields set target = left(target, 12) {where}").findings
        assert "were cut: 'stock.number_old' -> 'stock.number'" in cut.message


def test_new_tables_concern_no_old_rows(bench: Workbench) -> None:
    assert kept(bench, "create table public.t (id int, lesson_id uuid references public.lessons);").status == "n/a"


def test_stops_at_rows_that_production_may_hold(bench: Workbench) -> None:
    """They are named and left out; the others are compared all the same."""
    check = kept(bench, "alter table public.lessons add constraint c check (points between 0 and 2000);")
    assert (check.status, check.findings) == ("pass", [])
    for value in ("-1", "-2147483648", "2147483647"):
        assert f"on a row where points is '{value}' it stops at line 1, changing nothing: check" in check.evidence
    forgets = (
        "alter table public.lessons add column grade smallint;"
        "update public.lessons set grade = case grade_level when 'K' then 0 when '1' then 1 end where title <> 'x';"
        "alter table public.lessons add check (char_length(title) < 30);" + DROP_GRADE
    )
    check = kept(bench, forgets)
    assert "on a row where title is" in check.evidence
    assert [f.rule for f in check.findings] == ["data/lost"]


DELETE = "delete from public.emotion_logs where intensity <= 5;\n"


def test_asked_for(bench: Workbench) -> None:
    """What the file says plainly is shown, and does not fail."""
    plain = kept(bench, DELETE + "-- To reverse this migration, run:\n-- Irreversible: low emotions go\n")
    assert (plain.status, plain.findings[0].waived) == ("waived", "the rollback says so: low emotions go")
    stamped = "-- To reverse this migration, run:\n-- Irreversible: updated_at of low emotions was stamped\n"
    assert kept(bench, DELETE + stamped).status == "fail"
    assert kept(bench, DELETE + "-- To reverse this migration, run:\n-- Irreversible: lost\n").status == "fail"
    said = kept(bench, f"-- allow: safe-change/destructive on public.emotion_logs: asked for\n{DELETE}")
    assert (said.status, said.findings[0].waived) == ("waived", "as safe-change/destructive: asked for")
    assert kept(bench, f"-- allow: safe-change/destructive on public.lessons: asked for\n{DELETE}").status == "fail"
    assert kept(bench, f"-- allow: data/lost on public.emotion_logs: does not matter\n{DELETE}").status == "fail"


@pytest.mark.parametrize(
    "sql",
    [
        "do $$ begin if exists (select from public.lessons where points < 0) then {}; end if; end $$;",
        "do $$ begin if exists (select from public.lessons where points < 0) then execute '{}'; end if; end $$;",
        "do $$ declare r record; begin for r in select id from public.lessons where points < 0 loop"
        " delete from public.lessons where id = r.id; end loop; end $$;",
        "create function public.tidy() returns void language plpgsql as $$ begin"
        " if exists (select from public.lessons where points < 0) then {}; end if; end $$; select public.tidy();",
        "{};",
    ],
)
def test_a_loss_is_told_the_same_way_however_it_is_written(bench: Workbench, sql: str) -> None:
    """Also where none of the rows that are there meets the condition, and so nothing is written without others."""
    text = sql.replace("{}", "delete from public.lessons where points < 0")
    (found,) = kept(bench, text).findings
    assert (found.rule, found.object, found.waived) == ("data/lost", "public.lessons", None)
    assert "`-- allow: safe-change/destructive on public.lessons: why`" in found.hint
    report = bench.judge([draft(f"-- allow: safe-change/destructive on public.lessons: asked for\n{text}")])
    (said,) = [f for check in report.checks for f in check.findings if f.rule == "data/lost"]
    assert said.waived == "as safe-change/destructive: asked for"
    assert not any("not needed" in note for note in report.notes)


def test_what_a_waiver_of_a_loss_is_told(bench: Workbench) -> None:
    report = bench.judge([draft(f"-- allow: data/lost on public.emotion_logs: asked for\n{DELETE}")])
    assert any("allow safe-change/destructive on what is lost" in note for note in report.notes)
    never = "delete from public.lessons where title = 'no title is like this';"
    for sql, idle in ((never, False), ("select 1;", True)):
        report = bench.judge([draft(f"-- allow: safe-change/destructive on public.lessons: asked for\n{sql}")])
        assert any("not needed" in note for note in report.notes) == idle


def shot(*rows: tuple[str | None, ...], key: tuple[int, ...] = (), types: str = "text text") -> Shot:
    columns = {n: Column(f"c{n}", kind, False) for n, kind in enumerate(types.split(), start=1)}
    return Shot("public.t", columns, key, [dict(enumerate(row, start=1)) for row in rows])


def test_pairs_without_a_key() -> None:
    """Equal rows first, the others in order."""
    before, after = shot(("a", "1"), ("b", "2"), ("b", "2")), shot(("b", "2"), ("b", "2"), ("a", "9"))
    assert [new and new[2] for _, new in pairs(before, after)] == ["9", "2", "2"]
    assert [new for _, new in pairs(before, shot(("b", "2")))].count(None) == 2


@pytest.mark.parametrize(
    ("old", "new", "types", "kinds"),
    [
        ("1.25", "1.3", "text numeric", ["rounded"]),
        ("1.50", "1.5", "text numeric", []),
        ("1.5", "2.25", "text numeric", ["other"]),
        ("", None, "text text", []),
        ("{}", None, "text text[]", []),
        ("Ann ", "ann", "text text", []),
        ("Annabel", "Ann", "text text", ["cut"]),
        ("2026-01-01 00:00:00+00", "2026-01-01", "text timestamptz", ["other"]),
        ("2026-01-01 10:00:00+00", "2026-01-01", "text timestamptz", ["cut"]),
        ("NaN", "0", "text numeric", ["other"]),
    ],
)
def test_kinds(old: str, new: str | None, types: str, kinds: list[str]) -> None:
    before, after = shot(("x", old), key=(1,), types=types), shot(("x", new), key=(1,), types=types)
    assert [loss.kind for loss in losses(TableKept(before, after))] == kinds


@pytest.mark.parametrize(
    ("old", "new", "types", "literal"),
    [
        ("stock.number_old", "stock.number", "text text", "stock.number"),
        ("1.25", "1", "text numeric", "1.0"),
        ('{"a": 1, "b": 2}', '{"a": 1}', "text jsonb", '{"a":1}'),
    ],
)
def test_a_literal_is_written_not_cut(old: str, new: str, types: str, literal: str) -> None:
    pair = TableKept(shot(("x", old), key=(1,), types=types), shot(("x", new), key=(1,), types=types))
    for given, kind in ((literal, "other"), (literal + "x", losses(pair)[0].kind)):
        assert [one.kind for one in losses(pair, literals={("public.t", "c2"): {given}})] == [kind]
    assert losses(pair)[0].kind in ("cut", "rounded")
