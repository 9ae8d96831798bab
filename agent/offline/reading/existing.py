"""What is asked of a column that is there: a type, bounds, a default, that it be set or unique."""

from dataclasses import replace

from agent.offline import regex
from agent.offline.description import (
    AddReference,
    AddUnique,
    Change,
    ChangeType,
    Column,
    Constrain,
    Reference,
    SetDefault,
    SetNotNull,
)  # fmt: skip
from agent.offline.reading.columns import sound
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema

_WIDER: dict[str, tuple[str, ...]] = {
    "smallint": ("integer", "bigint", "numeric"), "integer": ("bigint", "numeric"), "bigint": ("numeric",), "real": ("double precision",),
}  # fmt: skip


def on_existing(table: str, name: str, traits: Traits, schema: Schema) -> list[Change]:
    """Raises Unclear where nothing, or nothing safe, is asked of the column."""
    kind = schema.type_of(table, name)
    found: list[Change] = []
    if traits.set_when or traits.after or traits.before:
        raise Unclear(f"a rule between {name} and another column")
    if traits.refers:
        return [AddReference(table, name, Reference(traits.refers, schema.primary_key(traits.refers)[0], "cascade"))]
    if traits.type and traits.type != kind:
        if traits.type == "text" and traits.range and kind == "text":
            pass
        elif not is_wider(kind, traits.type):
            raise Unclear(f"{table}.{name} from {kind} to {traits.type}, which may lose values")
        else:
            found.append(ChangeType(table, name, kind, traits.type))
    if traits.range:
        sound(traits.range, name)
    if traits.range or traits.choices or traits.format or traits.shape:
        if traits.choices and regex.search(r"_(?:url|link|at|id|on)$", name):
            raise Unclear(f"{name}, which may be {' or '.join(traits.choices)}")
        if traits.enum:
            raise Unclear(f"an enum for {table}.{name}, which is {kind} now")
        is_number = bool(regex.match(r"smallint|integer|bigint|numeric|real|double", kind))
        is_list = kind.endswith("[]") and not traits.of_length and not traits.step
        if traits.range and not (is_number or is_list or regex.match(r"(?:text|character)[^\[]*$", kind)):
            raise Unclear(f"bounds for {table}.{name}, which is {kind}")
        shape = Column(
            name,
            kind if is_number or is_list else "text",
            range=traits.range,
            choices=traits.choices,
            format=traits.format,
            shape=traits.shape,
        )
        found.append(_wider(Constrain(table, shape), schema))
    if isinstance(traits.default, str) and regex.match(r"smallint|integer|bigint|numeric|real|double|boolean", kind):
        raise Unclear(f"{traits.default} as the default of {name}, which is {kind}")
    if traits.default is not None:
        if traits.required and not schema.is_required(table, name):
            found.append(SetNotNull(table, name, traits.default))
        found.append(SetDefault(table, name, traits.default, kind))
    elif traits.required and not schema.is_required(table, name):
        found.append(SetNotNull(table, name))
    if traits.unique_per:
        within = schema.column(table, traits.unique_per)
        if within is None:
            raise Unclear(f"{name} unique per {traits.unique_per}")
        found.append(AddUnique(table, (within, name)))
    if traits.unique:
        found.append(AddUnique(table, (name,)))
    if traits.required is False and schema.is_required(table, name):
        raise Unclear(f"{table}.{name} without a value")
    if not found:
        raise Unclear(f"{table}.{name} is there already; what shall change about it was not understood")
    return found


def _wider(change: Constrain, schema: Schema) -> Constrain:
    """Bounds that let in what a CHECK refuses take its place, and what it says of the other end."""
    wanted = change.column.range
    if wanted is None:
        return change
    replaced = []
    for name, there in schema.bounds(change.table, change.column.name).items():
        lower = wanted.low is not None and there.low is not None and wanted.low < there.low
        higher = wanted.high is not None and there.high is not None and wanted.high > there.high
        if lower or higher:
            replaced.append(name)
            if wanted.low is None:
                wanted = replace(wanted, low=there.low, low_open=there.low_open)
            if wanted.high is None:
                wanted = replace(wanted, high=there.high, high_open=there.high_open)
    return Constrain(change.table, replace(change.column, range=wanted), tuple(replaced))


def is_wider(old: str, new: str) -> bool:
    """Every value of the old type is one of the new, unchanged."""
    if new in ("text", "varchar") and old.startswith(("character varying", "varchar", "character(")):
        return True
    lengths = [regex.fullmatch(r"numeric\((\d+),(\d+)\)", kind) for kind in (old, new)]
    if lengths[0] and lengths[1]:
        before, after = ([int(x) for x in match.groups()] for match in lengths if match)
        return after[1] >= before[1] and after[0] - after[1] >= before[0] - before[1]
    return new.split("(")[0] in _WIDER.get(old, ())
