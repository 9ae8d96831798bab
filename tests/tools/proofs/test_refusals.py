"""Each constraint on a row that breaks it and one that keeps it."""

import pytest

from tests.tools.checks.judged import draft
from tools.proofs.prove import prove
from tools.proofs.refusals import Refusal
from tools.workbench import Workbench

PARTS = "id uuid primary key default gen_random_uuid()"


def refusals(bench: Workbench, sql: str) -> dict[str, Refusal]:
    with bench.session_aside() as session:
        proofs = prove(session, draft(sql))
    assert proofs is not None
    assert not proofs.failed
    return {refusal.constraint.name: refusal for refusal in proofs.refusals}


def verdict(refusal: Refusal) -> str:
    if refusal.dead or refusal.unsatisfiable:
        return "dead" if refusal.dead else "unsatisfiable"
    return refusal.sqlstate if refusal.proved else "not proved"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("x integer check (x between 1 and 5)", "23514"),
        ("x integer check (x > 0 or true)", "dead"),
        ("x integer check (x > 0 or x <= 10)", "dead"),
        ("x integer check (x >= 0 or x is null)", "23514"),
        ("x integer not null check (x is not null)", "not proved"),  # NOT NULL comes first
        ("x smallint check (x < 40000)", "not proved"),  # its type comes first
        ("x smallint check (x < 400 or x > 100)", "dead"),
        ("x integer check (x < 0 and x > 10)", "unsatisfiable"),
        ("x uuid, y uuid check ((x is null and y is not null) or (x is not null and y is null))", "23514"),
        ("x uuid, y uuid check (num_nonnulls(x, y) = 1)", "23514"),
        ("x integer not null check (x = 3 and x <> 3)", "unsatisfiable"),
        ("x numeric(3, 2) check (x > 2.5 and x < 2.75)", "23514"),
        ("x numeric check (x > 0.1 or x < 0.2)", "dead"),
        ("x text check (x in ('a', 'b'))", "23514"),
        ("x text check (x in ('a', null))", "dead"),
        ("x text check (x <> 'a' or x <> 'b')", "dead"),
        ("x text check (x = 'a' and x = 'b')", "unsatisfiable"),
        ("x text check (char_length(x) between 3 and 20)", "23514"),
        ("x text check (length(trim(x)) >= 0)", "dead"),
        ("x varchar(5) check (length(x) <= 5)", "not proved"),
        ("x text check (length(x) <= 100000)", "23514"),
        ("x text check (length(x) <= 1000000000)", "not proved"),
        ("x text[] check (array_length(x, 1) > 0)", "dead"),  # of an empty array it is NULL
        ("x text check (x ~ '^[a-z]+$')", "23514"),
        ("x text check (x ~ '.*')", "not proved"),  # nobody can say what a pattern refuses
        ("x text check (x = lower(x))", "23514"),
        ("x text check (x like 'https://%')", "23514"),
        ("x boolean check (x or not x)", "not proved"),
        ("x boolean check (x)", "23514"),
        ("x date check (x >= '2020-01-01')", "23514"),
        ("x date check (x > current_date)", "23514"),
        ("x jsonb check (jsonb_typeof(x) = 'object')", "23514"),
        ("x text[] check (cardinality(x) <= 3)", "23514"),
        ("x text[] check (x <@ array['a', 'b'])", "23514"),
        ("x public.emotion_type check (x::text <> 'nothing of the kind')", "not proved"),
        ("x timestamptz, y timestamptz, check (y > x)", "23514"),
        ("x integer, y text, check ((y = 'paid') = (x is not null))", "23514"),
        ("x integer check (x > 0), y integer, check (y > x)", "23514"),
        ("x integer, y integer generated always as (x * 2) stored check (y > 0)", "23514"),
    ],
)  # fmt: skip
def test_checks(bench: Workbench, columns: str, expected: str) -> None:
    found = refusals(bench, f"create table public.t ({PARTS}, {columns});")
    checks = [verdict(r) for r in found.values() if r.constraint.kind == "c"]
    assert checks == [expected] * len(checks)
    assert checks


@pytest.mark.parametrize(
    ("columns", "name", "expected"),
    [
        ("x uuid references public.children (id)", "t_x_fkey", "23503"),
        ("x uuid references public.children (id) deferrable initially deferred", "t_x_fkey", "23503"),
        ("x uuid references auth.users (id)", "t_x_fkey", "23503"),
        ("x text unique", "t_x_key", "23505"),
        ("x text, y integer, unique (x, y)", "t_x_y_key", "23505"),
        ("x text, unique (id, x)", "t_id_x_key", "not proved"),  # the primary key comes first
        ("x uuid unique references public.children (id)", "t_x_key", "23505"),
        ("x daterange, exclude using gist (x with &&)", "t_x_excl", "23P01"),
        ("x text not null", "x", "23502"),
        ("x text not null default 'a'", "x", "23502"),
        ("x integer", "t_pkey", "23505"),
    ],
)
def test_keys(bench: Workbench, columns: str, name: str, expected: str) -> None:
    assert verdict(refusals(bench, f"create table public.t ({PARTS}, {columns});")[name]) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create unique index one on public.children (parent_id) where avatar_url is not null;", {"one": "23505"}),
        ("create unique index one on public.children (lower(name));", {"one": "23505"}),
        (
            "create unique index one on public.badges (tier) where name = 'x';",
            {"one": "not proved"},
        ),  # names are unique
        ("alter table public.children add constraint c check (birth_date < '2100-01-01') not valid;", {"c": "23514"}),
        (
            "update public.children set birth_date = '2015-01-01'; "
            "alter table public.children alter column birth_date set not null;",
            {"birth_date": "23502"},
        ),
        ("alter table public.children rename to kids;", {}),
        ("comment on table public.children is 'x';", {}),
        (f"create table public.t ({PARTS}, x integer check (x > 0) not enforced);", {"t_pkey": "23505"}),
    ],
)
def test_what_is_new(bench: Workbench, sql: str, expected: dict[str, str]) -> None:
    found = {name: verdict(refusal) for name, refusal in refusals(bench, sql).items()}
    if "rename" in sql:
        return  # the check leaves out what was only renamed
    assert found == expected


def test_a_trigger_that_mends_the_row_is_said(bench: Workbench) -> None:
    sql = f"""
    create table public.t ({PARTS}, x integer not null check (x > 0));
    create function public.f() returns trigger language plpgsql as 'begin new.x := 7; return new; end';
    create trigger mend before insert on public.t for each row execute function public.f();
    """
    found = refusals(bench, sql)
    assert [found[name].why for name in ("x", "t_x_check")] == [
        "something fills it in",
        "no value was found that breaks it",
    ]


def test_the_rows_can_be_kept(bench: Workbench) -> None:
    """Both statements do again what they did."""
    sql = f"create table public.t ({PARTS}, x text check (x <> ''), y integer unique);"
    found = refusals(bench, sql)
    with bench.session_aside() as session:
        session.run(sql)
        for refusal in found.values():
            with session.savepoint():
                assert session.run(refusal.accepted).ok
                failure = session.run(refusal.refused).failure
                assert failure
                assert failure.sqlstate == refusal.sqlstate
