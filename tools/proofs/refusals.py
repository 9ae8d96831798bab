"""Which rows each new constraint refuses: one that breaks just it, and one that gets in."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from itertools import islice

from tools.postgres.server import Connection
from tools.proofs.answers import OURSELVES, Answer, Question, ask
from tools.proofs.edges import are_few, edges, fits, is_settled, made_up
from tools.proofs.families import Family
from tools.rows.filler import Row, Table
from tools.rows.schema import Check
from tools.rows.write import literal
from tools.sql import identifier

_CONSTRAINTS = files("tools.proofs").joinpath("constraints.sql").read_text()
KINDS = {"c": "check", "f": "foreign key", "p": "primary key", "u": "unique", "x": "exclusion", "n": "not null"}
_STATES = {"c": "23514", "f": "23503", "p": "23505", "u": "23505", "x": "23P01", "n": "23502"}
_MOST_COMBINATIONS = 3000
_MOST_TRIES = 4
_LONG = 40
_UNBOUNDED = {"number": "numeric", "text": "text"}
"""Types that hold what the column's own may be too small for."""

Values = dict[str, str]
"""SQL by column."""


@dataclass(frozen=True)
class Constraint:
    """A CHECK, key, unique index, exclusion or NOT NULL."""

    table: str
    name: str
    """Of a NOT NULL, the column's."""
    kind: str
    """As in pg_constraint: c, f, p, u, x, n."""
    columns: tuple[str, ...]
    definition: str
    predicate: str = ""
    """The condition of a partial unique index."""

    @property
    def words(self) -> str:
        return f"{self.table}.{self.name} not null" if self.kind == "n" else f"{self.table}/{self.name}"


@dataclass(frozen=True)
class Refusal:
    """What one constraint was seen to do."""

    constraint: Constraint
    accepted: str = ""
    """An INSERT that gets in; an UPDATE where the table takes no further row."""
    refused: str = ""
    """What this constraint, and no other, refuses; of a key or unique constraint, after `accepted`."""
    sqlstate: str = ""
    """Of the refusal; empty where there was none."""
    why: str = ""
    """Why there was none."""
    dead: bool = False
    """A CHECK that no value breaks."""
    unsatisfiable: bool = False
    """A CHECK that no value satisfies."""

    @property
    def proved(self) -> bool:
        return bool(self.sqlstate and self.accepted) and not self.unsatisfiable


def constraints(conn: Connection, relations: Iterable[int] | None, *, fresh: bool = False) -> frozenset[Constraint]:
    """Those of the tables among the relations, or of all; partitions, and tables that Supabase manages, aside.

    `fresh`: no more than what the running transaction wrote.
    """
    scope: dict[str, object] = {"all": relations is None, "relations": list(relations or ()), "fresh": fresh}
    rows = conn.execute(_CONSTRAINTS, scope).fetchall()
    return frozenset(
        Constraint(table, name, kind, tuple(dict.fromkeys(columns)), definition, where)
        for table, name, kind, columns, definition, where in rows
    )


@dataclass
class _Trial:
    """One constraint on its way: rows that may break it, likeliest first."""

    constraint: Constraint
    candidates: list[Values] = field(default_factory=list)
    first: Values | None = None
    """A row that goes in before, and gives the candidate something to collide with."""
    why: str = "no value was found that breaks it"
    dead: bool = False
    unsatisfiable: bool = False


@dataclass(frozen=True)
class _Place:
    """A table, and what a valid row of it holds."""

    table: Table
    spare: Values
    conditions: tuple[Check, ...]
    """Its checks, in terms of columns that can be written."""
    row: Row | None = None
    """A row that is there, to be updated where no further one can be inserted."""

    def write(self, values: Mapping[str, str]) -> str:
        """An INSERT; or an UPDATE of what is different."""
        if self.row is not None:
            changed = {c: v for c, v in values.items() if v != self.spare[c]} or dict(islice(values.items(), 1))
            sets = ", ".join(f"{identifier(c)} = {v}" for c, v in changed.items())
            return f"update {self.table.name} set {sets} where {self._where(self.row)}"
        columns = ", ".join(map(identifier, values))
        override = "overriding system value " if any(self.table.columns[c].identity for c in values) else ""
        source = f"({columns}) {override}values ({', '.join(values.values())})" if values else "default values"
        return f"insert into {self.table.name} {source}"

    def _where(self, row: Row) -> str:
        return " and ".join(
            f"{identifier(c)} is not distinct from {literal(row[c])}" for c in self.table.primary_key or row
        )

    @classmethod
    def of(cls, family: Family, table: Table) -> "_Place":
        conditions = tuple(family.filler.rules(table).conditions)
        if spare := family.values(table.name):
            return cls(table, spare, conditions)
        row = family.row(table.name)
        known = {c: literal(v) for c, v in (row or {}).items() if not table.columns[c].automatic}
        return cls(table, known, conditions, row)


