"""From the words for a column to its name; words that no column is called name none."""

from agent.offline import regex
from agent.offline.reading.clauses import read_clause
from agent.offline.reading.conventions import Named, is_participle, is_snake, standard
from agent.offline.reading.lexicon import CHARGED, FILLERS, NEVER_NAMES
from agent.offline.words import wordset

_STOP = wordset(
    "which that so because where since is are was were has have can may must should will of for to as like such in on from "
    "with without by per when if until while than then it they we be being been depending meaning showing describing saying "
    "telling indicating stored kept used using measured based visible belongs goes needs gets lets at into over under still "
    "would about but and or who whose only not never unless also itself starts begins ranges reaching consisting now too then please yet again"
)
_ADVERBS = wordset("soon later anyway instead again already often today tomorrow right away properly quickly")
"""At the end of what is no name."""
_INNER = wordset("of at by on per")
"""Small words that a name may hold: "date of birth", "unlocked at"."""
_VAGUE = wordset(
    "free-form freeform flexible arbitrary custom general generic any other short brief long longer quick free certain simple small separate"
)
_AFTERWORDS = wordset(
    "field column attribute property value values timestamp address link number percentage text string flag"
)


def named(words: list[str], noun: str = "") -> Named | None:
    """The name that the words begin with, behind what only leads up to it; None where there is none.

    `noun` is the table's in the singular: a "quest title" of quests is its title.
    """
    written = [word for word in words if is_snake(word)]
    if len(written) == 1:
        return _final(written[0], noun, exact=True)
    if special := read_clause(" ".join(words), noun):
        return special
    words = _without_infinitives(words)
    while words and (words[0] in FILLERS or words[0] in _VAGUE or not regex.match(r"[a-z#]", words[0])):
        words = words[1:]
    kept: list[str] = []
    for place, word in enumerate(words):
        if not regex.fullmatch(r"[a-z][a-z0-9_-]*", word):
            break
        if (word in _INNER and kept and place + 1 < len(words)) or (word in ("at", "by", "on") and kept):
            if word in ("at", "by", "on") and is_participle(kept[-1]):
                kept.append(word)
                break
            if word == "of" and kept[-1] in (
                "date",
                "place",
                "number",
                "count",
                "amount",
                "name",
                "level",
                "kind",
                "type",
            ):
                kept.append(word)
                continue
            break
        if word == "from" and kept == ["available"]:
            kept.append(word)
            break
        if word in _STOP or (word in FILLERS and kept and kept[-1] != "of"):
            break
        if word in FILLERS:
            continue
        kept.append(word)
    while (
        len(kept) > 1
        and kept[-1] in _AFTERWORDS
        and kept[-1] not in ("link", "address", "number", "percentage", "timestamp")
    ):
        kept = kept[:-1]
    if not kept or len(kept) > 4 or kept[0] in ("col", "out", "off") or (len(kept) == 1 and kept[0] in NEVER_NAMES):
        return None
    if len(kept) > 1 and kept[-1] in _ADVERBS:
        return None
    if kept[0] in ("number", "count", "amount") and len(kept) > 2 and kept[1] == "of":
        return Named(f"{'_'.join(kept[2:]).removesuffix('s')}_count", "integer")
    if len(kept) == 4 and kept[1:3] in (["number", "of"], ["amount", "of"], ["count", "of"]):
        kept = [kept[0], kept[3]]  # "a target number of minutes"
    if len(kept) == 3 and kept[1] == "of" and kept[2] != "birth":
        kept = [kept[2], kept[0]]
    return _final(regex.sub(r"[^a-z0-9]+", "_", "_".join(kept)).strip("_"), noun, exact=False)


def _without_infinitives(words: list[str]) -> list[str]:
    """ "want to attach a video" without what is done."""
    kept: list[str] = []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        wish = (
            before == "to" and place > 1 and words[place - 2] in ("want", "like", "need", "love", "able", "wish", "us")
        )
        if (wish or before in ("we", "i", "you")) and word not in FILLERS:
            continue
        kept.append(word)
    return kept


def _final(name: str, noun: str, *, exact: bool) -> Named | None:
    if noun and not exact and name.startswith(f"{noun}_") and name != f"{noun}_id":
        name = name.removeprefix(f"{noun}_")
    name = name if exact else standard(name, noun)
    spoken = not exact and ({"no", "not", "never", *CHARGED} & set(name.split("_")) or name in NEVER_NAMES)
    if spoken or not regex.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){0,4}", name):
        return None
    return Named(name, user=bool(regex.fullmatch(r"[a-z]+(?:ed|en|wn)_by", name)))
