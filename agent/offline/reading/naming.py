"""From the words for a column to its name; words that no column is called are refused."""

import re
from dataclasses import dataclass

from agent.offline.words import wordset

_FILLERS = wordset(
    "a an the its their his her our your my this that these those each every all any some it they them we i you he she one ones "
    "which who what there here be is are was were been being am do does did have has had having will would shall should must can "
    "could may might need needs needed want wants like please just simply also too as well then so and or of to for with in on at "
    "by from into about but get gets where whereby whose if how when either both such let lets us "
    "column columns field fields attribute attributes property properties called named value values plus stored store kept keep "
    "keeps recorded record tracked track holding holds hold containing contains contain including includes include consisting "
    "consists carries carry bears bear sports sport new own given only always ever additionally furthermore finally lastly another "
    "addition besides starts begins starting beginning run runs stay stays go goes lie lies measured allowed allow accepted accept "
    "accepts accepting permitted valid ranging range ranges restricted limited limit constrained validated checked ok okay "
    "become becomes use uses using make makes making made existing currently match matches say says saying sure ensure"
)
_NEVER = re.compile(
    r"(?:^|_)(?:per|often|whenever|every|each|all|changes?|changed|write|none|once|twice|when|filtered|filter|lookups?|speed|slow|"
    r"should|would|could|must|so|because|always|never|to|from|than|with|without|those|these|which|what|audit|duplicates?|partial|"
    r"trigger|function|rows?|records?|tables?|columns?|fields?|please|but|or|and|default|defaults|reject|anything|everything|"
    r"nothing|somebody|not|no|cannot|how|why|where|until|unless|while|their|its|they|we|you|us|i|restrict|ensure|enforce|"
    r"constraint|drop|delete|remove|it|was|were|are|had|may|will|been|be|belongs|stores|store|stored|goes|go|given|via|view|see|"
    r"create|between|generated|computed|calculated|derived|virtual|index|requires?|something|anything|thing|things|stuff|access|permissions?|privileges?|policy|policies|know|expect|expects|nobody|want|wants|need|needs|must|like|let|paying|huge|can_(?:see|view|read))(?:_|$)|(?:^|_)(?:in|for|by|on|at)_|_(?:in|for|of|is|has)$|_(?:is|are)_|^(?:empty|blank|omitted|unspecified|going|again|inclusive|exclusive)$"
)
"""Words that no column is called: they belong to a sentence that was not understood."""
_CUT = re.compile(
    r"\b(?:shown|used|displayed|describing|explaining|telling|indicating|showing|which|that|so|because|where|since|representing|"
    r"visible|meaning|such as|like|based on|depending|belonging|saying|"
    r"is when|are when|is the (?:moment|time)|to (?:show|display|help|let|allow|identify|describe|explain|indicate|track|mark|say|tell|store|know)|"
    r"for (?:the|a|an|when|use|showing|display|each|every|our|internal|extra|anything|later|other))\b"
)
HARD = re.compile(
    r"\d|\b(?:not|never|cannot|no|unless|except|only|unique|default|must|drop|delete|remove|public|anon)\b|[<>=]"
)
"""Words that carry an instruction."""
GENERIC = wordset(
    "link links url urls address addresses value values number numbers ones those rest others entries web level scale"
)
"""What a later part of the sentence may call the column that it goes on about."""
_UNITS = wordset("point points minute minutes seconds hours days weeks stars dollars cents euros percent")
_VAGUE = (
    "free-form",
    "freeform",
    "flexible",
    "arbitrary",
    "custom",
    "additional",
    "extra",
    "general",
    "generic",
    "any",
    "other",
)
_SIZES = ("short", "brief", "long", "longer", "quick", "free")


@dataclass(frozen=True)
class Named:
    """A column's name as the words give it, and the type that they imply."""

    name: str
    type: str | None = None
    user: bool = False
    """It names the person who did something."""


class Unclear(Exception):  # noqa: N818 - what is unclear, not what went wrong
    """Words that were not understood."""

    def __init__(self, words: str) -> None:
        self.words = re.sub(r"\s+", " ", re.sub(r"[¦¤]", " ", words)).strip(" ,;:-")
        super().__init__(self.words)


