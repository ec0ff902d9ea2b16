"""Simulated learners: memories as published, orders by their rules, the same outcomes from the same seed."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, Dict, List

import pytest

from knowledge.models import Course
from tutor import progress
from tutor.items import Item, ItemType
from tutor.progress import HIGHEST, LOWEST, PARAMETERS, Grade
from tutor.quiz_choice import Chooser, Standing
from tutor.quiz_requests import QuizRequest
from tutor.simulation import (
    DAY,
    HOUR,
    LADDER,
    MEMORIES,
    MINUTE,
    START,
    ActrMemory,
    Deck,
    FsrsMemory,
    LadderSchedule,
    Learner,
    Outcome,
    Plan,
    RandomSchedule,
    TutorSchedule,
    draw_learner,
    draw_weights,
    study,
)
from tutor.simulation_report import deck, run

DRAWS = 200  # enough for each of twenty equals to come up
WEEK = [day * DAY for day in range(7)]


def a_learner(**changed: Any) -> Learner:
    """A learner with default weights who meets four claims of middling ease for the first time."""
    given: Dict[str, Any] = {
        "pace": 20.0,
        "weights": PARAMETERS,
        "decay": 0.5,
        "threshold": 0.0,
        "noise": 0.4,
        "read": (False,) * 4,
        "ease": (0.0,) * 4,
        "sittings": tuple(WEEK),
    }
    return Learner(**{**given, **changed})


def a_plan(*concepts: str, **changed: Any) -> Plan:
    """A plan for as many claims as there are concepts."""
    return replace(Plan(Deck(tuple(f"claim-{n}" for n in range(len(concepts))), concepts)), **changed)


# -- memory by FSRS-6 ------------------------------------------------------------------------------------------------------------


def test_fsrs_forgets_by_its_power_law() -> None:
    """After as many days as the stability, nine tenths are recalled; after ten times as many, (1 + 10 f) ** -decay."""
    memory = FsrsMemory(a_learner(read=(True, False, False, False)))
    factor = 0.9 ** (-1 / 0.1542) - 1

    assert memory.stability[0] == 2.3065
    assert memory.recall(0, (2.3065 - 3) * DAY) == pytest.approx(0.9)
    assert memory.recall(0, (23.065 - 3) * DAY) == pytest.approx((1 + 10 * factor) ** -0.1542)


def test_fsrs_knows_nothing_of_the_unread() -> None:
    """A claim that was neither read nor asked is not recalled; asked, it begins as FSRS's Again does."""
    memory = FsrsMemory(a_learner())
    before = memory.recall(0, 0.0)

    memory.answer(0, 0.0, recalled=False)

    assert before == 0
    assert memory.stability[0] == 0.212
    assert memory.difficulty[0] == 6.4133


@pytest.mark.parametrize("history", ["gggg", "gbgg", "bgbgg", "bbbgb"])
def test_fsrs_as_the_library(history: str) -> None:
    """Stability and difficulty go as the fsrs library has them, on the same day and after days."""
    weights = draw_weights(random.Random(4))
    by = progress.scheduler(weights)
    memory = FsrsMemory(a_learner(weights=weights))
    memory.answer(0, 0.0, recalled=False)
    card = progress.review(None, "claim", Grade.again, START, by)

    for now, answer in zip((600.0, 1 * DAY + 600, 4 * DAY + 600, 4 * DAY + 1200, 30 * DAY + 1200), history, strict=False):
        memory.answer(0, now, recalled=answer == "g")
        card = progress.review(card, "claim", Grade.good if answer == "g" else Grade.again, START + timedelta(seconds=now), by)

        assert memory.stability[0] == pytest.approx(card.stability)
        assert memory.difficulty[0] == pytest.approx(card.difficulty)


def test_drawn_weights() -> None:
    """Drawn weights are such as FSRS accepts, differ between learners, and lie around the defaults."""
    rng = random.Random(1)

    drawn = [draw_weights(rng) for _ in range(400)]

    assert all(low <= w <= high for weights in drawn for w, low, high in zip(weights, LOWEST, HIGHEST, strict=True))
    assert len(set(drawn)) == 400
    middle = sorted(weights[2] for weights in drawn)[200]
    assert middle == pytest.approx(PARAMETERS[2], rel=0.1)


# -- memory by ACT-R -------------------------------------------------------------------------------------------------------------


