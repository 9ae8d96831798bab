"""What to call a function with: ids of the family's rows by the parameters' names and types, plausible values else."""

import json
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
_TEXTS = ("text", "character varying")
_DOCUMENTS = ("jsonb", "json")
_MOST_TABLES = 4
A_WORD = "a word"
"""What a text is where nothing is known of it."""
_PLAIN = {
    "text": literal(A_WORD), "character varying": literal(A_WORD), "boolean": "true", "jsonb": "'{}'", "json": "'{}'",
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
    """Several where a uuid may be of any of the tables that the function names, the body asks something of a row, or
    a text may be what it looks for."""
    taken = [p for p in parameters if p.mode in "ibv"]
    known = {p: _table(family, p, tables) for p in taken}
    shapes = family.ownership.schema.tables
    guesses: list[str | None] = [None]
    unknown = [p for p in taken if known[p] is None and _element(p) == "uuid"]
    if unknown:
        near = dict.fromkeys([*tables, *(k.parent for t in tables if t in shapes for k in shapes[t].foreign_keys)])
        candidates = [t for t in near if t in family.ownership.owned and _key(shapes[t], "uuid")]
        left_out = [None] if all(p.optional for p in unknown) else []
        guesses = [*left_out, *candidates[:_MOST_TABLES]] or [None]
    call = _Call(family, tuple(taken), known, tuple(tables), body)
    yield from dict.fromkeys(call.filled(guess, wished=wished) for guess in guesses for wished in (False, True))
    word = _word(family, tables) if any(p.type in _TEXTS and known[p] is None for p in taken) else ""
    if word:
        yield call.filled(guesses[0], word=word)


def _word(family: Family, tables: Iterable[str]) -> str:
    """One that the family's rows alone hold, as somebody would look for it; empty where there is none."""
    own = (row for t in tables if t in family.ownership.owned for row in family.filler.rows.get(t, ()))
    found = (re.search(rf"\b{family.filler.mark}\d+\b", value) for row in own for value in row.values() if value)
    return next((word[0] for word in found if word), "")


@dataclass(frozen=True)
class _Call:
    """What is known of a call before its arguments are chosen."""

    family: Family
    taken: tuple[Parameter, ...]
    known: Mapping[Parameter, str | None]
    """Whose id each parameter is, by its name."""
    tables: tuple[str, ...]
    body: str

    def filled(self, guess: str | None, *, wished: bool = False, word: str = "") -> Arguments:
        """With ids of the family's rows, of `guess` where the name does not tell of which table; `wished`: of those
        that the body asks for; with the word as each text."""
        parts, ids = [], []
        for p in self.taken:
            table = self.known[p] or (guess if _element(p) == "uuid" else None)
            if table and (one := self._id(p, table, wished=wished)):
                ids.append(one)
                parts.append((p, _sql(p, one.value), _sql(p, one.strange)))
            elif word and p.type in _TEXTS:
                parts.append((p, _sql(p, word), _sql(p, word)))
            elif p.type in _DOCUMENTS and (fields := self._fields(p, wished=wished)):
                ids += [one for one in fields.values() if one]
                usual = {name: one.value if one else A_WORD for name, one in fields.items()}
                strange = {name: one.strange if one else A_WORD for name, one in fields.items()}
                parts.append((p, _sql(p, json.dumps(usual)), _sql(p, json.dumps(strange))))
            elif not p.optional:
                plain = _plain(self.family, p, self.tables)
                parts.append((p, plain, plain))
        others = [one for one in ids if one.strange != one.value]
        return Arguments(
            tuple(parts),
            tuple(one.value for one in others),
            tuple(one.strange for one in others),
            tuple((one.value, one.table) for one in ids),
        )

    def _id(self, parameter: Parameter, table: str, *, wished: bool) -> "_Id | None":
        family, shapes = self.family, self.family.ownership.schema.tables
        row = _row(family, table, self.body if wished else "")
        key = _key(shapes[table], _element(parameter))
        value = family.user if table == USERS else row[key.name] if row and key else None
        if key is None or not value:
            return None
        return _Id(value, (made_up(key) if table in family.ownership.owned else None) or value, table)

    def _fields(self, document: Parameter, *, wished: bool) -> "dict[str, _Id | None]":
        """What the body takes out of a document by name."""
        found: dict[str, _Id | None] = {}
        for name in re.findall(rf"\b{re.escape(document.name)}\b\s*->>?\s*'(\w+)'", self.body) if document.name else ():
            field = Parameter(name, "uuid", "i", False)
            table = _table(self.family, field, self.tables)
            found[name] = self._id(field, table, wished=wished) if table else None
        return found if any(found.values()) else {}


@dataclass(frozen=True)
class _Id:
    value: str
    strange: str
    """What no row of the table has, where its rows are somebody's."""
    table: str


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
