"""Words as they are typed in a hurry, put right: slips of the finger in the words of a request, and the shorthand of chats.

Only words that say what is wished for are put right, never names: a slip is undone where one of them lies one swapped,
missing or doubled letter away and the word as it was typed is none.
"""

import re

from agent.offline import regex
from agent.offline.words import wordset

_KEYS = wordset(
    "table column columns field fields required optional mandatory compulsory obligatory nullable default defaults boolean integer numeric "
    "bigint number numbers unique children parents parent their there these those where which whether between values value possible "
    "allowed permitted characters letters minimum maximum least exactly without never always already nothing somebody everybody everyone "
    "nobody existing current update updated updates delete deleted deletes insert inserts create created change changes please should would "
    "could because before after every other another reference references referencing foreign constraint cascade timestamp positive "
    "negative empty missing members people service backend access policy policies duplicate duplicates together combination until unless "
    "otherwise specified provided selected chosen starts starting begins beginning longer shorter greater smaller higher lower whole "
    "percent percentage index indexes indexed primary junction linking lessons progress emotion"
)
_KNOWN = _KEYS | wordset(
    "require requires three stars provide option options letter stats parens exiting indeed sorter stating inset insets filed noting inert "
    "crate crates vales staring polices lining liking anther numer backed"
)
_SHORTHAND = (
    (r"(?:dflt|dfault|deflt|dft)", "default"), (r"def(?=\.? ?[=:]? ?(?:\d|['\"]|true|false|now))", "default"),
    (r"(?:req'?d|reqd)", "required"), (r"tbl", "table"), (r"cols", "columns"), (r"nn(?=[ ,)])", "not null"), (r"ppl", "people"), (r"(?:bc|cuz|coz|cos)", "because"), (r"abt", "about"), (r"b4", "before"),
    (r"(?:(?:(?<=\w )|(?<=\())ts(?! (?:types?|files?|code|client|app|side|frontend)\b)|ts(?= (?:for|of|when|at|col)\b))", "timestamp"), (r"thru", "through"), (r"gonna", "going to"), (r"wanna", "want to"), (r"gotta", "have to"), (r"lemme", "let me"), (r"atm", "at the moment"),
    (r"u", "you"), (r"ur", "your"), (r"(?:sb|smb)", "somebody"), (r"(?:sth|smth)", "something"), (r"(?:teh|hte)", "the"), (r"adn", "and"),
    (r"(?:lol|lmao|haha+|btw|fyi|imo|imho|tbh|asap|eod|pretty please)", ""), (r"y ?/ ?n", "yes/no"),
    (r"(?:(?<=\bhas )|(?<=\bhave )|(?<=\bneeds )|(?<=\bneed )|(?<=\bwant )|(?<=\bable )|(?<=\bgoing ))2(?! (?:children|people|[a-z]+s|to|or|and|through)\b| ?[-–.,])", "to"),
    (r"4(?= (?:the|an?|our|every|each|all|it|this|that|new|kids|me|us|them)\b)", "for"),
    (r"r(?= (?:super|so|really|very|too|not|all|the|required|optional|always)\b)", "are"),
)  # fmt: skip
_RULES = [
    (re.compile(rf"(?<![\w/'`\"@.-]){pattern}(?![\w/'`\"(-])(?!\.\w)", re.IGNORECASE), into)
    for pattern, into in _SHORTHAND
]
_WORD = re.compile(r"(?<![\w`'\"@./-])[A-Za-z][a-z]{4,}(?![\w`'\"(]|\.\w)")


def respelled(request: str) -> str:
    """The request with slips and shorthand put right; what is quoted or looks like a name stays."""
    text = regex.sub(
        r"\b(w)/ (?=\w)", "with ", regex.sub(r"(?<![#\w])(\w*?[a-z]?)([a-hj-vyz])\2{2,}", r"\1\2", request)
    )
    for pattern, into in _RULES:
        text = pattern.sub(into, text)
    return _WORD.sub(lambda match: _right(match[0]), text)


def _right(word: str) -> str:
    typed = word.lower()
    if typed in _KNOWN or typed.removesuffix("s") in _KNOWN:
        return word
    found = {key for key in _KEYS if key[0] == typed[0] and _is_slip(typed, key)}
    return found.pop() if len(found) == 1 else word


def _is_slip(typed: str, key: str) -> bool:
    """Two neighbours swapped; in longer words also a letter missing or typed twice."""
    if len(typed) == len(key):
        places = [n for n, (a, b) in enumerate(zip(typed, key, strict=True)) if a != b]
        return (
            len(places) == 2
            and places[1] == places[0] + 1
            and typed[places[0]] == key[places[1]]
            and typed[places[1]] == key[places[0]]
        )
    if len(key) < 6 or abs(len(typed) - len(key)) != 1:
        return False
    longer, shorter = (key, typed) if len(key) > len(typed) else (typed, key)
    gone = [n for n in range(len(longer)) if longer[:n] + longer[n + 1 :] == shorter]
    return (
        bool(gone)
        and not key.startswith(typed)
        and (longer is key or longer[gone[0]] in (longer[gone[0] - 1], longer[gone[0] + 1 : gone[0] + 2]))
    )
