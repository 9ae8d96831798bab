"""Lists of columns: what is unique together, what is looked up by, in which order, for which rows."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from agent.offline.description import Condition, Key
from agent.offline.reading.naming import Unclear, is_filler
from agent.offline.reading.traits import Rest, value_of

Resolve = Callable[[str], str | None]
"""The column that a noun means, None where it means none."""

_JOIN = r"(?:\s*(?:,|\+|&|/| x )\s*(?:and |then |plus |by )?|\s+(?:and|plus|per|with|together with|along with|as well as|in combination with|then|then by|followed by|for (?:each|every|the same|a given|one|a)|in (?:each|every)|on (?:each|every)|of)\s+(?:then )?)"
_NOUN = r"(?:(?:the|a|an|one|each|every|same|given|their|its|any|single|by|on|for|of|per|particular|column|columns|field|fields) )*[a-z][a-z0-9_]*(?: (?!cannot\b|never\b|not\b|be\b|more\b|less\b|get\b|gets\b|appear|occur|exist|shall\b|once\b|twice\b|and\b|or\b|is\b|are\b|must\b|should\b|in\b|on\b|to\b|only\b|where\b|for\b|of\b|per\b|with\b|by\b|so\b|then\b|at\b|can\b|may\b|has\b|have\b|descending\b|desc\b|ascending\b|asc\b|newest\b|latest\b|first\b|when\b|that\b|together\b|because\b|since\b|plus\b|columns?\b|fields?\b)[a-z][a-z0-9_]*){0,2}(?: (?:columns?|fields?|pairs?|combinations?))?"
LIST = rf"{_NOUN}(?:{_JOIN}{_NOUN}){{0,4}}"

_ONCE = r"(?:only once|at most once|no more than once|just once|once|only one time|a single time|never twice|not twice|one time|only a single time|max(?:imum)? once|exactly once)"
_SINGLE = r"(?:only |at most |just |no more than |exactly |never more than |not more than |more than |max(?:imum)? |a maximum of |up to )?(?:one|1|a single|single)"


def nouns(text: str) -> list[str]:
    """The nouns of a list of columns."""
    parts = re.split(rf"{_JOIN}|\s+x\s+|\bper\b", text)
    kept = [
        " ".join(w for w in re.findall(r"[a-z0-9_]+", part) if w in ("id", "at", "by") or not is_filler(w))
        for part in parts
        if part
    ]
    drop = r"\b(?:same|columns?|fields?|pairs?|combinations?|single|particular|together|combined|twice|once)\b"
    return [noun for part in kept if (noun := " ".join(re.sub(drop, "", part).split()))]


def columns(text: str, resolve: Resolve) -> tuple[str, ...] | None:
    """All nouns of the list as columns; None where one of them is none."""
    found = [resolve(noun) for noun in nouns(text)]
    if not found or any(column is None for column in found):
        return None
    return tuple(dict.fromkeys(column for column in found if column))


def take_unique(rest: Rest, resolve: Resolve, row: str) -> tuple[str, ...] | None:
    """Takes a statement that several columns are unique together; `row` is a pattern for the table's nouns."""
    rows = rf"(?:{row}|rows?|records?|entry|entries|progress records?|progress rows?)"
    must = r"(?:(?:must|should|has to|have to|needs? to|can|may|is|are|be|shall|to|only|each|together|always|occur|appear|exist|show up|have|has|get|gets|make|keep|never|not|cannot|there) )*"
    rows = rf"(?:{rows}(?: (?:records?|rows?|entry|entries))?)"
    shapes = (
        rf"(?:contain|have|hold|list|store|include) (?:the same|one|any|an?) (?P<list>{LIST}) (?:twice|more than once|multiple times|several times|again)",
        rf"(?:(?:keep|are|is|getting|seeing|have|there|see|with|no|never|prevent|avoid) )*(?:duplicates?|duplicated?|double|repeated) ?(?:{rows} )?(?:(?:for|of|per|on|by|with|in) )?(?:the same )?\(? ?(?P<list>{LIST}) ?\)?(?: (?:pairs?|combinations?|twice))?",
        rf"(?:each |every |a |an |the |any |no )*(?P<a>{_NOUN}) {must}(?:appear|appears|show up|occur|occurs|exist|exists|be listed|be there|be used|be stored|be present|submit|vote|review|apply|answer|rate|check in)? ?(?:{_ONCE}|twice|more than once|multiple times|several times|again) (?:per|for|in|with|within|on) (?:the same |one |{must})*(?P<b>{_NOUN})",
        rf"(?:two|2|multiple|several|more than one|more than 1) {rows}(?: (?:in|of) (?:it|the table|there))? (?:for|with|of|having|sharing) (?:the )?(?:same )?(?P<list>{LIST})",
        rf"(?P<a>{_NOUN}) {must}(?:have|has|contain|own|own|get) (?:two|2|multiple|several|more than one|more than 1) {rows} (?:with|of|having|sharing|for) (?:the |a )?same (?P<b>{LIST})",
        rf"(?P<a>{LIST}) {must}unique(?:ly)?(?: (?:named|within|per|for|in|inside|across|by|among))+ (?:each |every |a |an |the |one |same |given )*(?P<b>{LIST})",
        rf"(?:no |never |not |prevent |avoid |forbid |disallow |reject |without |block |stop )(?:any |having |more |the )*(?:duplicates?|duplicated?|double|repeated)(?: {rows})?(?: (?:for|of|per|on|by|with))? (?P<list>{LIST})(?: (?:pairs?|combinations?|twice))?",
        rf"(?:no |never |prevent |avoid |forbid |disallow |without )(?:any )*(?:duplicates?|duplicate)? ?(?P<list>{LIST}) duplicates?",
        rf"unique(?:ness)?(?: constraint| index| key| pair| combination| together| across| composite)*(?: (?:on|for|across|over|per|by|of|to|in|covering|consisting|made|within|both|the|a|each|every|pair|combination|columns?))* ?[(:]? ?(?P<list>{LIST}) ?\)?",
        rf"(?:the |every |each |any )*(?:combination|pair|pairing|tuple|combo)s?(?: of)? ?\(? ?(?P<list>{LIST}) ?\)? {must}(?:unique|{_ONCE}|distinct)",
        rf"\(? ?(?P<list>{LIST}) ?\)? (?:combinations?|pairs?|together|combined)? ?{must}(?:unique|distinct|{_ONCE})(?: together| in combination| as a pair| as a combination| combined| across the table)*",
        rf"{_SINGLE} {rows}(?: (?:is|are|may|can|exists?|allowed|be|there))*(?: for| per| of| by)? (?:each |every |the |a )*(?:combination of |pair of )?(?P<list>{LIST})",
        rf"(?:per |for )(?:each |every |a |the )*(?P<list>{LIST}) {must}{_SINGLE}(?: {rows})?",
        rf"(?:each |every |a |an |the |any |no )*(?P<a>{_NOUN}) {must}(?:be linked to|appear in|[a-z]+)? ?(?:each |every |the same |a |an |the |any |one |same )+(?P<b>{_NOUN}) {must}(?:{_ONCE}|twice|more than once|multiple times|several times|repeatedly|again)",
        rf"(?:each |every |a |an |the |any |no )*(?P<a>{_NOUN}) {must}(?:have|has|get|gets|own|owns|hold|holds) {_SINGLE} {rows}(?: (?:per|for|in|on|of))+ (?:each |every |a |an |the |any |given )*(?P<b>{_NOUN})",
        rf"(?:no )?(?:two|2) {rows} (?:(?:of|for|in) (?:the same |a |one |an |each )?(?P<a>{_NOUN}) )?{must}(?:share|have|with|for|use|point to|refer to|carry)(?: both)? (?:the same|one|a common|an identical|identical) (?P<b>{LIST})",
        rf"(?P<list>{LIST}) {_ONCE}",
        rf"{_ONCE} (?:per|for|by|in) (?P<list>{LIST})",
        rf"{_SINGLE} (?:per|for each|for every) (?P<list>{LIST})",
    )  # fmt: skip
    for shape in shapes:
        for match in re.finditer(rf"(?<![\w-])(?:{shape})(?!\w)", rest.text):
            found = _named(match, resolve)
            if found and len(found) > 1:
                rest.text = rest.text[: match.start()] + " ¦ " + rest.text[match.end() :]
                return found
    return None


