"""Values that satisfy a table's checks together: Postgres itself tries the candidates, in one query."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import prod
from typing import Any

import psycopg

from tools.rows_schema import Check, Column, Table
from tools.rows_values import DEFAULT, Default, Value
from tools.rows_write import literal, undone_on_error
from tools.sql import identifier

_FEW, _MANY = 20_000, 1_000_000
"""Combinations to look at: at first, and where there is none among those."""


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
    queries, names_of = [], []
    for number, group in enumerate(groups):
        names = sorted({name for check in group for name in check.columns})
        names_of.append(names)
        kept = _within({name: list(range(len(choices[name]))) for name in names}, choices, most)
        queries.append(_query(table, number, group, names, kept, choices, sparse, limit))
    with undone_on_error(conn):
        rows = conn.execute(" union all ".join(queries).encode(), prepare=False).fetchall()
    found: dict[int, list[dict[str, int]]] = {number: [] for number in range(len(groups))}
    for number, positions, _ in sorted(rows, key=lambda row: (row[0], row[2])):
        found[number].append(dict(zip(names_of[number], positions, strict=True)))
    return found


def _query(
    table: Table,
    number: int,
    group: Sequence[Check],
    names: Sequence[str],
    kept: Mapping[str, Collection[int]],
    choices: Mapping[str, Sequence[Value]],
    sparse: bool,
    limit: int,
) -> str:
    sources = []
    for n, name in enumerate(names):
        column, values = table.columns[name], choices[name]
        rows = ", ".join(
            f"({at}, {_cost(at, values[at], values, sparse)}, {_typed(column, values[at])})" for at in kept[name]
        )
        sources.append(f'(values {rows}) as v{n} ("#{n}", "cost {n}", {identifier(name)})')
    positions = ", ".join(f'"#{n}"' for n in range(len(names)))
    cost = " + ".join(f'"cost {n}"' for n in range(len(names)))
    tests = " and ".join(f"({check.definition}) is not false" for check in group)
    return (
        f"(select {number}, array[{positions}], ({cost})::float8 from {' cross join '.join(sources)} where {tests} "
        f"order by 3, 2 limit {limit})"
    )


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
