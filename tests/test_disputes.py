"""Which disagreement a question is about: by what is named, by meaning, by words."""

from __future__ import annotations

from typing import Any, List, Sequence

import pytest

from index.retrieval import Retriever
from index.vocabulary import Vocabulary
from knowledge.models import Course, Disagreement, Stance
from tests.conftest import ToyEncoder
from tutor.disputes import ASKED, Disputes


def disagreement(name: str, topic: str, about: Sequence[str], *claims: str, **more: Any) -> Disagreement:
    """A disagreement whose sides rest on these claims."""
    positions = tuple(Stance(author=f"Author {n}", claims=(claim,)) for n, claim in enumerate(claims))
    return Disagreement(id=name, topic=topic, about=tuple(about), difference="They differ.", positions=positions, **more)


DEFINITIONS = ("type-2.definition.baker", "type-2.definition.miller")
YEAST = disagreement("yeast", "what yeast is", ["type-2"], *DEFINITIONS)
SODA = disagreement("soda", "whether soda is salt", ["type-1.5", "type-1"], "type-1.5.weakness", "type-1.weakness")
SALT = disagreement("salt", "how much salt", ["type-1", "type-2"], "type-1.strength.salt", "type-2.weakness", questions=["salt?"])


@pytest.fixture
def made(course: Course, vocabulary: Vocabulary, retriever: Retriever) -> Any:
    """Make look-ups over these disagreements."""

    def make(*several: Disagreement) -> Disputes:
        fields = {name: getattr(course, name) for name in Course.__fields__}
        return Disputes(Course(**{**fields, "disagreements": several}), vocabulary, retriever)

    return make


def names(ranked: Any) -> List[str]:
    """The ids of what was ranked."""
    return [d.id for d, _ in ranked]


def test_none(made: Any) -> None:
    """In a course whose readings agree no question is about a disagreement."""
    none = made()

    assert (none.ranked("yeast"), none.ranked("yeast", ["type-2"]), none.asked("yeast", 0.0), none.on_meaning("type-2")) == (
        [],
        [],
        None,
        None,
    )


def test_ranked(made: Any) -> None:
    """The nearest comes first, each with the cosine of its nearest text."""
    ranked = made(YEAST, SODA, SALT).ranked("salt")

    assert names(ranked) == ["salt", "soda", "yeast"]
    assert [cosine for _, cosine in ranked] == pytest.approx([1, 0.5**0.5, 0], abs=1e-6)


def test_ranked_by_words(made: Any) -> None:
    """Of two that are equally near, the one with the rare words of the question comes first."""
    oven, night = (disagreement(word, f"yeast and the {word}", ["type-2"], *DEFINITIONS) for word in ("oven", "night"))

    assert names(made(oven, night).ranked("yeast night")) == ["night", "oven"]
    assert names(made(oven, night).ranked("yeast oven")) == ["oven", "night"]


@pytest.mark.parametrize(
    "concepts, found",
    [
        ([], ["salt", "soda", "yeast"]),
        (["type-2"], ["salt", "yeast"]),
        (["type-1"], ["salt", "soda"]),
        (["type-1", "type-2"], ["salt"]),
        (["type-1.5", "type-2"], ["salt", "soda", "yeast"]),  # none is about both
        (["ada-baker"], []),
        (["type-2", "ada-baker"], ["salt", "yeast"]),
    ],
)
def test_about(made: Any, concepts: Sequence[str], found: List[str]) -> None:
    """Of what is named, only disagreements on all of it count; if there are none, those on any of it."""
    assert names(made(YEAST, SODA, SALT).ranked("salt", concepts)) == found


def test_asked(made: Any) -> None:
    """A question that is nearly in the words of a disagreement asks for it, another asks for none."""
    disputes = made(YEAST, SODA, SALT)

    assert disputes.asked("how much salt", 0.0) == SALT
    assert disputes.asked("flour", 0.0) != SALT
    assert ASKED > 0.5**0.5
    assert made(SODA).asked("soda", 0.0) is None  # 1 / sqrt(2)


def test_asked_beside_a_claim(made: Any) -> None:
    """A question that is nearer to a claim than to any disagreement asks for none."""
    disputes = made(disagreement("d", "yeast yeast salt", ["type-2"], *DEFINITIONS))

    assert disputes.asked("yeast", 0.89) is not None  # 2 / sqrt(5)
    assert disputes.asked("yeast", 0.90) is None


def test_meaning(made: Any) -> None:
    """A concept is contested if two sides rest on definitions of it, and it is the main one that they differ on."""
    disputes = made(SODA, SALT, YEAST)

    assert disputes.on_meaning("type-2") == YEAST
    assert [disputes.on_meaning(c) for c in ("type-1.5", "type-1", "ada-baker", "nothing")] == [None] * 4


def test_meaning_of_another(made: Any) -> None:
    """Definitions of another concept, or a concept that is not the main one, make no contested meaning."""
    other = disagreement("other", "yeast", ["type-1", "type-2"], *DEFINITIONS)

    assert [made(other).on_meaning(c) for c in ("type-1", "type-2")] == [None, None]


def test_meaning_by_one_definition(made: Any) -> None:
    """One definition against something else is no contested meaning."""
    half = disagreement("half", "yeast", ["type-2"], "type-2.definition.baker", "type-2.weakness")

    assert made(half).on_meaning("type-2") is None


def test_names_are_written_one_way(course: Course, vocabulary: Vocabulary, retriever: Retriever) -> None:
    """A disagreement is searched with its names written one way, as questions are."""
    seen: List[str] = []

    class Noting(ToyEncoder):
        def encode(self, texts: Sequence[str]) -> Any:
            seen.extend(texts)
            return super().encode(texts)

    fields = {name: getattr(course, name) for name in Course.__fields__}
    search = Retriever(retriever.documents, retriever._dense, retriever._learned, retriever._lexical, Noting())
    Disputes(Course(**{**fields, "disagreements": [disagreement("d", "t2 yeast", ["type-2"], *DEFINITIONS)]}), vocabulary, search)

    assert seen == ["Type 2 yeast", "They differ."]
