"""Foreign keys and policies are served, names speak, and nothing is built twice."""

import pytest

from tests.tools.checks.judged import configured, draft, findings, told
from tools.workbench import Workbench

KEYS = "id uuid primary key default gen_random_uuid(), child_id uuid references public.children (id)"


@pytest.mark.parametrize(
    "index",
    [
        "create index idx_things_child on public.things (child_id);",
        "create index idx_things_child on public.things (child_id, n desc);",
        "create index idx_things_child on public.things using hash (child_id);",
        "create index idx_things_child on public.things (child_id) where child_id is not null;",
        "alter table public.things add constraint things_key unique (child_id, n);",
        "alter table public.things drop constraint things_pkey, add primary key (child_id, id);",
    ],
)
def test_a_foreign_key_is_served(bench: Workbench, index: str) -> None:
    assert told(bench, "indexes", f"create table public.things ({KEYS}, n integer); {index}") == set()


@pytest.mark.parametrize(
    "index",
    [
        "",
        "create index idx_things_child on public.things (n, child_id);",
        "create index idx_things_child on public.things (child_id) where n > 3;",
        "create index idx_things_child on public.things (child_id) where child_id is null;",
        "create index idx_things_child on public.things using brin (child_id);",
        "create index idx_things_child on public.things ((child_id::text));",
        "create index idx_things_child on public.things (n) include (child_id);",
    ],
)
def test_a_foreign_key_is_not_served(bench: Workbench, index: str) -> None:
    sql = f"create table public.things ({KEYS}, n integer); {index}"
    (found,) = findings(bench, "indexes", sql)
    assert (found.rule, found.object) == ("indexes/foreign-key", "public.things.child_id")
    assert found.fix == "create index if not exists idx_things_child_id on public.things (child_id);"
    assert findings(bench, "indexes", f"{sql}\n{found.fix}") == []


def test_composite_foreign_keys(bench: Workbench) -> None:
    """The columns in any order, but all of them first."""
    sql = """
    create table public.pairs (a integer, b integer, primary key (a, b));
    create table public.things (id uuid primary key, x integer, y integer, z integer,
      constraint pair_key foreign key (x, y) references public.pairs (a, b));
    """
    assert told(bench, "indexes", sql) == {("foreign-key", "public.things/pair_key")}
    assert told(bench, "indexes", f"{sql} create index idx_things_y_x on public.things (y, x, z);") == set()
    assert told(bench, "indexes", f"{sql} create index idx_things_x_z on public.things (x, z, y);") != set()


TEMPLATES = """
create table public.templates (id uuid primary key, org uuid not null, code text, unique (org, id));
create unique index idx_templates_code on public.templates (code) where code is not null;
create table public.things (id uuid primary key, org uuid not null, template_id uuid, code text,
  constraint template_key foreign key (org, template_id) references public.templates (org, id));
"""


@pytest.mark.parametrize(
    ("index", "is_served"),
    [
        ("idx_things_template on public.things (template_id)", True),
        ("idx_things_template on public.things (template_id, code)", True),
        ("idx_things_template on public.things (template_id) where template_id is not null", True),
        ("idx_things_template on public.things (template_id) where template_id is not null and org is not null", True),
        ("idx_things_template on public.things (org, template_id) where template_id is not null", True),
        ("idx_things_template on public.things (template_id) where code is not null", False),
        ("idx_things_org on public.things (org)", False),
        ("idx_things_org on public.things (org, code, template_id)", False),
    ],
)
def test_columns_that_refer_to_a_whole_key_suffice(bench: Workbench, index: str, is_served: bool) -> None:
    found = findings(bench, "indexes", f"{TEMPLATES} create index {index};")
    assert [f.object for f in found] == ["public.things/template_key"] * (not is_served)
    for one in found:
        assert one.fix.endswith("on public.things (template_id);")
        assert "template_id suffice" in one.hint
        assert findings(bench, "indexes", f"{TEMPLATES} create index {index}; {one.fix}") == []


def test_without_such_a_key_all_columns_come_first(bench: Workbench) -> None:
    """Those that no index begins with yet are proposed first."""
    both = TEMPLATES.replace("id uuid primary key, org uuid not null, code", "id uuid, org uuid not null, code")
    (found,) = findings(bench, "indexes", f"{both} create index idx_things_org on public.things (org);")
    assert found.fix.endswith("on public.things (template_id, org);")
    assert "All of these columns have to come first" in found.hint
    assert told(bench, "indexes", f"{both} create index idx_things_template on public.things (template_id);")


