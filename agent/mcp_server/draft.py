"""draft_migration: the loop of `new` for somebody else's agent, with words for how it ended."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from agent import cli_tests
from agent.cli_docs import read_document
from agent.cli_new import EXITS
from agent.cli_output import relative
from agent.client import Anthropic, available
from agent.loop import draft, resume
from agent.mcp_server.check import described
from agent.mcp_server.desk import Answer, Call
from agent.mcp_server.inputs import DraftMigration
from agent.mcp_server.outputs import Drafted, DraftedFile
from agent.offline import BuiltIn
from agent.result import Event, Outcome, Terms
from agent.runs import RunLog, SavedRun, find, load
from agent.tools import render
from agent.writing import write
from tools.config import ProjectError
from tools.migration import Migration
from tools.project import Project
from tools.render.plain import one_line

ENDS: dict[Outcome, str] = {
    "satisfied": "Nothing was made, for there is nothing to do.",
    "asked": "Nothing was made yet. The drafter asks you, or the person you work for:",
    "not-met": "Nothing was made: no draft met the checklist.",
    "no-draft": "Nothing was made: the drafter answered in words and sent no draft.",
    "stopped": "Nothing was made: a limit ended the run before a draft passed.",
    "refused": "Nothing was made: the drafter does not do this request.",
    "unreachable": "Nothing was made: no model answered.",
    "misconfigured": "Nothing was made: the model's configuration does not fit.",
}
"""The exit codes of `new`, in words."""


def draft_migration(folder: Path, wanted: DraftMigration, call: Call) -> Answer:
    """Raises ProjectError, HistoryError, ServerError, ModelError."""
    project = Project.find(folder)
    existing = read_document(project)
    model = (
        Anthropic(project.config.model, os.environ) if available(os.environ, project.config.model.provider) else None
    )
    saved = _asked(project, wanted.run) if wanted.run else None
    log = RunLog(project.root, find(project.root, wanted.run).stem) if wanted.run else RunLog.new(project.root)
    created = f"{datetime.now(UTC):%Y-%m-%d}"
    try:
        bench = call.bench(project)
        drafter = model or BuiltIn(bench.catalog, project.config)
        watch = _watch(call, model.name if model else "the built-in drafter")
        terms = Terms(bench, drafter, log, project.config.limits, created, watch)
        result = resume(terms, saved, wanted.request) if saved else draft(terms, wanted.request)
        files: dict[str, str] = {}
        written: list[str] = []
        tests = ""
        if result.draft and result.outcome == "ready" and wanted.write:
            call.step("writing the migration")
            done = write(bench, result.draft, created, existing, cli_tests.wanted(project, False), [])
            log.write("written", files=list(done.files), draft=result.number)
            files, tests = done.files, done.tests
            written = [*files, relative(project.document, project)]
        elif result.draft:
            made = render(result.draft, created, project.next_version())
            files = {relative(project.migrations_folder / each.file_name, project): each.text for each in made}
    finally:
        log.close()
    report = result.report.under([*files]) if result.report else None
    drafted = Drafted(
        outcome=result.outcome,
        summary=result.summary,
        written=written,
        files=[DraftedFile(path=path, sql=text) for path, text in files.items()],
        report=report,
        run=relative(log.path, project),
    )
    failed = EXITS[result.outcome] == 3
    return Answer(_words(drafted, model is None, tests), drafted.model_dump(mode="json"), is_error=failed)


def _asked(project: Project, run: str) -> SavedRun:
    """Raises ProjectError where the run waits for no answer."""
    saved = load(find(project.root, run))
    if saved.outcome != "asked" or saved.start.get("kind") == "revise":
        raise ProjectError(f"Run {run} waits for no answer; leave run out to begin a new one.")
    return saved


def _watch(call: Call, drafter: str) -> Callable[[Event], None]:
    """Each event of the loop as a step."""

    def tell(event: Event) -> None:
        match event.kind:
            case "asking":
                call.step(f"{drafter} is drafting ({event.text})")
            case "checked" if event.report:
                rules = ", ".join(sorted({finding.rule for finding in event.report.findings()}))
                call.step(f"{event.text} ({rules})" if rules else event.text)
            case "tool":
                call.step(event.text)
            case _:
                call.step("the model is told what is missing" if event.kind == "told" else one_line(event.text)[:200])

    return tell


def _words(made: Drafted, built_in: bool, tests: str) -> str:
    """How it ended, what to do now, the files, and the report on them."""
    by = "The built-in drafter (no ANTHROPIC_API_KEY is set) " if built_in else "The model "
    lines = []
    if made.outcome == "asked":
        lines.append(f"{ENDS['asked']} {made.summary}")
        lines.append(f"Call draft_migration with run {Path(made.run).stem!r} and the answer as request.")
    elif made.outcome != "ready":
        lines.append(f"{ENDS[made.outcome]} {made.summary}")
    elif made.written:
        lines.append(f"{by}made it, it passes, and it is written: {', '.join(made.written)}. {tests}".rstrip())
    else:
        lines.append(
            f"{by}made it and it passes. Nothing is written yet: save each file as it stands under its path, then run "
            "'migration-agent docs'."
        )
    if made.outcome == "ready" and made.summary:
        lines.append(made.summary)
    elif made.files:
        lines.append("The best draft, which must not be applied as it is:")
    lines += [f"{file.path}\n```sql\n{file.sql.rstrip()}\n```" for file in made.files]
    if made.report:
        migrations = [Migration(Path(file.path).name, file.sql) for file in made.files]
        lines.append(described(made.report, migrations))
    return "\n\n".join([*lines, f"Run: {made.run}"])
