"""The lock of a conversation, and the limits, in a real Redis."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from typing import Any, List, Sequence, Tuple

import pytest
from rasa.core.lock_store import LockError, LockStore

from bench.stores import Postgres, RedisServer
from bot import locks
from bot.limits import Buckets, Limit, Limits
from bot.locks import Crowded, LocalLocks, RedisLocks
from bot.redis import Redis, RedisDown
from tutor.settings import Settings


async def hold(store: LockStore, name: str, seconds: float, spans: List[Tuple[str, float, float]], who: str) -> None:
    """Be alone with a conversation for a while."""
    async with store.lock(name):
        begin = time.monotonic()
        await asyncio.sleep(seconds)
        spans.append((who, begin, time.monotonic()))


@pytest.fixture(params=["local", "redis"])
def two(request: pytest.FixtureRequest) -> Tuple[LockStore, LockStore]:
    """What two users of a lock hold: in one process the same, in two workers each its own connection."""
    if request.param == "local":
        local = LocalLocks()
        return local, local
    _, server = request.getfixturevalue("engines")
    return RedisLocks(Redis(server.url)), RedisLocks(Redis(server.url))


def test_alone_and_in_order(two: Tuple[LockStore, LockStore]) -> None:
    """Nobody is in together with another, and who came first is first; other conversations do not wait."""

    async def play() -> List[Tuple[str, float, float]]:
        spans: List[Tuple[str, float, float]] = []
        other: List[Tuple[str, float, float]] = []
        await hold(two[0], "warm", 0, [], "warm")
        tasks = []
        for n in range(8):
            tasks.append(asyncio.ensure_future(hold(two[n % 2], "ada", 0.2, spans, str(n))))
            await asyncio.sleep(0.05)
        await hold(two[1], "bob", 0, other, "bob")
        assert len(spans) < 8, "bob waited for ada"
        await asyncio.gather(*tasks)
        return spans

    spans = asyncio.run(play())

    assert [who for who, _, _ in spans] == [str(n) for n in range(8)]
    assert all(first[2] <= second[1] for first, second in pairwise(spans))


def test_waits_not_for_ever(two: Tuple[LockStore, LockStore]) -> None:
    """Who waits longer than he may is told; the next one is not kept by that."""

    async def play() -> None:
        async with two[0].lock("eve"):
            with pytest.raises(LockError):
                async with two[1].lock("eve", 0.2):
                    pass
        async with two[1].lock("eve", 5):
            pass

    asyncio.run(play())


def test_seats(two: Tuple[LockStore, LockStore]) -> None:
    """Of many conversations only some are worked at; Rasa's own lock within a turn takes no second seat."""
    store, inside, most, order = two[0], 0, 0, []

    async def turn(name: str) -> None:
        nonlocal inside, most
        async with store.lock(f"turn of {name}"):
            inside, most = inside + 1, max(most, inside + 1)
            order.append(name)
            async with store.lock(name):
                await asyncio.sleep(0.01)
            inside -= 1

    async def play(names: List[str]) -> None:
        await asyncio.gather(*map(turn, names))

    names = [f"student {n}" for n in range(50)]
    asyncio.run(play(names))

    assert most == locks.SEATS
    assert sorted(order) == sorted(names)


