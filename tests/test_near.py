"""The search among many rows against plain numpy, on few: the limits are arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import List, Tuple

import numpy as np
import pytest

from index import near
from index.dense import DenseIndex, Nearest
from index.encoder import Vectors
from index.near import About, Kind, Limits, NearIndex, build, load, read_about, recall_of, resembling

ROWS, DIMENSION = 3000, 32
KINDS = {Kind.exact: Limits(), Kind.hnsw: Limits(exact=10, graph=ROWS), Kind.ivfpq: Limits(exact=10, graph=20)}


def clustered(seed: int, rows: int = ROWS) -> Vectors:
    """Unit rows in sixty heaps."""
    rng = np.random.default_rng(seed)
    drawn = rng.normal(size=(60, DIMENSION))[rng.integers(0, 60, rows)] + 0.7 * rng.normal(size=(rows, DIMENSION))
    unit: Vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(scope="module", params=list(KINDS))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tuple[Kind, Nearest, Vectors]:
    """Rows and an index of each kind over them, loaded from its folder; the rows came in three parts."""
    rows, folder = clustered(1), tmp_path_factory.mktemp(request.param.value)
    build([rows[:1000], rows[1000:1001], rows[1001:]], ROWS, DIMENSION, folder, KINDS[request.param])
    return request.param, load(folder), rows


def test_recall(built: Tuple[Kind, Nearest, Vectors]) -> None:
    """Of the ten nearest that numpy finds by trying all, 98 in 100 are found."""
    _, index, rows = built
    queries = resembling(rows[::20], 5)
    true = np.argsort(-(queries @ rows.T), axis=1)[:, :10]

    found = [index.search(query, 10)[0] for query in queries]

    assert recall_of(found, true) >= 0.98


def test_cosines(built: Tuple[Kind, Nearest, Vectors]) -> None:
    """The cosines are exact, best first, each row once, whatever proposed them."""
    _, index, rows = built
    for query in resembling(rows[:20], 6):
        numbers, cosines = index.search(query, 10)

        assert cosines == pytest.approx(rows[numbers] @ query, abs=1e-5)
        assert (np.diff(cosines) <= 0).all()
        assert len(set(numbers.tolist())) == 10


def test_rows(built: Tuple[Kind, Nearest, Vectors]) -> None:
    """Rows are given back as they were put in, over the seams of the parts."""
    _, index, rows = built

    assert index.rows([999, 1000, 1001, 0]).tolist() == rows[[999, 1000, 1001, 0]].tolist()
    assert len(index) == ROWS


def test_kind(built: Tuple[Kind, Nearest, Vectors]) -> None:
    """An index is of the kind that its limits ask for, and never reads its rows into memory."""
    kind, index, _ = built

    assert (index.about.kind if isinstance(index, NearIndex) else Kind.exact) is kind
    exact = index._exact if isinstance(index, NearIndex) else index
    assert isinstance(exact, DenseIndex) and isinstance(exact.all_rows, np.memmap)


@pytest.mark.parametrize(
    "rows, kind", [(1, "exact"), (100_000, "exact"), (100_001, "hnsw"), (400_000, "hnsw"), (400_001, "ivfpq"), (10**7, "ivfpq")]
)
def test_by_size(rows: int, kind: str) -> None:
    """Up to 100,000 rows all are tried, up to 400,000 a graph is walked, beyond lists are looked through."""
    assert Limits().kind(rows).value == kind


def test_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no effort reaches the recall, all rows are tried."""
    monkeypatch.setattr(near, "GRAPH_EFFORTS", ((1, 1),))

    about = build([clustered(2, 500)], 500, DIMENSION, tmp_path, Limits(exact=10, recall=1.0))

    assert about == About(Kind.exact)
    assert isinstance(load(tmp_path), DenseIndex)


def test_least_effort(tmp_path: Path) -> None:
    """The effort is the least that reaches the recall aimed at, and both are told."""
    folders: List[Path] = [tmp_path / "low", tmp_path / "high"]
    for folder, recall in zip(folders, (0.5, 0.999), strict=True):
        folder.mkdir()
        build([clustered(1)], ROWS, DIMENSION, folder, Limits(exact=10, graph=20, recall=recall))

    low, high = (read_about(folder) for folder in folders)

    assert low.reach * low.depth < high.reach * high.depth
    assert low.recall >= 0.5 and high.recall >= 0.999


def test_wrong_count(tmp_path: Path) -> None:
    """Fewer rows than were promised are refused."""
    with pytest.raises(ValueError, match="3 rows were promised and 2 came"):
        build([clustered(1, 2)], 3, DIMENSION, tmp_path)


def test_resembling() -> None:
    """Queries are unit vectors whose cosine to their rows is about 0.74."""
    rows = clustered(3, 400)

    queries = resembling(rows, 1)

    assert np.linalg.norm(queries, axis=1) == pytest.approx(1, abs=1e-5)
    assert (queries * rows).sum(axis=1).mean() == pytest.approx(1 / np.sqrt(1 + near.SPREAD**2), abs=0.02)


@pytest.mark.parametrize("name", [near.ROWS, near.NEAR, near.ABOUT])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"nothing of the sort"])
def test_damaged(tmp_path: Path, name: str, content: bytes | None) -> None:
    """An index with a file that is gone or damaged is refused."""
    build([clustered(1, 300)], 300, DIMENSION, tmp_path, Limits(exact=10))
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises((OSError, ValueError)):
        load(tmp_path)


def test_other_rows(tmp_path: Path) -> None:
    """A graph over more rows than there are is refused."""
    build([clustered(1, 300)], 300, DIMENSION, tmp_path, Limits(exact=10))
    DenseIndex(clustered(1, 299)).save(tmp_path / near.ROWS)

    with pytest.raises(ValueError, match=r"holds 300 rows, rows\.npy 299"):
        load(tmp_path)


def test_about(tmp_path: Path) -> None:
    """What was built is written down for people, too."""
    build([clustered(1, 300)], 300, DIMENSION, tmp_path, Limits(exact=10))

    assert json.loads((tmp_path / near.ABOUT).read_text(encoding="utf-8"))["kind"] == "hnsw"
