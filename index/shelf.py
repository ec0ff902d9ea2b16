"""One state of the local library, ready to be searched: dense and lexical, fused by rank."""

from __future__ import annotations

import json
import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Collection, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from index import near
from index.dense import DenseIndex, Nearest
from index.encoder import Encoder, Vectors
from index.lexical import LexicalIndex, terms
from index.library import DENSE, REMEDY, Entry, LibraryError, State, Store
from index.milvus import Milvus, MilvusIndex, Place, VectorsGone
from index.retrieval import CACHED, RRF_CONSTANT
from index.vocabulary import Vocabulary
from knowledge.ingest.document import Document, Paragraph

log = logging.getLogger(__name__)
CANDIDATES = 50  # passages that each of the two searches offers
LEXICAL = "lexical.npz"
LINKS = "links.json"


@dataclass(frozen=True)
class Find:
    """A passage that was found: `start` and `end` are offsets into the paragraph's text.

    cosine: -1 to 1. bm25: 0 and up. coverage: share of the query's terms, 0 to 1.
    """

    document: str
    paragraph: int
    start: int
    end: int
    score: float
    cosine: float
    bm25: float
    coverage: float


@dataclass(frozen=True)
class Link:
    """The paragraph of a reading that a claim rests on, and how surely, 0 to 1.

    `aside` is the beginning of a footnote or the like that was taken out behind the paragraph, if the claim rests on that.
    """

    paragraph: int
    start: int
    end: int
    score: float
    aside: Optional[str] = None


class Shelf:
    """The documents of one state."""

    def __init__(self, store: Store, state: State, encoder: Encoder) -> None:
        self.state = state
        self._store = store
        self._encoder = encoder
        self.entries: Dict[str, Entry] = {e.source.id: e for e in state.entries}
        cuts = [store.cuts(e.key) for e in state.entries]
        self._cuts = np.concatenate(cuts) if cuts else np.zeros((0, 3), dtype=np.int32)
        self._owners = np.repeat(np.arange(len(cuts), dtype=np.int32), [len(one) for one in cuts])  # document of each passage
        self._dense = _dense(store, state)
        self._lexical = LexicalIndex.load(store.folder(state.number) / LEXICAL) if len(self) else LexicalIndex([])
        self._links = _read_links(store.folder(state.number) / LINKS)
        self._cached = lru_cache(maxsize=CACHED)(self._search)

    @classmethod
    def open(cls, store: Store, encoder: Encoder, made_with: str) -> Shelf:
        """Open the state in use; raise LibraryError if it is damaged or was made with something else."""
        state = store.state()
        if state.entries and state.made_with != made_with:
            raise LibraryError(f"the library {store.root} is stale: encoder, names or rules of reading have changed; {REMEDY}")
        try:
            return cls(store, state, encoder)
        except (OSError, ValueError) as error:
            raise LibraryError(f"the library {store.root} is damaged ({error}); remove the folder and ingest again") from error

    def __len__(self) -> int:
        return len(self._cuts)

    def search(self, query: str) -> Sequence[Find]:
        """The passages that bear on a query with canonical names, best first; one for each paragraph.

        There are none while a Milvus that is used cannot be reached: the course answers without its readings meanwhile.
        """
        try:
            return self._cached(query)
        except VectorsGone as error:
            log.error("%s", error)
            return ()

    def _search(self, query: str) -> Tuple[Find, ...]:
        if self._dense is None:
            return ()
        vector = self._encoder.encode([query])[0]
        near, cosines = self._dense.search(vector, CANDIDATES)
        wanted = terms(query)
        bm25 = self._lexical.scores(wanted)
        alike = [int(i) for i in np.argsort(-bm25, kind="stable")[:CANDIDATES] if bm25[i] > 0]
        score = {int(i): 1 / (RRF_CONSTANT + rank) for rank, i in enumerate(near, 1)}
        for rank, i in enumerate(alike, 1):
            score[i] = score.get(i, 0.0) + 1 / (RRF_CONSTANT + rank)
        cosine = {int(i): float(c) for i, c in zip(near, cosines, strict=True)}
        covered = self._lexical.coverages(wanted)
        rest = [i for i in score if i not in cosine]
        cosine.update(zip(rest, (self._dense.rows(rest) @ vector).tolist() if rest else (), strict=True))
        found: Dict[Tuple[str, int], Find] = {}
        for i in sorted(score, key=lambda i: -score[i]):
            document, number, start, end = self._row(i)
            find = Find(document, number, start, end, score[i], cosine[i], float(bm25[i]), float(covered[i]))
            found.setdefault((document, number), find)
        return tuple(found.values())

    def nearest(self, vectors: Vectors) -> List[Optional[Tuple[str, int, float]]]:
        """For each unit row the document, paragraph and cosine of the nearest passage; None in an empty library."""
        if self._dense is None:
            return [None] * len(vectors)
        best = [self._dense.search(vector, 1) for vector in vectors]
        return [(*self._row(int(rows[0]))[:2], float(cosines[0])) for rows, cosines in best]

    def _row(self, passage: int) -> Tuple[str, int, int, int]:
        """Document, paragraph, start and end of a passage."""
        number, start, end = self._cuts[passage].tolist()
        return self.state.entries[int(self._owners[passage])].source.id, number, start, end

    def idf(self, term: str) -> float:
        """How rare a term is in the library."""
        return self._lexical.idf(term)

    def knows(self, term: str) -> bool:
        """Whether any passage uses a term."""
        return self._lexical.knows(term)

    def document(self, document_id: str) -> Document:
        """A document as it was read."""
        return self._store.document(self.entries[document_id].key)

    def paragraph(self, document_id: str, number: int) -> Optional[Paragraph]:
        """One paragraph of a document; None if there is none of this number."""
        if document_id not in self.entries:
            return None
        paragraphs = self.document(document_id).paragraphs
        return paragraphs[number - 1] if 0 < number <= len(paragraphs) else None

    def link(self, source_id: str, claim_id: str) -> Optional[Link]:
        """The paragraph on which a claim rests in a reading; None if the reading is not here."""
        return self._links.get(source_id, {}).get(claim_id)

    @property
    def links(self) -> Dict[str, Dict[str, Link]]:
        """Every link, by reading and claim."""
        return self._links


