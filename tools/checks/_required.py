"""Columns that every table has to have: what Postgres makes of their definition, against what the table has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from tools.checks._statements import identifier
from tools.conventions import Definition, read_definition
from tools.facts import Catalog, Touched, names, read
from tools.observe import Observed

_SCRATCH = "public._wanted_by_the_conventions"
_WHERE = sql.SQL("set local search_path = public, extensions")


@dataclass(frozen=True)
class Wanted:
    """A column as the configuration defines it."""

    name: str
    text: str
    definition: Definition
    facts: dict[str, str]
    """Of the column, where Postgres was given it."""
    key: dict[str, str]
    """Facts of its foreign key; empty where it has none."""

    @property
    def target(self) -> str | None:
        return self.key.get("references")


def read_wanted(seen: Observed, columns: Mapping[str, str]) -> dict[str, Wanted | str]:
    """What Postgres makes of each column, after the migration; why it cannot be made, where it cannot (yet)."""
    if not columns:
        return {}
    listed = ", ".join(f"{identifier(name)} {text}\n" for name, text in columns.items())
    try:
        with seen.live.savepoint(_WHERE) as conn:
            conn.execute(f"create table {_SCRATCH} ({listed})".encode())
            row = conn.execute("select %s::regclass::oid", [_SCRATCH]).fetchone()
            made = Catalog(read(conn, only=Touched(relations=frozenset(row or ()))))
    except psycopg.ProgrammingError as error:
        if len(columns) == 1:
            return dict.fromkeys(columns, error.diag.message_primary or "Postgres refuses it")
        return {name: wanted for one in columns.items() for name, wanted in read_wanted(seen, dict([one])).items()}
    keys = [facts for facts in made.of("constraint").values() if facts.get("type") == "foreign key"]
    of_column = {names(key.get("columns"))[0]: key for key in keys}
    found = made.columns(_SCRATCH)
    return {
        name: Wanted(name, text, read_definition(name, text), found[name], of_column.get(name, {}))
        for name, text in columns.items()
    }


def shortcoming(catalog: Catalog, table: str, wanted: Wanted) -> tuple[str, str] | None:
    """What is wrong with the table's column, to follow its name in a sentence, and SQL that mends it."""
    facts = catalog.columns(table).get(wanted.name)
    name, alter = identifier(wanted.name), f"alter table {table} alter column {identifier(wanted.name)}"
    if facts is None:
        return f"has no column {wanted.name}", f"alter table {table} add column {name} {wanted.text};"
    kind = wanted.facts["type"]
    if facts.get("type") != kind:
        return f"has {wanted.name} as {facts.get('type')}, not {kind}", f"{alter} type {kind} using {name}::{kind};"
    if wanted.definition.not_null and facts.get("not null") != "true":
        return f"lets {wanted.name} be empty", f"{alter} set not null;"
    if wanted.definition.null and facts.get("not null") == "true":
        return f"does not let {wanted.name} be empty", f"{alter} drop not null;"
    default = wanted.facts.get("default")
    if wanted.definition.default and facts.get("default") != default:
        return f"has {wanted.name} with the default {facts.get('default', 'NULL')}, not {default}", (
            f"{alter} set default {default};"
        )
    keys = [k for k in catalog.of("constraint", under=table).values() if k.get("type") == "foreign key"]
    if wanted.key and not any(_same(key, wanted) for key in keys):
        definition = wanted.key["definition"].removesuffix(" NOT VALID")
        target = f"{wanted.target} ({', '.join(names(wanted.key.get('referenced columns')))})"
        return f"has {wanted.name} without the foreign key to {target}" + (
            f" that does `{_on_delete(definition).lower()}`" if wanted.definition.on_delete else ""
        ), f"alter table {table} add {definition};"
    return None


def _same(key: dict[str, str], wanted: Wanted) -> bool:
    compared = ("columns", "references", "referenced columns")
    if any(key.get(attribute) != wanted.key.get(attribute) for attribute in compared):
        return False
    return not wanted.definition.on_delete or _on_delete(key["definition"]) == _on_delete(wanted.key["definition"])


def _on_delete(definition: str) -> str:
    """As Postgres prints it; what it does when nothing is said goes unprinted."""
    found = re.search(r" (ON DELETE (?:CASCADE|RESTRICT|SET NULL|SET DEFAULT)(?: \([^)]*\))?)", definition)
    return found[1] if found else "ON DELETE NO ACTION"
