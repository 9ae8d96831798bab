"""Good migrations broken in one place by machine: the checklist has to notice, and name the rule."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import PROJECTS
from tests.tools.checks.conftest import read_examples
from tests.tools.checks.judged import rules
from tests.tools.checks.mutants_b import SUBSTITUTIONS
from tools.checks import CHECKS
from tools.project import Project
from tools.workbench import Workbench

MOST = 2
"""Texts that each operator is tried on; all of them take minutes."""


@dataclass(frozen=True)
class Operator:
    """One way to break a migration."""

    name: str
    rules: frozenset[str]
    """Any of these has to be found."""
    mutate: Callable[[str], str | None]
    """None, or the same text, where there is nothing of the kind to break."""

    @property
    def checks(self) -> list[str]:
        """Ids of the checks that have to notice."""
        prefixes = {rule.split("/")[0] for rule in self.rules}
        return [check.ID for check in CHECKS if prefixes & {check.PREFIX}]

    def __str__(self) -> str:
        return self.name


def sub(pattern: str, replacement: str, *, count: int = 1) -> Callable[[str], str | None]:
    """Replaces what a regular expression finds, above the rollback block."""

    def mutate(text: str) -> str | None:
        head, mark, tail = text.partition("\n-- Rollback\n")
        changed, found = re.subn(pattern, replacement, head, count=count, flags=re.IGNORECASE | re.MULTILINE)
        return changed + mark + tail if found else None

    return mutate


def in_rollback(pattern: str, replacement: str) -> Callable[[str], str | None]:
    def mutate(text: str) -> str | None:
        head, mark, tail = text.partition("\n-- Rollback\n")
        changed, found = re.subn(pattern, replacement, tail, count=1, flags=re.IGNORECASE | re.MULTILINE)
        return head + mark + changed if found and mark else None

    return mutate


def without_rollback(text: str) -> str | None:
    head, mark, _ = text.partition("\n-- Rollback\n")
    return head if mark else None


def open_to_anon(text: str) -> str | None:
    """The first policy for reading is for everybody, and anon gets the privilege."""
    policy = re.search(r"on (?P<table>public\.\w+) for select to authenticated\nusing \(.*\);", text)
    if not policy:
        return None
    table = policy["table"]
    replaced = f"on {table} for select\nusing (true);\ngrant select on table {table} to anon;"
    return text[: policy.start()] + replaced + text[policy.end() :]


def recursive(text: str) -> str | None:
    """The first policy of a new table with an id asks the table itself."""
    made = re.search(r"create table if not exists (public\.\w+) \(\s*id uuid", text)
    policy = re.search(r"for select to authenticated\nusing \(.*\);", text)
    if not (made and policy):
        return None
    asks = f"for select to authenticated\nusing (id in (select own.id from {made[1]} as own));"
    return text[: policy.start()] + asks + text[policy.end() :]


def no_caller(text: str) -> str | None:
    """A SECURITY DEFINER function compares a column with itself instead of with who is calling."""
    function = re.search(r"returns (?!trigger)[\s\S]*?security definer[\s\S]*?\$\$[\s\S]*?\$\$;", text)
    if not function or "auth.uid()" not in function[0]:
        return None
    changed = re.sub(r"(\w+) = \(select auth\.uid\(\)\)", r"\1 = \1", function[0])
    return text.replace(function[0], changed)


POLICY = r"for (?:insert|update|delete) to authenticated\n"

OPERATORS = [
    Operator(name, frozenset(broken.split()), mutate)
    for name, broken, mutate in [
        ("no purpose", "file/header", sub(r"^-- Purpose: .*\n", "")),
        ("wrong section number", "file/section", sub(r"SECTION ([1-4]):", r"SECTION 5:")),
        ("section zero", "file/section", sub(r"SECTION [1-5]:", "SECTION 0:")),
        ("commit in between", "file/escape functions/body", sub(r";\n\n", ";\n\ncommit;\n\n")),
        ("psql include", "file/escape", sub(r"\A", r"\\ir other.sql\n")),
        ("unknown table", "applies/error", sub(r"^((?!--).* on (?:table )?)public\.\w+", r"\1public.nowhere")),
        ("misspelt keyword", "applies/error", sub(r"^(alter|create|update|insert|drop) ", r"\1e ")),
        ("table not guarded", "idempotent/error", sub(r"create table if not exists", "create table")),
        ("index not guarded", "idempotent/error", sub(r"index( concurrently)? if not exists", r"index\1")),
        ("column not guarded", "idempotent/error", sub(r"add column if not exists", "add column")),
        ("policy not guarded", "idempotent/error", sub(r"^drop policy if exists .*\n", "")),
        ("trigger not guarded", "idempotent/error", sub(r"^(drop trigger if exists .*\n|create or replace trigger)",
                                                        lambda m: "" if m[1].startswith("drop") else "create trigger")),
        ("function not guarded", "idempotent/error applies/error",
         sub(r"create or replace function", "create function")),
        ("insert not guarded", "idempotent/changed", sub(r"\nwhere not exists \(.*\);", ";")),
        ("no rollback", "reversible/missing", without_rollback),
        ("rollback forgets a line", "reversible/leftover reversible/error",
         in_rollback(r"(\n-- [^\n]+\n)-- (?:drop|alter|delete|update)[^;$]*;\n\Z", r"\1")),
        ("rollback misses its object", "reversible/error reversible/leftover",
         in_rollback(r"([\s\S]*public\.\w+)", r"\1_other")),
        ("row level security forgotten", "rls/disabled", sub(r"^alter table .* enable row level security;\n", "")),
        ("no policies", "rls/no-policy grants/missing", sub(r'^create policy "[^;]*;\n', "", count=0)),
        ("using true", "rls/always-true", sub(POLICY + r"(using|with check) \(.*\)(;|\n)",
                                              lambda m: m[0][: m[0].index(m[1])] + f"{m[1]} (true){m[2]}")),
        ("anybody signed in", "rls/always-true",
         sub(POLICY + r"(using|with check) \(.*\)(;|\n)",
             lambda m: m[0][: m[0].index(m[1])] + f"{m[1]} ((select auth.uid()) is not null){m[2]}")),
        ("open to anon", "rls/anon", open_to_anon),
        ("bare auth.uid()", "rls/initplan", sub(r'(create policy "[^;]*)\(select auth\.uid\(\)\)', r"\1auth.uid()")),
        ("user metadata", "rls/user-metadata",
         sub(r'(create policy "[^;]*)= \(select auth\.uid\(\)\)',
             r"\1= ((select auth.jwt()) -> 'user_metadata' ->> 'id')::uuid")),
        ("policy asks its own table", "rls/recursion", recursive),
        ("grant forgotten", "grants/missing", sub(r"^grant .* on table .* to authenticated;\n", "")),
        ("one verb forgotten", "grants/missing", sub(r"^grant select, ", "grant ")),
        ("service role forgotten", "grants/missing",
         sub(r"^grant .* on table .* to service_role;\n(?=[\s\S]*create policy)", "")),
        ("revoke forgotten", "grants/anon", sub(r"^revoke all on table .*\n", "")),
        ("granted to everybody", "grants/anon",
         sub(r"^(grant select.* on table .*) to authenticated;", r"\1 to public;")),
        ("execute not revoked", "grants/public-execute",
         sub(r"^revoke all on function (?=[^\n]*;\ngrant).*\n", "")),
        ("no search_path", "functions/search-path", sub(r"^set search_path = ''\n", "")),
        ("caller not checked", "functions/caller", no_caller),
        ("unknown table in a body", "functions/body applies/error",
         sub(r"(as \$\$\nbegin[\s\S]*?|as \$\$\ndeclare[\s\S]*?)(from|into) public\.(\w+)", r"\1\2 public.\3_old")),
        ("stamp forgotten", "updated-at/missing",
         sub(r"^create(?: or replace)? trigger update_\w+_updated_at[^;]*;\n", "")),
        ("stamp too late", "updated-at/broken", sub(r"^  before update on", "  after update on")),
        ("stamp not set", "updated-at/broken", sub(r"new\.updated_at = .*;", "null;")),
    ]
]  # fmt: skip
OPERATORS += [
    Operator(name, frozenset(broken.split()), sub(pattern, replacement))
    for name, broken, pattern, replacement in SUBSTITUTIONS
]


@dataclass(frozen=True)
class Subject:
    """A good migration, and where it can be judged."""

    name: str
    text: str
    bench: str
    """Name of the fixture."""


def subjects() -> Iterator[Subject]:
    sample = PROJECTS / "inner_odyssey" / "supabase" / "migrations"
    yield Subject("sample", next(sample.glob("*_create_user_progress.sql")).read_text(), "early_bench")
    for example in read_examples():
        if example.kind == "good":
            yield Subject(str(example), example.path.read_text(), "bench")


@pytest.fixture(scope="session")
def early_bench() -> Iterator[Workbench]:
    """The first sample as it was before one of its own migrations."""
    with Workbench.open(Project.find(PROJECTS / "inner_odyssey"), before="20260324080500") as opened:
        yield opened


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_operator(operator: Operator, request: pytest.FixtureRequest) -> None:
    mutants: list[tuple[Subject, str]] = []
    for subject in subjects():
        mutant = operator.mutate(subject.text)
        if mutant is not None and mutant != subject.text and mutant not in {m for _, m in mutants}:
            mutants.append((subject, mutant))
        if len(mutants) == MOST:
            break
    assert mutants, "no good migration has anything of the kind"
    survivors: list[str] = []
    for subject, mutant in mutants:
        bench: Workbench = request.getfixturevalue(subject.bench)
        if not any(operator.rules & set(rules(bench, check, mutant)) for check in operator.checks):
            survivors.append(subject.name)
    assert not survivors
