"""Which pages, and which machines, may use the tutor."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest

from tests.toy_app import ELSEWHERE, HERE, Student, ToyServer

FOREIGN, FRIEND = "https://evil.example", "https://course.example.org"
FIRST = "/webhooks/web/token"
REST = "/webhooks/rest/webhook"
KEY = "sixteen-signs-or-more"
Made = Callable[..., ToyServer]


def preflight(server: ToyServer, origin: str, path: str = FIRST) -> Any:
    """What a browser asks before it lets a page post."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    return server.call("OPTIONS", path, headers=asked)


def cors(response: Any) -> Dict[str, str]:
    """The headers that let a page of another site in."""
    return {name: value for name, value in response.headers.items() if name.startswith("access-control")}


# -- pages of other sites ------------------------------------------------------------------------------------------------


def test_foreign_page(make_server: Made) -> None:
    """A page of another site may post nothing, and its browser lets it read nothing."""
    server = make_server()
    ada = Student(server)

    posted = server.call("POST", FIRST, headers={"Origin": FOREIGN}, json={})
    written = server.call(
        "POST", "/webhooks/web/webhook", headers={**ada, "Origin": FOREIGN}, json={"message": "hi", "id": "12345678"}
    )
    read = server.call("GET", "/api/course", headers={"Origin": FOREIGN})
    asked = preflight(server, FOREIGN)

    assert (posted.status_code, posted.json()["error"]["field"]) == (403, "Origin")
    assert (written.status_code, server.agent.handled) == (403, [])
    assert (read.status_code, asked.status_code) == (200, 403)
    assert [cors(r) for r in (posted, written, read, asked)] == [{}] * 4


@pytest.mark.parametrize("origins", [FRIEND, f"https://a.example, {FRIEND.upper()}", "*"])
def test_allowed_page(make_server: Made, origins: str) -> None:
    """A page of a site in TUTOR_ORIGINS may do all that our own may."""
    server = make_server(origins=origins)

    asked = preflight(server, FRIEND)
    posted = server.call("POST", FIRST, headers={"Origin": FRIEND}, json={})
    failed = server.call("GET", "/webhooks/web/history", headers={"Origin": FRIEND})

    assert asked.status_code == 204
    assert asked.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    assert (posted.status_code, failed.status_code) == (200, 401)
    expected = ("*", None) if origins == "*" else (FRIEND, "Origin")
    assert [(r.headers["access-control-allow-origin"], r.headers.get("vary")) for r in (posted, failed)] == [expected] * 2
    assert "access-control-allow-credentials" not in posted.headers


@pytest.mark.parametrize(
    "origin",
    [
        FOREIGN,
        "http://course.example.org",
        "https://course.example.org.evil.example",
        f"{FRIEND}:8443",
        "null",
        "",
        "x:y:z",
        "http://[",
    ],
)
def test_only_those(make_server: Made, origin: str) -> None:
    """Scheme, host and port must be just those that are allowed."""
    server = make_server(origins=FRIEND)

    assert cors(server.call("POST", FIRST, headers={"Origin": origin}, json={})) == {}


@pytest.mark.parametrize(
    "origin, host, status",
    [
        ("http://tutor.example", "tutor.example", 200),
        ("https://tutor.example", "tutor.example", 200),  # behind a proxy that speaks TLS
        ("http://localhost:5005", "localhost:5005", 200),
        ("http://[::1]:5005", "[::1]:5005", 200),
        ("http://tutor.example:80", "tutor.example", 200),
        ("http://localhost:5006", "localhost:5005", 403),
        ("http://tutor.example.evil", "tutor.example", 403),
        ("http://tutor.example:x", "tutor.example", 403),
        ("null", "tutor.example", 403),
        ("file://", "tutor.example", 403),
    ],
)
def test_own_page(make_server: Made, origin: str, host: str, status: int) -> None:
    """Our own page is the one of the host that is asked."""
    assert make_server().call("POST", FIRST, headers={"Origin": origin, "Host": host}, json={}).status_code == status


def test_rest_is_for_programs(make_server: Made) -> None:
    """No setting opens the REST channel or the figures to pages of other sites."""
    server = make_server(origins="*", rest_token=KEY)

    posted = server.call("POST", REST, headers={"Origin": FRIEND}, json={"sender": "ada", "message": "hi"})
    figures = server.call("GET", "/metrics", headers={"Origin": FRIEND})

    assert (posted.status_code, preflight(server, FRIEND, REST).status_code) == (403, 403)
    assert [cors(r) for r in (posted, figures)] == [{}] * 2


# -- other machines ------------------------------------------------------------------------------------------------------


def say(server: ToyServer, address: str, **headers: Any) -> Any:
    """Say hello over REST from an address: the status, and which field was wrong."""
    response = server.call("POST", REST, address, json={"sender": "ada", "message": "What is Type 1?"}, headers=headers)
    return response.status_code, response.json()["error"]["field"] if response.status_code != 200 else None


@pytest.mark.parametrize("address", [HERE, "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine(make_server: Made, address: str) -> None:
    """Programs on this machine need no token."""
    assert say(make_server(), address) == (200, None)


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": HERE}, {"Forwarded": "for=127.0.0.1"}, {"X-Real-IP": HERE}], ids=str)
def test_behind_a_proxy(make_server: Made, headers: Dict[str, str]) -> None:
    """What a proxy on this machine hands on comes from elsewhere, whatever it says."""
    assert say(make_server(), HERE, **headers) == (403, "address")


@pytest.mark.parametrize("address", [ELSEWHERE, "::ffff:192.0.2.7", "2001:db8::1", "", "nowhere"])
def test_another_machine(make_server: Made, address: str) -> None:
    """Without a token the REST channel is closed to other machines."""
    assert say(make_server(), address) == (403, "address")


@pytest.mark.parametrize(
    "header, expected",
    [
        ({"Authorization": f"Bearer {KEY}"}, (200, None)),
        ({"Authorization": f"bearer {KEY}"}, (200, None)),
        ({"Authorization": f"Bearer {KEY}x"}, (401, "token")),
        ({"Authorization": f"Basic {KEY}"}, (401, "token")),
        ({"Authorization": "Bearer "}, (401, "token")),
        ({"Authorization": b"Bearer \xfc\xff"}, (401, "token")),
        ({}, (401, "token")),
    ],
    ids=str,
)
def test_rest_token(make_server: Made, monkeypatch: pytest.MonkeyPatch, header: Dict[str, Any], expected: Any) -> None:
    """With TUTOR_REST_TOKEN other machines get in that have it; this machine needs none."""
    monkeypatch.setenv("TUTOR_REST_TOKEN", KEY)
    server = make_server()

    assert say(server, ELSEWHERE, **header) == expected
    assert say(server, HERE) == (200, None)


def test_learners_of_other_channels(make_server: Made) -> None:
    """Over REST nobody goes on with a conversation of the web or of Slack."""
    server = make_server()
    for sender in ("web." + "a" * 32, "slack.T.U", "web."):
        response = server.call("POST", REST, json={"sender": sender, "message": "forget me"})

        assert (response.status_code, response.json()["error"]["field"]) == (400, "sender")
    assert server.agent.handled == []


def test_forgotten_over_rest(make_server: Made) -> None:
    """Over REST, too, forgetting reaches what Rasa remembers."""
    server = make_server()
    server.call("POST", REST, json={"sender": "ada", "message": "quiz me"})
    assert list(server.agent.tracker_store.store) == ["ada"]

    server.call("POST", REST, json={"sender": "ada", "message": "forget me"})

    assert list(server.agent.tracker_store.store) == []
