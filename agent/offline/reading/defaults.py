"""What a column holds when nothing is given, in the many ways of saying it."""

import re

from agent.offline.reading.ledger import Ledger
from agent.offline.reading.traits import Traits, value_of

_VALUE = r"(?P<value>(?:the )?current (?:time|date|timestamp)|time of (?:creation|insertion)|right now|(?:an?|the) empty (?:list|array|object|jsonb array|text)|not [a-z]+|(?!(?:an?|the|it|they|some|any|each|every|shall|should|new)(?![^ ]))[^ ,;:()~\n.]+)"
_LITERAL = r"(?P<value>-?\d+(?:\.\d+)?|true|false|yes|no|on|off|now|today|(?:the )?current (?:time|date|timestamp)|right now|literal\d+|empty-list|empty-object|(?:an?|the) empty (?:list|array|object|jsonb array))"
_IS = r"(?:(?:to|is|are|of|as|at|be|being|should|must|shall|will|it|set|value|the|=|:|a|an(?! empty)|for|new|rows) )*"
_NAMED = (
    rf"(?:(?:with|an?|the|its|as|by|,|and|has|have|is|are) )*(?:default(?:s|ed|ing)?|preset|fallback|initial(?:ly)?)(?: (?:values?|state|status|option|choice))* {_IS}(?!but\b|and\b|or\b|never\b|values?\b|choice\b|option\b|one\b|state\b|status\b|level\b|type\b|column\b){_VALUE}",
)
_NOTHING = r"(?:app|client|sends?|sent|pass(?:es|ed)?|not|nothing|none|no|nobody|anything|something|else|otherwise|one|it|they|value|there|is|are|was|has|been|someone|somebody|you|we|i|do|does|did|any|a|the|explicitly|given|being|says?|said|set|specif(?:y|ied|ies)|stated?|chosen|told|provided?|mention(?:ed)?|defined|picks?|picked|chooses|select(?:ed)?|else|noted|unspecified|missing|omitted|unset|left|out|empty|absent|wanted|filled|in)"
_UNSAID = rf"(?:unless|if|when|whenever|where)(?: {_NOTHING})+|otherwise"
_RESTATED = rf"(?:(?:and|so|also|for|is|are|any|existing|new|ones?|rows|it) )*(?:unless|if|when)(?: {_NOTHING})*? (?:given|set|specified|said|says|stated|provided|otherwise|mentioned|chosen|told)(?: otherwise)?"
_OLD = r"(?:(?:for|and|all|the|any|so|lessons|rows|ones|that|which|already|exist|those|is|are) )*(?:existing|current|old|present|new|fresh|other)(?: (?:and|new|old|existing|ones?|rows|values?|that|already|there|too|one|[a-z_]+))? (?:(?:get|gets|become|becomes|are|is|should|be|start|starts|as|set|to|count|will|stay|remain|treated|considered|it|have|has) )+"
_SPOKEN = (
    r"(?:(?:is|are|which|that|it|and) )*(?:start(?:s|ing|ed)?|begin(?:s|ning)?|kick(?:s|ing)?|set(?:s|ting)?(?= (?:out|off))|initiali[sz]ed?)(?: out| off)?(?: (?:at|as|from|to|in|with|the|an?|life))+ {value}",
    r"{value} (?:(?:is|are|being|both|as|for|by|be|should|to|will|it|which) )*(?:(?:the|its|our|an?) )*(?:(?:default|preset|fallback)(?: (?:value|one|choice|option))?|(?:initial|starting) (?:value|status|state|level|type|one))",
    rf"{{value}} (?:(?:is|are|being|should be|must be|will be) (?:used|assumed|taken|applied|meant|chosen) )?(?:{_UNSAID})",
    rf"(?:{_UNSAID})(?: ,)? (?:(?:then|it|its|is|use|assume|treat|each|every|new|rows?|~+|as|should|must|be|will|they|are|we|set|to|counts|:|a|an|the) )*{{value}}",
    r"{value} (?:at (?:the )?(?:beginning|start|outset|first)|in the beginning|to begin with|to start with|initially|when created|on creation|automatically)",
    r"{value} for (?:all|every|everything|the|any)(?: [a-z~]+){0,6} and (?:(?:as|is|also|the) )+default",
    r"fall(?:s|ing)? back (?:to|on) {value}",
    rf"{_OLD}{{value}}",
    r"(?:by |the )?default(?: ,)? (?:(?:an?|the|every|each|new|that|this|its) )*(?:[a-z]+|~+) (?:is|are) {value}",
    r"(?:set to|gets?) {value} (?:automatically|by itself)",
    r"(?:we|then|should|please|,|be|is|are| )*(?:assumes?|takes?|treats?|counts? as|falls? to)(?: (?:it|is|as|that|an?|the))* {value}(?: then)?",
    r"{value} (?:is |are )?(?:assumed|used|taken|what you get|applied)(?: (?:if|when|whenever|unless|where)(?: [a-z]+){0,6})?",
)
_HINTS = r"(?:default\w*|unless|otherwise|start\w*|begin\w*|initial\w*|preset|nothing|assumed?|existing|new|fresh|fall\w*|you get|anything|given|said|automatically|right)"
_NO_DEFAULT = r"(?:with |has |have )?(?:no|without(?: a| any)?) default(?: value)?"


