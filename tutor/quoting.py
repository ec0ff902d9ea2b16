"""Answer from the readings that were ingested: sentences of one paragraph, word for word."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Container, Dict, List, Mapping, Optional, Sequence, Tuple

from index.encoder import Encoder
from index.lexical import terms
from index.passages import sentence_spans
from index.shelf import Find, Shelf
from knowledge.ingest.document import Paragraph
from knowledge.models import Source
from tutor.library import Library, locator, passage_id

CONSIDERED = 6  # passages that may answer
WEIGHED = 3  # ... and whose sentences are weighed
LONGEST_QUOTE = 3  # sentences
NEAR = 0.08  # a neighbour joins the best sentence if its weight is no further below
PASSAGE = 0.5  # what the whole passage's cosine, its heading and all, is worth beside the sentence's
RARE_WORDS = 0.20  # what having all the rare words of the question is worth beside the cosine

# Log-odds that the best passage answers the question. Fitted on tests/data/messages.yml with the five readings of the course on
# multi-track diplomacy in the library, the cosine held at 9 or more: to share words with a passage is not yet to be answered by it.
WEIGHTS: Mapping[str, float] = {"bias": -4.2, "cosine": 9.0, "coverage": 3.0, "unknown": -1.5, "off_topic": -2.7}
LEAST_COSINE = 0.35  # ... below which nothing is quoted

_LEANS_BACK = re.compile(
    r"(this|these|those|that|it|its|they|their|them|he|she|his|her|such|so|thus|hence|therefore|however|moreover|furthermore|also|but|and|"
    r"then|here|both|another|in addition|for example|for instance|as a result)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quotation:
    """Sentences of one paragraph, word for word, and how surely, 0 to 1, they answer."""

    passage: str
    source: Source
    locator: str
    text: str  # of the paragraph
    sentences: Tuple[str, ...]
    probability: float


@dataclass(frozen=True)
class _Spot:
    """A sentence of a paragraph that was found."""

    find: Find
    paragraph: Paragraph
    number: int  # of the sentence, from 0
    start: int  # in the paragraph's text
    end: int
    text: str


class Quoter:
    """Finds quotations in a library."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self._library = library
        self._encoder = encoder

    def likelihood(self, query: str, wanted: Sequence[str], off_topic: float, without: Container[str] = ()) -> float:
        """How surely, 0 to 1, some passage answers a question, documents `without` aside; much cheaper than `quote`."""
        shelf = self._library.shelf
        return _best(shelf, query, wanted, off_topic, without)[1] if shelf else 0.0

    def features(self, query: str, wanted: Sequence[str], off_topic: float) -> Dict[str, float]:
        """What `likelihood` goes by, for calibration; empty if nothing was found."""
        shelf = self._library.shelf
        best = _best(shelf, query, wanted, off_topic)[0] if shelf else None
        return features(best, wanted, shelf, off_topic) if shelf and best else {}

    def quote(self, query: str, wanted: Sequence[str], off_topic: float, without: Container[str] = ()) -> Optional[Quotation]:
        """What the library says to a question with canonical names; `wanted` are its topical stems."""
        shelf = self._library.shelf
        if shelf is None:
            return None
        best, likely = _best(shelf, query, wanted, off_topic, without)
        if best is None:
            return None
        found = [best, *(f for f in _found(shelf, query, without) if f is not best)][:WEIGHED]
        spots = [spot for find in found for spot in _spots(shelf, find)]
        alone = self._weigh([spot.text for spot in spots], query, shelf)
        weights = [weight + PASSAGE * spot.find.cosine for weight, spot in zip(alone, spots, strict=True)]
        chosen = spots[max(range(len(spots)), key=lambda i: weights[i])]
        within = [(s, w) for s, w in zip(spots, weights, strict=True) if s.find is chosen.find]
        first, last = run([w for _, w in within], chosen.number, [s.text for s, _ in within])
        return Quotation(
            passage=passage_id(chosen.find.document, chosen.paragraph.number, within[first][0].start, within[last][0].end),
            source=shelf.entries[chosen.find.document].source,
            locator=locator(chosen.paragraph),
            text=chosen.paragraph.text,
            sentences=tuple(s.text for s, _ in within[first : last + 1]),
            probability=likely,
        )

    def _weigh(self, texts: Sequence[str], query: str, shelf: Shelf) -> List[float]:
        """How much each sentence bears on the query: cosine, and the share of the query's rare words."""
        vectors = self._encoder.encode([query, *texts])
        wanted = set(terms(query))
        total = sum(map(shelf.idf, wanted)) or 1.0
        covered = [sum(shelf.idf(t) for t in wanted & set(terms(text))) / total for text in texts]
        return [float(v @ vectors[0]) + RARE_WORDS * c for v, c in zip(vectors[1:], covered, strict=True)]


def _spots(shelf: Shelf, find: Find) -> List[_Spot]:
    """The sentences of the paragraph in which a passage was found."""
    paragraph = shelf.paragraph(find.document, find.paragraph)
    spans = sentence_spans(paragraph.text) if paragraph else []
    return [_Spot(find, paragraph, n, a, b, paragraph.text[a:b]) for n, (a, b) in enumerate(spans) if paragraph]


def _found(shelf: Shelf, query: str, without: Container[str]) -> List[Find]:
    return [find for find in shelf.search(query) if find.document not in without][:CONSIDERED]


def _best(
    shelf: Shelf, query: str, wanted: Sequence[str], off_topic: float, without: Container[str] = ()
) -> Tuple[Optional[Find], float]:
    """The passage that answers most surely, and how surely."""
    found = _found(shelf, query, without)
    weighed = [(probability(features(f, wanted, shelf, off_topic)), -n) for n, f in enumerate(found)]
    if not weighed:
        return None, 0.0
    likely, n = max(weighed)
    return found[-n], likely


def features(find: Find, wanted: Sequence[str], shelf: Shelf, off_topic: float) -> Dict[str, float]:
    """The measures by which `probability` goes."""
    total = sum(map(shelf.idf, wanted))
    unknown = sum(shelf.idf(t) for t in wanted if not shelf.knows(t)) / total if total else 0.0
    return {"cosine": find.cosine, "coverage": find.coverage, "unknown": unknown, "off_topic": off_topic}


def probability(measured: Mapping[str, float]) -> float:
    """How surely, 0 to 1, a passage with these features answers."""
    if measured["cosine"] < LEAST_COSINE:
        return 0.0
    odds = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in measured.items())
    return 1 / (1 + math.exp(-odds))


def run(weights: Sequence[float], at: int, texts: Sequence[str]) -> Tuple[int, int]:
    """The first and last sentence of a quotation around the best one: near neighbours, and what a "this" refers to."""
    first = last = at
    while first > 0 and last - first + 1 < LONGEST_QUOTE and _LEANS_BACK.match(texts[first]):
        first -= 1
    while last + 1 < len(weights) and last - first + 1 < LONGEST_QUOTE and weights[last + 1] >= weights[at] - NEAR:
        last += 1
    while first > 0 and last - first + 1 < LONGEST_QUOTE and weights[first - 1] >= weights[at] - NEAR:
        first -= 1
    return first, last
