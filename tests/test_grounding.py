"""Nothing goes out that the course does not hold, word for word."""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Sequence

import pytest

from knowledge.models import Course
from tutor.answering import Answerer
from tutor.grounding import violations, withhold_ungrounded
from tutor.reply import Answer, Cell, Chat, Clarify, CourseRef, Decline, Notes, Position, Reason, Row, Sentence, Table
from tutor.understanding import Question

REF = CourseRef(id="bread", version="abc")
FAST, HARD, SOFT = "type-1.strength.fast", "type-1.weakness", "type-2.strength"
LIE = "Type 1 turns hard within a year."


@pytest.fixture
def good(course: Course) -> Answer:
    """A grounded answer of two sentences, a table and a position: [1] fast, [2] hard, [3] soft."""
    notes = Notes(course)
    sentences = tuple(notes.sentence(course.claim[i]) for i in (FAST, HARD))
    cells = (
        Cell(text="ready within ten minutes\nhard within a day", citations=(1, 2)),
        Cell(text="The course does not say.", citations=()),
    )
    soft = notes.cite(course.claim[SOFT])
    position = Position(author="Ada Baker", text="Type 2 stays soft, and its crust sings.", citations=soft)
    table = Table(columns=("Type 1", "Type 2"), rows=(Row(aspect="Strengths", cells=cells),))
    return Answer(sentences=sentences, table=table, positions=(position,), citations=notes.citations(), course=REF)


def changed(reply: Answer, **fields: Any) -> Answer:
    """The reply with other fields; pydantic's copy drops the context, which does not go outside."""
    return reply.copy(update={"context": reply.context, **fields})


def altered(reply: Answer, at: int = 1, **fields: Any) -> Answer:
    """The reply with another sentence at a place."""
    other = reply.sentences[at].copy(update=fields)
    return changed(reply, sentences=(*reply.sentences[:at], other, *reply.sentences[at + 1 :]))


def cited(reply: Answer, at: int = 1, **fields: Any) -> Answer:
    """The reply with another citation at a place."""
    other = reply.citations[at].copy(update=fields)
    return changed(reply, citations=(*reply.citations[:at], other, *reply.citations[at + 1 :]))


def in_cell(reply: Answer, **fields: Any) -> Answer:
    """The reply with another first cell."""
    assert reply.table
    cells = (reply.table.rows[0].cells[0].copy(update=fields), reply.table.rows[0].cells[1])
    return changed(reply, table=Table(columns=reply.table.columns, rows=(Row(aspect="Strengths", cells=cells),)))


def texts(reply: Any) -> List[str]:
    """What the sentences of an answer say."""
    return [s.text for s in reply.sentences]


def test_grounded(good: Answer, course: Course) -> None:
    """A grounded answer goes out as it is."""
    assert violations(good, course) == []
    assert withhold_ungrounded(good, course) is good


@pytest.mark.parametrize(
    "reply",
    [
        Decline(reason=Reason.unsafe, message="No.", course=REF),
        Clarify(message="Which?", course=REF),
        Chat(message="Hello!", course=REF),
    ],
)
def test_messages_say_nothing(reply: Any, course: Course) -> None:
    """What is no answer has nothing to ground."""
    assert withhold_ungrounded(reply, course) is reply


# -- each violation is found -----------------------------------------------------------------------------------------


def test_altered_sentence(good: Answer, course: Course) -> None:
    """A sentence that is not the claim word for word is found."""
    assert violations(altered(good, text=LIE), course) == [f"citation 2 does not hold: {LIE!r}"]


def test_missing_citation(good: Answer, course: Course) -> None:
    """A sentence without a citation is found."""
    assert violations(altered(good, citations=()), course) == ["no citation: 'Type 1 turns hard within a day.'"]


def test_citation_without_a_number(good: Answer, course: Course) -> None:
    """A mark that no citation explains is found, beside one that does hold the sentence too."""
    assert violations(altered(good, citations=(2, 9)), course) == ["citation 9 does not hold: 'Type 1 turns hard within a day.'"]


@pytest.mark.parametrize(
    "fields",
    [
        {"passage": "baker-1950.type-9.weakness"},
        {"source": "miller-1980"},
        {"text": LIE},
    ],
    ids=["no such passage", "wrong source", "altered passage"],
)
def test_unresolvable_citation(good: Answer, course: Course, fields: Dict[str, str]) -> None:
    """A citation whose passage does not exist, or stands in another reading or other words, is found."""
    passage = fields.get("passage", "baker-1950.type-1.weakness")

    assert f"citation 2 is not as the course has it: {passage}" in violations(cited(good, **fields), course)


def test_sentence_of_another_passage(good: Answer, course: Course) -> None:
    """A sentence that cites the passage of another claim is found."""
    assert violations(altered(good, citations=(1,)), course) == ["citation 1 does not hold: 'Type 1 turns hard within a day.'"]


