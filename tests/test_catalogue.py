"""Claims by concept and aspect, who holds them, what they touch."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Sequence

import pytest

from index.lexical import terms
from index.vocabulary import Vocabulary
from knowledge.loader import load_course
from knowledge.models import Aspect, Claim, Concept, Course
from tutor.catalogue import Catalogue


def with_concept(course: Course, concept: Concept) -> Course:
    """The course with this concept in the place of the one of its id."""
    concepts = tuple(concept if c.id == concept.id else c for c in course.concepts)
    return Course(**{**{name: getattr(course, name) for name in Course.__fields__}, "concepts": concepts})


def ids(claims: Sequence[Claim]) -> list[str]:
    """The ids of claims."""
    return [c.id for c in claims]


def test_claims_in_the_authors_order(catalogue: Catalogue) -> None:
    """Claims come in the order of the aspects asked for, and within one in the author's."""
    claims = catalogue.claims("type-1", [Aspect.weakness, Aspect.definition])

    assert ids(claims) == ["type-1.weakness", "type-1.definition"]


def test_shared_claims_come_last(course: Course) -> None:
    """What is said under another concept but is true of this one comes after its own, if the sentence names this one."""
    shared = Claim(
        id="type-1.5.strength.both",
        aspect="strength",
        text="Like Type 1, it is quick.",
        source="baker-1950",
        locator="p",
        also_true_of=["type-1"],
    )
    half = course.concept["type-1.5"]
    more = with_concept(course, half.copy(update={"claims": (*half.claims, shared)}))

    claims = Catalogue(more, Vocabulary(more)).claims("type-1", [Aspect.strength])

    assert ids(claims) == ["type-1.strength.fast", "type-1.strength.salt", "type-1.5.strength.both"]


@pytest.mark.parametrize("concept", ["type-1", "type-1.5", "type-2"])
def test_relation_belongs_to_every_side(catalogue: Catalogue, concept: str) -> None:
    """A relation is found from each concept that it is about."""
    assert ids(catalogue.claims(concept, [Aspect.relation])) == ["type-1.5.relation"]


def test_nothing_said(catalogue: Catalogue) -> None:
    """An aspect of which the course says nothing, or a concept it does not have, is empty."""
    assert catalogue.claims("type-2", [Aspect.example]) == ()
    assert catalogue.claims("cake", [Aspect.definition]) == ()


def test_own(catalogue: Catalogue) -> None:
    """A concept's own claims are those that stand under it."""
    assert ids(catalogue.own("type-1.5")) == ["type-1.5.definition", "type-1.5.strength", "type-1.5.weakness", "type-1.5.relation"]


def test_aspects(catalogue: Catalogue) -> None:
    """The aspects of a concept include those of shared claims."""
    assert catalogue.aspects("type-1") == (
        Aspect.definition,
        Aspect.participants,
        Aspect.strength,
        Aspect.weakness,
        Aspect.example,
        Aspect.relation,
    )


def test_touches_and_about(catalogue: Catalogue) -> None:
    """A claim touches what it names, and is about what its author put it under."""
    assert catalogue.touches("type-2.definition.baker", ["ada-baker"])
    assert not catalogue.about("type-2.definition.baker", ["ada-baker"])
    assert catalogue.about("type-1.5.relation", ["type-2"])
    assert not catalogue.touches("type-1.weakness", ["type-2", "type-1.5"])


@pytest.mark.parametrize(
    "words, part",
    [
        ("the role of religion", "track-7"),
        ("where does education belong", "track-5"),
        ("business", "track-3"),
        ("citizens", None),  # of Track 2 as well as of Track 4
        ("peacemaking", None),  # of every track
        ("diplomacy", None),  # of the whole itself
        ("", None),
    ],
)
def test_part_named(project: Path, words: str, part: Optional[str]) -> None:
    """A word that names one member of a system, and no other, tells which is meant."""
    real = load_course(project / "knowledge" / "packs" / "multi-track-diplomacy")

    found, said = Catalogue(real, Vocabulary(real)).part_named("multi-track", terms(words))

    assert (found, bool(said)) == (part, part is not None)


def test_strays_from_a_part(course: Course, catalogue: Catalogue) -> None:
    """A claim on another member of the series strays from what is part of one; a claim on that member or on the part does not."""
    person = next(c for c in course.concepts if c.id == "ada-baker")
    parts = tuple(c.copy(update={"part_of": "type-1"}) if c is person else c for c in course.concepts)
    fields = {name: getattr(course, name) for name in Course.__fields__}
    made = Course(**{**fields, "concepts": parts})
    with_part = Catalogue(made, Vocabulary(made))

    assert with_part.wholes(["ada-baker", "type-2"]) == {"type-1"}
    assert with_part.strays("type-2.definition.baker", ["ada-baker"]) == 1
    assert with_part.strays("type-1.weakness", ["ada-baker"]) == 0
    assert with_part.strays(person.claims[0].id, ["ada-baker"]) == 0
    assert catalogue.strays("type-2.definition.baker", ["ada-baker"]) == 0


def test_holders(catalogue: Catalogue) -> None:
    """A position belongs to the person who is named as its author."""
    assert ids(catalogue.held_by("ada-baker")) == ["type-1.weakness", "type-1.5.weakness", "type-2.definition.baker"]
    assert catalogue.held_by("type-1") == ()


def test_publishers(catalogue: Catalogue) -> None:
    """What somebody published is everything that stands in his or her readings."""
    assert set(ids(catalogue.published_by("ada-baker"))) == {
        i for i, c in catalogue.course.claim.items() if "baker-1950" in [p.source for p in c.places]
    }


def test_voices(catalogue: Catalogue) -> None:
    """Whoever can hold a position is a voice; topics are not."""
    assert catalogue.voices == {"ada-baker"}


def test_between(catalogue: Catalogue) -> None:
    """What stands between concepts are the relations that touch two of them."""
    assert ids(catalogue.between(["type-1", "type-2"])) == ["type-1.5.relation"]
    assert catalogue.between(["type-1"]) == ()
    assert catalogue.between(["type-1", "ada-baker"]) == ()


def test_between_prefers_the_narrow(course: Course) -> None:
    """A relation of just the two comes before one of more."""
    two = Claim(
        id="type-1.relation",
        aspect="relation",
        text="Type 1 is older than Type 2.",
        source="baker-1950",
        locator="p",
        about=["type-2"],
    )
    last = course.concept["type-2"]
    wider = last.copy(update={"claims": (*last.claims, two.copy(update={"id": "type-2.relation", "about": ("type-1",)}))})
    more = with_concept(course, wider)

    between = Catalogue(more, Vocabulary(more)).between(["type-1", "type-2"])

    assert ids(between) == ["type-2.relation", "type-1.5.relation"]


def test_topics(catalogue: Catalogue) -> None:
    """The main topics are the numbered ones, in the order of their numbers; people are none."""
    assert catalogue.topics == ("type-1", "type-1.5", "type-2")


def test_names(catalogue: Catalogue, course: Course) -> None:
    """A name begins small inside a sentence and big at the beginning of one."""
    small = course.concept["ada-baker"].copy(update={"name": "sourdough starter", "kind": "term"})
    fields = {name: getattr(course, name) for name in Course.__fields__}
    other = Course(**{**fields, "concepts": (*course.concepts[1:], small)})
    renamed = Catalogue(other, Vocabulary(other))

    assert (renamed.name("ada-baker"), renamed.title("ada-baker")) == ("sourdough starter", "Sourdough starter")
    assert catalogue.title("type-1.5") == "Type 1.5"
