"""Starts the real server as a process of its own, and talks to it as a channel would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple
from uuid import uuid4

import httpx

from bench.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 240  # seconds until a server that does not get ready is given up
FOREIGN = ("HOST", "PORT", "TF_CPP_MIN_LOG_LEVEL")  # the last one is set by jax, which pytest's own imports bring
WEBHOOK = "/webhooks/rest/webhook"


def environment(**more: str) -> Dict[str, str]:
    """The environment without the developer's own settings, so that the real course is served."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_") and name not in FOREIGN}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


@lru_cache(maxsize=1)
def make_ready() -> None:
    """Build index and bot where they are missing, once for all tests of a process."""
    for module, *words in (["tutor", "index"], ["bot.train"]):
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"python -m {module} failed: {done.stdout}{done.stderr}"


def own_var(folder: Path) -> Path:
    """A var/ of one's own that shares the exported encoder, which takes long to make, and nothing else."""
    made = folder / "var"
    made.mkdir()
    (made / "encoder").symlink_to(ROOT / "var" / "encoder")
    return made


def ready_var(folder: Path) -> Path:
    """A var/ of one's own, ready to serve: with encoder, index and quiz questions of the course, without learners or readings."""
    make_ready()
    made = own_var(folder)
    for part in ("index", "quiz"):
        (made / part).symlink_to(ROOT / "var" / part)
    return made


class Server:
    """A running server: `say` something, or use `http` for anything else."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process, self.url, self._log = process, url, log
        self.var: Path | None = None  # where it keeps its files, if that is a folder of the test's own
        self.http = httpx.Client(base_url=url, timeout=60)
        self.before_ready: List[Tuple[int, Any]] = []  # what /health said; status 0 is a refused connection
        self.said_too_early: httpx.Response | None = None

    def log(self) -> str:
        """What the server printed so far."""
        return self._log.read_text(encoding="utf-8")

    def post(self, body: Any) -> httpx.Response:
        """Send a body to the channel."""
        return self.http.post(WEBHOOK, json=body)

    def messages(self, text: str, sender: str) -> List[Dict[str, Any]]:
        """Every message that comes back."""
        response = self.post({"sender": sender, "message": text})
        assert response.status_code == 200, f"{text!r}: {response.status_code} {response.text}"
        return list(response.json())

    def say(self, text: str, sender: str | None = None) -> Dict[str, Any]:
        """Say something; the one message that comes back. Without a sender it is a new conversation."""
        replies = self.messages(text, sender or uuid4().hex)
        assert len(replies) == 1, f"{text!r}: {len(replies)} messages"
        return replies[0]

    def wait(self) -> None:
        """Wait until it is ready, noting what /health says meanwhile."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, f"the server ended by itself: {self.log()}"
            try:
                response = self.http.get("/health")
            except httpx.TransportError:
                self.before_ready.append((0, None))
            else:
                self.before_ready.append((response.status_code, response.json()["status"]))
                if response.status_code == 200:
                    return
                self.said_too_early = self.said_too_early or self.post({"sender": "early", "message": "hello"})
            time.sleep(0.2)
        raise AssertionError(f"the server was not ready within {PATIENCE} s: {self.log()}")

    def stop(self) -> Tuple[int, float]:
        """Stop it as Ctrl-C does; its exit status, and the seconds it took. Raises TimeoutExpired after ten."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=10), time.monotonic() - begun


@contextmanager
def serving(log: Path, **settings: str) -> Iterator[Server]:
    """A server that was started, not yet ready; it is gone afterwards, whatever happens."""
    port = free_port()
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot"],
            cwd=ROOT,
            env=environment(PORT=str(port), **settings),
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal is for pytest; we stop the server ourselves
        )
        server = Server(process, f"http://127.0.0.1:{port}", log)
        try:
            yield server
        finally:
            server.http.close()
            if process.poll() is None:
                process.kill()
                process.wait()
