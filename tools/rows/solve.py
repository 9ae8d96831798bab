"""Values that satisfy a table's checks together: Postgres itself tries the candidates, in one query."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import psycopg

from tools.rows.schema import Check, Column, Table
from tools.rows.values import DEFAULT, Default, Value
from tools.rows.write import literal, undone_on_error
from tools.sql import identifier

_FEWEST, _FEW, _MANY = 2_000, 5_000, 500_000
"""Combinations to look at: one by one, at first, and where there is none among those."""
_HOLDS = """
create function pg_temp.holds(query text, columns text[]) returns boolean language plpgsql as $$
declare answer boolean;
begin
  execute query into answer using columns;
  return answer;
exception when others then return false;
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
) -> list[dict[str, int]]:
    """For each column that the checks mention the position of its value in `choices`; `limit` answers, best first.

    Best is what keeps defaults, fills columns and comes early; `sparse` prefers NULL. Raises UnsolvableError, and
    psycopg.Error where a check breaks.
    """
    groups = list(_connected([check for check in checks if set(check.columns) <= choices.keys()]))
    if not groups:
        return [{}]
    answers = _ask(conn, table, groups, choices, sparse, limit, _FEW)
    missing = [number for number, found in answers.items() if not found]
    if missing:
        answers |= {
            missing[n]: found
            for n, found in _ask(conn, table, [groups[n] for n in missing], choices, sparse, limit, _MANY).items()
        }
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


def _ask(
    conn: psycopg.Connection[Any],
    table: Table,
    groups: Sequence[Sequence[Check]],
    choices: Mapping[str, Sequence[Value]],
    sparse: bool,
    limit: int,
    most: int,
) -> dict[int, list[dict[str, int]]]:
    """The answers of each group; none where a check breaks on every candidate."""
    tries = [_Try(table, group, choices, sparse, limit, most) for group in groups]
    try:
        with undone_on_error(conn):
            query = " union all ".join(one.query(number) for number, one in enumerate(tries))
            rows = conn.execute(query.encode(), prepare=False).fetchall()
    except psycopg.DataError:  # a cast inside a check, say: candidates that break it are out
        rows = []
        for number, group in enumerate(groups):
            one = _Try(table, group, choices, sparse, limit, _FEWEST)
            conn.execute("savepoint careful")
            conn.execute(_HOLDS)
            rows += conn.execute(one.query(number, careful=True).encode(), prepare=False).fetchall()
            conn.execute("rollback to careful; release careful")
    found: dict[int, list[dict[str, int]]] = {number: [] for number in range(len(groups))}
    for number, positions, _ in sorted(rows, key=lambda row: (row[0], row[2])):
        found[number].append(dict(zip(tries[number].names, positions, strict=True)))
    return found


class _Try:
    """The candidates for the columns of some checks that belong together, as a query."""

    def __init__(
        self,
        table: Table,
        group: Sequence[Check],
        choices: Mapping[str, Sequence[Value]],
        sparse: bool,
        limit: int,
        most: int,
    ) -> None:
        self.table, self.group, self.choices, self.sparse, self.limit = table, group, choices, sparse, limit
        self.names = sorted({name for check in group for name in check.columns})
        self.kept = _within({name: list(range(len(choices[name]))) for name in self.names}, choices, most)

    def query(self, number: int, *, careful: bool = False) -> str:
        """Rows of `number`, positions and cost."""
        count = range(len(self.names))
        positions, cost = ", ".join(f'"#{n}"' for n in count), " + ".join(f'"cost {n}"' for n in count)
        tests = " and ".join(f"({check.definition}) is not false" for check in self.group)
        if careful:
            columns = ", ".join(
                f"($1)[{n + 1}]::{self.table.columns[name].type.stored} as {identifier(name)}"
                for n, name in enumerate(self.names)
            )
            values = ", ".join(f"{identifier(name)}::text" for name in self.names)
            tests = f"pg_temp.holds({literal(f'select {tests} from (select {columns}) r')}, array[{values}])"
        return (
            f"(select {number}, array[{positions}], ({cost})::float8 from {self._sources()} where {tests} "
            f"order by 3, 2 limit {self.limit})"
        )

    def _sources(self) -> str:
        sources = []
        for n, name in enumerate(self.names):
            values = self.choices[name]
            rows = ", ".join(
                f"({at}, {_cost(at, values[at], values, self.sparse)}, {_typed(self.table.columns[name], values[at])})"
                for at in self.kept[name]
            )
            sources.append(f'(values {rows}) as v{n} ("#{n}", "cost {n}", {identifier(name)})')
        return " cross join ".join(sources)


def _cost(at: int, value: Value, values: Sequence[Value], sparse: bool) -> float:
    if value is None:
        return 0 if sparse or at == 0 else 2
    if DEFAULT in values:
        return 0 if value is DEFAULT else 3 + at / 10
    return at / 10 + (1 if sparse and None in values else 0)


def _typed(column: Column, value: Value) -> str:
    text = f"({column.default})" if isinstance(value, Default) else literal(value)
    return f"{text}::{column.type.stored}"


def _within(kept: dict[str, list[int]], choices: Mapping[str, Sequence[Value]], most: int) -> dict[str, list[int]]:
    """Drops the last of the longest lists until there are few enough combinations; NULL stays."""
    while prod(map(len, kept.values())) > most:
        name = max(kept, key=lambda name: len(kept[name]))
        if len(kept[name]) <= 2:
            break
        del kept[name][-2 if choices[name][kept[name][-1]] is None else -1]
    return kept
