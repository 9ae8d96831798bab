"""Works through the queue, one delivery at a time, each in a process that cannot take the server with it.

A delivery that fails for want of something that comes back (GitHub, the network, memory) waits and is tried again,
while others go on. What cannot be ended in time when the server stops is begun anew by the next one: a job finds out
for itself how far the one before it came.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from agent.cli_output import say
from agent.webhook import job
from agent.webhook.queue import Queue

SECRET = "MIGRATION_AGENT_WEBHOOK_SECRET"
TRIES = 6
LONGEST = 2 * 3600.0
"""Seconds for one delivery."""


class Worker:
    def __init__(self, queue: Queue, options: Mapping[str, Any], pause: float) -> None:
        """`options` are those of `agent.github.settings.Settings`; `pause` the seconds before the second try."""
        self.queue, self.pause = queue, pause
        self.options = json.dumps(dict(options))
        self.outcomes: Counter[str] = Counter()
        self.running = ""
        self.wake = asyncio.Event()
        self._tries: Counter[str] = Counter()
        self._not_before: dict[str, float] = {}
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def alive(self) -> bool:
        return self._task is not None and not self._task.done() and not self._stopping

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self, grace: float) -> None:
        """Waits `grace` seconds for the delivery at hand, and leaves it to the next server after that."""
        self._stopping = True
        self.wake.set()
        if self._task is None:
            return
        _, left = await asyncio.wait([self._task], timeout=grace)
        if left:
            if self._process and self._process.returncode is None:
                self._process.kill()
            await asyncio.wait([self._task])
        if error := self._task.exception():
            raise error

    async def _run(self) -> None:
        while not self._stopping:
            self.wake.clear()
            delivery, wait = self._next()
            if delivery:
                await self._handle(delivery)
                continue
            try:
                async with asyncio.timeout(wait):
                    await self.wake.wait()
            except TimeoutError:
                pass

    def _next(self) -> tuple[str, float | None]:
        """The oldest delivery that may be tried now; else how many seconds until one may."""
        now = time.monotonic()
        waiting = self.queue.waiting()
        ready = next((each for each in waiting if self._not_before.get(each, 0) <= now), "")
        soonest = min((self._not_before.get(each, 0) for each in waiting), default=None)
        return ready, None if soonest is None else max(0.0, soonest - now)

    async def _handle(self, delivery: str) -> None:
        self.running = delivery
        try:
            code = await self._processed(delivery)
        finally:
            self.running = ""
        if code == 0:
            self._ended(delivery, "done")
        elif self._stopping:
            say(f"{delivery}: not done, left for the next start.")
        elif code == job.UNUSABLE:
            self._ended(delivery, "failed")
        else:
            self._tries[delivery] += 1
            if self._tries[delivery] >= TRIES:
                return self._ended(delivery, "failed")
            self.outcomes["retried"] += 1
            wait = self.pause * 2 ** (self._tries[delivery] - 1)
            self._not_before[delivery] = time.monotonic() + wait
            say(f"{delivery}: exit {code}; tried again in {wait:.0f} s.")
        return None

    def _ended(self, delivery: str, outcome: str) -> None:
        self.queue.end(delivery, done=outcome == "done")
        self.outcomes[outcome] += 1
        self._tries.pop(delivery, None)
        self._not_before.pop(delivery, None)
        say(f"{delivery}: {outcome}.")

    async def _processed(self, delivery: str) -> int:
        """The job's exit code, negative for a signal."""
        environment = {name: value for name, value in os.environ.items() if name != SECRET}
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", job.__name__, str(self.queue.path(delivery)), self.options),
            stdin=asyncio.subprocess.PIPE,
            env=environment,
            start_new_session=True,  # a Ctrl-C is for the server, which gives the job its time
        )
        try:
            async with asyncio.timeout(LONGEST):
                return await self._process.wait()
        except TimeoutError:
            self._process.kill()
            return await self._process.wait()
