"""The readings beside the project are read without a hand. They are read where they stand, never copied."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from knowledge.ingest.document import Document
from knowledge.ingest.quality import known_share
from knowledge.ingest.reading import read_document
from knowledge.ingest.tracing import locate, mended

READINGS = Path(__file__).parents[2] / "shared" / "readings"
NAMES = ["abu-hammad-2021", "schiller-2019", "track1-vs-track2", "track15-vs-track2", "usip-primer"]
pytestmark = pytest.mark.skipif(not READINGS.is_dir(), reason="the readings are not beside the project")


@cache
def reading(name: str) -> Document:
    """Read a reading once."""
    return read_document(READINGS / f"{name}.txt")


def letters(text: str) -> Counter[str]:
    """Count the letters and digits of a text."""
    return Counter(char for char in text if char.isalnum())


@pytest.mark.parametrize("name", NAMES)
def test_places(name: str) -> None:
    """Spans and mends make each paragraph, and a whole paragraph is found where its spans are."""
    document = reading(name)

    for paragraph in document.paragraphs:
        assert mended(document, paragraph) == paragraph.text
        found = locate(document, paragraph, 0, len(paragraph.text))
        assert len(found) <= len(paragraph.spans)
        assert all(any(left <= start < end <= right for left, right in paragraph.spans) for start, end in found)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_lost(name: str) -> None:
    """Every letter of a reading is in a paragraph, in a heading or in a removal."""
    document = reading(name)
    covered = bytearray(len(document.original))
    for start, end in [span for paragraph in document.paragraphs for span in paragraph.spans]:
        covered[start:end] = b"\1" * (end - start)
    for removal in document.removals:
        covered[removal.start : removal.end] = b"\1" * (removal.end - removal.start)
    rest = "".join(char if not done else "\n" for char, done in zip(document.original, covered, strict=True))

    lost = [line.strip(" *:-–•.") for line in rest.split("\n") if sum(map(str.isalpha, line)) > 1]
    assert [line for line in lost if len(line) > 200 or line.endswith(".")] == []


@pytest.mark.parametrize("name", NAMES)
def test_letters_kept(name: str) -> None:
    """Mending adds no letter, and takes none away but fragments that stand twice."""
    for mend in reading(name).mends:
        if mend.why not in ("table", "repeated fragment"):
            before, after = letters(mend.original), letters(mend.mended)
            assert not after - before
            assert sum((before - after).values()) <= 4


def test_run_together() -> None:
    """The stretch without spaces comes out with as many dictionary words as the sound part, within one point of a hundred."""
    document = reading("abu-hammad-2021")
    lines = document.original.split("\n")
    start, end = (len("\n".join(lines[:number])) for number in (248, 328))
    stretch = [p.text for p in document.paragraphs if any(left < end and right > start for left, right in p.spans)]
    sound = [p.text for p in document.paragraphs if p.text not in stretch]

    assert len(stretch) >= 5
    assert known_share(stretch) > known_share(sound) - 0.01
    assert max(len(word) for text in stretch for word in re.findall(r"[^\W\d_]+", text)) < 20


def test_adverts() -> None:
    """No advert, teaser or shop link is left, and the answers of the questions are."""
    document = reading("track1-vs-track2")
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)

    assert not re.search(r"(?i)related products|want to see also|amazon|prestigious|stab-in-the-back|campaign|guide$", text)
    assert len([p for p in document.paragraphs if p.heading == "Frequently asked questions"]) == 5


@pytest.mark.parametrize("name", ["track1-vs-track2", "track15-vs-track2"])
def test_tables(name: str) -> None:
    """A row of a table reads as a phrase that names its columns."""
    rows = [p.text for p in reading(name).paragraphs if p.text.startswith("Participants: ")]

    assert len(rows) == 1
    assert re.fullmatch(r"Participants: Track [\d.]+ Diplomacy: .+; Track (?:2|II) Diplomacy: .+", rows[0])


def test_caption() -> None:
    """The caption stands once."""
    assert sum("1993 Oslo Accords between" in paragraph.text for paragraph in reading("usip-primer").paragraphs) == 1


def test_glued_words() -> None:
    """Words that swallowed a space have it back, and no other word of that reading is touched."""
    mends = [(mend.original, mend.mended) for mend in reading("schiller-2019").mends]

    assert ("werethe", "were the") in mends
    assert all(before == after.replace(" ", "", 1) for before, after in mends)


def test_page_breaks() -> None:
    """Sentences that notes and pages cut are whole, and what was repeated stands once."""
    texts = [paragraph.text for paragraph in reading("abu-hammad-2021").paragraphs]

    assert not [text for text in texts if text[0].islower()]
    assert not [text for text in texts if re.search(r"\bove,|[⁰¹²³⁴-⁹]|-$| -\w", text)]
    assert sum("outlined above, Track One" in text for text in texts) == 1
    assert sum("as private citizens" in text for text in texts) == 1
