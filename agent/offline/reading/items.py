"""A list of columns in running text, in brackets or in bullets, cut into one item a column."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from agent.offline.reading.lists import CHOICE_NOUNS
from agent.offline.reading.naming import GENERIC, Named, Unclear, content, named
from agent.offline.reading.traits import Rest, Traits, read_traits

_TOGETHER = (
    (r"\bbetween (-?[\d.]+) and (-?[\d.]+)", r"between \1 to \2"),
    (r"\b(?:from )?(-?\d+) and (-?\d+)(?= (?:char|letter))", r"\1 to \2"),
    (r"\bdate and time\b", "datetime"),
    (r"(?<!if )\band(?= (?:empty|null|unset|blank|never|not|only then|otherwise|is|are|must|may|can|cannot|could|has to|should|starts?|starting|defaults?|defaulting|goes|be|at most|at least|no more|no less|up to|less|more|greater|below|above|under|over|only|always|no longer|optional|required|mandatory|nullable|unique|max|min|maximum|minimum|within|falls?|positive|non-negative|it|that|which|they|has a default|with a default|a default|by default|set|filled|later|after|ends?|begins?|<|>|lies|(?:a )?(?:max|min)(?:imum)? length)\b)", "but"),
    (r"\b(start|end|min|max|minimum|maximum|first|last|available|availability|expiry|expiration|completion|unlock|created|updated|started|completed|expires|due|earliest|latest|opening|closing|from|until|valid_from|begin) ?(?:and|/|&|,|\+) ?(?:an? |the )?(start|end|min|max|minimum|maximum|first|last|available|availability|expiry|expiration|completion|unlock|created|updated|started|completed|expires|due|earliest|latest|opening|closing|until|finish|ending) (times?|dates?|timestamps?|at|scores?|levels?|ages?|values?|moments?|datetimes?)\b", lambda m: f"{m[1]} {m[3].removesuffix('s')}, {m[2]} {m[3].removesuffix('s')}"),
)  # fmt: skip
_SPLIT = re.compile(r"[,;]|\s(?:and|plus|along with|as well as|together with|\+|&|then)\s|¦\s*(?:with|and)\s")
_HEAD = re.compile(r"^(?P<head>[^,;:()=]{1,60}?)\s*(?::|\s-{1,2}\s)\s*(?P<tail>.+)$")
_BOTH_ARE = re.compile(
    r"^(?P<names>[a-z_ ,]+?) and (?P<last>[a-z_]+(?: [a-z_]+)?) (?:are|should be|must be) (?:both |all )?(?P<what>required|optional|mandatory|nullable|unique|not null|texts?|integers?|booleans?)\b"
)
_BY_DEFAULT = re.compile(
    r"^(?:but |and |it |which |that )*(?:is|are) "
    r"(?P<flag>(?!(?:on|off|true|false|yes|no|empty|null|set|unset|now|today|enabled|disabled)\b)[a-z]+) by default$"
)
_RELATIVE = re.compile(
    r"^(?:and |but )?(?:which|that|whose) (?:can|must|may|should|has|have|is|are|will|needs?|defaults?|starts?|begins?|ranges?)\b"
)
"""What goes on about the column before it."""
_ANOTHER = re.compile(r",\s*(?:and |plus )?(?:an?|the|its|optional|when|whether|how|maybe)\s")
_BOTH = re.compile(
    r"\b(both|all|all of them|all three|each)(?: of (?:them|which|these))?(?: are| being)? (required|optional|mandatory|nullable|unique|not null)\b"
)


@dataclass
class Item:
    """One column's words; `text` is what names it once `traits` are taken out."""

    words: str
    text: str
    traits: Traits = field(default_factory=Traits)
    refers: str | None = None
    """The noun after "references" in what was said of it behind its name."""

    def name(self, noun: str) -> Named | None:
        """Raises Unclear."""
        return named(self.text, noun)


def items(text: str, verbatim: dict[str, str], *, bullet: bool = False) -> list[Item]:
    """Items in order; what says something of no column by name is added to the one before it.

    The first item may be nameless, when it goes on about a column of an earlier sentence. Raises Unclear.
    """
    text = re.sub(r"\band (?=(?:is|are) [a-z]+ by default\b)", ", ", text)
    for pattern, into in _TOGETHER:
        text = re.sub(pattern, into, text)
    text = re.sub(
        r"\b(defaults?(?: value)?|(?:allowed |possible )?(?:values|options|choices)|min|max|minimum|maximum)\s*[:=]\s*",
        r"\1 ",
        text,
    )
    if (match := _HEAD.match(text)) and content(match["head"]) and (bullet or _is_head(match)):
        return [_with_tail(text, match["head"], match["tail"], verbatim)]
    text = _BOTH_ARE.sub(
        lambda m: ", ".join(f"{name} {m['what']}" for name in [*re.split(r"\s*,\s*", m["names"]), m["last"]]), text
    )
    found: list[Item] = []
    for chunk in _chunks(text):
        item = _item(chunk, verbatim)
        another = (
            re.match(r"^an? ", chunk) and content(item.text) and found and item.traits.range and found[-1].traits.range
        )
        if found and _RELATIVE.match(chunk) and not all(word in GENERIC for word in content(item.text)):
            raise Unclear(chunk)
        if found and not another and all(word in GENERIC for word in content(item.text)):
            found[-1].traits.merge(item.traits)
        elif content(item.text) or item.traits:
            found.append(item)
    _refuse_loose_choices(found)
    return found


