"""An item that breaks a rule is not offered: each rule, broken on purpose."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.models import Aspect, Course
from tests.conftest import ToyEncoder
from tutor.item_lists import Alikeness, comparable, mentions, phrase_kind, plain_author, same_voice, surnames
from tutor.item_rules import RULES, broken, chi_square, item_lengths, lengths, positions, unbalanced
from tutor.items import Ground, Item, ItemType, Option, Why


@pytest.fixture
def alike(course: Course, toy_encoder: ToyEncoder) -> Alikeness:
    return Alikeness.over(course, toy_encoder)


def option(letter: str, text: str) -> Option:
    return Option(id=letter, text=text)


def ground(letter: str, why: Why, claim: str, belongs: str, right: bool = False) -> Ground:
    return Ground(option=letter, right=right, why=why, claims=(claim,), belongs=belongs)


GOOD = Item(
    id="definition-of.type-1.0",
    type=ItemType.multiple_choice,
    form="definition_of",
    concept="type-1",
    aspect=Aspect.definition,
    stem="Which of these describes Type 1?",
    options=(
        option("a", "Dough lifted by soda"),
        option("b", "Dough baked without rising"),
        option("c", "Dough raised overnight by yeast"),
    ),
    key=("b",),
    proof=(
        ground("a", Why.other_concept, "type-1.5.definition", "type-1.5"),
        ground("b", Why.listed, "type-1.definition", "type-1", right=True),
        ground("c", Why.other_concept, "type-2.definition.baker", "type-2"),
    ),
    claims=("type-1.definition",),
    nudge="Look under “Definition” of Type 1.",
)
JUDGED = Item(
    id="true-false.type-1.0",
    type=ItemType.true_false,
    form="true_false",
    concept="type-1",
    aspect=Aspect.definition,
    stem="True or false: according to the readings, Type 1 can be described as dough lifted by soda.",
    options=(option("true", "True"), option("false", "False")),
    key=("false",),
    proof=(
        ground("true", Why.exchanged, "type-1.5.definition", "type-1.5"),
        ground("false", Why.exchanged, "type-1.5.definition", "type-1.5", right=True),
    ),
    claims=("type-1.5.definition",),
    nudge="Look under “Definition” of Type 1.",
)


def but(item: Item, **changes: Any) -> Item:
    return item.copy(update=changes)


def texts(*new: str) -> tuple[Option, ...]:
    return tuple(option(letter, text) for letter, text in zip("abc", new, strict=True))


def with_ground(item: Item, n: int, **changes: Any) -> Item:
    proof = list(item.proof)
    proof[n] = proof[n].copy(update=changes)
    return but(item, proof=tuple(proof))


def test_good_items(course: Course, alike: Alikeness) -> None:
    """An item with one key, like options and a proof that the course bears out breaks nothing."""
    assert broken(GOOD, course, alike) == []
    assert broken(JUDGED, course, alike) == []


@pytest.mark.parametrize(
    ("rule", "item"),
    [
        ("one key", but(GOOD, key=("a", "b"))),
        ("one key", but(GOOD, key=())),
        ("one key", but(GOOD, options=GOOD.options[:2])),
        ("distinct options", but(GOOD, options=texts("Dough lifted by soda", "Dough baked", "Dough lifted by soda"))),
        ("distinct options", but(GOOD, options=texts("Dough", "Dough baked without rising", "Loaf"))),
        ("nothing of the above", but(GOOD, options=texts("Dough lifted by soda", "Dough baked", "All of the above"))),
        ("no always or never", but(GOOD, options=texts("Dough always lifted", "Dough baked", "A loaf of bread"))),
        ("key not longest", but(GOOD, options=texts("Dough of soda", "Dough that is baked without rising", "Dough of yeast"))),
        ("no clue in the stem", but(GOOD, stem="Which of these describes the baked Type 1?")),
        ("one grammar", but(GOOD, options=texts("Rises with soda", "Dough baked without rising", "To raise it overnight"))),
        ("comparable length", but(GOOD, options=texts("Soda", "Dough baked without rising", "Dough raised by yeast " * 4))),
        ("negative marked", but(GOOD, stem="Which of these does not describe Type 1?")),
        ("stem complete", but(GOOD, stem="Which of these is it?")),
        ("stem complete", but(GOOD, stem="Type 1 is")),
        ("stem complete", but(JUDGED, stem="True or false: it is dough lifted by soda.")),
        ("answer not named", but(GOOD, options=texts("Dough lifted by soda", "Dough of Type 1", "Dough of yeast"))),
        ("hint tells nothing", but(GOOD, nudge="It is dough baked without rising.")),
        ("hint tells nothing", but(GOOD, nudge=None)),
    ],
)
def test_each_rule(rule: str, item: Item, course: Course, alike: Alikeness) -> None:
    """An item that breaks a rule is told so by the rule's name."""
    assert rule in RULES
    assert rule in broken(item, course, alike)


