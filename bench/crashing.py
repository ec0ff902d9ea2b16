"""`python -m bench.crashing [TIMES]`: kill the server at random moments of a quiz, and count what was lost or doubled.

Each round starts `python -m bot` on the same records, goes on with the quiz, and kills the whole process group (SIGKILL) at a
random moment: between two messages, or while one is on its way. An answer whose feedback was received must be there afterwards; one
whose feedback was not received may be there, and counts once.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

import httpx

from bench.processes import free_port, is_ready, wait_until

TIMES = 50
LEARNER = "crash"


def main(times: int = TIMES) -> int:
    """Kill so many times; 1 if anything was lost or counted twice."""
    rng = random.Random(1)
    told: Set[Tuple[int, str]] = set()
    with tempfile.TemporaryDirectory() as scratch:
        url = f"sqlite:///{scratch}/learners.sqlite3"
        for round_ in range(times):
            told |= _round(url, rng)
            lost, doubled = _faults(Path(scratch) / "learners.sqlite3", told)
            print(f"{round_ + 1}: {len(told)} answers told, {len(lost)} lost, {doubled} counted twice", flush=True)
            if lost or doubled:
                return 1
    return 0


def _round(url: str, rng: random.Random) -> Set[Tuple[int, str]]:
    """One life of the server; the answers that got their feedback, as (number in the session, item)."""
    port = free_port()
    settings = {**os.environ, "PORT": str(port), "TUTOR_DATABASE": url, "TUTOR_LOG_LEVEL": "warning"}
    server = subprocess.Popen([sys.executable, "-m", "bot"], env=settings, stdout=subprocess.DEVNULL, start_new_session=True)
    told: Set[Tuple[int, str]] = set()
    try:
        wait_until(lambda: is_ready(f"http://127.0.0.1:{port}"), [server])
        killer = threading.Timer(rng.uniform(0.05, 1.0), os.killpg, (server.pid, signal.SIGKILL))
        killer.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client, suppress(httpx.TransportError):
            _learn(client, rng, told)
        killer.join()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    return told


def _learn(client: httpx.Client, rng: random.Random, told: Set[Tuple[int, str]]) -> None:
    """Go on with the quiz, whatever its state, until the server is gone."""
    reply = _say(client, "next question")
    while True:
        if reply["kind"] == "feedback":
            told.add((reply["number"], reply["item_id"]))
            reply = _say(client, "next question")
        elif reply["kind"] == "quiz_item":
            reply = _say(client, _guess(reply["item"], rng))
        else:
            reply = _say(client, "quiz me with 50 questions")


def _guess(item: Dict[str, Any], rng: random.Random) -> str:
    """Any answer of the right shape."""
    if item["prompts"]:
        return " ".join(f"{p['id']}{rng.choice(item['options'])['id']}" for p in item["prompts"])
    return str(rng.choice(item["options"])["id"]) if item["options"] else "it lets both sides talk in private"


def _say(client: httpx.Client, text: str) -> Dict[str, Any]:
    time.sleep(0.01)
    answer = client.post("/webhooks/rest/webhook", json={"sender": LEARNER, "message": text})
    return dict(answer.json()[0]["custom"])


def _faults(records: Path, told: Set[Tuple[int, str]]) -> Tuple[List[Tuple[int, str]], int]:
    """The answers that are not in the records, and how many reviews stand there twice for one question."""
    db = sqlite3.connect(records)
    kept = set(db.execute("select number, item_id from turns where answered_at is not null").fetchall())
    twice: Optional[Tuple[int]] = db.execute(
        "select count(*) from (select 1 from reviews group by session, number, claim having count(*) > 1)"
    ).fetchone()
    db.close()
    return sorted(told - kept), twice[0] if twice else 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:2])))
