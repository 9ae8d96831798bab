"""What is written holds where it was written, and no longer where a policy, a constraint or a trigger is broken."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from psycopg import errors

from evals.cases import goldens
from tools.migration import Migration
from tools.pgtap.inserts import timeless
from tools.pgtap.write import MARK, Tests, write_tests
from tools.postgres.server import Connection
from tools.workbench import Workbench

PGTAP = Path(__file__).with_name("pgtap.sql").read_text()


def migrations(case: str) -> tuple[Migration, ...]:
    return next(golden.migrations for golden in goldens() if golden.case == case)


def written(bench: Workbench, golden: str) -> Tests:
    tests = write_tests(bench, migrations(golden))
    assert tests is not None
    return tests


@contextmanager
def migrated(bench: Workbench, golden: str) -> Iterator[Connection]:
    """A database with the migration and pgTAP's functions, and with the seed, which the file does not need."""
    with bench.session(transaction=False) as session:
        for migration in migrations(golden):
            assert session.run(migration.script).ok
        session.conn.execute(PGTAP.encode())
        yield session.conn


def failed(conn: Connection, tests: Tests) -> list[str]:
    """The assertions that do not hold, and the error that ends the file, if one does."""
    try:
        cursor = conn.execute(tests.text.encode())
    except errors.Error as error:
        conn.execute("rollback")
        return [str(error)]
    lines: list[str] = []
    while True:
        lines += [str(row[0]) for row in cursor.fetchall()] if cursor.description else []
        if not cursor.nextset():
            break
    assert lines[0] == f"1..{len(lines) - 1}"
    return [line for line in lines[1:] if not line.startswith("ok ")]


@pytest.fixture(scope="module")
def quests(bench: Workbench) -> Tests:
    return written(bench, "quests")


@pytest.fixture(scope="module")
def shares(team_bench: Workbench) -> Tests:
    return written(team_bench, "document_shares")


def test_holds(bench: Workbench, team_bench: Workbench, quests: Tests, shares: Tests) -> None:
    with migrated(bench, "quests") as conn:
        assert failed(conn, quests) == []
    with migrated(team_bench, "document_shares") as conn:
        assert failed(conn, shares) == []


def test_reads_well(quests: Tests) -> None:
    assert quests.name == "quests.test.sql"
    assert quests.text.startswith(MARK)
    assert quests.text.count("plan(") == 1
    assert f"plan({quests.assertions})" in quests.text
    for words in (
        "the owner reads their row of quests",
        "another user does not read the owner''s row of quests",
        "a user without rows changes no row of quests at all",
        "somebody who is not signed in does not read the owner''s row of quests",
        "the owner does not hand a row of quests over to somebody else",
        "quests/quests_valid_expiry refuses a row",
        "quests: the trigger sets updated_at",
    ):
        assert f"'{words}'" in quests.text


@pytest.mark.parametrize(
    ("breach", "words"),
    [
        ('alter policy "Parents view quests of own children" on public.quests using (true)',
         "another user does not read"),
        ('alter policy "Parents update quests of own children" on public.quests using (true) with check (true)',
         "changes no row"),
        ('alter policy "Parents update quests of own children" on public.quests with check (true)', "hand a row"),
        ('alter policy "Parents add quests for own children" on public.quests with check (true)',
         "another user does not add"),
        ('drop policy "Parents view quests of own children" on public.quests', "the owner reads"),
        ("alter table public.quests disable row level security", "another user does not read"),
        ("grant select on public.quests to anon", "somebody who is not signed in"),
        ("alter table public.quests drop constraint quests_valid_expiry", "quests_valid_expiry"),
        ("alter table public.quests alter title drop not null", "quests.title not null"),
        ("alter table public.quests drop constraint quests_badge_id_fkey", "quests_badge_id_fkey"),
        ("drop trigger update_quests_updated_at on public.quests", "the trigger sets updated_at"),
        ("alter table public.quests disable trigger update_quests_updated_at", "the trigger sets updated_at"),
    ],
)  # fmt: skip
def test_fails_when_something_is_broken(bench: Workbench, quests: Tests, breach: str, words: str) -> None:
    with migrated(bench, "quests") as conn:
        conn.execute(breach.encode())
        assert any(words in line for line in failed(conn, quests)), failed(conn, quests)


def test_fails_for_each_policy_that_lets_everybody_in(team_bench: Workbench, shares: Tests) -> None:
    with migrated(team_bench, "document_shares") as conn:
        policies = conn.execute("select polname from pg_policy where polrelid = 'public.document_shares'::regclass")
        for (name,) in policies.fetchall():
            clauses = conn.execute(
                "select polqual is not null, polwithcheck is not null from pg_policy where polname = %s", [name]
            ).fetchone()
            words = zip(("using (true)", "with check (true)"), clauses or (), strict=True)
            conn.execute("begin")
            conn.execute(
                f'alter policy "{name}" on public.document_shares {" ".join(w for w, has in words if has)}'.encode()
            )
            conn.execute("commit")
            assert failed(conn, shares), name


def test_nothing_to_write(bench: Workbench) -> None:
    assert write_tests(bench, [Migration("29990101000000_words.sql", "comment on table public.badges is 'x';")]) is None
    assert write_tests(bench, [Migration("29990101000000_broken.sql", "select 1 / 0;")]) is None


def test_of_what_the_file_says_nothing_is_ours(quests: Tests) -> None:
    assert not re.search(r"_throwaway|migration_agent", quests.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'2026-03-31 10:00:21.5+00'", "'2026-03-31 10:00:21.5+00'"),
        ("'2026-03-30 10:00:00.25+00'", "now() - interval '1 days'"),
        ("'2026-03-31 10:00:00.25+00'", "now()"),
        ("'2026-04-30 10:02:00+00:00'", "now() + interval '30 days 2 minutes'"),
        ("'2026-03-01 10:00:00+00'", "'2026-03-01 10:00:00+00'"),
        ("'2026-04-10'", "(current_date + 10)"),
        ("'2020-01-01'", "'2020-01-01'"),
        ("'due 2026-04-10'", "'due 2026-04-10'"),
    ],
)
def test_times_to_come_stay_to_come(text: str, expected: str) -> None:
    assert timeless(text, datetime(2026, 3, 31, 10, 0, 0, 250_000, UTC)) == expected
