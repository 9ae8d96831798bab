"""Which column a moment means that is spoken of: "the time of completion", "expiry", "when it opens"."""

from agent.offline import regex
from agent.offline.reading.body import Body
from agent.offline.reading.conventions import is_participle, standard
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


_TIME = r"(?:times?|dates?|timestamps?|datetime|moment|point in time|point|instant|(?:start|beginning)(?= of ))"
_NOT_TOLD = r"(?:is|are|must|has|have|should|may|can|cannot|at|and|or|only|not|never|null|empty|set|there|present|if|when|for|in|on|exactly|to|always|comes?|lies|goes|after|before|later|exists?|earlier|than|with|without|we|i|you|required|mandatory|optional|known|unknown|given|filled|missing|left|recorded|stored|absent|forbidden|needed|times?|dates?|timestamps?|datetime|moments?|point|instant)(?![^ ])"
_SAID = r"(?:must|has|have|is|are|was|should|may|can|cannot|always|never|only|not|being|after|before|later|earlier|follows?|precedes?|comes?|lies|exists?|needs?|goes|and|or|if|when|for|on|exactly|set|present|absent|required|empty|null|stays?|remains?)"
_NTH = {"1st": "first", "2nd": "second", "3rd": "third", "former": "former", "latter": "last"}


def evened(text: str, rows: str) -> str:
    """A clause with moments as the names of columns, or as "completed time"; `rows` is a pattern for the table's nouns."""
    text = regex.sub(
        rf"(?<![^ ])(?<!for )(?:the|this|that) (?:very )?(1st|2nd|3rd|first|second|third|last|former|latter)(?: (?:one|of (?:these|those|them|the (?:two|three|2|3))|moment|time|date|timestamp))?(?= (?:{_SAID}|[,.;:()]|$)(?:[^a-z]|$))",
        lambda m: f"{_NTH.get(m[1], m[1])}_moment",
        text,
    )
    text = regex.sub(
        r"(?<![^ ])([a-z]+) at(?= (?!or |any |all |the |least |most |some |one |1 |a certain |a given ))",
        lambda m: f"{m[1]}_at" if is_participle(m[1]) or m[1] in ("expires", "opens", "closes", "available") else m[0],
        text,
    )
    text = regex.sub(rf"(?<=_at) {_TIME}(?= )", "", text)
    text = regex.sub(r"(?<![^ ])(?:the )?becoming (?=[a-z]+ )", "", text)
    who, be = (
        rf"(?:it|they|(?:(?:an?|the|each|every) )?(?:{rows})) ",
        r"(?:(?:is|was|becomes?|became|gets?|got|being|has|had|been) )*",
    )
    been = rf"(?:{who})?{be}"
    text = regex.sub(
        rf"(^ | (?:[,;:(–]|and|or|for|before|later|earlier|after|than|from|at|is|in|of|on|to|with|must|only) | (?=(?:the|a|very|exact|this) ))(?:(?:the|a|very|exact|this) )*"
        rf"{_TIME} (?:(?:when|that|at which|in which|on which|from which|of) (?:its |the )?{been}|(?:its |the )?{who}{be})?(?!{_NOT_TOLD})([a-z]+)(?= )",
        r"\1\2 time",
        text,
    )
    return regex.sub(
        rf"^ (?:the one )?when {been}([a-z]+) (?=is |must |has to |may |should |cannot |can |stays |comes )",
        r" \1 time ",
        text,
    )


def nth(word: str, body: Body, other: Entry | None) -> Entry:
    """The first, second, third or last of the table's moments, or the one before the other. Raises Unclear."""
    listed = [
        entry
        for entry in body.entries
        if regex.search(MOMENT, entry.named.name) or entry.traits.type in ("date", "timestamptz")
    ]
    place = {"first": 0, "second": 1, "third": 2, "last": len(listed) - 1}.get(word)
    if word == "former" and other in listed:
        place = listed.index(other) - 1
    if place is None or not 0 <= place < len(listed) or len(listed) > 3:
        raise Unclear(f"the {word} of {', '.join(entry.named.name for entry in listed)}")
    return listed[place]


def about(words: str) -> str:
    """ "complet" of "the time of completion" and completed_at."""
    return next((root(word) for word in words.replace("_", " ").split() if not regex.fullmatch(_TELLING, word)), words)


def moment(words: str, body: Body) -> Entry | None:
    """None where no column is called so. Raises Unclear where two are."""
    if words.endswith("_moment"):
        return nth(words.removesuffix("_moment"), body, None)
    if entry := body.find(words):
        return entry
    told = [root(word) for word in words.replace("_", " ").split() if not regex.fullmatch(_TELLING, word)]
    if not told or ("_" in words and not regex.search("_(?:time|date)$", words)):
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
