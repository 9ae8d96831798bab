"""Sentences about how a moment hangs together with a state, or with another: "completed quests have a completion time and others do not"."""

from agent.offline.reading.conventions import standard
from agent.offline.reading.ledger import Ledger
from agent.offline.reading.traits import Traits

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
    rf"(?:and |but )?(?:the )?(?:two|2|both)(?: [a-z_]+)? (?:(?:must|have to|need to|should) (?:differ|be different)(?: from each other)?|(?:{_NOT}) be (?:the same|equal|identical)(?: [a-z]+)?)",
    rf"(?:and |but |check |with |constraint |\( )*{_ID} (?:<>|! =|!=|(?:(?:is|{_NOT}) )?(?:(?:be )?(?:not )?(?:equal|the same)|not)(?: to| as)?|(?:must )?differs?(?: from)?|must be different from) (?:the )?{_ID}(?: \))?",
    r"(?:and |but |with )*(?:no|not|without) (?:self[- ]?(?:references?|links?|loops?|pairs?|relations?|referencing|prerequisites?)|"
    r"(?:links?|relations?|references?|pairs?|pairing|pointing|linking) (?:(?:from|of|to|between|an?|the) )*(?:[a-z]+ )?(?:(?:to|with|and|at) )?itself)(?: (?:allowed|possible|please))?",
)


def never_itself(ledger: Ledger) -> bool:
    """ "A lesson cannot be its own prerequisite": strikes out that two references to the same table differ."""
    return any(ledger.take_all(pattern) for pattern in _NEVER_ITSELF)


def read_rules(ledger: Ledger, rows: str) -> list[tuple[str, Traits]]:
    """(column, what is said of it), struck out; `rows` is a pattern for the table's nouns."""
    have = (
        rf"(?P<state>[a-z]+) (?:{rows}) have an? (?P<name>[a-z]+) (?:time|date|timestamp) (?:and|but) "
        r"(?:all )?(?:the )?others (?:do not|have none)"
    )
    later = (
        rf"(?:a|an|the|each|every) (?:{rows}) (?P<later>expires|ends|starts|closes) after it "
        r"(?:becomes|is|was|starts|opens)(?: (?P<earlier>[a-z]+))?"
    )
    set_when = [
        (standard(f"{match['name']}_time"), Traits(set_when=("exactly", match["state"])))
        for match in ledger.take_all(have)
    ]
    after = [(f"{match['later']}_at", Traits(after=match["earlier"] or "starts")) for match in ledger.take_all(later)]
    return set_when + after
