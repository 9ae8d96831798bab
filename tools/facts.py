"""A database's catalog as a set of plain facts, and what one set has over another.

    ("column", "public.quests.title", "type", "text")
    ("policy", "public.quests/Parents read", "using", "(child_id IN ( SELECT ...")

Facts are keyed by names, so what is dropped and made again compares equal, and expressions are as Postgres
prints them, so spelling does not matter. ``diff(before, after)`` says what a migration did; equality says that
it is idempotent or was undone. `facts*.sql` list every kind and attribute; they leave out what belongs to an
extension, temporary objects, the contents of large objects, operator classes and families, transforms,
subscriptions and security labels.

How objects are named: what a schema holds as an identifier (``public.quests``, ``public."Quests"``,
``public.award(uuid,integer)``), what hangs on a relation bare behind it (``public.quests.title`` for a column,
``public.quests/Parents read`` for a policy, constraint, index, trigger or rule), everything else bare. An
attribute that does not apply is absent; booleans are "true" and "false"; lists are JSON (`names` reads them).
"""

import gc
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

import psycopg

from tools.postgres.planned import THERE, Answer, Planned


class Fact(NamedTuple):
    kind: str
    object: str
    attribute: str
    value: str


Facts: TypeAlias = frozenset[Fact]


@dataclass(frozen=True)
class Diff:
    """What differs between two sets of facts; falsy when nothing does."""

    added: Facts
    removed: Facts

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def diff(before: Facts, after: Facts) -> Diff:
    return Diff(added=after - before, removed=before - after)


class Touched(NamedTuple):
    """Objects in play, by oid; of the small catalogs, which of them."""

    relations: frozenset[int] = frozenset()
    functions: frozenset[int] = frozenset()
    types: frozenset[int] = frozenset()
    catalogs: frozenset[str] = frozenset()
    made: Mapping[str, int] = MappingProxyType({})
    """Row versions that the transaction had made when this was told, by catalog; see `facts_touched.sql`."""

    def __or__(self, other: "Touched") -> "Touched":
        return Touched(
            self.relations | other.relations,
            self.functions | other.functions,
            self.types | other.types,
            self.catalogs | other.catalogs,
            {**self.made, **other.made},
        )

    def __bool__(self) -> bool:
        return any(self)


NOTHING = Touched()


class Catalog:
    """Facts by object, for those who ask about one at a time."""

    def __init__(self, facts: Facts) -> None:
        self._objects: dict[str, dict[str, dict[str, str]]] = {}
        for kind, name, attribute, value in facts:
            self._objects.setdefault(kind, {}).setdefault(name, {})[attribute] = value
        self._children: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
        self._columns: dict[str, dict[str, dict[str, str]]] = {}

    def get(self, kind: str, name: str) -> dict[str, str]:
        """The attributes of one object; empty where it is not there."""
        return self._objects.get(kind, {}).get(name, {})

    def of(self, kind: str, under: str | None = None) -> dict[str, dict[str, str]]:
        """The objects of a kind, by name in its order: all, or those that hang on the relation `under`."""
        if kind not in self._children:
            objects = self._objects.get(kind, {})
            parents = self._children[kind] = {"": dict(sorted(objects.items()))}
            for name, attributes in parents[""].items():
                parents.setdefault(relation(name), {})[name] = attributes
        return self._children[kind].get(under or "", {})

    def tables(self) -> list[str]:
        """Ordinary, partitioned and foreign tables."""
        return list(self.of("table"))

    def columns(self, table: str) -> dict[str, dict[str, str]]:
        """Of a table, view or composite type, by bare name in the order they stand."""
        if table not in self._columns:
            found = self.of("column", under=table)
            self._columns[table] = {
                name[len(table) + 1 :]: attributes
                for name, attributes in sorted(found.items(), key=lambda item: int(item[1]["position"]))
            }
        return self._columns[table]


