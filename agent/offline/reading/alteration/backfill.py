"""Rows for everything that has none: for whom, what they hold, and what counts as having one."""

import re
from dataclasses import dataclass

from agent.offline.description import Backfill, Condition, Lookup, Owning, Value
from agent.offline.reading.alteration.clauses import Clause, only_heard
from agent.offline.reading.alteration.conditions import read_conditions
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import Mention, mentions
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS, NO_VALUE
from agent.offline.reading.traits import value_of
from agent.offline.schema import Schema
from agent.offline.words import singular

_LACKS = (
    r"(?:(?:have|has|having|with|got|is|are|owns?|owning) (?:none|no|zero|0)|(?:do|does|did|have|has) not(?: (?:yet|ever))?(?: (?:have|own|logged|recorded|had|got|any))?|without(?: (?:any|one|an?|at least|yet))*|lack(?:s|ing)?|missing|"
    r"for (?:whom|which) (?:there (?:is|are) )?no|never(?: [a-z]+)?|not in|not yet|at least one|there is none|(?:but|and|or|still) no|no (?:row|entry|record)s?)"
)
_FILLS = r"(?:back-?fill(?:s|ed|ing)?|insert(?:s|ed|ing)?(?: into)?|add(?:s|ed|ing)?|creat(?:e|es|ed|ing)|giv(?:e|es|ing)|seed(?:s|ed)?|populate|generate|gets?|receives?|(?:one|1|an?) (?:row|entry|log|record) (?:each|per)|(?:should|shall|must|has to|have to|ought to|to) (?:have|start with)|needs?|wants?|make sure|ensure|must get|fill in|default|initial|starter|put|(?:one|1|a) row for each)"
_STOPS = r" (?:,|\.|;|:|\n|\(|->|receives?|gets?|get|should|must|shall|needs?|insert|add|create|give|put|so|please|sees?|breaks?|crash(?:es)?|shows?|looks?|see|break|and then) "
"""Where it ends what somebody lacks."""
_ROW = r"(?<= )(?:{table}s?|{words}s?|rows?|entry|entries|records?|logs?)(?: (?:rows?|entry|entries|records?|logs?|yet|at all|so far))*(?= |$)"
_OTHERS = (
    r"(?:nobody|no one|nothing|no other [a-z]+|none of the others?) (?:else )?(?:for (?:anybody|anyone|the others?|others|the rest)(?: else)?|gets?[^.;\n]*|is added[^.;\n]*|changes?[^.;\n]*)|"
    r"(?:leave|leaving|keep|skip|ignore) (?:out )?(?:all )?(?:the )?(?:rest|others?)[^.;,\n]*|\( (?:the |all )?(?:others?|rest)[^()]*\)|(?:the )?other [a-z_]+ (?:do|does|are|is) not (?:count|matter|relevant)"
)
"""That whoever has one gets no other."""
_NEUTRAL = ("neutral", "default", "none", "unknown", "unset", "normal", "other", "pending", "not_started")
_SPENT = (
    r"back-?fill(?:s|ed|ing)?|insert into|select|from|where|without|none|no|not|never|missing|lack(?:s|ing)?|any|default|if|when|until|at|least|most|exactly|"
    r"0|1|once|only|unless|same|fix|exists?|id|before|first|twice|each|starter|starts? with|begins? with|initial|created_at|now|after"
)


@dataclass(frozen=True)
class _Pair:
    """A table, and the one whose rows lack its rows."""

    table: str
    parent: str
    reference: str
    key: str


def is_backfill(ledger: Ledger, schema: Schema) -> bool:
    """Something is missing for somebody, and shall be added."""
    if ledger.find(
        r"columns?|fields?|index|unique|flag|boolean|attribute|property|link|table (?:called|named)"
    ) and not ledger.find(r"insert into|insert|backfill"):
        return False
    return bool(ledger.find(_LACKS) and ledger.find(_FILLS) and _pair(ledger, schema))


