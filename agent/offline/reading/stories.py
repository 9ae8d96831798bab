"""Sentences that tell why something is wished for, and those that announce what a later one describes."""

import re
from dataclasses import replace

from agent.offline.reading.naming import HARD, content
from agent.offline.reading.target import mentions
from agent.offline.reading.text import Sentence
from agent.offline.schema import Schema

_AS = re.compile(r"^as an? (?:[a-z-]+,? ){1,3}?(?:of [a-z ]{3,20})?,? ?(?=(?:i|we) )")
_PAST = re.compile(
    r"^(?:(?:yesterday|recently|last \w+|in the past|lately|today|this \w+|once),? )?(?:we|i|they|somebody|someone|support|an? \w+(?: \w+)?|some \w+)"
    r" (?:have |had |has |just |recently |already |once |even )*(?:found|discovered|noticed|saw|seen|fixed|repaired|corrected|"
    r"cleaned|had|ran|got|imported|received|complained|reported|wrote|caused|created|slipped|crept|ended up)\b"
)
_ORDERS = re.compile(
    r"\b(?:must|should|shall|please|add|create|needs?|never|cannot|default|required|optional|column|field|unique|index|"
    r"change|make|ensure|only|want|like|wish)\b"
)
_ASKS = re.compile(
    r"^(?:please |also |and |then |now |could you |can you )*(?:add|create|insert|introduce|index|make|set|change)\b"
)
_DESCRIBES = re.compile(
    r"\b(?:optional|required|nullable|unique|default|null|empty|index|columns?|fields?|boolean|integer|text|timestamp|either|"
    r"one of|values)\b|[:/|()]"
)
_NEW = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+"


def without_role(text: str) -> str:
    """ "As a parent I want ..." without whose wish it is."""
    return _AS.sub("", text)


def told(text: str, sentences: int) -> bool:
    """What happened, beside other sentences that say what to do."""
    return sentences > 1 and bool(_PAST.match(text)) and not _ORDERS.search(text) and not re.search(r"\d|[<>=]", text)


def announced(sentences: list[Sentence], schema: Schema) -> list[Sentence]:
    """Without those that only lead up to a column that a later sentence names: "... a link to a video. Add video_url"."""
    kept: list[Sentence] = []
    sentences = list(sentences)
    for place, sentence in enumerate(sentences):
        text = without_role(sentence.text)
        later = " . ".join(s.text for s in sentences[place + 1 :])
        names = [n for n in re.findall(_NEW, later) if not schema.table(n)]
        parts = {part[:4] for name in names for part in name.split("_") if len(part) > 3}
        home = {table for *_, table, _ in mentions(text, schema)} <= {t for *_, t, _ in mentions(later, schema)}
        said = {word[:4] for word in content(text) if len(word) > 3}
        idle = not (
            sentence.bullet or sentence.lists or HARD.search(text) or _ASKS.match(text) or _DESCRIBES.search(text)
        )
        if idle and names and not re.search(_NEW, text) and parts & said:
            if home:
                continue
            if _brought(sentences, place, names, text, schema):
                continue
        kept.append(Sentence(text, sentence.bullet, sentence.lists))
    return kept


def _brought(sentences: list[Sentence], place: int, names: list[str], text: str, schema: Schema) -> bool:
    """The announcement's table goes with the first later sentence that names the column."""
    tables = {table for *_, table, _ in mentions(text, schema)}
    later = next((n for n in range(place + 1, len(sentences)) if names[0] in sentences[n].text), None)
    if later is None or len(tables) != 1 or any(mentions(s.text, schema) for s in sentences[place + 1 :]):
        return False
    at_home = sentences[later].text.replace(names[0], f"{names[0]} of {tables.pop().split('.')[-1]}", 1)
    sentences[later] = replace(sentences[later], text=at_home)
    return True
