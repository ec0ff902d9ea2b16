"""How right a reply to a quiz item is: options and pairs by the key, short answers by their points."""

from __future__ import annotations

from typing import Callable, Optional, Protocol, Tuple

from pydantic import Field

from knowledge.fields import Model
from tutor.items import Item, ItemType
from tutor.quiz_replies import Reply

ALL_POINTS = 0.99  # score from which a short answer is right


class Points(Protocol):
    """Which points of a short answer were there, and which were not, by id; the score is 0..1."""

    @property
    def present(self) -> Tuple[str, ...]:
        """The points that it makes."""

    @property
    def missing(self) -> Tuple[str, ...]:
        """The points that it does not make."""

    @property
    def score(self) -> float:
        """The share of points that it makes."""


Short = Callable[[Item, str], Points]


class Result(Model):
    """A graded reply. `chosen` are option ids or pairs; `present` and `missing` the points of a short answer.

    A skipped item is not graded: its score says nothing.
    """

    correct: bool
    score: float = Field(ge=0, le=1)
    chosen: Tuple[str, ...] = ()
    missing: Tuple[str, ...] = ()
    present: Tuple[str, ...] = ()
    text: str = ""
    skipped: bool = False


def grade(item: Item, reply: Reply, short: Optional[Short] = None) -> Result:
    """Grade a reply; raise ValueError for one that is no answer, and for a short answer without a `short` to read it."""
    if not reply.is_answer:
        raise ValueError(f"a reply of kind {reply.kind.value} cannot be graded: {reply.text!r}")
    if reply.gives_up:
        return Result(correct=False, score=0.0, missing=tuple(p.id for p in item.points), text=reply.text)
    if item.type is ItemType.short_answer:
        return _by_points(item, reply, short)
    score = _SCORES[item.type](set(reply.chosen), set(item.key))
    return Result(correct=set(reply.chosen) == set(item.key), score=score, chosen=reply.chosen, text=reply.text)


def _by_points(item: Item, reply: Reply, short: Optional[Short]) -> Result:
    if short is None:
        raise ValueError(f"nothing to grade the short answer of {item.id} with")
    points = short(item, reply.text)
    score = min(1.0, max(0.0, points.score))
    return Result(correct=score >= ALL_POINTS, score=score, missing=points.missing, present=points.present, text=reply.text)


def _one(chosen: set[str], key: set[str]) -> float:
    return float(chosen == key)


def _several(chosen: set[str], key: set[str]) -> float:
    """What was rightly chosen less what was wrongly, as a share of the key; choosing everything earns nothing extra."""
    return max(0.0, (len(chosen & key) - len(chosen - key)) / len(key))


def _pairs(chosen: set[str], key: set[str]) -> float:
    return len(chosen & key) / len(key)


_SCORES = {
    ItemType.multiple_choice: _one,
    ItemType.true_false: _one,
    ItemType.select_all: _several,
    ItemType.match: _pairs,
}
