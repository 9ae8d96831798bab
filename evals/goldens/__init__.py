"""Golden migrations: what a senior engineer would merge, on the sample projects.

`PROJECT/CASE/VERSION_NAME.sql`; the files of a case follow each other as one change. Every one of them has to pass
every check with no finding, so a finding on one is a false alarm. Where the same commit has to change the project's
seed, the new one is `PROJECT/CASE/seed.sql`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
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

    def in_project(self, project: Project) -> Project:
        """The project as it is with the case's seed."""
        return project if self.seed is None else _Reseeded(project.root, project.config, self.seed)

    def __str__(self) -> str:
        return f"{self.project}/{self.case}"


@cache
def goldens() -> tuple[Golden, ...]:
    """Every case, by project and name."""
    return tuple(_read())


def sample(name: str) -> Project:
    """One of the sample projects. Raises ProjectError where there is none of that name."""
    return Project.find(PROJECTS / name)


@dataclass(frozen=True)
class _Reseeded(Project):
    """A project whose seed is another file."""

    seed: Path = Path()

    @cached_property
    def seeds(self) -> tuple[Seed, ...]:
        return (Seed(self.seed, read_sql(self.seed)),)


def _read() -> Iterator[Golden]:
    for folder in sorted(HERE.glob("*/*/")):
        files = tuple(Migration(path.name, read_sql(path)) for path in sorted(folder.glob("[0-9]*.sql")))
        seed = folder / "seed.sql"
        if files:
            yield Golden(folder.parent.name, folder.name, files, seed if seed.exists() else None)
