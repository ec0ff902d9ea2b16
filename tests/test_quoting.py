"""Quotations from the library: word for word, around the best sentence, and how surely they answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Callable, Sequence

import pytest

from index.library import Store
from index.shelf import Shelf
from index.vocabulary import Vocabulary
from tests.conftest import ToyEncoder
from tests.readings import shelve
from tutor.library import Library
from tutor.quoting import LEAST_COSINE, LONGEST_QUOTE, NEAR, WEIGHTS, Quotation, Quoter, features, probability, run

Making = Callable[..., Quoter]


@pytest.fixture
def quoter(tmp_path: Path, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> Making:
    """Make a quoter over readings of these paragraphs."""

    def make(**readings: Sequence[str]) -> Quoter:
        store = Store(tmp_path / "library")
        shelve(store, readings, toy_encoder, vocabulary)
        return Quoter(Library(store, toy_encoder, "toy"), toy_encoder)

    return make


def shelf_of(quoter: Quoter) -> Shelf:
    """What a quoter searches."""
    shelf = quoter._library.shelf
    assert shelf is not None
    return shelf


# -- a run of sentences --------------------------------------------------------------------------------------------

PLAIN = ["One.", "Two.", "Six.", "Ten.", "Us."]


@pytest.mark.parametrize(
    "weights, at, first, last",
    [
        ([0.9], 0, 0, 0),
        ([0.1, 0.9, 0.1], 1, 1, 1),
        ([0.1, 0.9, 0.9 - NEAR, 0.1], 1, 1, 2),
        ([0.9 - NEAR, 0.9, 0.1], 1, 0, 1),
        ([0.9 - NEAR, 0.9, 0.9 - NEAR], 1, 0, 2),
        ([0.1, 0.9, 0.1, 0.9], 1, 1, 1),
        ([0.9, 0.9, 0.9, 0.9, 0.9], 0, 0, 2),
        ([0.9, 0.9, 0.9, 0.9, 0.9], 2, 2, 4),
        ([0.9, 0.9, 0.9, 0.9, 0.9], 4, 2, 4),
        ([0.9, 0.9, 0.9 - 2 * NEAR], 0, 0, 1),
    ],
)
def test_run(weights: Sequence[float], at: int, first: int, last: int) -> None:
    """A quotation is the best sentence with the neighbours that are near in weight, what follows before what precedes."""
    assert run(weights, at, PLAIN[: len(weights)]) == (first, last)


@pytest.mark.parametrize("start", ["This", "It", "However,", "For example,", "they", "In addition,", "Such loaves"])
def test_leaning_back(start: str) -> None:
    """A sentence that leans back brings the one before, however little that weighs."""
    assert run([0.0, 0.9], 1, ["Dough is old.", f"{start} rises."]) == (0, 1)


def test_leaning_back_twice() -> None:
    """If the sentence before leans back too, its own is brought as well, up to the longest quotation."""
    texts = ["Dough.", "It rises.", "This takes a night.", "Then it falls."]

    assert run([0.0, 0.0, 0.9, 0.0], 2, texts) == (0, 2)
    assert run([0.0, 0.0, 0.0, 0.9], 3, texts) == (1, 3)
    assert LONGEST_QUOTE == 3


@pytest.mark.parametrize("start", ["Thistles", "Italian loaves", "Sour dough", "Thespians", "Hereditary bakers", "Butter"])
def test_not_leaning_back(start: str) -> None:
    """A word that merely begins like one that leans back brings nothing."""
    assert run([0.0, 0.9], 1, ["Dough is old.", f"{start} rises."]) == (1, 1)


def test_leaning_back_at_the_beginning() -> None:
    """A paragraph that begins by leaning back has nothing to bring."""
    assert run([0.9, 0.0], 0, ["This rises.", "Dough."]) == (0, 0)


def test_leaning_back_before_going_on() -> None:
    """A sentence that leans back brings the one before, even if those after it are near."""
    first, last = run([0.0, 0.9, 0.9, 0.9], 1, ["Dough is old.", "This rises.", "Loaves rise.", "Rolls rise."])

    assert (first, last) == (0, 2)


# -- probability ---------------------------------------------------------------------------------------------------


def test_probability() -> None:
    """The probability is the logistic function of the weighted features."""
    measured = {"cosine": 0.5, "coverage": 0.25, "unknown": 0.1, "off_topic": 0.2}

    odds = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in measured.items())

    assert probability(measured) == pytest.approx(1 / (1 + math.exp(-odds)))


@pytest.mark.parametrize("name", ["cosine", "coverage", "unknown", "off_topic"])
def test_signs(name: str) -> None:
    """Nearness and covered words speak for a passage; unknown words and other subjects against it."""
    some = dict.fromkeys(["cosine", "coverage", "unknown", "off_topic"], 0.5)

    assert (probability({**some, name: 1.0}) > probability(some)) is (name in ("cosine", "coverage"))


def test_too_far() -> None:
    """A passage that is far from the question answers it by no words."""
    near = {"cosine": LEAST_COSINE, "coverage": 1.0, "unknown": 0.0, "off_topic": 0.0}

    assert probability({**near, "cosine": LEAST_COSINE - 0.01}) == 0.0
    assert probability(near) > 0.0


def test_features(quoter: Making) -> None:
    """The features of a passage are its cosine and coverage, the weight of unknown words, and what the model suspects."""
    shelf = shelf_of(quoter(a=["Yeast raises dough.", "Salt slows yeast down."]))
    (find, *_) = shelf.search("yeast")

    measured = features(find, ["yeast", "zebra"], shelf, 0.3)

    yeast, zebra = shelf.idf("yeast"), shelf.idf("zebra")
    assert measured == {"cosine": 1.0, "coverage": 1.0, "unknown": pytest.approx(zebra / (yeast + zebra)), "off_topic": 0.3}
    assert features(find, [], shelf, 0.0)["unknown"] == 0.0


def test_likelihood(quoter: Making) -> None:
    """How surely a question is answered is told without a quotation, and is what the quotation carries."""
    made = quoter(a=["Yeast raises dough.", "Soda lifts it."])

    likely = made.likelihood("yeast", ["yeast"], 0.0)
    quoted = made.quote("yeast", ["yeast"], 0.0)

    assert likely == pytest.approx(1 / (1 + math.exp(-(WEIGHTS["bias"] + WEIGHTS["cosine"] + WEIGHTS["coverage"]))))
    assert quoted is not None
    assert quoted.probability == likely
    assert made.features("yeast", ["yeast"], 0.0)["cosine"] == 1.0


def test_off_topic(quoter: Making) -> None:
    """What the model takes for another subject is answered less surely."""
    made = quoter(a=["Yeast raises dough."])

    assert made.likelihood("yeast", ["yeast"], 0.9) < made.likelihood("yeast", ["yeast"], 0.0)


def test_documents_left_out(quoter: Making) -> None:
    """Documents that are left out neither answer nor are quoted."""
    made = quoter(a=["Yeast raises dough."], b=["Yeast, soda and salt are sold here."])

    found = made.quote("yeast", ["yeast"], 0.0, without={"a"})

    assert found is not None
    assert found.passage.startswith("b.paragraph.1.")
    assert found.probability == made.likelihood("yeast", ["yeast"], 0.0, without={"a"}) < made.likelihood("yeast", ["yeast"], 0.0)
    assert made.quote("yeast", ["yeast"], 0.0, without={"a", "b"}) is None


# -- quoting -------------------------------------------------------------------------------------------------------


def quoted(quoter: Quoter, query: str) -> Any:
    """What is quoted for a question of these words."""
    return quoter.quote(query, query.split(), 0.0)


def test_quote(quoter: Making) -> None:
    """The best sentence is quoted, with the place of its paragraph and how its reading is cited."""
    found = quoted(quoter(a=["Soda lifts.", "Flour is white. Yeast raises dough. Water is wet."]), "yeast")

    assert isinstance(found, Quotation)
    assert found.sentences == ("Yeast raises dough.",)
    assert (found.passage, found.locator, found.source.title) == ("a.paragraph.2.16-35", "paragraph 2", "On a")
    assert found.text == "Flour is white. Yeast raises dough. Water is wet."


def test_quote_leans_back(quoter: Making) -> None:
    """A quoted sentence that leans back brings the one it leans on."""
    found = quoted(quoter(a=["Dough is flour and water. It rises with yeast. Water is wet."]), "yeast")

    assert found.sentences == ("Dough is flour and water.", "It rises with yeast.")


def test_quote_by_rare_words(quoter: Making) -> None:
    """Of sentences that mean the same the one with the rare words of the question is quoted."""
    found = quoted(quoter(a=["Yeast lives.", "Some say yeast. Egypt knew yeast. Bakers buy yeast."]), "yeast egypt")

    assert "Egypt knew yeast." in found.sentences


def test_quote_is_verbatim(quoter: Making) -> None:
    """Whatever is quoted stands in the paragraph word for word, sentence for sentence."""
    made = quoter(
        a=["Dr. Baker used yeast, e.g. fresh yeast. This (she said) “is best.” Soda is for T1.5! Is salt?"],
        b=["Salt, i.e. 2.5 grams, slows yeast… However, soda does not mind.", "No."],
    )

    for query in ("yeast", "soda", "salt", "grams", "zebra", ""):
        found = quoted(made, query)
        assert " ".join(found.sentences) in found.text
        assert 0 < len(found.sentences) <= LONGEST_QUOTE


def test_quote_of_a_long_paragraph(quoter: Making) -> None:
    """The best sentence of a long paragraph is found in whichever of its passages it stands."""
    found = quoted(quoter(a=["Flour is ground from grain. " * 60 + "Yeast raises dough. Water is wet."]), "yeast")

    assert found.sentences == ("Yeast raises dough.",)


def test_nothing_to_quote(quoter: Making) -> None:
    """An empty library quotes nothing and answers nothing."""
    made = quoter()

    assert quoted(made, "yeast") is None
    assert (made.likelihood("yeast", ["yeast"], 0.0), made.features("yeast", ["yeast"], 0.0)) == (0.0, {})
