"""A few small cases of one's own, and models that say what they were given to say."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.draft import DraftFile
from agent.model import Model, ModelError, Turn
from evals.cases import Case, cases
from evals.trial import Trial
from tests.agent.scripted import GOOD, Scripted
from tools.workbench import Workbench

REQUEST = 'request = "Families should see how hard a lesson is."\n'
TOML = {
    "hard": REQUEST + 'tags = ["column"]\n',
    "hard_if_agreed": REQUEST + 'answer = "Yes, easy, medium and hard."\n',
    "unclear": REQUEST + 'expect = "asked"\n',
    "never": REQUEST + 'expect = ["refused", "asked"]\n',
}


def put(folder: Path) -> Path:
    """The folder with these cases in it."""
    for name, text in TOML.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "case.toml").write_text(text)
        if "expect" not in text:
            (folder / name / "golden.sql").write_text(DraftFile(**GOOD).render("2026-11-22"))
    return folder


def small(folder: Path) -> dict[str, Case]:
    return {case.id: case for case in cases(put(folder))}


@dataclass(frozen=True)
class Says:
    """Goes through the same turns in every trial."""

    turns: tuple[Turn | ModelError, ...]
    name: str = Scripted.name
    waits: bool = False

    def knows(self, case: Case) -> bool:
        return case.id in TOML

    def model(self, case: Case, bench: Workbench, number: int) -> Model:
        return Scripted(*self.turns)

    def attempt(self, case: Case) -> object:
        raise AssertionError(case)


def row(case: str, number: int = 1, outcome: str = "pass", *, model: str = "m", cost: float | None = 0.0) -> Trial:
    return Trial.model_validate(
        {"case": case, "model": model, "trial": number, "outcome": outcome, "score": 100, "cost": cost}
    )


def settled(trial: Trial) -> Any:
    """All but times, those in words included."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            times = ("seconds", "seconds_model", "seconds_database", "ms", "started", "at")
            return {key: without(each) for key, each in value.items() if key not in times}
        if isinstance(value, list):
            return [without(each) for each in value]
        return re.sub(r"\d+ ms\b", "… ms", value) if isinstance(value, str) else value

    return without(trial.model_dump(mode="json"))
