"""Which tables the rows of a new table reference, as a chunk says it."""

import re
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.reading.lexicon import TIES
from agent.offline.schema import Schema
from agent.offline.words import singular

_OWN = r"(?:(?:a|an|the|each|every|one|1|single|exactly|our|all|its|their|his|her|particular|specific|given|existing|own|certain|table|some|optional|possible|just|only|always|to|exact|of(?= (?:our|the|these))) )*"
_WEAK = r"(?:for|of|about|by|to|with|on|from|in|per|against)"
_STRONG = re.compile(
    rf"(?:^| )(?:(?P<may>may|can|could|might|optionally|optional|maybe) (?:(?:be|also|a|an|link|it) )*)?(?:{TIES}|is owned by|owner (?::|=|is)|comes? from|taken from|fk :|foreign key :|who is|which is|being|= fk|fk) (?:to )?{_OWN}(?P<noun>[a-z_]+)(?= |$)"
)
_LOOSE = re.compile(
    rf"(?:^| )(?:(?P<may>may|can|could|might|optionally|optional|maybe) (?:(?:be|also|a|an|link|it|have) )*)?{_WEAK} {_OWN}(?P<noun>[a-z_]+)(?= |$)"
)


@dataclass(frozen=True)
class Tie:
    noun: str
    table: str
    start: int
    """Number of words before it."""
    end: int
    optional: bool


def strong_tie(words: list[str], schema: Schema) -> Tie | None:
    """ "belongs to a child", "references profiles", "-> children"."""
    return _tie(_STRONG, words, schema, roles=True)


def loose_tie(words: list[str], schema: Schema) -> Tie | None:
    """ "for a child", "about one child", "per organization"."""
    return _tie(_LOOSE, words, schema, roles=False)


def table_of(noun: str, schema: Schema, *, roles: bool = False) -> str | None:
    """The table that a noun means, in British spelling and shortened too."""
    if noun in ("user", "users", "auth_users", "auth_user"):
        return "auth.users"
    for form in (noun, noun.replace("isation", "ization")):
        if table := schema.table(form):
            return table if table != "auth.users" else None
    if noun in ("org", "orgs", "doc", "docs"):
        found = [t for t in schema.tables if regex.fullmatch(rf"{noun.rstrip('s')}[a-z]+", t.split(".")[-1])]
        return found[0] if len(found) == 1 else None
    if roles and (key := schema.role_noun(noun)):
        return key.table
    return None


def noun_for(noun: str, table: str, schema: Schema) -> str:
    """What the column is named after: the table, or the role that the words give it."""
    return noun if schema.role_noun(noun) and not schema.table(noun) and table != "auth.users" else noun_of(table)


def _tie(pattern: re.Pattern[str], words: list[str], schema: Schema, *, roles: bool) -> Tie | None:
    text = " ".join(words)
    place = 0
    while match := pattern.search(text, place):
        place = match.start("noun")
        noun = match["noun"].removesuffix("_id")
        if table := table_of(noun, schema, roles=roles):
            before = text[: match.start()].split()
            return Tie(
                noun,
                table,
                len(before),
                len(text[: match.end()].split()),
                bool(match["may"]) or " optional " in match[0],
            )
    return None


def noun_of(table: str) -> str:
    return "user" if table == "auth.users" else singular(table.split(".")[-1])
