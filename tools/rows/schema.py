"""What has to be known of tables to write rows into them: `Schema.read`, one query for them and their ancestors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql

from tools.rows.samples import SampleRow, Samples

_SCHEMA = files("tools.rows").joinpath("schema.sql").read_text()
_INTEGERS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
_CONSTANT = re.compile(r"\(?(?:'([^']*)'(?:::[\w ]+)?|(true|false|-?\d+))\)?")
_KINDS = {
    "bool": "bool", "bytea": "bytea", "date": "date", "interval": "interval", "json": "json", "jsonb": "jsonb",
    "time": "time", "timetz": "time", "timestamp": "timestamp", "timestamptz": "timestamp", "uuid": "uuid",
    "inet": "inet", "cidr": "inet", "macaddr": "macaddr", "macaddr8": "macaddr8", "xml": "xml", "bit": "bit",
    "varbit": "bit", "money": "money", "tsvector": "tsvector", "tsquery": "tsquery", "point": "point", "line": "line",
    "lseg": "lseg", "box": "box", "path": "path", "polygon": "polygon", "circle": "circle", "vector": "vector",
    "halfvec": "vector", "sparsevec": "sparsevec", "hstore": "hstore", "ltree": "ltree", "geometry": "geometry",
    "geography": "geometry", "pg_lsn": "pg_lsn", "jsonpath": "jsonpath", "oid": "number", "regclass": "regclass",
    "citext": "text", "name": "text", "char": "char", "semver": "semver",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """`definition` is a condition as Postgres prints it; in a domain's, the value is called VALUE."""

    name: str
    definition: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Type:
    """A type with domains looked through."""

    name: str
    """As format_type spells it; a domain's is its own name."""
    kind: str
    """text, number, bool, uuid, timestamp, date, time, interval, json, jsonb, bytea, inet, enum, array, range,
    multirange, composite, vector, point... "other" for what nobody knows."""
    base: str
    """The type's bare name in the catalog, e.g. int4."""
    stored: str = ""
    """The name of what is beneath a domain."""
    length: int | None = None
    """Characters of varchar and char, bits of bit, dimensions of a vector."""
    precision: tuple[int, int] | None = None
    """Digits of a numeric, and those behind the point."""
    labels: tuple[str, ...] = ()
    """Of an enum; an array's element's."""
    element: "Type | None" = None
    """Of an array, a range or a multirange."""
    attributes: tuple["Type", ...] = ()
    checks: tuple[Check, ...] = ()
    not_null: bool = False

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The least and the greatest integer."""
        if top := _INTEGERS.get(self.base):
            return -top, top - 1
        return None


@dataclass(frozen=True)
class Column:
    name: str
    type: Type
    not_null: bool
    default: str | None = None
    identity: str = ""
    """"a" (always) or "d" (by default)."""
    generation: str | None = None
    """The expression of a generated column."""

    @property
    def kind(self) -> str:
        return self.type.kind

    @property
    def labels(self) -> tuple[str, ...]:
        return self.type.labels

    @property
    def constant(self) -> str | None:
        """What a generated column always holds, if it is plain to see."""
        found = _CONSTANT.fullmatch(self.generation or "")
        return (found[1] or found[2]) if found else None

    @property
    def automatic(self) -> bool:
        """Not to be written."""
        return self.generation is not None or bool(self.identity)


@dataclass(frozen=True)
class ForeignKey:
    name: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    deferrable: bool = False


@dataclass(frozen=True)
class Unique:
    """A unique index, the primary key's among them."""

    name: str
    columns: tuple[str, ...]
    primary: bool = False
    partial: bool = False
    expression: bool = False
    nulls_distinct: bool = True


@dataclass(frozen=True)
class Table:
    """Columns by name in the order they stand."""

    name: str
    columns: dict[str, Column]
    foreign_keys: tuple[ForeignKey, ...] = ()
    uniques: tuple[Unique, ...] = ()
    checks: tuple[Check, ...] = ()
    exclusions: tuple[Check, ...] = ()
    partitions: tuple[str, ...] | None = None
    """The condition of each partition, "" for what takes everything; None where the table has no part in it."""
    triggers: bool = False
    """Functions of the project's run when a row is inserted."""

    @property
    def primary_key(self) -> tuple[str, ...]:
        return next((unique.columns for unique in self.uniques if unique.primary), ())

    @property
    def schema(self) -> str:
        return self.name.split(".", 1)[0]

    @property
    def bare(self) -> str:
        """The name without schema and quotes."""
        return self.name.split(".", 1)[1].strip('"')

    @property
    def word(self) -> str:
        """What one row is called: "quest" for public.quests."""
        word = self.bare.replace("_", " ").lower()
        if word.endswith("ies"):
            return word[:-3] + "y"
        return word[:-1] if word.endswith("s") and not word.endswith("ss") else word

    def foreign_keys_of(self, column: str) -> tuple[ForeignKey, ...]:
        return tuple(key for key in self.foreign_keys if column in key.columns)