def test_crowded(two: Tuple[LockStore, LockStore], monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number that could not be answered in good time, a message is sent away at once; the others are answered."""
    monkeypatch.setattr(locks, "STANDING", 3)

    async def play() -> List[object]:
        spans: List[Tuple[str, float, float]] = []
        holding = (hold(two[0], f"student {n}", 0.1, spans, str(n)) for n in range(5))
        return await asyncio.gather(*holding, return_exceptions=True)

    told = asyncio.run(play())

    assert told[:3] == [None] * 3
    assert all(isinstance(one, Crowded) for one in told[3:])


class SlowSigns(Redis):
    """Signs of life take a while, and arrive even if whoever sent one waits no longer: it is on its way."""

    async def run(self, script: str, keys: Sequence[str], *values: object) -> Any:
        """As the real one, but later where somebody inside tells that he lives."""
        return await asyncio.shield(asyncio.ensure_future(self._arrive(0.05 * (values[-1:] == (1,)), script, keys, *values)))

    async def _arrive(self, seconds: float, script: str, keys: Sequence[str], *values: object) -> Any:
        await asyncio.sleep(seconds)
        return await super().run(script, keys, *values)


def test_leaving_while_renewing(engines: Tuple[Postgres, RedisServer], monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign of life that is on its way when somebody leaves does not put him back in front of all others."""
    monkeypatch.setattr(locks, "RENEW", 0.01)
    store = RedisLocks(SlowSigns(engines[1].url))

    async def play() -> int:
        async with store.lock("zoe"):
            await asyncio.sleep(0.03)
        await asyncio.sleep(0.2)
        return int(await store.redis.run("return redis.call('LLEN', KEYS[1])", ["queue:zoe"]))

    assert asyncio.run(play()) == 0


def test_dead_worker(engines: Tuple[Postgres, RedisServer], monkeypatch: pytest.MonkeyPatch) -> None:
    """The place of a worker that died is given up after some seconds, not after a minute."""
    monkeypatch.setattr(locks, "ALIVE", 1.0)
    dead, alive = RedisLocks(Redis(engines[1].url)), RedisLocks(Redis(engines[1].url))

    async def play() -> float:
        await dead._is_turn(("queue:dan", "alive:dan", "since"), "dead")
        begin = time.monotonic()
        async with alive.lock("dan"):
            return time.monotonic() - begin

    assert 0.5 < asyncio.run(play()) < 20


def test_within_a_turn(engines: Tuple[Postgres, RedisServer]) -> None:
    """Rasa's own lock within that of the turn is passed at once, by that turn alone; another has to wait for both."""
    store = RedisLocks(Redis(engines[1].url))

    async def other() -> None:
        async with store.lock("turn of may", 0.2):
            pass

    async def play() -> None:
        async with store.lock("turn of may"):
            async with store.lock("may", 0.2):
                pass
            with pytest.raises(LockError):
                await asyncio.get_running_loop().create_task(other(), name="another turn")
        async with store.lock("turn of may", 1), store.lock("may", 1):
            pass

    asyncio.run(play())


def test_no_redis() -> None:
    """Without Redis there is no lock, and the error names the setting."""

    async def play() -> None:
        async with RedisLocks(Redis("redis://127.0.0.1:1/0")).lock("ada"):
            pass

    with pytest.raises(RedisDown, match="TUTOR_REDIS"):
        asyncio.run(play())


# -- limits ------------------------------------------------------------------------------------------------------------


def test_bucket() -> None:
    """A minute's worth may come at once, then as fast as it fills, for each by himself."""
    now = [0.0]
    buckets, limit = Buckets(lambda: now[0]), Limit("learner", 6)

    assert [buckets.take(limit, "ada") for _ in range(6)] == [0.0] * 6
    assert buckets.take(limit, "ada") == pytest.approx(10)
    assert buckets.take(limit, "bob") == 0.0
    now[0] = 4.0
    assert buckets.take(limit, "ada") == pytest.approx(6)
    now[0] = 10.0
    assert buckets.take(limit, "ada") == 0.0


def test_bucket_in_redis(engines: Tuple[Postgres, RedisServer]) -> None:
    """Two workers fill one bucket."""
    settings = Settings(rate_learner=6)

    async def play() -> List[float]:
        first, second = (Limits(settings, Redis(engines[1].url)) for _ in range(2))
        return [await one.take(one.learner, "ada") for one in (first, second) * 4]

    waits = asyncio.run(play())

    assert waits[:6] == [0.0] * 6
    assert all(0 < wait <= 10 for wait in waits[6:])


def test_limits_without_redis() -> None:
    """While Redis is down each worker counts by itself; 0 is no limit."""
    limits = Limits(Settings(rate_learner=1, rate_address=0), Redis("redis://127.0.0.1:1/0"))

    async def play() -> List[bool]:
        return [bool(await limits.take(one, "ada")) for one in (limits.learner, limits.learner, limits.address, limits.address)]

    assert asyncio.run(play()) == [False, True, False, False]
