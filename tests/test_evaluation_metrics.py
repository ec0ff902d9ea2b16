"""The figures of the evaluation, each against an example that was computed by hand."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict

import pytest

from bench.evaluation import answers, calibration, certainty, intents, play, ranking, retrieval
from bench.evaluation.judging import Part, Said, faults, is_confused, quoted, said
from bench.evaluation.messages import GROUPS, Message, load
from bench.evaluation.report import _better
from knowledge.models import Course

ASKED = Message("a", "whats type 1", "answer", concepts=("type-1",), aspects=("definition",), mention=("(?i)rising", "dough"))
OUTSIDE = Message("b", "weather?", "decline", reason="off_topic")
REFUSED = Said("decline", (Part("The course does not cover that.", ()),), "off_topic")


def citation(number: int, passage: str, source: str = "baker-1950") -> Dict[str, Any]:
    return {"number": number, "passage": passage, "source": source}


# -- judging ---------------------------------------------------------------------------------------------------------


def test_everything_spoken_is_read() -> None:
    """Sentences, positions and cells are said, with the passages they cite; silent cells, leads and headings are not."""
    reply = {
        "kind": "answer",
        "lead": "Lead",
        "sentences": [{"text": "One.", "citations": [1, 9], "heading": "Heading"}],
        "positions": [{"author": "Ada", "text": "Two.", "citations": [2]}],
        "table": {
            "rows": [{"cells": [{"text": "three", "citations": [1]}, {"text": "The course does not say.", "citations": []}]}]
        },
        "citations": [citation(1, "p.one"), citation(2, "q.two", "miller-1980")],
    }

    found = said(reply)

    assert found.text == "One.\nTwo.\nthree"
    assert found.parts == (Part("One.", ("p.one",), dangling=1), Part("Two.", ("q.two",)), Part("three", ("p.one",)))
    assert found.sources == {"baker-1950", "miller-1980"}


def test_other_kinds_say_their_message() -> None:
    """A reply that is no answer is judged by its message and its reason."""
    assert said({"kind": "decline", "message": "No.", "reason": "unsafe"}) == Said("decline", (Part("No.", ()),), "unsafe")


def test_right_answer(course: Course) -> None:
    """An answer of the right kind that mentions every fact is right."""
    assert faults(ASKED, quoted(["type-1.definition"], course)) == []


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"kind": "chat"}, "answer instead of chat"),
        ({"mention": ("yeast",)}, "does not mention yeast"),
        ({"forbid": ("dough",)}, "mentions dough"),
        ({"sources": ("miller-1980",)}, "cites none of miller-1980"),
    ],
)
def test_each_fault(course: Course, change: Dict[str, Any], fault: str) -> None:
    """Wrong kind, missing fact, forbidden words and missing source are faults."""
    assert faults(replace(ASKED, **change), quoted(["type-1.definition"], course)) == [fault]


def test_alternative_kind() -> None:
    """Where declining is as good as answering, it need not mention what the answer would."""
    assert faults(replace(ASKED, or_kind="decline"), REFUSED) == []
    assert faults(ASKED, REFUSED) == ["decline instead of answer"]


def test_facts_are_wanted_of_chat_too() -> None:
    """Where no answer is expected, the message itself must mention the facts."""
    message = Message("c", "are you a bot", "chat", mention=("tutor",))

    assert faults(message, Said("chat", (Part("Hello.", ()),))) == ["does not mention tutor"]


# -- confusion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims, confused",
    [
        (["type-1.definition"], False),
        (["type-1.5.definition"], True),
        (["type-1.5.strength"], False),  # also true of Type 1
        (["type-1.5.relation"], False),  # about Type 1, too
        (["type-1.5.definition", "type-1.definition"], False),  # one of them is right
        (["ada-baker.definition"], False),  # of no numbered concept
        ([], False),
    ],
)
def test_confusion(course: Course, claims: list[str], confused: bool) -> None:
    """A part is confused if each claim it cites is about a numbered concept and none about an expected one."""
    part = Part("...", tuple(f"{course.claim[c].source}.{c}" for c in claims))

    assert is_confused(ASKED, part, course) is confused


def test_no_confusion_without_number(course: Course) -> None:
    """A question about something without a number cannot confuse the numbered."""
    asked = replace(ASKED, concepts=("ada-baker",))

    assert not is_confused(asked, Part("...", ("baker-1950.type-1.5.definition",)), course)


# -- answers ---------------------------------------------------------------------------------------------------------


def test_figures(course: Course) -> None:
    """Five replies: one right, one confused, one refused, one false answer, one right refusal for another reason."""
    messages = [ASKED, ASKED, ASKED, OUTSIDE, OUTSIDE]
    replies = [
        quoted(["type-1.definition", "type-1.weakness"], course),
        quoted(["type-1.5.definition"], course),
        REFUSED,
        quoted(["type-1.definition"], course),
        replace(REFUSED, reason="unsafe"),
    ]

    found = answers.measure(messages, replies, course)

    assert found["right"] == {"count": 2, "of": 5, "share": 0.4}
    assert found["by_group"]["definitions"] == {"count": 1, "of": 3, "share": 0.3333}
    assert found["by_group"]["unsafe"] == {"count": 0, "of": 0, "share": None}
    assert found["declined"] == {"count": 1, "of": 2, "share": 0.5}
    assert found["reason_right"] == {"count": 0, "of": 1, "share": 0.0}
    assert found["false_refusals"] == {"count": 1, "of": 3, "share": 0.3333}
    assert found["false_refusals_alone"] == found["false_refusals"]
    assert found["false_answers"] == {"count": 1, "of": 2, "share": 0.5}
    assert found["track_confusion"]["answers"] == {"count": 1, "of": 2, "share": 0.5}
    assert found["track_confusion"]["unnamed"] == {"count": 1, "of": 2, "share": 0.5}
    assert found["track_confusion"]["parts"] == {"count": 1, "of": 3, "share": 0.3333}
    assert found["citation_precision"]["concept"] == {"count": 2, "of": 3, "share": 0.6667}
    assert found["citation_precision"]["concept_and_aspect"] == {"count": 1, "of": 3, "share": 0.3333}
    assert found["fact_recall"] == {"count": 3, "of": 6, "share": 0.5}  # two facts, dough, nothing
    assert found["uncited_parts"]["count"] == found["unresolved_citations"] == 0


def test_uncited_and_unresolved(course: Course) -> None:
    """A part without a citation is counted, and so is each citation that leads nowhere."""
    reply = Said("answer", (Part("One.", ()), Part("Two.", ("nowhere.at-all",)), Part("Three.", (), dangling=1)))

    found = answers.measure([ASKED], [reply], course)

    assert found["uncited_parts"] == {"count": 1, "of": 3, "share": 0.3333}
    assert found["unresolved_citations"] == 2


def test_groups() -> None:
    """Every message is in one of the groups."""
    assert {m.group for m in load()} == set(GROUPS)


def test_confusion_that_names_what_was_asked(course: Course) -> None:
    """A confused part that names the expected concept all the same is counted, and counted apart."""
    reply = Said("answer", (Part("Unlike Type 1, Type 1.5 rises.", ("baker-1950.type-1.5.definition",)),))

    found = answers.measure([ASKED], [reply], course)["track_confusion"]

    assert (found["answers"]["count"], found["unnamed"]["count"], found["messages"]) == (1, 0, ["a"])


# -- ranking ---------------------------------------------------------------------------------------------------------


def test_recall_and_hit() -> None:
    """Of three wanted, one stands among the first two, two among the first four."""
    ranked, wanted = ["x", "a", "y", "b"], {"a", "b", "c"}

    assert [ranking.recall(ranked, wanted, k) for k in (1, 2, 4)] == [0, 1 / 3, 2 / 3]
    assert [ranking.hit(ranked, wanted, k) for k in (1, 2)] == [0, 1]


def test_ndcg() -> None:
    """Wanted at ranks 2 and 4 instead of 1 and 2."""
    gain = 1 / math.log2(3) + 1 / math.log2(5)

    assert ranking.ndcg(["x", "a", "y", "b"], {"a", "b"}, 10) == pytest.approx(gain / (1 + 1 / math.log2(3)))
    assert ranking.ndcg(["a", "b"], {"a", "b"}, 10) == 1


def test_relevant(course: Course) -> None:
    """Relevant is a claim about an expected concept that holds an expected fact."""
    message = replace(ASKED, mention=("waiting", "ten minutes"))

    assert ranking.relevant(message, course) == {"type-1.strength.fast", "type-1.5.strength"}


def test_queries_without_relevant_claims_do_not_count() -> None:
    """The means are over queries that could succeed."""
    assert ranking.measure([["a"], ["b"]], [{"a"}, set()])["queries"] == 1


def test_threshold() -> None:
    """The highest score that declines no more than the share allowed; follow-ups do not count."""
    messages = [ASKED] * 4 + [OUTSIDE, replace(ASKED, context=("hi",))]
    scores = [0.9, 0.5, 0.7, 0.8, 0.6, 0.1]

    assert retrieval.threshold(scores, messages, 0.0) == 0.5
    assert retrieval.threshold(scores, messages, 0.25) == 0.7


def test_best_threshold(course: Course) -> None:
    """The threshold between what should be declined and what is answered rightly; equal scores are never parted."""
    right, wrong = quoted(["type-1.definition"], course), quoted(["type-2.definition.miller"], course)

    assert retrieval.best_threshold([0.2, 0.5, 0.9], [OUTSIDE, OUTSIDE, ASKED], [wrong, wrong, right]) == (0.9, 3)
    assert retrieval.best_threshold([0.5, 0.5, 0.9], [OUTSIDE, ASKED, ASKED], [wrong, right, right]) == (0.5, 2)


# -- intents ---------------------------------------------------------------------------------------------------------


def test_scores() -> None:
    """Two a's, one taken for b; one b."""
    found = intents.scores(["a", "a", "b"], ["a", "b", "b"])

    assert (found["accuracy"], found["f1"]) == (0.6667, {"a": 0.6667, "b": 0.6667})
    assert found["confusion"] == {"a": {"a": 1, "b": 1}, "b": {"b": 1}}