def test_altered_cell(good: Answer, course: Course) -> None:
    """A line of a cell that no claim has is found, whatever the other lines say."""
    text = "ready within ten minutes\nsoft for ever"

    assert violations(in_cell(good, text=text), course) == [
        "no citation holds: 'soft for ever'",
        f"citation 2 holds no point of {text!r}",
    ]


def test_altered_position(good: Answer, course: Course) -> None:
    """A position that is not the claim word for word is found."""
    reply = changed(good, positions=(Position(author="Ada Baker", text=LIE, citations=(3,)),))

    assert violations(reply, course) == [f"citation 3 does not hold: {LIE!r}"]


def test_uncited_cell(good: Answer, course: Course) -> None:
    """A cell that says something without a citation is found."""
    assert violations(in_cell(good, text="soft for ever", citations=()), course) != []


@pytest.mark.parametrize(
    "fields", [{"author": "Ben Miller"}, {"title": "Bread for All"}, {"year": 1900}, {"locator": "page 99"}], ids=str
)
def test_wrong_reference(good: Answer, course: Course, fields: Dict[str, Any]) -> None:
    """A citation that names another author, title, year or place than the course is found."""
    assert violations(cited(good, **fields), course) != []


def test_foreign_passage_beside_the_right_one(good: Answer, course: Course) -> None:
    """A sentence that also cites the passage of another claim is found."""
    assert violations(altered(good, citations=(2, 1)), course) != []


# -- and withheld, and logged ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"text": LIE}, {"citations": ()}], ids=["altered sentence", "missing citation"])
def test_withheld(good: Answer, course: Course, fields: Dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """An ungrounded sentence is taken out with table and positions; each fault is logged as an error."""
    reply = altered(good, **fields)

    kept = withhold_ungrounded(reply, course)

    assert texts(kept) == ["Type 1 is ready within ten minutes."]
    assert isinstance(kept, Answer)
    assert (kept.table, kept.positions) == (None, None)
    assert [(r.levelno, r.getMessage()) for r in caplog.records] == [
        (logging.ERROR, f"ungrounded: {fault}") for fault in violations(reply, course)
    ]


@pytest.mark.parametrize("change", [in_cell], ids=["cell"])
def test_table_withheld(good: Answer, course: Course, change: Any) -> None:
    """An ungrounded cell takes the table out and leaves the sentences."""
    kept = withhold_ungrounded(change(good, text="soft for ever"), course)

    assert isinstance(kept, Answer)
    assert texts(kept) == texts(good)
    assert kept.table is None


@pytest.mark.parametrize("broken", [{"text": LIE}, {"citations": ()}], ids=["altered", "uncited"])
def test_nothing_left(good: Answer, course: Course, broken: Dict[str, Any]) -> None:
    """An answer of which no sentence is grounded becomes a decline."""
    reply = altered(altered(good, 0, **broken), 1, **broken)

    declined = withhold_ungrounded(reply, course)

    assert isinstance(declined, Decline)
    assert (declined.reason, declined.course) == (Reason.not_covered, REF)


WRONG_CITATIONS = {
    "no such passage": lambda good: cited(good, passage="baker-1950.type-9.weakness"),
    "wrong source": lambda good: cited(good, source="miller-1980"),
    "passage of another claim": lambda good: altered(good, citations=(1,)),
    "no such number": lambda good: altered(good, citations=(9,)),
}


@pytest.mark.parametrize("change", WRONG_CITATIONS.values(), ids=list(WRONG_CITATIONS))
def test_wrongly_cited_sentence_withheld(good: Answer, course: Course, change: Any) -> None:
    """A true sentence with a wrong citation is taken out: a wrong reference is no reference."""
    kept = withhold_ungrounded(change(good), course)

    assert texts(kept) == ["Type 1 is ready within ten minutes."]


def test_unresolvable_citation_withheld(good: Answer, course: Course) -> None:
    """A citation that does not resolve is not shown."""
    kept: Any = withhold_ungrounded(cited(good, passage="baker-1950.type-9.weakness"), course)

    assert [c.passage for c in kept.citations] == ["baker-1950.type-1.strength.fast"]


def test_context_is_kept(good: Answer, course: Course) -> None:
    """What is left after withholding still knows the context of the next turn."""
    kept = withhold_ungrounded(altered(good, text=LIE), course)

    assert kept.context == good.context


def test_what_is_kept_is_grounded(good: Answer, course: Course) -> None:
    """What is left after withholding an altered sentence has no violation."""
    kept: Any = withhold_ungrounded(altered(good, text=LIE), course)

    assert violations(kept, course) == []


def test_answers_are_grounded(answerer: Answerer, course: Course) -> None:
    """Every claim's own question gets a grounded answer."""
    questions: Sequence[str] = [q for c in course.claim.values() for q in c.questions] + [
        f"what is {c.name}" for c in course.concepts
    ]

    faults = {
        q: violations(reply, course) for q in questions for reply in [answerer.answer(Question(q))] if isinstance(reply, Answer)
    }

    assert faults == {q: [] for q in questions}
    assert isinstance(answerer.answer(Question(questions[0])).sentences[0], Sentence)  # type: ignore[union-attr]
