"""The same statements, laid out, ordered, quoted or explained otherwise."""

import re
from collections.abc import Iterator

from evals.mutants.base import Original, deparse
from evals.rewordings.base import edit, put, put_back, rewording
from tools.checks._statements import Piece

_PLAIN = (
    "CreateStmt", "AlterTableStmt", "IndexStmt", "CreatePolicyStmt", "GrantStmt", "CommentStmt", "DropStmt", "ViewStmt",
    "CreateTrigStmt", "AlterEnumStmt", "AlterPublicationStmt", "InsertStmt", "UpdateStmt", "DeleteStmt",
)  # fmt: skip
_FUNCTIONS = ("CreateFunctionStmt",)
_WORDS = re.compile(
    r"\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|'(?:[^']|'')*'|\"[^\"]*\"|\b(?:create|table|if|not|exists|primary|key|references|on|delete|cascade|check|default|null|"
    r"index|using|alter|enable|row|level|security|grant|revoke|select|insert|update|all|from|to|policy|for|with|where|"
    r"and|or|in|between|is|comment|column|drop|trigger|before|after|each|execute|function|add|values|into|unique|view)\b",
    re.DOTALL,
)
_QUALIFIED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|(?<![\w\".$])public\.([a-z_][a-z0-9_]*)(?![\w(\[])")


@rewording
def comments_reworded(good: Original) -> str:
    """Comments on objects say a little more."""

    def change(node: object) -> bool:
        said = str(getattr(node, "comment", ""))
        node.comment = f"{said} (see the handbook)"  # type: ignore[attr-defined]
        return bool(said)

    return good.text if "comment on" in put_back(good) else edit(good, ("CommentStmt",), change)


@rewording
def keywords_in_capitals(good: Original) -> str:
    """Keywords are written in capitals."""
    return put(good, _PLAIN, lambda piece: _WORDS.sub(_capital, piece.statement.text))


def _capital(found: re.Match[str]) -> str:
    return found[0] if found[0][0] in "'\"$" else found[0].upper()


@rewording
def names_quoted(good: Original) -> str:
    """Names of tables are quoted."""

    def say(piece: Piece) -> str:
        return _QUALIFIED.sub(lambda f: f'"public"."{f[1]}"' if f[1] else f[0], piece.statement.text)

    return put(good, ("CreateStmt", "AlterTableStmt", "IndexStmt", "CreatePolicyStmt", "CreateTrigStmt"), say)


@rewording
def on_one_line(good: Original) -> str:
    """Each plain statement stands on one line."""
    return put(good, _PLAIN, lambda piece: deparse(piece.node))


@rewording
def blocks_tagged(good: Original) -> str:
    """Bodies of functions and blocks stand between other marks."""
    head, *rest = re.split(r"\$\$", good.text)
    if re.search(r"\$\w+\$", good.text):
        return good.text  # one in another: which is which?
    return head + "".join(f"$words${part}" for part in rest) if len(rest) % 2 == 0 else good.text


@rewording
def bodies_annotated(good: Original) -> str:
    """Bodies of functions begin with a comment."""

    def say(piece: Piece) -> str:
        return re.sub(r"(\bas (\$\w*\$)\n)", r"\1  -- In short steps.\n", piece.statement.text, count=1)

    return good.text if "function" in put_back(good).replace("drop function", "") else put(good, _FUNCTIONS, say)


@rewording
def purpose_reworded(good: Original) -> str:
    """The header says what it is for in other words."""
    return re.sub(r"^(-- Purpose: )(.*)$", r"\1As asked for by the team. \2", good.text, count=1, flags=re.MULTILINE)


@rewording
def created_another_day(good: Original) -> str:
    """The header has another date."""
    return re.sub(r"^(-- Created: ).*$", r"\g<1>2026-12-24", good.text, count=1, flags=re.MULTILINE)


@rewording
def title_reworded(good: Original) -> str:
    """The header has another title."""
    return re.sub(r"^(-- Migration: )(.*)$", r"\1\2, first step", good.text, count=1, flags=re.MULTILINE)


@rewording
def remarks_added(good: Original) -> str:
    """Plain comments explain what goes without saying."""
    kinds = (*_PLAIN[:4], "CreateExtensionStmt", "SelectStmt")
    return put(good, kinds, lambda p: "" if p.nested else f"/* as agreed */ {p.statement.text}")


@rewording
def words_quoted_otherwise(good: Original) -> str:
    """What a statement hands over between dollars stands between quotes."""

    def say(piece: Piece) -> str:
        quoted = re.compile(r"\$(\w*)\$(.*?)\$\1\$", re.DOTALL)
        return quoted.sub(lambda found: "'" + found[2].replace("'", "''") + "'", piece.statement.text)

    return put(good, ("SelectStmt",), lambda piece: "" if piece.nested else say(piece))


@rewording
def wider_apart(good: Original) -> str:
    """There are more empty lines."""
    text = good.text
    for piece in reversed(good.pieces(*_PLAIN)):
        if not piece.nested and text[: piece.statement.start].endswith(";\n"):
            text = f"{text[: piece.statement.start]}\n\n{text[piece.statement.start :]}"
    return text


@rewording
def indexes_in_another_order(good: Original) -> str:
    """Indexes are made in the opposite order."""
    return _turned(good, "IndexStmt")


@rewording
def comments_in_another_order(good: Original) -> str:
    """Comments stand in the opposite order."""
    return _turned(good, "CommentStmt")


@rewording
def policies_in_another_order(good: Original) -> str:
    """Policies are made in the opposite order, each after its DROP."""
    return _turned(good, "DropStmt", "CreatePolicyStmt")


def _turned(good: Original, *kinds: str) -> str:
    """Runs of such statements, with nothing but space between, in the opposite order."""
    text = good.text
    for run in reversed(list(_runs(good, kinds))):
        spans = [(unit[0].statement.start, unit[-1].statement.end) for unit in run]
        said = [text[start:end] for start, end in spans]
        for (start, end), other in reversed(list(zip(spans, said[::-1], strict=True))):
            text = text[:start] + other + text[end:]
    return text


def _runs(good: Original, kinds: tuple[str, ...]) -> Iterator[list[list[Piece]]]:
    pieces = [piece for piece in good.pieces(*_PLAIN, "CreateFunctionStmt", "DoStmt") if not piece.nested]
    run: list[list[Piece]] = []
    at = 0
    while at < len(pieces):
        unit = pieces[at : at + len(kinds)]
        joined = tuple(piece.kind for piece in unit) == kinds
        if joined and run and good.text[run[-1][-1].statement.end : unit[0].statement.start].strip(";\n ") == "":
            run.append(unit)
        else:
            if len(run) > 1:
                yield run
            run = [unit] if joined else []
        at += len(kinds) if joined else 1
    if len(run) > 1:
        yield run
