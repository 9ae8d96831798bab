"""What is said beside columns: whether several are required, in brackets, and what sorts of rows there are."""

import re

from agent.offline import regex
from agent.offline.reading.lexicon import CHOICE_NOUNS, STATES
from agent.offline.words import plural, singular, wordset

_NEED = r"(?:required|mandatory|obligatory|compulsory|needed|necessary|optional|nullable)"
_OF_ONE = rf"(?:the )?[a-z_]+ (?:(?:is|are|as) )?(?:not )?{_NEED}"
_ASIDE = re.compile(
    rf" (?:\( |– )(?:(?P<type>(?:timestamp|date)s?) (?:,|;) )?(?P<said>(?!not |also |always |are |is ){_OF_ONE}(?: (?:,|;|and|but|,? and|,? but) (?:the )?(?:{_OF_ONE}|[a-z_]+ (?:is |are )?not))*)(?: \)|(?= \.| \n|$))"
)
_ELLIPSIS = re.compile(
    rf" (?P<need>{_NEED})(?P<then> (?:,|;|and|but|,? and|,? but) (?:the )?[a-z_]+) (?:is |are )?not(?= [.,;)\n]|$| $)"
)


_GRADE = r"(?:\d+ (?:=|–|:|is|means|for|stands for) [a-z]+ (?:(?!and |or )[a-z]+ ){0,3})"
_SCALE = re.compile(rf"(?<![^ ]){_GRADE}(?:(?:,|;|/|and|or|, and) {_GRADE})+")


def _scale(match: re.Match[str]) -> str:
    """ "1 = a little, 2 = medium, 3 = very": numbers one after the other."""
    grades = [int(grade) for grade in regex.findall(r"\d+", match[0])]
    counted = grades == list(range(grades[0], grades[0] + len(grades)))
    return f"from {grades[0]} to {grades[-1]} " if counted else match[0]


def apart(text: str) -> str:
    """Brackets that say of several columns whether they are required, as sentences behind their own.

    "title, note (title required, note not) and icon" -> "title, note and icon . title is required . note is not required"
    """
    text = _SCALE.sub(_scale, text)
    lines = []
    for line in text.split("\n"):
        asides: list[str] = []
        for match in _ASIDE.finditer(line):
            said = _ELLIPSIS.sub(lambda m: f" {m['need']}{m['then']} not {m['need']}", f" {match['said']} ")
            parts = [part.strip() for part in regex.split(r" (?:,|;|and|but) ", said) if part.strip()]
            if all(
                regex.search(rf"(?<![^ ]){re.escape(_noun(part))}(?![^ ])", line[: match.start()]) for part in parts
            ):
                asides += [regex.sub(r"^(?:the )?([a-z_]+) (?:is |are |as )?", r"\1 is ", part) for part in parts]
                line = line.replace(match[0], f" ( {match['type']} )" if match["type"] else " ", 1)
        if asides:
            first, dot, rest = line.partition(" . ")
            line = f"{first} . {' . '.join(asides)}{dot or ' '}{rest}"
        lines.append(_ELLIPSIS.sub(lambda m: f" {m['need']}{m['then']} not {m['need']}", line))
    return "\n".join(lines)


def _noun(part: str) -> str:
    return part.removeprefix("the ").split()[0]


_BARE_NOUN = r"(?<![^ ])(when|whether) (?:(?:an?|the) )?(?:{nouns})(?= (?:is|was|has|had|got|gets|becomes|became|ends|starts|expires)(?![^ ]))"
""" "when mission is finished"."""
_SORTS = r"(?<![^ ])(?:whether )?(?:it|each one|(?:each|every|an?|the|one) (?:{nouns})) (?:is|are|can be|may be|must be|will be) (?:either )?(?P<sorts>an? [a-z_]+(?: , an? [a-z_]+)*(?: ,)? or an? [a-z_]+)(?: one)? (?:{nouns}|(?<=one )|(?=\())(?:\( (?P<name>[a-z_]+(?: type| kind)?) \))?"
""" "It is either a daily, a weekly or a special quest", "each one is a milestone or a secret (achievement_type)"."""

_OF_A_ROW = r"(?<![^ ])(the [a-z_]+) (?:on|for|in) (?:an?|the|each|every) (?:{nouns})(?= (?:is|must|has|shall|should|can|cannot|may|goes|runs|starts)(?![^ ]))"
""" "The grade on a certificate must not be lower than 1"."""


_VALUE = r"[a-z_]+(?: \( [a-z ]*default \))?"
_NO_COLUMN = wordset(
    "type types status statuses state value values option options choice choices label enum unit class relation"
)
_ADJECTIVES = (
    r"(?<![^ ])(?P<lead>(?:whether )?(?:it|(?:an?|each|every|the|one) (?:{nouns}))|,(?: and)?) (?:is|can be|may be) (?:either |one of )?"
    rf"(?P<sorts>{_VALUE}(?: , {_VALUE})+(?: ,)? or {_VALUE})(?=[ ~]*(?:[.,;\n]|$))"
)
""" "A quest has a title, is daily, weekly or special, and is open, active or done"."""


