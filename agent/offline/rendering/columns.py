"""New columns on a table that is there, their values and defaults: at once where it is small, else in steps."""

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from agent.offline.description import AddColumns, AddUnique, Fill, Mark, SetDefault, SetNotNull
from agent.offline.rendering import sql, words
from agent.offline.rendering.constraints import add_unique, constraints_of, free_name, guarded, validation
from agent.offline.rendering.indexes import index_parts
from agent.offline.rendering.parts import Part
from agent.offline.rendering.tables import create_enum, enum_name, signed, type_of
from agent.offline.schema import Schema

_BATCH = """do $$
declare
  changed integer;
begin
  loop
    update {on}
    set {column} = {value}
    where {key} in (select {key} from {on} where {test} limit 1000 for update skip locked);
    get diagnostics changed = row_count;
    exit when changed = 0;
    perform pg_sleep(0.1);
  end loop;
end;
$$;"""


def add_columns(change: AddColumns, schema: Schema) -> Iterator[Part]:
    table, small = change.table, schema.is_small(change.table)
    on, bare = sql.name(table), table.split(".")[-1]
    names = [column.name for column in change.columns]
    part = Part(
        f"add_{'_and_'.join(names)}_to_{bare}" if len(names) < 3 else f"add_{len(names)}_columns_to_{bare}",
        f"Add {words.listed(tuple(map(words.spaced, names)), 'and')} to {words.spaced(bare)}",
    )
    part.allow = [signed(table, column) for column in change.columns if column.signed]
    later: list[tuple[str, str]] = []
    for column in change.columns:
        undo = [f"alter table {on} drop column if exists {sql.name(column.name)};"]
        if column.enum:
            part.tables.append(create_enum(table, column))
            undo.append(f"drop type if exists {sql.name(enum_name(table, column))};")
        first = column if column.existing is None else replace(column, default=column.existing)
        definition = sql.column_definition(first, type_of(table, column), checked=small, referenced=small)
        if not small:
            definition.set(
                "constraints",
                [c for c in definition.args["constraints"] if not isinstance(c.kind, exp.UniqueColumnConstraint)],
            )
        definition.set("exists", True)
        alter = exp.Alter(this=sql.table(table), kind="TABLE", actions=[definition])
        part.tables.append(f"{sql.printed(alter)};")
        if column.existing is not None:  # the rows that are there keep what they were added with
            value = (
                "drop default"
                if column.default is None
                else f"set default {sql.printed(sql.literal(column.default, column.type))}"
            )
            part.tables.append(f"alter table {on} alter column {sql.name(column.name)} {value};")
        if not small:
            for constraint, clause in constraints_of(table, column):
                part.tables.append(guarded(table, constraint, f"{clause} not valid"))
                later.append((constraint, clause))
        if column.enum:
            kind = sql.name(enum_name(table, column))
            part.comments.append(
                sql.comment("type", kind, f"{words.capital(words.spaced(column.name))}: {words.listed(column.choices)}")
            )
        said = (
            words.of_column(column)
            or f"{words.capital(words.spaced(column.name))}{'' if column.required else '; may be empty'}"
        )
        part.comments.append(sql.comment("column", f"{on}.{sql.name(column.name)}", said))
        part.undo[:0] = undo
    indexes = [*change.indexes]
    marks = [_mark(change.table, mark, schema) for mark in change.marks]
    if small:
        part.tables += [statement for mark in marks for statement in mark.tables]
        for index in indexes:
            part.indexes.append(sql.create_index(index, table))
            part.undo.insert(0, sql.drop_index(index, table))
        yield part
        return
    yield part
    yield from marks
    for index in indexes:
        yield from index_parts(table, index, schema)
    for column in change.columns:
        if column.unique:
            yield from add_unique(AddUnique(table, (column.name,)), schema)
    if later:
        yield validation(table, later, [c.name for c in change.columns])


def _mark(table: str, mark: Mark, schema: Schema) -> Part:
    """Certain rows get their value: at once in a small table, else a thousand at a time."""
    on, bare, quoted = sql.name(table), table.split(".")[-1], sql.name(mark.column)
    value = sql.printed(sql.literal(mark.value))
    tests = [sql.printed(sql.condition(test)) for test in mark.where]
    test = " and ".join([*tests, f"{quoted} is distinct from {value}"])
    part = Part(
        f"set_{mark.column}_of_{bare}",
        f"Set {words.spaced(mark.column)} of certain {words.spaced(bare)}",
        alone=True,
        purpose="Gives rows that were there before their value.",
    )
    if schema.is_small(table):
        part.tables.append(f"update {on} set {quoted} = {value} where {test};")
    else:
        key = sql.name(schema.primary_key(table)[0])
        part.tables.append(_BATCH.format(on=on, column=quoted, value=value, key=key, test=test))
    part.undo.append("-- Irreversible: the values go with the column, which an earlier file adds.")
    return part


