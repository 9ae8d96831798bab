"""What a request is about: the table, and how its columns are called."""

import re

from agent.offline import regex
from agent.offline.reading.known import Mention, Resolve, about, mentions, resolver
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.tables.moments import root
from agent.offline.schema import Schema
from agent.offline.words import singular, wordset


def topic(wishes: str, whole: str, schema: Schema) -> str | None:
    """The table, first by the wishes alone. Raises Unclear where several are as likely."""
    for match in regex.finditer(r"(?<![^ ])([a-z_]\w*) ⋅ ([a-z_]\w*)", whole):
        if table := schema.table(match[1]):
            return table
    for match in regex.finditer(
        r"(?:^|\n|\.)(?: •)? ([a-z_]+)(?: table)? (?::|\()| \( (?:in |on |the )*table (?:: )?([a-z_]+) \)", whole
    ):
        if table := schema.table(match[1] or match[2]):
            return table
    named = _by_columns(wishes, schema) or _by_columns(whole, schema)
    for text in (wishes, whole):
        try:
            found = about(text, schema)
        except Unclear:
            beside = {m.table for m in mentions(text, schema) if _of_column(text, m, schema)}  # "badge descriptions"
            if len(named) == 1 or len(beside) == 1:
                return (named if len(named) == 1 else beside).pop()
            raise
        if found is not None:
            mentioned = {m.table for m in mentions(text, schema)}
            bare = re.escape(found.split(".")[-1])
            gets = rf" {bare} (?:needs?|should|must|gets?|want|could)|(?:to|on|give|extend) (?:(?:the|our|all|every|each) )*{bare} "
            near = named & {m.table for m in mentions(whole, schema)} if len(named) > 1 else named
            if (
                len(near) == 1
                and found not in named
                and not regex.search(gets, text)
                and near <= {*mentioned, *_keyed(mentioned, schema)}
            ):
                return next(iter(near))
            return found
    if not named:  # the only table with a column of that name
        for word in wishes.split():
            holders = [t for t in schema.tables if word in schema.columns(t)]
            if len(holders) == 1:
                return holders[0]
            if holders and word not in ("id", "name", "created_at", "updated_at"):
                raise Unclear(f"which table's {word} is meant ({', '.join(holders)})")
    if len(named) > 1:
        raise Unclear(f"which of {' and '.join(sorted(named))} is meant")
    return named.pop() if named else None


def _of_column(text: str, mention: Mention, schema: Schema) -> bool:
    after = regex.match(r" ([a-z_]+)(?![^ ])", text[mention.end :])
    return bool(after and schema.column(mention.table, after[1]))


def _keyed(tables: set[str], schema: Schema) -> set[str]:
    """Tables that reference one of these."""
    return {t for t in schema.tables if any(k.table in tables for k in schema.foreign_keys(t))}


def _by_columns(text: str, schema: Schema) -> set[str]:
    """The tables that have all columns whose names stand in the text as one word with underscores, or two words."""
    holders: list[set[str]] = []
    words = text.split()
    for count in (3, 2, 1):
        for place in range(len(words) - count + 1):
            noun = "_".join(words[place : place + count])
            found = {t for t in schema.tables if noun in schema.columns(t)}
            if "_" in noun and found and not (noun.endswith("_at") and len(found) > 1):
                holders.append(found)
    return set.intersection(*holders) if holders else set()


def columns_of(table: str, schema: Schema) -> Resolve:
    """Names of a table's columns: by themselves, after the table's noun ("lesson points"), without is_, _at and _id."""
    plain, bare = resolver(table, schema), singular(table.split(".")[-1])
    owns = {bare, bare.replace("_", " "), *bare.split("_")}
    columns = schema.columns(table)
    labels = {label.lower() for name in columns for label in schema.choices(table, name)}
    dated = [name for name in columns if name.endswith("_at") and name.count("_") == 1]
    moments = {root(name.removesuffix("_at")): name for name in dated}

    def resolve(words: str) -> str | None:
        if words in labels and words not in columns:
            return None
        if found := plain(words):
            return found
        head, _, rest = words.partition(" ")
        if rest and head in owns and (found := plain(rest)):
            return found
        if rest in ("time", "date", "moment", "timestamp") and (found := moments.get(root(head))):
            return found
        if " " in words or len(words) < 5 or words in _COMMON:
            return None
        parts = [
            name
            for name in columns
            if {words, singular(words)} & set(name.split("_")[:-1]) or singular(words) == singular(name.split("_")[-1])
        ]
        return parts[0] if len(parts) == 1 else None

    return resolve


_COMMON = wordset("table column value values level number names should first other their there these where which")
