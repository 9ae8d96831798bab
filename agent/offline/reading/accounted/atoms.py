"""What a description holds, taken apart: its columns, names, texts and numbers."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal

from agent.offline import regex
from agent.offline.description import AddColumns, Change, Column, Constrain, NewTable

NUMBER = r"-?\d+(?:\.\d+)?"


def columns_of(made: tuple[Change, ...]) -> Iterator[Column]:
    for change in made:
        if isinstance(change, NewTable | AddColumns):
            yield from change.columns
        elif isinstance(change, Constrain):
            yield change.column


def is_named(word: str, made: tuple[Change, ...]) -> bool:
    return any(word in (text := str(atom).lower()).split("_") or word == text for atom in atoms(made))


def atoms(value: object) -> Iterator[object]:
    if is_dataclass(value):
        for one in fields(value):
            yield from atoms(getattr(value, one.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from atoms(item)
    elif value is not None:
        yield value


def numbers_in(atom: object) -> Iterator[Decimal]:
    if isinstance(atom, int | Decimal) and not isinstance(atom, bool):
        yield Decimal(atom)
        yield Decimal(atom) + 1
        yield Decimal(atom) - 1
    elif isinstance(atom, str):
        for n in regex.findall(NUMBER, atom):
            yield Decimal(n)
