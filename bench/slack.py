"""How soon Slack's messages are acknowledged and answered, with the really trained bot, against the stand-in of the tests.

`python -m bench.slack [--messages 50] [--socket]` sends so many messages at once, each by another user.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, List

ASKED = ("what is track 1.5?", "weaknesses of track 2", "compare track 1 and track 2", "who coined the term track two?", "quiz me")


def quantile(values: List[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def measure(trained: Any, count: int, socket: bool) -> None:
    """Send the messages at once; print how long acknowledgements and answers took."""
    from tests.slack.world import world

    async with world(trained.tutor, socket=socket, agent=trained.agent) as w:
        begun, acknowledged, late = time.monotonic(), [], []

        async def write(n: int) -> None:
            start = time.monotonic()
            assert await w.dm(f"U{n}", ASKED[n % len(ASKED)]) == 200
            acknowledged.append(time.monotonic() - start)

        async def beat() -> None:
            while True:
                start = time.monotonic()
                await asyncio.sleep(0.01)
                late.append(time.monotonic() - start - 0.01)

        beating = asyncio.ensure_future(beat())
        await asyncio.gather(*(write(n) for n in range(count)))
        during = [await _one_more(w, n) for n in range(10)]  # while the answers are worked on
        answers = await w.slack.until(lambda: len({place for place, _ in w.slack.messages}) >= count + 10 and time.monotonic(), 300)
        beating.cancel()
        await w.settle()
    print(f"{count} messages at once over {'the socket' if socket else 'HTTP'}, all answered after {answers - begun:.1f} s")
    for name, values in (
        ("acknowledged", acknowledged),
        ("acknowledged while others are answered", during),
        ("loop kept busy", late),
    ):
        told = ", ".join(
            f"{label} {quantile(values, share) * 1000:.0f}" for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
        )
        print(f"{name}: {told} ms")


async def _one_more(w: Any, n: int) -> float:
    start = time.monotonic()
    assert await w.dm(f"UM{n}", "what is track 2?") == 200
    return time.monotonic() - start


def main() -> int:
    """Measure with the trained bot."""
    parser = argparse.ArgumentParser(prog="python -m bench.slack", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=50)
    parser.add_argument("--socket", action="store_true")
    given = parser.parse_args()
    from tests.slack.trained import load

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(load(Path(folder)), given.messages, given.socket))
    return 0


if __name__ == "__main__":
    sys.exit(main())
