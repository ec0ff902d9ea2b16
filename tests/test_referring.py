"""Which name a pronoun in a part of a message stands for, on the test course."""

from __future__ import annotations

import pytest

from index.vocabulary import Vocabulary
from knowledge.models import Course
from tutor.catalogue import Catalogue
from tutor.referring import Referring


@pytest.fixture(scope="module")
def referring(course: Course) -> Referring:
    """What was named before, among types of bread and Ada Baker."""
    vocabulary = Vocabulary(course)
    return Referring(Catalogue(course, vocabulary), vocabulary)


@pytest.mark.parametrize(
    "part, before, whole",
    [
        ("how does it differ from type 2", ["what is type 1"], "how does Type 1 differ from type 2"),
        ("what are its weaknesses", ["what is type 1"], "what are Type 1's weaknesses"),
        ("what's it good for", ["can type 2 replace type 1"], "what's Type 2 good for"),
        ("do they rise", ["what are type 1 and type 2"], "do Type 1 and Type 2 rise"),
        ("why they've no salt", ["what is type 1"], "why Type 1 have no salt"),
        ("who coined the term", ["explain flatbread"], "who coined Type 1"),
        ("what did she say", ["who is ada baker, and what is type 1"], "what did Ada Baker say"),
        ("what is her recipe", ["ada baker bakes type 1"], "what is Ada Baker's recipe"),
        ("why does it rise", ["what is type 1", "who is ada baker"], "why does Type 1 rise"),
        ("indicate which are quick", ["list type 1"], "indicate which Type 1 are quick"),
        ("list the types of type 1 which they added", ["ada baker"], "list the types of type 1"),
    ],
)
def test_name_from_before(referring: Referring, part: str, before: list[str], whole: str) -> None:
    """The first word that stands for a name gives way to the name that came last, of a person for a person."""
    assert referring.spelt_out(part, before) == whole


@pytest.mark.parametrize(
    "part, before",
    [
        ("how does type 2 rise when it is cold", ["what is type 1"]),
        ("is it true that type 2 is slow", ["what is type 1"]),
        ("what did he say", ["what is type 1"]),
        ("who with the term type 2", ["who coined type 1"]),
        ("what is it", ["my oven is broken"]),
        ("what is it", []),
        ("name the reasons which they gave for type 1", ["ada baker"]),
    ],
)
def test_nothing_to_take_over(referring: Referring, part: str, before: list[str]) -> None:
    """A word that stands for a name of its own part, or for nothing, or for something without a name stays."""
    assert referring.spelt_out(part, before) == part


@pytest.mark.parametrize(
    "part, before, whole",
    [
        ("why does she think that", ["ada baker finds rye sour"], "ada baker finds rye sour. why does Ada Baker think that"),
        (
            "what is it called",
            ["type 1", "there's a thing that lifts dough"],
            "there's a thing that lifts dough. what is it called",
        ),
    ],
)
def test_sentence_from_before(referring: Referring, part: str, before: list[str], whole: str) -> None:
    """A sentence goes along that is itself asked about, or speaks of something without its name."""
    assert referring.spelt_out(part, before) == whole


def test_nearest(referring: Referring) -> None:
    """What was named last is what the last sentence with a name names."""
    assert referring.nearest(["type 1 and type 2", "type 1.5 by ada baker", "no name"]) == ("type-1.5", "ada-baker")
    assert referring.nearest([]) == ()