def test_a_key_is_told_once_in_a_change(bench: Workbench) -> None:
    """Validating it makes it no other; a file that builds nearly the right index is named."""
    add = """alter table public.user_progress add column badge_id uuid;
    alter table public.user_progress add constraint badge_key foreign key (badge_id)
      references public.badges (id) not valid;"""
    wrong = "create index concurrently if not exists idx_user_progress_n on public.user_progress (score, badge_id);"
    validate = "alter table public.user_progress validate constraint badge_key;"
    report = bench.judge([draft(sql, number) for number, sql in enumerate([add, wrong, validate])])
    (found,) = [f for f in report.findings() if f.rule == "indexes/foreign-key"]
    assert "builds idx_user_progress_n on (score, badge_id): let it begin with badge_id" in found.hint
    assert draft("", 1).file_name in found.hint


def test_a_large_table_gets_its_index_in_the_next_file(bench: Workbench) -> None:
    """A new foreign key on millions of rows: the index cannot be built in the same transaction."""
    add = "alter table public.user_progress add column badge_id uuid references public.badges (id);"
    (found,) = findings(bench, "indexes", add)
    assert found.fix.startswith("create index concurrently if not exists idx_user_progress_badge_id on ")
    assert "in a file after this one" in found.hint
    assert findings(bench, "indexes", add, found.fix) == []
    assert findings(bench, "indexes", add, "alter table public.badges add column n integer;") != []


def test_partitions_follow_their_parent(bench: Workbench) -> None:
    sql = """
    create table public.things (child_id uuid references public.children (id), n integer) partition by hash (n);
    create table public.things_0 partition of public.things for values with (modulus 1, remainder 0);
    """
    assert told(bench, "indexes", sql) == {("foreign-key", "public.things.child_id")}


THINGS = """
create table public.things (id uuid primary key, owner uuid, email text, label text, private boolean,
  status text check (status in ('a', 'b')), felt public.emotion_type);
create index idx_things_email on public.things (email);
"""


@pytest.mark.parametrize(
    ("condition", "columns"),
    [
        ("owner = (select auth.uid())", {"owner"}),
        ("(select auth.uid()) = owner", {"owner"}),
        ("owner in (select id from public.children where parent_id = (select auth.uid()))", {"owner"}),
        ("owner = any (array(select id from public.children))", {"owner"}),
        ("label = 'x'", {"label"}),
        ("owner::text = 'x'", {"owner"}),
        ("owner = (select auth.uid()) or label = 'x'", {"owner", "label"}),
        ("owner = (select auth.uid()) or email = 'x'", {"owner"}),
        ("email = (select auth.jwt() ->> 'email')", set()),
        ("email = 'x' and owner = (select auth.uid())", set()),
        ("owner = (select auth.uid()) and label = 'x'", {"owner"}),
        ("id = (select auth.uid())", set()),
        ("not private", set()),
        ("private = false", set()),
        ("status = 'a'", set()),
        ("felt = 'calm'", set()),
        ("true", set()),
        ("label <> 'x' and owner is not null", set()),
        ("owner = id", set()),
        ("exists (select 1 from public.children c where c.id = things.owner and c.name = 'x')", set()),
    ],
)
def test_filters(bench: Workbench, condition: str, columns: set[str]) -> None:
    sql = f"{THINGS} create policy p on public.things for select to authenticated using ({condition});"
    assert told(bench, "indexes", sql) == {("filter", f"public.things.{name}") for name in columns}


def test_what_filters_nothing(bench: Workbench) -> None:
    """A check on insert reads no rows; a small table needs no index; a foreign key has its own finding."""
    insert = "create policy p on public.things for insert to authenticated with check (label = 'x');"
    assert told(bench, "indexes", THINGS + insert) == set()
    small = "create policy p on public.lessons for select to authenticated using (title = 'x');"
    assert told(bench, "indexes", small) == set()
    assert told(configured(bench, rows={"public.lessons": 50_000}), "indexes", small) == {
        ("filter", "public.lessons.title")
    }
    both = "create policy p on public.things for select to authenticated using (child_id = (select auth.uid()));"
    assert told(bench, "indexes", f"create table public.things ({KEYS}); {both}") == {
        ("foreign-key", "public.things.child_id")
    }