def test_f1_of_what_is_never_found() -> None:
    """An intent that is never found has an F1 of 0."""
    assert intents.f1({"a": Counter({"b": 2}), "b": Counter({"b": 1})}, "a") == 0


def test_intents_on_messages() -> None:
    """A definition may be asked for or explained; off topic must be out of scope, and so must nothing answerable."""
    found = intents.on_messages([ASKED, ASKED, ASKED, OUTSIDE], ["explain", "ask_question", "out_of_scope", "nlu_fallback"])

    assert found["expected_act"]["count"] == 1
    assert found["left_open"]["count"] == 1
    assert found["family"]["count"] == 3
    assert found["out_of_scope_recall"] == {"count": 1, "of": 1, "share": 1.0}
    assert found["false_out_of_scope"] == {"count": 1, "of": 3, "share": 0.3333}


# -- calibration -----------------------------------------------------------------------------------------------------


def test_calibration() -> None:
    """Two at 0.25 of which one happened, two at 1 that both happened."""
    probabilities, happened = [0.25, 0.25, 1.0, 1.0], [True, False, True, True]

    found = calibration.measure(probabilities, happened)

    assert found["ece"] == 0.125  # half of them are off by 0.25
    assert found["brier"] == round((0.75**2 + 0.25**2) / 4, 4)
    assert [(b["count"], b["predicted"], b["observed"]) for b in found["bins"]] == [(2, 0.25, 0.5), (2, 1.0, 1.0)]


