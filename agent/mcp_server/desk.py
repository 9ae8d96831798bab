"""Where calls are worked on: one at a time, in a thread of their own, on a throwaway server that stays open.

    desk = Desk()
    call = desk.take(work)      # work(call) -> Answer, with call.bench(project) in it
    call.future.result()
    desk.drop(call)             # whatever it is doing ends within moments
    desk.close()

The server is started when a call first needs it, and serves again as long as what its state was made of is the same.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from tools.config import Config
from tools.migration import Migration
from tools.postgres.binaries import ServerError
from tools.postgres.server import SUPERUSER
from tools.project import Project, Seed
from tools.workbench import Workbench

_PATIENCE = 1.5
"""Seconds that closing waits for work that is slow to notice."""


class Dropped(Exception):  # noqa: N818 - flow control, not an error
    """Nobody waits for this call any more."""


@dataclass(frozen=True)
class Answer:
    """What a call gives back."""

    text: str
    """For a model to read."""
    data: dict[str, Any] | None = None
    """For a program; JSON."""
    is_error: bool = False
    """The call itself could not be done; `text` says why in a sentence."""


@dataclass(eq=False)
class Call:
    """A piece of work, and who waits for it."""

    work: "Callable[[Call], Answer]"
    tell: Callable[[str], None]
    """Hears of each step, in the desk's thread."""
    kept: "OpenBench"
    future: "Future[Answer]" = field(default_factory=Future)
    dropped: bool = False
    _last: str = ""

    def step(self, text: str) -> None:
        """Says what is being done. Raises Dropped where nobody waits any more."""
        if self.dropped:
            raise Dropped
        if text != self._last:
            self.tell(text)
        self._last = text

    def bench(self, project: Project, before: str | None = None) -> Workbench:
        """The project's state, or that before the migration of a version. Raises as Workbench.open does."""
        return self.kept.at(project, before, self.step)


class Desk:
    """Takes calls in turn. A call that is dropped at work, and closing, end the server under it."""

    def __init__(self) -> None:
        self._kept = OpenBench()
        self._waiting: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._at_work: Call | None = None
        self._guard = threading.Lock()
        # a daemon: a model may be long in answering, and nobody waits for that at the end
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._thread.start()

    def take(self, work: Callable[[Call], Answer], tell: Callable[[str], None] = lambda step: None) -> Call:
        """Queues a piece of work; the call's `future` has its answer, or what it raised."""
        call = Call(work, tell, self._kept)
        if self._at_work is not None:
            tell("waiting for the call before this one")
        self._waiting.put(call)
        return call

    def drop(self, call: Call) -> None:
        """Returns at once; the next call begins when this one is out of the way."""
        call.dropped = True
        call.future.cancel()
        with self._guard:
            if self._at_work is call:
                self._kept.leave()

    def close(self) -> None:
        """Ends the server, whoever uses it."""
        with self._guard:
            if self._at_work:
                self._at_work.dropped = True
                self._kept.leave()
        self._waiting.put(None)
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        while call := self._waiting.get():
            if not call.future.set_running_or_notify_cancel():
                continue
            with self._guard:
                self._at_work = call
            answer, problem = None, None
            try:
                answer = call.work(call)
            except BaseException as error:
                problem = error
            with self._guard:
                self._at_work = None
            if problem or call.dropped:  # what went wrong here does not reach the next call
                with suppress(OSError, ServerError):  # a server that does not let itself be closed is gone
                    self._kept.close()
            if answer:
                call.future.set_result(answer)
            else:
                call.future.set_exception(problem)
        self._kept.close()


class OpenBench:
    """The last call's workbench, as long as its server answers and what its state was made of is the same."""

    def __init__(self) -> None:
        self.bench: Workbench | None = None
        self._state: _State | None = None
        self._stack = ExitStack()

    def at(self, project: Project, before: str | None, step: Callable[[str], None]) -> Workbench:
        state = _State.of(project, before)
        if self.bench is None or state != self._state or not _answers(self.bench):
            self.close()
            step("starting the throwaway Postgres")
            self.bench = self._stack.enter_context(Workbench.open(project, before, progress=step))
            self._state = state
        elif project.migrations != self.bench.project.migrations:  # those that come after the state
            self.bench = replace(self.bench, project=project)
        return self.bench

    def leave(self) -> None:
        """From another thread: whoever uses the server finds it gone."""
        if self.bench:
            self.bench.server.leave()

    def close(self) -> None:
        self.bench = self._state = None
        self._stack.close()


@dataclass(frozen=True)
class _State:
    """What a server's state is made of."""

    history: tuple[Migration, ...]
    seeds: tuple[Seed, ...]
    settings: dict[str, Any]
    config: Config

    @classmethod
    def of(cls, project: Project, before: str | None) -> "_State":
        history = tuple(m for m in project.migrations if before is None or m.version < before)
        return cls(history, project.seeds, project.settings, project.config)


def _answers(bench: Workbench) -> bool:
    try:
        with bench.server.connect("template1", SUPERUSER) as conn:
            return conn.execute("select 1").fetchone() == (1,)
    except ServerError:
        return False
