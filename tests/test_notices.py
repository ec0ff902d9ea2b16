"""What a channel that speaks unasked remembers; on SQLite, and on PostgreSQL where TEST_POSTGRES names a database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator, Optional

import pytest
from sqlalchemy.exc import IntegrityError

from tutor.learners import Learners
from tutor.notices import KEPT, LATE, Notice, NoticeKind, Notices
from tutor.storage import StorageError

NOON = datetime(2024, 5, 3, 12, tzinfo=timezone.utc)  # a Friday
DAY = timedelta(days=1)
DAILY = Notice(NoticeKind.daily, "slack.T1.C1", 9 * 60, "Europe/Berlin", frozenset({5, 6}), "rye")
DUE = Notice(NoticeKind.due, "slack.T1.U1", 12 * 60, "UTC")
ITEM = {"id": "salt-1", "stem": "What of “salt”?", "key": ["a"]}


@pytest.fixture
def notices(url: str) -> Iterator[Notices]:
    """Nothing noted yet."""
    learners = Learners.open(url)
    yield learners.notices
    learners.close()


def at(hour: int, minute: int = 0, day: int = 3) -> datetime:
    """A moment in May 2024, UTC."""
    return datetime(2024, 5, day, hour, minute, tzinfo=timezone.utc)


# -- deliveries ----------------------------------------------------------------------------------------------------------


def test_delivery_counts_once(notices: Notices) -> None:
    """What is delivered a second time is known, and so it is to another process that asks in the same moment."""
    assert [notices.is_new(key, NOON) for key in ("Ev1", "Ev1", "Ev2")] == [True, False, True]

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: notices.is_new("Ev3", NOON), range(8))) == [False] * 7 + [True]


def test_tidy(notices: Notices) -> None:
    """Deliveries are forgotten once they cannot come again, and not before."""
    notices.is_new("old", NOON - KEPT - timedelta(seconds=1))
    notices.is_new("young", NOON - KEPT)

    assert notices.tidy(NOON) == 1
    assert [notices.is_new(key, NOON) for key in ("old", "young")] == [True, False]


# -- notices -------------------------------------------------------------------------------------------------------------


def test_wish(notices: Notices) -> None:
    """A notice is kept as it was wished, in the place of the one before, and apart from those of other kinds and rooms."""
    later = replace(DAILY, minute=18 * 60, about="", sent=date(2024, 5, 2))
    for notice in (DAILY, DUE, later):
        notices.wish(notice)

    assert notices.wished(NoticeKind.daily, DAILY.who) == later
    assert notices.wished(NoticeKind.due, DUE.who) == DUE
    assert notices.wished(NoticeKind.due, DAILY.who) is None


def test_stop(notices: Notices) -> None:
    """A notice is stopped once, and only of its own kind."""
    notices.wish(DUE)

    assert [notices.stop(kind, DUE.who) for kind in (NoticeKind.daily, NoticeKind.due, NoticeKind.due)] == [False, True, False]
    assert notices.to_send(NOON) == []


@pytest.mark.parametrize(
    "now, day",
    [
        (at(6, 59), None),  # 8:59 in Berlin
        (at(7), date(2024, 5, 3)),
        (at(9, 59), date(2024, 5, 3)),
        (at(10), None),  # three hours late
        (at(7, day=4), None),  # a Saturday
        (at(22, 30, day=5), None),  # Sunday in UTC, Monday half past midnight in Berlin
        (at(7, day=6), date(2024, 5, 6)),
    ],
)
def test_its_time(now: datetime, day: Optional[date]) -> None:
    """A notice is sent at its hour in its zone, or up to three hours late, and not on quiet days."""
    assert DAILY.day(now) == day


def test_time_changes() -> None:
    """On the day on which the clocks go forward it is still nine o'clock."""
    spring = datetime(2024, 3, 31, 7, tzinfo=timezone.utc)  # 9:00 in Berlin, where it is summer since this morning
    any_day = replace(DAILY, quiet=frozenset())

    assert (any_day.day(spring - timedelta(minutes=1)), any_day.day(spring)) == (None, spring.date())


