"""A toy server for whoever attacks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest

from index.retrieval import Retriever
from knowledge.models import Course
from tests.toy_app import ToyServer, toy_server

MakeServer = Callable[..., ToyServer]


@pytest.fixture
def make_server(course: Course, retriever: Retriever, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeServer]:
    """Makes a server with these settings."""
    monkeypatch.delenv("HOST", raising=False)
    servers: List[ToyServer] = []

    def make(**settings: Any) -> ToyServer:
        servers.append(toy_server(course, retriever, tmp_path, **settings))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def toy(make_server: MakeServer) -> ToyServer:
    """A server with nobody known to it."""
    return make_server()
