"""Writes a draft that passed: its migrations, their tests and the document, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path

from agent import cli_tests
from agent.cli_output import relative
from agent.draft import Draft
from agent.edits import EditError
from agent.seed_edits import name_of, seeded
from agent.tools import render
from tools import document
from tools.config import ProjectError
from tools.facts import Catalog, read
from tools.migration import Migration
from tools.project import Project, read_sql
from tools.workbench import Workbench


@dataclass(frozen=True)
class Written:
    files: dict[str, str]
    """Texts of the migrations by their paths in the project."""
    tests: str
    """What became of the tests, in a line."""
    seeds: dict[str, str] = field(default_factory=dict)
    """What changed in seed files, as a unified diff, by their paths in the project."""


def write(
    bench: Workbench, made: Draft, created: str, existing: str | None, with_tests: bool, old: Sequence[Migration]
) -> Written:
    """Writes the draft under versions later than all others, or in place of the `old` files.

    `existing` is the document as it was. Raises ProjectError, also where a file that is replaced was changed meanwhile.
    """
    schema = document.render(
        _catalog(bench, _named(render(made, created, bench.project.next_version()), old)), existing
    )
    with bench.project.lock():
        project = Project(bench.project.root, bench.project.config)  # reads the folder as it is now
        for file in old:
            if read_sql(project.migrations_folder / file.file_name) != file.text:
                raise ProjectError(f"{file.file_name} was changed meanwhile; nothing was written.")
        migrations = _named(render(made, created, project.next_version()), old)
        names = {migration.file_name for migration in migrations}
        files = [(project.migrations_folder / migration.file_name, migration.text) for migration in migrations]
        tests = cli_tests.file_of(bench, migrations) if with_tests else ""
        more = [] if isinstance(tests, str) else [tests]
        before = [project.migrations_folder / file.file_name for file in old]
        seeds, diffs = _seeds(project, made)
        more += seeds
        project.write([*files, *more, (project.document, schema)], replacing=[*before, *(path for path, _ in more)])
        for path in before:
            if path.name not in names:
                path.unlink(missing_ok=True)
    told = tests if isinstance(tests, str) else f"Wrote {relative(tests[0], project)}"
    return Written({relative(path, project): text for path, text in files}, told, diffs)


def _seeds(project: Project, made: Draft) -> tuple[list[tuple[Path, str]], dict[str, str]]:
    """Path and new text of each seed that the draft edits, and what changed. Raises ProjectError."""
    try:
        edited = seeded(project, made.seed)
    except EditError as error:
        raise ProjectError(f"The seed was changed meanwhile; nothing was written. ({error})") from None
    changed = [(a, b) for a, b in zip(project.seeds, edited.seeds, strict=True) if a.text != b.text]
    lines = {
        name_of(project, a): "\n".join(unified_diff(a.text.splitlines(), b.text.splitlines(), n=0, lineterm=""))
        for a, b in changed
    }
    return [(after.path, after.text) for _, after in changed], lines


def _named(migrations: Sequence[Migration], old: Sequence[Migration]) -> list[Migration]:
    """The first ones take the names of the files that they replace."""
    names = [file.file_name for file in old][: len(migrations)]
    return [replace(migration, file_name=name) for migration, name in zip(migrations, names, strict=False)] + list(
        migrations[len(names) :]
    )


def _catalog(bench: Workbench, migrations: Sequence[Migration]) -> Catalog:
    """As it will be with the migrations."""
    with bench.session(transaction=False) as session:
        for migration in migrations:
            session.run(migration.script)
        return Catalog(read(session.conn))