def test_actr_adds_up_traces() -> None:
    """Two traces, one and four days old, add up to 1 + 1/2 with d = 0.5; at the threshold a half is recalled."""
    memory = ActrMemory(a_learner(threshold=math.log(1.5)))
    memory.answer(0, 0.0, recalled=False)
    memory.answer(0, 3 * DAY, recalled=True)

    assert memory.recall(0, 4 * DAY) == pytest.approx(0.5)


def test_actr_is_logistic() -> None:
    """One trace a day old has activation 0: with a threshold of 0.4 and a noise of 0.4 it is recalled at 1 / (1 + e)."""
    memory = ActrMemory(a_learner(threshold=0.4))
    memory.answer(0, 0.0, recalled=True)

    assert memory.recall(0, DAY) == pytest.approx(1 / (1 + math.e))


def test_actr_and_ease() -> None:
    """Ease lowers the threshold by 0.3 a unit; what was read has a trace three days before; what was not is not recalled."""
    memory = ActrMemory(a_learner(read=(True, True, False, False), ease=(0.0, 1.0, 0.0, 0.0)))

    assert memory.recall(0, 0.0) == pytest.approx(1 / (1 + math.exp(math.log(math.sqrt(3)) / 0.4)))
    assert memory.recall(1, 0.0) == pytest.approx(1 / (1 + math.exp((math.log(math.sqrt(3)) - 0.3) / 0.4)))
    assert memory.recall(2, 0.0) == 0


@pytest.mark.parametrize("memory", MEMORIES)
def test_memories(memory: str) -> None:
    """In either memory recall falls with time, and rises by an answer."""
    mind = MEMORIES[memory](a_learner())
    mind.answer(0, 0.0, recalled=False)
    early, late = mind.recall(0, DAY), mind.recall(0, 9 * DAY)

    mind.answer(0, 9 * DAY, recalled=True)

    assert 1 > early > late > 0
    assert mind.recall(0, 10 * DAY) > late


# -- the ladder ------------------------------------------------------------------------------------------------------------------


def test_ladder_climbs() -> None:
    """A claim that is always right comes back after 1, 3, 7, 14, 30 and 60 days, then every 60."""
    ladder = LadderSchedule(a_plan("a", whole=False), random.Random(1))
    asked = []

    for day in range(180):
        card = ladder.next(day * DAY)
        if card is not None:
            asked.append(day)
            ladder.note(card, day * DAY, correct=True)

    assert [b - a for a, b in pairwise(asked)] == [*LADDER[1:], 60]


def test_ladder_starts_over() -> None:
    """A wrong answer brings a claim back on the same day, and then it climbs from the start."""
    ladder = LadderSchedule(a_plan("a", whole=False), random.Random(1))
    days = []

    for answer, day in [(True, 0), (True, 1), (False, 4), (True, 4), (True, 5)]:
        assert ladder.next(day * DAY) == 0
        ladder.note(0, day * DAY, correct=answer)
        days.append(ladder.next(day * DAY))

    assert days == [None, None, 0, None, None]
    assert ladder.next(7 * DAY) is None
    assert ladder.next(8 * DAY) == 0


def test_ladder_puts_due_before_new() -> None:
    """What is due comes first, longest due first; then new claims in the order of the course; not the same one twice running."""
    ladder = LadderSchedule(a_plan("a", "a", "a", "a", whole=False), random.Random(1))
    asked: List[Any] = []

    for now, correct in [(0, False), (20, False), (40, True), (DAY, True), (DAY + 20, True), (DAY + 40, True), (DAY + 60, True)]:
        asked.append(ladder.next(now))
        ladder.note(asked[-1], now, correct=correct)

    # 0 wrong; 1 is put between, as 0 was put just now; 0 right, 1 is left from the day before, 0 is due again; then 2 and 3 are new
    assert asked == [0, 1, 0, 1, 0, 2, 3]
    assert ladder.next(DAY + 80) is None


def test_ladder_uses_up_the_minutes() -> None:
    """With minutes left it asks early what is due soonest."""
    ladder = LadderSchedule(a_plan("a", "a"), random.Random(1))
    for now, card in enumerate((0, 1)):
        ladder.note(card, float(now), correct=True)

    assert ladder.next(2.0) == 0


# -- random order ----------------------------------------------------------------------------------------------------------------


