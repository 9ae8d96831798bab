"""What rows are told to carry: "a badge is attached to the quest", "some quests hand out a badge", as "it may have a badge"."""

import re
from collections.abc import Callable
from functools import partial

from agent.offline import regex
from agent.offline.words import singular

_X = r"(?P<x>[a-z_]+(?: (?!and |or |to |with )[a-z_]+)?)"
_JOINED = r"(?:attached|linked|connected|tied|assigned|associated|hooked|bound|added)"
_GIVE = r"(?:offer|award|grant|pay|bring|yield|hand out|give out|feature|include|display|bear|come with|carry)"
_GIVES = r"(?:offers|awards|grants|pays|brings|yields|hands out|gives out|features|includes|displays|bears|comes with|carries)"
_STORE = r"(?:store|keep|save|record|track|note|log)"
_ONE = r"(?:one of (?:our|the|these)(?: existing)?|an?|one|1|any)"
_FINE = r"(?:also |still |perfectly |totally )?(?:fine|ok|okay|allowed|possible|valid|permitted|accepted|alright|legal)"
_END = r"(?= ?(?:[.,;()\n]|$))"
_RULES: tuple[tuple[str, str], ...] = (
    (rf"(?P<may>(?:optionally|possibly|maybe|perhaps|at most|no more than|not more than|up to) (?:, )?)?{_ONE} {_X} (?P<is>is|can be|may be|could be|might be)(?: also| optionally)? {_JOINED} (?:up )?(?:to|with) {{row}}{_END}", "has"),
    (rf"(?:some|certain|a few|many|most) {{rows}} (?:also )?(?:have|get|{_GIVE}) an? {_X}(?: ,)?(?:(?: (?:and|but|while|whereas))? (?:the )?(?:others?|some|the rest|rest) (?:do not|have none|have no [a-z]+|do without|without(?: one)?)(?: have (?:one|any))?)?{_END}", "may"),
    (rf"(?:if|when|where|whenever) (?:there is|{{row}} has|it has) an? {_X}(?: (?:for|on|with|behind|attached to) {{row}})?(?: ,)? (?:(?:please|we|then|also) )*(?:{_STORE}|link|reference|add|put) (?:(?:an?|the) (?:link|reference|pointer|id|foreign key)(?: to (?:it|that|the (?P=x)))?|it|that|which(?: one)?|its id){_END}", "may"),
    (rf"(?:at most|no more than|up to|0 or) (?:1|one) {_X} (?:belongs? to|goes with|per) {{row}}{_END}", "may"),
    (rf"(?:, )?(?:(?:and|but) )?(?:{{row}}|{{rows}}) without (?:an?|any) {_X} (?:is|are) {_FINE}(?: too| as well)?{_END}", ". the {x} is optional"),
    (rf"{{row}} (?:can|may|could|might) (?:also |optionally )?{_GIVE} (?=an? )", "it may have "),
    (rf"{{row}} (?:also |always )*{_GIVES} (?=an? |its )", "it has "),
    (r"(?:we|i) (?:also )?(?:need|want) (?:room|space|a (?:place|spot)|somewhere) (?:for|to (?:put|store|keep|save|hold)) (?P<x>[a-z_ ]+?) (?:on|in|for|with) {row}" + _END, "it has {x}"),
    (r"for {row} (?:is|are) (?:also )?(?:saved|stored|kept|recorded|tracked) (?=the |an? |its )", "it has "),
    (rf"(?:we|i) (?:want|need|would like) to (?:see|know|have|{_STORE}) {{row}} (?=(?!when|whether|who|how|what|which|why|with|for|that)[a-z]+(?: [a-z]+)? [,(:])", "it has the "),
)  # fmt: skip
_AT_MOST = r"(?P<lead>(?:{row}|it) (?:(?:can|may|could|might|has|have|gets?|carry|carries|comes? with|links? to|references?|points? to|be|is|linked to) )+|[,;•:] (?:and )?|and )(?:at most|no more than|not more than|up to|max|maximum|maximally|0 or|none or) (?:1|one|a single) (?P<x>[a-z_]+)(?! (?:per|for|in|to|of) )"
""" "At most one badge" of a row; never how many rows there are."""
_KEY = r"(?<![^ ])(?P<a>an?|the|its|optional|nullable|required) (?P<x>[a-z]+) (?:reference|foreign key|fk|pointer)(?= (?:[.,;()]|and|that|which|is|may|can|must) |$| $)"
""" "A badge reference" is the badge."""


def carried(text: str, nouns: str, is_table: Callable[[str], bool]) -> str:
    """`nouns` is a pattern for what the rows are called; `is_table` tells what is called like a table that is there."""
    row = rf"(?:(?:an?|the|each|every|any|all|our|one|its) )*(?:{nouns})"
    for pattern, into in _RULES:
        filled = pattern.replace("{row}", row).replace("{rows}", f"(?:{nouns})")
        text = regex.sub(rf"(?<![^ ]){filled}", partial(_told, into=into, nouns=nouns), text)

    def single(match: re.Match[str]) -> str:
        other = is_table(match["x"]) and not regex.fullmatch(nouns, match["x"])
        return f"{match['lead']}an optional {match['x']}" if other else match[0]

    text = regex.sub(_KEY, lambda m: f"{m['a']} {m['x']}" if is_table(m["x"]) else m[0], text)
    return regex.sub(rf"(?<![^ ]){_AT_MOST.replace('{row}', row)}", single, text)


def _told(match: re.Match[str], into: str, nouns: str) -> str:
    said = match.groupdict()
    x = said.get("x", "")
    if x and regex.fullmatch(rf"(?:{nouns})(?: .*)?", x):
        return match[0]
    x = singular(x) if "one of" in match[0] else x
    if into == "has" and (said["may"] or said["is"] != "is"):
        into = "may"
    return {"has": f"it has a {x}", "may": f"it may have a {x}"}.get(into) or into.format(x=x)
