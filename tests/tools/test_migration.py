"""Reading the form of a migration file."""

import pytest

from tools.migration import Migration

HEAD = "-- Migration: Add t\n-- Created: 2026-01-02\n-- Purpose: because\n\n"
BODY = HEAD + "create table t (id int);\n\n"


def rollback_of(tail: str) -> list[str]:
    block = Migration("20260101000000_t.sql", BODY + tail).rollback
    return [" ".join(s.text.split()) for s in Migration("", block.sql).statements] if block else []


def test_name_header_sections_waivers() -> None:
    migration = Migration(
        "20260102030405_add_t.sql",
        HEAD + "-- ====\n-- SECTION 1: CREATE/ALTER TABLES\n-- ====\n"
        "-- allow: rls/anon on public.t: prices are public\n-- allow: grants/anon: same\ncreate table t (id int);",
    )
    assert (migration.version, migration.slug) == ("20260102030405", "add_t")
    assert migration.header == {"migration": "Add t", "created": "2026-01-02", "purpose": "because"}
    assert [(s.number, s.title, s.line) for s in migration.sections] == [(1, "CREATE/ALTER TABLES", 6)]
    assert [(w.rule, w.object, w.reason, w.line) for w in migration.waivers] == [
        ("rls/anon", "public.t", "prices are public", 8),
        ("grants/anon", None, "same", 9),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "-- To reverse this migration, run:",
        "-- Rollback",
        "-- ROLLBACK:",
        "-- Down",
        "-- down migration",
        "-- ====\n-- ROLLBACK (run by hand)\n-- ====",
        "-- How to roll back",
        "-- Undo:",
        "-- Revert:",
        "-- === Rollback ===\n--\n-- To reverse this migration, run the following.\n-- It loses nothing:",
    ],
)
@pytest.mark.parametrize("mark", ["-- ", "--", "--   "])
def test_headings_that_people_use(heading: str, mark: str) -> None:
    assert rollback_of(f"{heading}\n{mark}drop table if exists t;\n") == ["drop table if exists t"]


def test_block_comment() -> None:
    assert rollback_of("/*\nRollback:\n\ndrop table t;\n*/\n") == ["drop table t"]


def test_prose_between_and_statements_over_lines() -> None:
    tail = """-- Rollback
-- Drop the guard first (it reads the table), then the rest:
-- do $$
-- begin
--   execute 'drop view v';
-- end
-- $$;
-- Then the table goes.
-- alter table u
--   drop column a,
--   drop column b;
-- drop table t; -- last
"""
    assert rollback_of(tail) == [
        "do $$ begin execute 'drop view v'; end $$",
        "alter table u drop column a, drop column b",
        "drop table t",
    ]


def test_lines_match_the_file() -> None:
    block = Migration("x", BODY + "-- Rollback\n-- drop table t;\n").rollback
    assert block is not None
    assert block.line == 7
    assert Migration("", block.sql).statements[0].line == 8


def test_no_rollback() -> None:
    assert Migration("x", BODY).rollback is None
    assert Migration("x", BODY + "-- reversed words are no heading\n").rollback is None
    assert Migration("x", HEAD + "-- Down payments of a customer\ncreate table t (id int);").rollback is None


def test_a_wrong_statement_is_kept_for_postgres_to_refuse() -> None:
    block = Migration("x", BODY + "-- Rollback\n-- drop tabel t;\n").rollback
    assert block is not None
    assert block.sql.strip() == "drop tabel t;"


def test_irreversible() -> None:
    block = Migration("x", BODY + "-- Rollback\n-- Irreversible: the old values are gone\n").rollback
    assert block is not None
    assert block.irreversible == ((8, "the old values are gone"),)
    assert block.sql.strip() == ""
