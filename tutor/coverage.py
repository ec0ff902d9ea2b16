"""What a course takes from its readings, and how well it covers its concepts."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import AbstractSet, Any, Dict, List, Mapping, Optional, Sequence, Tuple

from knowledge.ingest.document import Document
from knowledge.models import Aspect, Concept, ConceptKind, Course
from tutor.support import Support

FIRST_WORDS = 6
WANTED = (Aspect.definition, Aspect.participants, Aspect.purpose, Aspect.strength, Aspect.weakness)  # of a topic
FEW = 4  # claims under a topic


@dataclass(frozen=True)
class Spot:
    """A paragraph of a reading, or, without the reading, a locator; and the claims that it feeds.

    `number` counts from 1; `words` are the first words of a paragraph, or the locator.
    """

    number: int
    words: str
    heading: str
    claims: Tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A reading with its spots. `read` says whether they are paragraphs.

    `noted` are claims that a footnote or reference bears out, `unsupported` those that nothing seems to bear out.
    """

    source: str
    title: str
    read: bool
    spots: Tuple[Spot, ...]
    noted: Tuple[str, ...] = ()
    unsupported: Tuple[str, ...] = ()

    @property
    def unused(self) -> Tuple[Spot, ...]:
        """The paragraphs that no claim uses."""
        return tuple(spot for spot in self.spots if not spot.claims)

    @property
    def claims(self) -> Tuple[str, ...]:
        """Every claim that cites the reading."""
        fed = [claim for spot in self.spots for claim in spot.claims]
        return tuple(dict.fromkeys((*fed, *self.noted, *self.unsupported)))


@dataclass(frozen=True)
class Aspects:
    """How many claims a concept has under an aspect, and from which readings."""

    aspect: str
    claims: int
    sources: Tuple[str, ...]


@dataclass(frozen=True)
class Covered:
    """How well a concept is covered; `gaps` says in plain words what it lacks."""

    concept: str
    name: str
    claims: int
    sources: Tuple[str, ...]
    aspects: Tuple[Aspects, ...]
    gaps: Tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """What a course takes from each reading, and what it says of each concept."""

    course: str
    readings: Tuple[Reading, ...]
    concepts: Tuple[Covered, ...]

    @property
    def thin(self) -> Tuple[Covered, ...]:
        """The concepts of which the course says little."""
        return tuple(concept for concept in self.concepts if concept.gaps)

    def markdown(self) -> str:
        """The coverage as a Markdown document."""
        parts = [f"# What {self.course} takes from its readings", _summary(self.readings)]
        parts += [_reading(reading) for reading in self.readings]
        parts += ["## Concepts", _concepts(self.concepts)]
        if self.thin:
            parts += ["## Concepts with thin coverage", "\n".join(f"- {c.name}: {'; '.join(c.gaps)}" for c in self.thin)]
        return "\n\n".join(parts) + "\n"

    def as_dict(self) -> Dict[str, Any]:
        """The coverage, JSON-ready."""
        return asdict(self)


def coverage(course: Course, supports: Sequence[Support] = (), documents: Optional[Mapping[str, Document]] = None) -> Coverage:
    """Tell what a course takes from its readings; without a reading's document, by the locators of its claims."""
    documents = documents or {}
    readings = tuple(
        _paragraphs(course, source.id, documents[source.id], supports) if source.id in documents else _locators(course, source.id)
        for source in course.sources
    )
    return Coverage(course.title, readings, tuple(_covered(course, concept) for concept in course.concepts))


# -- readings --------------------------------------------------------------------------------------------------------


def _paragraphs(course: Course, source: str, document: Document, supports: Sequence[Support]) -> Reading:
    """The paragraphs of a reading with the claims that they bear out."""
    fed: Dict[int, List[str]] = defaultdict(list)
    own = [support for support in supports if support.source == source]
    for support in own:
        if support.supported and support.aside is None:
            fed[support.paragraph].append(support.claim)
    spots = tuple(Spot(p.number, _first_words(p.text), p.heading or "", tuple(fed[p.number])) for p in document.paragraphs)
    noted = tuple(support.claim for support in own if support.supported and support.aside is not None)
    unsupported = tuple(support.claim for support in own if not support.supported)
    return Reading(source, course.source[source].title, True, spots, noted, unsupported)


