"""Threads that are kept from one verdict to the next.

Each thread that parses SQL leaves a thread-local key of libpg_query behind when it ends (its `pg_query_init` makes one
for every thread), and a process has 1,024. Where they are used up, the next library that wants one aborts the process.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import ParamSpec, TypeVar

_KEPT = ThreadPoolExecutor(64)
P = ParamSpec("P")
T = TypeVar("T")


class Aside:
    """Calls that run aside; at the end of the block all of them are done."""

    def __enter__(self) -> "Aside":
        self._calls: list[Future[object]] = []
        return self

    def submit(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future = _KEPT.submit(call, *args, **kwargs)
        self._calls.append(future)  # type: ignore[arg-type]
        return future

    def __exit__(self, *_: object) -> None:
        wait(self._calls)