def prepare_vectors(store: Store, entries: Sequence[Entry], made_with: str, folder: Path) -> None:
    """Make the vectors of some documents searchable together: into the folder of their state, or to Milvus."""
    held = [e for e in entries if e.passages]
    if not held:
        return
    dimension = int(store.vectors(held[0].key).shape[1])
    if store.milvus:
        documents = {e.key: (e.passages, partial(store.vectors, e.key)) for e in held}
        with _told():
            Milvus(_place(store, made_with)).add(documents, dimension)
        return
    (folder / DENSE).mkdir()
    near.build((store.vectors(e.key) for e in held), sum(e.passages for e in held), dimension, folder / DENSE)


def drop_vectors(store: Store, keys: Collection[str], made_with: str) -> None:
    """Forget the vectors of documents that no state needs any more; a Milvus that cannot be reached keeps them."""
    if store.milvus and keys:
        try:
            Milvus(_place(store, made_with)).drop(keys)
        except VectorsGone as error:
            log.warning("%s", error)


def has_vectors(store: Store, state: State) -> bool:
    """Whether the vectors of a state can be searched together."""
    held = {e.key: e.passages for e in state.entries if e.passages}
    if store.milvus and held:
        with _told():
            return Milvus(_place(store, state.made_with)).count(held) == sum(held.values())
    return not held or (store.folder(state.number) / DENSE / near.ABOUT).is_file()


def _dense(store: Store, state: State) -> Optional[Nearest]:
    held = [e for e in state.entries if e.passages]
    if not held:
        return None
    if store.milvus:
        dimension = int(store.vectors(held[0].key).shape[1])
        keys = {e.key: e.passages for e in held}
        with _told():
            return MilvusIndex(Milvus(_place(store, state.made_with)), keys, store.all_keys() - set(keys), dimension)
    folder = store.folder(state.number) / DENSE
    if (folder / near.ABOUT).is_file():
        index = near.load(folder)
        if len(index) != sum(e.passages for e in held):
            raise ValueError(f"{folder} holds {len(index)} of {sum(e.passages for e in held)} passages")
        return index
    return DenseIndex(np.concatenate([store.vectors(e.key) for e in held]))


def _place(store: Store, made_with: str) -> Place:
    plain = re.sub(r"\W", "_", store.root.name)[:100]
    return Place(store.milvus, f"tutor_{plain}_{made_with}")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except VectorsGone as error:
        raise LibraryError(str(error)) from error


def lexical_file(store: Store, entries: Sequence[Entry], scratch: Path) -> bytes:
    """Index the words of every passage, one document at a time; the content of `lexical.npz`."""
    LexicalIndex(terms(text) for entry in entries for text in store.texts(entry.key)).save(scratch)
    return scratch.read_bytes()


def texts_of(document: Document, cuts: Any, vocabulary: Vocabulary) -> List[str]:
    """What is embedded and searched of a document: each passage with its heading, names written one way."""
    paragraphs = {p.number: p for p in document.paragraphs}
    return [_text(paragraphs[int(n)], int(start), int(end), vocabulary) for n, start, end in cuts]


def _text(paragraph: Paragraph, start: int, end: int, vocabulary: Vocabulary) -> str:
    text = paragraph.text[start:end]
    return vocabulary.canonical(f"{paragraph.heading}: {text}" if paragraph.heading else text)


def links_file(links: Dict[str, Dict[str, Link]]) -> bytes:
    """The content of `links.json`."""
    rows = {s: {c: [k.paragraph, k.start, k.end, round(k.score, 4), k.aside] for c, k in of.items()} for s, of in links.items()}
    return json.dumps(rows).encode()


def _read_links(path: Path) -> Dict[str, Dict[str, Link]]:
    if not path.is_file():
        return {}
    return {s: {c: Link(*row) for c, row in of.items()} for s, of in json.loads(path.read_text(encoding="utf-8")).items()}
