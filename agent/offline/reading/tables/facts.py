"""What the words behind a column's name say of it, by meaning: its type, bounds, values, default, nullability.

The words are one column's own, so it matters little how they are put: a number with a comparison is a bound, a value
with a word of beginning is the default. What is left over is given back.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from agent.offline import regex
from agent.offline.description import Later
from agent.offline.reading.entry import Entry
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.slots import EMPTY_AT_FIRST, bare_type, read_slots
from agent.offline.reading.tables.values import Values
from agent.offline.reading.traits import Traits, value_of
from agent.offline.vocabulary import type_for

_EARLY = (
    r"default\w*|first|initial\w*|start\w*|begin\w*|beginning|normal\w*|standard|unless|otherwise|preset|preselected|until|"
    r"usual\w*|nothing|not (?:given|set|told|said|specified|stated|chosen|entered)|automatic\w*|by itself|"
    r"when (?:nothing|not)|if (?:nothing|nobody|no one|not)|unspecified|assumed|prefilled|out of the box"
)
_WORDS_OF_DEFAULT = re.compile(
    r"(?:^| )(?:(?:and|where|which|that|it|is|are|as|the|by|in|at|with|to|then|be|when|if|unless|until|somebody|someone|anybody|"
    r"nobody|nothing|one|else|otherwise|says?|said|set|sets|given|told|stated|specified|chosen|chooses|picks?|changes?|"
    r"changed|entered|enters|fills?|filled|in|it|yes|what|you|we|get|not|no|value|was|has|been|being|other|selected|"
    rf"another|a|an|for|us|they|will|should|left|anything|any|new|row|rows|every|each|until|{_EARLY}))+(?= |$)"
)
_REQUIRED = r"(?:(?:is|are|be|must|has to|have to|it|that|to|always|which|absolutely) )*(?:necessary|needed|needs? to be (?:there|given|set|filled)|must be (?:there|given|filled|set|present|entered|provided)|must (?:always )?exist|req|obligat(?:ory|oric)|mandatory|must have|not (?:be )?(?:missing|empty|optional|null)|(?:has|have) to be (?:there|given|filled|set|present)|(?:an? |= )?must(?: have| be)?(?= *(?:[,;)–.]|$))|cannot be (?:missing|empty|null|left out|omitted)|(?:the )?(?:app|client|backend|frontend|server|api) always (?:sends|sets|gives|provides|fills|passes)(?: it| one)?)"
_OPTIONAL = r"(?:(?:which|that|is|are|it|also|and|but|the|be) )*(?:no must|not must|voluntary|(?:may|can|could|might) (?:also )?(?:be )?(?:missing|absent|empty|null|left (?:empty|out|blank)|omitted|skipped|unset|blank)|null ok|(?:may|can|could|might) (?:also )?be (?:given|attached|linked|added|provided|assigned|chosen|set)(?! (?:to|as|by|from|only|when|if))|opt|optional(?:ly)?|if (?:any|known|available|there is one|present)|not (?:needed|necessary|obligatory|required|mandatory|a must|compulsory)|(?:(?:they|you|one|people|parents|we) )?(?:can|may|could) leave (?:it )?(?:empty|out|blank|unset)|does not have to be (?:there|given|set|filled)|(?:stays?|remains?|is|are) (?:empty|null|unset|blank) (?:as long as|until|while|till|before)(?: [^ ,;()]+)*|empty (?:as long as|until|while|till|before)(?: [^ ,;()]+)*)"
_LISTED = (
    r"which|that|it|is|are|be|being|must|has to|have to|can|may|should|only|just|exactly|either|one|any|from|of|in|out|the|a|an|"
    r"these|following|possible|allowed|permitted|valid|values?|options|choices|states?|list|set|between|among|:|="
)
_WAITING = r"(?:(?:which|that|it|and|but|is|are|stays?|remains?|left|be|can|may) )*(?:empty|null|unset|blank|missing) (?:as long as|until|while|till|before)(?: [^ ,;()]+)*"

_ON_DELETE: tuple[tuple[str, Literal["cascade", "set null", "restrict"]], ...] = (
    (r"(?:(?:,|and|is|becomes?|will be|gets?) )*(?:on delete )?(?:set-null|set to null)(?: on delete)?", "set null"),
    (r"on delete (?:restrict|no action)|restrict(?:ed)?(?: on delete|(?! (?:to|by|from)(?![^ ])))", "restrict"),
    (r"(?:on delete )?cascad(?:e|es|ing)(?: (?:on )?deletes?)?|on delete", "cascade"),
)
_LATER = (
    r"(?:(?:in|the|is|it|its|be|exactly|set to) )*(?:(?:now|today|creation) \+ (?P<plus>\d+) (?P<units>days?|hours?|weeks?|months?|years?)|tomorrow|"
    r"(?P<amount>\d+|an?|one) (?P<unit>hours?|days?|weeks?|months?|years?) (?:from (?:today|now|then)|ahead|later|into the future|in the future|"
    r"(?:after|from|past) (?:the )?(?:creation|insertion|current date|today|now|(?:it|the row) (?:is|was) (?:created|made|added|inserted))))"
)
_LIMITS = r"\b(?:at most|at least|within|no more|not more|maximum|max|up to|less|not later|not earlier|cannot|never|must be)\b"


@dataclass
class Read:
    traits: Traits
    left: list[str]
    """The words that say none of it."""
    guessed: bool = False
    """Its type rests on a word that may be no type."""


def read_facts(
    words: tuple[str, ...], values: dict[str, Values], quoted: dict[str, str], known: tuple[str, ...] = ()
) -> Read:
    """Facts in a stretch about one column; `known` are values it has already. Raises Unclear."""
    traits = Traits()
    lists = [values[word] for word in words if word in values]
    for listed in lists:
        traits.merge(Traits(choices=listed.labels, default=listed.default))
    labels = (*known, *(label for listed in lists for label in listed.labels))
    text = regex.sub(rf"(?<![^ ])(?:(?:{_LISTED}) )+(?=§)", " ", " ".join(words))
    text = " ".join(word for word in text.split() if word not in values)
    text = regex.sub(r"(?:not|never) (?:below|under|less than) (?:it|that|this)(?= |$)", "never negative", text)
    ledger = Ledger(f" {text} ", quoted)
    if empty := ledger.take(
        r"(?:(?:default(?:s|ing|ed)?|is|=|starts?|starting|to|as|with|by|of) )*(?:an? )?empty (?:json )?(?:list|array|object)(?: (?:by|as|is) (?:the )?default| at first| initially)?"
    ):
        kind = regex.search(r"list|array|object", empty[0])
        traits.default = value_of(f"empty {kind[0] if kind else 'object'}")
    if moment := ledger.take(
        r"(?:is|=|gets|with) (?:(?:the|always) )*(?P<value>(?:current|actual) (?:time|date|timestamp|day)|now|today)(?= |$)"
    ):
        traits.default = value_of(
            "today"
            if moment["value"] in ("current date", "actual date", "current day", "actual day", "today")
            else "now"
        )
    for pattern, action in _ON_DELETE:
        if ledger.take_all(pattern):
            traits.merge(Traits(on_delete=action))
    if begun := None if regex.search(_LIMITS, text) else ledger.take(_LATER):
        unit, amount = begun["unit"] or begun["units"] or "day", begun["amount"] or begun["plus"] or "a"
        traits.default = Later(int(amount) if amount.isdigit() else 1, cast(Any, unit.removesuffix("s")))
    if due := ledger.find(rf"(?:must|has to|have to|should|shall|needs? to) {_WAITING}"):
        raise Unclear(due[0])  # what a state decides is no fact about one column
    if ledger.take_all(_WAITING):
        traits.required = False
    for slot in read_slots(ledger, labels, compared=True):
        traits.merge(slot.traits)
    for pattern, required in ((_OPTIONAL, False), (_REQUIRED, True)):
        if ledger.take_all(pattern):
            traits.merge(Traits(required=required))
    if traits.default is None and (bare := ledger.take(r"(?<=[(,] )(?:true|false|now|today|yes|no)(?= [,)])")):
        traits.default = value_of(bare[0])
    if (
        traits.default is None
        and not labels
        and (begun := ledger.take(r"(?:that |which |it )?(?:begins?|starts?) (?:out |off )?as (?P<value>[a-z_]+)"))
    ):
        traits.default = begun["value"]
    if traits.default is None:
        _quiet_default(ledger, traits, labels)
    if traits.default is not None:
        for match in list(_WORDS_OF_DEFAULT.finditer(ledger.left)):
            ledger.strike(match.start(), match.end())
    left = [word for word in regex.sub(f"{STRUCK}+", f" {STRUCK} ", ledger.left).split() if word != STRUCK]
    if traits.default is None and left in (["now"], ["today"]):
        traits, left = replace(traits, default=value_of(left[0])), []
    guessed = False
    if traits.type is None:
        kinds = [(n, found) for n, word in enumerate(left) if (found := bare_type(word))]
        if kinds:
            traits, guessed = replace(traits, type=kinds[-1][1]), True
            left = [word for n, word in enumerate(left) if (n, bare_type(word)) not in kinds]
    return Read(traits, left, guessed)


def _quiet_default(ledger: Ledger, traits: Traits, labels: tuple[str, ...]) -> None:
    """A value that stands in what is left beside a word of beginning: "no at first", "begins with 2"."""
    if not (early := regex.search(rf"(?<![^ ])(?:{_EARLY})(?![^ ])", ledger.left)):
        return
    spoken = {label.lower().replace("_", " "): label for label in labels} | {label.lower(): label for label in labels}
    plain = r"-?\d+(?:\.\d+)?|true|false|yes|no|on|off|now|today|(?:the )?(?:current|actual|present) (?:time|date|timestamp|moment|day)"
    names = "|".join(sorted(map(re.escape, spoken), key=len, reverse=True))
    found = list(regex.finditer(rf"(?<![^ ])(?:{names + '|' if names else ''}{plain})(?![^ ])", ledger.left))
    found = [m for m in found if not (m[0] == "no" and regex.match(r" (?:one|value|other)", ledger.left[m.end() :]))]
    if not found:
        if traits.type == "boolean" and (
            no := regex.search(r" not [a-z]+ (?:at|in) (?:the )?(?:beginning|start|first|begin) ", ledger.left)
        ):
            traits.default = False
            ledger.strike(no.start() + 1, no.end() - 1)
            return
        if not labels and regex.search(
            r" not (?:at (?:first|the start)|initially|by default|in the beginning) ", ledger.left
        ):
            traits.default = False
        return
    match = min(found, key=lambda m: (m[0] not in spoken, abs(m.start() - early.start())))
    word = regex.sub(r"^(?:the )?(?:actual|present|current) (?:time|timestamp|moment)", "now", match[0])
    word = regex.sub(r"^(?:the )?(?:actual|present|current) (?:date|day)", "today", word)
    value = spoken[word] if word in spoken else value_of(word, ledger.quoted)
    traits.default = value
    ledger.strike(match.start(), match.end())


def not_empty_at_first(entry: Entry, words: list[str]) -> list[str]:
    """The words without "empty by default" of JSON and lists, which is what they begin with anyway."""
    kind = entry.traits.type or entry.named.type or type_for(entry.named.name)
    if not (kind.startswith("json") or kind.endswith("[]")):
        return words
    return regex.sub(rf"(?<![^ ])(?:{EMPTY_AT_FIRST})(?![^ ])", "", " ".join(words)).split()
