"""A summary of rows that a function gives, as a part of a Description."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """One number of a summary: ``total_points`` = sum of ``points_earned``."""

    name: str
    function: Literal["count", "count distinct", "sum", "average", "share", "latest"]
    column: str | None = None
    value: str | None = None
    """For share: percent of rows whose `column` has this value."""


@dataclass(frozen=True)
class Stats:
    """A function that gives figures about one row of `subject`, to those who may see it."""

    name: str
    subject: str
    key: str
    source: str
    """The table that is summed up."""
    reference: str
    """Its column that references `subject`."""
    figures: tuple[Figure, ...]
