"""`python -m bench.calibrate`: fit the weights by which the tutor decides whether it can answer a free question.

Reads tests/data/messages.yml, lets the trained bot read each message, and fits a logistic regression on the signals
of `tutor.evidence`. Signs are constrained to what they must mean, and some have a floor: the set holds few
questions that use the course's own words for something that it does not cover.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
import yaml
from scipy.optimize import minimize

from bot.quiet import silence

MESSAGES = Path(__file__).parent.parent / "tests" / "data" / "messages.yml"
BOUNDS: Dict[str, Tuple[Any, Any]] = {
    "bias": (None, None),
    "cosine": (7, None),
    "coverage": (1, None),
    "unknown": (None, 0),
    "off_topic": (None, 0),
    "off_topic_covered": (None, 0),
    "current": (-2, -1),
    "beyond": (None, 0),
    "foreign_name": (None, -1.2),
}
DECLINE_WEIGHT = 2.0  # a false answer is worse than a false refusal
SHRINKAGE = 0.05


def main() -> int:
    """Print the fitted weights and what they get wrong."""
    silence()
    messages, rows = _signals()
    names = list(BOUNDS)
    signals = np.array([[row[name] for name in names] for row in rows])
    answerable = np.array([m["kind"] == "answer" for m in messages], dtype=float)
    weights = _fit(signals, answerable)
    probabilities = 1 / (1 + np.exp(-signals @ weights))
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    refused = (probabilities < 0.5) & (answerable == 1)
    answered = (probabilities >= 0.5) & (answerable == 0)
    print(f"false refusals: {refused.sum()} of {int(answerable.sum())}")
    print(f"false answers: {answered.sum()} of {int((1 - answerable).sum())}")
    for index in np.flatnonzero(refused | answered):
        print(f"  {probabilities[index]:.2f} {messages[index]['kind']}: {messages[index]['text'][:100]}")
    return 0


def _signals() -> Tuple[List[Dict[str, Any]], List[Dict[str, float]]]:
    """The messages without context that ask something, and the signals of each."""
    from bot.agent import load_agent
    from bot.quiet import silence_rasa
    from bot.train import model_path
    from tutor.settings import load_settings
    from tutor.tutor import Tutor
    from tutor.understanding import Question

    silence_rasa()
    settings = load_settings()
    tutor = Tutor.load(settings)
    agent = load_agent(model_path(settings), tutor)
    loop = asyncio.new_event_loop()
    kept, rows = [], []
    for message in yaml.load(MESSAGES.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
        if message.get("context") or message["kind"] not in ("answer", "decline"):
            continue
        parsed = loop.run_until_complete(agent.parse_message(message["text"]))
        ranking = {row["name"]: float(row["confidence"]) for row in parsed["intent_ranking"]}
        signals = tutor.signals(Question(message["text"], ranking))
        if signals:
            kept.append(message)
            rows.append(signals)
    return kept, rows


def _fit(signals: Any, answerable: Any) -> Any:
    importance = np.where(answerable == 1, 1.0, DECLINE_WEIGHT)

    def loss(weights: Any) -> float:
        scores = signals @ weights
        return float((importance * (np.logaddexp(0, scores) - answerable * scores)).sum() + SHRINKAGE * (weights[1:] ** 2).sum())

    start = np.array(
        [np.clip(0, low if low is not None else -np.inf, high if high is not None else np.inf) for low, high in BOUNDS.values()]
    )
    return minimize(loss, start, bounds=list(BOUNDS.values()), method="L-BFGS-B").x


if __name__ == "__main__":
    sys.exit(main())
