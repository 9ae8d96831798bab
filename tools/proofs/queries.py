"""Which index serves: the queries that foreign keys and policies imply, and those that the draft names, as planned.

A foreign key means two queries: its own, when a parent is deleted, as the table's owner; and the children of a
parent, as the API asks for them. A policy means one: all the rows that the caller may see. They are explained with
sequential scans discouraged, which on few rows tells what many rows would. What a draft names is explained and run
over generated rows (`tools.proofs.named`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Literal

from tools.postgres.server import Connection
from tools.proofs.plans import Ask, Plan, plans
from tools.rows.types import own_uuid
from tools.sql import identifier

_SHAPES = files("tools.proofs").joinpath("queries.sql").read_text()
_CALLER = f'{{"role": "authenticated", "aud": "authenticated", "sub": "{own_uuid("caller")}"}}'
_CAST = r"\(+(?:[\w\"]+\.)?{column}\)+::[\w ]+ = |= \(+(?:[\w\"]+\.)?{column}\)+::"

AS_USER = " as a signed-in user"
Reason = Literal["foreign key", "children", "policy", "named"]


@dataclass(frozen=True)
class Index:
    name: str
    """As facts name it: ``schema.table/index``."""
    definition: str
    columns: tuple[str, ...]
    """Empty for an expression."""
    unique: bool


@dataclass(frozen=True)
class Key:
    """A foreign key."""

    name: str
    parent: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """What decides how a table's rows are found."""

    table: str
    partitioned: bool
    rls: bool
    readable: frozenset[str]
    """Columns that a signed-in user may read."""
    policies: tuple[str, ...]
    """Conditions for reading."""
    indexes: tuple[Index, ...]
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Query:
    """One query, as it was asked before and after the migration."""

    reason: Reason
    table: str
    """Of a named query the first table in it, or else the function that it calls."""
    columns: tuple[str, ...]
    """Those it compares; of a named query none."""
    ask: Ask
    plan: Plan = field(default_factory=Plan)
    before: Plan | None = None
    """None where the table, the columns or their types were not there."""
    told: str = ""
    """What the draft says of it."""
    better: tuple[str, tuple[str, ...]] = ("", ())
    """Table and columns of an index that was tried, with which the whole table is no longer read."""
    ran: bool = False
    """It was run, and not only planned."""
    rows: int = 0
    """Generated for it, in the table that took the fewest."""
    tries: int = 0
    """With how many keys it was run, until one worked or none was left."""
    refusals: tuple[tuple[str, int], ...] = ()
    """What Postgres said to those that failed, and how often, the most frequent first."""
    unfilled: tuple[str, ...] = ()
    """Placeholders that no value was found for, so that what it then said may be no fault of its own."""

    @property
    def untried(self) -> bool:
        """It failed on what there was for its placeholders; what Postgres says of names, grants and time counts."""
        state, said = self.plan.state, self.plan.said
        on_values = state[:2] in ("22", "23", "P0") or (state == "42501" and not said.startswith("permission denied"))
        return bool(self.unfilled) and on_values

    @property
    def words(self) -> str:
        """``quests (child_id)``"""
        name = self.table.removeprefix("public.")
        match self.reason:
            case "named":
                return f'"{_short(self.told or self.ask.sql)}"'
            case "policy":
                return f"all {name} of a user"
            case "children":
                return f"{name} ({', '.join(self.columns)}){AS_USER}"
        return f"{name} ({', '.join(self.columns)})"


@dataclass(frozen=True)
class Queries:
    """What was explained, and what it says of the new indexes."""

    asked: tuple[Query, ...] = ()
    new_indexes: tuple[str, ...] = ()
    """But for those that keep a key unique."""
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    """After the migration."""

    @property
    def idle(self) -> list[str]:
        """New indexes that none of the queries uses."""
        used = {name for query in self.asked for name in query.plan.indexes()}
        return [name for name in self.new_indexes if name not in used]