def _two_sorts(text: str, nouns: str) -> str:
    """The text with what its rows are, told as a status and, beside one, as a type."""
    chosen = "|".join(CHOICE_NOUNS - _NO_COLUMN)
    row = (
        rf"(?:.*[.;\n•])? *(?:it|(?:an?|each|every|the|one) (?:{nouns})) (?!.* (?:which|that|if|when|where|who|whose) )"
    )
    found = [
        match
        for match in regex.finditer(_ADJECTIVES.replace("{nouns}", nouns), text)
        if not match["lead"].startswith(",") or regex.match(row, text[: match.start()].rpartition("\n")[2])
    ]
    states = [match for match in found if set(match["sorts"].split()) & STATES]
    others = [match for match in found if match not in states]
    told = len(states) == 1 or regex.search(r" (?:status|state) ", text)
    if len(states) > 1 or len(others) != 1 or not told or regex.search(rf" (?:{chosen}) ", text):
        return text
    for match in reversed(found):
        name = "status" if match in states else "type"
        comma = ", " if match["lead"].startswith(",") else ""
        text = f"{text[: match.start()]}{comma}the {name} is one of {match['sorts']}{text[match.end() :]}"
    return text


def _sorted(match: re.Match[str]) -> str:
    name = match["name"].replace(" ", "_") if match["name"] else "the type"
    return f"{name} is {regex.sub(r'(?<![^ ])an? ', '', match['sorts'])}"


_ROW = r"(?:it|they|(?:(?:an?|the|each|every|all|any) )?(?:{nouns}))"
_VALUES = r"(?P<values>(?:an? )?[a-z_]+(?: , (?:an? )?[a-z_]+)*(?: ,)? (?:and|or) (?:an? )?(?!not )[a-z_]+)"
_TOLD = (
    (rf"(?P<name>(?!(?:and|or|it|they|which|that|also|this|who|{{nouns}}) )[a-z_]+) (?:says?|tells?|states|shows?|indicates?|records|denotes?|specifies|determines?|expresses|describes|knows)(?: us)? (?:whether|if) {_ROW} (?:is|are) {_VALUES}(?: one)?", r"\g<name> is one of \g<values>"),
    (rf"there (?:are|can be|may be) {_VALUES} (?:{{nouns}})(?: ,)? (?:and )?(?P<name>(?:the|its|their) [a-z_]+(?: [a-z_]+)?) (?:says?|tells?|states|shows?|indicates?|records) which(?: (?:one|of them))?(?: (?:it is|they are))?", r"\g<name> is one of \g<values>"),
    (rf"as (?P<name>(?:its|the|their|an?) [a-z_]+(?: [a-z_]+)?)(?: ,)? {_ROW} (?:can |may |must )?(?:has|have|gets?|carr(?:y|ies)|takes?)(?= )", r"\g<name> is"),
    (rf"{_ROW} (?:comes?|falls?|exists?|(?:can be|is|are)(?: (?:available|offered|divided|grouped|sorted|split|classified|put|separated|distinguished))?) (?:in|into|as|by|of)(?: to)? (?:(?:1|one|exactly|only|just|of|the|these|\d+|different|possible|following) )*(?P<name>(?:(?!its )[a-z]+ )?(?:{{kinds}}))(?: ,)?(?: namely| called| into| which are|(?= (?:§|:|\()))", r"the \g<name> is one of"),
)  # fmt: skip
""" "Quests come in three quest types :", "its type says whether it is ..."."""


def rows_told(text: str, nouns: str, noun: str) -> str:
    """What is said of a row, as it is said of columns: its sort as values, its noun as "it"; `nouns` is a pattern."""
    if "_" in noun:  # "a reading plan" is a plan
        text = regex.sub(rf"(?<![^ ]){noun.replace('_', ' ')}(?=s? )", noun.split("_")[-1], text)
    kinds = "|".join(sorted({form for one in CHOICE_NOUNS for form in (one, plural(one))}, key=len)[::-1])
    for pattern, into in _TOLD:
        told = rf"(?<![^ ]){pattern.replace('{nouns}', nouns).replace('{kinds}', kinds)}(?![^ ])"
        for match in reversed(list(regex.finditer(told, text))):
            said = match.expand(into).replace(match["name"], singular(match["name"]))
            text = f"{text[: match.start()]}{said}{text[match.end() :]}"
    text = _two_sorts(text, nouns)
    text = regex.sub(_SORTS.format(nouns=nouns), _sorted, text)
    text = regex.sub(_BARE_NOUN.format(nouns=nouns), r"\1 it", text)
    return regex.sub(_OF_A_ROW.format(nouns=nouns), r"\1", text)


def without_reasons(words: list[str]) -> list[str]:
    """ "required, because it sits under a picture, and https only" without the reason."""
    if "because" not in words[1:]:
        return words
    at = words.index("because")
    end = next((n for n in range(at, len(words)) if words[n] in (",", ")", ";")), len(words))
    return without_reasons([*words[:at], *words[end:]])