def test_late_is_of_one_day() -> None:
    """What was missed shortly before midnight waits for the next day."""
    evening = replace(DUE, minute=23 * 60)

    assert (evening.day(at(23, 30)), evening.day(at(0, 30, day=4))) == (date(2024, 5, 3), None)
    assert timedelta(hours=1) < LATE


def test_taken_once(notices: Notices) -> None:
    """Of the processes that see a notice to be sent one sends it, and it comes again the next day."""
    notices.wish(DUE)
    (seen,) = notices.to_send(NOON)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: notices.take(seen, NOON), range(4))) == [False] * 3 + [True]
    assert notices.to_send(NOON) == []
    (again,) = notices.to_send(NOON + DAY)
    assert again.sent == NOON.date()
    assert notices.take(again, NOON + DAY)


def test_not_its_time(notices: Notices) -> None:
    """A notice whose time has gone by meanwhile is not sent."""
    notices.wish(DUE)

    assert not notices.take(DUE, NOON + LATE)
    assert notices.take(DUE, NOON + LATE - timedelta(minutes=1))


# -- questions put to many -----------------------------------------------------------------------------------------------


def test_post(notices: Notices) -> None:
    """A question put in a room is kept as it stood, and a room knows its own last ones."""
    for number, (place, name) in enumerate([("C1", "salt-1"), ("C1", "salt-2"), ("C2", "salt-3"), ("C1", "salt-4")]):
        notices.post(f"{place}.{number}", place, {**ITEM, "id": name}, NOON + number * DAY)

    assert notices.posted("C1.0") == ITEM
    assert notices.posted("C9.0") is None
    assert notices.put_before("C1", 2) == ["salt-4", "salt-2"]


def test_attempt(notices: Notices) -> None:
    """One attempt a person counts; its feedback can be read again."""
    notices.post("C1.0", "C1", ITEM, NOON)

    assert [notices.attempt("C1.0", who, NOON) for who in ("ada", "ada", "bob")] == [True, False, True]
    assert notices.attempted("C1.0") == 2
    assert notices.told("C1.0", "ada") is None
    notices.tell("C1.0", "ada", {"correct": True})
    assert (notices.told("C1.0", "ada"), notices.told("C1.0", "bob")) == ({"correct": True}, None)


def test_no_such_post(notices: Notices) -> None:
    """An attempt at what was never put is an error, not a row."""
    with pytest.raises(IntegrityError):
        notices.attempt("C1.0", "ada", NOON)
    assert notices.attempted("C1.0") == 0


# -- the learner's own say -----------------------------------------------------------------------------------------------


def test_forget(notices: Notices) -> None:
    """Notices and attempts of one learner go; the room's and others' stay."""
    notices.post("C1.0", "C1", ITEM, NOON)
    for notice in (DAILY, DUE):
        notices.wish(notice)
    for who in (DUE.who, "bob"):
        notices.attempt("C1.0", who, NOON)

    assert (notices.forget(DUE.who), notices.forget(DUE.who)) == (2, 0)
    assert notices.wished(NoticeKind.due, DUE.who) is None
    assert notices.wished(NoticeKind.daily, DAILY.who) == DAILY
    assert notices.attempted("C1.0") == 1


def test_kept(url: str) -> None:
    """What was noted is there after a restart."""
    first = Learners.open(url)
    first.notices.is_new("Ev1", NOON)
    first.notices.wish(DUE)
    first.close()
    second = Learners.open(url)

    assert not second.notices.is_new("Ev1", NOON)
    assert second.notices.to_send(NOON) == [DUE]
    second.close()


def test_lost(tmp_path: Path) -> None:
    """When the database fails, that is told with the setting's name."""
    learners = Learners.open(f"sqlite:///{tmp_path}/bread.sqlite3")
    learners.close()
    for path in tmp_path.iterdir():
        path.unlink()

    with pytest.raises(StorageError, match="TUTOR_DATABASE"):
        learners.notices.is_new("Ev1", NOON)
