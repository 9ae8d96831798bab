"""What a run ends with: the files and their checklist, or why nothing was written, and what it cost."""

from rich.text import Text

from agent.cli_output import relative, say, show, stdout
from agent.result import Result
from agent.runs import RunLog
from agent.writing import Written
from tools.project import Project
from tools.render.plain import counted, harmless, seconds
from tools.report import Report


def show_ready(project: Project, result: Result, report: Report, done: Written, log: RunLog, form: str) -> None:
    """Files, checklist, what was written and what it took; outside of text the report alone."""
    report = report.under([*done.files])
    if form != "text":
        show([report], done.files, form)
        return
    out = stdout()
    for name, text in done.files.items():
        out.print(Text(f"\n{name}\n", style="bold"), soft_wrap=True)
        for line in harmless(text).split("\n"):
            out.print(Text(line, style="dim" if line.startswith("--") else ""), soft_wrap=True)
    for name, diff in done.seeds.items():
        out.print(Text(f"{name}\n", style="bold"), soft_wrap=True)
        for line in harmless(diff).split("\n")[2:]:
            style = {"+": "green", "-": "red"}.get(line[:1], "dim")
            out.print(Text(line, style=style), soft_wrap=True)
        out.print()
    show([report], done.files, form)
    if result.summary and not any(result.summary in text for text in done.files.values()):
        out.print(Text(f"\n{harmless(result.summary)}"))
    out.print()
    for name in [*done.files, *done.seeds, relative(project.document, project)]:
        out.print(Text(f"Wrote {name}"), soft_wrap=True)
    out.print(Text(_spent(result, log, project), style="dim"), soft_wrap=True)
    if done.tests:
        say(done.tests)


def show_rest(project: Project, result: Result, log: RunLog, form: str, failed: bool) -> None:
    """The best draft, where it is kept, why nothing was written and how to go on; `failed`: the model did."""
    if result.report:
        kept = sorted(log.drafts.glob("*.sql"))
        names = [relative(path, project) for path in kept]
        sources = {name: path.read_text(encoding="utf-8") for name, path in zip(names, kept, strict=True)}
        show([result.report.under(names)], sources, form)
    if result.outcome == "satisfied":
        reason, *shown = result.summary.splitlines()
        say(f"Nothing to do: {reason}")
        for line in shown:
            say(f"  {line}")
        say(f"Nothing was written. {_spent(result, log, project)}")
        return
    say(f"error: {result.summary}" if failed else result.summary)
    kept_in = f"The best draft is kept in {relative(log.drafts, project)}. " if result.draft else ""
    say(f"Nothing was written to supabase/. {kept_in}{_spent(result, log, project)}")
    if result.outcome == "asked":
        say(f'Answer with: migration-agent resume {log.id} "YOUR ANSWER"')
    elif result.outcome in ("unreachable", "misconfigured", "stopped"):
        say(f"Go on with: migration-agent resume {log.id}")


def _spent(result: Result, log: RunLog, project: Project) -> str:
    """Drafts, tokens, money, time, and where the run is kept."""
    said = [counted(result.drafts, "draft")]
    if total := result.usage.total:
        cached = (
            f", {result.usage.cache_read_tokens / total:.0%} of them cached" if result.usage.cache_read_tokens else ""
        )
        lost = f", {result.lost_tokens:,} lost in answers that broke off" if result.lost_tokens else ""
        said.append(counted(total, "token") + cached + lost)
        said.append("price unknown" if result.cost is None else f"${result.cost:.4f}")
    said.append(f"{seconds(result.seconds_model)} of model, {seconds(result.seconds_database)} of database")
    return f"{', '.join(said)}. Run: {relative(log.path, project)}"