_IDENTIFIER = r'(?:"(?:[^"]|"")*"|[^"./(]+)'
_RELATION = re.compile(rf"{_IDENTIFIER}\.{_IDENTIFIER}")


def relation(name: str) -> str:
    """What an object hangs on: ``public.quests`` for ``public.quests.title`` and ``public.quests/Parents read``."""
    found = _RELATION.match(name)
    return found[0] if found else name


def names(value: str | None) -> list[str]:
    """A list that a fact holds, e.g. a constraint's columns; empty where there is none."""
    found: list[str] = json.loads(value) if value else []
    return found


def read(conn: psycopg.Connection[Any], only: Touched | None = None) -> Facts:
    """The facts of the whole catalog, or of the objects in play.

    Works inside and outside a transaction, whatever the session's settings, and leaves nothing behind.
    Read the same `only` before and after a change: what is not there yields nothing. Raises psycopg.Error.
    """
    with _undisturbed(conn) as ask, _no_collection():
        return _read(ask, only)


def touched(conn: psycopg.Connection[Any]) -> Touched:
    """What the running transaction wrote; empty outside of one. `facts_touched.sql` says how that is known."""
    with _undisturbed(conn) as ask:
        return _touched(ask)


def read_touched(conn: psycopg.Connection[Any], known: Touched = NOTHING) -> tuple[Touched, Facts]:
    """`known` and what else the running transaction wrote, and the facts of all that.

    `known` is what it was told before in the same transaction.
    """
    with _undisturbed(conn) as ask, _no_collection():
        play = known | _touched(ask, known)
        return play, _read(ask, play)


def _read(ask: "_Ask", only: Touched | None) -> Facts:
    scopes = [
        (query, {"oids": [] if only is None else list(getattr(only, scope))})
        for scope, query in (_SCOPES if only is None else _CHOSEN).items()
        if only is None or getattr(only, scope)
    ]
    groups: dict[str, list[int]] = {}
    for _, rows in ask(*scopes):
        for group, oid in rows:
            groups.setdefault(group, []).append(oid)
    blocks = [(block, [oid for group in block.of for oid in groups.get(group, ())]) for block in _BLOCKS]
    blocks = [
        (block, oids) for block, oids in blocks if oids or (block.when if only is None else block.when & only.catalogs)
    ]
    facts: list[Fact] = []
    answers = ask(*((block.sql, {"oids": oids}) for block, oids in blocks))
    for (block, _), ((_, *attributes), rows) in zip(blocks, answers, strict=True):
        facts += _facts(block.kind, attributes, rows)
    return frozenset(facts)


def _touched(ask: "_Ask", known: Touched = NOTHING) -> Touched:
    ((_, found),) = ask((_TOUCH["counters"], {"catalogs": _CATALOGS}))
    made: dict[str, int] = dict(found)
    if made.pop("transaction", None) is None:
        return NOTHING
    more = [catalog for catalog, count in made.items() if count > known.made.get(catalog, 0)]
    ((_, seen),) = ask((_TOUCH["witnesses"], {"made": more}))
    catalogs = [catalog for catalog, _ in seen]
    ((_, found),) = ask((_TOUCH["closure"], {"catalogs": catalogs, "oids": [oid for _, oid in seen]}))
    relations, functions, types = (frozenset(oid for c, oid in found if c == catalog) for catalog in _BY_OID)
    return Touched(relations, functions, types, frozenset([*made, *catalogs]), made)


_SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "client_encoding": "UTF8",
    "role": "none",
    "statement_timeout": "60s",
    # how Postgres prints
    "bytea_output": "hex",
    "datestyle": "ISO, YMD",
    "extra_float_digits": "1",
    "intervalstyle": "postgres",
    "lc_monetary": "C",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "timezone": "UTC",
    # how it plans
    "enable_hashjoin": "off",  # a generic plan does not know how little is read, and would take whole catalogs
    "enable_mergejoin": "off",
    "jit": "off",
    "join_collapse_limit": "1",
    "max_parallel_workers_per_gather": "0",
    "plan_cache_mode": "force_generic_plan",
}
_SETTLE = "select " + ", ".join([THERE, *(f"pg_catalog.set_config('{k}', '{v}', true)" for k, v in _SETTINGS.items())])


