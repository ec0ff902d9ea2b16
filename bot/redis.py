"""Redis, which several workers share: small scripts that run there whole, so that no two workers come in between."""

from __future__ import annotations

import asyncio
from typing import Any, Sequence
from weakref import WeakKeyDictionary

from redis.asyncio import Redis as Client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError

PATIENCE = 3  # seconds for Redis to answer
PREFIX = "tutor:"


class RedisDown(Exception):
    """Redis cannot be asked; the message names TUTOR_REDIS and what to do."""


class Redis:
    """Scripts for one Redis. Connections belong to an event loop, so each loop has its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()

    async def run(self, script: str, keys: Sequence[str], *values: object) -> Any:
        """Run a script, which must bear to be run twice: a connection that broke is tried once more. Raises RedisDown."""
        try:
            return await self._client().register_script(script)([PREFIX + key for key in keys], values)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            raise RedisDown(f"TUTOR_REDIS: cannot be used: {type(error).__name__}; see that its server runs") from error

    async def check(self) -> None:
        """Raise RedisDown unless Redis answers."""
        await self.run("return 1", [])

    async def close(self) -> None:
        """Close the connections of this loop."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close(close_connection_pool=True)

    def _client(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = Client.from_url(
                self._url,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 1),
                retry_on_error=[ConnectionError],
            )
        return self._clients[loop]
