"""What is to be tried: cases x models x trials, or this machine's share of them."""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from evals.cases import HERE, Case, cases
from evals.run.models import Contestant
from evals.trial import Key
from tools.config import ProjectError


@dataclass(frozen=True)
class Plan:
    cases: tuple[Case, ...]
    contestants: tuple[Contestant, ...]
    keys: tuple[Key, ...]
    """In the order in which they are best tried: cases with the same base together, small bases last."""
    unknown: dict[str, list[str]]
    """Cases that are left out, by the model that has nothing to say to them."""


def plan(cases: Sequence[Case], contestants: Sequence[Contestant], trials: int, shard: tuple[int, int]) -> Plan:
    """`shard` is (number from 1, how many): shards share nothing, and are everything together."""
    unknown = {by.name: [case.id for case in cases if not by.knows(case)] for by in contestants}
    keys = [
        Key(case.id, by.name, number)
        for case in cases
        for by in contestants
        if by.knows(case)
        for number in range(1, trials + 1)
    ]
    mine, of = shard
    bases = {case.id: case.base for case in cases}
    sizes = Counter(bases[key.case] for key in keys)
    dealt = sorted(
        keys, key=lambda key: (key.model, key.trial, key.case)
    )  # so that each shard gets its part of a model
    keys = sorted(dealt[mine - 1 :: of], key=lambda key: (-sizes[bases[key.case]], bases[key.case], key))
    return Plan(tuple(cases), tuple(contestants), tuple(keys), {name: ids for name, ids in unknown.items() if ids})


def chosen(folder: Path | None, patterns: Sequence[str], tags: Sequence[str]) -> tuple[Case, ...]:
    """Cases of a folder, by default those of migration-agent; with these IDs, in which * stands for anything, and with
    at least one of these tags. Raises ProjectError where none is left or a pattern fits none."""
    there = cases(folder.resolve()) if folder else cases(HERE)
    if not there:
        raise ProjectError(f"No case in {folder}: a case is a folder with a case.toml in it.")
    for pattern in patterns:
        if not any(fnmatchcase(case.id, pattern) for case in there):
            raise ProjectError(f"No case is called {pattern!r}.{_near(pattern, [case.id for case in there])}")
    known = sorted({tag for case in there for tag in case.file.tags})
    for tag in tags:
        if tag not in known:
            raise ProjectError(f"No case has the tag {tag!r}.{_near(tag, known)}")
    found = [
        case
        for case in there
        if (not patterns or any(fnmatchcase(case.id, pattern) for pattern in patterns))
        and (not tags or set(tags) & set(case.file.tags))
    ]
    if not found:
        raise ProjectError("No case has such a name and such a tag.")
    return tuple(found)


def shard_of(text: str) -> tuple[int, int]:
    """``2/3`` is the second of three. Raises ProjectError."""
    number, _, of = text.partition("/")
    if number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of):
        return int(number), int(of)
    raise ProjectError(f"--shard is {text!r}; the second of three is 2/3.")


def _near(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f" Did you mean {near[0]}?" if near else ""
