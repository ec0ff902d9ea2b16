"""Processes that are measured: ports, memory, waiting until they answer, and an end to them."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path
from typing import Callable, Sequence

import httpx

PATIENCE = 240  # seconds
STEP = 0.1  # seconds between two looks


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory_mb(pid: int) -> float:
    """Resident memory of a process as the kernel counts it."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not tell VmRSS")


def is_ready(base: str) -> bool:
    """Whether the tutor at an address answers messages."""
    try:
        return httpx.get(f"{base}/health", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def wait_until(answers: Callable[[], bool], processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Wait until something answers; leave with a message if one of its processes ends instead."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if any(process.poll() is not None for process in processes):
            raise SystemExit("a server did not start; its log in var/bench says why")
        if answers():
            return
        time.sleep(STEP)
    raise SystemExit(f"a server was not ready after {PATIENCE} seconds; its log in var/bench says why")


def stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End processes, kindly first."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