def test_no_index_is_asked_for_an_array(bench: Workbench) -> None:
    sql = """create table public.threads (id uuid primary key, members uuid[], owner uuid);
    create policy p on public.threads for select to authenticated
      using ((select auth.uid()) = any (members) or owner = (select auth.uid()));"""
    assert told(bench, "indexes", sql) == {("filter", "public.threads.owner")}


def test_no_index_is_asked_for_on_managed_tables(bench: Workbench) -> None:
    sql = "create policy p on storage.objects for select to authenticated using (owner_id = (select auth.uid())::text);"
    assert told(bench, "indexes", sql) == set()


def test_a_policy_that_is_made_again_is_old(bench: Workbench) -> None:
    sql = """
    drop policy "Parents can view their own actions" on public.audit_log;
    create policy "Parents can view their own actions" on public.audit_log for select to authenticated
      using (user_id = (select auth.uid()));
    """
    assert told(bench, "indexes", sql) == set()


@pytest.mark.parametrize(
    ("index", "is_fine"),
    [
        ("idx_lessons_title on public.lessons (title)", True),
        ("idx_lesson_title on public.lessons (title)", True),
        ("idx_active_lessons on public.lessons (title) where is_active", True),
        ("idx_tags_gin on public.lessons using gin (tags jsonb_path_ops)".replace(" jsonb_path_ops", ""), True),
        ("idx_lessons_search on public.lessons using gin (to_tsvector('english', title))", True),
        ("idx_lessons_created_desc on public.lessons (created_at desc)", True),
        ("idx_progress_child_lesson on public.user_progress (child_id, lesson_id)", True),
        ("lessons_title_idx on public.lessons (title)", False),
        ("title on public.lessons (title)", False),
        ("idx_1 on public.lessons (title)", False),
        ("idx_fast on public.lessons (title)", False),
        ('"idx_lessons_Title" on public.lessons (title)', False),
        ('"idx-lessons-title" on public.lessons (title)', False),
        ("on public.lessons (title)", False),
    ],
)
def test_names(bench: Workbench, index: str, is_fine: bool) -> None:
    found = findings(bench, "indexes", f"create index {index};")
    assert [f.rule for f in found] == ["indexes/name"] * (not is_fine)
    for one in found:
        assert findings(bench, "indexes", one.fix) == []


@pytest.mark.parametrize(
    ("first", "second", "better"),
    [
        ("", "(title)", "idx_lessons_title"),
        ("create index idx_lessons_title on public.lessons (title);", "(title) where is_active", "_title_active"),
        ("create index idx_lessons_title on public.lessons (title);", "(title) where not is_active", "_not_active"),
        ("create index idx_lessons_title on public.lessons (title);", "(title) where subject = 'math'", "_title_math"),
        ("create index idx_lessons_title on public.lessons (title);", "(title) where tags is null", "_title_no_tags"),
        ("create index idx_lessons_title on public.lessons (title);", "(title) where points > 3", "_title_some"),
        ("create index idx_lessons_title on public.lessons (title);", "(title desc)", "_title_2"),
        ("create view public.idx_lessons_title as select 1;", "(title)", "_title_2"),
    ],
)
def test_a_proposed_name_is_free(bench: Workbench, first: str, second: str, better: str) -> None:
    sql = f"{first} create index title_of on public.lessons {second};"
    (found,) = [f for f in findings(bench, "indexes", sql) if f.rule == "indexes/name"]
    assert found.hint.endswith(f"{better}.")
    assert found.fix.split(" ON ")[0].endswith(better)
    assert findings(bench, "indexes", f"{first} {found.fix}") == []


def test_a_unique_index_says_so_beside_a_plain_one(bench: Workbench) -> None:
    plain = "create index idx_lessons_title on public.lessons (title);"
    (found,) = findings(
        bench, "indexes", f"{plain} create unique index one on public.lessons (title, id) where points = 0;"
    )
    assert found.hint == "Call it idx_lessons_title_id."
    (found,) = findings(
        bench, "indexes", f"{plain} create unique index one on public.lessons (title) where points = 0;"
    )
    assert found.hint == "Call it idx_lessons_title_unique."


