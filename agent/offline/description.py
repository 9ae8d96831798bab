"""What a request asks for, typed: the only thing that reading and rendering share.

Reading (`agent.offline.reading`) makes a Description of a request, rendering (`agent.offline.rendering`) makes a
draft of a Description, and neither knows the other. Tables are named ``schema.table``, columns by their bare name.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from agent.offline.between import Differ as Differ
from agent.offline.between import Ordered as Ordered
from agent.offline.between import SetWhen as SetWhen
from agent.offline.summary import Figure as Figure
from agent.offline.summary import Stats as Stats


class Special(StrEnum):
    """Defaults that are no literal."""

    NOW = "now"
    TODAY = "today"
    EMPTY_OBJECT = "empty object"
    EMPTY_LIST = "empty list"
    EMPTY_ARRAY = "empty array"


@dataclass(frozen=True)
class Later:
    """So long after the row is made."""

    amount: int
    unit: Literal["hour", "day", "week", "month", "year"]


Number = int | Decimal
Value = str | int | Decimal | bool | Special | Later
Verb = Literal["select", "insert", "update", "delete"]
Format = Literal["url", "https", "email", "color", "slug"]
"""Texts of a known form: an http(s) address, an https address, an e-mail address, #rrggbb, lower-case-words."""

Holds = Literal["array", "object"]


@dataclass(frozen=True)
class Shape:
    """Texts of any other form: a regular expression that minds case, and words for it."""

    pattern: str
    said: str


VERBS: tuple[Verb, ...] = ("select", "insert", "update", "delete")


@dataclass(frozen=True)
class Range:
    """Bounds of a number, of a text's length in characters or an array's size; an open bound is not part of it."""

    low: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False
    step: int | None = None
    """Only multiples of it."""


@dataclass(frozen=True)
class Reference:
    table: str
    column: str = "id"
    on_delete: Literal["cascade", "set null", "restrict"] = "cascade"


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    """As Postgres names it: text, integer, numeric(10,2), timestamptz, text[], ..."""
    required: bool = True
    default: Value | None = None
    choices: tuple[str, ...] = ()
    enum: bool = False
    """The choices become a type of their own instead of a CHECK."""
    range: Range | None = None
    format: Format | None = None
    shape: Shape | None = None
    references: Reference | None = None
    unique: bool = False
    signed: bool = False
    """It is meant to go below zero, so it has no bounds."""
    existing: Value | None = None
    """What the rows that are there get, where that is not the default."""
    comment: str | None = None
    """As the request words it."""
    holds: Holds | None = None
    """What its JSON must be."""


@dataclass(frozen=True)
class Key:
    column: str
    descending: bool = False
    nulls_last: bool = False
    """Of a descending key, whose empty values come first otherwise."""


Test = Literal[
    "is true", "is false", "is null", "is not null", "equals", "differs", "in", "not in",
    "at least", "above", "at most", "below",
]  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """``column``, ``column is null``, ``column = value``, ``column in (values)``, ``column >= value`` and so on."""

    column: str
    test: Test
    value: Value | tuple[str, ...] | None = None

    @property
    def word(self) -> str:
        """For names: ``published``, ``draft``, ``intensity_8``."""
        if self.test == "is true":
            return self.column.removeprefix("is_")
        if self.test in ("at least", "above", "at most", "below"):
            return f"{self.column}_{self.test.replace('at ', '')}_{self.value}"
        words = "_".join(self.value) if isinstance(self.value, tuple) else str(self.value or self.column)
        return (f"not_{words}" if self.test in ("is false", "differs", "not in") else words).lower()


@dataclass(frozen=True)
class Index:
    keys: tuple[Key, ...]
    method: Literal["btree", "gin", "text search"] = "btree"
    where: tuple[Condition, ...] = ()
    name: str | None = None
    """As the request gives it."""


@dataclass(frozen=True)
class Access:
    """Who reaches the rows of a new table through the API; the service role reaches all of them."""

    audience: Literal["owner", "signed-in", "nobody"]
    verbs: tuple[Verb, ...] = ()
    owner: str | None = None
    """The column through which a row belongs to somebody."""
    members: tuple[Verb, ...] = ()
    """What whoever may see a row may do with it too, whatever the conventions ask of those who write."""


@dataclass(frozen=True)
class NewTable:
    table: str
    columns: tuple[Column, ...]
    """Without id, created_at and updated_at, which follow from `primary_key` and `append_only`."""
    access: Access
    primary_key: tuple[str, ...] = ("id",)
    uniques: tuple[tuple[str, ...], ...] = ()
    rules: tuple[SetWhen | Ordered | Differ, ...] = ()
    indexes: tuple[Index, ...] = ()
    append_only: bool = False