def test_plot() -> None:
    """Each bin is a dot where prediction meets observation."""
    plot = calibration.reliability_svg([{"count": 2, "predicted": 0.25, "observed": 0.5}], "Title")

    assert 'cx="128.0" cy="208.0"' in plot  # 48 + 0.25 * 320; 48 + 0.5 * 320
    assert plot.count("<circle") == 1


def test_probability() -> None:
    """Without signals the odds are even."""
    assert certainty.probability({}) == 0.5


def test_folds() -> None:
    """Every row is held out once and never trained on meanwhile."""
    assert certainty.folds(5, 2) == [([1, 3], [0, 2, 4]), ([0, 2, 4], [1, 3])]


# -- running ---------------------------------------------------------------------------------------------------------


def test_cache(tmp_path: Path) -> None:
    """A result is made once for the same inputs, and replaces that of other inputs."""
    made = iter([{"n": 1}, {"n": 2}])

    first, again = (play.cached(tmp_path / "thing-a.json", lambda: next(made)) for _ in range(2))
    other = play.cached(tmp_path / "thing-b.json", lambda: next(made))

    assert (first, again, other) == ({"n": 1}, {"n": 1}, {"n": 2})
    assert [f.name for f in tmp_path.iterdir()] == ["thing-b.json"]


def test_winners() -> None:
    """A figure in which another does better is told, whether more or less of it is better."""
    report = {"us": {"good": 0.5, "bad": 0.1}, "them": {"good": 0.6, "bad": 0.2}}
    figures = [("good", "good", True), ("bad", "bad", False)]

    lines = _better(report, [("us", "us"), ("them", "them"), ("absent", "absent")], "us", figures, "")

    assert lines == ["good: them 60.0 %; us 50.0 %"]
