"""What a new table may be called."""

import re

from agent.offline import regex
from agent.offline.reading import lexicon
from agent.offline.schema import Schema
from agent.offline.words import plural, singular, wordset

_ADJECTIVES = wordset(
    "a an the new another simple small separate dedicated additional extra proper database db sql postgres supabase our own single "
    "basic append-only read-only private following junction join joining link linking bridge bridging mapping association associative pivot "
    "many-to-many connecting relationship relation feature this that same whole current existing which what"
)
NO_NAME = (
    lexicon.FILLERS
    | lexicon.ACCESS_VERBS
    | _ADJECTIVES
    | wordset(
        "contents behind beneath underneath request today now yet already itself below above members member parents users user owners everyone everybody nobody teams writes reads logs records ensures ensure guarantees guarantee prevents prevent makes lets allows checks always never zero higher lower "
        "add create make build introduce set up need want define design implement model please name whose listing linking joining storing connects links ties relates maps pairs brings "
        "so where between joins stores holds pls public project index trigger to me us in use relations rows per can should must for given too "
        "exists exist required mandatory obligatory optional nullable necessary compulsory text short long given empty unknown shown "
        "request requests proposal ticket also columns column field fields index extend alter update change unique partial audit backfill convert improve drop delete remove speed belongs missing default initial starter"
    )
)


def is_new(name: str, schema: Schema) -> bool:
    return (
        bool(regex.fullmatch(r"[a-z][a-z0-9_]*", name))
        and name not in NO_NAME
        and schema.table(name) is None
        and not regex.search(r"_(?:type|status|level|id|at|on|by|url|date|count|points)$", name)
        and len(name) > 2
    )


def phrase(words: list[str], schema: Schema) -> str | None:
    """``children quests`` are quests of children; ``child skills`` and ``lesson ratings`` keep their name."""
    if len(words) >= 2 and schema.table(words[0]):
        if words[0] == plural(words[0]) and words[0] != singular(words[0]) and not schema.table(words[-1]):
            words = words[1:]
        else:
            words = [singular(words[0]), *words[1:]]
    if any(word in NO_NAME for word in words):
        return None
    name = "_".join(words)
    return name if is_new(name, schema) else None


def matches(pattern: str, left: str) -> list[re.Match[str]]:
    return list(regex.finditer(rf"(?<![^ ])(?:{pattern})(?![^ ])", left))


def overlapping(pattern: str, left: str) -> list[re.Match[str]]:
    found, place, compiled = [], 0, re.compile(rf"(?<![^ ])(?:{pattern})(?![^ ])")
    while match := compiled.search(left, place):
        found.append(match)
        place = match.start() + 1
    return found
