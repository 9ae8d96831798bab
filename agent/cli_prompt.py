"""`prompt`: exactly what the model would be sent first, and how large it is. Sends nothing."""

import json as jsonlib
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.text import Text

from agent.cli_output import Progress, stdout, write
from agent.client import Anthropic, available
from agent.model import Request
from agent.prompt import first_message, system
from agent.tools import SCHEMAS
from tools.project import Project
from tools.render.plain import harmless
from tools.workbench import Workbench

CHARACTERS = 3.5
"""Of one token, about: English and SQL, by the models that are known here."""


def run(request: str, folder: Path, json: bool, quiet: bool) -> int:
    """Always 0. Raises ProjectError, HistoryError, ServerError."""
    project = Project.find(folder)
    created = f"{datetime.now(UTC):%Y-%m-%d}"
    with Progress(quiet=quiet) as progress, Workbench.open(project, progress=progress) as bench:
        first = first_message(project, bench.catalog, request or "(your request)", created)
        sent = Request(system(), SCHEMAS, [{"role": "user", "content": first}])
        if counts := available(os.environ, project.config.model.provider):
            progress("counting tokens")
        exact = Anthropic(project.config.model, os.environ).count_tokens(sent) if counts else None
    parts = [("system", sent.system[0]["text"]), ("tools", jsonlib.dumps(SCHEMAS)), ("first message", first)]
    sizes = {name: tokens(text) for name, text in parts}
    if json:
        told = {"estimated": sizes, "counted": exact}
        write(jsonlib.dumps({"model": project.config.model.name, **asdict(sent), "tokens": told}, indent=2) + "\n")
        return 0
    out = stdout()
    for style, line in _page(sent.system[0]["text"], first):
        out.print(Text(harmless(line), style=style), soft_wrap=True)
    counted = f"; {project.config.model.name} counts {exact:,} in all" if exact else ""
    about = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
    out.print(Text(f"\nAbout {sum(sizes.values()):,} tokens: {about}{counted}.", style="dim"), soft_wrap=True)
    out.print(Text("System and tools are the same in every run, so they are cached.", style="dim"))
    return 0


def tokens(text: str) -> int:
    """How many a text is, about."""
    return round(len(text) / CHARACTERS)


def _page(spoken: str, first: str) -> Iterator[tuple[str, str]]:
    """(style, line) of the three parts under their headings."""
    yield "bold", "── system"
    yield from (("", line) for line in spoken.split("\n"))
    yield "bold", "\n── tools"
    for tool in SCHEMAS:
        yield "", f"{tool['name']}({', '.join(_fields(tool))})"
        yield "dim", f"  {tool['description']}"
    yield "bold", "\n── first message"
    yield from (("", line) for line in first.split("\n"))


def _fields(tool: dict[str, Any]) -> Iterator[str]:
    required = tool["input_schema"].get("required", [])
    for name in tool["input_schema"]["properties"]:
        yield name if name in required else f"{name}?"
