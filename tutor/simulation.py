"""Simulated learners: two models of memory, three ways to order the questions, and a learner who studies by them.

Times are seconds since the first midnight of the study. Chance comes from generators that are passed in.
"""

from __future__ import annotations

import math
import random
from bisect import insort
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Callable, Dict, List, Mapping, Optional, Protocol, Sequence, Set, Tuple

from tutor.progress import HIGHEST, LOWEST, PARAMETERS, Card, Grade, Mastery, review
from tutor.quiz_choice import LATER, WEAK

START = datetime(2024, 1, 1, tzinfo=timezone.utc)  # any day would do
MINUTE, HOUR, DAY = 60.0, 60 * 60.0, 24 * 60 * 60.0
LADDER = (0, 1, 3, 7, 14, 30, 60)  # days
SESSION = 10  # questions in a quiz of the tutor; a learner who has time left begins another one
GUESS = 1 / 3  # what is not recalled is guessed among three options
STUDY_HOUR = 18.0  # when learners sit down, give or take an hour
READ_AT = -3 * DAY  # when the readings were read
EASE_STABILITY, EASE_ACTIVATION = 0.4, 0.3  # what one unit of a claim's ease does, in logarithms of stability and in activation
AGAIN, GOOD, EASY = 1, 3, 4  # FSRS's ratings


@dataclass(frozen=True)
class Deck:
    """The claims to be learnt, one card each, in the order of the course, and the concept of each."""

    claims: Tuple[str, ...]
    concepts: Tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What is studied and how long; `whole` says that the minutes are used up even when nothing is due."""

    deck: Deck
    days: int = 60
    minutes: float = 10.0
    whole: bool = True
    exam_day: int = 90


@dataclass(frozen=True)
class Learner:
    """What makes one learner differ from another. `pace` is in seconds an answer, `sittings` in seconds, one a day."""

    pace: float
    weights: Tuple[float, ...]  # FSRS
    decay: float  # ACT-R, this and the next two
    threshold: float
    noise: float
    read: Tuple[bool, ...]  # whether a claim was kept from the readings
    ease: Tuple[float, ...]  # of each claim: standard normal
    sittings: Tuple[float, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of it: recall 0..1 over all cards on the day of the exam, and what it cost.

    `right` is the share of answers graded right; `met_all` the day, from 1, on which the last card was first put, None if never.
    """

    recall: float
    answers: int
    minutes: float
    right: float
    met_all: Optional[int]


def draw_learner(rng: random.Random, cards: int, days: int) -> Learner:
    """Draw a learner. The ranges are the assumptions of the simulation; the report names them."""
    kept = rng.uniform(0.1, 0.5)
    return Learner(
        pace=rng.uniform(12, 25),
        weights=draw_weights(rng),
        decay=_normal(rng, 0.5, 0.05),
        threshold=_normal(rng, 0.2, 0.4),
        noise=rng.uniform(0.25, 0.55),
        read=tuple(rng.random() < kept for _ in range(cards)),
        ease=tuple(rng.gauss(0, 1) for _ in range(cards)),
        sittings=tuple(day * DAY + (STUDY_HOUR + rng.uniform(-1, 1)) * HOUR for day in range(days)),
    )


def draw_weights(rng: random.Random) -> Tuple[float, ...]:
    """Draw FSRS-6 weights around the defaults: each times a lognormal factor, within FSRS's bounds.

    First stabilities and the decay, in which people differ most, with a spread of 0.3, the others of 0.15.
    """
    spread = [0.3 if n in (0, 1, 2, 3, 20) else 0.15 for n in range(len(PARAMETERS))]
    drawn = [w * math.exp(_normal(rng, 0, s)) for w, s in zip(PARAMETERS, spread, strict=True)]
    return tuple(min(max(w, low), high) for w, low, high in zip(drawn, LOWEST, HIGHEST, strict=True))


def _normal(rng: random.Random, mean: float, spread: float) -> float:
    """Draw from a normal distribution, cut at two and a half standard deviations."""
    return mean + spread * min(max(rng.gauss(0, 1), -2.5), 2.5)


# -- memories --------------------------------------------------------------------------------------------------------------------


