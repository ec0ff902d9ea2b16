"""The server as a process: the page, passages, health, metrics, and how it starts and stops."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.serving import ROOT, Server, environment, serving

pytestmark = pytest.mark.rasa


def run(**settings: str) -> subprocess.CompletedProcess[str]:
    """Run a server that cannot start."""
    return subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# -- starting ------------------------------------------------------------------------------------------------------


def test_health_before_ready(server: Server) -> None:
    """Until it can answer, the server refuses connections or says 503 and "starting"; then 200 and "ready"."""
    assert set(server.before_ready[:-1]) <= {(0, None), (503, "starting")}
    assert server.before_ready[-1] == (200, "ready")


def test_message_before_ready(server: Server) -> None:
    """A message that comes too early is asked to come again."""
    early = server.said_too_early
    if early is None:
        pytest.skip("the server was ready as soon as it listened")

    assert early.status_code == 503
    assert early.headers["retry-after"] == "5"
    assert "starting" in early.json()["error"]["message"]


def test_announced(server: Server) -> None:
    """When it is ready it says where, and the libraries below say nothing."""
    assert server.log().splitlines()[0] == "loading Rasa (a quarter of a minute or so) ..."
    assert server.url.replace("127.0.0.1", "localhost") in server.log()
    assert [line for line in server.log().splitlines() if "Warning" in line or "tensorflow" in line] == []


@pytest.mark.parametrize("port", ["many", "0", "65536", "-1", "80 80", ""])
def test_wrong_port(port: str) -> None:
    """A port that is no port is told in one line, at once."""
    done = run(PORT=port)

    assert done.returncode == 1
    assert done.stderr == f"PORT has value '{port}'; it must be a number from 1 to 65535\n"


def test_taken_port() -> None:
    """A port that is taken is told in one line, before anything is loaded."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(PORT=str(port))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"cannot listen on 127.0.0.1 port {port} (")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "settings, line",
    [
        ({"TUTOR_MAX_MESSAGE": "many"}, "TUTOR_MAX_MESSAGE: "),
        ({"TUTOR_COURSE": "no-such-course"}, "no-such-course"),
        ({"TUTOR_VAR": "/nowhere"}, "run: python -m tutor index"),
    ],
    ids=["setting", "course", "index"],
)
def test_cannot_start(settings: Any, line: str) -> None:
    """What keeps it from starting is told in one line, before Rasa is loaded."""
    done = run(PORT="5999", **settings)

    assert (done.returncode, done.stdout) == (1, "")
    assert line in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_model(tmp_path: Path) -> None:
    """Without the trained bot one line names the command that makes it."""
    done = run(PORT="5999", TUTOR_MODELS=str(tmp_path))

    assert done.returncode == 1
    assert done.stderr.endswith("is missing; run: python -m bot.train\n")
    assert done.stderr.count("\n") == 1


def test_interrupted_start(tmp_path: Path) -> None:
    """Ctrl-C while it loads ends it within ten seconds, without a traceback."""
    with serving(tmp_path / "log.txt") as starting:
        end = time.monotonic() + 30
        while "loading" not in starting.log() and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(1)
        starting.process.send_signal(signal.SIGINT)

        status = starting.process.wait(timeout=10)

        assert status in (0, 130), starting.log()
        assert "Traceback" not in starting.log()


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, mime, content",
    [
        ("/", "text/html", "<title>"),
        ("/study.css", "text/css", "{"),
        ("/study.js", "text/javascript", "track-tutor"),
        ("/widget.js", "text/javascript", "fetch("),
        ("/strings.js", "text/javascript", "en: {"),
    ],
)
def test_page(server: Server, path: str, mime: str, content: str) -> None:
    """The page and its parts come with their type; the page may load nothing from elsewhere."""
    response = server.http.get(path)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{mime}; charset=utf-8"
    assert path != "/" or response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert content in response.text


def test_no_icon(server: Server) -> None:
    """The icon that browsers ask for is empty, not an error."""
    assert (server.http.get("/favicon.ico").status_code, server.http.get("/favicon.ico").content) == (204, b"")


