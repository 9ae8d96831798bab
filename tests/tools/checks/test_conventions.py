"""House rules: each is followed by what keeps it, broken by what breaks it in one place, and silent about the rest."""

from typing import Any

import pytest

from tests.conftest import PROJECTS
from tests.tools.checks.judged import draft, findings, house, result, told
from tools.project import Project
from tools.workbench import Workbench

TENANTS = {"tenants": ["organizations"]}
ORGANIZATION = "organization_id uuid not null references public.organizations (id)"
DOCUMENT = "document_id uuid not null references public.documents (id)"


@pytest.mark.parametrize(
    ("sql", "astray"),
    [
        (f"create table public.things (id uuid primary key, {ORGANIZATION});", []),
        (f"create table public.things (id uuid primary key, {DOCUMENT});", []),
        ("create table public.things (id uuid primary key references public.document_versions (id));", []),
        ("create table public.things (id uuid primary key);", ["things"]),
        ("create table public.things (organization_id uuid not null);", ["things"]),
        (f"create table public.things ({ORGANIZATION.replace('not null ', '')});", ["things"]),
        (f"create table public.things ({DOCUMENT.replace('not null ', '')});", ["things"]),
        ("create table public.things (user_id uuid not null references auth.users (id));", ["things"]),
        (
            "create table public.things (id uuid primary key, up uuid not null references things (id));",
            ["things"],
        ),
        (
            f"create table public.things (id uuid primary key, {DOCUMENT.replace('not null ', '')});"
            "create table public.parts (thing_id uuid not null references public.things (id));",
            ["parts", "things"],
        ),
        (
            f"create table public.things (id uuid primary key, {DOCUMENT});"
            "create table public.parts (thing_id uuid not null references public.things (id));",
            [],
        ),
        (
            f"create table public.things (day date, {ORGANIZATION}) partition by range (day);"
            "create table public.things_1 partition of public.things default;",
            [],
        ),
        ("create table public.things (day date) partition by range (day);", ["things"]),
        ("create temp table things (id uuid);", []),
        ("alter table public.comments rename to remarks;", []),
        ("alter table public.comments alter column document_id drop not null;", ["comments"]),
        ("alter table public.documents alter column organization_id drop not null;", ["documents"]),
        ("alter table public.documents drop constraint documents_organization_id_fkey;", ["documents"]),
        ("alter table public.documents drop column created_by cascade;", []),
    ],
)
def test_tenants(team_bench: Workbench, sql: str, astray: list[str]) -> None:
    """Mutants of a table that belongs to a tenant, over one step and over several."""
    bench = house(team_bench, **TENANTS)
    found = findings(bench, "conventions", f"set search_path = public, extensions; {sql}")
    assert [(f.rule, f.object) for f in found] == [("conventions/tenant", f"public.{table}") for table in astray]
    mended = sql + "".join(f.fix for f in found)
    if found:
        assert found[0].line
        assert findings(bench, "conventions", f"set search_path = public, extensions; {mended}") == [], mended


def test_a_second_root_will_do(team_bench: Workbench) -> None:
    bench = house(team_bench, tenants=["organizations", "auth.users"])
    sql = "create table public.things (user_id uuid not null references auth.users (id));"
    assert findings(bench, "conventions", sql) == []


def test_a_root_that_is_not_there_is_said(team_bench: Workbench) -> None:
    seen = result(house(team_bench, tenants=["organisations"]), "conventions", "create table public.things (id uuid);")
    assert (seen.status, seen.findings) == ("not-checked", [])
    assert "there is no public.organisations" in seen.evidence
    made = "create table public.organisations (id uuid primary key); create table public.things (id uuid);"
    assert told(house(team_bench, tenants=["organisations"]), "conventions", made) == {("tenant", "public.things")}


def test_what_belongs_to_no_tenant_says_why(team_bench: Workbench) -> None:
    sql = "create table public.things (id uuid primary key);\n-- allow: conventions/tenant on {}: reference data"
    for named, open_ in (("public.things", []), ("things", []), ("public.parts", ["conventions/tenant"])):
        report = house(team_bench, **TENANTS).judge([draft(sql.format(named))])
        assert [f.rule for f in report.findings() if f.rule.startswith("conventions/")] == open_


