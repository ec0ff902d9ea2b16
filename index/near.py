"""Nearest neighbours among more rows than can all be tried: FAISS proposes candidates, their exact cosines decide.

By the number of rows: up to `EXACT` every row is tried; up to `GRAPH` a graph of neighbours is walked (HNSW, rows in 8 bits a
number); beyond, the nearest of many lists are looked through (IVF, rows as product-quantised codes). The rows themselves stay in a
mapped file, and so do the lists. How far to look is found when the index is built: as little as finds `RECALL` of what trying all
would find; if no amount does, all are tried.
"""

from __future__ import annotations

import json
import math
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Iterable, Iterator, Optional, Sequence, Tuple, Union

import faiss
import numpy as np
from numpy.lib.format import open_memmap

from index.dense import DenseIndex, Nearest, Numbers
from index.encoder import Vectors

EXACT = 100_000  # rows up to which every one is tried
GRAPH = 400_000  # ... up to which a graph is walked
RECALL = 0.985  # of the ten nearest; a little above what is promised, 0.98, as it is measured on few queries
NEAREST = 10
TRIED = 300  # queries on which the recall is measured
SPREAD = 0.9  # of a query about the row it resembles: their cosine is 1 / sqrt(1 + SPREAD²), about 0.74
NEIGHBOURS = 16  # of a row in the graph
BUILT_WITH = 80  # candidates while the graph is built
CODES = 96  # bytes of a row in the lists
SAMPLE = 50  # rows for each list from which the lists are learnt
CODE_SAMPLE = 100  # ... and for each code
ROUNDS = 10  # of learning the lists
# How far to look, from near to far: candidates of the graph, or lists and candidates out of them.
GRAPH_EFFORTS = ((32, 32), (64, 64), (128, 128), (256, 256), (512, 512), (1024, 1024))
LIST_EFFORTS = ((8, 100), (16, 100), (16, 200), (32, 200), (64, 200), (64, 400), (128, 400), (128, 800), (256, 800), (512, 1600))
ROWS, NEAR, ABOUT = "rows.npy", "near.faiss", "near.json"


class Kind(str, Enum):
    """How the nearest rows are found."""

    exact = "exact"
    hnsw = "hnsw"
    ivfpq = "ivfpq"


@dataclass(frozen=True)
class Limits:
    """Up to how many rows each kind is taken, and the recall that is aimed at, 0 to 1."""

    exact: int = EXACT
    graph: int = GRAPH
    recall: float = RECALL

    def kind(self, rows: int) -> Kind:
        """The kind for so many rows."""
        return Kind.exact if rows <= self.exact else Kind.hnsw if rows <= self.graph else Kind.ivfpq


@dataclass(frozen=True)
class About:
    """What was built: `reach` is the graph's breadth or the number of lists, `depth` how many rows are compared exactly."""

    kind: Kind
    reach: int = 0
    depth: int = 0
    recall: float = 1.0  # as it was measured when it was built


class NearIndex:
    """Rows in a mapped file, and an index that proposes some of them."""

    def __init__(self, exact: DenseIndex, proposing: Any, about: About) -> None:
        self.about = about
        self._exact = exact
        self._proposing = proposing
        self._parameters = _parameters(about.kind, about.reach)

    def __len__(self) -> int:
        return len(self._exact)

    @property
    def dimension(self) -> int:
        """Numbers in a row."""
        return self._exact.dimension

    def rows(self, numbers: Union[Numbers, Sequence[int]]) -> Vectors:
        """Some rows by their numbers, shape (len(numbers), dimension)."""
        return self._exact.rows(numbers)

    def search(self, query: Vectors, k: int) -> Tuple[Numbers, Vectors]:
        """Nearly the k nearest rows to one unit vector: row numbers and exact cosines, best first; fewer if so few are proposed."""
        wanted = min(max(self.about.depth, k), len(self))
        _, proposed = self._proposing.search(query.reshape(1, -1), wanted, params=self._parameters)
        numbers = np.sort(proposed[0][proposed[0] >= 0])  # in the order of the file, so that pages are met once
        cosines = self._exact.rows(numbers) @ query
        best = np.argsort(-cosines, kind="stable")[:k]
        return numbers[best], cosines[best]


def build(
    parts: Iterable[Vectors], count: int, dimension: int, folder: Path, limits: Optional[Limits] = None, seed: int = 1
) -> About:
    """Write an index over the rows of all parts, `count` together, into a folder; tell what was built."""
    limits = limits or Limits()
    _write_rows(parts, count, dimension, folder / ROWS)
    exact = DenseIndex.load(folder / ROWS)
    about = About(Kind.exact)
    kind = limits.kind(count)
    if kind is not Kind.exact:
        with _every_core():
            proposing = _graph(exact) if kind is Kind.hnsw else _lists(exact, seed)
        about = _tuned(exact, proposing, kind, limits.recall, seed)
        if about.kind is not Kind.exact:
            faiss.write_index(proposing, str(folder / NEAR))
    (folder / ABOUT).write_text(json.dumps({**asdict(about), "kind": about.kind.value}), encoding="utf-8")
    return about


