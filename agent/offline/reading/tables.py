"""Whether a request is for a new table, and which."""

import re
from dataclasses import replace

from agent.offline.description import NewTable
from agent.offline.reading.headlines import JUNCTION, THING, headline, is_generic, pair, without_pair
from agent.offline.reading.implied import headed, implied
from agent.offline.reading.naming import Unclear
from agent.offline.reading.notation import tidied
from agent.offline.reading.prose import is_background, without_politeness
from agent.offline.reading.table_body import read_body
from agent.offline.reading.text import Plain, Sentence
from agent.offline.schema import Schema
from agent.offline.words import singular

Found = tuple[NewTable, tuple[str, ...]]


def read_table(plain: Plain, schema: Schema) -> Found | None:
    """The new table that a request calls one, and what was assumed; None where it names none. Raises Unclear."""
    plain = _named_later(tidied(plain))
    for number, sentence in enumerate(plain.sentences):
        text = _written_out(without_politeness(sentence.text))
        if is_background(text) and not re.search(rf"\b{THING}\b|\b{JUNCTION}\b|\bmany\b", text):
            continue
        joined = pair(text, schema)
        found = headline(text, schema)
        if joined and (found is None or is_generic(found[0], schema) or schema.table(found[0])):
            first, second, rest = joined
            name = f"{singular(first.split('.')[-1])}_{second.split('.')[-1]}"
            if known := schema.table(name):
                raise Unclear(f"a new table {name}, as {known} is there already")
            return read_body(plain, number, name, rest, schema, junction=(first, second))
        if not found:
            continue
        name, rest = found
        if known := schema.table(name):
            if _creates(text, name):
                raise Unclear(f"a new table {name}, as {known} is there already")
            continue
        if joined:
            return read_body(plain, number, name, without_pair(rest), schema, junction=joined[:2])
        return read_body(plain, number, name, rest, schema)
    if head := headed(plain, schema):
        return read_body(plain, head.sentence, head.name, head.rest, schema)
    return None


def read_implied(plain: Plain, schema: Schema) -> Found | None:
    """A new table that is not called one: "track quests for each child". Raises Unclear."""
    plain = tidied(plain)
    found = implied(plain, schema)
    return read_body(plain, found.sentence, found.name, found.rest, schema, prose=found.prose) if found else None


def _written_out(text: str) -> str:
    """ "quests (table)" and "child_skills: a junction of" as they are said."""
    text = re.sub(rf"\b(\w+) \((?:an? |new )*({THING})\)", r"\1 \2", text)
    return re.sub(rf"^(\w+_\w+): (?=(?:an? |the |new )*{JUNCTION}\b)", r"\1 table: ", text)


def _named_later(plain: Plain) -> Plain:
    """ "I need a new table. It's called quests and ..." in one sentence."""
    named = re.compile(
        r"^(?:(?:it is|it should be|it will be|it is to be|it must be) (?:called|named)|call it|name it|its name is|the name is) (\w+)(?:,? and|,|$)"
    )
    for number, (first, second) in enumerate(zip(plain.sentences, plain.sentences[1:], strict=False)):
        if re.search(rf"\b{THING}$", first.text) and (match := named.match(second.text)):
            head = Sentence(f"create a table called {match[1]}")
            tail = Sentence(second.text[match.end() :].strip(), second.bullet, second.lists)
            return replace(plain, sentences=(*plain.sentences[:number], head, tail, *plain.sentences[number + 2 :]))
    return plain


def _creates(text: str, name: str) -> bool:
    """It asks for the table itself, not for something on it."""
    spoken = rf"(?:{name}|{name.replace('_', ' ')})"
    return bool(re.search(rf"\b(?:create|new|build|set up|introduce)\b[^.]*\b{spoken}\b", text)) and not re.search(
        r"\b(?:column|field|index|constraint|trigger|flag|attribute)\b", text
    )
