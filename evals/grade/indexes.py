"""Indexes by what they serve: another name, a longer key or a wider index do as well."""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from evals.grade.difference import Difference
from tools.facts import Catalog

Implied = Callable[[str, str, str], tuple[bool, bool]]
"""Of a table and two conditions, the golden's and the draft's: whether the first's rows are among the second's, and the
other way round."""
_CAST = re.compile(r"::(?:text|character varying(?:\(\d+\))?)(?!\[)|(?<=\()\((\w+)\)(?=::|\)| )")
"""What says nothing but that a column is text or varchar."""
_BODY = re.compile(r" USING (?P<method>\w+) (?P<rest>.*)$", re.DOTALL)
_TURNED = {"": " DESC", " DESC": "", " NULLS FIRST": " DESC NULLS LAST", " DESC NULLS LAST": " NULLS FIRST"}
"""What a b-tree read backwards amounts to."""
_ORDER = re.compile(r"(?: DESC)?(?: NULLS (?:FIRST|LAST))?$")


@dataclass(frozen=True)
class Index:
    method: str
    keys: tuple[str, ...]
    predicate: str
    valid: bool

    @classmethod
    def of(cls, facts: dict[str, str]) -> "Index":
        found = _BODY.search(facts["definition"])
        keys = tuple(map(_uncast, _listed(found["rest"]))) if found else ()
        return cls(facts["method"], keys, _uncast(facts.get("predicate", "")), facts["valid"] == "true")

    def serves(self, wanted: "Index", implies: Callable[[str, str], bool] = operator.eq) -> bool:
        """Whatever `wanted` is good for, this is: all of its rows are here as well."""
        if not self.valid or self.method != wanted.method:
            return False
        if self.method != "btree":
            fits = set(wanted.keys) <= set(self.keys)
        else:
            keys = self.keys[: len(wanted.keys)]
            fits = keys == wanted.keys or keys == tuple(map(_turned, wanted.keys))
        if not fits or not self.predicate:
            return fits
        return bool(wanted.predicate) and implies(wanted.predicate, self.predicate)

    def __str__(self) -> str:
        where = f" where {self.predicate}" if self.predicate else ""
        return f"{'' if self.method == 'btree' else self.method + ' '}({', '.join(self.keys)}){where}"


def compare(golden: Catalog, draft: Catalog, table: str, implied: Implied, *, new: bool) -> Iterator[Difference]:
    """On a `new` table, one more is nobody's burden yet."""

    def in_draft(golden: str, draft: str) -> bool:
        return implied(table, golden, draft)[0]

    def in_golden(draft: str, golden: str) -> bool:
        return implied(table, golden, draft)[1]

    wanted, there = _indexes(golden, table), _indexes(draft, table)
    for name, index in wanted.items():
        unique = golden.get("index", name)["unique"] == "true"
        if not any(other.serves(index, in_draft) for other in there.values()) and not (
            unique and _stands_in(there, index)
        ):
            yield Difference("missing", f"index {table} {index}")
    plain = {name: index for name, index in there.items() if draft.get("index", name)["unique"] != "true"}
    for index in plain.values() if not new else ():
        if not any(other.serves(index, in_golden) or index.serves(other, in_draft) for other in wanted.values()):
            yield Difference("extra", f"index {table} {index}")
    for index in there.values():
        if not index.valid:
            yield Difference("extra", f"index {table} {index}, which is invalid")


def _stands_in(there: dict[str, Index], unique: Index) -> bool:
    """For a unique index: one over the same keys in another order, and one that begins as it does."""
    return any(
        other.valid and other.predicate == unique.predicate and sorted(other.keys) == sorted(unique.keys)
        for other in there.values()
    ) and any(other.serves(replace(unique, keys=unique.keys[:1])) for other in there.values())


def _uncast(text: str) -> str:
    """Twice: what a cast stood around stands bare then."""
    return _CAST.sub(lambda found: found[1] or "", _CAST.sub(lambda found: found[1] or "", text))


def _indexes(catalog: Catalog, table: str) -> dict[str, Index]:
    return {name: Index.of(facts) for name, facts in catalog.of("index", table).items()}


def _turned(key: str) -> str:
    order = _ORDER.search(key)
    said = order[0] if order else ""
    return key[: len(key) - len(said)] + _TURNED.get(said, said)


def _listed(rest: str) -> tuple[str, ...]:
    """The members of the list in parentheses that it begins with."""
    found, depth, start = [], 0, 1
    for at, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        if (char == "," and depth == 1) or depth == 0:
            found.append(rest[start:at].strip())
            start = at + 1
        if depth == 0:
            break
    return tuple(found)