def _locators(course: Course, source: str) -> Reading:
    """The locators of a reading's claims, in the order that their numbers give."""
    fed: Dict[str, List[str]] = defaultdict(list)
    for claim in course.claim.values():
        for place in claim.places:
            if place.source == source:
                fed[place.locator].append(claim.id)
    spots = [Spot(n, locator, "", tuple(fed[locator])) for n, locator in enumerate(sorted(fed, key=_natural), start=1)]
    return Reading(source, course.source[source].title, False, tuple(spots))


def _natural(locator: str) -> List[Tuple[int, str]]:
    """Sort "page 2" before "page 10"."""
    return [(int(part), "") if part.isdigit() else (0, part.lower()) for part in re.split(r"(\d+)", locator)]


def _first_words(text: str) -> str:
    words = text.split()
    return " ".join(words[:FIRST_WORDS]) + (" ..." if len(words) > FIRST_WORDS else "")


# -- concepts --------------------------------------------------------------------------------------------------------


def _covered(course: Course, concept: Concept) -> Covered:
    claims = [
        claim for claim in course.claim.values() if concept.id in (course.concept_of[claim.id], *claim.about, *claim.also_true_of)
    ]
    by_aspect = {aspect: [claim for claim in claims if claim.aspect is aspect] for aspect in Aspect}
    rows = tuple(
        Aspects(aspect.value, len(found), _in_order(course, [place.source for claim in found for place in claim.places]))
        for aspect, found in by_aspect.items()
        if found
    )
    sources = _in_order(course, [place.source for claim in claims for place in claim.places])
    gaps = tuple(_gaps(course, concept, {Aspect(row.aspect) for row in rows}, len(claims)))
    return Covered(concept.id, concept.name, len(claims), sources, rows, gaps)


def _in_order(course: Course, sources: Sequence[str]) -> Tuple[str, ...]:
    return tuple(source.id for source in course.sources if source.id in sources)


def _gaps(course: Course, concept: Concept, aspects: AbstractSet[Aspect], claims: int) -> List[str]:
    """What a concept lacks: a topic its lists, any concept its definition."""
    wanted = WANTED if concept.kind is ConceptKind.topic else (Aspect.definition,)
    missing = [course.aspects[aspect].label.lower() for aspect in wanted if aspect not in aspects]
    gaps = [f"nothing under {', '.join(missing)}"] if missing else []
    if concept.kind is ConceptKind.topic and claims < FEW:
        gaps.append("only one claim" if claims == 1 else f"only {claims} claims")
    return gaps


# -- Markdown --------------------------------------------------------------------------------------------------------


def _summary(readings: Sequence[Reading]) -> str:
    rows = [
        (
            r.source,
            len(r.spots) if r.read else "not read",
            len(r.spots) - len(r.unused),
            len(r.unused) if r.read else "-",
            len(r.claims),
        )
        for r in readings
    ]
    return _table(("Reading", "Paragraphs", "With claims", "Without", "Claims"), rows)


def _reading(reading: Reading) -> str:
    head = f"## {reading.source}\n\n{reading.title}"
    if not reading.read:
        return f"{head}\n\n{_table(('Place', 'Claims'), [(spot.words, _ids(spot.claims)) for spot in reading.spots])}"
    rows = [(spot.number, spot.words, spot.heading, _ids(spot.claims) or "no claim") for spot in reading.spots]
    table = _table(("Paragraph", "First words", "Heading", "Claims"), rows)
    parts = [head, table]
    parts += [f"In footnotes and references: {_ids(reading.noted)}"] if reading.noted else []
    parts += [f"No paragraph seems to say: {_ids(reading.unsupported)}"] if reading.unsupported else []
    return "\n\n".join(parts)


def _concepts(concepts: Sequence[Covered]) -> str:
    rows = [
        (c.name, c.claims, ", ".join(f"{row.aspect} {row.claims}" for row in c.aspects), ", ".join(c.sources)) for c in concepts
    ]
    return _table(("Concept", "Claims", "Aspects", "Readings"), rows)


def _ids(claims: Sequence[str]) -> str:
    return ", ".join(f"`{claim}`" for claim in claims)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
