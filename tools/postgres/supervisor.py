"""The process that runs the server for its owner, and outlives the owner only to clean up (`supervisor.sh`)."""

import atexit
import os
import shutil
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import IO

from tools.postgres.binaries import Binaries, ServerError, identity
from tools.postgres.cluster import ARCHIVE, make_room

MEMORY_MB = 2048
"""Address space of one server process; a draft that wants more gets "out of memory"."""
_START_SECONDS = 30.0
_SCRIPT = files("tools.postgres").joinpath("supervisor.sh").read_text()


@dataclass(eq=False)
class Supervisor:
    """Obeys in its own time: `begin` returns at once, `wait` once the server serves."""

    folder: Path
    """Private to the server: data, socket and log."""
    lock: int
    """An open file that says that the owner of the folder lives."""
    process: "subprocess.Popen[bytes]"
    _said: int = 0
    """Bytes in the log before the server was told to start."""
    _begun: float | None = None
    """When that was; None where it serves, or is to be still."""
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def launch(cls, binaries: Binaries, folder: Path, lock: int, snapshot: Path | None) -> "Supervisor":
        """Begins with the cluster in `snapshot`; None where the data is there already."""
        _close_left()
        if snapshot is None:
            return cls(folder, lock, _run(binaries, folder, None))
        make_room(folder / "data")
        with (snapshot / ARCHIVE).open("rb") as archive:
            supervisor = cls(folder, lock, _run(binaries, folder, archive))
        supervisor._say("unpack")
        return supervisor

    def begin(self) -> None:
        """Tells the server to start."""
        log = self.folder / "log"
        self._said = log.stat().st_size if log.exists() else 0
        self._begun = time.monotonic()
        self._say("start")

    def wait(self) -> None:
        """Until the server serves. Raises ServerError where it will not."""
        with self._guard:
            status = self.folder / "data" / "postmaster.pid"
            while (begun := self._begun) is not None:
                with suppress(OSError):
                    if status.read_text().rstrip().endswith("ready"):
                        self._begun = None
                        return
                late = time.monotonic() > begun + _START_SECONDS
                if self.process.poll() is not None or late or self._failed():
                    raise ServerError(f"The throwaway Postgres did not start.{self.last_words()}")
                time.sleep(0.002)

    def halt(self) -> None:
        """Stops the server; its files stay."""
        self.wait()
        self._say("stop")
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def leave(self) -> None:
        """From here on it ends the server and removes the folder by itself; `close`, or the program's end, waits."""
        if self not in _left:
            _left.append(self)
        self._hang_up()

    def close(self) -> None:
        """Ends the server and waits for that. Safe to call twice."""
        self._hang_up()
        assert self.process.stdout is not None
        if self.process.stdout.closed:
            return
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)

    def _hang_up(self) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()

    def last_words(self) -> str:
        with suppress(OSError):
            if lines := (self.folder / "log").read_text(errors="replace").strip().splitlines():
                return f" Its log ends: {lines[-1]}"
        return ""

    def _failed(self) -> bool:
        """It wrote why, behind what the log held, and left without a status file."""
        with suppress(OSError):
            written = (self.folder / "log").stat().st_size > self._said
            return written and not (self.folder / "data" / "postmaster.pid").exists()
        return False

    def _say(self, word: str) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{word}\n".encode())
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise ServerError("The throwaway Postgres is gone; run the command again.") from None


_left: list[Supervisor] = []


@atexit.register
def _close_left() -> None:
    while _left:
        _left.pop().close()


def _run(binaries: Binaries, folder: Path, archive: IO[bytes] | None) -> "subprocess.Popen[bytes]":
    """The archive goes as standard error: it may lie where the server's user could not open it."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _SCRIPT, "sh", binaries.bin / "postgres", folder, str(MEMORY_MB)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=archive or subprocess.DEVNULL,
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        cwd="/",
        start_new_session=True,
        umask=0o077,
        **identity(),
    )
