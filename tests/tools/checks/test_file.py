from pathlib import Path

import pytest

from tests.tools.checks.judged import findings
from tools.checks._escapes import escapes
from tools.migration import Migration
from tools.project import Project
from tools.workbench import Workbench

HEADER = "-- Migration: Add x\n-- Created: 2026-11-22\n-- Purpose: For a test.\n\n"


def words(text: str) -> list[tuple[int | None, str]]:
    return [(f.line, f.message.split()[0]) for f in escapes(Migration("20261122000000_x.sql", text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("select 1;\ncommit;\nselect 2;", [(2, "COMMIT")]),
        ("begin;\nselect 1;\ncommit;", []),
        ("start transaction;\nselect 1;\nend;", []),
        ("begin;\nselect 1;", [(1, "BEGIN")]),
        ("begin;\nselect 1;\nselect 2;\nrollback;", [(1, "BEGIN"), (4, "ROLLBACK")]),
        ("begin;\nselect 1;\ncommit;\nbegin;\nselect 2;\ncommit;", [(3, "COMMIT"), (4, "BEGIN")]),
        ("begin;\nselect 1;\ncommit and chain;", [(3, "COMMIT")]),
        ("savepoint a;\nrelease a;", [(1, "SAVEPOINT"), (2, "RELEASE")]),
        ("prepare transaction 'x';", [(1, "PREPARE")]),
        ("do $$ begin\n  commit;\nend $$;", [(1, "The")]),
        ("do $$ begin\n  perform 'commit';\nend $$;", []),
        ("create function f() returns void language sql as $$ select 1; -- commit;\n$$;", []),
        ("\\i other.sql\nselect 1;", [(1, "\\i")]),
        ("select 1;\n  \\copy t from 'x.csv'", [(2, "\\copy")]),
        ("select 'a\n\\i b';\n-- \\i c\n/*\n\\i d\n*/\nselect $$\n\\i e\n$$;", []),
        ("copy t from stdin;\n1\tit's\n\\.\n", [(3, "\\."), (1, "COPY")]),
        ("copy t (a)\nfrom stdin;", [(1, "COPY")]),
        ("-- copy t from stdin\nselect broken from;", []),
        ("select 1;\n-- Rollback\n-- drop table t;\n-- commit;\n-- select 1;", [(4, "COMMIT")]),
    ],
)
def test_escapes(text: str, found: list[tuple[int, str]]) -> None:
    assert words(text) == found


def banner(number: int, title: str) -> str:
    return f"-- ====\n-- SECTION {number}: {title}\n-- ====\n"


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        (banner(1, "CREATE/ALTER TABLES") + "select 1;", []),
        (banner(1, "Tables") + "select 1;\n" + banner(5, "COMMENTS (for documentation)") + "select 2;", []),
        (banner(3, "ROW LEVEL SECURITY (RLS) - CRITICAL!") + "select 1;", []),
        ("set lock_timeout = '2s';\n" + banner(1, "TABLES") + "select 1;", []),
        ("select 1;", ["The file has no section banners."]),
        ("select 0;\n" + banner(1, "TABLES") + "select 1;", ["1 statement stands before the first banner."]),
        (banner(6, "MORE") + "select 1;", ["Section 6 does not exist."]),
        (banner(2, "TABLES") + "select 1;", ['Section 2 is called "TABLES".']),
        (banner(2, "INDEXES") + "select 1;\n" + banner(2, "INDEXES") + "select 2;", ["Section 2 is there twice."]),
        (banner(1, "TABLES") + banner(2, "INDEXES") + "select 1;", ["Section 1 is empty."]),
        (
            banner(4, "FUNCTIONS") + "select 1;\n" + banner(2, "INDEXES") + "select 2;",
            ["Section 2 comes after section 4."],
        ),
        ("-- nothing to do", []),
    ],
)
def test_sections(bench: Workbench, body: str, messages: list[str]) -> None:
    assert [f.message for f in findings(bench, "file", HEADER + body) if f.rule == "file/section"] == messages


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER, None),
        (HEADER.replace("2026-11-22", "2026-11-22 08:15"), None),
        ("/*\nMigration: Add x\nCreated: 2026-11-22\nPurpose: For a test.\n*/\n", None),
        (HEADER.replace("Add x", ""), "The header has no Migration."),
        ("", "The header has no Migration and no Created and no Purpose."),
        (HEADER.replace("2026-11-22", "today"), "Created is 'today', which is not a date."),
        ("select 0;\n" + HEADER, "The header has no Migration and no Created and no Purpose."),
    ],
)
def test_header(bench: Workbench, header: str, message: str | None) -> None:
    assert [f.message for f in findings(bench, "file", header + "select 1;") if f.rule == "file/header"] == (
        [message] if message else []
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("29990101000000_add_quests.sql", set()),
        ("-", set()),
        ("29990101_add_quests.sql", {"file/name"}),
        ("29990101000000_AddQuests.sql", {"file/name"}),
        ("29990101000000-add-quests.sql", {"file/name"}),
        ("add_quests.sql", {"file/name"}),
        ("20200101000000_add_quests.sql", {"file/order"}),
        ("20261005101500_the_same_version.sql", {"file/order"}),
    ],
)
def test_name_and_order(bench: Workbench, name: str, expected: set[str]) -> None:
    findings = bench.judge([Migration(name, HEADER)]).findings()
    assert {f.rule for f in findings if f.rule.startswith("file/")} == expected


def test_order_of_the_projects_own_files(sample: Path) -> None:
    """A file that is not the newest is judged at its place; one of two with the same version is an error."""
    folder = sample / "supabase" / "migrations"
    twin = folder / "20261005101500_twin.sql"
    twin.write_text(HEADER)
    project = Project.find(sample)
    found = {m.file_name: r for m, r in Workbench.walk(project, {"20260914083000", "20261005101500"})}
    wrong = {name for name, report in found.items() if any(f.rule == "file/order" for f in report.findings())}
    assert wrong == {"20261005101500_detail_child_audit.sql", twin.name}


def test_a_version_that_leaves_no_later_one(sample: Path) -> None:
    """Some projects keep one file last for good; the others are judged all the same."""
    (sample / "supabase" / "migrations" / "99999999999999_last.sql").write_text(HEADER)
    with Workbench.open(Project.find(sample)) as bench:
        (order,) = findings(bench, "file", HEADER)
    assert order.rule == "file/order"
    assert "no later 14-digit version" in order.hint
