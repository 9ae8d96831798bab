"""What the project's Postgres does not know yet, in statements, blocks and bodies; the server here is newer."""

from dataclasses import replace
from pathlib import Path

import pytest
from postgast import parse

from tests.tools.checks.judged import findings
from tools.checks._versions import newer, newer_calls
from tools.project import Project
from tools.sql import below
from tools.workbench import Workbench


def known_from(sql: str) -> int:
    """The first version without a complaint about it."""
    nodes = [*below(parse(sql))]
    return next(v for v in range(13, 20) if not [*newer(nodes, v, inside=False), *newer_calls(nodes, v)])


@pytest.mark.parametrize(
    ("sql", "version"),
    [
        ("create table t (id uuid primary key default uuidv7())", 18),
        ("select pg_catalog.uuidv7()", 18),
        ("create table t (a int, b int generated always as (a * 2) virtual)", 18),
        ("create table t (a int, b int generated always as (a * 2))", 18),
        ("create table t (a int, d daterange, primary key (a, d without overlaps))", 18),
        ("alter table t add foreign key (a, period d) references x (a, period d)", 18),
        ("alter table t add constraint c check (a > 0) not enforced", 18),
        ("create table t (a int references x not enforced)", 18),
        ("alter table t add constraint n not null a not valid", 18),
        ("create table t (a int, constraint n not null a)", 18),
        ("update t set a = 1 returning old.a, new.a", 18),
        ("delete from t returning with (old as o) o.a", 18),
        ("select * from json_table('[]', '$[*]' columns (a int path '$'))", 17),
        ("select json_value(j, '$.a'), json_query(j, '$') from t", 17),
        ("merge into t using s on t.a = s.a when matched then delete returning t.a", 17),
        ("merge into t using s on t.a = s.a when not matched by source then delete", 17),
        ("grant maintain on t to x", 17),
        ("alter table t alter column b set expression as (a * 3)", 17),
        ("set transaction_timeout = '5s'", 17),
        ("create view v as select any_value(a) from t group by b", 16),
        ("select a is json from t", 16),
        ("select json_object('a': 1), json_arrayagg(a) from t", 16),
        ("merge into t using s on t.a = s.a when matched then delete", 15),
        ("create view v with (security_invoker = true) as select 1", 15),
        ("create table t (a int, unique nulls not distinct (a))", 15),
        ("create unique index i on t (a) nulls not distinct", 15),
        ("alter table t add foreign key (a, b) references x (a, b) on delete set null (b)", 15),
        ("create or replace trigger t before insert on t for each row execute function f()", 14),
        ("create function f() returns int language sql return 1", 14),
        ("with recursive t(a) as (select 1 union all select a from t) cycle a set c using p select * from t", 14),
    ],
)
def test_newer(sql: str, version: int) -> None:
    assert known_from(sql) == version


@pytest.mark.parametrize(
    "sql",
    [
        "create table t (a int, b int generated always as (a * 2) stored, c int generated always as identity)",
        "alter table t add constraint c check (a > 0) not valid, alter column a set not null",
        "create table t (a int primary key not null unique check (a > 0) references x (a) on delete set null)",
        "create table t (a int constraint n not null, b int not null)",
        "update t set a = 1 from old returning t.a, b",
        "select app.uuidv7(), gen_random_uuid(), json_build_object('a', 1), jsonb_path_exists(j, '$') from t",
        "grant select, insert on t to x",
        "create view v with (security_barrier = true) as select 1",
        "create function f() returns int language sql as 'select 1'",
        "create trigger t before insert on t for each row execute function f()",
        "with recursive t(a) as (select 1 union all select a from t) select * from t",
        "set statement_timeout = '5s'",
    ],
)
def test_old(sql: str) -> None:
    assert known_from(sql) == 13


@pytest.mark.parametrize(
    ("sql", "lines"),
    [
        ("alter table public.lessons add key uuid default gen_random_uuid();", []),
        ("select 1;\nalter table public.lessons add key uuid default uuidv7();", [2]),
        ("do $$ begin if uuidv7() is not null then perform 1; end if; end $$;", [1]),
        ("create function public.f() returns uuid language plpgsql as $$ begin return uuidv7(); end $$;", [1]),
        ("create function public.f(a int) returns int language sql as 'select any_value($1)';", []),
        ("create function public.f() returns uuid language sql as 'select uuidv7()';", [1]),
        (
            "create function public.f() returns trigger language plpgsql as $$ begin "
            "delete from public.badges where id = old.id returning new.id into new.id; return new; end $$;",
            [],
        ),
        (
            "create function public.uuidv7() returns uuid language sql as 'select gen_random_uuid()';"
            "alter table public.lessons add key uuid default public.uuidv7();",
            [],
        ),
    ],
)
def test_a_migration(bench: Workbench, sql: str, lines: list[int]) -> None:
    """The sample runs 17."""
    found = findings(bench, "postgres-version", sql)
    assert [f.line for f in found] == lines
    assert all("18" in f.message and "17" in f.message and f.hint for f in found)


def test_the_projects_version_decides(bench: Workbench, sample: Path) -> None:
    config = sample / "supabase" / "config.toml"
    config.write_text(config.read_text().replace("major_version = 17", "major_version = 18"))
    sql = "alter table public.lessons add key uuid default uuidv7();"
    assert [f.rule for f in findings(bench, "postgres-version", sql)] == ["postgres-version/newer"]
    assert findings(replace(bench, project=Project.find(sample)), "postgres-version", sql) == []
