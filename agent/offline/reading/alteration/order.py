"""One column of a row that is never before, or below, another: "completed_at can't be before started_at"."""

import re
from itertools import pairwise

from agent.offline import regex
from agent.offline.description import Order, Ordered
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.known import Resolve, spoken_columns
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.schema import Schema

_LESS = r"before|earlier(?: than)?|prior to|less(?: than)?|smaller(?: than)?|lower(?: than)?|below|under|older than|precedes?|predates?|<"
_MORE = r"after|later(?: than)?|greater(?: than)?|more(?: than)?|larger(?: than)?|bigger(?: than)?|higher(?: than)?|above|over|past|beyond|follows?|exceeds?|>"
_EQUAL = r"or (?:at the )?(?:same|equal)(?: (?:as|to|time|moment|time as))?|(?:at|on) or|or (?:at|on)|not|never|cannot|no|must not|may not|nor|=|equal|least|most"
_ORDER = re.compile(
    rf"^ (?:[a-z_~]+ ){{0,7}}?(?P<sign>>=|<=|> =|< =|(?:{_LESS}|{_MORE}))(?: (?:or|equal|to|than|at|on|the|same|time|moment|as|its|own|their|day|date|of|~+))* $"
)
_HALF = r"(?:either|both|one of (?:them|the two|the 2)|any of (?:them|the two|the 2)|nulls?|(?:the )?(?:other|second)(?: one)?|empty|missing)"
_EITHER = rf"[^.;\n]*(?:{_HALF})[^.;\n]*"


def read_order(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema, resolve: Resolve) -> Order | None:
    """None where no clause says of two columns which comes first. Raises Unclear where they cannot be compared."""
    for clause in clauses:
        text = Ledger(ledger.text)
        spoken = spoken_columns(text, resolve, clause.low, clause.high)
        for one, other in pairwise(spoken):
            between = ledger.text[one.end : other.start]
            match = _ORDER.match(between)
            if (
                match is None
                or one.column == other.column
                or regex.search(r" (?:and|or) (?!equal|at |on |after |before |later |earlier )", between)
            ):
                continue
            kinds = {_kind(schema.type_of(table, name)) for name in (one.column, other.column)}
            if len(kinds) != 1 or None in kinds:
                raise Unclear(ledger.text[clause.low : clause.high])
            less = bool(regex.fullmatch(_LESS, match["sign"])) or match["sign"].startswith("<")
            refused = regex.search(r" (?:not|never|cannot|no|nor) ", between)
            equal = bool(regex.search(rf" (?:{_EQUAL}) ", between)) or "=" in match["sign"]
            earlier, later = (one.column, other.column) if less != bool(refused) else (other.column, one.column)
            _strike(ledger, clause.low, clause.high, clauses)
            return Order(table, Ordered(earlier, later, equal))
    return None


def _kind(name: str) -> str | None:
    """What may be compared with each other."""
    if name.startswith("timestamp") or name == "date":
        return "moment"
    return "number" if regex.match(r"smallint|integer|bigint|numeric|real|double", name) else None


def _strike(ledger: Ledger, low: int, high: int, clauses: list[Clause]) -> None:
    """The clause, and those that say what holds anyway: rows without one of the two are not held to the order."""
    ledger.strike(low + 1, high - 1)
    for clause in clauses:
        said = f" {ledger.left[clause.low : clause.high].strip(' .;,')} "
        if STRUCK in said:
            continue
        half = regex.search(rf" {_HALF} | (?:is|are) (?:not )?(?:set|there|filled) ", said)
        free = regex.search(
            r" (?:may|can|fine|ok|okay|allowed|nothing|skip|skipped|ignore|ignored|pass|passes|valid|not (?:apply|checked|matter)|only|if|when|where|unless) ",
            said,
        )
        if half and free and not regex.search(r" (?:must|should|has to|required|never|cannot) ", said):
            clause.drop(ledger)
