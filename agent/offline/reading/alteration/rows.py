"""Rows: one for everything that has none, and a value for every row that lacks it."""

import re

from agent.offline.description import Backfill, Fill, Value
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import mentions, spoken_columns, strike_table
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS, NO_VALUE
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema
from agent.offline.words import singular

_LACKS = (
    r"(?:(?:have|has|having|with|got|is|are) (?:none|no|zero|0)|(?:do|does|did|have|has) not (?:yet |ever )?(?:have|own|logged|recorded|had|got)?|without(?: (?:any|one|an?|at least|yet))*|lack(?:s|ing)?|missing|"
    r"never(?: [a-z]+)?|not in|not yet|at least one|there is none|no (?:row|entry|record)s?)"
)
_FILLS = r"(?:back-?fill(?:s|ed|ing)?|insert(?:s|ed|ing)?(?: into)?|add(?:s|ed|ing)?|creat(?:e|es|ed|ing)|giv(?:e|es|ing)|seed(?:s|ed)?|populate|generate|gets?|receives?|(?:one|1|an?) (?:row|entry|log|record) (?:each|per)|should have|needs?|make sure|ensure|must get|fill in|default|initial|starter|put)"
_NEUTRAL = ("neutral", "default", "none", "unknown", "unset", "normal", "other", "pending", "not_started")
_SPENT = (
    r"back-?fill(?:s|ed|ing)?|insert into|select|from|where|without|none|no|not|never|missing|lack(?:s|ing)?|any|default|if|when|until|at|least|most|exactly|"
    r"0|1|once|only|unless|same|fix|exists?|id|before|first|twice|each|starter|initial|created_at|now|after"
)
_NULL = r"(?:(?:it |that |they |this |which |value )?(?:is|are|=)? ?(?:still |currently )?(?:null|empty|missing|blank|unset|not set|not filled|not given|unknown)|(?:has|have|had) (?:no|none)|without|with(?: an?)? (?:no|empty|missing)|lack(?:s|ing)?|(?:is|are) not (?:there|set|filled|known))"
_SETS = r"set|fill(?:s|ed)?(?: in| up)?|update|put|use|backfill|default|replace|should (?:get|be|become|have)|gets?|becomes?|treat|count|write|to be|give|make|change"


def is_backfill(ledger: Ledger, schema: Schema) -> bool:
    """Something is missing for somebody, and shall be added."""
    if ledger.find(
        r"columns?|fields?|index|unique|flag|boolean|attribute|property|link|table (?:called|named)"
    ) and not ledger.find(r"insert into|insert|backfill"):
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
            if k.table in tables and set(map(singular, t.split(".")[-1].split("_"))) & words - {"user", "activity"}
        }
    return next(iter(pairs)) if len(pairs) == 1 else None


def read_backfill(ledger: Ledger, clauses: list[Clause], schema: Schema) -> tuple[Backfill, tuple[str, ...]]:
    """Raises Unclear."""
    if (found := _pair(ledger, schema) or _pair(Ledger(ledger.text), schema)) is None:
        raise Unclear("which rows to add, and for what")
    table, parent, reference, key = found
    columns = schema.columns(table)
    wishes = [c for c in clauses if not c.talk]
    for clause in wishes:  # "children who have logs must not get another" says what happens anyway
        if ledger.find(
            r"(?:already|do|with|who have|that have|other|others|any)(?: [a-z_~]+){0,4} (?:stay|keep|remain|must not|do not|should not|are left|unchanged|untouched|nothing|not get)",
            clause.low,
            clause.high,
        ):
            clause.drop(ledger)
    if ledger.find(
        r"their (?!own)[a-z]+'?s?|sibling|every day|each day|per (?:day|week|month)|last [a-z]+|random|average|copy"
    ):
        raise Unclear(ledger.text)
    if ledger.find(r"(?<!of )(?<!intensity )(?:[2-9]|\d\d+)(?: [a-z]+)? (?:logs?|rows?|entries|records?|labels?|ones)"):
        raise Unclear(ledger.text)
    for mention in mentions(ledger.left, schema, loose=True):
        if mention.table in (table, parent) and mention.words not in columns:
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
        else:
            ledger.take_all(
                rf"(?:no |without )?{name}(?: (?::|=|is|are|be|stay|stays|left|to))*(?: (?:none|null|empty|nothing|blank))?"
            )
    ledger.take_all(_SPENT)
    refuse_leftover(ledger, wishes, table, schema, spare="|".join((_SPENT, *columns)), conditions=False)
    dated = "created_at" in columns and "created_at" in schema.columns(parent)
    dated = dated and not re.search(r" (?:now|today|current) ", ledger.text)
    return Backfill(table, parent, reference, key, tuple(values), ("created_at",) if dated else ()), tuple(assumed)


