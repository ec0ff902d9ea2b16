"""The passages of a document: runs of sentences that are weighed together, and how well they fit a locator."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, Vectors
from index.lexical import terms
from knowledge.fields import sentences
from knowledge.ingest.document import Document, Paragraph

LONGEST = 3  # sentences that are weighed together
ASIDES = frozenset({"footnote", "references", "front matter", "byline", "photo credit"})  # removals that can bear a claim out
_ASIDE = re.compile(r"\b(foot|end)?notes?\b|\b(further reading|references|bibliography|title|byline|caption)\b", re.I)
_GENERIC = frozenset(
    terms(
        "paragraph section item list row table page entry chapter part sentence note footnote answer first last all before after on"
    )
)
_NUMBERED = re.compile(r"\b(paragraphs?|items?|entry|entries|rows?|pages?|pp?\.)\s+((?:\d+(?:\s*(?:,|and|to|-|–)\s*)?)+)", re.I)
_RANGE = re.compile(r"(\d+)\s*(?:to|-|–)\s*(\d+)|(\d+)")
_OPENING = re.compile(r"\b(introduction|opening|beginning|preface|abstract)\b", re.I)

Scores = NDArray[np.float32]


class _Unit(NamedTuple):
    """A sentence of a paragraph, or a footnote or reference behind it. Units of one group may be read together."""

    group: int
    paragraph: int  # index
    text: str
    start: int
    end: int
    aside: bool


@dataclass(frozen=True)
class Passage:
    """Some neighbouring units: a passage of a paragraph, or footnotes behind it."""

    paragraph: int  # index
    start: int
    end: int
    aside: Optional[str]
    stems: FrozenSet[str]


@dataclass(frozen=True)
class Passages:
    """Every run of one to three units of a document. `vectors` has the shape (windows, dimension)."""

    paragraphs: Tuple[Paragraph, ...]
    windows: Tuple[Passage, ...]
    vectors: Vectors

    @classmethod
    def of(cls, document: Document, encoder: Encoder) -> Passages:
        """Cut a document. A window's vector is the mean of its units' by length, so that each is embedded once."""
        units = [*_sentences(document), *_asides(document)]
        lengths = np.asarray([len(unit.text) for unit in units], dtype=np.float32).reshape(-1, 1)
        vectors = encoder.encode([unit.text for unit in units]) * lengths
        runs = [
            (first, last + 1)
            for first in range(len(units))
            for last in range(first, min(first + LONGEST, len(units)))
            if units[first].group == units[last].group
        ]
        sums = np.asarray([vectors[first:end].sum(axis=0) for first, end in runs], dtype=np.float32)
        sums = sums.reshape(len(runs), encoder.dimension)
        return cls(
            paragraphs=document.paragraphs,
            windows=tuple(_passage(units[first:end]) for first, end in runs),
            vectors=sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9),
        )

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """The index of the paragraph to which each window belongs."""
        return np.asarray([window.paragraph for window in self.windows], dtype=np.int64)

    @cached_property
    def aside(self) -> NDArray[np.bool_]:
        """Whether each window is made of footnotes or references."""
        return np.asarray([window.aside is not None for window in self.windows], dtype=bool)


def _passage(units: Sequence[_Unit]) -> Passage:
    stems = frozenset(terms(" ".join(unit.text for unit in units)))
    if units[0].aside:
        return Passage(units[0].paragraph, 0, 0, " ".join(unit.text for unit in units), stems)
    return Passage(units[0].paragraph, units[0].start, units[-1].end, None, stems)


def _sentences(document: Document) -> Iterator[_Unit]:
    for n, paragraph in enumerate(document.paragraphs):
        for start, end in sentence_spans(paragraph.text):
            yield _Unit(n, n, paragraph.text[start:end], start, end, aside=False)


def _asides(document: Document) -> Iterator[_Unit]:
    """The footnotes, references and title pages that were taken out; neighbours of one kind form a group."""
    begins = [paragraph.spans[0][0] for paragraph in document.paragraphs]
    group, last = len(document.paragraphs), ""
    for removal in document.removals:
        if removal.why in ASIDES and removal.text.strip():
            group += removal.why != last
            last = removal.why
            at = max(bisect_right(begins, removal.start) - 1, 0)
            yield _Unit(group, at, " ".join(removal.text.split()), 0, 0, aside=True)


def sentence_spans(text: str) -> Iterator[Tuple[int, int]]:
    """The sentences of a text as half-open character ranges."""
    at = 0
    for sentence in sentences(text):
        at = text.index(sentence, at)
        yield at, at + len(sentence)
        at += len(sentence)


# -- locators ---------------------------------------------------------------------------------------------------------


class Locators:
    """Tells how well each passage of a document fits a locator, by its heading, its number under it, and its page."""

    def __init__(self, read: Passages) -> None:
        self._read = read
        self._pages = [paragraph.page for paragraph in read.paragraphs]
        self._headings = [frozenset(terms(paragraph.heading or "")) for paragraph in read.paragraphs]
        self._words = [frozenset(terms(paragraph.text)) for paragraph in read.paragraphs]
        self._number = list(_numbers_under(paragraph.heading for paragraph in read.paragraphs))
        self._opening = [paragraph.heading == read.paragraphs[0].heading for paragraph in read.paragraphs]
        self._known: Dict[str, Scores] = {}

    def fit(self, locator: str) -> Scores:
        """Fit of each window, 0 to 1; a locator of several parts fits where one of them does."""
        if locator not in self._known:
            by_paragraph = np.max([self._part(part) for part in locator.split(";")], axis=0)
            to_asides = float(bool(_ASIDE.search(locator)))
            self._known[locator] = np.where(self._read.aside, to_asides, by_paragraph[self._read.owners]).astype(np.float32)
        return self._known[locator]

    def _part(self, locator: str) -> Scores:
        numbers = _numbers(locator)
        words = frozenset(terms(locator)) - _GENERIC - {str(n) for kind in numbers.values() for n in kind}
        opening = bool(_OPENING.search(locator))
        return np.asarray([self._one(n, words, numbers, opening) for n in range(len(self._pages))], dtype=np.float32)

    def _one(self, n: int, words: FrozenSet[str], numbers: Mapping[str, FrozenSet[int]], opening: bool) -> float:
        if self._pages[n] is not None and self._pages[n] in numbers["page"]:
            return 1.0
        named = len(words & self._headings[n]) / len(words) if words else 0.0
        said = len(words & self._words[n]) / len(words) if words else 0.0
        named = max(named, said / 2, float(opening and self._opening[n]))
        counted = self._number[n] in numbers["paragraph"]
        return float(named * (1.0 if counted or not numbers["paragraph"] else 0.6))


def _numbers(locator: str) -> Mapping[str, FrozenSet[int]]:
    """The numbers of pages, and of paragraphs or list items, that a locator gives."""
    found: Dict[str, List[int]] = defaultdict(list)
    for noun, figures in _NUMBERED.findall(locator):
        kind = "page" if noun.lower().startswith("p") and not noun.lower().startswith("para") else "paragraph"
        for first, last, single in _RANGE.findall(figures):
            found[kind] += [int(single)] if single else range(int(first), min(int(last), int(first) + 50) + 1)
    return {kind: frozenset(found[kind]) for kind in ("page", "paragraph")}


def _numbers_under(headings: Iterable[Optional[str]]) -> Iterator[int]:
    """The number of each paragraph under its heading, from 1."""
    last: Optional[str] = None
    number = 0
    for heading in headings:
        number = number + 1 if heading == last else 1
        last = heading
        yield number
