"""`check` and `replay`: what the deterministic half says, without a model."""

import json as jsonlib
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from agent.brought import in_repository, judged
from agent.cli_output import Progress, relative, say, show, stdout, write
from tools import git
from tools.config import ProjectError
from tools.history import HistoryError, stop_at_twins
from tools.history import replay as replay_history
from tools.migration import Migration
from tools.project import MAX_BYTES, Project, read_sql, sql_text
from tools.render.plain import counted, seconds
from tools.workbench import Workbench

if TYPE_CHECKING:
    from tools.report import Report


def check(
    files: Sequence[str],
    every: bool,
    name: str | None,
    folder: Path,
    form: str,
    quiet: bool,
    tests: bool = False,
    base: str | None = None,
    since: str | None = None,
) -> int:
    """0 where every report passes, 1 where one fails. Raises ProjectError, HistoryError, ServerError."""
    project = _project(folder, files, since)
    if base is not None:
        if files or every or name or tests:
            raise ProjectError(
                "--base chooses the migrations itself: name no file with it, nor --all, --name or --tests."
            )
        return _brought(project, base, form, quiet)
    written, others = _chosen(project, files, every, name)
    sources = {f"supabase/migrations/{m.file_name}": m.text for m in written}
    sources |= {shown: migration.text for shown, migration in others.items()}
    several = every or len(written) + len(others) > 1
    reports: list[Report] = []
    kept: list[str] | None = None
    if tests:
        from agent import cli_tests

        cli_tests.only_one(len(written) + len(others))
        kept = []
    try:
        with Progress(quiet=quiet) as progress:
            reports.extend(_judged(project, written, progress, kept))
            reports.extend(_outside(project, others, progress, kept))
    finally:  # what was found before the history stopped is still worth reading
        if reports:
            shown = _as_seen_from_the_root(reports, project, others) if form in _ROOTED else reports
            show(shown, sources, form, several=several)
    for line in kept or ():
        say(line)
    return 1 if any(report.verdict == "fail" for report in reports) else 0


_ROOTED = ("sarif", "github")
"""Forms that name files by their path in the repository."""


def _brought(project: Project, base: str, form: str, quiet: bool) -> int:
    """What the branch brings since it left `base`."""
    commit = git.branched_from(project.root, base)
    reports: list[Report] = []
    try:
        with Progress(quiet=quiet) as progress:
            reports.extend(judged(project, commit, progress))
    finally:
        sources = {f"supabase/migrations/{m.file_name}": m.text for m in project.migrations}
        shown = in_repository(reports, git.prefix(project.root)) if form in _ROOTED else reports
        if reports or form != "text":
            show(shown, sources, form, several=True)
    if not reports:
        say(f"No migration differs from {base}.")
    return 1 if any(report.verdict == "fail" for report in reports) else 0


def _as_seen_from_the_root(
    reports: "Sequence[Report]", project: Project, others: Mapping[str, Migration]
) -> "list[Report]":
    return [
        report if report.migration in others else in_repository([report], git.prefix(project.root))[0]
        for report in reports
    ]


def _project(folder: Path, files: Sequence[str], since: str | None) -> Project:
    """The project at `folder`; where there is none, that of the first file, as hooks run at the repository's top."""
    try:
        return Project.find(folder, since)
    except ProjectError:
        if folder != Path() or not files or not Path(files[0]).is_file():
            raise
        return Project.find(Path(files[0]).parent, since)


