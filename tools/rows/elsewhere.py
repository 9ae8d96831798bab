"""References that lead to another row next time, where those that they lead to will not do."""

from collections import Counter
from collections.abc import Mapping

from tools.rows.attempt import Attempt
from tools.rows.pairs import PAIRS
from tools.rows.schema import ForeignKey, Schema, Unique


def renew(
    schema: Schema, attempt: Attempt, given: Mapping[str, str | None], unique: Unique | None, fresh: list[str]
) -> bool:
    """Lets a reference lead elsewhere next time: rather anything than the user, and each once.

    One of several that lead to the same table more often: they may have to be in order.
    """
    parents = Counter(key.parent for key in attempt.table.foreign_keys)
    keys = [
        key
        for key in _free(attempt, given, unique)
        if fresh.count(key.name) < (PAIRS if parents[key.parent] > 1 else 1) or key.parent == attempt.table.name
    ]
    if keys:
        fresh.append(min(keys, key=lambda key: (fresh.count(key.name), schema.says_who(key))).name)
    return bool(keys)


def _free(attempt: Attempt, given: Mapping[str, str | None], unique: Unique | None) -> list[ForeignKey]:
    """References that could be renewed: not what was given; of a key's columns, if it is one that is taken."""
    found = []
    for key in attempt.table.foreign_keys:
        decided = set(key.columns) | (set(key.parent_columns) if key.parent == attempt.table.name else set())
        if (
            not set(key.columns) <= given.keys()
            and any(attempt.known.get(name) is not None for name in key.columns)
            and (unique is None or decided & set(unique.columns))
        ):
            found.append(key)
    return found