@pytest.mark.parametrize(
    ("before", "index", "holder"),
    [
        (
            "create index idx_lessons_t on public.lessons (title);",
            "(points)",
            "an index on public.lessons USING btree (title)",
        ),
        ("create index idx_lessons_t on public.lessons (title);", "(title) where is_active", "an index on"),
        ("create unique index idx_lessons_t on public.lessons (title, id);", "(title, id)", "an index on"),
        ("create index idx_lessons_t on public.badges (name);", "(title)", "an index on public.badges"),
        ("create view public.idx_lessons_t as select 1;", "(title)", "the view"),
        ("create index idx_lessons_t on public.lessons (title);", "(title)", ""),
        ("create index idx_lessons_t on public.lessons (points); drop index public.idx_lessons_t;", "(title)", ""),
        ("", "(title)", ""),
    ],
)
def test_an_index_that_is_passed_over(bench: Workbench, before: str, index: str, holder: str) -> None:
    """In one file, or where the schema has the name."""
    again = f"create index if not exists idx_lessons_t on public.lessons {index};"
    with bench.after(draft(before)) as later:
        assert later
        for each, sql in ((bench, f"{before} {again}"), (later, again)):
            found = [f for f in findings(each, "indexes", sql) if "did nothing" in f.message]
            assert [(f.rule, f.severity) for f in found] == [("indexes/name", "error")] * bool(holder)
            assert all(f"did nothing: {holder}" in f.message for f in found)


def test_the_projects_own_form_of_names(bench: Workbench) -> None:
    habit = """do $$ declare name text; begin
      for name in select indexname from pg_indexes where schemaname = 'public' and indexname like 'idx\\_%' loop
        execute format('alter index public.%I rename to %I', name, substr(name, 5) || '_idx');
      end loop; end $$;"""
    for index, better in (
        ("lessons_title_idx", ""),
        ("idx_lessons_title", "lessons_title_idx"),
        ("fast_idx", "lessons"),
    ):
        report = bench.judge([draft(habit), draft(f"create index {index} on public.lessons (title);", 1)])
        found = [f for f in report.parts[0].findings() if f.rule == "indexes/name"]
        assert [better in f.hint for f in found] == [True] * bool(better)


def test_constraints_name_their_own_indexes(bench: Workbench) -> None:
    sql = "alter table public.lessons add constraint one_title_per_subject unique (title, subject);"
    assert told(bench, "indexes", sql) == set()


@pytest.mark.parametrize(
    ("sql", "repeated"),
    [
        ("create index idx_skills_by_subject on public.skills (subject);", "idx_skills_by_subject"),
        ("create index idx_skills_id on public.skills (id);", "idx_skills_id"),
        ("create unique index idx_skills_id on public.skills (id);", "idx_skills_id"),
        ("create index idx_skills_name on public.skills (name);", "idx_skills_name"),
        (
            "create index idx_skills_a on public.skills (description) where name > 'a';"
            "create index idx_skills_b on public.skills (description) where name > 'a';",
            "idx_skills_b",
        ),
        (
            "create index idx_skills_a on public.skills (description);"
            "create unique index idx_skills_b on public.skills (description);",
            "idx_skills_a",
        ),
        ("create index idx_skills_subject_name on public.skills (subject, name);", ""),
        ("create index idx_skills_subject_desc on public.skills (subject desc);", ""),
        ("create index idx_skills_subject_hash on public.skills using hash (subject);", ""),
        ("create index idx_skills_subject_pattern on public.skills (subject text_pattern_ops);", ""),
        ("create index idx_skills_subject_art on public.skills (subject) where name > 'a';", ""),
        ("create index idx_skills_subject_wide on public.skills (subject) include (name);", ""),
        ("create index idx_skills_lower_subject on public.skills (lower(subject));", ""),
        ("create unique index idx_skills_subject_once on public.skills (subject);", ""),
    ],
)
def test_duplicates(bench: Workbench, sql: str, repeated: str) -> None:
    expected = {("duplicate", f"public.skills/{repeated}")} if repeated else set()
    assert told(bench, "indexes", sql) - {("name", "public.skills/idx_skills_a")} == expected
