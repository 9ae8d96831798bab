"""What a run has used, and whether there is more: drafts, turns, tokens, money, minutes."""

import time
from dataclasses import dataclass

from agent.model import Usage, cost
from agent.runs import SavedRun
from tools.config import Limits


@dataclass(frozen=True)
class _Earlier:
    """What a run had used when it was taken up again; limits count from there."""

    turns: int = 0
    drafts: int = 0
    tokens: int = 0
    cost: float = 0.0


class Budget:
    """Totals of one run; its limits count since it was begun or taken up again."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.turns = self.drafts = 0
        self.usage = self.lost = Usage()
        self.cost: float | None = 0.0
        """US dollars; None where a price is unknown."""
        self.seconds_model = self.seconds_database = 0.0
        self._started = time.monotonic()
        self._earlier = _Earlier()

    def take_up(self, saved: SavedRun) -> None:
        """Counts on from a saved run."""
        self.turns, self.drafts = saved.turns, len(saved.drafts)
        self.usage, self.cost = saved.usage, saved.cost
        self._earlier = _Earlier(self.turns, self.drafts, self.usage.total, self.cost or 0.0)

    def pay(self, model: str, usage: Usage, lost: Usage) -> None:
        """Adds up what an answer took; `lost` is the part of it that came to nothing."""
        price = cost(model, usage)
        self.cost = None if self.cost is None or price is None else self.cost + price
        self.usage += usage
        self.lost += lost

    @property
    def drafts_used_up(self) -> bool:
        return self.drafts - self._earlier.drafts >= self.limits.drafts

    @property
    def unpriced(self) -> bool:
        """There is a limit on cost that cannot be kept."""
        return self.limits.cost is not None and self.cost is None

    def reached(self) -> str | None:
        """The limit that was reached, in words."""
        limits, before, spent = self.limits, self._earlier, self.cost or 0.0
        minutes = (time.monotonic() - self._started) / 60
        for reached, words in (
            (self.drafts_used_up, f"{limits.drafts} drafts"),
            (self.turns - before.turns >= limits.turns, f"{limits.turns} turns"),
            (self.usage.total - before.tokens >= limits.tokens, f"{limits.tokens:,} tokens"),
            (limits.cost is not None and spent - before.cost >= limits.cost, f"{limits.cost} US dollars"),
            (minutes >= limits.minutes, f"{limits.minutes:g} minutes"),
        ):
            if reached:
                return words
        return None
