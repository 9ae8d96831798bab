"""Every run is kept: one event a line in ``.migration-agent/runs/ID.jsonl``, on disk before the run goes on.

    {"event": "start", "kind": "new" or "revise", "request", "model", "created", "file", "text", "system", "tools"}
    {"event": "message", "role", "content"}                        what the model is told
    {"event": "turn", "content", "stop_reason", "usage", "model", "seconds"}    what it answered
    {"event": "lost", "usage", "model"}                            what was paid for where no answer came
    {"event": "draft", "number", "verdict", "findings", "seconds", "draft", "files", "checks"}
    {"event": "question", "question", "options", "reason"}, {"event": "answer", "text"}
    {"event": "end", "outcome", "summary", ...}, {"event": "written", "files", "draft"}, {"event": "resumed", "words"}

Messages and turns, in order, are the conversation: `load` gives them back, so that a run that was killed can go on.
"""

import difflib
import fcntl
import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from agent.model import Usage, cost
from tools.config import ProjectError
from tools.migration import Migration

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
            self._file = self.path.open("a+", encoding="utf-8")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _cut_torn_line(cast(BinaryIO, self._file.buffer))  # what is added would become part of it
        except BlockingIOError:
            raise ProjectError(f"The run {run_id} is at work in another process.") from None
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
        return bool(self.events) and self.events[-1]["event"] in ("end", "written")

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] in kinds]

    @property
    def outcome(self) -> str:
        """How it ended last; empty where it was interrupted."""
        return str(self.of("end")[-1]["outcome"]) if self.ended else ""

    @property
    def written(self) -> list[str]:
        """The migrations that it wrote last, as paths in the project."""
        return list(self.of("written")[-1]["files"]) if self.of("written") else []

    @property
    def drafts(self) -> list[dict[str, Any]]:
        return self.of("draft")

    @property
    def written_draft(self) -> dict[str, Any]:
        """The event of the draft that was written last; there must be one."""
        number = self.of("written")[-1]["draft"]
        return next(event for event in self.drafts if event["number"] == number)

    @property
    def best(self) -> dict[str, Any] | None:
        """Of the drafts since it wrote, the event with the least to repair, the latest of several."""
        last = max((n for n, event in enumerate(self.events) if event["event"] == "written"), default=-1)
        drafts = [event for event in self.events[last + 1 :] if event["event"] == "draft"]
        rank = lambda event: (event["verdict"] != "pass", len(event["findings"]))  # noqa: E731
        return min(reversed(drafts), key=rank, default=None)

    @property
    def turns(self) -> int:
        return len(self.of("turn"))

    @property
    def stopped(self) -> str:
        """Why the last turn ended."""
        return str(self.of("turn")[-1]["stop_reason"]) if self.turns else ""

    @property
    def waiting(self) -> str:
        """The question that nobody has answered yet."""
        asked = self.of("question", "answer")
        return str(asked[-1]["question"]) if asked and asked[-1]["event"] == "question" else ""

    @property
    def usage(self) -> Usage:
        return sum((Usage(**event["usage"]) for event in self.of("turn", "lost")), Usage())

    @property
    def cost(self) -> float | None:
        """US dollars; None where a price is unknown."""
        costs = [cost(event["model"], Usage(**event["usage"])) for event in self.of("turn", "lost")]
        return None if None in costs else float(sum(each or 0.0 for each in costs))

    @property
    def said(self) -> str:
        """The person's own words: the request, what they added, and what they agreed to."""
        words, asked = str(self.start["request"]), None
        for event in self.events:
            if event["event"] == "resumed" and event["words"] and not asked:
                words += f"\n{event['words']}"
            elif event["event"] == "question":
                asked = event
            elif event["event"] == "answer" and asked:
                words, asked = words + said(asked["question"], event["text"]), None
        return words


def said(question: str, answer: str) -> str:
    """What somebody said by answering: the question as well, unless they said no."""
    return f"\n{answer}" if _NO.match(answer) else f"\n{question}\n{answer}"


_NO = re.compile(r"\s*(?:no\b|nope|don'?t|do not|never|leave|keep|without|neither|stop|cancel)", re.IGNORECASE)


def find(root: Path, wanted: str) -> Path:
    """The run whose ID is, or begins, so; ``last`` is the newest. Raises ProjectError where there is none."""
    runs = sorted((root / FOLDER).glob("*.jsonl"))
    if wanted == "last" and runs:
        return max(runs, key=lambda path: (path.stat().st_mtime, path.name))
    named = [path for path in runs if path.stem == wanted] or [path for path in runs if path.stem.startswith(wanted)]
    if len(named) == 1:
        return named[0]
    if not runs:
        raise ProjectError(f"This project has no runs yet in {FOLDER}.")
    if named:
        raise ProjectError(f"Several runs begin with {wanted!r}: {', '.join(path.stem for path in named[:5])}.")
    near = difflib.get_close_matches(wanted, [path.stem for path in runs], n=1, cutoff=0.5)
    raise ProjectError(f"No run {wanted!r}. Did you mean {(near or [runs[-1].stem])[0]}?")


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
        return {"role": "assistant", "content": event["content"]} if event.get("content") else None
    return {"role": event.get("role"), "content": event.get("content")} if event["event"] == "message" else None


def _cut_torn_line(file: BinaryIO) -> None:
    """Takes off what a kill left of a last line; whole lines end with a line break."""
    file.seek(0)
    text = file.read()
    if not text.endswith(b"\n"):
        file.truncate(text.rfind(b"\n") + 1)


def _ignored_by_git(folder: Path) -> None:
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
