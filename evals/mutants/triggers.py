"""Triggers that are dead: there, and without effect."""

import re
from collections.abc import Iterator
from typing import Any

from evals.mutants.base import Mutant, Original, operator
from evals.mutants.functions import rewritten
from tools.checks._statements import Piece

BEFORE, INSERT = 2, 4
"""Bits of CreateTrigStmt: timing and events (catalog/pg_trigger.h)."""


def stamps(good: Original) -> list[Piece]:
    """Triggers that keep updated_at."""
    own = {p.node.funcname[-1].string.sval for p in stamping(good)} | {"update_updated_at_column"}
    return [p for p in good.pieces("CreateTrigStmt") if p.node.funcname[-1].string.sval in own]


def stamping(good: Original) -> list[Piece]:
    """Functions of the file that set updated_at to the time it is; one that keeps the old time does not."""
    sets = re.compile(r"new\.updated_at\s*:?=(?!\s*old\.)")
    return [p for p in good.pieces("CreateFunctionStmt") if sets.search(p.statement.text)]


@operator("updated-at/missing")
def stamp_not_made(good: Original) -> Iterator[Mutant]:
    """The trigger that keeps updated_at is left out."""
    for piece in stamps(good):
        yield good.without(piece)


@operator("updated-at/broken updated-at/missing")
def stamp_too_late(good: Original) -> Iterator[Mutant]:
    """AFTER the update: what the trigger sets is thrown away."""

    def change(node: Any) -> None:
        node.timing = 0

    for piece in stamps(good):
        yield good.changed(piece, change)


@operator("updated-at/broken updated-at/missing")
def stamp_for_each_statement(good: Original) -> Iterator[Mutant]:
    """Once for the statement, which has no row to stamp."""

    def change(node: Any) -> None:
        node.row = False

    for piece in stamps(good):
        yield good.changed(piece, change)


@operator("updated-at/missing updated-at/broken")
def stamp_on_insert(good: Original) -> Iterator[Mutant]:
    """The stamp is set when a row is made, and not when it is changed."""

    def change(node: Any) -> None:
        node.events = INSERT

    for piece in stamps(good):
        yield good.changed(piece, change)


@operator("updated-at/missing", samples=True)
def stamp_elsewhere(good: Original) -> Iterator[Mutant]:
    """The trigger is on another table."""
    others = {"inner_odyssey": ("badges", "profiles"), "team_docs": ("organizations", "profiles")}[good.project]

    def change(node: Any) -> None:
        node.relation.relname = next(other for other in others if good.is_old(f"public.{other}"))

    for piece in stamps(good):
        if any(good.is_old(f"public.{other}") for other in others):
            yield good.changed(piece, change)


@operator("updated-at/broken")
def stamp_returns_old(good: Original) -> Iterator[Mutant]:
    """The function gives back the row as it was."""
    for piece in stamping(good):
        yield from rewritten(good, piece, r"return new\b", "return old")


@operator("updated-at/broken updated-at/missing")
def stamp_not_set(good: Original) -> Iterator[Mutant]:
    """The function does nothing to the row."""
    for piece in stamping(good):
        yield from rewritten(good, piece, r"new\.updated_at :?= .*?;", "null;")


@operator("updated-at/broken")
def stamp_of_creation(good: Original) -> Iterator[Mutant]:
    """The function sets the time to what it was."""
    for piece in stamping(good):
        yield from rewritten(good, piece, r"new\.updated_at (:?=) .*?;", r"new.updated_at \1 old.updated_at;")
