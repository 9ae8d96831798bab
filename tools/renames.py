"""What a migration renames, told by the one thing that a rename leaves as it was: the oid, and the column's number.

A table that is called something else afterwards is no new table. `translated` reads the facts of before under the
names of after, so that only what is really new differs.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import psycopg

from tools.facts import Fact, Facts, relation
from tools.facts import names as listed
from tools.sql import identifier

_MAY_RENAME = re.compile(r"\brename\b|\bset\s+schema\b", re.IGNORECASE)
_NAMES = """
with tables as (
    select c.oid, c.relkind, pg_catalog.format('%%I.%%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'S') and (%(oids)s::oid[] is null or c.oid = any (%(oids)s::oid[]))
)
select oid::bigint, 0, name from tables
union all
select t.oid::bigint, a.attnum, pg_catalog.concat(t.name, '.', a.attname)
from tables t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
where t.relkind <> 'S'
"""
_DEFINING = {"definition", "predicate", "using", "check", "references", "owned by", "default"}
"""Attributes whose text names tables and columns."""

Names = Mapping[tuple[int, int], str]
"""``schema.table`` (or sequence) by (oid, 0) and ``schema.table.column`` by (oid, number), as facts name them."""


def may_rename(text: str) -> bool:
    return bool(_MAY_RENAME.search(text))


def names(conn: psycopg.Connection[Any], oids: Collection[int] | None = None) -> Names:
    """Tables, their columns and sequences as they are called now: those of the relations given, or all."""
    rows = conn.execute(_NAMES, {"oids": None if oids is None else list(oids)}, prepare=False).fetchall()
    return {(oid, number): name for oid, number, name in rows}


def renamed(before: Names, after: Names) -> dict[str, str]:
    """The former name by the present one."""
    return {name: before[key] for key, name in after.items() if key in before and before[key] != name}


def translated(facts: Facts, former: Mapping[str, str]) -> Facts:
    """Facts from before the migration, under the names from after it."""
    if not former:
        return facts
    present = {old: new for new, old in former.items()}
    everywhere = _substitution(_qualified(present))
    of_own_table = {table: _substitution(words) for table, words in _columns(present).items()}

    def value(table: str, attribute: str, text: str) -> str:
        if attribute == "columns":
            return json.dumps([_column(present, table, name) for name in listed(text)], ensure_ascii=False)
        if attribute not in _DEFINING:
            return text
        return everywhere(of_own_table[table](text) if table in of_own_table else text)

    return frozenset(
        Fact(kind, _object(present, kind, name), attribute, value(name.partition("/")[0], attribute, text))
        for kind, name, attribute, text in facts
    )


def _object(present: Mapping[str, str], kind: str, name: str) -> str:
    """A fact's object; that of a grant begins with a word for what it is."""
    word, space, bare = name.partition(" ") if kind == "grant" else ("", "", name)
    table = relation(bare)
    return word + space + (present.get(bare) or present.get(table, table) + bare[len(table) :])


def _column(present: Mapping[str, str], table: str, name: str) -> str:
    new = present.get(f"{table}.{name}", "")
    return new[len(relation(new)) + 1 :] if new else name


def _qualified(present: Mapping[str, str]) -> dict[str, str]:
    """Tables with their schema, and before a dot without it; columns behind their table."""
    words = {}
    for old, new in present.items():
        (table, column), (new_table, new_column) = _parts(old), _parts(new)
        for start in (0, 1):
            shown, shown_new = (name.split(".", 1)[start] if start else name for name in (table, new_table))
            if column:
                words[f"{shown}.{identifier(column)}"] = f"{shown_new}.{identifier(new_column)}"
            else:
                words[f"{shown}." if start else shown] = f"{shown_new}." if start else shown_new
    return words


def _columns(present: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Columns that are called otherwise, by their table's former name."""
    words: dict[str, dict[str, str]] = {}
    for old, new in present.items():
        (table, column), (_, new_column) = _parts(old), _parts(new)
        if column != new_column:
            words.setdefault(table, {})[identifier(column)] = identifier(new_column)
    return words


def _parts(name: str) -> tuple[str, str]:
    """Table and column; no column for a table itself."""
    table = relation(name)
    return table, name[len(table) + 1 :]


def _substitution(words: Mapping[str, str]) -> Callable[[str], str]:
    """Puts each word's successor in its place, all at once: two tables may swap their names."""
    longest_first = sorted(words, key=len, reverse=True)
    patterns = (re.escape(word) + ("" if word.endswith(".") else r'(?![\w"])') for word in longest_first)
    pattern = re.compile("|".join(rf'(?<![\w".]){one}' for one in patterns))
    return lambda text: pattern.sub(lambda found: words[found[0]], text)
