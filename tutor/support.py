"""Whether the readings bear the course out: for each claim the paragraph that supports it best, and how well."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from index.encoder import Encoder
from index.lexical import terms
from knowledge.ingest.document import Document, UnreadableDocument
from knowledge.ingest.reading import find_documents, read_document
from knowledge.models import Claim, Course, Place
from tutor.passages import Locators, Passage, Passages, Scores

# Fitted on the course on multi-track diplomacy and its five readings: of 606 citations 96 % count as supported, and of 1383 claims
# held against a reading that they do not cite 14 %; of 24 of these that were looked at, about half are indeed said there.
WORDS = 0.6  # weight of the claim's rare words; the rest goes to the meaning
RARITY = 1.5  # power to which a word's rarity is raised
SUPPORTED = 0.42  # score from which a passage seems to say what a claim says
SUPPORTED_IN_PLACE = 0.36  # ... if it stands where the locator leads
PLACE = 0.15  # what a fitting locator adds when the best passage is chosen
IN_PLACE = 0.75  # fit from which a locator leads to a paragraph
CHUNK = 4096  # windows weighed at once

TITLE_WITHIN = 500  # characters of a document in which its title is looked for
SHARE = 0.6  # of a source's claims that a document without a name must support to be this source ...
LEAD = 0.15  # ... and by how much more than the next source


@dataclass(frozen=True)
class Support:
    """The passage of a reading that supports a claim best.

    `paragraph` is its number in the document; characters [start, end) of the paragraph's text. `score` is 0 to 1.
    `aside` is a footnote or reference that was taken out of the running text behind this paragraph and supports it better.
    """

    claim: str
    source: str
    paragraph: int
    score: float
    start: int
    end: int
    supported: bool
    aside: Optional[str] = None


@dataclass(frozen=True)
class Match:
    """A file that was taken for a source, and how it was recognised: by "name", "title" or "claims"."""

    file: str
    source: str
    by: str


@dataclass(frozen=True)
class Review:
    """A course held against the files of a folder."""

    supports: Tuple[Support, ...]
    matches: Tuple[Match, ...]
    documents: Mapping[str, Document]  # by source
    missing: Tuple[str, ...]  # sources for which there is no file
    strange: Tuple[str, ...]  # files that fit no source
    unreadable: Tuple[str, ...]  # messages, one for each file that cannot be read

    @cached_property
    def unsupported(self) -> Tuple[Support, ...]:
        """The claims that their reading does not seem to support, the weakest first."""
        return tuple(sorted((s for s in self.supports if not s.supported), key=lambda s: s.score))

    def passage(self, support: Support) -> str:
        """The words of a reading to which a support points."""
        text = self.documents[support.source].paragraphs[support.paragraph - 1].text
        return support.aside or text[support.start : support.end]

    def lines(self, course: Course) -> List[str]:
        """The report in plain words: files, then the claims to look at."""
        lines = [f"{m.file}: taken for '{m.source}' (by its {m.by})" for m in self.matches]
        lines += [f"no file for the source '{source}'; its claims were not looked at" for source in self.missing]
        lines += [f"{file}: fits no source; name it after one, such as '{course.sources[0].id}.pdf'" for file in self.strange]
        lines += list(self.unreadable)
        lines.append(f"{len(self.supports) - len(self.unsupported)} of {len(self.supports)} citations seem to be supported")
        for weak in self.unsupported:
            lines += [
                f"claim '{weak.claim}' in '{weak.source}': no passage seems to say this ({weak.score:.2f})",
                f"    the claim: {course.claim[weak.claim].text}",
                f"    the nearest passage, {'a note near ' if weak.aside else ''}paragraph {weak.paragraph}: {self.passage(weak)}",
            ]
        return lines

    def as_dict(self) -> Dict[str, Any]:
        """The report, JSON-ready."""
        return {
            "files": [asdict(match) for match in self.matches],
            "missing": list(self.missing),
            "strange": list(self.strange),
            "unreadable": list(self.unreadable),
            "supports": [{**asdict(s), "score": round(s.score, 3), "passage": self.passage(s)} for s in self.supports],
        }


def support(course: Course, encoder: Encoder, documents: Mapping[str, Document]) -> List[Support]:
    """Find the best passage for each claim and each of its places whose source is among these documents."""
    weigher = _Weigher(course, encoder)
    read = {source: Passages.of(document, encoder) for source, document in documents.items()}
    return [found for source, windows in read.items() for found in weigher.support(source, windows)]


def against(course: Course, encoder: Encoder, folder: Path) -> Review:
    """Hold a course against the readings in a folder, which are recognised by name, by title or by what they say."""
    documents, unreadable = _read(folder)
    weigher = _Weigher(course, encoder)
    windows = {file: Passages.of(document, encoder) for file, document in documents.items()}
    matches = _matches(course, documents, windows, weigher)
    by_source = {match.source: match.file for match in matches}
    return Review(
        supports=tuple(s for source, file in by_source.items() for s in weigher.support(source, windows[file])),
        matches=tuple(matches),
        documents={source: documents[file] for source, file in by_source.items()},
        missing=tuple(source.id for source in course.sources if source.id not in by_source),
        strange=tuple(file for file in documents if file not in by_source.values()),
        unreadable=tuple(unreadable),
    )


def _read(folder: Path) -> Tuple[Dict[str, Document], List[str]]:
    """The documents of a folder by file name, and a message for each that cannot be read."""
    documents: Dict[str, Document] = {}
    unreadable: List[str] = []
    for path in find_documents([folder]).documents:
        document = _document(path)
        if isinstance(document, Document):
            documents[path.relative_to(folder).as_posix() if folder.is_dir() else path.name] = document
        else:
            unreadable.append(document)
    return documents, unreadable


def _document(path: Path) -> Union[Document, str]:
    """A document, or why it cannot be read."""
    try:
        return read_document(path)
    except UnreadableDocument as error:
        return str(error)


# -- which file is which source --------------------------------------------------------------------------------------


def _matches(course: Course, documents: Mapping[str, Document], windows: Mapping[str, Passages], weigher: _Weigher) -> List[Match]:
    """Recognise sources by the files' names, then by their titles, then by the claims that they support."""
    found: List[Match] = []
    for by in ("name", "title", "claims"):
        taken = {match.source for match in found}
        free = [file for file in documents if file not in {match.file for match in found}]
        open_ = [source.id for source in course.sources if source.id not in taken]
        for file in free:
            if by == "name":
                source = _by_name(file, open_)
            elif by == "title":
                source = _by_title(course, documents[file], open_)
            else:
                source = _by_claims(course, open_, windows[file], weigher)
            if source and source not in {match.source for match in found}:
                found.append(Match(file, source, by))
    return sorted(found, key=lambda match: list(course.source).index(match.source))


