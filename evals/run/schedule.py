"""Which trial is next, for whom: until all are done, the money is spent, or something stands in everybody's way.

A case stays where its golden is applied already, as long as there is other work for the rest.
"""

import threading
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.model import ModelError
from evals.trial import Key, Trial

TRIES = 3
"""How often a trial is begun in one run where it ends as `infra`."""


@dataclass
class Purse:
    """What may be spent on trials of models that cost money. Without a limit everything may."""

    limit: float | None = None
    """US dollars."""
    spent: float = 0.0
    paid: frozenset[str] = frozenset()
    """Models that cost money."""
    _most: dict[str, float] = field(default_factory=dict)
    """What a trial cost at most so far, by model."""

    def allows(self, key: Key, running: Iterable[Key]) -> bool:
        """One more trial, together with what those that run may still take.

        As long as nobody knows what a model's trial costs, only one is tried at a time.
        """
        if self.limit is None or key.model not in self.paid:
            return True
        others = [one.model for one in running if one.model in self.paid]
        if key.model not in self._most:
            return not others and self.spent < self.limit
        most = max(self._most.values())
        due = sum(self._most.get(model, most) for model in (key.model, *others))
        return self.spent + due <= self.limit

    def pay(self, model: str, cost: float | None, *, lost: bool = False) -> None:
        """`lost`: it came to nothing. Raises ModelError where the price is unknown and there is a limit."""
        if model not in self.paid:
            return
        if cost is None and lost:
            cost = self._most.get(model, 0.0)  # nobody knows what went with it
        if cost is None:
            if self.limit is not None:
                words = f"The price of {model} is not known, so --max-cost cannot be kept."
                raise ModelError("configuration", words)
            return
        self.spent += cost
        self._most[model] = max(cost, self._most.get(model, 0.0))


class Schedule:
    """The trials that are left; used by many threads."""

    def __init__(self, keys: Iterable[Key], purse: Purse) -> None:
        """In the order of `keys`, by and large."""
        self._change = threading.Condition()
        self._waiting: dict[str, deque[Key]] = {}
        for key in keys:
            self._waiting.setdefault(key.case, deque()).append(key)
        self._places: dict[str, set[int]] = {}
        self._running: set[Key] = set()
        self._again: list[Key] = []
        self._tries: Counter[Key] = Counter()
        self._purse = purse
        self.over = False
        """Nothing more is begun."""
        self.error: BaseException | None = None
        """What ended it before its time."""
        self.short = False
        """The money did not suffice."""

    def take(self, place: int) -> Key | None:
        """The next trial for this place, when there is one; None where nothing more is to be done."""
        with self._change:
            while not self.over:
                if not self._running and not any(self._waiting.values()) and self._again:
                    for late in self._again:
                        self._waiting[late.case].append(late)
                    self._again.clear()
                key = self._next(place)
                if key is not None:
                    self._waiting[key.case].remove(key)
                    self._places.setdefault(key.case, set()).add(place)
                    self._running.add(key)
                    self._tries[key] += 1
                    return key
                if not self._running:
                    self.short = any(self._waiting.values())
                    self._end()
                else:
                    self._change.wait()
        return None

    def settle(self, trial: Trial) -> bool:
        """It is done, or begins again when all others are; whether nobody waits for its case now.

        Raises ModelError as `Purse.pay`.
        """
        key = trial.key
        with self._change:
            self._running.discard(key)
            if trial.outcome == "infra" and self._tries[key] < TRIES:
                self._again.append(key)
            self._change.notify_all()
            self._purse.pay(key.model, trial.cost, lost=trial.outcome == "infra")
            return not self._waiting[key.case] and not any(other.case == key.case for other in self._running)

    def stop(self, error: BaseException | None = None) -> None:
        """Nothing more is begun."""
        with self._change:
            self.error = self.error or error
            self._end()

    def wait(self, seconds: float) -> bool:
        """Until it is over, at most so long; whether it is."""
        with self._change:
            return self._change.wait_for(lambda: self.over, seconds)

    def _end(self) -> None:
        self.over = True
        self._change.notify_all()

    def _next(self, place: int) -> Key | None:
        first = {case: key for case, keys in self._waiting.items() if (key := self._payable(keys))}
        own = [case for case in first if place in self._places.get(case, ())]
        new = [case for case in first if case not in self._places]
        for found in (own, new, sorted(first, key=lambda case: -len(self._waiting[case]))):
            if found:
                return first[found[0]]
        return None

    def _payable(self, keys: Iterable[Key]) -> Key | None:
        return next((key for key in keys if self._purse.allows(key, self._running)), None)
