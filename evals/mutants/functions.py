"""Functions and views: with whose rights they run, and whom they ask."""

import re
from collections.abc import Iterator
from typing import Any

from evals.mutants.base import Mutant, Original, operator
from evals.mutants.privileges import functions as named
from evals.mutants.privileges import grants, trigger_functions
from tools.checks._statements import Piece

CALLER = r"\(select auth\.uid\(\)\)"
LEAKS = "rls/leak-read rls/leak-write"


def option(node: Any, name: str) -> Any:
    """The DefElem of an option of a function, or None."""
    return next((o.def_elem for o in node.options if o.def_elem.defname == name), None)


def body(node: Any) -> str:
    return str(option(node, "as").arg.list.items[0].string.sval)


def name_of(piece: Piece) -> str:
    return ".".join(part.string.sval for part in piece.node.funcname)


def is_definer(node: Any) -> bool:
    held = option(node, "security")
    return held is not None and held.arg.boolean.boolval


def rewritten(good: Original, piece: Piece, pattern: str, replacement: str) -> Iterator[Mutant]:
    """One mutant for each place of a function's body that a pattern finds."""
    old = body(piece.node)
    for found in re.finditer(pattern, old):
        new = old[: found.start()] + found.expand(replacement) + old[found.end() :]

        def change(node: Any, new: str = new) -> None:
            option(node, "as").arg.list.items[0].string.sval = new

        yield good.changed(piece, change)


def callable_definers(good: Original) -> list[Piece]:
    """SECURITY DEFINER functions that signed-in users may call."""
    granted = {name for piece in grants(good, kind="OBJECT_FUNCTION", to="authenticated") for name in named(piece)}
    return [p for p in good.pieces("CreateFunctionStmt") if is_definer(p.node) and name_of(p) in granted]


@operator("functions/search-path")
def search_path_open(good: Original) -> Iterator[Mutant]:
    """A function looks names up wherever its caller says."""

    def change(node: Any) -> None:
        kept = [o for o in node.options if o.def_elem.defname != "set"]
        del node.options[:]
        node.options.extend(kept)

    for piece in good.pieces("CreateFunctionStmt"):
        yield good.changed(piece, change)


@operator(f"functions/caller functions/leak {LEAKS}")
def caller_ignored(good: Original) -> Iterator[Mutant]:
    """A function that runs with its owner's rights compares a column with itself instead of with who is calling."""
    for piece in callable_definers(good):
        yield from rewritten(good, piece, rf"(\w+(?:\.\w+)?) = {CALLER}", r"\1 = \1")


@operator("functions/caller functions/leak")
def caller_check_removed(good: Original) -> Iterator[Mutant]:
    """A function that runs with its owner's rights refuses nobody."""
    refusal = (
        r"(?s)  if (?:not exists \((?:(?!end if).)*?\)|not found) then\s+raise exception 'Access denied'.*?end if;\n"
    )
    for piece in callable_definers(good):
        if re.search(CALLER, body(piece.node)) and "caller" not in body(piece.node):
            yield from rewritten(good, piece, refusal, "")


@operator("functions/caller functions/leak rls/leak-read")
def definer_instead(good: Original) -> Iterator[Mutant]:
    """A function that relies on row level security runs with its owner's rights, past it."""
    granted = {name for piece in grants(good, kind="OBJECT_FUNCTION", to="authenticated") for name in named(piece)}
    for piece in good.pieces("CreateFunctionStmt"):
        text = body(piece.node)
        if name_of(piece) in granted and not is_definer(piece.node) and not re.search(r"auth\.uid|private\.", text):

            def change(node: Any) -> None:
                added = node.options.add().def_elem
                added.defname = "security"
                added.arg.boolean.boolval = True

            yield good.changed(piece, change)


@operator("rls/locked-out functions/body")
def definer_lost(good: Original) -> Iterator[Mutant]:
    """A trigger that writes where its callers may not runs with their rights."""
    for piece in good.pieces("CreateFunctionStmt"):
        if name_of(piece) in trigger_functions(good) and is_definer(piece.node):
            yield good.changed(piece, lambda node: option(node, "security").arg.boolean.__setattr__("boolval", False))


@operator("rls/leak-read")
def view_of_the_owner(good: Original) -> Iterator[Mutant]:
    """A view reads with its owner's rights, past row level security."""
    for piece in good.pieces("ViewStmt"):
        yield good.changed(piece, lambda node: node.ClearField("options"))


@operator("functions/body applies/error")
def body_of_nothing(good: Original) -> Iterator[Mutant]:
    """A function names a table that is not there."""
    for piece in good.pieces("CreateFunctionStmt"):
        yield from rewritten(good, piece, r"\b(from|join|into|update) public\.(\w+)", r"\1 public.\2_old")


@operator("functions/body applies/error")
def body_unqualified(good: Original) -> Iterator[Mutant]:
    """A function whose search_path is empty names a table without its schema."""
    for piece in good.pieces("CreateFunctionStmt"):
        if option(piece.node, "set") is not None:
            yield from rewritten(good, piece, r"\b(from|join|into|update) public\.(\w+)", r"\1 \2")


@operator(f"rls/locked-out functions/leak {LEAKS}")
def caller_inverted(good: Original) -> Iterator[Mutant]:
    """A function lets in everybody but those whom it should."""
    for piece in callable_definers(good):
        yield from rewritten(good, piece, rf"(\w+(?:\.\w+)?) = {CALLER}", r"\1 <> (select auth.uid())")
