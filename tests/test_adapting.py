"""What a course's questions teach about likeness: the gradient by differences, and a planted direction that must be found."""

from __future__ import annotations

from typing import Tuple

import numpy as np
import pytest
from numpy.typing import NDArray

from index import adapting
from index.adapting import adapted, chances, classes, learn
from index.encoder import Vectors

MEANING, NOISE, CLAIMS, TEXTS = 4, 12, 40, 6


def unit(rows: NDArray[np.float64]) -> Vectors:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def planted(seed: int) -> Tuple[Vectors, NDArray[np.int64]]:
    """Texts whose claim shows in the first few numbers, under noise in all the others, and their claims."""
    rng = np.random.default_rng(seed)
    owners = np.repeat(np.arange(CLAIMS), TEXTS)
    about = np.random.default_rng(0).normal(size=(CLAIMS, MEANING))[owners] + 0.3 * rng.normal(size=(len(owners), MEANING))
    return unit(np.hstack([about, rng.normal(size=(len(owners), NOISE))])), owners


def found(rows: Vectors, asked: Vectors, owners: NDArray[np.int64]) -> float:
    """The share of the asked whose nearest row is of the same claim."""
    return float(np.mean(owners[(asked @ rows.T).argmax(1)] == owners))


def test_learn_finds_what_tells_claims_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that were not learned from find their claims more often under the map: by the first numbers, not by the noise."""
    monkeypatch.setattr(adapting, "ROUNDS", 100)  # few texts are few steps
    monkeypatch.setattr(adapting, "STEP", 1e-2)
    rows, owners = planted(seed=1)
    asked, _ = planted(seed=2)

    matrix = learn(rows, owners)

    assert found(adapted(rows, matrix), adapted(asked, matrix), owners) > found(rows, asked, owners) + 0.1
    strength = np.linalg.norm(matrix, axis=1)
    assert strength[:MEANING].min() > strength[MEANING:].max()


def test_learn_is_repeatable() -> None:
    """The same vectors give the same map, to the last bit."""
    rows, owners = planted(seed=1)

    assert np.array_equal(learn(rows, owners), learn(rows, owners))


@pytest.mark.parametrize("owners", [[0, 1, 2], [0, 0, 0]], ids=["one text each", "one claim"])
def test_learn_nothing(owners: list) -> None:
    """Where nothing tells texts of one claim from those of another, all stays as it is."""
    rows = unit(np.random.default_rng(3).normal(size=(3, 5)))

    assert np.array_equal(learn(rows, np.array(owners)), np.eye(5))


def test_adapted_are_unit_rows() -> None:
    """Mapped rows are unit vectors, many as one."""
    rows, _ = planted(seed=1)
    matrix = np.random.default_rng(4).normal(size=(16, 16)).astype(np.float32)

    many = adapted(rows, matrix)

    assert np.linalg.norm(many, axis=1) == pytest.approx(1, abs=1e-5)
    assert adapted(rows[7], matrix) == pytest.approx(many[7], abs=1e-5)


@pytest.mark.parametrize("claims", [2, CLAIMS])
def test_classes(claims: int) -> None:
    """Texts that were not learned from are told by their claims far more often than by luck."""
    rows, owners = planted(seed=1)
    asked, _ = planted(seed=2)
    some = owners < claims

    weights = classes(rows[some], owners[some])

    told = [int(chances(row, weights).argmax()) for row in asked[some]]
    assert weights.shape == (MEANING + NOISE + 1, claims)
    assert np.mean(told == owners[some]) > 4 / claims if claims > 4 else np.mean(told == owners[some]) > 0.7


def test_classes_of_one() -> None:
    """One claim is certain."""
    rows, owners = planted(seed=1)

    assert chances(rows[0], classes(rows[:TEXTS], owners[:TEXTS])).tolist() == [0]


def test_chances() -> None:
    """Chances are log-probabilities: the softmax of what the weights give."""
    weights = np.array([[2, 0, 1], [0, 1, 0], [0.5, 0, 0]], dtype=np.float32)  # two numbers and the constant, three claims

    told = chances(np.array([0.6, 0.8], dtype=np.float32), weights)

    powers = np.exp([1.7, 0.8, 0.6])
    assert told == pytest.approx(np.log(powers / powers.sum()), abs=1e-6)


def test_slope() -> None:
    """The gradient is that of the loss, taken by small differences."""
    rng = np.random.default_rng(5)
    rows, owners = unit(rng.normal(size=(9, 4))).astype(np.float64), np.array([0, 0, 0, 1, 1, 2, 2, 2, 3])
    asked, others = np.array([0, 3, 5]), np.arange(9)
    matrix = np.eye(4) + 0.1 * rng.normal(size=(4, 4))

    def loss(at: NDArray[np.float64]) -> float:
        mapped = rows @ at / np.linalg.norm(rows @ at, axis=1, keepdims=True)
        total = 0.0
        for row in asked:
            powers = np.exp(mapped[row] @ mapped.T / adapting.TEMPERATURE)
            powers[row] = 0
            total -= np.log(powers[owners == owners[row]].sum() / powers.sum()) / len(asked)
        return total

    slope = adapting._slope(matrix, rows, owners, asked, others)

    for place in np.ndindex(4, 4):
        step = np.zeros((4, 4))
        step[place] = 1e-6
        assert slope[place] == pytest.approx((loss(matrix + step) - loss(matrix - step)) / 2e-6, rel=1e-4, abs=1e-6)
