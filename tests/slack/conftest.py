"""The tutor of bread that the Slack tests talk to."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from index.retrieval import Retriever
from knowledge.models import Course
from tests.slack.world import database, toy_tutor
from tutor.tutor import Tutor


@pytest.fixture
def bread(course: Course, retriever: Retriever, tmp_path: Path) -> Iterator[Tutor]:
    """A tutor of bread with records of its own."""
    tutor = toy_tutor(course, retriever, database(tmp_path))
    yield tutor
    tutor.learners.close()