def _chunks(text: str) -> list[str]:
    """Cut at commas and the like outside brackets."""
    chunks, depth, start, position = [], 0, 0, 0
    while position < len(text):
        if text[position] in "([":
            depth += 1
        elif text[position] in ")]":
            depth = max(0, depth - 1)
        elif depth == 0 and (match := _SPLIT.match(text, position)):
            chunks.append(text[start:position])
            start = position = match.end()
            continue
        position += 1
    return [chunk.strip() for chunk in [*chunks, text[start:]] if chunk.strip(" .,;:-¦")]


def _item(chunk: str, verbatim: dict[str, str]) -> Item:
    """Brackets hold details, or the values that the column may take; so does what follows a colon or dash."""
    if (match := _HEAD.match(chunk)) and content(match["head"]):
        return _with_tail(chunk, match["head"], match["tail"], verbatim)
    outer, brackets = _brackets(chunk)
    if match := _BY_DEFAULT.match(chunk.strip()):
        return Item(chunk, f"is_{match['flag']}", Traits(type="boolean", default=True))
    if not brackets:
        rest = Rest(chunk)
        traits = read_traits(rest, verbatim)
        return Item(chunk, rest.text, traits)
    rest = Rest(outer)
    traits = read_traits(rest, verbatim)
    for inner in brackets:
        traits.merge(_details(inner, verbatim, chunk))
    return Item(chunk, rest.text, traits, next((noun for inner in brackets if (noun := _refers(inner))), None))


def _refers(details: str) -> str | None:
    """What is referenced in so many words."""
    match = re.search(
        r"\b(?:references?(?: to)?|referencing|refers to|referring to|foreign key (?:to|on)|fk (?:to|on)?|points to|pointing to)"
        r" (?:(?:the|an?|one|our|table) )*([a-z][\w.]*)|-> ?(?!(?:big|small)?int|int\d|text|numeric|varchar|integer|uuid|jsonb?\b)([a-z][\w.]*)",
        details,
    )
    return (match[1] or match[2]) if match else None


def _brackets(chunk: str) -> tuple[str, list[str]]:
    """The text without its outermost brackets, and what they hold; type modifiers such as (10,2) stay."""
    outer, found, depth, start = "", [], 0, 0
    for position, char in enumerate(chunk):
        if char == "(":
            if depth == 0:
                start = position
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            if depth == 0:
                inner = chunk[start + 1 : position]
                if re.fullmatch(r"\s*\d+\s*(?:,\s*\d+\s*)?", inner) and re.search(
                    r"(?:varchar|varying|numeric|decimal|char)\s*$", chunk[:start]
                ):
                    outer += f"({inner})"
                else:
                    found.append(inner)
                    outer += " ¦ "
        elif depth == 0:
            outer += char
    return (outer + chunk[start:], found) if depth else (outer, found)


def _with_tail(words: str, head: str, tail: str, verbatim: dict[str, str]) -> Item:
    """``name: details``; where the head only says what it is to be, the name stands behind it."""
    probe = Rest(head)
    if read_traits(probe, verbatim) and not content(probe.text):
        return _item(f"{head} {tail}", verbatim)
    item = _item(head, verbatim)
    outer, brackets = _brackets(tail)
    traits = _details(outer, verbatim, words)
    for inner in brackets:
        traits.merge(_details(inner, verbatim, words))
    item.traits.merge(traits)
    return Item(words, item.text, item.traits, _refers(tail) or item.refers)


def _details(text: str, verbatim: dict[str, str], words: str) -> Traits:
    """Traits, or bare values; prose that only explains is passed over. Raises Unclear."""
    rest = Rest(text)
    traits = read_traits(rest, verbatim)
    left = [part.strip() for part in re.split(r"[,;|/¦]|\bor\b|\band\b", rest.text) if content(part)]
    labels = [" ".join(content(part)) for part in left]
    if not labels:
        return traits
    plain = all(re.fullmatch(r"[a-z0-9_+-]+(?: [a-z0-9_+-]+)?", label) for label in labels)
    if plain and len(labels) >= 2 and not traits.choices and not traits.range:
        traits.choices = tuple(dict.fromkeys(verbatim.get(_label(label), _label(label)) for label in labels))
        if isinstance(traits.default, bool) and not {"true", "false"} & set(traits.choices):
            raise Unclear(words)
        return traits
    if re.search(r"\d|[<>=]|\b(?:not|never|cannot|no|unless|except|only|must|when|if|where)\b", rest.text):
        raise Unclear(rest.text)
    if len([label for label in labels if label not in GENERIC]) > 1:
        raise Unclear(words)
    return traits


def _label(text: str) -> str:
    return "_".join(text.split())


def _is_head(match: re.Match[str]) -> bool:
    """A column's name and what is said of it, not a lead and a list of columns."""
    return not re.search(r"\b(?:with|columns?|fields?|has|have)\b", match["head"]) and not _ANOTHER.search(
        match["tail"]
    )


def _refuse_loose_choices(found: list[Item]) -> None:
    """ "status open, closed, done" could be a status with three values or four columns."""
    for item, following in pairwise(found):
        first = content(item.text)
        open_ended = len(first) == 2 and first[0] in CHOICE_NOUNS - {"rank", "language", "label"}
        if open_ended and not item.traits and not following.traits and len(content(following.text)) == 1:
            raise Unclear(f"{item.words}, {following.words}")
