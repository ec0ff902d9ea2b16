"""A toy server for whoever attacks it."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.toy_app import ToyServer

MakeServer = Callable[..., ToyServer]


@pytest.fixture
def toy(make_server: MakeServer) -> ToyServer:
    """A server with nobody known to it."""
    return make_server()
