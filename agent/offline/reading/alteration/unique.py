"""Columns that are unique together."""

import re

from agent.offline.description import AddUnique
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_in, columns_of
from agent.offline.reading.known import mentions, spoken_columns
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.schema import Schema
from agent.offline.words import singular

WANTED = (
    r"unique(?:ness|ly)?|duplicates?|duplicated|doubles?|doubled|twice|two times|2 times|(?:only|at most|just|exactly|no more than|more than) (?:once|one|1)|once|"
    r"(?:one|1|a single) (?:time|row|entry|record)|again|(?:no|not|never|without|cannot|two|2|same|identical) [^.;\n]*?(?:same|again|identical)|never (?:two|2)|no (?:two|2)|(?:one|1|a single|single) [a-z_ ~]*?(?:per|for each|for every|for the same|for a given)"
)
TWO_ROWS = r"(?:two|2|multiple|several|many|double) [a-z_~ ]*?(?:rows|entries|records|lines)|duplicates?|doubles?|twice"
_SPENT = r"index|only|if|when|same|again|both|before|fields?|where|instead|given|one|1|2|two|never|once|twice|constraint|key|after|duplicate|table|each other"
_NARROWED = r"(?:but only|only (?:for|if|when|while)|where|except|unless|ignoring|at a time|at the same time|case|per (?:day|week|month|year)|a (?:day|week|month))"


def read_unique(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> AddUnique:
    """Raises Unclear where it shall hold for some rows only, or where no columns are named."""
    resolve = columns_of(table, schema)
    wishes = [c for c in clauses if not c.talk]
    if ledger.find(_NARROWED):
        raise Unclear(ledger.text)
    bare = table.split(".")[-1]
    for mention in mentions(ledger.left, schema):
        if mention.table == table and mention.words not in schema.columns(table):
            ledger.strike(mention.start, mention.end)
    groups = [list(spoken_columns(ledger, resolve, c.low, c.high)) for c in (*wishes, *(c for c in clauses if c.talk))]
    asked = [g for c, g in zip(wishes, groups, strict=False) if ledger.find(WANTED, c.low, c.high) and g]
    firm = [g for c, g in zip(wishes, groups, strict=False) if ledger.find("unique(?:ness)?", c.low, c.high) and g]
    spoken = max(firm or asked, key=len) if asked else []
    if len({s.column for s in spoken}) < 2:
        told = [g for g in groups if len({s.column for s in g}) > 1]
        whole = Ledger(ledger.text)
        told += [spoken_columns(whole, resolve, c.low, c.high) for c in clauses if c.talk]
        told = [
            g for g in told if len({s.column for s in g}) > 1 and {s.column for s in spoken} <= {s.column for s in g}
        ]
        spoken = told[0] if told else spoken
    columns = list(dict.fromkeys(s.column for s in spoken))
    if not columns:
        raise Unclear(f"which columns of {table} shall be unique")
    for group in groups:
        for one in group:
            if one.column in columns:
                ledger.strike(one.start, one.end)
    rows = {bare, singular(bare), *singular(bare).split("_"), "row", "rows", "record", "records", "entry", "entries"}
    match = ledger.find(rf"(?:unique|of|on) (?:\( )?([a-z]+) (?:in|of|on|per|and|,) {STRUCK}")
    if (
        match
        and match[1] not in rows
        and match[1] not in ("pair", "combination", "the", "together", "constraint", "index", "key")
    ):
        raise Unclear(match[0])
    subject = ledger.find(rf"{STRUCK}+ (?P<noun>[a-z]+) (?:may|can|must|should|is|are|has|cannot|appears?|exists?)")
    if subject and subject["noun"] not in rows | FILLERS | {
        "pair",
        "combination",
        "together",
        "constraint",
        "twice",
        "once",
        "both",
    }:
        raise Unclear(subject[0])
    ledger.take_all(WANTED)
    refuse_leftover(ledger, wishes, table, schema, spare=_SPENT, whole=True)
    return AddUnique(table, _ordered(columns, ledger.text, table, schema))


def _ordered(columns: list[str], text: str, table: str, schema: Schema) -> tuple[str, ...]:
    """As named; "within each organization" first; references in the order of the table."""
    references = {key.column for key in schema.foreign_keys(table)}
    if set(columns) <= references:
        order = list(schema.columns(table))
        return tuple(sorted(columns, key=order.index))
    match = re.search(
        r" (?:per|within|of the same|in(?:side)?(?= (?:one|an?|each|every|the same))|for the same) (?:(?:each|every|the|an?|one|same|single) )*([a-z_]+)",
        text,
    )
    if match and len(columns) == 2 and columns[1].removesuffix("_id") in (match[1], singular(match[1])):
        return columns[1], columns[0]
    return tuple(columns)


__all__ = ["WANTED", "columns_in", "read_unique"]
