"""How sure the tutor is that the course answers a free question, and whether it is right to be."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Sequence, Tuple

from bench.evaluation import calibration
from bench.evaluation.messages import Message
from bench.evaluation.play import Played
from tutor.evidence import WEIGHTS

FREE = ("ask_question", "out_of_scope")  # intents of messages that are decided by search alone
FOLDS = 5


def measure(messages: Sequence[Message], played: Sequence[Played]) -> Dict[str, Any]:
    """Calibration on free questions, on every message that has the signals, and with weights fitted on other messages."""
    kept = [(m, p) for m, p in zip(messages, played, strict=True) if p.signals and (m.must_answer or m.must_decline)]
    shipped = [probability(p.signals) for _, p in kept]
    free = [i for i, (_, p) in enumerate(kept) if p.intent in FREE]
    truth = [m.must_answer for m, _ in kept]
    refitted = _refitted([p.signals for _, p in kept], truth)
    return {
        "free": calibration.measure([shipped[i] for i in free], [truth[i] for i in free]),
        "all": calibration.measure(shipped, truth),
        "free_held_out": calibration.measure([refitted[i] for i in free], [truth[i] for i in free]),
    }


def probability(signals: Dict[str, float]) -> float:
    """What `Weigher.probability` makes of its signals."""
    return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in signals.items())))


def _refitted(signals: Sequence[Dict[str, float]], truth: List[bool]) -> List[float]:
    """The probability of each question by weights that were fitted on the other four fifths."""
    import numpy as np

    from bench.calibrate import BOUNDS, _fit

    rows = np.array([[row[name] for name in BOUNDS] for row in signals])
    wanted = np.array(truth, dtype=float)
    found = np.zeros(len(rows))
    for trained, held_out in folds(len(rows), FOLDS):
        weights = _fit(rows[trained], wanted[trained])
        found[held_out] = 1 / (1 + np.exp(-rows[held_out] @ weights))
    return [float(p) for p in found]


def folds(total: int, number: int) -> List[Tuple[List[int], List[int]]]:
    """Every row is held out once: row i in fold i modulo the number of folds."""
    held_out = [[i for i in range(total) if i % number == fold] for fold in range(number)]
    return [([i for i in range(total) if i % number != fold], each) for fold, each in enumerate(held_out)]
