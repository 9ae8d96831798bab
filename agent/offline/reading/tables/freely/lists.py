"""Lists that are of values by what is said of them: "x, y and z are the possible kinds", "restrict the kind to x and y"."""

import re

from agent.offline import regex
from agent.offline.reading.lexicon import CHOICE_NOUNS

_LABEL = r"[a-z][a-z_-]+"
_LIST = re.compile(rf"(?<![^ ])(?:an? )?{_LABEL}(?: , (?:an? )?{_LABEL})*(?: ,)? (?:and|or) (?:an? )?{_LABEL}(?![^ ])")
_BARE_LIST = re.compile(rf"(?<= [:–] ){_LABEL}(?: , {_LABEL}){{2,}}(?= ;| \.|$)")
"""Without a word between the last two."""
_SAID_BEFORE = re.compile(
    r"(?<![^ ])(?:(?:nothing|none|anything|not) (?:but|except|other than)|only|(?:one|out|any|either|choice|set|list|drawn|picked|chosen|taken|selected|checked) (?:out )?(?:of|from|among|against)(?: (?:the|our|[2-9]|[a-z_]+ (?:types|kinds|values|levels)))*|either|namely|"
    r"(?:allow|accept|permit|support|distinguish)(?:s|es|ing)?|(?:restrict|limit|confine)(?:ed|s)? (?:[a-z_]+ ){1,4}to|"
    r"(?:possible|allowed|permitted|valid|kinds?|types?|values?|choices|options|sorts?|states?|status)(?: [a-z]+){0,3}(?: (?:are|is|:|,|of|exist|exists))+|"
    r"(?:types?|kinds?|status|states?|levels?|category|categories|role|mode) (?:with|of)|limited to|restricted to|at an?) $"
)
_SAID_BEHIND = re.compile(
    r" (?:are|is|being|as|were) (?:(?:the|its|our|all|only|just|[2-9]) )*(?:(?:possible|allowed|permitted|permissible|valid|legal|accepted|only|available) )*"
    r"(?:kinds?|types?|values?|choices|options|sorts|statuses|states|levels|labels|possibilities|ones?|allowed|permitted|accepted|valid|possible|[a-z]+ types)(?![^ ])"
)
_HEADED = re.compile(
    rf"(?:{'|'.join(CHOICE_NOUNS)}|allowed)(?: (?:we|there|have|has|can|may|be|are|is|take|these|this|the|following|ones|one|of|values|[2-9]))* [:–] $"
)


def lists_of_values(text: str, rows: frozenset[str]) -> list[tuple[int, int, list[str]]]:
    """Where each stands and its labels, from right to left; `rows` is what the rows are called."""
    found = []
    for match in (*_LIST.finditer(text), *_BARE_LIST.finditer(text)):
        labels = regex.findall(
            rf"(?:an? )?(?!and |or )({_LABEL})(?= |$)", regex.sub(r" (?:,|and|or)(?= )", "", match[0])
        )
        before, after = text[: match.start()], text[match.end() :]
        if match.re is _BARE_LIST:
            told = bool(_HEADED.search(before))
        else:
            articles = len(regex.findall(r"(?<![^ ])an? ", match[0])) == len(labels)
            of_rows = articles and after.split()[:1] and after.split()[0] in rows  # "a daily or a weekly quest"
            told = bool(of_rows or _SAID_BEFORE.search(before) or _SAID_BEHIND.match(after))
        if told:
            found.append((match.start(), match.end(), labels))
    return sorted(found, reverse=True)
