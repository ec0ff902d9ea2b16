"""The shapes of the contract, and the Markdown that is complete by itself."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError, parse_obj_as

from knowledge.loader import load_course
from knowledge.models import Course, Source
from tests.conftest import ROOT
from tutor.quoting import Quotation
from tutor.reply import (
    Answer,
    Cell,
    Chat,
    Citation,
    Clarify,
    Context,
    CourseRef,
    Decline,
    Notes,
    Position,
    Reason,
    Reply,
    Row,
    Sentence,
    Table,
    markdown,
    passage_id,
)

BREAD = load_course(ROOT / "tests" / "course")
COURSE = {"id": "bread", "version": "abc"}
REF = CourseRef(**COURSE)
ONE = {
    "number": 1,
    "passage": "baker-1950.type-1.definition",
    "source": "baker-1950",
    "title": "The Three Types",
    "author": "Ada Baker",
    "year": 1950,
    "locator": "page 1",
    "url": "https://example.org/three-types",
    "text": "Type 1 is dough that is baked without any rising.",
    "repeats": None,
}
TWO = {
    "number": 2,
    "passage": "miller-1980.type-2.definition.miller",
    "source": "miller-1980",
    "title": "Flour and Water",
    "author": "Ben Miller",
    "year": None,
    "locator": "page 30",
    "url": None,
    "text": "Type 2 is any loaf with holes in it.",
    "repeats": None,
}
SAID = [{"text": ONE["text"], "citations": [1]}]
ANSWER: Dict[str, Any] = {
    "kind": "answer",
    "sentences": SAID,
    "citations": [ONE],
    "suggestions": ["What is Type 2?"],
    "course": COURSE,
}
TABLE = {
    "columns": ["Type 1", "Type 2"],
    "rows": [{"aspect": "Definition", "cells": [{"text": "flat", "citations": [1]}, {"text": "holes\nrisen", "citations": [2]}]}],
}
POSITIONS = [{"author": "Ben Miller", "text": TWO["text"], "citations": [2]}]
RECORDED: Dict[str, Dict[str, Any]] = {  # one of each shape, as the contract has them
    "answer": ANSWER,
    "comparison": {**ANSWER, "citations": [ONE, TWO], "table": TABLE},
    "disagreement": {**ANSWER, "citations": [ONE, TWO], "positions": POSITIONS},
    "not covered": {
        "kind": "decline",
        "reason": "not_covered",
        "message": "No.",
        "suggestions": ["What is Type 1?"],
        "course": COURSE,
    },
    "off topic": {"kind": "decline", "reason": "off_topic", "message": "No.", "suggestions": ["What is Type 1?"], "course": COURSE},
    "unsafe": {"kind": "decline", "reason": "unsafe", "message": "No.", "suggestions": ["What is Type 1?"], "course": COURSE},
    "clarify": {
        "kind": "clarify",
        "message": "Which one?",
        "suggestions": ["What is Type 1?", "What is Type 2?"],
        "course": COURSE,
    },
    "chat": {"kind": "chat", "message": "Hello!", "suggestions": [], "course": COURSE},
}


def read(example: Dict[str, Any]) -> Any:
    """The model of a recorded reply."""
    return parse_obj_as(Reply, example)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", RECORDED)
def test_recorded(name: str) -> None:
    """A reply holds every field of its recorded example, unchanged, and what it adds is optional."""
    example = RECORDED[name]

    written = json.loads(read(example).json())

    assert {key: written[key] for key in example} == example
    assert {key: value for key, value in written.items() if key not in example and value not in (None, False, [])} == {}


@pytest.mark.parametrize(
    "name, model", [("answer", Answer), ("comparison", Answer), ("not covered", Decline), ("clarify", Clarify), ("chat", Chat)]
)
def test_kind(name: str, model: type) -> None:
    """The kind alone tells which model a reply is."""
    assert type(read(RECORDED[name])) is model


@pytest.mark.parametrize("name", RECORDED)
def test_written_and_read(name: str) -> None:
    """What is written as JSON is read as the same reply."""
    reply = read(RECORDED[name])

    assert read(json.loads(reply.json())) == reply


def test_context_stays_inside() -> None:
    """The context of the next turn is no business of the outside."""
    reply = Chat(message="Hello!", course=REF, context=Context(act="define", subjects=("type-1",)))

    assert "context" not in json.loads(reply.json())
    assert json.loads(reply.json())["message"] == "Hello!"


@pytest.mark.parametrize("name", RECORDED)
def test_frozen(name: str) -> None:
    """A reply cannot be changed once it is made."""
    reply = read(RECORDED[name])

    with pytest.raises(TypeError):
        reply.suggestions = ("What else?",)


@pytest.mark.parametrize("name", RECORDED)
def test_unknown_field(name: str) -> None:
    """A field that the contract does not know is refused."""
    with pytest.raises(ValidationError):
        read({**RECORDED[name], "mood": "good"})


def test_reasons() -> None:
    """A decline has one of the three reasons of the contract."""
    assert [reason.value for reason in Reason] == ["not_covered", "off_topic", "unsafe"]
    with pytest.raises(ValidationError):
        read({**RECORDED["unsafe"], "reason": "tired"})


# -- numbering -----------------------------------------------------------------------------------------------------


def test_notes_number_in_order_of_need(course: Course) -> None:
    """Citations are numbered as they are first needed, one for each reading, and a claim keeps its numbers."""
    notes = Notes(course)

    first = notes.cite(course.claim["type-1.definition"])  # made in two readings
    second = notes.cite(course.claim["type-1.weakness"])
    again = notes.cite(course.claim["type-1.definition"])

    assert (first, second, again) == ((1, 2), (3,), (1, 2))
    assert [(c.number, c.passage) for c in notes.citations()] == [
        (1, "baker-1950.type-1.definition"),
        (2, "digest-2000.type-1.definition"),
        (3, "baker-1950.type-1.weakness"),
    ]


def test_notes_sentence(course: Course) -> None:
    """A cited sentence is the claim, word for word."""
    notes = Notes(course)

    sentence = notes.sentence(course.claim["type-1.example"])

    assert sentence == Sentence(text="Tortillas and matzo are Type 1.", citations=(1,))


def test_citation(course: Course) -> None:
    """A citation carries author, title, year, place, link and the passage."""
    notes = Notes(course)

    notes.cite(course.claim["type-1.definition"])

    assert notes.citations()[0] == Citation(**ONE)


def test_repeats(course: Course) -> None:
    """A citation of a reading that copies another of the same claim names that one; any other names none."""
    notes = Notes(course)

    notes.cite(course.claim["type-1.definition"])  # in baker-1950, and in digest-2000, which copies it
    notes.cite(course.claim["type-1.5.definition"])  # in baker-1950 and miller-1980
    notes.cite(course.claim["type-2.origin"])  # in digest-2000 alone

    assert [(c.source, c.repeats) for c in notes.citations()] == [
        ("baker-1950", None),
        ("digest-2000", "baker-1950"),
        ("baker-1950", None),
        ("miller-1980", None),
        ("digest-2000", None),
    ]


QUOTATION = Quotation(
    passage="rye.paragraph.3",
    source=Source(id="rye", title="On Rye", author="Eva Eater", year=1999),
    locator="page 2, paragraph 3",
    text="Rye is sour. It keeps. Salt helps.",
    sentences=("Rye is sour.", "It keeps."),
    probability=0.9,
)


def test_notes_quote(course: Course) -> None:
    """A quotation is its sentences, all with the number of the one paragraph, which is cited whole."""
    notes = Notes(course)
    notes.cite(course.claim["type-1.weakness"])

    quoted, again = notes.quote(QUOTATION), notes.quote(QUOTATION)

    assert quoted == again == (Sentence(text="Rye is sour.", citations=(2,)), Sentence(text="It keeps.", citations=(2,)))
    assert [c.number for c in notes.citations()] == [1, 2]
    assert notes.citations()[1] == Citation(
        number=2,
        passage="rye.paragraph.3",
        source="rye",
        title="On Rye",
        author="Eva Eater",
        year=1999,
        locator="page 2, paragraph 3",
        url=None,
        text="Rye is sour. It keeps. Salt helps.",
    )


def test_passage_id(course: Course) -> None:
    """A passage is called by its reading and its claim."""
    claim = course.claim["type-1.definition"]

    assert [passage_id(claim, place) for place in claim.places] == ["baker-1950.type-1.definition", "digest-2000.type-1.definition"]


# -- Markdown ------------------------------------------------------------------------------------------------------


def answer(**fields: Any) -> Answer:
    """An answer of one sentence and two citations, with these fields instead."""
    given_fields = {"sentences": SAID, "citations": [ONE, TWO], "course": REF, **fields}
    return Answer(**given_fields)


def test_markdown_of_sentences() -> None:
    """Sentences are paragraphs with their marks, and each reading has a line with its places."""
    reply = answer(sentences=[{"text": "It is flat.", "citations": [1]}, {"text": "It has holes.", "citations": [1, 2]}])

    assert markdown(reply) == (
        "It is flat. [1]\n\nIt has holes. [1] [2]\n\n"
        "Sources:\n- Ada Baker, *The Three Types* (1950): [1] page 1\n- Ben Miller, *Flour and Water* (no date): [2] page 30"
    )


def test_markdown_of_a_list() -> None:
    """A list has a bold lead and a bullet for each item."""
    reply = answer(lead="Strengths of Type 1", list=True, citations=[ONE])

    assert markdown(reply) == (
        "**Strengths of Type 1**\n\n- Type 1 is dough that is baked without any rising. [1]\n\n"
        "Sources:\n- Ada Baker, *The Three Types* (1950): [1] page 1"
    )


def test_markdown_of_a_table() -> None:
    """A comparison is a Markdown table in which several points share a cell, divided by semicolons."""
    lines = markdown(answer(table=TABLE)).split("\n")

    at = lines.index("| | Type 1 | Type 2 |")
    assert lines[at : at + 4] == ["| | Type 1 | Type 2 |", "|---|---|---|", "| Definition | flat [1] | holes; risen [2] |", ""]


def test_markdown_of_positions() -> None:
    """A disagreement names each author before what is held."""
    assert "\n\n- **Ben Miller**: Type 2 is any loaf with holes in it. [2]\n\n" in markdown(answer(positions=POSITIONS))


def test_one_line_for_each_reading() -> None:
    """Several places in one reading share a line."""
    later = {**ONE, "number": 3, "locator": "page 9"}

    text = markdown(answer(citations=[ONE, TWO, later]))

    assert text.endswith(
        "\n- Ada Baker, *The Three Types* (1950): [1] page 1; [3] page 9\n- Ben Miller, *Flour and Water* (no date): [2] page 30"
    )


def test_markdown_of_one_voice() -> None:
    """A place that repeats another reading's wording says so, and only that one."""
    repeating = {**TWO, "repeats": "baker-1950"}

    text = markdown(answer(citations=[ONE, repeating]))

    assert text.endswith(
        "\n- Ada Baker, *The Three Types* (1950): [1] page 1\n"
        "- Ben Miller, *Flour and Water* (no date): [2] page 30 (in the same words)"
    )


