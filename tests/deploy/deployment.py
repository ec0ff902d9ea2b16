"""What the tests of a deployment hold: its processes, and a student who talks to whichever worker."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence
from uuid import uuid4

import httpx
import psycopg2

from bench.processes import free_port
from bench.stores import Postgres, RedisServer
from bot.tokens import Tokens
from tests.serving import ROOT, Server, environment

SECRET = "s" * 40
WEB = "/webhooks/web"
PATIENCE = 90  # seconds


@dataclass
class Deployment:
    """Two workers: the first runs actions itself, the second asks an action server."""

    workers: Sequence[Server]
    postgres: Postgres
    redis: RedisServer
    folder: Path

    def lines(self, number: int) -> List[str]:
        """What a worker logged."""
        return self.workers[number].log().splitlines()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let every turn get as far as its answer being graded and kept, and no further."""
        db = psycopg2.connect(self.postgres.plain_url)
        try:
            db.cursor().execute("LOCK TABLE dialogues IN EXCLUSIVE MODE")
            yield
        finally:
            db.close()


@contextmanager
def action_server(log: Path, settings: Dict[str, str]) -> Iterator[str]:
    """Rasa's stock action server with our actions; the URL for TUTOR_ACTIONS."""
    port = free_port()
    words = [sys.executable, "-m", "rasa_sdk", "--actions", "bot.actions", "--port", str(port)]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(words, cwd=ROOT, env=environment(SANIC_HOST="127.0.0.1", **settings), stdout=out, stderr=out)
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        process.kill()
        process.wait()


class Student:
    """A learner of the web, who talks to whichever worker."""

    def __init__(self, deployed: Deployment) -> None:
        self.workers = deployed.workers
        self.http = httpx.Client(timeout=60)
        token = deployed.workers[0].http.post(f"{WEB}/token", json={}).json()["token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        self.id = Tokens(SECRET, 30).learner(token, datetime.now(timezone.utc))

    def send(self, worker: int, text: str, name: str = "") -> httpx.Response:
        """Send a message to a worker, under a new id or a given one."""
        body = {"message": text, "id": name or uuid4().hex}
        return self.http.post(f"{self.workers[worker].url}{WEB}/webhook", json=body, headers=self.headers)

    def say(self, worker: int, text: str, name: str = "") -> Dict[str, Any]:
        """What is replied: the custom part."""
        response = self.send(worker, text, name)
        assert response.status_code == 200, response.text
        return dict(response.json()["turn"]["replies"][0]["custom"])

    def quizzed(self, worker: int) -> None:
        """Begin a quiz, up to a question that "a" answers."""
        put = self.say(worker, "10 questions")
        while put["item"]["type"] not in ("multiple_choice", "select_all"):
            put = self.say(worker, "skip")

    def answers(self, worker: int = 0) -> List[Dict[str, Any]]:
        """The quiz answers that are kept."""
        kept = self.get("/export", worker)["answers"]
        return [one for one in kept if one["answered_at"] and not one["result"]["skipped"]]

    def until_kept(self, worker: int = 0) -> None:
        """Wait until an answer is kept."""
        end = time.monotonic() + PATIENCE
        while not self.answers(worker):
            assert time.monotonic() < end, "the answer was never graded"
            time.sleep(0.1)

    def until_answered(self, worker: int, text: str, name: str) -> Dict[str, Any]:
        """Send the same message again until it is answered, as the widget does."""
        end = time.monotonic() + PATIENCE
        while (response := self.send(worker, text, name)).status_code == 503 and time.monotonic() < end:
            time.sleep(0.5)
        assert response.status_code == 200, response.text
        return dict(response.json()["turn"]["replies"][0]["custom"])

    def said(self, worker: int = 0) -> List[str]:
        """The messages in the history, oldest first."""
        return [turn["said"] for turn in self.get("/history?limit=200", worker)["turns"]]

    def get(self, path: str, worker: int = 0) -> Any:
        """Something of one's own."""
        response = self.http.get(f"{self.workers[worker].url}{WEB}{path}", headers=self.headers)
        assert response.status_code == 200, response.text
        return response.json()