def _pair(ledger: Ledger, schema: Schema) -> _Pair | None:
    """The two that the text names; of several those that lack and are lacked."""
    found = [*mentions(ledger.left, schema), *mentions(ledger.left, schema, loose=True)]
    tables = {m.table for m in found}
    words = {singular(token[0]) for token in ledger.tokens()}
    keys = [
        _Pair(t, k.table, k.column, k.target) for t in schema.tables for k in schema.foreign_keys(t) if k.table != t
    ]
    pairs = {p for p in keys if p.table in tables and p.parent in tables}
    if not pairs:
        parts = {p.table: set(map(singular, p.table.split(".")[-1].split("_"))) for p in keys}
        pairs = {p for p in keys if p.parent in tables and parts[p.table] & words - {"user", "activity"}}
    if not pairs:  # "a neutral one": the only table where that is a value
        pairs = {
            p for p in keys if p.parent in tables and _values_of(p.table, schema) & {t[0] for t in ledger.tokens()}
        }
    weights = {pair: _weight(ledger, pair, found) for pair in pairs}
    best = [pair for pair, weight in weights.items() if weight == max(weights.values())]
    return best[0] if len(best) == 1 else None


def _values_of(table: str, schema: Schema) -> set[str]:
    return {label.lower() for name in schema.columns(table) for label in schema.choices(table, name) if len(label) > 3}


def _weight(ledger: Ledger, pair: _Pair, found: list[Mention]) -> int:
    weight = 0
    for mention in found:
        before, after = (
            ledger.left[max(0, mention.start - 40) : mention.start],
            ledger.left[mention.end : mention.end + 40],
        )
        if mention.table == pair.table and re.search(
            rf" (?:{_LACKS}|into|seed|backfill|populate)(?: [a-z]+)?(?: :)? $", before
        ):
            weight += 2
        if mention.table == pair.parent and (
            re.match(rf" (?:(?:that|who|which|have|has|with|still|yet) )*{_LACKS} ", after + " ")
            or re.search(r" (?:each|every|all|such|any|some|those)(?: (?:of|the|those|them|such))* $", before)
        ):
            weight += 1
    return weight


def read_backfill(ledger: Ledger, clauses: list[Clause], schema: Schema) -> tuple[Backfill, tuple[str, ...]]:
    """Raises Unclear."""
    if (pair := _pair(ledger, schema) or _pair(Ledger(ledger.text), schema)) is None:
        raise Unclear("which rows to add, and for what")
    table, parent, columns = pair.table, pair.parent, schema.columns(pair.table)
    ledger.take_all(_OTHERS)
    bare = table.split(".")[-1]
    wishes = only_heard(
        ledger,
        clauses,
        rf"{bare}|{bare.replace('_', ' ')}|{_LACKS}|insert|backfill|populate|seed",
        rf"{_FILLS}|{'|'.join(columns)}|values?|row|with",
    )
    for clause in wishes:  # "children who have logs must not get another" says what happens anyway
        if ledger.find(
            r"(?:already|do|with|who have|that have|other|others|any)(?: [a-z_~]+){0,4} (?:stay|keep|remain|must not|do not|should not|are left|unchanged|untouched|nothing|not get|leave)",
            clause.low,
            clause.high,
        ):
            clause.drop(ledger)
    if ledger.find(
        r"their (?!own)[a-z]+'?s?|sibling|every day|each day|per (?:day|week|month)|last [a-z]+|random|average|copy|(?:log|row|entry|record|one|any|label|version)s? (?:today|yesterday|this (?:week|month|year)|since [a-z0-9]+|from (?:today|yesterday))"
    ):
        raise Unclear(ledger.text)
    if ledger.find(r"(?<!of )(?<!intensity )(?:[2-9]|\d\d+)(?: [a-z]+)? (?:logs?|rows?|entries|records?|labels?|ones)"):
        raise Unclear(ledger.text)
    lacking, given, owning = _whom(ledger, wishes, pair, schema)
    for mention in mentions(ledger.left, schema, loose=True):
        if mention.table in (table, parent) and mention.words not in columns:
            ledger.strike(mention.start, mention.end)
    ledger.take_all(r"(?:insert into )?\( [a-z_]+ (?:, [a-z_]+ )+\)(?: \n)? select(?: id)?", 0)
    ledger.take_all(rf"{pair.reference}")
    ledger.take_all(
        r"(?:created_at|dated?)(?: (?:=|is|at|the|as|from|of|~+|creation|taken|to|same|copied|time|date|created_at|now|current|today))*"
    )
    values, assumed = _values(ledger, pair, lacking, schema)
    for mention in mentions(ledger.left, schema, loose=True):
        around = next((c for c in wishes if c.low <= mention.start < c.high), None)
        third = mention.table not in (table, parent) and any(
            k.table == parent for k in schema.foreign_keys(mention.table)
        )
        if around and third:
            raise Unclear(ledger.text[around.low : around.high])
    ledger.take_all(_SPENT)
    refuse_leftover(ledger, wishes, table, schema, spare="|".join((_SPENT, *columns)), conditions=False)
    dated = "created_at" in columns and "created_at" in schema.columns(parent)
    dated = dated and not re.search(r" (?:now|today|current) ", ledger.text)
    copied = ("created_at",) if dated else ()
    return Backfill(table, parent, pair.reference, pair.key, values, copied, lacking, given, owning), assumed