def refuse(conn: Connection, family: Family, wanted: Iterable[Constraint], claims: str) -> tuple[Refusal, ...]:
    """Tries each constraint on rows of the family's. Two round trips; every row is taken back."""
    by_table: dict[str, list[Constraint]] = {}
    for constraint in sorted(wanted, key=lambda c: (c.table, c.kind, c.name)):
        by_table.setdefault(constraint.table, []).append(constraint)
    places, found, trials = {}, [], []
    for name, own in by_table.items():
        table = family.ownership.schema.tables.get(name)
        if table is None:
            continue
        place = places[name] = _Place.of(family, table)
        trials += [_Trial(c) for c in own if place.spare or c.kind == "c"]
        if not place.spare:
            why = str(family.missing.get(name, "no row could be made"))
            found += [Refusal(c, why=why) for c in own if c.kind != "c"]
    _plan(conn, family, places, trials, claims)
    return (*found, *_tried(conn, family, places, trials, claims))


def _plan(
    conn: Connection, family: Family, places: Mapping[str, _Place], trials: Sequence[_Trial], claims: str
) -> None:
    """Finds candidates; Postgres evaluates conditions on values in question."""
    searches = []
    for trial in trials:
        constraint, place = trial.constraint, places[trial.constraint.table]
        if constraint.kind == "n":
            trial.candidates, trial.why = [place.spare | {constraint.name: "NULL"}], "something fills it in"
        elif constraint.kind == "f":
            trial.candidates, trial.why = list(_orphans(constraint, place)), "something else sets it"
        elif constraint.kind == "c":
            condition = next((c for c in place.conditions if c.name == constraint.name and c.columns), None)
            if condition is not None:
                searches.append((trial, _Search(place, family, condition)))
        elif constraint.predicate:
            columns = tuple(c for c in constraint.columns if re.search(rf"\b{re.escape(c)}\b", constraint.predicate))
            if columns:
                searches.append((trial, _Search(place, family, Check("", f"not ({constraint.predicate})", columns))))
        else:
            _collide(trial, place, family, {})
    answers = ask(conn, [Question(search.query, OURSELVES, claims) for _, search in searches])
    for (trial, search), answer in zip(searches, answers, strict=True):
        found = search.conclude(trial, answer)
        if trial.constraint.kind == "c":
            trial.candidates = [search.place.spare | given for given in found]
        elif found:
            _collide(trial, search.place, family, found[0])


def _orphans(constraint: Constraint, place: _Place) -> Iterator[Values]:
    """Keys of no parent: all columns made up, or just one."""
    values = {c: made_up(place.table.columns[c]) for c in constraint.columns}
    strange = {c: literal(v) for c, v in values.items() if v is not None}
    if len(strange) == len(values):
        yield place.spare | strange
    if len(values) > 1:
        yield from (place.spare | {c: v} for c, v in strange.items())


def _collide(trial: _Trial, place: _Place, family: Family, given: Values) -> None:
    """Two rows that are the same in the columns of the constraint, and differ in those of the others."""
    constraint, table = trial.constraint, place.table
    first = place.spare | {c: v for c, v in given.items() if c in table.columns}
    for name in constraint.columns:
        if name not in first or first[name] == "NULL":
            value = made_up(table.columns[name])
            if value is None or table.columns[name].generation is not None or table.foreign_keys_of(name):
                trial.why = f"no value for {name} was found"
                return
            first[name] = literal(value)
    second = family.another(table.name)
    if second is None or place.row is not None:
        trial.why = "no second row could be made"
        return
    same = {c: first[c] for c in {*constraint.columns, *given}}
    trial.first, trial.candidates, trial.why = first, [second | same], "two such rows get in"


