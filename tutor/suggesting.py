"""What to ask next: always questions that the course answers."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

from knowledge.models import Aspect, Claim, ConceptKind
from tutor.catalogue import Catalogue
from tutor.evidence import Evidence

MOST = 3
_NEXT = (
    Aspect.strength,
    Aspect.weakness,
    Aspect.example,
    Aspect.participants,
    Aspect.purpose,
    Aspect.method,
    Aspect.condition,
    Aspect.origin,
)


class Suggester:
    """Words questions by concept and aspect."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def question(self, concept: str, aspect: Aspect) -> str:
        """The plain question for an aspect of a concept."""
        if aspect is Aspect.definition and self._catalogue.course.concept[concept].kind is ConceptKind.person:
            return f"Who is {self._catalogue.name(concept)}?"
        return self._catalogue.course.aspects[aspect].question.format(concept=self._catalogue.name(concept))

    def topics(self) -> Tuple[str, ...]:
        """One question for each main topic."""
        return tuple(self.question(t, Aspect.definition) for t in self._catalogue.topics)

    def after(self, subjects: Sequence[str], aspect: Optional[Aspect], shown: Sequence[Claim] = ()) -> Tuple[str, ...]:
        """What fits after an answer about these concepts under this aspect, none of it shown already."""
        offered: List[str] = []
        for subject in subjects[:2]:
            offered += self._of(subject, aspect, shown)[: MOST - 1 if len(subjects) == 1 else 1]
        numbered = [t for t in self._catalogue.topics if self._catalogue.course.concept[t].number]
        neighbours = [t for t in numbered if t not in subjects]
        if neighbours and subjects and subjects[0] in numbered:
            offered.append(f"Compare {self._catalogue.name(subjects[0])} and {self._catalogue.name(neighbours[0])}")
        return tuple(dict.fromkeys(offered))[:MOST] or self._catalogue.course.start_with[:MOST]

    def _of(self, concept: str, aspect: Optional[Aspect], shown: Sequence[Claim]) -> List[str]:
        """Questions about one concept: by aspect for a topic with lists, else by what its claims answer."""
        if self._catalogue.course.concept[concept].kind is ConceptKind.topic:
            there = self._catalogue.aspects(concept)
            return [self.question(concept, a) for a in _NEXT if a in there and a is not aspect]
        claims = self._catalogue.claims(concept, list(Aspect)) or self._catalogue.held_by(concept)
        told = {c.id for c in shown}
        return [capital(c.questions[0]) for c in claims if c.id not in told and c.questions]

    def nearest(self, evidence: Sequence[Evidence]) -> Tuple[str, ...]:
        """The questions that the nearest claims do answer."""
        claims = [self._catalogue.course.claim[e.claim] for e in evidence[: 2 * MOST]]
        asked = [
            c.questions[0] if c.questions else self.question(self._catalogue.course.concept_of[c.id], c.aspect) for c in claims
        ]
        return tuple(dict.fromkeys(map(capital, asked)))[:MOST]


def capital(text: str) -> str:
    """Begin with a capital letter, and leave the rest as it is."""
    return text[0].upper() + text[1:]
