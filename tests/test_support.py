"""Support: the passage of a reading that bears out a claim, and the claims that none does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np
import pytest

from index.encoder import PACKAGED, Encoder, Knowing, is_exported, load_encoder
from knowledge.ingest.document import Document, Format, Paragraph, Removal
from knowledge.ingest.reading import read_document
from knowledge.loader import find_course, load_course
from knowledge.models import Course
from tutor.passages import sentence_spans
from tutor.support import SUPPORTED, Support, against, support

READINGS = Path(__file__).resolve().parents[2] / "shared" / "readings"
REAL = Path(__file__).resolve().parent.parent / "var" / "encoder"
needs_readings = pytest.mark.skipif(
    not (READINGS.is_dir() and is_exported(PACKAGED, REAL)),
    reason="the readings are not beside the project, or no encoder is exported",
)
BAKER = (
    ("Flat", "Some dough meets the oven without any rising. It is baked as it is: this is dough of the first type."),
    ("Flat", "Those in a hurry have it ready within ten minutes. Nobody waits."),
    ("Risen", "The loaf of the second type stays soft for long, and the crust sings when it cools."),
    ("Risen", "Whoever wants it takes a whole night of waiting into account."),
)


def document(texts: Tuple[Tuple[str, str], ...], removals: Tuple[Removal, ...] = ()) -> Document:
    """A document of these headings and paragraphs, each ten characters of the original long."""
    paragraphs = tuple(
        Paragraph(n, text, ((10 * n, 10 * n + 10),), heading=heading, page=n) for n, (heading, text) in enumerate(texts, start=1)
    )
    return Document("reading.txt", "0" * 64, Format.text, None, "", paragraphs, removals=removals)


def found(course: Course, encoder: Encoder, read: Document, source: str = "baker-1950") -> Dict[str, Support]:
    """The supports by claim."""
    return {s.claim: s for s in support(course, encoder, {source: read})}


# -- passages --------------------------------------------------------------------------------------------------------


def test_sentence_spans() -> None:
    """Sentences are ranges of the text, abbreviations and repetitions included."""
    text = "Dr. Baker bakes. Bread rises. Bread rises."

    assert [text[start:end] for start, end in sentence_spans(text)] == ["Dr. Baker bakes.", "Bread rises.", "Bread rises."]
    assert list(sentence_spans(text))[2] == (30, 42)


def test_support(course: Course, toy_encoder: Encoder) -> None:
    """A claim is supported by the passage that has its rare words: paragraph, sentence and a score of 0 to 1."""
    read = document(BAKER)
    fast = found(course, toy_encoder, read)["type-1.strength.fast"]

    assert (fast.source, fast.paragraph, fast.supported, fast.aside) == ("baker-1950", 2, True, None)
    assert read.paragraphs[1].text[fast.start : fast.end] == "Those in a hurry have it ready within ten minutes."
    assert SUPPORTED <= fast.score <= 1


def test_every_citation_once(course: Course, toy_encoder: Encoder) -> None:
    """Every claim that cites the reading, first or also, is looked at once, in the order of the course; no other is."""
    expected = [claim.id for claim in course.claim.values() if any(place.source == "baker-1950" for place in claim.places)]

    assert [s.claim for s in support(course, toy_encoder, {"baker-1950": document(BAKER)})] == expected
    assert support(course, toy_encoder, {}) == []


def test_unsupported(course: Course, toy_encoder: Encoder) -> None:
    """A claim of which a reading says nothing is not supported."""
    read = document((("", "Yeast and soda and salt are sold by the pound."),))

    assert not any(s.supported for s in support(course, toy_encoder, {"baker-1950": read}))


def test_several_sentences(course: Course, toy_encoder: Encoder) -> None:
    """A claim may be borne out by neighbouring sentences together, but not by two paragraphs."""
    together = document((("", "The loaf stays soft. Its crust sings. It is bread."),))
    apart = document((("", "The loaf stays soft."), ("", "Its crust sings.")))

    one, two = (found(course, toy_encoder, read)["type-2.strength"] for read in (together, apart))

    assert (one.start, one.end) == (0, len("The loaf stays soft. Its crust sings."))
    assert one.score > two.score


@pytest.mark.parametrize(
    "locator, paragraph",
    [("page 3", 3), ("pages 2 to 4", 2), ("Risen, paragraph 1", 3), ("Flat, paragraph 2", 2), ("Risen, item 2", 4)],
)
def test_locator(locator: str, paragraph: int, course: Course, toy_encoder: Encoder) -> None:
    """Of passages that say the same, the one to which the locator leads is taken."""
    same = "Some are ready within ten minutes."
    read = document((("Flat", same), ("Flat", same), ("Risen", same), ("Risen", same)))
    claim = course.claim["type-1.strength.fast"].copy(update={"locator": locator})
    concept = course.concept["type-1"].copy(update={"claims": (claim,)})
    fields = {name: getattr(course, name) for name in Course.__fields__}
    small = Course(**{**fields, "concepts": (concept,), "disagreements": (), "notes": ()})

    (taken,) = support(small, toy_encoder, {"baker-1950": read})

    assert taken.paragraph == paragraph


def test_aside(course: Course, toy_encoder: Encoder) -> None:
    """A footnote that was taken out can bear a claim out; an advert cannot."""
    note = "Ada Baker: it turns hard within a day."
    removals = (Removal(12, 15, note, "footnote"), Removal(32, 35, "It takes a whole night of waiting.", "advert"))
    read = document(BAKER[:3], removals)

    supports = found(course, toy_encoder, read)

    assert (supports["type-1.weakness"].paragraph, supports["type-1.weakness"].aside) == (1, note)
    assert supports["type-1.weakness"].supported
    assert supports["type-2.weakness"].aside is None


def test_empty_document(course: Course, toy_encoder: Encoder) -> None:
    """A document without paragraphs supports nothing."""
    assert support(course, toy_encoder, {"baker-1950": document(())}) == []


# -- a folder of readings --------------------------------------------------------------------------------------------

BAKER_TEXT = "\n\n".join(text for _, text in BAKER)


def write(folder: Path, **files: str) -> Path:
    """A folder with these text files."""
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.txt").write_text(text, encoding="utf-8")
    return folder


def test_by_name(course: Course, toy_encoder: Encoder, tmp_path: Path) -> None:
    """A file that is named after a source is that source; sources without a file and files without a source are told."""
    review = against(
        course, toy_encoder, write(tmp_path, baker_1950=BAKER_TEXT, shopping="Buy a pound of cheese and a new pan for it today.")
    )

    assert [(m.file, m.source, m.by) for m in review.matches] == [("baker-1950.txt", "baker-1950", "name")]
    assert (review.missing, review.strange) == (("miller-1980", "digest-2000"), ("shopping.txt",))


def test_by_title(course: Course, toy_encoder: Encoder, tmp_path: Path) -> None:
    """A file with the title of a source at its beginning is that source, unless the title comes late."""
    late = "We buy cheese. " * 50 + "A digest of bread it is not."
    write(tmp_path, scan=f"FLOUR AND WATER\n\n{BAKER_TEXT}", other=late)

    review = against(course, toy_encoder, tmp_path)

    assert [(m.file, m.source, m.by) for m in review.matches if m.by == "title"] == [("scan.txt", "miller-1980", "title")]


def test_by_claims(course: Course, toy_encoder: Encoder, tmp_path: Path) -> None:
    """A file that says what one source is cited for, and no other, is that source."""
    said = " ".join(claim.text for claim in course.claim.values() if claim.source == "miller-1980")

    review = against(course, toy_encoder, write(tmp_path, scan=said))

    assert [(m.file, m.source, m.by) for m in review.matches] == [("scan.txt", "miller-1980", "claims")]


def test_unreadable(course: Course, toy_encoder: Encoder, tmp_path: Path) -> None:
    """A file that cannot be read is told in one line; the others are read."""
    write(tmp_path, baker_1950=BAKER_TEXT, miller_1980="")

    review = against(course, toy_encoder, tmp_path)

    assert len(review.unreadable) == 1 and review.unreadable[0].startswith("miller-1980.txt: ")
    assert [m.source for m in review.matches] == ["baker-1950"]


def test_report(course: Course, toy_encoder: Encoder, tmp_path: Path) -> None:
    """The report names files, missing sources and the claims to look at, each with the nearest passage; it can be JSON."""
    review = against(course, toy_encoder, write(tmp_path, baker_1950=BAKER_TEXT))

    lines = review.lines(course)
    assert lines[0] == "baker-1950.txt: taken for 'baker-1950' (by its name)"
    assert "no file for the source 'miller-1980'; its claims were not looked at" in lines
    weakest = review.unsupported[0]
    at = next(n for n, line in enumerate(lines) if line.startswith(f"claim '{weakest.claim}' in 'baker-1950': "))
    assert lines[at + 1] == f"    the claim: {course.claim[weakest.claim].text}"
    assert lines[at + 2].startswith(f"    the nearest passage, paragraph {weakest.paragraph}: ")
    assert [s.score for s in review.unsupported] == sorted(s.score for s in review.unsupported)
    data = json.loads(json.dumps(review.as_dict()))
    assert {s["claim"] for s in data["supports"] if s["supported"]} == {s.claim for s in review.supports if s.supported}


# -- the real course -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Tuple[Course, Encoder, Dict[str, Document]]:
    """The real course, its encoder and its readings."""
    course = load_course(find_course("multi-track-diplomacy"))
    return (
        course,
        Knowing(load_encoder(PACKAGED, REAL)),
        {s.id: read_document(READINGS / f"{s.id}.txt") for s in course.sources},
    )


@needs_readings
def test_real_course(real: Tuple[Course, Encoder, Dict[str, Document]]) -> None:
    """Nearly every claim of the real course is supported by its own readings, and few by a reading that they do not cite."""
    course, encoder, documents = real
    voices = {s.id: {s.id, *s.copies, *(o.id for o in course.sources if s.id in o.copies)} for s in course.sources}
    own = support(course, encoder, documents)
    wrong: List[Support] = []
    for source in course.sources:
        strangers = [c for c in course.claim.values() if not any(source.id in voices[place.source] for place in c.places)]
        moved = {c.id: c.copy(update={"source": source.id, "also_in": ()}) for c in strangers}
        concepts = tuple(k.copy(update={"claims": tuple(moved[c.id] for c in k.claims if c.id in moved)}) for k in course.concepts)
        fields = {name: getattr(course, name) for name in Course.__fields__}
        other = Course(**{**fields, "concepts": concepts, "disagreements": (), "notes": ()})
        wrong += support(other, encoder, {source.id: documents[source.id]})

    assert np.mean([s.supported for s in own]) > 0.94
    assert np.mean([s.supported for s in wrong]) < 0.2
    assert np.median([s.score for s in own]) > 1.5 * np.median([s.score for s in wrong])


@needs_readings
def test_real_files_are_recognised(real: Tuple[Course, Encoder, Dict[str, Document]], tmp_path: Path) -> None:
    """Readings under any name are recognised by their titles or by what they say."""
    course, encoder, _ = real
    for n, source in enumerate(course.sources):
        shutil.copy(READINGS / f"{source.id}.txt", tmp_path / f"download ({n}).txt")

    review = against(course, encoder, tmp_path)

    assert [(m.file, m.source) for m in review.matches] == [(f"download ({n}).txt", s.id) for n, s in enumerate(course.sources)]
    assert (review.missing, review.strange, review.unreadable) == ((), (), ())
