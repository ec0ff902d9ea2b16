"""The web channel through the really running server: its conversation outlasts a kill, and counts everything once."""

from __future__ import annotations

import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, List
from uuid import uuid4

import httpx
import pytest

from bot.tokens import Tokens
from tests.serving import Server, ready_var, serving
from tutor.learners import Learners
from tutor.settings import Settings

pytestmark = pytest.mark.rasa

WEB = "/webhooks/web"
COURSE = "multi-track-diplomacy"


class Visitor:
    """Somebody with a widget: a token, and messages under ids of their own."""

    def __init__(self, server: Server) -> None:
        self.http = server.http
        issued = self.http.post(f"{WEB}/token", json={}).json()
        self.headers = {"Authorization": f"Bearer {issued['token']}"}

    def send(self, text: str, name: str | None = None, **more: Any) -> httpx.Response:
        """Send a message, under a new id or a given one."""
        body = {"message": text, "id": name or uuid4().hex, **more}
        return self.http.post(f"{WEB}/webhook", json=body, headers=self.headers)

    def say(self, text: str, **more: Any) -> Dict[str, Any]:
        """What is replied to a message: the custom part."""
        response = self.send(text, **more)
        assert response.status_code == 200, response.text
        (reply,) = response.json()["turn"]["replies"]
        return dict(reply["custom"])

    def get(self, path: str) -> Any:
        """Something of one's own."""
        return self.http.get(WEB + path, headers=self.headers).json()

    def post(self, path: str, **body: Any) -> httpx.Response:
        """Have something done."""
        return self.http.post(WEB + path, json=body, headers=self.headers)


@pytest.fixture
def visitor(server: Server) -> Visitor:
    """A new student."""
    return Visitor(server)


def test_conversation(visitor: Visitor) -> None:
    """A question, a follow-up, a comparison: the conversation goes on from turn to turn, and is all in the history."""
    first = visitor.say("what is track 1.5?")
    then = visitor.say("and its weaknesses?")
    table = visitor.say("compare it with track 2")

    assert [c["kind"] for c in (first, then, table)] == ["answer"] * 3
    assert table["table"]["columns"] == ["Track 1.5", "Track 2"]
    turns = visitor.get("/history")["turns"]
    assert [t["said"] for t in turns] == ["what is track 1.5?", "and its weaknesses?", "compare it with track 2"]
    assert [t["replies"][0]["custom"] for t in turns] == [first, then, table]


def test_quiz_counts_once(visitor: Visitor) -> None:
    """An answer that is sent five times at once, as after a lost connection, counts once and has one feedback."""
    put = visitor.say("quiz me on track 2, 3 questions")
    choice = put["item"]["options"][0]["id"] if put["item"]["options"] else "it rests on trust"

    with ThreadPoolExecutor(5) as pool:
        sent = list(pool.map(lambda _: visitor.send(choice, "the-same-message"), range(5)))

    assert {response.text for response in sent} == {sent[0].text}
    seen = visitor.get("/progress")
    assert (seen["totals"]["asked"], len(visitor.get("/history")["turns"])) == (1, 2)


def test_share_and_report(visitor: Visitor, server: Server) -> None:
    """An answer is shared under an address that everybody can read, and reported to the instructor."""
    visitor.say("compare track 1.5 and track 2")
    number = visitor.get("/history")["turns"][0]["number"]

    path = visitor.post("/share", turn=number).json()["path"]
    reported = visitor.post("/report", turn=number, note="unclear")

    shared = server.http.get(f"/api{path}").json()
    assert (shared["question"], shared["same"], reported.status_code) == ("compare track 1.5 and track 2", True, 201)
    assert shared["reply"]["custom"]["table"]["rows"]


def test_students_are_apart(visitor: Visitor, server: Server) -> None:
    """Twenty students at once each get the answer to their own question, and see nothing of the others."""
    others = [Visitor(server) for _ in range(20)]

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda item: item[1].say(f"What is Track {1 + item[0] % 2}?"), enumerate(others)))

    for n, other in enumerate(others):
        (turn,) = other.get("/history")["turns"]
        assert turn["said"] == f"What is Track {1 + n % 2}?"
        assert f"Track {1 + n % 2}" in turn["replies"][0]["text"]
    assert visitor.get("/history")["turns"] == []


