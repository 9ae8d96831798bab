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


class Satisfied(Exception):  # noqa: N818 - nothing went wrong
    """The schema has it already: why, and the objects that show it."""

    def __init__(self, reason: str, evidence: tuple[str, ...]) -> None:
        super().__init__(reason)
        self.reason, self.evidence = reason, evidence


def refuse_done(changes: tuple[Change, ...], schema: Schema) -> None:
    """Raises Satisfied where nothing would change; Unclear where a part would not, or more than it can do."""
    done = {change: there for change in changes if (there := _there(change, schema))}
    if done and len(done) == len(changes) and all(evidence for _, evidence in done.values()):
        evidence = tuple(dict.fromkeys(name for _, names in done.values() for name in names))
        raise Satisfied("; ".join(said for said, _ in done.values()), evidence)
    for change in changes:
        if change in done:
            raise Unclear(f"{done[change][0]}, so there is nothing to do")
        if not isinstance(change, ChangeType) or not change.rewrites or schema.is_small(change.table):
            continue
        if tied := schema.tied(change.table, change.column):
            raise Unclear(
                f"{change.table}.{change.column} to {change.new}: every row of a large table would be written anew, "
                f"which takes a second column, and {', '.join(tied)} would have to move to it"
            )


def _there(change: Change, schema: Schema) -> tuple[str, tuple[str, ...]] | None:
    """What is there, and by which objects; no objects where only their names are known to be taken."""
    match change:
        case AddIndex() if name := _same_index(change.table, change.index, schema):
            return f"the index {name} on {change.table} is there already", (f"{change.table}/{name}",)
        case AddUnique(where=(), ignoring_case=False) if any(
            set(unique) == set(change.columns) for unique in schema.uniques(change.table)
        ):
            columns = tuple(f"{change.table}.{column}" for column in change.columns)
            return f"{', '.join(change.columns)} of {change.table} is unique already", columns
        case SetNotNull() if schema.is_required(change.table, change.column):
            return f"{change.table}.{change.column} is required already", (f"{change.table}.{change.column}",)
        case SetDefault() if _plain(schema.default(change.table, change.column)) == str(change.value).lower():
            return f"{change.table}.{change.column} has that default already", (f"{change.table}.{change.column}",)
        case AddReference() if any(k.column == change.column for k in schema.foreign_keys(change.table)):
            return f"{change.table}.{change.column} has a foreign key already", (f"{change.table}.{change.column}",)
        case AddColumns() if there := [c.name for c in change.columns if c.name in schema.columns(change.table)]:
            return f"{change.table} has {', '.join(there)} already", ()
        case Constrain() if check := same_check(change, schema):
            column = f"{change.table}.{change.column.name}"
            return f"{change.column.name} of {change.table} is checked already ({check})", (column,)
        case Audit() if writes_to(change.table, change.log, schema):
            return f"changes of {change.table} are written to {change.log} already", (change.table, change.log)
    return None


def same_check(change: Constrain, schema: Schema) -> str | None:
    """The name of a constraint with the same bounds."""
    bounds = schema.bounds(change.table, change.column.name)
    if change.column.choices or change.column.format or change.column.shape:
        return None
    return next((name for name, there in bounds.items() if there == change.column.range), None)


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


def writes_to(table: str, log: str, schema: Schema) -> bool:
    """A trigger of the table writes to the log, as far as the names and comments of its function tell."""
    bare = log.split(".")[-1]
    for trigger in schema.triggers(table).values():
        function = str(trigger.get("function", ""))
        named = set(function.split("(")[0].split(".")[-1].split("_"))
        told = str(schema.catalog.get("function", function).get("comment", ""))
        if "AFTER" in str(trigger.get("definition", "")) and (named & {"log", "audit", "record"} or bare in told):
            return True
    return False
