"""Changes of a table that is there: new columns, and what is asked of those it has."""

import re

from agent.offline.description import (
    AddColumns,
    Change,
    Column,
    Index,
    Key,
)  # fmt: skip
from agent.offline.reading import flags, lexicon
from agent.offline.reading.accounting import settle
from agent.offline.reading.alter_columns import Columns
from agent.offline.reading.alter_kinds import Kinds
from agent.offline.reading.columns import build, referencing
from agent.offline.reading.existing import on_existing
from agent.offline.reading.index import read_index
from agent.offline.reading.items import Entry
from agent.offline.reading.known import about, strike_table
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.naming import is_snake
from agent.offline.reading.slots import read_slots
from agent.offline.reading.ties import read_ties
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema

_WANTS_INDEX = (
    r"(?:(?:,|and|also|plus|with|please|\+|;) )*(?:(?:add|create|put|build|have|give|should|must|needs? to|has to|will|is|are|to|be|it|that|the|flag|column|this|which) )*(?:an? |its own )?index(?:ed)?"
    r"(?: (?:on|for|it|this|that|the|new|column|flag|field|too|also|as well|filtering|lookups|yes|:|=))*"
)
Changes = tuple[tuple[Change, ...], tuple[str, ...]]


def read_changes(ledger: Ledger, schema: Schema) -> Changes:
    """Raises Unclear."""
    table = about(ledger.left, schema) or _by_column(ledger, schema)
    if table is None:
        raise Unclear(_sample(ledger))
    return _Work(ledger, schema, table).read()


def _sample(ledger: Ledger) -> str:
    return " ".join(t[0] for t in ledger.tokens())[:120] or ledger.text


def _by_column(ledger: Ledger, schema: Schema) -> str | None:
    """The only table that has a column of a name that the text names. Raises Unclear where several have it."""
    words = [t[0] for t in ledger.tokens()]
    for count in (3, 2, 1):
        for place in range(len(words) - count + 1):
            noun = "_".join(words[place : place + count])
            found = [t for t in schema.tables if noun in schema.columns(t)]
            if len(found) == 1:
                return found[0]
            if len(found) > 1 and noun not in ("id", "name", "created_at", "updated_at"):
                raise Unclear(f"which table's {noun} is meant ({', '.join(found)})")
    return None


