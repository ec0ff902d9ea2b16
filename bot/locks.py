"""One message of a conversation at a time, in the order of their arrival, whichever worker they come to."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import AsyncContextManager, AsyncGenerator, Dict, FrozenSet
from uuid import uuid4

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore

from bot.redis import Redis, RedisDown

SEATS = 8  # messages that one process works at; more would only keep each other waiting
STANDING = 1000  # messages in one process, beyond which the next is sent away: at 20 a second the last waits for 50 seconds
LOOK = 0.05  # seconds until the second look whether it is one's turn
SLOWER, SELDOM = 1.5, 1.0  # each wait is so many times the one before, up to so many seconds
ALIVE = 8.0  # seconds after which the place of a worker that died is given up
RENEW = 2.0  # seconds between two signs of life
GRACE = 3.0  # seconds after Redis lost everything until somebody new is let in: whoever was in says so within RENEW
TURN_OF = "turn of "  # begins the name of the lock around a whole turn (bot/turns.py)
STALE = 120.0  # seconds after which Redis drops a queue that nobody looks at

# KEYS: queue, deadlines, since when Redis remembers. ARGV: ticket, milliseconds of ALIVE, STALE and GRACE, 1 for whoever is in.
# Stands in the queue, if it is not there, gives a sign of life, and tells whether it is its turn.
TURN = """
local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('SETNX', KEYS[3], now)
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  redis.call(ARGV[5] == '1' and 'LPUSH' or 'RPUSH', KEYS[1], ARGV[1])
end
redis.call('HSET', KEYS[2], ARGV[1], now + ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
if now - redis.call('GET', KEYS[3]) < tonumber(ARGV[4]) then return 0 end
while true do
  local first = redis.call('LINDEX', KEYS[1], 0)
  if first == ARGV[1] then return 1 end
  local deadline = first and redis.call('HGET', KEYS[2], first)
  if deadline and tonumber(deadline) >= now then return 0 end
  if not first then redis.call('RPUSH', KEYS[1], ARGV[1]) return 1 end
  redis.call('LPOP', KEYS[1])
  redis.call('HDEL', KEYS[2], first)
end
"""
# KEYS as above. ARGV: ticket.
LEAVE = """
redis.call('LREM', KEYS[1], 0, ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return 1
"""


_mine: ContextVar[FrozenSet[str]] = ContextVar("mine", default=frozenset())  # what this turn is alone with


class Crowded(LockError):
    """More messages wait in this process than can be answered in good time."""


class Locks(LockStore):
    """Alone with a conversation, then on one of the few seats of this process: who is in gets done, the others wait in line."""

    def __init__(self) -> None:
        self._seats, self._standing = asyncio.Semaphore(SEATS), 0

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = LOOK
    ) -> AsyncGenerator[TicketLock, None]:
        """Wait for one's turn, then be alone with a conversation.

        Raises LockError after `lock_lifetime` seconds of waiting for the message before, Crowded at once if too many wait.
        """
        if f"{TURN_OF}{conversation_id}" in _mine.get():  # Rasa's own lock, within that of the whole turn
            yield TicketLock(conversation_id)
            return
        if self._standing >= STANDING:
            raise Crowded("too many messages at once")
        self._standing += 1
        try:
            async with self._alone(conversation_id, lock_lifetime), self._seats:
                before = _mine.get()
                _mine.set(before | {conversation_id})
                try:
                    yield TicketLock(conversation_id)
                finally:
                    _mine.set(before)
        finally:
            self._standing -= 1

    def _alone(self, conversation_id: str, seconds: float) -> AsyncContextManager[None]:
        raise NotImplementedError


class LocalLocks(Locks):
    """For one worker: Rasa's own looks once a second whether it is its turn."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: Dict[str, asyncio.Lock] = {}
        self._using: Dict[str, int] = {}

    @asynccontextmanager
    async def _alone(self, conversation_id: str, seconds: float) -> AsyncGenerator[None, None]:
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._using[conversation_id] = self._using.get(conversation_id, 0) + 1
        try:
            await _acquire(lock, seconds)
            try:
                yield
            finally:
                lock.release()
        finally:
            self._using[conversation_id] -= 1
            if not self._using[conversation_id]:
                del self._using[conversation_id], self._locks[conversation_id]


async def _acquire(lock: asyncio.Lock, seconds: float) -> None:
    if not lock.locked():
        await lock.acquire()
        return
    try:
        await asyncio.wait_for(lock.acquire(), seconds)
    except asyncio.TimeoutError:
        raise LockError("the message before takes too long") from None


class RedisLocks(Locks):
    """For several workers. Rasa's own reads, changes and writes in three steps, and waits a minute for a worker that died.

    Whoever is in says so every few seconds; should Redis have lost its memory, that puts him back in front. Raises RedisDown, too.
    """

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self.redis = redis

    @asynccontextmanager
    async def _alone(self, conversation_id: str, seconds: float) -> AsyncGenerator[None, None]:
        keys, ticket = (f"queue:{conversation_id}", f"alive:{conversation_id}", "since"), uuid4().hex
        try:
            await self._wait(keys, ticket, seconds)
            leaving = asyncio.Event()
            renewing = asyncio.ensure_future(self._renew(keys, ticket, leaving))
            try:
                yield
            finally:
                leaving.set()  # a sign of life that is cut off on its way could arrive after the leaving, and keep all others out
                await asyncio.wait({renewing})
        finally:
            with suppress(RedisDown):  # then the place is given up by itself
                await self.redis.run(LEAVE, keys, ticket)

    async def _is_turn(self, keys: tuple[str, ...], ticket: str, inside: bool = False) -> bool:
        spans = (int(seconds * 1000) for seconds in (ALIVE, STALE, GRACE))
        return bool(await self.redis.run(TURN, keys, ticket, *spans, int(inside)))

    async def _wait(self, keys: tuple[str, ...], ticket: str, seconds: float) -> None:
        end, look = asyncio.get_running_loop().time() + seconds, LOOK
        while not await self._is_turn(keys, ticket):
            if asyncio.get_running_loop().time() > end:
                raise LockError("the message before takes too long")
            await asyncio.sleep(look)
            look = min(look * SLOWER, SELDOM)

    async def _renew(self, keys: tuple[str, ...], ticket: str, leaving: asyncio.Event) -> None:
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(leaving.wait(), RENEW)
            if leaving.is_set():
                return
            with suppress(RedisDown):
                await self._is_turn(keys, ticket, inside=True)
