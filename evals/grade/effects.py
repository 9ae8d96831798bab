"""Triggers, functions and views by what they do: the same writes, calls and reads, on the same rows of both."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from evals.grade.difference import Difference
from evals.grade.stage import Stage
from tools.facts import Catalog
from tools.proofs.answers import OURSELVES, Question
from tools.proofs.arguments import arguments
from tools.proofs.calls import Routine
from tools.proofs.cast import Cast
from tools.proofs.tries import exactly
from tools.rows.filler import Row, Table
from tools.rows.write import literal
from tools.sql import identifier

_MOST_ROWS, _MOST_COLUMNS = 3, 10
_ANOTHER = 7
"""By how much a number is changed."""
_LONG_AGO = "2001-02-03 04:05:06+00"


def calls(cast: Cast, routine: Routine, tables: Sequence[str]) -> list[str]:
    """Arguments: ids of the families' rows, ids of none, and nothing at all."""
    found = []
    for given in arguments(cast.ours, routine.parameters, tables, routine.body):
        found.append(given.sql(nowhere=False))
        if given.ids:
            found.append(given.sql(nowhere=True))
    taken = [p for p in routine.parameters if p.mode in "ib"]
    if taken:
        found.append(", ".join(f"{identifier(p.name)} => null" if p.name else "null" for p in taken))
    return list(dict.fromkeys(found)) or [""]


def triggers(
    stage: Stage, table: str, watched: Sequence[str], catalogs: tuple[Catalog, Catalog]
) -> Iterator[Difference]:
    """Writes to the table, and what the watched tables hold then."""
    shape = stage.shapes.get(table)
    if shape is None or not stage.rows(table):
        yield Difference("different", f"triggers {table}", "they could not be tried")
        return
    witness = _witness(stage, [*watched, table])
    owner = stage.actors[0]
    said = " ".join(str(form) for catalog in catalogs for form in trigger_forms(catalog, table))
    callers = [(OURSELVES, owner.claims), (OURSELVES, ""), (owner.role, owner.claims)]
    asked = [
        (what, Question(statement, role, claims, witness, counted=True))
        for what, statement in _writes(stage, shape, said)
        for role, claims in callers
    ]
    answers = stage.ask([question for _, question in asked])
    seen = set()
    for (what, _), (wanted, got) in zip(asked, answers, strict=True):
        same = wanted.state == got.state and stage.told(wanted.seen) == stage.told(got.seen)
        if not same and what not in seen:
            seen.add(what)
            detail = f"{got.said or 'another outcome'}, not {wanted.said or 'what the golden does'}"
            yield Difference("different", f"triggers {table} {what}", detail)


def _writes(stage: Stage, table: Table, said: str) -> Iterator[tuple[str, str]]:
    """`said` is what the triggers say: columns that it names are changed in every row, and also to NULL."""
    spare = stage.spares.get(table.name) or {}
    names = [n for n, c in table.columns.items() if not c.automatic]
    kept = {c for unique in table.uniques for c in unique.columns} | {c for k in table.foreign_keys for c in k.columns}
    keys = table.primary_key or tuple(names)
    given = {n: v for n, v in spare.items() if n in table.columns}
    for key in table.primary_key:
        if table.columns[key].kind == "uuid" and not table.foreign_keys_of(key):
            given[key] = literal(_fixed(table.name))
    for one in _in_the_names_of(stage, table, given) if given else ():
        columns = ", ".join(map(identifier, one))
        yield "insert", f"insert into {table.name} ({columns}) values ({', '.join(one.values())})"
    rows = stage.rows(table.name)
    told = [n for n in names if re.search(rf"\b{re.escape(n)}\b", said)]
    for row in _varied(rows, told):
        where = exactly(row, keys)
        yield "delete", f"delete from {table.name} where {where}"
        changes = {n: v for n, v in given.items() if n not in kept and v != literal(row.get(n))}
        if changes:
            sets = ", ".join(f"{identifier(n)} = {v}" for n, v in changes.items())
            yield "update", f"update {table.name} set {sets} where {where}"
        for name in dict.fromkeys([*told, *names[:_MOST_COLUMNS]]) if row is rows[0] else told:
            column = table.columns[name]
            values = dict.fromkeys([given.get(name), *(literal(other.get(name)) for other in rows)])
            if column.kind == "timestamp":
                values = {literal(_LONG_AGO): None}
            if column.kind == "number" and re.fullmatch(r"\d{1,9}", row.get(name) or ""):
                values[literal(str(int(row[name] or 0) + _ANOTHER))] = None
            if name in told and not column.not_null:
                values = {"null": None, **values}
            for value in [v for v in values if v is not None][:4]:
                yield "update", f"update {table.name} set {identifier(name)} = {value} where {where}"


