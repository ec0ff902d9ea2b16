"""Weigh what a search found: which claims answer a free question, and whether any does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from index.retrieval import Hit, Retriever
from tutor.catalogue import Catalogue
from tutor.understanding import ASPECTS_OF, Act, Request

NEAR = 0.10  # a claim joins the best one if its weight is no further below it than this
MOST = 3  # claims in the answer to a free question
CANDIDATES = 40  # of the ranking that are weighed


@dataclass(frozen=True)
class Evidence:
    """A claim weighed against a question."""

    claim: str
    weight: float
    cosine: float
    coverage: float


# Fitted by `python -m bench.calibrate` on tests/data/messages.yml: log-odds that the best claim answers the question.
WEIGHTS: Mapping[str, float] = {
    "bias": -3.0,
    "cosine": 5.0,
    "coverage": 2.0,
    "unknown": -2.0,
    "named": 1.0,
    "off_topic": -2.0,
}


class Weigher:
    """Ranks claims for free questions."""

    def __init__(self, catalogue: Catalogue, retriever: Retriever) -> None:
        self._catalogue = catalogue
        self._retriever = retriever

    def search(self, request: Request, concepts: Sequence[str], limit: Optional[int] = CANDIDATES) -> List[Evidence]:
        """Claims that bear on a request, best first. Claims that are not about a topic asked for are left out."""
        hits = self._retriever.search(request.canonical)[:limit]
        topics = self._numbered(concepts)
        kept = [hit for hit in hits if not topics or self._catalogue.touches(hit.id, topics)]
        weighed = [self._weigh(hit, request, concepts) for hit in kept]
        return sorted(weighed, key=lambda e: -e.weight)

    def _numbered(self, concepts: Sequence[str]) -> Tuple[str, ...]:
        return tuple(c for c in concepts if self._catalogue.course.concept[c].number)

    def _weigh(self, hit: Hit, request: Request, concepts: Sequence[str]) -> Evidence:
        about = 0.10 if concepts and self._catalogue.about(hit.id, concepts) else 0.0
        claim = self._catalogue.course.claim[hit.id]
        asked = sum(p for act, p in request.ranking.items() if claim.aspect in ASPECTS_OF.get(act, ()))
        named = 0.10 if claim.aspect in request.aspects else 0.0
        weight = hit.cosine + 0.25 * hit.coverage + about + 0.10 * asked + named
        return Evidence(hit.id, weight, hit.cosine, hit.coverage)

    def probability(self, request: Request, evidence: Sequence[Evidence]) -> float:
        """How likely the best claim answers the question, 0 to 1."""
        if not evidence:
            return 0.0
        features = self.features(request, evidence)
        return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in features.items())))

    def features(self, request: Request, evidence: Sequence[Evidence]) -> Dict[str, float]:
        """The signals behind `probability`, by name."""
        best = evidence[0]
        return {
            "bias": 1.0,
            "cosine": best.cosine,
            "coverage": best.coverage,
            "unknown": self._unknown_share(request),
            "named": float(bool(request.concepts or request.people)),
            "off_topic": sum(request.ranking.get(act, 0.0) for act in (Act.out_of_scope, Act.manipulate)),
        }

    def _unknown_share(self, request: Request) -> float:
        """The share of the leftover words that no claim uses, rare words counting for more."""
        total = sum(self._retriever.idf(t) for t in request.leftover)
        highest = self._retriever.idf("\0")
        unknown = sum(highest for t in request.leftover if self._retriever.idf(t) == highest)
        return unknown / total if total else 0.0

    def is_common(self, term: str) -> bool:
        """Whether so many claims use a term that it singles none out."""
        return self._retriever.idf(term) < self._retriever.common_idf

    def covers(self, claim_id: str, wanted: Sequence[str]) -> float:
        """The share of these terms that a claim has, rare ones counting for more, 0 to 1."""
        return self._retriever.coverage(wanted, claim_id)

    @staticmethod
    def best(evidence: Sequence[Evidence]) -> List[Evidence]:
        """The claims worth saying: the best, and those close behind it."""
        return [e for e in evidence[:MOST] if e.weight >= evidence[0].weight - NEAR]