def replay(folder: Path, json: bool, quiet: bool, since: str | None = None) -> int:
    """0 where history and seed run, 4 where they stop. Raises ProjectError, HistoryError, ServerError."""
    project = Project.find(folder, since)
    started = time.perf_counter()
    stop: HistoryError | None = None
    problem, version = "", ""
    total = len(project.migrations)
    with Progress(quiet=quiet) as progress:
        try:
            replayed = replay_history(project, project.migrations, progress=progress)
            with replayed.server as server:
                server.wait()
                version, problem = server.version, replayed.seed_problem
            stop_at_twins(project)
        except HistoryError as error:
            if not json:
                raise
            stop = error
    took = time.perf_counter() - started
    if json:
        write(jsonlib.dumps(_replayed(project, version, problem, stop, took), indent=2) + "\n")
    elif problem:
        say(f"error: {counted(total, 'migration')} replayed, but the seed does not fit: {problem}")
    else:
        parts = [*(one.path.name for one in project.prelude), counted(total, "migration")]
        parts += ["the seed"] if project.seeds else []
        stdout().print(f"{' and '.join(parts)} replay on Postgres {version} ({seconds(took)}).")
    return 4 if stop or problem else 0


def _chosen(
    project: Project, files: Sequence[str], every: bool, name: str | None
) -> tuple[list[Migration], dict[str, Migration]]:
    """The project's own migrations, in its order, and others by what they are called, which come after all of them."""
    history = {migration.file_name: migration for migration in project.migrations}
    if every and files:
        raise ProjectError("Name files or say --all, not both.")
    if name and "-" not in files:
        raise ProjectError("--name is the name of what comes from stdin; say - as the file.")
    if not files:
        if not history:
            raise ProjectError(f"{relative(project.migrations_folder, project)} holds no migration yet.")
        return (list(project.migrations) if every else [project.migrations[-1]]), {}
    own: dict[str, Migration] = {}
    others: dict[str, Migration] = {}
    for given in files:
        if given == "-":
            file_name = name or f"{project.next_version()}_stdin.sql"
            others[file_name] = Migration(file_name, sql_text("stdin", sys.stdin.buffer.read(MAX_BYTES + 1)))
            continue
        path = project.find_migration(given)
        if path.resolve().parent == project.migrations_folder.resolve() and path.name in history:
            own[path.name] = history[path.name]
        else:
            others[given] = Migration(path.name, read_sql(path))
    return [m for m in project.migrations if m.file_name in own], others


def _judged(
    project: Project, written: Sequence[Migration], progress: Progress, kept: list[str] | None
) -> "Iterator[Report]":
    """Each in the state that those before it leave; `kept` takes what became of its tests."""
    if len(written) == 1:
        with Workbench.open(project, before=written[0].version, progress=progress) as bench:
            progress(f"checking {written[0].file_name}")
            later = [m for m in project.migrations if m.version > written[0].version]
            report = bench.judge(written, written=True, later=later)
            yield report
            if kept is not None:
                from agent import cli_tests

                progress("writing tests")
                kept.append(cli_tests.keep(bench, written[0], report))
    elif written:
        for _, report in Workbench.walk(project, [m.version for m in written], progress=progress):
            yield report


def _outside(
    project: Project, others: Mapping[str, Migration], progress: Progress, kept: list[str] | None
) -> "Iterator[Report]":
    """Each on top of the whole history."""
    if not others:
        return
    with Workbench.open(project, progress=progress) as bench:
        for shown, migration in others.items():
            progress(f"checking {shown}")
            report = bench.judge([migration]).model_copy(update={"migration": shown})
            yield report
            if kept is not None:
                from agent import cli_tests

                progress("writing tests")
                kept.append(cli_tests.keep(bench, migration, report))


def _replayed(
    project: Project, version: str, problem: str, stop: HistoryError | None, took: float
) -> dict[str, object]:
    """What `replay --json` prints."""
    return {
        "replayed": stop.applied if stop else len(project.migrations),
        "total": len(project.migrations),
        "seed": "none" if not project.seeds else "not reached" if stop else problem or "applied",
        "stopped": None
        if stop is None
        else {
            "migration": stop.path,
            "line": stop.failure.line,
            "column": stop.failure.column,
            "sqlstate": stop.failure.sqlstate,
            "message": stop.failure.message,
            "hint": stop.failure.hint,
            "diagnosis": asdict(stop.diagnosis),
        },
        "postgres": version,
        "seconds": round(took, 3),
    }
