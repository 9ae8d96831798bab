"""Constraints on tables that are there: at once on a small one, else in steps that keep nobody from writing."""

from collections.abc import Iterator
from dataclasses import replace

from agent.offline.description import AddReference, AddUnique, Column, Constrain, Index, Key, Order, Reference
from agent.offline.rendering import sql, words
from agent.offline.rendering.indexes import index_parts
from agent.offline.rendering.parts import Part
from agent.offline.schema import Schema


def constrain(change: Constrain, schema: Schema) -> Iterator[Part]:
    table, column = change.table, change.column
    demand = sql.check(column)
    assert demand is not None
    kind = "values" if column.choices else "format" if column.format or column.shape else "bounds"
    constraint = change.name or free_name(table, f"{table.split('.')[-1]}_{column.name}_check", kind, schema)
    clause, said = f"check ({sql.printed(demand)})", words.of_column(column)
    for part in _check(table, (column.name,), constraint, clause, said, schema):
        for old in change.replaces if not part.alone else ():
            definition = str(schema.catalog.get("constraint", f"{table}/{old}")["definition"])
            part.tables.insert(0, f"alter table {sql.name(table)} drop constraint if exists {sql.name(old)};")
            part.undo.append(guarded(table, old, sql.lowered(definition)))
        yield part


def order(change: Order, schema: Schema) -> Iterator[Part]:
    table, rule = change.table, change.rule
    wanted = f"{table.split('.')[-1]}_{rule.later}_{rule.earlier}_check"
    constraint = change.name or free_name(table, wanted, "order", schema)
    clause = f"check ({sql.printed(sql.ordered(rule))})"
    yield from _check(table, (rule.later, rule.earlier), constraint, clause, None, schema)


def add_unique(change: AddUnique, schema: Schema) -> Iterator[Part]:
    table, names = change.table, change.columns
    on, bare = sql.name(table), table.split(".")[-1]
    listed = ", ".join(map(sql.name, names))
    nouns = tuple(words.spaced(name.removesuffix("_id")) for name in names)
    title = f"Unique {words.listed(nouns, 'and')} in {words.spaced(bare)}"
    constraint = change.name or sql.short(f"{bare}_{'_'.join(names)}_key")
    index = Index(tuple(Key(name) for name in names), where=change.where, name=change.name)
    if change.where or change.ignoring_case:
        yield _unique_index(change, index, title, schema)
        return
    distinct = "unique nulls not distinct" if change.nulls_equal else "unique"
    drop = f"alter table {on} drop constraint if exists {sql.name(constraint)};"
    if schema.is_small(table):
        part = Part(f"unique_{bare}_{'_'.join(names)}", title)
        part.tables.append(guarded(table, constraint, f"{distinct} ({listed})"))
        part.undo.append(drop)
        yield part
        return
    named = sql.short(f"idx_{bare}_{'_'.join(names)}_unique")
    index = replace(index, name=None)
    first = Part(
        f"index_unique_{bare}_{'_'.join(names)}",
        title,
        alone=True,
        purpose="Builds the index while others go on writing; the next file makes it a constraint.",
    )
    create = _unique(change, sql.create_index(index, table, concurrently=True, unique=True, named=named))
    first.indexes.append(f"{_ON_DUPLICATES.format(listed=listed, rows=on)}{create}")
    first.undo.append(sql.drop_index(index, table, concurrently=True, named=named))
    yield first
    second = Part(
        f"unique_{bare}_{'_'.join(names)}",
        title,
        alone=True,
        purpose="Makes the finished index a constraint, which takes no time.",
    )
    second.tables.append(guarded(table, constraint, f"unique using index {sql.name(named)}"))
    second.undo = [drop, _unique(change, sql.create_index(index, table, unique=True, named=named))]
    yield second


_ON_DUPLICATES = """-- Stops where there are duplicates. This finds them:
--   select {listed}, count(*) from {rows} group by {listed} having count(*) > 1;
-- Settle them, drop the invalid index that was left behind, and run the file again.
"""


def _unique(change: AddUnique, create: str) -> str:
    """The statement of a unique index; empty values are the same where the change says so."""
    columns = f"({', '.join(map(sql.name, change.columns))})"
    return create.replace(columns, f"{columns} nulls not distinct", 1) if change.nulls_equal else create


