"""An index on a table that is there: its columns, order, method, and the rows it holds."""

import re

from agent.offline.description import AddIndex, Condition, Index, Key
from agent.offline.reading.keys import conditions, key_list, take_index_traits
from agent.offline.reading.naming import Unclear, content
from agent.offline.reading.target import MARK
from agent.offline.reading.traits import Rest
from agent.offline.schema import Schema

WANTED = re.compile(
    r"\bindex(?:es|ed|ing)?\b|\bindices\b|\b(?:speed(?:s|ing)? up|faster|slow|quick(?:er|ly)?|optimi[sz]e|accelerate|performance|perform badly|full[ -]?text search|searchable|fast)\b|\b(?:filter|look(?:ed|s|ing)?(?: \w+)? ?up|quer(?:y|ied|ies)|search|sort|order|fetch|list|find|brows)\w*\b.{0,60}\b(?:by|on)\b"
)
_WORDS = re.compile(
    r"\b(?:index(?:es|ed|ing)?|indices|speed(?:s|ing)? up|(?:much |be |run |a lot )?faster|fast|cover(?:s|ed)?|ever|both|but|just|only|would|help|then|lot|is|it|them|that|pattern|hot path|heavy|our|(?:is |are |too |very |getting )*slow(?:er|ly)?|quick(?:er|ly)?|optimi[sz]e[ds]?|accelerate|performance|performant|efficient(?:ly)?|look(?:ing|ed|s)?[ -]?ups?|look (?:it|them|these|things|¤) up|"
    r"quer(?:y|ies|ied|ying)|search(?:es|ed|ing|able)?|filter(?:s|ed|ing)?|sort(?:s|ed|ing)?|order(?:s|ed|ing)?(?= by)|group(?:s|ed|ing)?|fetch(?:es|ed|ing)?|list(?:s|ed|ing|ings)?|find(?:s|ing)?|found|brows(?:e|es|ed|ing)|retriev(?:e|al|ing)|read(?:s|ing)?|select(?:s|ing)?|"
    r"scans?|access(?:es|ed|ing)?|partial|composite|compound|multi-column|multicolumn|combined|filtered|conditional|covering|database|db|performance|helps?|improve[sd]?|add|create|put|build|make|set up|introduce|missing|lacks?|lacking|"
    r"very often|very|often|usually|frequently|mostly|mainly|commonly|constantly|regularly|always|all the time|a lot|heavily|most|together|exact|equality|range|joins?|support(?:s|ing)?|serve[sd]?|keyed|need|want|should|be|getting|get|gets|got|takes? (?:too )?long|columns?|fields?|rows?|ones|entries|records|those|these|hits?|the app|parents|users|we|so|loads?|loading|jsonb(?= \w+$)|fix|fitting|proper|shown(?: to \w+)?|visible(?: to \w+)?|displayed(?: to \w+)?|show(?:s|ing)?|display(?:s|ed|ing)?|page|screen|dashboard)\b"
)


_OTHERS = re.compile(
    rf"\(?,? ?(?:and )?\b(?:the )?other (?:{MARK}|ones|rows|records|entries) (?:should|must|need|do|shall) not "
    r"(?:be|need to be|have to be) (?:in (?:the index|it)|indexed|part of (?:the index|it))\)?"
)
"""What follows from the condition anyway."""
_MARKERS = (
    rf"\b(?:where|whose|(?:only|just|limited to|restricted to|covering only|over only)(?: for| on| of| to)?(?: the)?(?: {MARK}| rows| ones| those| entries| records)?(?: that| which)?(?: are| is| have| has| where| when)?|"
    rf"(?:{MARK}|rows|ones|those|records|entries) (?:that|which|where|with) (?:are|is|have|has)?|(?:that|which) are|when)(?!\w)"
)
_KEYED = r",? (?:(?:filtered|sorted|ordered|keyed|grouped|looked up|indexed|searched|listed|and|always|mostly) )*(?:on|by|using|over)(?: the)? [a-z_]+"


