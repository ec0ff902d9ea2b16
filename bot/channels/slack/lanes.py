"""Work after the acknowledgement: one lane for each user, in order; lanes side by side; bounded in all."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Awaitable, Callable, Deque, Dict, Set

log = logging.getLogger(__name__)
Job = Callable[[], Awaitable[None]]


class Lanes:
    """Queues of jobs by key."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._waiting: Dict[str, Deque[Job]] = {}
        self._tasks: Set[asyncio.Task[None]] = set()
        self._count = 0

    @property
    def full(self) -> bool:
        """Whether no further job is taken."""
        return self._count >= self._most

    def put(self, key: str, job: Job) -> bool:
        """Do a job after those of the same key; False if there are too many."""
        if self.full:
            return False
        self._count += 1
        if key in self._waiting:
            self._waiting[key].append(job)
            return True
        self._waiting[key] = deque([job])
        task = asyncio.ensure_future(self._work(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _work(self, key: str) -> None:
        lane = self._waiting[key]
        while lane:
            try:
                await lane.popleft()()
            except Exception:  # one job must not stop those behind it
                log.exception("a message from Slack was not answered")
            finally:
                self._count -= 1
        del self._waiting[key]

    async def drained(self, seconds: float) -> bool:
        """Wait until all is done, at most so long; what is left is dropped. False if something was."""
        if not self._tasks:
            return True
        _, left = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in left:
            task.cancel()
        return not left
