"""Exact nearest neighbours by cosine: every row is tried, by FAISS, where it lies in memory or in a mapped file."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Protocol, Sequence, Tuple, Union

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

Numbers = NDArray[np.int64]
faiss.omp_set_num_threads(1)  # one query is soon done; waiting for threads on a busy machine is not


class Nearest(Protocol):
    """Finds the unit rows that are nearest to one; exactly, or nearly so."""

    def __len__(self) -> int:
        """How many rows there are."""

    def search(self, query: Vectors, k: int) -> Tuple[Numbers, Vectors]:
        """The k nearest rows to one unit vector: row numbers and cosines, best first, each of shape (min(k, rows),)."""

    def rows(self, numbers: Union[Numbers, Sequence[int]]) -> Vectors:
        """Some rows by their numbers, shape (len(numbers), dimension)."""


class DenseIndex:
    """Unit rows in, (row, cosine) out: the inner product of unit vectors is their cosine."""

    def __init__(self, rows: Vectors) -> None:
        if rows.ndim != 2 or len(rows) == 0:
            raise ValueError(f"rows must be a non-empty matrix, not of shape {rows.shape}")
        if not np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3):
            raise ValueError("rows must be unit vectors; divide each by its length")
        self._rows = np.ascontiguousarray(rows, dtype=np.float32)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def dimension(self) -> int:
        """Numbers in a row."""
        return int(self._rows.shape[1])

    def search(self, query: Vectors, k: int) -> Tuple[Numbers, Vectors]:
        """The k nearest rows to one unit vector: row numbers and cosines, best first, each of shape (min(k, rows),)."""
        numbers, cosines = self.search_all(query.reshape(1, -1), k)
        return numbers[0], cosines[0]

    def search_all(self, queries: Vectors, k: int) -> Tuple[Numbers, Vectors]:
        """The same for many unit vectors at once; each of shape (len(queries), min(k, rows))."""
        cosines, numbers = faiss.knn(queries, self._rows, min(k, len(self)), metric=faiss.METRIC_INNER_PRODUCT)
        return numbers, cosines

    def cosines(self, query: Vectors, numbers: Optional[Numbers] = None) -> Vectors:
        """The cosine of every row, or of some rows by their numbers, to one unit vector, in their order; shape (rows,).

        Cheaper than to rank them all.
        """
        rows = self._rows if numbers is None else self.rows(numbers)
        found: Vectors = faiss.pairwise_distances(query.reshape(1, -1), rows, metric=faiss.METRIC_INNER_PRODUCT)[0]
        return found

    def rows(self, numbers: Union[Numbers, Sequence[int]]) -> Vectors:
        """Some rows by their numbers, shape (len(numbers), dimension)."""
        return np.asarray(self._rows[np.asarray(numbers, dtype=np.int64)])

    def row(self, number: int) -> Vectors:
        """One row, shape (dimension,)."""
        return np.asarray(self._rows[number])

    @property
    def all_rows(self) -> Vectors:
        """Every row, mapped if they were loaded from a file; not to be changed."""
        return self._rows

    def save(self, path: Path) -> None:
        """Write the rows to a file."""
        with path.open("wb") as file:
            np.save(file, self._rows)

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Map what `save` wrote: nothing is read before it is searched. Raise ValueError if it is damaged."""
        rows = np.load(path, mmap_mode="r")
        if rows.ndim != 2 or rows.dtype != np.float32 or not rows.flags.c_contiguous:
            raise ValueError(f"{path} does not hold rows of vectors")
        loaded = cls.__new__(cls)
        loaded._rows = rows
        return loaded
