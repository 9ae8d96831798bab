"""Rows of tables of every kind, and of none."""

from collections import Counter

from tools.contents import contents
from tools.postgres.server import Connection

MADE = """
create table public.empty (id int);
create table public.parent (id int);
create table public.heir () inherits (public.parent);
insert into public.heir values (1);
create table public.whole (id int, at timestamptz default now(), updated_at date) partition by list (id);
create table public.part partition of public.whole default;
insert into public.whole values (2, '2026-01-01', '2026-01-02');
create materialized view public.seen as select 3 as id;
create materialized view public.unseen as select 4 as id with no data;
create table public."Odd ""one." (id int);
insert into public."Odd ""one." values (5), (5);
"""
NAMES = ["empty", "parent", "heir", "whole", "part", "seen", "unseen", '"Odd ""one."', "nowhere"]


def test_rows_of_all_that_is_there(db: Connection) -> None:
    db.execute(MADE)
    two = '{"id": 2, "updated_at": "2026-01-02"}'
    found = contents(db, [*(f"public.{name}" for name in NAMES), "gone.table"], timeless=True)
    assert found == {
        "public.empty": Counter(),
        "public.parent": Counter(['{"id": 1}']),
        "public.heir": Counter(['{"id": 1}']),
        "public.whole": Counter([two]),
        "public.part": Counter([two]),
        "public.seen": Counter(['{"id": 3}']),
        'public."Odd ""one."': Counter(['{"id": 5}'] * 2),
    }
    assert contents(db, ["public.part"], unstamped=True, timeless=True) == {"public.part": Counter(['{"id": 2}'])}
    assert contents(db, []) == {}
