"""What is kept of a learner, as values: sessions, turns, reviews, totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Dict, Optional

from tutor.progress import Card, Grade


class Status(str, Enum):
    """How far a session is."""

    active = "active"
    paused = "paused"
    done = "done"


@dataclass(frozen=True)
class Session:
    """A quiz session. `plan` is JSON: what was asked for, and the course's version."""

    id: int
    learner: str
    plan: Dict[str, Any]
    status: Status
    started: datetime


@dataclass(frozen=True)
class Turn:
    """A question put in a session, as it stood then (`item`, JSON), and its answer once there is one (`result`, JSON)."""

    session: int
    number: int
    item: Dict[str, Any]
    put_at: datetime
    hints: int
    answer: Optional[str]
    result: Optional[Dict[str, Any]]
    answered_at: Optional[datetime]


@dataclass(frozen=True)
class Reviewed:
    """What an answer does to the card of one claim: the grade, the score 0 to 1, the card after it, the item's id."""

    claim: str
    grade: Grade
    score: float
    card: Card
    item: str


@dataclass(frozen=True)
class Review:
    """One review as it was written, with the stability, the difficulty and the due date that it left behind."""

    session: int
    number: int
    claim: str
    item: str
    grade: Grade
    score: float
    stability: float
    difficulty: float
    due: datetime
    at: datetime


@dataclass(frozen=True)
class Totals:
    """What a learner has done so far; `cards` counts the claims met, `right` the answers that were wholly right."""

    sessions: int
    asked: int
    answered: int
    right: int
    reviews: int
    cards: int
