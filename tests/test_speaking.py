"""How disagreements and quotations are worded."""

from __future__ import annotations

from typing import Any

import pytest

from index.vocabulary import Vocabulary
from knowledge.models import Course, Disagreement, Source
from tutor.catalogue import Catalogue
from tutor.grounding import violations
from tutor.quoting import Quotation
from tutor.reply import Context, Sentence
from tutor.speaking import LIST_LIMIT, Speaker
from tutor.understanding import Question, Request, understand

RAISED = "Ada Baker defines Type 2 as dough that yeast raises overnight."
HOLES = "Type 2 is any loaf with holes in it."
QUOTATION = Quotation(
    passage="rye.paragraph.3",
    source=Source(id="rye", title="On Rye", author="Eva Eater"),
    locator="paragraph 3",
    text="Rye is sour. It keeps. Salt helps.",
    sentences=("Rye is sour.", "It keeps."),
    probability=0.9,
)


@pytest.fixture
def speak(catalogue: Catalogue) -> Speaker:
    """Words replies from the test course."""
    return Speaker(catalogue)


@pytest.fixture
def request_(catalogue: Catalogue, vocabulary: Vocabulary) -> Request:
    """A question that was asked after an answer about Type 1."""
    before = Context(act="define", subjects=("type-1",), recent=("type-1",), shown=("type-1.definition",))
    return understand(Question("do they agree on type 2?", context=before), catalogue, vocabulary)


@pytest.fixture
def what(course: Course) -> Disagreement:
    """The one disagreement of the test course."""
    return course.disagreements[0]


def other(what: Disagreement, number: int) -> Disagreement:
    """Another disagreement."""
    return what.copy(update={"id": f"d{number}", "topic": f"topic {number}"})


def test_disagreement(speak: Speaker, request_: Request, what: Disagreement, course: Course) -> None:
    """A disagreement is what parts the authors, cited from each, with the positions side by side."""
    reply = speak.disagreement(request_, what)

    assert reply.lead == f"The readings differ on {what.topic}"
    assert reply.sentences == (Sentence(text=what.difference, citations=(1, 2)),)
    assert [(p.author, p.text, p.citations) for p in reply.positions or ()] == [
        ("Ada Baker", RAISED, (1,)),
        ("Ben Miller", HOLES, (2,)),
    ]
    assert violations(reply, course) == []


def test_disagreement_after_what_is_plain(speak: Speaker, request_: Request, what: Disagreement, course: Course) -> None:
    """What is plain comes first, and keeps its number among the positions."""
    reply = speak.disagreement(request_, what, [course.claim["type-2.definition.baker"]])

    assert [(s.text, s.citations) for s in reply.sentences] == [(RAISED, (1,)), (what.difference, (1, 2))]
    assert [p.citations for p in reply.positions or ()] == [(1,), (2,)]
    assert violations(reply, course) == []


def test_disagreement_of_a_claim_in_two_readings(speak: Speaker, request_: Request, what: Disagreement, course: Course) -> None:
    """A position that two readings make is cited from both, what parts the authors from the main one of each."""
    sides = (
        what.positions[0].copy(update={"claims": ("type-1.5.definition",)}),
        what.positions[1].copy(update={"claims": ("type-2.definition.miller",)}),
    )

    reply = speak.disagreement(request_, what.copy(update={"positions": sides}))

    assert [p.citations for p in reply.positions or ()] == [(1, 2), (3,)]
    assert reply.sentences[0].citations == (1, 3)


def test_disagreement_is_remembered(speak: Speaker, request_: Request, what: Disagreement) -> None:
    """The next turn knows what the disagreement is about, and which claims were shown."""
    context = speak.disagreement(request_, what).context

    assert (context.subjects, context.recent) == (("type-2",), ("type-2", "type-1"))
    assert context.shown == ("type-2.definition.baker", "type-2.definition.miller")


