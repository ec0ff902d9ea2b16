"""FAISS against plain numpy: the same rows, in the same order, with the same cosines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dense import DenseIndex
from index.encoder import Vectors

AXES = np.eye(3, dtype=np.float32)


def unit_rows(seed: int, rows: int, dimension: int) -> Vectors:
    """Random directions."""
    drawn = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 300), dimension=st.integers(2, 64), k=st.integers(1, 40))
def test_brute_force(seed: int, rows: int, dimension: int, k: int) -> None:
    """The nearest rows and their cosines are those that numpy finds by trying all."""
    matrix, query = unit_rows(seed, rows, dimension), unit_rows(seed + 1, 1, dimension)[0]
    expected = matrix @ query

    found, cosines = DenseIndex(matrix).search(query, k)

    best = np.argsort(-expected)[: min(k, rows)]
    assert cosines == pytest.approx(expected[best], abs=1e-5)
    assert expected[found] == pytest.approx(cosines, abs=1e-5)
    assert len(set(found.tolist())) == len(found) == min(k, rows)
    if np.diff(np.sort(expected)).min(initial=1) > 1e-5:  # no two rows are too near to be told apart
        assert found.tolist() == best.tolist()


def test_by_hand() -> None:
    """A row's cosine to itself is 1, to a row at right angles 0, to its opposite -1."""
    dense = DenseIndex(np.array([[-1, 0], [0, 1], [1, 0], [0.6, 0.8]], dtype=np.float32))

    rows, cosines = dense.search(np.array([1, 0], dtype=np.float32), 4)

    assert rows.tolist() == [2, 3, 1, 0]
    assert cosines.tolist() == pytest.approx([1, 0.6, 0, -1])


def test_more_than_there_are() -> None:
    """Who asks for more rows than there are gets them all, each once."""
    rows, cosines = DenseIndex(AXES).search(AXES[1], 99)

    assert rows.tolist()[0] == 1
    assert sorted(rows.tolist()) == [0, 1, 2]
    assert cosines.tolist() == [1, 0, 0]


def test_shape() -> None:
    """An index knows how many rows it has, and how many numbers a row has."""
    dense = DenseIndex(AXES[:2])

    assert (len(dense), dense.dimension) == (2, 3)


def test_row() -> None:
    """A row is given back as it was put in, by its number."""
    rows = unit_rows(5, 20, 8)
    dense = DenseIndex(rows)

    assert all(dense.row(n).tolist() == rows[n].tolist() for n in range(20))


def test_other_layouts() -> None:
    """Rows in doubles or in another order of memory are the same rows."""
    rows = np.asfortranarray(unit_rows(1, 20, 8).astype(np.float64))

    found, cosines = DenseIndex(rows).search(rows[7].astype(np.float32), 1)

    assert (found.tolist(), cosines.tolist()) == ([7], pytest.approx([1]))


def test_not_unit() -> None:
    """A row that is not of length 1 is refused: its product would be no cosine."""
    with pytest.raises(ValueError, match="rows must be unit vectors; divide each by its length"):
        DenseIndex(np.array([[1, 0], [1, 1]], dtype=np.float32))


@pytest.mark.parametrize("row", [[0, 0], [np.nan, 0], [np.inf, 0]])
def test_no_direction(row: list[float]) -> None:
    """A row without a direction is refused."""
    with pytest.raises(ValueError, match="rows must be unit vectors"):
        DenseIndex(np.array([row], dtype=np.float32))


@pytest.mark.parametrize("shape", [(0, 4), (0,), (4,), (1, 2, 2)])
def test_no_matrix(shape: tuple[int, ...]) -> None:
    """What is empty or no matrix is refused, with its shape."""
    with pytest.raises(ValueError, match=r"rows must be a non-empty matrix, not of shape \("):
        DenseIndex(np.ones(shape, dtype=np.float32))


def test_round_trip(tmp_path: Path) -> None:
    """What is saved finds the same once loaded."""
    dense, query = DenseIndex(unit_rows(3, 50, 16)), unit_rows(4, 1, 16)[0]
    dense.save(tmp_path / "dense.npy")

    loaded = DenseIndex.load(tmp_path / "dense.npy")

    assert (len(loaded), loaded.dimension) == (50, 16)
    assert [part.tolist() for part in loaded.search(query, 9)] == [part.tolist() for part in dense.search(query, 9)]


def test_damaged(tmp_path: Path) -> None:
    """A damaged file is a ValueError."""
    (tmp_path / "dense.npy").write_bytes(b"nothing of the sort")

    with pytest.raises(ValueError):
        DenseIndex.load(tmp_path / "dense.npy")


def test_other_numbers(tmp_path: Path) -> None:
    """A file with other numbers than rows in single precision is refused."""
    np.save(tmp_path / "dense.npy", np.eye(3))

    with pytest.raises(ValueError, match="does not hold rows of vectors"):
        DenseIndex.load(tmp_path / "dense.npy")


def test_mapped(tmp_path: Path) -> None:
    """What is loaded is mapped from the file, not read into memory, and cannot be changed by chance."""
    DenseIndex(AXES).save(tmp_path / "dense.npy")

    loaded = DenseIndex.load(tmp_path / "dense.npy")

    assert isinstance(loaded.all_rows, np.memmap)
    assert not loaded.all_rows.flags.writeable


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 300))
def test_every_cosine(seed: int, rows: int) -> None:
    """The cosines of all rows stand in the order of the rows."""
    matrix, query = unit_rows(seed, rows, 16), unit_rows(seed + 1, 1, 16)[0]

    assert np.allclose(DenseIndex(matrix).cosines(query), matrix @ query, atol=1e-5)
