"""How well a search ranks: recall and nDCG, and which claims are relevant to a message."""

from __future__ import annotations

import math
import re
from typing import Any, Collection, Dict, FrozenSet, List, Sequence

from bench.evaluation.judging import subjects
from bench.evaluation.messages import Message
from knowledge.models import Course

DEPTHS = (1, 3, 5, 10)


def relevant(message: Message, course: Course) -> FrozenSet[str]:
    """The claims about an expected concept whose text matches one of the facts that the reply should mention."""
    return frozenset(
        claim.id
        for claim in course.claim.values()
        if subjects(claim, course) & set(message.concepts) and any(re.search(p, claim.text) for p in message.mention)
    )


def recall(ranked: Sequence[str], wanted: Collection[str], depth: int) -> float:
    """The share of what is wanted among the first `depth`."""
    return len(set(ranked[:depth]) & set(wanted)) / len(wanted)


def hit(ranked: Sequence[str], wanted: Collection[str], depth: int) -> float:
    """1 if anything wanted is among the first `depth`, else 0."""
    return float(bool(set(ranked[:depth]) & set(wanted)))


def ndcg(ranked: Sequence[str], wanted: Collection[str], depth: int) -> float:
    """Discounted gain of the first `depth`, each wanted one worth 1 / log2(rank + 1), as a share of the best order's."""
    gain = sum(1 / math.log2(rank + 1) for rank, found in enumerate(ranked[:depth], 1) if found in wanted)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(depth, len(wanted)) + 1))
    return gain / best


def measure(rankings: Sequence[Sequence[str]], wanted: Sequence[Collection[str]]) -> Dict[str, Any]:
    """Means over the queries for which anything is wanted."""
    pairs = [(ranked, w) for ranked, w in zip(rankings, wanted, strict=True) if w]
    return {
        "queries": len(pairs),
        **{f"recall@{k}": _mean([recall(ranked, w, k) for ranked, w in pairs]) for k in DEPTHS},
        **{f"hit@{k}": _mean([hit(ranked, w, k) for ranked, w in pairs]) for k in DEPTHS},
        "ndcg@10": _mean([ndcg(ranked, w, 10) for ranked, w in pairs]),
    }


def _mean(values: List[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
