"""Every new table, and every new column that does not explain itself."""

from tests.tools.checks.judged import findings, told
from tools.workbench import Workbench


def test_tables(bench: Workbench) -> None:
    sql = """
    create table public.silent (id uuid) partition by hash (id);
    create table public.silent_0 partition of public.silent for values with (modulus 1, remainder 0);
    create table public.spoken (id uuid);
    create view public.looking as select 1 as one;
    comment on table public.spoken is 'x';
    """
    assert told(bench, "comments", sql) == {("table", "public.silent")}


def test_columns(bench: Workbench) -> None:
    sql = """
    create type public.colour as enum ('red', 'blue');
    alter table public.lessons
      add column data jsonb, add column raw json, add column words text[], add column colour public.colour,
      add column felt public.emotion_type, add column stars integer check (stars between 1 and 5),

      add column title_2 text, add column starts_at timestamptz, add column told jsonb,
      add column ends_at timestamptz, add constraint order_check check (ends_at > starts_at);
    comment on column public.lessons.told is 'x';
    """
    names = ("data", "raw", "words", "colour", "felt", "stars")
    assert told(bench, "comments", sql) == {("column", f"public.lessons.{name}") for name in names}


def test_a_lost_comment_is_given_back(bench: Workbench) -> None:
    """A column that is made anew, as in a change of type by steps, has to be commented again."""
    sql = """
    alter table public.lessons add column grade smallint check (grade between 0 and 12);
    update public.lessons set grade = 1;
    alter table public.lessons drop column grade_level;
    alter table public.lessons rename column grade to grade_level;
    """
    (found,) = findings(bench, "comments", sql)
    assert found.object == "public.lessons.grade_level"
    assert "lost" in found.message
    assert findings(bench, "comments", f"{sql}\n{found.fix}") == []


def test_only_what_is_new(bench: Workbench) -> None:
    """Columns that were there without a comment, and a CHECK for a plain one, are as they were."""
    sql = """
    alter table public.lessons add constraint published_check check (published_at > '2026-01-01') not valid;
    alter table public.lessons add column subtitle text;
    """
    assert told(bench, "comments", sql) == set()
