"""Rows for what has none, such that they are added once, however often the file runs."""

from collections.abc import Iterator

from agent.offline.description import Across, Backfill, Condition, Lookup
from agent.offline.rendering import sql, words
from agent.offline.rendering.parts import Part
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

_BATCHES = """do $$
declare
  ids {kind}[];
  last_id {kind};
begin
  loop
    select array_agg(batch.{key} order by batch.{key})
    into ids
    from (
      select {key} from {table} where last_id is null or {key} > last_id order by {key} limit 1000
    ) as batch;
    exit when ids is null;
{insert}
    last_id := ids[cardinality(ids)];
  end loop;
end;
$$;"""


def backfill(change: Backfill, schema: Schema) -> Part:
    """Ids follow from those of the rows that they are made for, so that the rollback finds exactly what was added."""
    on, parent, across = sql.name(change.table), change.parent.split(".")[-1], change.across
    bare = change.table.split(".")[-1]
    mine = sql.name(bare)
    nouns = words.spaced(bare)
    part = Part(
        f"add_default_{bare}",
        f"Add {'missing' if across or _is_key(change) else 'default'} {nouns} for {words.spaced(plural(parent))}"
        + ("" if across else " without one"),
    )
    key = f"{sql.name(parent)}.{sql.name(change.parent_key)}"
    columns = dict(_given(change, key, schema))
    keys = [(change.reference, key)]
    joined = "".join(_looked_up(value) for _, value in change.values if isinstance(value, Lookup))
    if across:
        keys.append((across.reference, f"{sql.name(across.table.split('.')[-1])}.{sql.name(across.key)}"))
        joined += _joined(across, parent)
    made = "" if _is_key(change) else f"md5({_mark(change)} || {_together(k for _, k in keys)})::uuid"
    columns = {**({"id": made} if made else {}), **dict(keys), **columns}
    tests = [f"not {_exists(change.table, keys if across and across.each else keys[:1], change.lacking)}"]
    if change.owning:
        owned = change.owning
        tests.append(_exists(owned.table, [(owned.reference, key)], owned.where))
    tests += [sql.printed(sql.condition(test, of=parent)) for test in change.given]
    batched = across is not None and not schema.is_small(change.parent)
    tests = [f"{key} = any (ids)", *tests] if batched else tests
    insert = (
        f"insert into {on} ({', '.join(map(sql.name, columns))})\nselect\n  "
        + ",\n  ".join(columns.values())
        + f"\nfrom {sql.name(change.parent)}{joined}\nwhere "
        + "\nand ".join(tests)
        + "\non conflict (id) do nothing;"
    )
    if batched:
        part.alone = True
        insert = _BATCHES.format(
            kind=schema.type_of(change.parent, change.parent_key),
            key=sql.name(change.parent_key),
            table=sql.name(change.parent),
            insert="\n".join(f"    {line}" for line in insert.split("\n")),
        )
    part.tables.append(insert)
    if not made:
        part.undo = [f"-- Irreversible: {nouns} that were added are not told from those that were there."]
    elif across:
        own = _together(f"{mine}.{sql.name(column)}" for column, _ in keys)
        part.undo = [f"delete from {on}", f"where {mine}.id = md5({_mark(change)} || {own})::uuid;"]
    else:
        part.undo = [f"delete from {on}", f"using {sql.name(change.parent)}", f"where {mine}.id = {made};"]
    return part


def _is_key(change: Backfill) -> bool:
    """The new row's id is the parent's."""
    return change.reference == "id"


def _mark(change: Backfill) -> str:
    kinds = " ".join(test.word.replace("_", " ") for test in change.lacking)
    noun = words.spaced(singular(change.table.split(".")[-1]))
    return sql.text(f"default {noun} {f'{kinds} ' if kinds else ''}")


def _together(keys: Iterator[str]) -> str:
    return " || ' ' || ".join(f"{key}::text" for key in keys)


def _given(change: Backfill, key: str, schema: Schema) -> Iterator[tuple[str, str]]:
    """(column, what it holds) beside the keys."""
    for name, value in change.values:
        if isinstance(value, Lookup):
            yield name, f"{sql.name(singular(value.table.split('.')[-1]))}.id"
            continue
        kind = schema.type_of(change.table, name)
        shown = sql.printed(sql.literal(value, kind))
        yield name, f"{shown}::{kind}" if "." in kind or kind == "jsonb" else shown
    source = key.rpartition(".")[0]
    yield from ((name, f"{source}.{sql.name(theirs)}") for name, theirs in change.copied)


def _looked_up(value: Lookup) -> str:
    return (
        f"\ncross join (\n  select id from {sql.name(value.table)} where {sql.name(value.column)} = "
        f"{sql.text(value.value)} order by id limit 1\n) as {sql.name(singular(value.table.split('.')[-1]))}"
    )


def _joined(across: Across, parent: str) -> str:
    of = across.table.split(".")[-1]
    tests = [f"{sql.name(of)}.{sql.name(name)} = {sql.name(parent)}.{sql.name(name)}" for name in across.same]
    tests += [sql.printed(sql.condition(test, of=of)) for test in across.where]
    return f"\njoin {sql.name(across.table)} on " + ("\n  and ".join(tests) or "true")


def _exists(table: str, keys: list[tuple[str, str]], where: tuple[Condition, ...]) -> str:
    bare = table.split(".")[-1]
    tests = [f"{sql.name(bare)}.{sql.name(column)} = {key}" for column, key in keys]
    tests += [sql.printed(sql.condition(test, of=bare)) for test in where]
    return f"exists (\n  select 1 from {sql.name(table)} where {' and '.join(tests)}\n)"
