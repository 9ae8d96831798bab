"""Golden migrations: what a senior engineer would merge, on the sample projects.

Every one of them has to pass every check with no finding, so a finding on one is a false alarm. The sample projects'
own migrations are as good, each in the state that those before it leave: `samples`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path

from agent.draft import SeedEdit
from agent.seed_edits import seeded
from tools.config import ProjectError
from tools.migration import Migration
from tools.project import Project, Seed, later, read_sql

PROJECTS = Path(__file__).parents[1] / "projects"


@dataclass(frozen=True)
class Golden:
    """The right migration for a case, or one of a sample project's own."""

    project: str
    """Name of a folder in evals/projects; of any other project, its path."""
    case: str
    migrations: tuple[Migration, ...]
    """In order; at least one."""

    seed: tuple[SeedEdit, ...] = ()
    """What becomes of the project's seed with this change, where it no longer fits."""
    before: str | None = None
    """The version at which the project's history stops."""

    folder: Path = PROJECTS
    """The case's own; its rows.sql stands in the tables before the change."""

    @property
    def is_on_sample(self) -> bool:
        """It changes one of the sample projects."""
        return (PROJECTS / self.project).parent == PROJECTS

    @property
    def home(self) -> Project:
        """The project as it is when the case arrives."""
        return home(self.project, self.folder, self.before)

    def in_project(self, project: Project) -> Project:
        """The project as the change leaves it: with the case's seed, and without the rows that only stood before."""
        return seeded(before_rows(project), self.seed)

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
        return f"{Path(self.project).name}/{self.case}"


def home(project: str, folder: Path, before: str | None = None) -> Project:
    """A sample project, or one at a path from `folder`; with `before`, as its history stood then.

    Raises ProjectError where there is none.
    """
    if (PROJECTS / project / "supabase").is_dir():
        found = sample(project)
    elif (folder / project / "supabase").is_dir():
        found = Project.find((folder / project).resolve())
    else:
        known = ", ".join(sorted(path.name for path in PROJECTS.iterdir() if (path / "supabase").is_dir()))
        raise ProjectError(f"No project {project!r}: neither a sample ({known}) nor a folder with supabase/ in it.")
    rows = folder / "rows.sql"
    more = rows if rows.exists() else None
    if before is None and more is None:
        return found
    return _Arranged(found.root, found.config, before=before, more=more)


def before_rows(project: Project) -> Project:
    """Without a case's rows.sql, which need not fit the state after the change as a seed has to."""
    return replace(project, more=None) if isinstance(project, _Arranged) and project.more else project


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


def goldens_in(folder: Path, project: str, before: str | None, seed: Sequence[SeedEdit] = ()) -> Golden | None:
    """What golden.sql, or golden_1.sql, golden_2.sql, ..., hold, under names that follow the project's history."""
    paths = sorted([*folder.glob("golden.sql"), *folder.glob("golden_[0-9].sql")])
    if not paths:
        return None
    there = home(project, folder, before)
    last = max((m.version for m in there.migrations), default="20260101000000")
    slug = folder.name.replace("-", "_")
    files = []
    for number, path in enumerate(paths, start=1):
        suffix = path.stem.removeprefix("golden")
        files.append(Migration(f"{later(last, number)}_{slug}{suffix}.sql", read_sql(path)))
    name = project if (PROJECTS / project).is_dir() else str(there.root)
    return Golden(name, folder.name, tuple(files), tuple(seed), before, folder)


@dataclass(frozen=True)
class _Arranged(Project):
    """A project at an earlier point of its history, or with one more seed."""

    before: str | None = None
    more: Path | None = None

    @cached_property
    def migrations(self) -> tuple[Migration, ...]:
        return tuple(m for m in super().migrations if self.before is None or m.version < self.before)

    @cached_property
    def seeds(self) -> tuple[Seed, ...]:
        return (*super().seeds, Seed(self.more, read_sql(self.more))) if self.more else super().seeds
