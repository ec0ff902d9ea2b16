"""Many students at once, chatting and quizzed, on several workers: `make loadtest`.

Each student talks to the workers in turn and checks that every reply is one to his own message; at the end his history must be
what he said and got. With --write the table goes to docs/loadtest.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

import httpx

from bench.processes import free_port
from bench.stores import stores

ROOT = Path(__file__).resolve().parent.parent
WEB = "/webhooks/web"
TRACKS = ("1", "1.5", "2", "3", "4", "5", "6", "7", "8", "9")
PATIENCE = 300  # seconds for a worker to get ready


@dataclass
class Result:
    """What happened: seconds of each reply by its kind, and everything that was not as it should be."""

    seconds: Dict[str, List[float]] = field(default_factory=lambda: defaultdict(list))
    faults: List[str] = field(default_factory=list)
    lasted: float = 0.0

    @property
    def answered(self) -> int:
        """How many messages were answered."""
        return sum(map(len, self.seconds.values()))


def play(urls: Sequence[str], students: int, messages: int, seed: int, pause: float = 0.0) -> Result:
    """Let students talk to workers; `pause` is the most seconds that a student thinks before a message."""
    result = Result()
    asyncio.run(_all(urls, students, messages, seed, pause, result))
    return result


async def _all(urls: Sequence[str], students: int, messages: int, seed: int, pause: float, result: Result) -> None:
    limits = httpx.Limits(max_connections=students + 10, max_keepalive_connections=students + 10)
    async with httpx.AsyncClient(timeout=120, limits=limits) as http:
        expected = {track: await _alone(track, urls, http) for track in TRACKS[:students]}
        people = [_Student(n, urls, http, random.Random(seed * 10_000 + n), result, expected) for n in range(students)]
        begun = time.monotonic()
        await asyncio.gather(*(one.live(messages, pause) for one in people))
        result.lasted = time.monotonic() - begun


async def _alone(track: str, urls: Sequence[str], http: httpx.AsyncClient) -> List[str]:
    """What is replied about a track when nobody else is there."""
    result = Result()
    student = _Student(TRACKS.index(track), urls, http, random.Random(0), result, {track: []})
    await student.live(3, 0)
    return [told["replies"][0]["text"] for _, told in student.said]


class _Student:
    """Asks about a track of his own, so that another's reply would be seen; then is quizzed."""

    def __init__(
        self,
        number: int,
        urls: Sequence[str],
        http: httpx.AsyncClient,
        rng: random.Random,
        result: Result,
        expected: Mapping[str, List[str]],
    ) -> None:
        self.number, self._urls, self._http, self._rng, self._result = number, urls, http, rng, result
        self.track = TRACKS[number % len(TRACKS)]
        self._expected = expected[self.track]
        self.said: List[Tuple[str, Any]] = []
        self._headers: Dict[str, str] = {}

    async def live(self, messages: int, pause: float) -> None:
        """Say so many things, each once the reply to the one before is there."""
        try:
            issued = await self._http.post(self._url(0) + "/token", json={})
            self._headers = {"Authorization": f"Bearer {issued.json()['token']}"}
            kind = ""
            for turn in range(messages):
                await asyncio.sleep(self._rng.random() * pause)
                kind = await self._say(turn, self._next(turn, kind))
            await self._compare()
        except Exception as fault:
            self._wrong(f"{type(fault).__name__}: {fault}")

    def _next(self, turn: int, kind: str) -> str:
        """A question about one's own track, a follow-up that leans on it, then a quiz."""
        if turn == 0:
            return f"What is Track {self.track}?"
        if turn in (1, 2):
            return ("and its strengths?", "and its weaknesses?")[turn - 1]
        if kind == "quiz_item":
            return self._rng.choice("abcd")
        if kind == "feedback":
            return "next"
        return self._rng.choice(("quiz me", f"What is Track {self.track}?", f"quiz me on Track {self.track}", "how am I doing?"))

    async def _say(self, turn: int, text: str) -> str:
        begun = time.monotonic()
        name = f"student-{self.number}-{turn}"
        body = {"message": text, "id": name}
        response = await self._http.post(self._url(turn) + "/webhook", json=body, headers=self._headers)
        if response.status_code != 200:
            self._wrong(f"turn {turn}: {response.status_code} {response.text[:200]}")
            return ""
        told = response.json()["turn"]
        custom = told["replies"][0]["custom"]
        self._result.seconds[custom["kind"]].append(time.monotonic() - begun)
        self.said.append((text, told))
        if (told["id"], told["said"]) != (name, text):
            self._wrong(f"turn {turn}: a reply to {told['id']}")
        self._check(turn, told["replies"][0])
        return str(custom["kind"])

    def _check(self, turn: int, reply: Dict[str, Any]) -> None:
        """The first replies are those that somebody alone gets; a quiz is no further than one's own turns."""
        item = reply["custom"].get("item")
        if turn < len(self._expected) and reply["text"] != self._expected[turn]:
            self._wrong(f"turn {turn}: another reply than somebody alone gets")
        if item and item["number"] > turn:
            self._wrong(f"turn {turn}: question {item['number']} of somebody else's quiz")

    async def _compare(self) -> None:
        kept = (await self._http.get(self._url(1) + "/history?limit=200", headers=self._headers)).json()["turns"]
        if kept != [told for _, told in self.said]:
            self._wrong("the history is not what was said and replied")

    def _url(self, turn: int) -> str:
        return self._urls[(self.number + turn) % len(self._urls)] + WEB

    def _wrong(self, what: str) -> None:
        self._result.faults.append(f"student {self.number}: {what}")


