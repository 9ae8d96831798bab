"""Threads that play trials at some places, and keep the rows."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import Protocol

from evals.run.schedule import Schedule
from evals.run.store import Store
from evals.trial import Key, Trial

PATIENCE = 1.0
"""Seconds between two looks at what the others do."""
GRACE = 3.0
"""Seconds that trials have to end where the run is stopped."""


class Place(Protocol):
    """Where trials are played: a slot of this process, or a worker of a cluster."""

    def ready(self, seconds: float) -> bool:
        """It can play, or can within so long; until then others do its part. Raises ProjectError where it never can."""
        ...

    def play(self, key: Key) -> Trial:
        """A row. Raises ModelError, ProjectError or HistoryError where the others need not be tried."""
        ...

    def forget(self, case: str) -> None:
        """No more trials of this case are expected."""
        ...

    def close(self) -> None: ...


def work(
    schedule: Schedule, places: Sequence[Place], workers: int, store: Store, tell: Callable[[Trial], None]
) -> None:
    """Until nothing is left to do; `tell` is called for each row, one at a time.

    Raises what ended it before its time, KeyboardInterrupt included: what is done soon after is kept, and who still
    waits for a model is left behind.
    """
    guard = threading.Lock()

    def play(number: int, place: Place) -> None:
        try:
            while not schedule.over:
                if not place.ready(PATIENCE) or not (key := schedule.take(number)):
                    continue
                trial = place.play(key)
                if not store.add(trial):
                    return
                if schedule.settle(trial):
                    for each in places:
                        each.forget(key.case)
                with guard:
                    tell(trial)
        except BaseException as error:
            schedule.stop(error)

    hands = [
        threading.Thread(target=play, args=pair, daemon=True) for pair in islice(cycle(enumerate(places)), workers)
    ]
    for hand in hands:
        hand.start()
    try:
        while not schedule.wait(0.5):
            pass
        whole = schedule.error is None
    except BaseException:
        schedule.stop()
        whole = False
        raise
    finally:
        ended = _ended(hands, math.inf if whole else GRACE)
        store.close()
        for place in places if ended else ():  # else they go with this process
            place.close()
    if schedule.error is not None:
        raise schedule.error


def _ended(hands: Sequence[threading.Thread], seconds: float) -> bool:
    """Waits for them, at most so long."""
    until = time.monotonic() + seconds
    for hand in hands:
        hand.join(None if seconds == math.inf else max(0.0, until - time.monotonic()))
    return not any(hand.is_alive() for hand in hands)
