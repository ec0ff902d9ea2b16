"""Find the claims that bear on a text: dense and lexical search, fused by rank."""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from index.adapting import adapted, chances, classes, learn
from index.dense import DenseIndex
from index.encoder import Encoder, Vectors
from index.lexical import LexicalIndex, terms
from index.vocabulary import Vocabulary
from knowledge.models import Claim, Concept, Course

FORMAT = 4  # raised when the files of an index change their meaning
# How texts are read, here and in a query.
_TEXT_RULES = ("words.py", "series.py", "vocabulary.py", "lexical.py", "stopwords.txt", "shorthand.txt")
COMMON_SHARE = 0.075
CACHED = 64  # queries; one message asks for the same ranking several times
RRF_CONSTANT = 60  # Cormack, Clarke and Buettcher 2009
MEND = "run: python -m tutor index"
_FILES = ("dense.npy", "learned.npy", "map.npy", "classes.npy", "lexical.npz", "documents.json")


class IndexUnusable(Exception):
    """The index is missing, stale or damaged; the message says which, and the command that mends it."""


@dataclass(frozen=True)
class Document:
    """One claim as it is searched: its text and the questions it answers."""

    id: str
    texts: Tuple[str, ...]


class Hit(NamedTuple):
    """A claim that was found. `score` fuses the two rankings; the raw measures stay beside it.

    cosine: best of the claim's texts, -1 to 1. told: that of what the claim says, without the questions that it answers.
    learned, learned_told: the same as the course's own questions teach them (`index.adapting`); likely: the log-probability that
    they give to the claim.
    bm25: 0 and up. coverage: share of the query's terms, 0 to 1.
    """

    id: str
    score: float
    cosine: float
    told: float
    learned: float
    learned_told: float
    likely: float
    bm25: float
    coverage: float


class _Ranked(NamedTuple):
    """Every document ranked for one query: the order of their rows, best first, and by row what that rests on."""

    vector: Vectors  # of the query
    order: NDArray[np.int64]
    fused: NDArray[np.float64]
    measures: Tuple[NDArray[Any], ...]  # learned, learned_told, likely, bm25, coverage


def documents(course: Course, vocabulary: Vocabulary) -> List[Document]:
    """What is searched of a course, in its order."""
    return [
        Document(claim.id, tuple(vocabulary.canonical(text) for text in _texts(concept, claim)))
        for concept in course.concepts
        for claim in concept.claims
    ]


def _texts(concept: Concept, claim: Claim) -> Tuple[str, ...]:
    named = claim.text if concept.name.lower() in claim.text.lower() else f"{concept.name}: {claim.text}"
    return (named, *claim.questions)


@dataclass(frozen=True)
class Learned:
    """The rows under a map that was learned from them, the map, and the weights that tell whose a mapped row is."""

    dense: DenseIndex
    map: Vectors
    classes: Vectors

    @classmethod
    def of(cls, rows: Vectors, owners: NDArray[np.int64]) -> Learned:
        """Learn a map from unit rows and whose they are."""
        matrix = learn(rows, owners)
        mapped = adapted(rows, matrix)
        return cls(DenseIndex(mapped), matrix, classes(mapped, owners))

    @classmethod
    def nothing(cls, dense: DenseIndex, count: int) -> Learned:
        """What is there before anything was learned: all `count` documents are as likely."""
        return cls(dense, np.eye(dense.dimension, dtype=np.float32), np.zeros((dense.dimension + 1, count), dtype=np.float32))