def read_defaults(ledger: Ledger, labels: tuple[str, ...]) -> list[tuple[int, int, Traits]]:
    """(start, end, traits), struck out."""
    found: list[tuple[int, int, Traits]] = []
    spoken = {label.lower().replace("_", " "): label for label in labels}
    spoken |= {label.lower(): label for label in spoken.values()}

    def add(match: re.Match[str], words: str) -> None:
        words = spoken.get(words, words)
        value = value_of(words, ledger.quoted) if words not in spoken.values() else words
        if words == "right now":
            value = value_of("now")
        found.append((match.start(), match.end(), Traits(default=value)))

    if match := ledger.take(_NO_DEFAULT):
        found.append((match.start(), match.end(), Traits(no_default=True)))
    names = "|".join(sorted(map(re.escape, spoken), key=len, reverse=True))
    value = _LITERAL[:-1] + (f"|{names})" if names else ")")
    if match := ledger.find(
        rf"(?:(?:set|change|make) )?(?:the )?default(?: value)? (?:of|for|on) (?P<what>[^.;:\n]+?) (?:to|should be|is|=|at|must be|to be) {value}"
    ):
        ledger.strike(match.start(), match.start("what") - 1)
        ledger.strike(match.end("what") + 1, match.end())
        words = spoken.get(match["value"], match["value"])
        found.append((match.end("what") + 1, match.end(), Traits(default=value_of(words, ledger.quoted))))
    quick = (_SPOKEN[0], _SPOKEN[1])
    for pattern in quick:
        for match in ledger.take_all(pattern.replace("{value}", value)):
            add(match, match["value"])
    for pattern in _NAMED:
        for match in ledger.take_all(pattern):
            add(match, match["value"])
    for pattern in _SPOKEN[2:]:
        for match in ledger.take_all(pattern.replace("{value}", value)):
            add(match, match["value"])
    if found:
        ledger.take_all(_RESTATED)
    if names:
        found += _alone(ledger, names, spoken)
    return found


def _alone(ledger: Ledger, names: str, spoken: dict[str, str]) -> list[tuple[int, int, Traits]]:
    """A value that is named once more, in a clause that speaks of what is there without being said."""
    found = []
    for low, high in ledger.sentences():
        for start, end in ledger.spans(r"[,;()]|but", low, high):
            match = ledger.find(rf"(?P<no>not (?:yet )?)?(?P<value>{names})", start, end)
            if (
                not match
                or ledger.left[: match.start()].endswith(" how ")
                or not ledger.find(_HINTS, start, end)
                or ledger.find(r"(?:never|not) (?:the default|be)", start, end)
            ):
                continue
            ledger.strike(match.start(), match.end())
            ledger.take_all(
                r"(?:unless|not|nothing|no|nobody|if|when|default|only|until|without|otherwise|starts|starting|begins)",
                start,
                end,
            )
            found.append(
                (
                    match.start(),
                    match.end(),
                    Traits(default=f"not_{spoken[match['value']]}" if match["no"] else spoken[match["value"]]),
                )
            )
    return found
