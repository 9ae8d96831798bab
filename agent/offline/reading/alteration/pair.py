"""The two tables of a gap: whose rows lack which, whatever words the request has for them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from agent.offline import regex
from agent.offline.reading.alteration.asides import LACKS
from agent.offline.reading.known import Mention, mentions
from agent.offline.reading.ledger import Ledger
from agent.offline.schema import USERS, Schema
from agent.offline.words import plural, singular

_ACCOUNT = re.compile(
    r"(?<![^ ])(?:auth_users?|auth users?|users?|accounts?|sign-?ups?|logins?|people|users? accounts?)(?![^ ])"
)
_ALSO = {"family": "parent", "mum": "parent", "mom": "parent", "dad": "parent", "guardian": "parent"}
_EACH = r"each|every|all|per|combinations?|pairs?|missing"
_SET = r"into|seed|back-?fill|populate|insert|missing|initiali[sz]e|fill(?: up)?"
_END = re.compile(
    r" (?:,|\.|;|:|\n|\(|->|receives?|gets?|get|should|must|shall|needs?|insert|add|create|give|put|so|please|x|and then|when|because) "
)


@dataclass(frozen=True)
class Pair:
    """A table, and the one whose rows lack its rows."""

    table: str
    parent: str
    reference: str
    key: str


def named(text: str, schema: Schema, quoted: Collection[str] = ()) -> list[Mention]:
    """What the text names, also by the role that keys give it ("parents" for profiles), and accounts.

    Of the texts that are `quoted` only names of tables.
    """
    text = " ".join(
        "~" * len(word) if word in quoted and not _is_name(word, schema) else word for word in text.split(" ")
    )
    found = mentions(text, schema)
    taken = {m.start for m in found}
    loose = [m for m in mentions(text, schema, loose=True) if m.start not in taken]
    for match in regex.finditer(r"(?<![^ ])[a-z]+(?![^ ])", text):
        noun = singular(match[0])
        key = schema.role_noun(_ALSO.get(noun, noun)) if noun not in ("user", "record") else None
        if key and not any(m.start <= match.start() < m.end for m in (*found, *loose)):
            found.append(Mention(match.start(), match.end(), key.table, match[0]))
    for match in _ACCOUNT.finditer(text):
        if not any(
            m.start <= match.start() < m.end or match.start() <= m.start < match.end() for m in (*found, *loose)
        ):
            found.append(Mention(match.start(), match.end(), USERS, match[0]))
    return sorted({m.start: m for m in (*loose, *found)}.values(), key=lambda m: m.start)


def _is_name(word: str, schema: Schema) -> bool:
    return any(word == table.split(".")[-1] for table in schema.tables) or word == "auth_users"


def pair_of(ledger: Ledger, schema: Schema) -> Pair | None:
    """The two that the text names; of several those that lack and are lacked."""
    found = named(ledger.left, schema, ledger.quoted)
    tables = {m.table for m in found}
    words = {singular(token[0]) for token in ledger.tokens()}
    keys = [Pair(t, k.table, k.column, k.target) for t in schema.tables for k in schema.foreign_keys(t) if k.table != t]
    accounted = [
        p for p in keys if p.parent == USERS and p.table in tables and p.reference in schema.primary_key(p.table)
    ]
    pairs = {p for p in keys if p.table in tables and p.parent in tables}
    gaps = list(_gaps(ledger, found))
    twice = {p for p in accounted if any(p.table in holders and p.table == what for holders, what in gaps)}
    pairs |= twice
    if not pairs:
        parts = {p.table: set(map(singular, p.table.split(".")[-1].split("_"))) for p in keys}
        pairs = {p for p in keys if p.parent in tables and parts[p.table] & words - {"user", "activity"}}
    if not pairs:  # "a neutral one": the only table where that is a value
        pairs = {
            p for p in keys if p.parent in tables and _values_of(p.table, schema) & {t[0] for t in ledger.tokens()}
        }
    weights = {p: _weight(ledger, p, found) + (4 if p in twice else 0) for p in pairs}
    best = [p for p, weight in weights.items() if weight == max(weights.values())]
    if len(best) > 1 and len({p.table for p in best}) == 1 and ledger.find(_EACH):  # "each child and each lesson"
        first = next((m.table for m in found if m.table in {p.parent for p in best}), None)
        best = [p for p in best if p.parent == first]
    return best[0] if len(best) == 1 else None


def is_gap(ledger: Ledger, schema: Schema) -> bool:
    """Rows that are there lack rows of a table that is there, and shall get one: "parents with no children: add one"."""
    if not ledger.find(
        r"(?:add|create|insert|give|get|gets|receive|receives|put|needs?)(?: [a-z]+){0,4} (?:one|1|row|a (?:default|placeholder|starter|first) [a-z]+)"
    ):
        return False
    found = named(ledger.text, schema)
    return any(
        what is not None and what not in held and any(k.table in held for k in schema.foreign_keys(what))
        for held, what in _gaps(
            ledger,
            found,
            r"(?:with|have|has|having) (?:no|zero|0)|without(?: any| an?)?|lacking|do(?:es)? not have(?: any| an?)?",
        )
    )


def holders_of(ledger: Ledger, pair: Pair, schema: Schema) -> str:
    """A pattern for the words that mean the parent's rows."""
    bare = pair.parent.split(".")[-1]
    words = {m.words for m in named(ledger.text, schema, ledger.quoted) if m.table == pair.parent}
    words |= {bare, singular(bare), *map(singular, words), *map(plural, words)}
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _values_of(table: str, schema: Schema) -> set[str]:
    return {label.lower() for name in schema.columns(table) for label in schema.choices(table, name) if len(label) > 3}


def _gaps(ledger: Ledger, found: list[Mention], lacks: str = LACKS) -> Iterator[tuple[set[str], str | None]]:
    """Who lacks ("a child and a lesson without ..."), and what, as far as it is said."""
    for lack in regex.finditer(rf"(?<= )(?:{lacks})(?= )", ledger.left):
        before = [m for m in found if m.end <= lack.start() and not _END.search(ledger.left, m.end, lack.start() + 1)]
        holders = {m.table for m in before[-1:]}
        if len(before) > 1 and regex.fullmatch(
            r" (?:and|with|/|\+|,)(?: (?:each|every|all|an?|the))*(?: [a-z]+)? ",
            ledger.left[before[-2].end : before[-1].start],
        ):
            holders.add(before[-2].table)
        stop = _END.search(ledger.left + " . ", lack.end())
        what = [m for m in found if lack.end() <= m.start < (stop.start() if stop else lack.end())]
        yield holders, what[0].table if what else None


def _weight(ledger: Ledger, pair: Pair, found: list[Mention]) -> int:
    weight = 0
    for holders, what in _gaps(ledger, found):
        held, lacked = pair.parent in holders, pair.table == what
        weight += 2 * held + 2 * lacked + (held and lacked)
    for mention in found:
        before = ledger.left[max(0, mention.start - 40) : mention.start]
        if mention.table == pair.table and regex.search(rf" (?:{_SET})(?: [a-z]+)?(?: :)? $", before):
            weight += 2
        if mention.table == pair.parent and regex.search(
            r" (?:each|every|all|such|any|some|those)(?: (?:of|the|those|them|such))* $", before
        ):
            weight += 1
    return weight
