"""Policies by what they let through: everybody tries every verb on the same rows of both databases."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from evals.grade.difference import Difference
from evals.grade.stage import Stage
from tools.proofs.answers import Answer, Question
from tools.proofs.cast import Actor
from tools.proofs.surface import Surface
from tools.rows.filler import Row, Table
from tools.rows.write import literal
from tools.sql import identifier

_THROUGH = {"23505", "23503", "23502", "23514", "23P01"}
"""Constraints, which are asked after the policies have let the row through."""
_MOST_ROWS, _MOST_VALUES, _MOST_CHANGED = 10, 4, 5
_KEYS = ("text", "number", "bool", "uuid", "timestamp", "date", "enum")


@dataclass(frozen=True)
class _Try:
    verb: str
    actor: Actor
    what: str
    question: Question


def compare(stage: Stage, table: str) -> Iterator[Difference]:
    """One line for each actor and verb that differ."""
    golden, draft = (found[table] for found in stage.surfaces)
    if table not in stage.shapes:
        yield Difference("different", f"policies {table}", "they could not be tried")
        return
    made = list(_tries(stage, stage.shapes[table], golden, draft))
    said: set[tuple[str, str]] = set()
    for one, (wanted, got) in zip(made, stage.ask([one.question for one in made]), strict=True):
        if _outcome(wanted) != _outcome(got) and (one.actor.name, one.verb) not in said:
            said.add((one.actor.name, one.verb))
            thing = f"policies {table} {one.actor.name} {one.verb}"
            yield Difference("different", thing, f"{_shown(got)}, not {_shown(wanted)}{one.what}")


def _outcome(answer: Answer) -> tuple[str, int, str | None, str | None]:
    state = "" if answer.state in _THROUGH else answer.state
    return state, 0 if answer.state else answer.number, answer.text, answer.seen


def _shown(answer: Answer) -> str:
    if answer.state == "42501":
        return "denied"
    if answer.state:
        return "let through" if answer.state in _THROUGH else answer.said
    if answer.text is not None:
        return f"{len(answer.text.split(',')) if answer.text else 0} rows"
    return f"{answer.number} rows"


def _tries(stage: Stage, table: Table, golden: Surface, draft: Surface) -> Iterator[_Try]:
    asked = golden.asked + draft.asked
    rows = stage.rows(table.name)[:_MOST_ROWS]
    keys = table.primary_key or [n for n, c in table.columns.items() if c.kind in _KEYS]
    key = f"concat_ws('|', {', '.join(f'{identifier(k)}::text' for k in keys)})"
    every = f"select coalesce(string_agg(k, ',' order by k), '') from (select {key} k from {table.name}) s"
    settable = [n for n, c in table.columns.items() if not c.automatic]
    telling = [n for n in settable if re.search(rf"\b{re.escape(n)}\b", asked)]
    for actor in stage.actors:
        if actor.role == "service_role":
            continue  # passes policies by

        def put(verb: str, statement: str, what: str = "", witness: str | None = None, *, actor: Actor = actor) -> _Try:
            question = Question(statement, actor.role, actor.claims, witness, counted=True)
            return _Try(verb, actor, what, question)

        yield _Try("select", actor, "", Question(every, actor.role, actor.claims))
        yield put("delete", f"delete from {table.name}", "", every)
        may = [n for n in settable if golden.may(actor.role, "update", n) and draft.may(actor.role, "update", n)]
        usual = next((n for n in may if n not in telling and n not in keys and n.endswith("_at")), None)
        usual = usual or next((n for n in may if n not in telling and n not in keys), may[0] if may else None)
        for name in (n for n in telling if n in may):
            for value in list(dict.fromkeys(other.get(name) for other in rows))[:_MOST_VALUES]:
                change = f"update {table.name} set {identifier(name)} = {literal(value)}"
                yield put("update", change, f" with another {name} and no filter", every)
        for number, row in enumerate(rows):
            where = " and ".join(f"{identifier(k)} is not distinct from {literal(row[k])}" for k in keys)
            if usual:
                change = f"update {table.name} set {identifier(usual)} = {literal(row.get(usual))}"
                yield put("update", f"{change} where {where}")
                if number == 0:
                    yield put("update", change, " without a filter", every)
            yield put("delete", f"delete from {table.name} where {where}")
            for name in (n for n in telling if n in may) if number < _MOST_CHANGED else ():
                others = dict.fromkeys(other.get(name) for other in rows)
                for value in [*others, *_own(stage, table, name, actor)][: _MOST_VALUES + 1]:
                    if value != row.get(name):
                        change = f"update {table.name} set {identifier(name)} = {literal(value)} where {where}"
                        yield put("update", change, f" with another {name}")
            yield from (put("insert", text) for text in _inserts(stage, table, golden, draft, actor, row))


def _own(stage: Stage, table: Table, name: str, actor: Actor) -> list[str]:
    """The actor's own id, where the column names a user."""
    return [actor.user] if actor.user and name in _users(stage, table) else []


def _users(stage: Stage, table: Table) -> set[str]:
    return set(stage.cast.ownership.users(table.name)) if table.name in stage.cast.ownership.schema.tables else set()


def _inserts(stage: Stage, table: Table, golden: Surface, draft: Surface, actor: Actor, row: Row) -> Iterator[str]:
    """Another row like this one; and like it in the actor's own name."""
    names = [
        n
        for n, c in table.columns.items()
        if not c.automatic and n in row and golden.may(actor.role, "insert", n) and draft.may(actor.role, "insert", n)
    ]
    if not names:
        return
    fresh = {
        k: _fresh(row[k]) for k in table.primary_key if not table.foreign_keys_of(k) and table.columns[k].kind == "uuid"
    }
    own = {n: actor.user for n in _users(stage, table) if actor.user}
    for given in dict.fromkeys(tuple({**row, **fresh, **changed}[n] for n in names) for changed in ({}, own)):
        columns = ", ".join(map(identifier, names))
        yield f"insert into {table.name} ({columns}) values ({', '.join(map(literal, given))})"


def _fresh(value: str | None) -> str:
    told = hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest()
    return f"{told[:8]}-{told[8:12]}-4{told[13:16]}-8{told[17:20]}-{told[20:]}"
