"""Which of the project's tables and columns the words of a request mean."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from agent.offline import regex
from agent.offline.reading.ledger import Ledger, Missing, Unclear
from agent.offline.reading.lexicon import ACCESS_VERBS, FILLERS, NEVER_NAMES, NO_VALUE
from agent.offline.schema import USERS, Schema
from agent.offline.words import plural, singular

_NO_TABLE = {"log", "table", "index", "user", "users", "account", "accounts", "status"}


@dataclass(frozen=True)
class Mention:
    start: int
    end: int
    table: str
    words: str


def mentions(text: str, schema: Schema, low: int = 0, high: int | None = None, *, loose: bool = False) -> list[Mention]:
    """Nouns that mean a table that is there, longest first at each place; `loose` takes a part of a name, too."""
    found: list[Mention] = []
    tokens = list(re.compile(r"[^ ]+").finditer(text, low, len(text) if high is None else high))
    place = 0
    while place < len(tokens):
        for count in (3, 2, 1):
            group = tokens[place : place + count]
            words = " ".join(token[0] for token in group)
            if len(group) < count or not regex.fullmatch(r"[a-z][a-z0-9_ ]*", words):
                continue
            table = None if words in ("user", "users", "account", "auth user") else schema.table(words)
            if table is None and loose and count == 1 and words not in _NO_TABLE and words not in _column_words(schema):
                table = schema.table(words, loose=True)
            if table and table != USERS:
                found.append(Mention(group[0].start(), group[-1].end(), table, words))
                place += count - 1
                break
        place += 1
    return found


def _column_words(schema: Schema) -> set[str]:
    return {name for table in schema.tables for name in schema.columns(table)}


def about(text: str, schema: Schema) -> str | None:
    """The table that a request is about. Raises Unclear where two are as likely."""
    if (match := regex.search(r"(?<![^ ])([a-z_][\w]*) ⋅ [a-z_]", text)) and (table := schema.table(match[1])):
        return table
    for match in regex.finditer(
        r"(?<![^ ])(?:table|component|entity|model)(?: name)?(?: :| is| =)? ([a-z_]\w*)|(?<![^ ])([a-z_]\w*) (?:table|\()",
        text,
    ):
        if (table := schema.table(match[1] or match[2])) and table != USERS:
            return table
    found = mentions(text, schema) or mentions(text, schema, loose=True)
    found = [m for m in found if not _is_item(text, m)] or found
    if not found:
        return None
    for mention in found:
        if own := owned(text, mention, schema):
            return own
    alone = all(
        regex.search(r" (?:an?|each|every|per|same|one|1) $", text[: m.start]) for m in found
    )  # "the same child"
    if len({m.table for m in found}) > 1 or alone:
        wider = {m.table for m in (*found, *mentions(text, schema, loose=True))}
        keyed = [t for t in wider if wider - {t} <= {k.table for k in schema.foreign_keys(t)}]
        if len(keyed) == 1 and len(wider) > 1:
            return keyed[0]
    weights: dict[str, int] = {}
    for mention in found:
        weights[mention.table] = max(weights.get(mention.table, 0), _weight(text, mention))
    if len(weights) == 1:
        return found[0].table
    keyed = [t for t in weights if set(weights) - {t} <= {k.table for k in schema.foreign_keys(t)}]
    if len(keyed) == 1:
        return keyed[0]
    best = [table for table, weight in weights.items() if weight == max(weights.values())]
    if len(best) == 1:
        return best[0]
    raise Unclear(f"which of {' and '.join(best)} is meant")


def _is_item(text: str, mention: Mention) -> bool:
    """It stands in a list of values: "one of emotions, math or reading"."""
    before, after = text[: mention.start], text[mention.end :]
    return bool(
        regex.search(r" (?:[:,(/|]|or|of) $", before) and regex.match(r" (?:,|/|\|) [a-z_]+ (?:,|/|\||or) ", after)
    )


def owned(text: str, mention: Mention, schema: Schema) -> str | None:
    """ "children's progress": the table of what belongs to those that are mentioned."""
    after = regex.match(r" ([a-z_]+)", text[mention.end :])
    if after is None or after[1] in schema.columns(mention.table):
        return None
    own = schema.table(after[1], loose=True)
    return (
        own
        if own and own != mention.table and any(k.table == mention.table for k in schema.foreign_keys(own))
        else None
    )


def _weight(text: str, mention: Mention) -> int:
    before, after, words = text[: mention.start], text[mention.end :], mention.words
    own = r"(?:(?:the|our|each|every|all|a|an|existing|any|my|table|so|that|some) )*"
    weight = 0
    if regex.match(r" (?:table|model|entity)\b", after):
        weight += 4
    if regex.search(rf" (?:to|on|onto|in|into|from|inside|within|of|for) {own}$", before):
        weight += 3
    if regex.match(r" (?:should|must|need|needs|has|have|can|could|may|gets?|ought|want)\b", after):
        weight += 4
    if regex.search(rf" (?:per|by) {own}$", before):
        weight -= 1
    if regex.search(r" (?:linked to|references|to) the $", before):
        weight -= 2
    return weight + (words == plural(words) and words != singular(words)) + ("_" in words or " " in words)


_MISSED = (
    r"(?<![^ ])(?P<noun>[a-z][a-z0-9_]*) ⋅ [a-z_]+",
    r"(?<![^ ])table (?:called |named )?(?P<noun>[a-z][a-z0-9_]*)|(?:the|our|existing) (?P<own>[a-z][a-z0-9_]*) table(?![^ ])",
    r"(?<![^ ])(?:to|on|index|audit|mark|give|every|each|per|(?:in|of|for)(?= (?:an?|the|our|every|[a-z_]+s) ))(?: (?:an?|the|our|all|every|each|new|changes to))* (?P<noun>[a-z][a-z0-9_]*)(?= (?:[.,:;(\n]|has|have|must|should|by|with|as|that|can|without|for|to)|\s*$)",
    r"(?:^|\n|\.) (?:• )?(?P<noun>[a-z][a-z0-9_]*) (?:should|must|need|needs|have|has|get|gets|can|cannot|:)(?![^ ])",
)


def refuse_missing(text: str, schema: Schema) -> None:
    """Raises Missing where what is not there is spoken of like a table, and no table that is there is named."""
    held = bool(mentions(text, schema))
    columns = _column_words(schema)
    for number, pattern in enumerate(_MISSED):
        for match in regex.finditer(pattern, text):
            noun = match["noun"] or match["own"]
            plain = noun not in FILLERS | NO_VALUE | NEVER_NAMES | ACCESS_VERBS and noun not in columns
            if not plain or schema.table(noun, loose=True) or (held and number):
                continue
            names = [table.split(".")[-1] for table in schema.tables]
            near = difflib.get_close_matches(plural(noun), names, 3, 0.6)
            raise Missing(noun, f"near it are {', '.join(near)}" if near else f"there are {', '.join(names[:8])}")


Resolve = Callable[[str], str | None]


_ON_SCREEN = re.compile(r" (?:dashboard|page|screen|view|app|report|overview|portal|tab|widget|area|list)s?(?![^ ])")


@dataclass(frozen=True)
class Spoken:
    """A column that the text names."""

    start: int
    end: int
    column: str


def spoken_columns(ledger: Ledger, resolve: Resolve, low: int = 0, high: int | None = None) -> list[Spoken]:
    """The columns that the open words of a stretch name, in order."""
    found: list[Spoken] = []
    tokens = ledger.tokens(low, high)
    place = 0
    while place < len(tokens):
        for count in (3, 2, 1):
            group = tokens[place : place + count]
            if len(group) < count or any(b.start() != a.end() + 1 for a, b in pairwise(group)):
                continue
            words = " ".join(token[0] for token in group)
            if regex.fullmatch(r"[a-z][a-z0-9_ ]*", words) and (column := resolve(words)):
                if column != "_".join(words.split()) and (
                    _ON_SCREEN.match(ledger.text, group[-1].end())
                    or (words in ("created", "updated") and ledger.text[: group[0].start()].endswith(" be "))
                ):
                    break  # "the parent dashboard" names no parent_id, "shall be created" no created_at
                found.append(Spoken(group[0].start(), group[-1].end(), column))
                place += count - 1
                break
        place += 1
    return found


def resolver(table: str, schema: Schema) -> Resolve:
    """Columns of a table that is there, by name, by the noun of a reference, or without is_ and _at."""
    columns = schema.columns(table)
    own = {table.split(".")[-1], singular(table.split(".")[-1])}

    def resolve(words: str) -> str | None:
        name = "_".join(words.split())
        if name in columns:
            return name
        if name in own or name in ("row", "rows", "new", "a", "is", "it", "in", "on", "by", "id", "has"):
            return None
        if column := schema.column(table, words):
            return column
        noun = schema.table(words) if " " not in words else None  # "kid" is a child
        keys = [
            key.column for key in schema.foreign_keys(table) if noun not in (None, table, USERS) and key.table == noun
        ]
        return keys[0] if len(keys) == 1 else None

    return resolve


def strike_table(ledger: Ledger, table: str, schema: Schema) -> None:
    """Takes the mentions of a table, but for those that are a column's name."""
    columns = schema.columns(table)
    found = [m for m in mentions(ledger.left, schema) if m.table == table]
    found = found or [m for m in mentions(ledger.left, schema, loose=True) if m.table == table]
    for mention in found:
        if mention.words in columns:
            continue
        tail = re.compile(r"(?: ⋅)?(?: (?:table|model|entity|rows?|records?|entries|entry)(?![^ ]))*").match(
            ledger.left, mention.end
        )
        ledger.strike(mention.start, tail.end() if tail else mention.end)
