"""The file itself: its name, header, sections, and what is no SQL for a server."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from evals.mutants.base import Mutant, Original, operator, relation


def _line(good: Original, number: int, new: str | None) -> Mutant:
    """A line in other words, or left out."""
    lines = good.text.split("\n")
    old = lines[number - 1]
    lines[number - 1 : number] = [] if new is None else [new]
    return Mutant(f"line {number}: {old}", "\n".join(lines))


def _header(word: str, good: Original) -> Iterator[Mutant]:
    for number, line in enumerate(good.text.split("\n"), start=1):
        if line.startswith(f"-- {word}:"):
            yield _line(good, number, None)
            return


for word in ("Migration", "Created", "Purpose"):
    operator(
        "file/header", name=f"header-without-{word.lower()}", breaks=f"The header does not say: {word}.", goldens=6
    )(partial(_header, word))


@operator("file/header", goldens=6)
def created_someday(good: Original) -> Iterator[Mutant]:
    """The day of creation is not a date."""
    for number, line in enumerate(good.text.split("\n"), start=1):
        if line.startswith("-- Created:"):
            yield _line(good, number, "-- Created: last Tuesday")
            return


@operator("file/section", goldens=6)
def section_misnumbered(good: Original) -> Iterator[Mutant]:
    """A section has another number than its title."""
    for section in good.migration.sections:
        line = good.migration.script.line(section.line)
        other = section.number % 5 + 1
        yield _line(good, section.line, re.sub(r"SECTION \d", f"SECTION {other}", line))


@operator("file/section", goldens=6)
def sections_out_of_order(good: Original) -> Iterator[Mutant]:
    """Two sections have changed places, by their headings."""
    found = good.migration.sections
    for one, other in pairwise(found):
        lines = good.text.split("\n")
        lines[one.line - 1], lines[other.line - 1] = lines[other.line - 1], lines[one.line - 1]
        yield Mutant(f"line {one.line}: section {one.number}", "\n".join(lines))


@operator("file/section", goldens=6)
def sections_missing(good: Original) -> Iterator[Mutant]:
    """No headings at all."""
    text = re.sub(r"(?m)^-- (=+|SECTION \d.*)\n", "", good.text)
    yield Mutant("the headings", text)


@operator("file/escape", goldens=6)
def commit_in_the_middle(good: Original) -> Iterator[Mutant]:
    """COMMIT half-way."""
    top = [p for p in good.pieces(*_KINDS) if not p.nested]
    for piece in top[:-1]:
        yield good.after(piece, "commit")


@operator("file/escape", goldens=6)
def psql_line(good: Original) -> Iterator[Mutant]:
    """A line for psql."""
    yield Mutant("line 1", "\\set ON_ERROR_STOP on\n" + good.text)


@operator("applies/error", goldens=6)
def keyword_misspelt(good: Original) -> Iterator[Mutant]:
    """A word that is not SQL."""
    for piece in [p for p in good.pieces(*_KINDS) if not p.nested]:
        word, _, rest = piece.statement.text.partition(" ")
        yield good.put(piece, f"{word}e {rest}")


@operator("applies/error", goldens=6)
def table_unknown(good: Original) -> Iterator[Mutant]:
    """A table that is not there."""

    def change(node: object) -> None:
        node.relation.relname += "_old"  # type: ignore[attr-defined]

    for piece in good.pieces("AlterTableStmt", "IndexStmt", "CreateTrigStmt"):
        if relation(piece.node.relation) in _tables(good) or piece.kind != "AlterTableStmt":
            yield good.changed(piece, change)


def _tables(good: Original) -> set[str]:
    return {relation(piece.node.relation) for piece in good.pieces("CreateStmt")}


@operator("file/name", goldens=6)
def name_in_capitals(good: Original) -> Iterator[Mutant]:
    """A file name with capitals and blanks."""
    name = good.migration.file_name
    if good.earlier:
        yield Mutant(f"the name {name}", good.text, f"{name[:14]}_Add New Things.sql")


@operator("file/name", goldens=6)
def name_of_a_day(good: Original) -> Iterator[Mutant]:
    """A file name with a date instead of a time."""
    name = good.migration.file_name
    yield Mutant(f"the name {name}", good.text, f"29990101_{name[15:]}")


@operator("file/order", goldens=6)
def name_of_yesteryear(good: Original) -> Iterator[Mutant]:
    """A file name that sorts before migrations that were applied."""
    name = good.migration.file_name
    yield Mutant(f"the name {name}", good.text, f"20250101000000_{name[15:]}")


_KINDS = (
    "AlterEnumStmt",
    "AlterTableStmt",
    "CommentStmt",
    "CreateFunctionStmt",
    "CreatePolicyStmt",
    "CreateStmt",
    "CreateTrigStmt",
    "DropStmt",
    "GrantStmt",
    "IndexStmt",
    "InsertStmt",
    "UpdateStmt",
    "ViewStmt",
)