def _named(match: re.Match[str], resolve: Resolve) -> tuple[str, ...] | None:
    groups = match.groupdict()
    if groups.get("list"):
        return columns(groups["list"], resolve)
    parts = [columns(groups[name], resolve) for name in ("a", "b") if groups.get(name)]
    if not parts or any(part is None for part in parts):
        return None
    return tuple(dict.fromkeys(column for part in parts if part for column in part))


_DESCENDING = r"(?:descending|desc|newest(?: ones?)?(?: first)?|latest(?: ones?)?(?: first)?|most recent(?: ones?)?(?: first)?|highest(?: first)?|largest first|reverse(?:d)?(?: order)?|from new(?:est)? to old(?:est)?|backwards)"


def take_index_traits(rest: Rest) -> tuple[str, bool]:
    """Method and whether the last key runs downwards."""
    method = "btree"
    if rest.take(
        r"(?:with |using |as |a |an |of |type )*(?:full[ -]?text(?: search)?|text[ -]search|tsvector|search index)(?: index)?(?: in english)?"
    ):
        method = "text search"
    elif rest.take(r"(?:with |using |as |a |an |of |type )*(?:gin|inverted|jsonb? index|containment)(?: index)?"):
        method = "gin"
    rest.take(r"(?:a |plain |simple |standard |normal |regular )*b-?tree")
    down = bool(rest.take(rf"(?:in |sorted |ordered |order |with |the |and |, )*{_DESCENDING}(?: order| first)?"))
    rest.take(r"(?:in )?(?:ascending|asc)(?: order)?")
    return method, down


