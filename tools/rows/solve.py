"""Values that satisfy a table's checks together: Postgres itself tries the candidates, in one query."""

from collections.abc import Container, Iterator, Mapping, Sequence
from math import prod
from typing import Any

import psycopg

from tools.rows.schema import Check, Column, Table
from tools.rows.values import DEFAULT, Default, Derived, Value
from tools.rows.write import literal, undone_on_error
from tools.sql import identifier

_FEWEST, _FEW, _MANY = 2_000, 5_000, 100_000
"""Combinations to look at: one by one, at first, and where there is none among those."""
_BEAM, _NARROW = 300, 40
"""Rows that are kept while column after column is added; where each is tried by itself."""
_LONGEST = 100
"""Candidates of a column that are tried before all are."""
_TRYING = """
create function pg_temp.made(query text, columns text[]) returns text language plpgsql as $$
declare answer text;
begin
  execute query into answer using columns;
  return answer;
exception when others then return null;
end $$"""


class UnsolvableError(Exception):
    """No candidates satisfy these checks together."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__(", ".join(check.name for check in checks))
        self.checks = tuple(checks)


def solve(
    conn: psycopg.Connection[Any],
    table: Table,
    checks: Sequence[Check],
    choices: Mapping[str, Sequence[Value]],
    *,
    sparse: bool = False,
    limit: int = 1,
    thorough: bool = False,
    hasty: bool = False,
) -> list[dict[str, int]]:
    """For each column that the checks mention the position of its value in `choices`; `limit` answers, best first.

    Best is what keeps defaults, fills columns and comes early; `sparse` prefers NULL. `thorough` looks at more, in
    several ways, `hasty` in one. Raises UnsolvableError, and psycopg.Error where a check breaks.
    """
    groups = list(_connected([check for check in checks if set(check.columns) <= choices.keys()]))
    if not groups:
        return [{}]
    answers: dict[int, list[dict[str, int]]] = {number: [] for number in range(len(groups))}
    ways = (_STEPWISE, _BACKWARDS, _ALL) if thorough else (_FIRST,)
    for way in ways[:1] if hasty else ways:
        if missing := [number for number, found in answers.items() if not found]:
            tries = [_Try(table, groups[number], choices, sparse, limit, way) for number in missing]
            answers |= {missing[n]: found for n, found in _ask(conn, tries, hasty).items()}
    unsolved = [check for number, group in enumerate(groups) if not answers[number] for check in group]
    if unsolved:
        raise UnsolvableError(unsolved)
    most = min(limit, max(len(found) for found in answers.values()))
    return [{name: at for found in answers.values() for name, at in found[n % len(found)].items()} for n in range(most)]


def _connected(checks: Sequence[Check]) -> Iterator[list[Check]]:
    """Checks that share columns belong together."""
    groups: list[tuple[set[str], list[Check]]] = []
    for check in checks:
        names, members = set(check.columns), [check]
        apart = []
        for other_names, others in groups:
            if names & other_names:
                names |= other_names
                members = others + members
            else:
                apart.append((other_names, others))
        groups = [*apart, (names, members)]
    return (members for _, members in groups)


def _ask(conn: psycopg.Connection[Any], tries: "Sequence[_Try]", hasty: bool) -> dict[int, list[dict[str, int]]]:
    """The answers of each; none where a check breaks on every candidate."""
    try:
        with undone_on_error(conn):
            query = " union all ".join(one.query(number) for number, one in enumerate(tries))
            rows = conn.execute(query.encode(), prepare=False).fetchall()
    except psycopg.DataError:  # a cast inside a check, say: candidates that break it are out
        rows = []
        for number, one in enumerate([] if hasty else tries):
            try:
                with undone_on_error(conn):
                    conn.execute(_TRYING)
                    rows += conn.execute(one.query(number, careful=True).encode(), prepare=False).fetchall()
                    conn.execute("drop function pg_temp.made")
            except psycopg.DataError:
                continue
    found: dict[int, list[dict[str, int]]] = {number: [] for number in range(len(tries))}
    for number, positions, _ in sorted(rows, key=lambda row: (row[0], row[2])):
        found[number].append(dict(zip(tries[number].names, positions, strict=True)))
    return found


_FIRST, _STEPWISE, _BACKWARDS, _ALL = "first", "stepwise", "backwards", "all"
"""The first candidates of each column; column after column, keeping the best rows; from the last column; all."""


class _Try:
    """The candidates for the columns of some checks that belong together, as a query."""

    def __init__(
        self,
        table: Table,
        group: Sequence[Check],
        choices: Mapping[str, Sequence[Value]],
        sparse: bool,
        limit: int,
        way: str,
    ) -> None:
        self.table, self.group, self.choices, self.sparse, self.limit, self.way = (
            table, group, choices, sparse, limit, way,
        )  # fmt: skip
        used = {name for check in group for name in check.columns}
        names = [name for name in table.columns if name in used]
        if way == _BACKWARDS:
            names.reverse()
        self.names = sorted(names, key=lambda name: len(choices[name]) > 1)

    def query(self, number: int, *, careful: bool = False) -> str:
        """Rows of `number`, positions and cost."""
        beam = self.way in (_STEPWISE, _BACKWARDS)
        most = _FEWEST if careful else _MANY if self.way == _ALL else _FEW
        longest = _NARROW if careful else _LONGEST
        usable = {name: kept[:longest] if beam else kept for name, kept in self._usable().items()}
        kept = _within(usable, self.choices, most, longest if beam else 2)
        rows = ""
        for n, name in enumerate(self.names):
            cost = " + ".join(f'"cost {m}"' for m in range(n + 1))
            tests = self._tests(n, kept[name], careful)
            values = f'(values {self._values(n, kept[name], careful)}) v ("#{n}", "cost {n}", {identifier(name)})'
            source = f"{rows} l cross join lateral {values}" if rows else values
            cut = f"order by {cost} limit {_NARROW if careful else _BEAM}" if beam and n < len(self.names) - 1 else ""
            rows = f"(select * from {source} where {tests} {cut})"
        positions = ", ".join(f'"#{n}"' for n in range(len(self.names)))
        return f"(select {number}, array[{positions}], ({cost})::float8 from {rows} l order by 3, 2 limit {self.limit})"

    def _usable(self) -> dict[str, list[int]]:
        """Positions; not of what is made of columns that come later."""
        return {
            name: [
                at for at, value in enumerate(self.choices[name])
                if not isinstance(value, Derived) or value.reads <= set(self.names[:n])
            ]
            for n, name in enumerate(self.names)
        }  # fmt: skip

    def _values(self, n: int, kept: Sequence[int], careful: bool) -> str:
        name, values = self.names[n], self.choices[self.names[n]]
        column = self.table.columns[name]
        rows = []
        for at in kept:
            text = typed(column, values[at])
            if careful and values[at] is not None:
                text = f"{self._made(f'({text})::text', self.names[:n])}::{column.type.stored}"
            rows.append(f"({at}, {_cost(at, values[at], values, self.sparse)}, {text})")
        return ", ".join(rows)

    def _tests(self, n: int, kept: Sequence[int], careful: bool) -> str:
        """What can be told as soon as this column is there."""
        name, there = self.names[n], set(self.names[: n + 1])
        values = self.choices[name]
        checks = [check for check in self.group if name in check.columns and set(check.columns) <= there]
        test = " and ".join(f"({check.definition}) is not false" for check in checks) or "true"
        if careful and checks:
            test = f"{self._made(f'({test})::text', self.names[: n + 1])} = 'true'"
        empty = [at for at in kept if values[at] is None or values[at] is DEFAULT]
        if careful or any(isinstance(values[at], Derived) for at in kept):
            held = f"{identifier(name)} is not null"
            if empty:
                held = f'({held} or "#{n}" in ({", ".join(map(str, empty))}))'
            test = f"{held} and {test}"
        return test

    def _made(self, expression: str, names: Sequence[str]) -> str:
        """The expression over these columns, evaluated by itself: NULL where it breaks."""
        columns = ", ".join(
            f"($1)[{n + 1}]::{self.table.columns[name].type.stored} as {identifier(name)}"
            for n, name in enumerate(names)
        )
        values = ", ".join(f"{identifier(name)}::text" for name in names)
        query = f"select {expression} from (select {columns}) r" if names else f"select {expression}"
        return f"pg_temp.made({literal(query)}, array[{values}]::text[])"


def _cost(at: int, value: Value, values: Sequence[Value], sparse: bool) -> float:
    if value is None:
        return 0 if sparse or at == 0 else 2
    if DEFAULT in values:
        return 0 if value is DEFAULT else 3 + at / 10
    return at / 10 + (1 if sparse and None in values else 0)


def typed(column: Column, value: Value) -> str:
    """The value as SQL; what is made of others stands in a row that has them."""
    match value:
        case Derived():
            text = over(column, value)
        case Default():
            text = f"({column.default})"
        case _:
            text = literal(value)
    return f"{text}::{column.type.stored}"


def worked_out(conn: psycopg.Connection[Any], table: Table, picked: Mapping[str, Value]) -> dict[str, Value]:
    """The same with the text of what is made of other columns. Raises psycopg.Error."""
    made = {name: value for name, value in picked.items() if isinstance(value, Derived)}
    if not made:
        return dict(picked)
    read = {name for value in made.values() for name in value.reads} - made.keys()
    columns = [f"{typed(table.columns[name], picked.get(name, DEFAULT))} as {identifier(name)}" for name in read]
    rows = f"(select {', '.join(columns)}) l"
    for name in in_order({name: value.reads for name, value in made.items()}):
        rows = f"(select l.*, {typed(table.columns[name], made[name])} as {identifier(name)} from {rows}) l"
    query = f"select {', '.join(f'{identifier(name)}::text' for name in made)} from {rows}"
    with undone_on_error(conn):
        found = conn.execute(query.encode(), prepare=False).fetchone() or ()
    return {**picked, **dict(zip(made, found, strict=True))}


def in_order(reads: Mapping[str, Container[str]]) -> list[str]:
    """Columns after those that they are made of."""
    found: list[str] = []
    while len(found) < len(reads):
        waiting = [name for name in reads if name not in found]
        found += [name for name in waiting if not any(other in reads[name] for other in waiting)] or waiting
    return found


def over(column: Column, value: Derived, base: str = "") -> str:
    """SQL for a row that has the columns it reads; `base`, SQL too, in place of the value's own."""
    if not value.own:
        return f"({value.sql})"
    base = base or f"{literal(value.base)}::{column.type.stored}"
    return f"(select {value.sql} from (select {base}) own ({identifier(value.own)}))"


def _within(
    kept: dict[str, list[int]], choices: Mapping[str, Sequence[Value]], most: int, least: int
) -> dict[str, list[int]]:
    """Drops the last of the longest lists until there are few enough combinations, or lists are short; NULL stays."""
    while prod(map(len, kept.values())) > most:
        name = max(kept, key=lambda name: len(kept[name]))
        if len(kept[name]) <= least:
            break
        del kept[name][-2 if choices[name][kept[name][-1]] is None else -1]
    return kept
