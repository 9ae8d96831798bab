"""Rules between the columns of a row, as a part of a Description."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SetWhen:
    """A moment is tied to a status or a flag: ``completed_at`` to ``status = 'completed'``, ``done_at`` to ``done``."""

    column: str
    status: str
    value: str | Literal[True]
    mode: Literal["exactly", "only", "always"] = "exactly"
    """exactly: set if and only if; only: never set otherwise; always: never missing then."""


@dataclass(frozen=True)
class Ordered:
    """`later` is empty or after `earlier`."""

    earlier: str
    later: str
    or_equal: bool = False


@dataclass(frozen=True)
class Differ:
    """A row never references the same row twice: a lesson is no prerequisite of its own."""

    first: str
    second: str