class Memory(Protocol):
    """What a learner remembers of each card."""

    def recall(self, card: int, now: float) -> float:
        """The chance, 0..1, that a card is recalled unaided."""

    def answer(self, card: int, now: float, recalled: bool) -> None:
        """Take in that a card was asked, and its answer shown."""


class FsrsMemory:
    """Memory as FSRS-6 has it: a stability in days and a difficulty for each card; between answers a power law of forgetting."""

    def __init__(self, learner: Learner) -> None:
        self._w = learner.weights
        self._decay = -self._w[20]
        self._factor = math.pow(0.9, 1 / self._decay) - 1
        self._ease = learner.ease
        self.stability = [0.0] * len(learner.ease)  # 0: nothing is remembered
        self.difficulty = [0.0] * len(learner.ease)
        self._last = [0.0] * len(learner.ease)  # days
        for card in (c for c, read in enumerate(learner.read) if read):
            self._begin(card, READ_AT / DAY, GOOD)

    def recall(self, card: int, now: float) -> float:
        """The chance, 0..1, that a card is recalled unaided."""
        stability = self.stability[card]
        return math.pow(1 + self._factor * (now / DAY - self._last[card]) / stability, self._decay) if stability else 0.0

    def answer(self, card: int, now: float, recalled: bool) -> None:
        """Take in that a card was asked, and its answer shown."""
        day, rating = now / DAY, GOOD if recalled else AGAIN
        if not self.stability[card]:
            self._begin(card, day, rating)
            return
        if day - self._last[card] < 1:
            after = self._same_day(card, rating)
        else:
            after = self._recalled(card, now) if recalled else self._forgotten(card, now)
        self.stability[card] = max(after, LOWEST[0])
        self.difficulty[card] = self._next_difficulty(self.difficulty[card], rating)
        self._last[card] = day

    def _begin(self, card: int, day: float, rating: int) -> None:
        self.stability[card] = self._w[rating - 1] * math.exp(EASE_STABILITY * self._ease[card])
        self.difficulty[card] = _within(self._first_difficulty(rating) - self._ease[card])
        self._last[card] = day

    def _same_day(self, card: int, rating: int) -> float:
        w, stability = self._w, self.stability[card]
        growth = math.exp(w[17] * (rating - 3 + w[18])) * math.pow(stability, -w[19])
        return stability * (max(growth, 1.0) if rating >= GOOD else growth)

    def _recalled(self, card: int, now: float) -> float:
        w, stability = self._w, self.stability[card]
        late = math.exp((1 - self.recall(card, now)) * w[10]) - 1
        return stability * (1 + math.exp(w[8]) * (11 - self.difficulty[card]) * math.pow(stability, -w[9]) * late)

    def _forgotten(self, card: int, now: float) -> float:
        w, stability = self._w, self.stability[card]
        late = math.exp((1 - self.recall(card, now)) * w[14])
        over_days = w[11] * math.pow(self.difficulty[card], -w[12]) * (math.pow(stability + 1, w[13]) - 1) * late
        return min(over_days, stability / math.exp(w[17] * w[18]))

    def _first_difficulty(self, rating: int) -> float:
        return self._w[4] - math.exp(self._w[5] * (rating - 1)) + 1

    def _next_difficulty(self, difficulty: float, rating: int) -> float:
        moved = difficulty - self._w[6] * (rating - 3) * (10 - difficulty) / 9
        return _within(self._w[7] * self._first_difficulty(EASY) + (1 - self._w[7]) * moved)


def _within(difficulty: float) -> float:
    return min(max(difficulty, 1.0), 10.0)


class ActrMemory:
    """Memory as ACT-R's base-level activation has it: every answer leaves a trace that fades by a power law.

    Activation is ln(sum(age ** -decay)) with ages in days (seconds would only shift the threshold); the chance of recall is
    the logistic function of (activation - threshold) / noise. A trace is left whether the card was recalled or shown.
    """

    def __init__(self, learner: Learner) -> None:
        self._decay, self._noise = -learner.decay, learner.noise
        self._threshold = [learner.threshold - EASE_ACTIVATION * ease for ease in learner.ease]
        self._traces: List[List[float]] = [[READ_AT / DAY] if read else [] for read in learner.read]

    def recall(self, card: int, now: float) -> float:
        """The chance, 0..1, that a card is recalled unaided."""
        traces = self._traces[card]
        if not traces:
            return 0.0
        day, decay = now / DAY, self._decay
        activation = math.log(sum([(day - trace) ** decay for trace in traces]))
        return 1 / (1 + math.exp((self._threshold[card] - activation) / self._noise))

    def answer(self, card: int, now: float, recalled: bool) -> None:
        """Take in that a card was asked, and its answer shown."""
        self._traces[card].append(now / DAY)