COLUMNS = {
    "organization_id": "uuid not null references organizations on delete cascade",
    "deleted_at": "timestamptz null",
    "version": "int4 not null default 1",
    "created_by": "uuid references auth.users",
}
KEPT = [
    "organization_id uuid not null references public.organizations (id) on delete cascade",
    "deleted_at timestamp with time zone",
    "version integer default 1 not null",
    "created_by uuid not null references auth.users (id) on delete set null",
]


@pytest.mark.parametrize(
    ("place", "instead", "said"),
    [
        (0, "", "has no column organization_id"),
        (0, KEPT[0].replace("not null ", ""), "lets organization_id be empty"),
        (0, "organization_id uuid not null", "without the foreign key to public.organizations (id)"),
        (0, KEPT[0].replace("organizations", "documents"), "without the foreign key to public.organizations (id)"),
        (0, KEPT[0].replace("cascade", "restrict"), "that does `on delete cascade`"),
        (1, "deleted_at timestamp", "has deleted_at as timestamp without time zone, not timestamp with time zone"),
        (1, "deleted_at timestamptz not null", "does not let deleted_at be empty"),
        (2, "version bigint not null default 1", "has version as bigint, not integer"),
        (2, "version integer not null default 0", "has version with the default 0, not 1"),
        (2, "version integer not null", "has version with the default NULL, not 1"),
        (3, "created_by uuid", "without the foreign key to auth.users (id)"),
        (3, "created_by text", "has created_by as text, not uuid"),
    ],
)
def test_columns(team_bench: Workbench, place: int, instead: str, said: str) -> None:
    """Mutants of a table that has all of them, each mended by what its finding proposes."""
    bench = house(team_bench, columns=COLUMNS)
    columns = [*KEPT[:place], *filter(None, [instead]), *KEPT[place + 1 :]]
    (found,) = findings(bench, "conventions", f"create table public.things ({', '.join(columns)});")
    assert found.object == f"public.things.{list(COLUMNS)[place]}"
    assert said in found.message
    if "as text" not in said:  # a key on a column that was text is a second step
        sql = f"create table public.things ({', '.join(columns)}); {found.fix}"
        kept = {f.object for f in findings(bench, "conventions", sql)}
        assert kept == set(), found.fix


def test_columns_of_what_was_there(team_bench: Workbench) -> None:
    """Nobody asks old tables for them; but what had them keeps them, and no table refers to itself."""
    bench = house(team_bench, columns={"organization_id": COLUMNS["organization_id"], "created_by": "uuid"})
    for sql, expected in [
        (f"create table public.things ({', '.join(KEPT)});", set()),
        ("alter table public.comments add column note text;", set()),
        ("alter table public.documents add column note text, drop constraint documents_status_check;", set()),
        ("alter table public.documents rename to papers;", set()),
        ("alter table public.documents alter column organization_id drop not null;", {"documents.organization_id"}),
        ("alter table public.documents drop column created_by cascade;", {"documents.created_by"}),
        ("drop table public.documents cascade;", set()),
    ]:
        found = {f.object.removeprefix("public.") for f in findings(bench, "conventions", sql)}
        assert found == expected, sql
    own = house(team_bench, columns={"home_id": "uuid not null references public.homes (id)"})
    assert findings(own, "conventions", "create table public.homes (id uuid primary key);") == []


def test_a_column_that_cannot_be_yet_is_said(team_bench: Workbench) -> None:
    bench = house(team_bench, columns={"a": "public.mood", "b": "text"})
    seen = result(bench, "conventions", "create table public.things (id uuid);")
    assert 'a, as type "public.mood" does not exist' in seen.evidence
    assert [f.object for f in seen.findings] == ["public.things.b"]


