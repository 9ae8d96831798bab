"""A row for each child and each lesson: the other table, which of its rows, and what lacks a row."""

import re

from agent.offline import regex
from agent.offline.description import Across
from agent.offline.reading.alteration.asides import LACKS
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.conditions import read_conditions
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import Mention, mentions
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.schema import ForeignKey, Schema
from agent.offline.words import plural, singular, wordset

_EVERY = r" (?:each|every|all|per|x|any|combinations? of|pairs? of|and|for|by|the|a|those|them|missing) "
_TAIL = r" (?:\.|\n|;|:|->|should|must|shall|will|gets?|getting|receives?|needs?|insert|add|create|give|put|if|unless|so|then|who|as|they|starts?|there|do|does|has|have|without|lacking|missing|having|when|not_started|on|set|to|at|status) | , (?!(?:(?:and|that|which|are|is|both) )*(?:in|of|for|active|published|with the same|whose|matching)) "
_SPARE = FILLERS | wordset(
    "x + , ( ) ~ both currently available row rows entry entries record log combination combinations pair pairs child missing per every still now exist exists there lesson & table"
)


def read_across(
    ledger: Ledger, wishes: list[Clause], table: str, parent: str, reference: str, holders: str, schema: Schema
) -> Across | None:
    """None where the rows are not for each of another table's. Struck out. Raises Unclear."""
    if (found := _other(ledger, wishes, table, parent, reference, schema)) is None:
        return None
    key, mention, low, high = found
    each = _is_each(ledger, wishes, table, key.table, holders, schema)
    same = tuple(_same(ledger, key.table, parent, holders, schema))
    resolve = columns_of(key.table, schema)
    others = [
        (c.low, c.high)
        for m in mentions(ledger.left, schema, loose=True)
        if m.table == key.table and m.start != mention.start
        for c in wishes
        if c.low <= m.start < c.high and not low <= m.start < high
    ]
    ledger.strike(mention.start, mention.end)
    where = read_conditions(ledger, [(low, mention.start), (mention.end, high), *others], key.table, schema, resolve)
    named = {test.column.replace("_", " ") for test in where} | {test.column for test in where}
    for name in sorted(named, key=len, reverse=True):
        ledger.take_all(rf"{name}(?: level)?", low, high)
    left = [
        t[0]
        for t in ledger.tokens(low, high)
        if not regex.fullmatch(rf"{holders}|{singular(table.split('.')[-1])}", t[0])
    ]
    if lost := [word for word in left if word not in _SPARE and not regex.fullmatch(LACKS, word)]:
        raise Unclear(f"{' '.join(lost)} {mention.words}")
    for other in mentions(ledger.left, schema, loose=True):
        if other.table == key.table:
            ledger.strike(other.start, other.end)
    ledger.take_all(r"x|combinations?(?: of)?|pairs?(?: of)?|cross join(?:ed)?(?: with)?|assigned")
    return Across(key.table, key.column, key.target, tuple(where), same, each)


def _other(
    ledger: Ledger, wishes: list[Clause], table: str, parent: str, reference: str, schema: Schema
) -> tuple[ForeignKey, Mention, int, int] | None:
    """The key, where its table is named, and from where to where it is said which of its rows."""
    keys = [
        k
        for k in schema.foreign_keys(table)
        if k.column != reference and k.table != parent and schema.is_required(table, k.column)
    ]
    if len(keys) != 1 or schema.default(table, keys[0].column) is not None:
        return None
    strong = r" (?:each|every|all|per|x)(?: [a-z_,+]+){0,5} $"
    found = [m for m in mentions(ledger.left, schema, loose=True) if m.table == keys[0].table]
    for mention in sorted(found, key=lambda m: not regex.search(strong, ledger.left[: m.start])):
        clause = next((c for c in wishes if c.low <= mention.start < c.high), None)
        if clause is None:
            continue
        behind = ledger.left[mention.end :].split(" ")[1:4]
        if any(word in ledger.quoted and len(word) > 1 for word in behind):
            return None  # 'the lesson "Tangrams"'
        led = list(regex.finditer(rf"(?={_EVERY})", ledger.left[clause.low : mention.start]))
        if not led:
            continue
        low = clause.low + max(
            m.start()
            for m in led
            if m is led[0] or not regex.match(r" (?:for|and|the) ", ledger.left[clause.low + m.start() :])
        )
        if quantified := [
            m for m in led if regex.match(r" (?:each|every|all|per|x|any) ", ledger.left[clause.low + m.start() :])
        ]:
            low = clause.low + quantified[-1].start()
        if regex.search(LACKS, ledger.left[low : mention.start]):
            low = clause.low + led[-1].start()
        end = regex.search(_TAIL, ledger.left[mention.end :] + " ")
        bounded = next((m.start() for m in regex.finditer(r" (?:\.|\n|;) ", ledger.left[mention.end :] + " . ")), 0)
        return keys[0], mention, low, mention.end + min(end.start() if end else bounded, bounded)
    return None


def _is_each(ledger: Ledger, wishes: list[Clause], table: str, other: str, holders: str, schema: Schema) -> bool:
    """A row lacks for each pair: no row of the parent is said to have none at all."""
    noun = "|".join({re.escape(m.words) for m in mentions(ledger.text, schema, loose=True) if m.table == other})
    whole = rf" (?:{holders})(?: (?!(?:{noun}|{holders}|combinations?|x|,|;|:|\.|\n) )[^ ]+){{0,7}}? (?:{LACKS})(?P<what>(?: (?!(?:add|insert|create|give|gets?|should|must|shall|start|x|every|each|all|,|\.|\n|;|:) )[^ ]+)*)"
    for clause in wishes:
        for match in regex.finditer(whole, ledger.text[clause.low : clause.high]):
            if not regex.search(
                rf" (?:an?|some|any|the|that|this|published|active) (?:[a-z]+ )*(?:{noun})\b", match["what"]
            ):
                return False
    return True


def _same(ledger: Ledger, other: str, parent: str, holders: str, schema: Schema) -> list[str]:
    """ "of their own grade": the columns in which the two are alike, struck out."""
    found, bare = [], singular(other.split(".")[-1])
    theirs = rf"(?:{holders}|their|his|her|its|theirs|they|own)"
    for name in schema.columns(other):
        if name in ("id", "created_at", "updated_at") or name not in schema.columns(parent):
            continue
        noun = rf"(?:(?:{'|'.join({name, name.replace('_', ' '), name.split('_')[0]})})s?(?: levels?)?)"
        ledger.take_all(rf"{plural(bare)} ⋅(?= {noun})|{bare} ⋅(?= {noun})")
        link = r"(?:(?:that|which|whose|where|is|are|of|in|for|at|from|on|with|to|the|and|,|=|equals?|matches|matching|match|same|right|suits?|fits?|fitting|according to|⋅|a|share|sharing|as|like|identical|equal) )*"
        for pattern in (
            rf"{link}(?:same|matching) {noun}(?: (?:as|of|to|like|that|the|⋅|=|{theirs}|{noun}|has|have|is in|are in|is|are|in))*",
            rf"{link}{noun} {link}{theirs}(?: ⋅)?(?: own)?(?: {noun})?(?: (?:is|are) in| in| has| have)?",
            rf"{link}(?:(?:the|of|in) )*{theirs}(?: ⋅)?(?: own| current)? {noun}",
        ):
            if ledger.take_all(pattern):
                found.append(name)
                break
    return found
