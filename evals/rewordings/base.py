"""What a rewording is: the files of a golden with every place changed that it knows how to say otherwise.

    @rewording
    def comments_reworded(good: Original) -> str:
        \"\"\"Comments say the same in other words.\"\"\"
        return edit(good, "CommentStmt", change)

A name that one file gives is used by the next, so `named` sees all files of a golden at once.
"""

import copy
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import postgast
from postgast import pg_query_pb2

from evals.cases import Golden
from evals.mutants.base import Original, deparse
from tools.checks._statements import Piece
from tools.migration import Migration

Files = tuple[str, ...]
Kind = Literal["names", "predicates", "order", "words"]
"""Other names, other but equivalent predicates, another order of statements; other words for the rest."""
MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True)
class Rewording:
    """One way to say the same."""

    name: str
    says: str
    """In a sentence."""
    apply: Callable[[Sequence[Original]], Files]
    kind: Kind = "words"


_ORDERS = ("-in-another-order", "-afterwards")

REWORDINGS: dict[str, Rewording] = {}
"""Every one by its name, in the order of the rooms that define them."""


def rewording(function: Callable[[Original], str]) -> Callable[[Original], str]:
    """Registers what rewords file by file."""
    _register(function, lambda files: tuple(map(function, files)))
    return function


def named(function: Callable[[Sequence[Original]], Files]) -> Callable[[Sequence[Original]], Files]:
    """Registers what rewords all files at once."""
    _register(function, function)
    return function


def _register(function: Callable[..., object], apply: Callable[[Sequence[Original]], Files]) -> None:
    called, room = function.__name__.replace("_", "-"), function.__module__.rpartition(".")[2]
    kind: Kind = "order" if called.endswith(_ORDERS) else "words"
    if room in ("names", "predicates"):
        kind = "names" if room == "names" else "predicates"
    REWORDINGS[called] = Rewording(called, (function.__doc__ or "").strip(), apply, kind)


def reworded(golden: Golden, most: int | None = None) -> Iterator[tuple[str, tuple[Migration, ...]]]:
    """A golden in other words, each time in others: one way alone, then two together, `most` of them in all.

    One of each kind comes first, where it applies.
    """
    first = tuple(m.text for m in golden.migrations)
    singles = [(name, files) for name in REWORDINGS if (files := _applied(golden, first, name)) != first]
    singles.sort(key=lambda one: _digest(str(golden), one[0]))
    first_of = {REWORDINGS[name].kind: name for name, _ in reversed(singles)}
    singles.sort(key=lambda one: one[0] not in first_of.values())
    seen, made = {first}, 0
    for name, files in _with_pairs(golden, singles):
        if made == most:
            return
        if files not in seen:
            seen.add(files)
            made += 1
            yield name, tuple(Migration(m.file_name, t) for m, t in zip(golden.migrations, files, strict=True))


def _with_pairs(golden: Golden, singles: Sequence[tuple[str, Files]]) -> Iterator[tuple[str, Files]]:
    yield from singles
    for (one, files), (other, _) in combinations(singles, 2):
        yield f"{one}, {other}", _applied(golden, files, other)


def _applied(golden: Golden, files: Files, name: str) -> Files:
    """Each file knows all of them: what one says, another may have to say as well."""
    config = golden.home.config
    all_files = tuple(Migration(m.file_name, text) for m, text in zip(golden.migrations, files, strict=True))
    return REWORDINGS[name].apply([Original(one, golden.project, config, all_files) for one in all_files])


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


# Ways to edit


def edit(good: Original, kinds: Sequence[str], change: Callable[[Any], object]) -> str:
    """Every statement of these kinds with its parse tree changed in place; `change` returns whether it did."""
    return put(good, kinds, lambda piece: _changed(piece, change))


def put(good: Original, kinds: Sequence[str], say: Callable[[Piece], str]) -> str:
    """Every statement of these kinds in the words that `say` gives; empty for as it is."""
    text = good.text
    for piece in sorted(good.pieces(*kinds), key=lambda p: p.statement.start, reverse=True):
        if said := say(piece):
            text = text[: piece.statement.start] + said + text[piece.statement.end :]
    return text


def _changed(piece: Piece, change: Callable[[Any], object]) -> str:
    node = copy.deepcopy(piece.node)
    return deparse(node) if change(node) else ""


def put_back(good: Original) -> str:
    """What the rollbacks of all files run, in lower case: what they put back must not be said otherwise."""
    return "".join(file.rollback.sql for file in good.earlier if file.rollback).lower()


def wrappers(message: Any) -> Iterator[Any]:
    """Every Node in a parse tree, outermost first; it may be replaced while this runs."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for one in value if field.is_repeated else [value]:
            if isinstance(one, pg_query_pb2.Node):
                yield one
            yield from wrappers(one)


def sql_of(node: Any) -> str:
    """An expression's text."""
    tree = postgast.parse("select 1")
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(node)
    return str(postgast.deparse(tree))[len("SELECT ") :]
