"""`--tests`: the pgTAP file of a change, in supabase/tests beside the project's own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli_output import relative
from tools.config import ProjectError
from tools.migration import Migration
from tools.pgtap.write import MARK, write_tests
from tools.project import Project, read_sql
from tools.workbench import Workbench

if TYPE_CHECKING:
    from tools.report import Report


def file_of(bench: Workbench, migrations: Sequence[Migration]) -> tuple[Path, str] | str:
    """Path and text of the file; or why there is none."""
    tests = write_tests(bench, migrations)
    if tests is None:
        return "No tests were written: the change has no table, policy or constraint that rows could show."
    path = bench.project.root / "supabase" / "tests" / tests.name
    if path.is_file() and not read_sql(path).startswith(MARK):
        return f"No tests were written: {relative(path, bench.project)} is there already, and not by this tool."
    return path, tests.text


def keep(bench: Workbench, migration: Migration, report: "Report") -> str:
    """Writes the file of a migration that passes; what was done, in a line. Raises ProjectError."""
    if report.verdict != "pass":
        return "No tests were written: they would keep what is wrong."
    found = file_of(bench, [migration])
    if isinstance(found, str):
        return found
    bench.project.write([found], replacing=[found[0]])
    return f"Wrote {relative(found[0], bench.project)}"


def only_one(count: int) -> None:
    """Raises ProjectError where the file would be of several changes."""
    if count != 1:
        raise ProjectError("--tests is for one migration at a time: its file is written for the state that it leaves.")


def wanted(project: Project, asked: bool) -> bool:
    """`new` writes tests where it is asked to, or the project always wants them."""
    return asked or project.config.tests.pgtap
