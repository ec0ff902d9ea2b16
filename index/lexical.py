"""BM25 over stemmed words; numbers such as "1.5" stay whole."""

from __future__ import annotations

import logging
import math
import re
import unicodedata
import zipfile
from array import array
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, Iterable, List, Sequence

import bm25s
import numpy as np
import Stemmer
from bm25s.tokenization import Tokenized
from numpy.typing import NDArray

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it announces every index that it builds
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_BRITISH = re.compile(r"(?<=\w{3})is(e|ed|es|er|ers|ing|ation|ations|ational)$")  # "organisation" meets "organization"
_NOTHING = ""  # stands in a document that has no term
_STEMMER = Stemmer.Stemmer("english")


@lru_cache(maxsize=1)
def stopwords() -> FrozenSet[str]:
    """Words that carry no topic: English function words, and those with which students wrap a question."""
    return frozenset((Path(__file__).parent / "stopwords.txt").read_text(encoding="utf-8").split())


def without_accents(text: str) -> str:
    """ "Cédras" as most students type it."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def terms(text: str) -> List[str]:
    """The stems of the words that carry a topic, in order, with repetitions."""
    words = [_BRITISH.sub(r"iz\1", w) for w in _WORD.findall(without_accents(text).lower()) if w not in stopwords()]
    return list(_STEMMER.stemWords(words))


class LexicalIndex:
    """Documents as bags of stems, kept as numbers: about a kilobyte for each."""

    def __init__(self, documents: Iterable[Sequence[str]]) -> None:
        numbers: Dict[str, int] = {_NOTHING: 0}
        tokens, ends = array("i"), array("q", [0])
        for document in documents:
            tokens.extend(numbers.setdefault(term, len(numbers)) for term in (document or [_NOTHING]))
            ends.append(len(tokens))
        self._fill(numbers, np.asarray(tokens, dtype=np.int32), np.asarray(ends, dtype=np.int64))

    def _fill(self, numbers: Dict[str, int], tokens: NDArray[np.int32], ends: NDArray[np.int64]) -> None:
        self._numbers = numbers  # of the terms
        self._tokens = tokens  # of all documents, one after the other
        self._ends = ends  # where each document begins and ends among them
        n = len(ends) - 1
        documents = np.repeat(np.arange(n), np.diff(ends))
        once = np.unique(tokens.astype(np.int64) * n + documents)
        self._having = (once % n).astype(np.int32)  # the documents that have each term, in ascending order
        self._starts = np.searchsorted(once, np.arange(len(numbers) + 1) * n)
        frequency = np.diff(self._starts)
        self._idf = np.log(1 + (n - frequency + 0.5) / (frequency + 0.5))
        self._unknown_idf = math.log(1 + (n + 0.5) / 0.5)  # a term that no document has is the rarest of all
        self._bm25 = bm25s.BM25()
        if n:  # it divides by the average length
            self._bm25.index(Tokenized(np.split(tokens, ends[1:-1]), numbers), show_progress=False)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """BM25 of every document, shape (documents,)."""
        known = [t for t in query if self._numbers.get(t)]
        if not known:
            return np.zeros(len(self), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def idf(self, term: str) -> float:
        """How rare a term is among the documents; a term that none has is the rarest."""
        number = self._numbers.get(term, 0)
        return float(self._idf[number]) if number else self._unknown_idf

    def knows(self, term: str) -> bool:
        """Whether any document has a term."""
        return bool(self._numbers.get(term))

    def coverage(self, query: Sequence[str], row: int) -> float:
        """The share, 0 to 1, of the query's terms that a document has, rare terms counting for more."""
        return float(self.coverages(query)[row])

    def coverages(self, query: Sequence[str]) -> NDArray[np.float64]:
        """The coverage of every document, shape (documents,)."""
        wanted = set(query)
        shares = np.zeros(len(self))
        for term in wanted:
            shares[self._documents_with(term)] += self.idf(term)
        total = sum(map(self.idf, wanted))
        return shares / total if total else shares

    def _documents_with(self, term: str) -> NDArray[np.int32]:
        number = self._numbers.get(term, 0)  # 0 is no term
        begin, end = (self._starts[number], self._starts[number + 1]) if number else (0, 0)
        having: NDArray[np.int32] = self._having[begin:end]
        return having

    def save(self, path: Path) -> None:
        """Write the documents to a file; the rest follows from them."""
        with path.open("wb") as file:
            np.savez(file, tokens=self._tokens, ends=self._ends, terms=np.frombuffer("\n".join(self._numbers).encode(), np.uint8))

    @classmethod
    def load(cls, path: Path) -> LexicalIndex:
        """Read what `save` wrote; raise ValueError if it is damaged."""
        try:
            with np.load(path) as saved:
                terms, tokens, ends = saved["terms"].tobytes().decode().split("\n"), saved["tokens"], saved["ends"]
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is damaged: {error}") from error
        loaded = cls.__new__(cls)
        loaded._fill({term: number for number, term in enumerate(terms)}, tokens, ends)
        return loaded