@pytest.mark.parametrize(
    "name, text",
    [
        ("not covered", "No.\n\n- What is Type 1?"),
        ("clarify", "Which one?\n\n- What is Type 1?\n- What is Type 2?"),
        ("chat", "Hello!"),
    ],
)
def test_markdown_of_a_message(name: str, text: str) -> None:
    """What is no answer says its message, then the suggestions as a list, and cites nothing."""
    assert markdown(read(RECORDED[name])) == text


def test_pipe_in_a_cell() -> None:
    """A pipe in a cell does not start another cell."""
    table = Table(
        columns=("A", "B"), rows=(Row(aspect="Use", cells=(Cell(text="a|b", citations=(1,)), Cell(text="c", citations=()))),)
    )

    assert "| Use | a\\|b [1] | c |" in markdown(answer(table=table)).split("\n")


def test_pipe_in_a_name() -> None:
    """A pipe in the name of a concept or an aspect does not start another cell."""
    table = Table(
        columns=("A|Z", "B"), rows=(Row(aspect="Use|Cost", cells=(Cell(text="a", citations=(1,)), Cell(text="b", citations=(1,)))),)
    )

    lines = markdown(answer(table=table)).split("\n")

    assert "| | A\\|Z | B |" in lines
    assert "| Use\\|Cost | a [1] | b [1] |" in lines


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(st.lists(st.sampled_from(list(BREAD.claim.values())), min_size=1, max_size=6), st.booleans())
def test_every_number_is_explained(claims: List[Any], with_table: bool) -> None:
    """Every citation number of the text stands under Sources, with its place, and no other does."""
    notes = Notes(BREAD)
    sentences = [notes.sentence(c) for c in claims[:2]]
    cells = tuple(Cell(text=c.brief, citations=notes.cite(c)) for c in claims)
    table = Table(columns=tuple("ABCDEF"[: len(cells)]), rows=(Row(aspect="Definition", cells=cells),)) if with_table else None
    positions = tuple(Position(author="Ada Baker", text=c.text, citations=notes.cite(c)) for c in claims[2:])
    reply = Answer(sentences=sentences, table=table, positions=positions, citations=notes.citations(), course=REF)

    said, sources = markdown(reply).split("Sources:\n")

    used = {int(n) for n in re.findall(r"\[(\d+)\]", said)}
    explained = {int(n): place for n, place in re.findall(r"\[(\d+)\] ([^;\n]+)", sources)}
    assert used == explained.keys()
    again = {c.number: " (in the same words)" if c.repeats else "" for c in reply.citations}
    assert explained == {c.number: c.locator + again[c.number] for c in reply.citations}
