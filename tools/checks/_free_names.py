"""Names for indexes that nothing else has: CREATE INDEX IF NOT EXISTS does nothing where anything has the name."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tools.checks._access import schema_of
from tools.checks._statements import pieces
from tools.observe import Observed

_LONGEST = 63
"""Bytes of an identifier."""
_TAKEN = """
select c.relname::text from pg_catalog.pg_class c
where c.relnamespace = pg_catalog.to_regnamespace(%s) and c.relname = any (%s)
"""
_LITERAL = re.compile(r"(?P<sign><>|=|!=)\s*'(?P<value>[A-Za-z0-9_ -]{1,20})'(?:::[\w\". ]+)?\)*$")
_NULL = re.compile(r"^\(*(?P<column>\w+) IS (?P<sign>NOT )?NULL\)*$")
_FLAG = re.compile(r"^\(*(?P<sign>NOT )?\(?(?:is_|has_)?(?P<column>\w+)\)*$")


def shortened(name: str, room: int = 0) -> str:
    """As an identifier, with `room` left for more."""
    plain = re.sub(r"[^a-z0-9_]+", "_", name.lower())
    return plain[: _LONGEST - room].rstrip("_")


def free_name(
    seen: Observed,
    table: str,
    parts: Sequence[str],
    special: Iterable[str] = (),
    ending: str = "",
    taken: Iterable[str] = (),
) -> str:
    """The parts joined, then the first `special` word, then a number, until nothing in the table's schema has the name,
    no later file of the change gives it, and it is none of `taken`."""
    plain = "_".join(parts)
    words = ["", *(f"_{word}" for word in special), *(f"_{number}" for number in range(2, 10))]
    names = [shortened(plain, len(word) + len(ending)) + word + ending for word in words]
    used = {*_there(seen, table, names), *_later(seen), *taken}
    return next((name for name in names if name not in used), names[0])


def special(facts: Mapping[str, str]) -> Iterator[str]:
    """What tells an index from a plain one on the same columns, in words for its name."""
    words = [word for word in [_picked(facts.get("predicate", ""))] if word]
    if facts.get("unique") == "true":
        yield "unique"
        words = [f"unique_{word}" for word in words] + words
    yield from words
    if "predicate" in facts:
        yield "some"


def _picked(predicate: str) -> str:
    """What a partial index picks: ``active``, ``not_cancelled``, ``no_parent_id``; empty where it takes more words."""
    for pattern in (_LITERAL, _NULL, _FLAG):
        if (found := pattern.search(predicate)) and " AND " not in predicate and " OR " not in predicate:
            word = shortened((found["value"] if pattern is _LITERAL else found["column"]).strip("_ "))
            negative = found["sign"] in ("<>", "!=", "NOT ") if pattern is not _NULL else False
            return f"not_{word}" if negative else f"no_{word}" if pattern is _NULL and not found["sign"] else word
    return ""


def _there(seen: Observed, table: str, names: Sequence[str]) -> set[str]:
    with seen.live.savepoint() as conn:
        rows = conn.execute(_TAKEN, [schema_of(table), list(names)]).fetchall()
    return {str(name) for (name,) in rows}


def _later(seen: Observed) -> set[str]:
    """Bare names, whatever their schema."""
    built = (p.node.idxname for file in seen.following for p in pieces(file) if p.kind == "IndexStmt")
    return {name for name in built if name}