# -- the whole deployment ----------------------------------------------------------------------------------------------


@contextmanager
def workers(number: int) -> Iterator[List[str]]:
    """Workers on a PostgreSQL and a Redis of their own, ready; their addresses."""
    with ExitStack() as stack:
        postgres, redis = stack.enter_context(stores())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
        settings = {"TUTOR_DATABASE": postgres.url, "TUTOR_REDIS": redis.url, "TUTOR_SECRET": "l" * 40, "TUTOR_KEEP_GAPS": "false"}
        settings |= {"TUTOR_LOG_LEVEL": "warning", "PYTHONPATH": str(ROOT)}
        urls = []
        for n in range(number):
            port = free_port()
            with (folder / f"{n}.log").open("w") as log:
                words = [sys.executable, "-m", "bot"]
                process = subprocess.Popen(words, cwd=ROOT, env={**kept, **settings, "PORT": str(port)}, stdout=log, stderr=log)
            stack.callback(_stop, process)
            urls.append(f"http://127.0.0.1:{port}")
        for n, url in enumerate(urls):
            _wait(url, folder / f"{n}.log")
        yield urls


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()


def _wait(url: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if httpx.get(url + "/health", timeout=10).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"a worker did not get ready:\n{log.read_text()}")


# -- what is told ------------------------------------------------------------------------------------------------------


def table(result: Result) -> str:
    """The figures as Markdown."""
    rows = ["| reply | number | p50 ms | p95 ms | p99 ms |", "|---|---|---|---|---|"]
    everything = [second for seconds in result.seconds.values() for second in seconds]
    for kind, seconds in [*sorted(result.seconds.items()), ("all", everything)]:
        figures = " | ".join(f"{_quantile(seconds, q) * 1000:.0f}" for q in (0.5, 0.95, 0.99))
        rows.append(f"| {kind} | {len(seconds)} | {figures} |")
    return "\n".join(rows)


def _quantile(seconds: Sequence[float], q: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else 0.0


def report(result: Result, words: argparse.Namespace) -> str:
    """The page docs/loadtest.md."""
    told = f"{words.students} students, {words.messages} messages each, {words.workers} workers"
    thinking = (
        f"each thinking up to {words.pause:g} s before a message" if words.pause else "none of them thinking before a message"
    )
    machine = f"one machine with {os.cpu_count()} cores (load average {os.getloadavg()[0]:.1f} at the end; {words.date})"
    return f"""# Load

{told}, {thinking}:
mixed chat and quiz over the web channel, each student alternating between the workers, which share one PostgreSQL and one Redis.
Students, workers and both engines ran on {machine}.
Printed by `make loadtest`, written by `make loadtest ARGS=--write`.

{table(result)}

{result.answered} messages in {result.lasted:.1f} s: {result.answered / result.lasted:.1f} a second.
Errors and replies to the wrong student: {len(result.faults)}.
"""


def main() -> int:
    """Start everything, play, tell; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.loadtest", description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pause", type=float, default=0.0, help="the most seconds that a student thinks before a message")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--date", default=time.strftime("%d %B %Y"))
    parser.add_argument("--write", action="store_true", help="write docs/loadtest.md")
    words = parser.parse_args()
    with workers(words.workers) as urls:
        result = play(urls, words.students, words.messages, words.seed, words.pause)
    page = report(result, words)
    print(page)
    for fault in result.faults[:20]:
        print(fault)
    if words.write and not result.faults:
        (ROOT / "docs" / "loadtest.md").write_text(page, encoding="utf-8")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
