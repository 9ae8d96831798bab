"""What to call a function with: ids of the family's rows by the parameters' names and types, plausible values else."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.proofs.edges import made_up
from tools.proofs.families import Family
from tools.proofs.links import USERS
from tools.proofs.ownership import listed
from tools.proofs.wishes import wishes
from tools.rows.filler import Row, Table
from tools.rows.schema import Column
from tools.rows.write import literal
from tools.sql import identifier

_AROUND = re.compile(r"^(?:p|v|in|the|_|arg|target|given|new)_|^_+|_(?:param|in|arg|value|input)$|_+$")
_USER = re.compile(r"^(user|owner|profile|account|author|member|parent|customer|client|student|creator|uid|caller)$")
_KEYS = ("uuid", "bigint", "integer", "text")
_MOST_TABLES = 4
_PLAIN = {
    "text": "'a word'", "character varying": "'a word'", "boolean": "true", "jsonb": "'{}'", "json": "'{}'",
    "integer": "1", "bigint": "1", "smallint": "1", "numeric": "1", "real": "1", "double precision": "1",
    "uuid": "'00000000-0000-4000-8000-00000000dead'", "date": "current_date", "timestamp with time zone": "now()",
    "timestamp without time zone": "localtimestamp", "interval": "'1 day'", "time without time zone": "'12:00'",
    "inet": "'203.0.113.77'",
}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    name: str
    type: str
    mode: str
    """i, o, b, v or t, as in pg_proc."""
    optional: bool

    @property
    def word(self) -> str:
        """The name without what only says that it is a parameter."""
        word, before = self.name.lower(), ""
        while word != before:
            word, before = _AROUND.sub("", word), word
        return word

    @property
    def stem(self) -> str:
        """What it is an id of, by its name: "child" for p_child_id and child_ids."""
        return re.sub(r"_?(ids?|uid|uuid)$", "", self.word)


@dataclass(frozen=True)
class Arguments:
    """One way to call a function."""

    parts: tuple[tuple[Parameter, str, str], ...]
    """Parameter, its value as SQL, and the same with an id that no row has."""
    given: tuple[str, ...] = ()
    """The family's ids among them, and what stands in their place."""
    strange: tuple[str, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()
    """(id, table) of all of them."""

    @property
    def ids(self) -> bool:
        return bool(self.given)

    def sql(self, *, nowhere: bool) -> str:
        return ", ".join(
            ("variadic " if parameter.mode == "v" else "")
            + (f"{identifier(parameter.name)} => " if parameter.name else "")
            + (strange if nowhere else usual)
            for parameter, usual, strange in self.parts
        )


def arguments(family: Family, parameters: Sequence[Parameter], tables: Sequence[str], body: str) -> Iterator[Arguments]:
    """Several where a uuid may be of any of the tables that the function names, or the body asks something of a row."""
    taken = [p for p in parameters if p.mode in "ibv"]
    known = {p: _table(family, p, tables) for p in taken}
    shapes = family.ownership.schema.tables
    guesses: list[str | None] = [None]
    if any(known[p] is None and _element(p) == "uuid" and not p.optional for p in taken):
        near = dict.fromkeys([*tables, *(k.parent for t in tables if t in shapes for k in shapes[t].foreign_keys)])
        candidates = [t for t in near if t in family.ownership.owned and _key(shapes[t], "uuid")]
        guesses = [*candidates[:_MOST_TABLES]] or [None]
    made = dict.fromkeys(
        one
        for guess in guesses
        for wished in (False, True)
        if (one := _filled(family, taken, known, guess, tables, body if wished else ""))
    )
    yield from made


def _filled(
    family: Family,
    taken: Sequence[Parameter],
    known: Mapping[Parameter, str | None],
    guess: str | None,
    tables: Sequence[str],
    body: str,
) -> Arguments:
    """With ids of the family's rows, of those that the body asks for where it is given."""
    shapes = family.ownership.schema.tables
    parts, given, strange, of = [], [], [], []
    for p in taken:
        table = known[p] or (guess if _element(p) == "uuid" and not p.optional else None)
        row = _row(family, table, body) if table else None
        key = _key(shapes[table], _element(p)) if table else None
        value = family.user if table == USERS else row[key.name] if row and key else None
        if table and key and value:
            stranger = made_up(key) if table in family.ownership.owned else value
            of.append((value, table))
            parts.append((p, _sql(p, value), _sql(p, stranger or value)))
            if stranger and stranger != value:
                given.append(value)
                strange.append(stranger)
        elif not p.optional:
            plain = _plain(family, p, tables)
            parts.append((p, plain, plain))
    return Arguments(tuple(parts), tuple(given), tuple(strange), tuple(of))


def _row(family: Family, table: str, body: str) -> Row | None:
    """A row of the family's: one that is as the body wishes, where it says anything and the table takes it."""
    wished = wishes(body, family.ownership.schema.tables[table]) if body and table != USERS else {}
    return family.such(table, wished)


def _element(parameter: Parameter) -> str:
    return parameter.type.removesuffix("[]")


def _sql(parameter: Parameter, value: str) -> str:
    text = f"array[{literal(value)}]" if parameter.type.endswith("[]") else literal(value)
    return f"{text}::{parameter.type}"


def _key(table: Table, type_: str) -> Column | None:
    """The primary key, where it is one column of the type."""
    if len(table.primary_key) != 1:
        return None
    column = table.columns[table.primary_key[0]]
    return column if column.type.name == type_ else None


def _table(family: Family, parameter: Parameter, tables: Iterable[str]) -> str | None:
    """Whose id the parameter is, by its name."""
    kind, stem = _element(parameter), parameter.stem
    shapes: Mapping[str, Table] = family.ownership.schema.tables
    named_like_id = bool(re.search(r"(^|_)(id|ids|uid|uuid)$", parameter.word))
    if kind not in _KEYS or not (named_like_id or kind == "uuid") or (kind == "text" and not named_like_id):
        return None
    near = [t for t in [*tables, *shapes] if t in shapes]
    for table in near if stem else ():
        words = shapes[table].word.replace(" ", "_")
        if stem in (words, words.rpartition("_")[2], table.rpartition(".")[2]) and _key(shapes[table], kind):
            return table
    for table in near if stem else ():
        for key in shapes[table].foreign_keys:
            if key.columns in ((parameter.word,), (f"{stem}_id",)) and _key(shapes[key.parent], kind):
                return key.parent
    for table in near if len(stem) > 2 else ():
        if _key(shapes[table], kind) and shapes[table].word.replace(" ", "_").startswith(stem):
            return table  # org_id
    if kind == "uuid" and (_USER.match(stem) or parameter.word in ("uid", "user")) and USERS in shapes:
        return USERS
    if parameter.word == "id" and len(own := [t for t in tables if t in family.ownership.owned]) == 1:
        return own[0] if _key(shapes[own[0]], kind) else None
    return None


def _plain(family: Family, parameter: Parameter, tables: Iterable[str]) -> str:
    """What the family's row holds where a column has the name and few values; else something of the type."""
    for name in tables:
        table = family.ownership.schema.tables.get(name)
        column = table.columns.get(parameter.word) if table else None
        if table is None or column is None or column.type.name != parameter.type:
            continue
        row = family.row(name)
        value = row.get(column.name) if row else None
        if value is not None and (column.kind != "text" or listed(table, column.name)) and column.kind != "uuid":
            return f"{literal(value)}::{parameter.type}"
    if parameter.type.endswith("[]"):
        return f"'{{}}'::{parameter.type}"
    if plain := _PLAIN.get(parameter.type):
        return f"{plain}::{parameter.type}"
    labels = [
        c.labels
        for t in family.ownership.schema.tables.values()
        for c in t.columns.values()
        if c.type.name == parameter.type
    ]
    first = next((found[0] for found in labels if found), None)
    return f"{literal(first)}::{parameter.type}"
