"""The nouns of a course. Every model is frozen and refuses fields it does not know."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import Dict, Iterable, Mapping, Optional, Tuple

from pydantic import Field, validator

from knowledge.fields import (
    MAX_SENTENCES,
    Identifier,
    Letter,
    Model,
    Number,
    PassageIdentifier,
    Phrase,
    Question,
    Text,
    Url,
    at_least,
    sentences,
)
from knowledge.quiz_models import KeyPoint, QuizEdits


class Aspect(str, Enum):
    """What a claim tells about its concept."""

    definition = "definition"
    participants = "participants"
    purpose = "purpose"
    strength = "strength"
    weakness = "weakness"
    method = "method"
    example = "example"
    condition = "condition"
    outcome = "outcome"
    criticism = "criticism"
    relation = "relation"
    origin = "origin"


class ConceptKind(str, Enum):
    """What sort of thing a concept is; it decides how a question about it is worded."""

    topic = "topic"  # what the course is about; has lists of strengths, weaknesses, participants ...
    term = "term"  # a technical term
    event = "event"
    organisation = "organisation"
    person = "person"


class Source(Model):
    """A reading, as a bibliography would list it.

    `copies` names readings whose wording this one repeats: the two are one voice, not two.
    """

    id: Identifier
    title: Phrase
    author: Phrase
    year: Optional[int] = Field(None, ge=1000, le=2999)
    publication: Optional[Phrase] = None
    url: Optional[Url] = None
    copies: Tuple[Identifier, ...] = ()
    note: Optional[Text] = None


class Place(Model):
    """Where in a reading a claim is made."""

    source: Identifier
    locator: Phrase


class Claim(Model):
    """One or two sentences, in the course's own words, that stand alone.

    `author` is whose position it is; without one the claim is what the reading reports as fact.
    `brief` is the same point as a phrase, for table cells and quiz options.
    `also_true_of` lists other concepts for which the point holds just as well.
    `about` lists other concepts that the claim is equally about (the other side of a relation).
    `unclear_for` lists concepts of which it is not settled whether the point holds: a quiz never calls it wrong of them.
    `questions` are ways in which a student might ask for exactly this.
    """

    id: Identifier
    aspect: Aspect
    text: Text
    source: Identifier
    locator: Phrase
    brief: Optional[Phrase] = None
    author: Optional[Phrase] = None
    also_in: Tuple[Place, ...] = ()
    also_true_of: Tuple[Identifier, ...] = ()
    about: Tuple[Identifier, ...] = ()
    unclear_for: Tuple[Identifier, ...] = ()
    questions: Tuple[Question, ...] = ()

    @validator("text")
    def _stands_alone(cls, text: str) -> str:
        if not text.rstrip("\"'”’)]").endswith((".", "!", "?", "…")):
            raise ValueError("ends without a full stop; write whole sentences")
        if len(sentences(text)) > MAX_SENTENCES:
            raise ValueError(f"has more than {MAX_SENTENCES} sentences; split it into several claims")
        return text

    @property
    def places(self) -> Tuple[Place, ...]:
        """Every place that makes the claim, the main one first."""
        return (Place(source=self.source, locator=self.locator), *self.also_in)


class Concept(Model):
    """Something a student can ask about, with all that the course says of it.

    `number` is its place in the course's series ("1.5" in "Track 1.5"); every spelling of it is then understood.
    `part_of` names the concept of which this one is a part.
    """

    id: Identifier
    name: Phrase
    kind: ConceptKind = ConceptKind.term
    number: Optional[Number] = None
    motto: Optional[Phrase] = None
    also_called: Tuple[Phrase, ...] = ()
    part_of: Optional[Identifier] = None
    claims: Tuple[Claim, ...] = ()


class Stance(Model):
    """What one author holds in a disagreement: `claims`, the one that says it best first."""

    author: Phrase
    claims: Tuple[Identifier, ...]

    @validator("claims")
    def _has_claims(cls, claims: Tuple[str, ...]) -> Tuple[str, ...]:
        return at_least(1, claims, "the claims in which this author says so")


class Disagreement(Model):
    """A topic on which the readings differ.

    `topic` finishes "The readings differ on ..."; `difference` says in one sentence where the positions part.
    `about` lists the concepts whose description is contested, the main one first.
    `questions` are ways in which a student might ask whether the readings agree on this.
    """

    id: Identifier
    topic: Phrase
    about: Tuple[Identifier, ...]
    difference: Text
    positions: Tuple[Stance, ...]
    questions: Tuple[Question, ...] = ()

    @validator("about")
    def _is_about_something(cls, about: Tuple[str, ...]) -> Tuple[str, ...]:
        return at_least(1, about, "the concepts that it concerns")

    @validator("positions")
    def _has_two_sides(cls, positions: Tuple[Stance, ...]) -> Tuple[Stance, ...]:
        return at_least(2, positions, "the authors who differ")

    @validator("difference")
    def _one_sentence(cls, text: str) -> str:
        if len(sentences(text)) > 1 or not text.endswith("."):
            raise ValueError("must be one whole sentence; the rest belongs into the claims")
        return text

    @property
    def claims(self) -> Tuple[str, ...]:
        """The ids of every claim that takes a side, in the order of the positions."""
        return tuple(claim for position in self.positions for claim in position.claims)


class DisagreementFile(Model):
    """The content of `disagreements.yml`."""

    disagreements: Tuple[Disagreement, ...]


class Slip(str, Enum):
    """In which way a reading goes wrong."""

    reversed = "reversed"  # says the opposite of what it must
    wrong_name = "wrong name"  # names the wrong track, person or thing
    misplaced = "misplaced"  # lists something under the wrong heading
    miscounted = "miscounted"
    misspelt = "misspelt"
    misattributed = "misattributed"
    contradictory = "contradictory"  # is at odds with itself
    uncredited = "uncredited"  # repeats another reading as its own
    garbled = "garbled"  # words lost or torn apart


class Note(Model):
    """An editor's note on a slip: what the reading says, what the course teaches instead, and in which claims."""

    id: Identifier
    source: Identifier
    locator: Phrase
    slip: Slip
    reading_says: Text
    course_teaches: Text
    claims: Tuple[Identifier, ...] = ()


