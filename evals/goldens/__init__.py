"""Golden migrations: what a senior engineer would merge, on the sample projects.

`PROJECT/CASE/VERSION_NAME.sql`; the files of a case follow each other as one change. Every one of them has to pass
every check with no finding, so a finding on one is a false alarm. Where the same commit has to change the project's
seed, the new one is `PROJECT/CASE/seed.sql`.

The sample projects' own migrations are as good, each in the state that those before it leave: `samples`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path

from tools.migration import Migration
from tools.project import Project, Seed, read_sql

HERE = Path(__file__).parent
PROJECTS = HERE.parent / "projects"


@dataclass(frozen=True)
class Golden:
    """One case."""

    project: str
    """Name of a folder in evals/projects."""
    case: str
    migrations: tuple[Migration, ...]
    """In order; at least one."""

    seed: Path | None = None
    """The project's seed with this change, where the old one no longer fits."""
    before: str | None = None
    """The version at which the project's history stops, for a migration that is part of it."""

    @property
    def home(self) -> Project:
        """The project as it is when the case arrives."""
        project = sample(self.project)
        return project if self.before is None else _Arranged(project.root, project.config, before=self.before)

    def in_project(self, project: Project) -> Project:
        """The project with the case's seed, which is for the state after it."""
        return project if self.seed is None else _Arranged(project.root, project.config, seed=self.seed)

    @cached_property
    def later(self) -> tuple[Migration, ...]:
        """What follows a file of the project's history on the same day, and may bring what it still lacks."""
        last = self.migrations[-1].version
        history = sample(self.project).migrations if self.before else ()
        return tuple(m for m in history if m.version > last and m.version[:8] == last[:8])

    def matches(self, pattern: str) -> bool:
        """Its name, with or without the project's, is ``pattern``, in which ``*`` stands for anything."""
        return fnmatchcase(str(self), pattern) or fnmatchcase(self.case, pattern)

    def __str__(self) -> str:
        return f"{self.project}/{self.case}"


@cache
def goldens() -> tuple[Golden, ...]:
    """Every case, by project and name."""
    return tuple(_read())


@cache
def sample(name: str) -> Project:
    """One of the sample projects. Raises ProjectError where there is none of that name."""
    return Project.find(PROJECTS / name)


@cache
def samples() -> tuple[Golden, ...]:
    """The sample projects' own migrations."""
    return tuple(
        Golden(folder.name, f"history/{migration.slug}", (migration,), before=migration.version)
        for folder in sorted(PROJECTS.iterdir())
        if (folder / "supabase").is_dir()
        for migration in sample(folder.name).migrations
    )


@dataclass(frozen=True)
class _Arranged(Project):
    """A project at an earlier point of its history, or with another seed."""

    seed: Path | None = None
    before: str | None = None

    @cached_property
    def migrations(self) -> tuple[Migration, ...]:
        return tuple(m for m in super().migrations if self.before is None or m.version < self.before)

    @cached_property
    def seeds(self) -> tuple[Seed, ...]:
        return (Seed(self.seed, read_sql(self.seed)),) if self.seed else super().seeds


def _read() -> Iterator[Golden]:
    for folder in sorted(HERE.glob("*/*/")):
        files = tuple(Migration(path.name, read_sql(path)) for path in sorted(folder.glob("[0-9]*.sql")))
        seed = folder / "seed.sql"
        if files:
            yield Golden(folder.parent.name, folder.name, files, seed if seed.exists() else None)
