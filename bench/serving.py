"""`python -m bench.serving` (`make bench`): start, memory and replies of the tutor as it is really served.

Starts `python -m bot` on a free port, waits until it answers, sends each kind of message over REST in turn, and prints a table.
Machines differ and are shared: compare figures of one run with each other, not runs of different days.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List, Tuple

import httpx

ROUNDS = 30  # of each message
MESSAGES: Dict[str, str] = {
    "define": "define track 1.5",
    "list": "strengths of track II",
    "compare": "compare 1.5 vs 2",
    "free question": "why would a government want deniability?",
    "decline": "book me a flight",
    "chat": "hello there",
}


def main() -> int:
    """Measure, print a Markdown table, and write it with the raw figures to var/bench/."""
    port = free_port()
    begun = time.perf_counter()
    server = subprocess.Popen([sys.executable, "-m", "bot"], env={**os.environ, "PORT": str(port)}, stdout=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_until_ready(base, server)
        ready = time.perf_counter() - begun
        memory = _memory_mb(server.pid)
        replies = _replies(base)
        after = _memory_mb(server.pid)
    finally:
        server.terminate()
        server.wait(timeout=30)
    figures = {"ready_s": ready, "memory_mb": memory, "memory_after_mb": after, "replies_ms": replies, "encoder_ms": _encoder_ms()}
    table = _table(figures)
    folder = Path(os.environ.get("TUTOR_VAR", "var")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "serving.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    (folder / "serving.md").write_text(table, encoding="utf-8")
    print(table)
    return 0


def _replies(base: str) -> Dict[str, List[float]]:
    """Milliseconds of each reply, by kind of message; the kinds take turns, each round is a new conversation."""
    times: Dict[str, List[float]] = {kind: [] for kind in MESSAGES}
    with httpx.Client(base_url=base, timeout=60) as client:
        for number in range(ROUNDS + 1):
            for kind, message in MESSAGES.items():
                begun = time.perf_counter()
                response = client.post("/webhooks/rest/webhook", json={"sender": f"bench-{number}", "message": message})
                elapsed = (time.perf_counter() - begun) * 1000
                assert response.status_code == 200, response.text
                assert len(response.json()) == 1, response.text
                if number:  # the first round warms up
                    times[kind].append(elapsed)
    return times


def _encoder_ms() -> float:
    """The bare sentence encoder on the same messages: the limit that no reply can be faster than."""
    from tutor.tutor import serving_encoder

    encoder = serving_encoder()
    times = []
    for message in list(MESSAGES.values()) * ROUNDS:
        begun = time.perf_counter()
        encoder.encode([message])
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _table(figures: Dict[str, object]) -> str:
    replies: Dict[str, List[float]] = figures["replies_ms"]  # type: ignore[assignment]
    rows = [
        "| what | figure |",
        "|---|---|",
        f"| start to ready | {figures['ready_s']:.1f} s |",
        f"| memory of the one process, ready | {figures['memory_mb']:.0f} MB |",
        f"| memory after {ROUNDS * len(MESSAGES)} messages | {figures['memory_after_mb']:.0f} MB |",
        f"| bare encoder pass, median | {figures['encoder_ms']:.1f} ms |",
    ]
    for kind, times in [*replies.items(), ("all", [t for each in replies.values() for t in each])]:
        p50, p95 = _percentiles(times)
        rows.append(f"| reply, {kind}: p50 / p95 | {p50:.0f} / {p95:.0f} ms |")
    return "\n".join(rows) + "\n"


def _percentiles(times: List[float]) -> Tuple[float, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94]


def _memory_mb(pid: int) -> float:
    """Resident memory as the kernel counts it."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not tell VmRSS")


def wait_until_ready(base: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; leave with a message if it ends instead."""
    for _ in range(1200):
        if server.poll() is not None:
            raise SystemExit("the tutor did not start; run `make run` to see why")
        try:
            if httpx.get(f"{base}/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("the tutor was not ready after two minutes")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
