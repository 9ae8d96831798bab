"""Sentences about how a moment hangs together with a state, or with another: "completed quests have a completion time and others do not"."""

from agent.offline.reading.conventions import standard
from agent.offline.reading.ledger import Ledger
from agent.offline.reading.traits import Traits


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
