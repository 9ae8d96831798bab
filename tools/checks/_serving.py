"""Which index serves a foreign key or a filter: of those that are there, and of those that later files bring."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from postgast import pg_query_pb2

from tools.checks._free_names import free_name, shortened
from tools.checks._nodes import conjuncts
from tools.checks._statements import bare, identifier, inner, pieces, relation
from tools.facts import names
from tools.observe import Observed

_NOT_VALID = re.compile(r" NOT VALID$")


@dataclass(frozen=True)
class ForeignKey:
    """A new one, in the columns of its table and, in the same order, of its parent."""

    table: str
    name: str
    """As facts name the constraint."""
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]

    def enough(self, seen: Observed) -> list[tuple[str, ...]]:
        """Columns of which an index suffices: all, or those that refer to a whole unique key of the parent."""
        there = dict(zip(self.parent_columns, self.columns, strict=True))
        found = {self.columns}
        for facts in seen.after.of("index", under=self.parent).values():
            key = names(facts.get("columns", "[]"))
            is_key = facts.get("unique") == "true" and facts.get("valid") == "true" and "predicate" not in facts
            if is_key and set(key) <= there.keys():
                found.add(tuple(column for column in self.columns if column in {there[name] for name in key}))
        return sorted(found, key=lambda columns: (len(columns), columns))


def new_keys(seen: Observed) -> Iterator[ForeignKey]:
    """Foreign keys that were not there, valid or not; a partition's are its parent's matter."""
    for table in seen.after.tables():
        before = {_plain(facts) for facts in seen.before.of("constraint", under=table).values()}
        for name, facts in seen.after.of("constraint", under=table).items():
            if facts.get("type") != "foreign key" or facts.get("inherited") or _plain(facts) in before:
                continue
            columns, there = (tuple(names(facts.get(one, "[]"))) for one in ("columns", "referenced columns"))
            yield ForeignKey(table, name, columns, facts.get("references", ""), there)


def _plain(facts: dict[str, str]) -> str:
    """A constraint's definition; validating it makes it no other."""
    return _NOT_VALID.sub("", facts.get("definition", ""))


def is_served(seen: Observed, key: ForeignKey) -> bool:
    """By an index that is there, or that a later file builds. A partial one may leave out rows without a parent."""
    wanted = key.enough(seen)
    if any(serves(seen, key.table, columns, given=key.columns) for columns in wanted):
        return True
    return any(
        set(listed[: len(columns)]) == set(columns)
        for _, listed in announced(seen, key.table, key.columns)
        for columns in wanted
    )


def serves(
    seen: Observed, table: str, columns: Sequence[str], condition: str = "", given: Collection[str] = ()
) -> bool:
    """Some index of the table begins with the columns, in any order.

    A partial one counts where it leaves out rows only that have no value in them, or in the columns `given`; or where
    its predicate is part of `condition`.
    """
    there = {f"({identifier(column)} IS NOT NULL)" for column in (*columns, *given)}
    for facts in seen.after.of("index", under=table).values():
        if facts.get("valid") != "true" or facts.get("method") not in ("btree", "hash"):
            continue
        if set(names(facts.get("columns", "[]"))[: len(columns)]) != set(columns):
            continue
        predicate = facts.get("predicate")
        if predicate is None or _leaves_out_nothing(predicate, there) or predicate.strip("()") in (condition or "\0"):
            return True
    return False


def _leaves_out_nothing(predicate: str, there: Iterable[str]) -> bool:
    for test in there:
        predicate = predicate.replace(test, "")
    return not re.sub(r"[()\s]|\bAND\b", "", predicate)


def announced(seen: Observed, table: str, given: Collection[str] = ()) -> Iterator[tuple[str, list[str]]]:
    """(name, columns) of the indexes that the files after this one build on the table.

    Partial ones only where they leave out nothing but rows without a value in the columns `given`.
    """
    for node in _built_later(seen, table):
        tests = list(conjuncts(node.where_clause)) if node.HasField("where_clause") else []
        if all(_is_there(test, given) for test in tests):
            yield node.idxname, [part.index_elem.name for part in node.index_params]


def _built_later(seen: Observed, table: str) -> Iterator[Any]:
    for migration in seen.following:
        for piece in pieces(migration) if bare(table) in migration.text else ():
            if piece.kind == "IndexStmt" and relation(piece.node.relation) == table:
                yield piece.node


def _is_there(test: Any, given: Collection[str]) -> bool:
    """``column is not null``"""
    if not isinstance(test, pg_query_pb2.NullTest) or test.nulltesttype != pg_query_pb2.IS_NOT_NULL:
        return False
    column = inner(test.arg)
    return isinstance(column, pg_query_pb2.ColumnRef) and column.fields[-1].string.sval in given


def create_index(seen: Observed, table: str, columns: Sequence[str]) -> str:
    """SQL for a plain index, under a name that is free; without blocking writes where the table is in use and not
    known to be small."""
    how = "" if table in seen.new_tables or seen.project.config.is_small(table) else "concurrently "
    parts = ["idx", bare(table), *columns]
    named = shortened("_".join(parts))
    if house := seen.project.config.conventions.names.pattern("index"):
        values = {"table": bare(table), "columns": "_".join(columns), "kind": "btree"}
        named = named if house.allows(named, values) else house.proposal(named, values) or named
    else:
        named = free_name(seen, table, parts, ["all"])
    return f"create index {how}if not exists {identifier(named)} on {table} ({', '.join(map(identifier, columns))});"


def to_add(seen: Observed, table: str, columns: Sequence[str], fix: str) -> str:
    """A hint to add an index, which names the later file that builds another one on the same columns."""
    hint = f"Add `{fix}`" + (" in a file after this one." if "concurrently" in fix else "")
    for migration in seen.following:
        for piece in pieces(migration) if bare(table) in migration.text else ():
            if piece.kind != "IndexStmt" or relation(piece.node.relation) != table:
                continue
            listed = [part.index_elem.name for part in piece.node.index_params]
            if set(columns) & set(listed):
                built = f"{piece.node.idxname or 'an index'} on ({', '.join(listed)})"
                built += " for some rows only" if piece.node.HasField("where_clause") else ""
                first = " and ".join(columns)
                return f"{migration.file_name} builds {built}: let it begin with {first}, or add `{fix}` after it."
    return hint
