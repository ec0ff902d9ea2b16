"""Weighing what a search found. The toy encoder sees yeast, soda and salt; the lexical side sees every stem."""

from __future__ import annotations

import math
from typing import Any, Dict, List

import pytest

from index import retrieval
from index.retrieval import Retriever
from index.vocabulary import Vocabulary
from tutor.catalogue import Catalogue
from tutor.evidence import ANSWERABLE, MOST, NEAR, NEAR_ELSEWHERE, STRONG, WEIGHTS, Evidence, Weigher
from tutor.understanding import Question, Request, understand


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a course of 17 claims, what two of them say is not common yet."""
    monkeypatch.setattr(retrieval, "COMMON_SHARE", 0.2)


@pytest.fixture
def weigher(catalogue: Catalogue, retriever: Retriever) -> Weigher:
    """Weighs claims of the test course."""
    return Weigher(catalogue, retriever)


@pytest.fixture
def read(catalogue: Catalogue, vocabulary: Vocabulary) -> Any:
    """Understand a text on the test course."""

    def _read(text: str, ranking: Dict[str, float] | None = None) -> Request:
        return understand(Question(text, ranking or {}), catalogue, vocabulary)

    return _read


def one(claim: str = "type-2.strength", cosine: float = 0.5) -> Evidence:
    """A claim found with this cosine."""
    return Evidence(claim, cosine, cosine, 0.0)


# -- searching -----------------------------------------------------------------------------------------------------


def test_best_first(weigher: Weigher, read: Any) -> None:
    """The claim that a question was written for comes first, and weights fall from there."""
    found = weigher.search(read("which loaf stays soft?"), ())

    assert (found[0].claim, found[0].cosine, found[0].coverage) == ("type-2.strength", pytest.approx(1.0), 1.0)
    assert [e.weight for e in found] == sorted((e.weight for e in found), reverse=True)


def test_other_topics_are_left_out(weigher: Weigher, read: Any) -> None:
    """Where a topic is asked for, claims that do not touch it are left out."""
    found = {e.claim for e in weigher.search(read("soda in type 1.5"), ("type-1.5",))}

    assert found == {"type-1.5.definition", "type-1.5.strength", "type-1.5.weakness", "type-1.5.relation"}


def test_people_leave_nothing_out(weigher: Weigher, read: Any, retriever: Retriever) -> None:
    """A concept without a number narrows nothing down."""
    assert len(weigher.search(read("salt"), ("ada-baker",))) == len(retriever.documents)


def test_intent_lifts_its_aspect(weigher: Weigher, read: Any) -> None:
    """Of claims that match alike, the aspect that the intent asks for comes first."""
    strength = weigher.search(read("type 2", {"ask_strengths": 0.9}), ("type-2",))
    weakness = weigher.search(read("type 2", {"ask_weaknesses": 0.9}), ("type-2",))

    assert (strength[0].claim, weakness[0].claim) == ("type-2.strength", "type-2.weakness")


def test_voice_is_lifted(weigher: Weigher, read: Any) -> None:
    """A claim that names the person asked about weighs more than with nobody asked about."""
    named = {e.claim: e.weight for e in weigher.search(read("yeast, says ada baker"), ())}
    plain = {e.claim: e.weight for e in weigher.search(read("yeast"), ())}

    assert named["type-2.definition.baker"] - named["type-2.origin"] > plain["type-2.definition.baker"] - plain["type-2.origin"]


def test_among(weigher: Weigher, read: Any, catalogue: Catalogue) -> None:
    """Only the claims given are ranked, those that bear most on the question first."""
    held = catalogue.held_by("ada-baker")

    assert weigher.among(read("yeast overnight"), held)[0] == "type-2.definition.baker"
    assert weigher.among(read("the soda tastes"), held)[0] == "type-1.5.weakness"
    assert set(weigher.among(read("soda"), held)) == {c.id for c in held}


# -- whether it answers --------------------------------------------------------------------------------------------


def test_features(weigher: Weigher, read: Any) -> None:
    """The signals of a question are those of the best claim and of its words."""
    request = read("is yeast pricey today?", {"ask_question": 0.5, "out_of_scope": 0.3, "manipulate": 0.1})

    features = weigher.features(request, [one("type-2.origin", 0.25)])

    yeast, unknown = weigher._retriever.idf("yeast"), weigher._unknown_idf
    covered = yeast / (yeast + unknown)
    assert set(features) == set(WEIGHTS)
    assert {name: features[name] for name in ("bias", "cosine", "coverage", "unknown", "current")} == pytest.approx(
        {"bias": 1, "cosine": 0.25, "coverage": covered, "unknown": 1 - covered, "current": 1}
    )
    assert sum(value for name, value in features.items() if name.startswith("off_topic")) == pytest.approx(0.4)


def test_features_without_leftover(weigher: Weigher, read: Any) -> None:
    """A question that is nothing but a name is covered whole."""
    features = weigher.features(read("type 1"), [one("type-1.definition")])

    assert (features["coverage"], features["unknown"]) == (1.0, 0.0)


def test_probability(weigher: Weigher, read: Any) -> None:
    """The probability is the logistic function of the weighted signals."""
    request, evidence = read("which loaf stays soft?"), [one(cosine=0.3)]

    z = sum(WEIGHTS[name] * value for name, value in weigher.features(request, evidence).items())

    assert weigher.probability(request, evidence) == pytest.approx(1 / (1 + math.exp(-z)))
    assert weigher.answers(request, evidence) is (weigher.probability(request, evidence) >= ANSWERABLE)


def test_signs() -> None:
    """Nearness and coverage speak for an answer; unknown words, news and other subjects against it."""
    against = {name for name, weight in WEIGHTS.items() if weight < 0} - {"bias"}

    assert {"cosine", "coverage"} <= set(WEIGHTS) - against
    assert {"unknown", "current"} <= against
    assert {name for name in WEIGHTS if name.startswith("off_topic")} <= against


def test_no_evidence(weigher: Weigher, read: Any) -> None:
    """Without evidence there is no answer, and nothing is singled out."""
    assert weigher.answers(read("type 1"), []) is False
    assert weigher.singles_out([], ["crust"]) is False


@pytest.mark.parametrize("text", ["how is bread doing right now", "type 2 in 2024", "what happened this year", "the latest loaf"])
def test_news(weigher: Weigher, read: Any, text: str) -> None:
    """Words that ask for news count against an answer: readings know none."""
    assert weigher.features(read(text), [one()])["current"] == 1.0


@pytest.mark.parametrize("text", ["how is bread made", "who knows yeast", "in 1950", "why does everybody bake these days"])
def test_no_news(weigher: Weigher, read: Any, text: str) -> None:
    """Words that merely contain such a word, past years, and what something is due to, ask for no news."""
    assert weigher.features(read(text), [one()])["current"] == 0.0


def test_singling_out(weigher: Weigher) -> None:
    """A rare word singles out the claim that has it."""
    assert weigher.singles_out([one("type-2.strength")], ["crust"])
    assert not weigher.singles_out([one("type-2.weakness", 0.9)], ["crust"])


def test_strong(weigher: Weigher) -> None:
    """A cosine from the threshold on is strong."""
    assert weigher.is_strong(one(cosine=STRONG))
    assert not weigher.is_strong(one(cosine=STRONG - 0.01))


def ranked(*claims: str, step: float) -> List[Evidence]:
    """These claims, each weighing a step less than the one before."""
    return [Evidence(claim, 1.0 - n * step, 0.5, 0.0) for n, claim in enumerate(claims)]


def test_best(weigher: Weigher) -> None:
    """The answer to a free question is the best claim and those close behind, but never many."""
    claims = ("type-2.strength", "type-2.weakness", "type-2.origin", "type-2.definition.baker")

    close, far = ranked(*claims, step=NEAR / 10), ranked(*claims, step=NEAR * 1.1)

    assert [e.claim for e in weigher.best(close)] == list(claims[:MOST])
    assert [e.claim for e in weigher.best(far)] == list(claims[:1])


def test_best_of_another_topic(weigher: Weigher) -> None:
    """What is about another numbered topic must be nearer to be said, unless that topic is asked for."""
    found = ranked("type-2.strength", "type-1.strength.fast", step=(NEAR + NEAR_ELSEWHERE) / 2)

    assert [e.claim for e in weigher.best(found)] == ["type-2.strength"]
    assert [e.claim for e in weigher.best(found, ("type-1",))] == ["type-2.strength", "type-1.strength.fast"]


# -- words ---------------------------------------------------------------------------------------------------------


def test_words(weigher: Weigher) -> None:
    """A word of most claims is common, one of a few is neither common nor unknown, one of none is unknown."""
    assert (weigher.is_common("type"), weigher.is_unknown("type")) == (True, False)
    assert (weigher.is_common("crust"), weigher.is_unknown("crust")) == (False, False)
    assert (weigher.is_common("pizza"), weigher.is_unknown("pizza")) == (False, True)


def test_unknown_share(weigher: Weigher, read: Any) -> None:
    """The share of unknown words is none, some or all."""
    assert weigher.unknown_share(read("crust")) == 0.0
    assert 0.5 < weigher.unknown_share(read("crust pizza")) < 1.0
    assert weigher.unknown_share(read("pizza")) == 1.0
    assert weigher.unknown_share(read("type 1")) == 0.0


@pytest.mark.parametrize(
    "text, ranking, cosine, off_topic",
    [
        ("pizza", {}, 0.1, True),
        ("pizza", {}, 0.6, False),
        ("pizza", {"out_of_scope": 0.9}, 0.45, True),
        ("pizza", {"ask_question": 0.9}, 0.45, False),
        ("pizza of type 1", {}, 0.1, False),
        ("pizza says ada baker", {}, 0.1, False),
    ],
)
def test_off_topic(weigher: Weigher, read: Any, text: str, ranking: Dict[str, float], cosine: float, off_topic: bool) -> None:
    """What names nothing of the course and is far from every claim is off topic; with that intent, farther in."""
    assert weigher.is_off_topic(read(text, ranking), [one(cosine=cosine)]) is off_topic


def test_off_topic_without_evidence(weigher: Weigher, read: Any) -> None:
    """What finds nothing at all is off topic."""
    assert weigher.is_off_topic(read("pizza"), [])
