"""`new`, `revise` and `resume`: the loop with a person watching, and the writing of what it made."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent import cli_tests
from agent.cli_docs import read_document
from agent.cli_output import Progress, relative, say, say_all
from agent.cli_result import show_ready, show_rest
from agent.client import Anthropic, available
from agent.loop import draft
from agent.loop import resume as take_up
from agent.model import Model
from agent.result import Event, Outcome, Result, Terms
from agent.runs import RunLog, SavedRun, find, load
from agent.suspicion import notes, suspicions
from agent.tools import Ask
from agent.writing import write
from tools.config import ProjectError
from tools.migration import Migration
from tools.project import Project, read_sql
from tools.render.plain import one_line, severities
from tools.report import Report
from tools.workbench import Workbench

EXITS: dict[Outcome, int] = {
    "ready": 0,
    "satisfied": 0,
    "asked": 1,
    "not-met": 1,
    "no-draft": 1,
    "stopped": 1,
    "refused": 3,
    "unreachable": 3,
    "misconfigured": 3,
}
_LONGEST = 20_000
"""Characters of a request."""


@dataclass(frozen=True)
class Options:
    """What the three commands have in common."""

    folder: Path
    model: str | None
    limits: Mapping[str, Any]
    """Drafts, cost, minutes; None where the command line says nothing."""
    form: str
    quiet: bool
    tests: bool


def new(request: str, options: Options) -> int:
    """0 written, or there already; 1 checklist not met; 3 no model.

    Raises ProjectError, HistoryError, ServerError, ModelError.
    """
    request = _request(request, "request")
    project = Project.find(options.folder)
    model = model_of(project, options.model)
    log = RunLog.new(project.root)
    return _session(project, model, log, options, request, lambda terms: draft(terms, request))


def revise(file: str, change: str, options: Options) -> int:
    """As `new`, from a migration that is written and not applied yet."""
    change = _request(change, "change")
    project = Project.find(options.folder)
    path = project.find_migration(file)
    if path.resolve().parent != project.migrations_folder.resolve():
        raise ProjectError(
            f"{file} is not in {relative(project.migrations_folder, project)}; only what is there can be revised."
        )
    old = Migration(path.name, read_sql(path))
    _only_newest(project, [old])
    model = model_of(project, options.model)
    log = RunLog.new(project.root)
    return _session(project, model, log, options, change, lambda terms: draft(terms, change), [old])


def resume(run: str, words: str, options: Options) -> int:
    """Goes on with a run that was interrupted, failed, or waits for an answer; or changes what it has written."""
    project = Project.find(options.folder)
    path = find(project.root, run)
    saved = load(path)
    old = _written(project, saved)
    if saved.outcome in ("ready", "satisfied") and not words and (old or saved.outcome == "satisfied"):
        raise ProjectError(
            f'Run {path.stem} is done. Say what shall be different: migration-agent resume {path.stem} "CHANGE".'
        )
    model = model_of(project, options.model or saved.start["model"])
    log = RunLog(project.root, path.stem)
    return _session(project, model, log, options, words, lambda terms: take_up(terms, saved, words.strip()), old)


def _written(project: Project, saved: SavedRun) -> list[Migration]:
    """The files that a run has written, or that it was to revise. Raises ProjectError where they differ by now."""
    if names := saved.written:
        files = [Migration(Path(name).name, read_sql(project.root / name)) for name in names]
        for file, kept in zip(files, saved.written_draft["files"], strict=True):
            if file.text != kept["text"]:
                raise ProjectError(
                    f'{file.file_name} was changed since; use: migration-agent revise {file.file_name} "CHANGE".'
                )
    elif saved.start.get("kind") == "revise":
        name = str(saved.start["file"])
        files = [Migration(name, read_sql(project.migrations_folder / name))]
        if files[0].text != saved.start["text"]:
            raise ProjectError(f'{name} was changed since; use: migration-agent revise {name} "CHANGE".')
    else:
        return []
    _only_newest(project, files)
    return files


def _only_newest(project: Project, files: list[Migration]) -> None:
    """Raises ProjectError where later migrations may build on a file: it is likely to be applied somewhere."""
    ours = {file.file_name for file in files}
    later = [m for m in project.migrations if m.version > files[0].version and m.file_name not in ours]
    if later:
        raise ProjectError(
            f"{files[0].file_name} is followed by {later[0].file_name}; only the newest migration can be revised. "
            'Make the change in a new one: migration-agent new "...".'
        )


def _session(
    project: Project,
    model: Model | None,
    log: RunLog,
    options: Options,
    words: str,
    run: Callable[[Terms], Result],
    old: list[Migration] | None = None,
) -> int:
    """Runs the loop and writes what it made; `words` are the person's, `old` the files that it replaces."""
    old = old or []
    existing = read_document(project)
    limits = project.config.limits.under(options.limits)
    created = f"{datetime.now(UTC):%Y-%m-%d}"
    if old:
        project = project.until(old[0].version)
        earlier = old[0].header.get("created", "")
        created = earlier if re.fullmatch(r"\d{4}-\d{2}-\d{2}", earlier) else created  # it is told outside of marks
    try:
        with Progress(quiet=options.quiet) as progress, Workbench.open(project, progress=progress) as bench:
            watch = _Watch(progress, model.name if model else "the built-in drafter")

            def ask(question: Ask) -> str | None:
                return progress.ask(question.question, question.options)

            drafter = model or built_in(bench)
            doubtful = notes(suspicions(project, bench.facts, words, old))
            for line in doubtful:
                progress.note(line, "yellow")
            result = run(Terms(bench, drafter, log, limits, created, watch, ask, old[0] if old else None, doubtful))
            if result.outcome != "ready" or result.draft is None or result.report is None:
                progress.stop()
                show_rest(project, result, log, options.form, EXITS[result.outcome] == 3)
                say_all(doubtful)
                return EXITS[result.outcome]
            progress("writing the migration")
            done = write(bench, result.draft, created, existing, cli_tests.wanted(project, options.tests), old)
            log.write("written", files=list(done.files), draft=result.number)
    except KeyboardInterrupt:
        say(f"Stopped. Go on with: migration-agent resume {log.id}")
        return 130
    finally:
        log.close()
    show_ready(project, result, result.report, done, log, options.form)
    say_all(doubtful)
    return EXITS[result.outcome]


