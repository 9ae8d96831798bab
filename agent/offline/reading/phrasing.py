"""Ways of asking for a change of a table, said the way that `alter` and `traits` read them.

Each rule keeps what the words say; what cannot be kept is refused. Rules see one plain sentence at a time.
"""

import re
from dataclasses import replace

from agent.offline.reading.idioms import MUST, NEW, RULES
from agent.offline.reading.naming import HARD, Unclear, content
from agent.offline.reading.stories import announced, told
from agent.offline.reading.target import mentions
from agent.offline.reading.text import Plain, Sentence
from agent.offline.schema import Schema

_BEYOND = re.compile(
    r"\bfollowed by\b|\bregex(?:p)?\b|\bends? with\b|\bending with\b|\bexclusive(?:ly)?\b|\b(?:plus|minus) sign\b"
)
"""What no constraint of the built-in drafter says."""
_SAME = re.compile(
    r"^(?:(?P<first>.+?)(?:[;,]| and)+ )??(?:and )?(?:the )?same (?:goes|is true|applies|holds|is needed|thing)"
    r"(?: true| also)?(?: for| to| with) (?P<second>.+)$"
)
_TWO = re.compile(
    r"^(?:both )?(?P<first>(?:the )?[a-z_]+ (?:of|in|on) [a-z_]+|[a-z_]+\.[a-z_]+) and "
    rf"(?P<second>(?:the )?[a-z_]+ (?:of|in|on) [a-z_]+|[a-z_]+\.[a-z_]+) (?P<what>(?:both )?(?:{MUST}|cannot|never)\b.+)$"
)
_PREDICATE = re.compile(rf"^(?P<who>.+?) (?P<what>(?:{MUST}|cannot|never)\b.+)$")
_STATE = re.compile(
    r"^(?:it|this|that|which) (?:is|stays?|remains?) (?:empty|null|unset|blank) (?:as long as|until|while|unless|before|if|when) "
    r"(?:the |a |an )?(?:\w+ )?(?:is |are |was |has been |gets )?(?:not )?(?P<state>[a-z]+)(?: yet)?$"
)


def phrased(plain: Plain, schema: Schema) -> Plain:
    """The request with its idioms evened out. Raises Unclear."""
    whole = " . ".join(sentence.text for sentence in plain.sentences)
    found: list[Sentence] = []
    for sentence in plain.sentences:
        found += [replace(sentence, text=_said(said, whole, schema)) for said in _alike(sentence.text, found)]
    kept = [sentence for sentence in found if content(sentence.text) and not told(sentence.text, len(found))]
    return replace(plain, sentences=tuple(announced(kept, schema)))


def _said(text: str, whole: str, schema: Schema) -> str:
    if _BEYOND.search(text):
        raise Unclear(text)
    for _ in range(2):  # one rule may uncover what another one reads
        for pattern, into in RULES:
            text = re.sub(pattern, into, text)
    if (match := _STATE.match(text)) and re.search(rf"\b(?:\w+_)?{match['state']}_(?:at|on|by|date)\b", whole):
        return "optional"
    return _named(_filled(_reason(text, schema), schema), schema).strip(" ,;")


def _alike(text: str, before: list[Sentence]) -> list[str]:
    """ "a must not be negative; the same goes for b", as two."""
    if both := _TWO.match(text):
        return [f"{both['first']} {both['what']}", f"{both['second']} {both['what']}"]
    if not (match := _SAME.match(text)):
        return [text]
    first = match["first"] or (before[-1].text if before else "")
    if not (predicate := _PREDICATE.match(first)):
        raise Unclear(text)
    second = f"{match['second']} {predicate['what']}"
    return [first, second] if match["first"] else [second]


_EMPTY = re.compile(
    r"\b([a-z_]+) (?:(?:must|may|should|shall|can) (?:not|never)|cannot)(?: ever)? be (?:empty|blank|an empty (?:string|text))$"
)


def _filled(text: str, schema: Schema) -> str:
    """A text that is required already and must not be empty either has a character at least."""
    if match := _EMPTY.search(text):
        for *_, table, _ in mentions(text, schema):
            there = match[1] in schema.columns(table) and schema.type_of(table, match[1]) == "text"
            if there and schema.is_required(table, match[1]):
                return f"{text[: match.end(1)]} must have at least 1 character"
    return text


