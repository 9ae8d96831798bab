"""Differences between two moments, by object, in words and as the SQL that takes them back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tools.checks._access import schema_of
from tools.checks._statements import bare, identifier
from tools.contents import RowChange
from tools.facts import Catalog, Diff, relation
from tools.policies import Policy

State = Literal["added", "removed", "changed"]

_IN_RELATION = ("constraint", "index", "policy", "trigger", "rule")
_OWNERS = ("table", "view", "sequence", "function", "type")
_DROPS = {
    "table": "drop table if exists {object};",
    "view": "drop view if exists {object};",
    "function": "drop function if exists {object};",
    "type": "drop type if exists {object};",
    "sequence": "drop sequence if exists {object};",
    "schema": "drop schema if exists {object};",
    "extension": "drop extension if exists {name};",
    "publication": "drop publication if exists {name};",
    "event trigger": "drop event trigger if exists {name};",
    "role": "drop role if exists {name};",
    "column": "alter table {relation} drop column if exists {name};",
    "constraint": "alter table {relation} drop constraint if exists {name};",
    "index": "drop index if exists {schema}.{name};",
    "policy": "drop policy if exists {name} on {relation};",
    "trigger": "drop trigger if exists {name} on {relation};",
    "rule": "drop rule if exists {name} on {relation};",
    "publication table": "alter publication {relation} drop table {member};",
}


@dataclass(frozen=True)
class ObjectChange:
    """One object that is there, is gone or is different."""

    kind: str
    object: str
    """As facts name it."""
    state: State
    attributes: dict[str, tuple[str | None, str | None]]
    """Value before and now, of each attribute that differs; None where there is none."""

    def __str__(self) -> str:
        if self.kind in ("grant", "default privileges"):
            new = sorted(name for name, (_, now) in self.attributes.items() if now is not None)
            gone = sorted(name for name, (_, now) in self.attributes.items() if now is None)
            words = [f"{', '.join(some)} {state}" for some, state in ((new, "is new"), (gone, "is gone")) if some]
            return f"{self.kind} on {self.object} ({'; '.join(words)})"
        if self.state == "changed":
            words = [f"{name}: {_short(was)} -> {_short(now)}" for name, (was, now) in sorted(self.attributes.items())]
            return f"{self.kind} {self.object} ({'; '.join(words)})"
        return f"{self.kind} {self.object} ({'was not there' if self.state == 'added' else 'is gone'})"

    @property
    def relation(self) -> str:
        """The table of a column, constraint, index, policy or trigger; else the object's own name."""
        return relation(self.object) if self.kind in (*_IN_RELATION, "column") else self.object.partition("/")[0]

    @property
    def name(self) -> str:
        """The last part, bare."""
        if self.kind == "column":
            return self.object[len(self.relation) + 1 :]
        return self.object.partition("/")[2] or bare(self.object)

    @property
    def words(self) -> tuple[str, ...]:
        """What a statement about it has to name."""
        if self.kind == "grant":
            given = any(now is not None for _, now in self.attributes.values())
            return ("grant" if given else "revoke", bare(self.object.partition(" ")[2].partition("(")[0]))
        if self.kind in (*_IN_RELATION, "column"):
            return (bare(self.relation), self.name)
        return (bare(self.object.partition("(")[0]),)


def describe_objects(change: Diff, before: Catalog) -> list[ObjectChange]:
    """By kind and name; what belongs to a table that came or went whole is left to that table."""
    attributes: dict[tuple[str, str], dict[str, tuple[str | None, str | None]]] = {}
    for fact in change.removed:
        attributes.setdefault((fact.kind, fact.object), {})[fact.attribute] = (fact.value, None)
    for fact in change.added:
        was = attributes.get((fact.kind, fact.object), {}).get(fact.attribute, (None, None))[0]
        attributes.setdefault((fact.kind, fact.object), {})[fact.attribute] = (was, fact.value)
    changes = [
        ObjectChange(kind, name, _state(before.get(kind, name), values), values)
        for (kind, name), values in sorted(attributes.items())
    ]
    whole = {c.object for c in changes if c.kind in _OWNERS and c.state != "changed"}
    columns = {c.object for c in changes if c.kind == "column" and c.state != "changed"}
    own = {c.object for c in changes if c.kind == "sequence" and not _owners(c).isdisjoint(whole | columns)}
    kept = (c for c in changes if c.object not in own)
    return [c for c in kept if c.object in whole or not (_belongs(c, whole) or _is_of_constraint(c))]


