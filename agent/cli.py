"""The command line: `migration-agent`. Parses, and hands over to the room of each command.

Results go to stdout, progress to stderr. Whatever a user can cause ends in one line and an exit code: 0 done, 1 the
checklist is not met, 2 bad usage or configuration, 3 no model, 4 the project's own history does not replay, 130
interrupted. Heavy imports wait in the rooms, so that ``--help`` is there at once.
"""

import atexit
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from agent.cli_command import (
    AsJson,
    Folder,
    Format,
    InFormat,
    Json,
    MaxCost,
    MaxDrafts,
    MaxMinutes,
    Model,
    Quiet,
    Since,
    Tests,
    command_on,
    guarded,
)
from agent.cli_github import github

app = typer.Typer(
    name="migration-agent",
    help="Plain English in, a reviewed Supabase migration out, with the proof.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


command = command_on(app)


@command
def new(
    request: Annotated[str, typer.Argument(help="What the migration should do; - reads stdin.")],
    project: Folder = Path(),
    model: Model = None,
    max_drafts: MaxDrafts = None,
    max_cost: MaxCost = None,
    max_minutes: MaxMinutes = None,
    tests: Tests = False,
    format: InFormat = Format.text,  # noqa: A002
    json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Draft a migration, check and repair it until nothing is left, and write it."""
    from agent import cli_new

    limits = {"drafts": max_drafts, "cost": max_cost, "minutes": max_minutes}
    return cli_new.new(request, cli_new.Options(project, model, limits, _format(format, json), quiet, tests))


@command
def revise(
    file: Annotated[str, typer.Argument(help="The newest migration, not applied yet.")],
    change: Annotated[str, typer.Argument(help="What shall be different; - reads stdin.")],
    project: Folder = Path(),
    model: Model = None,
    max_drafts: MaxDrafts = None,
    max_cost: MaxCost = None,
    max_minutes: MaxMinutes = None,
    tests: Tests = False,
    format: InFormat = Format.text,  # noqa: A002
    json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Change a migration that is not applied yet, and check it again."""
    from agent import cli_new

    limits = {"drafts": max_drafts, "cost": max_cost, "minutes": max_minutes}
    options = cli_new.Options(project, model, limits, _format(format, json), quiet, tests)
    return cli_new.revise(file, change, options)


@command
def resume(
    run: Annotated[str, typer.Argument(help="The run's ID or how it begins; last is the newest.")],
    words: Annotated[str, typer.Argument(help="The answer to its question, or what shall be different.")] = "",
    project: Folder = Path(),
    model: Model = None,
    max_drafts: MaxDrafts = None,
    max_cost: MaxCost = None,
    max_minutes: MaxMinutes = None,
    tests: Tests = False,
    format: InFormat = Format.text,  # noqa: A002
    json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Go on with a run that was interrupted, failed or asked something, or change what it wrote."""
    from agent import cli_new

    limits = {"drafts": max_drafts, "cost": max_cost, "minutes": max_minutes}
    options = cli_new.Options(project, model, limits, _format(format, json), quiet, tests)
    return cli_new.resume(run, words, options)


@command
def prompt(
    request: Annotated[str, typer.Argument(help="What the migration should do.")] = "",
    project: Folder = Path(),
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Show exactly what the model would be sent for a request, and how many tokens that is; send nothing."""
    from agent import cli_prompt

    return cli_prompt.run(request, project, json, quiet)


@command
def check(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Migrations; - reads stdin. The newest by default.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every migration of the project.")] = False,
    name: Annotated[str | None, typer.Option(help="The file name that stdin would have.")] = None,
    tests: Annotated[bool, typer.Option("--tests", help="Also write supabase/tests/NAME.test.sql for pgTAP.")] = False,
    base: Annotated[
        str | None, typer.Option(metavar="REF", help="Those that differ since the branch left this commit, in git.")
    ] = None,
    since: Since = None,
    project: Folder = Path(),
    format: InFormat = Format.text,  # noqa: A002
    json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Run every check on migrations, each in the state that those before it leave."""
    from agent import cli_check

    return cli_check.check(files or [], every, name, project, _format(format, json), quiet, tests, base, since)


@command
def replay(
    since: Since = None,
    project: Folder = Path(),
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Run the whole history and the seed on a fresh database, and say where and why it stops."""
    from agent import cli_check

    return cli_check.replay(project, json, quiet, since)


@command
def docs(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where it is out of date.")] = False,
    project: Folder = Path(),
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Write docs/DATABASE_SCHEMA.md from the database that the migrations make."""
    from agent import cli_docs

    return cli_docs.run(project, check, json, quiet)


@command
def rules(
    rule: Annotated[str | None, typer.Argument(help="A rule, or a check for all of its rules.")] = None,
    json: Json = False,
) -> int:
    """List the rules, or say what one means, why, how to fix it and how to allow it."""
    from agent import cli_rules

    return cli_rules.run(rule, json)


@command
def psql(
    file: Annotated[str | None, typer.Argument(help="A migration that is applied on top.")] = None,
    project: Folder = Path(),
    quiet: Quiet = False,
) -> int:
    """Open psql (or a simple prompt) on a throwaway database with the history applied."""
    from agent import cli_psql

    return cli_psql.run(file, project, quiet)


@command
def mcp(project: Folder = Path()) -> int:
    """Serve the checks, the schema and the drafting as tools for other agents, on standard input and output."""
    from agent.mcp_server import serve

    return serve.run(project)


@command
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any that is free.")] = 8080,
    queue: Annotated[Path | None, typer.Option(help="The folder for deliveries.", show_default="in the home")] = None,
    grace: Annotated[float, typer.Option(min=0, help="Seconds for the delivery at hand when it is to stop.")] = 30.0,
    retry_after: Annotated[float, typer.Option(min=0, help="Seconds before the second try; doubled each time.")] = 30.0,
    project: Annotated[str, typer.Option(help="The project's folder in the repository, where it has several.")] = "",
    login: Annotated[
        str, typer.Option(envvar="MIGRATION_AGENT_LOGIN", help="The account that the agent writes as.")
    ] = "",
    model: Model = None,
    max_drafts: MaxDrafts = None,
    max_cost: MaxCost = None,
    max_minutes: MaxMinutes = None,
    tests: Tests = False,
) -> int:
    """Answer comments on GitHub from a webhook, without GitHub Actions."""
    from agent import cli_serve

    limits = {"drafts": max_drafts, "cost": max_cost, "minutes": max_minutes}
    options = {"where": project, "model": model, "limits": limits, "tests": tests, "login": login}
    return cli_serve.run(host, port, queue, grace, retry_after, options)


app.add_typer(github, name="github")
saved = typer.Typer(invoke_without_command=True)
app.add_typer(saved, name="runs")


@saved.callback()
def runs(context: typer.Context, project: Folder = Path(), json: Json = False) -> None:
    """List what was asked for in this project, newest first; `runs show ID` shows one."""
    context.obj = project
    if context.invoked_subcommand is None:
        from agent import cli_runs

        raise typer.Exit(guarded(lambda: cli_runs.listed(project, json)))


@command_on(saved)
def show(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="The run's id, the beginning of one, or: last.")],
    html: Annotated[Path | None, typer.Option(help="Write one HTML file, complete in itself; - for stdout.")] = None,
    project: Annotated[
        Path | None, typer.Option(help="The Supabase project.", show_default="upwards from here")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Write the events as a JSON list.")] = False,
) -> int:
    """Show a run: what was said and done turn by turn, drafts and their differences, the checklist, the cost."""
    from agent import cli_runs

    return cli_runs.show(run, project or context.obj or Path(), html, json)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("migration-agent"))
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """The console script."""
    gc.set_threshold(100_000, 20, 20)  # what is imported is not garbage, and looking costs a tenth of a check
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it reads all that is installed to find none
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        _leave(end.code)


def _leave(code: int) -> None:
    """Ends the program without taking all its modules apart, which is another tenth of a check."""
    atexit._run_exitfuncs()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _format(chosen: Format, json: bool) -> str:
    return "json" if json else chosen.value
