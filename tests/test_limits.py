"""Rate limits over HTTP, and what the server says when it stops or its stores are away."""

from __future__ import annotations

import json
import logging
from typing import Callable, Dict, List

import httpx
import pytest

from bot.logs import watched
from bot.metrics import Metrics
from tests.toy_app import ELSEWHERE, HERE, Student, ToyServer
from tutor.tables import StorageError

Made = Callable[..., ToyServer]
REST = "/webhooks/rest/webhook"
DEAD = "redis://127.0.0.1:1/0"


def statuses(server: ToyServer, number: int, address: str = ELSEWHERE, **headers: str) -> List[int]:
    """What so many requests for a token get."""
    return [server.call("POST", "/webhooks/web/token", address, json={}, headers=headers).status_code for _ in range(number)]


# -- limits ------------------------------------------------------------------------------------------------------------


def test_learner(make_server: Made) -> None:
    """A learner who sends too much is told when to come again; another is not kept by that, nor is reading."""
    server = make_server(rate_learner=3)
    ada, bob = Student(server), Student(server)

    sent = [ada.send("What is bread?") for _ in range(4)]

    assert [one.status_code for one in sent] == [200, 200, 200, 429]
    assert 1 <= int(sent[-1].headers["retry-after"]) <= 20
    assert "try again in" in sent[-1].json()["error"]["message"]
    assert bob.send("What is bread?").status_code == 200
    assert ada.get("/history").status_code == 200
    assert len(server.agent.handled) == 4


def test_address(make_server: Made) -> None:
    """An address has a limit of its own, whoever asks from there; probes are free."""
    server = make_server(rate_address=3)

    assert statuses(server, 4) == [200, 200, 200, 429]
    assert statuses(server, 1, "192.0.2.8") == [200]
    assert server.call("GET", "/alive", ELSEWHERE).status_code == 200


def test_address_cannot_be_chosen(make_server: Made) -> None:
    """What a client writes into X-Forwarded-For counts for nothing without a proxy, and behind one only the proxy's own part."""
    bare, behind = make_server(rate_address=1), make_server(rate_address=1, proxies=1)

    for server in (bare, behind):
        assert statuses(server, 1, **{"X-Forwarded-For": "198.51.100.1, 203.0.113.5"}) == [200]
    assert statuses(bare, 1, **{"X-Forwarded-For": "198.51.100.2, 203.0.113.6"}) == [429]
    assert statuses(behind, 1, **{"X-Forwarded-For": "198.51.100.2, 203.0.113.5"}) == [429]
    assert statuses(behind, 1, **{"X-Forwarded-For": "198.51.100.1, 203.0.113.6"}) == [200]


def test_programs(make_server: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program on this machine speaks for many and has no limit; one from elsewhere has one for each sender."""
    token = "t" * 20
    monkeypatch.setenv("TUTOR_REST_TOKEN", token)
    server = make_server(rate_learner=1)

    def post(address: str, sender: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return server.call("POST", REST, address, json={"sender": sender, "message": "What is bread?"}, headers=headers).status_code

    assert [post(HERE, "ada") for _ in range(3)] == [200] * 3
    assert [post(ELSEWHERE, sender) for sender in ("ada", "ada", "bob")] == [200, 429, 200]


# -- what is away ------------------------------------------------------------------------------------------------------


def test_no_redis(make_server: Made) -> None:
    """Without Redis the server is not well, and says so; it lives."""
    server = make_server(redis=DEAD)

    health = server.call("GET", "/health")

    assert (health.status_code, health.json()["status"]) == (503, "failing")
    assert server.call("GET", "/alive").status_code == 200


@pytest.mark.parametrize("fault, word", [(StorageError("TUTOR_DATABASE: gone"), "reached"), (RuntimeError("no oven"), "answered")])
def test_rest_tells(make_server: Made, fault: Exception, word: str) -> None:
    """Over REST, too, whoever cannot be answered now is told so, and when to come again if that may help."""
    server = make_server()
    server.agent.fault = fault

    response = server.call("POST", REST, json={"sender": "ada", "message": "What is bread?"})

    assert response.status_code == (503 if isinstance(fault, StorageError) else 500)
    assert ("retry-after" in response.headers) == isinstance(fault, StorageError)
    assert word in response.json()["error"]["message"]
    assert "gone" not in response.text


def test_stopping(make_server: Made) -> None:
    """A server that stops takes nothing new, and says so to whoever asks how it is."""
    server = make_server()
    ada = Student(server)
    server.app.ctx.stopping = True

    response = ada.send("What is bread?")

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert server.call("GET", "/health").json()["status"] == "stopping"
    assert server.agent.handled == []


# -- what is told of it ------------------------------------------------------------------------------------------------


def watch(server: ToyServer) -> Metrics:
    """Have the toy agent watched as the real one is."""
    metrics: Metrics = server.app.ctx.metrics
    handle = watched(server.agent.handle_message, metrics, server.app.ctx.tokens.digest)
    server.agent.handle_message = handle  # type: ignore[method-assign]
    return metrics


def test_one_line(make_server: Made, caplog: pytest.LogCaptureFixture) -> None:
    """A message is one line: channel, kind, status, time and a digest; not the text, not the learner."""
    server = make_server()
    watch(server)
    ada = Student(server)
    caplog.set_level(logging.INFO, "tutor.messages")

    ada.send("Where is my sourdough?")
    ada.post("/webhook", {"id": "12345678"})

    said, refused = (vars(record) for record in caplog.records if record.name == "tutor.messages")
    assert (said["channel"], said["status"], said["learner"]) == ("web", 200, server.app.ctx.tokens.digest(ada.id))
    assert said["kind"]
    assert said["ms"] > 0
    assert (refused["status"], "kind" in refused) == (400, False)
    assert "sourdough" not in json.dumps([said, refused], default=str)
    assert ada.id not in json.dumps([said, refused], default=str)


def test_metrics(make_server: Made) -> None:
    """Kinds, errors, refusals and what is in flight are counted."""
    server = make_server(rate_learner=2)
    watch(server)
    ada = Student(server)
    ada.send("quiz me")
    server.agent.fault = RuntimeError("no oven")
    for _ in range(2):
        ada.send("a")

    told = told_by(server.call("GET", "/metrics"))

    assert told['tutor_replies_total{channel="web",kind="quiz_item"}'] == 1
    assert told['tutor_reply_seconds_count{kind="quiz_item"}'] == 1
    assert told['tutor_errors_total{error="RuntimeError"}'] == 1
    assert told['tutor_refused_total{limit="learner"}'] == 1
    assert told["tutor_messages_in_flight"] == 0


@pytest.mark.parametrize("given, status", [("", 401), ("m" * 19, 401), ("m" * 20, 200)])
def test_metrics_token(make_server: Made, given: str, status: int) -> None:
    """From elsewhere the metrics are read with their token alone."""
    headers = {"Authorization": f"Bearer {given}"} if given else {}

    assert make_server(metrics_token="m" * 20).call("GET", "/metrics", ELSEWHERE, headers=headers).status_code == status
    assert make_server().call("GET", "/metrics", ELSEWHERE, headers=headers).status_code == 403


def told_by(response: httpx.Response) -> Dict[str, float]:
    """The figures by their names."""
    lines = [line.rpartition(" ") for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}
