"""An index on a table that is there: at once where it is small, else CONCURRENTLY in a file of its own."""

from collections.abc import Iterator

from agent.draft import Query
from agent.offline.description import AddIndex, Index
from agent.offline.rendering import sql, words
from agent.offline.rendering.parts import Part
from agent.offline.schema import Schema

_UUID = "'00000000-0000-4000-8000-000000000000'"


def add_index(change: AddIndex, schema: Schema) -> Iterator[Part]:
    for part in index_parts(change.table, change.index, schema):
        part.queries = list(_queries(change.table, change.index, schema))
        yield part


def index_parts(table: str, index: Index, schema: Schema) -> Iterator[Part]:
    small = schema.is_small(table)
    bare = table.split(".")[-1]
    columns = tuple(key.column for key in index.keys)
    picks = tuple(c.word for c in index.where)
    by = words.listed(tuple(map(words.spaced, columns)), "and")
    part = Part(
        "_".join(["index", *picks, bare, "by", *columns]),
        f"Index {' '.join(map(words.spaced, (*picks, bare)))} by {by}",
        alone=not small,
    )
    part.indexes.append(sql.create_index(index, table, concurrently=not small))
    part.undo.append(sql.drop_index(index, table, concurrently=not small))
    yield part


def _queries(table: str, index: Index, schema: Schema) -> Iterator[Query]:
    """One that the index is for, with values that the columns may hold."""
    tests = [sql.printed(sql.condition(c)) for c in index.where]
    if index.method == "btree":
        first = index.keys[0].column
        if value := _value(table, first, schema):
            tests.append(f"{sql.name(first)} = {value}")
        order = ", ".join(sql.name(k.column) + (" desc" if k.descending else "") for k in index.keys[1:] or index.keys)
        ending = f" order by {order} limit 20"
        if not tests and not ending:
            return
        where = f" where {' and '.join(tests)}" if tests else ""
        yield Query(sql=f"select * from {sql.name(table)}{where}{ending}", why="What the index is for.")


def _value(table: str, column: str, schema: Schema) -> str | None:
    kind = schema.type_of(table, column)
    if choices := schema.choices(table, column):
        return sql.text(choices[0])
    if kind == "uuid":
        return _UUID
    if kind == "boolean":
        return "true"
    return "1" if kind in ("integer", "bigint", "smallint") else "'a'" if kind == "text" else None
