"""What `safe-change` looks at: the statements as they ran, the locks held meanwhile, and which tables are large."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from postgast import pg_query_pb2
from psycopg import sql

from tools.checks._blocks import Moment, moments
from tools.checks._squawk import Lint, lint
from tools.checks._statements import (
    Piece,
    do_body,
    dotted,
    identifier,
    inner,
    parts,
    pieces,
    placed,
    relation,
    unreadable,
)
from tools.observe import Observed
from tools.proofs.kept import Kept
from tools.report import Finding
from tools.run import Step
from tools.sql import Statement
from tools.transactions import runs_alone

ACCESS_EXCLUSIVE = "AccessExclusiveLock"
HEAVY = (ACCESS_EXCLUSIVE, "ExclusiveLock", "ShareRowExclusiveLock", "ShareLock")
"""Modes that stop writes to a table; the first stops reads too."""
_NOT_THE_PROJECTS = (
    *("pg_catalog.", "information_schema.", "pg_temp.", "public.pg_"),
    *("cron.", "net.", "pgmq.", "vault.", "supabase_migrations.", "storage.buckets"),
)
"""System tables, and those of extensions that hold settings and queues, no app's rows."""
_HARMLESS = re.compile(r"\s*(?:select|with|values|insert|update|delete|merge|set|reset|comment|grant|revoke)\b", re.I)
"""Takes no lock that stops writes."""
_UNNAMED = re.compile(r"\s*(?:drop|alter\s+(?!table))\b", re.I)
"""May lock tables that it does not name."""
_NOTED = (*HEAVY, "ShareUpdateExclusiveLock")


@dataclass(frozen=True)
class Held:
    """A lock on a table that was there before the migration."""

    table: str
    mode: str
    line: int
    """Of the statement that took it, inside a DO block too."""
    start: int
    """Character offset of that."""
    loops: tuple[int, ...] = ()
    """Those of its block that it stands in."""

    def precedes(self, start: int, loops: tuple[int, ...] = ()) -> bool:
        """It is held when something at this offset runs: at the latest when a loop around both comes round."""
        return self.start < start or bool(set(self.loops) & set(loops))


Costs = Iterator[tuple[Piece, str, Finding]]
"""(statement, table, finding)"""


