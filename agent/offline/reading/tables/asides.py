"""Brackets that say of several columns at once whether they are required."""

import re

from agent.offline import regex

_NEED = r"(?:required|mandatory|obligatory|compulsory|needed|necessary|optional|nullable)"
_OF_ONE = rf"(?:the )?[a-z_]+ (?:(?:is|are|as) )?(?:not )?{_NEED}"
_ASIDE = re.compile(
    rf" (?:\( |– )(?P<said>{_OF_ONE}(?: (?:,|;|and|but|,? and|,? but) (?:the )?(?:{_OF_ONE}|[a-z_]+ (?:is |are )?not))+)(?: \)|(?= \.| \n|$))"
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
                line = line.replace(match[0], " ", 1)
        if asides:
            first, dot, rest = line.partition(" . ")
            line = f"{first} . {' . '.join(asides)}{dot or ' '}{rest}"
        lines.append(_ELLIPSIS.sub(lambda m: f" {m['need']}{m['then']} not {m['need']}", line))
    return "\n".join(lines)


def _noun(part: str) -> str:
    return part.removeprefix("the ").split()[0]