class _Work(Kinds, Columns):
    def read(self) -> Changes:
        if unique := self._unique():
            strike_table(self.ledger, self.table, self.schema)
            settle(
                self.ledger,
                self.schema,
                spare=frozenset(("index", "unique", "duplicate", "duplicates", "twice", "same", "multiple")),
                tables=True,
            )
            return (unique,), ()
        strike_table(self.ledger, self.table, self.schema)
        self._end_heading()
        if self._is_index():
            index, assumed = read_index(self.ledger, self.table, self.schema)
            settle(self.ledger, self.schema)
            return (index,), assumed
        if self._new_names():
            self.ledger.take_all(
                r"(?:know|store|record|save|track|remember|see|tell) (?:when|how|whether|who|which|what|where|if)"
            )
        flag = flags.read_flag(self.ledger)
        if flag:
            self.entries.append(Entry(flag))
        ties = read_ties(self.ledger, self.schema)
        labels = tuple(label for name in self._named_columns() for label in self.schema.choices(self.table, name))
        slots = sorted(read_slots(self.ledger, self._is_known, labels) + ties, key=lambda slot: slot.start)
        slots = self._without_reasons(slots)
        wants_index = bool(self.ledger.take(_WANTS_INDEX))
        self._read_items(slots)
        self._refuse_lost()
        changes = self._changes(wants_index)
        self.ledger.take_all("add|check|constraint")
        settle(self.ledger, self.schema, spare=frozenset(("negative", "check")))
        if not changes:
            raise Unclear(_sample(self.ledger))
        return tuple(changes), tuple(self.assumed)

    def _refuse_lost(self) -> None:
        """Raises Unclear where what is to be added by its name is none of the columns that were read."""
        said = re.search(
            rf" add (?:(?:an?|the|new|optional|column|field) )*(?P<name>[a-z_]+) (?:to|on) (?:(?:the|our|all) )*{self.bare} ",
            self.ledger.text,
        )
        names = {*self.existing, *(entry.named.name for entry in self.entries)}
        if (
            said
            and names
            and said["name"] not in lexicon.NEVER_NAMES
            and not any(set(said["name"].split("_")) & set(name.split("_")) for name in names)
        ):
            raise Unclear(said["name"])

    def _end_heading(self) -> None:
        """ "parents want dark mode: theme on profiles": the colon ends what only leads up to the wish."""
        ledger = self.ledger
        if match := ledger.find(rf"(?<=[a-z] ):(?= (?:an? |new )*[a-z_]+ (?:on|for|to|in) {STRUCK})"):
            for name in ("text", "left"):
                whole = getattr(ledger, name)
                setattr(ledger, name, f"{whole[: match.start()]}.{whole[match.end() :]}")

    def _changes(self, wants_index: bool) -> list[Change]:
        found: list[Change] = []
        told = [e for e in (*self.existing.values(), *self.entries) if e.traits]
        for name, entry in self.existing.items():
            if not entry.traits and told and name not in self.joined:
                continue
            found += on_existing(self.table, name, entry.traits, self.schema)
        new: list[Column] = []
        written = {
            part for e in self.entries if is_snake(e.named.name) and e.traits for part in e.named.name.split("_")
        }
        self.entries = [
            e for e in self.entries if e.traits or not set(e.named.name.split("_")) & (written - {"at", "is", "url"})
        ] or self.entries
        for entry in self.entries:
            if entry.named.name in self.columns:
                found += on_existing(self.table, entry.named.name, entry.traits, self.schema)
                continue
            new.append(self._new(entry))
        names = [column.name for column in new]
        if len(set(names)) != len(names):
            raise Unclear(" and ".join(names))
        if new:
            small = self.schema.is_small(self.table)
            indexed = [
                c
                for c in new
                if c.references
                or (not c.unique and (wants_index or (c.type == "boolean" and small and not self._unindexed())))
            ]
            if wants_index and len(new) > 1:
                raise Unclear("which of the new columns to index")
            indexes = tuple(
                Index((Key(c.name),), "gin" if c.type == "jsonb" or c.type.endswith("[]") else "btree") for c in indexed
            )
            found.append(AddColumns(self.table, tuple(new), indexes))
        elif wants_index:
            raise Unclear("an index beside a change of a column")
        return found

    def _unindexed(self) -> bool:
        return bool(re.search(r" (?:without an? index|no index|not indexed) ", self.ledger.text))

    def _new(self, entry: Entry) -> Column:
        traits = entry.traits
        if traits.set_when or traits.after:
            raise Unclear(f"a rule between {entry.named.name} and another column")
        if traits.unique_per:
            raise Unclear(f"{entry.named.name} unique per {traits.unique_per}")
        if traits.refers:
            column = referencing(
                entry.named.name.removesuffix("_id"),
                traits.refers,
                self.schema,
                required=traits.required,
                existing=True,
            )
            if column.required:
                raise Unclear(f"what the rows that are there get for the required {column.name}")
            return column
        bare = traits in (Traits(), Traits(required=traits.required), Traits(unique=True))
        bare = bare and self.schema.table(entry.named.name) is None
        if bare and entry.named.type is None and not is_snake(entry.named.name) and not _tells_type(entry.named.name):
            raise Unclear(f"what {entry.named.name} is")
        built = build(entry.named, traits, self.schema, existing=True)
        self.assumed += built.assumed
        return built.column


def _tells_type(name: str) -> bool:
    from agent.offline.vocabulary import type_for

    return type_for(name) != "text" or name in (
        "name",
        "title",
        "description",
        "summary",
        "notes",
        "subtitle",
        "nickname",
        "bio",
        "comment",
        "email",
    )