@dataclass(frozen=True)
class Mark:
    """Rows that are there when a column is added, and meet the conditions, get a value of their own."""

    column: str
    value: bool
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class AddColumns:
    table: str
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Constrain:
    """Bounds, choices or a format for a column that is there; `column` carries its type."""

    table: str
    column: Column
    replaces: tuple[str, ...] = ()
    """CHECKs that go, as they refuse what is to be allowed now."""
    name: str | None = None
    """As the request gives it."""


@dataclass(frozen=True)
class Order:
    """One column is never before or below another of the same row; rows where either is empty are not held to it."""

    table: str
    rule: Ordered
    name: str | None = None
    """As the request gives it."""


@dataclass(frozen=True)
class SetNotNull:
    table: str
    column: str
    fill: Value | None = None
    """What rows without a value get first."""


@dataclass(frozen=True)
class SetDefault:
    table: str
    column: str
    value: Value
    type: str


@dataclass(frozen=True)
class AddUnique:
    table: str
    columns: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    """Only rows that meet these have to differ."""
    nulls_equal: bool = False
    """Empty values count as the same."""
    ignoring_case: bool = False
    """Texts that differ in upper and lower case alone count as the same."""
    name: str | None = None
    """As the request gives it."""


@dataclass(frozen=True)
class AddReference:
    table: str
    column: str
    references: Reference


@dataclass(frozen=True)
class AddIndex:
    table: str
    index: Index


@dataclass(frozen=True)
class ChangeType:
    """A widening: no value is lost."""

    table: str
    column: str
    old: str
    new: str

    @property
    def rewrites(self) -> bool:
        """Every row is written anew."""
        wider = {("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint")}
        return (self.old, self.new) in wider or (self.new.startswith("numeric") and "numeric" not in self.old)


@dataclass(frozen=True)
class Lookup:
    """The id of the row of `table` whose `column` has this value; no row is added where there is none."""

    table: str
    column: str
    value: str


@dataclass(frozen=True)
class Owning:
    """There is a row of `table` that references the parent and meets the conditions."""

    table: str
    reference: str
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Across:
    """A row for each row of `table` as well: for every published lesson, of the child's own grade."""

    table: str
    reference: str
    """The column of the new rows that references it."""
    key: str
    where: tuple[Condition, ...] = ()
    same: tuple[str, ...] = ()
    """Columns in which its rows equal those of the parent."""
    each: bool = False
    """What lacks a row is the pair, not the parent as a whole."""


@dataclass(frozen=True)
class Backfill:
    """A row of `table` for each row of `parent` that has none."""

    table: str
    parent: str
    reference: str
    """The column of `table` that references `parent`; it may be the key of `table` itself."""
    parent_key: str
    values: tuple[tuple[str, Value | Lookup], ...]
    copied: tuple[tuple[str, str], ...] = ()
    """Columns taken from the parent's row, and what they are called there."""
    lacking: tuple[Condition, ...] = ()
    """Rows of `table` that do not meet these do not count."""
    given: tuple[Condition, ...] = ()
    """Only for rows of `parent` that meet these."""
    owning: Owning | None = None
    across: Across | None = None


@dataclass(frozen=True)
class Fill:
    """A value for the rows whose `column` is empty; the column stays as it is."""

    table: str
    column: str
    value: Value


@dataclass(frozen=True)
class Audit:
    """A trigger that writes every change of `table` to `log`."""

    table: str
    log: str
    columns: tuple[tuple[str, Literal["table", "record", "action", "user", "moment", "changed"]], ...]
    """What each column of the log receives; changed: ``{"changed": [names of the columns that an update changed]}``."""
    record: str
    """The column of `table` that identifies the row."""
    actions: tuple[Verb, ...] = ("insert", "update", "delete")
    only: tuple[str, ...] = ()
    """Updates count where one of these columns changes; any where empty."""
    quiet: bool = False
    """An update that changes nothing but updated_at is not written."""
    function: str | None = None
    """The trigger function that writes it already for other tables; it is made anew where None."""


Change = (
    NewTable | AddColumns | Constrain | Order | SetNotNull | SetDefault | AddUnique | AddReference | AddIndex
    | ChangeType | Backfill | Fill | Audit | Stats
)  # fmt: skip


@dataclass(frozen=True)
class Description:
    purpose: str
    """The request in its own words, one line."""
    changes: tuple[Change, ...]
    assumed: tuple[str, ...] = ()
    """What the request left open and how it was settled, a sentence each."""
