"""Two users with full families of rows, and a stranger who has none."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tools.postgres.server import Connection
from tools.proofs.links import USERS
from tools.proofs.ownership import Membership, Ownership
from tools.rows.apart import place
from tools.rows.filler import CannotFill, Filler, Row

_MOST_ROLES = 4


@dataclass
class Family:
    """A user, and rows of theirs in every owned table; `others` are users with less to say in the same tenant."""

    ownership: Ownership
    filler: Filler
    user: str = ""
    others: dict[str, str] = field(default_factory=dict)
    """User ids by what their memberships say they may do."""
    missing: dict[str, CannotFill] = field(default_factory=dict)
    """Tables in which no row could be made."""
    _named: dict[str, frozenset[str]] = field(default_factory=dict)
    """Columns in which the rows of a table name the user."""
    _spares: dict[str, dict[str, str] | None] = field(default_factory=dict)

    @classmethod
    def settle(cls, conn: Connection, ownership: Ownership, mark: str, *, alone: bool = False) -> "Family":
        """A user with rows in all owned tables, parents first; only an account where `alone`."""
        family = cls(ownership, Filler(conn, ownership.schema, mark=mark))
        if USERS not in ownership.schema.tables:
            return family
        place(conn, ownership.schema)
        family.user = family.new_user()
        if not alone:
            for table in _parents_first(ownership):
                family.row(table)
            for membership in ownership.memberships:
                family._admit_others(membership)
        return family

    def new_user(self) -> str:
        """Signs somebody up; where a trigger of the project's fails at that, without triggers."""
        try:
            return str(self.filler.row(USERS)["id"])
        except CannotFill:
            self.filler.conn.execute("set local session_replication_role = replica")
            try:
                return str(self.filler.row(USERS)["id"])
            finally:
                self.filler.conn.execute("set local session_replication_role = origin")

    def row(self, table: str, given: Mapping[str, str | None] | None = None) -> Row | None:
        """The family's row in a table, made where there is none yet; with `given`, another one."""
        if given is None and (there := self.filler.rows.get(table)):
            return there[0]
        problem = None
        for columns, theirs in self._ways(table):
            try:
                made = self.filler.row(table, {**theirs, **(given or {})}, own=self.ownership.apart)
            except CannotFill as reason:
                problem = problem or reason
            else:
                self._named.setdefault(table, columns)
                return made
        if given is None and problem:
            self.missing[table] = problem
        return None

    def such(self, table: str, wished: Mapping[str, str | None]) -> Row | None:
        """A row of the family's that says what is wished, made where there is none yet, or else its first one."""
        first = self.row(table)
        there = [r for r in self.filler.rows.get(table, ()) if all(r.get(name) == v for name, v in wished.items())]
        if first is None or there:
            return there[0] if there else None
        return self.row(table, wished) or first

    def values(self, table: str) -> dict[str, str] | None:
        """Columns and literals of a row that the family could have beside its others.

        Where a key ties it to its parents, rather to another of the family's own than to a new one.
        """
        if table not in self._spares:
            self._spares[table] = self.another(table)
        return self._spares[table]

    def another(self, table: str, given: Mapping[str, str | None] | None = None) -> dict[str, str] | None:
        """Like `values`, and another one each time; with `given`, such a one."""
        for columns, theirs in self._ways(table):
            for parents in (*self._other_parents(table, theirs), {}):
                wanted = {**theirs, **parents, **(given or {})}
                try:
                    found = self.filler.values(table, wanted, own=self.ownership.apart)
                except CannotFill:
                    continue
                self._named.setdefault(table, columns)
                return found
        return None

    def _other_parents(self, table: str, theirs: Row) -> Iterator[dict[str, str | None]]:
        for membership in self.ownership.memberships:
            if membership.table == table and membership.scoped:  # somebody new comes to the tenant
                yield {membership.user.columns[0]: self.account(membership.user.parent, self.new_user())}
        shape = self.ownership.schema.tables[table]
        keyed = {column for unique in shape.uniques for column in unique.columns}
        for key in shape.foreign_keys:
            if key.parent in self.ownership.owned - self.ownership.accounts and keyed.intersection(key.columns):
                own: list[Row] = []
                fellows: list[Row] = []
                for row in self.filler.rows.get(key.parent, ())[1:]:
                    (own if self.is_own(key.parent, row) else fellows).append(row)
                for row in (*own, *fellows):
                    given = dict(zip(key.columns, (row[c] for c in key.parent_columns), strict=True))
                    if all(theirs.get(column, value) == value for column, value in given.items()):
                        yield given
                        break

    def is_own(self, table: str, row: Row) -> bool:
        """It names the family's user or nobody, and no fellow member, but for columns in which others are named."""
        users = self.ownership.users(table)
        named = self._named.get(table) or users.keys()
        return all(row.get(c) in (None, self.account(account, self.user)) for c, account in users.items() if c in named)

    def _ways(self, table: str) -> Iterator[tuple[frozenset[str], dict[str, str | None]]]:
        """The columns in which a row names this family's user, and what it must say; the best way first.

        In all that can; where they may have to differ (who mutes whom), in those that decide whose the row is.
        """
        columns = self.ownership.naming(table)
        every = frozenset(columns)
        fewer = [every - {column} for column in reversed([*columns])] + [frozenset({column}) for column in columns]
        ways = [every, *(fewer if len(columns) > 1 else ())]
        if (known := self._named.get(table)) is not None:
            ways.insert(0, known)
        for way in dict.fromkeys(ways):
            keys = {column: self.account(account, self.user) for column, account in columns.items() if column in way}
            yield way, keys | self._role(table)

    def _role(self, table: str) -> dict[str, str | None]:
        """What a membership of this family's user must say, or a role that is for the whole app."""
        given: dict[str, str | None] = {**self.ownership.ordinary(table)}
        for membership in self.ownership.memberships:
            if membership.table == table and membership.role and membership.roles and membership.scoped:
                given[membership.role] = membership.roles[0]
        return given

    def _admit_others(self, membership: Membership) -> None:
        """One more user for each further role in the tenant."""
        tenants = self.filler.rows.get(membership.tenant.parent)
        if not tenants or not membership.role:
            return
        for role in membership.roles[membership.scoped : _MOST_ROLES]:
            if role in self.others:
                continue
            user = self.new_user()
            given: dict[str, str | None] = dict(
                zip(membership.tenant.columns, (tenants[0][c] for c in membership.tenant.parent_columns), strict=True)
            )
            given |= {membership.role: role, membership.user.columns[0]: self.account(membership.user.parent, user)}
            if self.row(membership.table, given):
                self.others[role] = user

    def account(self, table: str, user: str, given: Mapping[str, str | None] | None = None) -> str | None:
        """The key of the row that stands for the user in an account table, through others where needed.

        Where it is not there yet, it is made, and says what is `given`.
        """
        if table == USERS:
            return user
        for link in self.ownership.links(table):
            if link.parent in self.ownership.accounts - {table} and len(link.columns) == 1:
                key = self.account(link.parent, user)
                found = next((r for r in self.filler.rows.get(table, ()) if r.get(link.columns[0]) == key), None)
                row = found or self.row(table, {**(given or {}), link.columns[0]: key})
                return row[self.ownership.schema.tables[table].primary_key[0]] if row else None
        return None


def _parents_first(ownership: Ownership) -> Iterable[str]:
    """Owned tables, each after those that its foreign keys lead to; memberships right after their tenants."""
    tables = ownership.schema.tables
    done: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in done or name in above or name not in tables:
            return
        for key in tables[name].foreign_keys:
            visit(key.parent, (*above, name))
        if name in ownership.owned and name != USERS:
            done[name] = None
            for membership in ownership.memberships:
                if membership.tenant.parent == name:
                    visit(membership.table, (*above, name))

    for name in sorted(tables):
        visit(name, ())
    return list(done)
