"""Grading replies: by the key, by pairs, by the points of a short answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence, Tuple

import pytest

from tutor.grading import Result, grade
from tutor.items import Item, ItemType, Option, Point, Prompt
from tutor.quiz_replies import Kind, Reply


@dataclass(frozen=True)
class Told:
    """What a reader of short answers finds."""

    present: Tuple[str, ...]
    missing: Tuple[str, ...]
    score: float


def item(kind: ItemType, key: Sequence[str] = (), points: Sequence[str] = ()) -> Item:
    """An item of four options and three prompts."""
    return Item(
        id="i",
        type=kind,
        form="toy",
        concept="type-1",
        stem="?",
        options=tuple(Option(id=i, text=i) for i in "abcd"),
        prompts=tuple(Prompt(id=i, text=i) for i in "123"),
        key=tuple(key),
        points=tuple(Point(id=p, text=p, claim="c") for p in points),
        claims=("c",),
    )


def chosen(*ids: str) -> Reply:
    """A reply that chooses these."""
    return Reply(kind=Kind.chosen, chosen=ids, text=" ".join(ids))


@pytest.mark.parametrize("kind, key", [(ItemType.multiple_choice, "b"), (ItemType.true_false, "true")])
def test_one_key(kind: ItemType, key: str) -> None:
    """A single choice is right or wrong, with nothing between."""
    asked = item(kind, [key])

    assert grade(asked, chosen(key)) == Result(correct=True, score=1, chosen=(key,), text=key)
    assert grade(asked, chosen("c")) == Result(correct=False, score=0, chosen=("c",), text="c")


@pytest.mark.parametrize(
    "ids, score",
    [("ac", 1), ("a", 0.5), ("ab", 0), ("abc", 0.5), ("abcd", 0), ("b", 0), ("bd", 0), ("", 0)],
)
def test_several_keys(ids: str, score: float) -> None:
    """Of several keys a wrong choice takes back a right one, never below nothing; only the exact set is correct."""
    result = grade(item(ItemType.select_all, "ac"), chosen(*ids))

    assert (result.score, result.correct, result.chosen) == (score, ids == "ac", tuple(ids))


@pytest.mark.parametrize("pairs, share", [("1a 2b 3c", 1), ("1a 2c 3b", 1 / 3), ("1b 2c 3a", 0), ("1a 2b", 2 / 3), ("3c 1a 2b", 1)])
def test_pairs(pairs: str, share: float) -> None:
    """Of pairs the share that is right counts, in any order; all of them must be there to be correct."""
    result = grade(item(ItemType.match, ["1a", "2b", "3c"]), chosen(*pairs.split()))

    assert result.score == pytest.approx(share)
    assert result.correct == (share == 1)


@pytest.mark.parametrize("score, correct", [(1.0, True), (0.99, True), (0.98, False), (0.5, False), (0.0, False)])
def test_short_answer(score: float, correct: bool) -> None:
    """A short answer is as good as its points, and correct when none is missing."""
    asked = item(ItemType.short_answer, points=["p", "q"])
    reply = Reply(kind=Kind.free, text="It is quick.")

    result = grade(asked, reply, lambda asked, text: Told(("p",), ("q",), score))

    assert result == Result(correct=correct, score=score, present=("p",), missing=("q",), text="It is quick.")


def test_short_answer_reads_what_was_typed() -> None:
    """The item and the text as typed go to the reader of short answers."""
    asked, heard = item(ItemType.short_answer, points=["p"]), []

    grade(asked, Reply(kind=Kind.free, text="It's QUICK"), lambda *told: heard.append(told) or Told((), ("p",), 0.0))  # type: ignore[func-returns-value]

    assert heard == [(asked, "It's QUICK")]


@pytest.mark.parametrize("kind", list(ItemType))
def test_giving_up(kind: ItemType) -> None:
    """Who gives up has chosen nothing, scores nothing and misses every point; nobody is asked to read that."""
    asked = item(kind, ["a"], ["p", "q"])

    result = grade(asked, Reply(kind=Kind.gives_up, text="idk"), lambda *_: pytest.fail("read"))

    assert result == Result(correct=False, score=0, chosen=(), missing=("p", "q"), text="idk")


@pytest.mark.parametrize("kind", [Kind.none, Kind.ambiguous])
def test_no_answer(kind: Kind) -> None:
    """What is no clear answer is never graded."""
    with pytest.raises(ValueError, match=f"of kind {kind.value} cannot be graded: 'why\\?'"):
        grade(item(ItemType.multiple_choice, "a"), Reply(kind=kind, text="why?"))


def test_nobody_to_read() -> None:
    """A short answer is not graded by guesswork where nothing can read it."""
    with pytest.raises(ValueError, match="nothing to grade the short answer of i with"):
        grade(item(ItemType.short_answer, points=["p"]), Reply(kind=Kind.free, text="It is quick."))
