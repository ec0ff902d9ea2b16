"""Learn from a course's own questions how near two texts of it are, and which claim a text asks for.

How near: by a linear map of the encoder's vectors. Texts of one claim, what it says and the questions that it answers, are drawn
together, texts of different claims apart: InfoNCE (van den Oord, Li and Vinyals 2018) with several right rows (as in Khosla et al.
2020). The map starts as the identity and is held near it, so what the encoder knows of other texts is kept. Which claim: by a
softmax regression over the mapped vectors. The same vectors give the same map and the same weights.
"""

from __future__ import annotations

import warnings
from typing import Tuple

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

ROUNDS = 5  # over all texts
TOGETHER = 512  # texts in a step
BESIDE = 4  # texts of each of their claims that they are drawn to in a step
AGAINST = 2048  # texts of other claims that each of them is held against in a step
TEMPERATURE = 0.05
STEP = 1e-3  # of Adam (Kingma and Ba 2015)
MOMENTS = (0.9, 0.999)
PENALTY = 0.1  # on large weights of the regression
STEPS = 30  # of L-BFGS, at most: the time to build the index is bounded
HOLD = 3e-3  # how strongly the map is held near the identity
SEED = 1


def learn(rows: Vectors, owners: NDArray[np.int64]) -> Vectors:
    """A map, shape (dimension, dimension), under which unit rows of one owner are nearer to each other than to others'.

    The identity, if no owner has two rows or there is only one owner.
    """
    dimension = rows.shape[1]
    identity = np.eye(dimension, dtype=np.float32)
    shared = np.flatnonzero(np.bincount(owners)[owners] > 1)
    if len(shared) == 0 or owners.min() == owners.max():
        return identity
    rng = np.random.default_rng(SEED)
    matrix, adam = identity.copy(), _Adam(identity.shape)
    for _ in range(ROUNDS):
        order = rng.permutation(shared)
        for start in range(0, len(order), TOGETHER):
            asked = order[start : start + TOGETHER]
            others = _beside(asked, owners, rng)
            slope = _slope(matrix, rows, owners, asked, others) + 2 * HOLD * (matrix - identity)
            matrix -= adam.step(slope)
    return matrix


def classes(rows: Vectors, owners: NDArray[np.int64]) -> Vectors:
    """The weights by which a mapped row tells its owner, shape (dimension + 1, owners), the last row a constant.

    Nothing but zeros, if there is only one owner. Owners are counted from 0, and each has a row.
    """
    count = int(owners.max()) + 1
    if count == 1:
        return np.zeros((rows.shape[1] + 1, count), dtype=np.float32)
    from sklearn.exceptions import ConvergenceWarning  # heavy, and only needed to build
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1 / PENALTY, max_iter=STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
        fitted.fit(rows, owners)
    weights: Vectors = np.vstack([fitted.coef_.T, fitted.intercept_]).astype(np.float32)
    return weights if count > 2 else np.hstack([-weights, weights]) / 2  # of two, the log-odds of the second


def chances(row: Vectors, weights: Vectors) -> Vectors:
    """The log-probability of each owner for a mapped row, shape (owners,)."""
    logits = row @ weights[:-1] + weights[-1]
    logits -= logits.max()
    logs: Vectors = logits - np.log(np.exp(logits).sum())
    return logs


def adapted(rows: Vectors, matrix: Vectors) -> Vectors:
    """Rows, or one row, under a map, made unit vectors; shape as given."""
    mapped = rows @ matrix
    unit: Vectors = mapped / np.linalg.norm(mapped, axis=-1, keepdims=True)
    return unit


def _beside(asked: NDArray[np.int64], owners: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """The rows that some are held against: a few of each of their owners', and a sample of the others."""
    own = np.isin(owners, owners[asked])
    strangers = np.flatnonzero(~own)
    mixed = rng.permutation(np.flatnonzero(own))
    mixed = mixed[np.argsort(owners[mixed], kind="stable")]  # in any order within an owner
    first = np.searchsorted(owners[mixed], owners[mixed])
    few = mixed[np.arange(len(mixed)) - first < BESIDE]
    sample = rng.choice(strangers, min(AGAINST, len(strangers)), replace=False)
    return np.concatenate([few, sample])


def _slope(
    matrix: Vectors, rows: Vectors, owners: NDArray[np.int64], asked: NDArray[np.int64], others: NDArray[np.int64]
) -> Vectors:
    """The gradient of the loss, how unlikely a text is to find another of its owner, by the map."""
    left, left_length = _unit(rows[asked] @ matrix)
    right, right_length = _unit(rows[others] @ matrix)
    powers = left @ right.T  # the largest of the arrays: everything below is done in its place
    powers /= TEMPERATURE
    powers -= powers.max(1, keepdims=True)
    np.exp(powers, out=powers)
    powers[asked[:, None] == others[None]] = 0  # none finds itself
    found = 1 / powers.sum(1, keepdims=True)
    wanted = powers * (owners[asked][:, None] == owners[others][None])
    wanted /= wanted.sum(1, keepdims=True)
    pull = np.multiply(powers, found, out=powers)
    pull -= wanted
    pull /= TEMPERATURE * len(asked)
    by_left = _through_unit(pull @ right, left, left_length)
    by_right = _through_unit(pull.T @ left, right, right_length)
    slope: Vectors = rows[asked].T @ by_left + rows[others].T @ by_right
    return slope


def _unit(rows: Vectors) -> Tuple[Vectors, Vectors]:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / length, length


def _through_unit(slope: Vectors, unit: Vectors, length: Vectors) -> Vectors:
    """The gradient by rows of that by their unit rows."""
    back: Vectors = (slope - unit * (unit * slope).sum(1, keepdims=True)) / length
    return back


class _Adam:
    """Adaptive moments: how far to go against a gradient."""

    def __init__(self, shape: Tuple[int, ...]) -> None:
        self._mean = np.zeros(shape, dtype=np.float32)
        self._square = np.zeros(shape, dtype=np.float32)
        self._steps = 0

    def step(self, slope: Vectors) -> Vectors:
        """The step for the next gradient."""
        first, second = MOMENTS
        self._steps += 1
        self._mean = first * self._mean + (1 - first) * slope
        self._square = second * self._square + (1 - second) * slope**2
        mean = self._mean / (1 - first**self._steps)
        square = self._square / (1 - second**self._steps)
        taken: Vectors = STEP * mean / (np.sqrt(square) + 1e-8)
        return taken
