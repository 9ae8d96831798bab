"""Moments that a request lists as such: "three times are kept: when it starts, when it ends", "the times of start and end"."""

import re

from agent.offline import regex
from agent.offline.reading.conventions import is_participle, is_snake, standard

_KEPT = (
    r"(?:(?:and|then|also|finally|lastly|we|i|it|there|the table|should|must|shall|will|to|need|needs|want|wants|have|has) )*"
    r"(?:know|see|stores?|records?|saves?|remembers?|logs?|(?:keeps? )?tracks?(?: of)?)"
)
_TIMES = (
    r"(?:(?:and|then|also|there|are|is|it|has|have|we|stores?|records?|keeps?|needs?|the table|should|must|shall|the|these|following|with|\d) )*"
    r"(?:timestamps?|times|dates|moments)(?: (?:on it|for it|of it|each|are|is|kept|stored|recorded|tracked|needed|too|as well))*"
)
_BEFORE = r"(?<![^ ])(?<!not )(?<!never )(?<!that )(?<!so )(?<!because )"
_LISTED = re.compile(rf"{_BEFORE}(?:{_KEPT}|{_TIMES}(?: :| for| of)) (?=when (?:it|they|the|an?) )")
_DONE = r"(?:(?:becomes?|is|was|gets|has been) (?:(?:next|last|first) )?[a-z]+|[a-z]+(?:s|ed))"
_DOING = {"expiring": "expires", "opening": "opens", "closing": "closes", "starting": "starts", "ending": "ends"}
_GERUND = rf"(?:(?:becoming|being|getting) [a-z]+|{'|'.join(_DOING)})"
_EACH = (
    r"(?<![^ ])(?:the )?(?:\d )?(?:timestamps?|times|moments|dates) (?:(?:(?:when|that|at which|on which) )?(?:it|they|(?:an?|the|each) (?:{nouns})) "
    rf"(?P<done>{_DONE}(?: , {_DONE})*(?: ,)? and {_DONE})|for (?P<doing>{_GERUND}(?: , {_GERUND})*(?: ,)? and {_GERUND}))(?= (?:[.,;)\n]|and )| ?$)"
)
""" "The times it starts, is due and was reached"."""
_BARE = re.compile(rf"{_BEFORE}(?:the )?(?:timestamps?|times) (?=[a-z]+[ _]at (?:, |and |, and )[a-z]+[ _]at(?![^ ]))")
_ONE = r"(?!when )[a-z_]+(?: (?:at|on|from|until|time))?(?: \( [^()\n]* \))?"
_NAMED = re.compile(
    rf"{_BEFORE}{_TIMES} (?:(?:are|:|of|namely) )+(?P<names>{_ONE}(?: , {_ONE})*(?: ,)?(?: and)? {_ONE})(?![^ ])"
)
_ALONE = re.compile(
    r"(?<=[.\n] )(?:(?:and|then|also|plus|finally) )*(?=[a-z]+ (?:at|on)(?: (?:,|;|and|, and) [a-z]+ (?:at|on))+(?: \.| \n|$| $))"
)
"""A sentence of nothing else: "and then starts at, ends at"."""

_TOLD = (
    r"(?<![^ ])(?P<order>than|after|before) (?:the )?(?:(?:(?:time|moment|point|start|beginning)(?: (?:of|when|that|at which|from which))? )?(?:it|they|(?:the )?(?:{nouns})) "
    r"(?:(?:becomes?|is|are|was|were|gets?|has been) (?P<what>[a-z]+)|(?P<does>start|open|begin|end|close|expire)s?)|(?:time|moment|start|beginning) of (?P<thing>[a-z]+))(?![^ ])"
)
""" "Later than the moment it becomes available"."""


def _told(match: re.Match[str]) -> str:
    moment = f"{match['does']}s_at" if match["does"] else standard(f"{match['what'] or match['thing']}_time")
    return f"{match['order']} {moment}"


def spelled(text: str, nouns: str) -> str:
    """Its moments as columns of the table; `nouns` is a pattern for what its rows are called."""
    text = regex.sub(_TOLD.format(nouns=nouns), _told, text)
    text = _BARE.sub("it has ", regex.sub(_EACH.replace("{nouns}", nouns), _each, text))
    return _ALONE.sub("it has ", _NAMED.sub(_names, _LISTED.sub("it has ", text)))


def _each(match: re.Match[str]) -> str:
    done = regex.split(r" (?:, and|,|and) ", match["done"] or match["doing"])
    told = [regex.sub("^(?:being|getting) ", "was ", _DOING.get(one, one)) for one in done]
    return "it has " + " , ".join(f"when it {one.replace('becoming', 'becomes')}" for one in told)


def _names(match: re.Match[str]) -> str:
    names = regex.split(r" (?:, and|,|and) (?![^()]*\))", match["names"])
    if not all(is_participle(name.split()[0]) or is_snake(name.split()[0]) for name in names):
        return match[0]
    bare = r"^([a-z]+)(?= \(|$)"
    return f"it has {' , '.join(regex.sub(bare, lambda m: standard(f'{m[1]}_time'), name) for name in names)}"
