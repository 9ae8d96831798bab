"""New tables that a request does not call tables: "Children can earn achievements. Each achievement has ..."."""

import re
from dataclasses import dataclass

from agent.offline.reading.body import OWN
from agent.offline.reading.headlines import WORD
from agent.offline.reading.naming import is_filler
from agent.offline.reading.prose import without_politeness
from agent.offline.reading.text import Plain
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

_NOUN = rf"(?:(?:an? |the |new |simple |append-only |read-only |private )*)(?P<name>{WORD}(?: {WORD}){{0,2}}?)(?: (?:log|list|history|collection|feed))?"
_VERBS = (
    r"(?:add|create|introduce|track|store|record|keep track of|keep|log|support|save|implement|build|set up|make|design|model)"
    r"(?: (?:an?|the|new|list of|log of|history of|all|support for|record of|concept of|notion of|of))*"
)
_EACH = re.compile(
    r"\b(?:(?:each|every|per|one) |(?:^|(?<=, )|(?<=: ))(?:an? |the )?)(?P<name>[a-z][a-z0-9_]*(?: [a-z][a-z0-9_]*)?) "
    r"(?:has|belongs|is (?:for|linked|tied|attached|owned|given|assigned|made|written)|consists|stores|carries|gets|contains|includes|records|should have|needs|the|must have|comes with|will have)\b"
)
_NOT_A_THING = {
    "row", "record", "entry", "one", "link", "pair", "it", "this", "that", "table", "user", "item", "which", "they", "there", "we",
    "column", "field", "value", "index", "time", "name", "who", "what", "also", "everyone", "nobody", "status", "app", "team",
}  # fmt: skip


@dataclass(frozen=True)
class Implied:
    name: str
    sentence: int
    """Which sentence introduces it."""
    rest: str
    """What that sentence says of it besides."""
    prose: bool
    """The sentence tells a story; only whom the rows belong to is taken from it."""


def implied(plain: Plain, schema: Schema) -> Implied | None:
    texts = [without_politeness(sentence.text) for sentence in plain.sentences]
    return headed(plain, schema) or _of_lists(texts, schema) or _of_things(texts, schema)


def headed(plain: Plain, schema: Schema) -> Implied | None:
    """A heading over bullets: "create achievements", "child_skills"."""
    for number, (sentence, after) in enumerate(zip(plain.sentences, plain.sentences[1:], strict=False)):
        match = re.fullmatch(rf"(?:(?:please|add|create|new|build|make|store|track) )*(?P<name>{WORD})", sentence.text)
        if match and after.bullet and _is_new(match["name"], schema):
            return Implied(match["name"], number, "¦", False)
    return None


def _of_lists(texts: list[str], schema: Schema) -> Implied | None:
    """ "quests for children: title, status", "create quests (child, title)", "track quests for each child with ..."."""
    tie = rf"(?: (?P<tie>for|per|of|by|from) {OWN}(?P<owner>{WORD}))?"
    shapes = (
        rf"^(?:{_VERBS} )?{_NOUN}{tie}(?= ?: ?[^,]+,)",
        rf"^{_VERBS} {_NOUN}{tie} ?(?=\([^,()]+(?:\([^()]*\))?[^,()]*,)",
        rf"^(?:{_VERBS} )?{_NOUN}{tie}(?=,? (?:each (?:one )?)?(?:with|having|including|containing)\b)",
        rf"^{_VERBS} {_NOUN}{tie}$",
        rf"^(?:let |allow )?{OWN}(?P<owner>{WORD}) (?:(?:can|should|may|to|be able to) )*(?:have|own|keep|collect|get|receive|earn|has|owns) "
        rf"(?:(?:many|several|multiple|any number of|some|their own) )?(?P<name>{WORD}(?: {WORD})?)(?= ?: ?[^,]+,)",
    )
    for number, text in enumerate(texts):
        for place, shape in enumerate(shapes):
            match = re.search(shape, text)
            if not match or not _is_new(match["name"], schema):
                continue
            listed = text[match.end() :].count(",") > 1 and re.match(r"(?:create|build|design|model|add|new)\b", text)
            tied = re.search(rf"\b(?:per|for each|for every|of each) {WORD}", text[match.end() :])
            if place == 3 and not (
                match["owner"]
                and any(re.match(r"(?:they|each|every|an?|it|columns|fields)\b", t) for t in texts[number + 1 :])
            ):
                continue
            keyed = any(schema.table(stem) for stem in re.findall(r"\b([a-z]+)_id\b", text[match.end() :]))
            if place != 1 and not tied and not keyed and not match["owner"] and "_" not in match["name"] and not listed:
                continue
            if match["owner"] and not schema.table(match["owner"], loose=True):
                continue
            owner = f"for {match['owner']} " if match["owner"] else ""
            rest = text[match.end() :].strip()
            if place == 1:
                rest = _opened(rest)
            lasting = "append-only ¦ " if "append-only" in match[0] else ""
            return Implied("_".join(match["name"].split()), number, f"{lasting}{owner}¦ {rest}", False)
    return None


def _opened(text: str) -> str:
    """ "(a, b (c)), d" as ": a, b (c) , d"."""
    depth = 0
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return f": {text[1:place]} {text[place + 1 :]}"
    return text


def _of_things(texts: list[str], schema: Schema) -> Implied | None:
    """ "Let's introduce quests! A quest has ...": a thing that is told of and that nothing is called yet."""
    for match in (match for text in texts for match in _EACH.finditer(text)):
        for noun in dict.fromkeys((match["name"], match["name"].split()[-1])):
            many = plural(noun)
            if noun != singular(noun) or noun in _NOT_A_THING or not _is_new(many, schema):
                continue
            for number, text in enumerate(texts):
                if found := re.search(rf"(?<![\w-])(?:(?P<what>[a-z]+) )?{re.escape(many)}(?!\w)", text):
                    what = found["what"] if found["what"] and _is_noun(found["what"], schema) else None
                    return Implied(
                        "_".join([*([what] if what else []), *many.split()]), number, *_introduced(text, found)
                    )
    return None


def _is_noun(word: str, schema: Schema) -> bool:
    """What kind of thing it is: "coin" transactions; no verb, adjective or owner."""
    other = r"daily|weekly|monthly|new|small|personal|special|custom|many|multiple|several|own|earn|collect|get|want|win|unlock|complete|receive|more|these|those|such|using"
    return not (
        is_filler(word)
        or schema.table(word)
        or re.fullmatch(rf"{other}|{_VERBS.split('(?: (?:')[0]}", word)
        or word.endswith(("ing", "ed"))
    )


def _introduced(text: str, found: re.Match[str]) -> tuple[str, bool]:
    """What the sentence goes on to say, and whether that is only a story."""
    tail = text[found.end() :]
    if tail.lstrip().startswith((":", "with ", "- ")):
        return "¦ " + tail, False
    return f"{text[: found.start()]} ¦ {tail}", True


def _is_new(noun: str, schema: Schema) -> bool:
    """A plural that no table or column has."""
    name = "_".join(noun.split())
    known = schema.table(noun, loose=True) or schema.tables_with(name) or schema.tables_with(singular(name))
    words = set(name.split("_"))
    return (
        not known
        and name == plural(name)
        and singular(name) != name
        and not words & {"columns", "fields", "changes", "points", "links", "which", "duplicates", "values"}
    )