@dataclass
class _Watch:
    """Tells what happens in the loop: the present step, and a line for each draft with what changed."""

    progress: Progress
    model: str
    last: set[str] | None = None
    """Rules that the draft before fell foul of."""
    words: str = ""
    """What the model said last: told when it goes on, for its closing words are the run's summary."""

    def __call__(self, event: Event) -> None:
        if self.words:
            self.progress.note(f"  {self.words}", "dim")
            self.words = ""
        match event.kind:
            case "asking":
                self.progress(f"{self.model} is drafting ({event.text})")
            case "said":
                self.words = one_line(event.text)[:300]
            case "tool":
                self.progress(event.text)
            case "told":
                self.progress("telling the model what is missing")
            case "answered":
                self.progress.note(f"  answered: {one_line(event.text)[:300]}", "dim")
            case "checked" if event.report:
                found = severities(event.report.findings()) or "nothing left to repair"
                self.progress.note(f"{event.text.split(':')[0]}: {found}{self._changes(event.report)}")

    def _changes(self, report: Report) -> str:
        """`` (rls/disabled)`` of the first draft, then what was mended and what came up."""
        found = {finding.rule for finding in report.findings()}
        before, self.last = self.last, found
        if before is None:
            return f" ({', '.join(sorted(found))})" if found else ""
        changes = [("mended", before - found), ("new", found - before), ("left", found & before)]
        said = [f"{word} {', '.join(sorted(rules))}" for word, rules in changes if rules]
        return f" ({'; '.join(said)})" if said else ""


def _request(given: str, what: str) -> str:
    text = sys.stdin.read(_LONGEST + 1) if given == "-" else given
    if not text.strip():
        raise ProjectError(f'The {what} is empty; say what the migration should do, e.g. "add a quests table".')
    if len(text) > _LONGEST:
        raise ProjectError(f"The {what} is longer than {_LONGEST:,} characters.")
    return text.strip()


def model_of(project: Project, name: str | None) -> Model | None:
    """The model that was asked for; None stands for the built-in drafter. Raises ModelError."""
    if name == "builtin":
        return None
    if name is None and not available(os.environ, project.config.model.provider):
        say("No ANTHROPIC_API_KEY is set: the built-in drafter does what it can, without a model.")
        return None
    return Anthropic(project.config.model.model_copy(update={"name": name} if name else {}), os.environ)


def built_in(bench: Workbench) -> Model:
    from agent.offline import BuiltIn  # and with it sqlglot, which a model's draft does without

    return BuiltIn(bench.catalog, bench.project.config)
