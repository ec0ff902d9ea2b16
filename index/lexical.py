"""BM25 over stemmed words; numbers such as "1.5" stay whole."""

from __future__ import annotations

import json
import logging
import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, List, Sequence

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it announces every index that it builds
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_BRITISH = re.compile(r"(?<=\w{3})is(e|ed|es|er|ers|ing|ation|ations|ational)$")  # "organisation" meets "organization"
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
    """Documents as bags of stems."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._documents = [list(d) for d in documents]
        self._sets = [frozenset(d) for d in documents]
        frequency = Counter(term for document in self._sets for term in document)
        n = len(self._sets)
        self._idf: Dict[str, float] = {t: math.log(1 + (n - f + 0.5) / (f + 0.5)) for t, f in frequency.items()}
        self._unknown_idf = math.log(1 + (n + 0.5) / 0.5)  # a term that no document has is the rarest of all
        self._bm25 = bm25s.BM25()
        self._bm25.index([d or [""] for d in self._documents], show_progress=False)

    def __len__(self) -> int:
        return len(self._documents)

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """BM25 of every document, shape (documents,)."""
        known = [t for t in query if t in self._idf]
        if not known:
            return np.zeros(len(self), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def idf(self, term: str) -> float:
        """How rare a term is among the documents; a term that none has is the rarest."""
        return self._idf.get(term, self._unknown_idf)

    def coverage(self, query: Sequence[str], row: int) -> float:
        """The share, 0 to 1, of the query's terms that a document has, rare terms counting for more."""
        wanted = set(query)
        total = sum(map(self.idf, wanted))
        return sum(self.idf(t) for t in wanted & self._sets[row]) / total if total else 0.0

    def save(self, path: Path) -> None:
        """Write the documents to a file; the rest follows from them."""
        path.write_text(json.dumps(self._documents), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> LexicalIndex:
        """Read what `save` wrote; raise ValueError if it is damaged."""
        return cls(json.loads(path.read_text(encoding="utf-8")))