class Retriever:
    """Search over one course's claims."""

    def __init__(
        self, docs: Sequence[Document], dense: DenseIndex, learned: Learned, lexical: LexicalIndex, encoder: Encoder
    ) -> None:
        self.documents = tuple(docs)
        self._dense = dense
        self._lexical = lexical
        self._encoder = encoder
        self._learned = learned
        self._cached = lru_cache(maxsize=CACHED)(lambda query: self._rank(query, self.encode(query)))
        self._row = {d.id: i for i, d in enumerate(docs)}
        self._ids = np.asarray([d.id for d in docs], dtype=object)
        self._sizes = np.asarray([len(d.texts) for d in docs], dtype=np.int64)
        self._first = np.cumsum(self._sizes) - self._sizes  # dense row of each document's first text

    @classmethod
    def build(cls, docs: Sequence[Document], encoder: Encoder, learning: bool = False) -> Retriever:
        """Embed and index documents; if wanted, learn from their texts which are alike."""
        rows = encoder.encode([text for d in docs for text in d.texts])
        return cls.over_rows(docs, rows, encoder, learning)

    @classmethod
    def over_rows(cls, docs: Sequence[Document], rows: Vectors, encoder: Encoder, learning: bool = False) -> Retriever:
        """Index documents whose texts are embedded already: unit rows in their order."""
        dense = DenseIndex(rows)
        learned = Learned.of(rows, _owners(docs)) if learning else Learned.nothing(dense, len(docs))
        return cls(docs, dense, learned, LexicalIndex([terms(" ".join(d.texts)) for d in docs]), encoder)

    def over(self, docs: Sequence[Document]) -> Retriever:
        """A search over other documents, with the same encoder."""
        return Retriever.build(docs, self._encoder)

    def idf(self, term: str) -> float:
        """How rare a term is in the course."""
        return self._lexical.idf(term)

    @property
    def common_idf(self) -> float:
        """The rarity below which a term stands in more than that share of the documents."""
        return math.log(1 / COMMON_SHARE)

    def coverage(self, wanted: Sequence[str], document: str) -> float:
        """The share, 0 to 1, of some terms that a document has, rare terms counting for more."""
        return self._lexical.coverage(wanted, self._row[document])

    def encode(self, text: str) -> Vectors:
        """Embed one text as a unit vector, shape (dimension,)."""
        vector: Vectors = self._encoder.encode([text])[0]
        return vector

    def search(
        self, query: str, vector: Optional[Vectors] = None, keep: Optional[Callable[[str], bool]] = None, most: Optional[int] = None
    ) -> List[Hit]:
        """Rank every claim for a query with canonical names, best first; ties keep the order of the course.

        With `keep`, only the claims whose ids it keeps; with `most`, only the first so many of them, which is cheaper.
        """
        ranked = self._cached(query) if vector is None else self._rank(query, vector)
        fitting = (row for row in ranked.order if keep is None or keep(self._ids[row]))
        rows = np.fromiter(islice(fitting, most), dtype=np.int64)
        if not len(rows):
            return []
        measures: Tuple[NDArray[Any], ...] = (ranked.fused, *self._cosines_of(rows, ranked.vector), *ranked.measures)
        return list(map(Hit._make, zip(self._ids[rows], *(m[rows].tolist() for m in measures), strict=True)))

    def _rank(self, query: str, vector: Vectors) -> _Ranked:
        mapped = adapted(vector, self._learned.map)
        cosines = self._learned.dense.cosines(mapped)
        learned, told = np.maximum.reduceat(cosines, self._first), cosines[self._first]
        wanted = terms(query)
        bm25 = self._lexical.scores(wanted)
        fused = _reciprocal_ranks(learned) + np.where(bm25 > 0, _reciprocal_ranks(bm25), 0)
        measures = (learned, told, chances(mapped, self._learned.classes), bm25, self._lexical.coverages(wanted))
        return _Ranked(vector, np.argsort(-fused, kind="stable"), fused, measures)

    def _cosines_of(self, rows: NDArray[np.int64], vector: Vectors) -> Tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of some documents the best cosine of their texts, and that of their first text, each of shape (documents,)."""
        if len(rows) == len(self.documents):
            cosines = self._dense.cosines(vector)
            return np.maximum.reduceat(cosines, self._first), cosines[self._first]
        sizes = self._sizes[rows]
        first = np.cumsum(sizes) - sizes  # of each document, among the texts looked at
        cosines = self._dense.cosines(vector, np.arange(sizes.sum()) + np.repeat(self._first[rows] - first, sizes))
        best, told = np.zeros((2, len(self.documents)), dtype=np.float32)
        best[rows], told[rows] = np.maximum.reduceat(cosines, first), cosines[first]
        return best, told

    def save(self, folder: Path, course: Course) -> None:
        """Write the index beside its place and move it in whole, so that a reader never sees half of one."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            made = Path(scratch) / "index"
            made.mkdir()
            self._dense.save(made / "dense.npy")
            self._learned.dense.save(made / "learned.npy")
            np.save(made / "map.npy", self._learned.map)
            np.save(made / "classes.npy", self._learned.classes)
            self._lexical.save(made / "lexical.npz")
            rows = [[d.id, list(d.texts)] for d in self.documents]
            (made / "documents.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
            manifest = {**_wanted(course, self._encoder), "files": {name: _digest(made / name) for name in _FILES}}
            (made / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
            _swap(made, folder, Path(scratch) / "previous")

    @classmethod
    def load(cls, folder: Path, course: Course, encoder: Encoder) -> Retriever:
        """Read an index that fits course and encoder; raise IndexUnusable otherwise."""
        manifest = _manifest(folder)
        _refuse_stale(folder, manifest, _wanted(course, encoder))
        for name in _FILES:
            if not _is_whole(folder / name, manifest):
                raise IndexUnusable(f"the index {folder} is damaged ({name} is not as it was written); {MEND}")
        docs = [Document(i, tuple(texts)) for i, texts in json.loads((folder / "documents.json").read_text(encoding="utf-8"))]
        learned = Learned(DenseIndex.load(folder / "learned.npy"), np.load(folder / "map.npy"), np.load(folder / "classes.npy"))
        return cls(docs, DenseIndex.load(folder / "dense.npy"), learned, LexicalIndex.load(folder / "lexical.npz"), encoder)


def embedded(folder: Path, encoder_name: str) -> Dict[str, Vectors]:
    """The texts of an index in this folder with their unit rows, whatever course it was built from; empty if there is none.

    A course of which little has changed need not be embedded anew.
    """
    try:
        manifest = _manifest(folder)
    except IndexUnusable:
        return {}
    fits = manifest.get("format") == FORMAT and manifest.get("encoder") == encoder_name
    if not fits or not all(_is_whole(folder / name, manifest) for name in _FILES):
        return {}
    docs = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
    return dict(zip((text for _, texts in docs for text in texts), np.load(folder / "dense.npy"), strict=True))


def _owners(docs: Sequence[Document]) -> NDArray[np.int64]:
    """The document of each dense row."""
    return np.asarray([i for i, d in enumerate(docs) for _ in d.texts], dtype=np.int64)


def _swap(made: Path, place: Path, previous: Path) -> None:
    """Put a folder in its place; if that fails, what was there before comes back."""
    if place.exists():
        place.rename(previous)
    try:
        made.rename(place)
    except OSError:
        if previous.exists():
            previous.rename(place)
        raise


@lru_cache(maxsize=1)
def text_rules() -> str:
    """Digest of what decides how a text is read: an index built by other rules does not fit."""
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in _TEXT_RULES)).hexdigest()[:12]


