"""Names follow the house's patterns: of what is new or renamed, and of nothing else."""

import pytest

from tests.tools.checks.judged import findings, house
from tools.workbench import Workbench

NAMES = {
    "table": "{name}s",
    "column": "(?!{table}_){name}",
    "constraint": "{table}_({columns}_)?{kind}",
    "policy": "{table}_{kind}_{name}",
    "trigger": "{table}_{name}",
    "function": "{name}",
    "type": "{name}_t",
    "view": "v_{name}",
}
THINGS = """
create type public.mood_t as enum ('a');
create table public.things (
  id uuid primary key, badge_id uuid references public.badges (id), title text unique check (title > ''), level integer,
  check (level > 0 or title > 'a')
);
create policy things_select_all on public.things for select using (true);
create function public.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger things_stamp before update on public.things for each row execute function public.stamp();
create view public.v_things as select id from public.things;
create materialized view public.v_thing_ids as select id from public.things;
"""


@pytest.mark.parametrize(
    ("kept", "broken", "where", "better"),
    [
        ("table public.things (", "table public.thing (", "public.thing", ""),
        ("title text", '"theTitle" text', "public.things.theTitle", "the_title"),
        ("level integer", "things_level integer", "public.things.things_level", ""),
        ("unique check", "constraint one unique check", "public.things/one", "things_title_key"),
        ("references", "constraint fk references", "public.things/fk", "things_badge_id_fkey"),
        ("  check (", "  constraint c check (", "public.things/c", "things_level_title_check"),
        ("things_select_all", '"All can read"', "public.things/All can read", ""),
        ("things_stamp", "stamp_things", "public.things/stamp_things", ""),
        ("public.stamp()", 'public."doStamp"()', 'public."doStamp"()', "do_stamp"),
        ("public.stamp()", 'public."stamp (b)"()', 'public."stamp (b)"()', "stamp_b"),
        ("public.mood_t", "public.mood", "public.mood", ""),
        ("view public.v_things", "view public.things_view", "public.things_view", ""),
        ("view public.v_thing_ids", 'view public."thingIds"', 'public."thingIds"', "v_thing_ids"),
    ],
)
def test_names(bench: Workbench, kept: str, broken: str, where: str, better: str) -> None:
    """Mutants of a migration whose names are as the patterns want them."""
    bench = house(bench, names=NAMES)
    sql = THINGS.replace(kept, broken)
    if where == "public.thing":
        sql = sql.replace("public.things", "public.thing").replace(" things_", " thing_")
    if "theTitle" in broken:
        sql = sql.replace("title >", '"theTitle" >')
    if "things_level" in broken:
        sql = sql.replace("level >", "things_level >").replace("check (things", "constraint things_check check (things")
    found = findings(bench, "conventions", sql)
    named = [f for f in found if "theTitle_" not in f.object]  # its constraints are called after it
    assert [(f.rule, f.object) for f in named] == [("conventions/name", where)]
    assert named[0].line
    if better:
        assert named[0].hint == f"Call it {better}."
        assert where not in {f.object for f in findings(bench, "conventions", f"{sql};{named[0].fix}")}


@pytest.mark.parametrize(
    ("sql", "objects"),
    [
        (THINGS, []),
        ("alter table public.lessons rename to lesson;", ["public.lesson"]),
        ("alter table public.lessons rename to courses;", []),
        ("create schema app; alter table public.children set schema app;", []),
        ('alter table public.lessons rename column title to "Title";', ["public.lessons.Title"]),
        ("alter index public.idx_lessons_subject rename to lessons_by_subject;", []),
        ("create index odd on public.lessons (title);", []),
        ("create domain public.short_t as text constraint odd check (value > '');", []),
        ("alter table public.user_progress add column note text;", []),
        ("create or replace function public.get_emotion_summary(a integer) returns integer return 1;", []),
        (
            "create table public.things (day date) partition by range (day);"
            'create table public."Part" partition of public.things default;',
            [],
        ),
    ],
)
def test_only_new_names_are_judged(bench: Workbench, sql: str, objects: list[str]) -> None:
    assert [f.object for f in findings(house(bench, names=NAMES), "conventions", sql)] == objects


@pytest.mark.parametrize(
    ("index", "better"),
    [
        ("index lessons_title_subject_idx on public.lessons (title, subject)", ""),
        ("index lessons_tags_gin_idx on public.lessons using gin (tags)", ""),
        ("index lessons_tags_idx on public.lessons using gin (tags)", ""),
        ("unique index lessons_title_unique_idx on public.lessons (title)", ""),
        ("index lessons_lower_idx on public.lessons (lower(title))", ""),
        ("index idx_lessons_title on public.lessons (title)", "lessons_title_idx"),
        ("index lessons_title_gin_idx on public.lessons (title)", "lessons_title_idx"),
        ("index lessons_subject_idx on public.lessons (title)", "lessons_title_idx"),
        ("index x on public.lessons (lower(title))", "{table}"),
    ],
)
def test_the_pattern_for_indexes_takes_the_place_of_the_built_in_form(
    bench: Workbench, index: str, better: str
) -> None:
    bench = house(bench, names={"index": "{table}_{columns}(_{kind})?_idx"})
    found = findings(bench, "indexes", f"create {index};")
    assert [f.rule for f in found] == ["indexes/name"] * bool(better)
    assert all(better in f.hint for f in found)
    assert all(findings(bench, "indexes", f.fix) == [] for f in found if f.fix)
    assert findings(bench, "conventions", f"create {index};") == []


def test_a_missing_index_is_proposed_under_the_houses_name(bench: Workbench) -> None:
    sql = "create table public.things (badge_id uuid references public.badges (id));"
    (found,) = findings(house(bench, names={"index": "{table}_{columns}_idx"}), "indexes", sql)
    assert found.fix == "create index if not exists things_badge_id_idx on public.things (badge_id);"
