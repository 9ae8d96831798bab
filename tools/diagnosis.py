"""Why a history does not stand alone, and what to do: which object is missing, where it is first used, and whether
another file makes it, later or at all.

A project that was built in the dashboard, or whose files were renamed, replays nowhere else either: not in
``supabase db reset``, not on a branch, not at a colleague's. This says so in two sentences.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from tools.migration import Migration
from tools.project import Project, later
from tools.run import Failure
from tools.sql import below

Kind = Literal["missing", "later", "twice", "version", "managed", "rows", "syntax", "extension", "other"]
"""missing: no file makes it. later: a later file does. twice: an earlier one did already. version: two files share one.
managed: Supabase no longer lets a migration do it. rows: rows that no file brings. syntax: nobody can run the file.
extension: the throwaway server has no stand-in for it."""

_MISSING = {"42P01", "42704", "42883", "3F000", "42703"}
_THERE = {"42P07", "42710", "42723", "42701", "42P06"}
_ROWS = {"23502", "23503", "23514", "23505", "P0002"}
_NAMED = re.compile(
    r"(?P<kind>relation|type|function|procedure|schema|column|policy|trigger|constraint|index|role|publication|table|view"
    r'|sequence|extension|operator|aggregate) (?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[\w.]+))'
)
_MAKES = re.compile(
    r"\bcreate\s+(?:or\s+replace\s+)?(?:(?:global|local|temp|temporary|unlogged|foreign|materialized|recursive|unique|"
    r"constraint|event)\s+)*(?:table|view|type|domain|function|procedure|schema|sequence|index|trigger|policy|role|"
    r"publication|aggregate)\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?(?P<made>(?:\"[^\"]+\"|\w+)(?:\s*\.\s*(?:\"[^\"]+\"|\w+))?)"
    r"|\brename\s+(?:to|(?:column\s+)?\S+\s+to)\s+(?P<renamed>\"[^\"]+\"|\w+)"
    r"|\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?P<added>\"[^\"]+\"|\w+)",
    re.IGNORECASE,
)
_MANAGED = {
    "auth", "storage", "realtime", "_realtime", "vault", "graphql", "graphql_public", "extensions", "pgbouncer", "cron",
    "net", "supabase_functions", "supabase_migrations", "pgsodium", "pgmq", "pg_catalog", "information_schema",
}  # fmt: skip
_MADE_BY_EXTENSION = {"cron": "pg_cron", "net": "pg_net", "pgmq": "pgmq"}
"""Schemas that are there only once somebody has enabled the extension, as in the dashboard."""
_SHOWN = 4


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a history that stops, in words."""

    kind: Kind
    says: str
    """Why, in a sentence or two."""
    do: str
    """What to do, with the commands."""
    object: str = ""
    """What is missing or there twice, as the error names it."""
    made: str = ""
    """Where it is made: ``FILE:LINE``; empty where it is made nowhere."""
    never_made: tuple[str, ...] = ()
    """Every table and view that the files use and none makes."""


def diagnose(project: Project, path: str, failure: Failure) -> Diagnosis:
    """`path`: the file that stopped, from the project's root."""
    return _History(project, path.rpartition("/")[2]).diagnose(failure)


