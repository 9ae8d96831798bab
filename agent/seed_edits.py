"""Seed files that must change with a migration: the edits of a draft, applied to their text.

A dropped or newly required column makes sample rows invalid that name it or leave it out; whoever changes the schema
changes them in the same commit. An edit mends statements that are there: it adds none.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from agent.draft import SeedEdit
from agent.edits import EditError, located
from tools.project import Project, Seed
from tools.sql import Script, SqlError


def seeded(project: Project, edits: Sequence[SeedEdit]) -> Project:
    """The project with its seeds edited. Raises EditError where an edit does not fit."""
    if not edits:
        return project
    seeds = list(project.seeds)
    names = [name_of(project, seed) for seed in seeds]
    for number, edit in enumerate(edits):
        if edit.file not in names:
            there = ", ".join(names) or "none"
            raise EditError(f"seed.{number}: there is no seed {edit.file!r}; there are: {there}.")
        at = names.index(edit.file)
        if edit.old not in seeds[at].text and edit.new and edit.new in seeds[at].text:
            continue  # it was written by an earlier draft of the same run
        located(seeds[at].text, edit.old, f"seed.{number}", edit.file)
        seeds[at] = replace(seeds[at], text=seeds[at].text.replace(edit.old, edit.new))
    for before, after in zip(project.seeds, seeds, strict=True):
        if more := added(before.text, after.text):
            raise EditError(f"seed: an edit mends statements and adds none, but there is one more {', '.join(more)}.")
    return project.with_seeds(tuple(seeds))


def added(before: str, after: str) -> list[str]:
    """Kinds of statement that the second text has more of than the first."""
    return [*(_kinds(after) - _kinds(before))]


def name_of(project: Project, seed: Seed) -> str:
    """The file from the project's root, as the model and the person name it."""
    return seed.path.relative_to(project.root).as_posix()


def _kinds(text: str) -> Counter[str]:
    try:
        return Counter(statement.kind.removesuffix("Stmt").upper() for statement in Script(text).statements)
    except SqlError:
        return Counter()  # it will not run, and the report says why
