"""How the weights of the ranking are fitted."""

from __future__ import annotations

import numpy as np
import pytest

from bench.ranking import FITTED, fit, shares
from tutor.evidence import RANKING

KNOWN = np.array([0.35, 0.15, 0.1, 0.2, 0.1, 0.0, 0.05, -0.15, -0.05])


def test_marks() -> None:
    """All that decides the ranking is fitted, but for what is set by hand."""
    assert set(RANKING) - set(FITTED) == {"about"}


def test_fit() -> None:
    """From claims that were chosen by known weights, with chance in it, these are found again."""
    rng = np.random.default_rng(1)
    tables = [rng.random((20, len(FITTED))) for _ in range(1500)]
    chosen = [int(np.argmax(table @ KNOWN * 24 + rng.gumbel(size=20))) for table in tables]

    fitted = fit(tables, chosen, np.arange(len(tables)))

    assert fitted == pytest.approx(KNOWN, abs=0.03)
    assert fitted[:2].sum() == pytest.approx(0.5)


def test_shares() -> None:
    """The shares of questions whose claim is first, among the first three and five; equal scores do not push it back."""
    rows = np.array([[value] + [0.0] * (len(FITTED) - 1) for value in (4.0, 3.0, 3.0, 2.0, 1.0, 0.5, 0.1)])
    weights = np.array([1.0] + [0.0] * (len(FITTED) - 1))

    assert shares([rows] * 4, [0, 2, 4, 6], np.arange(4), weights) == [0.25, 0.5, 0.75]
