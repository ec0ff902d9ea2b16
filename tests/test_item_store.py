"""Items are made once and read back while course, encoder and rules are the same."""

from __future__ import annotations

from pathlib import Path
from typing import List, Tuple

import pytest

from knowledge.models import Course
from tutor.item_store import stored_items
from tutor.items import Item, ItemType, Option

ITEM = Item(
    id="one",
    type=ItemType.true_false,
    form="true_false",
    concept="type-1",
    stem="True or false: bread is “alive”.",
    options=(Option(id="true", text="True"), Option(id="false", text="False")),
    key=("true",),
    claims=("type-1.definition",),
)


class Maker:
    """Counts how often the items are made."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> List[Item]:
        self.times += 1
        return [ITEM]


def made(file: Path, one: Tuple[Course, str], other: Tuple[Course, str]) -> int:
    """How often the items were made for two calls."""
    make = Maker()
    assert stored_items(file, *one, make) == stored_items(file, *other, make) == (ITEM,)
    return make.times


def test_kept(course: Course, tmp_path: Path) -> None:
    """The second time they are read."""
    assert made(tmp_path / "deep" / "items.json", (course, "toy"), (course, "toy")) == 1


def test_made_anew(course: Course, tmp_path: Path) -> None:
    """Another version of the course or another encoder makes them again."""
    changed = course.copy(update={"version": "other"})

    assert made(tmp_path / "a.json", (course, "toy"), (changed, "toy")) == 2
    assert made(tmp_path / "b.json", (course, "toy"), (course, "other")) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"made_with": 1}', '{"items": [{"id": 1}], "made_with": "x"}'])
def test_damaged(course: Course, tmp_path: Path, text: str) -> None:
    """A damaged file is made again."""
    file, make = tmp_path / "items.json", Maker()
    file.write_text(text, encoding="utf-8")

    assert stored_items(file, course, "toy", make) == (ITEM,)
    assert make.times == 1


def test_nowhere_to_keep(course: Course, tmp_path: Path) -> None:
    """Where nothing can be written the items are there all the same."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    assert stored_items(tmp_path / "file" / "items.json", course, "toy", Maker()) == (ITEM,)
