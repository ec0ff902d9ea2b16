"""Exact nearest neighbours by cosine, in FAISS."""

from __future__ import annotations

from pathlib import Path
from typing import Tuple

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors


class DenseIndex:
    """Unit rows in, (row, cosine) out: the inner product of unit vectors is their cosine."""

    def __init__(self, rows: Vectors) -> None:
        if rows.ndim != 2 or len(rows) == 0:
            raise ValueError(f"rows must be a non-empty matrix, not of shape {rows.shape}")
        lengths = np.linalg.norm(rows, axis=1)
        if not np.allclose(lengths, 1, atol=1e-3):
            raise ValueError("rows must be unit vectors; divide each by its length")
        self._index = faiss.IndexFlatIP(rows.shape[1])
        self._index.add(np.ascontiguousarray(rows, dtype=np.float32))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Numbers in a row."""
        return int(self._index.d)

    def search(self, query: Vectors, k: int) -> Tuple[NDArray[np.int64], Vectors]:
        """The k nearest rows to one unit vector: row numbers and cosines, best first, each of shape (min(k, rows),)."""
        cosines, rows = self._index.search(query.reshape(1, -1), min(k, len(self)))
        return rows[0], cosines[0]

    def row(self, number: int) -> Vectors:
        """One row, shape (dimension,)."""
        vector: Vectors = self._index.reconstruct(number)
        return vector

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read what `save` wrote; raise RuntimeError if it is damaged."""
        loaded = cls.__new__(cls)
        loaded._index = faiss.read_index(str(path))
        return loaded
