"""Threat: a page lets its own name lead to this machine, so that the browser takes the tutor for that page's server."""

from __future__ import annotations

import pytest

from tests.security.conftest import MakeServer
from tests.toy_app import ELSEWHERE, HERE, ToyServer

REST, EVIL = "/webhooks/rest/webhook", "rebound.example"
ASKED = {"sender": "ada", "message": "What is Type 1?"}


@pytest.mark.parametrize("method, path", [("POST", REST), ("POST", "/webhooks/web/token"), ("GET", "/"), ("GET", "/metrics")])
@pytest.mark.parametrize("host", [EVIL, f"{EVIL}:5005", f"{EVIL}.", "localhost.rebound.example", "127.0.0.1.rebound.example"])
def test_foreign_name(make_server: MakeServer, method: str, path: str, host: str) -> None:
    """By a name that is not ours nothing is answered on a tutor for this machine, and the error names the remedy."""
    response = make_server(hosts="").call(method, path, headers={"Host": host}, json={} if method == "POST" else None)

    assert response.status_code == 421
    assert response.json()["error"]["field"] == "Host"
    assert "TUTOR_HOSTS" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "forged", [{"Origin": f"http://{EVIL}"}, {"X-Forwarded-Host": "localhost"}, {"X-Forwarded-For": "1.2.3.4"}]
)
def test_forged_headers(make_server: MakeServer, forged: dict[str, str]) -> None:
    """What else such a page can send does not help it."""
    response = make_server(hosts="").call("POST", REST, headers={"Host": EVIL, **forged}, json=ASKED)

    assert response.status_code == 421


@pytest.mark.parametrize(
    "host", ["localhost:5005", "LOCALHOST", "127.0.0.1:5005", "[::1]:5005", "192.0.2.1", "[2001:db8::1]:80", ""]
)
def test_own_name(make_server: MakeServer, host: str) -> None:
    """Localhost and addresses, which no name server can lead elsewhere, need no setting."""
    assert make_server(hosts="").call("GET", "/api/course", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost, rebound.example", "[::1", "localhost:5005@rebound.example", "[rebound.example]"])
def test_strange_name(make_server: MakeServer, host: str) -> None:
    """Half an address and two names at once are refused."""
    assert make_server(hosts="").call("GET", "/api/course", headers={"Host": host}).status_code == 421


def test_named(make_server: MakeServer) -> None:
    """A tutor with a name of its own answers to it, whoever asks, and to no other."""
    server = make_server(hosts="tutor.example.org, Tutor.Example.Com")

    def asked(host: str, address: str) -> int:
        return int(server.call("GET", "/api/course", address=address, headers={"Host": host}).status_code)

    assert [asked(host, ELSEWHERE) for host in ("tutor.example.org:8080", "TUTOR.example.com", EVIL)] == [200, 200, 421]
    assert [asked(host, HERE) for host in ("tutor.example.org", "tutor.example.com", EVIL)] == [200, 200, 421]


def test_any_name(make_server: MakeServer) -> None:
    """Somebody who knows what it means can let in every name."""
    assert make_server(hosts="*").call("GET", "/api/course", headers={"Host": EVIL}).status_code == 200


def test_served_to_others(make_server: MakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """On an address that others reach any name will do for them, but this machine's own browser is protected as before."""
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104 - a setting, nothing is bound
    server = make_server(hosts="")

    def asked(host: str, address: str) -> int:
        return int(server.call("GET", "/api/course", address=address, headers={"Host": host}).status_code)

    assert [asked(EVIL, address) for address in (ELSEWHERE, HERE)] == [200, 421]


@pytest.mark.parametrize("name", ["http://tutor.example", "tutor.example:80", "a b", "x" * 254, "[::1]"])
def test_setting(make_server: MakeServer, name: str) -> None:
    """A name with more than a name in it is told."""
    with pytest.raises(ValueError, match="write it without scheme and port"):
        make_server(hosts=name)


def test_toy(toy: ToyServer) -> None:
    """The server of the other tests is one with a name."""
    assert toy.call("GET", "/api/course").status_code == 200
