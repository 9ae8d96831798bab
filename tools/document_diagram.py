"""Mermaid entity-relationship diagrams of a schema, one for each area: tables that foreign keys hold together.

A large area is split around its most connected tables, so that each diagram stays readable; a table of another
area appears in it by name only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tools.document_table import short_type
from tools.facts import Catalog, names
from tools.render.gfm import block, code

LARGEST = 12
"""Tables in one diagram."""
_MOST_COLUMNS = 24
"""A wider table shows only its keys."""


@dataclass(frozen=True)
class _Reference:
    """A foreign key."""

    source: str
    target: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Diagrams:
    """The diagrams of some tables of a catalog."""

    catalog: Catalog
    tables: tuple[str, ...]
    changed: frozenset[str] = frozenset()
    """Where there are any: they are shown whole, also alone, and of the others the keys."""
    new: frozenset[str] = frozenset()
    """Columns that are marked, as ``schema.table.column``."""

    def render(self) -> str:
        """Markdown; empty where there is no table."""
        parts = []
        for area in self.areas:
            if self._is_drawn(area):
                around = "Around " if len(area) > 1 else ""
                parts += [f"### {around}{code(self._hub(area))}", block(self._diagram(area), "mermaid")]
        if alone := [area[0] for area in self.areas if not self._is_drawn(area)]:
            parts.append(f"No foreign key from or to: {', '.join(map(code, alone))}.")
        return "\n\n".join(parts)

    def _is_drawn(self, area: list[str]) -> bool:
        return len(area) > 1 or bool(self._from(area[0])) or area[0] in self.changed

    @cached_property
    def areas(self) -> list[list[str]]:
        """Every table in one area, no area above `LARGEST`; in the order of their first tables."""
        areas: list[list[str]] = []
        for component in _components(self.tables, self._links):
            areas += [component] if len(component) <= LARGEST else _split(component, self._links)
        return sorted(areas)

    @cached_property
    def _references(self) -> dict[str, list[_Reference]]:
        return {name: list(self._read(name)) for name in self.tables}

    @cached_property
    def _links(self) -> dict[str, set[str]]:
        """Neighbours among the tables, both ways."""
        links: dict[str, set[str]] = {name: set() for name in self.tables}
        for references in self._references.values():
            for reference in references:
                if reference.target in links and reference.target != reference.source:
                    links[reference.source].add(reference.target)
                    links[reference.target].add(reference.source)
        return links

    def _read(self, name: str) -> Iterator[_Reference]:
        for facts in self.catalog.of("constraint", under=name).values():
            if facts["type"] == "foreign key":
                yield _Reference(name, facts["references"], tuple(names(facts["columns"])))

    def _from(self, name: str) -> list[_Reference]:
        return self._references[name]

    def _hub(self, area: list[str]) -> str:
        return min(area, key=lambda name: (-len(self._links[name] & set(area)), name))

    def _diagram(self, area: list[str]) -> str:
        lines = ["erDiagram"]
        for name in area:
            lines += [f"    {line}" for line in self._entity(name)]
        lines += [f"    {self._line(reference)}" for name in area for reference in self._from(name)]
        return "\n".join(lines)

    def _entity(self, name: str) -> Iterator[str]:
        primary = set(self._keyed(name, "primary key"))
        foreign = {column for reference in self._from(name) for column in reference.columns}
        columns = self.catalog.columns(name)
        shown = list(columns)
        if len(shown) > _MOST_COLUMNS or (self.changed and name not in self.changed):
            shown = [column for column in shown if column in primary | foreign or f"{name}.{column}" in self.new]
        yield f"{_entity_name(name)} {{"
        for column in shown:
            keys = ", ".join(["PK"] * (column in primary) + ["FK"] * (column in foreign))
            mark = ' "new"' if f"{name}.{column}" in self.new else ""
            yield f"    {_word(_type(columns[column]['type']))} {_word(column)} {keys}".rstrip() + mark
        yield "}"

    def _line(self, reference: _Reference) -> str:
        """``"children" ||--o{ "quests" : "child_id"``: a child has any number of quests."""
        columns = self.catalog.columns(reference.source)
        needed = all(columns[column].get("not null") == "true" for column in reference.columns)
        single = any(set(key) <= set(reference.columns) for key in self._unique(reference.source))
        left, right = ("||" if needed else "|o"), ("o|" if single else "o{")
        label = _quoted(", ".join(reference.columns))
        return f"{_entity_name(reference.target)} {left}--{right} {_entity_name(reference.source)} : {label}"

    def _unique(self, name: str) -> Iterator[list[str]]:
        for facts in self.catalog.of("constraint", under=name).values():
            if facts["type"] in ("primary key", "unique"):
                yield names(facts["columns"])

    def _keyed(self, name: str, kind: str) -> Iterator[str]:
        for facts in self.catalog.of("constraint", under=name).values():
            if facts["type"] == kind:
                yield from names(facts["columns"])


def _components(tables: Iterable[str], links: Mapping[str, set[str]]) -> Iterator[list[str]]:
    seen: set[str] = set()
    for name in sorted(tables):
        if name in seen:
            continue
        found, waiting = [], [name]
        seen.add(name)
        while waiting:
            current = waiting.pop()
            found.append(current)
            waiting += sorted(links[current] - seen)
            seen |= links[current]
        yield sorted(found)


def _split(component: list[str], links: Mapping[str, set[str]]) -> list[list[str]]:
    """Takes the best connected table with its neighbours, then the best of what is left; strays join a neighbour."""
    left = set(component)
    areas: list[list[str]] = []
    home: dict[str, int] = {}
    while left:
        hub = min(left, key=lambda name: (-len(links[name] & left), name))
        around = sorted(links[hub] & left, key=lambda name: (len(links[name]), name))[: LARGEST - 1]
        near = [home[name] for name in sorted(links[hub]) if name in home and len(areas[home[name]]) < LARGEST]
        if not around and near:
            areas[near[0]].append(hub)
            home[hub] = near[0]
            left.remove(hub)
            continue
        home |= dict.fromkeys([hub, *around], len(areas))
        areas.append([hub, *around])
        left -= {hub, *around}
    return [sorted(area) for area in areas]


def _entity_name(name: str) -> str:
    return _quoted(name.removeprefix("public."))


def _quoted(text: str) -> str:
    """A string of Mermaid's, which knows no escape."""
    return '"' + re.sub(r'["%\\\s]+', " ", text).strip() + '"'


def _type(name: str) -> str:
    """Without schema and modifiers: ``numeric`` for ``numeric(10,2)``."""
    return re.sub(r"\([^)]*\)", "", short_type(name).rpartition(".")[2].replace('"', ""))


def _word(text: str) -> str:
    """A word of a diagram: letters, digits, ``_`` and ``[]``, not one of the words PK, FK, UK."""
    word = re.sub(r"[^\w\[\]]+", "_", text)
    return f"_{word}" if re.match(r"[^A-Za-z]|(PK|FK|UK)$", word) or not word else word