def _by_name(file: str, sources: Sequence[str]) -> Optional[str]:
    stem = Path(file).stem.lower()
    return stem if stem in sources else None


def _by_title(course: Course, document: Document, sources: Sequence[str]) -> Optional[str]:
    """The source whose title stands at the beginning of a document; the longest one if there are several."""
    beginning = " " + _plain((document.title or "") + " " + document.original[:TITLE_WITHIN]) + " "
    titles = {source: f" {_plain(course.source[source].title)} " for source in sources}
    fitting = [source for source in sources if titles[source].strip() and titles[source] in beginning]
    return max(fitting, key=lambda source: len(titles[source]), default=None)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _by_claims(course: Course, sources: Sequence[str], windows: Passages, weigher: _Weigher) -> Optional[str]:
    """The source most of whose own claims a document supports, if it stands out."""
    shares = sorted(((weigher.share(source, windows), source) for source in sources), reverse=True)
    lead = shares[0][0] - (shares[1][0] if len(shares) > 1 else 0.0) if shares else 0.0
    return shares[0][1] if shares and shares[0][0] >= SHARE and lead >= LEAD else None


# -- how well a passage supports a claim -----------------------------------------------------------------------------


class _Weigher:
    """Scores the passages of documents against the claims of a course."""

    def __init__(self, course: Course, encoder: Encoder) -> None:
        self._course = course
        self._claims = list(course.claim.values())
        self._row = {claim.id: n for n, claim in enumerate(self._claims)}
        self._vectors = encoder.encode([claim.text for claim in self._claims])
        bags = [self._stems(claim) for claim in self._claims]
        frequency = Counter(stem for bag in bags for stem in bag)
        self._column = {stem: n for n, stem in enumerate(frequency)}
        self._words = np.zeros((len(bags), len(frequency)), dtype=np.float32)  # each row sums to 1
        for n, bag in enumerate(bags):
            weights = [_rarity(frequency[stem], len(bags)) for stem in bag]
            self._words[n, [self._column[stem] for stem in bag]] = np.asarray(weights) / (sum(weights) or 1.0)

    def support(self, source: str, read: Passages) -> List[Support]:
        """The best passage for each claim that cites a source, in the order of the course."""
        places = [(claim, place) for claim in self._claims for place in claim.places if place.source == source]
        if not places or not read.windows:
            return []
        scores = self._scores([claim.id for claim, _ in places], read)
        locators = Locators(read)
        fits = np.asarray([locators.fit(place.locator) for _, place in places], dtype=np.float32)
        best = np.argmax(scores + PLACE * fits, axis=1)
        return [
            _support(claim, place, read.windows[at], float(scores[n, at]), float(fits[n, at]))
            for n, ((claim, place), at) in enumerate(zip(places, best, strict=True))
        ]

    def share(self, source: str, read: Passages) -> float:
        """The share of the claims that cite a source first which a document supports, locators aside."""
        own = [claim.id for claim in self._claims if claim.source == source]
        if not own or not read.windows:
            return 0.0
        return float(np.mean(self._scores(own, read).max(axis=1) >= SUPPORTED))

    def _scores(self, claims: Sequence[str], read: Passages) -> Scores:
        """How well each window says what each claim says, shape (claims, windows), 0 to 1."""
        rows = [self._row[claim] for claim in claims]
        meaning = np.clip(self._vectors[rows] @ read.vectors.T, 0, 1)
        parts = [read.windows[at : at + CHUNK] for at in range(0, len(read.windows), CHUNK)]
        covered = [self._words[rows] @ self._presence(part).T for part in parts]
        return np.asarray((1 - WORDS) * meaning + WORDS * np.concatenate(covered, axis=1), dtype=np.float32)

    def _presence(self, windows: Sequence[Passage]) -> Scores:
        """Which of the course's stems each window has, shape (windows, stems)."""
        present = np.zeros((len(windows), len(self._column)), dtype=np.float32)
        for n, window in enumerate(windows):
            present[n, [self._column[stem] for stem in window.stems if stem in self._column]] = 1
        return present

    def _stems(self, claim: Claim) -> FrozenSet[str]:
        """The stems of a claim without the names of the readings' authors, which readings seldom repeat."""
        authors = {stem for place in claim.places for stem in terms(self._course.source[place.source].author)}
        return frozenset(terms(claim.text)) - authors or frozenset(terms(claim.text))


def _rarity(times: int, claims: int) -> float:
    return float(math.log(1 + (claims - times + 0.5) / (times + 0.5)) ** RARITY)


def _support(claim: Claim, place: Place, window: Passage, score: float, fit: float) -> Support:
    least = SUPPORTED_IN_PLACE if fit >= IN_PLACE else SUPPORTED
    return Support(
        claim=claim.id,
        source=place.source,
        paragraph=window.paragraph + 1,
        score=min(1.0, score),
        start=window.start,
        end=window.end,
        supported=score >= least,
        aside=window.aside,
    )