class NoteFile(Model):
    """The content of `notes.yml`."""

    notes: Tuple[Note, ...]


class ConceptFile(Model):
    """The content of one file in `concepts/`."""

    concepts: Tuple[Concept, ...]


class SourceFile(Model):
    """The content of `sources.yml`."""

    sources: Tuple[Source, ...]


class Series(Model):
    """How numbered concepts are called: noun "track" and short "t" make "Track II", "t2", "second track".

    `tails` are words that may follow the number without changing what is meant ("Track 2 diplomacy").
    """

    noun: Phrase
    short: Optional[Letter] = None
    tails: Tuple[Phrase, ...] = ()


class AspectWords(Model):
    """How an aspect is labelled, asked for and recognised."""

    label: Phrase
    question: Phrase  # holds "{concept}"
    words: Tuple[Phrase, ...]


class CourseFile(Model):
    """The content of `course.yml`."""

    id: Identifier
    title: Phrase
    description: Optional[Text] = None
    series: Optional[Series] = None
    start_with: Tuple[Phrase, ...] = ()  # questions offered to a newcomer
    # what students of this course type for short, in lower case, and what it means
    shorthand: Dict[Phrase, Phrase] = Field(default_factory=dict)


class Passage(Model):
    """A claim as one reading makes it: what a citation points to."""

    id: PassageIdentifier
    claim: Identifier
    source: Identifier
    locator: Phrase
    text: Text


class Course(Model):
    """A whole course, cross-checked; `version` is a digest of everything in it."""

    id: Identifier
    title: Phrase
    version: str
    description: Optional[Text] = None
    series: Optional[Series] = None
    start_with: Tuple[Phrase, ...] = ()
    shorthand: Dict[str, str] = Field(default_factory=dict)
    aspects: Dict[Aspect, AspectWords]
    sources: Tuple[Source, ...]
    concepts: Tuple[Concept, ...]
    disagreements: Tuple[Disagreement, ...] = ()
    notes: Tuple[Note, ...] = ()
    points: Mapping[str, Tuple[KeyPoint, ...]] = Field(default_factory=dict)  # what a short answer has to say, by claim id
    open_questions: Mapping[str, str] = Field(default_factory=dict)  # ... and the question that asks for it
    quiz_edits: QuizEdits = QuizEdits()

    @cached_property
    def source(self) -> Mapping[str, Source]:
        """Sources by id."""
        return {source.id: source for source in self.sources}

    @cached_property
    def concept(self) -> Mapping[str, Concept]:
        """Concepts by id."""
        return {concept.id: concept for concept in self.concepts}

    @cached_property
    def claim(self) -> Mapping[str, Claim]:
        """Claims by id, in the order in which authors wrote them."""
        return {claim.id: claim for concept in self.concepts for claim in concept.claims}

    @cached_property
    def concept_of(self) -> Mapping[str, str]:
        """The id of the concept under which each claim stands, by claim id."""
        return {claim.id: concept.id for concept in self.concepts for claim in concept.claims}

    @cached_property
    def passages(self) -> Mapping[str, Passage]:
        """Passages by id; a claim made in two readings has two."""
        return {p.id: p for claim in self.claim.values() for p in passages_of(claim)}

    @cached_property
    def notes_on(self) -> Mapping[str, Tuple[Note, ...]]:
        """The editor's notes that concern each claim, by claim id; claims without one are left out."""
        noted = dict.fromkeys(claim for note in self.notes for claim in note.claims)
        return {claim: tuple(note for note in self.notes if claim in note.claims) for claim in noted}

    def repeats(self, source_id: str, among: Iterable[str]) -> Optional[str]:
        """Which of these other readings a reading repeats, so that the two are one voice; None if it is a voice of its own."""
        return next((other for other in self.source[source_id].copies if other in among), None)

    def parts_of(self, concept_id: str) -> Tuple[Concept, ...]:
        """The concepts that name this one as their whole, in the order of the course."""
        return tuple(c for c in self.concepts if c.part_of == concept_id)


def passages_of(claim: Claim) -> Tuple[Passage, ...]:
    """The passages behind a claim, main reading first; ids are `<source>.<claim>`."""
    return tuple(
        Passage(id=f"{place.source}.{claim.id}", claim=claim.id, source=place.source, locator=place.locator, text=claim.text)
        for place in claim.places
    )