def test_random_order() -> None:
    """Every claim is as likely as any other, and none comes twice running."""
    order = RandomSchedule(a_plan(*"aaaa"), random.Random(1))
    asked: List[int] = []

    for _ in range(4000):
        card = order.next(0.0)
        assert card is not None
        asked.append(card)
        order.note(card, 0.0, correct=False)

    assert all(a != b for a, b in pairwise(asked))
    assert all(asked.count(card) == pytest.approx(1000, abs=80) for card in range(4))


def test_random_order_of_one() -> None:
    """A single claim is all there is."""
    order = RandomSchedule(a_plan("a"), random.Random(1))
    order.note(0, 0.0, correct=True)

    assert order.next(1.0) == 0


# -- the tutor's order -----------------------------------------------------------------------------------------------------------


def tutor_after(plan: Plan, *answers: Any, seed: int = 1) -> TutorSchedule:
    """The tutor's order after answers: (card, seconds, correct)."""
    schedule = TutorSchedule(plan, random.Random(seed))
    for card, now, correct in answers:
        schedule.next(now)
        schedule.note(card, now, correct=correct)
    return schedule


def choices(plan: Plan, now: float, *answers: Any) -> List[Any]:
    """What it may put next, over many generators."""
    return sorted({tutor_after(plan, *answers, seed=seed).next(now) for seed in range(40)})


def test_tutor_puts_due_first() -> None:
    """What FSRS has due comes before weak and new claims, the three longest due as equals."""
    plan = a_plan(*"aaaaabb")
    answers = [(card, 20.0 * card, True) for card in range(5)]

    assert choices(plan, 30 * DAY, *answers) == [0, 1, 2]


def test_tutor_puts_weak_before_new() -> None:
    """In the next quiz, met claims of a concept whose mastery is under 0.6 come before new ones."""
    all_wrong = [(card, 20.0 * card, False) for card in range(10)]

    assert choices(a_plan(*"aaaaaaaaaab"), 220.0, *all_wrong) == list(range(10))


def test_tutor_puts_new_of_the_weakest() -> None:
    """New claims come by the mastery of their concept in tenths, lowest first; a concept never asked counts as 0.6."""
    right = [(card, 20.0 * card, True) for card in range(10)]  # twice in a: 2/3; eight times in b: 0.92

    assert choices(a_plan(*"aabbbbbbbb", "b", "a", "c"), 220.0, *right) == [12]
    assert choices(a_plan(*"aabbbbbbbb", "b", "a"), 220.0, *right) == [11]
    equal = [(card, 20.0 * card, True) for card in range(20)]  # ten times in each, and the session is over
    assert choices(a_plan(*"aaaaaaaaaabbbbbbbbbb", "a", "b"), 420.0, *equal) == [20, 21]


def test_tutor_asks_of_several_concepts() -> None:
    """Among new claims, a concept that this session has asked about waits for the others."""
    right = [(card, 20.0 * card, True) for card in range(15)]  # eight times in a: 0.92, seven in b: 0.90, the last five of them now

    assert choices(a_plan(*"aaaaaaaabbbbbbb", "a", "b"), 320.0, *right) == [15]


def test_tutor_puts_new_before_known() -> None:
    """New claims come before met ones of a concept that is mastered, which come only if the minutes are to be used up."""
    all_right = [(card, 20.0 * card, True) for card in range(10)]

    assert choices(a_plan(*"aaaaaaaaaab"), DAY / 2, *all_right) == [10]
    assert choices(a_plan(*"aaaaaaaaaa"), DAY / 2, *all_right) == list(range(10))
    assert choices(a_plan(*"aaaaaaaaaa", whole=False), DAY / 2, *all_right) == [None]


def test_tutor_asks_once_a_session() -> None:
    """No claim comes twice in ten questions while there is another."""
    schedule = TutorSchedule(a_plan(*"ab" * 8), random.Random(1))
    asked = []

    for n in range(30):
        card = schedule.next(20.0 * n)
        assert card is not None
        asked.append(card)
        schedule.note(card, 20.0 * n, correct=False)

    assert all(len(set(asked[n : n + 10])) == 10 for n in (0, 10, 20))