@lru_cache(maxsize=1)
def learning_rules() -> str:
    """Digest of what decides what an index learns from its texts."""
    return _digest(Path(__file__).parent / "adapting.py")[:12]


def is_current(folder: Path, course: Course, encoder_name: str) -> bool:
    """Whether an index in this folder was built from this course with this encoder."""
    try:
        manifest = _manifest(folder)
    except IndexUnusable:
        return False
    wanted = {**_made_by(course), "encoder": encoder_name}
    fits = all(manifest.get(key) == value for key, value in wanted.items())
    return fits and all(_is_whole(folder / name, manifest) for name in _FILES)


def _made_by(course: Course) -> Dict[str, Any]:
    return {"format": FORMAT, "course": course.version, "text rules": text_rules(), "learning": learning_rules()}


def _wanted(course: Course, encoder: Encoder) -> Dict[str, Any]:
    return {**_made_by(course), "encoder": encoder.name, "dimension": encoder.dimension}


def _manifest(folder: Path) -> Dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if isinstance(manifest, dict) and isinstance(manifest.get("files"), dict):
            return manifest
    except FileNotFoundError:
        raise IndexUnusable(f"there is no index in {folder}; {MEND}") from None
    except (OSError, ValueError):
        pass
    raise IndexUnusable(f"the index {folder} is damaged (manifest.json cannot be read); {MEND}")


def _refuse_stale(folder: Path, manifest: Dict[str, Any], wanted: Dict[str, Any]) -> None:
    for key, value in wanted.items():
        if manifest.get(key) != value:
            raise IndexUnusable(f"the index {folder} is stale: its {key} is {manifest.get(key)}, not {value}; {MEND}")


def _is_whole(path: Path, manifest: Dict[str, Any]) -> bool:
    return path.is_file() and _digest(path) == manifest["files"].get(path.name)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _reciprocal_ranks(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """1 / (60 + rank), rank 1 for the best; shape as given."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return 1 / (RRF_CONSTANT + ranks)