def describe_rows(rows: RowChange) -> str:
    """In words: ``3 rows before, 6 now, e.g. {...}``."""
    same = rows.before == rows.after
    count = f"{rows.before} rows, with other values" if same else f"{rows.before} rows before, {rows.after} now"
    return count + (f", e.g. {rows.example}" if rows.example else "")


def undo(change: ObjectChange, before: Catalog) -> str:
    """SQL that makes the object what it was before; empty where facts do not suffice to write it."""
    was = before.get(change.kind, change.object)
    if change.kind == "grant":
        return "\n".join(_regrant(change))
    if change.state == "added":
        template = _DROPS.get(change.kind, "")
        return _fill("drop materialized view if exists {object};" if _is_materialized(change) else template, change)
    if change.state == "removed":
        return _create(change, was)
    return "\n".join(_restore(change, was))


def _state(was: dict[str, str], values: dict[str, tuple[str | None, str | None]]) -> State:
    if not was:
        return "added"
    return "removed" if all(values.get(name, ("", ""))[1] is None for name in was) else "changed"


def _belongs(change: ObjectChange, whole: set[str]) -> bool:
    owner = change.object.partition(" ")[2] if change.kind == "grant" else change.relation
    return owner in whole or (change.kind == "grant" and owner.rpartition(".")[0] in whole)


def _owners(change: ObjectChange) -> set[str]:
    """The column that a sequence belongs to, and its table: a serial's or identity's goes with them."""
    columns = {value for value in change.attributes.get("owned by", ()) if value}
    return columns | {column.rpartition(".")[0] for column in columns}


def _is_of_constraint(change: ObjectChange) -> bool:
    """The index of a primary key or unique constraint comes and goes with it."""
    return change.kind == "index" and any(change.attributes.get("constraint", ()))


def _is_materialized(change: ObjectChange) -> bool:
    return change.kind == "view" and change.attributes.get("materialized", ("", ""))[1] == "true"


def _fill(template: str, change: ObjectChange) -> str:
    return template.format(
        object=change.object,
        relation=change.relation,
        schema=schema_of(change.relation),
        name=identifier(change.name),
        member=change.object.partition("/")[2],
    )


def _create(change: ObjectChange, was: dict[str, str]) -> str:
    definition = was.get("definition", "")
    match change.kind:
        case "index" if not was.get("constraint"):
            return f"{definition};"
        case "trigger":
            return f"{definition};"
        case "constraint":
            return _fill("alter table {relation} add constraint {name} ", change) + f"{definition};"
        case "policy":
            policy = Policy.of(change.object, was)
            return policy.sql(using=policy.using, check=policy.check)
        case _:
            return ""


def _regrant(change: ObjectChange) -> Iterator[str]:
    kind, _, name = change.object.partition(" ")
    if kind == "column":
        return
    for attribute, (was, now) in sorted(change.attributes.items()):
        role, _, privilege = attribute.partition("/")
        role = role if role == "public" else identifier(role)
        if "revoked" in (was, now):
            continue
        if was is None:
            yield f"revoke {privilege.lower()} on {kind} {name} from {role};"
        elif now is None:
            yield f"grant {privilege.lower()} on {kind} {name} to {role};"


def _restore(change: ObjectChange, was: dict[str, str]) -> Iterator[str]:
    if change.kind in ("policy", "constraint", "trigger", "index") and set(change.attributes) != {"comment"}:
        if again := _create(change, was):
            if change.kind != "policy":
                yield _fill(_DROPS[change.kind], change)
            yield again
        return
    for attribute, (value, _) in sorted(change.attributes.items()):
        if line := _restored(change, attribute, value):
            yield line


def _restored(change: ObjectChange, attribute: str, value: str | None) -> str:
    if attribute == "comment":
        literal = "null" if value is None else "'" + value.replace("'", "''") + "'"
        target = {"column": "{relation}.{name}", "index": "{schema}.{name}"}.get(change.kind, "{object}")
        if change.kind in ("policy", "trigger", "constraint", "rule"):
            target = "{name} on {relation}"
        return f"comment on {change.kind} {_fill(target, change)} is {literal};"
    column = {
        "default": f"set default {value}" if value is not None else "drop default",
        "not null": "set not null" if value == "true" else "drop not null",
        "type": f"type {value}",
    }
    if change.kind == "column" and attribute in column:
        return _fill("alter table {relation} alter column {name} ", change) + f"{column[attribute]};"
    if change.kind == "table" and attribute == "rls":
        return f"alter table {change.object} {'enable' if value == 'true' else 'disable'} row level security;"
    return ""


def _short(value: str | None) -> str:
    if value is None:
        return "nothing"
    value = " ".join(value.split())
    return value if len(value) <= 60 else value[:57] + "..."