# -- schedules -------------------------------------------------------------------------------------------------------------------


class Schedule(Protocol):
    """Which card is put next. It sees whether answers were right, and nothing of the memory behind them."""

    def next(self, now: float) -> Optional[int]:
        """The card to put; None if it has nothing to ask today."""

    def note(self, card: int, now: float, correct: bool) -> None:
        """Take in an answer."""


class TutorSchedule:
    """The tutor's order: due by FSRS, longest first; then met ones of weak concepts; then new ones; then the rest.

    It does with numbers what `tutor.quiz_choice` does with items: no claim twice in a session of ten while there is another,
    due claims in groups of three, the weakest concept first, chance among equals.
    """

    def __init__(self, plan: Plan, rng: random.Random) -> None:
        self._deck, self._whole, self._rng = plan.deck, plan.whole, rng
        self._cards: List[Optional[Card]] = [None] * len(plan.deck.claims)
        self._due = [math.inf] * len(plan.deck.claims)
        self._mastery = {concept: Mastery(concept) for concept in plan.deck.concepts}
        self._met: Dict[str, List[int]] = {concept: [] for concept in plan.deck.concepts}
        self._new = {concept: [n for n, c in enumerate(plan.deck.concepts) if c == concept] for concept in self._met}
        self._asked: Set[int] = set()  # in this session
        self._asked_today: Set[int] = set()
        self._today = -1

    def next(self, now: float) -> Optional[int]:
        """The card to put; None if it has nothing to ask today."""
        if int(now // DAY) > self._today:
            self._today = int(now // DAY)
            self._asked_today.clear()
            self._asked.clear()
        if len(self._asked) >= SESSION:  # another session
            self._asked.clear()
        card = self._pick(now)
        if card is None and self._asked:  # a small course: it has nothing else
            self._asked.clear()
            card = self._pick(now)
        return card

    def note(self, card: int, now: float, correct: bool) -> None:
        """Take in an answer."""
        self._asked.add(card)
        self._asked_today.add(card)
        claim, concept = self._deck.claims[card], self._deck.concepts[card]
        if self._cards[card] is None:
            self._new[concept].remove(card)
            self._met[concept].append(card)
        after = review(self._cards[card], claim, Grade.good if correct else Grade.again, START + timedelta(seconds=now))
        self._cards[card] = after
        self._due[card] = (after.due - START).total_seconds()
        self._mastery[concept] = self._mastery[concept].after(float(correct))

    def _pick(self, now: float) -> Optional[int]:
        due = self._longest_due(now)
        if due:
            return self._rng.choice(due)
        weak = {concept: cards for concept, cards in self._met.items() if self._mastery[concept].value < WEAK}
        known = {concept: cards for concept, cards in self._met.items() if concept not in weak} if self._whole else {}
        # Without this, who stops when nothing is due would be asked for the weak ones over and over.
        not_again = self._asked if self._whole else self._asked_today
        asked = Counter(self._deck.concepts[card] for card in self._asked)
        picked = (self._weakest(cards, not_again, told) for cards, told in ((weak, {}), (self._new, asked), (known, {})))
        return next((card for card in picked if card is not None), None)

    def _longest_due(self, now: float) -> List[int]:
        """The first group of three, among all that is due, that has cards left in this session."""
        due = sorted([(at, card) for card, at in enumerate(self._due) if at <= now])
        groups = ([card for _, card in due[n : n + 3] if card not in self._asked] for n in range(0, len(due), 3))
        return next((group for group in groups if group), [])

    def _weakest(self, pool: Mapping[str, Sequence[int]], but: Set[int], asked: Mapping[str, int]) -> Optional[int]:
        """Any card of the weakest concept that has some, concepts with the same mastery in tenths taken together.

        A concept that was `asked` about in this session waits for others.
        """
        by_rank: Dict[float, List[int]] = {}
        for concept, cards in pool.items():
            by_rank.setdefault(self._rank(concept) + asked.get(concept, 0) * LATER, []).extend(cards)
        for _, cards in sorted(by_rank.items()):
            left = [card for card in cards if card not in but]
            if left:
                return self._rng.choice(left)
        return None

    def _rank(self, concept: str) -> float:
        """Mastery in tenths; that of a concept never asked is taken as WEAK."""
        mastery = self._mastery[concept]
        return round(mastery.value, 1) if mastery.evidence else WEAK


class LadderSchedule:
    """A fixed ladder: right, and the card comes back after the next longer interval; wrong, and it starts over, on the same day.

    Longest due first, then new cards in the order of the course; if minutes are left, the card that would be due soonest.
    The same card is not put twice running while there is another.
    """

    def __init__(self, plan: Plan, rng: random.Random) -> None:
        self._whole, self._size = plan.whole, len(plan.deck.claims)
        self._rung = [0] * self._size
        self._queue: List[Tuple[int, int, int]] = []  # day due, number of the last answer, card; sorted
        self._met = self._answers = 0
        self._last = -1

    def next(self, now: float) -> Optional[int]:
        """The card to put; None if it has nothing to ask today."""
        today = int(now // DAY)
        due = [n for n, entry in enumerate(self._queue[:2]) if entry[0] <= today]
        others = [n for n in due if self._queue[n][2] != self._last]
        if not others and self._met < self._size:
            return self._met
        if self._whole:
            others = others or [n for n, entry in enumerate(self._queue[:2]) if entry[2] != self._last]
        return next((self._queue[n][2] for n in others or due), None)

    def note(self, card: int, now: float, correct: bool) -> None:
        """Take in an answer."""
        self._answers += 1
        self._last = card
        self._met = max(self._met, card + 1)
        self._queue = [entry for entry in self._queue if entry[2] != card]
        self._rung[card] = min(self._rung[card] + 1, len(LADDER) - 1) if correct else 0
        insort(self._queue, (int(now // DAY) + LADDER[self._rung[card]], self._answers, card))


class RandomSchedule:
    """Any card, each as likely as the other, but not the same twice running; it never runs out."""

    def __init__(self, plan: Plan, rng: random.Random) -> None:
        self._size, self._rng, self._last = len(plan.deck.claims), rng, -1

    def next(self, now: float) -> Optional[int]:
        """The card to put; None if it has nothing to ask today."""
        if self._last < 0 or self._size == 1:
            return int(self._rng.random() * self._size)
        card = int(self._rng.random() * (self._size - 1))
        return card + (card >= self._last)

    def note(self, card: int, now: float, correct: bool) -> None:
        """Take in an answer."""
        self._last = card


MEMORIES: Dict[str, Callable[[Learner], Memory]] = {"fsrs": FsrsMemory, "actr": ActrMemory}
SCHEDULES: Dict[str, Callable[[Plan, random.Random], Schedule]] = {
    "tutor": TutorSchedule,
    "ladder": LadderSchedule,
    "random": RandomSchedule,
}


# -- study -----------------------------------------------------------------------------------------------------------------------


def study(learner: Learner, memory: Memory, schedule: Schedule, plan: Plan, rng: random.Random) -> Outcome:
    """Let a learner study by a schedule, then look at what is recalled on the day of the exam."""
    answers = right = 0
    spent = 0.0
    met: Set[int] = set()
    met_all: Optional[int] = None
    for day, begin in enumerate(learner.sittings):
        now, end = begin, begin + plan.minutes * MINUTE
        while now < end:
            card = schedule.next(now)
            if card is None:
                break
            now += learner.pace * math.exp(rng.gauss(-0.045, 0.3))  # lognormal with a mean of 1
            recalled = rng.random() < memory.recall(card, now)
            correct = recalled or rng.random() < GUESS
            memory.answer(card, now, recalled)
            schedule.note(card, now, correct)
            answers, right = answers + 1, right + correct
            met.add(card)
            met_all = met_all or (day + 1 if len(met) == len(learner.ease) else None)
        spent += now - begin
    exam = plan.exam_day * DAY + STUDY_HOUR * HOUR
    recall = sum(memory.recall(card, exam) for card in range(len(learner.ease))) / len(learner.ease)
    return Outcome(recall, answers, spent / MINUTE, right / answers if answers else 0.0, met_all)
