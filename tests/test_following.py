"""What carries an answer on: one item of a list, the other parts of a whole, members by their number."""

from __future__ import annotations

from typing import List

import pytest

from knowledge.models import Course
from tests.test_answering import FLAT, HARD, JARS, LIFTED, NOMADS, PART, RAISED, SOAP, ask, built, said, whole_of
from tutor.answering import Answerer
from tutor.reply import Clarify


@pytest.fixture(scope="module")
def wider(course: Course) -> Answerer:
    """The test course with a whole, whose parts are the three types."""
    return built(whole_of(course))


@pytest.mark.parametrize("text, item", [("which of these is for campers?", NOMADS), ("which of them turns hard", HARD)])
def test_one_of_them(wider: Answerer, text: str, item: str) -> None:
    """Of a list, the item that bears on the question is told, and no other."""
    listed = ask(wider, "explain type 1", "explain")

    assert said(ask(wider, text, "ask_question", listed.context)) == [item]


def test_none_of_them(wider: Answerer) -> None:
    """Where no item of the list bears on the question, none is told for it."""
    listed = ask(wider, "explain type 1", "explain")

    assert ask(wider, "which of these sells in zeppelins?", "ask_question", listed.context).kind == "decline"


def test_siblings(wider: Answerer) -> None:
    """After one part of a whole, "the other two" are the other parts."""
    first = ask(wider, "what is type 1", "define")

    reply = ask(wider, "and the other two kinds?", "follow_up", first.context)

    assert said(reply)[:2] == [LIFTED, RAISED]


@pytest.mark.parametrize(
    "text, sentences",
    [("and number 1.5?", [LIFTED]), ("and the first one?", [FLAT]), ("and number one?", [FLAT]), ("and the last?", [RAISED])],
)
def test_members_numbered(wider: Answerer, text: str, sentences: List[str]) -> None:
    """After one member of a series, a bare number means the member of that number."""
    first = ask(wider, "what is type 2", "define")

    assert said(ask(wider, text, "follow_up", first.context))[:1] == sentences


def test_two_members_numbered(wider: Answerer) -> None:
    """Two numbers mean two members."""
    first = ask(wider, "what is type 1.5", "define")

    assert said(ask(wider, "the first and the second?", "follow_up", first.context)) == [FLAT, RAISED]


def test_number_without_series(wider: Answerer) -> None:
    """A bare number means nothing where nothing of a series was spoken of."""
    assert isinstance(ask(wider, "and number one?", "follow_up"), Clarify)


def test_whether_it_is(wider: Answerer) -> None:
    """Whether somebody who was spoken of had to do with something: what is said of both."""
    person = ask(wider, "who is ada baker", "ask_position")

    assert said(ask(wider, "did she speak of type 2?", "ask_question", person.context))[0] == RAISED


@pytest.mark.parametrize("text", ["and now the opposite please", "the other side of the coin?"])
def test_opposite(wider: Answerer, text: str) -> None:
    """The opposite of strengths are the weaknesses of the same."""
    strengths = ask(wider, "strengths of type 1", "ask_strengths")

    assert said(ask(wider, text, "ask_strengths", strengths.context)) == said(ask(wider, "weaknesses of type 1", "ask_weaknesses"))


def test_more_of_the_same(wider: Answerer) -> None:
    """ "More" of a list goes on with what was not shown."""
    first = ask(wider, "origin of type 2", "ask_origin")

    again = ask(wider, "more", "more", first.context)

    assert said(first) == [JARS]
    assert JARS not in said(again)


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("no i meant the one before that", [FLAT]),
        ("and the one after that?", [RAISED]),
        ("the next one", [RAISED]),
        ("and the previous one", [FLAT]),
    ],
)
def test_neighbour(wider: Answerer, text: str, sentences: List[str]) -> None:
    """After one part of a whole, the one before or after it is meant by that."""
    first = ask(wider, "what is type 1.5", "define")

    assert said(ask(wider, text, "follow_up", first.context))[:1] == sentences


def test_no_neighbour(wider: Answerer) -> None:
    """Nothing comes before the first part; a difference to "the one before" is no part."""
    first = ask(wider, "what is type 1", "define")
    second = ask(wider, "and type 2?", "follow_up", first.context)

    assert said(ask(wider, "the one before that", "follow_up", first.context)) == [FLAT]
    assert ask(wider, "what is the difference to the one before", "compare", second.context).table is not None


def test_fellow(wider: Answerer) -> None:
    """After one part of a whole, "and yeast?" is told of by the part that has to do with it, what that is first."""
    first = ask(wider, "is type 1 ready within ten minutes?", "ask_question")

    assert said(ask(wider, "and yeast?", "ask_question", first.context)) == [RAISED, JARS]


def test_both_and_a_third(wider: Answerer) -> None:
    """ "Both" are the last two that were spoken of, also beside one that is named."""
    first = ask(wider, "what is type 1", "define")
    second = ask(wider, "and type 1.5?", "follow_up", first.context)

    reply = ask(wider, "now compare both with type 2", "compare", second.context)

    assert reply.context.subjects == ("type-1", "type-1.5", "type-2")


def test_as_a_table(wider: Answerer) -> None:
    """A comparison that is wished as a table comes as one, whatever the intent model makes of the wish."""
    first = ask(wider, "compare type 1 and type 2", "compare")

    assert ask(wider, "put it in a table pls", "out_of_scope", first.context).table == first.table


@pytest.mark.parametrize("text", ["what are the three types", "name the 3 types", "explain the three main types of bread"])
def test_the_three(wider: Answerer, text: str) -> None:
    """As many members of the series as the course has for topics are those."""
    assert said(ask(wider, text, "list_parts")) == [FLAT, LIFTED, RAISED]


def test_each_of_the_three(wider: Answerer) -> None:
    """What is asked of each is set side by side, whatever was spoken of before."""
    before = ask(wider, "what is type 1", "define").context

    reply = ask(wider, "strengths of each of the three types", "ask_strengths", before)

    assert reply.table is not None and reply.context.subjects == ("type-1", "type-1.5", "type-2")


def test_which_of_the_three(wider: Answerer) -> None:
    """Which of them it is remains a question."""
    assert said(ask(wider, "which of the three types tastes of soap?", "ask_question"))[:1] == [SOAP]


@pytest.mark.parametrize("text", ["number two in the list of the bread family was what again?", "no. 2 of the bread family system"])
def test_number_of_a_list(wider: Answerer, text: str) -> None:
    """A number in the list of a whole that is named is the member of that number."""
    assert ask(wider, text, "ask_question").context.subjects == ("type-2",)


def test_numbers_with_and_without_the_word(wider: Answerer) -> None:
    """ "And number 1? and 2?" are two."""
    first = ask(wider, "what is type 1.5", "define")

    assert said(ask(wider, "and number 1? and type 2?", "follow_up", first.context)) == [FLAT, RAISED]


def test_as_the_whole_words_it(wider: Answerer) -> None:
    """A part that is picked from the list of all begins as the whole words it."""
    listed = ask(wider, "list the parts of the bread family", "list_parts")

    assert said(ask(wider, "the third one", "pick", listed.context))[:2] == [PART, RAISED]


def test_those_two(wider: Answerer) -> None:
    """ "Those two" are the last two authors, after what each of them holds."""
    first = ask(wider, "how does ada baker define type 2", "ask_position")
    second = ask(wider, "and ben miller?", "ask_position", first.context)

    reply = ask(wider, "what do those two have in common", "compare", second.context)

    assert [p.author for p in reply.positions] == ["Ada Baker", "Ben Miller"]