@pytest.mark.parametrize(
    "item",
    [
        but(GOOD, proof=GOOD.proof[:2]),  # an option without ground
        but(GOOD, key=("a",)),  # the proof says b
        but(GOOD, concept="type-1.5"),  # the key stands elsewhere
        but(GOOD, aspect=Aspect.strength),  # ... and not in this list
        but(GOOD, claims=("type-9.definition",)),
        with_ground(GOOD, 0, claims=("type-1.participants",)),  # not what the option says
        with_ground(GOOD, 0, claims=("gone",)),
        with_ground(GOOD, 0, belongs="type-2"),
        with_ground(GOOD, 0, why=Why.listed),
        with_ground(GOOD, 0, why=Why.opposite_list),
        but(JUDGED, key=("true",)),
        but(JUDGED, concept="type-1.5", stem=JUDGED.stem.replace("Type 1 ", "Type 1.5 ")),  # now it is true
        with_ground(JUDGED, 0, right=True),
    ],
)
def test_false_proofs(item: Item, course: Course, alike: Alikeness) -> None:
    """A proof that the course does not bear out fails, whatever part of it is wrong."""
    assert "proved" in broken(item, course, alike)


@pytest.mark.parametrize("field", ["also_true_of", "about", "unclear_for"])
def test_no_distractor_that_may_be_true(course: Course, alike: Alikeness, field: str) -> None:
    """A claim that is, or may be, true of the concept asked for is no wrong option."""
    changed = edited(course, "type-1.5.definition", **{field: ("type-1",)})

    assert broken(GOOD, changed, alike) == ["proved"]


def test_no_distractor_that_says_the_same(course: Course, toy_encoder: ToyEncoder) -> None:
    """A claim that is like one of the concept asked for is no wrong option."""
    changed = edited(course, "type-1.definition", text="Type 1 has soda.", brief="dough baked without rising")

    assert broken(GOOD, changed, Alikeness.over(changed, toy_encoder)) == ["proved"]


def edited(course: Course, claim_id: str, **changes: Any) -> Course:
    concepts = [
        k.copy(update={"claims": tuple(c.copy(update=changes) if c.id == claim_id else c for c in k.claims)})
        for k in course.concepts
    ]
    return Course(**{name: getattr(course, name) for name in course.__fields__ if name != "concepts"}, concepts=tuple(concepts))


def test_balance() -> None:
    """Where the key stands, and how long it is, is looked at over all items."""
    at_b = [but(GOOD, id=str(n)) for n in range(30)]

    assert positions(at_b) == {3: [0, 30, 0]}
    assert chi_square([0, 30, 0]) == 60
    assert "key position (3 options)" in unbalanced(at_b)
    assert item_lengths(GOOD) == (26, (20 + 31) / 2)
    assert lengths([GOOD]) == (26, 25.5)
    assert "key longer on average" in unbalanced([GOOD])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("links formal channels with grassroots perspectives", "verb"),
        ("links between official and unofficial components", "noun"),
        ("officials who are rigid", "noun"),
        ("acts discreetly", "verb"),
        ("may clash with foreign policy", "verb"),
        ("to prepare the ground", "infinitive"),
        ("building trust", "gerund"),
        ("when an issue is too contentious", "clause"),
        ("dependence on electoral cycles", "noun"),
        ("It takes a long time.", "sentence"),
    ],
)
def test_phrase_kind(text: str, kind: str) -> None:
    """Phrases that can stand side by side as options are of one kind."""
    assert phrase_kind(text) == kind


def test_mentions() -> None:
    """A numbered name is found in a list of numbers, and never within another number."""
    assert mentions("joins Tracks 1 and 2", "Track 2")
    assert mentions("a strength of Track 1.", "Track 1")
    assert not mentions("a strength of Track 1.5", "Track 1")
    assert mentions("work of the Carter Center", "the Carter Center")
    assert not mentions("ripenesses", "ripeness")


def test_authors() -> None:
    """Two authors that share a person are one voice; a remark behind a name makes it no name to choose."""
    assert same_voice("Ada Baker and Ben Miller", "Ben Miller")
    assert not same_voice("Ada Baker", "Ben Miller")
    assert surnames("Ada Baker and Ben Miller") == ("Baker", "Miller")
    assert plain_author("Ada Baker (Guild of Bakers)") == "Ada Baker"
    assert plain_author("Ada Baker, on yeast") is None


def test_comparable() -> None:
    """One phrase may be twice as long as another, and a little more where both are short."""
    assert comparable(["a" * 20, "b" * 52])
    assert not comparable(["a" * 20, "b" * 53])
    assert comparable([])