class _Search:
    """Values of a few columns for which a condition is false."""

    def __init__(self, place: _Place, family: Family, condition: Check) -> None:
        self.place, self.condition = place, condition
        self.columns = [place.table.columns[name] for name in condition.columns]
        self.values: list[list[str]] = []
        """SQL by column; what a valid row holds comes first."""
        self.complete = is_settled(condition.definition, frozenset(condition.columns))
        hint = family.filler.rules(place.table).hint
        most = max(4, int(_MOST_COMBINATIONS ** (1 / len(self.columns))))
        self.refused: list[str] = [f"{identifier(column.name)} is null" for column in self.columns if column.not_null]
        """What is refused before the condition is asked."""
        for at, column in enumerate(self.columns):
            usual = place.spare.get(column.name, column.default or "NULL")
            values = list(edges(column, hint(column.name)))
            if not self.complete:
                values = [value for value in values if value is None or fits(column.type, value)]
            self.complete = self.complete and len(values) < most and are_few(column, hint(column.name))
            texts = list(dict.fromkeys([usual, *map(_sql, values)]))
            large = {_sql(value) for value in values if value is not None and not fits(column.type, value)}
            self.refused += [f'"#{at}" = {n}' for n, text in enumerate(texts) if text in large]
            self.values.append([*texts[: most - 1], "NULL"] if len(texts) > most else texts)

    @property
    def query(self) -> str:
        """One JSON object: combinations that break the condition, and whether there are any of other kinds."""
        names = [identifier(column.name) for column in self.columns]
        sources = []
        for at, (column, texts) in enumerate(zip(self.columns, self.values, strict=True)):
            kind = _UNBOUNDED.get(column.kind, column.type.stored) if self.complete else column.type.stored
            rows = ", ".join(f"({n}, ({text})::{kind})" for n, text in enumerate(texts))
            sources.append(f'(values {rows}) v{at} ("#{at}", {names[at]})')
        places = ", ".join(f'"#{n}"' for n in range(len(names)))
        others = [
            f"({c.definition}) is not false"
            for c in self.place.conditions
            if c.name != self.condition.name and set(c.columns) <= set(self.condition.columns)
        ]
        return f"""
            with found as materialized (
              select array[{places}] as places, ({self.condition.definition}) as holds,
                     {" and ".join(others) or "true"} as alone, {" or ".join(self.refused) or "false"} as refused,
                     {" or ".join(f"{name} is not null" for name in names)} as filled,
                     {" + ".join(f'("#{n}" <> 0)::int' for n in range(len(names)))} as changed
              from {" cross join ".join(sources)})
            select json_build_object(
              'breaking', (select json_agg(b.places) from (
                 select places from found where holds is false and not refused
                 order by alone desc, changed, places limit {_MOST_TRIES}) b),
              'refused', exists (select from found where holds is false and refused),
              'holding', exists (select from found where holds and filled))"""

    def conclude(self, trial: _Trial, answer: Answer) -> list[Values]:
        """The columns' values that break the condition, likeliest first."""
        if not answer.ok or answer.text is None:
            trial.why = f"its condition could not be evaluated: {answer.said}"
            return []
        told = json.loads(answer.text)
        found = [
            {column.name: self.values[n][at] for n, (column, at) in enumerate(zip(self.columns, places, strict=True))}
            for places in told["breaking"] or ()
        ]
        if trial.constraint.kind == "c":
            trial.unsatisfiable = self.complete and not told["holding"]
            listed = any(column.kind in ("enum", "bool") for column in self.columns)
            trial.dead = self.complete and not (found or told["refused"] or listed)
            if not found and (told["refused"] or (listed and self.complete)):
                trial.why = "the column's type or NOT NULL refuses what breaks it"
        return found


def _sql(value: str | None) -> str:
    """Long texts in few words."""
    if value and len(value) > _LONG and value == "x" * len(value):
        return f"repeat('x', {len(value)})"
    return literal(value)


def _tried(
    conn: Connection, family: Family, places: Mapping[str, _Place], trials: Sequence[_Trial], claims: str
) -> Iterator[Refusal]:
    questions, asked = [], []

    def put(text: str) -> int:
        questions.append(Question(text, OURSELVES, claims))
        return len(questions) - 1

    usual = {name: put(f"{place.write(place.spare)} returning ''") for name, place in places.items() if place.spare}
    for trial in trials:
        place = places[trial.constraint.table]
        before = put(f"{place.write(trial.first)} returning ''") if trial.first else usual.get(place.table.name)
        first = f"{place.write(trial.first)}; " if trial.first else ""
        asked.append((before, [put(f"{first}{place.write(c)} returning ''") for c in trial.candidates if place.spare]))
    answers = ask(conn, questions)
    for trial, (before, attempts) in zip(trials, asked, strict=True):
        place = places[trial.constraint.table]
        yield _judged(
            trial, place, answers[before] if before is not None else None, [answers[n] for n in attempts], family
        )


def _judged(trial: _Trial, place: _Place, before: Answer | None, attempts: Sequence[Answer], family: Family) -> Refusal:
    constraint = trial.constraint
    result = Refusal(constraint, why=trial.why, dead=trial.dead, unsatisfiable=trial.unsatisfiable)
    if before is None:
        return replace(result, why=str(family.missing.get(constraint.table, "no row could be made")))
    if not before.ok:
        return replace(result, why=f"the row that should get in is refused: {before.said}")
    result = replace(result, accepted=place.write(trial.first or place.spare))
    for values, answer in zip(trial.candidates, attempts, strict=True):
        if answer.state == _STATES[constraint.kind] and answer.object == constraint.name:
            return replace(result, refused=place.write(values), sqlstate=answer.state, why="")
    refusal = next((a for a in attempts if not a.ok), None)
    if refusal is not None:
        return replace(result, why=f"something else refuses what breaks it: {refusal.said}")
    return result
