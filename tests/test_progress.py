"""Cards come back by FSRS-6, mastery follows the answers, and neither reads the clock."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta, timezone

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.progress import (
    LONGEST,
    PARAMETERS,
    Card,
    Grade,
    Mastery,
    State,
    due_forecast,
    grade,
    retrievability,
    review,
    scheduler,
    utc,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def reviewed(*grades: Grade, start: datetime = NOON) -> Card:
    """The card of a claim after reviews, each when it was due."""
    card = review(None, "salt", grades[0], start)
    for each in grades[1:]:
        card = review(card, "salt", each, card.due)
    return card


def due(days: float) -> Card:
    """A card that is due so many days after noon."""
    return Card("salt", 2.0, 5.0, State.review, None, NOON + days * DAY, NOON - DAY, 1, 0)


@pytest.mark.parametrize(
    "score, hints, expected",
    [
        (0.0, 0, Grade.again),
        (0.0, 2, Grade.again),
        (0.5, 0, Grade.hard),
        (0.99, 0, Grade.hard),
        (1.0, 1, Grade.hard),
        (0.5, 3, Grade.hard),
        (1.0, 0, Grade.good),
    ],
)
def test_grade(score: float, hints: int, expected: Grade) -> None:
    """Wrong is again; part of it right, or right after a hint, is hard; right is good."""
    assert grade(score, hints) is expected


@pytest.mark.parametrize("score, hints", [(-0.1, 0), (1.1, 0), (float("nan"), 0), (1.0, -1)])
def test_grade_refused(score: float, hints: int) -> None:
    """A score outside 0 to 1 and a negative count of hints are refused."""
    with pytest.raises(ValueError):
        grade(score, hints)


def test_new_right() -> None:
    """What is right at first sight comes back after FSRS-6's first stability, 2.3 days, in whole days."""
    card = reviewed(Grade.good)

    assert (card.stability, card.state, card.step) == (PARAMETERS[2], State.review, None)
    assert (card.due, card.last_review) == (NOON + 2 * DAY, NOON)
    assert (card.reps, card.lapses) == (1, 0)


@pytest.mark.parametrize("first, minutes", [(Grade.again, 10), (Grade.hard, 15)])
def test_new_not_right(first: Grade, minutes: int) -> None:
    """What is not right at first sight comes back on the same day, and stays there until it is right."""
    card = reviewed(first)

    assert (card.state, card.step, card.due) == (State.learning, 0, NOON + timedelta(minutes=minutes))
    assert reviewed(first, Grade.good).state is State.review


def test_grows() -> None:
    """Each right answer on the day it is due makes the next interval longer."""
    intervals = []
    card = reviewed(Grade.good)
    for _ in range(4):
        intervals.append((card.due - card.last_review).days)
        card = review(card, "salt", Grade.good, card.due)

    assert intervals == sorted(set(intervals))
    assert intervals[0] == 2


def test_longest() -> None:
    """No interval is longer than a course lasts."""
    card = reviewed(*[Grade.good] * 12)

    assert (card.due - card.last_review).days == LONGEST


def test_hard_is_sooner() -> None:
    """A hint brings a claim back sooner than an answer without one."""
    assert reviewed(Grade.good, Grade.hard).due < reviewed(Grade.good, Grade.good).due


def test_lapse() -> None:
    """Forgetting a card that was days apart counts as a lapse and puts it back on its steps; failing it there counts once."""
    forgotten = reviewed(Grade.good, Grade.good, Grade.again)
    again = review(forgotten, "salt", Grade.again, forgotten.due)

    assert (forgotten.state, forgotten.lapses, forgotten.reps) == (State.relearning, 1, 3)
    assert forgotten.due - forgotten.last_review == timedelta(minutes=10)
    assert (again.state, again.lapses, again.reps) == (State.relearning, 1, 4)
    assert review(again, "salt", Grade.good, again.due).state is State.review


def test_first_steps_are_no_lapse() -> None:
    """A claim that was never known is not forgotten."""
    assert reviewed(Grade.again, Grade.again).lapses == 0


def test_as_fsrs() -> None:
    """A card goes the way of the library's own, review by review."""
    theirs = fsrs.Card(card_id=1, due=NOON)
    ours = None
    now = NOON
    for each, rating in [(Grade.good, 3), (Grade.again, 1), (Grade.good, 3), (Grade.hard, 2), (Grade.good, 3)]:
        theirs, _ = scheduler().review_card(theirs, fsrs.Rating(rating), now)
        ours = review(ours, "salt", each, now)
        assert (ours.stability, ours.difficulty) == (theirs.stability, theirs.difficulty)
        assert (ours.due, ours.step) == (theirs.due, theirs.step)
        now = ours.due + timedelta(hours=30)


