"""The command line as a test calls it, in this process or in one of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from agent.cli import app
from tests.agent.messages_api import Json, use

ROOT = Path(__file__).parents[2]
SCRIPT = [sys.executable, "-c", "from agent.cli import main; main()"]


def cli(*args: str, project: Path | None = None, given: str | bytes = "", **environ: str) -> Result:
    where = ["--project", str(project)] if project else []
    result = CliRunner().invoke(app, [*args, *where], input=given, env=environ)
    assert "Traceback" not in result.output
    return result


def files(project: Path) -> set[str]:
    """Everything in it but the runs that were kept."""
    return {
        str(p.relative_to(project)) for p in project.rglob("*") if p.is_file() and ".migration-agent" not in p.parts
    }


def check_draft(*drafts: Json) -> Json:
    return use("check_draft", {"files": list(drafts)})


def start(*args: str, **more: Any) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | more
    pipe = subprocess.PIPE
    return subprocess.Popen([*SCRIPT, *args], text=True, stdout=pipe, stderr=pipe, env=environment)