def test_health(server: Server) -> None:
    """Health names the course and its version, and what to begin with."""
    health = server.http.get("/health").json()

    assert health["status"] == "ready"
    assert health["course"]["id"] == "multi-track-diplomacy"
    assert sorted(health["course"]) == ["id", "title", "version"]
    assert all(isinstance(question, str) for question in health["start_with"])


# -- passages ------------------------------------------------------------------------------------------------------


def test_passage(server: Server) -> None:
    """A cited passage can be fetched with its source, and is what the citation said."""
    citation = server.say("What is Track 2?")["custom"]["citations"][0]

    passage = server.http.get(f"/api/passages/{citation['passage']}").json()

    assert (passage["id"], passage["text"], passage["locator"]) == (citation["passage"], citation["text"], citation["locator"])
    assert {key: passage["source"][key] for key in ("title", "author", "year", "url")} == {
        key: citation[key] for key in ("title", "author", "year", "url")
    }
    assert passage["source"]["id"] == citation["source"]


@pytest.mark.parametrize(
    "passage", ["nobody.nothing", "%2e%2e%2fREADME.md", "..%2F..%2Fetc%2Fpasswd", "a%00b", "x" * 5000, "%F0%9F%8D%9E", "'--"]
)
def test_no_passage(server: Server, passage: str) -> None:
    """An id that no passage has is answered with 404 and JSON."""
    response = server.http.get(f"/api/passages/{passage}")

    assert response.status_code == 404
    assert response.json()["error"]["message"]
    assert len(response.text) < 500


def test_no_passage_names_the_field(server: Server) -> None:
    """The answer to a wrong id names it."""
    error = server.http.get("/api/passages/nobody.nothing").json()["error"]

    assert error == {"field": "passage id", "message": "the course has no passage 'nobody.nothing'"}


# -- the rest ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/no-such-page", 404),
        ("GET", "/../config.yml", 404),
        ("GET", "/%2e%2e/config.yml", 404),
        ("POST", "/health", 405),
        ("GET", "/webhooks/rest/webhook", 405),
        ("DELETE", "/webhooks/rest/webhook", 405),
        ("GET", "/conversations/ada/tracker", 404),
        ("GET", "/domain", 404),
        ("POST", "/model/train", 404),
    ],
)
def test_wrong_address(server: Server, method: str, path: str, status: int) -> None:
    """A wrong address or method is answered with its status and JSON; Rasa's own API is not open."""
    response = server.http.request(method, path)

    assert response.status_code == status
    assert response.json()["error"]["message"]
    assert "Traceback" not in response.text


def test_metrics(server: Server) -> None:
    """Each message is counted, with its status and its time, in Prometheus' format."""

    def count(status: int) -> float:
        lines = server.http.get("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(f'tutor_requests_total{{status="{status}"}}'))

    good, bad = count(200), count(400)

    server.say("hello")
    server.post({"sender": "ada"})

    assert (count(200), count(400)) == (good + 1, bad + 1)
    assert server.http.get("/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "tutor_request_seconds_count" in server.http.get("/metrics").text


def test_at_the_same_time(server: Server) -> None:
    """Ten students at once each get the answer to their own question."""
    numbers = [str(2 + n % 2) for n in range(10)]

    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda item: server.say(f"What is Track {item[1]}?", f"at-once-{item[0]}"), enumerate(numbers)))

    assert [r["recipient_id"] for r in replies] == [f"at-once-{n}" for n in range(10)]
    assert [f"Track {n}" in r["custom"]["sentences"][0]["text"] for n, r in zip(numbers, replies, strict=True)] == [True] * 10


def test_same_student_twice_at_once(server: Server) -> None:
    """Two messages of one student at once are both answered."""
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda text: server.say(text, "twice"), ["What is Track 1?", "What is Track 2?"]))

    assert [r["custom"]["kind"] for r in replies] == ["answer", "answer"]


def test_conversations_are_apart(server: Server) -> None:
    """What one student spoke of is unknown in another's conversation."""
    server.say("What are the strengths of Track 2?", "first-student")

    reply = server.say("and its weaknesses?", "second-student")

    assert reply["custom"]["kind"] == "clarify"
