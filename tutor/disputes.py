"""Where the readings differ: which disagreement a question is about."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

from index.retrieval import Document, Retriever
from index.vocabulary import Vocabulary
from knowledge.models import Aspect, Course, Disagreement

RARE_WORDS = 0.25  # what having all the rare words of the question is worth beside the cosine
ASKED = 0.80  # cosine from which a question asks for a disagreement almost in the words of the course


class Disputes:
    """Look-ups over a course's disagreements."""

    def __init__(self, course: Course, vocabulary: Vocabulary, retriever: Retriever) -> None:
        self._course = course
        self._by_id = {d.id: d for d in course.disagreements}
        docs = [
            Document(d.id, tuple(vocabulary.canonical(text) for text in (d.topic, d.difference, *d.questions)))
            for d in course.disagreements
        ]
        self._retriever = retriever.over(docs) if docs else None

    def ranked(self, canonical: str, concepts: Sequence[str] = ()) -> List[Tuple[Disagreement, float]]:
        """Disagreements with their cosine to a question, nearest first; with concepts only those about all, else any, of them."""
        if self._retriever is None:
            return []
        found = sorted(self._retriever.search(canonical), key=lambda hit: -(hit.cosine + RARE_WORDS * hit.coverage))
        hits = [(self._by_id[hit.id], hit.cosine) for hit in found]
        if not concepts:
            return hits
        whole = [(d, cosine) for d, cosine in hits if set(concepts) <= set(d.about)]
        return whole or [(d, cosine) for d, cosine in hits if set(concepts) & set(d.about)]

    def asked(self, canonical: str, beside: float) -> Optional[Disagreement]:
        """The disagreement that a question asks for almost in the course's words; `beside` is the best cosine of a claim."""
        found = max(self.ranked(canonical), key=lambda pair: pair[1], default=None)
        return found[0] if found and found[1] >= max(ASKED, beside) else None

    def on_meaning(self, concept: str) -> Optional[Disagreement]:
        """The disagreement on what a concept is, if its definition is contested."""
        return next((d for d in self._course.disagreements if d.about[0] == concept and self._defines(d, concept)), None)

    def _defines(self, disagreement: Disagreement, concept: str) -> bool:
        """Whether positions rest on definitions of the concept itself: two of them, and half of all."""
        first = [self._course.claim[p.claims[0]] for p in disagreement.positions]
        own = [c for c in first if self._course.concept_of[c.id] == concept and c.aspect is Aspect.definition]
        return len(own) > 1 and len(own) * 2 >= len(first)
