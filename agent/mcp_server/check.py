"""check_migration: the report on a change that is not written yet, or on files of the project."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.cli_output import relative
from agent.feedback import outcome, told
from agent.mcp_server.desk import Answer, Call
from agent.mcp_server.inputs import CheckMigration, File
from tools.config import ProjectError
from tools.migration import Migration
from tools.project import Project, later, read_sql, sql_text
from tools.report import Report

CLEAN = "Nothing is left to repair."
WARNED = "It passes. Mend the warnings too, or allow a rule that does not fit: '-- allow: RULE on OBJECT: REASON'."
FAILED = "Repair all of it and check again before it is written. explain_rule tells more about a rule."


@dataclass(frozen=True)
class Chosen:
    """The migrations of a change, in order."""

    migrations: list[Migration]
    paths: list[str]
    """What each is called in the report."""
    written: bool
    """They are in the project's history already."""


def check_migration(folder: Path, wanted: CheckMigration, call: Call) -> Answer:
    """Raises ProjectError, HistoryError, ServerError."""
    project = Project.find(folder)
    chosen = _chosen(project, wanted.files)
    first, last = chosen.migrations[0].version, chosen.migrations[-1].version
    bench = call.bench(project, before=first if chosen.written else None)
    call.step(f"checking {', '.join(m.file_name for m in chosen.migrations)}")
    following = [m for m in project.migrations if m.version > last] if chosen.written else []
    report = bench.judge(chosen.migrations, written=chosen.written, later=following).under(chosen.paths)
    return Answer(described(report, chosen.migrations), report.model_dump(mode="json"))


def described(report: Report, migrations: Sequence[Migration]) -> str:
    """The report as a model reads it: what must be repaired, in short words."""
    names = ", ".join(each.migration for each in [report, *report.parts])
    closing = CLEAN if report.clean else WARNED if report.verdict == "pass" else FAILED
    return f"{names}: {outcome(report)}.\n{told(report, migrations, None)}\n{closing}"


def _chosen(project: Project, files: Sequence[File]) -> Chosen:
    """Raises ProjectError for a file that is not there, outside the project, or no text."""
    own = {migration.file_name: migration for migration in project.migrations}
    version = project.next_version()
    migrations, paths, written = [], [], []
    for number, file in enumerate(files):
        if file.path is None:
            name = file.name or f"{later(version, number) if number else version}_draft.sql"
            migrations.append(Migration(name, sql_text(name, (file.sql or "").encode("utf-8", "replace"))))
            paths.append(f"supabase/migrations/{name}")
            continue
        path = project.find_migration(file.path)
        if not path.resolve().is_relative_to(project.root):
            raise ProjectError(f"{file.path} is outside the project; give its text as sql.")
        if path.resolve().parent == project.migrations_folder.resolve() and path.name in own:
            migrations.append(own[path.name])
            written.append(path.name)
        else:
            migrations.append(Migration(path.name, read_sql(path)))
        paths.append(relative(path, project))
    if written:
        _in_a_row([*own], written, len(files))
    return Chosen(migrations, paths, bool(written))


def _in_a_row(history: Sequence[str], written: Sequence[str], files: int) -> None:
    """Raises ProjectError where written migrations are no change of their own."""
    start = history.index(written[0])
    if len(written) < files or [*history[start : start + files]] != [*written]:
        raise ProjectError(
            "Files that are in supabase/migrations already are one change only where they follow each other there; "
            "check them one by one, and new SQL apart from them."
        )
