"""A real PostgreSQL and a real Redis; two workers and an action server on them, started once."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Iterator

import pytest

from bench.stores import Postgres, RedisServer, postgres_folder, redis_program, stores
from tests.conftest import lacking
from tests.deploy.deployment import SECRET, Deployment, Student, action_server
from tests.serving import ready_var, serving


@pytest.fixture(scope="session")
def engines() -> Iterator[tuple[Postgres, RedisServer]]:
    """PostgreSQL and Redis of this test run alone."""
    if not (postgres_folder() and redis_program()):
        lacking("PostgreSQL or Redis is missing (Debian: apt install postgresql redis-server)")
    with stores() as both:
        yield both


@pytest.fixture(scope="module")
def deployed(engines: tuple[Postgres, RedisServer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The deployment, ready: the workers start at once, so that both want to make the tables."""
    postgres, redis = engines
    folder = tmp_path_factory.mktemp("deployed")
    var = ready_var(folder)
    shared = {"TUTOR_VAR": str(var), "TUTOR_SECRET": SECRET, "TUTOR_DATABASE": postgres.url, "TUTOR_REDIS": redis.url}
    with ExitStack() as stack:
        actions = stack.enter_context(action_server(folder / "actions.txt", shared))
        first = stack.enter_context(serving(folder / "first.txt", **shared))
        second = stack.enter_context(serving(folder / "second.txt", TUTOR_ACTIONS=actions, **shared))
        first.wait()
        second.wait()
        yield Deployment((first, second), postgres, redis, folder)


@pytest.fixture
def student(deployed: Deployment) -> Student:
    """A new student."""
    return Student(deployed)
