"""Which items are exported: those on a concept, of a type, or a spread of so many."""

from __future__ import annotations

from typing import List, Optional, Sequence

from index.vocabulary import Vocabulary
from knowledge.models import Course
from tutor.items import Item


class CannotExport(Exception):
    """What was asked for cannot be exported; the message says why on one line."""


def choose(
    items: Sequence[Item],
    course: Course,
    concept: Optional[str] = None,
    type: Optional[str] = None,
    number: Optional[int] = None,
) -> List[Item]:
    """The items that are wanted, in their order; of more than `number` the pinned ones and a spread of the others.

    Raise CannotExport for a concept that there is not, and where no item is left.
    """
    wanted = _find(concept, course, items) if concept is not None else None
    fitting = [i for i in items if wanted in (None, i.concept) and type in (None, i.type.value)]
    if not fitting:
        raise CannotExport(f"the course has no items{f' of type {type}' if type else ''}{f' on {wanted}' if wanted else ''}")
    if number is None or number >= len(fitting):
        return fitting
    pinned = [i for i in fitting if i.pinned][:number]
    others = [i for i in fitting if not i.pinned]
    left = number - len(pinned)
    kept = {i.id for i in (*pinned, *(others[n * len(others) // left] for n in range(left)))}
    return [i for i in fitting if i.id in kept]


def _find(concept: str, course: Course, items: Sequence[Item]) -> str:
    """The id of the concept that is meant by an id or a name."""
    named = (concept,) if concept in course.concept else Vocabulary(course).concepts(concept)
    if len(named) == 1:
        return named[0]
    asked = {i.concept for i in items}
    possible = ", ".join(c.id for c in course.concepts if c.id in asked)
    raise CannotExport(f"no concept '{concept}'; those with items: {possible}")
