"""Plain retrieval on the same messages: its rankings, and the tutor that it would make with one threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Sequence, Tuple

from bench.evaluation import answers, ranking
from bench.evaluation.judging import Said, faults, quoted
from bench.evaluation.messages import Message
from index.retrieval import Hit, Retriever
from index.vocabulary import Vocabulary
from knowledge.models import Course

DEPTH = 10  # claims that are kept of a ranking
SAID = 3  # claims in an answer
REFUSALS = 0.02  # false refusals that the threshold allows


@dataclass(frozen=True)
class Ranking:
    """The best claims for each message, and the score of the best of each."""

    claims: Tuple[Tuple[str, ...], ...]
    scores: Tuple[float, ...]


def rankings(messages: Sequence[Message], retriever: Retriever, vocabulary: Vocabulary) -> Dict[str, Ranking]:
    """What the project's own search finds, names written one way: by vectors alone, by words alone, and fused."""
    found = [retriever.search(vocabulary.canonical(m.text)) for m in messages]
    return {
        "dense": _ranking([sorted(hits, key=lambda h: -h.cosine) for hits in found], lambda h: h.cosine),
        "bm25": _ranking([sorted(hits, key=lambda h: -h.bm25) for hits in found], lambda h: h.bm25),
        "fused": _ranking(found, lambda h: h.cosine),
    }


def _ranking(found: Sequence[Sequence[Hit]], score: Any) -> Ranking:
    return Ranking(tuple(tuple(h.id for h in hits[:DEPTH]) for hits in found), tuple(score(hits[0]) for hits in found))


def measure(messages: Sequence[Message], found: Ranking, course: Course) -> Dict[str, Any]:
    """How well a ranking finds; messages that lean on the conversation are left out."""
    wanted = [ranking.relevant(m, course) if m.must_answer and not m.context else frozenset() for m in messages]
    return ranking.measure(found.claims, wanted)


def as_tutor(messages: Sequence[Message], found: Ranking, course: Course) -> Dict[str, Any]:
    """The figures of a tutor that says the first claims, or declines below the threshold that allows few refusals."""
    ready = [quoted(claims[:SAID], course) for claims in found.claims]
    least = threshold(found.scores, messages, REFUSALS)
    best, most_right = best_threshold(found.scores, messages, ready)
    return {
        **answers.measure(messages, thresholded(ready, found.scores, least), course),
        "threshold": round(least, 4),
        "best_threshold": {"threshold": round(best, 4), **answers.share(most_right, len(messages))},
    }


def threshold(scores: Sequence[float], messages: Sequence[Message], refusals: float) -> float:
    """The highest score from which to answer, such that at most this share of what must be answered is declined.

    Messages that lean on the conversation do not count: they would drag it down.
    """
    answerable = sorted(score for score, m in zip(scores, messages, strict=True) if m.must_answer and not m.context)
    return answerable[int(refusals * len(answerable))]


def thresholded(ready: Sequence[Said], scores: Sequence[float], least: float) -> List[Said]:
    """The answers whose score is high enough, refusals for the others."""
    return [answer if score >= least else Said("decline", ()) for answer, score in zip(ready, scores, strict=True)]


def best_threshold(scores: Sequence[float], messages: Sequence[Message], ready: Sequence[Said]) -> Tuple[float, int]:
    """The score from which to answer so that most messages are judged right, and how many then are."""
    refusal = Said("decline", ())
    rows = sorted(
        ((score, not faults(m, refusal), not faults(m, a)) for score, m, a in zip(scores, messages, ready, strict=True)),
        key=lambda row: row[0],
    )
    right = sum(answered for _, _, answered in rows)
    best = (rows[0][0], right)
    for i, (score, if_declined, if_answered) in enumerate(rows):
        right += if_declined - if_answered
        ends_here = i + 1 < len(rows) and rows[i + 1][0] > score
        if ends_here and right > best[1]:
            best = (rows[i + 1][0], right)
    return best