def set_not_null(change: SetNotNull, schema: Schema) -> Iterator[Part]:
    table, column = change.table, change.column
    on, bare, quoted = sql.name(table), table.split(".")[-1], sql.name(change.column)
    title = f"Require {words.spaced(column)} of {words.spaced(bare)}"
    value = None if change.fill is None else sql.printed(sql.literal(change.fill, schema.type_of(table, column)))
    lost = "-- Irreversible: rows that had no value keep the one that they were given."
    if schema.is_small(table):
        part = Part(f"require_{bare}_{column}", title)
        if value is not None:
            part.tables.append(f"update {on} set {quoted} = {value} where {quoted} is null;")
        part.tables.append(f"alter table {on} alter column {quoted} set not null;")
        part.undo = [f"alter table {on} alter column {quoted} drop not null;", *([lost] if value is not None else [])]
        yield part
        return
    constraint = free_name(table, f"{bare}_{column}_present_check", "required", schema)
    clause = f"check ({quoted} is not null)"
    drop = f"alter table {on} drop constraint if exists {sql.name(constraint)};"
    first = Part(f"require_{bare}_{column}", title, purpose="Refuses rows without a value from now on.", alone=True)
    first.tables.append(guarded(table, constraint, f"{clause} not valid"))
    first.undo.append(drop)
    yield first
    if value is not None:
        key = schema.primary_key(table)[0]
        fill = Part(
            f"fill_{bare}_{column}",
            f"Fill {words.spaced(column)} of {words.spaced(bare)}",
            alone=True,
            purpose="Gives rows without a value theirs, a thousand at a time.",
        )
        fill.tables.append(
            _BATCH.format(on=on, column=quoted, value=value, key=sql.name(key), test=f"{quoted} is null")
        )
        fill.undo.append(lost)
        yield fill
    yield validation(table, [(constraint, clause)], [column])
    last = Part(
        f"set_{bare}_{column}_not_null",
        f"Set {words.spaced(column)} of {words.spaced(bare)} not null",
        alone=True,
        purpose="Lets the column itself say what the validated check has proved.",
    )
    last.tables += [f"alter table {on} alter column {quoted} set not null;", drop]
    last.undo = [
        f"alter table {on} add constraint {sql.name(constraint)} {clause};",
        f"alter table {on} alter column {quoted} drop not null;",
    ]
    yield last


def fill(change: Fill, schema: Schema) -> Part:
    """At once in a small table, else a thousand rows at a time."""
    table, column = change.table, change.column
    on, bare, quoted = sql.name(table), table.split(".")[-1], sql.name(column)
    value = sql.printed(sql.literal(change.value, schema.type_of(table, column)))
    part = Part(f"fill_{bare}_{column}", f"Fill {words.spaced(column)} of {words.spaced(bare)}")
    if schema.is_small(table):
        part.tables.append(f"update {on} set {quoted} = {value} where {quoted} is null;")
    else:
        part.alone = True
        key = sql.name(schema.primary_key(table)[0])
        part.tables.append(_BATCH.format(on=on, column=quoted, value=value, key=key, test=f"{quoted} is null"))
    part.undo.append("-- Irreversible: rows that had no value keep the one that they were given.")
    return part


def set_default(change: SetDefault, schema: Schema) -> Iterator[Part]:
    on, bare, quoted = sql.name(change.table), change.table.split(".")[-1], sql.name(change.column)
    old = schema.default(change.table, change.column)
    kind = schema.type_of(change.table, change.column)
    part = Part(f"default_{bare}_{change.column}", f"Default of {words.spaced(change.column)} of {words.spaced(bare)}")
    part.tables.append(
        f"alter table {on} alter column {quoted} set default {sql.printed(sql.literal(change.value, kind))};"
    )
    back = "drop default" if old is None else f"set default {old}"
    part.undo.append(f"alter table {on} alter column {quoted} {back};")
    yield part
