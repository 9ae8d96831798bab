"""Indexes that a new table shall have: one or several, each with its columns, their order, and its rows."""

import re

from agent.offline import regex
from agent.offline.description import Column, Condition, Index, Key
from agent.offline.reading.body import Body
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.tables.keys import columns_in

_NEWEST = re.compile(
    r"(?<![^ ])(?:(?:newest|latest|most recent) (?:ones? )?(?:first|on top)|(?:in )?(?:desc|descending) order|descending)(?![^ ])"
)
_TOGETHER = r"\b(?:together|combined|composite|compound|combination|pair|both|multi-column|two-column|2-column)\b"
_NARROWED = re.compile(
    r" (?:where|(?:but |and )?only (?:where|when|if|for|of|those|rows|the)|for (?:all |the )?(?:rows|those|ones|entries)|limited to|restricted to|covering only|when|if|whose|that (?:is|are|has|have)) "
)
_APART = r" , and | , | ; | and (?:one |another |an? )?(?:index )?(?:on|by|for|over) | plus | as well as "
_SET = r"(?:not null|not empty|set|filled(?: in)?|present|given|there|known)"
_UNSET = r"(?:null|empty|missing|not (?:set|filled(?: in)?|present|given|there|known)|unset|blank)"
_BE = r"(?:(?:is|are|was|has been|have been|equals|=|:|of) )*"


def read_indexes(words: list[str], body: Body, rows: frozenset[str]) -> list[Index]:
    """Raises Unclear where no column, or a condition that is not known, is named."""
    partial = {"partial", "conditional"} & set(words)
    text = regex.sub(
        r" (?:partial|conditional|simple|plain|normal|separate|btree|b-tree)(?= )", "", f" {' '.join(words)} "
    )
    parts = [part for part in regex.split(_APART, text) if part.strip()]
    plural = regex.search(r" (?:indexes|indices|each|separately) ", text)
    split = len(parts) > 1 and (
        plural or any(_narrowing(part, rows) for part in parts) or regex.search(r" and (?:on|by) ", text)
    )
    if not split and len(parts) > 1 and regex.search(_TOGETHER, parts[-1]):
        raise Unclear(text)  # all of them, or the last two
    parts = [
        half for part in (parts if split else [text]) for half in (_halves(part, rows) if plural or split else [part])
    ]
    found = [_index(part, body, rows) for part in parts if part.strip(" .:") not in ("", "index", "indexes")]
    if partial and not any(index.where for index in found):
        raise Unclear(text)
    return found


def _halves(part: str, rows: frozenset[str]) -> list[str]:
    """ "status and due_at where it is set": two, of which the last is narrowed; "(a, b)" and "a and b together" are one."""
    if regex.search(rf"{_TOGETHER}|\(", part):
        return [part]
    cut = _narrowing(part, rows)
    head, tail = (part[: cut.start()], part[cut.start() :]) if cut else (part, "")
    *first, last = head.split(" and ")
    return [*first, last + tail]


def _narrowing(part: str, rows: frozenset[str]) -> re.Match[str] | None:
    """Where it begins to say of which rows: "where ...", "for open tasks"."""
    nouns = "|".join(map(re.escape, rows))
    kept = rf" for (?:all |the )?(?!each |every |one |an? |any )[a-z_-]+ (?:{nouns}|ones) "
    return _NARROWED.search(f"{part} ") or regex.search(kept, f"{part} ")


def _index(text: str, body: Body, rows: frozenset[str]) -> Index:
    text = f" {text.strip()} "
    cut = _narrowing(text, rows)
    keyed, narrowed = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
    columns = columns_in(keyed.split(), body, rows)
    if not columns:
        raise Unclear(text)
    return Index(
        tuple(_key(column, columns, keyed) for column in columns),
        where=_conditions(narrowed, columns, body, rows) if narrowed else (),
    )


def _key(column: str, columns: list[str], text: str) -> Key:
    """Descending where that stands behind it, or behind all of them."""
    spoken = "|".join({column, column.removesuffix("_id"), column.replace("_", " "), column.removesuffix("_at")})
    behind = regex.search(rf"(?<![^ ])(?:{spoken}) (?:\( )?(?:in )?(?:desc|descending)(?![a-z])", text)
    newest = column == columns[-1] and column.endswith(("_at", "_on", "date")) and _NEWEST.search(text)
    return Key(column, bool(behind or newest))


def _conditions(said: str, keys: list[str], body: Body, rows: frozenset[str]) -> tuple[Condition, ...]:
    """Tests of the table's own columns, all of which hold. Raises Unclear."""
    if " or " in said:
        raise Unclear(said)
    columns = {column.name: column for column in map(body.column, body.entries)}
    return tuple(_condition(part, keys, columns, rows) for part in regex.split(r" and (?=[a-z])", said.strip(" .")))


def _condition(said: str, keys: list[str], columns: dict[str, Column], rows: frozenset[str]) -> Condition:
    said = f" {said.strip()} "
    for name, column in columns.items():
        noun = rf"(?:{name}|{name.replace('_', ' ')}|{name.removesuffix('_at')})" + (
            "|it|that|this|they" if [name] == keys else ""
        )
        if regex.search(rf" (?:{noun}) {_BE}{_SET} ", said):
            return Condition(name, "is not null")
        if regex.search(rf" (?:{noun}) {_BE}{_UNSET} ", said):
            return Condition(name, "is null")
        for value in column.choices:
            spoken = value.lower().replace("_", "[ _]")
            if regex.search(
                rf" {noun} {_BE}{spoken} | {spoken} (?:{'|'.join(map(re.escape, rows))}|ones|rows) $", said
            ):
                return Condition(name, "equals", value)
        if column.type == "boolean" and (
            found := regex.search(rf" (not )?(?:{name}|{name.removeprefix('is_')}) ", said)
        ):
            wrong = found[1] or regex.search(r" (?:false|not) ", said)
            return Condition(name, "is false" if wrong else "is true")
    raise Unclear(said)
