"""What to ask next."""

from __future__ import annotations

import pytest

from knowledge.models import Aspect, Course
from tutor.answering import Answerer
from tutor.catalogue import Catalogue
from tutor.evidence import Evidence
from tutor.suggesting import MOST, Suggester
from tutor.understanding import Question


@pytest.fixture
def suggester(catalogue: Catalogue) -> Suggester:
    """Suggestions on the test course."""
    return Suggester(catalogue)


@pytest.mark.parametrize(
    "concept, aspect, question",
    [
        ("type-1", Aspect.definition, "What is Type 1?"),
        ("type-1", Aspect.strength, "What are the strengths of Type 1?"),
        ("type-2", Aspect.participants, "Who takes part in Type 2?"),
        ("ada-baker", Aspect.definition, "Who is Ada Baker?"),
    ],
)
def test_question(suggester: Suggester, concept: str, aspect: Aspect, question: str) -> None:
    """An aspect of a concept is asked for in plain words; a person is a who."""
    assert suggester.question(concept, aspect) == question


def test_topics(suggester: Suggester) -> None:
    """There is one question for each main topic."""
    assert suggester.topics() == ("What is Type 1?", "What is Type 1.5?", "What is Type 2?")


def test_after_a_topic(suggester: Suggester) -> None:
    """After a topic come two aspects that the course has, and a comparison with a neighbour."""
    assert suggester.after(["type-1"], None) == (
        "What are the strengths of Type 1?",
        "What are the weaknesses of Type 1?",
        "Compare Type 1 and Type 1.5",
    )


def test_not_the_same_again(suggester: Suggester) -> None:
    """The aspect just answered is not offered again."""
    assert suggester.after(["type-1"], Aspect.strength)[0] == "What are the weaknesses of Type 1?"


def test_after_two(suggester: Suggester) -> None:
    """After two topics each gets one question."""
    assert suggester.after(["type-1", "type-2"], None) == (
        "What are the strengths of Type 1?",
        "What are the strengths of Type 2?",
        "Compare Type 1 and Type 1.5",
    )


def test_after_a_person(suggester: Suggester, course: Course) -> None:
    """After a person come the questions that the claims about him or her answer, unless they were shown."""
    assert suggester.after(["ada-baker"], None) == ("Who is Ada Baker?",)
    assert suggester.after(["ada-baker"], None, [course.claim["ada-baker.definition"]]) == course.start_with


def test_after_nothing(suggester: Suggester, course: Course) -> None:
    """Without a subject the questions for a newcomer are offered."""
    assert suggester.after([], None) == course.start_with


def test_nearest(suggester: Suggester) -> None:
    """The nearest questions are those that the nearest claims answer, each once, with a capital."""
    near = [
        Evidence(claim, 0.5, 0.5, 0.0)
        for claim in ("type-2.strength", "type-1.strength.fast", "type-1.strength.salt", "type-2.weakness")
    ]

    assert suggester.nearest(near) == (
        "Which loaf stays soft?",
        "What are the strengths of Type 1?",
        "What are the weaknesses of Type 2?",
    )


@pytest.mark.parametrize("concept", ["type-1", "type-1.5", "type-2", "ada-baker"])
def test_suggestions_are_answerable(suggester: Suggester, answerer: Answerer, concept: str) -> None:
    """Whatever is suggested, the course answers."""
    suggestions = {s for aspect in (None, *Aspect) for s in suggester.after([concept], aspect)}

    assert {s: answerer.answer(Question(s)).kind for s in suggestions} == dict.fromkeys(suggestions, "answer")
    assert len(suggester.after([concept], None)) <= MOST
