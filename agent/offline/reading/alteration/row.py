"""What a new row of a table that is there shall hold: values in any order, with or without their columns' names."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agent.offline import regex
from agent.offline.description import Condition, Lookup, Value
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS, NO_VALUE
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

Given = tuple[tuple[str, Value | Lookup], ...]

_NEUTRAL = ("neutral", "default", "none", "unknown", "unset", "normal", "other", "pending", "not_started")
_CALLED = {"strength": "intensity", "mood": "emotion", "feeling": "emotion", "remark": "notes", "comment": "notes"}
_TO = r"(?: (?:of|is|are|=|==|:|->|:=|set|to|as|at|be|being|an?|the|value|should|must|shall|will|with|equal|equals|here|put|which|that|,))*"
_EMPTY = r"(?:null|none|empty|nothing|blank|unset|open|unknown|missing|empty-text|out)"
_LEFT = r"(?:(?:leave|leaving|keep|keeping|without|no|nor|with|empty|an?|any|the|its|their) )"
_STAYS = r"(?: (?:stays?|left|leave|can|may|should|is|are|as|=|:|be|to|remains?|being|stay|kept))*"
_JOIN = r"(?: (?:,|and|or|nor|/|&|no|an?|the|any))+"
_OFF, _ON = r"(?:off|false|no|disabled|unchecked)", r"(?:on|true|yes|enabled|checked)"
_NO_TEXT = FILLERS | NO_VALUE | {"blank", "null", "missing", "unset"}
_FIRST = {"default", "first", "starter", "starting", "initial", "placeholder", "dummy", "new", "single", "emotion"}
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_NUMERIC = r"smallint|integer|bigint|numeric|real|double"


def read_values(
    ledger: Ledger, table: str, own: tuple[str, ...], lacking: tuple[Condition, ...], schema: Schema
) -> tuple[Given, tuple[str, ...]]:
    """(column, value) and what was assumed, without the columns `own`. A row that fills a gap meets what it is about.

    Raises Unclear.
    """
    if any(test.test != "equals" for test in lacking):
        raise Unclear(" and ".join(f"{test.column} {test.test} {test.value or ''}" for test in lacking))
    meant = {test.column: test.value for test in lacking if not isinstance(test.value, tuple)}
    names = [name for name in schema.columns(table) if name not in (*own, "id", "created_at", "updated_at")]
    nouns = {name: _nouns(ledger, table, name, names, schema) for name in names}
    emptied = _emptied(ledger, nouns, table, schema)
    values: dict[str, Value | Lookup] = {}
    for said in (_said, _alone):  # what has its column's name beside it goes first
        for name in names:
            if name not in values and name not in emptied:
                value = said(ledger, table, name, nouns, schema)
                if value is not None:
                    values[name] = value
    assumed: list[str] = []
    for name in names:
        wanted = meant.get(name)
        if wanted is not None and values.setdefault(name, wanted) != wanted:
            raise Unclear(f"{wanted} and {values[name]} as {name}")
        needed = schema.is_required(table, name) and schema.default(table, name) is None
        if needed and name not in values:
            value = _neutral(table, name, schema.choices(table, name), schema)
            if value is None or ledger.find(nouns[name]) or any(regex.search(r"^-?\d", t[0]) for t in ledger.tokens()):
                raise Unclear(f"what {table}.{name} shall be in the new rows")
            for listed in regex.findall(
                r" (?:\(|an?) ([a-z]+) (?:,|and|/|\)|(?:one|log|entry|row|~+) (?:of|with|at)) ", ledger.left
            ):
                if listed not in _NO_TEXT | _FIRST:
                    raise Unclear(f"{listed} as {name}")  # "(bored, intensity 5)"
            values[name] = value
            assumed.append(f"{name} is {value}, which the request did not say.")
    for name, value in values.items():
        _refuse_outside(table, name, value, schema)
        if isinstance(value, str) and value:
            ledger.take_all(re.escape(value.lower()))
        if isinstance(value, int) and not isinstance(value, bool):
            ledger.take_all(rf"(?:{nouns[name]}{_TO} )?{value}(?: {nouns[name]})?")
    for name in names:
        rest = None if name in emptied or name in values else ledger.find(rf"{nouns[name]}{_TO} (?P<word>[a-z0-9'_-]+)")
        if rest and (rest["word"] in ledger.cased or rest["word"] not in FILLERS | NO_VALUE | {"log", "logs"}):
            raise Unclear(rest[0])
    return tuple((name, values[name]) for name in names if name in values), tuple(assumed)


def _refuse_outside(table: str, name: str, value: Value | Lookup, schema: Schema) -> None:
    """Raises Unclear for a number that the column's bounds refuse."""
    if isinstance(value, int) and not isinstance(value, bool):
        for sign, bound in regex.findall(rf"\b{name} ([<>])=? '?\(?(-?\d+)", " ".join(schema.checks(table, name))):
            if (value < int(bound)) if sign == ">" else (value > int(bound)):
                raise Unclear(f"{value} as {name}, which its bounds refuse")


