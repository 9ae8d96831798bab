"""Verdicts on what a branch brings, and on nothing else: old migrations keep their old findings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tools import git
from tools.project import Project
from tools.report import Report
from tools.workbench import Workbench

_CHANGED = (
    "It was there before and has another text now. A database that has run it does not run it again: "
    "put the change into a migration of its own."
)


def judged(project: Project, commit: str, progress: Callable[[str], None]) -> Iterator[Report]:
    """Reports on the migrations that differ from those at `commit`.

    New ones are one change, on top of everything else, as a database meets them that has run the rest; the first one's
    report carries the others. Those with another text than before are judged each at its place. Raises HistoryError,
    ServerError, ProjectError.
    """
    brought = git.brought(project, commit)
    if brought.new:
        yield _new(project, brought.new, progress)
    if brought.changed:
        versions = {m.version for m in project.migrations if m.file_name in brought.changed}
        slipped_in = [
            m.file_name for m in project.migrations if m.file_name in brought.new and m.version < max(versions)
        ]
        for _, report in Workbench.walk(project.without(slipped_in), versions, progress=progress):
            yield report.model_copy(update={"notes": [_CHANGED, *report.notes]})


def _new(project: Project, names: Sequence[str], progress: Callable[[str], None]) -> Report:
    migrations = [migration for migration in project.migrations if migration.file_name in names]
    with Workbench.open(project.without(names), progress=progress) as bench:
        progress(f"checking {', '.join(names)}")
        return replace(bench, project=project).judge(migrations, written=True)


def in_repository(reports: Sequence[Report], prefix: str) -> list[Report]:
    """The reports with paths from the repository's root, which is what GitHub goes by."""
    return [
        report.model_copy(update={"migration": prefix + report.migration, "parts": in_repository(report.parts, prefix)})
        for report in reports
    ]
