"""Columns of a table that is there, unique together: which table's, when only its parents are named."""

import re

from agent.offline.description import AddUnique
from agent.offline.reading import keys
from agent.offline.reading.alter import ACTIONS
from agent.offline.reading.naming import Unclear, content
from agent.offline.reading.target import mentions
from agent.offline.reading.traits import Rest
from agent.offline.schema import Schema
from agent.offline.words import singular

_ONE_EACH = re.compile(
    r"\b(?:unique|uniqueness|duplicates?|duplicated|once|twice|one|single|same|more than|distinct|1)\b"
)
_WITHIN = re.compile(
    r"^(?:within|inside|per|in) (?:an?|each|every|one|the same|any|a single) (?P<home>\w+),? (?P<what>[\w ]+?) "
    r"(?:must|should|have to|has to|need to|needs to|are to|is to) be unique$"
)
""" "within an organization, titles must be unique": whose they are comes first."""
_WORDS = re.compile(
    r"\b(?:index|constraint|key|pairs?|progress|once|only|same|combination|unique|uniqueness|composite|per|both|together|at most|one|duplicates?|no|never|table|in|can|ever|"
    r"more than|2|sometimes|occasionally|ends?|up|impossible|with|not|do|allow|must|may|cannot|prevent|avoid|forbid|disallow|reject|two|same|keep|getting|seeing|two|multiple|several|names?|records?|rows?|entry|entries|allow|allowed|exist|exists)\b"
)


def _column(noun: str, table: str, schema: Schema) -> str | None:
    """A column, named with or without its table: "document titles"."""
    own = singular(table.split(".")[-1]).replace("_", " ")
    return schema.column(table, noun) or schema.column(table, noun.removeprefix(f"{own} "))


def read_unique(text: str, schema: Schema) -> AddUnique | None:
    """Raises Unclear where more is said than that."""
    text = _WITHIN.sub(r"\g<what> must be unique per \g<home>", text)
    if not _ONE_EACH.search(text) or not (found := _unique(text, schema)):
        return None
    change, left = found
    if words := content(_WORDS.sub(" ", ACTIONS.sub(" ", left)).replace("¦", " ")):
        raise Unclear(" ".join(words))
    return change


def _unique(text: str, schema: Schema) -> tuple[AddUnique, str] | None:
    """A statement that columns of some table are unique together, and the text without it and the table."""
    strict = [table for *_, table, _ in mentions(text, schema)]
    loose = [table for *_, table, _ in mentions(text, schema, loose=True)]
    joined = [t for t in schema.tables if len({k.table for k in schema.foreign_keys(t)} & set(strict)) > 1]
    order = [*(t for t in loose if t in joined), *joined] if joined else [*strict, *loose]
    for table in dict.fromkeys(order):
        bare = table.split(".")[-1]
        words = {
            singular(bare),
            bare,
            bare.replace("_", " "),
            singular(bare).replace("_", " "),
            *([bare.split("_")[-1]] if "_" in bare else []),
        }
        nouns = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        strict_words = {bare, bare.replace("_", " "), singular(bare), singular(bare).replace("_", " ")}
        spoken = "|".join(map(re.escape, sorted(strict_words, key=len, reverse=True)))
        there = rf"\b(?:on|in|to|from|of|within|for)(?: the| our)? (?:{spoken})(?: table)?\b|\b(?:on|in|to|from|of|within)(?: the| our)? (?:{nouns}) table\b"
        rest = Rest(re.sub(r"\s+", " ", re.sub(there, " ", text)))
        found = keys.take_unique(rest, lambda noun, table=table: _column(noun, table, schema), nouns)  # type: ignore[misc]
        if found:
            keys_first = sorted(
                found,
                key=lambda name: (
                    name not in {k.column for k in schema.foreign_keys(table)},
                    list(schema.columns(table)).index(name),
                ),
            )
            ordered = found if re.search(r"\(\s*\w+(?:\s*,\s*\w+)+\s*\)", text) else keys_first
            return AddUnique(table, tuple(ordered)), re.sub(rf"\b(?:{nouns})\b", " ", rest.text)
    return None
