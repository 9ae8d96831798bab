"""Places in this process: one for each core; threads beyond that wait for models.

Threads are enough to fill the cores: of the 17 CPU seconds that 28 trials took, Python had 4 (2026-11-23), and the rest
was Postgres's, which has processes of its own.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from evals.cases import Case
from evals.run.models import Contestant
from evals.run.play import blank, play
from evals.run.slots import Slot
from evals.trial import Key, Trial
from tools.config import Limits


@dataclass(frozen=True)
class Trials:
    """What all trials of a run have in common."""

    cases: Mapping[str, Case]
    contestants: Mapping[str, Contestant]
    limits: Limits
    version: str

    def play(self, slot: Slot, key: Key) -> Trial:
        return play(slot, self.cases[key.case], self.contestants[key.model], key.trial, self.limits, self.version)

    def lost(self, key: Key, reason: str) -> Trial:
        """The row of a trial that came to nothing elsewhere."""
        case, by = self.cases[key.case], self.contestants[key.model]
        row = blank(case, by, key.trial, self.limits, self.version)
        return row.model_copy(update={"reasons": [reason]})


@dataclass
class Local:
    """A slot of this process."""

    trials: Trials
    slot: Slot = field(default_factory=Slot)

    def ready(self, seconds: float) -> bool:
        return True

    def play(self, key: Key) -> Trial:
        return self.trials.play(self.slot, key)

    def forget(self, case: str) -> None:
        self.slot.forget(case)

    def close(self) -> None:
        self.slot.close()


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
