"""Which question comes next."""

from __future__ import annotations

import random
from typing import Any, List

import pytest

from knowledge.models import Aspect, Course
from tutor.items import Item, ItemType
from tutor.quiz_choice import Chooser, Standing
from tutor.quiz_requests import QuizRequest

ANY = QuizRequest()


@pytest.fixture
def items(course: Course) -> List[Item]:
    """One question for each of eight claims, every second one true or false."""
    claims = [claim for concept in course.concepts for claim in concept.claims][:8]
    kinds = (ItemType.multiple_choice, ItemType.true_false)
    return [
        Item(
            id=f"item.{n}",
            type=kinds[n % 2],
            form="any",
            concept=course.concept_of[claim.id],
            aspect=claim.aspect,
            stem="Which?",
            claims=(claim.id,),
        )
        for n, claim in enumerate(claims)
    ]


def first(course: Course, items: List[Item], standing: Standing, wanted: QuizRequest = ANY, used: Any = ()) -> Item:
    """The question that is put next."""
    found = Chooser(course, items).next(wanted, standing, used, random.Random(1))
    assert found is not None
    return found


def test_due_first(course: Course, items: List[Item]) -> None:
    """What is due comes before what is weak and what is new."""
    claims = [i.claims[0] for i in items]
    standing = Standing(due=[claims[6]], reviewed=frozenset(claims[2:7]), mastery={c.id: 0.1 for c in course.concepts})

    assert first(course, items, standing).claims[0] == claims[6]


def test_weak_before_new(course: Course, items: List[Item]) -> None:
    """A claim of a weak concept comes before new ones, and new ones before what is known."""
    weak, known = items[0], next(i for i in items if i.concept != items[0].concept)
    reviewed = frozenset([weak.claims[0], known.claims[0]])
    standing = Standing(reviewed=reviewed, mastery={weak.concept: 0.2, known.concept: 0.9})

    assert first(course, items, standing) == weak
    assert first(course, [weak.copy(update={"id": "x"}), known], standing, used=[weak]).id == known.id
    assert first(course, [known, items[1]], standing) == items[1]


def test_never_twice(course: Course, items: List[Item]) -> None:
    """A session has each question once, and then no more."""
    chooser, used = Chooser(course, items), []
    while item := chooser.next(ANY, Standing(), used, random.Random(len(used))):
        used.append(item)

    assert sorted(i.id for i in used) == sorted(i.id for i in items)


def test_pinned_first(course: Course, items: List[Item]) -> None:
    """What the instructor pinned comes before the rest."""
    pinned = [*items[:5], items[5].copy(update={"pinned": True}), *items[6:]]

    assert first(course, pinned, Standing(due=[items[0].claims[0]])).id == "item.5"


def test_types_take_turns(course: Course, items: List[Item]) -> None:
    """Among equals, the type that a session has used least comes next."""
    same = [i.copy(update={"concept": items[0].concept}) for i in items]
    used = [i for i in same if i.type is ItemType.true_false][:2]

    assert first(course, same, Standing(), used=used).type is ItemType.multiple_choice


def test_fitting(course: Course, items: List[Item]) -> None:
    """Only what was asked for is put: type, aspect, concept, what was missed, what is due."""
    chooser = Chooser(course, items)
    standing = Standing(missed=["item.3"], due=[items[4].claims[0]])

    def ids(**wanted: Any) -> List[str]:
        return [i.id for i in chooser.fitting(QuizRequest(**wanted), standing)]

    assert ids(types=[ItemType.true_false]) == ["item.1", "item.3", "item.5", "item.7"]
    assert ids(aspects=[Aspect.definition]) == [i.id for i in items if i.aspect is Aspect.definition]
    held = [i.id for i in items if course.claim[i.claims[0]].author == "Ada Baker" or i.concept == "ada-baker"]
    assert ids(concepts=["ada-baker"]) == held != []
    assert ids(concepts=["type-2"]) == [i.id for i in items if i.concept == "type-2"]
    assert (ids(source="missed"), ids(source="due")) == (["item.3"], ["item.4"])


def test_harder(course: Course, items: List[Item]) -> None:
    """Asked for harder ones, hard types come first, others when those are used up."""
    hard = items[7].copy(update={"type": ItemType.match})

    assert first(course, [*items[:7], hard], Standing(), QuizRequest(harder=True)) == hard
    assert first(course, items, Standing(), QuizRequest(harder=True)) in items
