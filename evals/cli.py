"""The whole command line: the agent's commands, and on top of them `eval`, which judges the tool itself.

`evals` knows the agent and not the other way round, so the console script begins here.
"""

import difflib
import json as jsonlib
import time
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agent.cli import app, main
from agent.cli_command import Json, Quiet, command_on

__all__ = ["app", "main"]


class Engine(StrEnum):
    threads = "threads"
    ray = "ray"


evaluate = typer.Typer(no_args_is_help=True)
app.add_typer(evaluate, name="eval", help="Judge the tool itself: golden migrations, and mutants of them.")


@command_on(evaluate)
def mutants(
    operator: Annotated[list[str] | None, typer.Option(help="Only this way to break a migration (repeatable).")] = None,
    golden: Annotated[list[str] | None, typer.Option(help="Only this golden, or 'history/*' (repeatable).")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="At most this many mutants of each operator.")] = None,
    every: Annotated[bool, typer.Option("--every", help="Every place instead of one for each golden.")] = False,
    history: Annotated[bool, typer.Option("--history", help="The sample projects' own migrations as well.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Break golden migrations in one place each, and count which checks notice.

    Exits with 1 where less than 99 % are killed by a rule that names the defect, or a golden itself is blamed.
    """
    from agent.cli_output import Progress, stdout, write
    from evals.cases import goldens
    from evals.cases.golden import samples
    from evals.mutants import OPERATORS, kills, matrix

    _known("operator", operator or (), OPERATORS)
    good = (*goldens(), *samples())
    unknown = [name for name in golden or () if not any(g.matches(name) for g in good)]
    _known("golden", unknown, [name for g in good for name in (str(g), g.case)])
    started = time.perf_counter()
    with Progress(quiet=quiet) as progress:
        result = kills.run(
            operator or (), golden or (), sample_size=sample, every=every, history=history, progress=progress
        )
    took = time.perf_counter() - started
    if json:
        write(jsonlib.dumps(matrix.as_json(result, took), indent=2) + "\n")
    else:
        matrix.show(result, took, stdout())
    return 0 if matrix.passes(result) else 1


@command_on(evaluate)
def prove_grading(
    case: Annotated[list[str] | None, typer.Option(help="Only this case (repeatable).")] = None,
    rewordings: Annotated[int, typer.Option(min=0, help="Rewordings of each golden.")] = 10,
    mutants: Annotated[int, typer.Option(min=0, help="At most this many mutants of each golden.")] = 9,
    folder: Annotated[
        Path | None, typer.Option("--cases", help="A folder of cases, instead of those that come along.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Grade goldens, nothing, goldens in other words and broken goldens, whose grades are known, and count.

    Exits with 1 where a grade is wrong.
    """
    from agent.cli_output import Progress, stdout, write
    from evals.cases import HERE, cases
    from evals.grade import prove

    there = [one for one in cases(folder or HERE) if one.golden]
    _known("case", case or (), [one.id for one in there])
    wanted = [one for one in there if not case or one.id in case]
    started = time.perf_counter()
    with Progress(quiet=quiet) as progress:
        found = prove.run(wanted, rewordings=rewordings, mutants=mutants, progress=progress)
    took = time.perf_counter() - started
    if json:
        write(jsonlib.dumps(prove.as_json(found, took), indent=2) + "\n")
    else:
        prove.show(found, took, stdout())
    return 0 if prove.passes(found) else 1


@command_on(evaluate)
def run(
    model: Annotated[
        list[str], typer.Option(help="A model's name, builtin, golden, null, replay or replay:DIR (repeatable).")
    ],
    case: Annotated[list[str] | None, typer.Option(help="Only these cases, * for anything (repeatable).")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag (repeatable).")] = None,
    trials: Annotated[int, typer.Option(min=1, help="Trials of each case and model.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the rows; what is there is not run again.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Trials at once.")] = None,
    engine: Annotated[
        Engine, typer.Option(help="Threads here, or a Ray cluster: RAY_ADDRESS, or one that runs here.")
    ] = Engine.threads,
    shard: Annotated[str, typer.Option(metavar="I/N", help="Only this share, for several machines.")] = "1/1",
    max_cost: Annotated[float | None, typer.Option(min=0.0, help="Begin no trial beyond this many US dollars.")] = None,
    max_drafts: Annotated[int | None, typer.Option(min=1, help="Drafts that a trial may take.")] = None,
    max_minutes: Annotated[float | None, typer.Option(min=0.0, help="Minutes that a trial may take.")] = None,
    cases: Annotated[Path | None, typer.Option(help="A folder with cases of your own.")] = None,
    threshold: Annotated[float | None, typer.Option(min=0.0, max=1.0, help="Exit with 1 below this pass rate.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Put the rows that are there aside and begin anew.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Try models on cases, and grade what they answer; rows go to --out, and a run that was stopped goes on there.

    Exits with 1 where trials are left or a model is below the threshold, with 3 where a model cannot be asked.
    """
    from evals.run.command import Options
    from evals.run.command import run as go

    limits = {"drafts": max_drafts, "minutes": max_minutes}
    return go(
        Options(
            model, case or (), tag or (), trials, out, workers, engine.value, shard, max_cost=max_cost, folder=cases,
            limits=limits, threshold=threshold, fresh=fresh, json=json, quiet=quiet,
        )
    )  # fmt: skip


@command_on(evaluate)
def report(
    runs: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders of runs, or of one run's shards.")],
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also as a page that needs no network.")] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Also for a pull request; - prints it.")] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Exit with 1 where a model's pass@1 is below.")
    ] = None,
    json: Json = False,
) -> int:
    """Say what runs add up to: rates with intervals, what repair does, what it cost, and what failed."""
    from evals.report.command import report as told

    return told(runs, page=html, text=markdown, as_data=json, threshold=threshold)


@command_on(evaluate)
def compare(
    before: Annotated[str, typer.Argument(metavar="A", help="A run's folder, or FOLDER#MODEL.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The same, to be compared with it.")],
    model: Annotated[str | None, typer.Option(help="Only this model, where a side names none.")] = None,
    allow: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="How much lower pass@1 may be; else only what chance explains."),
    ] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Also for a pull request; - prints it.")] = None,
    json: Json = False,
) -> int:
    """Hold two runs against each other, case by case. Exits with 1 where B is worse."""
    from evals.report.command import held
    from evals.report.comparison import Side

    return held(Side.read(before, model), Side.read(after, model), text=markdown, as_data=json, allow=allow)


@command_on(evaluate)
def mine(
    project: Annotated[Path, typer.Argument(help="A Supabase project in a git repository.")],
    since: Annotated[str | None, typer.Option(help="Only what came after this commit, or since this day.")] = None,
    last: Annotated[int | None, typer.Option(min=1, help="Only the newest so many commits.")] = None,
    out: Annotated[Path, typer.Option(help="Where the cases go; none that is there is written over.")] = Path("mined"),
    request_from: Annotated[
        str, typer.Option(help="subject or body of the commit's message, or a TOML file: a commit or issue = its text.")
    ] = "subject",
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Cut cases from a project's own past: a commit's message, its migration, and the project as it was before.

    Exits with 1 where there is not one.
    """
    from agent.cli_output import Progress, stdout, write
    from evals.mine import mine as cut
    from evals.mine import show
    from evals.mine.request import texts_in
    from tools.project import Project

    texts = texts_in(Path(request_from)) if request_from not in ("subject", "body") else {}
    started = time.perf_counter()
    with Progress(quiet=quiet) as progress:
        body = request_from == "body"
        found = cut(Project.find(project), out, since=since, last=last, body=body, texts=texts, progress=progress)
    took = time.perf_counter() - started
    if json:
        write(jsonlib.dumps(show.as_json(found, out, took), indent=2) + "\n")
    else:
        show.show(found, out, took, stdout())
    return 0 if any(one.kept for one in found) else 1


@command_on(evaluate)
def export(
    runs: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders of runs, or of one run's shards.")],
    inspect: Annotated[Path, typer.Option(metavar="PATH", help="A file NAME.eval, or a folder for a log a model.")],
    model: Annotated[str | None, typer.Option(help="Only this model.")] = None,
) -> int:
    """Write runs as logs that `inspect view` opens. Needs migration-agent[inspect]."""
    from evals.report.command import exported

    return exported(runs, inspect, model)


def _known(kind: str, named: Sequence[str], there: Iterable[str]) -> None:
    """Raises ProjectError for a name that is not there, with the nearest that is."""
    from tools.config import ProjectError

    names = list(there)
    for name in named:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.3)
            raise ProjectError(f"No {kind} is called {name!r}." + (f" Did you mean {near[0]}?" if near else ""))
