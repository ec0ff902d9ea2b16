"""What waits for a disk, a database or another's turn is done beside the event loop."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Callable


async def beside(work: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """Do what waits for a disk or a database without keeping other students waiting."""
    return await asyncio.get_event_loop().run_in_executor(None, partial(work, *args, **more))
