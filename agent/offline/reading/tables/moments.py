"""Which column a moment means that is spoken of: "the time of completion", "expiry", "when it opens"."""

from agent.offline import regex
from agent.offline.reading.body import Body
from agent.offline.reading.conventions import standard
from agent.offline.reading.entry import Entry
from agent.offline.reading.ledger import Unclear

MOMENT = r"_(?:at|on|from|until|date|time|to|by)$"
_TELLING = r"(?:an?|the|its|their|of|from|at|which|when|that|time|date|timestamp|datetime|moment|point|it|they|is|was|become|becomes|became)"
_ALIKE = {
    "deadline": "due",
    "redemption": "redeem",
    "decision": "decide",
    "conclusion": "conclude",
    "begun": "begin",
    "began": "begin",
    "written": "write",
    "over": "end",
}


def root(word: str) -> str:
    """ "complet" of completion, completed and completes."""
    word = regex.sub(r"_(?:at|on)$", "", standard(f"{_ALIKE.get(word, word)}_at"))
    return regex.sub(r"(?:at(?:e|es|ed|ing|ion)|ability|able|ion|ment|ing|ies|ed|es|al|s|y|e)$", "", word)


def moment(words: str, body: Body) -> Entry | None:
    """None where no column is called so. Raises Unclear where two are."""
    if entry := body.find(words):
        return entry
    told = [root(word) for word in words.replace("_", " ").split() if not regex.fullmatch(_TELLING, word)]
    if "_" in words or not told:
        return None
    found = [
        entry
        for entry in body.entries
        if regex.search(MOMENT, entry.named.name)
        and told[0] in [root(part) for part in regex.sub(MOMENT, "", entry.named.name).split("_")]
    ]
    if len(found) > 1:
        raise Unclear(f"which of {' and '.join(entry.named.name for entry in found)} {words} is")
    return found[0] if found else None
