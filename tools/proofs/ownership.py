"""Whose row is it? Told by the structure: foreign keys up to auth.users, memberships, columns compared with the caller.

A table is *owned* where each row belongs to a user, directly or over several hops (quests.child_id ->
children.parent_id -> profiles.id -> auth.users.id), or to a tenant that users are members of (documents ->
organizations <- memberships -> auth.users). All others are *shared*: the same for everybody.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tools.proofs.links import PROVENANCE, USERS, Link, links
from tools.proofs.surface import Surface
from tools.rows.filler import Schema, Table
from tools.rows.types import least_powerful

_MEMBERSHIP = re.compile(
    r"member|team_user|user_team|org\w*_user|user_org|workspace_user|collaborat|participant|_access$"
)
_ROLE_COLUMN = re.compile(r"(^|_)(role|permission|permissions|access_level)$")
_CALLER = r"\(*\s*(?:select\s+)?auth\.uid\(\)(?:\s+as\s+uid)?\s*\)*(?:::\w+)?"
_COLUMN = r'\(*(?:(?P<table>[\w"]+)\.)?"?(?P<column>\w+)"?\)*(?:::\w+)?'
_COMPARED = (
    re.compile(rf"{_COLUMN}\s*=\s*{_CALLER}", re.IGNORECASE),
    re.compile(rf"{_CALLER}\s*=\s*{_COLUMN}", re.IGNORECASE),
)


@dataclass(frozen=True)
class Membership:
    """A table that ties users to a tenant."""

    table: str
    user: Link
    tenant: Link
    role: str | None
    """The column that says what a member may do."""
    roles: tuple[str, ...]
    """Its values, the most powerful first."""
    scoped: bool = True
    """A role is for this tenant alone; in an account (profiles.role) it may be for the whole app."""


@dataclass(frozen=True)
class Ownership:
    """Of all tables of a schema."""

    schema: Schema
    memberships: tuple[Membership, ...]
    surfaces: Mapping[str, Surface] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: Schema, surfaces: Mapping[str, Surface]) -> "Ownership":
        return cls(schema, tuple(_memberships(schema, surfaces)), surfaces)

    @cached_property
    def accounts(self) -> frozenset[str]:
        """auth.users, and tables with at most one row for each user (profiles)."""
        found = {USERS}
        while more := {t for t, table in self.schema.tables.items() if t not in found and _is_account(table, found)}:
            found |= more
        return frozenset(found)

    @cached_property
    def tenants(self) -> frozenset[str]:
        return frozenset(m.tenant.parent for m in self.memberships)

    @cached_property
    def owned(self) -> frozenset[str]:
        """Tables whose rows are some user's or some tenant's."""
        found = set(self.accounts | self.tenants)
        while more := {t for t in self.schema.tables if t not in found and self._leads(t, found)}:
            found |= more
        return frozenset(found & self.schema.tables.keys())

    @cached_property
    def apart(self) -> frozenset[str]:
        """Tables in which two families may share no row: owned ones, what an account refers to, and what policies
        look for through an owned one (the sale whose customer the caller is)."""
        homes = {link.parent for t in self.accounts & self.schema.tables.keys() for link in self.links(t)}
        return self.owned | homes | set(self._led_to())

    def _led_to(self) -> Iterator[str]:
        texts = {guarded: surface.asked for guarded, surface in self.surfaces.items()}
        for table in self.owned - self.accounts:
            word = re.compile(rf"\b{re.escape(self.schema.tables[table].bare)}\b")
            asked = [text for guarded, text in texts.items() if guarded != table and word.search(text)]
            for key in self.schema.tables[table].foreign_keys:
                if any(re.search(rf"\b{re.escape(c)}\b", text) for text in asked for c in key.columns):
                    yield key.parent

    def _leads(self, table: str, found: set[str]) -> bool:
        return any(link.parent in found and self._binds(link) for link in self.links(table)) or bool(
            self.compared(table)
        )

    def _binds(self, link: Link) -> bool:
        """The row is whose the parent is: not where it merely may refer to it, or say who made the row."""
        if link.provenance:
            return False
        if link.parent in self.accounts | self.tenants and not (link.nullable and self._at_times_nobodys(link.parent)):
            return True
        if not link.nullable and self._always_somebodys(link.parent):
            return True
        surface = self.surfaces.get(link.table)  # it or its parent may be nobody's, so the policies have to ask
        asked = surface.conditions(called=False) if surface else ""
        return all(re.search(rf"\b{re.escape(c)}\b", asked) for c in link.columns)

    def _always_somebodys(self, table: str, seen: frozenset[str] = frozenset()) -> bool:
        """A row cannot be without a user or tenant."""
        sure = [link for link in self.links(table) if not (link.nullable or link.provenance)]
        return any(
            link.parent in self.accounts | self.tenants
            or (link.parent not in seen | {table} and self._always_somebodys(link.parent, seen | {table}))
            for link in sure
        )

    def _at_times_nobodys(self, table: str) -> bool:
        """Its policies open the rows without an owner: what users share and what is there for all, in one table."""
        surface = self.surfaces.get(table)
        own = [k for k in self.links(table) if k.parent in self.accounts and not k.provenance]
        asked = surface.conditions("SELECT", called=False) if surface and own else ""
        return bool(own) and all(k.nullable and re.search(rf"\b{k.columns[0]}\b\)? IS NULL", asked) for k in own)

    def links(self, table: str) -> tuple[Link, ...]:
        """Its foreign keys, and plain columns that hold a user's id."""
        if table not in self._links:
            self._links[table] = tuple(links(self.schema.tables[table], self.compared(table)))
        return self._links[table]

    @cached_property
    def _links(self) -> dict[str, tuple[Link, ...]]:
        return {}

    def compared(self, table: str) -> frozenset[str]:
        """Own columns that a policy compares with the caller; who made a row counts only where that is who reads it."""
        surface = self.surfaces.get(table)
        if surface is None:
            return frozenset()
        found = self.compared_in(table, surface.conditions(called=False))
        readers = [p for p in surface.policies if p.permissive and p.command == "SELECT"]
        readers = readers or [p for p in surface.policies if p.permissive and p.command == "ALL"]
        reading = self.compared_in(table, "\n".join(p.using or "" for p in readers))
        private = any(p.says_private for p in readers)
        return frozenset(c for c in found if private or c in reading or not PROVENANCE.search(c))

    def compared_in(self, table: str, conditions: str) -> set[str]:
        """Own columns that these conditions compare with the caller."""
        columns = self.schema.tables[table].columns.items()
        known = {
            n for n, c in columns if not (c.kind == "uuid" and "uuid" in (c.default or ""))
        }  # made here: no user's
        name = self.schema.tables[table].bare
        return {
            found["column"]
            for pattern in _COMPARED
            for found in pattern.finditer(conditions)
            if found["column"] in known and (found["table"] or name).strip('"') == name
        }

    def owner_links(self, table: str) -> tuple[Link, ...]:
        """The links that make a row somebody's."""
        compared = self.compared(table)
        return tuple(
            link
            for link in self.links(table)
            if link.parent in self.owned and (self._binds(link) or compared.intersection(link.columns))
        )

    def users(self, table: str) -> Mapping[str, str]:
        """Columns that hold somebody's key, with the account table whose key it is.

        Also as part of a longer key: (organization_id, user_id) of a membership.
        """
        if table not in self._users:
            self._users[table] = {}  # meanwhile, for keys that go in a circle
            self._users[table] = dict(self._user_columns(table))
        return self._users[table]

    def ordinary(self, table: str) -> dict[str, str]:
        """The role of somebody ordinary, in a table that gives roles to users: the one that policies ask for least."""
        shape = self.schema.tables[table]
        role = _role_column(shape)
        if role is None or shape.columns[role].default or any(m.table == table for m in self.memberships):
            return {}
        asked = "\n".join(surface.asked for surface in self.surfaces.values())
        known = least_powerful(shape.columns[role].labels or listed(shape, role))
        return {role: min(known, key=lambda label: asked.count(f"'{label}'"))} if known else {}

    @cached_property
    def _users(self) -> dict[str, dict[str, str]]:
        return {}

    def _user_columns(self, table: str) -> Iterator[tuple[str, str]]:
        for link in self.links(table) if table in self.schema.tables else ():
            if link.parent in self.accounts and len(link.columns) == 1:
                yield link.columns[0], link.parent
            elif len(link.columns) > 1 and link.parent in self.schema.tables:
                key = self.schema.tables[link.parent].primary_key
                theirs = self.users(link.parent)
                for column, there in zip(link.columns, link.parent_columns, strict=True):
                    if link.parent in self.accounts and [there] == list(key):
                        yield column, link.parent
                    elif there in theirs:
                        yield column, theirs[there]

    def naming(self, table: str) -> dict[str, str]:
        """Of `users` the columns that a row must fill to be somebody's, what policies ask for most first.

        Keys of auth.users; those of other accounts count where there are several: who befriends whom.
        """
        columns = self.schema.tables[table].columns
        users = {c: a for c, a in self.users(table).items() if c in columns}
        keys = Counter(account for column, account in users.items() if columns[column].not_null)
        found = [c for c, a in users.items() if a == USERS or (keys[a] > 1 and a != table and columns[c].not_null)]
        surface = self.surfaces.get(table)
        texts = ["\n".join(p.clauses.values()) for p in surface.policies if p.permissive] if surface else []
        asked = Counter(column for text in texts for column in self.compared_in(table, text))
        found.sort(key=lambda c: (-asked[c], bool(PROVENANCE.search(c)), not columns[c].not_null))
        return {column: users[column] for column in found}

    def path(self, table: str) -> tuple[str, ...]:
        """The steps to the user, e.g. ("quests.child_id", "children.parent_id", "profiles.id"); empty where shared."""
        steps: list[str] = []
        seen: set[str] = set()
        while table != USERS and table not in seen and table in self.owned:
            seen.add(table)
            membership = next((m for m in self.memberships if m.tenant.parent == table), None)
            links = sorted(
                (link for link in self.owner_links(table) if link.parent not in seen),
                key=lambda link: (link.nullable, link.parent not in self.accounts),
            )
            if membership and not any(link.parent in self.accounts for link in links):
                return (*steps, f"{membership.table.removeprefix('public.')} (membership)")
            if not links:
                break
            steps.append(links[0].words)
            table = links[0].parent
        return tuple(steps)


