"""How items are worded, by what they ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional

from knowledge.models import Aspect, Claim, Concept, ConceptKind, Course
from tutor.item_lists import mentions
from tutor.suggesting import capital

READINGS = "the readings"


@dataclass(frozen=True)
class Wording:
    """The frames of one aspect: {c} is a concept's name, {p} a claim's phrase, {noun} what the series counts ("track").

    `one` and `several` ask for phrases, `whose` for the concept of a phrase, `pairs` for a match; `says` are statements, by the
    kind of phrase that they take.
    """

    one: str
    several: str
    whose: str
    pairs: str
    says: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


WORDING: Mapping[Aspect, Wording] = {
    Aspect.strength: Wording(
        one="Which of these is a strength of {c}",
        several="Which of these are strengths of {c}",
        whose="Of which {noun} is this a strength",
        pairs="Match each strength with its {noun}:",
        says={"noun": "the strengths of {c} include {p}", "verb": "it is a strength that {c} {p}"},
        why="why does “{p}” count as a strength of {c}?",
    ),
    Aspect.weakness: Wording(
        one="Which of these is a weakness of {c}",
        several="Which of these are weaknesses of {c}",
        whose="Of which {noun} is this a weakness",
        pairs="Match each weakness with its {noun}:",
        says={"noun": "the weaknesses of {c} include {p}", "verb": "it is a weakness that {c} {p}"},
        why="why does “{p}” count as a weakness of {c}?",
    ),
    Aspect.purpose: Wording(
        one="Which of these is a purpose of {c}",
        several="Which of these are purposes of {c}",
        whose="Which {noun} has this purpose",
        pairs="Match each purpose with its {noun}:",
        says={
            "noun": "the purposes of {c} include {p}",
            "gerund": "the purposes of {c} include {p}",
            "infinitive": "one purpose of {c} is {p}",
        },
        why="what is the purpose of {c}?",
    ),
    Aspect.participants: Wording(
        one="Who takes part in {c}",
        several="Which of these take part in {c}",
        whose="Which {noun} has these participants",
        pairs="Match each group of participants with its {noun}:",
        says={"noun": "the participants in {c} include {p}"},
        why="who takes part in {c}?",
    ),
    Aspect.method: Wording(
        one="Which of these is a way in which {c} works",
        several="Which of these are ways in which {c} works",
        whose="Which {noun} works in this way",
        pairs="Match each way of working with its {noun}:",
        says={"noun": "the methods of {c} include {p}", "gerund": "the methods of {c} include {p}"},
        why="what does the work of {c} look like?",
    ),
    Aspect.outcome: Wording(
        one="Which of these is a result of {c}",
        several="Which of these are results of {c}",
        whose="Which {noun} has this result",
        pairs="Match each result with its {noun}:",
        says={"noun": "the results of {c} include {p}"},
        why="what is the result of {c}?",
    ),
    Aspect.condition: Wording(
        one="In which of these situations is {c} used",
        several="In which of these situations is {c} used",
        whose="Which {noun} is used in this situation",
        pairs="Match each situation with the {noun} that is used in it:",
        says={"clause": "{c} is used {p}"},
        why="when does the use of {c} make sense?",
    ),
    Aspect.definition: Wording(
        one="Which of these describes {c}",
        several="Which of these describe {c}",
        whose="Which {noun} is described in these words",
        pairs="Match each description with its {noun}:",
        says={"noun": "{c} can be described as {p}"},
        why="what is meant by {c}?",
    ),
}
LISTED = tuple(WORDING)
SEVERAL = "Choose all that apply:"
_KIND = {
    ConceptKind.topic: "Which of these",
    ConceptKind.term: "Which of these terms",
    ConceptKind.event: "Which of these events",
    ConceptKind.organisation: "Which of these organizations",
}


def statement(aspect: Aspect, kind: str, name: str, claim: Claim) -> Optional[str]:
    """What a claim says of a concept, as a sentence to be judged; None where there is no frame for it."""
    wording = WORDING.get(aspect)
    frame = wording.says.get(kind) if wording else None
    said = frame and frame.format(c=name, p=claim.brief)
    return f"True or false: according to {claim.author or READINGS}, {said}." if said else None


def whose(aspect: Aspect, noun: str, claim: Claim) -> str:
    """Ask of which member of the series a phrase is true."""
    return f"{WORDING[aspect].whose.format(noun=noun)}, according to {claim.author or READINGS}: “{claim.brief}”?"


def which_of_kind(concept: Concept, claim: Claim) -> str:
    """Ask what a description describes."""
    if concept.kind is ConceptKind.person:
        return f"Who is described as “{claim.brief}”?"
    return f"{_KIND[concept.kind]} is described as “{claim.brief}”?"


def own_words(question: str, concept: Concept) -> str:
    """An open question that names what it is about."""
    return question if mentions(question, concept.name) else f"About {concept.name}: {question[0].lower()}{question[1:]}"


def heading(course: Course, aspect: Aspect) -> str:
    """The heading under which the claims of an aspect stand."""
    return course.aspects[aspect].label


def title(name: str) -> str:
    """A name as it stands at the beginning."""
    return capital(name)
