"""Nothing goes out that the course does not hold, word for word."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, List, Sequence

import pytest

from index.library import Store
from index.vocabulary import Vocabulary
from knowledge.models import Course
from tests.conftest import ToyEncoder
from tests.readings import shelve
from tutor.answering import Answerer
from tutor.grounding import violations, withhold_ungrounded
from tutor.library import Library
from tutor.quoting import Quotation
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

    assert f"citation 2 is not as its reading has it: {passage}" in violations(cited(good, **fields), course)


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


# -- where readings differ, and readings in the library --------------------------------------------------------------

BAKER, MILLER = "type-2.definition.baker", "type-2.definition.miller"
RYE = "Rye is sour. It keeps for weeks. Salt helps."


@pytest.fixture
def differing(course: Course) -> Answer:
    """What parts two authors, with both sides cited: [1] Baker, [2] Miller."""
    notes = Notes(course)
    numbers = [notes.cite(course.claim[i])[0] for i in (BAKER, MILLER)]
    sentence = Sentence(text=course.disagreements[0].difference, citations=numbers)
    return Answer(sentences=(sentence,), citations=notes.citations(), course=REF)


@pytest.fixture
def library(tmp_path: Path, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> Library:
    """A library with one reading."""
    store = Store(tmp_path / "library")
    shelve(store, {"rye": ["Rye grows.", RYE]}, toy_encoder, vocabulary)
    return Library(store, toy_encoder, "toy")


@pytest.fixture
def quoted(course: Course, library: Library) -> Answer:
    """Two sentences of the course, then one of the library as [3]."""
    notes = Notes(course)
    said = tuple(notes.sentence(course.claim[i]) for i in (FAST, HARD))
    found = library.passage("rye.paragraph.2")
    assert found
    quotation = Quotation("rye.paragraph.2", found[0], "paragraph 2", RYE, ("It keeps for weeks.",), 0.9)
    return Answer(sentences=(*said, *notes.quote(quotation)), citations=notes.citations(), course=REF)


def test_difference(differing: Answer, course: Course) -> None:
    """What parts the authors is grounded in the claims that take a side."""
    assert violations(differing, course) == []


def test_difference_altered(differing: Answer, course: Course) -> None:
    """What parts the authors is said in the course's words or not at all."""
    fault = f"citation 1 does not hold: {LIE!r}"

    assert fault in violations(altered(differing, 0, text=LIE), course)


def test_difference_beside_the_point(good: Answer, course: Course) -> None:
    """What parts the authors is not grounded in a claim that takes no side."""
    text = course.disagreements[0].difference

    assert violations(altered(good, text=text), course) == [f"citation 2 does not hold: {text!r}"]


def test_quotation(quoted: Answer, course: Course, library: Library) -> None:
    """A sentence of the library is grounded in its paragraph, beside sentences of the course."""
    assert violations(quoted, course, library) == []
    assert withhold_ungrounded(quoted, course, library) is quoted


@pytest.mark.parametrize("text", ["It keeps for years.", "it keeps for weeks.", "Type 1 turns hard within a day.", " ", ""])
def test_quotation_altered(quoted: Answer, course: Course, library: Library, text: str) -> None:
    """What does not stand in the paragraph word for word is found and withheld."""
    reply = altered(quoted, 2, text=text)

    assert violations(reply, course, library) == [f"citation 3 does not hold: {text!r}"]
    assert texts(withhold_ungrounded(reply, course, library)) == texts(quoted)[:2]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": RYE + " It is cheap."},
        {"title": "On Wheat"},
        {"locator": "paragraph 1"},
        {"passage": "rye.paragraph.1"},
        {"passage": "rye.paragraph.99"},
        {"passage": "wheat.paragraph.2"},
        {"repeats": "baker-1950"},
    ],
    ids=str,
)
def test_quotation_cited_wrongly(quoted: Answer, course: Course, library: Library, fields: Dict[str, str]) -> None:
    """A citation that is not as the library has it is found, and what it was to bear is withheld."""
    reply = cited(quoted, 2, **fields)

    passage = fields.get("passage", "rye.paragraph.2")
    assert f"citation 3 is not as its reading has it: {passage}" in violations(reply, course, library)
    assert texts(withhold_ungrounded(reply, course, library)) == texts(quoted)[:2]


def test_quotation_without_a_library(quoted: Answer, course: Course) -> None:
    """Without a library no sentence of one goes out."""
    assert texts(withhold_ungrounded(quoted, course)) == texts(quoted)[:2]


def test_quotation_of_the_course(quoted: Answer, course: Course, library: Library) -> None:
    """A fragment of a claim is not the claim: only paragraphs are quoted by the sentence."""
    assert violations(altered(quoted, 0, text="Type 1 is ready"), course, library) == [
        "citation 1 does not hold: 'Type 1 is ready'"
    ]


def test_repeated_wording(course: Course) -> None:
    """A citation that hides that two readings are one voice is found."""
    notes = Notes(course)
    sentence = notes.sentence(course.claim["type-1.definition"])
    reply = Answer(sentences=(sentence,), citations=notes.citations(), course=REF)

    assert violations(reply, course) == []
    assert violations(cited(reply, 1, repeats=None), course) == [
        "citation 2 is not as its reading has it: digest-2000.type-1.definition"
    ]


# -- all of the course ---------------------------------------------------------------------------------------------


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
