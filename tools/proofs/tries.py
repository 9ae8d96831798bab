"""What everybody tries on a family's rows: each verb, handing a row over, writing in another's name."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tools.proofs.cast import Actor, Cast
from tools.proofs.families import Family
from tools.proofs.ownership import Ownership, listed
from tools.proofs.surface import Surface
from tools.rows.filler import Row, Table
from tools.rows.write import literal
from tools.sql import identifier

_COMPARABLE = ("text", "number", "bool", "uuid", "timestamp", "date", "enum")
_TURNS = {"bool": ("true", "false"), "timestamp": ("2001-01-01", "2100-01-01"), "date": ("2001-01-01", "2100-01-01")}
"""Values that a policy may tell apart."""
_EQUAL = re.compile(
    r"\(\(?\b(?P<name>\w+)\)?(?:::[\w ]+)? = '(?P<value>(?:[^']|'')*)'|\((?P<empty>\w+) IS NULL\)"
    r"|\('(?P<said>(?:[^']|'')*)'(?:::[\w. ]+)? = \(?(?P<of>\w+)\b"
)
_POWER = re.compile(r"role|admin|permission|staff|moderator|super", re.IGNORECASE)
"""Columns that make their user more than others."""
_MOST_VARIANTS = 3


@dataclass(frozen=True)
class Try:
    actor: Actor
    verb: str
    row: int
    """Which of the family's rows; -1 for a new one."""
    statement: str
    witness: str | None = None
    """One value, asked before and in between; None where the number of rows that the statement touched tells."""


def variants(family: Family, surface: Surface) -> list[Row]:
    """The family's row, and others that differ in what the policies ask of a row."""
    first = family.row(surface.table)
    if first is None:
        return []
    table = family.ownership.schema.tables[surface.table]
    if len(family.filler.rows[surface.table]) == 1:
        for sample in family.filler.schema.samples.further(table, family.ownership.apart):
            family.row(surface.table, sample)
        for whose, account in family.ownership.naming(surface.table).items():
            if first[whose] != (user := family.account(account, family.user)):
                family.row(surface.table, {whose: user})  # who is asked, where the first row says who asks
        for otherwise in _owned_otherwise(family, surface.table, first):
            family.row(surface.table, otherwise)
        conditions = surface.asked
        for name, column in table.columns.items():
            if (
                column.automatic
                or name in table.primary_key
                or _POWER.search(name)
                or not re.search(rf"\b{re.escape(name)}\b", conditions)
            ):
                continue
            values: list[str | None] = [*column.labels, *listed(table, name), *_TURNS.get(column.kind, ())]
            if not column.not_null and not table.foreign_keys_of(name):
                values.append(None)
            for value in [v for v in values if v != first.get(name)][:_MOST_VARIANTS]:
                family.row(surface.table, {name: value})
        for policy in surface.policies:
            if wanted := _asked_for(table, policy.using):
                family.row(surface.table, wanted)
    links = [link.columns for link in family.ownership.owner_links(surface.table)]
    rows = [row for row in family.filler.rows[surface.table] if row is first or _has_owner(row, links)]
    return rows[: 1 + 2 * _MOST_VARIANTS]


def _owned_otherwise(family: Family, table: str, row: Row) -> Iterator[dict[str, str | None]]:
    """What a row says that is the family's by a link that this one leaves empty: a file of the team's, not of mine."""
    links = [k for k in family.ownership.owner_links(table) if k.nullable]
    for link in links:
        parent = family.row(link.parent) if all(row.get(c) is None for c in link.columns) else None
        if parent:
            empty: Row = {c: None for other in links if row.get(other.columns[0]) for c in other.columns}
            yield empty | dict(zip(link.columns, (parent.get(c) for c in link.parent_columns), strict=True))


def _has_owner(row: Row, links: Sequence[Sequence[str]]) -> bool:
    """What belongs to nobody, like a template for all tenants, is not the family's."""
    return not links or any(all(row[column] is not None for column in columns) for columns in links)


def _asked_for(table: Table, condition: str | None) -> dict[str, str | None]:
    """What a policy asks of its row in so many words: (status = 'draft'), (deleted_at IS NULL)."""
    found: dict[str, str | None] = {}
    for match in _EQUAL.finditer(condition or ""):
        name, value = match["name"] or match["of"], match["value"] or match["said"] or ""
        column = table.columns.get(name or match["empty"])
        if column and not column.automatic and name not in table.primary_key and not _POWER.search(column.name):
            found[column.name] = value.replace("''", "'") if name else None
    return found


