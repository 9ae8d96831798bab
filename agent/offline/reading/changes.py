"""Changes to tables that are there: which sentence is about which, and which only tell why."""

import re
from collections.abc import Iterator

from agent.offline.description import Change
from agent.offline.reading import lookups
from agent.offline.reading.alter import ACTIONS, Work, changes_of, read_clause
from agent.offline.reading.body import Body
from agent.offline.reading.naming import HARD, Unclear, content
from agent.offline.reading.phrasing import phrased
from agent.offline.reading.prose import is_background, without_politeness, without_purpose
from agent.offline.reading.target import mentions, target, without
from agent.offline.reading.text import Plain, Sentence
from agent.offline.reading.uniqueness import read_unique
from agent.offline.schema import Schema

_OPENS = re.compile(r"^(?:please )?(?:add|create|introduce|put|give|make|an?|optional|new|we need|store)\b")
_NAMED = re.compile(r"^(?:(?:on|in|for|the|target|affected) )*(?:table|model|entity)(?: name)?(?::| is| =)? (\w+)$")
_COLUMN = re.compile(r"^(?:(?:add|new|the|a) )*(?:column|field|attribute|property)(?: name)?(?::| is| =) (\w[\w ]*)$")
_WISH = re.compile(
    r"\b(?:i|we|they|editors|parents|users|team)\b[^.]{0,20}\b(?:like|need|want|love|wish|miss(?:ing)?)\b"
    r"(?! (?:you )?to (?!have\b|add\b|store\b|record\b|track\b|save\b|keep\b|know\b|see\b|put\b|hold\b))"
)
_EXISTING = re.compile(
    r"\b(?:existing|current|old)\b.*\b(?:are|is|gets?|becomes?|starts?|stays?|should|counts?|keeps?)\b|^(?:if|when|where|unless|otherwise)\b"
)
"""It may say what the rows that are there get."""
_LACKS = re.compile(r"\b(?:have|has|having)(?: currently| still)? no (?=[a-z])")