@dataclass(frozen=True)
class Schema:
    tables: dict[str, Table] = field(default_factory=dict)
    """By name, as facts name them."""
    rules: dict[str, Any] = field(default_factory=dict, compare=False)
    """What was found out about each table, by everybody who fills it."""
    samples: Samples = field(default_factory=Samples, compare=False)

    @classmethod
    def read(cls, conn: psycopg.Connection[Any], tables: Iterable[str], samples: Iterable[SampleRow] = ()) -> "Schema":
        """The tables and all that their foreign keys lead to; those that are not there are left out."""
        wanted = sql.Literal(list(tables))
        begin, end = "savepoint reading", "rollback to reading; release reading"
        if conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            begin, end = "begin", "rollback"
        query = sql.SQL(_SCHEMA).format(begin=sql.SQL(begin), tables=wanted, end=sql.SQL(end))
        cursor = conn.execute(query, prepare=False)
        while cursor.description is None and cursor.nextset():
            pass
        row = cursor.fetchone()
        document = row[0] if row else {}
        types = _Types({entry["oid"]: entry for entry in document["types"] or ()})
        entries = document["tables"] or ()
        names = {entry["name"]: {column[0]: column[1] for column in entry["columns"] or ()} for entry in entries}
        found = {entry["name"]: _table(entry, names, types) for entry in entries}
        return cls(found, samples=Samples(tuple(samples)))

    def closure(self, tables: Iterable[str]) -> "Schema":
        """These tables and all that their foreign keys lead to."""
        found: dict[str, Table] = {}
        waiting = list(tables)
        while waiting:
            name = waiting.pop()
            if name in self.tables and name not in found:
                found[name] = self.tables[name]
                waiting += [key.parent for key in found[name].foreign_keys]
        return Schema(found, self.rules, self.samples)

    def says_who(self, key: ForeignKey) -> bool:
        """Its parent is a user, or the profile of one."""
        parent = self.tables[key.parent]
        return key.parent == "auth.users" or any(
            above.parent == "auth.users" and above.columns == parent.primary_key for above in parent.foreign_keys
        )


class _Types:
    def __init__(self, entries: dict[int, dict[str, Any]]) -> None:
        self._entries = entries
        self._made: dict[tuple[int, int], Type] = {}

    def of(self, oid: int, typmod: int, spelled: str = "") -> Type:
        if (oid, typmod) not in self._made:
            self._made[oid, typmod] = self._make(self._entries[oid], typmod, spelled)
        return self._made[oid, typmod]

    def _make(self, entry: dict[str, Any], typmod: int, spelled: str) -> Type:
        name, kind = spelled or entry["spelled"], _kind(entry)
        if entry["type"] == "d":
            under = self.of(entry["base"], entry["typmod"])
            checks = tuple(Check(*pair) for pair in entry["checks"] or ())
            return Type(
                name, under.kind, under.base, under.stored, under.length, under.precision, under.labels, under.element,
                under.attributes, under.checks + checks, under.not_null or entry["not_null"],
            )  # fmt: skip
        element = None
        if part := entry["element"] if kind == "array" else entry["range_of"]:
            element = self.of(part, typmod if kind == "array" else -1)
        attributes = tuple(self.of(*pair) for pair in entry["attributes"] or ())
        labels = tuple(entry["labels"] or (element.labels if element else ()))
        base = entry["name"]
        length = None
        if typmod >= 0 and kind in ("text", "bit", "vector"):
            length = typmod - 4 if kind == "text" else typmod
        precision = None
        if typmod >= 4 and base == "numeric":
            digits, behind = (typmod - 4) >> 16 & 0xFFFF, (typmod - 4) & 0x7FF
            precision = digits, behind - 2048 if behind > 1023 else behind
        return Type(name, kind, base, name, length, precision, labels, element, attributes)


def _kind(entry: dict[str, Any]) -> str:
    kind = {"e": "enum", "c": "composite", "r": "range", "m": "multirange"}.get(entry["type"])
    if kind or entry["category"] == "A":
        return kind or "array"
    by_category = {"N": "number", "S": "text"}
    return _KINDS.get(entry["name"]) or by_category.get(entry["category"], "other")


def _table(entry: dict[str, Any], names: dict[str, dict[int, str]], types: _Types) -> Table:
    """`names` of columns by table and number."""
    own = names[entry["name"]]

    def named(numbers: list[int] | None, of: dict[int, str] = own) -> tuple[str, ...]:
        return tuple(of[number] for number in numbers or () if number in of)

    columns = {}
    for number, name, oid, typmod, spelled, not_null, identity, generated, expression in entry["columns"] or ():
        type_ = types.of(oid, typmod, spelled)
        default, generation = (None, expression) if generated else (expression, None)
        columns[name] = Column(own[number], type_, not_null or type_.not_null, default, identity, generation)
    keys: list[ForeignKey] = []
    checks: list[Check] = []
    exclusions: list[Check] = []
    for name, kind, deferrable, definition, here, parent, there in entry["constraints"] or ():
        if kind == "f":
            keys.append(ForeignKey(name, named(here), parent, named(there, names[parent]), deferrable))
        else:
            (checks if kind == "c" else exclusions).append(Check(name, definition or "", named(here)))
    uniques = [
        Unique(name, named(extra if expression else here[:size]), primary, partial, expression, nulls)
        for name, primary, partial, nulls, expression, here, size, extra in entry["uniques"] or ()
    ]
    partitions = entry["partitions"]
    if partitions is None and entry["kind"] == "p":
        partitions = ()
    return Table(
        entry["name"], columns, tuple(keys), tuple(uniques), tuple(checks), tuple(exclusions),
        None if partitions is None else tuple(text or "" for text in partitions), entry["triggers"],
    )  # fmt: skip
