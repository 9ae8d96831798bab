"""Where trials work on databases: as many slots as there are cores, each with servers of its own.

A trial that waits for a model gives its slot to another, so there may be many more trials at once than slots. Roles are
a whole server's, and a verdict may have to start its server over: what is shared on a server is used by one at a time.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property

import psycopg

from agent.model import Model, Request, Turn
from evals.cases import Case
from evals.grade import Ground, Reference
from tools.postgres.binaries import ServerError
from tools.workbench import Workbench

Base = tuple[str, ...]


@dataclass
class Stand:
    """A base's workbench in a slot, and the goldens that are applied there."""

    bench: Workbench
    opened: ExitStack
    roles: str
    """As they were at first: what a trial leaves behind would reach the next one."""
    users: int = 0
    spoiled: bool = False
    """Not for new trials."""
    _restored: int = 0
    _goldens: dict[str, tuple[Reference, ExitStack]] = field(default_factory=dict)

    @cached_property
    def _ground(self) -> Ground:
        return Ground.of(self.bench)

    def reference(self, case: Case) -> Reference:
        """The case's golden, applied once. Raises ProjectError where it does not apply, ServerError."""
        if self._restored != self.bench.server.restored:  # a verdict started it over, and all copies went with it
            self._restored = self.bench.server.restored
            self._goldens.clear()
        if case.id not in self._goldens:
            with ExitStack() as stack:
                reference = stack.enter_context(Reference.of(self.bench, case, self._ground))
                self._goldens[case.id] = reference, stack.pop_all()
        return self._goldens[case.id][0]

    def forget(self, case: str) -> None:
        """Its golden is not needed any more."""
        if case in self._goldens:
            self._goldens.pop(case)[1].close()

    def as_it_was(self) -> bool:
        """No role came or went, and the server is there."""
        with suppress(ServerError, psycopg.Error):
            return self.bench.roles() == self.roles
        return False

    def close(self) -> None:
        for case in list(self._goldens):
            with suppress(ServerError, psycopg.Error):  # where the server is gone, so is all that it held
                self.forget(case)
        self.opened.close()


class Slot:
    """Work on databases for one trial at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._stands: dict[Base, Stand] = {}
        self._spoiled: list[Stand] = []
        self._gone: list[str] = []

    @contextmanager
    def stand(self, case: Case) -> Iterator[Stand]:
        """Where this case is played. Raises as Workbench.open."""
        with self._turn:
            stand = self._open(case)
            stand.users += 1
            try:
                yield stand
                stand.spoiled = stand.spoiled or not stand.as_it_was()
            except BaseException:
                stand.spoiled = True
                raise
            finally:
                stand.users -= 1
                self._tidy()

    def elsewhere(self, model: Model) -> "Elsewhere":
        """The model, asked while somebody else has the slot; for who holds it."""
        return Elsewhere(model, self._turn)

    def forget(self, case: str) -> None:
        """No more trials of this case; its golden goes when the next trial is done, so that nobody waits here."""
        self._gone.append(case)

    def close(self) -> None:
        """Lets all servers go; whoever still works on one of them fails with a ServerError."""
        for stand in [*self._stands.values(), *self._spoiled]:
            stand.close()
        self._stands.clear()
        self._spoiled.clear()

    def _open(self, case: Case) -> Stand:
        stand = self._stands.pop(case.base, None)
        if stand is None:
            with ExitStack() as stack:
                bench = stack.enter_context(case.open())
                roles = bench.roles()
                stand = Stand(bench, stack.pop_all(), roles)
        self._stands[case.base] = stand  # the newest comes last
        return stand

    def _tidy(self) -> None:
        """Closes what is spoiled, what is not needed any more, and the oldest of what nobody uses."""
        while self._gone:
            case = self._gone.pop()
            for stand in self._stands.values():
                stand.forget(case)
        for base, stand in list(self._stands.items()):
            if stand.spoiled:
                self._spoiled.append(self._stands.pop(base))
        for stand in [stand for stand in self._spoiled if not stand.users]:
            self._spoiled.remove(stand)
            stand.close()
        for base, stand in list(self._stands.items())[:-1]:  # cases come sorted by their base: the newest is needed
            if not stand.users:
                self._stands.pop(base).close()


class Elsewhere:
    """Lets go of the slot for as long as the model thinks."""

    def __init__(self, model: Model, turn: threading.Lock) -> None:
        self._model, self._turn = model, turn
        self.waited = 0.0
        """Seconds until it had the slot again, all told."""

    @property
    def name(self) -> str:
        return self._model.name

    def reply(self, request: Request) -> Turn:
        self._turn.release()
        try:
            return self._model.reply(request)
        finally:
            ready = time.perf_counter()
            self._turn.acquire()
            self.waited += time.perf_counter() - ready