def read_changes(plain: Plain, schema: Schema) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Changes of existing tables, in the order of the request. Raises Unclear."""
    plain = phrased(plain, schema)
    clauses = list(_clauses(plain, schema))
    if found := _one_index(clauses, schema):
        return found
    works: list[Work] = []
    named = {table for sentence in plain.sentences for *_, table, _ in mentions(sentence.text, schema)}
    changes: list[Change] = []
    about = next(iter(named)) if len(named) == 1 else None
    for clause in clauses:
        text = clause.text
        if match := _NAMED.match(text):
            about = schema.table(match[1], loose=True) or about
            if about is None:
                raise Unclear(text)
            continue
        if changes and re.match(
            r"^(?:please )?(?:prevent|avoid|stop|fix|forbid|enforce|ensure|add|make|do)?(?: that| this| it| so| sure| happen| from| happening)*$",
            text,
        ):
            continue
        if unique := read_unique(text, schema):
            changes.append(unique)
            continue
        if works and set(re.findall(r"\w+", text)) & works[-1].labels:
            table: str | None = works[-1].table
        else:
            table = _about(text, clause, schema)
        table = table or (works[-1].table if works else about or _by_column(text, schema))
        if table is None:
            if is_background(text) or _is_story(text, schema):
                continue
            raise Unclear(text)
        if clause.lists:  # what stands before the colon only tells why
            about = table
            continue
        work = next((w for w in works if w.table == table), None) or Work(
            table, Body(schema, plain.verbatim, table.split(".")[-1])
        )
        try:
            read_clause(work, without(text, table, schema), schema, bullet=clause.bullet)
        except Unclear:
            idle = (is_background(text) or _is_story(text, schema)) and not _EXISTING.search(text)
            if idle and not clause.bullet:
                continue
            raise
        if work not in works:
            works.append(work)
    assumed: list[str] = []
    for work in works:
        changes += changes_of(work, schema)
        assumed += work.assumed
    if not changes:
        raise Unclear(" ".join(sentence.text for sentence in plain.sentences)[:120])
    return tuple(changes), tuple(assumed)


def _is_story(text: str, schema: Schema) -> bool:
    """It names no table, orders nothing and sets no condition."""
    orders = r"^(?:please )?(?:add|create|make|set|give|put|change|ensure|use|let|store|index|it|they|this|that|these|each|every|all|default|same|also|then|and)\b"
    return not (re.search(orders, text) or HARD.search(text) or mentions(text, schema) or ":" in text or "/" in text)


def _about(text: str, clause: Sentence, schema: Schema) -> str | None:
    """The table that a clause names; None where it is prose."""
    try:
        return target(text, schema)
    except Unclear:
        if is_background(text) or clause.lists:
            return None
        raise


def _clauses(plain: Plain, schema: Schema) -> Iterator[Sentence]:
    """Sentences without politeness and purpose; prose before a colon is a sentence of its own, marked `lists`."""
    for sentence in plain.sentences:
        text, purpose = without_purpose(without_politeness(sentence.text))
        if re.search(r"\bindex\b", text) and re.search(r"\b(?:by|on)\b", purpose):
            text = f"{text} {purpose}"
        text = _LACKS.sub("needs ", text) if len(plain.sentences) > 1 else text
        if match := _COLUMN.match(text):
            text = f"add column {match[1]}"
        if _WISH.search(sentence.text):
            text = f"add {text}"
        for part in _split(text):
            head, colon, tail = part.partition(": ")
            if colon and _OPENS.match(tail) and _is_prose(head, schema):
                yield Sentence(head, lists=True)
                part = tail
            if content(part):
                yield Sentence(part, sentence.bullet)


def _split(text: str) -> list[str]:
    """At semicolons outside of brackets where a clause of its own follows, and after what only gives a reason."""
    reason = re.match(r"^([^():]{8,120}?), so (?!that\b)(?=.{8})(.+)$", text)
    if reason and not HARD.search(reason[1]) and "index" not in reason[2]:
        return [reason[2]]
    depth, start, parts = 0, 0, []
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if (
            char == ";"
            and depth == 0
            and re.match(
                r";\s*(?:please |also |then |and )*(?:add|create|introduce|put|give|index|make|set|we need|it|they|the|only)\b",
                text[place:],
            )
        ):
            parts.append(text[start:place])
            start = place + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _is_prose(head: str, schema: Schema) -> bool:
    """It tells why, and names no column."""
    table = target(head, schema) if content(head) else None
    if table is None:
        return is_background(head)
    left = content(ACTIONS.sub(" ", without(head, table, schema).replace("¤", " ")))
    return bool(left) and not HARD.search(head) and not (len(left) < 3 and re.search(r"\bcolumn|\bfield", head))


def _one_index(clauses: list[Sentence], schema: Schema) -> tuple[tuple[Change, ...], tuple[str, ...]] | None:
    """An index that is wished for in one sentence and described in another."""
    if len(clauses) < 2 or sum("index" in clause.text for clause in clauses) > 1:
        return None
    whole = " , ".join(clause.text for clause in clauses)
    if not lookups.WANTED.search(whole):
        return None
    try:
        table = target(whole, schema)
        index, assumed = lookups.read_index(without(whole, table, schema), table, schema) if table else (None, ())
    except Unclear:
        return None
    return ((index,), assumed) if index else None


def _by_column(text: str, schema: Schema) -> str | None:
    """The only table that has a column of a name that the text names. Raises Unclear where several have it."""
    words = re.findall(r"[a-z][a-z0-9_]*", text)
    for count in (3, 2, 1):
        for place in range(len(words) - count + 1):
            noun = "_".join(words[place : place + count])
            found = [t for t in schema.tables if noun in schema.columns(t)]
            if len(found) == 1:
                return found[0]
            if len(found) > 1 and noun not in ("id", "name", "created_at", "updated_at"):
                raise Unclear(f"which table's {noun} is meant ({', '.join(found)})")
    return None
