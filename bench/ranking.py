"""Fit how the claims are ranked for a free question, on the questions that the course itself lists for each claim.

In turn every fifth question of each claim is taken out of the index, and of what the index learns from, and asked; the claim that
lists it ought to come first. Prints how often it does with the weights in `tutor/evidence.py` and with the fitted ones.
Usage: python -m bench.ranking
"""

from __future__ import annotations

import asyncio
import sys
from typing import Dict, Iterator, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.quiet import silence, silence_rasa
from index.dense import DenseIndex
from index.encoder import load_encoder
from index.retrieval import Document, Retriever
from knowledge.models import Course
from tutor.evidence import RANKING
from tutor.settings import Settings

FOLDS = 5
LEFT_OUT = 5  # one of so many questions of a claim is left out of the index, and asked
SHRINKAGE = 1e-5
DEPTHS = (1, 3, 5)
COSINES = 2  # marks that are cosines
FITTED = (
    "learned",
    "learned_told",
    "likely",
    "coverage",
    "asked",
    "named",
    "voiced",
    "strays",
    "unasked",
)  # "about" is set by hand

Table = NDArray[np.float64]


def main() -> int:
    """Print the fitted weights, and the share of questions whose claim comes first, among the first three, and five."""
    silence()
    tables, wanted = _questions()
    present = np.array([RANKING[name] for name in FITTED])
    fold = np.arange(len(tables)) % FOLDS
    parts = [np.flatnonzero(fold == f) for f in range(FOLDS)]
    others = [fit(tables, wanted, np.flatnonzero(fold != f)) for f in range(FOLDS)]
    found = np.mean([shares(tables, wanted, part, fitted) for part, fitted in zip(parts, others, strict=True)], 0)
    weights = fit(tables, wanted, np.arange(len(tables)))
    print(f"{len(tables)} questions")
    for name, weight in zip(FITTED, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    now = shares(tables, wanted, np.arange(len(tables)), present)
    for title, row in (("as they are", now), ("fitted, on others", found)):
        print(f"{title}: " + ", ".join(f"{share:.1%} in the first {depth}" for depth, share in zip(DEPTHS, row, strict=True)))
    return 0


def _questions() -> Tuple[List[Table], List[int]]:
    """The marks of the claims found for each question, shape (claims, marks), and the row of the one that lists it."""
    from bot.agent import load_agent
    from bot.train import model_path
    from tutor.catalogue import Catalogue
    from tutor.evidence import Weigher
    from tutor.scope import Scope
    from tutor.settings import load_settings
    from tutor.tutor import Tutor
    from tutor.understanding import Question, understand

    silence_rasa()
    settings = load_settings()
    tutor = Tutor.load(settings)
    agent = load_agent(model_path(settings), tutor)
    loop = asyncio.new_event_loop()
    catalogue = Catalogue(tutor.course, tutor.vocabulary)
    tables: List[Table] = []
    rows: List[int] = []
    for retriever, asked in _without_some(tutor.course, settings):
        weigher = Weigher(catalogue, retriever)
        scope = Scope(catalogue, weigher)
        for claim, text in asked.items():
            parsed = loop.run_until_complete(agent.parse_message(text))
            ranking = {row["name"]: float(row["confidence"]) for row in parsed["intent_ranking"]}
            request = understand(Question(text, ranking), catalogue, tutor.vocabulary)
            concepts = scope.subjects(request)
            hits = weigher.candidates(request, concepts)
            ids = [hit.id for hit in hits]
            if claim in ids:
                marks = [weigher.marks(hit, request, concepts) for hit in hits]
                tables.append(np.array([[mark[name] for name in FITTED] for mark in marks]))
                rows.append(ids.index(claim))
    return tables, rows


def _without_some(course: Course, settings: Settings) -> Iterator[Tuple[Retriever, Dict[str, str]]]:
    """A search without every fifth question of each claim, and these, one of each claim at a time; five searches in all."""
    encoder = load_encoder(settings.encoder_name, settings.encoder_folder)
    whole = Retriever.load(settings.index_folder(course.id), course, encoder).documents
    vectors = DenseIndex.load(settings.index_folder(course.id) / "dense.npy").all_rows
    places = [place for document in whole for place in range(len(document.texts))]
    most = max(len(claim.questions) for claim in course.claim.values())
    for first in range(1, 1 + LEFT_OUT):
        out = range(first, 1 + most, LEFT_OUT)
        kept = [Document(d.id, tuple(text for n, text in enumerate(d.texts) if n not in out)) for d in whole]
        rows = vectors[[row for row, place in enumerate(places) if place not in out]]
        retriever = Retriever.over_rows(kept, rows, encoder, learning=True)
        for number in out:
            yield retriever, {c.id: c.questions[number - 1] for c in course.claim.values() if len(c.questions) >= number}


def fit(tables: Sequence[Table], wanted: Sequence[int], among: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weights under which the wanted claims come first most likely (conditional logit), the cosines' adding up to half."""

    def loss(weights: NDArray[np.float64]) -> Tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros(len(FITTED))
        for number in among:
            table, row = tables[number], wanted[number]
            scores = table @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            total -= float(np.log(chances[row]))
            slope += chances @ table - table[row]
        n = len(among)
        return total / n + SHRINKAGE * float(weights @ weights), slope / n + 2 * SHRINKAGE * weights

    weights = minimize(loss, np.zeros(len(FITTED)), jac=True, method="L-BFGS-B").x
    fitted: NDArray[np.float64] = weights / weights[:COSINES].sum() / 2
    return fitted


def shares(tables: Sequence[Table], wanted: Sequence[int], among: NDArray[np.int64], weights: NDArray[np.float64]) -> List[float]:
    """The share of questions whose claim is among the first, for each depth."""
    scores = [tables[n] @ weights for n in among]
    ranks = [int((score > score[wanted[n]]).sum()) for n, score in zip(among, scores, strict=True)]
    return [float(np.mean([rank < depth for rank in ranks])) for depth in DEPTHS]


if __name__ == "__main__":
    sys.exit(main())
