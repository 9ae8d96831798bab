"""The catalog as the drafter asks it: what a word means, who references whom, what is there already."""

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from agent.offline import regex
from agent.offline.description import Range
from agent.offline.words import plural, singular
from tools.config import Config
from tools.facts import Catalog

USERS = "auth.users"
_SYNONYMS = {"kid": "child", "org": "organization", "doc": "document", "emotion": "emotion_log"}
_MANAGED = (
    "auth", "storage", "realtime", "vault", "extensions", "graphql", "graphql_public", "net", "cron", "pgsodium",
    "supabase_migrations", "supabase_functions", "pgbouncer", "_realtime",
)  # fmt: skip


@dataclass(frozen=True)
class ForeignKey:
    column: str
    table: str
    target: str
    on_delete: str = "no action"


class Schema:
    """Look-ups in a Catalog; tables of the platform's own schemas are left out, but for auth.users."""

    def __init__(self, catalog: Catalog, config: Config) -> None:
        self.catalog, self.config = catalog, config
        self._meant: dict[tuple[str, bool], str | None] = {}
        self._keys: dict[str, tuple[ForeignKey, ...]] = {}

    @cached_property
    def tables(self) -> tuple[str, ...]:
        return tuple(sorted(t for t in self.catalog.tables() if t.split(".")[0] not in _MANAGED))

    def columns(self, table: str) -> dict[str, dict[str, str]]:
        return self.catalog.columns(table)

    def type_of(self, table: str, column: str) -> str:
        """As Postgres prints it, e.g. ``timestamp with time zone``."""
        return str(self.columns(table)[column]["type"])

    def is_required(self, table: str, column: str) -> bool:
        return _true(self.columns(table).get(column, {}).get("not null"))

    def default(self, table: str, column: str) -> str | None:
        value = self.columns(table).get(column, {}).get("default")
        return None if value is None else str(value)

    def labels(self, type_name: str) -> tuple[str, ...]:
        """Of an enum; empty for any other type."""
        return listed(self.catalog.get("type", type_name).get("labels"))

    def constraints(self, table: str, kind: str) -> list[dict[str, Any]]:
        """Of a kind: primary key, unique, check, foreign key."""
        found = self.catalog.of("constraint", under=table)
        return [attributes for _, attributes in sorted(found.items()) if attributes.get("type") == kind]

    def indexes(self, table: str) -> dict[str, dict[str, Any]]:
        """By bare name."""
        return {name.split("/", 1)[-1]: facts for name, facts in self.catalog.of("index", under=table).items()}

    def policies(self, table: str) -> dict[str, dict[str, Any]]:
        return {name.split("/", 1)[-1]: facts for name, facts in self.catalog.of("policy", under=table).items()}

    def triggers(self, table: str) -> dict[str, dict[str, Any]]:
        return {name.split("/", 1)[-1]: facts for name, facts in self.catalog.of("trigger", under=table).items()}

    @cached_property
    def _shared_triggers(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """(table, trigger)s by the function that runs after changes of several tables."""
        users: dict[str, list[tuple[str, str]]] = {}
        for table in self.tables:
            for name, facts in self.triggers(table).items():
                if "AFTER" in str(facts.get("definition", "")):
                    users.setdefault(str(facts.get("function", "")), []).append((table, name))
        return {function: tuple(held) for function, held in users.items() if len({t for t, _ in held}) > 1}

    def shared_audit(self, log: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        """(trigger function, its (table, trigger)s) by which changes of several tables are written to the log already.

        That it writes there is told by its comment.
        """
        bare = rf"\b{_bare(log)}\b"
        for function, held in self._shared_triggers.items():
            if regex.search(bare, str(self.catalog.get("function", function).get("comment", ""))):
                return function, held
        return None

    def primary_key(self, table: str) -> tuple[str, ...]:
        keys = self.constraints(table, "primary key")
        if keys:
            return listed(keys[0].get("columns"))
        return ("id",) if table == USERS else ()

    def foreign_keys(self, table: str) -> tuple[ForeignKey, ...]:
        """Of one column each."""
        if table not in self._keys:
            self._keys[table] = tuple(self._foreign_keys(table))
        return self._keys[table]

    def _foreign_keys(self, table: str) -> Iterator[ForeignKey]:
        for facts in self.constraints(table, "foreign key"):
            columns, targets = listed(facts.get("columns")), listed(facts.get("referenced columns"))
            if len(columns) == 1:
                definition = str(facts.get("definition", "")).lower()
                action = next(
                    (a for a in ("cascade", "set null", "restrict") if f"on delete {a}" in definition), "no action"
                )
                yield ForeignKey(columns[0], str(facts["references"]), targets[0] if targets else "id", action)

    def uniques(self, table: str) -> list[tuple[str, ...]]:
        """Column lists that are unique already, the primary key's too."""
        whole = [
            listed(index.get("columns"))
            for index in self.indexes(table).values()
            if _true(index.get("unique")) and not index.get("predicate")
        ]
        keys = self.constraints(table, "unique") + self.constraints(table, "primary key")
        return whole + [listed(key.get("columns")) for key in keys]

    def checks(self, table: str, column: str) -> list[str]:
        """Definitions of CHECKs on the column alone."""
        found = self.constraints(table, "check")
        return [str(check["definition"]) for check in found if listed(check.get("columns")) == (column,)]

    def own_checks(self, table: str, column: str) -> dict[str, str]:
        """Validated CHECKs on the column alone: definitions by their bare names."""
        found = self.catalog.of("constraint", under=table)
        return {
            name.split("/", 1)[-1]: str(check["definition"])
            for name, check in sorted(found.items())
            if check.get("type") == "check" and listed(check.get("columns")) == (column,) and _true(check["validated"])
        }

    def tied(self, table: str, column: str) -> list[str]:
        """What names a column and does not simply move to another: all but its default, comment and own checks."""
        if len(key := self.primary_key(table)) != 1 or column in key:
            return [f"the primary key of {table}"]
        own = self.own_checks(table, column)
        facts = self.columns(table)[column]
        tied = [f"its {kind}" for kind in ("identity", "generated") if facts.get(kind)]
        tied += ["its sequence"] if "nextval(" in str(facts.get("default")) else []
        for kind in ("constraint", "index", "trigger", "policy"):
            tied += [
                f"{kind} {name.split('/', 1)[-1]}"
                for name, found in self.catalog.of(kind, under=table).items()
                if regex.search(rf"\b{column}\b", " ".join(map(str, found.values())))
                and name.split("/", 1)[-1] not in own
            ]
        for name, found in self.catalog.of("view").items():
            said = " ".join(map(str, found.values()))
            if regex.search(rf"\b{column}\b", said) and regex.search(rf"\b{_bare(table)}\b", said):
                tied.append(f"view {name}")
        return tied

    def bounds(self, table: str, column: str) -> dict[str, Range]:
        """What CHECKs demand that only compare the column, or its length, with numbers; by their bare names."""
        found = {}
        compared = rf"\(?(?:char_length\({column}\)|{column}) (>=|>|<=|<) \(?'?(-?\d+(?:\.\d+)?)'?\)?(?:::\w+)?\)?"
        for name, facts in self.catalog.of("constraint", under=table).items():
            definition = str(facts.get("definition", ""))
            if facts.get("type") != "check" or regex.sub(r"CHECK|AND|[() ]", "", regex.sub(compared, "", definition)):
                continue
            sides = {sign[0]: (sign, number) for sign, number in regex.findall(compared, definition)}
            low, high = (
                (None if side is None else Decimal(side[1]) if "." in side[1] else int(side[1]))
                for side in (sides.get(">"), sides.get("<"))
            )
            found[name.split("/", 1)[-1]] = Range(
                low, high, sides.get(">", (">=",))[0] == ">", sides.get("<", ("<=",))[0] == "<"
            )
        return found

    def choices(self, table: str, column: str) -> tuple[str, ...]:
        """The values of an enum column, or those that a CHECK lists."""
        kind = str(self.columns(table).get(column, {}).get("type", ""))
        if labels := self.labels(kind):
            return labels
        for definition in self.checks(table, column):
            if "ANY (ARRAY[" in definition and "NOT" not in definition.split("ANY")[0]:
                return tuple(label.replace("''", "'") for label in regex.findall(r"'((?:[^']|'')*)'::", definition))
        return ()

    def is_indexed(self, table: str, columns: Sequence[str]) -> bool:
        """Some whole-table b-tree index starts with the columns."""
        return any(
            listed(index.get("columns"))[: len(columns)] == tuple(columns)
            for index in self.indexes(table).values()
            if index.get("method", "btree") == "btree" and not index.get("predicate")
        )

    def functions(self, name: str) -> list[str]:
        """Signatures of ``schema.name``."""
        return sorted(f for f in self.catalog.of("function") if f.split("(")[0] == name)

    def is_small(self, table: str) -> bool:
        return self.config.is_small(table)

    # Words to names

    def table(self, noun: str, *, loose: bool = False) -> str | None:
        """The one table that a noun in any number means; with `loose` a part of its name or a slip will do."""
        if (noun, loose) not in self._meant:
            self._meant[noun, loose] = self._table(noun, loose)
        return self._meant[noun, loose]

    def _table(self, noun: str, loose: bool) -> str | None:
        noun = "_".join(noun.strip().removeprefix("public.").replace(".", " ").split())
        if not noun:
            return None
        noun = _american(noun)
        forms = {noun, singular(noun), plural(noun)}
        exact = [t for t in self.tables if _bare(t) in forms]
        if not exact and (other := _SYNONYMS.get(singular(noun))):
            exact = [t for t in self.tables if _bare(t) in {other, plural(other)}]
        if not exact:
            exact = [t for t in self.tables if t.replace(".", "_").replace('"', "").lower() in forms]
        if not exact and singular(noun) in ("user", "auth_user", "account"):
            return USERS
        if exact or not loose:
            return exact[0] if len(exact) == 1 else _preferred(exact)
        parts = [t for t in self.tables if _is_part(singular(noun), singular(_bare(t)))]
        if len(parts) == 1:
            return parts[0]
        names = {_bare(t): t for t in self.tables}
        near = difflib.get_close_matches(plural(noun), names, n=2, cutoff=0.86) if len(noun) > 4 else []
        return names[near[0]] if len(near) == 1 else None

    def column(self, table: str, noun: str, *, loose: bool = False) -> str | None:
        """The one column of a table that a noun means."""
        noun = "_".join(noun.strip().split())
        names = list(self.columns(table))
        for form in (
            noun,
            _american(noun),
            singular(noun),
            plural(noun),
            f"{noun}_id",
            f"is_{noun}",
            f"has_{noun}",
            f"{noun}_at",
            f"{singular(noun)}_id",
        ):
            if form in names:
                return form
        if not loose:
            return None
        parts = [name for name in names if _is_part(singular(noun), name.removesuffix("_at").removesuffix("_id"))]
        if len(parts) == 1:
            return parts[0]
        near = difflib.get_close_matches(noun, names, n=2, cutoff=0.86) if len(noun) > 4 else []
        return near[0] if len(near) == 1 else None

    def role_noun(self, noun: str) -> ForeignKey | None:
        """What others call a table in their keys: ``parent`` is profiles where children.parent_id says so."""
        wanted = f"{singular(noun.replace(' ', '_'))}_id"
        keys = {(k.table, k.target): k for t in self.tables for k in self.foreign_keys(t) if k.column == wanted}
        return next(iter(keys.values())) if len(keys) == 1 else None

    def is_user_key(self, table: str, column: str, depth: int = 4) -> bool:
        """The column's value is the id of an auth user: it is auth.users.id or references it."""
        if table == USERS:
            return column == "id"
        return depth > 0 and any(
            key.column == column and self.is_user_key(key.table, key.target, depth - 1)
            for key in self.foreign_keys(table)
        )

    # Whose rows

    def belongs(self, table: str, depth: int = 4) -> bool:
        """Rows of the table are somebody's: a user's own, or those of a group that users are members of."""
        if table == USERS or any(self.is_user_key(table, column) for column in self.primary_key(table)):
            return True
        reading = [p for p in self.policies(table).values() if p.get("command") in ("SELECT", "ALL")]
        if reading:
            said = " ".join(str(policy.get("using", "")) for policy in reading)
            keyed = {key.table for key in self.foreign_keys(table) if regex.search(rf"\b{_bare(key.table)}\b", said)}
            return _asks_who(said) or any(depth and self.belongs(t, depth - 1) for t in keyed - {table})
        keys = self.foreign_keys(table)
        if depth and any(self.is_user_key(key.table, key.target) or self.belongs(key.table, depth - 1) for key in keys):
            return True
        return self.membership(table) is not None

    def membership(self, table: str) -> tuple[str, str, str] | None:
        """(table, column for the group, column for the user) where another table says who is a member."""
        for other in self.tables:
            keys = self.foreign_keys(other)
            group = [key.column for key in keys if key.table == table]
            user = [key.column for key in keys if self.is_user_key(key.table, key.target)]
            if group and user and any(set(unique) == {group[0], user[0]} for unique in self.uniques(other)):
                return other, group[0], user[0]
        return None


def _asks_who(expression: str) -> bool:
    return bool(regex.search(r"\bauth\.(?:uid|jwt|email)\(|\b\w+\.\w+\(", expression))


def _bare(table: str) -> str:
    """As people say it: without schema, quotes and capitals."""
    return table.split(".", 1)[-1].strip('"').lower()


def _preferred(tables: Iterable[str]) -> str | None:
    public = [table for table in tables if table.startswith("public.")]
    return public[0] if len(public) == 1 else None


def _american(noun: str) -> str:
    """``colour`` as names in code have it: ``color``."""
    return regex.sub(r"(?<=col)our|(?<=fav)our|(?<=behavi)our", "or", noun).replace("organis", "organiz")


def _is_part(noun: str, name: str) -> bool:
    """``progress`` is a part of ``user_progress``: whole words of it, in its order."""
    return f"_{noun}_" in f"_{name}_" or f"_{noun}_" in f"_{'_'.join(singular(part) for part in name.split('_'))}_"


def _true(value: Any) -> bool:
    return value in (True, "true", "t")


def listed(value: Any) -> tuple[str, ...]:
    """A list that a fact holds."""
    if value is None:
        return ()
    return _split(value) if isinstance(value, str) else tuple(str(part) for part in value)


@lru_cache(maxsize=4096)
def _split(value: str) -> tuple[str, ...]:
    if value.startswith("["):
        return tuple(map(str, json.loads(value)))
    return tuple(part for part in value.strip("{}").split(",") if part)
