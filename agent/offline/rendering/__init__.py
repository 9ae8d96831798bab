"""A Description, written as a draft: each change by the conventions, several files where one is not safe."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import shorten

from agent.draft import Draft
from agent.offline.description import (
    AddColumns,
    AddIndex,
    AddReference,
    AddUnique,
    Audit,
    Backfill,
    Change,
    ChangeType,
    Constrain,
    Description,
    Fill,
    NewTable,
    Order,
    SetDefault,
    SetNotNull,
    Stats,
)
from agent.offline.rendering import behaviour, columns, constraints
from agent.offline.rendering.backfill import backfill
from agent.offline.rendering.indexes import add_index
from agent.offline.rendering.parts import Part, merged
from agent.offline.rendering.tables import new_table
from agent.offline.rendering.widening import change_types
from agent.offline.schema import Schema

__all__ = ["render"]


def render(description: Description, schema: Schema) -> Draft:
    """`schema` is the state that the draft is for: sizes, policies, and what is there already."""
    parts = [part for changes in _together(description.changes) for part in _parts(changes, schema)]
    assumed = f"Assumed: {' '.join(description.assumed)}" if description.assumed else ""
    files = [part.file(description.purpose) for part in merged(parts)]
    return Draft(files=files, summary=shorten(assumed, 600, placeholder=" ..."))


def _together(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Types of one table change in the same steps."""
    for _, group in groupby(changes, lambda change: change.table if isinstance(change, ChangeType) else id(change)):
        yield list(group)


def _parts(changes: list[Change], schema: Schema) -> Iterator[Part]:
    change = changes[0]
    match change:
        case NewTable():
            yield new_table(change, schema)
        case AddColumns():
            yield from columns.add_columns(change, schema)
        case Constrain():
            yield from constraints.constrain(change, schema)
        case Order():
            yield from constraints.order(change, schema)
        case SetNotNull():
            yield from columns.set_not_null(change, schema)
        case SetDefault():
            yield from columns.set_default(change, schema)
        case AddUnique():
            yield from constraints.add_unique(change, schema)
        case AddReference():
            yield from constraints.add_reference(change, schema)
        case AddIndex():
            yield from add_index(change, schema)
        case ChangeType():
            yield from change_types([one for one in changes if isinstance(one, ChangeType)], schema)
        case Backfill():
            yield backfill(change, schema)
        case Fill():
            yield columns.fill(change, schema)
        case Audit():
            yield from behaviour.audit(change, schema)
        case Stats():
            yield from behaviour.stats(change, schema)
