"""Requests that ask for what is there already."""

from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddReference,
    AddUnique,
    Audit,
    Change,
    ChangeType,
    Constrain,
    Index,
    SetDefault,
    SetNotNull,
)
from agent.offline.reading.ledger import Unclear
from agent.offline.schema import Schema, listed

_REWRITES = {("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint")}


def refuse_done(changes: tuple[Change, ...], schema: Schema) -> None:
    """Raises Unclear for a change that would change nothing, or that a large table does not bear in one step."""
    for change in changes:
        if said := _there(change, schema):
            raise Unclear(f"{said}, so there is nothing to do")
        if isinstance(change, ChangeType) and _rewrites(change) and not schema.is_small(change.table):
            raise Unclear(
                f"{change.table}.{change.column} to {change.new}: every row of a large table would be written anew, "
                "which takes a second column and several releases"
            )


def _rewrites(change: ChangeType) -> bool:
    return (change.old, change.new) in _REWRITES or (change.new == "numeric" and "numeric" not in change.old)


def _there(change: Change, schema: Schema) -> str | None:
    match change:
        case AddIndex() if name := _same_index(change.table, change.index, schema):
            return f"the index {name} on {change.table} is there already"
        case AddUnique() if any(set(unique) == set(change.columns) for unique in schema.uniques(change.table)):
            return f"{', '.join(change.columns)} of {change.table} is unique already"
        case SetNotNull() if schema.is_required(change.table, change.column):
            return f"{change.table}.{change.column} is required already"
        case SetDefault() if _plain(schema.default(change.table, change.column)) == str(change.value).lower():
            return f"{change.table}.{change.column} has that default already"
        case AddReference() if any(k.column == change.column for k in schema.foreign_keys(change.table)):
            return f"{change.table}.{change.column} has a foreign key already"
        case AddColumns() if there := [c.name for c in change.columns if c.name in schema.columns(change.table)]:
            return f"{change.table} has {', '.join(there)} already"
        case Constrain() if check := _same_check(change, schema):
            return f"{change.column.name} of {change.table} is checked already ({check})"
        case Audit() if _writes_to(change, schema):
            return f"changes of {change.table} are written to {change.log} already"
    return None


def _same_check(change: Constrain, schema: Schema) -> str | None:
    bounds = change.column.range
    if bounds is None or bounds.high is not None or bounds.low is None or change.column.choices:
        return None
    sign = ">" if bounds.low_open else ">="
    wanted = f"CHECK (({change.column.name} {sign} {bounds.low}))"
    return next((check for check in schema.checks(change.table, change.column.name) if check == wanted), None)


def _plain(default: str | None) -> str | None:
    return None if default is None else default.split("::")[0].strip("'").lower()


def _same_index(table: str, index: Index, schema: Schema) -> str | None:
    """A valid index with the same keys, order, method and rows."""
    wanted = tuple(key.column for key in index.keys)
    for name, facts in schema.indexes(table).items():
        definition = str(facts.get("definition", ""))
        if index.method != facts.get("method", "btree") or listed(facts.get("columns")) != wanted:
            continue
        if bool(facts.get("predicate")) != bool(index.where):
            continue
        named = all(condition.column in str(facts.get("predicate", "")) for condition in index.where)
        if ("DESC" in definition) == any(key.descending for key in index.keys) and named:
            return name
    return None


def _writes_to(audit: Audit, schema: Schema) -> bool:
    log = audit.log.split(".")[-1]
    return any(
        log in str(schema.catalog.get("function", str(trigger.get("function", ""))).get("body", ""))
        for trigger in schema.triggers(audit.table).values()
    )
