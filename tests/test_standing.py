"""What the progress view draws."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from tutor.progress import Card, State
from tutor.standing import forecast, history
from tutor.storage import Turn

LATE = datetime(2026, 5, 1, 23, 30, tzinfo=timezone.utc)


def card(due: datetime) -> Card:
    """A card that is due then."""
    return Card("salt", 1.0, 5.0, State.review, None, due, due - timedelta(days=1), 1, 0)


def turn(day: int, result: Any, answered: bool = True) -> Turn:
    """A question that was answered on a day of May."""
    at = datetime(2026, 5, day, 12, tzinfo=timezone.utc)
    return Turn(1, day, {}, at, 0, "a", result, at if answered else None)


def test_forecast() -> None:
    """Thirty calendar days, today first; what is overdue counts today, what is later than the last day nowhere."""
    ahead = [timedelta(days=-9), timedelta(0), timedelta(hours=1), timedelta(days=29), timedelta(days=30)]

    days = forecast([card(LATE + gap) for gap in ahead], LATE)

    assert [day["date"] for day in days] == [(date(2026, 5, 1) + timedelta(days=n)).isoformat() for n in range(30)]
    assert {day["date"]: day["due"] for day in days if day["due"]} == {"2026-05-01": 2, "2026-05-02": 1, "2026-05-30": 1}


def test_history() -> None:
    """Days with answers, the oldest first; what was skipped or is still open is no answer."""
    right, wrong = {"correct": True, "score": 1.0}, {"correct": False, "score": 0.5}
    turns = [turn(3, right), turn(3, wrong), turn(1, right), turn(2, {**wrong, "skipped": True}), turn(4, None, answered=False)]

    assert history(turns) == [{"date": "2026-05-01", "answered": 1, "right": 1}, {"date": "2026-05-03", "answered": 2, "right": 1}]


def test_nothing_yet() -> None:
    """Who has answered nothing has an empty history and a forecast of zeros."""
    assert history([]) == []
    assert {day["due"] for day in forecast([], LATE)} == {0}
