"""Where the readings agree and where not: asked outright, by a contested name, or in the words of a disagreement."""

from __future__ import annotations

from typing import Any, Callable, List

import pytest

from index import retrieval
from index.retrieval import Retriever, documents
from index.vocabulary import Vocabulary
from knowledge.models import Course, Disagreement, Stance
from tests.test_answering import WordEncoder
from tutor.catalogue import Catalogue
from tutor.disputes import Disputes
from tutor.evidence import Weigher
from tutor.reply import Answer
from tutor.scope import Scope
from tutor.speaking import Speaker
from tutor.understanding import Question, Request, understand
from tutor.voices import Voices

KEEPING = Disagreement(
    id="keeping",
    topic="how long Type 2 keeps",
    about=("type-2", "type-1"),
    difference="Ada Baker counts nights, Ben Miller counts weeks.",
    positions=(
        Stance(author="Ada Baker", claims=("type-2.weakness",)),
        Stance(author="Ben Miller", claims=("type-2.purpose",)),
    ),
)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a course of 17 claims, what two of them say is not common yet."""
    monkeypatch.setattr(retrieval, "COMMON_SHARE", 0.2)


class Parts:
    """A course with its voices, and how it reads a question."""

    def __init__(self, course: Course) -> None:
        self.vocabulary = Vocabulary(course)
        self.catalogue = Catalogue(course, self.vocabulary)
        docs = documents(course, self.vocabulary)
        words = [t for d in docs for t in d.texts] + [
            t for d in course.disagreements for t in (d.topic, d.difference, *d.questions)
        ]
        found = Retriever.build(docs, WordEncoder(words))
        weigher = Weigher(self.catalogue, found)
        disputes = Disputes(course, self.vocabulary, found)
        self.voices = Voices(self.catalogue, weigher, Scope(self.catalogue, weigher), Speaker(self.catalogue), disputes)

    def read(self, text: str) -> Request:
        """Understand a text."""
        return understand(Question(text), self.catalogue, self.vocabulary)


@pytest.fixture(scope="module")
def make(course: Course) -> Callable[..., Parts]:
    """Make the voices of the test course with these disagreements."""
    fields = {name: getattr(course, name) for name in Course.__fields__}
    return lambda *several: Parts(Course(**{**fields, "disagreements": several}))


@pytest.fixture(scope="module")
def what(course: Course) -> Disagreement:
    """The test course's own disagreement, on what Type 2 is."""
    return course.disagreements[0]


@pytest.fixture(scope="module")
def parts(make: Callable[..., Parts], what: Disagreement) -> Parts:
    """The test course with two disagreements."""
    return make(KEEPING, what)


def said(reply: Any) -> List[str]:
    """The sentences of an answer; none if there is none."""
    return [s.text for s in reply.sentences] if isinstance(reply, Answer) else []


# -- agreement -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["do the readings agree?", "do they agree?", "agree?"])
def test_agreement_on_nothing_named(parts: Parts, what: Disagreement, text: str) -> None:
    """Asked without a subject whether the readings agree, every disagreement is listed."""
    assert said(parts.voices.agreement(parts.read(text))) == [KEEPING.difference, what.difference]


def test_agreement_without_disagreements(make: Callable[..., Parts]) -> None:
    """In a course without disagreements the question is a free one."""
    none = make()

    assert none.voices.agreement(none.read("do the readings agree?")) is None
    assert none.voices.agreement(none.read("do they agree on type 2?")) is None


def test_agreement_on_what_a_concept_is(parts: Parts, what: Disagreement) -> None:
    """Of several disagreements on a bare name, the one on what it is comes, and the others are offered."""
    reply: Any = parts.voices.agreement(parts.read("do they agree on type 2?"))

    assert said(reply) == [what.difference]
    assert reply.suggestions[0] == "Do the readings agree on how long Type 2 keeps?"


def test_agreement_in_particular(parts: Parts) -> None:
    """Other words choose another disagreement on the same name."""
    assert said(parts.voices.agreement(parts.read("do they agree on how long type 2 keeps?"))) == [KEEPING.difference]


def test_agreement_on_a_secondary_concept(parts: Parts) -> None:
    """A disagreement is found by any concept that it is about."""
    assert said(parts.voices.agreement(parts.read("do they agree on type 1?"))) == [KEEPING.difference]


def test_agreement_on_what_is_agreed(parts: Parts) -> None:
    """On what no reading contests, the question is a free one: no other disagreement stands in."""
    assert parts.voices.agreement(parts.read("do they agree on type 1.5?")) is None


def test_agreement_by_words(parts: Parts, what: Disagreement) -> None:
    """Without a name, words that point at one disagreement are enough."""
    assert said(parts.voices.agreement(parts.read("do the authors agree on yeast?"))) == [what.difference]


def test_agreement_far_off(parts: Parts) -> None:
    """Words that point at no disagreement are a free question."""
    assert parts.voices.agreement(parts.read("do they agree on tortillas and matzo for campers?")) is None


def test_agreement_of_people(parts: Parts, what: Disagreement) -> None:
    """People who are asked about do not hide the concept that they differ on."""
    assert said(parts.voices.agreement(parts.read("does ada baker agree on type 2?"))) == [what.difference]


# -- contested names -----------------------------------------------------------------------------------------------


def test_meaning(parts: Parts, what: Disagreement, course: Course) -> None:
    """A contested name is defined, then told to be contested, the positions side by side."""
    first = course.claim["type-2.definition.miller"]

    reply: Any = parts.voices.meaning(parts.read("what is type 2"), "type-2", [first])

    assert said(reply) == [first.text, what.difference]
    assert [p.author for p in reply.positions] == ["Ada Baker", "Ben Miller"]


@pytest.mark.parametrize("concept", ["type-1", "type-1.5", "ada-baker"])
def test_plain_meaning(parts: Parts, concept: str) -> None:
    """A name that nobody contests has no positions."""
    assert parts.voices.meaning(parts.read("what is it"), concept, []) is None


def test_positions_on_a_contested_name(parts: Parts, what: Disagreement) -> None:
    """The positions on a contested name are those of the disagreement."""
    assert said(parts.voices.positions(parts.read("positions on type 2"))) == [what.difference]


def test_positions_without_a_disagreement(make: Callable[..., Parts]) -> None:
    """In a course without disagreements, claims of several authors are positions still."""
    none = make()

    reply: Any = none.voices.positions(none.read("positions on type 2"))

    assert said(reply) == ["Ada Baker defines Type 2 as dough that yeast raises overnight."]
    assert [(p.author, p.text) for p in reply.positions] == [("Ben Miller", "Type 2 is any loaf with holes in it.")]


# -- in the words of a disagreement --------------------------------------------------------------------------------


def test_asked(parts: Parts) -> None:
    """A question in the words of a disagreement is answered by it."""
    assert said(parts.voices.asked(parts.read("how long does type 2 keep?"))) == [KEEPING.difference]


@pytest.mark.parametrize("text", ["which loaf stays soft?", "what vitamins are in it", "is type 2 meant to last for a week?"])
def test_not_asked(parts: Parts, text: str) -> None:
    """A question in other words, or nearer to a claim, is not."""
    assert parts.voices.asked(parts.read(text)) is None
