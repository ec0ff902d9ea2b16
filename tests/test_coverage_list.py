"""The list of what the course takes from each reading, `docs/coverage.md`, and the course stay together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List, Set, Tuple

import pytest

from knowledge.loader import find_course, load_course
from knowledge.models import Course

LIST = Path(__file__).resolve().parent.parent / "docs" / "coverage.md"
NOTHING = "teaches nothing: "
Row = Tuple[int, str]  # a paragraph's number, and what the list says of it


@pytest.fixture(scope="module")
def course() -> Course:
    """The course that comes with the tutor."""
    return load_course(find_course("multi-track-diplomacy"))


@pytest.fixture(scope="module")
def rows() -> Dict[str, List[Row]]:
    """The rows of the list, by reading."""
    sections = re.split(r"^## ", LIST.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        s.split("\n", 1)[0]: [(int(n), said) for n, said in re.findall(r"^\| (\d+) \|.*?\| (.*) \|$", s, re.MULTILINE)]
        for s in sections
    }


def ids(text: str) -> List[str]:
    """The code spans that look like an id of a course."""
    return re.findall(r"`([a-z0-9][a-z0-9.\-]*)`", text)


def fed(rows: List[Row]) -> Set[str]:
    """The claims that these paragraphs feed; what is only said again does not count."""
    return {claim for _, said in rows for claim in ids(said.split("again:")[0])}


def test_every_claim_is_listed(course: Course, rows: Dict[str, List[Row]]) -> None:
    """Every claim stands under each reading that it cites, and under no other."""
    cited = {s.id: {c.id for c in course.claim.values() if s.id in {place.source for place in c.places}} for s in course.sources}

    assert {source: fed(of) for source, of in rows.items()} == cited


def test_every_id_exists(course: Course) -> None:
    """Every code span that looks like an id is one of a claim or a source of the course."""
    assert set(ids(LIST.read_text(encoding="utf-8"))) - course.claim.keys() - course.source.keys() == set()


def test_every_paragraph_is_listed(rows: Dict[str, List[Row]]) -> None:
    """Paragraphs are numbered without a gap, and each has claims or a reason why it has none."""
    for source, of in rows.items():
        assert [number for number, _ in of] == list(range(1, len(of) + 1)), source
        assert [number for number, said in of if bool(ids(said)) == said.startswith(NOTHING)] == [], source


def test_counts(course: Course, rows: Dict[str, List[Row]]) -> None:
    """The table at the top counts what stands below."""
    text = LIST.read_text(encoding="utf-8")
    for source, of in rows.items():
        used = sum(bool(ids(said)) for _, said in of)
        assert f"| {source} | {len(of)} | {used} | {len(of) - used} | {len(fed(of))} |" in text
    assert f"Together {len(course.claim)} claims" in text
