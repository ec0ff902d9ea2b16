"""The instructor's hand in the quiz items."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.quiz_models import QuizEdits
from tutor.item_edits import apply, unknown
from tutor.items import Ground, Item, ItemType, Option, Prompt, Why

NO_ITEM = "is no item of this course"
REMEDY = "correct the id, or remove the entry if its claim was changed or removed"


def item(id: str, *claims: str, **changes: Any) -> Item:
    """A question on bread with options a, b, c, the first one right, but for `changes`."""
    options = tuple(Option(id=letter, text=text) for letter, text in zip("abc", ("soft", "flat", "hard"), strict=True))
    ground = Ground(option="a", right=True, why=Why.listed, claims=claims)
    made = {"options": options, "key": ("a",), "proof": (ground,), "claims": claims, **changes}
    return Item(id=id, type=made.pop("type", ItemType.multiple_choice), form="strength_of", concept="type-2", stem="Which?", **made)


ITEMS = (
    item("mc-soft", "type-2.strength"),
    item("mc-hard", "type-1.weakness", "type-2.strength"),
    item("mc-old", "type-2.origin"),
)
TRUTH = item(
    "tf-soft",
    "type-2.strength",
    type=ItemType.true_false,
    options=(Option(id="true", text="True"), Option(id="false", text="False")),
)
PAIRS = item("match", "type-2.origin", type=ItemType.match, prompts=(Prompt(id="1", text="Egypt"), Prompt(id="2", text="holes")))


def edits(**lists: Any) -> QuizEdits:
    """What an instructor wants, as `quiz.yml` has it."""
    return QuizEdits(**lists)


# -- applying ------------------------------------------------------------------------------------------------------


def test_no_edits() -> None:
    """Without a file the items stay as they are, in their order."""
    assert apply(ITEMS, edits()) == ITEMS


@pytest.mark.parametrize(
    "pick, left",
    [
        ({"item": "mc-soft"}, ["mc-hard", "mc-old"]),
        ({"claim": "type-2.origin"}, ["mc-soft", "mc-hard"]),
        ({"claim": "type-2.strength", "reason": "Too easy."}, ["mc-old"]),
        ({"claim": "type-1.strength.salt"}, ["mc-soft", "mc-hard", "mc-old"]),
    ],
)
def test_ban(pick: dict[str, str], left: list[str]) -> None:
    """A banned item is gone; of a banned claim every item that tests it, as its main claim or beside others."""
    assert [kept.id for kept in apply(ITEMS, edits(ban=[pick]))] == left


@pytest.mark.parametrize("pick, first", [({"item": "mc-old"}, ["mc-old"]), ({"claim": "type-2.strength"}, ["mc-soft", "mc-hard"])])
def test_pin(pick: dict[str, str], first: list[str]) -> None:
    """A pinned item is marked and stays in its place; of a pinned claim every item that tests it."""
    kept = apply(ITEMS, edits(pin=[pick]))

    assert [i.id for i in kept] == [i.id for i in ITEMS]
    assert [i.id for i in kept if i.pinned] == first


def test_ban_wins() -> None:
    """An item that is pinned by its id and banned by its claim is not asked."""
    assert [i.id for i in apply(ITEMS, edits(ban=[{"claim": "type-2.strength"}], pin=[{"item": "mc-soft"}]))] == ["mc-old"]


def test_edit() -> None:
    """An edit changes the words it names and nothing else: key, proof, ids and the other items stay."""
    soft, *others = apply(ITEMS, edits(edit=[{"item": "mc-soft", "stem": "What speaks for sourdough?", "options": {"b": "thin"}}]))

    assert (soft.stem, [o.text for o in soft.options]) == ("What speaks for sourdough?", ["soft", "thin", "hard"])
    assert soft.copy(update={"stem": ITEMS[0].stem, "options": ITEMS[0].options}) == ITEMS[0]
    assert others == [*ITEMS[1:]]


def test_edit_of_options_alone() -> None:
    """An edit without a stem leaves the stem."""
    (soft, *_) = apply(ITEMS, edits(edit=[{"item": "mc-soft", "options": {"a": "softer"}}]))

    assert (soft.stem, soft.options[0].text, soft.key) == ("Which?", "softer", ("a",))


def test_edit_of_pairs() -> None:
    """What is to be matched is named by its figure, with or without quotation marks in the file."""
    (pairs,) = apply([PAIRS], edits(edit=[{"item": "match", "options": {1: "the Nile", "c": "dry"}}]))

    assert [p.text for p in pairs.prompts] == ["the Nile", "holes"]
    assert [o.text for o in pairs.options] == ["soft", "flat", "dry"]


# -- checking ------------------------------------------------------------------------------------------------------


def test_nothing_unknown() -> None:
    """Edits that fit the items bring no fault."""
    wanted = edits(
        ban=[{"item": "mc-old"}], pin=[{"claim": "type-2.strength"}], edit=[{"item": "mc-soft", "options": {"a": "softer"}}]
    )

    assert unknown(ITEMS, wanted) == []


@pytest.mark.parametrize("key, entry", [("ban", {}), ("pin", {}), ("edit", {"stem": "What?"})])
def test_unknown_item(key: str, entry: dict[str, str]) -> None:
    """An item that does not exist is told with its list, the nearest id and the remedy."""
    found = unknown(ITEMS, edits(**{key: [{"item": "mc-harp", **entry}]}))

    assert found == [f"quiz.yml: {key}, item 'mc-harp': {NO_ITEM}; the nearest is 'mc-hard'; {REMEDY}"]


def test_no_items() -> None:
    """Where no items could be made, no id is near."""
    assert unknown([], edits(ban=[{"item": "mc-soft"}])) == [f"quiz.yml: ban, item 'mc-soft': {NO_ITEM}; {REMEDY}"]


@pytest.mark.parametrize(
    "made, options, fault",
    [
        (ITEMS[0], {"d": "sour"}, "options: 'd' is none of its options; it has a, b, c"),
        (ITEMS[0].copy(update={"options": ()}), {"a": "sour"}, "options: 'a' is none of its options; it has none; remove the key"),
        (ITEMS[0], {"b": "Soft"}, "options: two of them would read the same; word one differently"),
        (PAIRS, {"2": "egypt"}, "options: two of them would read the same; word one differently"),
        (PAIRS, {"3": "jars"}, "options: '3' is none of its options; it has a, b, c, 1, 2"),
        (TRUTH, {"true": "Yes"}, "options: true and false are fixed; change the stem only"),
        (TRUTH, {True: "Yes"}, "options: true and false are fixed; change the stem only"),
    ],
)
def test_wrong_options(made: Item, options: dict[Any, str], fault: str) -> None:
    """An edit of options that an item lacks, or that would make two alike, is told with the item."""
    found = unknown([made], edits(edit=[{"item": made.id, "options": options}]))

    assert found == [f"quiz.yml: edit, item '{made.id}', {fault}"]