def _varied(rows: Sequence[Row], told: Sequence[str]) -> list[Row]:
    """Some, among them one where each of these columns is empty and one where it is not, if there are any."""
    chosen = list(rows[:_MOST_ROWS])
    for name in told:
        for empty in (True, False):
            if all((row.get(name) is None) != empty for row in chosen):
                chosen += [row for row in rows if (row.get(name) is None) == empty][:1]
    return chosen[: 2 * _MOST_ROWS]


def _in_the_names_of(stage: Stage, table: Table, given: dict[str, str]) -> Iterator[dict[str, str]]:
    """A new row as it is, and with somebody else wherever it names a user."""
    yield given
    there = table.name in stage.cast.ownership.schema.tables
    users = [n for n in stage.cast.ownership.users(table.name) if n in given] if there else []
    for actor in [a for a in stage.actors[1:] if a.user][:2] if users else ():
        yield given | {name: literal(actor.user) for name in users}


def functions(stage: Stage, routines: Iterable[tuple[Routine, Routine]]) -> Iterator[Difference]:
    """Calls by everybody, with ids of the families' rows, of none, and with nothing."""
    for routine, other in routines:
        if not routine.callable:
            yield Difference("different", f"function {routine.signature}", "it could not be called")
            continue
        tables = sorted({*routine.tables, *other.tables} & stage.shapes.keys())
        witness = _witness(stage, tables)
        asked = []
        for actor in stage.actors:
            for call in stage.calls[routine.signature]:
                one = f"select coalesce(jsonb_agg(to_jsonb(r)), '[]')::text from {routine.name}({call}) r"
                asked.append((actor, Question(one, actor.role, actor.claims, witness)))
        for (actor, _), (wanted, got) in zip(asked, stage.ask([q for _, q in asked]), strict=True):
            right, found = ((a.state, stage.told(a.text), stage.told(a.seen)) for a in (wanted, got))
            if right != found:
                detail = (
                    f"called by {actor.name}: {_short(got.said or got.text)}, not {_short(wanted.said or wanted.text)}"
                )
                yield Difference("different", f"function {routine.signature}", detail)
                break


def views(stage: Stage, names: Iterable[str]) -> Iterator[Difference]:
    """Reads by everybody."""
    for name in names:
        query = (
            f"select coalesce(jsonb_agg(v order by v::text), '[]')::text from (select to_jsonb(t) v from {name} t) s"
        )
        asked = [(actor, Question(query, actor.role, actor.claims)) for actor in stage.actors]
        for (actor, _), (wanted, got) in zip(asked, stage.ask([q for _, q in asked]), strict=True):
            if (wanted.state, stage.told(wanted.text)) != (got.state, stage.told(got.text)):
                detail = f"{actor.name} sees {_short(got.said or got.text)}, not {_short(wanted.said or wanted.text)}"
                yield Difference("different", f"view {name}", detail)
                break


def trigger_forms(catalog: Catalog, table: str) -> list[tuple[str, ...]]:
    """Triggers without their names, and what their functions say."""
    found = []
    for facts in catalog.of("trigger", table).values():
        definition = facts["definition"].partition(" ON ")
        events = definition[0].split(" ", 3)[-1]
        rest = definition[2].rpartition(" EXECUTE FUNCTION ")
        function = catalog.get("function", facts["function"])
        told = (function.get("body", facts["function"]), function.get("security definer", ""), facts["enabled"])
        found.append((events, rest[0], rest[2].partition("(")[2], *told))
    return sorted(found)


def _witness(stage: Stage, tables: Iterable[str]) -> str | None:
    """What these tables hold, as JSON."""
    parts = []
    for table in sorted({t for t in tables if t in stage.shapes}):
        columns = ", ".join(f"{literal(n)}, t.{identifier(n)}" for n in sorted(stage.shapes[table].columns))
        row = f"jsonb_build_object({columns})"
        parts.append(f"{literal(table)}, (select jsonb_agg({row} order by {row}::text) from {table} t)")
    return f"select jsonb_build_object({', '.join(parts)})::text" if parts else None


def _fixed(word: str) -> str:
    told = hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()
    return f"{told[:8]}-{told[8:12]}-4{told[13:16]}-8{told[17:20]}-{told[20:]}"


def _short(text: str | None, longest: int = 80) -> str:
    text = text or "nothing"
    return text if len(text) <= longest else text[: longest - 1] + "…"