def load(folder: Path) -> Nearest:
    """Map what `build` wrote; raise OSError or ValueError if it is missing or damaged."""
    about = read_about(folder)
    exact = DenseIndex.load(folder / ROWS)
    if about.kind is Kind.exact:
        return exact
    try:
        proposing = faiss.read_index(str(folder / NEAR), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    except RuntimeError as error:
        raise ValueError(f"{folder / NEAR} cannot be read: {str(error).splitlines()[0]}") from None
    if proposing.ntotal != len(exact):
        raise ValueError(f"{folder / NEAR} holds {proposing.ntotal} rows, {ROWS} {len(exact)}")
    return NearIndex(exact, proposing, about)


def read_about(folder: Path) -> About:
    """What was built into a folder; raise OSError or ValueError if that cannot be told."""
    told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    try:
        return About(**{**told, "kind": Kind(told["kind"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"{folder / ABOUT} is damaged: {error}") from None


def _write_rows(parts: Iterable[Vectors], count: int, dimension: int, path: Path) -> None:
    rows = open_memmap(path, mode="w+", dtype=np.float32, shape=(count, dimension))  # type: ignore[no-untyped-call]
    done = 0
    for part in parts:
        rows[done : done + len(part)] = part
        done += len(part)
    if done != count:
        raise ValueError(f"{count} rows were promised and {done} came")
    rows.flush()


@contextmanager
def _every_core() -> Iterator[None]:
    """Build on every core that this process may use; searching stays on one."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(len(os.sched_getaffinity(0)))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _graph(exact: DenseIndex) -> Any:
    """A graph over rows in 8 bits a number; among unit rows the nearest by distance is the nearest by cosine."""
    made = faiss.IndexHNSWSQ(exact.dimension, faiss.ScalarQuantizer.QT_8bit, NEIGHBOURS)
    made.hnsw.efConstruction = BUILT_WITH
    made.train(_sample(exact, 50_000, 1))
    for start in range(0, len(exact), 50_000):
        made.add(exact.all_rows[start : start + 50_000])
    return made


def _lists(exact: DenseIndex, seed: int) -> Any:
    """Lists of codes; their number grows with the root of the rows."""
    lists = max(1, min(2 ** round(math.log2(2 * math.sqrt(len(exact)))), len(exact) // SAMPLE))
    codes = next(n for n in (CODES, 64, 48, 32, 16, 8, 4, 2, 1) if exact.dimension % n == 0 and n <= exact.dimension)
    made = faiss.IndexIVFPQ(faiss.IndexFlatIP(exact.dimension), exact.dimension, lists, codes, 8, faiss.METRIC_INNER_PRODUCT)
    made.cp.spherical, made.cp.seed, made.pq.cp.seed = True, seed, seed
    made.cp.niter, made.cp.max_points_per_centroid = ROUNDS, SAMPLE
    made.pq.cp.max_points_per_centroid = CODE_SAMPLE
    made.train(_sample(exact, max(lists * SAMPLE, 256 * CODE_SAMPLE), seed))
    for start in range(0, len(exact), 50_000):
        made.add(exact.all_rows[start : start + 50_000])
    return made


def _sample(exact: DenseIndex, most: int, seed: int) -> Vectors:
    if len(exact) <= most:
        return exact.all_rows
    return exact.rows(np.sort(np.random.default_rng(seed).choice(len(exact), most, replace=False)))


def _tuned(exact: DenseIndex, proposing: Any, kind: Kind, recall: float, seed: int) -> About:
    """The least effort that reaches the recall; trying all if none does."""
    queries = resembling(_sample(exact, TRIED, seed + 1), seed)
    true, _ = exact.search_all(queries, NEAREST)
    for reach, depth in GRAPH_EFFORTS if kind is Kind.hnsw else LIST_EFFORTS:
        near = NearIndex(exact, proposing, About(kind, reach, depth))
        found = [near.search(query, NEAREST)[0] for query in queries]
        share = recall_of(found, true)
        if share >= recall:
            return About(kind, reach, depth, round(share, 4))
    return About(Kind.exact)


def resembling(rows: Vectors, seed: int) -> Vectors:
    """Unit vectors that resemble unit rows as a question resembles its passage, one for each."""
    drawn = np.random.default_rng(seed).normal(size=rows.shape)
    moved = rows + SPREAD * drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    unit: Vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return unit


def recall_of(found: Sequence[Numbers], true: Numbers) -> float:
    """The share of the true nearest that were found, 0 to 1."""
    return sum(len(np.intersect1d(one, other)) for one, other in zip(found, true, strict=True)) / true.size


def _parameters(kind: Kind, reach: int) -> Any:
    if kind is Kind.hnsw:
        return faiss.SearchParametersHNSW(efSearch=reach)
    return faiss.SearchParametersIVF(nprobe=reach)
