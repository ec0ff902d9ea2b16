"""Threat: bodies that are too large, nested too deep, or never end."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import Iterator

import pytest

from tests.serving import ROOT, environment, free_port
from tests.toy_app import Student, ToyServer

JSON = {"Content-Type": "application/json"}
REST = "/webhooks/rest/webhook"
POSTS = (REST, *(f"/webhooks/web/{name}" for name in ("token", "webhook", "report", "share", "link")))


def nested(opening: str, closing: str, depth: int) -> bytes:
    """Brackets in brackets, as the value of a message."""
    return f'{{"message": {opening * depth}1{closing * depth}}}'.encode()


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body",
    [
        nested("[", "]", 20),
        nested("[", "]", 15_000),
        nested('{"a":', "}", 10_000),
        b"[" * 60_000,
        b'{"message":' * 5_000,
        b'"' + b"\\" * 50_001,
        b'{"message": ' + b"9" * 60_000 + b"}",
        b'{"message": 1e999999, "turn": 1e999999, "id": NaN}',
        b'{"message": "\\ud800", "id": "\\ud800\\udfff"}',
        b"\xff\xfe\x00",
        b'{"message": "hi", "message": {}}',
    ],
    ids=[
        "nested",
        "deep-list",
        "deep-object",
        "never-closed",
        "cut-off",
        "backslashes",
        "digits",
        "infinite",
        "half",
        "bytes",
        "twice",
    ],
)
def test_nested(toy: ToyServer, path: str, body: bytes) -> None:
    """Whatever a body is, the answer is one of JSON that names a field, and no error of the server."""
    response = toy.call("POST", path, content=body, headers={**Student(toy), **JSON})

    assert response.status_code in (400, 413, 200)
    assert path.endswith("token") or response.status_code != 200
    assert response.headers["content-type"] == "application/json"


def test_deep_query(toy: ToyServer) -> None:
    """A long query changes nothing but its own answer."""
    ada = Student(toy)

    assert ada.get(f"/history?limit={'9' * 5000}").status_code == 400
    assert ada.get("/history?" + "&".join(f"limit={n}" for n in range(1, 1000))).status_code in (200, 400)


# -- over a real socket ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """Where a server of its own process listens, with patience of two seconds."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.security.slow_server", str(port)], cwd=ROOT, env=environment()
    )
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield "127.0.0.1", port
    process.kill()
    process.wait()


def until_closed(connection: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    received = b""
    connection.settimeout(20)
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return received
        if not piece:
            return received
        received += piece


def test_declared_too_large(address: tuple[str, int]) -> None:
    """A body that is announced as too large is refused before it is sent."""
    with socket.create_connection(address) as connection:
        connection.sendall(f"POST {REST} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000\r\n\r\n".encode())

        assert b" 413 " in until_closed(connection).split(b"\r\n")[0]


def test_chunks_without_end(address: tuple[str, int]) -> None:
    """A body in pieces, of which nobody says how many come, is refused when they are too many."""
    with socket.create_connection(address) as connection:
        connection.sendall(f"POST {REST} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        with suppress(OSError):
            for _ in range(200):
                connection.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")

        assert until_closed(connection)[:12] in (b"HTTP/1.1 413", b"")  # it may have hung up before it could be read


@pytest.mark.parametrize(
    "sent", [b"POST / HT", b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{"]
)
def test_slow_client(address: tuple[str, int], sent: bytes) -> None:
    """Somebody who begins a request and does not go on is hung up on; others are answered meanwhile."""
    slow = [socket.create_connection(address) for _ in range(50)]
    for connection in slow:
        connection.sendall(sent)

    with socket.create_connection(address) as quick:
        quick.sendall(b"GET /api/course HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert b" 200 " in until_closed(quick).split(b"\r\n")[0]
    ends = [until_closed(connection) for connection in slow]

    assert {end.split(b"\r\n")[0] for end in ends} <= {b"", b"HTTP/1.1 408 Request Timeout", b"HTTP/1.1 503 Service Unavailable"}


def test_headers_without_end(address: tuple[str, int]) -> None:
    """Headers that never end are refused."""
    with socket.create_connection(address) as connection:
        with suppress(OSError):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-More: x\r\n" * 20_000)

        assert until_closed(connection)[:12] in (b"HTTP/1.1 413", b"HTTP/1.1 431", b"HTTP/1.1 400", b"")