def test_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answers at the same times give the same card: nothing is drawn, nothing reads the clock or waits for it."""
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("the library waits where it makes up a card's id"))
    grades = [Grade.good] * 6

    assert len({reviewed(*grades) for _ in range(20)}) == 1


def test_unchanged() -> None:
    """A review leaves the card before it as it was."""
    card = reviewed(Grade.good)
    before = repr(card)

    review(card, "salt", Grade.again, NOON + DAY)

    assert repr(card) == before
    with pytest.raises(FrozenInstanceError):
        card.reps = 2  # type: ignore[misc]


def test_other_claim() -> None:
    """A card is not reviewed for another claim."""
    with pytest.raises(ValueError, match="card of 'salt', not of 'yeast'"):
        review(reviewed(Grade.good), "yeast", Grade.good, NOON)


def test_other_memory() -> None:
    """With weights of its own, a memory keeps a claim longer."""
    keeps = scheduler((*PARAMETERS[:2], 20.0, *PARAMETERS[3:]))

    assert review(None, "salt", Grade.good, NOON, keeps).due == NOON + 20 * DAY


def test_retrievability() -> None:
    """Recall is certain at first, 90 % once the stability has passed, and falls from day to day."""
    card = reviewed(Grade.good)
    chances = [retrievability(card, NOON + days * DAY) for days in range(30)]

    assert chances[0] == 1
    assert chances == sorted(chances, reverse=True)
    assert chances[2] > 0.9 > chances[3]


@pytest.mark.parametrize("moment", [datetime(2024, 5, 1), datetime(2024, 5, 1, tzinfo=timezone(timedelta(hours=2)))])
def test_utc(moment: datetime) -> None:
    """A time that is not in UTC, or does not say, is refused everywhere."""
    card = reviewed(Grade.good)

    for call in (
        lambda: utc(moment),
        lambda: review(None, "salt", Grade.good, moment),
        lambda: retrievability(card, moment),
        lambda: due_forecast([card], moment),
    ):
        with pytest.raises(ValueError, match="must be in UTC"):
            call()


def test_utc_by_another_name() -> None:
    """UTC is known by its offset, whoever made the object."""
    other = timezone(timedelta(0), "Zulu")

    assert utc(NOON.astimezone(other)).tzinfo is timezone.utc
    assert review(None, "salt", Grade.good, NOON.astimezone(other)) == reviewed(Grade.good)


def test_due_forecast() -> None:
    """Each day counts what falls due in its 24 hours; what is overdue counts today, what lies beyond counts nowhere."""
    cards = [due(-5), due(0), due(0.99), due(1), due(2.5), due(2.9), due(4)]

    assert due_forecast(cards, NOON, days=4) == [3, 1, 2, 0]
    assert due_forecast([], NOON) == [0] * 30


def test_mastery_starts_low() -> None:
    """One right answer is no mastery: the average begins as the mean of the answers and one wrong one."""
    mastery = Mastery("rye")
    values = []
    for _ in range(3):
        mastery = mastery.after(1.0)
        values.append(mastery.value)

    assert values == pytest.approx([1 / 2, 2 / 3, 3 / 4])
    assert mastery.evidence == 3


def test_mastery_moves() -> None:
    """From the fourth answer on, each one weighs a fifth."""
    mastery = Mastery("rye", 0.5, 10)

    assert mastery.after(1.0) == Mastery("rye", pytest.approx(0.6), 11)
    assert mastery.after(0.0) == Mastery("rye", pytest.approx(0.4), 11)
    assert mastery.after(0.5) == Mastery("rye", pytest.approx(0.5), 11)


def test_mastery_refuses() -> None:
    """A score outside 0 to 1 is refused."""
    with pytest.raises(ValueError, match="0 to 1"):
        Mastery("rye").after(1.5)


@pytest.mark.parametrize("value, shown", [(0.0, 0.0), (0.29, 0.29), (0.299, 0.29), (0.9999999, 0.99), (1.0, 1.0), (1e-9, 0.0)])
def test_reported(value: float, shown: float) -> None:
    """A learner sees two decimals, rounded down."""
    assert Mastery("rye", value, 3).reported == shown


@given(st.lists(st.floats(0, 1), max_size=30))
def test_never_above(scores: list[float]) -> None:
    """Whatever the answers, mastery stays within 0 to 1, and what is shown is never above what is recorded."""
    mastery = Mastery("rye")
    for score in scores:
        mastery = mastery.after(score)

    assert 0 <= mastery.reported <= mastery.value <= 1
    assert mastery.value - mastery.reported < 0.01
