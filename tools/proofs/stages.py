"""Proofs one after the other, each by itself: what breaks one is undone, and only that one was not observed."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar, get_args

import psycopg

from tools.postgres.session import Session

Stage = Literal["data-kept", "queries", "access", "constraints", "functions", "views", "updated-at", "sign-up"]
"""What is observed on rows, and as other users."""
STAGES: Sequence[Stage] = get_args(Stage)

T = TypeVar("T")
Other = TypeVar("Other")


@dataclass
class Stages:
    """The proofs of one migration in a session, which must stand in a transaction while they run."""

    session: Session
    seconds: float
    """After which the session is ended by force."""
    begun: float = field(default_factory=time.monotonic)
    failed: dict[Stage, str] = field(default_factory=dict)
    """Why there is nothing of a stage."""
    _done: set[Stage] = field(default_factory=set)

    def attempt(self, wanted: Sequence[Stage], proof: Callable[[], T], otherwise: Other) -> T | Other:
        """What `proof` returns, on which these stages rest; `otherwise` where it breaks, or one did on which it rests.

        Passes errors on where the environment has MIGRATION_AGENT_DEBUG.
        """
        if any(stage in self.failed for stage in wanted):
            return otherwise
        try:
            with self.session.conn.transaction():
                found = proof()
        except Exception as error:  # a proof that breaks must not take the verdict along; it is not called proved
            self._failed(wanted, error)
            return otherwise
        self._done.update(wanted)
        return found

    def pass_over(self, why: str) -> None:
        """What is still to come is not tried."""
        self.failed |= {stage: why for stage in STAGES if stage not in self._done and stage not in self.failed}

    def break_off(self, error: Exception) -> None:
        """What all stages rest on that are still to come broke."""
        self._failed([stage for stage in STAGES if stage not in self._done], error)

    def _failed(self, stages: Sequence[Stage], error: Exception) -> None:
        alive = self.session.alive
        if alive and os.environ.get("MIGRATION_AGENT_DEBUG"):
            raise error
        if not alive:
            late = time.monotonic() - self.begun >= self.seconds
            why = f"trying it on rows was {f'stopped by force after {self.seconds:g} s' if late else 'cut off'}"
        elif isinstance(error, psycopg.Error):
            why = str(error.diag.message_primary or error).strip()
        else:
            why = f"a proof broke, please report it: {type(error).__name__}: {error}"
        self.failed |= {stage: why for stage in stages if stage not in self.failed}


def unproved(failed: Mapping[Stage, str], *stages: Stage) -> str:
    """Why one of these was not observed; empty where all were."""
    return "; ".join(dict.fromkeys(failed[stage] for stage in stages if stage in failed))
