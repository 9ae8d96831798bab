"""What every command of the command line shares: its common options, and how it ends.

A command returns its exit code, and whatever a user can cause ends in one line instead of a traceback.
"""

import functools
import os
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class Format(StrEnum):
    text = "text"
    json = "json"
    markdown = "markdown"
    sarif = "sarif"
    github = "github"


Folder = Annotated[Path, typer.Option("--project", help="The Supabase project.", show_default="upwards from here")]
Since = Annotated[
    str | None,
    typer.Option("--from", metavar="VERSION", help="The history starts here; older files are passed over."),
]
AsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
InFormat = Annotated[Format, typer.Option("--format", help="How the report is written.")]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def command_on(owner: typer.Typer) -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Registers commands whose return value is the exit code, and which never show a traceback."""

    def register(function: Callable[..., int]) -> Callable[..., None]:
        @owner.command()
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            raise typer.Exit(guarded(functools.partial(function, *args, **kwargs)))

        return run

    return register


Model = Annotated[
    str | None,
    typer.Option(help="A model's name, or 'builtin' for the built-in drafter.", show_default="configured"),
]
MaxDrafts = Annotated[int | None, typer.Option(min=1, help="Stop after this many drafts.")]
MaxCost = Annotated[float | None, typer.Option(min=0.0, help="Stop at this many US dollars.")]
MaxMinutes = Annotated[float | None, typer.Option(min=0.0, help="Stop after this time.")]
Tests = Annotated[bool, typer.Option("--tests", help="Also write supabase/tests/NAME.test.sql for pgTAP.")]


def guarded(body: Callable[[], int]) -> int:
    """The exit code of a command, whatever it raises."""
    try:
        code = body()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        from agent.cli_output import explain

        return explain(error)