def _whom(
    ledger: Ledger, wishes: list[Clause], pair: _Pair, schema: Schema
) -> tuple[tuple[Condition, ...], tuple[Condition, ...], Owning | None]:
    """What counts as having one, for which rows of the parent, and what else these must have. Struck out."""
    lacking: list[Condition] = []
    given: list[Condition] = []
    owning: Owning | None = None
    bare = singular(pair.table.split(".")[-1])
    child, parent = (columns_of(table, schema) for table in (pair.table, pair.parent))
    for clause in wishes:
        place = clause.low
        while lack := ledger.find(_LACKS, place, clause.high):
            place = lack.end()
            stop = re.search(_STOPS, ledger.left[lack.end() : clause.high] + " ")
            until = lack.end() + stop.start() if stop else clause.high
            noun = re.compile(_ROW.format(table=bare, words=bare.replace("_", "[ _]"))).search(
                ledger.left, lack.end(), until
            )
            if noun and not re.match(
                r" (?:whose|where|with|in|of|that|which|having|for|from)(?= )", ledger.left[noun.end() : until]
            ):
                until = noun.end()
            said = ledger.left[lack.end() : until]
            if third := [
                m
                for m in mentions(ledger.left, schema, lack.end(), until, loose=True)
                if m.table not in (pair.table, pair.parent)
            ]:
                raise Unclear(f"{pair.table} for those without {third[0].words}")
            if (
                re.match(
                    r" (?:one|any|none|it|ones|that|this|yet|of (?:them|these|those))(?= |$)(?! [a-z_]+ (?:log|row|entry|record))",
                    said,
                )
                or lack[0] == "at least one"
            ):
                continue
            lacking += read_conditions(ledger, [(lack.end(), until)], pair.table, schema, child)
        first = ledger.find(_LACKS, clause.low, clause.high)
        if first is None:
            continue
        begin = max([m.end() for m in re.finditer(r" (?:\.|\n)(?= )", ledger.text[: first.start()])], default=0)
        lead = [
            m.end() for m in re.finditer(r" (?:for|each|every|all|whoever|:)(?= )", ledger.left[begin : first.start()])
        ]
        begin += lead[0] if lead else 0
        other = _third(ledger, pair, schema, begin, clause.high)
        if other:
            table, reference, low, high = other
            owning = Owning(
                table,
                reference,
                tuple(read_conditions(ledger, [(low, high)], table, schema, columns_of(table, schema))),
            )
            ledger.take_all(r"at least (?:one|1)", low, high)
            for mention in mentions(ledger.left, schema, low, high, loose=True):
                ledger.strike(mention.start, mention.end)
        given += read_conditions(ledger, [(begin, first.start())], pair.parent, schema, parent)
    return tuple(dict.fromkeys(lacking)), tuple(dict.fromkeys(given)), owning