class _Ask(Protocol):
    def __call__(self, *asked: tuple[str, Mapping[str, Sequence[object]]]) -> Iterable[Answer]:
        """To queries with what their parameters stand for."""
        ...


@contextmanager
def _undisturbed(conn: psycopg.Connection[Any]) -> Iterator[_Ask]:
    """Queries under settings of our own: a savepoint (or transaction) that is rolled back takes them away again."""
    inside = conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
    settled = conn.execute(f"{'savepoint facts' if inside else 'begin'}; {_SETTLE}".encode())
    settled.nextset()
    try:
        yield _planned(conn, (settled.fetchone() or [[]])[0])
    finally:
        if not conn.closed:
            conn.execute("rollback to savepoint facts; release savepoint facts" if inside else "rollback")


def _planned(conn: psycopg.Connection[Any], there: Sequence[str]) -> _Ask:
    kept = Planned(conn, there)

    def ask(*asked: tuple[str, Mapping[str, Sequence[object]]]) -> list[Answer]:
        numbered = [(_numbered(query), arrays) for query, arrays in asked]
        return kept.answers([(text, [arrays[name] for name in order]) for (text, order), arrays in numbered])

    return ask


@lru_cache(maxsize=256)
def _numbered(query: str) -> tuple[str, tuple[str, ...]]:
    """The query with $1, $2 for its named parameters, and their names in that order."""
    order = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", query)))
    for number, name in enumerate(order, start=1):
        query = query.replace(f"%({name})s", f"${number}")
    return query.replace("%%", "%"), order


@contextmanager
def _no_collection() -> Iterator[None]:
    """Facts are tuples of strings, by the hundred thousand: looking for garbage among them takes as long as reading."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _facts(kind: str, attributes: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[Fact]:
    if attributes == ["attribute", "value"]:
        return [_fact(Fact, (kind, *row)) for row in rows]
    return [
        _fact(Fact, (kind, row[0], attribute, value if type(value) is str else _text(value)))
        for place, attribute in enumerate(attributes, start=1)
        for row in rows
        if (value := row[place]) is not None
    ]


_fact = tuple.__new__
_json = json.JSONEncoder(ensure_ascii=False).encode


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _json(value) if isinstance(value, list) else str(value)


class _Block(NamedTuple):
    kind: str
    of: tuple[str, ...]
    when: frozenset[str]
    sql: str


def _parts(*files: str) -> dict[str, str]:
    """The SQL under each heading of the files."""
    text = "".join((Path(__file__).parent / file).read_text() for file in files)
    _, *parts = re.split(r"^--- (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _block(heading: str, query: str) -> _Block:
    kind, _, rest = heading.partition("  ")
    how, _, listed = rest.partition(": ")
    if kind == "grant":
        query = f"with granted as ({query}) {_READ['expand grants']}"
    where = listed.split(", ")
    return _Block(kind, tuple(where if how == "of" else ()), frozenset(where if how == "when" else ()), query)


_READ = _parts("facts.sql", "facts_small.sql", "facts_grants.sql")
_TOUCH = _parts("facts_touched.sql")
_CHOSEN = {scope: _READ[f"groups of {scope}"] for scope in ("relations", "functions", "types")}
_SCOPES = {scope: re.sub(r"\w+\.oid = any \(%\(oids\)s\)", "true", query) for scope, query in _CHOSEN.items()}
_BLOCKS = [_block(heading, query) for heading, query in _READ.items() if "  " in heading]
_BY_OID = ("pg_class", "pg_proc", "pg_type")
_CATALOGS = sorted({*_BY_OID, "pg_attribute"}.union(*(block.when for block in _BLOCKS)))
