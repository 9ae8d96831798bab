"""Who may be tried: a model by its name, the built-in drafter, recorded turns, the golden itself, or nothing at all."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agent.client import Anthropic
from agent.model import Model
from agent.offline import BuiltIn
from evals.cases import Case
from evals.grade import Attempt
from evals.recorded import Recording, recordings, turns_of
from evals.trial import FILE, read
from tools.config import ModelConfig, ProjectError
from tools.workbench import Workbench


class Contestant(Protocol):
    """Who is tried. Values that can be sent to another process."""

    @property
    def name(self) -> str: ...

    @property
    def waits(self) -> bool:
        """For a network, most of the time; then there may be more of it at once than there are cores."""
        ...

    def knows(self, case: Case) -> bool:
        """Whether it can be tried on this case at all."""
        ...

    def model(self, case: Case, bench: Workbench, number: int) -> Model | None:
        """Who speaks in the loop of this trial; None where `attempt` is the whole answer. Raises ModelError."""
        ...

    def attempt(self, case: Case) -> Attempt:
        """The answer of who does not speak."""
        ...


@dataclass(frozen=True)
class _Speaks:
    name: str

    waits = False

    def knows(self, case: Case) -> bool:
        return True

    def attempt(self, case: Case) -> Attempt:
        raise AssertionError(self.name)


@dataclass(frozen=True)
class ByName(_Speaks):
    """A language model, through the configured provider."""

    config: ModelConfig

    waits = True

    def model(self, case: Case, bench: Workbench, number: int) -> Model:
        return Anthropic(self.config, os.environ)


@dataclass(frozen=True)
class Offline(_Speaks):
    """The built-in drafter."""

    name: str = "builtin"

    def model(self, case: Case, bench: Workbench, number: int) -> Model:
        return BuiltIn(bench.catalog, bench.project.config)


@dataclass(frozen=True)
class Replay(_Speaks):
    """What was said once, said again."""

    turns: Mapping[str, Sequence[Recording]]
    """By case; of several, each trial takes another."""

    def knows(self, case: Case) -> bool:
        return case.id in self.turns

    def model(self, case: Case, bench: Workbench, number: int) -> Model:
        own = self.turns[case.id]
        return own[(number - 1) % len(own)].model()


@dataclass(frozen=True)
class Golden:
    """The right answer: what it does not score is the grade's fault, or the case's."""

    name: str = "golden"

    waits = False

    def knows(self, case: Case) -> bool:
        return True

    def model(self, case: Case, bench: Workbench, number: int) -> Model | None:
        return None

    def attempt(self, case: Case) -> Attempt:
        if case.expects_migration and case.golden:
            return Attempt("ready", case.golden.migrations)
        return Attempt(case.file.expect[0], words="As the case expects.")


@dataclass(frozen=True)
class Null(Golden):
    """No answer: what it scores comes for nothing."""

    name: str = "null"

    def attempt(self, case: Case) -> Attempt:
        return Attempt("no-draft")


def contestant(name: str, config: ModelConfig) -> Contestant:
    """Who is called so. Raises ProjectError for recordings that are not there, ModelError for what cannot be asked."""
    match name.partition(":"):
        case ("builtin", "", _):
            return Offline()
        case ("golden", "", _):
            return Golden()
        case ("null", "", _):
            return Null()
        case ("replay", "", _):
            return Replay(name, _single(recordings()))
        case ("replay", ":", told):
            folder, _, model = told.partition(":")
            return Replay(name, _trials(Path(folder), model) or _single(recordings(Path(folder))))
    known = config.model_copy(update={"name": name})
    Anthropic(known, os.environ)  # what is missing is said before anything starts
    return ByName(name, known)


def _single(there: Mapping[str, Recording]) -> dict[str, list[Recording]]:
    return {name: [recording] for name, recording in there.items()}


def _trials(folder: Path, model: str) -> dict[str, list[Recording]]:
    """What a model said in an earlier run, by case; empty where the folder holds no run. Raises ProjectError."""
    if not (folder / FILE).exists():
        return {}
    spoken = [trial for trial in read([folder]) if any(event["event"] == "turn" for event in trial.transcript)]
    models = sorted({trial.model for trial in spoken})
    if len(models) != 1 and model not in models:
        who = f"{', '.join(models)}; name one: replay:{folder}:MODEL" if models else "nobody who said anything"
        raise ProjectError(f"{folder} has trials of {who}.")
    found: dict[str, list[Recording]] = {}
    for trial in spoken:
        if trial.model == (model or models[0]):
            turns = turns_of(trial.case, [event for event in trial.transcript if event["event"] == "turn"])
            head = (trial.case, trial.request, trial.project, trial.started[:10], trial.ended)
            found.setdefault(trial.case, []).append(Recording(*head, turns))
    return found
