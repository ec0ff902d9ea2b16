"""`python -m bench.serving` (`make bench`): the tutor as it is really served, beside Rasa's default bot, in one run.

Both are started one after the other, twice; then they answer the same messages in turn over REST, alone and for many students
at once. Machines differ and are shared: compare figures of one run with each other, not runs of different days.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Sequence

import httpx

from bench import yardstick
from bench.benchmarks_page import write_page
from bench.figures import folder, keep
from bench.messages import KINDS, conversations, turns
from bench.processes import free_port, is_ready, memory_mb, stop, wait_until

ROUNDS = 20  # of each message, after two that warm up
WARM = 2
STUDENTS = (1, 2, 4, 8, 16, 32, 64)
SECONDS = 5.0  # that each number of students writes
STARTS = 2
TUTOR, DEFAULT = "tutor", "default"
CHANNEL = "/webhooks/rest/webhook"


class Running:
    """A bot that was started: its processes, its address, and how long it took until it answered."""

    def __init__(self, name: str, processes: List[subprocess.Popen[bytes]], base: str, ready_s: float) -> None:
        self.name, self.processes, self.base, self.ready_s = name, processes, base, ready_s

    def memory(self) -> List[float]:
        """Resident megabytes of each process."""
        return [memory_mb(process.pid) for process in self.processes]


def main() -> int:
    """Measure, write the figures to var/bench/ and the page to docs/, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--students", type=int, nargs="+", default=STUDENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--starts", type=int, default=STARTS)
    parser.add_argument("--no-training", action="store_true", help="do not train the tutor's bot anew to see how long it takes")
    parser.add_argument("--docs", type=Path, help="folder for the page and its plots")
    asked = parser.parse_args()
    figures = measure(asked, folder())
    keep("serving", figures)
    print(write_page(figures, asked.docs or folder()))
    return 0


def measure(asked: argparse.Namespace, folder: Path) -> Dict[str, Any]:
    """Everything that one run measures, JSON-ready."""
    stick = yardstick.ready(folder)
    figures: Dict[str, Any] = {"date": date.today().isoformat(), "cores": len(os.sched_getaffinity(0))}
    figures["load"] = {"before": os.getloadavg()[0]}
    figures["training_s"] = {DEFAULT: stick.training_s, **({} if asked.no_training else {TUTOR: _training()})}
    figures["parts_ms"] = {TUTOR: _parts(TUTOR, _model()), DEFAULT: _parts(DEFAULT, stick.folder / "models" / "default.tar.gz")}
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        running, figures["ready_s"] = _started(stick, folder, Path(scratch), asked.starts)
        try:
            figures["memory_ready_mb"] = {bot.name: bot.memory() for bot in running}
            figures["replies_ms"] = replies(running, asked.rounds)
            figures["concurrent"] = [_together(running, students, asked.seconds) for students in asked.students]
            figures["memory_mb"] = {bot.name: bot.memory() for bot in running}
        finally:
            stop([process for bot in running for process in bot.processes])
    figures["load"]["after"] = os.getloadavg()[0]
    return figures


def _started(stick: yardstick.Yardstick, logs: Path, scratch: Path, starts: int) -> Any:
    """Start both in turn, several times; the last two keep running. Gives them, and the seconds until each was ready."""
    seconds: Dict[str, List[float]] = {TUTOR: [], DEFAULT: []}
    running: List[Running] = []
    for number in range(starts):
        stop([process for bot in running for process in bot.processes])
        running = []
        for name in (TUTOR, DEFAULT):
            running.append(_start(name, stick, logs / f"{name}.log", scratch / str(number)))
            seconds[name].append(running[-1].ready_s)
    return running, seconds


def _start(name: str, stick: yardstick.Yardstick, log: Path, records: Path) -> Running:
    port, begun = free_port(), time.perf_counter()
    base = f"http://127.0.0.1:{port}"
    if name == DEFAULT:
        processes = yardstick.start(stick, port, log)
        wait_until(lambda: yardstick.answers(base), processes)
    else:
        more = {"PORT": str(port), "TUTOR_DATABASE": f"sqlite:///{records}.sqlite3", "TUTOR_KEEP_GAPS": "false"}
        with log.open("ab") as out:
            command = [sys.executable, "-m", "bot"]
            processes = [subprocess.Popen(command, env={**os.environ, **more}, stdout=out, stderr=out)]
        wait_until(lambda: is_ready(base), processes)
    return Running(name, processes, base, time.perf_counter() - begun)


def replies(running: Sequence[Running], rounds: int) -> Dict[str, Dict[str, List[float]]]:
    """Milliseconds of each reply, by bot and kind of message; bots and kinds take turns, each round is a new conversation."""
    times: Dict[str, Dict[str, List[float]]] = {bot.name: {kind: [] for kind in KINDS} for bot in running}
    clients = {bot.name: httpx.Client(base_url=bot.base, timeout=60) for bot in running}
    for number, conversation in enumerate(conversations(rounds + WARM)):
        for kind, message in conversation.items():
            for name, client in clients.items():
                begun = time.perf_counter()
                response = client.post(CHANNEL, json={"sender": f"bench-{number}", "message": message})
                elapsed = (time.perf_counter() - begun) * 1000
                assert response.status_code == 200 and len(response.json()) == 1, f"{name}, {message}: {response.text}"
                if number >= WARM:
                    times[name][kind].append(elapsed)
    for client in clients.values():
        client.close()
    return times


def _together(running: Sequence[Running], students: int, seconds: float) -> Dict[str, Any]:
    """Messages a second, and the milliseconds of each, when so many students write at once; one bot after the other."""
    told: Dict[str, Any] = {"students": students}
    for bot in running:
        begun = time.perf_counter()
        times = asyncio.run(_write(bot.base, students, seconds))
        told[bot.name] = {"per_second": len(times) / (time.perf_counter() - begun), "times_ms": times}
    return told


async def _write(base: str, students: int, seconds: float) -> List[float]:
    times: List[float] = []
    end = time.perf_counter() + seconds
    limits = httpx.Limits(max_connections=students, max_keepalive_connections=students)
    async with httpx.AsyncClient(base_url=base, timeout=120, limits=limits) as client:

        async def student(number: int) -> None:
            said = turns(number)
            while time.perf_counter() < end:
                begun = time.perf_counter()
                body = {"sender": f"many-{students}-{number}", "message": next(said)}
                response = await client.post(CHANNEL, json=body)
                assert response.status_code == 200 and response.json(), response.text
                times.append((time.perf_counter() - begun) * 1000)

        await asyncio.gather(*(student(number) for number in range(students)))
    return times


def _training() -> float:
    """Seconds of `python -m bot.train` where there is no model yet."""
    with tempfile.TemporaryDirectory() as models:
        begun = time.perf_counter()
        more = {"TUTOR_MODELS": models, "RASA_CACHE_DIRECTORY": f"{models}/cache"}
        subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bot.train"], env={**os.environ, **more}, stdout=subprocess.DEVNULL, check=True
        )
        return time.perf_counter() - begun


def _model() -> Path:
    from bot.train import model_path
    from tutor.settings import load_settings

    return model_path(load_settings())


def _parts(name: str, model: Path) -> Any:
    command = [sys.executable, "-W", "ignore", "-m", "bench.parts", name, str(model)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