@dataclass(frozen=True)
class _Made:
    name: str
    """Without its schema."""
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class _History:
    project: Project
    stopped: str
    """The file's name."""

    @property
    def files(self) -> tuple[Migration, ...]:
        """What runs, in order."""
        prelude = (Migration(seed.path.name, seed.text) for seed in self.project.prelude)
        return (*prelude, *self.project.migrations)

    def diagnose(self, failure: Failure) -> Diagnosis:
        found = _NAMED.search(failure.message)
        name = (found["quoted"] or found["plain"]) if found else ""
        if self.stopped in {seed.path.name for seed in self.project.prelude}:
            says = f"{self.stopped} runs before the first migration, and does not fit a fresh database."
            return Diagnosis("other", says, "Take out what Supabase itself brings, or make the dump anew.", name)
        match failure.sqlstate:
            case "42601":
                says = "Postgres's parser refuses the file, so nobody can have run it as it is."
                return Diagnosis("syntax", says, f"Correct it, or begin after it. {self.beginning}")
            case "0A000" if found and found["kind"] == "extension":
                says = f"The throwaway server has neither the extension {name} nor a stand-in for it."
                do = "Name a server that has it: [postgres] bin in migration-agent.toml is the folder of its binaries."
                return Diagnosis("extension", says, do, name)
            case "23505" if failure.message.endswith("has the same version"):
                says = "The CLI keeps one row for each version, so `supabase db reset` fails here too."
                return Diagnosis("version", says, f"Rename one of the two: {self.project.next_version()} is free.")
            case "42501":
                return self.managed(failure)
            case state if state in _MISSING and name:
                return self.missing(name, failure.line or 0)
            case state if state in _THERE and name:
                return self.twice(name)
            case state if state in _ROWS:
                says = "The rows that this needs, or did not expect, are in no file: they were made in production."
                do = "Put the rows into a migration before it, or let the statement do without them."
                return Diagnosis("rows", says, f"{do} {self.beginning}", name)
        return Diagnosis("other", "", self.beginning)

    def missing(self, name: str, line: int) -> Diagnosis:
        """No file before this one makes it."""
        never = self.never_made
        bare = name.rpartition(".")[2].replace('""', '"')
        made = [one for one in self.made if one.name == bare]
        before = [one for one in made if (self.place(one.file), one.line) < (self.place(self.stopped), line)]
        if before:
            says = f"{before[-1]} makes {name}, which is gone or has another form when it is used."
            return Diagnosis("other", says, self.beginning, name, str(before[-1]), never)
        if after := next((one for one in made if one.file != self.stopped), None):
            says = f"{name} is made later, in {after}: the files are not in the order in which they once ran."
            do = "Give the files versions in the order in which they need each other. " + self.beginning
            return Diagnosis("later", says, do, name, str(after), never)
        if extension := _MADE_BY_EXTENSION.get(name.partition(".")[0]):
            says = f"No file of the project enables the extension {extension}, which makes {name}."
            return Diagnosis("managed", says, f"create extension if not exists {extension}; before it.", name)
        if name.partition(".")[0] in _MANAGED:
            says = f"{name} belongs to a part of Supabase that a fresh database does not have, or has no longer."
            return Diagnosis("managed", says, f"Guard the statement with a test for it. {self.beginning}", name)
        others = [one for one in never if one.rpartition(".")[2] != bare]
        more = f", nor {_listed(others)}" if others else ""
        says = f"No file of the project makes {name}{more}: made elsewhere, as in the dashboard."
        return Diagnosis("missing", says, self.beginning, name, "", never)

    def twice(self, name: str) -> Diagnosis:
        """An earlier file made it already."""
        bare, here = name.rpartition(".")[2].replace('""', '"'), self.place(self.stopped)
        made = next((one for one in self.made if one.name == bare and self.place(one.file) <= here), None)
        if made is None:
            return Diagnosis("other", f"{name} is there before any file makes it.", self.beginning, name)
        if made.file in {seed.path.name for seed in self.project.prelude}:
            says = f"The baseline holds {name} already ({made})."
            do = "[history] start has to name the first migration that is not in the dump."
            return Diagnosis("twice", says, do, name, str(made))
        says = f"{made} made {name} already, so the two files never ran on one database."
        do = "Let the second say IF NOT EXISTS or ALTER it, or delete the one that production has not run. "
        return Diagnosis("twice", says, do + self.beginning, name, str(made))

    def managed(self, failure: Failure) -> Diagnosis:
        """`postgres` may not."""
        text = f"{failure.message} {failure.statement.text if failure.statement else ''}"
        schema = next((s for s in ("auth", "storage", "realtime", "vault", "cron") if re.search(rf"\b{s}\b", text)), "")
        if not schema:
            return Diagnosis("other", "The role postgres, as which migrations run, may not do this.", self.beginning)
        says = (
            f"Supabase owns the schema {schema}: since 2025 a migration, which runs as postgres, can neither make nor "
            "alter anything there but policies on its tables, so `supabase db reset` stops here too."
        )
        do = "Move what is yours to a schema of your own (private.), and take the statement out. "
        return Diagnosis("managed", says, do + self.beginning, schema)

    @property
    def beginning(self) -> str:
        """How to begin from a dump."""
        last = max((m.version for m in self.project.migrations), default="")
        start = later(last) if last and later(last) > last else "VERSION OF YOUR NEXT MIGRATION"
        return (
            "To begin from what production has: supabase db dump --linked -f supabase/baseline.sql, and in "
            f'migration-agent.toml: [history] baseline = "supabase/baseline.sql", start = "{start}".'
        )

    def place(self, file_name: str) -> int:
        """Which file it is in the order in which they run."""
        return self._places[file_name]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {migration.file_name: place for place, migration in enumerate(self.files)}

    @cached_property
    def made(self) -> list[_Made]:
        """What the files make, by their text: also in DO blocks."""
        return [one for migration in self.files for one in _made(migration)]

    @cached_property
    def never_made(self) -> tuple[str, ...]:
        """Tables and views that statements name and no file makes, in the order of their first use."""
        made = {one.name for one in self.made}
        used = dict.fromkeys(name for migration in self.files for name in _used(migration))
        return tuple(name for name in used if name.rpartition(".")[2] not in made)


def _made(migration: Migration) -> Iterator[_Made]:
    kept, end = [], 0
    for comment in migration.script.comments:
        kept += [migration.text[end : comment.start], "\n" * migration.text.count("\n", comment.start, comment.end)]
        end = comment.end
    text = "".join([*kept, migration.text[end:]])
    for found in _MAKES.finditer(text):
        name = (found["made"] or found["renamed"] or found["added"]).rpartition(".")[2].strip()
        plain = name[1:-1] if name.startswith('"') else name.lower()
        yield _Made(plain, migration.file_name, text.count("\n", 0, found.start()) + 1)


def _used(migration: Migration) -> Iterator[str]:
    """Relations of the project's own schemas that its statements name, those that they may do without aside."""
    if migration.syntax_error:
        return
    for statement in migration.statements:
        nodes = list(below(statement.node))
        local = {n.ctename for n in nodes if type(n).__name__ == "CommonTableExpr"}
        if statement.kind == "DropStmt":
            continue
        for node in nodes:
            if type(node).__name__ == "RangeVar" and _is_own(node) and node.relname not in local:
                yield f"{node.schemaname}.{node.relname}" if node.schemaname else node.relname


def _is_own(node: Any) -> bool:
    return node.schemaname not in _MANAGED and not node.relname.startswith("pg_")


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