def _said(ledger: Ledger, table: str, name: str, kind: str, schema: Schema) -> Value | None:
    """The value that the text gives a column."""
    noun = f"(?:{name}|{name.replace('_', ' ')}|{singular(name)})"
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
    elif name in ("name", "title") and (match := ledger.take(rf"(?:called|named|titled|{name}{to}) ([a-z0-9_]+)")):
        return ledger.quoted.get(match[1], match[1])
    elif name in ("name", "title") and len(said := [t for t in ledger.tokens() if t[0] in ledger.quoted]) == 1:
        ledger.strike(said[0].start(), said[0].end())
        return ledger.quoted[said[0][0]]
    elif (match := ledger.find(rf"{noun}{to}(?: saying| reading)? ([a-z0-9_]+)")) and match[1] in ledger.quoted:
        ledger.strike(match.start(), match.end())
        return ledger.quoted[match[1]]
    elif (
        match := ledger.find(rf"(?:the|an?|with|and|plus|,) {noun}{to} (?P<word>[a-z]+)(?= $| \.| \n| ;| ,)")
    ) and match["word"] not in FILLERS | NO_VALUE | {"blank", "null", "missing", "unset"}:
        ledger.strike(match.start(), match.end())
        return match["word"]
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


def is_fill(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> bool:
    """A value is to be put where a column that may be empty is empty, and the column itself is not spoken of."""
    if ledger.find(
        r"(?:required|mandatory|not null|default|new column|add(?: an?)? column|flag|always be (?:set|filled)|from now on|new (?:column|field))"
    ) and not ledger.find(
        r"(?:column|it|that|field|this)(?: itself)? (?:stays?|remains?|should stay|can stay|is|keeps?) (?:nullable|optional)|(?:do not|not) (?:change|touch|alter) the (?:column|default|schema)"
    ):
        return False
    resolve = columns_of(table, schema)
    named = {s.column for c in clauses for s in spoken_columns(ledger, resolve, c.low, c.high)}
    empty = [name for name in named if not schema.is_required(table, name)]
    return bool(empty and ledger.find(_NULL) and ledger.find(_SETS))


def read_fill(ledger: Ledger, clauses: list[Clause], table: str, schema: Schema) -> Fill:
    """Raises Unclear."""
    resolve = columns_of(table, schema)
    named = list(dict.fromkeys(s.column for c in clauses for s in spoken_columns(ledger, resolve, c.low, c.high)))
    columns = [name for name in named if not schema.is_required(table, name)]
    if len(columns) != 1 or len(named) > 1:
        raise Unclear(f"which column of {table} to fill ({', '.join(named)})")
    name, kind = columns[0], schema.type_of(table, columns[0])
    for clause in clauses:
        if clause.talk or (
            ledger.find(
                r"(?:do not|not|never|leave|leaves|keep|stays?|alone|untouched|unchanged|others?|rest|remains?)",
                clause.low,
                clause.high,
            )
            and not ledger.find(_SETS.replace("|change", ""), clause.low, clause.high)
        ):
            clause.drop(ledger)
    for clause in clauses:
        ledger.take_all(
            r"(?:column|it|that|field|this)(?: itself)? (?:stays?|remains?|should stay|can stay|is|keeps?) (?:nullable|optional)|(?:do not|not) (?:change|touch|alter) [^.\n]*|(?:leave|keep) [^.\n]*",
            clause.low,
            clause.high,
        )
    for spoken in spoken_columns(ledger, resolve):
        ledger.strike(spoken.start, spoken.end)
    strike_table(ledger, table, schema)
    ledger.take_all(_NULL)
    labels = {label.lower(): label for label in schema.choices(table, name)}
    values = [
        t for t in ledger.tokens() if t[0] in ledger.quoted or t[0] in labels or re.fullmatch(r"-?\d+(?:\.\d+)?", t[0])
    ]
    if len({v[0] for v in values}) != 1:
        raise Unclear(f"what {name} of {table} shall be filled with")
    for found in values:
        ledger.strike(found.start(), found.end())
    word = values[0][0]
    value: Value
    if re.match(r"smallint|integer|bigint|numeric", kind):
        said = value_of(word)
        if isinstance(said, str) or said is None:
            raise Unclear(f"{word} as {name}, which is {kind}")
        value = said
    else:
        value = labels.get(word, ledger.quoted.get(word, word))
        if (labels and value not in labels.values()) or not kind.startswith(("text", "character")):
            raise Unclear(f"{word} as {name}, which is {kind}")
    refuse_leftover(ledger, clauses, table, schema, spare=_SPENT + r"|where|when|if|replace", whole=True, narrow=False)
    return Fill(table, name, value)
