"""`new`: the loop with a person watching, and the writing of what it made."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.text import Text

from agent import cli_tests
from agent.cli_docs import read_document
from agent.cli_output import Progress, relative, say, show, stdout
from agent.client import Anthropic, available
from agent.draft import Draft
from agent.loop import Event, Outcome, Result, draft
from agent.model import Model
from agent.runs import RunLog
from agent.tools import render
from tools import document
from tools.facts import Catalog, read
from tools.migration import Migration
from tools.project import Limits, Project, ProjectError
from tools.render.plain import counted, harmless, one_line, seconds, severities
from tools.report import Report
from tools.workbench import Workbench

EXITS: dict[Outcome, int] = {
    "ready": 0,
    "not-met": 1,
    "no-draft": 1,
    "stopped": 1,
    "refused": 3,
    "unreachable": 3,
    "misconfigured": 3,
}
_LONGEST = 20_000
"""Characters of a request."""


def run(
    request: str,
    folder: Path,
    model_name: str | None,
    given: Mapping[str, Any],
    form: str,
    quiet: bool,
    tests: bool = False,
) -> int:
    """0 written, 1 checklist not met, 3 no model. Raises ProjectError, HistoryError, ServerError, ModelError."""
    request = _request(request)
    project = Project.find(folder)
    existing = read_document(project)
    limits = _limits(project, given)
    model = _model(project, model_name)
    log = RunLog.new(project.root)
    created = f"{datetime.now(UTC):%Y-%m-%d}"
    try:
        with Progress(quiet=quiet) as progress, Workbench.open(project, progress=progress) as bench:
            watch = _Watch(progress, model.name if model else "the built-in drafter")
            drafter = model or _built_in(bench)
            result = draft(bench, drafter, request, run=log, limits=limits, created=created, on_event=watch)
            if result.outcome != "ready" or result.draft is None or result.report is None:
                progress.stop()
                return _not_written(project, result, log, form)
            progress("writing the migration")
            written, told = _write(bench, result.draft, created, existing, cli_tests.wanted(project, tests))
    except KeyboardInterrupt:
        say(f"Stopped. The run so far is kept in {relative(log.path, project)}.")
        return 130
    finally:
        log.close()
    _show(project, result, result.report, written, log, form)
    if told:
        say(told)
    return EXITS[result.outcome]


@dataclass
class _Watch:
    """Tells what happens in the loop: the present step, and a line for each draft with what changed."""

    progress: Progress
    model: str
    last: set[str] | None = None
    """Rules that the draft before fell foul of."""
    drafts: int = 0
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
            case "checked" if event.report:
                self.drafts += 1
                found = severities(event.report.findings()) or "nothing left to repair"
                self.progress.note(f"draft {self.drafts}: {found}{self._changes(event.report)}")

    def _changes(self, report: Report) -> str:
        """`` (rls/disabled)`` of the first draft, then what was mended and what came up."""
        found = {finding.rule for finding in report.findings()}
        before, self.last = self.last, found
        if before is None:
            return f" ({', '.join(sorted(found))})" if found else ""
        changes = [("mended", before - found), ("new", found - before), ("left", found & before)]
        said = [f"{word} {', '.join(sorted(rules))}" for word, rules in changes if rules]
        return f" ({'; '.join(said)})" if said else ""


def _request(given: str) -> str:
    text = sys.stdin.read(_LONGEST + 1) if given == "-" else given
    if not text.strip():
        raise ProjectError('The request is empty; say what the migration should do, e.g. new "add a quests table".')
    if len(text) > _LONGEST:
        raise ProjectError(f"The request is longer than {_LONGEST:,} characters.")
    return text.strip()


def _model(project: Project, name: str | None) -> Model | None:
    """The model that was asked for; None stands for the built-in drafter. Raises ModelError."""
    if name == "builtin":
        return None
    if name is None and not available(os.environ, project.config.model.provider):
        say("No ANTHROPIC_API_KEY is set: the built-in drafter does what it can, without a model.")
        return None
    return Anthropic(project.config.model.model_copy(update={"name": name} if name else {}), os.environ)


def _built_in(bench: Workbench) -> Model:
    from agent.offline import BuiltIn  # and with it sqlglot, which a model's draft does without

    return BuiltIn(bench.catalog, bench.project.config)


def _limits(project: Project, given: Mapping[str, Any]) -> Limits:
    wanted = {name: value for name, value in given.items() if value is not None}
    try:
        return Limits.model_validate({**project.config.limits.model_dump(), **wanted})
    except ValidationError as error:
        first = error.errors()[0]
        raise ProjectError(f"--max-{first['loc'][0]}: {first['msg'].lower()}.") from None


def _write(
    bench: Workbench, made: Draft, created: str, existing: str | None, with_tests: bool
) -> tuple[dict[str, str], str]:
    """Writes the migrations under versions later than all others, their tests, and the document, at once.

    The new files' texts by their paths in the project, and what became of the tests.
    """
    schema = document.render(_catalog(bench, render(made, created, bench.project.next_version())), existing)
    with bench.project.lock():
        project = Project(bench.project.root, bench.project.config)  # reads the folder as it is now
        migrations = render(made, created, project.next_version())
        files = [(project.migrations_folder / migration.file_name, migration.text) for migration in migrations]
        tests = cli_tests.file_of(bench, migrations) if with_tests else ""
        more = [] if isinstance(tests, str) else [tests]
        project.write([*files, *more, (project.document, schema)], replacing=[path for path, _ in more])
    told = tests if isinstance(tests, str) else f"Wrote {relative(tests[0], project)}"
    return {relative(path, project): text for path, text in files}, told


def _catalog(bench: Workbench, migrations: Sequence[Migration]) -> Catalog:
    """As it will be with the migrations."""
    with bench.session(transaction=False) as session:
        for migration in migrations:
            session.run(migration.script)
        return Catalog(read(session.conn))


def _show(project: Project, result: Result, report: Report, written: Mapping[str, str], log: RunLog, form: str) -> None:
    """Files, checklist, what was written and what it took; outside of text the report alone."""
    report = _named(report, list(written))
    if form != "text":
        show([report], written, form)
        return
    out = stdout()
    for name, text in written.items():
        out.print(Text(f"\n{name}\n", style="bold"), soft_wrap=True)
        for line in harmless(text).split("\n"):
            out.print(Text(line, style="dim" if line.startswith("--") else ""), soft_wrap=True)
    show([report], written, form)
    if result.summary and not any(result.summary in text for text in written.values()):
        out.print(Text(f"\n{harmless(result.summary)}"))
    out.print()
    for name in [*written, relative(project.document, project)]:
        out.print(Text(f"Wrote {name}"), soft_wrap=True)
    out.print(Text(_spent(result, log, project), style="dim"), soft_wrap=True)


def _not_written(project: Project, result: Result, log: RunLog, form: str) -> int:
    """Shows the best draft and says where it is kept."""
    if result.report:
        kept = sorted(log.drafts.glob("*.sql"))
        names = [relative(path, project) for path in kept]
        sources = {name: path.read_text(encoding="utf-8") for name, path in zip(names, kept, strict=True)}
        show([_named(result.report, names)], sources, form)
    say(f"error: {result.summary}" if EXITS[result.outcome] == 3 else result.summary)
    kept_in = f"The best draft is kept in {relative(log.drafts, project)}. " if result.draft else ""
    say(f"Nothing was written to supabase/. {kept_in}{_spent(result, log, project)}")
    return EXITS[result.outcome]


def _named(report: Report, names: Sequence[str]) -> Report:
    """The report and its parts under the files' own paths."""
    parts = [part.model_copy(update={"migration": name}) for part, name in zip(report.parts, names[1:], strict=False)]
    return report.model_copy(update={"migration": names[0], "parts": parts} if names else {})


def _spent(result: Result, log: RunLog, project: Project) -> str:
    """Drafts, tokens, money, time, and where the run is kept."""
    said = [counted(result.drafts, "draft")]
    if result.usage.total:
        lost = f" ({result.lost_tokens:,} lost in answers that broke off)" if result.lost_tokens else ""
        said.append(counted(result.usage.total, "token") + lost)
        said.append("price unknown" if result.cost is None else f"${result.cost:.4f}")
    said.append(f"{seconds(result.seconds_model)} of model, {seconds(result.seconds_database)} of database")
    return f"{', '.join(said)}. Run: {relative(log.path, project)}"