def test_forgotten(visitor: Visitor) -> None:
    """Once forgotten, a student is new: no records, no history, and nothing to follow up on."""
    visitor.say("What are the strengths of Track 2?")
    visitor.say("quiz me")

    assert visitor.post("/forget").json() == {"forgotten": True}

    assert visitor.get("/history")["turns"] == []
    assert visitor.get("/export")["sessions"] == []
    assert visitor.say("and its weaknesses?")["kind"] == "clarify"


def test_forgotten_in_words(visitor: Visitor) -> None:
    """Asked for in words, and confirmed, it is the same; the confirmation is not kept either."""
    visitor.say("quiz me")
    visitor.say("delete everything you know about me")

    last = visitor.say("Yes, delete everything about me")

    assert last["forgotten"] is True
    assert visitor.get("/export")["conversations"] == []


@pytest.mark.parametrize("size, status", [(70_000, 413), (60_000, 413)])
def test_large_body(visitor: Visitor, size: int, status: int) -> None:
    """A body that is too large, or a message that is, is refused, and the server goes on."""
    response = visitor.send("x" * size)

    assert response.status_code == status
    assert visitor.say("hello")["kind"] == "chat"


def test_slash_commands(visitor: Visitor) -> None:
    """A student cannot force an intent: what looks like a command is read as text."""
    visitor.say("quiz me")

    said = visitor.say('/quiz_answer{"concept": "track-1"}')

    assert said["kind"] in ("clarify", "decline", "feedback", "quiz_item", "answer", "chat")
    assert visitor.get("/progress")["totals"]["sessions"] == 1


# -- a server of one's own -----------------------------------------------------------------------------------------------


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """What is generated, for a server that is killed."""
    yield ready_var(tmp_path)


def test_killed(var: Path, tmp_path: Path) -> None:
    """After a kill the token, the history and the open question are there, nothing is answered twice, and old turns are dropped."""
    with serving(tmp_path / "first.txt", TUTOR_VAR=str(var)) as first:
        first.wait()
        student = Visitor(first)
        put = student.send("quiz me on track 2", "the-first-message").json()
        student.send("What is Track 1?", "the-second-message")
        before = student.get("/history")
        secret = (var / "secret").read_text()
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
    assert len(before["turns"]) == 2
    _age(var, "the-second-message", days=91)

    with serving(tmp_path / "second.txt", TUTOR_VAR=str(var)) as second:
        second.wait()
        student.http = second.http
        again = student.send("quiz me on track 2", "the-first-message").json()
        (kept,) = student.get("/history")["turns"]
        resumed = student.say("resume")
        assert second.stop()[0] == 0
        assert "ERROR" not in second.log()
    assert (again, kept["id"]) == (put, "the-first-message")
    assert resumed["item"]["id"] == put["turn"]["replies"][0]["custom"]["item"]["id"]
    assert (var / "secret").read_text() == secret


def _age(var: Path, message: str, days: int) -> None:
    """Make a turn look as if it were some days old."""
    with sqlite3.connect(var / "learners" / f"{COURSE}.sqlite3") as db:
        then = (datetime.now(timezone.utc) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")
        assert db.execute("UPDATE talks SET at = ? WHERE message_id = ?", (then, message)).rowcount == 1
    db.close()


def test_linked(visitor: Visitor, server: Server) -> None:
    """With a code from another channel, a student has the records of both, in the running server."""
    var = Path(next(line for line in _environment(server) if line.startswith("TUTOR_VAR=")).partition("=")[2])
    visitor.say("quiz me")
    records = Learners(Settings(var=var).database_url(COURSE))
    now = datetime.now(timezone.utc)
    code = records.links.new_code("slack.T.U", now)

    assert visitor.post("/link", code=code).json() == {"linked": True}
    assert visitor.post("/link", code=code).status_code == 400
    assert visitor.get("/progress")["linked"] is True
    assert records.totals("slack.T.U").sessions == 1
    assert visitor.say("resume")["item"]["number"] == 1

    token = visitor.headers["Authorization"].partition(" ")[2]
    assert records.links.account(Tokens.of(Settings(var=var)).learner(token, now)) == "slack.T.U"
    records.close()


def _environment(server: Server) -> List[str]:
    """The environment of the server's process."""
    return Path(f"/proc/{server.process.pid}/environ").read_text().split("\0")