def _is_account(table: Table, accounts: set[str]) -> bool:
    alone = {unique.columns for unique in table.uniques if not unique.partial}
    return any(k.parent in accounts and len(k.columns) == 1 and k.columns in alone for k in table.foreign_keys)


def _homes(bare: Ownership, account: str) -> Iterator[Membership]:
    """The tenants that an account itself names (profiles.company_id), where policies ask for that."""
    table = bare.schema.tables[account]
    word = re.escape(table.bare)
    user = next((link for link in bare.links(account) if link.parent in bare.accounts - {account}), None)
    for link in bare.links(account):
        if user is None or link.parent in bare.accounts or len(link.columns) != 1:
            continue
        asks = re.compile(rf"\bselect\b[^;]*\b{link.columns[0]}\b[^;]*\bfrom\b[^;]*\b{word}\b", re.IGNORECASE)
        if any(asks.search(s.asked) for s in bare.surfaces.values()):
            role = _role_column(table)
            yield Membership(account, user, link, role, _roles(table, role), scoped=False)


def listed(table: Table, column: str) -> tuple[str, ...]:
    """The values that a CHECK of the column lists."""
    definitions = [c.definition for c in table.checks if c.columns == (column,)]
    return tuple(dict.fromkeys(v for text in definitions for v in re.findall(r"'([^']+)'::(?:text|character)", text)))


