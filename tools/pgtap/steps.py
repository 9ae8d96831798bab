"""What the file tries, one after the other, as whom."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tools.pgtap.inserts import where
from tools.proofs.cast import Actor, Cast
from tools.proofs.refusals import Refusal
from tools.proofs.surface import Surface
from tools.proofs.tries import variants
from tools.rows.filler import Row, Table
from tools.rows.write import literal
from tools.sql import identifier

Kind = Literal["rows", "run", "touch", "true"]
"""How the outcome is told: rows come back, it goes through, how many rows it changes, a condition holds."""
_INSIDE = ("owner", "service_role")
_WHO = {
    "owner": "the owner",
    "other": "another user",
    "stranger": "a user without rows",
    "anon": "somebody who is not signed in",
    "service_role": "service_role",
}


@dataclass(frozen=True)
class Step:
    """One assertion to be."""

    actor: Actor | None
    """None: as the owner of the tables, with the token of the rows' owner."""
    kind: Kind
    sql: str
    words: tuple[str, str]
    """What is said where it goes through, and where it does not."""
    final: bool = False
    """It takes rows away, so it comes last."""
    only_if: bool | None = None
    """Told only where it goes through, or only where it does not."""


def access(cast: Cast, surface: Surface) -> Iterator[Step]:
    """Every actor tries the verbs at the owner's row of one table."""
    family, table = cast.ours, cast.ownership.schema.tables[surface.table]
    row = family.row(surface.table)
    if row is None:
        return
    name = surface.table.removeprefix("public.")
    here = where({c: row[c] for c in table.primary_key or row})
    changeable = _changeable(table, surface)
    outsiders = [a for a in cast.actors if not a.is_inside and a.name != "service_role"]
    owner, service = (next(a for a in cast.actors if a.name == n) for n in _INSIDE)
    for actor in [*(a for a in cast.actors if a.is_inside), *outsiders, service]:
        yield Step(actor, "rows", f"select 1 from {table.name} where {here}", _words(actor, "reads", name))
    for other in variants(family, surface)[1:]:
        yield from _reading(cast, surface, row, other)
    if changeable:
        change = f"update {table.name} set {identifier(changeable)} = {literal(row[changeable])}"
        for actor in [*outsiders, owner]:
            yield Step(actor, "rows", f"{change} where {here} returning 1", _words(actor, "changes", name))
        yield from _blindly(cast, change, "changes", name)
    if spare := family.values(surface.table):
        for actor in [*outsiders, owner]:
            given = {n: v for n, v in spare.items() if surface.may(actor.role, "insert", n)} or spare
            columns, values = ", ".join(map(identifier, given)), ", ".join(given.values())
            sql = f"insert into {table.name} ({columns}) values ({values})"
            is_theirs = any(set(link.columns) & given.keys() for link in cast.ownership.owner_links(surface.table))
            yield Step(actor, "run", sql, _words(actor, "adds", name, of_owner=is_theirs))
    yield from _handing_over(cast, surface, owner, row, here)
    for actor in [*outsiders, owner]:
        sql = f"delete from {table.name} where {here} returning 1"
        yield Step(actor, "rows", sql, _words(actor, "deletes", name), final=True)
    yield from _blindly(cast, f"delete from {table.name}", "deletes", name)


def _reading(cast: Cast, surface: Surface, first: Row, row: Row) -> Iterator[Step]:
    """Rows that differ in what the policies ask of them."""
    table, name = surface.table, surface.table.removeprefix("public.")
    key = cast.ownership.schema.tables[table].primary_key
    other = [c for c, v in row.items() if v != first[c] and c not in key]
    asked = [c for c in other if re.search(rf"\b{re.escape(c)}\b", surface.asked)]
    told = " and ".join(f"{c} is {row[c] if row[c] is not None else 'null'}" for c in asked)
    for actor in cast.actors:
        if told and actor.name in ("owner", "other", "anon"):
            who, what = _WHO[actor.name], f"a row of {name} whose {told}"
            words = (f"{who} reads {what}", f"{who} does not read {what}")
            yield Step(actor, "rows", f"select 1 from {table} where {where({c: row[c] for c in key or row})}", words)