@dataclass(frozen=True)
class Scene:
    """One migration that applied."""

    seen: Observed

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        return pieces(self.seen.migration)

    @cached_property
    def lints(self) -> tuple[Lint, ...]:
        return lint(self.seen.migration, self.seen.project.major_version)

    @cached_property
    def unreadable(self) -> int:
        return unreadable(self.seen.migration)

    @cached_property
    def made(self) -> frozenset[str]:
        """Tables that the migration itself creates, also those that are temporary or gone when it ends."""
        found = set(self.seen.new_tables)
        dropped = {name for piece in self.pieces for name in dropped_tables(piece)}
        for piece in self.pieces:
            if piece.kind not in ("CreateStmt", "CreateTableAsStmt"):
                continue
            into = piece.node.relation if piece.kind == "CreateStmt" else piece.node.into.rel
            table = relation(into)
            # IF NOT EXISTS may have passed over a table that nothing else here touches
            is_new = not piece.node.if_not_exists or table in dropped
            if into.relpersistence == "t" or (is_new and not self.seen.base.get("table", table)):
                found.add(table)
        return frozenset(found)

    def is_large(self, table: str) -> bool:
        """It was there before, holds many rows or nobody said how many, and belongs to the project."""
        system = table.startswith(_NOT_THE_PROJECTS)
        is_sequence = bool(self.seen.after.get("sequence", table))  # pg_dump writes ALTER TABLE for those too
        return not (system or is_sequence or table in self.made or self.seen.project.config.is_small(table))

    def has_many(self, table: str) -> bool:
        """It is large, and no table of reference data, which holds what the project's own migrations put there."""
        return self.is_large(table) and table not in self.seen.reference

    @cached_property
    def blocks(self) -> dict[int, tuple[Moment, ...]]:
        """What each DO block does, by index of the file's statement."""
        statements = enumerate(self.seen.migration.statements)
        return {index: moments(do_body(s)) for index, s in statements if s.kind == "DoStmt"}

    @property
    def kept(self) -> Kept | None:
        """The run over old rows."""
        return self.seen.proofs.kept if self.seen.proofs else None

    @cached_property
    def steps(self) -> dict[int, Step]:
        """By index of the file's statement, rather of a run over rows; none for the BEGIN and COMMIT around a file."""
        run = self.kept.run if self.kept else self.seen.applied
        by_start = {step.statement.start: step for step in run.steps}
        return {
            index: by_start[statement.start]
            for index, statement in enumerate(self.seen.migration.statements)
            if statement.start in by_start
        }

    def watched(self, index: int, table: str) -> bool:
        """What the statement did to a table that it altered was recorded, as its lock proves.

        It is not where the file ends transactions half-way, or is very long.
        """
        return any(lock.table == table for lock in self.held_during(index))

    @cached_property
    def held_before(self) -> dict[int, tuple[Held, ...]]:
        """Locks that the transaction already holds when a statement begins."""
        found: dict[int, tuple[Held, ...]] = {}
        held: list[Held] = []
        for index, step in self.steps.items():
            if runs_alone(step.statement):
                held = []
            found[index] = tuple(held)
            held += self._taken(step)
        return found

    def held_during(self, index: int) -> tuple[Held, ...]:
        """And those that the statement itself takes."""
        step = self.steps.get(index)
        return self.held_before.get(index, ()) + (self._taken(step) if step else ())

    def held_at(self, piece: Piece) -> tuple[Held, ...]:
        """Those held when the statement begins; in a DO block also what earlier ones in it took."""
        before = self.held_before.get(piece.step, ())
        if not piece.nested:
            return before
        start, loops = piece.statement.start, piece.loops
        return before + tuple(h for h in self.held_during(piece.step)[len(before) :] if h.precedes(start, loops))

    def _taken(self, step: Step) -> tuple[Held, ...]:
        statement = step.statement
        locks = [(table, mode) for table, mode in step.locks if mode in _NOTED]
        if statement.kind != "DoStmt":
            return tuple(Held(table, mode, statement.line, statement.start) for table, mode in locks)
        return tuple(self._inside(statement, table, mode) for table, mode in locks)

    def _inside(self, block: Statement, table: str, mode: str) -> Held:
        """By the first statement of a DO block that can have taken it."""
        name = parts(table)[-1].lower()
        for moment, start in placed(block, self.seen.migration.script):
            sql = moment.sql
            if not moment.is_statement or (sql and _HARMLESS.match(sql)):
                continue
            if sql is None or name in sql.lower() or _UNNAMED.match(sql):
                return Held(table, mode, self.seen.migration.script.position(start)[0], start, moment.loops)
        return Held(table, mode, block.line, block.start)

    def of_step(self, index: int) -> list[Piece]:
        return self._by_step.get(index, [])

    @cached_property
    def _by_step(self) -> dict[int, list[Piece]]:
        found: dict[int, list[Piece]] = {}
        for piece in self.pieces:
            found.setdefault(piece.step, []).append(piece)
        return found

    def has_rows(self, table: str) -> bool:
        """On the throwaway database, so that what a statement reads there can be seen."""
        if self.kept and table in self.kept.filled:
            return True
        if table not in self._has_rows:
            name = sql.Identifier(*parts(table))
            with self.seen.live.savepoint() as conn:
                there = conn.execute("select to_regclass(%s) is not null", [table]).fetchone() == (True,)
                row = conn.execute(sql.SQL("select 1 from {} limit 1").format(name)).fetchone() if there else None
            self._has_rows[table] = row is not None
        return self._has_rows[table]

    @cached_property
    def _has_rows(self) -> dict[str, bool]:
        return {}


def dropped_tables(piece: Piece) -> list[str]:
    """What a DROP TABLE names."""
    is_drop = piece.kind == "DropStmt" and piece.node.remove_type == pg_query_pb2.OBJECT_TABLE
    return [dotted(name) for name in piece.node.objects] if is_drop else []


def commands(piece: Piece) -> Iterator[Any]:
    """The parts of an ALTER TABLE."""
    if piece.kind == "AlterTableStmt" and piece.node.objtype in (
        pg_query_pb2.OBJECT_TABLE,
        pg_query_pb2.OBJECT_FOREIGN_TABLE,
    ):
        for command in piece.node.cmds:
            yield command.alter_table_cmd


def definition(command: Any) -> Any:
    """What an ADD COLUMN or ADD CONSTRAINT defines: a ColumnDef or a Constraint."""
    return inner(getattr(command, "def"))


def altered(piece: Piece) -> str | None:
    """The table of an ALTER TABLE."""
    return relation(piece.node.relation) if piece.kind == "AlterTableStmt" else None


def columns_of(constraint: Any) -> str:
    """The columns of a table constraint, for a message."""
    return ", ".join(identifier(key.string.sval) for key in constraint.keys)