def _memberships(schema: Schema, surfaces: Mapping[str, Surface]) -> Iterator[Membership]:
    """Tables with a link to a user and one to something else, that policies ask or whose names say it."""
    bare = Ownership(schema, (), surfaces)
    for name, table in schema.tables.items():
        if name.startswith("auth."):
            continue
        if name in bare.accounts:
            yield from _homes(bare, name)
            continue
        links = bare.links(name)
        users = [link for link in links if link.parent in bare.accounts and not link.provenance]
        others = [k for k in links if k.parent not in bare.accounts and k.parent != name and not _gives_role(k)]
        if not users or not others:
            continue
        role = _role_column(table)
        word = re.compile(rf"\b{re.escape(table.bare)}\b")
        for other in others:
            ties = any(
                {*users[0].columns, *other.columns} >= set(unique.columns) and len(unique.columns) > 1
                for unique in table.uniques
            )
            named = bool(_MEMBERSHIP.search(name)) or role is not None
            asked = any(word.search(s.asked) for guarded, s in surfaces.items() if guarded != name)
            if (named and (ties or asked)) or (ties and asked):
                yield Membership(name, users[0], other, role, _roles(table, role))


def _gives_role(link: Link) -> bool:
    """It leads to the roles that there are (roles.name), which are nobody's."""
    return all(_ROLE_COLUMN.search(c) or re.search(r"(^|_)role_id$", c) for c in link.columns)


def _role_column(table: Table) -> str | None:
    return next((name for name in table.columns if _ROLE_COLUMN.search(name)), None)


def _roles(table: Table, role: str | None) -> tuple[str, ...]:
    if role is None:
        return ()
    found = table.columns[role].labels or listed(table, role)
    rank = {"owner": 0, "superadmin": 1, "super_admin": 1, "admin": 2, "administrator": 2, "manager": 3}
    return tuple(sorted(dict.fromkeys(found), key=lambda value: rank.get(value.lower(), 9)))