def _third(ledger: Ledger, pair: _Pair, schema: Schema, low: int, high: int) -> tuple[str, str, int, int] | None:
    """Another table of which the parent must have a row: (table, its reference, where that is said)."""
    for mention in mentions(ledger.left, schema, low, high, loose=True):
        keys = [k.column for k in schema.foreign_keys(mention.table) if k.table == pair.parent]
        if mention.table in (pair.table, pair.parent) or len(keys) != 1:
            continue
        has = list(re.finditer(r" (?:has|have|having|with|own|owns)(?= )", ledger.left[low : mention.start]))
        if not has:
            continue
        end = re.search(r" (?:but|and|,|who|without|receives?|gets?) ", ledger.left[mention.end : high] + " ")
        return mention.table, keys[0], low + has[-1].end(), mention.end + (end.start() if end else high - mention.end)
    return None


def _values(
    ledger: Ledger, pair: _Pair, lacking: tuple[Condition, ...], schema: Schema
) -> tuple[tuple[tuple[str, Value | Lookup], ...], tuple[str, ...]]:
    """What the new rows hold, and what was assumed. A row that fills a gap meets what the gap is about."""
    table = pair.table
    meant = {test.column: test.value for test in lacking}
    if any(test.test != "equals" for test in lacking):
        raise Unclear(" and ".join(f"{test.column} {test.test} {test.value or ''}" for test in lacking))
    assumed: list[str] = []
    values: list[tuple[str, Value | Lookup]] = []
    for name, facts in schema.columns(table).items():
        if name in (pair.reference, "id", "created_at", "updated_at"):
            continue
        value = _said(ledger, table, name, str(facts["type"]), schema)
        if name in meant and value not in (None, meant[name]):
            raise Unclear(f"{meant[name]} and {value} as {name}")
        if value is None and name in meant and not isinstance(meant[name], tuple):
            value = meant[name]  # type: ignore[assignment]
        if value is None and schema.is_required(table, name) and schema.default(table, name) is None:
            value = _neutral(table, name, schema.choices(table, name), schema)
            if value is None:
                raise Unclear(f"what {table}.{name} shall be in the new rows")
            assumed.append(f"{name} is {value}, which the request did not say.")
        if value is not None:
            values.append((name, value))
            ledger.take_all(re.escape(str(value).lower()) if isinstance(value, str) and value else "(?!)")
            continue
        noun = rf"(?:{name}|{name.replace('_', ' ')}|{singular(name)})"
        ledger.take_all(
            rf"(?:no |without )?{noun}(?: (?::|=|is|are|be|stay|stays|left|to))*(?: (?:none|null|empty|nothing|blank))?(?= [,.;:)]|$| and)"
        )
        if (rest := ledger.find(rf"{noun} (?P<word>[a-z0-9'_-]+)")) and rest["word"] not in FILLERS | NO_VALUE:
            raise Unclear(rest[0])
    return tuple(values), tuple(assumed)


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


def _said(ledger: Ledger, table: str, name: str, kind: str, schema: Schema) -> Value | Lookup | None:
    """The value that the text gives a column."""
    if referenced := next((key.table for key in schema.foreign_keys(table) if key.column == name), None):
        return _looked_up(ledger, name, referenced, schema)
    first = name.split("_")[0]
    alone = sum(other.startswith(first) for other in schema.columns(table)) == 1 and len(first) > 4
    noun = f"(?:{name}|{name.replace('_', ' ')}|{singular(name)}{f'|{first}' if alone else ''})"
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
    elif re.fullmatch(r"'#[0-9a-f]{6}'::text", schema.default(table, name) or "") and (
        match := ledger.take(r"(?:in )?(#[0-9a-f]{6})")
    ):
        return match[1]
    elif (
        (match := ledger.find(rf"{noun}{to}(?: saying| reading| text)? (?P<word>[^ ]+)"))
        and match["word"] in ledger.quoted
    ) or ((match := ledger.find(rf"(?P<word>[^ ]+) (?:in|as)(?: the)? {noun}")) and match["word"] in ledger.quoted):
        ledger.strike(match.start(), match.end())
        return ledger.quoted[match["word"]]
    elif (
        match := ledger.find(
            rf"(?:the|an?|with|and|plus|,) {noun}{to} (?P<word>[a-z]+|#[0-9a-f]+)(?= $| \.| \n| ;| ,|$)"
        )
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