def _blindly(cast: Cast, sql: str, verb: str, name: str) -> Iterator[Step]:
    """Without a condition the policies for reading are not asked, and do not hide what the others let through."""
    actor = next(a for a in cast.actors if a.name == "stranger")
    words = f"a user without rows {verb} rows of {name}"
    yield Step(actor, "touch", sql, (words, f"a user without rows {verb} no row of {name} at all"), only_if=False)


def _handing_over(cast: Cast, surface: Surface, owner: Actor, row: Row, here: str) -> Iterator[Step]:
    for link in cast.ownership.owner_links(surface.table):
        parents = cast.theirs.filler.rows.get(link.parent)
        if parents and not set(link.columns) & set(cast.ownership.schema.tables[surface.table].primary_key):
            pairs = zip(link.columns, link.parent_columns, strict=True)
            sets = ", ".join(f"{identifier(c)} = {literal(parents[0][there])}" for c, there in pairs)
            said = f"hands a row of {surface.table.removeprefix('public.')} over to somebody else"
            words = (f"the owner {said}", f"the owner does not {said.replace('hands', 'hand')}")
            sql = f"update {surface.table} set {sets} where {here} returning 1"
            yield Step(owner, "rows", sql, words, only_if=False)
            blind = f"update {surface.table} set {sets}"
            yield Step(owner, "run", blind, ("", f"{words[1]}, all rows at once"), only_if=False)


def refusals(found: Sequence[Refusal], table: str) -> Iterator[Step]:
    """A row that the table takes, then what each constraint refuses; a key refuses what is there already."""
    name, told = table.removeprefix("public."), set[str]()
    for refusal in found:
        if refusal.accepted and refusal.accepted not in told:
            told.add(refusal.accepted)
            yield Step(
                None, "run", refusal.accepted, (f"{name}: a row that keeps to all constraints", ""), only_if=True
            )
        if refusal.sqlstate:
            words = refusal.constraint.words.removeprefix("public.")
            yield Step(None, "run", refusal.refused, ("", f"{words} refuses a row"), only_if=False)


def stamp(cast: Cast, table: Table) -> Iterator[Step]:
    """The trigger sets updated_at, whatever the update says."""
    row = cast.ours.row(table.name)
    if row is None or "updated_at" not in table.columns or not table.primary_key:
        return
    here = where({c: row[c] for c in table.primary_key})
    name = table.name.removeprefix("public.")
    yield Step(None, "run", f"update {table.name} set updated_at = '2001-01-01' where {here}",
               (f"{name}: a row is updated", ""), only_if=True)  # fmt: skip
    yield Step(None, "true", f"select updated_at > '2001-01-02' from {table.name} where {here}",
               (f"{name}: the trigger sets updated_at", ""), only_if=True)  # fmt: skip


def _changeable(table: Table, surface: Surface) -> str | None:
    """A column that the API may update, rather none that a key or a link needs."""
    kept = {c for unique in table.uniques for c in unique.columns} | {c for k in table.foreign_keys for c in k.columns}
    names = [n for n, c in table.columns.items() if not c.automatic and n != "updated_at"]
    names.sort(key=lambda name: (not surface.may("authenticated", "update", name), name in kept))
    return names[0] if names else None


def _words(actor: Actor, verb: str, name: str, *, of_owner: bool = True) -> tuple[str, str]:
    who = _WHO.get(actor.name, f"a {actor.name}")
    what = f"a row of {name} for the owner" if verb == "adds" else f"the owner's row of {name}"
    if actor.name == "owner" or not of_owner:
        what = f"a row of {name}" if verb == "adds" else f"their row of {name}"
    return f"{who} {verb} {what}", f"{who} does not {verb.removesuffix('s')} {what}"
