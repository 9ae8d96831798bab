"""What becomes of a row when one that it references is deleted: it goes too, it stays without it, or it keeps it from going.

Told with a condition ("if the lesson goes, keep the task"), with a companion ("vanish together with the child") or as a
ban ("a badge in use cannot be deleted"); the words are struck out, so that no column is read into them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agent.offline import regex
from agent.offline.reading.ledger import Ledger

OnDelete = Literal["cascade", "set null", "restrict"]

_DELETED = r"(?:delet(?:e|es|ed|ing)|remov(?:e|es|ed|ing)|gone|goes(?: away)?|going|go(?: away)?|disappears?|vanish(?:es|ed)?|leaves|dies|erased|closed|cleaned up|dropped|thrown out)"
_ARTICLE = r"(?:(?:the|its|their|a|an|that|this|his|her|our|one|any|either|some|whole|referenced|linked|same) )*"
_NOUN = r"(?!(?:any|anything|them|those|these|it|rows|deleting|removing|deleted|removed|something|nothing|not|is|are|was|it be|and|or)\b)[a-z_]+"
_THING = rf"{_ARTICLE}(?P<noun>{_NOUN})(?: (?:profile|account|row|record|itself|entry|in question))?(?: (?:or|and|/) {_ARTICLE}(?P<other>{_NOUN}))?"
_BE = r"(?:is|gets|are|was|were|has been|have been|be|being|ever|later|once|itself|themselves|does|do|should|gets?)"
_WHEN = re.compile(
    rf"(?<![^ ])(?:and |but |or )?(?:when(?:ever)?|if|once|in case|as soon as|after|the moment) {_THING}(?: {_BE})*(?: {_DELETED}|(?<= does)|(?<= do)|(?<= is)(?= [.;,)]|$))(?: (?:one day|some day|later|at some point))?(?= |$)"
)
_DELETING = re.compile(rf"(?<![^ ])(?:deleting|removing|(?:on |upon )?(?:deletion|removal) of) {_THING}(?= |$)")
_ARROW = re.compile(
    rf"(?<![^ ])(?:on |when |if )?(?:delet(?:e|es|ing)|remov(?:e|es|ing)|deletion of) {_THING} (?:->|=>|:|=)(?= )"
)
_WITH = re.compile(
    rf"(?<![^ ])(?:(?!and |but |or )[a-z_]+ )*?(?:{_BE} |must |should |will |shall |also |automatically |get )*{_DELETED} (?:(?:the|its|their|all) [a-z_]+ |it |them )?(?:(?:together|along|away|too|also) )*with {_THING}(?= |$)"
)
_BANNED = re.compile(
    rf"(?<![^ ])(?:and |but )?{_ARTICLE}(?P<noun>{_NOUN})(?: [a-z_]+){{0,8}}? (?:(?:cannot|must not|may not|should not|never|no longer|must never|is not|are not|not)(?: be| to be| allowed to be)* (?:deleted|removed|deletable|removable|deleted any more)|"
    r"blocks (?:its )?(?:deletion|removal)|is protected from (?:deletion|being deleted))(?P<why>[^.;\n()]*)"
)
_UNSAID = re.compile(
    r" (?:which |it |and )?(?:cannot|must not|may not|should not|must never)(?: be| to be)* (?:deleted|removed)(?: any ?more)? (?:as long as|while|if|when|because|since)[^.;\n()]*"
)
_USED = re.compile(
    r"(?<![^ ])(?:use|used|still|as long as|while|has|have|referenced|referred|points?|with|part of|awarded|earned|claimed|given|won|collected|taken|linked|appears?|exists?|been)(?![^ ])"
)
_ACTED = re.compile(r"(?<![^ ])(?:parents?|users?|members?|they|nobody)(?![^ ])")
_BY_THEM = re.compile(
    r"(?<![^ ])(?:for|to|by) (?:(?:the|any|an?|all) )*(?:parents?|users?|members?|anyone|anybody|everyone)(?![^ ])"
)
_REFUSED = re.compile(
    r"(?<![^ ])(?:refuse[ds]?|reject(?:ed|s)?|block(?:ed|s)?|prevent(?:ed|s)?|forbidden|fails?|an error|not (?:possible|allowed|permitted)|impossible|disallowed)(?![^ ])"
)
_STAYS = re.compile(
    r"(?<![^ ])(?:(?:just )?empty|emptied|null|set-null|clear(?:s|ed)?|blank(?:ed)?|unset|unlinked|forgets?|forgotten|stays?|remains?|keeps?|kept|survives?|without (?:it|one|a))(?![^ ])"
)
_SPARED = re.compile(rf"(?<![^ ])(?:not|never|cannot)(?: (?:ever|be|get|itself|also|then))* {_DELETED}(?![^ ])")
_GOES = re.compile(
    rf"(?<![^ ])(?:{_DELETED}|so (?:is|are|do|does|should|must|will)(?= (?:the|its|it|they|every|all|each) )|cascades?|with (?:it|them|him|her)|follow(?:s)?|wiped|die)(?![^ ])"
)
_CASCADE = re.compile(
    r"(?<![^ ])(?:(?:both|all|each|the|with|are|is|should|must|will|do|does|on|and|it|foreign|keys?|fks?|references?|sides|delete|of them) )*(?:both|all|fks?|foreign keys?|references|sides) (?:(?:with|are|is|should|must|will|do|does|on|delete) )*cascad(?:e|es|ing)(?: (?:on )?deletes?)?(?![^ ])"
    r"|(?<![^ ])(?:on delete )?cascad(?:e|es|ing)(?: on delete)? (?:(?:on|for|from) )?(?:both|all|each|every)(?: of)?(?: the| them)?(?: (?:foreign keys?|fks?|references?|sides))?(?![^ ])"
)


_REASONED = re.compile(
    r"(?<![^ ])(?:cascades?|restrict(?:ed)?|set-null|set to null|no action)(?: on delete)? (?P<why>(?:,|;|–|-|:|because|since|as|so) (?![a-z]+ (?:,|\)))(?:(?:because|since|as|so|we|i|they|it|otherwise|this|that|the) )(?:(?!optional|required|unique|index|nullable|default)[^.;()\n§\d])*?)(?= [.;)]| \n| ?$)"
)
"""The reason for it."""


@dataclass(frozen=True)
class Deletion:
    nouns: tuple[str, ...]
    """What is deleted; none where all that is referenced is meant."""
    action: OnDelete


def read_deletions(ledger: Ledger, is_table: Callable[[str], bool]) -> list[Deletion]:
    """In the order of the text, struck out."""
    found: list[Deletion] = []
    for match in _REASONED.finditer(ledger.left):
        ledger.strike(match.start("why"), match.end("why"))
    for low, high in _stretches(ledger.left):
        while told := _told(ledger, low, high, is_table):
            found.append(told)
    for match in _CASCADE.finditer(ledger.left):
        ledger.strike(*match.span())
        found.append(Deletion((), "cascade"))
    return found


def _stretches(text: str) -> list[tuple[int, int]]:
    """Between full stops, semicolons, line ends and brackets."""
    return [
        m.span()
        for m in regex.finditer(r"(?:(?! [.;()] | [.;()]$|\n).)+", text)
        if regex.search(rf"{_DELETED}|delet|remov", m[0])
    ]


def _told(ledger: Ledger, low: int, high: int, is_table: Callable[[str], bool]) -> Deletion | None:
    text = ledger.left[low:high]
    for pattern in (_WHEN, _ARROW, _DELETING):
        for match in pattern.finditer(text):
            after = regex.match(r" ?,? ?(?:then )?(?P<said>.*)", text[match.end() :])
            behind = _until_next(after["said"]) if after else ""
            led = regex.search(r"(?:^|,| and | but )(?P<said>(?:(?!,| and | but ).)*)$", text[: match.start()])
            for said, start, end in (
                (behind, match.start(), match.end() + text[match.end() :].find(behind) + len(behind)),
                (led["said"] if led else "", led.start("said") if led else 0, match.end()),
            ):
                if said and not _BY_THEM.search(said) and (action := _action(said)):
                    ledger.strike(low + start, low + end)
                    return Deletion(_nouns(match), action)
    if (ban := _BANNED.search(text)) and _USED.search(ban[0]) and not _ACTED.search(ban[0]):
        ledger.strike(low + ban.start(), low + ban.end())
        return Deletion((ban["noun"],), "restrict")
    if (ban := _UNSAID.search(text)) and _USED.search(ban[0]):  # of the reference that was named before
        named = [word for word in text[: ban.start()].split() if is_table(word.removesuffix("_id"))]
        if named:
            ledger.strike(low + ban.start() + 1, low + ban.end())
            return Deletion((named[-1].removesuffix("_id"),), "restrict")
    if (gone := _WITH.search(text)) and not _ACTED.search(text[: gone.end()]):
        ledger.strike(low + gone.start(), low + gone.end())
        return Deletion(_nouns(gone), "cascade")
    return None


def _until_next(text: str) -> str:
    """The words up to where something else is told of."""
    return regex.split(
        r" , (?!(?:and |but )?(?:keep|empty|set|the|its|it|they|just|also)\b)| (?:and|but) (?=[a-z_]+ (?:is|are|has|=) )",
        text,
    )[0]


def _action(said: str) -> OnDelete | None:
    if _REFUSED.search(said):
        return "restrict"
    if _STAYS.search(said) or _SPARED.search(said):
        return "set null"
    return "cascade" if _GOES.search(said) else None


def _nouns(match: re.Match[str]) -> tuple[str, ...]:
    named = (match["noun"], match["other"])
    return tuple(
        noun
        for noun in named
        if noun and noun not in ("it", "that", "this", "one", "they", "them", "parent", "row", "side", "either")
    )
