"""Runs a script statement by statement and says what each statement did."""

from dataclasses import dataclass, field

from tools.sql import Statement


@dataclass(frozen=True)
class Failure:
    """An error as Postgres words it, and where it is in the file."""

    sqlstate: str
    message: str
    detail: str = ""
    hint: str = ""
    context: str = ""
    statement: Statement | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Step:
    """One statement that ran, and what it cost the tables that existed before the migration."""

    statement: Statement
    ms: float
    locks: tuple[tuple[str, str], ...] = ()
    """(table, mode) newly held, e.g. ("public.lessons", "AccessExclusiveLock")."""
    rewritten: tuple[str, ...] = ()
    """Tables whose file was written anew."""
    read: dict[str, int] = field(default_factory=dict)
    """Rows read by sequential scans, by table."""
    written: dict[str, int] = field(default_factory=dict)
    """Rows inserted, updated or deleted, by table."""


@dataclass(frozen=True)
class Run:
    steps: tuple[Step, ...]
    failure: Failure | None
    seconds: float
    notices: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.failure is None
