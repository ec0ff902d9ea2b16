"""Short answers: what counts as said, what as denied, and how often the grades are those of a person."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence, Tuple

import pytest
import yaml

from index.encoder import PACKAGED, is_exported, load_encoder
from index.vocabulary import Vocabulary
from knowledge.loader import find_course, load_course
from knowledge.models import Course
from tests.conftest import ToyEncoder
from tutor.answer_words import completed, normal, signs, unheaped
from tutor.items import Item, ItemType, Point
from tutor.short_answers import ShortAnswers

REAL = Path(__file__).resolve().parent.parent / "var" / "encoder"
ANSWERS = Path(__file__).resolve().parent / "data" / "short_answers.yml"
needs_export = pytest.mark.skipif(not is_exported(PACKAGED, REAL), reason="the encoder is not exported; run: python -m tutor index")
AGREEMENT = 0.90  # share of labels that must be those of a person

Ask = Callable[[str, str], Tuple[str, ...]]


def short_item(course: Course, claim: str) -> Item:
    """The question of the course on a claim, with its points."""
    stem = course.open_questions[claim]
    points = tuple(Point(id=p.id, text=p.text, words=p.words, claim=claim) for p in course.points[claim])
    concept = course.concept_of[claim]
    return Item(id="x", type=ItemType.short_answer, form="own_words", concept=concept, stem=stem, points=points, claims=(claim,))


def said(text: str) -> Dict[str, int]:
    """The words of a text with their signs."""
    return signs(normal(text))


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, denied",
    [
        ("governments take part", set()),
        ("governments don't take part", {"government", "involve"}),
        ("governments aren't involved", {"government", "involve"}),
        ("governments do not vote", {"voter"}),
        ("without officials people talk", {"officials", "peopl"}),
        ("nobody enforces it", {"enforce"}),
        ("they cannot enforce treaties", {"enforce", "agreement"}),
        ("unofficial talks", {"offici"}),
        ("not unofficial", set()),
    ],
)
def test_denied(text: str, denied: set[str]) -> None:
    """A denial reaches what follows it, and the subject of who takes no part; two of them cancel out."""
    assert {stem for stem, sign in said(text).items() if sign < 0} == denied


@pytest.mark.parametrize("one, other", [("treaty", "agreements"), ("secretly", "private"), ("armies", "the military")])
def test_same_meaning(one: str, other: str) -> None:
    """Words that students use for the same thing count as one."""
    assert said(one) == said(other)


@pytest.mark.parametrize(
    "one, other", [("public", "secret"), ("weak", "strong"), ("punishments", "rewards"), ("informal", "formal")]
)
def test_opposite_meaning(one: str, other: str) -> None:
    """A word denies its opposite."""
    assert said(one) == {stem: -sign for stem, sign in said(other).items()} != {}


def test_completed() -> None:
    """What is denied in short is completed from the part before; a part that says something stays."""
    assert completed("§type-2 does not", "§type-1 has yeast") == "§type-2 no has yeast"
    assert completed("no salt", "§type-1 has yeast") == "no salt"
    assert completed("does not", "") == "does not"


def test_unheaped() -> None:
    """Keywords that nothing joins are taken apart; a sentence and a short phrase are not."""
    assert unheaped("bread yeast salt water") == ["bread", "yeast", "salt", "water"]
    assert unheaped("bread is yeast salt water") == ["bread is yeast salt water"]
    assert unheaped("salt water") == ["salt water"]


# -- by hand ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bread(course: Course, vocabulary: Vocabulary) -> ShortAnswers:
    """Short answers on bread, with the toy encoder."""
    return ShortAnswers(ToyEncoder(), course, vocabulary)


def test_points(bread: ShortAnswers, course: Course) -> None:
    """A grade names the points that are present and missing, in the order of the item, and their share."""
    item = short_item(course, "type-1.definition")

    graded = bread.grade(item, "it is baked dough")

    assert (graded.present, graded.missing, graded.score) == (("dough",), ("flat",), 0.5)


@pytest.mark.parametrize(
    "text", ["", " ", "?", "idk", "I don't know", "no idea sorry", "dunno", "i cant remember", "What is Type 1?", "type 1"]
)
def test_nothing(bread: ShortAnswers, course: Course, text: str) -> None:
    """Saying nothing, admitting it and repeating the question contain no point."""
    graded = bread.grade(short_item(course, "type-1.definition"), text)

    assert (graded.present, graded.score) == ((), 0.0)


def test_no_points(bread: ShortAnswers, course: Course) -> None:
    """An item without points has nothing to be right about."""
    item = short_item(course, "type-1.definition").copy(update={"points": ()})

    assert bread.grade(item, "baked dough").score == 0.0


def test_one_batch(course: Course, vocabulary: Vocabulary) -> None:
    """An answer is embedded in one batch, and the wordings of the points only once."""
    batches: List[Sequence[str]] = []

    class Counting(ToyEncoder):
        def encode(self, texts: Sequence[str]) -> Any:
            batches.append(texts)
            return super().encode(texts)

    short = ShortAnswers(Counting(), course, vocabulary)
    item = short_item(course, "type-1.definition")
    short.grade(item, "baked dough, it stays flat")
    short.grade(item, "flat dough")

    assert len(batches) == 2
    assert "dough from the oven" in batches[0]
    assert batches[1] == ["flat dough"]


# -- the real course -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Course:
    """The course that comes with the project."""
    return load_course(find_course("multi-track-diplomacy"))


@pytest.fixture(scope="module")
def grader(real: Course) -> ShortAnswers:
    """Short answers on the real course, with its encoder."""
    return ShortAnswers(load_encoder(PACKAGED, REAL), real, Vocabulary(real))


@pytest.fixture(scope="module")
def ask(real: Course, grader: ShortAnswers) -> Ask:
    """The points that an answer to the question on a claim contains."""
    return lambda claim, text: grader.grade(short_item(real, claim), text).present


def questions() -> List[Dict[str, Any]]:
    """The answers that were labelled by hand, by question."""
    read: List[Dict[str, Any]] = yaml.safe_load(ANSWERS.read_text(encoding="utf-8"))["questions"]
    return read


@needs_export
@pytest.mark.parametrize(
    "claim, right, wrong, point",
    [
        ("track-2.definition.usip", "no government takes part", "governments take part", "no-government"),
        ("track-1.strength.treaty-enforcement", "they enforce the treaties", "they cannot enforce the treaties", "enforce"),
        ("track-1.definition.usip", "track 1 is official diplomacy", "track 2 is official diplomacy", "official"),
        ("track-2.relation.track-1-official", "t2 is unofficial", "t1 is unofficial", "track-2"),
        ("carrots-and-sticks.definition", "carrots are rewards", "sticks are rewards", "positive"),
        ("track-2.method.confidential", "it stays confidential", "it is public", "confidential"),
    ],
)
def test_contradiction(ask: Ask, claim: str, right: str, wrong: str, point: str) -> None:
    """The same words denied, or said of another track, do not say the point."""
    assert point in ask(claim, right)
    assert point not in ask(claim, wrong)


@needs_export
def test_typo(ask: Ask) -> None:
    """A slip of the keyboard costs nothing."""
    assert ask("track-1.participants.officials", "diplomts") == ("diplomats",)


def test_labelled_answers(real: Course) -> None:
    """The labelled set is large, its halves share no answer, and each label follows from the points that are present."""
    halves: Dict[str, set[Tuple[str, str]]] = {"fit": set(), "test": set()}
    for q in questions():
        points = [p.id for p in real.points[q["claim"]]]
        for answer in q["answers"]:
            halves[answer["split"]].add((q["claim"], " ".join(answer["text"].lower().split())))
            assert set(answer["present"]) <= set(points)
            assert answer["label"] == label(len(answer["present"]), len(points)), answer["text"]

    assert not halves["fit"] & halves["test"]
    assert min(map(len, halves.values())) >= 80
    assert sum(map(len, halves.values())) == sum(len(q["answers"]) for q in questions())


@needs_export
def test_agreement(real: Course, grader: ShortAnswers) -> None:
    """On answers that nothing was fitted on, grades agree with a person's in at least nine of ten."""
    table: Counter[Tuple[str, str]] = Counter()
    for q in questions():
        item = short_item(real, q["claim"])
        for answer in (a for a in q["answers"] if a["split"] == "test"):
            table[answer["label"], label(len(grader.grade(item, answer["text"]).present), len(item.points))] += 1

    agreement = sum(n for (by_hand, graded), n in table.items() if by_hand == graded) / sum(table.values())
    assert agreement >= AGREEMENT, f"{agreement:.3f}\n{confusion(table)}"


def label(present: int, points: int) -> str:
    """Right with all points, partly with some, wrong with none."""
    return "right" if present == points else "partly" if present else "wrong"


def confusion(table: Counter[Tuple[str, str]]) -> str:
    """A row for each label by hand, a column for each grade."""
    names = ("right", "partly", "wrong")
    rows = [f"{by_hand:>8}" + "".join(f"{table[by_hand, graded]:8}" for graded in names) for by_hand in names]
    return "\n".join(["by hand \\ graded", " " * 8 + "".join(f"{name:>8}" for name in names), *rows])
