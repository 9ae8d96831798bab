"""Names that a migration brings, held against the patterns of ``[conventions.names]``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tools.checks._statements import at_column, at_table, bare, identifier
from tools.checks.base import finding
from tools.conventions import Names
from tools.facts import names, relation
from tools.observe import Observed
from tools.report import Finding

_ENDINGS = {"primary key": "pkey", "unique": "key", "foreign key": "fkey", "check": "check", "exclude": "excl"}
"""What Postgres ends a constraint's name with."""


@dataclass(frozen=True)
class _Named:
    kind: str
    object: str
    name: str
    rename: str
    """What ``rename to ...`` goes behind."""
    values: Mapping[str, str | None] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


def ill_named(seen: Observed, patterns: Names) -> Iterator[Finding | None]:
    """For each name that the migration brings and a pattern speaks of, what is wrong with it; indexes are not here."""
    for kind in patterns.given:
        for named in _FINDERS[kind](seen) if kind in _FINDERS else ():
            yield _judged(seen, patterns, named)


def index_values(table: str, facts: Mapping[str, str]) -> dict[str, str | None]:
    """What the placeholders of an index's pattern stand for; an expression has no name, so any will do."""
    columns = names(facts.get("columns"))
    kind = "unique" if facts.get("unique") == "true" else facts.get("method")
    return {"table": bare(table), "columns": "_".join(columns) if all(columns) else None, "kind": kind}


def _judged(seen: Observed, patterns: Names, named: _Named) -> Finding | None:
    pattern = patterns.pattern(named.kind)
    if pattern is None or pattern.allows(named.name, named.values):
        return None
    better = pattern.proposal(named.name, named.values)
    line, column = seen.line_of(named.name)
    at: dict[str, int | None] = {"line": line, "column": column}
    if line is None or named.kind == "column":
        at = (
            at_column(seen, relation(named.object), named.columns[0]) if named.columns else at_table(seen, named.object)
        )
    return finding(
        "conventions/name",
        f"The name of the {named.kind} {named.object} does not match `{pattern.text}`.",
        hint=f"Call it {better}." if better else f"Choose a name that matches `{pattern.text}`.",
        fix=f"{named.rename} to {identifier(better)};" if better else "",
        object=named.object,
        **at,
    )


def _tables(seen: Observed) -> Iterator[_Named]:
    for table in seen.after.tables():
        if _is_news(seen, "table", table) and _is_own(seen, table):
            yield _Named("table", table, bare(table), f"alter table {table} rename")


def _columns(seen: Observed) -> Iterator[_Named]:
    for table in filter(lambda t: _is_own(seen, t), seen.after.tables()):
        for column, facts in seen.after.columns(table).items():
            name = f"{table}.{column}"
            if _is_news(seen, "column", name) and facts.get("inherited") != "yes":
                rename = f"alter table {table} rename column {identifier(column)}"
                yield _Named("column", name, column, rename, {"table": bare(table)}, (column,))


def _constraints(seen: Observed) -> Iterator[_Named]:
    for name, facts in seen.after.of("constraint").items():
        ending = _ENDINGS.get(facts.get("type", ""))
        table = relation(name)
        if ending and seen.is_new("constraint", name) and not facts.get("inherited") and _is_own(seen, table):
            bare_name, columns = name[len(table) + 1 :], names(facts.get("columns"))
            values = {"table": bare(table), "columns": "_".join(columns) or None, "kind": ending}
            rename = f"alter table {table} rename constraint {identifier(bare_name)}"
            yield _Named("constraint", name, bare_name, rename, values, tuple(columns))


def _policies(seen: Observed) -> Iterator[_Named]:
    for name, facts in _hanging(seen, "policy"):
        table = relation(name)
        policy = name[len(table) + 1 :]
        values = {"table": bare(table), "kind": facts.get("command", "").lower()}
        yield _Named("policy", name, policy, f"alter policy {identifier(policy)} on {table} rename", values)


def _triggers(seen: Observed) -> Iterator[_Named]:
    for name, _ in _hanging(seen, "trigger"):
        table = relation(name)
        trigger = name[len(table) + 1 :]
        rename = f"alter trigger {identifier(trigger)} on {table} rename"
        yield _Named("trigger", name, trigger, rename, {"table": bare(table)})


def _hanging(seen: Observed, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    for name, facts in seen.after.of(kind).items():
        table = relation(name)
        if seen.is_new(kind, name) and (_is_own(seen, table) or seen.after.get("view", table)):
            yield name, facts


def _functions(seen: Observed) -> Iterator[_Named]:
    older = {relation(function) for function in seen.before.of("function")}
    for function in seen.after.of("function"):
        name = relation(function)
        if name not in older:  # another signature of a name that was there is no new name
            yield _Named("function", function, bare(name), f"alter routine {function} rename")


def _types(seen: Observed) -> Iterator[_Named]:
    for name, facts in seen.after.of("type").items():
        if seen.is_new("type", name) and facts.get("kind") in ("enum", "domain", "composite"):
            yield _Named("type", name, bare(name), f"alter type {name} rename")


def _views(seen: Observed) -> Iterator[_Named]:
    for name, facts in seen.after.of("view").items():
        if seen.is_new("view", name):
            what = "materialized view" if facts.get("materialized") == "true" else "view"
            yield _Named("view", name, bare(name), f"alter {what} {name} rename")


def _is_news(seen: Observed, kind: str, name: str) -> bool:
    """It was not there, or was itself called otherwise (a column's name changes with its table's in the facts)."""
    former = seen.rehearsal.former.get(name, name)
    if kind == "table":
        return seen.is_new(kind, name) or bare(former) != bare(name)
    return seen.is_new(kind, name) or former[len(relation(former)) :] != name[len(relation(name)) :]


def _is_own(seen: Observed, table: str) -> bool:
    """A table named by people: neither a partition nor a queue, which a function makes."""
    facts = seen.after.get("table", table)
    return bool(facts) and "partition bound" not in facts and not table.startswith("pgmq.")


_FINDERS = {
    "table": _tables,
    "column": _columns,
    "constraint": _constraints,
    "policy": _policies,
    "trigger": _triggers,
    "function": _functions,
    "type": _types,
    "view": _views,
}