def test_other_disagreements_are_offered(speak: Speaker, request_: Request, what: Disagreement) -> None:
    """Two other disagreements on the same are offered before anything else, and never the one just told."""
    others = [what, *(other(what, n) for n in range(4))]

    offered = speak.disagreement(request_, what, also=others).suggestions

    assert offered[:2] == ("Do the readings agree on topic 0?", "Do the readings agree on topic 1?")
    assert len(offered) == 3
    assert not any(what.topic in question for question in offered)


def test_disagreements(speak: Speaker, request_: Request, what: Disagreement, course: Course) -> None:
    """Where the readings differ is a list, a cited sentence for each topic, and the first topics are offered."""
    reply = speak.disagreements(request_, [what, other(what, 1)])

    assert reply.list
    assert reply.sentences == (Sentence(text=what.difference, citations=(1, 2)),) * 2
    assert reply.suggestions == (f"Do the readings agree on {what.topic}?", "Do the readings agree on topic 1?")
    assert violations(reply, course) == []


def test_many_disagreements(speak: Speaker, request_: Request, what: Disagreement) -> None:
    """A long list is cut, and so are the questions that are offered."""
    reply = speak.disagreements(request_, [other(what, n) for n in range(LIST_LIMIT + 5)])

    assert (len(reply.sentences), len(reply.suggestions)) == (LIST_LIMIT, 3)


def test_quote(speak: Speaker, request_: Request, course: Course) -> None:
    """A quotation says from what it is, is cited, and leaves the conversation where it was."""
    reply = speak.quote(request_, QUOTATION)

    assert reply.lead == "From “On Rye”, word for word"
    assert [(s.text, s.citations) for s in reply.sentences] == [("Rye is sour.", (1,)), ("It keeps.", (1,))]
    assert [(c.number, c.passage, c.text) for c in reply.citations] == [(1, "rye.paragraph.3", QUOTATION.text)]
    assert reply.context == request_.context
    assert reply.suggestions == course.start_with


def test_add_quote(speak: Speaker, request_: Request, course: Course) -> None:
    """A quotation after an answer takes the next number, and what the answer said and remembers stays."""
    answer: Any = speak.say(request_, [course.claim["type-1.definition"], course.claim["type-1.weakness"]], ["type-1"])

    both = speak.add_quote(answer, QUOTATION)

    assert both.sentences[:2] == answer.sentences
    assert [(s.text, s.citations) for s in both.sentences[2:]] == [("Rye is sour.", (4,)), ("It keeps.", (4,))]
    assert [c.number for c in both.citations] == [1, 2, 3, 4]
    assert (both.context, both.lead, both.suggestions) == (answer.context, answer.lead, answer.suggestions)


def test_quote_before(speak: Speaker, request_: Request, course: Course) -> None:
    """A quotation before an answer takes the first number, and the answer's own move up."""
    answer: Any = speak.say(request_, [course.claim["type-1.definition"], course.claim["type-1.weakness"]], ["type-1"])

    both = speak.add_quote(answer, QUOTATION, first=True)

    assert [(s.text, s.citations) for s in both.sentences] == [
        ("Rye is sour.", (1,)),
        ("It keeps.", (1,)),
        (course.claim["type-1.definition"].text, (2, 3)),
        (course.claim["type-1.weakness"].text, (4,)),
    ]
    assert [(c.number, c.source) for c in both.citations] == [(1, "rye"), (2, "baker-1950"), (3, "digest-2000"), (4, "baker-1950")]
    assert both.context == answer.context


def test_quote_before_positions(speak: Speaker, request_: Request, what: Disagreement) -> None:
    """A quotation before a disagreement moves the numbers of the positions, too."""
    both = speak.add_quote(speak.disagreement(request_, what), QUOTATION, first=True)

    by_number = {c.number: c.text for c in both.citations}
    assert [(p.text, [by_number[n] for n in p.citations]) for p in both.positions or ()] == [(RAISED, [RAISED]), (HOLES, [HOLES])]
