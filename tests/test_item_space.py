"""The item space: complete, the same each time, each item proved, none that can be guessed by its form."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Tuple

import pytest

from index.encoder import PACKAGED, is_exported, load_encoder
from knowledge.loader import load_course
from knowledge.models import Aspect, Course
from tests.conftest import ROOT, ToyEncoder
from tests.test_item_rules import edited
from tutor.item_lists import Alikeness
from tutor.item_space import Space, items, survey
from tutor.items import Item, ItemType, Why
from tutor.quiz_commands import failures

REAL = ROOT / "var" / "encoder"
needs_export = pytest.mark.skipif(not is_exported(PACKAGED, REAL), reason="the encoder is not exported; run: python -m tutor index")
TRACKS = ("track-1", "track-1.5", "track-2")


def space_of(course: Course, encoder: ToyEncoder) -> Tuple[Item, ...]:
    return items(course, Alikeness.over(course, encoder))


def test_same_course_same_items(course: Course, toy_encoder: ToyEncoder) -> None:
    """The same course gives the same items, to the letter and in the same order."""
    assert space_of(course, toy_encoder) == space_of(course, toy_encoder) != ()


def test_changed_claim_retires_its_items(course: Course, toy_encoder: ToyEncoder) -> None:
    """A claim that says something else gives its items new ids; items that do not rest on it keep theirs."""
    before = space_of(course, toy_encoder)
    after = space_of(edited(course, "type-1.5.definition", text="Type 1.5 is dough that soda lifts in a pan."), toy_encoder)

    gone = {i.id for i in before} - {i.id for i in after}
    assert gone
    assert all("type-1.5.definition" in i.claims for i in before if i.id in gone)
    assert not any(i.id in gone for i in before if "type-1.5.definition" not in i.claims)


def test_listed_and_wrong(course: Course, toy_encoder: ToyEncoder) -> None:
    """The key stands in the list that is asked for, the others in those of others."""
    (item,) = [i for i in space_of(course, toy_encoder) if i.form == "definition_of"]

    grounds = item.grounds()
    (key,) = item.key
    assert item.stem == "Which of these describes Type 1, according to the readings?"
    assert (grounds[key].why, grounds[key].belongs) == (Why.listed, "type-1")
    assert {g.belongs for g in item.proof if not g.right} == {"type-1.5", "type-2"}
    assert [o.text for o in item.options if o.id == key] == ["Dough baked without rising"]


def test_unclear_is_not_wrong(course: Course, toy_encoder: ToyEncoder) -> None:
    """A claim of which it is not settled whether it holds of a concept is never called wrong of it."""
    claim = "type-1.strength.salt"
    before = [i for i in space_of(course, toy_encoder) if claim in i.claims and i.form == "of_which"]
    after = [i for i in space_of(edited(course, claim, unclear_for=("type-2",)), toy_encoder) if i.form == "of_which"]

    assert before or claim not in {c for i in after for c in i.claims}
    assert all(claim not in i.claims for i in after)


def test_short_answer(course: Course, toy_encoder: ToyEncoder) -> None:
    """Each claim with key points is asked for once, to be answered in the student's own words."""
    asked = [i for i in space_of(course, toy_encoder) if i.type is ItemType.short_answer]

    assert [i.claims[0] for i in asked] == list(course.points)
    for item in asked:
        assert [p.text for p in item.points] == [p.text for p in course.points[item.claims[0]]]
        assert item.options == item.key == ()


def test_without_series(course: Course, toy_encoder: ToyEncoder) -> None:
    """A course that numbers nothing has items all the same, and none that asks for a number."""
    plain = [c.copy(update={"number": None, "part_of": None}) for c in course.concepts]
    fields = {name: getattr(course, name) for name in course.__fields__ if name not in ("concepts", "series")}

    found = space_of(Course(**fields, concepts=tuple(plain)), toy_encoder)

    assert found
    assert not {"of_which", "called", "match_tracks"} & {i.form for i in found}


def test_likeness_leaves_names_out(course: Course, toy_encoder: ToyEncoder) -> None:
    """Two texts that differ in the name of the type alone are the same to the eye that looks for repetitions."""
    alike = Alikeness.over(course, toy_encoder)

    assert alike("Type 1 has yeast.", "Type 2 has yeast.") == pytest.approx(1)
    assert alike("Type 1 has yeast.", "Type 1 has soda.") == pytest.approx(0)


# -- the real course -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Course:
    return load_course(ROOT / "knowledge" / "packs" / "multi-track-diplomacy")


@pytest.fixture(scope="module")
def alike(real: Course) -> Alikeness:
    return Alikeness.over(real, load_encoder(PACKAGED, Path(REAL)))


@pytest.fixture(scope="module")
def space(real: Course, alike: Alikeness) -> Space:
    return survey(real, alike)


@needs_export
def test_every_item_is_proved(space: Space, real: Course, alike: Alikeness) -> None:
    """Every item that is offered passes when it is looked up anew in the course, without what made it; so do all together."""
    assert failures(space.items, real, alike) == []


@needs_export
def test_enough_of_each_type(space: Space, real: Course) -> None:
    """There are 60 items of each type, except short answers, of which there is one for each claim with points."""
    counts = Counter(i.type for i in space.items)

    assert all(counts[t] >= 60 for t in ItemType if t is not ItemType.short_answer)
    assert 500 <= len(space.items) <= 4000
    assert counts[ItemType.short_answer] >= 0.9 * len(real.points)


@needs_export
def test_lists_are_tested_well(space: Space, real: Course) -> None:
    """Each strength and weakness of the main tracks is what several items test."""
    tested = Counter(claim for i in space.items for claim in i.claims)
    listed = [c for t in TRACKS for c in real.concept[t].claims if c.aspect in (Aspect.strength, Aspect.weakness)]

    assert [c.id for c in listed if tested[c.id] < 3] == []


@needs_export
def test_nothing_tells_the_answer(space: Space) -> None:
    """True is as often right as false, and no id of an item about a name holds the name."""
    judged = Counter(i.key[0] for i in space.items if i.type is ItemType.true_false)

    assert judged["true"] == judged["false"]
    assert not [i.id for i in space.items if i.form in ("of_which", "which_term", "called") and i.concept in i.id.split(".", 1)[1]]


@needs_export
def test_no_question_twice(space: Space) -> None:
    """No two items are read alike, whatever the order of their options."""
    read = Counter((i.stem, frozenset(o.text for o in i.options), frozenset(p.text for p in i.prompts)) for i in space.items)

    assert max(read.values()) == 1


@needs_export
def test_tampering_is_found(space: Space, real: Course, alike: Alikeness) -> None:
    """Whichever item has its key moved to another option, the verification tells."""
    sample = [i for i in space.items if i.type is not ItemType.short_answer][::9]

    moved = [i.copy(update={"key": _moved(i)}) for i in sample]

    assert {item for item, _ in failures(moved, real, alike)} >= {i.id for i in moved}


def _moved(item: Item) -> Tuple[str, ...]:
    if item.type is ItemType.match:
        (first, second), rest = item.key[:2], item.key[2:]
        return (first[0] + second[1], second[0] + first[1], *rest)
    wrong = [o.id for o in item.options if o.id not in item.key]
    return (*item.key[1:], wrong[0])
