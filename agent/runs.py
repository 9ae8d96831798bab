"""Every run is kept: one event a line in ``.migration-agent/runs/ID.jsonl``, on disk before the run goes on.

    {"event": "start", "request", "model", "created", "system", "tools", ...}
    {"event": "message", "role", "content"}                        what the model is told
    {"event": "turn", "content", "stop_reason", "usage", "model", "seconds"}    what it answered
    {"event": "draft", "number", "verdict", "errors", "warnings", "findings", "seconds"}
    {"event": "end", "outcome", "summary", ...}

Messages and turns, in order, are the conversation: `load` gives them back, so that a run that was killed can go on.
"""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.migration import Migration
from tools.project import ProjectError

FOLDER = Path(".migration-agent") / "runs"


class RunLog:
    """A run's file. Each `write` is flushed and synced: what was paid for survives kill -9."""

    def __init__(self, root: Path, run_id: str) -> None:
        """Raises ProjectError where the project's folder cannot be written."""
        self.id = run_id
        self.path = root / FOLDER / f"{run_id}.jsonl"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _ignored_by_git(root / FOLDER.parent)
            self._file = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise ProjectError(f"Could not keep the run in {self.path}: {error.strerror}.") from None

    @classmethod
    def new(cls, root: Path, now: datetime | None = None) -> "RunLog":
        """A log named after the moment (UTC), in the project at `root`."""
        return cls(root, f"{now or datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}")

    @property
    def drafts(self) -> Path:
        """The folder beside the log for the files of a draft that did not pass."""
        return self.path.with_suffix("")

    def write(self, event: str, **data: Any) -> None:
        """Adds one event."""
        try:
            self._file.write(
                json.dumps({"event": event, "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **data}) + "\n"
            )
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ProjectError(f"Could not keep the run in {self.path}: {error.strerror}.") from None

    def keep(self, migrations: Sequence[Migration]) -> list[Path]:
        """Saves a draft's files, so that nothing is lost when it is not written to supabase/."""
        self.drafts.mkdir(exist_ok=True)
        paths = [self.drafts / migration.file_name for migration in migrations]
        for old in self.drafts.glob("*.sql"):
            old.unlink()
        for path, migration in zip(paths, migrations, strict=True):
            path.write_text(migration.text, encoding="utf-8", newline="\n")
        return paths

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True)
class SavedRun:
    """A run read back."""

    start: dict[str, Any]
    """The start event."""
    messages: list[dict[str, Any]]
    """The conversation in the Messages API's form."""
    events: list[dict[str, Any]]
    """Everything, in order."""

    @property
    def ended(self) -> bool:
        return bool(self.events) and self.events[-1]["event"] == "end"


def load(path: Path) -> SavedRun:
    """Reads a run. A last line that was torn by a kill is left out. Raises ProjectError for what is no run."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise ProjectError(f"Could not read {path}: {error.strerror}.") from None
    events = []
    for number, line in enumerate(lines[:-1], start=1):  # what stands after the last line end is torn
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict) or "event" not in event:
            raise ProjectError(f"{path}, line {number}: not an event of a run.")
        events.append(event)
    if not events or events[0]["event"] != "start":
        raise ProjectError(f"{path} is not a saved run.")
    return SavedRun(events[0], [m for event in events if (m := _message(event))], events)


def _message(event: dict[str, Any]) -> dict[str, Any] | None:
    if event["event"] == "turn":
        return {"role": "assistant", "content": event["content"]} if event["content"] else None
    return {"role": event["role"], "content": event["content"]} if event["event"] == "message" else None


def _ignored_by_git(folder: Path) -> None:
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
