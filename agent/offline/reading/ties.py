"""References in words: "belongs to a child", "references profiles", "-> children"."""

import re

from agent.offline.reading.ledger import Ledger
from agent.offline.reading.lexicon import TIES
from agent.offline.reading.slots import Slot
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema
from agent.offline.words import singular

_OWN = r"(?:(?:a|an|the|each|every|one|1|single|exactly|our|all|its|their|his|her|particular|specific|given|existing|own|certain|table|some|to|optional|possible|parents?(?= profile)) )*"
_MAY = r"(?:may|can|could|might|optionally|optional)"
_TIE = rf"(?:(?P<may>{_MAY})(?: (?:be|a|an|also|link|it))* )?(?:(?:is|are|must|always|be|which|that|row|itself) )*{TIES} {_OWN}(?P<noun>[a-z_]+(?: [a-z_]+)?)"
_CASCADE = r"(?:,|and|which|that|it|is|are|should|must|be|get|gets|its|the|all|also|automatically|too|links?|both|\(|they|quests?|achievements?|will|on delete)"
_GONE = r"(?:(?:is|are|gets?|has been|was|were) (?:being )?(?:deleted|removed|gone)|goes(?: away)?|disappears|leaves)"
_WHOSE = r"(?:(?:the|its|their|a|an|that|this) )?[a-z_]+(?: or (?:(?:the|its|their|a|an|that|this) )?[a-z_]+)?"
_CASCADES = (
    rf"(?:when(?:ever)?|if|once) {_WHOSE} {_GONE}(?: ,)? (?:(?:then|so|its|the|their|all|{_CASCADE}|[a-z]+) )*?(?:deleted?s?|removed?s?|go(?:es)?|cascades?|disappears?)(?: (?:too|also|along|as well|away))*",
    rf"(?:{_CASCADE} )*(?:deleted?s?|removed?s?|disappears?|vanish(?:es)?|goes away|go away|gone) (?:(?:the|its|their|all) [a-z_~]+ )?(?:together |along )?(?:when(?:ever)?|if|once|as soon as|with) {_WHOSE}(?: {_GONE})?",
    rf"(?:deleting|removing) {_WHOSE} (?:also )?(?:deletes|removes|cascades to)(?: (?:the|its|it|them|links?|rows?|all))*",
    r"(?:both )?(?:on delete )?cascad(?:e|es|ing)(?: on delete)?",
)


def read_cascades(ledger: Ledger) -> None:
    """Rows of what is referenced take theirs along, which is the convention anyway."""
    for pattern in _CASCADES:
        ledger.take_all(pattern)


def read_ties(ledger: Ledger, schema: Schema) -> list[Slot]:
    """The references that are told, struck out."""
    found = []
    place = 0
    while match := ledger.find(_TIE, place):
        noun, table = referent(match["noun"], schema)
        if table is None:
            place = match.start() + 1
            continue
        end = match.start("noun") + len(noun)
        required = False if match["may"] or " optional " in match[0] else None
        found.append(Slot(match.start(), end, Traits(refers=table, required=required)))
        ledger.strike(match.start(), end)
        while more := re.compile(
            rf"(?: ,)? (?:and(?: to| for| with)?|to|as well as|,) {_OWN}(?P<noun>[a-z_]+)(?= [.,;)\n~]| and | with | has |$)"
        ).match(ledger.left, end):
            noun, table = referent(more["noun"], schema)
            if table is None:
                break
            found.append(Slot(more.start("noun"), more.start("noun") + len(noun), Traits(refers=table)))
            end = more.start("noun") + len(noun)
            ledger.strike(more.start(), end)
        place = 0
    return found


def referent(words: str, schema: Schema) -> tuple[str, str | None]:
    """The words that mean a table, or a role towards one, and the table."""
    options = [words, words.split()[0]]
    for noun in options:
        if noun in ("user", "users", "auth user", "auth users", "auth_users", "person"):
            return noun, "auth.users"
        if table := schema.table(noun):
            return noun, table
        if key := schema.role_noun(noun):
            return noun, key.table
    return words, None


def noun_of(table: str) -> str:
    return "user" if table == "auth.users" else singular(table.split(".")[-1])
