"""`psql`: a person's own look at the throwaway database, with the history and perhaps one more file in it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from rich.table import Table
from rich.text import Text

from agent.cli_output import Progress, relative, say, stdout
from tools.history import apply_file
from tools.migration import Migration
from tools.postgres.server import MIGRATOR, Connection, Server
from tools.project import Project, read_sql
from tools.render.plain import counted, harmless
from tools.render.terminal import FindingView
from tools.report import Finding
from tools.run import Failure
from tools.workbench import Workbench

_SHOWN = 200
"""Rows of a result."""


def run(file: str | None, folder: Path, quiet: bool) -> int:
    """psql's exit code, 1 where `file` does not apply. Raises ProjectError, HistoryError, ServerError."""
    project = Project.find(folder)
    path = project.find_migration(file) if file else None
    with (
        Progress(quiet=quiet) as progress,
        Workbench.open(project, progress=progress) as bench,
        bench.server.clone(bench.database) as database,
    ):
        if path and path.name not in {migration.file_name for migration in project.migrations}:
            progress(f"applying {path.name}")
            migration = Migration(path.name, read_sql(path))
            with bench.server.connect(database) as conn:
                applied = apply_file(bench.server, conn, migration, project.config.postgres.seconds)
            if applied.failure:
                progress.stop()
                stdout().print(_refused(applied.failure, relative(path, project), migration.text))
                return 1
        progress.stop()
        if shutil.which("psql"):
            return _psql(bench.server, database)
        with bench.server.connect(database) as conn:
            return _prompt(conn)


def _psql(server: Server, database: str) -> int:
    """Ctrl-C is psql's own business while it runs."""
    command = ["psql", "-h", str(server.folder), "-p", str(server.port or 5432), "-U", MIGRATOR, "-d", database]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _prompt(conn: Connection) -> int:
    """Reads statements that end with a semicolon; ends at \\q or the end of the input."""
    if sys.stdin.isatty():
        say("psql is not on the PATH; this is a simple prompt. End a statement with ; and leave with \\q.")
    for statement in _statements():
        try:
            _show(conn.execute(statement.encode()))
        except psycopg.Error as error:
            say(f"ERROR: {error}")
            if conn.closed:
                return 2
        except KeyboardInterrupt:
            say("Cancelled.")
    return 0


def _statements() -> Iterator[str]:
    held: list[str] = []
    while True:
        try:
            line = input(("=> " if not held else "-> ") if sys.stdin.isatty() else "")
        except EOFError:
            if held:
                yield "\n".join(held)
            return
        except KeyboardInterrupt:
            held.clear()
            say("")
            continue
        if not held and line.strip() in ("\\q", "quit", "exit"):
            return
        held += [line] if held or line.strip() else []
        if line.rstrip().endswith(";"):
            yield "\n".join(held)
            held.clear()


def _show(cursor: psycopg.Cursor[tuple[object, ...]]) -> None:
    out = stdout()
    while True:
        if cursor.description:
            table = Table()
            for column in cursor.description:
                table.add_column(Text(harmless(column.name)))
            for row in cursor.fetchmany(_SHOWN):
                table.add_row(*(Text("" if value is None else harmless(str(value))) for value in row))
            out.print(table)
            out.print(f"({counted(cursor.rowcount, 'row')}{f', {_SHOWN} shown' if cursor.rowcount > _SHOWN else ''})")
        else:
            out.print(cursor.statusmessage or "done")
        if not cursor.nextset():
            return


def _refused(failure: Failure, path: str, text: str) -> FindingView:
    finding = Finding(
        rule="applies/error",
        severity="error",
        message=f"{failure.message} (SQLSTATE {failure.sqlstate})",
        hint="\n".join(filter(None, [failure.detail, failure.hint])),
        line=failure.line,
        column=failure.column,
    )
    return FindingView(finding, path, text)
