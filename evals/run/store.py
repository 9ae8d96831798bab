"""The rows on disk: one line a trial, written and synced before the next one counts as done.

Whatever is killed when, a trial is in the file whole or not at all, and what is there is not run again.
"""

import fcntl
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.trial import FILE, Key, Setup, Trial
from tools.config import ProjectError


@dataclass(frozen=True)
class Done:
    """What a run remembers of a row."""

    outcome: str
    score: int | None
    cost: float | None
    seconds: float


class Store:
    """A run's folder, held by one process at a time."""

    def __init__(self, folder: Path) -> None:
        """Raises ProjectError where another process has it, or it cannot be written."""
        self.path = folder / FILE
        self._guard = threading.Lock()
        self._open = True
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("ab", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProjectError(f"A run is at work in {folder} already; wait for it, or give another --out.") from None
        except OSError as error:
            raise ProjectError(f"Could not write {self.path}: {error.strerror}.") from None
        self._cut_torn_line()
        self.done: dict[Key, Done] = {}
        """By key the last row that says something, else the last of `infra`."""
        self.lost_cost = 0.0
        """US dollars that went into rows which count no more."""
        self._setups: dict[Key, Setup] = {}
        self._read()

    def start_anew(self) -> Path | None:
        """Puts the rows aside; where they are now, if there were any."""
        if not self.done:
            return None
        aside = self.path.with_name(f"trials-until-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl")
        aside.write_bytes(self.path.read_bytes())
        os.ftruncate(self._file.fileno(), 0)
        self.done.clear()
        self._setups.clear()
        self.lost_cost = 0.0
        return aside

    def differing(self, setups: Mapping[Key, Setup]) -> str:
        """What is another in the rows that are there than in this run, in words; empty where nothing is."""
        for key, wanted in setups.items():
            there = self._setups.get(key)
            if there is None or self.done[key].outcome == "infra":
                continue
            for part in ("version", "prompt", "case", "limits"):
                if getattr(there, part) != getattr(wanted, part):
                    return f"{key.case} was tried with another {_PARTS[part]}"
        return ""

    def add(self, trial: Trial) -> bool:
        """One line, on disk when this returns; False once it is closed. Raises ProjectError where the disk refuses."""
        line = trial.model_dump_json().encode() + b"\n"
        with self._guard:
            if not self._open:
                return False
            try:
                while line:
                    line = line[self._file.write(line) :]
                os.fsync(self._file.fileno())
            except OSError as error:
                raise ProjectError(f"Could not write {self.path}: {error.strerror}.") from None
            told = Done(trial.outcome, trial.score, trial.cost, trial.seconds.total)
            self._remember(trial.key, told, trial.setup)
        return True

    def close(self) -> None:
        with self._guard:
            self._open = False
            self._file.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _remember(self, key: Key, done: Done, setup: Setup) -> None:
        there = self.done.get(key)
        if there is not None:
            gone = done if done.outcome == "infra" and there.outcome != "infra" else there
            self.lost_cost += gone.cost or 0.0
            if gone is done:
                return
        self.done[key], self._setups[key] = done, setup

    def _read(self) -> None:
        with self.path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    told: dict[str, Any] = json.loads(line)
                    key = Key(told["case"], told["model"], told["trial"])
                    done = Done(told["outcome"], told["score"], told["cost"], told["seconds"]["total"])
                    self._remember(key, done, Setup.model_validate(told["setup"]))
                except (ValueError, KeyError, TypeError):
                    raise ProjectError(
                        f"{self.path}, line {number}: not a trial; mend it or give another --out."
                    ) from None

    def _cut_torn_line(self) -> None:
        """Takes off what a kill left of a last line; whole lines end with a line break."""
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            end = size
            while end:
                start = max(0, end - 65_536)
                file.seek(start)
                at = file.read(end - start).rfind(b"\n")
                if at >= 0:
                    end = start + at + 1
                    break
                end = start
        if end < size:
            os.ftruncate(self._file.fileno(), end)


_PARTS = {
    "version": "version of migration-agent",
    "prompt": "system prompt, or other tools",
    "case": "request, golden or project",
    "limits": "limits",
}
