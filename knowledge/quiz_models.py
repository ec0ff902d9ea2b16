"""What an instructor writes for the quiz: key points of short answers, and edits of questions."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from pydantic import Field, validator

from knowledge.fields import Identifier, Model, Phrase, Text, at_least


class KeyPoint(Model):
    """One thing that a full short answer on a claim says: `text` as told to the student, `words` other ways to say it."""

    id: Identifier
    text: Phrase
    words: Tuple[Phrase, ...] = ()


class ClaimPoints(Model):
    """A question on one claim, to be answered in the student's own words; `id` is the claim's."""

    id: Identifier
    question: Phrase
    points: Tuple[KeyPoint, ...]

    @validator("points")
    def _has_points(cls, points: Tuple[KeyPoint, ...]) -> Tuple[KeyPoint, ...]:
        return at_least(1, points, "what a full answer has to say")


class PointFile(Model):
    """The content of `points.yml`."""

    claims: Tuple[ClaimPoints, ...]


class QuizPick(Model):
    """Which quiz items are meant: one by its id, or all that test a claim."""

    item: Optional[Phrase] = None
    claim: Optional[Identifier] = None
    reason: Optional[Text] = None

    @validator("claim", always=True)
    def _names_one(cls, claim: Optional[str], values: Dict[str, object]) -> Optional[str]:
        if (claim is None) == (values.get("item") is None):
            raise ValueError("name either an item or a claim, and not both")
        return claim


class ItemEdit(Model):
    """Other words for a quiz item: its stem, and options (or what is to be matched) by their ids. What is right stays right."""

    item: Phrase
    stem: Optional[Text] = None
    options: Dict[str, Text] = Field(default_factory=dict)

    @validator("options", always=True)
    def _changes_something(cls, options: Dict[str, str], values: Dict[str, object]) -> Dict[str, str]:
        if not options and values.get("stem") is None:
            raise ValueError("changes nothing; write a stem or options, or remove the entry")
        return options


class QuizEdits(Model):
    """The content of `quiz.yml`: items that are never asked, items asked before others, and items in other words."""

    ban: Tuple[QuizPick, ...] = ()
    pin: Tuple[QuizPick, ...] = ()
    edit: Tuple[ItemEdit, ...] = ()
