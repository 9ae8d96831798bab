"""A row for everything that has none: whose, and what it holds."""

import re

from agent.offline.description import Backfill, Value
from agent.offline.reading.naming import HARD, Unclear, content
from agent.offline.reading.target import mentions
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema
from agent.offline.words import singular

WANTED = re.compile(
    r"\bback-?fill(?:s|ed|ing)?\b|\b(?:have|has|having|with|got) (?:none|no |not (?:any|one|yet|logged|a\b)|zero|0)|\bwithout (?:any|one|an?|at least)?\b|\bthat (?:do|does|did) not (?:yet )?(?:have|own)|\b(?:lack|lacks|lacking|missing)\b|"
    r"\b(?:never|not yet|not) (?:logged|recorded|had|made|created|entered)\b|\b(?:has|have|having) (?:never|not)\b|\bat least one\b|\bwho (?:do|does) not\b|\bnot have\b"
)
_WORDS = re.compile(
    r"\b(?:per|fill(?:s|ed)?|in|say|need|needs|receive|receives|should|must|back-?fill(?:s|ed|ing)?|insert(?:s|ed|ing)?|add(?:s|ed|ing)?|creat(?:e|es|ed|ing)|giv(?:e|es|ing)|seed(?:s|ed)?|populate|generate|initial(?:i[sz]e)?|default(?:s)?|starter|starting|baseline|first|placeholder|one|none|any|yet|without|lack(?:s|ing)?|missing|not|no|never|"
    r"have|has|having|had|do|does|did|logged|log(?:s)?|recorded|entr(?:y|ies)|records?|rows?|single|at least|every|each|all|existing|still|currently|exactly|for|those|them|make|sure|ensure|ends up|gets?|should|so far|already|there|already|be|zero|0|with|value|values|of|set|is|as|data|"
    r"created_at|date|dated|same|creation|taken|copied|time|when|was|use|using|copy|from|their|where|exists?|yet|missing|table|who|that|anything|nothing|who|only|once|run|twice|duplicates?|create|it|its)\b"
)
_ASKS = re.compile(
    r"\b(?:back-?fill|insert|add|creat|giv|seed|populat|generat|ensur|make sure|should|must|gets?|receive|fill)\w*\b|\d"
)
"""What a sentence has that says what to do; others only tell why."""
_NEUTRAL = ("neutral", "default", "none", "unknown", "unset", "normal", "other", "pending", "not_started")


def read_backfill(text: str, schema: Schema, verbatim: dict[str, str]) -> tuple[Backfill, tuple[str, ...]]:
    """Raises Unclear."""
    found = (
        _pair(mentions(text, schema), schema)
        or _pair(mentions(text, schema, loose=True), schema)
        or _by_noun(text, schema)
    )
    if not found:
        raise Unclear("which rows to add, and for what")
    table, parent, reference, key = found
    left = text
    for start, end, _, _ in reversed(mentions(left, schema, loose=True)):
        left = left[:start] + " ¦ " + left[end:]
    left = re.sub(
        rf"\b(?:{'|'.join(set(table.split('.')[-1].split('_')) | {singular(w) for w in table.split('.')[-1].split('_')})})\b",
        " ",
        left,
    )
    left = re.sub(r"\b(?:has|have|having|with|got|own|owns) (?:exactly )?0\b", " ", left)
    values: list[tuple[str, Value]] = []
    assumed: list[str] = []
    columns = schema.columns(table)
    for name, facts in columns.items():
        if name in (reference, "id", "created_at", "updated_at"):
            continue
        kind = str(facts["type"])
        labels = schema.choices(table, name)
        value, left = _said(name, labels, kind, left, verbatim)
        if value is None and _is_only_number(table, name, kind, left, schema):
            value, left = value_of(re.findall(r"(?<!\w)\d+(?!\w)", left)[0]), re.sub(r"/?(?<!\w)\d+(?!\w)", " ", left)
        if value is None and schema.is_required(table, name) and schema.default(table, name) is None:
            value = _neutral(table, name, labels, schema)
            if value is None:
                raise Unclear(f"what {table}.{name} shall be in the new rows")
            assumed.append(f"{name} is {value}, which the request did not say.")
        if value is not None:
            values.append((name, value))
    asked = [part for part in left.split(";") if _ASKS.search(part)] or [left]
    if words := content(_WORDS.sub(" ", " ".join(asked))):
        raise Unclear(" ".join(words))
    told = " ".join(_WORDS.sub(" ", part) for part in left.split(";") if part not in asked)
    if order := HARD.search(told):
        raise Unclear(order[0])
    dated = (
        "created_at" in columns
        and "created_at" in schema.columns(parent)
        and not re.search(r"\b(?:now|today|current)\b", text)
    )
    return Backfill(table, parent, reference, key, tuple(values), ("created_at",) if dated else ()), tuple(assumed)


