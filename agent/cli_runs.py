"""`runs`: what was asked of the tool in this project, and any of it as a page to read."""

import json as jsonlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from agent.cli_output import relative, say, stdout, write
from agent.runs import FOLDER, find, load
from agent.transcript.read import Transcript, read
from agent.transcript.words import TONES, headline, money, outcome
from tools.config import ProjectError
from tools.project import Project
from tools.render.plain import counted, one_line


def listed(folder: Path, json: bool) -> int:
    """The newest first. Raises ProjectError where there is no project."""
    project = Project.find(folder)
    runs = []
    for path in _logs(project):
        try:
            runs.append(read(load(path), path.stem))
        except ProjectError as error:
            say(f"Left out: {error}")
    if json:
        write(jsonlib.dumps([_as_json(run) for run in runs], indent=2) + "\n")
    elif not runs:
        say('No run is kept in this project yet; migration-agent new "..." makes one.')
    else:
        _print(runs)
        stdout().print(Text("\nmigration-agent runs show ID (or: last) shows one.", style="dim"))
    return 0


def show(name: str, folder: Path, html: Path | None, json: bool) -> int:
    """Raises ProjectError for a run that is not there, or not one."""
    project = Project.find(folder)
    path = find(project.root, Path(name).name.removesuffix(".jsonl"))
    saved = load(path)
    if json:
        write(jsonlib.dumps(saved.events, indent=2) + "\n")
        return 0
    run = read(saved, path.stem)
    if html is None:
        from agent.transcript.terminal import TranscriptView

        stdout().print(TranscriptView(run))
        return 0
    from agent.transcript.page import render

    page = render(run)
    if str(html) == "-":
        write(page)
        return 0
    html.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    say(f"Wrote {relative(html, project)}")
    return 0


def _logs(project: Project) -> list[Path]:
    """The newest first: a run is named after the moment it began."""
    return sorted((project.root / FOLDER).glob("*.jsonl"), reverse=True)


def _print(runs: Sequence[Transcript]) -> None:
    """Two lines each, so that they fit a narrow terminal."""
    out = stdout()
    told = [outcome(run.outcome) for run in runs]
    width = max(len(words) for _, _, words in told)
    for run, (sign, tone, words) in zip(runs, told, strict=True):
        head = (one_line(run.id), "bold"), "  ", (f"{sign} {words:<{width}}", TONES[tone]), "  "
        out.print(Text.assemble(*head, headline(run.request)), no_wrap=True, overflow="ellipsis")
        when = f"{run.started:%Y-%m-%d %H:%M}" if run.started else ""
        spent = [counted(len(run.drafts), "draft")]
        if run.usage.total:
            spent += [counted(run.usage.total, "token"), money(run.cost)]
        out.print(Text("  " + " · ".join(filter(None, [when, one_line(run.model), *spent])), style="dim"))


def _as_json(run: Transcript) -> dict[str, Any]:
    return {
        "id": run.id,
        "started": run.started.isoformat() if run.started else None,
        "model": run.model,
        "request": run.request,
        "kind": run.kind,
        "file": run.file,
        "outcome": run.outcome,
        "drafts": len(run.drafts),
        "turns": len(run.turns),
        "tokens": run.usage.total,
        "cached_tokens": run.usage.cache_read_tokens,
        "cost": run.cost,
        "seconds_model": round(run.seconds_model, 3),
        "seconds_database": round(run.seconds_database, 3),
        "written": list(run.written),
    }