def tries(cast: Cast, surface: Surface, rows: Sequence[Row], start: int = 0) -> Iterator[Try]:
    """On the rows from `start` on; what begins with a new row is tried beside the first."""
    table = cast.ownership.schema.tables[surface.table]
    if not rows:  # whether the policies can be asked at all shows without one
        for actor in cast.actors:
            if surface.may(actor.role, "select"):
                yield Try(actor, "look", -1, f"select 1 from {surface.table} limit 1")
        return
    links = cast.ownership.owner_links(surface.table)
    owner = {column for link in links for column in link.columns}
    spare = None if start else cast.ours.values(surface.table)
    for policy in () if start else surface.permissive("authenticated", "insert"):
        asked = _asked_for(table, policy.check)
        if wanted := {c: v for c, v in asked.items() if v is not None or c not in owner}:
            spare = cast.ours.another(surface.table, wanted) or spare
            break
    ways = [] if start else _owned_otherwise(cast.ours, surface.table, rows[0])
    otherwise = [cast.ours.another(surface.table, way) for way in ways]
    kept = {c for unique in table.uniques for c in unique.columns}
    kept |= {c for key in table.foreign_keys for c in key.columns}
    settable = [n for n, c in table.columns.items() if not c.automatic]
    settable.sort(key=lambda name: name in kept)
    keys = comparable(table)
    for actor in cast.actors:
        if actor.role == "authenticated" and not actor.user:
            continue
        readable = [n for n in table.columns if surface.may(actor.role, "select", n)]
        changeable = next((n for n in settable if surface.may(actor.role, "update", n)), None)
        for number, row in islice(enumerate(rows), start, None):
            here = f"from {surface.table} where {exactly(row, keys)}"
            where = _identified(table, readable, row)
            blind = not actor.is_inside  # without a filter, the policies for SELECT are not asked
            if where:
                yield Try(actor, "select", number, f"select 1 from {surface.table} where {where}")
            if changeable:
                change = f"update {surface.table} set {identifier(changeable)} = {literal(row.get(changeable))}"
                if where:
                    yield Try(actor, "update", number, f"{change} where {where}")
                if blind:
                    yield Try(actor, "update", number, change, f"select max(xmin::text) {here}")
            if surface.may(actor.role, "delete"):
                if where:
                    yield Try(actor, "delete", number, f"delete from {surface.table} where {where}")
                if blind:
                    yield Try(actor, "delete", number, f"delete from {surface.table}", f"select count(*) {here}")
            if actor.name == "owner" and where:
                yield from _hand_over(cast, surface, actor, number, row, where)
                if number == 0 and surface.triggers and (change := _edit(surface, actor, table, row, spare, kept)):
                    yield Try(actor, "edit", number, f"{change} where {where}")
        for values in filter(None, (spare, *otherwise)):
            yield from _inserts(cast, surface, actor, values)


def _inserts(cast: Cast, surface: Surface, actor: Actor, values: Mapping[str, str]) -> Iterator[Try]:
    """A row of the family's, written by the actor: as it is, and in the actor's own name."""
    given = {n: v for n, v in values.items() if surface.may(actor.role, "insert", n)}
    if not given:
        return
    if actor.name.startswith("member as "):
        own = _in_own_name(cast, cast.ours, surface, actor, given, joining=True)
        if any(own[c] != given[c] for c in _personal(cast.ownership, surface) & given.keys()):
            yield _insert(surface, actor, given, "forge", "true")
        given = _in_own_name(cast, cast.ours, surface, actor, given)
    if actor.name in ("other", "stranger"):
        yield from _intrude(cast, surface, actor, given)
    links = cast.ownership.owner_links(surface.table)
    whose = {c: values[c] for link in links for c in link.columns if c in values}
    owned = " and ".join(f"{identifier(c)} is not distinct from {v}" for c, v in whose.items())
    for one in (given, *_with_less_power(cast.ownership, cast.ownership.schema.tables[surface.table], given)):
        yield _insert(surface, actor, one, "insert", "true" if actor.is_inside else owned or "true")


def _edit(
    surface: Surface, actor: Actor, table: Table, row: Row, spare: Mapping[str, str] | None, kept: Container[str]
) -> str:
    """An update that changes what keys and policies do not ask for: a trigger may wait for real changes."""
    changes = [
        f"{identifier(name)} = {value}"
        for name, value in (spare or {}).items()
        if name not in kept
        and surface.may(actor.role, "update", name)
        and not (table.columns[name].automatic or _POWER.search(name))
        and value != literal(row.get(name))
        and not re.search(rf"\b{re.escape(name)}\b", surface.asked)
    ]
    return f"update {surface.table} set {', '.join(changes)}" if changes else ""