def shapes(conn: Connection, relations: Iterable[int] | None) -> dict[str, Shape]:
    """Of the tables among the relations, or of all, by name."""
    scope: dict[str, object] = {"all": relations is None, "relations": list(relations or ())}
    return {
        name: Shape(
            name,
            kind == "p",
            rls,
            frozenset(readable or ()),
            tuple(policies or ()),
            tuple(Index(f"{name}/{i}", text, tuple(columns), unique) for i, text, unique, columns in indexes or ()),
            tuple(Key(k, parent, tuple(columns), tuple(types)) for k, parent, columns, types in keys or ()),
        )
        for name, kind, rls, readable, policies, indexes, keys in conn.execute(_SHAPES, scope)
    }  # fmt: skip


@dataclass(frozen=True)
class Implied:
    """The queries that tables imply whose indexes, keys or policies the migration changed."""

    before: Mapping[str, Shape] = field(default_factory=dict)
    after: Mapping[str, Shape] = field(default_factory=dict)

    @property
    def new_indexes(self) -> tuple[str, ...]:
        old = {index.name for shape in self.before.values() for index in shape.indexes}
        return tuple(
            i.name for shape in self.after.values() for i in shape.indexes if i.name not in old and not i.unique
        )

    def queries(self) -> list[Query]:
        return [query for table in sorted(self.after) for query in self._of(table)]

    def _of(self, table: str) -> Iterator[Query]:
        now, then = self.after[table], self.before.get(table)
        rebuilt = then is None or now.indexes != then.indexes or now.keys != then.keys
        guarded = then is None or (now.rls, now.policies, now.readable) != (then.rls, then.policies, then.readable)
        only = "" if now.partitioned else "only "
        for key in now.keys:
            where = " and ".join(
                f"{identifier(column)} = (select current_setting('asked.value', true)::{type_})"
                for column, type_ in zip(key.columns, key.types, strict=True)
            )
            if rebuilt:
                yield Query("foreign key", table, key.columns, Ask(f"select 1 from {only}{table} where {where}"))
            if (rebuilt or guarded) and now.rls and now.readable.issuperset(key.columns):
                ask = Ask(f"select {_first(now)} from {table} where {where}", "authenticated", _CALLER)
                yield Query("children", table, key.columns, ask)
        if (rebuilt or guarded) and now.rls and now.policies and now.readable:
            ask = Ask(f"select {_first(now)} from {table}", "authenticated", _CALLER)
            yield Query("policy", table, (), ask)

    def was_there(self, query: Query) -> bool:
        """It could be asked before the migration."""
        then, now = self.before.get(query.table), self.after[query.table]
        if then is None or not then.readable.issuperset(query.columns):
            return False
        same = next((k for k in then.keys if k.columns == query.columns), None)
        return query.reason == "policy" or same in now.keys


def explain_before(conn: Connection, implied: Implied) -> list[Query]:
    """The queries that the migration's tables imply, with the plans that those have which can be asked already."""
    queries = implied.queries()
    old = [query for query in queries if implied.was_there(query)]
    found = dict(zip(map(id, old), plans(conn, [query.ask for query in old], forced=True), strict=True))
    return [replace(query, before=found.get(id(query))) for query in queries]


def explain(conn: Connection, implied: Implied, asked: Sequence[Query]) -> Queries:
    """The same queries, with the plans that they have now."""
    now = plans(conn, [query.ask for query in asked], forced=True)
    found = tuple(replace(query, plan=plan) for query, plan in zip(asked, now, strict=True))
    return Queries(found, implied.new_indexes, implied.after)


def cast_away(query: Query, shape: Shape) -> tuple[str, str]:
    """Column and index, where a policy compares the column through a cast, which the index does not know."""
    scan = query.plan.reads_whole(query.table) if query.reason == "policy" else None
    for index in shape.indexes if scan else ():
        column = index.columns[0]
        if column and scan and re.search(_CAST.format(column=re.escape(identifier(column))), scan.condition):
            return column, index.name
    return "", ""


def _first(shape: Shape) -> str:
    """What the API would fetch, one column for all: any that may be read."""
    return identifier(min(shape.readable))


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"
