"""A row for everything that has none: whose, and what it holds."""

import re

from agent.offline.description import Backfill, Value
from agent.offline.reading.known import Mention, mentions
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema
from agent.offline.words import singular

_LACKS = (
    r"(?:(?:have|has|having|with|got|is|are) (?:none|no|zero|0)|(?:do|does|did|have|has) not (?:yet )?(?:have|own|logged|recorded|had)?|without(?: (?:any|one|an?|at least|yet))*|lack(?:s|ing)?|missing|"
    r"never (?:logged|recorded|had|made)|not in|not yet|have never|has never|at least one|there is none)"
)
_FILLS = r"(?:back-?fill(?:s|ed|ing)?|insert(?:s|ed|ing)?(?: into)?|add(?:s|ed|ing)?|creat(?:e|es|ed|ing)|giv(?:e|es|ing)|seed(?:s|ed)?|populate|generate|gets?|receives?|should have|needs?|make sure|ensure|must get|fill in|default|initial|starter)"
_SPENT = (
    r"back-?fill(?:s|ed|ing)?|insert into|select|from|where|without|none|no|not|never|missing|lack(?:s|ing)?|any|default|if|when|until|at|least|most|exactly|"
    r"0|1|once|only|unless|same|fix|exists?|id|before|first|twice|each|starter|initial|created_at|now"
)
_NEUTRAL = ("neutral", "default", "none", "unknown", "unset", "normal", "other", "pending", "not_started")


def is_wanted(ledger: Ledger, schema: Schema) -> bool:
    """Something is missing for somebody, and shall be added."""
    if ledger.find(r"back-?fill(?:s|ed|ing)?"):
        return True
    if ledger.find(r"columns?|fields?|index|unique|flag|boolean|attribute|property|table|link") and not ledger.find(
        r"insert into|insert"
    ):
        return False
    return bool(ledger.find(_LACKS) and ledger.find(_FILLS) and _pair(ledger, schema))


def _pair(ledger: Ledger, schema: Schema) -> tuple[str, str, str, str] | None:
    """(table, parent, reference, key) of the two that the text names, or of one and the last word of the other."""
    found = [*mentions(ledger.left, schema), *mentions(ledger.left, schema, loose=True)]
    tables = {m.table for m in found}
    pairs = {
        (t, k.table, k.column, k.target)
        for t in tables
        for k in schema.foreign_keys(t)
        if k.table in tables and k.table != t
    }
    if not pairs:
        words = {singular(token[0]) for token in ledger.tokens()}
        pairs = {
            (t, k.table, k.column, k.target)
            for t in schema.tables
            for k in schema.foreign_keys(t)
            if k.table in tables and set(map(singular, t.split(".")[-1].split("_"))) & words - {"user"}
        }
    return next(iter(pairs)) if len(pairs) == 1 else None


def read_backfill(ledger: Ledger, schema: Schema) -> tuple[Backfill, tuple[str, ...]]:
    """Raises Unclear."""
    if (found := _pair(ledger, schema)) is None:
        raise Unclear("which rows to add, and for what")
    table, parent, reference, key = found
    named: list[Mention] = [m for m in mentions(ledger.left, schema, loose=True) if m.table in (table, parent)]
    columns = schema.columns(table)
    for mention in named:
        if mention.words not in columns:
            ledger.strike(mention.start, mention.end)
    ledger.take_all(r"(?:insert into )?\( [a-z_]+ (?:, [a-z_]+ )+\)(?: \n)? select(?: id)?", 0)
    ledger.take_all(rf"{reference}")
    ledger.take_all(
        r"(?:created_at|dated?)(?: (?:=|is|at|the|as|from|of|~+|creation|taken|to|same|copied|time|date|created_at))*"
    )
    assumed: list[str] = []
    values: list[tuple[str, Value]] = []
    for name, facts in columns.items():
        if name in (reference, "id", "created_at", "updated_at"):
            continue
        value = _said(ledger, table, name, str(facts["type"]), schema)
        if value is None and schema.is_required(table, name) and schema.default(table, name) is None:
            value = _neutral(table, name, schema.choices(table, name), schema)
            if value is None:
                raise Unclear(f"what {table}.{name} shall be in the new rows")
            assumed.append(f"{name} is {value}, which the request did not say.")
        if value is not None:
            values.append((name, value))
    ledger.take_all(_SPENT)
    dated = "created_at" in columns and "created_at" in schema.columns(parent)
    dated = dated and not re.search(r" (?:now|today|current) ", ledger.text)
    return Backfill(table, parent, reference, key, tuple(values), ("created_at",) if dated else ()), tuple(assumed)


def _said(ledger: Ledger, table: str, name: str, kind: str, schema: Schema) -> Value | None:
    """The value that the text gives a column."""
    noun = f"(?:{name}|{name.replace('_', ' ')})"
    to = r"(?: (?:of|is|=|:|set|to|as|at|be|an?|the))*"
    found: Value | None = None
    for label in sorted(schema.choices(table, name), key=len, reverse=True):
        spelled = f"(?:{label.lower()}|{label.lower().replace('_', ' ')})"
        if ledger.take(rf"(?:{noun}{to} )?{spelled}(?: {noun})?"):
            if found is not None:
                raise Unclear(f"{found} and {label} as {name}")
            found = label
    if found is not None:
        return found
    if re.match(r"smallint|integer|bigint|numeric|real|double", kind):
        number = r"(-?\d+(?:\.\d+)?)"
        match = ledger.take(rf"{noun}{to} {number}") or ledger.take(rf"{number}(?: (?:as|for|of|the))* {noun}")
        if match:
            return value_of(match[1])
        numbers = [t for t in ledger.tokens() if re.fullmatch(r"-?\d+", t[0]) and t[0] not in ("0", "1")]
        needs = [
            n
            for n, f in schema.columns(table).items()
            if re.match(r"smallint|integer|bigint|numeric", str(f["type"])) and schema.default(table, n) is None
        ]
        if needs == [name] and len(numbers) == 1:
            ledger.strike(numbers[0].start(), numbers[0].end())
            return value_of(numbers[0][0])
    elif kind == "boolean":
        if match := ledger.take(rf"{noun}{to} (true|false)"):
            return match[1] == "true"
    elif name in ("name", "title") and (match := ledger.take(r"(?:called|named|titled) ([a-z0-9_]+)")):
        return ledger.quoted.get(match[1], match[1])
    elif (match := ledger.find(rf"{noun}{to}(?: saying| reading)? ([a-z0-9_]+)")) and match[1] in ledger.quoted:
        ledger.strike(match.start(), match.end())
        return ledger.quoted[match[1]]
    return None


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
