"""When what was learned comes back, and how well a concept is known: values in, new values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import ROUND_FLOOR, Decimal
from enum import Enum
from typing import Iterable, List, Optional, Sequence

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

# FSRS-6's weights and the range of each, for simulated learners whose memory differs.
PARAMETERS = tuple(DEFAULT_PARAMETERS)
LOWEST = tuple(LOWER_BOUNDS_PARAMETERS)
HIGHEST = tuple(UPPER_BOUNDS_PARAMETERS)

# One step where FSRS has two (1 and 10 minutes): a session of ten questions takes about as long as the step, so what went wrong
# comes back at its end or in the next one, and what was known at first sight leaves for days at once.
STEPS = (timedelta(minutes=10),)
LONGEST = 180  # days between two reviews: no course lasts longer
RETENTION = 0.9  # the chance of recall at which a card comes back

LEAST_WEIGHT = 0.2  # of the newest answer in a concept's mastery: it speaks of about the last 2 / 0.2 - 1 = 9 answers


class Grade(str, Enum):
    """How an answer went. There is no "easy": right is all that can be seen."""

    again = "again"
    hard = "hard"
    good = "good"


class State(str, Enum):
    """Where a card stands: first steps, spaced over days, or forgotten and on its steps again."""

    learning = "learning"
    review = "review"
    relearning = "relearning"


_RATINGS = {Grade.again: fsrs.Rating.Again, Grade.hard: fsrs.Rating.Hard, Grade.good: fsrs.Rating.Good}
_STATES = {State.learning: fsrs.State.Learning, State.review: fsrs.State.Review, State.relearning: fsrs.State.Relearning}
_NAMES = {theirs: ours for ours, theirs in _STATES.items()}


@dataclass(frozen=True)
class Card:
    """What a learner remembers of one claim.

    `stability` is in days: how long until the chance of recall has fallen to 90 %; `difficulty` goes from 1 to 10. `step` is the
    place among the first steps, None once reviews are days apart. `lapses` counts how often it was forgotten after that.
    """

    claim: str
    stability: float
    difficulty: float
    state: State
    step: Optional[int]
    due: datetime
    last_review: datetime
    reps: int
    lapses: int


@dataclass(frozen=True)
class Mastery:
    """How well a concept is known: `value` 0 to 1, from `evidence` answers."""

    concept: str
    value: float = 0.0
    evidence: int = 0

    def after(self, score: float) -> Mastery:
        """Take in one more answer, its score 0 to 1.

        A moving average that starts as the mean of the answers and one wrong one (weights 1/2, 1/3, 1/4): a lucky guess is no
        mastery. From the fourth answer on the weight stays, so that what was learned, or forgotten, since shows.
        """
        _check_score(score)
        weight = max(1 / (self.evidence + 2), LEAST_WEIGHT)
        return replace(self, value=self.value + weight * (score - self.value), evidence=self.evidence + 1)

    @property
    def reported(self) -> float:
        """The value as a learner sees it: two decimals, rounded down, never above what is recorded."""
        return float(Decimal(repr(self.value)).quantize(Decimal("0.01"), ROUND_FLOOR))


def scheduler(parameters: Sequence[float] = PARAMETERS) -> fsrs.Scheduler:
    """Schedule by FSRS-6 with these weights; without the fuzz, so that the same answers give the same days."""
    return fsrs.Scheduler(
        parameters,
        desired_retention=RETENTION,
        learning_steps=STEPS,
        relearning_steps=STEPS,
        maximum_interval=LONGEST,
        enable_fuzzing=False,
    )


DEFAULT = scheduler()


def grade(score: float, hints: int) -> Grade:
    """Grade an answer by its score 0 to 1 and the hints that came before it."""
    _check_score(score)
    if hints < 0:
        raise ValueError(f"hints must not be negative, is {hints}")
    if score == 0:
        return Grade.again
    return Grade.hard if score < 1 or hints else Grade.good


def review(card: Optional[Card], claim: str, grade: Grade, now: datetime, by: fsrs.Scheduler = DEFAULT) -> Card:
    """Put an answer on a claim's card, or on a new one for None; `now` must be UTC."""
    now = utc(now)
    if card and card.claim != claim:
        raise ValueError(f"this is the card of {card.claim!r}, not of {claim!r}")
    after, _ = by.review_card(_theirs(card, now), _RATINGS[grade], now)
    if after.stability is None or after.difficulty is None:
        raise ValueError("a reviewed card has a stability and a difficulty")  # FSRS sets them with the first review
    return Card(
        claim=claim,
        stability=after.stability,
        difficulty=after.difficulty,
        state=_NAMES[after.state],
        step=after.step,
        due=after.due,
        last_review=now,
        reps=(card.reps if card else 0) + 1,
        lapses=(card.lapses if card else 0) + bool(card and card.state is State.review and grade is Grade.again),
    )


def retrievability(card: Card, now: datetime, by: fsrs.Scheduler = DEFAULT) -> float:
    """Estimate the chance, 0 to 1, that the claim is recalled now, from the whole days since the last review; `now` must be UTC."""
    return by.get_card_retrievability(_theirs(card, utc(now)), utc(now))


def due_forecast(cards: Iterable[Card], now: datetime, days: int = 30) -> List[int]:
    """Count the cards that fall due in each of the next `days` times 24 hours; the first count holds those due already."""
    now = utc(now)
    counts = [0] * days
    for card in cards:
        day = max(0, (card.due - now) // timedelta(days=1))
        if day < days:
            counts[day] += 1
    return counts


def utc(moment: datetime) -> datetime:
    """Give a moment back if it is in UTC; raise ValueError if it is not, or does not say."""
    if moment.utcoffset() != timedelta(0):
        raise ValueError(f"a time must be in UTC and say so, not {moment.isoformat()}")
    return moment.astimezone(timezone.utc)


def _theirs(card: Optional[Card], now: datetime) -> fsrs.Card:
    """The card as FSRS has it. Its own id and due date are not left out: it would read the clock and sleep for them."""
    if card is None:
        return fsrs.Card(card_id=0, due=now)
    return fsrs.Card(0, _STATES[card.state], card.step, card.stability, card.difficulty, card.due, card.last_review)


def _check_score(score: float) -> None:
    if not 0 <= score <= 1:
        raise ValueError(f"a score must be 0 to 1, is {score}")
