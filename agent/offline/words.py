"""Nouns in singular and plural: what tables and columns are called."""

from functools import lru_cache

from agent.offline import regex


def wordset(text: str) -> frozenset[str]:
    """Words with spaces between them, as a set."""
    return frozenset(text.split())


_IRREGULAR = {
    "children": "child",
    "people": "person",
    "men": "man",
    "women": "woman",
    "media": "media",
    "data": "data",
    "series": "series",
    "news": "news",
    "progress": "progress",
    "status": "status",
    "address": "address",
    "statuses": "status",
    "indices": "index",
    "indexes": "index",
    "criteria": "criteria",
    "metadata": "metadata",
    "movies": "movie",
    "analyses": "analysis",
    "quizzes": "quiz",
    "kids": "kid",
    "bonus": "bonus",
    "classes": "class",
    "leaves": "leaf",
    "lives": "life",
    "cookies": "cookie",
}
_PLURALS = {single: many for many, single in _IRREGULAR.items() if single != many and many != "indices"}


@lru_cache(maxsize=4096)
def singular(noun: str) -> str:
    """The last word of a noun, snake_case or not, in the singular."""
    head, separator, last = _last(noun)
    return head + separator + _IRREGULAR.get(last, _regular_singular(last))


@lru_cache(maxsize=4096)
def plural(noun: str) -> str:
    head, separator, last = _last(noun)
    if (last in _IRREGULAR and _IRREGULAR[last] != last) or last in ("data", "metadata", "media", "series", "news"):
        return noun
    if last in _PLURALS:
        return head + separator + _PLURALS[last]
    if last != _regular_singular(last):
        return noun
    if last.endswith(("s", "x", "z", "ch", "sh")):
        last += "es"
    elif regex.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return head + separator + last


def _last(noun: str) -> tuple[str, str, str]:
    match = regex.match(r"^(.*)([ _])([^ _]+)$", noun)
    return (match[1], match[2], match[3]) if match else ("", "", noun)


def _regular_singular(word: str) -> str:
    if (len(word) < 4 and word not in ("ids",)) or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("eezes", "izes", "azes")):
        return word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word.removesuffix("s")