def _pair(found: list[tuple[int, int, str, int]], schema: Schema) -> tuple[str, str, str, str] | None:
    tables = list(dict.fromkeys(table for *_, table, _ in found))
    pairs = [
        (t, k.table, k.column, k.target)
        for t in tables
        for k in schema.foreign_keys(t)
        if k.table in tables and k.table != t
    ]
    return pairs[0] if len(pairs) == 1 else None


def _by_noun(text: str, schema: Schema) -> tuple[str, str, str, str] | None:
    """Only the parent is named as a table; the rest by its last word: "children without a log"."""
    tables = list(dict.fromkeys(table for *_, table, _ in mentions(text, schema)))
    words = {singular(word) for word in re.findall(r"[a-z_]+", text)}
    pairs = [
        (t, k.table, k.column, k.target)
        for t in schema.tables
        for k in schema.foreign_keys(t)
        if k.table in tables and set(map(singular, t.split(".")[-1].split("_"))) & words - {"user"}
    ]
    return pairs[0] if len(pairs) == 1 else None


def _said(
    name: str, labels: tuple[str, ...], kind: str, text: str, verbatim: dict[str, str]
) -> tuple[Value | None, str]:
    """A value that the text gives the column, and the text without it."""
    noun = name.replace("_", "[ _]")
    for label in labels:
        spelled = label.lower().replace("_", "[ _]")
        if match := re.search(
            rf"(?:\b{noun}\b(?: of| is| =|:| set to| as)? )?(?<![\w]){re.escape(spelled) if '[' not in spelled else spelled}(?!\w)(?: {noun}\b)?",
            text,
        ):
            return label, text[: match.start()] + " " + text[match.end() :]
    if re.match(r"smallint|integer|bigint|numeric|real|double", kind):
        for pattern in (
            rf"\b{noun}\b(?: of| is| =|:| set to| at| to be| being)* (-?\d+(?:\.\d+)?)",
            rf"(?<!\w)(-?\d+(?:\.\d+)?) (?:as |for |of )*(?:the )?{noun}\b",
        ):
            if match := re.search(pattern, text):
                return value_of(match[1]), text[: match.start()] + " " + text[match.end() :]
    elif name in ("name", "title") and (match := re.search(r"\b(?:called|named|titled) (\w+)", text)):
        return verbatim.get(match[1], match[1]), text[: match.start()] + " " + text[match.end() :]
    elif (
        not labels
        and (match := re.search(rf"\b{noun}\b(?: of| is| =|:| set to| saying| reading)* (\w+)", text))
        and match[1] in verbatim
    ):
        return verbatim[match[1]], text[: match.start()] + " " + text[match.end() :]
    elif kind == "boolean" and (match := re.search(rf"\b{noun}\b(?: of| is| =|:| set to)* (true|false)", text)):
        return match[1] == "true", text[: match.start()] + " " + text[match.end() :]
    return None, text


def _is_only_number(table: str, name: str, kind: str, text: str, schema: Schema) -> bool:
    """The one number of the text can only be meant for the one number that a row needs."""
    needed = [
        column
        for column, facts in schema.columns(table).items()
        if re.match(r"smallint|integer|bigint|numeric", str(facts["type"])) and schema.default(table, column) is None
    ]
    return (
        needed == [name]
        and schema.is_required(table, name)
        and len(re.findall(r"\d+", text)) == 1
        and bool(re.search(r"(?<!\w)\d+(?!\w)", text))
    )


def _neutral(table: str, name: str, labels: tuple[str, ...], schema: Schema) -> Value | None:
    """A value that says nothing: the neutral label, the middle of the bounds."""
    for label in _NEUTRAL:
        if label in labels:
            return label
    for definition in schema.checks(table, name):
        bounds = [int(n) for n in re.findall(r"[<>]=? '?\(?(-?\d+)", definition)]
        if len(bounds) == 2:
            return (min(bounds) + max(bounds)) // 2
    return None
