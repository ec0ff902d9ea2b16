"""Coverage both ways: what each paragraph feeds, and what is said of each concept."""

from __future__ import annotations

import json

import pytest

from knowledge.ingest.document import Document, Format, Paragraph
from knowledge.models import Course
from tutor.coverage import Coverage, Spot, coverage
from tutor.support import Support

TEXTS = ("Bread comes in three | types, and this says which they are.", "The first lies flat.", "An advert for ovens.")


@pytest.fixture(scope="module")
def read(course: Course) -> Coverage:
    """Coverage of the test course with one reading at hand."""
    paragraphs = tuple(Paragraph(n, text, ((n, n + 1),), heading="Types") for n, text in enumerate(TEXTS, start=1))
    document = Document("baker-1950.txt", "0" * 64, Format.text, None, "", paragraphs)
    supports = [
        Support("type-1.definition", "baker-1950", 2, 0.8, 0, 20, supported=True),
        Support("type-1.strength.fast", "baker-1950", 2, 0.7, 0, 20, supported=True),
        Support("type-1.weakness", "baker-1950", 3, 0.1, 0, 20, supported=False),
        Support("type-2.strength", "baker-1950", 1, 0.9, 0, 0, supported=True, aside="A footnote."),
        Support("type-1.participants", "miller-1980", 1, 0.9, 0, 20, supported=True),
    ]
    return coverage(course, supports, {"baker-1950": document})


def test_paragraphs(read: Coverage) -> None:
    """Each paragraph lists the claims that it bears out, and none that it does not, that a footnote does, or another reading."""
    reading = read.readings[0]

    assert reading.spots == (
        Spot(1, "Bread comes in three | types, ...", "Types", ()),
        Spot(2, "The first lies flat.", "Types", ("type-1.definition", "type-1.strength.fast")),
        Spot(3, "An advert for ovens.", "Types", ()),
    )
    assert [spot.number for spot in reading.unused] == [1, 3]
    assert (reading.noted, reading.unsupported) == (("type-2.strength",), ("type-1.weakness",))
    assert len(reading.claims) == 4


def test_without_a_document(course: Course) -> None:
    """Without a document a reading is told by the locators of its claims, page 2 before page 10."""
    readings = coverage(course).readings
    by_source = {reading.source: reading for reading in readings}

    assert [reading.source for reading in readings] == ["baker-1950", "miller-1980", "digest-2000"]
    assert by_source["digest-2000"].spots == (
        Spot(1, "entry 1", "", ("type-1.definition",)),
        Spot(2, "entry 2", "", ("type-2.origin",)),
        Spot(3, "Preface", "", ("ada-baker.definition",)),
    )
    assert [spot.words for spot in by_source["miller-1980"].spots][:2] == ["page 10", "page 11"]
    assert not any(reading.read for reading in readings)


def test_concepts(read: Coverage) -> None:
    """A concept counts its own claims and those that are about it or true of it, by aspect, with their readings."""
    found = {concept.concept: concept for concept in read.concepts}

    assert [(a.aspect, a.claims, a.sources) for a in found["type-1.5"].aspects] == [
        ("definition", 1, ("baker-1950", "miller-1980")),
        ("strength", 1, ("miller-1980",)),
        ("weakness", 1, ("baker-1950",)),
        ("relation", 1, ("baker-1950",)),
    ]
    assert found["type-1"].claims == 8  # six of its own, one also true of it, one about it


def test_thin(read: Coverage) -> None:
    """A topic without one of its lists is thin; a person with a definition is not."""
    assert {concept.concept: concept.gaps for concept in read.thin} == {
        "type-1": ("nothing under purpose",),
        "type-1.5": ("nothing under participants, purpose",),
        "type-2": ("nothing under participants",),
    }


def test_markdown(read: Coverage) -> None:
    """The Markdown has a table for each reading; a bar inside a text does not break it."""
    text = read.markdown()

    assert text.startswith("# What Bread takes from its readings\n\n| Reading | Paragraphs | With claims | Without | Claims |\n")
    assert "\n| baker-1950 | 3 | 1 | 2 | 4 |\n| miller-1980 | not read |" in text
    assert "\n| 1 | Bread comes in three \\| types, ... | Types | no claim |\n" in text
    assert "\n| 2 | The first lies flat. | Types | `type-1.definition`, `type-1.strength.fast` |\n" in text
    assert "\nIn footnotes and references: `type-2.strength`\n" in text
    assert "\nNo paragraph seems to say: `type-1.weakness`\n" in text
    assert text.endswith("- Type 2: nothing under participants\n")


def test_json(read: Coverage) -> None:
    """The coverage can be written as JSON and holds what the Markdown holds."""
    data = json.loads(json.dumps(read.as_dict()))

    assert data["readings"][0]["spots"][1]["claims"] == ["type-1.definition", "type-1.strength.fast"]
    assert data["concepts"][1]["concept"] == "type-1"