def _unique_index(change: AddUnique, index: Index, title: str, schema: Schema) -> Part:
    """Rows of one kind differ, or texts in lower case: an index, as no constraint has a condition or an expression."""
    table, bare, small = change.table, change.table.split(".")[-1], schema.is_small(change.table)
    picks = "_".join(condition.word for condition in index.where)
    part = Part(
        "_".join(filter(None, ("unique", bare, *change.columns, picks))),
        f"{title} where {words.spaced(picks)}" if picks else f"{title}, in any case",
        alone=not small,
    )
    lowered = [c for c in change.columns if change.ignoring_case and _is_free_text(change.table, c, schema)]
    columns = [f"{column}_lower" if column in lowered else column for column in change.columns]
    named = change.name or sql.short("_".join(filter(None, ("idx", bare, *columns, picks, "unique"))))
    create = sql.create_index(index, table, concurrently=not small, unique=True, named=named, lowered=lowered)
    create = _unique(change, create)
    tests = " and ".join(sql.printed(sql.condition(c)) for c in index.where)
    listed = ", ".join(f"lower({sql.name(c)})" if c in lowered else sql.name(c) for c in change.columns)
    rows = f"{sql.name(table)} where {tests}" if tests else sql.name(table)
    told = "" if small else _ON_DUPLICATES.format(listed=listed, rows=rows)
    part.indexes.append(told + create)
    part.undo.append(sql.drop_index(index, table, concurrently=not small, named=named))
    return part


def _is_free_text(table: str, column: str, schema: Schema) -> bool:
    return schema.type_of(table, column).startswith(("text", "character")) and not schema.choices(table, column)


def add_reference(change: AddReference, schema: Schema) -> Iterator[Part]:
    table, column = change.table, change.column
    on, bare = sql.name(table), table.split(".")[-1]
    small = schema.is_small(table)
    constraint = sql.short(f"{bare}_{column}_fkey")
    clause = foreign_key(column, change.references)
    part = Part(
        f"reference_{bare}_{column}",
        f"Reference from {words.spaced(bare)} to {words.spaced(change.references.table.split('.')[-1])}",
    )
    part.tables.append(guarded(table, constraint, clause if small else f"{clause} not valid"))
    part.undo.append(f"alter table {on} drop constraint if exists {sql.name(constraint)};")
    yield part
    if not schema.is_indexed(table, (column,)):
        yield from index_parts(table, Index((Key(column),)), schema)
    if not small:
        yield validation(table, [(constraint, clause)], [column])


def _check(
    table: str, columns: tuple[str, ...], constraint: str, clause: str, said: str | None, schema: Schema
) -> Iterator[Part]:
    on, bare, column = sql.name(table), table.split(".")[-1], columns[0]
    small = schema.is_small(table)
    listed = words.listed(tuple(map(words.spaced, columns)), "and")
    part = Part(f"check_{bare}_{'_and_'.join(columns)}", f"Check {listed} of {words.spaced(bare)}")
    part.tables.append(guarded(table, constraint, clause if small else f"{clause} not valid"))
    part.undo.append(f"alter table {on} drop constraint if exists {sql.name(constraint)};")
    if said and not schema.columns(table)[column].get("comment"):
        part.comments.append(sql.comment("column", f"{on}.{sql.name(column)}", said))
        part.undo.insert(0, f"comment on column {on}.{sql.name(column)} is null;")
    yield part
    if not small:
        part.purpose = "Refuses bad values from now on; the next file looks at the rows that are there."
        yield validation(table, [(constraint, clause)], list(columns))


def constraints_of(table: str, column: Column) -> Iterator[tuple[str, str]]:
    """(name, clause) of the constraints that a large table gets beside the column."""
    bare = table.split(".")[-1]
    if (demand := sql.check(column)) is not None:
        yield sql.short(f"{bare}_{column.name}_check"), f"check ({sql.printed(demand)})"
    if column.references:
        yield sql.short(f"{bare}_{column.name}_fkey"), foreign_key(column.name, column.references)


def validation(table: str, constraints: list[tuple[str, str]], columns: list[str]) -> Part:
    """The file in which rows that were there before are looked at, while others go on writing."""
    on, bare = sql.name(table), table.split(".")[-1]
    part = Part(
        f"validate_{bare}_{'_and_'.join(columns)}",
        f"Validate {words.listed(tuple(map(words.spaced, columns)), 'and')} of {words.spaced(bare)}",
        alone=True,
        purpose="Looks at the rows that were there before the constraint, without keeping anybody from writing.",
    )
    for constraint, clause in constraints:
        part.tables.append(f"alter table {on} validate constraint {sql.name(constraint)};")
        part.undo[:0] = [
            f"alter table {on} drop constraint if exists {sql.name(constraint)};",
            f"alter table {on} add constraint {sql.name(constraint)} {clause} not valid;",
        ]
    return part


def free_name(table: str, wanted: str, kind: str, schema: Schema) -> str:
    for candidate in (wanted, wanted.removesuffix("_check") + f"_{kind}_check"):
        if not schema.catalog.get("constraint", f"{table}/{sql.short(candidate)}"):
            return sql.short(candidate)
    return sql.short(wanted.removesuffix("_check") + "_further_check")


def guarded(table: str, constraint: str, clause: str) -> str:
    added = f"alter table {sql.name(table)}\n  add constraint {sql.name(constraint)} {clause};"
    return sql.guarded(sql.without_constraint(table, constraint), added)


def foreign_key(column: str, reference: Reference) -> str:
    return (
        f"foreign key ({sql.name(column)}) references {sql.name(reference.table)} ({sql.name(reference.column)}) "
        f"on delete {reference.on_delete}"
    )