def test_tutor_reviews_by_progress() -> None:
    """A claim comes back when the card of `tutor.progress` is due, to the second."""
    card = progress.review(None, "claim-0", Grade.good, START)
    due = (card.due - START).total_seconds()
    plan = a_plan(*"a" * 4, whole=False)
    schedule = tutor_after(plan, *[(n, 0.0, True) for n in range(4)])

    assert due > DAY
    assert schedule.next(due - 1) is None
    assert schedule.next(due) in (0, 1, 2)


def test_tutor_as_in_quizzes(course: Course) -> None:
    """Whatever was answered before, it may put the same claims next as the quiz does."""
    plan = Plan(deck(course, len(course.claim)))
    items = [
        Item(id=claim, type=ItemType.multiple_choice, form="any", concept=concept, stem="Which?", claims=(claim,))
        for claim, concept in zip(plan.deck.claims, plan.deck.concepts, strict=True)
    ]
    chooser, schedule, rng = Chooser(course, items), TutorSchedule(plan, random.Random(0)), random.Random(1)
    cards: Dict[str, progress.Card] = {}
    mastery: Dict[str, progress.Mastery] = {}
    used: List[Item] = []

    for n in range(45):
        now = n * 30.0 + n // 15 * 3 * DAY
        moment = START + timedelta(seconds=now)
        standing = Standing(
            due=[c.claim for c in sorted(cards.values(), key=lambda c: c.due) if c.due <= moment],
            reviewed=frozenset(cards),
            mastery={concept: m.value for concept, m in mastery.items()},
        )
        used = [] if n % 15 in (0, 10) else used
        quiz = {chooser.next(QuizRequest(), standing, used, random.Random(seed)) for seed in range(DRAWS)}
        ours = {_with_chance(schedule, seed).next(now) for seed in range(DRAWS)}
        assert {plan.deck.claims[card] for card in ours if card is not None} == {item.id for item in quiz if item}

        card = schedule.next(now)
        assert card is not None
        correct = rng.random() < 0.7
        schedule.note(card, now, correct=correct)
        claim, concept = plan.deck.claims[card], plan.deck.concepts[card]
        cards[claim] = progress.review(cards.get(claim), claim, Grade.good if correct else Grade.again, moment)
        mastery[concept] = mastery.get(concept, progress.Mastery(concept)).after(float(correct))
        used.append(items[card])


def _with_chance(schedule: TutorSchedule, seed: int) -> TutorSchedule:
    schedule._rng = random.Random(seed)
    return schedule


# -- study -----------------------------------------------------------------------------------------------------------------------


def test_study_keeps_to_the_minutes() -> None:
    """A day's study ends with the answer that uses up its minutes; recall is the mean over all claims, the unmet included."""
    plan = a_plan(*"aaaa", days=2, minutes=1.0)
    learner = a_learner(sittings=(0.0, DAY))

    found = study(learner, FsrsMemory(learner), LadderSchedule(plan, random.Random(2)), plan, random.Random(2))

    assert 2 <= found.minutes < 2 + 2 * 3 * learner.pace / MINUTE
    assert 4 <= found.answers <= 14
    assert 0 < found.recall < 1


def test_study_nothing() -> None:
    """Who never studies recalls what was read, and never meets all."""
    plan = a_plan(*"aaaa", days=0)
    learner = a_learner(sittings=(), read=(True, True, False, False))
    memory = FsrsMemory(learner)

    found = study(learner, memory, RandomSchedule(plan, random.Random(1)), plan, random.Random(1))

    assert found == Outcome(memory.recall(0, 90 * DAY + 18 * HOUR) / 2, 0, 0.0, 0.0, None)


def test_met_all() -> None:
    """The day on which the last claim was first met is told."""
    plan = a_plan(*"aaaa", days=7, minutes=0.5, whole=False)
    learner = a_learner(pace=31.0)

    found = study(learner, FsrsMemory(learner), LadderSchedule(plan, random.Random(3)), plan, random.Random(3))

    assert found.met_all is not None
    assert 2 <= found.met_all <= 7


def test_same_seed_same_learners() -> None:
    """The same seed gives the same outcomes, another one others; learners with more claims keep their traits."""
    plan = a_plan(*"aabb", days=3)

    assert run(plan, 2, 7) == run(plan, 2, 7) != run(plan, 2, 8)
    one, other = draw_learner(random.Random(1), 4, 3), draw_learner(random.Random(1), 40, 3)
    assert (one.pace, one.weights, one.decay, one.threshold) == (other.pace, other.weights, other.decay, other.threshold)