def read_index(text: str, table: str, schema: Schema) -> tuple[AddIndex, tuple[str, ...]]:
    """An index on `table`, whose mentions in `text` are marks. Raises Unclear."""

    def resolve(noun: str) -> str | None:
        return schema.column(table, noun, loose=True)

    def flag(word: str) -> str | None:
        for name in (word, f"is_{word}"):
            if schema.columns(table).get(name, {}).get("type") == "boolean":
                return name
        return None

    assumed: list[str] = []
    text = _OTHERS.sub(" ", text)
    rest = Rest(text)
    method, descending = take_index_traits(rest)
    newest = bool(re.search(r"\b(?:newest|latest|most recent)\b", text))
    where, left = _where(rest.text, table, schema, resolve, flag)
    left = re.sub(r"[()]", " , ", left.replace(MARK, " ").replace("¦", " , "))
    left = _WORDS.sub(" ", left)
    left = re.sub(r"\b(?:on|by|for|over|of|in|with|via|through|to|their|its|when|where)\b", " , ", left)
    left = re.sub(r"(?:\s*,\s*)+(?:and\s*,\s*)*", ", ", left).strip(" ,.;:-")
    found = key_list(left, resolve) if content(left) else ()
    if newest and not any(schema.type_of(table, key.column).startswith(("timestamp", "date")) for key in found):
        if "created_at" not in schema.columns(table):
            raise Unclear("newest first, without a column that says when")
        found, descending = (*found, Key("created_at", True)), False
    if not found:
        used = {condition.column for condition in where}
        spoken = [word for word in re.findall(r"[a-z_]\w*", text) if word in schema.columns(table) and word not in used]
        found = tuple(Key(word) for word in dict.fromkeys(spoken))
    if not found:
        found = _natural_key(table, schema, where)
        assumed.append(f"The index is on {found[0].column}, since no column was named.")
    flags = [key for key in found if schema.type_of(table, key.column) == "boolean"]
    if re.search(r"\bpartial\b", text) and not where and flags and len(flags) < len(found):
        where = tuple(Condition(key.column, "is true") for key in flags)
        found = tuple(key for key in found if key not in flags)
    if descending and not any(key.descending for key in found):
        found = (*found[:-1], Key(found[-1].column, True))
    kinds = {schema.type_of(table, key.column) for key in found}
    if method == "btree" and len(found) == 1 and (kinds <= {"jsonb"} or any(kind.endswith("[]") for kind in kinds)):
        method = "gin"
    if method == "gin" and not all(kind in ("jsonb", "tsvector") or kind.endswith("[]") for kind in kinds):
        raise Unclear(f"a GIN index on {', '.join(key.column for key in found)}")
    if method == "text search" and not all(kind.startswith(("text", "character varying")) for kind in kinds):
        raise Unclear(f"full text search on {', '.join(key.column for key in found)}")
    return AddIndex(table, Index(found, method, where)), tuple(assumed)  # type: ignore[arg-type]


def _where(text: str, table: str, schema: Schema, resolve, flag) -> tuple[tuple[Condition, ...], str]:  # type: ignore[no-untyped-def]
    """Conditions of a partial index, and the text without them. Raises Unclear."""
    found: list[Condition] = []
    adjectives = (
        rf"((?:(?:not |non-|un)?[a-z_]+(?:\s*,\s*(?:and )?| and | & |\s+))+)(?:{MARK}|rows|ones|records|entries)"
    )
    for match in reversed(list(re.finditer(adjectives, text))):
        words = re.split(r"\s*,\s*(?:and )?| and | & |\s+", match[1].strip())
        start = len(words)
        while start and words[start - 1] and (condition := _adjective(words[start - 1], schema, table, flag)):
            found.insert(0, condition)
            start -= 1
        if start < len(words):
            text = f"{text[: match.start()]}{' '.join(words[:start])} {text[match.start(1) + len(match[1]) :]}"
        elif (words and start < len(words)) or not start:
            text = f"{text[: match.start()]} {text[match.start(1) + len(match[1]) :]}"
    for marker in re.finditer(_MARKERS, text):
        tail = text[marker.end() :]
        keyed = re.search(_KEYED, tail)
        body = tail[: keyed.start()] if keyed else tail
        body = re.sub(rf"\b(?:{MARK}|rows|ones|those|records|entries|only)\b|{MARK}", " ", body.replace("¦", ","))
        more: list[Condition] = []
        try:
            for part in re.split(r",| and | & |/", body):
                if content(_WORDS.sub(" ", part)):
                    more += _one(part, table, schema, resolve, flag)
        except Unclear:
            if marker[0].startswith(("where", "whose", "when")):
                raise
            continue
        if more:
            return tuple(dict.fromkeys(found + more)), text[: marker.start()] + " , " + (
                tail[keyed.start() :] if keyed else ""
            )
    return tuple(dict.fromkeys(found)), text


def _one(part: str, table: str, schema: Schema, resolve, flag) -> list[Condition]:  # type: ignore[no-untyped-def]
    words = [w for w in content(part) if w not in ("rows", "true")]
    adjectives = [_adjective(word, schema, table, flag) for word in words]
    if words and all(adjectives):
        return [a for a in adjectives if a]
    return list(conditions(part, resolve, flag))


def _adjective(word: str, schema: Schema, table: str, flag) -> Condition | None:  # type: ignore[no-untyped-def]
    """``active`` where there is is_active, ``completed`` where that is a value of one column."""
    negated = re.match(r"^(?:non-?|un|in)(?=[a-z]{4})", word)
    if column := flag(word):
        return Condition(column, "is true")
    if negated and (column := flag(word[negated.end() :])):
        return Condition(column, "is false")
    holders = [name for name in schema.columns(table) if word in schema.choices(table, name)]
    if len(holders) == 1:
        return Condition(holders[0], "equals", word)
    return None


def _natural_key(table: str, schema: Schema, where: tuple[Condition, ...]) -> tuple[Key, ...]:
    """What rows of the table are usually picked by: the first reference or category without an index."""
    if not where:
        raise Unclear("which column to index")
    used = {condition.column for condition in where}
    references = {key.column for key in schema.foreign_keys(table)}
    for name in schema.columns(table):
        if (
            name not in used
            and (name in references or schema.choices(table, name))
            and not schema.is_indexed(table, [name])
        ):
            return (Key(name),)
    return (Key("created_at", True),) if "created_at" in schema.columns(table) else (Key(schema.primary_key(table)[0]),)
