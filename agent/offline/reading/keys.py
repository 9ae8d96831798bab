"""Which columns are unique together: a bag of evidence and the columns that the same clause names."""

import re

from agent.offline.reading.known import Resolve, spoken_columns
from agent.offline.reading.ledger import Ledger

_EVIDENCE = (
    r"(?:(?:a|the|composite|combined|multi-column|compound) )*(?:unique(?:ness)?|uniqueness constraint)(?: (?:constraint|index|key|pair|combination|together|constraints))*",
    r"only (?:ever )?(?:have|has|be|contain) (?:1|one)",
    r"(?:(?:composite|combined|the|a|with|and|is|together|are) )*primary key|(?<=\n )key",
    r"(?:only |exactly |at most |just |no more than |ever |not have more than )+(?:one|1|a single|once)",
    r"(?:not|cannot|never|no)(?: [a-z~_]+){0,5} more than (?:1|one)|no (?:two|2)|(?:two|2)(?= )|(?:not|never|cannot|no) [^.;\n]*?(?:twice|more than once|multiple times|several times|repeatedly|again)",
    r"(?:no|not|prevent|avoid|forbid|disallow|without|reject|never)(?: (?:any|allow|contain|have|be|more))* duplicates?(?: rows?)?",
    r"(?:each|every) (?:[^.;\n]*?)(?:only once|once|at most once|is unique|are unique)",
    r"(?:one|1|a single) (?:[a-z_]+ )?(?:[a-z_]+ )?(?:per|for each|for every|for|by)",
    r"(?:is|are) the (?:primary )?key|is the key|are the key",
    r"(?:the )?same [^.;\n]+ (?:twice|more than once)",
)
WANTED = "|".join(_EVIDENCE)
_SPENT = (
    r"(?:unique(?:ness)?|distinct|once|twice|duplicates?|duplicated|no|not|never|cannot|only|one|most|least|exactly|same|than|2|two|"
    r"1|primary|key|constraint|index|per|each|every|must|at|more|together|combination|pair|combined|composite|prevent|avoid|again|identical|both|allowed|without)"
)


def read_key(ledger: Ledger, resolve: Resolve, low: int, high: int) -> tuple[str, ...] | None:
    """The columns that are unique together in a stretch, at least one; struck out. None where it says no such thing."""
    if not ledger.find(WANTED, low, high):
        return None
    named = spoken_columns(ledger, resolve, low, high)
    columns = tuple(dict.fromkeys(spoken.column for spoken in named))
    if not columns:
        return None
    for spoken in named:
        ledger.strike(spoken.start, spoken.end)
    ledger.take_all(_SPENT, low, high)
    return columns


def within_first(text: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """ "title unique per organization" leads with the organization."""
    match = re.search(
        r" (?:per|within|of the same|in(?:side)?(?: each| an?| the)?) (?:(?:each|every|the|an?|one) )*([a-z_]+)", text
    )
    if match and len(columns) == 2 and columns[1].removesuffix("_id") in (match[1], match[1].removesuffix("s")):
        return columns[1], columns[0]
    return columns