def key_list(text: str, resolve: Resolve) -> tuple[Key, ...]:
    """Raises Unclear for a noun that is no column."""
    keys = []
    if inner := re.search(
        r"^(.*?) (?:within|inside) (?:an? |each |every |the |one |its )*([a-z_]+(?: [a-z_]+)?)\s*$", text
    ):
        text = f"{inner[2]} , {inner[1]}"
    for part in re.split(rf"{_JOIN}", text):
        rest = Rest(part)
        down = bool(rest.take(rf"(?:in )?{_DESCENDING}(?: order| first)?"))
        for noun in nouns(rest.text):
            column = resolve(noun)
            if column is None:
                raise Unclear(noun)
            keys.append(Key(column, down))
    return tuple(dict.fromkeys(keys))


def conditions(text: str, resolve: Resolve, flags: Callable[[str], str | None]) -> Iterator[Condition]:
    """Of a partial index: "active and published", "status = open", "completed_at is set". Raises Unclear."""
    for part in re.split(r",| and |&|/| that (?:are|is) ", text):
        words = " ".join(part.split())
        if not words or all(is_filler(word) for word in re.findall(r"\w+", words)):
            continue
        yield _condition(words, resolve, flags)


_IS = r"(?: is| are| =| equals| of|:| being)*"
_TESTS: tuple[tuple[str, Literal["is true", "is false", "equals", "is null", "is not null"]], ...] = (
    (
        r"(?:the )?(.+?) (?:is |are |has been |was )?(?:not (?:null|empty|missing)|set|present|given|filled|there|known)",
        "is not null",
    ),
    (r"(?:the )?(.+?) (?:is |are |has been |was )?(?:null|empty|missing|not set|unset|not given)", "is null"),
    (rf"(?:the )?(.+?){_IS} (?:true|yes)", "is true"),
    (rf"(?:the )?(.+?){_IS} (?:false|no)", "is false"),
    (r"(?:the )?(\w+)(?: is| are| =| equals| being| of|:)+ (?:still |currently )?(\w+(?: \w+)?)", "equals"),
)


def _condition(words: str, resolve: Resolve, flags: Callable[[str], str | None]) -> Condition:
    words = re.sub(
        r"^(?:(?:the|that|which|where|whose|with|only|are|is|it|they|have|has|both|be|also|being|when|currently|still|rows?|ones?|those|an?) )+(?=\w)",
        "",
        words,
    )
    for pattern, test in _TESTS:
        if (match := re.fullmatch(pattern, words)) and (column := resolve(match[1])):
            if test == "equals":
                return Condition(column, "equals", value_of("_".join(match[2].split())))
            return Condition(column, test)
    if (match := re.fullmatch(r"(?:(not|in|non-?|un)[ -]?)?(\w+)", words)) and (column := flags(match[2])):
        return Condition(column, "is false" if match[1] else "is true")
    raise Unclear(words)
