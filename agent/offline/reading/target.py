"""Which of the project's tables a request is about."""

import re
from itertools import pairwise

from agent.offline.reading.naming import Unclear
from agent.offline.schema import USERS, Schema
from agent.offline.words import plural, singular

MARK = "¤"
"""Stands in a text where the table was named."""
_BEFORE = r"\b(?:(?:to|on|onto|in|into|of|for|from|at|inside|within|across|about|over) )?(?:(?:the|our|a|an|each|every|all|any|my|its|their|some|public|this|individual|single|new) )*(?:table )?"
_AFTER = r"(?: (?:table|model|entity|records?|rows?|entries|entry|tables)\b)*"


def mentions(text: str, schema: Schema, *, loose: bool = False) -> list[tuple[int, int, str, int]]:
    """(start, end, table, weight) of the nouns that mean a table; a heavier one is rather what the request is about."""
    found: list[tuple[int, int, str, int]] = []
    tokens = list(re.finditer(r"[a-z][a-z0-9_.]*", text))
    place = 0
    while place < len(tokens):
        for count in (3, 2, 1):
            group = tokens[place : place + count]
            if len(group) < count or (
                re.search(r"[^\s]", text[group[0].end() : group[-1].start()].replace(" ", ""))
                and count > 1
                and not _adjacent(text, group)
            ):
                continue
            words = text[group[0].start() : group[-1].end()].rstrip(".")
            table = schema.table(words)
            if (
                table is None
                and loose
                and count == 1
                and not re.fullmatch(
                    r"status|points?|score|level|name|title|type|child_id|lesson_id|table|index|log|column|user", words
                )
            ):
                table = schema.table(words, loose=True)
            if table and table != USERS:
                found.append(
                    (group[0].start(), group[-1].end(), table, _weight(text, group[0].start(), group[-1].end(), words))
                )
                place += count - 1
                break
        place += 1
    return found


def _adjacent(text: str, group: list[re.Match[str]]) -> bool:
    return all(text[a.end() : b.start()].strip() == "" for a, b in pairwise(group))


def _weight(text: str, start: int, end: int, words: str) -> int:
    weight = 0
    before, after = text[:start], text[end:]
    if re.match(r"\s+(?:table|model|entity)\b", after):
        weight += 4
    if re.search(
        r"\b(?:to|on|onto|in|into|from|inside|within|of|for)\s+(?:(?:the|our|each|every|all|a|an|existing|any|my) )*$",
        before,
    ):
        weight += 3
    if re.match(r"\s*(?:should|must|need|needs|has|have|can|could|may|gets|get|ought|want)\b", after) and re.fullmatch(
        r"\s*(?:(?:the|our|each|every|all|a|an|some|any|so|that) )*", before
    ):
        weight += 4
    if words == plural(words) and words != singular(words):
        weight += 1
    if "_" in words or " " in words:
        weight += 1
    if re.search(r"\b(?:of|for|per|by)\s+(?:(?:the|a|an|each|every) )*$", before):
        weight -= 1
    return weight


def target(text: str, schema: Schema) -> str | None:
    """The table that a sentence is about. Raises Unclear where two are as likely."""
    for match in re.finditer(r"\b([a-z_]\w*)\.([a-z_]\w*)\b|\b([a-z_]\w*) ?\(", text):
        table = schema.table(match[1] or match[3])
        if table and (match[2] or match[3]):
            return table
    found = mentions(text, schema) or mentions(text, schema, loose=True)
    if not found:
        return None
    best = max(weight for *_, weight in found)
    tables = list(dict.fromkeys(table for _, _, table, weight in found if weight == best))
    if len(tables) == 1:
        return tables[0]
    keyed = [table for table in tables if {k.table for k in schema.foreign_keys(table)} & set(tables)]
    if len(keyed) == 1:
        return keyed[0]
    raise Unclear(f"which of {' and '.join(tables)} is meant")


def without(text: str, table: str, schema: Schema) -> str:
    """The text with each mention of the table replaced by a mark; a column named with it (lessons.points) stays."""
    bare = table.split(".")[-1]
    text = re.sub(rf"\b(?:public\.)?(?:{bare}|{singular(bare)})\.(?=[a-z_])", f" {MARK} ", text)
    columns = schema.columns(table)  # the emotion of emotion logs is no table's name
    spans = [(s, e) for s, e, found, _ in mentions(text, schema) if found == table and text[s:e] not in columns]
    if not spans:
        spans = [(s, e) for s, e, found, _ in mentions(text, schema, loose=True) if found == table]
    for start, end in reversed(spans):
        head = re.sub(rf"{_BEFORE}$", "", text[:start])
        tail = re.sub(rf"^{_AFTER}", "", text[end:])
        text = f"{head} {MARK} {tail}"
    return re.sub(r"\s+", " ", text).strip()