@pytest.mark.parametrize(
    ("rules", "sql", "expected"),
    [
        ({"schemas": ["public", "app"]}, "create table public.things (id uuid);", None),
        ({"schemas": ["public"]}, "create schema app; create table app.things (id uuid);", ("schema", "app.things")),
        ({"schemas": ["public"]}, "create schema app; create type app.mood as (a text);", None),
        ({"uuid_default": "gen_random_uuid()"}, "create table public.things (id uuid primary key);", None),
        (
            {"uuid_default": "gen_random_uuid()"},
            "create table public.things (id uuid primary key default extensions.uuid_generate_v4());",
            ("uuid-default", "public.things.id"),
        ),
        (
            {"uuid_default": "uuid_generate_v4()"},
            "create table public.things (id uuid primary key default extensions.uuid_generate_v4(), "
            "other uuid default gen_random_uuid());",
            None,
        ),
        (
            {"uuid_default": "gen_random_uuid()"},
            "create table public.things (id uuid primary key default auth.uid() references auth.users (id));",
            None,
        ),
        (
            {"forbid": ["on delete cascade"]},
            "create table public.things (child_id uuid references public.children (id) on delete cascade);",
            ("forbidden", "public.things.child_id"),
        ),
        ({"forbid": ["on delete cascade"]}, "alter table public.children rename to kids;", None),
        (
            {"forbid": ["on delete cascade"]},
            "alter table public.lessons add column badge_id uuid references public.badges (id) on delete set null;",
            None,
        ),
        ({"forbid": ["enum"]}, "create type public.mood as enum ('a');", ("forbidden", "public.mood")),
        ({"forbid": ["enum"]}, "alter type public.emotion_type add value if not exists 'calmer';", None),
        (
            {"forbid": ["security definer"]},
            "create function public.f() returns integer security definer return 1;",
            ("forbidden", "public.f()"),
        ),
        (
            {"forbid": ["security definer"]},
            "alter function public.get_emotion_summary(uuid, integer) security definer;",
            ("forbidden", "public.get_emotion_summary(uuid,integer)"),
        ),
        ({"forbid": ["security definer"]}, "alter function public.log_child_change() rename to log_change;", None),
    ],
)
def test_the_rest(bench: Workbench, rules: dict[str, Any], sql: str, expected: tuple[str, str] | None) -> None:
    bench = house(bench, **rules)
    found = findings(bench, "conventions", sql)
    assert [(f.rule.split("/")[1], f.object) for f in found] == [expected] * bool(expected)
    if found and found[0].fix and "public.children" not in sql:
        assert findings(bench, "conventions", f"{sql} {found[0].fix}") == []


@pytest.mark.parametrize(("rules", "there"), [({}, False), ({"text": "Be kind."}, False), (TENANTS, True)])
def test_is_on_the_checklist_where_there_is_something_to_enforce(
    team_bench: Workbench, rules: dict[str, Any], there: bool
) -> None:
    report = house(team_bench, **rules).judge([draft("comment on table public.documents is 'x';")])
    assert [check.id for check in report.checks if check.id == "conventions"] == ["conventions"] * there
    assert len(report.checks) == 17 + there


NAMED = {
    "column": "{name}",
    "constraint": "{table}_({columns}_)?{kind}|{table}_{name}_check",
    "index": "idx_{table}_{columns}(_{kind})?",
    "policy": "[A-Z][a-z]+ (and [a-z]+ )?can .+",
    "trigger": "{name}",
    "type": "{name}",
}
HOUSES = {
    "inner_odyssey": {
        "schemas": ["public"],
        "tenants": ["profiles"],
        "uuid_default": "uuid_generate_v4()",
        "columns": {"created_at": "timestamptz not null default now()"},
        "names": NAMED | {"table": "{name}s|children|user_progress"},
    },
    "team_docs": {
        "schemas": ["public"],
        "tenants": ["organizations"],
        "uuid_default": "gen_random_uuid()",
        "columns": {"created_at": "timestamptz not null default now()"},
        "names": NAMED | {"table": "{name}s|activity_log", "function": "{name}"},
    },
}
"""As these teams would have written them down."""
EXCEPTIONS = {
    ("conventions/tenant", "public.lessons"),  # content, the same for all families
    ("conventions/tenant", "public.badges"),
    ("conventions/tenant", "public.skills"),
    ("conventions/tenant", "public.audit_log"),  # outlives the account
    ("conventions/name", "public.audit_log"),
    ("conventions/tenant", "public.profiles"),  # of a person, who may be in several organizations
}


@pytest.mark.parametrize(("name", "exceptions"), [("inner_odyssey", 5), ("team_docs", 1)])
def test_the_samples_own_history_keeps_its_rules(name: str, exceptions: int) -> None:
    """All of it as one migration of an empty database: nothing is found but what these rules do mean to find."""
    project = Project.find(PROJECTS / name)
    history = "\n".join(migration.text.replace(" concurrently", "") for migration in project.migrations)
    with Workbench.open(project, before=project.migrations[0].version) as empty:
        bench = house(empty, **HOUSES[name])
        found = [f for check in ("conventions", "indexes") for f in findings(bench, check, history)]
    assert {(f.rule, f.object) for f in found} <= EXCEPTIONS
    assert len(found) == exceptions