def is_filler(word: str) -> bool:
    return word in _FILLERS


def content(text: str) -> list[str]:
    """The words that carry meaning, without bars and fillers."""
    return [word for word in re.findall(r"[\w#%<>=-]+", text) if re.search(r"\w", word) and not is_filler(word)]


def named(text: str, noun: str = "") -> Named | None:
    """The name that is left of a column's description; None where only fillers are.

    `noun` is the table's in the singular: a "quest title" of quests is its title. Raises Unclear.
    """
    from agent.offline.reading.clauses import read_clause

    for part in [text, *re.split(r"[¦,;:()]+", text)]:
        if (special := read_clause(part, noun)) and not content(text.replace(part, "")):
            return special
    kept = []
    for part in re.split(r"[¦,;:()]+|(?<!\w)-(?!\w)", text):
        cut = _CUT.search(part)
        head, tail = (part[: cut.start()], part[cut.start() :]) if cut and content(part[: cut.start()]) else (part, "")
        if HARD.search(" ".join(content(tail))):
            raise Unclear(text)
        if words := trimmed(head.split()):
            kept.append(words)
    if not kept:
        return None
    return _plain(kept, noun)


def _plain(kept: list[list[str]], noun: str) -> Named:
    """The name that the parts make, of which all but one are generic or a unit. Raises Unclear."""
    if len(kept) > 1:
        kept = [words for words in kept if not all(word in GENERIC for word in words)] or kept
    words = kept[0]
    if len(words) == 2 and words[0] in _SIZES and words[1] not in ("name", "code", "url"):
        words = words[1:]
    if len(words) == 2 and words[0] in _VAGUE and words[1] in ("metadata", "data", "settings", "config", "json"):
        words = words[1:]
    for more in kept[1:]:
        if len(more) == 1 and more[0] in _UNITS:
            words = [*words, more[0]]
        else:
            raise Unclear(" ".join(word for words in kept for word in words))
    if re.search(r"\b(?:has|have|is|are|was|were) (?:an?|the|its)\b", " ".join(words)):
        raise Unclear(" ".join(words))
    name = _join(words, noun)
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){0,4}", name) or _NEVER.search(_bare(name, words)):
        raise Unclear(" ".join(words))
    return Named(name, user=bool(re.fullmatch(r"[a-z]+(?:ed|en|wn)_by", name)))


def _bare(name: str, words: list[str]) -> str:
    """A name that is written as one ("minutes_per_day", "assigned_to") may hold small words."""
    if len(words) == 1 and "_" in words[0].strip("_"):
        name = re.sub(r"^(?:wants|needs|likes?|can|must|may|not|no|all|default|was|had)_(?=[a-z])", "", name)
        return re.sub(r"(?<=[a-z])_(?:per|to|from|of|by|in|on|at|for)(?=_|$)", "", name)
    return name


def trimmed(words: list[str]) -> list[str]:
    """Without fillers at both ends; "unlocked at" and "created by" keep theirs."""
    from agent.offline.reading.clauses import is_participle

    while words and (is_filler(words[0]) or not re.search(r"\w", words[0])):
        words = words[1:]
    while words and (is_filler(words[-1]) or not re.search(r"\w", words[-1])):
        if words[-1] in ("at", "by", "on", "from") and len(words) in (2, 3) and is_participle(words[-2]):
            break
        words = words[:-1]
    return words


def _join(words: list[str], noun: str) -> str:
    from agent.offline.reading.clauses import standard

    if len(words) == 3 and words[1] in ("of", "in") and words[2] != "birth":
        words = [words[2], words[0]]
    elif len(words) >= 4 and words[1] == "of":
        words = [*(w for w in words[2:] if not is_filler(w)), words[0]]
    words = [word for word in words if word not in ("the", "a", "an", "its")]
    written = [word for word in words if "_" in word.strip("_")]
    if len(written) == 1 and all(word in GENERIC | {"url", "in", "as"} for word in words if word != written[0]):
        return written[0]
    name = re.sub(r"[^a-z0-9]+", "_", "_".join(words)).strip("_")
    if noun and name.startswith(f"{noun}_") and name != f"{noun}_id":
        name = name.removeprefix(f"{noun}_")
    return standard(name, noun)