def _nouns(ledger: Ledger, table: str, name: str, names: list[str], schema: Schema) -> str:
    """A pattern for what a column is called: its name, a part that no other has, a word of its description."""
    bare = regex.sub(r"^(?:is|has|wants)_|_(?:at|id|url)$", "", name)
    forms = {name, name.replace("_", " "), singular(name), bare, bare.replace("_", " ")}
    parts = [part for part in {name.split("_")[0], name.split("_")[-1]} if len(part) > 4]
    told = {other: str(schema.columns(table)[other].get("comment", "")).lower() for other in names}
    words = {token[0] for token in ledger.tokens() if regex.fullmatch(r"[a-z]{5,}", token[0])}
    labels = {label.lower() for other in names for label in schema.choices(table, other)}
    for word in words - labels - FILLERS - NO_VALUE:
        begun = [part for part in parts if word.startswith(singular(part))]
        if begun and sum(any(p.startswith(word[:5]) for p in other.split("_")) for other in names) == 1:
            forms.add(word)
        if _CALLED.get(word) == name:
            forms.add(word)
        holders = [other for other in names if regex.search(rf"^(?:the )?{singular(word)[:6]}", told[other])]
        if holders == [name] and schema.table(word) is None:
            forms.add(word)
    for one, other in pairwise(ledger.tokens()):  # "time zone"
        if one[0] + other[0] in (name.replace("_", ""), bare.replace("_", "")):
            forms.add(f"{one[0]} {other[0]}")
    return f"(?:{'|'.join(sorted(map(re.escape, {*forms, *map(plural, forms)} - {''}), key=len, reverse=True))})"


def _emptied(ledger: Ledger, nouns: dict[str, str], table: str, schema: Schema) -> set[str]:
    """Columns that are left empty, struck out. Raises Unclear where one is not to be left so."""
    free = {n: p for n, p in nouns.items() if schema.type_of(table, n) != "boolean"}
    any_ = f"(?:{'|'.join(free.values())})" if free else "(?!)"
    listed = rf"{any_}(?:{_JOIN} {any_})*"
    found: set[str] = set()
    for pattern in (
        rf"(?:(?:with|and|but|,) )*(?:no|without|nor|empty|blank|null|leave|leaving|keep|keeping)(?: {_LEFT}*)? ?{listed}(?:{_STAYS} {_EMPTY})?(?= (?:[.,;:()\n]|and|or|but|~+|please|for|so)|$| $)",
        rf"{_LEFT}*{listed}{_STAYS} {_EMPTY}(?= (?:[.,;:()\n]|and|or|but|~+)|$| $)",
    ):
        while match := ledger.find(pattern):
            for name, noun in free.items():
                if regex.search(rf"(?<![^ ]){noun}(?![^ ])", match[0]):
                    default = schema.default(table, name)
                    if (default is None and schema.is_required(table, name)) or (
                        default is not None and not regex.match(r"'(?:\{\}|\[\])?'::|0$|ARRAY\[\]", default)
                    ):
                        raise Unclear(match[0])
                    found.add(name)
            ledger.strike(match.start(), match.end())
    return found


def _said(ledger: Ledger, table: str, name: str, nouns: dict[str, str], schema: Schema) -> Value | Lookup | None:
    """The value that stands with a column's name."""
    noun = nouns[name]
    if referenced := next((key.table for key in schema.foreign_keys(table) if key.column == name), None):
        return _looked_up(ledger, name, referenced, schema)
    kind, labels = schema.type_of(table, name), schema.choices(table, name)
    if labels:
        return _label(ledger, table, name, noun, labels, schema)
    if regex.match(_NUMERIC, kind):
        match = ledger.take(rf"{noun}{_TO} {_NUMBER}(?: (?:of|out of|/) \d+)?") or ledger.take(
            rf"{_NUMBER}(?: (?:as|for|of|the|an?|its|in))* {noun}"
        )
        return value_of(match[1]) if match else None
    if kind == "boolean":
        if ledger.take(
            rf"(?:no|without|not)(?: (?:an?|any|the))* {noun}|{noun}{_TO} {_OFF}|turn(?:ed)? off(?: the)? {noun}"
        ):
            return False
        return True if ledger.take(rf"{noun}{_TO} {_ON}") else None
    for match in _texts(ledger, noun):
        if match["word"] in ledger.quoted:
            ledger.strike(match.start(), match.end())
            return ledger.quoted[match["word"]]
    ends = rf"(?= $| \.| \n| ;| ,| \)|$| and (?:{'|'.join(nouns.values())}|no|the|without)(?![^ ]))"
    found = ledger.find(rf"{noun}{_TO} (?P<word>[a-z][a-z-]*|#[0-9a-f]+){ends}")
    word = found["word"] if found else ""
    if found and kind.startswith(("text", "character")) and (word in ledger.cased or word not in _NO_TEXT):
        ledger.strike(found.start(), found.end())
        written = ledger.cased.get(word, word)
        return written.upper() if any("[A-Z]" in check for check in schema.checks(table, name)) else written
    return None


