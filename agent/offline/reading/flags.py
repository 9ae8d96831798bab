"""Yes or no about a row, in idioms: "mark lessons as premium", "whether it is active"."""

from agent.offline import regex
from agent.offline.reading.conventions import Named
from agent.offline.reading.ledger import STRUCK, Ledger

_ROW = rf"(?:(?:(?:an?|the|each|every|some|certain) )?(?:entry|entries|rows?|records?) (?:in|of|on|from) )?(?:(?:some|certain|which|individual|a|an|the|specific|of|our|each|every|all|that) )*(?:{STRUCK}+|it|they|one)"
_WORD = (
    r"(?P<flag>(?!(?:by|with|to|as|in|for|an?|the|it|of|from|at|on|new|boolean|set|given|present|null|empty|negative|required|tells|says|or|not|optional|"
    r"stored|found|filled|missing|specified|provided|left|linked|indexed|saved|unique|easy|easily|able|allowed|this|that|either|looked|filtered|only|be|called|named|default|and|too|active|published)(?![a-z]))[a-z]+)"
)
_SHAPES = (
    rf"(?:(?:tells?|says?|say|shows?|indicates?|stores?|marks?|knows?|know|sees?|see|tell|remembers?|tracks?|saying|telling|showing)(?: us)? (?:if|which)|(?:(?:tells?|says?|say|shows?|indicates?|stores?|know|see|tell|tracks?|saying) )?whether)(?: or not)? {_ROW}(?: (?:can be|are|is|should be|may be))+ (?:(?:only|a|an|for|still|currently) )*{_WORD}(?:-only)?(?: (?:or not|members?|only))*",
    rf"(?:mark|flag|label|tag|declare)(?:ing|s|ed)? {_ROW}(?: (?:that|which|can be|are|is|as|being|to be))* {_WORD}(?: or not| content| ones?)*",
    rf"{_ROW} (?:(?:need|needs|should|can|may|have|has|to|be|must|will|are|is) )+(?:marked|flagged|labelled|tagged)(?: (?:as|to be))* {_WORD}(?: or not)?",
    rf"{_ROW} (?:(?:can|will|may|should|could|might) )+be (?:only )?{_WORD}(?:-only)?(?: (?:or not|only))*(?= ~| from| \.|,| ;| :|$)",
    rf"let {_ROW} be {_WORD}(?: or not)?",
    rf"(?:an? |the )?{_WORD}(?: |-)(?:flag|marker|indicator)(?! is_)",
    rf"(?:flag|marker|indicator|boolean) (?:(?:for|to mark|marking|that marks|indicating|showing|saying|it|them|the|a|ones|being|as|is|are|~+) )+{_WORD}",
)


_USUALLY_NOT = (
    rf"(?:(?:,|and|{STRUCK}+|they|it|all|rows|normally) )*(?:are|is) (?:not [a-z]+|not|free|unset) by default|"
    rf"(?:(?:,|and|{STRUCK}+|they|it|an?|the|every|each|new) )*(?:are|is) not [a-z]+ (?:unless|until|if not|as long as)(?: (?:told|said|stated|specified|marked|set|otherwise|it|is|are|we|say|says|so|somebody|someone|they|you|the|contrary|as|such|not|nobody))+|"
    r"(?:,|and|\.)? ?by default(?: ,)? (?:they|it|~+) (?:are|is) (?:not|free)(?: [a-z]+)?|default(?: is| :)? not [a-z]+|not [a-z]+ by default"
)


def read_flag(ledger: Ledger) -> Named | None:
    """The flag that a request wishes for; None where it names its column or wishes for none. Struck out."""
    if not ledger.find(
        r"flag|boolean|bool|mark(?:s|ed|ing)?|whether|marker|indicator|premium|if|label|or not|tell|know"
    ):
        return None
    ledger.take_all(_USUALLY_NOT)
    named = ledger.find(r"(?:is|has|wants|needs|can|was)_[a-z_]+")
    for place, shape in enumerate(_SHAPES):
        if match := ledger.find(shape):
            if place == 3 and not (named or ledger.find(r"or not|flag|boolean|column", match.start())):
                continue
            ledger.strike(match.start(), match.end())
            if named:
                return None
            flag = match["flag"]
            return Named(flag if regex.match(r"(?:is|has)_", flag) else f"is_{flag}", "boolean")
    return None
