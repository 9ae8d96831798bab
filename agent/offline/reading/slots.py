"""What is said of columns, wherever it is said: each fact with the place of its words, which it takes.

The order matters: what is told by several words first, so that none of them is taken for something smaller.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

from agent.offline import regex
from agent.offline.description import Format
from agent.offline.reading.defaults import read_defaults
from agent.offline.reading.ledger import Ledger
from agent.offline.reading.numbers import bounds_of
from agent.offline.reading.shapes import read_shapes
from agent.offline.reading.traits import Traits


@dataclass
class Slot:
    start: int
    end: int
    traits: Traits


_TYPES: tuple[tuple[str, str], ...] = (
    (r"(?:list|array) of [a-z]+ (?:in|as) jsonb?|jsonb? ?(?:list|array)s?(?: of (?:objects|items|strings|texts|values))?|(?:list|array) (?:as|in|of|stored as) jsonb?(?: objects)?|(?:list|array) \( jsonb? \)|jsonb? , as an? (?:list|array)", "json list"),
    (r"jsonb?(?: objects?| blob| data| document| map)?|objects?|blob|key[ -]value(?: data| pairs)?", "jsonb"),
    (r"(?:array|list|set) of (?:text|texts|strings|words)|(?:text|string)-array|(?:text|string) (?:array|list)s?", "text[]"),
    (r"(?:array|list) of (?:integers|numbers|ints)|(?:integer|int)-array", "integer[]"),
    (r"(?:array|list) of uuids|uuid-array", "uuid[]"),
    (r"big ?-?int(?:eger)?s?|int8|64[ -]?bits?(?: integers?| ints?| numbers?)?", "bigint"),
    (r"small ?-?int(?:eger)?|int2", "smallint"),
    (r"(?:whole|integer) numbers?|integers?|ints?|int4", "integer"),
    (r"numeric#(?P<p>\d+)#(?P<s>\d+)", "numeric"),
    (r"(?:decimals?|numeric|numbers?) with (?:2|two) (?:digits|decimals?|decimal places|places)(?: after the (?:comma|point))?|decimals?(?: numbers?)?|numeric|currency", "numeric(10,2)"),
    (r"floats?|floating point(?: number)?|real number|double precision", "double precision"),
    (r"booleans?(?: flag)?|bools?(?: flag)?|checkbox|(?:toggle|switch)(?! (?:it|to|the|from|our|~+|[a-z_]+ to))", "boolean"),
    (r"varchar#(?P<n>\d+)", "varchar"),
    (r"varchar|strings?|free text|plain text|(?:short|long|longer) texts?", "text"),
    (r"timestamptz|datetime|timestamp|point in time", "timestamptz"),
    (r"uuids?|guid", "uuid"),
)  # fmt: skip
_BARE_TYPES = {
    "text": "text", "texts": "text", "date": "date", "time": "timestamptz", "number": "integer", "flag": "boolean",
    "array": "text[]", "list": "text[]", "money": "numeric(10,2)", "markdown": "text",
}  # fmt: skip
"""Words that are a type only beside a name."""
_STARTS = r"(?:(?:has to|have to|needs? to|must(?: to)?|should|only|values|valid|it|links?|urls?|be|being|to|that|which|a|an|allowed|accept(?:s|ed)?|allow|and|web|address|address(?:es)?) )*(?:(?:starts?|starting|begins?|beginning|prefixed) with|match(?:es|ing)?(?: the)?(?: pattern| regex)?|check ~\*?|~\*?)"
_ELSE = r"(?:(?:reject|refuse|never|nothing|anything|everything|other|than|else|but|except|that|is|are|not|isn|which|only|all|values?|links?|urls?|entries) )*"
_ADDRESS = r"(?: (?:links?|urls?|address(?:es)?|uris?|schemes?|prefix|protocols?|ones|web|allowed|accepted|only|are|is|ok|shall|should|be|inclusive))*"
_FORMATS: tuple[tuple[str, Format], ...] = (
    (r"(?:(?:any|all|values?|links?|urls?|everything|anything|entries|those|ones|addresses|other|that|which|what|does|do|is|are) )*(?:not|without) (?:start|begin)(?:s|ning|ing)? with (?:either )?http-or-https(?: (?:must|should|are|is|have|to|be|will|shall|get|gets))* (?:rejected|refused|not (?:allowed|accepted|ok|valid)|forbidden|invalid|wrong|an error)", "url"),
    (rf"(?:null or )?{_STARTS} (?:either )?http-or-https{_ADDRESS}", "url"),
    (rf"{_ELSE}(?:valid |an? |web )*http-or-https{_ADDRESS}", "url"),
    (rf"{_STARTS} https{_ADDRESS}", "https"),
    (rf"{_ELSE}(?:valid )?https{_ADDRESS}", "https"),
    (r"(?:a )?(?:valid|proper|real|well-formed|web|http) (?:http )?(?:urls?|web address(?:es)?|links?|uris?)", "url"),
    (r"(?:(?:must|should|has to) )?(?:look like )?(?:an? )?(?:valid|proper) e-?mail(?: address)?|(?:must|should|has to) look like an e-?mail(?: address)?", "email"),
    (r"(?:a )?hex(?:adecimal)? colou?r(?: codes?)?(?: (?:like|such as) #[0-9a-f]+)?|#rrggbb|(?:in|as) hex(?: code| value)?", "color"),
)  # fmt: skip
_BE = r"(?:(?:may|can|could|might|allowed to|is|are|must|has to|should|it|which|that|to|also|be|left|stay|remain|and|but) )*"
_NOT = r"(?:cannot|never|not|no longer|no)"
_OPTIONAL = (
    r"(?:(?:and|,|will be|is|becomes?|are|be|it|its|reference) )*(?:on delete )?(?:set-null|set to null)(?: on delete| (?:when|if|once) (?:the |its |that )?[a-z_]+ (?:is|gets|are|was) (?:deleted|removed|gone))?|"
    r"becomes null (?:when|if|once) (?:the |its |that )?[a-z_]+ (?:is|gets|are|was) (?:deleted|removed|gone)|"
    rf"{_BE}(?:optional(?:ly)?|nullable)|(?:maybe|perhaps|possibly)(?= an? )|"
    r"(?:it |which |that |and |but )*(?:may|can|could|might|is allowed to|are allowed to|allowed to) (?:also )?(?:be |stay |remain )(?:left )?(?:null|empty|blank|missing|omitted|unset|absent|unknown)(?: \( (?:empty|null) \))?|"
    r"null(?:s)? (?:is |are )?(?:ok|okay|fine|allowed|permitted)|or (?:null|nothing|none|empty)|can be (?:unknown|skipped)|leav(?:e|ing) (?:it|this|that|them|the field|the column) (?:out|empty|blank|null)(?: (?:is|are))?(?: (?:ok|okay|fine|allowed|possible))?(?: (?:if|when|where)(?: (?:it|is|unknown|not|known|we|do|they|nothing|none|missing|given))+)?|(?:it |which |that )?(?:may|can) be left (?:out|off)|"
    r"(?:null|empty|left empty|left blank)|allow(?:s|ing)? (?:nulls?|empty)|null by default|"
    r"(?:,? ?(?:but )?)?(?:if|where|when)(?: (?:it|they|one|there|we))?(?: is| are| have)? (?:any|a value|something|one|known|available|present|present it|given|wanted|applicable|provided|there|filled in|set|ever)|when given|if ever|"
    r"(?:it )?(?:is|are) (?:empty|null) (?:as long as|while|until)[^.,;()\n]*|(?:empty|null) until [a-z]+|not (?:every|each) [a-z_~]+ (?:has|needs) one|do(?:es)? not have to be set|optional if given"
)
_NOT_NEEDED = rf"{_BE}not (?:required|mandatory|obligatory|needed|compulsory|necessary)"
_NEED = r"(?:must(?: to)?|shall|has to|have to|should|needs to|need to)"
_REQUIRED = (
    r"(?:is |are )?an? (?:absolute )?must(?:-have| have)?|must-have|(?<=\( )needed|(?<=, )needed(?= [,;)])|"
    rf"required(?: from now on)?|requires?(?= [a-z])|mandatory|obligatory|compulsory|non-nullable|(?:{_NEED} )?not (?:be )?optional|(?:{_NEED} )?{_NOT} (?:(?:ever|be|stay|remain|left|allow|contain|have|any|accept) )*(?:null(?:able|s)?|empty|blank|missing|left out|omitted|unset)(?: values?)?(?: any ?more)?|"
    rf"{_NEED} (?:always )?have (?:a|some|one) value|always (?:has|have|holds?) (?:a|some) value|(?:(?:cannot|must not|may not|should not|never) )(?:(?:be|go|stay|exist|left) )*without (?:a |any )?values?|"
    rf"{_NEED} (?:always |never )?(?:be )?(?:set|present|given|filled(?: in| out)?|provided|exist|there)|always (?:set|present|given|filled(?: in)?|there|provided)|(?:disallow|forbid|prevent|reject) (?:nulls?|empty values?)|without (?:nulls|empty values)"
)
_NOT_UNIQUE = r"(?:is |are |need |does |do )*not (?:need to be |have to be |necessarily |be )?unique"
_NONE = (
    r"(?:it|that|this|one|all|any|zero|half|both|once|twice|needed|necessary|usual|possible|normal|than|a|an|the|its|their|some|few|several|equal|or|and|to|as|"
    r"is|be|now|today|them|they|we|average|allowed|creation|letters?|characters?|not|never|at|ever|before|after|insertion|anything|others?|what|case|than)"
)
_OTHER = (
    rf"(?:as )?(?P<other>[a-z]+(?:_[a-z]+)+|(?:(?:the|its|their) )?(?!{_NONE}(?![^ ]))[a-z]+(?: (?:date|time|day))?)"
    r"(?: (?:is|at|be|itself))*(?= *$| (?:[.,;)(]|and|or|but|if|when|–)(?![^ ]))"
)
_MORE = r"(?:above|over|more|greater|bigger|larger|higher|longer|beyond|past|exceed(?:s|ing)?|after|later|>)"
_LESS = r"(?:below|under|less|smaller|fewer|lower|shorter|before|earlier|<)"
_SHALL = r"(?:(?:it|which|that|value|must(?! not)|should(?! not)|has to|have to|can|may(?! not)|always|be|comes?|lies?|go|goes|is|are|get|ever|and|but|,|also) )*"
_COMPARED = (
    (
        rf"{_SHALL}(?P<no>cannot|may not|must not|should not|never|not|no) (?:(?:be|goe?s?|gets?|comes?|lies?|is|ever|rises?|drops?|falls?|set|placed|dated) )*(?P<side>{_MORE}|{_LESS})(?: than)? {_OTHER}"
    ),
    (
        rf"{_SHALL}(?P<no>at least|at most|up to|>=|<=)(?P<side>)(?: as (?:big|large|high|long|much|many|late) as)? {_OTHER}"
    ),
    (rf"{_SHALL}(?P<no>)(?P<side>{_MORE}|{_LESS})(?: than)?(?P<equal> or equal to| or the same as)? {_OTHER}"),
)


_STATE = r"(?:(?:[a-z_~]+ ){0,3}?(?:is|was|has been|have been|gets|got|becomes|equals|reaches|=)(?: (?:marked|set|as|to|in))* )?(?:the )?(?:status |state )?(?P<state>[a-z_]+)"
_SET = r"(?:allowed|permitted|possible|set|filled|filled in|present|not null|given|there|has a value|exists|required|recorded)"
_RULES: tuple[tuple[str, Literal["exactly", "only", "always"]], ...] = (
    (rf"(?:(?:is|must be|be|only and) )*(?:{_SET} )?(?:exactly and only|only and exactly|exactly|precisely|if and only) (?:when|if|for|while|then when) {_STATE}(?: (?:and )?(?:only then|never otherwise|not otherwise|empty otherwise))?", "exactly"),
    (rf"(?:(?:is|must be|be) )*{_SET} (?:when|if|once|as soon as) {_STATE}(?: ,)? (?:and |but )?(?:only then|never otherwise|not otherwise|(?:is |be |must be |stays? )?(?:empty|null|unset|blank|missing) otherwise|otherwise (?:empty|null|unset|not))", "exactly"),
    (rf"(?:(?:may|can|must|should|be) )*(?:{_SET} )?only (?:be )?(?:{_SET} )?(?:when|if|after) {_STATE}", "only"),
    (rf"(?:must be|is|gets|should be) {_SET} (?:when|if|once|as soon as) {_STATE}", "always"),
)  # fmt: skip


_KIND = r"(?:jsonb? |plain |valid |single )*(list|array|object)s?(?: of [a-z]+)?"
_HOLDS = (
    r"(?:(?:it|that|which|they|and|but|values?|if|when|set|given|present|there|is|there) )*(?:must|has to|have to|needs? to|should|shall|may|can|always|only|really)"
    rf"(?: (?:only|always|really|actually|also|ever))*(?: (?:be|is|are|contain|hold|accept|of type|being))*(?: an?| the)? {_KIND}(?: (?:in it|allowed|accepted))*|"
    rf"{_KIND} only"
)
"""What JSON must be."""
EMPTY_AT_FIRST = (
    r"(?:(?:and|it|which|they|that|is|are|be|both|starts?|starting|begins?|initially|stays?) )*empty(?: (?:list|array|object|one))?"
    r" (?:(?:by|as) (?:the )?default|at first|initially|at the start|in the beginning|when (?:nothing|none|nobody)(?: (?:is|are|was|else|given|set|entered|said|sent|passed))*)|(?:starts?|begins?)(?: out| as| off)* empty|default(?: is| to| :)*(?: an?)? empty one"
)


def read_slots(ledger: Ledger, labels: tuple[str, ...] = (), *, compared: bool = False) -> list[Slot]:
    """Facts about columns in the order of the text; `labels` are values that a known column has. Raises Unclear.

    With `compared` also how the column stands to another one.
    """
    slots: list[Slot] = []

    def add(match: re.Match[str], **traits: Any) -> None:
        slots.append(Slot(match.start(), match.end(), Traits(**traits)))

    for pattern, mode in _RULES:
        for match in ledger.take_all(pattern):
            add(match, set_when=(mode, match["state"]))
    slots += [Slot(*shaped) for shaped in read_shapes(ledger)]
    for pattern, form in _FORMATS:
        for match in ledger.take_all(pattern):
            add(match, format=form)
    for match in ledger.take_all(r"not null(?:able)?"):
        add(match, required=True)
    slots += [Slot(f.start, f.end, f.traits) for f in bounds_of(ledger)]
    for pattern in _COMPARED if compared else ():
        for match in ledger.take_all(pattern):
            below = bool(regex.match(rf"{_LESS}|at most|up to|<=", match["side"] or match["no"]))
            refused = bool(regex.search(r"not|never|no", match["no"]))
            other = regex.sub(r"^(?:the|its|their) ", "", match["other"]).replace(" ", "_")
            same = bool(match["no"] or match.groupdict().get("equal"))
            add(match, or_equal=same, **{"before" if below != refused else "after": other})
    if ledger.find(
        r"jsonb?|(?:array|list|set) of [a-z]+|[a-z]+ (?:array|list)s?|[a-z]+-array"
    ):  # they begin empty anyway
        ledger.take_all(EMPTY_AT_FIRST)
    slots += [Slot(*found) for found in read_defaults(ledger, labels)]
    for match in ledger.take_all(r"(?:postgres )?enum(?:erated|eration)?(?: type)?"):
        add(match, enum=True)
    for match in ledger.take_all(
        r"(?:measured |given |counted |stored )?in (?:whole |full )?(?:minutes|seconds|hours|days|weeks|cents|points|meters|pages|bytes)(?! each)"
    ):
        add(match, type="integer")
    for match in ledger.take_all(r"(?:as |in |a )*(?:percent(?:age)?)"):
        add(match, percent=True)
    for match in ledger.take_all(_HOLDS):
        kind = next(kind for kind in match.groups() if kind)
        holds = "object" if kind == "object" else "array"
        typed = {"object": "jsonb", "array": "json list"}[holds] if "json" in match[0] else None
        add(match, holds=holds, type=typed)
    for pattern, name in _TYPES:
        for match in ledger.take_all(
            rf"(?:(?:of|the|data|type|as|an?|stored|is|are|should|must|be|holds?|contains?) )*(?:{pattern})(?: (?:columns?|fields?|values?|type))?"
        ):
            if name == "varchar":
                add(match, type="text", high=int(match["n"]), of_length=True)
            else:
                add(match, type=f"numeric({match['p']},{match['s']})" if name == "numeric" else name)
    for match in ledger.take_all(r"(?:as|of type|type(?: :)?|is) (?:an? )?(text|date|time|number|array|list|money)"):
        add(match, type=_BARE_TYPES[match[1]])
    for match in ledger.take_all(_NOT_NEEDED):
        add(match, required=False)
    for match in ledger.take_all(_REQUIRED):
        add(match, required=True)
    for match in ledger.take_all(_OPTIONAL):
        add(match, required=False)
    ledger.take_all(_NOT_UNIQUE)
    for match in ledger.take_all(
        r"(?:(?:must|has to|have to|should|is|are|be|and|which) )*unique (?:per|within|for each|for every|in each|among|in)(?: (?:an?|the|one|each))* (?!(?:an?|the|one|each) )([a-z_]+)(?! and (?!(?:has|an?|the|is|can|with|may) )| \+| /| , [a-z_]+ (?:\.|\n|,|and) )"
    ):
        add(match, unique_per=match[1])
    for match in ledger.take_all(r"(?:(?:must|has to|have to|should|is|are|be) )*(?:unique|no duplicates?|distinct)"):
        add(match, unique=True)
    if any(s.traits.required is False for s in slots) and any(s.traits.choices or s.traits.format for s in slots):
        ledger.take_all(r"otherwise(?: it)?(?: has to| must)?(?: be)?")
    return sorted(slots, key=lambda slot: slot.start)


def bare_type(word: str) -> str | None:
    return _BARE_TYPES.get(word)
