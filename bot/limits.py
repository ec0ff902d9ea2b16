"""How much one learner, and one address, may ask in a minute: token buckets, in this process or in Redis for all workers."""

from __future__ import annotations

import json
import logging
import math
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Callable, Dict, List, Optional, Tuple

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.channels.rest import is_local
from bot.redis import Redis, RedisDown
from bot.tokens import BadToken
from tutor.settings import Settings

log = logging.getLogger(__name__)

FREE = ("/health", "/alive", "/metrics")
REST = "/webhooks/rest/"
MINUTE = 60.0  # seconds
SWEEP = 10_000  # buckets after which those that are full again are dropped
# KEYS: bucket. ARGV: how much it holds, how much flows in each millisecond. Gives the milliseconds to wait; 0: taken.
TAKE = """
local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = math.min(tonumber(ARGV[1]), (kept[1] or ARGV[1]) + (now - (kept[2] or now)) * ARGV[2])
local wait = 0
if left >= 1 then left = left - 1 else wait = math.ceil((1 - left) / ARGV[2]) end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[1] / ARGV[2]) + 1000)
return wait
"""


@dataclass(frozen=True)
class Limit:
    """So many a minute, which may come all at once."""

    name: str
    a_minute: int

    @property
    def a_second(self) -> float:
        """How fast the bucket fills."""
        return self.a_minute / MINUTE


class Buckets:
    """The buckets of this process; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: Dict[Tuple[str, str], Tuple[float, float]] = {}  # how much, and when that was
        self._sweep_at = SWEEP

    def take(self, limit: Limit, whose: str) -> float:
        """Take one; the seconds to wait if there is none."""
        now, key = self._clock(), (limit.name, whose)
        left, at = self._left.get(key, (float(limit.a_minute), now))
        left = min(float(limit.a_minute), left + (now - at) * limit.a_second)
        self._left[key] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > self._sweep_at:
            self._sweep(now)
        return 0.0 if left >= 1 else (1 - left) / limit.a_second

    def _sweep(self, now: float) -> None:
        """A minute fills every bucket, and a full one need not be kept."""
        self._left = {key: kept for key, kept in self._left.items() if now - kept[1] < MINUTE}
        self._sweep_at = max(SWEEP, 2 * len(self._left))


class Limits:
    """The limits of a tutor; without Redis, and while it is down, each worker counts by itself."""

    def __init__(self, settings: Settings, redis: Optional[Redis] = None) -> None:
        self.learner = Limit("learner", settings.rate_learner)
        self.address = Limit("address", settings.rate_address)
        self._own, self._redis = Buckets(), redis

    async def take(self, limit: Limit, whose: str) -> float:
        """Take one; the seconds to wait if there is none."""
        if not limit.a_minute:
            return 0.0
        if self._redis:
            try:
                key = f"rate:{limit.name}:{whose}"
                return float(await self._redis.run(TAKE, [key], limit.a_minute, limit.a_second / 1000)) / 1000
            except RedisDown:
                pass  # /health tells it
        return self._own.take(limit, whose)


def limit(app: Sanic, limits: Limits, proxies: int) -> None:
    """Refuse what is over a limit with 429 and the seconds to wait. The REST channel's programs on this machine have none."""

    @app.middleware("request")
    async def check(request: Request) -> Optional[HTTPResponse]:
        if request.path in FREE or (request.path.startswith(REST) and is_local(request)):
            return None
        for one, whose in _buckets(request, limits, proxies):
            wait = await limits.take(one, whose)
            if wait:
                request.app.ctx.metrics.refused.labels(one.name).inc()
                return too_many(one, wait)
        return None


def _buckets(request: Request, limits: Limits, proxies: int) -> List[Tuple[Limit, str]]:
    learner = learner_of(request) if request.method == "POST" and request.path.endswith("/webhook") else None
    return [(limits.address, address_of(request, proxies)), *([(limits.learner, learner)] if learner else [])]


def too_many(limit: Limit, wait: float) -> HTTPResponse:
    """The answer to what is over a limit."""
    seconds = max(1, math.ceil(wait))
    whose = "you" if limit.name == "learner" else "your network"
    message = f"too many messages from {whose} in a short time; try again in {seconds} second{'s' if seconds > 1 else ''}"
    return json_response({"error": {"message": message}}, 429, {"Retry-After": str(seconds)})


def address_of(request: Request, proxies: int) -> str:
    """Where a request comes from: what the first proxy of ours saw, so that nobody can choose."""
    told = [part.strip() for line in request.headers.getall("x-forwarded-for", []) for part in line.split(",")]
    return told[-proxies][:64] if proxies and len(told) >= proxies else str(request.ip)


def learner_of(request: Request) -> Optional[str]:
    """Whose message it is, if that can be told; what cannot is refused later."""
    if request.path.startswith(REST):
        try:
            return f"rest.{json.loads(request.body)['sender'][:200]}"
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
    token = request.headers.get("authorization", "").partition(" ")[2].strip()
    try:
        return str(request.app.ctx.tokens.learner(token, datetime.now(timezone.utc)))
    except BadToken:
        return None
