"""Measure how well a document was read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Dict, Iterable

from knowledge.ingest.document import Document
from knowledge.ingest.words import WORD, is_known


@dataclass(frozen=True)
class Quality:
    """What a reader should know of a document. `known` is the share of its words that the dictionary has, 0.0 to 1.0."""

    known: float
    passages: int
    removed: Dict[str, int]  # spots by kind
    mended: Dict[str, int]


def known_share(texts: Iterable[str]) -> float:
    """Give the share of words that the dictionary has; 1.0 if there are none."""
    words = Counter(word for text in texts for word in WORD.findall(text) if len(word) > 1 or word in "aAI")
    total = sum(words.values())
    return sum(count for word, count in words.items() if is_known(word)) / total if total else 1.0


def quality(document: Document) -> Quality:
    """Measure a document."""
    return Quality(
        known=known_share(paragraph.text for paragraph in document.paragraphs),
        passages=len(document.paragraphs),
        removed=dict(Counter(removal.why for removal in document.removals)),
        mended=dict(Counter(mend.why for mend in document.mends)),
    )
