"""The hostile drafts: those of `drafts/*.sql`, and those too large to be written down.

A draft in a file begins with its name and what must be said of it, a rule and a pattern for the finding's object and
message; its rollback, where it has one, stands on its last line:

    -- draft: a file is read
    -- expect: applies/error: permission denied
    select pg_read_file('/etc/passwd');

Where an older server says otherwise, a line "-- before 16: ..." follows the second.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.migration import Migration

FOLDER = Path(__file__).parent / "drafts"
HEAD = "-- Migration: Hostile\n-- Created: 2027-11-22\n-- Purpose: to see what happens\n\n"
_DRAFT = re.compile(
    r"^-- draft: (?P<name>.+)\n-- expect: (?P<rule>[\w-]+/[\w-]+): (?P<words>.+)\n"
    r"(?:-- before 16: (?P<older_rule>[\w-]+/[\w-]+): (?P<older_words>.+)\n)?(?P<sql>(?:(?!-- draft: ).*\n)+)",
    re.MULTILINE,
)
_HURRY = 0.1
"""Seconds for what nothing else ends."""
_ROLLBACK = re.compile(r"^-- rollback: (.+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Draft:
    name: str
    rule: str
    words: str
    """A regular expression for the object and the message of one finding under that rule."""
    sql: str
    rollback: str = "select 1;"
    seconds: float = 30.0
    """How long one run may take; short where nothing else ends it."""
    older: tuple[str, str] | None = None
    """Rule and words on a server before Postgres 16, where those are others."""

    def expected(self, postgres: str) -> tuple[str, str]:
        """Rule and words on a server of that version."""
        return self.older if self.older and int(postgres.split(".")[0]) < 16 else (self.rule, self.words)

    @property
    def migration(self) -> Migration:
        return written(self.sql, self.rollback)


def written(sql: str, rollback: str = "select 1;") -> Migration:
    """A draft as a file, later than all others."""
    return Migration("20271122081500_hostile.sql", f"{HEAD}{sql}\n-- Rollback\n-- {rollback}\n")


def drafts() -> list[Draft]:
    return [*(draft for path in sorted(FOLDER.glob("*.sql")) for draft in _read(path)), *_large()]


def _read(path: Path) -> Iterator[Draft]:
    for match in _DRAFT.finditer(path.read_text(encoding="utf-8")):
        rollback = _ROLLBACK.search(match["sql"])
        undo = rollback[1] if rollback else "select 1;"
        stuck = {"still running": _HURRY, "did not come back": 1.0}  # the latter only sleeps, after what must work
        seconds = next((limit for words, limit in stuck.items() if words in match["words"]), 30.0)
        older = (match["older_rule"], match["older_words"]) if match["older_rule"] else None
        sql = _ROLLBACK.sub("", match["sql"])
        yield Draft(match["name"], match["rule"], match["words"], sql, undo, seconds, older)


def _large() -> Iterator[Draft]:
    yield Draft("parentheses", "applies/error", "memory exhausted", f"select {'(' * 20_000}1{')' * 20_000};")
    yield Draft(
        "a block in a block in a block",
        "applies/error",
        "memory exhausted|stack depth|too deep",
        f"do $$ {'begin ' * 20_000}{'end; ' * 20_000} $$;",
    )
    yield Draft(
        "a name as long as a page",
        "idempotent/error",
        "already exists",
        f"create table public.{'x' * 5_000} (id uuid primary key);",
    )
    yield Draft(
        "more columns than a table has room for",
        "applies/error",
        "at most 1600 columns",
        f"create table public.wide ({', '.join(f'c{n} integer' for n in range(1_601))});",
    )
    yield Draft(
        "ten thousand statements, and the last is wrong",
        "applies/error",
        "still running after|nowhere",
        "select 1;\n" * 10_000 + "select * from public.nowhere;",
        seconds=_HURRY,
    )
    yield Draft("a literal of seven megabytes", "applies/error", "nowhere", f"select '{'z' * 7_000_000}', nowhere;")
    yield Draft(
        "partitions by the thousand",
        "applies/error",
        "still running after|shared memory",
        "create table public.parts (n integer) partition by range (n);\n"
        "do $$ begin for g in 1..10000 loop\n"
        "  execute format('create table public.part_%s partition of public.parts for values from (%s) to (%s)',"
        " g, g, g + 1);\nend loop; end $$;",
        seconds=_HURRY,
    )
    yield Draft(
        "tables by the thousand",
        "applies/error",
        "still running after",
        f"{_tables(2_500)}select pg_sleep(60);",
        seconds=_HURRY,
    )
    yield Draft("tables by the hundred", "rls/disabled", "public.t309", _tables(310))


def _tables(number: int) -> str:
    return "".join(f"create table if not exists public.t{n} (id uuid primary key);\n" for n in range(number))
