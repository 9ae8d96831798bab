"""One step from a row towards its user: a foreign key, or a plain column that holds a user's id."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.rows.filler import Column, ForeignKey, Table

USERS = "auth.users"

PROVENANCE = re.compile(
    r"_(by|por|par|von|door|da|av|af)(_(user|profile|member|admin|staff|account))?(_u?id)?$"
    r"|^(contributor|assignee|reviewer)(_u?id)?$"
)
"""Names of columns that say who did something to a row, not whose it is; in several languages ("creado_por")."""
_USER_COLUMN = re.compile(
    r"^(user|owner|profile|account|author|member|parent|customer|client|student|creator)_?(id|uid)$"
)
"""Names of uuid columns that hold a user's id where no foreign key says so."""


@dataclass(frozen=True)
class Link:
    """One step from a row towards its user: a foreign key, or a plain column that holds a user's id."""

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    nullable: bool
    provenance: bool
    """It says who made or changed the row, which need not be whose it is."""

    @property
    def words(self) -> str:
        return f"{self.table.removeprefix('public.')}.{','.join(self.columns)}"


def links(table: Table, compared: frozenset[str]) -> Iterator[Link]:
    keyed: set[str] = set()
    for key in table.foreign_keys:
        keyed.update(key.columns)
        yield _link(table, key)
    for name, column in table.columns.items():
        if name in keyed or not (name in compared or _names_user(table, name, column)):
            continue
        nullable = not column.not_null
        yield Link(table.name, (name,), USERS, ("id",), nullable, bool(PROVENANCE.search(name)))


def _names_user(table: Table, name: str, column: Column) -> bool:
    return column.kind == "uuid" and bool(_USER_COLUMN.match(name)) and table.name.partition(".")[0] != "auth"


def _link(table: Table, key: ForeignKey) -> Link:
    nullable = any(not table.columns[c].not_null for c in key.columns)
    provenance = all(PROVENANCE.search(c) for c in key.columns)
    return Link(table.name, tuple(key.columns), key.parent, tuple(key.parent_columns), nullable, provenance)
