"""The fixtures that play conversations; the server itself is in tests/conftest.py, so that every folder shares it."""

from __future__ import annotations

import pytest

from knowledge.loader import find_course, load_course
from knowledge.models import Course


@pytest.fixture(scope="session")
def taught() -> Course:
    """The course that the server teaches."""
    return load_course(find_course("multi-track-diplomacy"))
