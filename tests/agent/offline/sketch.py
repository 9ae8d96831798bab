"""A Description in a few lines, so that a test can say what it expects of a request."""

from collections.abc import Iterator

from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddReference,
    AddUnique,
    Audit,
    Backfill,
    Change,
    ChangeType,
    Column,
    Condition,
    Constrain,
    Description,
    Differ,
    Fill,
    Index,
    Later,
    NewTable,
    Order,
    SetDefault,
    SetNotNull,
    SetWhen,
    Special,
    Stats,
    Value,
)


def sketch(description: Description) -> str:
    """A line for each change; of a new table also for each column, rule, index and its access.

    ``title text ! [3..200]`` is a required text of 3 to 200 characters, ``(0..]`` more than 0, ``->public.children`` a
    reference that is deleted along, ``?`` behind it one that is set null, ``#`` one that keeps it from being deleted.
    """
    return "\n".join(line for change in description.changes for line in _change(change))


def _change(change: Change) -> Iterator[str]:
    match change:
        case NewTable():
            yield from _table(change)
        case AddColumns():
            yield from (f"{change.table} + {_column(column)}" for column in change.columns)
            yield from (f"{change.table} index {_index(index)}" for index in change.indexes)
            for mark in change.marks:
                kept = " and ".join(map(_condition, mark.where))
                yield f"{change.table}.{mark.column} = {_value(mark.value)} for {kept}"
        case Constrain():
            replaced = f" instead of {','.join(change.replaces)}" if change.replaces else ""
            yield f"{change.table} check {_column(change.column)}{replaced}{_named(change.name)}"
        case Order():
            order = "<=" if change.rule.or_equal else "<"
            yield f"{change.table} {change.rule.earlier} {order} {change.rule.later}{_named(change.name)}"
        case SetNotNull():
            yield f"{change.table}.{change.column} not null fill {change.fill}"
        case SetDefault():
            yield f"{change.table}.{change.column} default {change.value}"
        case AddUnique():
            kept = " and ".join(map(_condition, change.where))
            nulls = " nulls equal" if change.nulls_equal else ""
            nulls += " in any case" if change.ignoring_case else ""
            where = f" where {kept}" if kept else ""
            yield f"{change.table} unique {','.join(change.columns)}{nulls}{where}{_named(change.name)}"
        case AddReference():
            yield f"{change.table}.{change.column} -> {change.references.table}"
        case AddIndex():
            yield f"{change.table} index {_index(change.index)}"
        case ChangeType():
            yield f"{change.table}.{change.column} {change.old} to {change.new}"
        case Backfill():
            values = " ".join(f"{name}={getattr(value, 'value', value)}" for name, value in change.values)
            tests = [f"lacking {_condition(test)}" for test in change.lacking]
            tests += [f"given {_condition(test)}" for test in change.given]
            if change.owning:
                tests.append(f"owning {change.owning.table} {' '.join(map(_condition, change.owning.where))}")
            if across := change.across:
                tests += [f"{'each' if across.each else 'all'} {across.table}.{across.reference}"]
                tests += [*map(_condition, across.where), *(f"same {name}" for name in across.same)]
            tests += [f"{name} from {theirs}" for name, theirs in change.copied if name != "created_at"]
            yield " ".join([f"backfill {change.table}.{change.reference} for {change.parent}: {values}", *tests])
        case Fill():
            yield f"{change.table}.{change.column} fill {change.value}"
        case Audit():
            only = f" of {','.join(change.only)}" if change.only else ""
            how = f"{only}{' quiet' if change.quiet else ''}{f' by {change.function}' if change.function else ''}"
            yield f"audit {change.table} to {change.log}: {' '.join(change.actions)}{how}"
        case Stats():
            figures = ", ".join(
                f"{f.name}={f.function} {f.column or ''}{f'={f.value}' if f.value else ''}" for f in change.figures
            )
            yield f"{change.name} about {change.subject} from {change.source}.{change.reference}: {figures}"


def _table(table: NewTable) -> Iterator[str]:
    yield f"table {table.table} key {','.join(table.primary_key)}{' append-only' if table.append_only else ''}"
    yield from (f"  {_column(column)}" for column in table.columns)
    yield from (f"  unique {','.join(unique)}" for unique in table.uniques)
    for rule in table.rules:
        if isinstance(rule, SetWhen):
            yield f"  {rule.column} {rule.mode} {rule.status}={rule.value}"
        elif isinstance(rule, Differ):
            yield f"  {rule.first} <> {rule.second}"
        else:
            yield f"  {rule.earlier} {'<=' if rule.or_equal else '<'} {rule.later}"
    yield from (f"  index {_index(index)}" for index in table.indexes)
    owner = f" by {table.access.owner}" if table.access.owner else ""
    yield f"  {table.access.audience}{owner}: {' '.join(table.access.verbs)}"


def _column(column: Column) -> str:
    parts = [column.name, column.type]
    if column.required:
        parts.append("!")
    if column.default is not None:
        parts.append(f"={_value(column.default)}")
    if column.existing is not None:
        parts.append(f"(={_value(column.existing)} where it is there)")
    if column.choices:
        parts.append(("enum " if column.enum else "") + "/".join(column.choices))
    if bounds := column.range:
        low, high = ("" if bound is None else str(bound) for bound in (bounds.low, bounds.high))
        parts.append(f"{'(' if bounds.low_open else '['}{low}..{high}{')' if bounds.high_open else ']'}")
        parts += [f"step {bounds.step}"] if bounds.step else []
    if column.format:
        parts.append(column.format)
    if column.shape:
        parts.append(column.shape.pattern)
    if column.holds:
        parts.append(f"only {column.holds}s")
    if column.references:
        parts.append(
            f"->{column.references.table}{ {'cascade': '', 'set null': '?', 'restrict': '#'}[column.references.on_delete] }"
        )
    parts += [f'"{column.comment}"'] if column.comment else []
    parts += [word for word, holds in (("unique", column.unique), ("signed", column.signed)) if holds]
    return " ".join(parts)


def _value(value: Value) -> str:
    if isinstance(value, Special):
        return value.value
    if isinstance(value, Later):
        return f"{value.amount} {value.unit} later"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _condition(test: Condition) -> str:
    value = "/".join(test.value) if isinstance(test.value, tuple) else test.value
    return f"{test.column} {test.test}{'' if value is None else f' {value}'}"


def _named(name: str | None) -> str:
    return f" as {name}" if name else ""


def _index(index: Index) -> str:
    keys = ", ".join(
        key.column + (" desc" if key.descending else "") + (" nulls last" if key.nulls_last else "")
        for key in index.keys
    )
    method = "" if index.method == "btree" else f"{index.method}: "
    where = " and ".join(map(_condition, index.where))
    return f"{method}{keys}{f' where {where}' if where else ''}{_named(index.name)}"
