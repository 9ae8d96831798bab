"""Sentences about the rows as a whole: how two columns hang together, how many go with how many, how they are shown."""

import re

from agent.offline import regex
from agent.offline.reading.ledger import Ledger, compiled
from agent.offline.reading.tables.ties import table_of
from agent.offline.schema import Schema
from agent.offline.words import plural

_SELF = r"(?:itself|themselves|himself|herself|(?:its|their|his|her) own (?!child|kid|row|lesson_)[a-z]+)"


_ID = r"[a-z]+(?:_[a-z]+)*_id"
_TIES = (
    r"(?:be|require|need|depend on|follow|point (?:to|at|back to)|reference|refer to|link to|precede|lead to|relate to|belong to|"
    r"befriend|invite|come before|block)"
)
_NOT = r"(?:must|may|should|can|has to|have to) (?:not|never)|cannot|never|do(?:es)? not"
_NEVER_ITSELF = (
    rf"(?:and |but |so )*(?:(?:an?|the|one|each) [a-z]+|it|they) (?:{_NOT}) (?:ever )?{_TIES} (?:on |to |for |with |of |an? |prerequisite )*{_SELF}",
    rf"(?:and |but |so )*(?:no [a-z]+|nothing|nobody) (?:can|may|should|must|is allowed to|ever) (?:ever )?{_TIES} (?:on |to |for |with |of |an? )*{_SELF}",
    rf"(?:and |but )?(?:the )?(?:two|2|both|they)(?: [a-z_]+)? (?:(?:must|have to|need to|should) (?:differ|be different)(?: from each other)?|(?:{_NOT}) be (?:the same|equal|identical)(?: [a-z]+)?)",
    rf"(?:and |but |check |with |constraint |\( )*{_ID} (?:<>|! =|!=|(?:(?:is|{_NOT}) )?(?:(?:be )?(?:not )?(?:equal|the same)|not)(?: to| as)?|(?:must )?differs?(?: from)?|must be different from) (?:the )?{_ID}(?: \))?",
    r"(?:and |but |with )*(?:no|not|without) (?:self[- ]?(?:references?|links?|loops?|pairs?|relations?|referencing|prerequisites?)|"
    r"(?:links?|relations?|references?|pairs?|pairing|pointing|linking) (?:(?:from|of|to|between|an?|the) )*(?:[a-z]+ )?(?:(?:to|with|and|at) )?itself)(?: (?:allowed|possible|please))?",
)


def never_itself(ledger: Ledger) -> bool:
    """ "A lesson cannot be its own prerequisite": strikes out that two references to the same table differ."""
    return any(ledger.take_all(pattern) for pattern in _NEVER_ITSELF)


ROW_IS = re.compile(
    r"(?<![^ ])(?:one|1) (?:row|record|entry) (?:for|per) (?:(?:each|every|an?) )?(?P<what>[a-z]+) "
    r"(?:that )?(?:an?|the|one) (?P<whose>[a-z]+)(?: (?:has|have|had|can|may))?(?: [a-z]+)?(?= ,| with| \.| :|$)"
)
""" "One row for every streak a child has": what a row is."""
_SHOWN = (
    r"(?:the )?(?:sort order|order|sorting|list|app|screen|feed|overview)(?: [a-z]+){0,4}? (?:is|are|shows?|sorts?|lists?)"
    r"(?: [a-z]+){0,5}? (?:newest|latest|most recent|oldest)(?: ones?| entries| rows)? first(?: (?:per|for each) [a-z]+)?(?: ,? so)?"
)
"""How the rows are shown, which an index may serve."""
_BESIDES = r"(?:next to|besides|beside|apart from|aside from|in addition to|along with|alongside|on top of|other than) (?:(?:the|its|these|those|both|2|two|foreign|reference) )*(?:references?|ids|keys|fks|pair|foreign keys|links|columns)(?: ,)?"
""" "Next to the two references there is ..."."""
_MANY = r"(?:(?:and|so|that|but|as|since|because|where|each|every|an?|one|1|any|the same) )*(?P<one>[a-z]+) (?:(?!has |have |title )[a-z]+ ){1,4}?(?:many|several|multiple|any number of|more than (?:one|1)|different|various|lots of) (?:by (?:many )?)?(?:different )?(?P<many>[a-z]+)(?: (?:and|or) vice versa)?"
_LINKS = r"(?:that |which )?(?:links?|connects?|joins?|ties?|relates?|maps?|linking|connecting|joining) (?:the|these|those|both)(?: 2)?(?: of them| tables| sides)?(?: together)?(?= and| ,| \.| \n|$| with)"
NO_ID = r"(?:(?:and|the|those|these|both|2|two|of|them|pair|keys?|references?|together) ?)+ (?:together )?(?:identif(?:y|ies)|makes? up|forms?|are|is) (?:an?|each|the|every) (?:row|entry|record|primary key)(?: uniquely)?(?= [.,;)\n]|$)|(?:(?:,|and|but|with|it|has|have|needs?) )*(?:no|without an?) (?:(?:separate|own|extra|surrogate|additional) )?id(?: column)?(?: of (?:its|their) own)?(?= [.,;)\n]|$)"
"""The pair is the key."""
_FROM_TO = r"(?:that links? |that leads? )?(?:from|between) (?:one|1|an?) [a-z]+ (?:to|and) (?:another|the other)(?: (?:one|[a-z]+(?= \.| ,)))?"


def strike_talk_of_rows(ledger: Ledger, schema: Schema) -> tuple[str, str] | None:
    """Strikes out what is no column: how rows are shown, and that a badge may go with many skills.

    Gives back two tables that are said to go with many of each other.
    """
    ledger.take_all(f"{_BESIDES}|{_SHOWN}|{_FROM_TO}|{NO_ID}")
    told: set[tuple[str, str]] = set()
    for match in list(compiled(_MANY).finditer(ledger.left)):
        one, many = (table_of(match[noun], schema) for noun in ("one", "many"))
        if one and many and one != many and match["many"] == plural(match["many"]):
            ledger.strike(*match.span())
            told.add((one, many))
    if told:
        ledger.take_all(_LINKS)
    return next(((one, many) for one, many in sorted(told) if (many, one) in told), None)


_OF_PAIR = r"(?: (?:,|which|that|it|this|there|is|are|as|an?|the|our|one|new|missing|many-to-many|relation|to|record|store|track|know|say|remember|~+))+"


def without_pair(text: str, low: int, high: int) -> str:
    """Without the words that say which two are joined; "which badge a child has won and when" keeps the moment."""
    low = len(regex.sub(rf"{_OF_PAIR} $", "", text[:low]))  # "add child_badges, a relation between ..."
    tail = regex.sub(rf"^{_OF_PAIR}(?= [.\n])", "", text[high:])
    if (won := regex.search(r" (got|[a-z]+ed|won)$", text[low:high])) and regex.match(r" and when(?= [,.;\n])", tail):
        tail = f" and when it was {won[1].replace('got', 'received')}{tail[len(' and when') :]}"
    return f"{text[:low]}{' ' * (high - low)}{tail}"