def _with_less_power(ownership: Ownership, table: Table, values: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Of a membership, the one with the least to say: who may not make an owner may perhaps make that."""
    for membership in ownership.memberships:
        if membership.table == table.name and membership.role and membership.roles and membership.scoped:
            yield {**values, membership.role: literal(membership.roles[-1])}


def _insert(surface: Surface, actor: Actor, values: Mapping[str, str], verb: str, counted: str) -> Try:
    columns = ", ".join(map(identifier, values))
    statement = f"insert into {surface.table} ({columns}) values ({', '.join(values.values())})"
    return Try(actor, verb, -1, statement, f"select count(*) from {surface.table} where {counted}")


def _personal(ownership: Ownership, surface: Surface) -> set[str]:
    """Columns that alone say whose the row is: some policy asks for nothing else."""
    alone = "\n".join(p.using or "" for p in surface.policies if p.permissive and " OR " not in (p.using or ""))
    return ownership.compared_in(surface.table, alone)


def _intrude(cast: Cast, surface: Surface, actor: Actor, values: dict[str, str]) -> Iterator[Try]:
    """An outsider's own row that hangs on one of the family's, and whether the outsider may see that one."""
    family = cast.theirs if actor.name == "other" else cast.stranger
    own = _in_own_name(cast, family, surface, actor, values, joining=True)
    known = cast.ownership
    links = [
        k
        for k in known.links(surface.table)
        if k in known.owner_links(surface.table) or (k.parent in known.tenants and not k.provenance)
        if k.parent not in known.accounts
    ]
    link = next((link for link in links if all(own.get(c, "null").lower() != "null" for c in link.columns)), None)
    if own == values or link is None:
        return
    yield _insert(surface, actor, own, "intrude", "true")
    there = " and ".join(
        f"{identifier(c)} = {own[name]}" for name, c in zip(link.columns, link.parent_columns, strict=True)
    )
    yield Try(actor, "see", -1, f"select 1 from {link.parent} where {there}")


def _in_own_name(
    cast: Cast, family: Family, surface: Surface, actor: Actor, values: dict[str, str], *, joining: bool = False
) -> dict[str, str]:
    """The row as the actor would write it: where it names its user, that is the actor.

    Who is a member already does not become one again, unless `joining`.
    """
    if not joining and any(m.table == surface.table for m in cast.ownership.memberships):
        return values
    own = dict(values)
    users = {c: account for c, account in cast.ownership.users(surface.table).items() if c in own}
    for column, account in users.items():
        owner = literal(cast.ours.account(account, cast.ours.user))
        named = {values[other] for other, of in users.items() if of == account}
        if values[column] == owner or owner not in named:  # beside the owner, somebody else is meant
            own[column] = literal(family.account(account, actor.user))
    return own


def _hand_over(cast: Cast, surface: Surface, actor: Actor, number: int, row: Row, where: str) -> Iterator[Try]:
    """The owner makes the row somebody else's, by each column that the policies compare."""
    key = cast.ownership.schema.tables[surface.table].primary_key
    updating = surface.conditions("UPDATE", called=False)
    links = [link for link in cast.ownership.owner_links(surface.table) if not link.provenance]
    compared = cast.ownership.compared_in(surface.table, updating)
    named = {column for link in links if link.parent in cast.ownership.accounts for column in link.columns}
    if len(named) > 1 and len(named & compared) != 1:
        return  # sender and receiver: it stays the row of one of them
    for link in links:
        if set(link.columns) & set(key) or not all(surface.may(actor.role, "update", c) for c in link.columns):
            continue
        if not all(re.search(rf"\b{re.escape(c)}\b", updating) for c in link.columns):
            continue
        if parents := cast.theirs.filler.rows.get(link.parent):
            values = dict(zip(link.columns, (parents[0].get(c) for c in link.parent_columns), strict=True))
            change = ", ".join(f"{identifier(c)} = {literal(v)}" for c, v in values.items())
            moved = f"select count(*) from {surface.table} where {exactly(values, link.columns)}"
            yield Try(actor, "reassign", number, f"update {surface.table} set {change} where {where}", moved)
            yield Try(actor, "reassign", number, f"update {surface.table} set {change}", moved)


def comparable(table: Table) -> Sequence[str]:
    """Columns that tell rows apart."""
    return table.primary_key or [n for n, c in table.columns.items() if c.kind in _COMPARABLE]


def _identified(table: Table, readable: Sequence[str], row: Row) -> str:
    """A condition that only this row meets, on columns that may be read; empty where there is none."""
    if table.primary_key and all(c in readable for c in table.primary_key):
        return exactly(row, table.primary_key)
    telling = [c for c in readable if table.columns[c].kind in ("uuid", "text") and row.get(c) is not None]
    return exactly(row, telling or [c for c in comparable(table) if c in readable])


def exactly(row: Mapping[str, str | None], columns: Iterable[str]) -> str:
    return " and ".join(
        f"{identifier(c)} = {literal(row[c])}" if row.get(c) is not None else f"{identifier(c)} is null"
        for c in columns
    )
