"""A new table while it is read: its columns and references so far, and what was said of all of it."""

from dataclasses import dataclass, field, replace

from agent.offline.description import Column, Index
from agent.offline.reading.access_walk import Said
from agent.offline.reading.columns import build, referencing
from agent.offline.reading.conventions import Named, standard
from agent.offline.reading.entry import Entry
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema
from agent.offline.words import plural, singular

OWN_COLUMNS = ("id", "created_at", "updated_at")
"""Columns that every table has."""

_SPANS = ("day", "week", "month", "quarter", "term", "year")
"""Each is meant by the day that it starts on."""


@dataclass
class Body:
    """A table while it is read."""

    schema: Schema
    name: str
    entries: list[Entry] = field(default_factory=list)
    said: Said = field(default_factory=Said)
    uniques: list[tuple[str, ...]] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    junction: bool = False
    joins: bool = False
    """It is called many-to-many."""
    differ: bool = False
    """The two that reference the same table are never the same row."""
    owners: list[str] = field(default_factory=list)
    """Tables that the request names in passing; whom its rows belong to where nothing else says so."""
    of_its_name: bool = True
    """What the table's name begins with may be what its rows belong to: a lesson rating."""

    @property
    def noun(self) -> str:
        return singular(self.name)

    def column(self, entry: Entry) -> Column:
        """Raises Unclear."""
        action = entry.traits.on_delete
        if entry.tied:
            required = False if action == "set null" and entry.traits.required is None else entry.traits.required
            column = referencing(entry.named.name, entry.tied, self.schema, required=required)
            column = replace(column, unique=entry.traits.unique)
        else:
            column = build(entry.named, replace(entry.traits, on_delete=None), self.schema, existing=False).column
        if action is None or column.references is None:
            if action:
                raise Unclear(f"{action} for {column.name}, which references nothing")
            return column
        if action == "set null" and column.required:
            raise Unclear(f"{column.name}, which is required and set null")
        return replace(column, references=replace(column.references, on_delete=action))

    def built(self, entry: Entry) -> Column | None:
        """None while it cannot be."""
        try:
            return self.column(entry)
        except Unclear:
            return None

    def column_name(self, entry: Entry) -> str:
        return built.name if (built := self.built(entry)) else entry.named.name

    def _refers_to(self, entry: Entry) -> str | None:
        built = self.built(entry)
        return built.references.table if built and built.references else None

    def find(self, noun: str) -> Entry | None:
        """The entry that a noun means: by name, as a reference, or by the table it references."""
        name = standard("_".join(noun.split()), self.noun)
        stem = singular(name)
        for form in (
            "_".join(noun.split()),
            name,
            f"{name}_id",
            f"{stem}_id",
            stem,
            f"is_{name}",
            f"{name}_at",
            f"{name}_date",
            plural(stem),
            f"{self.noun}_{name}",
            f"{self.noun}_{stem}",
            f"{stem}s_at",
            f"{stem}s_on",
            *((f"{stem}_start", f"{stem}_start_date", f"{stem}_starts_on") if stem in _SPANS else ()),
        ):
            for entry in self.entries:
                if form in (entry.named.name, self.column_name(entry)):
                    return entry
        table = self.schema.table(noun)
        if table is None and (key := self.schema.role_noun(noun)):
            table = key.table
        found = [e for e in self.entries if table and table in (e.tied, self._refers_to(e))]
        return found[0] if len(found) == 1 else None

    def resolve(self, noun: str) -> str | None:
        if entry := self.find(noun):
            return self.column_name(entry)
        name = "_".join(noun.split())
        return name if name in OWN_COLUMNS else None

    def tie(self, noun: str, table: str, *, required: bool | None = None, unique: bool = False) -> Entry:
        known = next((e for e in self.entries if e.tied == table and e.named.name == noun), None)
        known = known or next((e for e in self.entries if e.named.name in (noun, f"{noun}_id")), None)
        if known is None:
            known = Entry(Named(noun), Traits(), table)
            self.entries.append(known)
        known.tied = known.tied or table
        known.named = Named(noun)
        if required is not None:
            known.traits.required = required
        known.traits.unique = known.traits.unique or unique
        return known
