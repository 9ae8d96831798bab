"""`eval run`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.cli_output import Progress, say, stdout, write
from agent.transcript.words import money
from evals.run import cluster
from evals.run.crew import Place, work
from evals.run.local import Local, Trials, cores
from evals.run.models import contestant
from evals.run.plan import Plan, chosen, plan, shard_of
from evals.run.schedule import Purse, Schedule
from evals.run.setup import setup, version
from evals.run.shown import Line, Watch, show
from evals.run.store import Store
from tools.config import CONFIG_FILE, Config, ProjectError
from tools.render.plain import counted

FOLDER = Path(".migration-agent") / "evals"
"""Where runs are kept, in the current folder, where no other is given."""
WAITING = 10
"""Trials at once of models that are reached over a network, where nothing else is said."""


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    models: Sequence[str]
    patterns: Sequence[str] = ()
    tags: Sequence[str] = ()
    trials: int = 1
    out: Path | None = None
    workers: int | None = None
    engine: str = "threads"
    shard: str = "1/1"
    max_cost: float | None = None
    folder: Path | None = None
    limits: Mapping[str, Any] | None = None
    """Drafts, minutes; None where nothing is said."""
    threshold: float | None = None
    fresh: bool = False
    json: bool = False
    quiet: bool = False


def run(options: Options) -> int:
    """0 done; 1 something is left, or the pass rate of a model is below the threshold; 130 stopped.

    Raises ProjectError, ModelError, HistoryError, ServerError.
    """
    config = Config.load(Path(CONFIG_FILE))
    planned = _planned(options, config)
    out = options.out or FOLDER / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if options.out is None:
        _ignored_by_git(FOLDER.parent)
    trials = Trials(
        {case.id: case for case in planned.cases},
        {by.name: by for by in planned.contestants},
        config.limits.under(options.limits or {}),
        version(),
    )
    paid = frozenset(by.name for by in planned.contestants if by.waits)
    with Store(out) as store:
        _same_experiment(store, trials, planned, options.fresh)
        purse = Purse(options.max_cost, paid=paid)
        for key, done in store.done.items():
            purse.pay(key.model, done.cost, lost=done.outcome == "infra")
        purse.spent += store.lost_cost
        left = [key for key in planned.keys if key not in store.done or store.done[key].outcome == "infra"]
        schedule = Schedule(left, purse)
        there = [store.done[key] for key in planned.keys if key in store.done]
        places, workers = _places(options, trials, len(left), bool(paid))
        with Progress(quiet=options.quiet) as progress:
            watch = Watch(progress, len(planned.keys), there)
            try:
                work(schedule, places, workers, store, watch)
            except KeyboardInterrupt:
                progress.stop()
                say(f"Stopped; the same command with --out {out} goes on.")
                return 130
    return _end(options, planned, store, schedule, out)


def _planned(options: Options, config: Config) -> Plan:
    contestants = [contestant(name, config.model) for name in dict.fromkeys(options.models)]
    cases = chosen(options.folder, options.patterns, options.tags)
    planned = plan(cases, contestants, options.trials, shard_of(options.shard))
    for name, ids in planned.unknown.items():
        some = ", ".join(ids[:3]) + (", ..." if len(ids) > 3 else "")
        if not options.quiet:
            say(f"{name} has no recording of {len(ids)} of {len(cases)} cases, which are left out: {some}.")
    if not planned.keys:
        raise ProjectError("There is nothing to run.")
    return planned


def _same_experiment(store: Store, trials: Trials, planned: Plan, fresh: bool) -> None:
    """Raises ProjectError where the rows that are there were made under other circumstances."""
    if fresh:
        if aside := store.start_anew():
            say(f"The rows that were there are in {aside.name} now.")
        return
    setups = {
        key: setup(trials.cases[key.case], trials.contestants[key.model], trials.limits, trials.version)
        for key in planned.keys
    }
    if words := store.differing(setups):
        raise ProjectError(
            f"{store.path.parent} holds another experiment: {words}. Give another --out, or --fresh to begin anew."
        )


def _places(options: Options, trials: Trials, wanted: int, waits: bool) -> tuple[Sequence[Place], int]:
    """And how many trials at once."""
    if options.engine == "ray":
        return cluster.places(trials, options.folder, options.workers, WAITING if waits else 1)
    slots = cores()
    workers = options.workers or (max(WAITING, slots) if waits else slots)
    workers = max(1, min(workers, wanted))
    return [Local(trials) for _ in range(min(slots, workers))], workers


def _end(options: Options, planned: Plan, store: Store, schedule: Schedule, out: Path) -> int:
    mine = {key: store.done[key] for key in planned.keys if key in store.done}
    lines = [Line.of(by.name, mine) for by in planned.contestants]
    missing = len(planned.keys) - len(mine)
    infra = sum(line.infra for line in lines)
    if options.json:
        told = {"out": str(out), "trials": len(planned.keys), "missing": missing, "infra": infra}
        write(json.dumps(told | {"models": [line.as_json() for line in lines]}, indent=2) + "\n")
    else:
        show(lines, stdout())
    if schedule.short and options.max_cost is not None:
        say(f"Stopped before {money(options.max_cost)} were spent: {missing} of {len(planned.keys)} trials are left.")
    if infra:
        say(f"{counted(infra, 'trial')} came to nothing for no fault of the model; the same command tries them again.")
    if not options.quiet:
        say(f"Rows: {store.path}")
        say(f"Report: migration-agent eval report {out}")
    low = [line for line in lines if (line.rate.value if line.rate else 0.0) < (options.threshold or 0.0)]
    for line in low:
        say(f"{line.model} is below the threshold of {options.threshold:g}.")
    return 1 if low or missing or infra else 0


def _ignored_by_git(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
