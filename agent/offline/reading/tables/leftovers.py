"""What became part of nothing: strong words are a reason to refuse, prose is none."""

import re

from agent.offline import regex
from agent.offline.reading.conventions import is_snake
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import CHARGED, COLUMN_WORDS
from agent.offline.words import wordset

_HARD = (
    r"(?:starts?|begins?|starting|ends?|ending) with|followed by|multiple of|match(?:es)?|depends? on|equal to|sum of|"
    r"(?:belongs? to|belonging to|linked to|references?)(?= (?:an?|the|its|another) )|first (?:letter|character|word)|"
    r"(?:is|are|be|gets?) (?:cut|truncated|shortened|trimmed|clipped)|copied|computed|starts?(?= (?:as|at|out))|starting(?= (?:as|at))|in (?:upper|lower) ?case|capital letters?"
)
_HARD_WORDS = re.compile(rf"(?<![^ ])(?:{_HARD})(?![^ ])")
_PASSING = wordset(
    "once when if where only same after before again later not default until than no never enum true false least most unique "
    "without again distinct public half move min max archive copy json multiple optional required date"
)
"""Strong words that prose uses in passing, in a sentence that says nothing of a column."""
_WEAK = wordset("not only default when after once again later most least until than same uuid text")
_COLUMNS = wordset("title description note notes body summary bio caption headline subtitle slug")
"""Columns of their own, where they stand with another one's facts."""
_MODAL = re.compile(
    r"(?:^| )(?:must|shall|cannot|may not|should not|never|have to|has to|should|can only|may only)(?: |$)"
)
_FORBIDS = re.compile(
    r"(?:^| )(?:(?<!we )(?<!i )(?<!they )must|cannot|may not|must not|should not|can only|may only|has to)(?: |$)"
)
_ORDERS = re.compile(
    r"(?:^| )(?:reply|another|other|each other|only if|only when|but only|except|unless|send|sends|email|mails?|notify|compute[sd]?|calculate[sd]?|overlap\w*|sum|average|encrypt\w*|hash(?:ed|es)?|trigger\w*|schedule|cron|bucket|"
    r"migrate|import(?:ed)?|sync\w*|copy|copies|copied|seed|backfill|expire automatically|(?:admins?|teachers?) (?:can|may|must|should|only|alone)|(?:for|by|only|to) (?:admins?|teachers?)|validate[sd]?|regex|pattern|"
    r"increment\w*|decrement\w*|recalculate\w*|webhook|realtime)(?: |$)"
)


def refuse_beside(left: list[str], clause: str, rows: frozenset[str], quoted: dict[str, str]) -> None:
    """Raises Unclear for what stands with a column's facts and says something that none of them is."""
    text = " ".join(left)
    for word in left:
        if word in rows or (word in _WEAK and len(left) < 6):
            continue
        if (
            word in _COLUMNS
            or regex.search(r"\d", word)
            or word in CHARGED
            or is_snake(word)
            or (word in quoted and len(quoted[word]) > 1)
        ):
            raise Unclear(clause)
    if (
        _HARD_WORDS.search(f" {text} ")
        or _ORDERS.search(text)
        or regex.search(
            r"(?:^|\( )(?:please )?(?:store|keep|record|save|remember|track|log) (?:it|that|this|when|the) ?", text
        )
        or regex.search(r"(?:^| )(?:one of|any of|out of|either)(?: |$)", text)
    ):
        raise Unclear(clause)
    modal = _MODAL.search(text)
    if modal and any(len(word) > 3 and word not in _EMPTY for word in text[modal.end() :].split()):
        raise Unclear(clause)


def orders(text: str) -> bool:
    """It asks for what no fact about a column is: sending, computing, cutting off."""
    return bool(_HARD_WORDS.search(f" {text} ") or _ORDERS.search(text))


def refuse_background(words: list[str], rows: frozenset[str], names: frozenset[str], quoted: dict[str, str]) -> None:
    """Raises Unclear for a sentence that orders something, in which nothing was understood."""
    text = " ".join(words)
    if regex.fullmatch(
        r"(?:so )?there (?:has to|must|should|needs to) be (?:an? |some )?(?:place|table|home)(?: for [a-z]+)?", text
    ):
        return
    if regex.match(rf"(?:the|its|an?) (?:{'|'.join(COLUMN_WORDS)}) (?:is|are|must|should|can|has|cannot)(?: |$)", text):
        raise Unclear(text)
    about = bool(set(words) & (names | rows))
    for word in words:
        if word in rows or word in names:
            continue
        counted = regex.search(
            rf"(?<![^ ]){re.escape(word)} (?:weeks?|months?|years?|days?|people|customers?|users|schools?|families|times)(?= |$)",
            text,
        )
        if regex.search(r"\d", word) and not regex.fullmatch(r"\d{4}|q\d|v\d", word) and (about or not counted):
            raise Unclear(text)
        if word in CHARGED - _PASSING or (is_snake(word)):
            raise Unclear(text)
    if (about and (_FORBIDS.search(text) or _HARD_WORDS.search(f" {text} "))) or _ORDERS.search(text):
        raise Unclear(text)


_EMPTY = wordset(
    "this that these those they them there their with from have been also been must shall should would could will when then into "
    "something simply just always each every only both such thing value values entry number field column rejected refused stay remain held kept stored saved recorded written contain hold carry keep"
)
