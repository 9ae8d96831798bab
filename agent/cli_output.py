"""What a command says: progress on stderr while it works, the report on stdout, one line where it fails."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import psycopg

from agent.model import ModelError
from tools.config import ProjectError
from tools.history import HistoryError
from tools.postgres.binaries import ServerError
from tools.project import Project
from tools.render.plain import counted, harmless, one_line

if TYPE_CHECKING:  # rich and the report are not needed while the server starts
    from rich.console import Console
    from rich.status import Status

    from tools.render.terminal import FindingView
    from tools.report import Report


class Progress:
    """What is happening, on stderr: a spinner with the present step at a terminal, plain lines elsewhere.

    with Progress(quiet=False) as progress:
        progress("replaying 3/14")      # the present step
        progress.note("draft 1: ...")   # stays
    """

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self._status: Status | None = None
        self._last = ""

    def __enter__(self) -> "Progress":
        if is_terminal() and not self.quiet:
            self._status = stderr().status("")
            self._status.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Takes the spinner away, for a command that goes on without one."""
        if self._status:
            self._status.stop()
            self._status = None

    def ask(self, question: str, options: Sequence[str]) -> str | None:
        """The person's answer; the number of an option stands for it. None without a terminal or an answer."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        self.stop()
        try:
            self.note(f"\n{question}", "bold")
            for number, option in enumerate(options, start=1):
                self.note(f"  {number}. {option}")
            stderr().print("> ", end="")
            answer = sys.stdin.readline().strip()
        finally:
            self.__enter__()
        return options[int(answer) - 1] if answer.isdigit() and 1 <= int(answer) <= len(options) else answer or None

    def __call__(self, step: str) -> None:
        if self._status:
            from rich.text import Text

            self._status.update(Text(one_line(step), overflow="ellipsis", no_wrap=True))
        elif step != self._last:
            self.note(step)
        self._last = step

    def note(self, line: str, style: str = "") -> None:
        if self.quiet:
            return
        if self._status is None and not is_terminal():
            print(harmless(line), file=sys.stderr, flush=True)
            return
        from rich.text import Text

        console = self._status.console if self._status else stderr()
        console.print(Text(harmless(line), style=style), soft_wrap=True)


def show(reports: "Sequence[Report]", sources: Mapping[str, str], form: str, *, several: bool = False) -> None:
    """The reports on stdout; `several` asks for a list in JSON, and for findings without checklists in text."""
    match form:
        case "json":
            from tools.render import json_

            write(json_.render(reports if several else reports[0]))
        case "markdown":
            from tools.render import markdown

            write(markdown.render(reports))
        case "sarif":
            from tools.render import sarif

            write(sarif.render(reports))
        case "github":
            from tools.render import annotations

            write(annotations.render(reports))
        case _:
            from tools.render.terminal import ReportView, Summary

            out = stdout()
            for report in reports:
                out.print(ReportView(report, sources, checklist=not several))
            if several:
                out.print(Summary(reports))


def write(text: str) -> None:
    """On stdout as UTF-8, whatever the locale: programs read it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def stdout() -> "Console":
    from rich.console import Console

    return Console(highlight=False, emoji=False, markup=False)


def stderr() -> "Console":
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def is_terminal() -> bool:
    """Whether stderr is one, or shall be taken for one; rich, which knows better, takes a while to import."""
    return sys.stderr.isatty() or bool(os.environ.get("FORCE_COLOR") or os.environ.get("TTY_COMPATIBLE"))


def say(message: str) -> None:
    """One line to the person, on stderr."""
    from rich.text import Text

    stderr().print(Text(harmless(message)), soft_wrap=True)


def say_all(lines: Sequence[str]) -> None:
    for line in lines:
        say(line)


def relative(path: Path, project: Project) -> str:
    """As seen from the project where it is inside, else as it is."""
    path = path.resolve()
    return str(path.relative_to(project.root)) if path.is_relative_to(project.root) else str(path)


def explain(error: Exception) -> int:
    """Says on stderr what went wrong; the exit code."""
    match error:
        case HistoryError():
            stderr().print(_history(error))
            return 4
        case ModelError():
            say(f"error: {error}")
            return 3
        case ProjectError() | ServerError():
            say(f"error: {error}")
            return 2
        case OSError() if error.errno:
            place = f" ({error.filename})" if error.filename else ""
            say(f"error: {error.strerror or error}{place}")
            return 2
    if isinstance(error, psycopg.OperationalError):
        say(f"error: The throwaway Postgres ended while it was at work: {one_line(str(error))}")
        return 2
    if os.environ.get("MIGRATION_AGENT_DEBUG"):
        raise error
    say(f"internal error: {type(error).__name__}: {one_line(str(error))}")
    say("Run it again with MIGRATION_AGENT_DEBUG=1 for the traceback, and please report it.")
    return 70


def _history(error: HistoryError) -> "FindingView":
    """Where and why the history stops, as findings are shown."""
    from tools.render.terminal import FindingView
    from tools.report import Finding

    failure = error.failure
    found = error.diagnosis
    applied = f"{error.applied} of {counted(error.total, 'migration')} applied before it."
    hints = [failure.detail, failure.hint, found.says, found.do, applied]
    finding = Finding(
        rule="applies/history",
        severity="error",
        message=f"The project's history does not replay: {failure.message} (SQLSTATE {failure.sqlstate})",
        hint="\n".join(filter(None, hints)),
        line=failure.line,
        column=failure.column,
    )
    text = ""
    if failure.statement:
        text = "\n" * (failure.statement.line - 1) + " " * (failure.statement.column - 1) + failure.statement.text
    return FindingView(finding, error.path, text)