def _texts(ledger: Ledger, noun: str) -> Iterator[re.Match[str]]:
    for pattern in (
        rf"{noun}{_TO}(?: (?:saying|reading|text|says|reads|called|named))* (?P<word>[^ ]+)",
        rf"(?P<word>[^ ]+) (?:in|as|for|into|to)(?: (?:the|its|their|an?))* {noun}",
    ):
        if match := ledger.find(pattern):
            yield match


def _label(ledger: Ledger, table: str, name: str, noun: str, labels: tuple[str, ...], schema: Schema) -> Value | None:
    found: Value | None = None
    for label in sorted(labels, key=len, reverse=True):
        usual = f"'{label}'" in (schema.default(table, name) or "")  # "a check-in" may be any
        forms = {label.lower(), label.lower().replace("_", " "), label.lower().replace("_", "_" if usual else "-")}
        spelled = f"(?:{'|'.join(map(re.escape, forms))})"
        bare = "" if len(label) > 2 else "(?!)"  # "1" and "K" need their column beside them
        if ledger.take(
            rf"{noun}{_TO}(?: (?:{noun}|level))* {spelled}|{spelled}(?: (?:as|for|in)(?: (?:the|its))*)? {noun}"
        ) or (ledger.take(rf"{spelled}{bare}")):
            if found is not None:
                raise Unclear(f"{found} and {label} as {name}")
            found = label
    return found


def _alone(ledger: Ledger, table: str, name: str, nouns: dict[str, str], schema: Schema) -> Value | Lookup | None:
    """The only number, quoted text or colour that is left, for the only column that needs one."""
    kind = schema.type_of(table, name)
    if any(key.column == name for key in schema.foreign_keys(table)) or schema.choices(table, name):
        return None
    names = list(nouns)
    needs = [n for n in names if schema.default(table, n) is None and schema.is_required(table, n)]
    if regex.match(_NUMERIC, kind):
        ledger.take_all(r"(?<=\d )(?:of|out of|/) \d+")
        numbers = [t for t in ledger.tokens() if regex.fullmatch(r"-?\d+", t[0])]
        if [n for n in needs if regex.match(_NUMERIC, schema.type_of(table, n))] == [name] and len(numbers) == 1:
            ledger.strike(numbers[0].start(), numbers[0].end())
            return value_of(numbers[0][0])
    elif regex.fullmatch(r"'#[0-9a-f]{6}'::text", schema.default(table, name) or ""):
        match = ledger.take(r"(?:in )?(#[0-9a-f]{6})")
        return match[1] if match else None
    elif kind.startswith(("text", "character")):
        free = [
            n for n in names if schema.type_of(table, n).startswith(("text", "char")) and not schema.choices(table, n)
        ]
        texts = [n for n in needs if n in free] or [n for n in free if n in ("name", "title")] or free
        if texts != [name]:
            return None
        if match := ledger.take(
            r"(?:called|named|titled|column|call (?:it|him|her|them|the [a-z]+))(?: (?:as|just|simply|:|=))* ([a-z0-9_'-]+)(?= ?[^a-z0-9_' -]| (?:and|with|in|of|for|as|to|that|which|who|whose|where|when|if|but|so|on|by|from|at|please|instead|using|having|is|into|per|each) |$)"
        ):
            return ledger.quoted.get(match[1], ledger.cased.get(match[1], match[1]))
        said = [t for t in ledger.tokens() if t[0] in ledger.quoted]
        if len({token[0] for token in said}) == 1:
            ledger.strike(said[-1].start(), said[-1].end())
            return ledger.quoted[said[-1][0]]
    return None


def _looked_up(ledger: Ledger, name: str, table: str, schema: Schema) -> Lookup | None:
    """ "for the lesson 'Tangrams'": a row of another table by its title or name."""
    noun = singular(table.split(".")[-1]).replace("_", "[ _]")
    match = ledger.find(
        rf"(?:{noun}|{name}|{name.removesuffix('_id')})(?: (?:called|named|titled|is|=|:|of|for|the|with|title|name))* (?P<word>[^ ]+)"
    )
    label = next((column for column in ("title", "name") if column in schema.columns(table)), None)
    if not match or match["word"] not in ledger.quoted or label is None:
        return None
    ledger.strike(match.start(), match.end())
    return Lookup(table, label, ledger.quoted[match["word"]])


def _neutral(table: str, name: str, labels: tuple[str, ...], schema: Schema) -> Value | None:
    """A value that says nothing: the neutral label, the middle of the bounds."""
    for label in _NEUTRAL:
        if label in labels:
            return label
    for definition in schema.checks(table, name):
        bounds = [int(n) for n in regex.findall(r"[<>]=? '?\(?(-?\d+)", definition)]
        if len(bounds) == 2 and "length" not in definition:
            return (min(bounds) + max(bounds)) // 2
    return None
