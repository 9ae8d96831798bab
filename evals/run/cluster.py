"""Places on a Ray cluster: one for each core, in a process of its own with servers of its own.

Every node needs migration-agent[ray] of the same version, a folder of `--cases` at the same path, and the credentials
of the models that are tried. What a node takes with it when it goes is tried again.
"""

import math
import os
import threading
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from agent.model import ModelError
from evals.run.local import Trials
from evals.run.models import Contestant
from evals.run.plan import chosen
from evals.run.setup import version
from evals.run.slots import Slot
from evals.trial import Key, Trial
from tools.config import Limits, ProjectError
from tools.history import HistoryError
from tools.render.plain import one_line

LONGEST = 300
"""Characters of what Ray says."""
_EXTRA = "--engine ray needs Ray on this machine and on each node: install migration-agent[ray]."
_NOBODY = "No Ray cluster answers: start one with `ray start --head`, or set RAY_ADDRESS. ({})"


class Worker:
    """What runs on a node."""

    def __init__(self, folder: Path | None, by: Mapping[str, Contestant], limits: Limits, expected: str) -> None:
        self.trials = Trials({case.id: case for case in chosen(folder, [], [])}, by, limits, expected)
        self.slot = Slot()

    def problem(self) -> str:
        """Why it cannot play, if it cannot."""
        there, here = version(), self.trials.version
        return "" if there == here else f"it has migration-agent {there}, and it is {here} here."

    def play(self, key: Key) -> tuple[str, str]:
        """What it is, and a row as JSON or why the others need not be tried: exceptions do not travel whole."""
        try:
            return "row", self.trials.play(self.slot, Key(*key)).model_dump_json()
        except ModelError as error:
            return "model", error.message
        except (ProjectError, HistoryError) as error:
            return "project", str(error)

    def forget(self, case: str) -> None:
        self.slot.forget(case)

    def close(self) -> None:
        self.slot.close()


class Remote:
    """A place on the cluster; where its worker is lost, another one takes it as soon as a node has room."""

    def __init__(self, ray: Any, start: Any, trials: Trials) -> None:
        self._ray, self._start, self._trials = ray, start, trials
        self._guard = threading.Lock()
        self._worker = start()
        self._begins: Any = self._worker.problem.remote()
        """What it will say first; None once it has."""

    def ready(self, seconds: float) -> bool:
        worker, begins = self._worker, self._begins
        if begins is None:
            return True
        if not self._ray.wait([begins], timeout=seconds)[0]:
            return False
        try:
            problem = self._ray.get(begins)
        except self._ray.exceptions.RayError as error:
            if not getattr(error, "actor_init_failed", False):
                self._replace(worker)
                return False
            problem = str(error).strip().splitlines()[-1][:LONGEST]  # the traceback ends with it
        if problem:
            raise ProjectError(f"A node cannot play trials: {problem}")
        self._begins = None
        return True

    def play(self, key: Key) -> Trial:
        worker = self._worker
        try:
            kind, told = self._ray.get(worker.play.remote(tuple(key)))
        except self._ray.exceptions.RayError as error:
            self._replace(worker)
            return self._trials.lost(key, f"{type(error).__name__}: {one_line(str(error))[:LONGEST]}")
        if kind == "model":
            raise ModelError("configuration", told)
        if kind == "project":
            raise ProjectError(told)
        return Trial.model_validate_json(told)

    def forget(self, case: str) -> None:
        self._worker.forget.remote(case)

    def close(self) -> None:
        self._ray.kill(self._worker)  # and its servers, which die with their owner

    def _replace(self, worker: Any) -> None:
        """Of several threads that lose it, one does this."""
        with self._guard:
            if self._worker is worker:
                self._ray.kill(worker)  # it may live on where nobody can reach it
                self._worker = self._start()
                self._begins = self._worker.problem.remote()


def places(trials: Trials, folder: Path | None, workers: int | None, waiting: int) -> tuple[Sequence[Remote], int]:
    """As many as the cluster has cores, and how many trials at once; `waiting` for a core where models are waited for.

    Raises ProjectError where there is no Ray, or no cluster.
    """
    if find_spec("ray") is None:
        raise ProjectError(_EXTRA)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    try:
        ray.init(address="auto", log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        raise ProjectError(_NOBODY.format(one_line(str(error)))) from None
    cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
    workers = workers or cores * waiting
    number = min(cores, workers)
    actor = ray.remote(Worker).options(num_cpus=1, max_concurrency=math.ceil(workers / number))
    told = (folder.resolve() if folder else None, trials.contestants, trials.limits, trials.version)
    return [Remote(ray, lambda: actor.remote(*told), trials) for _ in range(number)], workers