_LEADS = re.compile(
    r"^(?P<why>[^:,()]{3,100})(?::|, so|,) (?P<order>(?:please|kindly|could you|can you|add|create|change|widen|convert|make|alter|"
    r"index|introduce|insert|turn|switch|upgrade)\b.+)$"
)
_WANTS = re.compile(
    r"\b(?:should|must|shall|needs?|has to|have to|gets?|add|may|can|could|(?:will|would|to) (?:have|get) an?)\b"
)


def _reason(text: str, schema: Schema) -> str:
    """ "As points can be huge, ..." tells why; a number in it is no bound of a type."""
    if match := _LEADS.match(text):
        tables = {table for *_, table, _ in mentions(match["why"], schema)}
        home = {table for *_, table, _ in mentions(match["order"], schema)}
        idle = not (HARD.search(match["why"]) or _WANTS.search(match["why"]) or re.search(NEW, match["why"]))
        idle = idle and not re.search(r"\bindex", match["order"])
        if idle and home and tables <= home:
            return match["order"]
        if idle and not home and len(tables) == 1 and match["order"].startswith("add "):
            return f"add to {tables.pop().split('.')[-1]} {match['order'].removeprefix('add ')}"
    match = re.match(r"^(?:as|since|because|given that) (?P<why>[^,]{5,90}), (?P<order>.+)$", text)
    if not match or re.search(
        r"\b(?:must|should|shall|cannot|never|only|unless|except|required|default)\b", match["why"]
    ):
        return text
    if not re.search(rf"\b(?:{MUST}|add|change|make|need|create|please)\b", match["order"]):
        return text
    if re.search(r"\d", match["why"]) and not re.search(r"\b(?:bigint|big int|int8|64)", match["order"]):
        return text
    return match["order"]


_KEPT = re.compile(
    r"^(?:optional|required|nullable|mandatory|unique|boolean|integer|timestamp|text|numeric|jsonb?|date|whole|number|"
    r"percent|percentage)$"
)
_BRACKETED = re.compile(
    rf"\b(?:(?:that |which )?(?:tells?|says?|shows?|indicates?|marks?|stores?|knows?) )?(?P<words>(?:an?|the|some|its|their|whether|"
    rf"when|if|who|how)(?: [a-z]+){{1,7}}?) \((?:column |field |called |named )*(?P<name>{NEW})(?P<more>(?:[,:;] ?| )[^()]*)?\)"
)
_COLON = re.compile(rf"^(?P<head>[^:()]+): (?P<tail>(?:[a-z]+ ){{0,5}}?(?P<name>{NEW})\b.*)$")


def _named(text: str, schema: Schema) -> str:
    """A description that is followed by the column's name gives way to it."""
    if (match := _COLON.match(text)) and not schema.table(match["name"]):
        head = re.sub(r"\b(?:is |are )?(?:\w+ )?or not$", "", match["head"])
        if not (HARD.search(head) or re.search(rf"\b(?:{NEW}\.\w+|table|index|columns|fields)\b", head)):
            text = _at_home(head, match["tail"], schema)

    def name(match: re.Match[str]) -> str:
        words = match["words"].split()
        if (
            HARD.search(match["words"])
            or re.search(r"\b(?:index|indexes|constraint|key)\b", match["words"])
            or schema.table(match["name"])
            or (mentions(" ".join(words[1:-1]), schema) and words[0] in ("a", "an", "the"))
        ):
            return match[0]
        more = (match["more"] or "").strip(" ,:;")
        kept = " ".join(word for word in words if _KEPT.match(word))
        return " ".join(f"{kept} {match['name']}{', ' + more if more else ''}".split())

    return _BRACKETED.sub(name, text)


def _at_home(head: str, tail: str, schema: Schema) -> str:
    """The tail as an order, with the table of the head where it names none of its own."""
    own = mentions(re.sub(r"\breferences .*", "", tail), schema)
    tables = list(dict.fromkeys(table for *_, table, _ in mentions(head, schema)))
    if not own and len(tables) != 1:
        return f"{head}: {tail}"
    kept = " ".join(word for word in head.split() if word in ("optional", "required", "nullable", "unique"))
    home = "" if own else f"to {tables[0].split('.')[-1]} "
    return " ".join(f"add {home}{kept} {tail}".split())
